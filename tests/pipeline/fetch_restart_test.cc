// What a fetch leaves when it ends before its end, and what the next one makes
// of it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "mispsift/misp/fetch_journal.h"
#include "mispsift/misp/snapshot_file.h"
#include "mispsift/pipeline/exit_code.h"
#include "tests/support/fetch_harness.h"

namespace mispsift {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
namespace fs = std::filesystem;

constexpr char kSearch[] = "/attributes/restSearch";

std::string ReadAll(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class FetchRestart : public testing::Test {
 protected:
  FetchRestart() {
    server_.GenerateEvents(30, 3000, 3);
    server_.SetNow(server_.now() + 1000);
    options_ = OptionsFor(server_, folder_.path("s"));
    options_.batch_rows = 250;
    options_.connection.connections = 1;
    options_.max_failures = 1;
  }

  // Runs into a server that is gone after so many searches.
  void FetchUntil(uint32_t searches) {
    server_.Inject({.path = kSearch,
                    .skip = searches,
                    .times = 0,
                    .kind = Fault::Kind::kStatus,
                    .status = 503});
    const absl::StatusOr<Fetched> fetched = RunFetch(options_);
    ASSERT_FALSE(fetched.ok());
    server_.ClearFaults();
    server_.ClearRequests();
  }

  fs::path journal() const { return options_.out + ".journal"; }
  std::vector<fs::path> parts() const {
    std::vector<fs::path> paths;
    for (const auto& entry : fs::directory_iterator(journal())) {
      paths.push_back(entry.path());
    }
    std::sort(paths.begin(), paths.end());
    return paths;
  }

  Fetched Finish() {
    absl::StatusOr<Fetched> fetched = RunFetch(options_);
    EXPECT_TRUE(fetched.ok()) << fetched.status();
    EXPECT_THAT(Difference(fetched->lines, LinesOf(server_)), IsEmpty());
    EXPECT_FALSE(fs::exists(journal()));
    return *std::move(fetched);
  }

  FakeMisp server_;
  TempFolder folder_;
  FetchOptions options_;
};

TEST_F(FetchRestart, GoesOnWhereItEnded) {
  const size_t all = [this] {
    FetchOptions whole = options_;
    whole.out = folder_.path("whole");
    EXPECT_TRUE(RunFetch(whole).ok());
    const size_t searches = server_.RequestCount(kSearch);
    server_.ClearRequests();
    return searches;
  }();
  ASSERT_GE(all, 8u);
  FetchUntil(5);
  EXPECT_FALSE(fs::exists(options_.out));
  EXPECT_EQ(parts().size(), 5u);
  const Fetched fetched = Finish();
  EXPECT_LE(server_.RequestCount(kSearch), all - 4);
  EXPECT_GT(fetched.report.resumed, 0u);
  EXPECT_EQ(fetched.report.snapshot_id,
            misp::LoadSnapshot(folder_.path("whole"))->manifest().id);
}

TEST_F(FetchRestart, LeavesTheOldSnapshotAlone) {
  ASSERT_TRUE(RunFetch(options_).ok());
  const std::string before = ReadAll(options_.out);
  for (const uint64_t id : server_.EventIds()) server_.TouchEvent(id);
  server_.SetNow(server_.now() + 1000);
  FetchUntil(3);
  EXPECT_EQ(ReadAll(options_.out), before);
  Finish();
}

TEST_F(FetchRestart, WhatChangedInTheMeantimeIsAskedForAgain) {
  FetchUntil(5);
  const std::vector<uint64_t> ids = server_.EventIds();
  for (const uint64_t id : {ids[0], ids[1]}) {
    server_.EditAttribute(
        server_.Attributes(id)[0].uuid,
        [](FakeAttribute& attribute) { attribute.value = "changed.example"; });
  }
  server_.HardDeleteEvent(ids[2]);
  server_.SetNow(server_.now() + 1000);
  Finish();
}

TEST_F(FetchRestart, ABrokenPartIsAskedForAgain) {
  FetchUntil(5);
  const std::vector<fs::path> left = parts();
  fs::resize_file(left[0], fs::file_size(left[0]) / 2);
  std::ofstream(left[1], std::ios::binary | std::ios::in | std::ios::out)
      << "damage";
  std::ofstream(journal() / "part-00000099.snapshot.tmp-1") << "half";
  Finish();
}

// An event without attributes is in no search and not in the short index.
TEST_F(FetchRestart, AnEventWithoutAttributesIsNotLostWithItsPart) {
  FakeEvent empty;
  empty.info = "Nothing in it yet";
  server_.AddEvent(empty);
  server_.SetNow(server_.now() + 1000);
  FetchOptions whole = options_;
  whole.out = folder_.path("whole");
  ASSERT_TRUE(RunFetch(whole).ok());
  server_.Inject({.path = "/events/index",
                  .skip = 1,
                  .times = 0,
                  .kind = Fault::Kind::kStatus,
                  .status = 503});
  ASSERT_FALSE(RunFetch(options_).ok());
  server_.ClearFaults();
  fs::remove(parts()[0]);
  server_.ClearRequests();
  const Fetched fetched = Finish();
  EXPECT_EQ(server_.RequestCount(kSearch), 0u);
  EXPECT_EQ(fetched.report.snapshot_id,
            misp::LoadSnapshot(folder_.path("whole"))->manifest().id);
}

TEST_F(FetchRestart, OtherSourcesAndFiltersGoOnFromNothing) {
  FetchUntil(5);
  options_.filter.types = {"md5"};
  const absl::StatusOr<Fetched> filtered = RunFetch(options_);
  ASSERT_TRUE(filtered.ok()) << filtered.status();
  EXPECT_EQ(filtered->report.resumed, 0u);
  for (const std::string& line : filtered->lines) {
    EXPECT_THAT(line, HasSubstr(" md5 "));
  }
}

TEST_F(FetchRestart, AFullFetchGoesOnOnlyFromAFullOne) {
  FetchUntil(5);
  options_.full = true;
  EXPECT_EQ(Finish().report.resumed, 0u);
  server_.ClearRequests();
  FetchUntil(5);
  EXPECT_GT(Finish().report.resumed, 0u);
}

TEST_F(FetchRestart, StopsCleanlyWhenTold) {
  FetchProgress progress;
  int searches = 0;
  server_.Before([&](const RecordedRequest& request, FakeMisp&) {
    if (request.path == kSearch && ++searches == 4) progress.stop = true;
  });
  const absl::StatusOr<FetchReport> stopped = Fetch(options_, &progress);
  EXPECT_TRUE(absl::IsCancelled(stopped.status())) << stopped.status();
  server_.Before(nullptr);
  EXPECT_GE(parts().size(), 3u);
  Finish();
}

TEST_F(FetchRestart, OneAtATime) {
  absl::StatusOr<misp::FetchJournal> other =
      misp::FetchJournal::Open(options_.out);
  ASSERT_TRUE(other.ok());
  const absl::StatusOr<Fetched> fetched = RunFetch(options_);
  EXPECT_EQ(ExitCodeOf(fetched.status()), ExitCode::kLocked);
  ASSERT_TRUE(std::move(*other).Remove().ok());
  Finish();
}

TEST_F(FetchRestart, AFolderOfThatNameThatIsNotOursStays) {
  fs::create_directory(journal());
  std::ofstream(journal() / "notes.txt") << "mine";
  const absl::StatusOr<Fetched> fetched = RunFetch(options_);
  EXPECT_EQ(ExitCodeOf(fetched.status()), ExitCode::kUsage);
  EXPECT_EQ(ReadAll(journal() / "notes.txt"), "mine");
}

TEST_F(FetchRestart, TheKeyIsInNothingThatStays) {
  FetchUntil(5);
  for (const fs::path& part : parts()) {
    EXPECT_THAT(ReadAll(part), Not(HasSubstr(server_.key())));
  }
  const Fetched fetched = Finish();
  EXPECT_THAT(ReadAll(options_.out), Not(HasSubstr(server_.key())));
  for (const std::string& note : fetched.report.notes) {
    EXPECT_THAT(note, Not(HasSubstr(server_.key())));
  }
}

// --- Warninglists ---

FakeWarninglist ListOf(const std::string& name, std::vector<std::string> values,
                       bool enabled = true) {
  FakeWarninglist list;
  list.name = name;
  list.type = "cidr";
  list.enabled = enabled;
  list.valid_attributes = {"ip-src", "ip-dst"};
  list.values = std::move(values);
  return list;
}

TEST_F(FetchRestart, WarninglistsOfTheServerAreInTheSnapshot) {
  server_.AddWarninglist(ListOf("ranges", {"192.0.2.0/24", "2001:db8::/32"}));
  server_.AddWarninglist(ListOf("another", {"198.51.100.7"}));
  server_.AddWarninglist(ListOf("off", {"203.0.113.1"}, false));
  const Fetched first = Finish();
  EXPECT_EQ(first.report.warninglists, 3u);
  const absl::StatusOr<WarninglistsView> lists =
      WarninglistsView::Read(first.snapshot.columns().warninglists);
  ASSERT_TRUE(lists.ok());
  ASSERT_EQ(lists->size(), 3u);
  EXPECT_EQ((*lists)[0].name, "another");
  EXPECT_EQ((*lists)[1].name, "off");
  EXPECT_FALSE((*lists)[1].enabled);
  EXPECT_EQ((*lists)[1].entry_count(), 0u);
  EXPECT_EQ((*lists)[2].name, "ranges");
  EXPECT_EQ((*lists)[2].type, WarninglistType::kCidr);
  EXPECT_EQ((*lists)[2].entry(1), "2001:db8::/32");
  EXPECT_THAT((*lists)[2].matching_attributes,
              testing::ElementsAre("ip-src", "ip-dst"));

  // Again: only what changed travels, and lists are part of what is known.
  server_.ClearRequests();
  EXPECT_EQ(Finish().report.snapshot_id, first.report.snapshot_id);
  EXPECT_EQ(server_.RequestCount("/warninglists/view/"), 0u);
  server_.AddWarninglist(ListOf("new", {"198.51.100.9"}));
  EXPECT_NE(Finish().report.snapshot_id, first.report.snapshot_id);
  EXPECT_EQ(server_.RequestCount("/warninglists/view/"), 1u);

  options_.server_warninglists = false;
  EXPECT_EQ(Finish().report.warninglists, 0u);
}

TEST_F(FetchRestart, WarninglistsOfAFolderTakeTheirPlace) {
  server_.AddWarninglist(ListOf("the server's", {"192.0.2.0/24"}));
  fs::create_directories(folder_.path("lists/one"));
  std::ofstream(folder_.path("lists/one/list.json"))
      << R"({"name":"one","version":1,"description":"d","type":"string",)"
      << R"("matching_attributes":["md5"],"list":["a","b"]})";
  fs::create_directories(folder_.path("lists/broken"));
  std::ofstream(folder_.path("lists/broken/list.json")) << "{";
  options_.warninglists = {folder_.path("lists")};
  const absl::StatusOr<Fetched> fetched = RunFetch(options_);
  ASSERT_TRUE(fetched.ok()) << fetched.status();
  EXPECT_EQ(fetched->report.warninglists, 1u);
  EXPECT_EQ(fetched->report.rejects.Total(), 1u);
  EXPECT_EQ(server_.RequestCount("/warninglists/"), 0u);
}

}  // namespace
}  // namespace mispsift
