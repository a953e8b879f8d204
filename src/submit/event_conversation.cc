#include "src/submit/event_conversation.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "mispsift/base/gzip.h"
#include "mispsift/base/status_macros.h"
#include "mispsift/misp/write_answers.h"
#include "src/submit/event_parts.h"

namespace mispsift {
namespace {

using misp::Judgement;
using misp::Verdict;

// How often a server that may have got an event is asked before it is sent
// again.
constexpr int kFinds = 3;
// Smaller bodies gain nothing.
constexpr size_t kMinGzipBytes = 1024;
// Of one event's attributes, deleted ones included: MISP's own advice for a
// page.
constexpr int kMaxHeldRows = 100'000;
constexpr uint64_t kMaxAnswerBytes = uint64_t{256} << 20;
constexpr char kNoReason[] = "MISP does not say why";

bool Says(const std::string& words, const char* what) {
  return absl::AsciiStrToLower(words).find(what) != std::string::npos;
}

// Of what was sent, or of a part of it.
bool IsRefused(const HttpResponse& response) {
  return response.status == 403 || response.status == 404 ||
         response.status == 400 || response.status == 405;
}

// Of refusals that every other event would meet as well.
bool IsAboutTheKey(const std::string& words) {
  return Says(words, "authentication failed") || Says(words, "auth key") ||
         Says(words, "use this functionality");
}

}  // namespace

absl::StatusOr<uint64_t> EventConversation::Begin() {
  MISPSIFT_ASSIGN_OR_RETURN(event_, outbox_.Event(uuid_));
  attributes_ = AttributeUuidsOf(event_.json);
  if (event_.state == SendState::kSending) {
    step_ = Step::kFind;
    in_doubt_ = true;
  } else {
    // From here on the server may have it, whatever becomes of us.
    MISPSIFT_RETURN_IF_ERROR(outbox_.MarkSending(uuid_));
  }
  return event_.attribute_count;
}

HttpRequest EventConversation::Post(std::string_view path,
                                    std::string json) const {
  HttpRequest request = server_.Post(path, std::move(json));
  if (gzip_ && request.body.size() >= kMinGzipBytes) {
    request.body = Gzip(request.body);
    request.headers.emplace_back("Content-Encoding: gzip");
  }
  request.max_body_bytes = kMaxAnswerBytes;
  return request;
}

HttpRequest EventConversation::Request() {
  const std::string uuid = uuid_.ToString();
  switch (step_) {
    case Step::kAdd:
      // The answer is then the event without what is in it.
      return Post("/events/add/metadata:1", event_.json);
    case Step::kFind:
      return server_.Post("/events/restSearch", misp::FindEventJson(uuid_));
    case Step::kHeld:
      // Those that a person has deleted are there all the same.
      return Post("/attributes/restSearch",
                  fmt::format(R"({{"returnFormat":"json","eventid":["{}"],)"
                              R"("deleted":[0,1],"limit":{},"page":1}})",
                              uuid, kMaxHeldRows));
    case Step::kAddObjects:
      return Post(fmt::format("/events/edit/{}/metadata:1", uuid),
                  missing_objects_);
    case Step::kAddMissing:
      return Post(fmt::format("/attributes/add/{}", uuid),
                  AttributesJson(event_.json, missing_));
  }
  return {};
}

absl::StatusOr<Turn> EventConversation::Take(const Exchange& exchange) {
  switch (step_) {
    case Step::kAdd:
      return TakeAdd(exchange);
    case Step::kFind:
      return TakeFind(exchange);
    case Step::kHeld:
      return TakeHeld(exchange);
    case Step::kAddObjects:
      return TakeAddObjects(exchange);
    case Step::kAddMissing:
      return TakeAddMissing(exchange);
  }
  return Turn::Done();
}

Turn EventConversation::AskAfter(const Judgement& judgement, Step step) {
  // What is over the rate limit was not looked at.
  if (judgement.verdict == Verdict::kWait) return Turn::OfTrouble(judgement);
  in_doubt_ = true;
  not_found_ = 0;
  step_ = step;
  return Turn::OfTrouble(judgement);
}

absl::StatusOr<Turn> EventConversation::TakeAdd(const Exchange& exchange) {
  const Judgement judgement = server_.Judge(exchange);
  const HttpResponse& response = exchange.response;
  if (judgement.verdict == Verdict::kGood) {
    bool is_answer = false;
    const std::optional<misp::ToldEvent> told =
        misp::ReadToldEvent(response.body.view(), &is_answer);
    if (!told.has_value()) {
      return AskAfter({Verdict::kAgain, server_.NoMisps("to an event"), {}},
                      Step::kFind);
    }
    server_id_ = told->id;
    if (told->attribute_count == event_.attribute_count) {
      return Settle(SendState::kStored, "");
    }
    step_ = Step::kHeld;
    return Turn::GoOn();
  }
  const std::string words = server_.WordsOf(response);
  switch (response.status) {
    case 404: {
      server_id_ = misp::EventIdInLocation(response.Header("location"));
      if (server_id_.empty() && !Says(words, "already exists")) {
        return judgement.status;
      }
      // Another ledger's, or our own: from a request that we know nothing more
      // of, or that libcurl has repeated where the connection ended.
      existed_ = !in_doubt_;
      in_doubt_ = true;
      step_ = Step::kHeld;
      return Turn::GoOn();
    }
    case 403: {
      const std::optional<std::string> refusal =
          misp::ReadRefusal(response.body.view());
      if (refusal.has_value()) {
        return Settle(SendState::kRefused, server_.Told(*refusal));
      }
      if (IsAboutTheKey(words)) return judgement.status;
      return Settle(
          Says(words, "block") ? SendState::kBlocked : SendState::kRefused,
          words);
    }
    case 400:
    case 405:
    case 413:
      return Settle(SendState::kRefused,
                    fmt::format("status {}{}{}", response.status,
                                words.empty() ? "" : ": ", words));
    default:
      break;
  }
  if (exchange.error == NetError::kTooLarge) {
    step_ = Step::kFind;
    return Turn::GoOn();
  }
  if (judgement.verdict == Verdict::kFinal) return judgement.status;
  // Nobody was there to hear it.
  if (exchange.error == NetError::kUnreachable) {
    return Turn::OfTrouble(judgement);
  }
  return AskAfter(judgement, Step::kFind);
}

absl::StatusOr<Turn> EventConversation::TakeFind(const Exchange& exchange) {
  const Judgement judgement = server_.Judge(exchange);
  if (judgement.verdict == Verdict::kFinal) return judgement.status;
  if (judgement.verdict != Verdict::kGood) return Turn::OfTrouble(judgement);
  bool is_answer = false;
  const std::optional<misp::ToldEvent> told =
      misp::ReadToldEvent(exchange.response.body.view(), &is_answer);
  if (!is_answer) {
    return Turn::Trouble(server_.NoMisps("of an event"));
  }
  if (told.has_value()) {
    server_id_ = told->id;
    if (told->attribute_count == event_.attribute_count) {
      return Settle(SendState::kStored, "");
    }
    step_ = Step::kHeld;
    return Turn::GoOn();
  }
  if (++not_found_ < kFinds) {
    return Turn::Wait(server_.RetryDelay(not_found_));
  }
  step_ = Step::kAdd;
  return Turn::GoOn();
}

absl::StatusOr<Turn> EventConversation::TakeHeld(const Exchange& exchange) {
  const Judgement judgement = server_.Judge(exchange);
  if (judgement.verdict == Verdict::kFinal) return judgement.status;
  if (judgement.verdict != Verdict::kGood) return Turn::OfTrouble(judgement);
  std::optional<absl::flat_hash_set<Uuid>> held =
      misp::ReadAttributeUuids(exchange.response.body.view());
  if (!held.has_value()) {
    return Turn::Trouble(server_.NoMisps("of attributes"));
  }
  const bool is_as_before = looks_++ > 0 && held->size() == held_.size();
  held_ = *std::move(held);
  missing_ = Missing();
  if (missing_.empty() || added_missing_) return SettleHeld();
  if (in_doubt_ && !is_as_before) {
    // MISP goes on storing when its client is gone.
    return Turn::Wait(server_.RetryDelay(1));
  }
  if (!added_objects_) missing_objects_ = ObjectsJson(event_.json, missing_);
  step_ = added_objects_ || missing_objects_.empty() ? Step::kAddMissing
                                                     : Step::kAddObjects;
  return Turn::GoOn();
}

// An answer that does not say what was refused: what is missing after it is
// asked for once more, as attributes of the event.
absl::StatusOr<Turn> EventConversation::TakeAddObjects(
    const Exchange& exchange) {
  const Judgement judgement = server_.Judge(exchange);
  const HttpResponse& response = exchange.response;
  if (judgement.verdict == Verdict::kGood || IsRefused(response)) {
    if (response.status == 403 && IsAboutTheKey(server_.WordsOf(response))) {
      return judgement.status;
    }
    added_objects_ = true;
    step_ = Step::kHeld;
    return Turn::GoOn();
  }
  if (judgement.verdict == Verdict::kFinal) return judgement.status;
  return AskAfter(judgement, Step::kHeld);
}

absl::StatusOr<Turn> EventConversation::TakeAddMissing(
    const Exchange& exchange) {
  const Judgement judgement = server_.Judge(exchange);
  const HttpResponse& response = exchange.response;
  const bool is_refusal = IsRefused(response);
  if (judgement.verdict == Verdict::kGood || is_refusal) {
    const std::string words = server_.WordsOf(response);
    if (response.status == 403 && IsAboutTheKey(words)) return judgement.status;
    const std::vector<std::string> refusals =
        misp::ReadAttributeRefusals(response.body.view(), missing_.size());
    for (size_t i = 0; i < missing_.size(); ++i) {
      const std::string& reason =
          refusals[i].empty() && is_refusal ? words : refusals[i];
      if (!reason.empty()) refused_[missing_[i]] = server_.Told(reason);
    }
    // What it says is one thing, what it has another.
    added_missing_ = true;
    step_ = Step::kHeld;
    return Turn::GoOn();
  }
  if (judgement.verdict == Verdict::kFinal) return judgement.status;
  return AskAfter(judgement, Step::kHeld);
}

std::vector<Uuid> EventConversation::Missing() const {
  std::vector<Uuid> missing;
  for (const Uuid& attribute : attributes_) {
    if (!held_.contains(attribute)) missing.push_back(attribute);
  }
  return missing;
}

absl::StatusOr<Turn> EventConversation::SettleHeld() {
  if (missing_.empty()) {
    return Settle(existed_ ? SendState::kExists : SendState::kStored, "");
  }
  return Settle(SendState::kPartial,
                fmt::format("{} of {} attributes are not there",
                            missing_.size(), attributes_.size()));
}

absl::StatusOr<Turn> EventConversation::Settle(SendState state,
                                               std::string detail) {
  SettledEvent settled{uuid_, state, server_id_, std::move(detail), {}};
  if (state == SendState::kPartial) {
    for (const Uuid& attribute : missing_) {
      const auto why = refused_.find(attribute);
      settled.refused.emplace_back(
          attribute, why == refused_.end() ? kNoReason : why->second);
    }
  }
  MISPSIFT_RETURN_IF_ERROR(outbox_.Settle(settled));
  return Turn::Done();
}

}  // namespace mispsift
