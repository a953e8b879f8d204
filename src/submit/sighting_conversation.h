#ifndef MISPSIFT_SRC_SUBMIT_SIGHTING_CONVERSATION_H_
#define MISPSIFT_SRC_SUBMIT_SIGHTING_CONVERSATION_H_

#include <string>
#include <utility>
#include <vector>

#include "mispsift/submit/outbox.h"
#include "src/submit/conversation.h"

namespace mispsift {

// The sightings of one event's attributes on their way to the server:
//
//   bulk ─all saved──────────────────────────▸ settled
//    │├─fewer saved ▸ index ─all there────────▸ settled
//    ││                     └─some missing────▸ settled; refused: the server
//    ││                                         does not know their attributes
//    │└─no answer, 5xx ▸ index ─all there─────▸ settled
//    │                         └─some missing ▸ bulk
//    └─event not visible ─────────────────────▸ settled, all refused
//
// MISP passes over those whose uuid it has.
class SightingConversation : public Conversation {
 public:
  SightingConversation(WaitingSightings sightings, Outbox* outbox,
                       const misp::Server* server)
      : waiting_(std::move(sightings)), outbox_(*outbox), server_(*server) {}

  absl::StatusOr<uint64_t> Begin() override;
  HttpRequest Request() override;
  absl::StatusOr<Turn> Take(const Exchange& exchange) override;

 private:
  absl::StatusOr<Turn> TakeBulk(const Exchange& exchange);
  absl::StatusOr<Turn> TakeIndex(const Exchange& exchange);
  absl::StatusOr<Turn> RefuseAll(const std::string& reason);

  WaitingSightings waiting_;
  Outbox& outbox_;
  const misp::Server& server_;
  bool asks_index_ = false;
  bool in_doubt_ = false;  // whether the last bulk arrived
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_SUBMIT_SIGHTING_CONVERSATION_H_
