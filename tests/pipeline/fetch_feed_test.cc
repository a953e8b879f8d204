// Feeds by URL, from a real web server.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "mispsift/pipeline/exit_code.h"
#include "tests/support/fetch_harness.h"

namespace mispsift {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
namespace fs = std::filesystem;

class FetchFeed : public testing::Test {
 protected:
  FetchFeed() {
    fs::create_directory(folder_.path("feed"));
    WriteEvent(1, 1000, {"a.example", "b.example"});
    WriteEvent(2, 1000, {"c.example"});
    WriteEvent(3, 1000, {"d.example"});
    WriteManifest({{1, 1000}, {2, 1000}, {3, 1000}});
    server_.ServeFeed(folder_.path("feed"));
    options_.out = folder_.path("s");
    options_.feeds = {server_.url() + "/feed"};
    options_.retry_delay = absl::Milliseconds(1);
    options_.max_failures = 3;
  }

  static std::string EventUuid(int event) {
    return "00000000-0000-4000-8000-00000000000" + std::to_string(event);
  }

  void Write(const std::string& name, const std::string& text) {
    std::ofstream(folder_.path("feed/" + name)) << text;
  }
  void WriteEvent(int event, int64_t timestamp,
                  const std::vector<std::string>& domains) {
    std::string attributes;
    for (size_t i = 0; i < domains.size(); ++i) {
      attributes += (i == 0 ? "" : ",");
      attributes += R"({"type":"domain","category":"Network activity",)"
                    R"("uuid":"00000000-0000-4000-9000-0000000000)" +
                    std::to_string(event) + std::to_string(i) +
                    R"(","timestamp":")" + std::to_string(timestamp) +
                    R"(","value":")" + domains[i] + R"("})";
    }
    Write(EventUuid(event) + ".json",
          R"({"Event":{"uuid":")" + EventUuid(event) + R"(","info":"event )" +
              std::to_string(event) + R"(","date":"2026-01-01","timestamp":")" +
              std::to_string(timestamp) + R"(","Attribute":[)" + attributes +
              "]}}");
  }
  void WriteManifest(const std::vector<std::pair<int, int64_t>>& events) {
    std::string text;
    for (const auto& [event, timestamp] : events) {
      text += (text.empty() ? "\"" : ",\"") + EventUuid(event) +
              R"(":{"info":"x","timestamp":")" + std::to_string(timestamp) +
              "\"}";
    }
    Write("manifest.json", "{" + text + "}");
  }

  // The values in the snapshot, sorted.
  std::vector<std::string> Run() {
    absl::StatusOr<Fetched> fetched = RunFetch(options_);
    EXPECT_TRUE(fetched.ok()) << fetched.status();
    if (!fetched.ok()) return {};
    report_ = fetched->report;
    std::vector<std::string> values;
    for (uint32_t i = 0; i < fetched->snapshot.attribute_count(); ++i) {
      values.emplace_back(fetched->snapshot.attribute(i).value);
    }
    return values;
  }

  TempFolder folder_;
  FakeMisp server_;
  FetchOptions options_;
  FetchReport report_;
};

using Values = std::vector<std::string>;

TEST_F(FetchFeed, CountsTheEventsThatItHas) {
  Run();
  EXPECT_THAT(report_.notes,
              Contains(HasSubstr("3 events, 3 of them asked for, 0 gone")));
  WriteManifest({{1, 1000}, {3, 1000}});
  Run();
  EXPECT_THAT(report_.notes,
              Contains(HasSubstr("2 events, 0 of them asked for, 1 gone")));
}

TEST_F(FetchFeed, AnEventThatComesAsAPageOrNeverIsNamedAndLeftOut) {
  server_.Inject(
      {.path = EventUuid(1), .times = 0, .kind = Fault::Kind::kLoginPage});
  server_.Inject(
      {.path = EventUuid(2), .times = 0, .kind = Fault::Kind::kInternalJson});
  EXPECT_EQ(Run(), (Values{"d.example"}));
  EXPECT_EQ(report_.rejects[Reject::kUnreadable], 2u);
}

TEST_F(FetchFeed, ARedirectThatLeadsNowhereIsTheServersFault) {
  server_.Inject({.path = "manifest",
                  .times = 0,
                  .kind = Fault::Kind::kRedirect,
                  .location = server_.url() + "/feed/manifest.json"});
  const absl::StatusOr<Fetched> fetched = RunFetch(options_);
  EXPECT_EQ(ExitCodeOf(fetched.status()), ExitCode::kServer);
  EXPECT_THAT(std::string(fetched.status().message()),
              HasSubstr(options_.feeds[0]));
}

TEST_F(FetchFeed, TheSchemesCaseDoesNotMatter) {
  options_.feeds = {"HTTP" + server_.url().substr(4) + "/feed"};
  EXPECT_THAT(Run(), SizeIs(4));
}

TEST_F(FetchFeed, TakesEveryEventAndThenOnlyWhatChanged) {
  EXPECT_EQ(Run(),
            (Values{"a.example", "b.example", "c.example", "d.example"}));
  EXPECT_EQ(server_.RequestCount(".json"), 4u);
  for (const RecordedRequest& request : server_.requests()) {
    EXPECT_EQ(request.Header("authorization"), "");
  }

  // An unchanged manifest does not even travel.
  server_.ClearRequests();
  EXPECT_THAT(Run(), SizeIs(4));
  ASSERT_THAT(server_.requests(), SizeIs(1));
  EXPECT_EQ(server_.requests()[0].status, 304);

  WriteEvent(2, 2000, {"changed.example"});
  fs::remove(folder_.path("feed/" + EventUuid(3) + ".json"));
  WriteEvent(4, 1000, {"new.example"});
  WriteManifest({{1, 1000}, {2, 2000}, {4, 1000}});
  server_.ClearRequests();
  EXPECT_EQ(Run(), (Values{"a.example", "b.example", "changed.example",
                           "new.example"}));
  EXPECT_EQ(server_.RequestCount(EventUuid(1)), 0u);
  EXPECT_EQ(server_.RequestCount(".json"), 3u);
}

TEST_F(FetchFeed, AFolderGivesTheSameAsItsUrl) {
  Run();
  const std::string id = report_.snapshot_id;
  options_.feeds = {folder_.path("feed")};
  options_.out = folder_.path("other");
  Run();
  EXPECT_EQ(report_.snapshot_id, id);
}

TEST_F(FetchFeed, AnEventThatDoesNotComeIsNamedAndWhatWasKnownStays) {
  Run();
  WriteEvent(2, 2000, {"changed.example"});
  WriteManifest({{1, 1000}, {2, 2000}, {3, 1000}});
  Write(EventUuid(2) + ".json", "{\"Event\":");
  EXPECT_EQ(Run(),
            (Values{"a.example", "b.example", "c.example", "d.example"}));
  EXPECT_EQ(report_.rejects[Reject::kTruncated], 1u);
  fs::remove(folder_.path("feed/" + EventUuid(2) + ".json"));
  EXPECT_EQ(Run(),
            (Values{"a.example", "b.example", "c.example", "d.example"}));
  EXPECT_EQ(report_.rejects[Reject::kUnreadable], 1u);
  // It is asked for again until it comes.
  WriteEvent(2, 2000, {"changed.example"});
  EXPECT_THAT(Run(), Contains("changed.example"));
  EXPECT_EQ(report_.rejects.Total(), 0u);
}

TEST_F(FetchFeed, AServerThatFailsIsNoFeedWithoutEvents) {
  Run();
  WriteManifest({{1, 3000}, {2, 3000}, {3, 3000}});
  server_.Inject({.path = EventUuid(2),
                  .times = 0,
                  .kind = Fault::Kind::kStatus,
                  .status = 503});
  const absl::StatusOr<Fetched> fetched = RunFetch(options_);
  EXPECT_EQ(ExitCodeOf(fetched.status()), ExitCode::kServer);
  server_.ClearFaults();
  EXPECT_THAT(Run(), SizeIs(4));
}

TEST_F(FetchFeed, ARedirectIsFollowedWithoutAKey) {
  FakeMisp front;
  front.Inject({.path = "/moved",
                .times = 0,
                .kind = Fault::Kind::kRedirect,
                .status = 301,
                .location = server_.url() + "/feed/manifest.json"});
  options_.feeds = {front.url() + "/moved"};
  // All paths lead to the manifest, which is no event.
  const absl::StatusOr<Fetched> fetched = RunFetch(options_);
  EXPECT_FALSE(fetched.ok());
  EXPECT_GT(server_.RequestCount("manifest.json"), 0u);
}

TEST_F(FetchFeed, NamesThatLeadOutOfTheFeedAreRejected) {
  Write("manifest.json", R"({"../../secret":{"timestamp":"1"},")" +
                             EventUuid(1) + R"(":{"timestamp":1000}})");
  EXPECT_EQ(Run(), (Values{"a.example", "b.example"}));
  EXPECT_EQ(report_.rejects[Reject::kNotMisp], 1u);
  EXPECT_EQ(server_.RequestCount("secret"), 0u);
}

TEST_F(FetchFeed, AFeedAndAServerInOneSnapshot) {
  FakeEvent event;
  event.attributes = {FakeAttribute{.value = "from-the-server.example"}};
  server_.AddEvent(event);
  server_.SetNow(server_.now() + 1000);
  options_.servers = {{server_.url(), server_.key()}};
  EXPECT_THAT(Run(), SizeIs(5));
  // Each is refreshed by itself.
  server_.ClearRequests();
  EXPECT_THAT(Run(), SizeIs(5));
  EXPECT_EQ(server_.RequestCount("restSearch"), 0u);
  EXPECT_EQ(server_.RequestCount(".json"), 1u);
  // A source that is not named any more is not in it any more.
  options_.servers.clear();
  EXPECT_THAT(Run(), SizeIs(4));
  EXPECT_THAT(Run(), Not(Contains("from-the-server.example")));
}

TEST_F(FetchFeed, NoManifestIsAnError) {
  fs::remove(folder_.path("feed/manifest.json"));
  EXPECT_EQ(ExitCodeOf(RunFetch(options_).status()), ExitCode::kServer);
  Write("manifest.json", "[1,2]");
  const absl::Status status = RunFetch(options_).status();
  EXPECT_EQ(ExitCodeOf(status), ExitCode::kServer);
  EXPECT_THAT(std::string(status.message()), HasSubstr("not a manifest"));
}

}  // namespace
}  // namespace mispsift
