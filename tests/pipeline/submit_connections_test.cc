// A server is asked as many things at once as there are connections, all the
// time: it holds each answer back until the request is there that only a client
// which lets no connection rest would have sent by then.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include "tests/support/submit_harness.h"
#include "tests/support/temp_folder.h"

namespace mispsift {
namespace {

// Of `total` requests, answers one only while `at_once` are there, itself
// included, or all that are left. Threads: thread-safe.
class Turnstile {
 public:
  Turnstile(size_t at_once, size_t total) : at_once_(at_once), total_(total) {}

  void Pass() {
    std::unique_lock lock(mutex_);
    const size_t number = came_++;
    most_at_once_ = std::max(most_at_once_, came_ - passed_);
    changed_.notify_all();
    // The time only ends a test that fails.
    const bool all_came = changed_.wait_for(lock, kPatience, [&] {
      return gave_up_ || came_ >= std::min(total_, number + at_once_);
    });
    gave_up_ = gave_up_ || !all_came;
    ++passed_;
    changed_.notify_all();
  }

  void Expect() const {
    const std::lock_guard lock(mutex_);
    EXPECT_FALSE(gave_up_) << came_ << " of " << total_ << " requests came";
    EXPECT_EQ(came_, total_);
    EXPECT_EQ(most_at_once_, at_once_);
  }

 private:
  static constexpr std::chrono::seconds kPatience{20};

  const size_t at_once_;
  const size_t total_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  size_t came_ = 0;
  size_t passed_ = 0;
  size_t most_at_once_ = 0;
  bool gave_up_ = false;
};

class SubmitConnectionsTest : public testing::TestWithParam<int> {};

TEST_P(SubmitConnectionsTest, NoneRestsWhileSomethingWaitsToBeSent) {
  constexpr size_t kSent = 12;
  FakeMisp server;
  std::vector<ResultAnalysis> analyses = ManyAnalyses(kSent, 2);
  for (ResultAnalysis& analysis : analyses) {
    FakeEvent known;
    known.info = analysis.id;
    const uint64_t id = server.AddEvent(known);
    analysis.matches = {
        {server.AddAttribute(id, {.value = analysis.id + ".example"}),
         server.Event(id).uuid}};
  }
  const TempFolder folder;
  WriteResults(folder.path("results"), analyses);

  const size_t connections = static_cast<size_t>(GetParam());
  Turnstile events(connections, kSent);
  Turnstile sightings(connections, kSent);
  server.Before([&](const RecordedRequest& request, FakeMisp&) {
    if (request.path.find("/events/add") != std::string::npos) events.Pass();
    if (request.path.find("/sightings/bulk") != std::string::npos) {
      sightings.Pass();
    }
  });
  SubmitOptions options = SubmitTo(server, folder.path("results"));
  options.connection.connections = GetParam();
  options.connection.stall_timeout = absl::Minutes(5);
  const absl::StatusOr<SubmitReport> report = RunSubmit(options);
  ASSERT_TRUE(report.ok()) << report.status();
  events.Expect();
  sightings.Expect();
  EXPECT_EQ(server.Sightings().size(), kSent);
}

INSTANTIATE_TEST_SUITE_P(Connections, SubmitConnectionsTest,
                         testing::Values(1, 2, 5));

}  // namespace
}  // namespace mispsift
