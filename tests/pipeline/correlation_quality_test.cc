// The labelled set at its smallest: each spelling of each kind once in each
// place of each dialect that can show it.

#include "tests/support/correlation_quality.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "tests/support/temp_folder.h"

namespace mispsift {
namespace {

// Some lines: a spelling that is missed is missed in a hundred reports.
std::string FirstOf(const std::vector<std::string>& lines) {
  return absl::StrJoin(
      lines.begin(), lines.begin() + std::min<ptrdiff_t>(std::ssize(lines), 10),
      "\n");
}

class CorrelationQualityTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    const TempFolder folder;
    quality_ = new CorrelationQuality(
        MeasureQuality(/*seed=*/7, /*copies=*/1, folder.path("")).value());
  }
  static void TearDownTestSuite() { delete quality_; }

  static uint64_t FoundBy(Looker looker, const std::string& spelling) {
    const auto recall = quality_->by_spelling.find(spelling);
    EXPECT_NE(recall, quality_->by_spelling.end()) << spelling;
    return recall->second.by(looker);
  }
  static const CorrelationQuality* quality_;
};

const CorrelationQuality* CorrelationQualityTest::quality_ = nullptr;

TEST_F(CorrelationQualityTest, AllThatIsPlantedIsFound) {
  EXPECT_EQ(FirstOf(quality_->missed), "");
  // Kinds that a report can show, and all of the rules.
  EXPECT_EQ(quality_->by_kind.size(), 27);
  for (const auto& [kind, recall] : quality_->by_kind) {
    EXPECT_GT(recall.planted, 0) << kind;
    EXPECT_EQ(recall.by(Looker::kMispsift), recall.planted) << kind;
  }
  for (const char* rule :
       {"exact", "folded", "cidr", "subdomain", "url", "basename", "fuzzy"}) {
    EXPECT_GT(quality_->by_rule.at(rule).planted, 0) << rule;
  }
  EXPECT_EQ(quality_->by_dialect.size(), 5);
  EXPECT_EQ(quality_->by_where.size(), 10);
}

TEST_F(CorrelationQualityTest, NoNearMissIsASureMatch) {
  EXPECT_EQ(FirstOf(quality_->false_and_sure), "");
  EXPECT_GT(quality_->near_misses, 2000);
}

// What the seed is known to miss: where it looks at all, in the target's md5,
// dropped files, contacted hosts and domains.
TEST_F(CorrelationQualityTest, TheSeedMissesAllButWholeValuesOfFourFields) {
  EXPECT_GT(FoundBy(Looker::kSeed, "md5, exact: as it is"), 0);
  EXPECT_GT(FoundBy(Looker::kSeed, "host, exact: as it is"), 0);
  EXPECT_GT(FoundBy(Looker::kSeed, "ip, exact: as it is"), 0);
  for (const char* spelling :
       {"md5, exact: second half", "host, exact: first half",
        "md5, exact: attribute in upper case", "ip, cidr: in the network",
        "host, subdomain: one label more", "host, exact: of a url",
        "ip-port, exact: as it is", "sha256, exact: as it is",
        "url, exact: as it is", "url, url: another scheme",
        "mutex, exact: as it is", "regkey, exact: as it is",
        "filename, basename: end of a path", "ssdeep, fuzzy: a score of 94"}) {
    EXPECT_EQ(FoundBy(Looker::kSeed, spelling), 0) << spelling;
    EXPECT_GT(FoundBy(Looker::kMispsift, spelling), 0) << spelling;
  }
}

// Its own defect is another: what somebody has remarked is a hit.
TEST_F(CorrelationQualityTest, CuckooTakesRemarksForMatches) {
  const auto& benign = quality_->false_by_rule.at("benign");
  EXPECT_GT(benign.by(Looker::kCuckoo), quality_->reports);
  EXPECT_GE(benign.by(Looker::kCuckooOld), benign.by(Looker::kCuckoo));
  EXPECT_EQ(benign.by(Looker::kSeed), 0);
  const auto& not_for_ids = quality_->false_by_rule.at("to_ids");
  EXPECT_GT(not_for_ids.by(Looker::kCuckoo), 0);
  EXPECT_EQ(not_for_ids.by(Looker::kSeed), 0);
  // Only the old search finds parts of values.
  EXPECT_GT(quality_->false_by_rule.at("url").by(Looker::kCuckooOld), 0);
  EXPECT_EQ(quality_->false_by_rule.at("url").by(Looker::kCuckoo), 0);
}

}  // namespace
}  // namespace mispsift
