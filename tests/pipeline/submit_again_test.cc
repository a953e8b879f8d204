// A submission that is run again, with other settings: what was planned by the
// first run and never sent goes by the settings of the second.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "mispsift/pipeline/submit.h"
#include "tests/support/submit_harness.h"
#include "tests/support/temp_folder.h"

namespace mispsift {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kAttribute[] = "11111111-1111-4111-8111-111111111111";
constexpr char kEvent[] = "22222222-2222-4222-8222-222222222222";

class SubmitAgainTest : public testing::Test {
 protected:
  SubmitAgainTest() { server_.SetSiteAdmin(false); }

  // A run that plans all and may send nothing.
  void PlanOnly(const SubmitOptions& options) {
    server_.SetRole({.perm_add = false});
    EXPECT_EQ(RunSubmit(options).status().code(),
              absl::StatusCode::kPermissionDenied);
    server_.SetRole({});
    EXPECT_THAT(server_.EventIds(), IsEmpty());
  }

  SubmitReport Submitted(const SubmitOptions& options) {
    const absl::StatusOr<SubmitReport> report = RunSubmit(options);
    EXPECT_TRUE(report.ok()) << report.status();
    return report.ok() ? *report : SubmitReport();
  }

  std::vector<std::string> StoredTitles() const {
    std::vector<std::string> titles;
    for (const uint64_t id : server_.EventIds()) {
      titles.push_back(server_.Event(id).info);
    }
    return titles;
  }

  OutboxCounts Ledger() const {
    const absl::StatusOr<OutboxStatus> status =
        ReadOutboxStatus(DefaultLedger(results_));
    return status.ok() && !status->counts.empty() ? status->counts[0]
                                                  : OutboxCounts();
  }
  static uint64_t Planned(const OutboxCounts::ByState& counts) {
    return counts[static_cast<size_t>(SendState::kPlanned)];
  }

  FakeMisp server_;
  const TempFolder folder_;
  const std::string results_ = folder_.path("results");
  SubmitOptions options_ = SubmitTo(server_, results_);
};

TEST_F(SubmitAgainTest, WhatIsBlacklistedByNowIsNotSent) {
  WriteResults(results_, ManyAnalyses(2, 1));
  PlanOnly(options_);
  options_.draft.ioc_blacklist = {"60.0.0.0"};
  const SubmitReport report = Submitted(options_);
  EXPECT_EQ(report.empty, 1U);
  EXPECT_THAT(report.planned, IsEmpty());
  EXPECT_THAT(StoredTitles(), ElementsAre("Cuckoo Sandbox analysis #r1"));
  EXPECT_EQ(Planned(Ledger().events), 0U);
}

TEST_F(SubmitAgainTest, NeitherIsWhatABatchHeld) {
  WriteResults(results_, ManyAnalyses(3, 1));
  options_.batch_attributes = 10;
  PlanOnly(options_);
  options_.draft.ioc_blacklist = {"60.0.0.0", "60.0.0.1", "60.0.0.2"};
  EXPECT_EQ(Submitted(options_).empty, 3U);
  EXPECT_THAT(server_.EventIds(), IsEmpty());
}

TEST_F(SubmitAgainTest, NorWhatIsNotSelectedByNow) {
  std::vector<ResultAnalysis> analyses = ManyAnalyses(3, 1);
  analyses[0].score = "1.5";
  analyses[1].score = "8";
  analyses[2].score = "9";
  analyses[2].known_in = {kEvent};
  WriteResults(results_, analyses);
  options_.known = KnownPolicy::kSubmit;
  PlanOnly(options_);
  EXPECT_EQ(Planned(Ledger().events), 3U);
  options_.min_score = 5;
  options_.known = KnownPolicy::kSkip;
  Submitted(options_);
  EXPECT_THAT(StoredTitles(), ElementsAre("Cuckoo Sandbox analysis #r1"));
  EXPECT_EQ(Planned(Ledger().events), 0U);
}

TEST_F(SubmitAgainTest, ButAnAnalysisThatStandsTwiceIsSent) {
  std::vector<ResultAnalysis> analyses = ManyAnalyses(1, 1);
  analyses.push_back(analyses[0]);
  analyses[0].matches = {{kAttribute, kEvent}};
  WriteResults(results_, analyses);
  options_.select = SubmitSelection::kMatched;
  options_.min_confidence = 100;
  Submitted(options_);
  EXPECT_EQ(server_.EventIds().size(), 1U);
}

// What a key that may not sight is told to do.
TEST_F(SubmitAgainTest, WithoutSightingsThoseThatArePlannedWait) {
  std::vector<ResultAnalysis> analyses = ManyAnalyses(1, 1);
  analyses[0].matches = {{kAttribute, kEvent}};
  WriteResults(results_, analyses);
  server_.SetRole({.perm_sighting = false, .perm_sync = false});
  const absl::Status failed = RunSubmit(options_).status();
  EXPECT_THAT(std::string(failed.message()),
              HasSubstr("--known skip --sightings none"));
  SubmitOptions without = options_;
  without.known = KnownPolicy::kSkip;
  without.sightings = SightingPolicy::kNone;
  Submitted(without);
  EXPECT_EQ(server_.EventIds().size(), 1U);
  EXPECT_THAT(server_.Sightings(), IsEmpty());
  EXPECT_EQ(Planned(Ledger().sightings), 1U);

  server_.SetRole({});
  server_.AddEvent(
      {.uuid = kEvent,
       .attributes = {{.uuid = kAttribute, .value = "a.example"}}});
  Submitted(options_);
  EXPECT_EQ(server_.Sightings().size(), 1U);
}

// A mistake that made a server refuse events is mended by a run without it.
TEST_F(SubmitAgainTest, WhatWasRefusedIsSentWhenItIsAnother) {
  WriteResults(results_, ManyAnalyses(3, 1));
  SubmitOptions wrong = options_;
  wrong.draft.distribution = 4;
  wrong.draft.sharing_group_id = 77;
  wrong.max_events = 2;
  EXPECT_EQ(Submitted(wrong).problems.size(), 2U);
  // The same would be refused again: it is not sent, and is in no one's way.
  server_.ClearRequests();
  EXPECT_EQ(Submitted(wrong).problems.size(), 1U);
  EXPECT_EQ(server_.RequestCount("/events/add"), 1U);
  EXPECT_EQ(Submitted(options_).problems.size(), 0U);
  EXPECT_EQ(server_.EventIds().size(), 3U);
  const OutboxCounts ledger = Ledger();
  EXPECT_EQ(ledger.events[static_cast<size_t>(SendState::kStored)], 3U);
  EXPECT_EQ(ledger.events[static_cast<size_t>(SendState::kRefused)], 0U);
  EXPECT_EQ(ledger.attributes[static_cast<size_t>(SendState::kStored)], 3U);
}

TEST_F(SubmitAgainTest, AProblemNamesTheEvent) {
  WriteResults(results_, ManyAnalyses(1, 2));
  server_.RefuseValues("60.0.0.1");
  const SubmitReport report = Submitted(options_);
  ASSERT_EQ(report.problems.size(), 2U);
  EXPECT_EQ(report.problems[0].name, "Cuckoo Sandbox analysis #r0");
  EXPECT_EQ(report.problems[1].name, "ip-dst 60.0.0.1");
}

TEST(DefaultLedgerTest, StandsBesideTheResults) {
  EXPECT_EQ(DefaultLedger("r"), "r.outbox");
  EXPECT_EQ(DefaultLedger("/a/r//"), "/a/r.outbox");
  EXPECT_EQ(DefaultLedger("../r.d/"), "../r.d.outbox");
  const TempFolder folder;
  const std::string results = folder.path("r");
  std::filesystem::create_directories(results + "/enrichment");
  const std::string named =
      std::filesystem::canonical(results).string() + ".outbox";
  EXPECT_EQ(DefaultLedger(results + "/."), named);
  EXPECT_EQ(DefaultLedger(results + "/.//"), named);
  EXPECT_EQ(DefaultLedger(results + "/enrichment/.."), named);
}

// Lines that were not copied are found by those that tell of them.
TEST_F(SubmitAgainTest, ResultsThatAreNotWholeAreDamage) {
  std::vector<ResultAnalysis> analyses = ManyAnalyses(2, 1);
  analyses[1].matches = {{kAttribute, kEvent}};
  WriteResults(results_, analyses);
  std::string first;
  std::getline(std::ifstream(results_ + "/fields.jsonl"), first);
  std::ofstream(results_ + "/fields.jsonl") << first << '\n';
  EXPECT_EQ(RunSubmit(options_).status().code(), absl::StatusCode::kDataLoss);

  std::ofstream(results_ + "/correlations.jsonl").flush();
  std::ofstream(results_ + "/summary.json")
      << R"({"finished":"2026-01-03T00:00:00Z","reports":{"ok":2}})";
  const absl::Status failed = RunSubmit(options_).status();
  EXPECT_THAT(std::string(failed.message()),
              HasSubstr("has 1 lines, and summary.json tells of 2 reports"));
  EXPECT_THAT(server_.EventIds(), IsEmpty());
  EXPECT_EQ(Planned(Ledger().events), 0U);
}

}  // namespace
}  // namespace mispsift
