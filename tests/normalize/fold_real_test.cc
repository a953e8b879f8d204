// Folding against what a real MISP 2.5.1 correlated.

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "mispsift/normalize/normalize.h"
#include "nlohmann/json.hpp"
#include "tests/support/real_data.h"

namespace mispsift {
namespace {

struct Pair {
  std::string a_type, a_stored, b_type, b_stored;
  bool both_stored;
  bool correlates;
};

std::vector<Pair> ReadPairs() {
  std::ifstream file(RealData("misp-correlates.tsv"));
  std::vector<Pair> pairs;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#') || line.starts_with("a_type")) continue;
    std::vector<nlohmann::json> fields;
    for (size_t begin = 0; begin <= line.size();) {
      const size_t end = std::min(line.find('\t', begin), line.size());
      fields.push_back(nlohmann::json::parse(line.substr(begin, end - begin),
                                             nullptr, false));
      begin = end + 1;
    }
    if (fields.size() != 8) {
      ADD_FAILURE() << "not a row: " << line;
      continue;
    }
    const bool stored = fields[2].is_string() && fields[5].is_string();
    pairs.push_back({fields[0], stored ? fields[2].get<std::string>() : "",
                     fields[3], stored ? fields[5].get<std::string>() : "",
                     stored, fields[6].get<bool>()});
  }
  return pairs;
}

bool ShareAKey(const std::vector<Indicator>& a,
               const std::vector<Indicator>& b) {
  std::string scratch;
  return std::ranges::any_of(a, [&](const Indicator& of_a) {
    return std::ranges::any_of(b, [&](const Indicator& of_b) {
      return KeyDigest(of_a.kind, of_a.form, of_a.value, &scratch) ==
             KeyDigest(of_b.kind, of_b.form, of_b.value, &scratch);
    });
  });
}

// Pairs whose types make them differ from MISP on purpose.
struct Difference {
  const char* a_type;
  const char* b_type;
  bool correlates;  // in MISP
  const char* reason;
};

constexpr Difference kDifferences[] = {
    {"ip-dst|port", "ip-dst", true, "an ip-port is matched as a whole"},
    {"ip-dst|port", "ip-dst|port", true, "an ip-port is matched as a whole"},
    {"ip-src|port", "domain|ip", true, "an ip-port is matched as a whole"},
    {"url", "uri", true, "kinds are never compared across"},
    {"regkey|value", "regkey", true, "a regkey-value is matched as a whole"},
    {"md5", "imphash", true, "kinds are never compared across"},
    {"ja3-fingerprint-md5", "md5", true, "kinds are never compared across"},
    {"x509-fingerprint-sha1", "sha1", true, "kinds are never compared across"},
    {"url", "url", false, "a place has many spellings"},
    {"regkey", "regkey", false, "a key has many spellings"},
};

bool DiffersOnPurpose(const Pair& pair) {
  return std::ranges::any_of(kDifferences, [&](const Difference& d) {
    return d.a_type == pair.a_type && d.b_type == pair.b_type &&
           d.correlates == pair.correlates;
  });
}

TEST(FoldReal, KeysMeetWhereMispCorrelates) {
  int compared = 0;
  int on_purpose = 0;
  for (const Pair& pair : ReadPairs()) {
    if (!pair.both_stored) continue;
    std::vector<Indicator> a;
    std::vector<Indicator> b;
    if (IndicatorsOf(pair.a_type, pair.a_stored, &a) != Unmatchable::kNo ||
        IndicatorsOf(pair.b_type, pair.b_stored, &b) != Unmatchable::kNo) {
      continue;  // a type that no report can show
    }
    SCOPED_TRACE(pair.a_type + " " + pair.a_stored + ", " + pair.b_type + " " +
                 pair.b_stored);
    if (DiffersOnPurpose(pair)) {
      EXPECT_NE(ShareAKey(a, b), pair.correlates);
      ++on_purpose;
      continue;
    }
    EXPECT_EQ(ShareAKey(a, b), pair.correlates);
    ++compared;
  }
  EXPECT_EQ(on_purpose, 11);
  EXPECT_EQ(compared, 46);
}

TEST(FoldReal, FoldsAsMispsDatabaseWhateverTheType) {
  int compared = 0;
  for (const Pair& pair : ReadPairs()) {
    const bool composite = pair.a_type.find('|') != std::string::npos ||
                           pair.b_type.find('|') != std::string::npos ||
                           pair.a_type == "malware-sample";
    // MISP never correlates these two types.
    const bool never = pair.a_type == "comment" || pair.a_type == "port";
    if (!pair.both_stored || composite || never) continue;
    std::string a;
    std::string b;
    Fold(IndicatorKind::kMutex, KeyForm::kValue, pair.a_stored, &a);
    Fold(IndicatorKind::kMutex, KeyForm::kValue, pair.b_stored, &b);
    EXPECT_EQ(a == b, pair.correlates)
        << pair.a_stored << ", " << pair.b_stored;
    ++compared;
  }
  EXPECT_EQ(compared, 47);
}

}  // namespace
}  // namespace mispsift
