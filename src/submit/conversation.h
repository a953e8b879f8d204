#ifndef MISPSIFT_SRC_SUBMIT_CONVERSATION_H_
#define MISPSIFT_SRC_SUBMIT_CONVERSATION_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "mispsift/misp/server.h"
#include "mispsift/net/transport.h"

namespace mispsift {

// What follows from an answer.
struct Turn {
  enum class Next : uint8_t {
    kDone,     // nothing is left to ask
    kGoOn,     // with the next request
    kWait,     // likewise, after `wait`: others may go on meanwhile
    kTrouble,  // the way or the server failed: everyone waits
    kLimit,    // over the rate limit: everyone waits for `wait`
  };
  Next next = Next::kDone;
  absl::Duration wait;
  absl::Status trouble;  // with kTrouble

  static Turn Done() { return {}; }
  static Turn GoOn() { return {Next::kGoOn, {}, {}}; }
  static Turn Wait(absl::Duration time) { return {Next::kWait, time, {}}; }
  // As the server's answer was judged, when that is neither good nor final.
  static Turn OfTrouble(const misp::Judgement& judgement) {
    if (judgement.verdict == misp::Verdict::kWait) {
      return {Next::kLimit, judgement.wait, {}};
    }
    return Trouble(judgement.status);
  }
  static Turn Trouble(absl::Status status) {
    return {Next::kTrouble, {}, std::move(status)};
  }
};

// How one event, or the sightings of one, are brought to the server: a request,
// and what its answer leads to, until all is settled.
//
// Errors of Begin() and Take() end the whole run.
class Conversation {
 public:
  virtual ~Conversation() = default;

  // Before the first request. How many attributes or sightings it is about.
  virtual absl::StatusOr<uint64_t> Begin() = 0;
  virtual HttpRequest Request() = 0;
  virtual absl::StatusOr<Turn> Take(const Exchange& exchange) = 0;
};

// Has as many conversations at a time as the transport has connections, and
// one more, which waits for the next connection to be free. After trouble all
// wait, longer each time; after Server's max_failures without a conversation
// that came to its end in between it is given up.
//
// `next` gives the conversations in their order, and null behind the last.
// `items_per_second` bounds what begins; 0: nothing does. `*done`, unless null,
// counts those that are over.
//
// Errors: those of the conversations; kUnavailable when given up; kCancelled
//         when stopped, after the answers to what was asked have come.
absl::Status RunConversations(
    misp::Server* server, int connections, double items_per_second,
    std::atomic<uint64_t>* done,
    absl::FunctionRef<std::unique_ptr<Conversation>()> next);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_SUBMIT_CONVERSATION_H_
