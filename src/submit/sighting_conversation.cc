#include "src/submit/sighting_conversation.h"

#include <fmt/format.h>

#include <optional>

#include "mispsift/base/status_macros.h"
#include "mispsift/misp/write_answers.h"
#include "mispsift/submit/sighting_drafts.h"

namespace mispsift {
namespace {

using misp::Judgement;
using misp::Verdict;

constexpr char kNoAttribute[] =
    "MISP has no such attribute, or this key may not see it";

Judgement NoMisps(const misp::Server& server) {
  return {
      Verdict::kAgain,
      absl::UnavailableError(fmt::format(
          "{}: what it says of sightings is no MISP's", server.options().url)),
      {}};
}

}  // namespace

absl::StatusOr<uint64_t> SightingConversation::Begin() {
  MISPSIFT_RETURN_IF_ERROR(outbox_.MarkSending(waiting_));
  return waiting_.sightings.size();
}

HttpRequest SightingConversation::Request() {
  // The index knows events by their number alone.
  const std::string event = waiting_.server_id.empty()
                                ? waiting_.event.ToString()
                                : waiting_.server_id;
  if (asks_index_) return server_.Get("/sightings/index/" + event);
  return server_.Post("/sightings/bulkSaveSightings/" + event,
                      SightingsJson(waiting_.sightings));
}

absl::StatusOr<Turn> SightingConversation::Take(const Exchange& exchange) {
  return asks_index_ ? TakeIndex(exchange) : TakeBulk(exchange);
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
    asks_index_ = true;
    in_doubt_ = !saved.has_value();
    return saved.has_value() ? Turn::GoOn() : Turn::OfTrouble(NoMisps(server_));
  }
  if (status == 404 || status == 405) {
    return RefuseAll(server_.WordsOf(exchange.response));
  }
  if (judgement.verdict == Verdict::kFinal) return judgement.status;
  if (judgement.verdict != Verdict::kWait &&
      exchange.error != NetError::kUnreachable) {
    asks_index_ = true;
    in_doubt_ = true;
  }
  return Turn::OfTrouble(judgement);
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
  if (!there.has_value()) return Turn::OfTrouble(NoMisps(server_));
  absl::flat_hash_map<Uuid, std::string> refused;
  for (const SightingDraft& sighting : waiting_.sightings) {
    if (!there->contains(sighting.uuid)) refused[sighting.uuid] = kNoAttribute;
  }
  if (!refused.empty() && in_doubt_) {
    asks_index_ = false;
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
