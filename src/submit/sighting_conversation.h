#ifndef MISPSIFT_SRC_SUBMIT_SIGHTING_CONVERSATION_H_
#define MISPSIFT_SRC_SUBMIT_SIGHTING_CONVERSATION_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "mispsift/submit/outbox.h"
#include "src/submit/conversation.h"

namespace mispsift {

// The sightings of one event's attributes on their way to the server:
//
//   bulk ─all saved────────────────────────────▸ settled
//    │├─fewer saved ▸ find ▸ index ─all there───▸ settled
//    ││                       └─some missing────▸ settled; refused: the server
//    ││                                           does not know the attributes
//    │└─no answer, 5xx ▸ find ▸ index ─all there▸ settled
//    │                          └─some missing ─▸ bulk
//    └─event not there, or not visible ─────────▸ settled, all refused
//
// find asks for the event's number, by which alone the index knows it; the one
// in a snapshot may be another server's. MISP passes over sightings whose uuid
// it has.
class SightingConversation : public Conversation {
 public:
  SightingConversation(WaitingSightings sightings, Outbox* outbox,
                       const misp::Server* server)
      : waiting_(std::move(sightings)), outbox_(*outbox), server_(*server) {}

  absl::StatusOr<uint64_t> Begin() override;
  HttpRequest Request() override;
  absl::StatusOr<Turn> Take(const Exchange& exchange) override;

 private:
  enum class Step : uint8_t { kBulk, kFind, kIndex };

  absl::StatusOr<Turn> TakeBulk(const Exchange& exchange);
  absl::StatusOr<Turn> TakeFind(const Exchange& exchange);
  absl::StatusOr<Turn> TakeIndex(const Exchange& exchange);
  absl::StatusOr<Turn> RefuseAll(const std::string& reason);

  WaitingSightings waiting_;
  Outbox& outbox_;
  const misp::Server& server_;
  Step step_ = Step::kBulk;
  std::string event_id_;
  bool in_doubt_ = false;  // whether the last bulk arrived
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_SUBMIT_SIGHTING_CONVERSATION_H_
