// A whole fetch against a server that behaves as recorded, traps included. In
// each trap the usual client is run first, to see that it is one.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "mispsift/misp/snapshot_file.h"
#include "mispsift/pipeline/exit_code.h"
#include "tests/support/fetch_harness.h"

namespace mispsift {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using Kind = Fault::Kind;

constexpr char kSearch[] = "/attributes/restSearch";
constexpr char kIndex[] = "/events/index";

FakeAttribute AttributeOf(const std::string& type, const std::string& value) {
  FakeAttribute attribute;
  attribute.type = type;
  attribute.value = value;
  return attribute;
}

class FetchServer : public testing::Test {
 protected:
  // Events of these sizes, all of them long settled.
  void Fill(FakeMisp* server, const std::vector<int>& sizes) {
    for (size_t i = 0; i < sizes.size(); ++i) {
      FakeEvent event;
      event.info = "event " + std::to_string(i + 1);
      event.date = "2026-01-0" + std::to_string(i % 9 + 1);
      event.threat_level_id = static_cast<int>(i % 4) + 1;
      event.tags = {"tlp:green", "campaign:" + std::to_string(i % 3)};
      for (int k = 0; k < sizes[i]; ++k) {
        FakeAttribute attribute = AttributeOf(
            k % 2 == 0 ? "domain" : "sha256",
            "v" + std::to_string(i) + "-" + std::to_string(k) + ".example");
        attribute.comment = k % 5 == 0 ? "a \"comment\" \xc3\xa9\n" : "";
        attribute.to_ids = k % 3 != 0;
        attribute.disable_correlation = k % 7 == 0;
        if (k % 4 == 0) attribute.tags = {"kill-chain:c2"};
        event.attributes.push_back(attribute);
      }
      server->AddEvent(event);
    }
    server->SetNow(server->now() + 1000);
  }

  FetchOptions Options(const FakeMisp& server,
                       const std::string& name = "s") const {
    return OptionsFor(server, folder_.path(name));
  }

  // The bodies of the searches that were asked.
  static std::vector<nlohmann::json> Searches(const FakeMisp& server) {
    std::vector<nlohmann::json> bodies;
    for (const RecordedRequest& request : server.requests()) {
      if (request.path.find(kSearch) == std::string::npos) continue;
      bodies.push_back(nlohmann::json::parse(request.body));
    }
    return bodies;
  }

  // A whole fetch, which has to give what the server holds at its end.
  void ExpectWhole(const FakeMisp& server, const FetchOptions& options) {
    const absl::StatusOr<Fetched> fetched = RunFetch(options);
    ASSERT_TRUE(fetched.ok()) << fetched.status();
    EXPECT_THAT(Difference(fetched->lines, LinesOf(server)), IsEmpty());
    EXPECT_EQ(fetched->report.rejects.Total(), 0u);
  }

  void ExpectFailure(const FetchOptions& options, ExitCode code,
                     const std::string& words) {
    const absl::StatusOr<Fetched> fetched = RunFetch(options);
    ASSERT_FALSE(fetched.ok());
    EXPECT_EQ(ExitCodeOf(fetched.status()), code) << fetched.status();
    EXPECT_THAT(std::string(fetched.status().message()), HasSubstr(words));
    EXPECT_THAT(std::string(fetched.status().message()),
                Not(HasSubstr(options.servers[0].key)));
  }

  static bool HasTwice(const std::vector<std::string>& uuids) {
    return std::set<std::string>(uuids.begin(), uuids.end()).size() !=
           uuids.size();
  }

  TempFolder folder_;
};

TEST_F(FetchServer, TakesEverythingAndAsksAsItShould) {
  FakeMisp server;
  Fill(&server, {3, 0, 40, 7, 1});
  FetchOptions options = Options(server);
  options.batch_rows = 250;
  const absl::StatusOr<Fetched> fetched = RunFetch(options);
  ASSERT_TRUE(fetched.ok()) << fetched.status();
  EXPECT_THAT(Difference(fetched->lines, LinesOf(server)), IsEmpty());
  EXPECT_EQ(fetched->report.attributes, 51u);
  EXPECT_EQ(fetched->report.events, 5u);
  EXPECT_EQ(fetched->snapshot.manifest().sources[0].attributes, 51u);

  for (const RecordedRequest& request : server.requests()) {
    EXPECT_EQ(request.Header("authorization"), server.key());
    EXPECT_EQ(request.Header("accept"), "application/json");
    EXPECT_THAT(std::string(request.Header("user-agent")),
                testing::StartsWith("MISP mispsift/"));
    if (request.method != "POST") continue;
    EXPECT_EQ(request.Header("content-type"), "application/json");
    EXPECT_TRUE(nlohmann::json::parse(request.body).is_object());
  }
  ASSERT_FALSE(Searches(server).empty());
  for (const nlohmann::json& body : Searches(server)) {
    EXPECT_EQ(body["returnFormat"], "json");
    EXPECT_EQ(body["order"], "Attribute.id asc");
    EXPECT_GE(body["limit"], 1);
    EXPECT_LE(body["limit"], 100000);
    EXPECT_GE(body["page"], 1);
    EXPECT_FALSE(body["eventid"].empty());
  }
}

TEST_F(FetchServer, NumbersMayBeNumbersAndThePathMayBeDeeper) {
  FakeMispOptions options;
  options.numbers_as_numbers = true;
  options.base_path = "/misp";
  FakeMisp server(options);
  Fill(&server, {3, 40, 7});
  ExpectWhole(server, Options(server));
  FetchOptions slashed = Options(server, "slashed");
  slashed.servers[0].url += "//";
  ExpectWhole(server, slashed);
}

TEST_F(FetchServer, AnyBatchesGiveTheSameSnapshot) {
  FakeMisp server;
  server.GenerateEvents(60, 3000, 7);
  server.SetNow(server.now() + 1000);
  std::set<std::string> ids;
  for (const auto& [rows, connections] :
       std::vector<std::pair<uint64_t, int>>{{250, 1}, {250, 4}, {20000, 2}}) {
    FetchOptions options = Options(server, std::to_string(ids.size()) + "x");
    options.batch_rows = rows;
    options.connection.connections = connections;
    const absl::StatusOr<Fetched> fetched = RunFetch(options);
    ASSERT_TRUE(fetched.ok()) << fetched.status();
    EXPECT_THAT(Difference(fetched->lines, LinesOf(server)), IsEmpty());
    ids.insert(fetched->report.snapshot_id);
  }
  EXPECT_EQ(ids.size(), 1u);
}

// --- Paging ---

TEST_F(FetchServer, RowsThatMoveBetweenPagesAreNotLost) {
  FakeMisp server;
  Fill(&server, {900});
  const std::vector<FakeAttribute> attributes = server.Attributes(1);
  int deleted = 0;
  server.Before([&](const RecordedRequest& request, FakeMisp& misp) {
    if (request.body.find("\"page\":2") == std::string::npos) return;
    misp.SoftDeleteAttribute(attributes[static_cast<size_t>(deleted++)].uuid);
  });
  const std::vector<std::string> naive = NaiveDownload(server, 300);
  EXPECT_THAT(naive, Not(Contains(attributes[300].uuid)));

  server.SetNow(server.now() + 1000);
  FetchOptions options = Options(server);
  options.batch_rows = 250;
  server.Before([&](const RecordedRequest& request, FakeMisp& misp) {
    // Once, so that there is an end to it.
    if (deleted == 2) return;
    if (request.body.find("\"page\":2") == std::string::npos) return;
    misp.SoftDeleteAttribute(attributes[static_cast<size_t>(deleted++)].uuid);
    misp.SetNow(misp.now() + 1000);
  });
  ExpectWhole(server, options);
  EXPECT_EQ(deleted, 2);
}

TEST_F(FetchServer, AnOrderThatIsIgnoredLosesAndDoublesNothing) {
  FakeMispOptions server_options;
  server_options.restsearch_ignores_order = true;
  server_options.version = "2.4.170";
  FakeMisp server(server_options);
  Fill(&server, {700, 3, 500});
  FetchOptions options = Options(server);
  options.batch_rows = 250;
  ExpectWhole(server, options);
}

TEST_F(FetchServer, RowsThatTheServerSkipsDoNotEndTheirBatch) {
  FakeMisp server;
  Fill(&server, {900});
  server.SkipEvery(10);
  EXPECT_LT(NaiveDownload(server, 300).size(), 300u);  // ends after a page

  FetchOptions options = Options(server);
  options.batch_rows = 250;
  const absl::StatusOr<Fetched> fetched = RunFetch(options);
  ASSERT_TRUE(fetched.ok()) << fetched.status();
  EXPECT_EQ(fetched->report.attributes, 810u);
  // A key that sees everything is told what it did not get.
  EXPECT_EQ(fetched->report.rejects[Reject::kWithheld], 1u);
  EXPECT_THAT(fetched->report.rejected[0].detail,
              HasSubstr("90 of 900 listed attributes"));
}

TEST_F(FetchServer, RowsThatNobodyCountsAreAskedForAgainAndNamed) {
  FakeMisp server;
  Fill(&server, {100, 100, 9});
  server.DropEvery(50);
  const absl::StatusOr<Fetched> fetched = RunFetch(Options(server));
  ASSERT_TRUE(fetched.ok()) << fetched.status();
  EXPECT_EQ(fetched->report.attributes, 205u);
  EXPECT_EQ(fetched->report.rejects[Reject::kWithheld], 2u);
  // The events in question alone.
  const std::vector<nlohmann::json> searches = Searches(server);
  ASSERT_EQ(searches.size(), 2u);
  EXPECT_EQ(searches[0]["eventid"].size(), 3u);
  EXPECT_EQ(searches[1]["eventid"].size(), 2u);
}

TEST_F(FetchServer, WhatWasWithheldIsAskedForAgainByTheNextFetch) {
  FakeMisp server;
  Fill(&server, {100, 100, 9});
  server.SetNow(server.now() + 3600);
  server.DropEvery(50);
  ASSERT_TRUE(RunFetch(Options(server)).ok());
  const absl::StatusOr<Fetched> again = RunFetch(Options(server));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->report.rejects[Reject::kWithheld], 2u);
  server.DropEvery(0);
  ExpectWhole(server, Options(server));
}

TEST_F(FetchServer, APageThatCameShortOnceIsAskedForAgain) {
  FakeMisp server;
  Fill(&server, {100, 100});
  int searches = 0;
  server.Before([&](const RecordedRequest& request, FakeMisp& misp) {
    if (request.path.find(kSearch) == std::string::npos) return;
    misp.DropEvery(searches++ == 0 ? 7 : 0);
  });
  ExpectWhole(server, Options(server));
}

TEST_F(FetchServer, WhatAKeyMayNotSeeIsNoLoss) {
  FakeMispOptions server_options;
  server_options.site_admin = false;
  FakeMisp server(server_options);
  Fill(&server, {100, 100});
  server.HideEvery(10);
  const absl::StatusOr<Fetched> fetched = RunFetch(Options(server));
  ASSERT_TRUE(fetched.ok()) << fetched.status();
  EXPECT_THAT(Difference(fetched->lines, LinesOf(server)), SizeIs(20));
  EXPECT_EQ(fetched->report.attributes, 180u);
  EXPECT_EQ(fetched->report.rejects.Total(), 0u);
  EXPECT_THAT(
      fetched->report.notes,
      Contains(HasSubstr("20 attributes in these hidden from this key")));
  EXPECT_EQ(Searches(server).size(), 1u);
}

TEST_F(FetchServer, AnUnfilteredAnswerEndsIt) {
  FakeMisp server;
  Fill(&server, {10, 10});
  server.Inject({.path = kSearch, .times = 0, .kind = Kind::kUnfiltered});
  FetchOptions options = Options(server);
  options.filter.orgs = {"Example Org"};
  FakeEvent other;
  other.org = "Another Org";
  other.attributes = {AttributeOf("md5", "x")};
  server.AddEvent(other);
  server.SetNow(server.now() + 1000);
  ExpectFailure(options, ExitCode::kServer, "of other events");
}

// --- What changes meanwhile ---

TEST_F(FetchServer, EventsThatChangeMeanwhileAreAskedForAgain) {
  FakeMisp server;
  Fill(&server, {20, 20, 20, 20});
  const std::string edited = server.Attributes(2)[3].uuid;
  bool changed = false;
  server.Before([&](const RecordedRequest& request, FakeMisp& misp) {
    if (changed || request.path.find(kSearch) == std::string::npos) return;
    changed = true;
    // What the answer to this will show is not what the index said.
    misp.EditAttribute(edited, [](FakeAttribute& attribute) {
      attribute.value = "changed.example";
    });
    misp.AddAttribute(1, AttributeOf("domain", "new.example"));
    misp.HardDeleteEvent(3);
    misp.SetPublished(4, false);
    FakeEvent event;
    event.attributes = {AttributeOf("domain", "latest.example")};
    misp.AddEvent(event);
    misp.SetNow(misp.now() + 1000);
  });
  ExpectWhole(server, Options(server));
  EXPECT_TRUE(changed);
}

TEST_F(FetchServer, AnIndexThatChangesBetweenItsPagesIsReadAgain) {
  FakeMisp server;
  Fill(&server, std::vector<int>(4100, 1));
  bool changed = false;
  server.Before([&](const RecordedRequest& request, FakeMisp& misp) {
    if (changed || request.path.find(kIndex) == std::string::npos) return;
    if (request.body.find("\"page\":2") == std::string::npos) return;
    changed = true;
    misp.HardDeleteEvent(10);  // moves all later ones forward by one
  });
  ExpectWhole(server, Options(server));
  EXPECT_TRUE(changed);
}

TEST_F(FetchServer, AServerThatNeverRestsIsLeftAfterThreeRounds) {
  FakeMisp server;
  Fill(&server, {5, 5});
  server.Before([&](const RecordedRequest& request, FakeMisp& misp) {
    if (request.path.find(kSearch) == std::string::npos) return;
    misp.TouchEvent(1);
    misp.SetNow(misp.now() + 1000);
  });
  const absl::StatusOr<Fetched> fetched = RunFetch(Options(server));
  ASSERT_TRUE(fetched.ok()) << fetched.status();
  EXPECT_THAT(fetched->report.notes, Contains(HasSubstr("kept changing")));
  EXPECT_EQ(Searches(server).size(), 3u);
  // The next one takes it.
  server.Before(nullptr);
  ExpectWhole(server, Options(server));
}

TEST_F(FetchServer, AChangeWithinTheSecondOfTheFetchIsSeenByTheNext) {
  FakeMisp server;
  Fill(&server, {5, 5});
  server.TouchEvent(1);  // in the very second of the fetch
  ASSERT_TRUE(RunFetch(Options(server)).ok());
  server.AddAttribute(1, AttributeOf("domain", "same-second.example"));
  server.SetNow(server.now() + 1000);
  ExpectWhole(server, Options(server));
}

// --- Refusals ---

TEST_F(FetchServer, ThreeMeaningsOf403AreToldApart) {
  FakeMisp server;
  Fill(&server, {5});
  FetchOptions bad = Options(server);
  bad.servers[0].key = "anotherKEYanotherKEYanotherKEYanotherKEY";
  ExpectFailure(bad, ExitCode::kServer, "Authentication failed");
  server.SetKeyCheck(KeyCheck::kDisabledUser);
  ExpectFailure(Options(server), ExitCode::kServer, "has been disabled");
  server.SetKeyCheck(KeyCheck::kWrongAddress);
  ExpectFailure(Options(server), ExitCode::kServer, "from your IP address");
  server.SetKeyCheck(KeyCheck::kNoPermission);
  ExpectFailure(Options(server), ExitCode::kServer,
                "You do not have permission");
  EXPECT_EQ(server.RequestCount(kSearch), 0u);
}

TEST_F(FetchServer, MaintenanceIsNoLoginAndNotFollowed) {
  FakeMispOptions server_options;
  server_options.site_admin = false;
  FakeMisp server(server_options);
  Fill(&server, {5});
  server.SetMaintenance(true);
  ExpectFailure(Options(server), ExitCode::kServer, "redirect");
  EXPECT_EQ(server.RequestCount("/users/login"), 0u);
}

TEST_F(FetchServer, ARedirectNeverTakesTheKeyToAnotherHost) {
  FakeMisp server;
  FakeMisp other;
  Fill(&server, {5});
  for (const char* path : {"/servers/getVersion", kIndex, kSearch}) {
    server.ClearFaults();
    server.Inject({.path = path,
                   .times = 0,
                   .kind = Kind::kRedirect,
                   .status = 307,
                   .location = other.url() + "/elsewhere"});
    ExpectFailure(Options(server), ExitCode::kServer, "redirect");
  }
  EXPECT_TRUE(other.requests().empty());
}

TEST_F(FetchServer, AWebPageIsNoAnswer) {
  FakeMisp server;
  Fill(&server, {5});
  server.Inject({.path = kSearch, .times = 0, .kind = Kind::kLoginPage});
  ExpectFailure(Options(server), ExitCode::kServer, "web page");
}

TEST_F(FetchServer, TheServersWordsAreShownWithoutTheKey) {
  FakeMisp server;
  Fill(&server, {5});
  server.Inject(
      {.path = kSearch,
       .times = 0,
       .kind = Kind::kStatus,
       .status = 404,
       .body = R"({"message":"no such thing for )" + server.key() + R"("})"});
  ExpectFailure(Options(server), ExitCode::kServer,
                "status 404: no such thing for ***");
}

TEST_F(FetchServer, AKeyIsMaskedBeforeWordsAreCutAndWhateverItIs) {
  FakeMisp server;
  Fill(&server, {5});
  const std::string key = server.key();
  server.Inject(
      {.path = kSearch,
       .times = 0,
       .kind = Kind::kStatus,
       .status = 404,
       .body = R"({"message":")" + std::string(280, 'x') + key + R"("})"});
  const absl::StatusOr<Fetched> fetched = RunFetch(Options(server));
  EXPECT_THAT(std::string(fetched.status().message()),
              Not(HasSubstr(key.substr(0, 10))));
  // One that is its own mask.
  FetchOptions options = Options(server);
  options.servers[0].key = "*";
  server.Inject({.times = 0,
                 .kind = Kind::kStatus,
                 .status = 403,
                 .body = R"({"message":"not *"})"});
  EXPECT_EQ(ExitCodeOf(RunFetch(options).status()), ExitCode::kServer);
}

TEST_F(FetchServer, WhoTheServerSaysWeAreIsKeptWithoutTheKey) {
  FakeMisp server;
  Fill(&server, {5});
  server.Inject({.path = "/users/view/me",
                 .times = 0,
                 .kind = Kind::kStatus,
                 .status = 200,
                 .body = R"({"User":{},"Role":{"name":"admin\u001b[31m"},)"
                         R"("Organisation":{"name":"of\n)" +
                         server.key() + R"("}})"});
  const absl::StatusOr<Fetched> fetched = RunFetch(Options(server));
  ASSERT_TRUE(fetched.ok()) << fetched.status();
  EXPECT_EQ(fetched->snapshot.manifest().sources[0].seen_as,
            "admin [31m of of ***");
}

TEST_F(FetchServer, AnIndexOfNothingThatSaysSoOnlyByBeingEmptyIsNoIndex) {
  FakeMisp server;
  Fill(&server, {5});
  server.Inject({.path = "/events/index",
                 .times = 0,
                 .kind = Kind::kStatus,
                 .status = 200,
                 .body = "[]"});
  ExpectFailure(Options(server), ExitCode::kServer, "event index");
}

TEST_F(FetchServer, AUrlWithoutAHostIsAMistake) {
  FakeMisp server;
  for (const char* url : {"http://", "https:///x"}) {
    FetchOptions options = Options(server);
    options.servers[0].url = url;
    ExpectFailure(options, ExitCode::kUsage, "no host");
  }
}

TEST_F(FetchServer, WarninglistsAreThoseOfTheServerThatIsAsked) {
  for (const char* entry : {"a.example", "b.example", "c.example"}) {
    // Each a server with the same name, version and number of entries.
    FakeMisp server;
    Fill(&server, {5});
    server.AddWarninglist(
        {.name = "Known", .type = "hostname", .values = {entry}});
    const absl::StatusOr<Fetched> fetched = RunFetch(Options(server));
    ASSERT_TRUE(fetched.ok()) << fetched.status();
    const absl::StatusOr<WarninglistsView> lists =
        WarninglistsView::Read(fetched->snapshot.columns().warninglists);
    ASSERT_TRUE(lists.ok());
    EXPECT_EQ(lists->begin()->entry(0), entry);
  }
}

TEST_F(FetchServer, AListThatChangedUnderItsVersionComesWithAFullFetch) {
  FakeMisp server;
  Fill(&server, {5});
  FetchOptions options = Options(server);
  options.full_every_days = 7;
  uint64_t list = 0;
  const auto fetched_entry = [&] {
    const absl::StatusOr<Fetched> fetched = RunFetch(options);
    EXPECT_TRUE(fetched.ok()) << fetched.status();
    return std::string(
        WarninglistsView::Read(fetched->snapshot.columns().warninglists)
            ->begin()
            ->entry(0));
  };
  const auto edit = [&](const std::string& entry) {
    if (list != 0) server.RemoveWarninglist(list);
    list = server.AddWarninglist(
        {.name = "Known", .type = "hostname", .values = {entry}});
  };
  edit("a.example");
  EXPECT_EQ(fetched_entry(), "a.example");
  edit("b.example");
  EXPECT_EQ(fetched_entry(), "a.example");  // what no index shows
  options.now += 8 * 86'400;
  EXPECT_EQ(fetched_entry(), "b.example");
  edit("c.example");
  options.full = true;
  EXPECT_EQ(fetched_entry(), "c.example");
}

TEST_F(FetchServer, AWarninglistThatCannotBeHadSaysWhatToDo) {
  FakeMisp server;
  Fill(&server, {5});
  server.Inject({.path = "/warninglists/index",
                 .times = 0,
                 .kind = Kind::kStatus,
                 .status = 403,
                 .body = R"({"message":"no"})"});
  ExpectFailure(Options(server), ExitCode::kServer, "--warninglists none");
}

TEST_F(FetchServer, NobodyThereIsAnErrorAndNoEmptySnapshot) {
  FetchOptions options;
  {
    FakeMisp server;
    Fill(&server, {5});
    options = Options(server);
    ASSERT_TRUE(RunFetch(options).ok());
  }
  const std::string before = misp::LoadSnapshot(options.out)->manifest().id;
  options.max_failures = 3;
  ExpectFailure(options, ExitCode::kServer, "127.0.0.1");
  EXPECT_EQ(misp::LoadSnapshot(options.out)->manifest().id, before);
}

TEST_F(FetchServer, AnEmptyServerIsAnError) {
  FakeMisp server;
  ExpectFailure(Options(server), ExitCode::kFailed, "no attribute");
  EXPECT_FALSE(misp::LoadSnapshot(folder_.path("s")).ok());
}

// --- Failures that pass ---

TEST_F(FetchServer, FailuresThatPassLoseNothing) {
  const Fault faults[] = {
      {.kind = Kind::kStatus, .status = 502},
      {.kind = Kind::kStatus, .status = 503},
      {.times = 3, .kind = Kind::kStatus, .status = 504},
      {.kind = Kind::kErrorPage, .status = 500},
      {.kind = Kind::kInternalJson},
      {.kind = Kind::kCut, .bytes = 2000},
      {.kind = Kind::kCut, .bytes = 0},
      {.kind = Kind::kCutChunks, .bytes = 2000},
      {.kind = Kind::kTruncate, .bytes = 2000},
      {.kind = Kind::kTruncate, .bytes = 1},
      {.kind = Kind::kStall,
       .bytes = 2000,
       .delay = std::chrono::milliseconds(3000)},
      {.kind = Kind::kSlow, .delay = std::chrono::milliseconds(200)},
      {.times = 0, .kind = Kind::kGzip},
      {.times = 0, .kind = Kind::kClose},
  };
  for (const char* path : {kSearch, kIndex, "/users/view/me"}) {
    for (Fault fault : faults) {
      FakeMisp server;
      Fill(&server, {30, 30, 30});
      fault.path = path;
      server.Inject(fault);
      FetchOptions options = Options(server, "f");
      options.connection.stall_timeout = absl::Milliseconds(800);
      options.full = true;
      SCOPED_TRACE(testing::Message()
                   << path << " fault " << static_cast<int>(fault.kind)
                   << " status " << fault.status << " bytes " << fault.bytes);
      ExpectWhole(server, options);
    }
  }
}

TEST_F(FetchServer, AServerOutOfMemoryIsAskedForLess) {
  FakeMisp server;
  Fill(&server, {300, 30, 2, 2000, 40});
  server.Inject(
      {.path = kSearch, .times = 0, .kind = Kind::kRowLimit, .rows = 200});
  EXPECT_TRUE(NaiveDownload(server, 1000).empty());
  ExpectWhole(server, Options(server));
}

TEST_F(FetchServer, AnIndexThatIsTooMuchIsReadInSmallerPages) {
  FakeMisp server;
  Fill(&server, std::vector<int>(300, 1));
  int refused = 0;
  server.Before([&](const RecordedRequest& request, FakeMisp& misp) {
    if (request.path != kIndex) return;
    if (nlohmann::json::parse(request.body)["limit"] <= 100) return;
    ++refused;
    misp.Inject({.path = kIndex, .kind = Kind::kInternalJson});
  });
  FetchOptions options = Options(server);
  options.max_failures = 1;
  ExpectWhole(server, options);
  EXPECT_GE(refused, 2);
}

TEST_F(FetchServer, OneServerNamedTwiceIsAMistake) {
  FakeMisp server;
  Fill(&server, {3});
  FetchOptions options = Options(server);
  options.servers.push_back({server.url() + "/", server.key()});
  EXPECT_EQ(ExitCodeOf(RunFetch(options).status()), ExitCode::kUsage);
}

TEST_F(FetchServer, AServerThatOnlyFailsIsGivenUp) {
  FakeMisp server;
  Fill(&server, {300, 30});
  server.Inject({.path = kSearch, .times = 0, .kind = Kind::kInternalJson});
  ExpectFailure(Options(server), ExitCode::kServer,
                "An Internal Error Has Occurred");
  server.WaitForClients();
  server.ClearFaults();
  server.Inject(
      {.path = kSearch, .times = 0, .kind = Kind::kStatus, .status = 503});
  FetchOptions options = Options(server);
  options.max_failures = 3;
  server.ClearRequests();
  ExpectFailure(options, ExitCode::kServer, "status 503");
  EXPECT_LE(Searches(server).size(), 4u);
}

TEST_F(FetchServer, TheRateLimitIsWaitedFor) {
  FakeMisp server;
  Fill(&server, {200, 200, 200});
  server.SetRateLimit(2, 1);
  FetchOptions options = Options(server);
  options.batch_rows = 250;
  ExpectWhole(server, options);
  EXPECT_GE(Searches(server).size(), 4u);
}

// --- Only what changed ---

TEST_F(FetchServer, ASecondFetchAsksOnlyForWhatChanged) {
  FakeMisp server;
  Fill(&server, {20, 20, 20, 20, 20, 20});
  ExpectWhole(server, Options(server));
  server.ClearRequests();
  ExpectWhole(server, Options(server));
  EXPECT_EQ(server.RequestCount(kSearch), 0u);

  server.EditAttribute(
      server.Attributes(2)[0].uuid,
      [](FakeAttribute& attribute) { attribute.value = "edited.example"; });
  server.SoftDeleteAttribute(server.Attributes(3)[0].uuid);
  server.HardDeleteAttribute(server.Attributes(3)[1].uuid);
  server.HardDeleteEvent(4);
  server.SetPublished(5, !server.Event(5).published);
  FakeEvent event;
  event.attributes = {AttributeOf("domain", "added.example")};
  const uint64_t added = server.AddEvent(event);
  server.SetNow(server.now() + 1000);
  server.ClearRequests();
  const absl::StatusOr<Fetched> second = RunFetch(Options(server));
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_THAT(Difference(second->lines, LinesOf(server)), IsEmpty());
  std::set<std::string> asked;
  for (const nlohmann::json& body : Searches(server)) {
    for (const nlohmann::json& id : body["eventid"]) asked.insert(id);
  }
  EXPECT_EQ(asked,
            (std::set<std::string>{"2", "3", "5", std::to_string(added)}));
  EXPECT_THAT(second->report.notes, Contains(HasSubstr("1 gone")));

  // It is the same as if everything had been asked for.
  const absl::StatusOr<Fetched> whole = RunFetch(Options(server, "other"));
  ASSERT_TRUE(whole.ok());
  EXPECT_EQ(second->report.snapshot_id, whole->report.snapshot_id);
}

TEST_F(FetchServer, RandomChangesGiveWhatAFullFetchGives) {
  FakeMisp server;
  Fill(&server, {20, 5, 0, 12, 3, 7, 30, 1});
  uint32_t random = 12345;
  const auto below = [&random](size_t bound) {
    random = random * 1664525 + 1013904223;
    return static_cast<size_t>(random >> 8) % bound;
  };
  for (int round = 0; round < 25; ++round) {
    for (size_t change = below(6); change > 0; --change) {
      const std::vector<uint64_t> ids = server.EventIds();
      const uint64_t id = ids[below(ids.size())];
      const std::vector<FakeAttribute> attributes = server.Attributes(id);
      const size_t kind = below(7);
      if (kind == 0 && ids.size() > 3) {
        server.HardDeleteEvent(id);
      } else if (kind == 1) {
        server.SetPublished(id, below(2) == 0);
      } else if (kind == 2) {
        server.EditEvent(id, [&](FakeEvent& event) {
          event.info = "info " + std::to_string(round);
          event.tags = {"tag " + std::to_string(below(5))};
        });
      } else if (kind == 3 || attributes.empty()) {
        server.AddAttribute(
            id,
            AttributeOf("domain", std::to_string(below(1000)) + ".example"));
      } else if (kind == 4) {
        server.SoftDeleteAttribute(attributes[below(attributes.size())].uuid);
      } else if (kind == 5) {
        server.HardDeleteAttribute(attributes[below(attributes.size())].uuid);
      } else {
        FakeEvent event;
        event.attributes = {AttributeOf("md5", std::to_string(round))};
        server.AddEvent(event);
      }
      if (below(3) == 0) server.SetNow(server.now() + 1);
    }
    server.SetNow(server.now() + 1000);
    const absl::StatusOr<Fetched> next = RunFetch(Options(server));
    ASSERT_TRUE(next.ok()) << next.status();
    ASSERT_THAT(Difference(next->lines, LinesOf(server)), IsEmpty())
        << "round " << round;
    const absl::StatusOr<Fetched> whole = RunFetch(Options(server, "whole"));
    FetchOptions full = Options(server, "whole");
    full.full = true;
    const absl::StatusOr<Fetched> again = RunFetch(full);
    ASSERT_TRUE(again.ok());
    ASSERT_EQ(next->report.snapshot_id, again->report.snapshot_id)
        << "round " << round;
  }
}

TEST_F(FetchServer, FullAsksForEverythingAgain) {
  FakeMisp server;
  Fill(&server, {20, 20});
  ASSERT_TRUE(RunFetch(Options(server)).ok());
  // What no index shows: rights that changed.
  server.HideEvery(5);
  server.SetSiteAdmin(true);
  FetchOptions options = Options(server);
  server.ClearRequests();
  options.full = true;
  ExpectWhole(server, options);
  EXPECT_EQ(server.RequestCount(kSearch), 1u);

  options.full = false;
  options.full_every_days = 7;
  options.now += 6 * 86'400;
  server.ClearRequests();
  ExpectWhole(server, options);
  EXPECT_EQ(server.RequestCount(kSearch), 0u);
  options.now += 2 * 86'400;
  ExpectWhole(server, options);
  EXPECT_EQ(server.RequestCount(kSearch), 1u);
  ExpectWhole(server, options);
  EXPECT_EQ(server.RequestCount(kSearch), 1u);
}

TEST_F(FetchServer, AnotherRoleSeesSomethingElse) {
  FakeMisp server;
  Fill(&server, {20, 20});
  server.HideEvery(5);
  server.SetSiteAdmin(false);
  ASSERT_TRUE(RunFetch(Options(server)).ok());
  server.SetSiteAdmin(true);
  ExpectWhole(server, Options(server));
}

// --- Filters ---

TEST_F(FetchServer, FiltersStayWithTheSnapshot) {
  FakeMisp server;
  Fill(&server, {20, 20, 20});
  FetchOptions options = Options(server);
  options.filter.types = {"sha256"};
  const absl::StatusOr<Fetched> fetched = RunFetch(options);
  ASSERT_TRUE(fetched.ok()) << fetched.status();
  EXPECT_EQ(fetched->report.attributes, 30u);
  EXPECT_EQ(fetched->report.rejects.Total(), 0u);
  for (const nlohmann::json& body : Searches(server)) {
    EXPECT_EQ(body["type"], nlohmann::json({"sha256"}));
  }
  EXPECT_EQ(fetched->snapshot.manifest().filter, options.filter);
  EXPECT_EQ(Describe(fetched->snapshot.manifest().filter), "types sha256");

  // Without it everything is wanted, although no event changed.
  ExpectWhole(server, Options(server));
}

TEST_F(FetchServer, FiltersOverEventsAskForNoOthers) {
  FakeMisp server;
  Fill(&server, {20, 20, 20, 20});
  FetchOptions options = Options(server);
  options.filter.threat_levels = {2};
  ASSERT_TRUE(RunFetch(options).ok());
  ASSERT_EQ(Searches(server).size(), 1u);
  EXPECT_EQ(Searches(server)[0]["eventid"], nlohmann::json({"2"}));
  // And nothing at all when nothing changed.
  server.ClearRequests();
  const absl::StatusOr<Fetched> again = RunFetch(options);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(server.RequestCount(kSearch), 0u);
  EXPECT_EQ(again->report.attributes, 20u);
}

TEST_F(FetchServer, TagsOfAttributesAndOfEventsCount) {
  FakeMisp server;
  Fill(&server, {8, 8, 8});
  FetchOptions options = Options(server);
  options.filter.tags = {"campaign:1", "kill-chain:c2"};
  const absl::StatusOr<Fetched> fetched = RunFetch(options);
  ASSERT_TRUE(fetched.ok()) << fetched.status();
  // All of the second event's, and two of each other one's.
  EXPECT_EQ(fetched->report.attributes, 12u);
}

// --- Several sources ---

TEST_F(FetchServer, OneUuidFromTwoServersIsOneAttribute) {
  FakeMisp first;
  FakeMisp second;
  Fill(&first, {3});
  Fill(&second, {3});
  // Synchronised servers: the same uuids, one copy newer.
  const std::string uuid = first.Attributes(1)[1].uuid;
  ASSERT_EQ(second.Attributes(1)[1].uuid, uuid);
  first.EditAttribute(uuid, [](FakeAttribute& attribute) {
    attribute.value = "newer.example";
  });
  first.SetNow(first.now() + 1000);
  FetchOptions both = Options(first);
  both.servers.push_back({second.url(), second.key()});
  const absl::StatusOr<Fetched> fetched = RunFetch(both);
  ASSERT_TRUE(fetched.ok()) << fetched.status();
  EXPECT_EQ(fetched->report.attributes, 3u);
  EXPECT_THAT(fetched->lines, Contains(HasSubstr("newer.example")));
  EXPECT_EQ(fetched->snapshot.manifest().sources[0].attributes, 3u);
  EXPECT_EQ(fetched->snapshot.manifest().sources[1].attributes, 3u);

  // What the first one gives up is still what the second one says.
  first.HardDeleteAttribute(uuid);
  first.SetNow(first.now() + 1000);
  const absl::StatusOr<Fetched> later = RunFetch(both);
  ASSERT_TRUE(later.ok()) << later.status();
  EXPECT_EQ(later->report.attributes, 3u);
  EXPECT_THAT(later->lines, Not(Contains(HasSubstr("newer.example"))));
  EXPECT_THAT(later->lines, Contains(HasSubstr("v0-1.example")));
}

}  // namespace
}  // namespace mispsift
