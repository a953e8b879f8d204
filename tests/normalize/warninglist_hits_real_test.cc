// The matcher against what a real MISP 2.5.1 says of its warninglists, with
// every list enabled (/warninglists/checkValue, which looks at values as a
// whole and whatever types a list is for), and each difference of the corrected
// way with its reason.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mispsift/misp/warninglist_reader.h"
#include "mispsift/model/warninglist_columns.h"
#include "mispsift/normalize/normalize.h"
#include "mispsift/normalize/warninglist_matcher.h"
#include "nlohmann/json.hpp"
#include "tests/support/real_data.h"
#include "tests/support/slow_warninglists.h"

namespace mispsift {
namespace {

using testing::ElementsAre;
using testing::Pair;

struct Row {
  std::string value;
  std::set<std::string> folders;  // of the lists that it is on
};

// Tab-separated JSON values.
std::vector<Row> ReadRows() {
  std::ifstream file(RealData("misp-warninglist-hits.tsv"));
  std::vector<Row> rows;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    const size_t tab = line.find('\t');
    rows.push_back({nlohmann::json::parse(line.substr(0, tab)),
                    nlohmann::json::parse(line.substr(tab + 1))});
  }
  return rows;
}

struct RealLists {
  RealLists() {
    const std::filesystem::path lists_folder(RealData("warninglists/lists"));
    for (const auto& folder : std::filesystem::directory_iterator(lists_folder))
      folders.push_back(folder.path().filename());
    std::sort(folders.begin(), folders.end());
    for (const std::string& folder : folders) {
      std::ifstream file(lists_folder / folder / "list.json");
      const std::string json(std::istreambuf_iterator<char>(file), {});
      absl::StatusOr<Warninglist> list = misp::ParseWarninglist(json);
      EXPECT_TRUE(list.ok()) << folder;
      lists.push_back(*std::move(list));
    }
    encoded = EncodeWarninglists(lists);
    view = *WarninglistsView::Read(encoded.columns());
  }

  std::vector<std::string> folders;
  std::vector<Warninglist> lists;
  EncodedWarninglists encoded;
  WarninglistsView view;
};

const RealLists& Real() {
  static const RealLists real;
  return real;
}

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

// What an analyst would make of the value.
std::string TypeOf(const std::string& value) {
  const std::string head = value.substr(0, value.find_first_of("|/"));
  IndicatorKind kind = IndicatorKind::kIp;
  std::string canonical;
  if (Canonicalize(head, &kind, &canonical)) {
    return value.find('|') == std::string::npos ? "ip-dst" : "ip-dst|port";
  }
  if (value.find("://") != std::string::npos) return "url";
  if (value.find('@') != std::string::npos) return "email";
  if (value.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos) {
    return value.size() == 32 ? "md5" : value.size() == 40 ? "sha1" : "sha256";
  }
  return value.find_first_of("\\/+") == std::string::npos ? "hostname"
                                                          : "other";
}

// Why the corrected way tells a list that MISP does not.
std::string ReasonOf(const Row& row, const Warninglist& list) {
  const std::string& value = row.value;
  if (value.find('|') != std::string::npos) return "a half of a composite";
  if (value.find("://") != std::string::npos) {
    if (list.type == WarninglistType::kCidr) return "address of a url";
    if (list.type == WarninglistType::kHostname) return "host of a url";
  }
  if (list.type == WarninglistType::kString) {
    const std::string name = Lower(value);
    const bool below_dotted =
        std::any_of(list.entries.begin(), list.entries.end(),
                    [&](const std::string& entry) {
                      return entry.starts_with('.') &&
                             ("." + name).find(entry) != std::string::npos;
                    });
    if (below_dotted) return "dotted entry";
    if (value.starts_with('.') || value.ends_with('.')) {
      return "dots at the ends";
    }
  }
  const auto is_mapped = [](const std::string& text) {
    return text.starts_with("::ffff:");
  };
  if (list.type == WarninglistType::kCidr &&
      (is_mapped(value) || is_mapped(list.entries[0]))) {
    return "IPv4 mapped into IPv6";
  }
  if (value.find('@') != std::string::npos) return "host of an email";
  return value != Lower(value) ? "case" : "unexplained";
}

TEST(WarninglistHitsReal, MispsWayIsMisps) {
  const RealLists& real = Real();
  const WarninglistMatcher matcher(real.view);
  const WarninglistMatcher::Scope scope = matcher.EveryListFor("");
  WarninglistCheck check(&matcher);
  const std::vector<Row> rows = ReadRows();
  ASSERT_GE(rows.size(), 500u);
  for (const Row& row : rows) {
    std::set<std::string> folders;
    for (const WarninglistHit& hit : check.Hits(scope, row.value)) {
      if (hit.misp != 0) folders.insert(real.folders[hit.list]);
    }
    EXPECT_EQ(folders, row.folders) << row.value;
  }
}

// Prints every difference, and counts them by reason.
TEST(WarninglistHitsReal, CorrectedWayDiffersWithReason) {
  const RealLists& real = Real();
  const WarninglistMatcher matcher(real.view);
  WarninglistCheck check(&matcher);
  std::map<std::string, int> by_reason;
  for (const Row& row : ReadRows()) {
    const std::string type = TypeOf(row.value);
    std::set<std::string> folders;
    for (const WarninglistHit& hit :
         check.Hits(matcher.EveryListFor(type), row.value)) {
      if (hit.corrected == 0) continue;
      const std::string& folder = real.folders[hit.list];
      folders.insert(folder);
      if (row.folders.contains(folder)) continue;
      const std::string reason = ReasonOf(row, real.lists[hit.list]);
      ++by_reason[reason];
      std::printf("%s %s: also %s: %s\n", type.c_str(), row.value.c_str(),
                  folder.c_str(), reason.c_str());
      EXPECT_NE(reason, "unexplained");
    }
    // Nothing that MISP tells is lost.
    EXPECT_TRUE(std::includes(folders.begin(), folders.end(),
                              row.folders.begin(), row.folders.end()))
        << row.value;
  }
  EXPECT_THAT(
      by_reason,
      ElementsAre(Pair("IPv4 mapped into IPv6", 8),
                  Pair("a half of a composite", 39),
                  Pair("address of a url", 41), Pair("case", 67),
                  Pair("dots at the ends", 34), Pair("dotted entry", 13),
                  Pair("host of a url", 14), Pair("host of an email", 4)));
}

TEST(WarninglistHitsReal, AgreesWithTheSlowTwin) {
  const RealLists& real = Real();
  const WarninglistMatcher matcher(real.view);
  WarninglistCheck check(&matcher);
  std::vector<Row> rows = ReadRows();
  // The twin takes its time.
  for (size_t i = 0; i < rows.size(); i += 60) {
    for (const std::string& type :
         {TypeOf(rows[i].value), std::string("url")}) {
      const std::span<const WarninglistHit> hits =
          check.Hits(matcher.ScopeOf(type), rows[i].value);
      EXPECT_EQ(std::vector<WarninglistHit>(hits.begin(), hits.end()),
                SlowWarninglistHits(real.lists, type, rows[i].value))
          << type << " " << rows[i].value;
    }
  }
}

TEST(WarninglistHitsReal, NamesWhatIsOfNoUse) {
  const RealLists& real = Real();
  const WarninglistMatcher matcher(real.view);
  for (const WarninglistMatcher::Unusable& of : matcher.unusable()) {
    std::printf("%s: %d in MISP's way, %d corrected; %s\n",
                real.folders[of.list].c_str(), static_cast<int>(of.misp),
                static_cast<int>(of.corrected), of.first[0].c_str());
  }
  std::map<std::string, std::pair<uint64_t, uint64_t>> counts;
  for (const WarninglistMatcher::Unusable& of : matcher.unusable()) {
    counts[real.folders[of.list]] = {of.misp, of.corrected};
  }
  // The phone numbers have a flag that PHP does not have.
  EXPECT_THAT(counts, ElementsAre(Pair("covid", Pair(0u, 1u)),
                                  Pair("phone_numbers", Pair(33u, 0u)),
                                  Pair("public-dns-hostname", Pair(0u, 4u))));
}

}  // namespace
}  // namespace mispsift
