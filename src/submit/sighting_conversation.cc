#include "src/submit/sighting_conversation.h"

#include <optional>

#include "mispsift/base/status_macros.h"
#include "mispsift/misp/write_answers.h"
#include "mispsift/submit/sighting_drafts.h"

namespace mispsift {
namespace {

using misp::Judgement;
using misp::Verdict;

constexpr char kNoEvent[] =
    "MISP has no such event, or this key may not see it";
constexpr char kNoAttribute[] =
    "MISP has no such attribute, or this key may not see it";

constexpr char kOfSightings[] = "of sightings";

}  // namespace

absl::StatusOr<uint64_t> SightingConversation::Begin() {
  MISPSIFT_RETURN_IF_ERROR(outbox_.MarkSending(waiting_));
  return waiting_.sightings.size();
}

HttpRequest SightingConversation::Request() {
  switch (step_) {
    case Step::kBulk:
      return server_.Post(
          "/sightings/bulkSaveSightings/" + waiting_.event.ToString(),
          SightingsJson(waiting_.sightings));
    case Step::kFind:
      return server_.Post("/events/restSearch",
                          misp::FindEventJson(waiting_.event));
    case Step::kIndex:
      return server_.Get("/sightings/index/" + event_id_);
  }
  return {};
}

absl::StatusOr<Turn> SightingConversation::Take(const Exchange& exchange) {
  switch (step_) {
    case Step::kBulk:
      return TakeBulk(exchange);
    case Step::kFind:
      return TakeFind(exchange);
    case Step::kIndex:
      return TakeIndex(exchange);
  }
  return Turn::Done();
}

absl::StatusOr<Turn> SightingConversation::TakeBulk(const Exchange& exchange) {
  const Judgement judgement = server_.Judge(exchange);
  const int status = exchange.response.status;
  if (judgement.verdict == Verdict::kGood) {
    const std::optional<uint64_t> saved =
        misp::ReadSavedSightings(exchange.response.body.view());
    if (saved == waiting_.sightings.size()) {
      MISPSIFT_RETURN_IF_ERROR(outbox_.Settle(waiting_, {}));
      return Turn::Done();
    }
    step_ = Step::kFind;
    in_doubt_ = !saved.has_value();
    return saved.has_value() ? Turn::GoOn()
                             : Turn::Trouble(server_.NoMisps(kOfSightings));
  }
  if (status == 404 || status == 405) {
    return RefuseAll(server_.WordsOf(exchange.response));
  }
  if (judgement.verdict == Verdict::kFinal) return judgement.status;
  if (judgement.verdict != Verdict::kWait &&
      exchange.error != NetError::kUnreachable) {
    step_ = Step::kFind;
    in_doubt_ = true;
  }
  return Turn::OfTrouble(judgement);
}

absl::StatusOr<Turn> SightingConversation::TakeFind(const Exchange& exchange) {
  const Judgement judgement = server_.Judge(exchange);
  if (judgement.verdict == Verdict::kFinal) return judgement.status;
  if (judgement.verdict != Verdict::kGood) return Turn::OfTrouble(judgement);
  bool is_answer = false;
  const std::optional<misp::ToldEvent> told =
      misp::ReadToldEvent(exchange.response.body.view(), &is_answer);
  if (!is_answer) return Turn::Trouble(server_.NoMisps(kOfSightings));
  if (!told.has_value()) return RefuseAll(kNoEvent);
  event_id_ = told->id;
  step_ = Step::kIndex;
  return Turn::GoOn();
}

absl::StatusOr<Turn> SightingConversation::TakeIndex(const Exchange& exchange) {
  const Judgement judgement = server_.Judge(exchange);
  const int status = exchange.response.status;
  if (status == 404 || status == 405) {
    return RefuseAll(server_.WordsOf(exchange.response));
  }
  if (judgement.verdict == Verdict::kFinal) return judgement.status;
  if (judgement.verdict != Verdict::kGood) return Turn::OfTrouble(judgement);
  const std::optional<absl::flat_hash_set<Uuid>> there =
      misp::ReadSightingUuids(exchange.response.body.view());
  if (!there.has_value()) return Turn::Trouble(server_.NoMisps(kOfSightings));
  absl::flat_hash_map<Uuid, std::string> refused;
  for (const SightingDraft& sighting : waiting_.sightings) {
    if (!there->contains(sighting.uuid)) refused[sighting.uuid] = kNoAttribute;
  }
  if (!refused.empty() && in_doubt_) {
    step_ = Step::kBulk;
    return Turn::GoOn();
  }
  MISPSIFT_RETURN_IF_ERROR(outbox_.Settle(waiting_, refused));
  return Turn::Done();
}

absl::StatusOr<Turn> SightingConversation::RefuseAll(
    const std::string& reason) {
  absl::flat_hash_map<Uuid, std::string> refused;
  for (const SightingDraft& sighting : waiting_.sightings) {
    refused[sighting.uuid] = reason;
  }
  MISPSIFT_RETURN_IF_ERROR(outbox_.Settle(waiting_, refused));
  return Turn::Done();
}

}  // namespace mispsift
