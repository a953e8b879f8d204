#ifndef MISPSIFT_SRC_SUBMIT_EVENT_CONVERSATION_H_
#define MISPSIFT_SRC_SUBMIT_EVENT_CONVERSATION_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "mispsift/submit/outbox.h"
#include "src/submit/conversation.h"

namespace mispsift {

// An event's way to the server:
//
//   add ──stored whole──────────────────────────────▸ settled
//    │├─stored, but fewer attributes ▸ held
//    │├─"already exists" ────────────▸ held
//    │├─no answer, 5xx ──────────────▸ find ─there──▸ held, or settled if whole
//    │└─refused, blocked ───────────────────────────▸ settled
//   find ─not there, asked thrice ──▸ add
//   held ─nothing missing──────────────────────────▸ settled
//    │├─in doubt, other than before ─▸ held, later: it is still being stored
//    │├─some of objects missing ────▸ add objects ─▸ held
//    │└─some missing ───────────────▸ add them ────▸ held, then settled with
//                                                    why each was refused
//
// An event that was being sent when a run ended begins with find. A request is
// never repeated before the server was asked for what it is about; what is
// added twice all the same, since the first one was still on its way, is kept
// from being there twice by its uuid.
class EventConversation : public Conversation {
 public:
  EventConversation(Uuid uuid, bool gzip, Outbox* outbox,
                    const misp::Server* server)
      : uuid_(uuid), gzip_(gzip), outbox_(*outbox), server_(*server) {}

  absl::StatusOr<uint64_t> Begin() override;
  HttpRequest Request() override;
  absl::StatusOr<Turn> Take(const Exchange& exchange) override;

 private:
  enum class Step : uint8_t { kAdd, kFind, kHeld, kAddObjects, kAddMissing };

  absl::StatusOr<Turn> TakeAdd(const Exchange& exchange);
  absl::StatusOr<Turn> TakeFind(const Exchange& exchange);
  absl::StatusOr<Turn> TakeHeld(const Exchange& exchange);
  absl::StatusOr<Turn> TakeAddObjects(const Exchange& exchange);
  absl::StatusOr<Turn> TakeAddMissing(const Exchange& exchange);
  // After an answer that may hide that the request was carried out.
  Turn AskAfter(const misp::Judgement& judgement, Step step);
  absl::StatusOr<Turn> Settle(SendState state, std::string detail);
  absl::StatusOr<Turn> SettleHeld();

  // Of what was sent and is not held, in the order of the event.
  std::vector<Uuid> Missing() const;
  HttpRequest Post(std::string_view path, std::string json) const;

  const Uuid uuid_;
  const bool gzip_;
  Outbox& outbox_;
  const misp::Server& server_;

  WaitingEvent event_;
  std::vector<Uuid> attributes_;  // all that are in it
  Step step_ = Step::kAdd;
  bool existed_ = false;
  // Something went wrong on the way, so that it may still be being stored.
  bool in_doubt_ = false;
  bool added_objects_ = false;
  bool added_missing_ = false;
  int not_found_ = 0;
  int looks_ = 0;  // at what is held
  std::string server_id_;
  absl::flat_hash_set<Uuid> held_;
  std::vector<Uuid> missing_;    // what kAddMissing sends
  std::string missing_objects_;  // what kAddObjects sends
  absl::flat_hash_map<Uuid, std::string> refused_;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_SUBMIT_EVENT_CONVERSATION_H_
