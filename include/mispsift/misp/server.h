#ifndef MISPSIFT_MISP_SERVER_H_
#define MISPSIFT_MISP_SERVER_H_

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "mispsift/net/transport.h"

namespace mispsift::misp {

struct ServerOptions {
  std::string url;  // with the path that MISP lives under, if any
  std::string key;  // none for a feed
  // Before the first of several repetitions; doubled each time, to a minute.
  absl::Duration retry_delay = absl::Seconds(1);
  // Answers in a row that failed, of any request, after which it is given up.
  int max_failures = 8;
  // Looked at while waiting; true ends it with kCancelled.
  const std::atomic<bool>* stop = nullptr;
};

// What is to be done about an answer.
enum class Verdict : uint8_t {
  kGood,
  kAgain,    // the way or the server failed: ask again, later
  kSmaller,  // too much at once: ask for less
  kWait,     // over the rate limit: ask again after Judgement::wait
  kFinal,    // asking again will not help
};

struct Judgement {
  Verdict verdict = Verdict::kGood;
  // Not ok unless kGood; says what the server said, in its own words.
  absl::Status status;
  absl::Duration wait;
};

// A MISP server, or a plain web server that holds a feed: how it is asked, and
// what its answers mean. Nothing that it says gets a key back out: where the
// key stands in an answer, error texts have "***".
//
// Threads: thread-compatible.
// Source:  facts on MISP 2.5.1, observed, section 1.
class Server {
 public:
  // Errors: a URL that is none, or a key that cannot travel in a header
  // (kInvalidArgument; never repeats the key).
  static absl::StatusOr<Server> Create(ServerOptions options,
                                       Transport* transport);

  // `path` begins with a slash. The body is one JSON object: anything else
  // would be answered with everything the server has.
  HttpRequest Get(std::string_view path) const;
  HttpRequest Post(std::string_view path, std::string json) const;

  Judgement Judge(const Exchange& exchange) const;

  // What the server says, fit to be shown and kept: its key masked, control
  // characters blank, at most 300 bytes.
  std::string Told(std::string_view words) const;

  // The message of an answer that is a JSON error; empty when it is none.
  std::string WordsOf(const HttpResponse& response) const;

  // Of an answer that no MISP gives, as of a proxy; `what` begins with "of" or
  // "at". kUnavailable: the next answer may be MISP's.
  absl::Status NoMisps(std::string_view what) const;

  // One question, asked again as long as that makes sense. No other may be on
  // its way.
  // Errors: kUnavailable (unreachable, or failing all the time),
  //         kResourceExhausted (too large an answer, or the server failed as
  //         it does when it is asked for too much), kPermissionDenied (key
  //         refused), kFailedPrecondition (it refused for another reason),
  //         kCancelled.
  absl::StatusOr<HttpResponse> Ask(const HttpRequest& request);

  // How long to wait before repetition number `failures`, 1 and up.
  absl::Duration RetryDelay(int failures) const;
  // Nothing if the time passed; kCancelled if it was stopped.
  absl::Status Sleep(absl::Duration time) const;
  bool stopped() const;

  const ServerOptions& options() const { return options_; }
  Transport* transport() const { return transport_; }
  // Requests started by Ask(), repetitions included, and what came back.
  uint64_t requests = 0;
  uint64_t repeated = 0;

 private:
  Server(ServerOptions options, Transport* transport)
      : options_(std::move(options)), transport_(transport) {}

  HttpRequest Request(std::string_view method, std::string_view path) const;

  ServerOptions options_;
  Transport* transport_;
};

}  // namespace mispsift::misp

#endif  // MISPSIFT_MISP_SERVER_H_
