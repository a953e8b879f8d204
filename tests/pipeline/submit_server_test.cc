// Submission to a MISP that behaves as recorded, its traps included: whatever
// happens on the way, each thing is there once in the end, and the ledger says
// what is there.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "mispsift/pipeline/exit_code.h"
#include "mispsift/pipeline/submit.h"
#include "tests/support/submit_harness.h"
#include "tests/support/temp_folder.h"

namespace mispsift {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

uint64_t Of(const OutboxCounts::ByState& counts, SendState state) {
  return counts[static_cast<size_t>(state)];
}

class SubmitServerTest : public testing::Test {
 protected:
  SubmitReport Submitted(const SubmitOptions& options) {
    const absl::StatusOr<SubmitReport> report = RunSubmit(options);
    EXPECT_TRUE(report.ok()) << report.status();
    return report.ok() ? *report : SubmitReport();
  }

  OutboxCounts Ledger() const {
    const absl::StatusOr<OutboxStatus> status =
        ReadOutboxStatus(DefaultLedger(results_));
    EXPECT_TRUE(status.ok()) << status.status();
    return status.ok() && !status->counts.empty() ? status->counts[0]
                                                  : OutboxCounts();
  }

  // Everything is there once, and the ledger says so.
  void ExpectStored(uint64_t events, uint64_t attributes) {
    EXPECT_EQ(server_.EventIds().size(), events);
    EXPECT_EQ(server_.LiveAttributeCount(), attributes);
    EXPECT_THAT(server_.Duplicates(), IsEmpty());
    const OutboxCounts ledger = Ledger();
    // Where a connection ends without an answer, libcurl asks again by itself,
    // and then the event exists.
    EXPECT_EQ(Of(ledger.events, SendState::kStored) +
                  Of(ledger.events, SendState::kExists),
              events);
    EXPECT_EQ(Of(ledger.attributes, SendState::kStored), attributes);
  }

  FakeMisp server_;
  const TempFolder folder_;
  const std::string results_ = folder_.path("results");
};

TEST_F(SubmitServerTest, StoresEachEventOnce) {
  WriteResults(results_, ManyAnalyses(7, 3));
  const SubmitReport report = Submitted(SubmitTo(server_, results_));
  EXPECT_EQ(report.events, 7U);
  ASSERT_TRUE(report.settled.has_value());
  EXPECT_EQ(Of(report.settled->events, SendState::kStored), 7U);
  ExpectStored(7, 21);
  const FakeEvent event = server_.Event(server_.EventIds()[0]);
  EXPECT_FALSE(event.published);
  EXPECT_EQ(event.distribution, 0);
  EXPECT_EQ(event.threat_level_id, 4);

  // Again, with the ledger and without.
  server_.ClearRequests();
  Submitted(SubmitTo(server_, results_));
  EXPECT_EQ(server_.RequestCount("/events/add"), 0U);
  std::filesystem::remove(DefaultLedger(results_));
  const SubmitReport again = Submitted(SubmitTo(server_, results_));
  EXPECT_EQ(Of(again.settled->events, SendState::kExists), 7U);
  EXPECT_EQ(server_.EventIds().size(), 7U);
  EXPECT_EQ(server_.LiveAttributeCount(), 21U);
  EXPECT_THAT(server_.Duplicates(), IsEmpty());
}

TEST_F(SubmitServerTest, AsksForNoMoreThanTheEventItself) {
  WriteResults(results_, ManyAnalyses(1, 3));
  Submitted(SubmitTo(server_, results_));
  std::vector<std::string> paths;
  for (const RecordedRequest& request : server_.requests()) {
    paths.push_back(request.path);
  }
  EXPECT_THAT(paths, ElementsAre("/servers/getVersion", "/users/view/me",
                                 "/events/add/metadata:1"));
}

TEST_F(SubmitServerTest, LargeRequestsAreCompressedWhereTheServerSaysSo) {
  WriteResults(results_, ManyAnalyses(1, 50));
  Submitted(SubmitTo(server_, results_));
  EXPECT_EQ(server_.requests().back().Header("Content-Encoding"), "gzip");
  ExpectStored(1, 50);

  FakeMisp plain({.takes_gzip = false});
  Submitted(SubmitTo(plain, results_));
  EXPECT_EQ(plain.requests().back().Header("Content-Encoding"), "");
  EXPECT_EQ(plain.LiveAttributeCount(), 50U);
}

// --- What MISP does not store.

TEST_F(SubmitServerTest, AttributesThatAreDroppedWithoutAWordAreFound) {
  WriteResults(results_, ManyAnalyses(2, 4));
  server_.RefuseValues("60.0.0.2");
  const SubmitReport report = Submitted(SubmitTo(server_, results_));
  EXPECT_EQ(Of(report.settled->events, SendState::kPartial), 1U);
  EXPECT_EQ(Of(report.settled->events, SendState::kStored), 1U);
  ASSERT_EQ(report.problems.size(), 2U);
  EXPECT_EQ(report.problems[0].what, "event");
  EXPECT_EQ(report.problems[1].what, "attribute");
  EXPECT_EQ(report.problems[1].name, "ip-dst 60.0.0.2");
  EXPECT_FALSE(report.problems[1].detail.empty());
  EXPECT_NE(report.problems[1].detail, "MISP does not say why");
  // Asked once, and never again.
  EXPECT_EQ(server_.RequestCount("/attributes/add"), 1U);
  Submitted(SubmitTo(server_, results_));
  EXPECT_EQ(server_.RequestCount("/attributes/add"), 1U);
  EXPECT_EQ(Of(Ledger().attributes, SendState::kRefused), 1U);
  EXPECT_EQ(Of(Ledger().attributes, SendState::kStored), 7U);
}

TEST_F(SubmitServerTest, AnEventThatWasDeletedThereStaysAway) {
  WriteResults(results_, ManyAnalyses(2, 1));
  Submitted(SubmitTo(server_, results_));
  server_.HardDeleteEvent(server_.EventIds()[0]);
  std::filesystem::remove(DefaultLedger(results_));
  const SubmitReport report = Submitted(SubmitTo(server_, results_));
  EXPECT_EQ(Of(report.settled->events, SendState::kBlocked), 1U);
  EXPECT_EQ(Of(report.settled->events, SendState::kExists), 1U);
  EXPECT_EQ(server_.EventIds().size(), 1U);
  // That is final.
  server_.ClearRequests();
  Submitted(SubmitTo(server_, results_));
  EXPECT_EQ(server_.RequestCount("/events/add"), 0U);
}

TEST_F(SubmitServerTest, WhatAnAnalystDeletedIsNotPutBack) {
  WriteResults(results_, ManyAnalyses(1, 3));
  Submitted(SubmitTo(server_, results_));
  const uint64_t event = server_.EventIds()[0];
  server_.SoftDeleteAttribute(server_.Attributes(event)[1].uuid);
  std::filesystem::remove(DefaultLedger(results_));
  const SubmitReport report = Submitted(SubmitTo(server_, results_));
  EXPECT_EQ(Of(report.settled->events, SendState::kExists), 1U);
  EXPECT_EQ(server_.LiveAttributeCount(), 2U);
  EXPECT_EQ(server_.RequestCount("/attributes/add"), 0U);
}

TEST_F(SubmitServerTest, AnEventThatIsInvalidIsRefusedForGood) {
  WriteResults(results_, ManyAnalyses(2, 1));
  server_.Inject({.path = "/events/add",
                  .kind = Fault::Kind::kStatus,
                  .status = 403,
                  .body =
                      R"({"saved":false,"name":"Could not add Event","errors":)"
                      R"({"Event":{"info":["valueNotEmpty"]}}})"});
  const SubmitReport report = Submitted(SubmitTo(server_, results_));
  EXPECT_EQ(Of(report.settled->events, SendState::kRefused), 1U);
  EXPECT_EQ(Of(report.settled->events, SendState::kStored), 1U);
  ASSERT_EQ(report.problems.size(), 1U);
  EXPECT_EQ(report.problems[0].detail, "info: valueNotEmpty");
  EXPECT_EQ(Of(Ledger().attributes, SendState::kRefused), 1U);
}

TEST_F(SubmitServerTest, ASharingGroupThatIsNotThereRefusesTheEvent) {
  WriteResults(results_, ManyAnalyses(1, 1));
  SubmitOptions options = SubmitTo(server_, results_);
  options.draft.distribution = 4;
  options.draft.sharing_group_id = 77;
  const SubmitReport report = Submitted(options);
  EXPECT_EQ(Of(report.settled->events, SendState::kRefused), 1U);
  ASSERT_EQ(report.problems.size(), 1U);
  EXPECT_THAT(report.problems[0].detail, HasSubstr("405"));
}

// --- What goes wrong on the way.

struct Trouble {
  const char* name;
  Fault fault;
};

class SubmitTroubleTest : public SubmitServerTest,
                          public testing::WithParamInterface<Trouble> {};

TEST_P(SubmitTroubleTest, EachThingIsThereOnceInTheEnd) {
  WriteResults(results_, ManyAnalyses(5, 4));
  server_.Inject(GetParam().fault);
  SubmitOptions options = SubmitTo(server_, results_);
  options.connection.stall_timeout = absl::Milliseconds(300);
  Submitted(options);
  ExpectStored(5, 20);
}

INSTANTIATE_TEST_SUITE_P(
    All, SubmitTroubleTest,
    testing::Values(
        Trouble{"StoredThenCut",
                {.path = "/events/add",
                 .skip = 1,
                 .times = 2,
                 .kind = Fault::Kind::kStoredThenCut}},
        Trouble{"StoredPartlyAndNeverMore",
                {.path = "/events/add",
                 .skip = 1,
                 .kind = Fault::Kind::kStoredPartly,
                 .rows = 2}},
        Trouble{"StoredPartlyTheRestLater",
                {.path = "/events/add",
                 .kind = Fault::Kind::kStoredPartly,
                 .delay = std::chrono::milliseconds(30),
                 .rows = 1}},
        Trouble{"StoredAndAnsweredTooLate",
                {.path = "/events/add",
                 .kind = Fault::Kind::kSlow,
                 .delay = std::chrono::milliseconds(900)}},
        Trouble{"StoredBehindAGatewayTimeOut",
                {.path = "/events/add",
                 .times = 2,
                 .kind = Fault::Kind::kStatus,
                 .status = 504,
                 .stored = true}},
        Trouble{"AnswerCutShort",
                {.path = "/events/add",
                 .kind = Fault::Kind::kTruncate,
                 .bytes = 40}},
        Trouble{"NotStored503",
                {.path = "/events/add",
                 .times = 3,
                 .kind = Fault::Kind::kStatus,
                 .status = 503}},
        Trouble{"NotStored500",
                {.path = "/events/add", .kind = Fault::Kind::kInternalJson}},
        Trouble{"RateLimit",
                {.path = "/events/add",
                 .kind = Fault::Kind::kStatus,
                 .status = 429,
                 .body = R"({"name":"Rate limit exceeded."})"}},
        Trouble{"SearchCut",
                {.path = "/events/restSearch", .kind = Fault::Kind::kCut}}),
    [](const testing::TestParamInfo<Trouble>& trouble) {
      return std::string(trouble.param.name);
    });

TEST_F(SubmitServerTest, AttributesThatAreAddedLateAreThereOnce) {
  WriteResults(results_, ManyAnalyses(1, 6));
  server_.Inject(
      {.path = "/events/add", .kind = Fault::Kind::kStoredPartly, .rows = 2});
  server_.Inject(
      {.path = "/attributes/add", .kind = Fault::Kind::kStoredThenCut});
  Submitted(SubmitTo(server_, results_));
  ExpectStored(1, 6);
}

TEST_F(SubmitServerTest, ARunThatDiedIsSettledByAsking) {
  WriteResults(results_, ManyAnalyses(3, 2));
  // The server stores and answers nothing; then nothing works any more.
  server_.Inject(
      {.path = "/events/add", .times = 0, .kind = Fault::Kind::kStoredThenCut});
  server_.Inject({.path = "/events/restSearch",
                  .times = 0,
                  .kind = Fault::Kind::kStatus,
                  .status = 502});
  SubmitOptions options = SubmitTo(server_, results_);
  options.max_failures = 4;
  const absl::Status failed = RunSubmit(options).status();
  EXPECT_EQ(failed.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ExitCodeOf(failed), ExitCode::kServer);
  EXPECT_GT(Of(Ledger().events, SendState::kSending), 0U);

  server_.WaitForClients();
  server_.ClearFaults();
  server_.ClearRequests();
  Submitted(SubmitTo(server_, results_));
  // What was being sent is asked for first.
  EXPECT_THAT(server_.requests()[2].path, HasSubstr("/events/restSearch"));
  ExpectStored(3, 6);
}

TEST_F(SubmitServerTest, AServerThatStoresNothingIsGivenUp) {
  WriteResults(results_, ManyAnalyses(2, 1));
  // It answers what it is asked, all the same.
  server_.Inject({.path = "/events/add",
                  .times = 0,
                  .kind = Fault::Kind::kStatus,
                  .status = 503});
  SubmitOptions options = SubmitTo(server_, results_);
  options.max_failures = 3;
  const absl::Status failed = RunSubmit(options).status();
  EXPECT_EQ(failed.code(), absl::StatusCode::kUnavailable);
  EXPECT_LE(server_.RequestCount("/events/add"), 5U);
}

TEST_F(SubmitServerTest, AServerThatIsGoneIsAnError) {
  WriteResults(results_, ManyAnalyses(1, 1));
  SubmitOptions options = SubmitTo(server_, results_);
  options.server = "http://127.0.0.1:1";
  options.max_failures = 2;
  const absl::Status failed = RunSubmit(options).status();
  EXPECT_EQ(ExitCodeOf(failed), ExitCode::kServer);
  // The plan is there for the next run.
  EXPECT_EQ(Of(Ledger().events, SendState::kPlanned), 1U);
}

// It says each time that the event is not there, and will not take it either.
TEST_F(SubmitServerTest, AServerThatOnlyAnswersQuestionsIsGivenUp) {
  WriteResults(results_, ManyAnalyses(1, 1));
  server_.Inject({.path = "/events/add",
                  .times = 0,
                  .kind = Fault::Kind::kStatus,
                  .status = 503});
  SubmitOptions options = SubmitTo(server_, results_);
  options.max_failures = 3;
  EXPECT_EQ(ExitCodeOf(RunSubmit(options).status()), ExitCode::kServer);
  EXPECT_EQ(server_.RequestCount("/events/add"), 3U);
}

TEST_F(SubmitServerTest, AKeyThatIsRefusedOnTheWayEndsTheRun) {
  WriteResults(results_, ManyAnalyses(3, 1));
  server_.SetRole({.read_only = true});
  const absl::Status failed = RunSubmit(SubmitTo(server_, results_)).status();
  EXPECT_EQ(failed.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(ExitCodeOf(failed), ExitCode::kServer);
  EXPECT_THAT(server_.EventIds(), IsEmpty());
  // Nothing is settled: another key can still send it.
  server_.SetRole({});
  Submitted(SubmitTo(server_, results_));
  ExpectStored(3, 3);
}

TEST_F(SubmitServerTest, WhatIsMissingIsSaidBeforeTheFirstEvent) {
  WriteResults(results_, ManyAnalyses(1, 1));
  server_.AddEvent({.tags = {"tlp:green"}});
  SubmitOptions options = SubmitTo(server_, results_);
  options.draft.tags = {"TLP:green", "nobody:knows"};
  server_.SetRole({.perm_tag_editor = false, .perm_sync = false});
  server_.SetSiteAdmin(false);
  absl::Status failed = RunSubmit(options).status();
  EXPECT_EQ(ExitCodeOf(failed), ExitCode::kServer);
  EXPECT_THAT(std::string(failed.message()), HasSubstr("nobody:knows"));

  server_.SetRole({.perm_tagger = false});
  failed = RunSubmit(options).status();
  EXPECT_THAT(std::string(failed.message()), HasSubstr("may not tag"));
  server_.SetRole({.perm_add = false});
  failed = RunSubmit(options).status();
  EXPECT_THAT(std::string(failed.message()), HasSubstr("may not add events"));
  EXPECT_EQ(server_.RequestCount("/events/add"), 0U);

  options.draft.tags = {"TLP:green"};
  server_.SetRole({.perm_tag_editor = false, .perm_sync = false});
  Submitted(options);
  EXPECT_EQ(server_.RequestCount("/events/add"), 1U);
}

TEST_F(SubmitServerTest, AnotherRunWithTheLedgerIsRefused) {
  WriteResults(results_, ManyAnalyses(1, 1));
  const absl::StatusOr<Outbox> other =
      Outbox::Open(DefaultLedger(results_), "https://misp.example");
  ASSERT_TRUE(other.ok());
  EXPECT_EQ(ExitCodeOf(RunSubmit(SubmitTo(server_, results_)).status()),
            ExitCode::kLocked);
}

// --- Which analyses, grouped how.

TEST_F(SubmitServerTest, TheFirstEventsGoAndTheRestStaysPlanned) {
  WriteResults(results_, ManyAnalyses(5, 1));
  SubmitOptions options = SubmitTo(server_, results_);
  options.max_events = 2;
  for (const uint64_t sent : {2, 4, 5}) {
    const SubmitReport report = Submitted(options);
    EXPECT_EQ(server_.EventIds().size(), sent);
    EXPECT_EQ(report.planned.size(), 5 - sent);
    EXPECT_EQ(Of(Ledger().events, SendState::kPlanned), 5 - sent);
  }
  // The first two travel at the same time, and so come in either order.
  EXPECT_THAT(std::vector({server_.Event(server_.EventIds()[0]).info,
                           server_.Event(server_.EventIds()[1]).info}),
              UnorderedElementsAre("Cuckoo Sandbox analysis #r0",
                                   "Cuckoo Sandbox analysis #r1"));
}

TEST_F(SubmitServerTest, ABatchHoldsManyAnalysesAndEachOfThemOnce) {
  WriteResults(results_, ManyAnalyses(9, 10));
  SubmitOptions options = SubmitTo(server_, results_);
  options.batch_attributes = 35;
  options.draft.title = "{count} analyses of {date}";
  Submitted(options);
  EXPECT_EQ(server_.EventIds().size(), 3U);
  EXPECT_EQ(server_.LiveAttributeCount(), 90U);
  // The next night brings one more.
  WriteResults(results_, ManyAnalyses(10, 10));
  Submitted(options);
  EXPECT_EQ(server_.EventIds().size(), 4U);
  EXPECT_EQ(server_.LiveAttributeCount(), 100U);
  // What was sent in a batch is not sent alone.
  options.batch_attributes = 0;
  Submitted(options);
  EXPECT_EQ(server_.LiveAttributeCount(), 100U);
}

TEST_F(SubmitServerTest, SettingsMayChangeUntilAnEventIsSent) {
  WriteResults(results_, ManyAnalyses(2, 1));
  SubmitOptions options = SubmitTo(server_, results_);
  options.max_events = 1;
  Submitted(options);
  options.draft.title = "Another title";
  Submitted(options);
  EXPECT_EQ(server_.Event(server_.EventIds()[0]).info,
            "Cuckoo Sandbox analysis #r0");
  EXPECT_EQ(server_.Event(server_.EventIds()[1]).info, "Another title #r1");
}

TEST_F(SubmitServerTest, ScoresSelect) {
  std::vector<ResultAnalysis> analyses = ManyAnalyses(4, 1);
  analyses[0].score = "7.5";
  analyses[1].score = "2";
  analyses[2].score = "5";
  WriteResults(results_, analyses);
  SubmitOptions options = SubmitTo(server_, results_);
  options.min_score = 5;
  const SubmitReport report = Submitted(options);
  EXPECT_EQ(report.selected, 2U);
  EXPECT_EQ(server_.EventIds().size(), 2U);
}

// --- Samples that MISP knows, and sightings.

class SubmitKnownTest : public SubmitServerTest {
 protected:
  SubmitKnownTest() {
    FakeEvent event;
    event.uuid = "22222222-2222-4222-8222-222222222222";
    event.info = "known";
    id_ = server_.AddEvent(event);
    attribute_ = server_.AddAttribute(
        id_, {.type = "sha256", .value = std::string(64, 'a')});
    other_ = server_.AddAttribute(id_, {.value = "c2.example"});
  }

  // "r0" has the known sample, "r1" only a host of the event.
  std::vector<ResultAnalysis> Analyses() const {
    std::vector<ResultAnalysis> analyses = ManyAnalyses(2, 1);
    analyses[0].sha256 = std::string(64, 'a');
    analyses[0].known_in = {event_};
    analyses[0].matches = {{attribute_, event_}};
    analyses[1].matches = {{other_, event_}, {attribute_, event_, 20}};
    return analyses;
  }

  std::vector<std::string> Infos() const {
    std::vector<std::string> infos;
    for (const uint64_t id : server_.EventIds()) {
      infos.push_back(server_.Event(id).info);
    }
    return infos;
  }

  std::vector<std::string> Sighted() const {
    std::vector<std::string> sighted;
    for (const FakeSighting& sighting : server_.Sightings()) {
      sighted.push_back(sighting.attribute_uuid);
    }
    return sighted;
  }

  const std::string event_ = "22222222-2222-4222-8222-222222222222";
  uint64_t id_ = 0;
  std::string attribute_;
  std::string other_;
};

TEST_F(SubmitKnownTest, IsSightedAndGetsNoEvent) {
  WriteResults(results_, Analyses());
  const SubmitReport report = Submitted(SubmitTo(server_, results_));
  EXPECT_EQ(report.known, 1U);
  EXPECT_THAT(Infos(), ElementsAre("known", "Cuckoo Sandbox analysis #r1"));
  // What is not sure enough is not sighted.
  EXPECT_THAT(Sighted(), UnorderedElementsAre(attribute_, other_));
  const FakeSighting sighting = server_.Sightings()[0];
  EXPECT_EQ(sighting.type, 0);
  EXPECT_EQ(sighting.source, "Cuckoo Sandbox");
  EXPECT_EQ(sighting.date, 1767323045);  // of the analysis
  EXPECT_EQ(Of(Ledger().sightings, SendState::kStored), 2U);

  // Once a day and source: neither again nor from another ledger.
  Submitted(SubmitTo(server_, results_));
  std::filesystem::remove(DefaultLedger(results_));
  Submitted(SubmitTo(server_, results_));
  EXPECT_EQ(server_.Sightings().size(), 2U);
  EXPECT_EQ(Of(Ledger().sightings, SendState::kStored), 2U);
}

TEST_F(SubmitKnownTest, EachPolicyDoesAsItSays) {
  WriteResults(results_, Analyses());
  SubmitOptions options = SubmitTo(server_, results_);
  options.known = KnownPolicy::kSkip;
  options.sightings = SightingPolicy::kNone;
  Submitted(options);
  EXPECT_THAT(Infos(), ElementsAre("known", "Cuckoo Sandbox analysis #r1"));
  EXPECT_THAT(Sighted(), IsEmpty());

  options.known = KnownPolicy::kExtend;
  Submitted(options);
  EXPECT_THAT(Infos(), ElementsAre("known", "Cuckoo Sandbox analysis #r1",
                                   "Cuckoo Sandbox analysis #r0"));
  EXPECT_EQ(server_.Event(server_.EventIds()[2]).extends_uuid, event_);

  FakeMisp fresh;
  options = SubmitTo(fresh, results_);
  options.known = KnownPolicy::kSubmit;
  options.sightings = SightingPolicy::kNone;
  Submitted(options);
  EXPECT_EQ(fresh.EventIds().size(), 2U);
  EXPECT_EQ(fresh.Event(fresh.EventIds()[0]).extends_uuid, "");
}

TEST_F(SubmitKnownTest, OfUnknownSamplesOnlyIfWanted) {
  WriteResults(results_, Analyses());
  SubmitOptions options = SubmitTo(server_, results_);
  options.sightings = SightingPolicy::kKnown;
  Submitted(options);
  EXPECT_THAT(Sighted(), ElementsAre(attribute_));
}

TEST_F(SubmitKnownTest, AnAnalysisDoesNotConfirmItsOwnEvent) {
  std::vector<ResultAnalysis> analyses = ManyAnalyses(1, 1);
  WriteResults(results_, analyses);
  Submitted(SubmitTo(server_, results_));
  // The next snapshot has the event, and the next scan matches it.
  const uint64_t own = server_.EventIds().back();
  const std::string uuid = server_.Event(own).uuid;
  analyses[0].known_in = {uuid};
  analyses[0].matches = {{server_.Attributes(own)[0].uuid, uuid}};
  WriteResults(results_, analyses);
  const SubmitReport report = Submitted(SubmitTo(server_, results_));
  EXPECT_EQ(report.known, 0U);
  EXPECT_THAT(Sighted(), IsEmpty());
  std::filesystem::remove(DefaultLedger(results_));
  Submitted(SubmitTo(server_, results_));
  EXPECT_THAT(Sighted(), IsEmpty());
}

TEST_F(SubmitKnownTest, ASightingOfADayIsOneWhateverTheReports) {
  std::vector<ResultAnalysis> analyses = ManyAnalyses(3, 1);
  for (ResultAnalysis& analysis : analyses) {
    analysis.matches = {{other_, event_}};
  }
  analyses[2].started = "2026-01-03T00:00:01";
  WriteResults(results_, analyses);
  Submitted(SubmitTo(server_, results_));
  EXPECT_EQ(server_.Sightings().size(), 2U);
  SubmitOptions options = SubmitTo(server_, results_);
  options.sighting_source = "another lab";
  Submitted(options);
  EXPECT_EQ(server_.Sightings().size(), 4U);
}

TEST_F(SubmitKnownTest, SightingsOfWhatIsNotThereAreListed) {
  std::vector<ResultAnalysis> analyses = ManyAnalyses(1, 1);
  analyses[0].matches = {{other_, event_},
                         {"99999999-9999-4999-8999-999999999999", event_}};
  WriteResults(results_, analyses);
  const SubmitReport report = Submitted(SubmitTo(server_, results_));
  ASSERT_EQ(report.problems.size(), 1U);
  EXPECT_EQ(report.problems[0].what, "sighting");
  EXPECT_THAT(report.problems[0].detail, HasSubstr("no such attribute"));
  EXPECT_EQ(Of(Ledger().sightings, SendState::kRefused), 1U);
  EXPECT_EQ(server_.Sightings().size(), 1U);
}

TEST_F(SubmitKnownTest, SightingsOfAnEventThatIsNotThereAreListed) {
  std::vector<ResultAnalysis> analyses = ManyAnalyses(1, 1);
  analyses[0].matches = {{other_, "99999999-9999-4999-8999-999999999999"}};
  WriteResults(results_, analyses);
  const SubmitReport report = Submitted(SubmitTo(server_, results_));
  ASSERT_EQ(report.problems.size(), 1U);
  EXPECT_EQ(report.problems[0].what, "sighting");
}

TEST_F(SubmitKnownTest, SightingsSurviveALostAnswer) {
  WriteResults(results_, Analyses());
  server_.Inject({.path = "/sightings/bulkSaveSightings",
                  .kind = Fault::Kind::kStoredThenCut});
  Submitted(SubmitTo(server_, results_));
  EXPECT_EQ(server_.Sightings().size(), 2U);
  server_.Inject({.path = "/sightings/bulkSaveSightings",
                  .times = 2,
                  .kind = Fault::Kind::kStatus,
                  .status = 503});
  SubmitOptions options = SubmitTo(server_, results_);
  options.sighting_source = "x";
  Submitted(options);
  EXPECT_EQ(server_.Sightings().size(), 4U);
  EXPECT_EQ(Of(Ledger().sightings, SendState::kStored), 4U);
}

TEST_F(SubmitKnownTest, AKeyThatMayNotSightIsSaidBeforehand) {
  WriteResults(results_, Analyses());
  server_.SetSiteAdmin(false);
  server_.SetRole({.perm_sighting = false, .perm_sync = false});
  const absl::Status failed = RunSubmit(SubmitTo(server_, results_)).status();
  EXPECT_THAT(std::string(failed.message()), HasSubstr("--sightings none"));
  EXPECT_EQ(server_.RequestCount("/events/add"), 0U);
}

// --- Results that are none.

TEST_F(SubmitServerTest, ResultsThatDoNotFitTogetherAreAnError) {
  std::vector<ResultAnalysis> analyses = ManyAnalyses(2, 1);
  analyses[0].matches = {{"11111111-1111-4111-8111-111111111111",
                          "22222222-2222-4222-8222-222222222222"}};
  WriteResults(results_, analyses);
  std::filesystem::resize_file(results_ + "/correlations.jsonl", 0);
  EXPECT_EQ(RunSubmit(SubmitTo(server_, results_)).status().code(),
            absl::StatusCode::kDataLoss);
  EXPECT_THAT(server_.EventIds(), IsEmpty());
  // Nothing of it is planned either.
  EXPECT_EQ(Of(Ledger().events, SendState::kPlanned), 0U);
}

}  // namespace
}  // namespace mispsift
