#ifndef MISPSIFT_SUBMIT_SENDER_H_
#define MISPSIFT_SUBMIT_SENDER_H_

#include <atomic>
#include <cstdint>
#include <limits>

#include "absl/status/status.h"
#include "mispsift/misp/server.h"
#include "mispsift/submit/outbox.h"

namespace mispsift {

struct SenderOptions {
  bool gzip = false;  // whether the server takes compressed requests
  int connections = 2;
  // Attributes, or sightings, that are begun a second; 0: no bound.
  double items_per_second = 0;
  // Of the events that wait; the first ones in their order.
  uint64_t max_events = std::numeric_limits<uint64_t>::max();
  std::atomic<uint64_t>* settled = nullptr;  // counts events
};

// Sends what the outbox holds and has not settled, each exactly once, and notes
// what became of it. What the server refuses is noted as well and is no error.
//
// Errors:  kUnavailable when the server failed too often in a row, kCancelled
//          when stopped, kPermissionDenied and kFailedPrecondition when it will
//          not talk to us; what was on its way is then kSending. The outbox's.
// Threads: one.
absl::Status SendEvents(const SenderOptions& options, Outbox* outbox,
                        misp::Server* server);
absl::Status SendSightings(const SenderOptions& options, Outbox* outbox,
                           misp::Server* server);

}  // namespace mispsift

#endif  // MISPSIFT_SUBMIT_SENDER_H_
