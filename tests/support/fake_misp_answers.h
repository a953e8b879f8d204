#ifndef MISPSIFT_TESTS_SUPPORT_FAKE_MISP_ANSWERS_H_
#define MISPSIFT_TESTS_SUPPORT_FAKE_MISP_ANSWERS_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/fake_misp.h"
#include "tests/support/fake_misp_search.h"
#include "tests/support/fake_misp_store.h"

namespace mispsift {

class FakeWrite;

// What a test can set while the server runs.
struct FakeMispSettings {
  FakeMispOptions options;  // as set last
  std::optional<FakeRole> role;
  std::string refused_text;
  std::string base_url;
  int64_t now = 0;
  KeyCheck key_check = KeyCheck::kGood;
  bool maintenance = false;
  uint64_t hide_every = 0;
  uint64_t skip_every = 0;
  uint64_t drop_every = 0;
  std::string feed_folder;
};

struct FakeAnswer {
  int status = 200;
  std::string content_type = "application/json; charset=UTF-8";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  uint64_t rows = 0;
  // What is to be carried out first; its answer takes the place of this one.
  std::shared_ptr<FakeWrite> write;
};

// Searches within a window. Time passes by itself and with the fake clock.
//
// Threads: thread-safe.
class FakeRateLimit {
 public:
  struct Verdict {
    bool refused = false;
    uint64_t limit = 0;
    uint64_t remaining = 0;
    int64_t reset_seconds = 0;
  };

  void Set(uint64_t requests, int64_t seconds);
  void Clear();
  // Nothing when there is no limit.
  std::optional<Verdict> Count(int64_t now);
  std::optional<uint64_t> limit() const;

 private:
  mutable std::mutex mutex_;
  std::optional<uint64_t> limit_;
  int64_t seconds_ = 0;
  bool open_ = false;  // there is a window
  uint64_t used_ = 0;
  int64_t opened_now_ = 0;
  std::chrono::steady_clock::time_point opened_;
};

// What a fault changes in how a request is understood.
struct FakeTwist {
  bool unfiltered = false;
  std::optional<uint64_t> row_limit;
};

// Answers requests from the store, without knowing how bytes travel.
//
// Threads: thread-safe while the store and the settings stay as they are.
class FakeMispAnswers {
 public:
  FakeMispAnswers(const FakeMispStore& store, const FakeMispSettings& settings,
                  FakeRateLimit* rate_limit)
      : store_(store), settings_(settings), rate_limit_(rate_limit) {}

  // What writes is only understood here, see FakeAnswer::write.
  FakeAnswer Answer(const RecordedRequest& request,
                    const FakeTwist& twist) const;
  // What every answer of MISP has.
  void AddCommonHeaders(const RecordedRequest& request,
                        FakeAnswer* answer) const;

 private:
  struct Question;

  FakeAnswer AnswerKnownUser(const Question& question) const;
  FakeAnswer Route(const Question& question) const;
  FakeAnswer SearchPage(const Question& question) const;
  FakeAnswer AttributePage(const Question& question,
                           const FakeSearch& search) const;
  FakeAnswer EventPage(const Question& question,
                       const FakeSearch& search) const;
  FakeAnswer Index(const Question& question) const;
  FakeAnswer View(const Question& question) const;
  FakeAnswer Warninglists(const Question& question) const;
  FakeAnswer Error(const Question& question, int status,
                   std::string_view message) const;

  const FakeMispStore& store_;
  const FakeMispSettings& settings_;
  FakeRateLimit* rate_limit_;
};

FakeAnswer HtmlAnswer(int status, std::string body);
// A file of the feed folder, as a web server sends it. `name` is what follows
// /feed/ in the path.
FakeAnswer FeedFile(const std::string& folder, std::string_view name,
                    const RecordedRequest& request);
// "Tue, 24 Nov 2026 02:37:04 GMT".
std::string HttpDate(int64_t seconds);

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_FAKE_MISP_ANSWERS_H_
