// Folding against what a real MISP 2.5.1 correlated.

#include <algorithm>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "mispsift/normalize/normalize.h"
#include "tests/support/misp_pairs.h"

namespace mispsift {
namespace {

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

bool DiffersOnPurpose(const MispPair& pair) {
  return std::ranges::any_of(kDifferences, [&](const Difference& d) {
    return d.a_type == pair.a.type && d.b_type == pair.b.type &&
           d.correlates == pair.correlates;
  });
}

TEST(FoldReal, KeysMeetWhereMispCorrelates) {
  int compared = 0;
  int on_purpose = 0;
  for (const MispPair& pair : ReadMispPairs()) {
    if (!pair.a.stored || !pair.b.stored) continue;
    std::vector<Indicator> a;
    std::vector<Indicator> b;
    if (IndicatorsOf(pair.a.type, pair.a.value, &a) != Unmatchable::kNo ||
        IndicatorsOf(pair.b.type, pair.b.value, &b) != Unmatchable::kNo) {
      continue;  // a type that no report can show
    }
    SCOPED_TRACE(pair.a.type + " " + pair.a.value + ", " + pair.b.type + " " +
                 pair.b.value);
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
  for (const MispPair& pair : ReadMispPairs()) {
    const bool composite = pair.a.type.find('|') != std::string::npos ||
                           pair.b.type.find('|') != std::string::npos ||
                           pair.a.type == "malware-sample";
    // MISP never correlates these two types.
    const bool never = pair.a.type == "comment" || pair.a.type == "port";
    if (!pair.a.stored || !pair.b.stored || composite || never) continue;
    std::string a;
    std::string b;
    Fold(IndicatorKind::kMutex, KeyForm::kValue, pair.a.value, &a);
    Fold(IndicatorKind::kMutex, KeyForm::kValue, pair.b.value, &b);
    EXPECT_EQ(a == b, pair.correlates) << pair.a.value << ", " << pair.b.value;
    ++compared;
  }
  EXPECT_EQ(compared, 47);
}

}  // namespace
}  // namespace mispsift
