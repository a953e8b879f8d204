#include "mispsift/misp/server_refresh.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "mispsift/base/json_writer.h"
#include "mispsift/base/status_macros.h"
#include "mispsift/misp/event_index.h"
#include "src/misp/rejected.h"

namespace mispsift::misp {
namespace {

constexpr int kMaxRounds = 3;
constexpr int kMaxIndexReads = 3;
// Events a page: 1.7 kB each in full, 0.2 kB else.
constexpr uint64_t kFullPageEvents = 4'000;
constexpr uint64_t kMinimalPageEvents = 20'000;
constexpr uint64_t kMinPageEvents = 50;
constexpr uint64_t kMaxIndexPageBytes = uint64_t{24} << 20;

struct EventIndex {
  std::vector<IndexedEvent> events;  // each once
  int64_t listed_at = 0;  // on the server's clock; 0 where it shows none
};

// "Tue, 24 Nov 2026 02:37:04 GMT" in seconds since 1970; 0 for anything else.
int64_t ParseHttpDate(std::string_view text) {
  absl::Time time;
  std::string error;
  return absl::ParseTime("%a, %d %b %Y %H:%M:%S GMT", std::string(text), &time,
                         &error)
             ? absl::ToUnixSeconds(time)
             : 0;
}

std::string IndexQuestion(bool minimal, uint64_t limit, uint64_t page) {
  std::string body;
  JsonWriter json(&body);
  json.StartObject();
  if (minimal) json.Key("minimal").Uint(1);
  json.Key("limit").Uint(limit);
  json.Key("page").Uint(page);
  json.Key("sort").String("id");
  json.Key("direction").String("asc");
  json.EndObject();
  return body;
}

// One reading of the index. Nothing when it changed between its pages, so that
// one may be missing: an event that is gone moves all later ones forward.
absl::StatusOr<std::optional<EventIndex>> ReadIndexOnce(Server* server,
                                                        bool minimal,
                                                        uint64_t limit) {
  EventIndex index;
  uint64_t total = 0;
  for (uint64_t page = 1;; ++page) {
    HttpRequest request =
        server->Post("/events/index", IndexQuestion(minimal, limit, page));
    request.max_body_bytes = kMaxIndexPageBytes;
    MISPSIFT_ASSIGN_OR_RETURN(const HttpResponse response,
                              server->Ask(request));
    if (page == 1) index.listed_at = ParseHttpDate(response.Header("date"));
    const size_t before = index.events.size();
    const absl::Status read = ReadEventIndex(response.body, &index.events);
    // Cut, or changed on its way: as good as a page that did not come.
    if (!read.ok()) return std::optional<EventIndex>();
    const std::string_view said = response.Header("x-result-count");
    uint64_t now = 0;
    std::from_chars(said.data(), said.data() + said.size(), now);
    // An answer of nothing that does not say that there is nothing.
    if (said.empty() && index.events.empty()) {
      return std::optional<EventIndex>();
    }
    const bool shrunk = now < total;
    total = now;
    if (shrunk) return std::optional<EventIndex>();
    if (index.events.size() - before < limit) break;
  }
  absl::flat_hash_set<Uuid> uuids;
  for (const IndexedEvent& event : index.events) {
    uuids.insert(event.context.uuid);
  }
  if (uuids.size() != index.events.size() ||
      (total != 0 && total != uuids.size())) {
    return std::optional<EventIndex>();
  }
  return std::optional<EventIndex>(std::move(index));
}

absl::StatusOr<EventIndex> ReadIndex(Server* server, bool minimal) {
  uint64_t limit = minimal ? kMinimalPageEvents : kFullPageEvents;
  for (int reads = 0; reads < kMaxIndexReads;) {
    absl::StatusOr<std::optional<EventIndex>> index =
        ReadIndexOnce(server, minimal, limit);
    if (absl::IsResourceExhausted(index.status()) &&
        limit / 4 >= kMinPageEvents) {
      limit /= 4;
      continue;
    }
    if (!index.ok()) return index.status();
    if (index->has_value()) return **std::move(index);
    MISPSIFT_RETURN_IF_ERROR(server->Sleep(server->RetryDelay(++reads)));
  }
  return absl::UnavailableError(
      fmt::format("{}: its event index could not be read whole {} times: it is "
                  "no such list, or it changes all the time",
                  server->options().url, kMaxIndexReads));
}

bool IsCurrent(const KnownEvent& known, const IndexedEvent& event) {
  return known.settled && known.timestamp == event.context.timestamp &&
         known.published == event.context.published;
}

// Whether `index`, a minimal one, shows what is known and nothing else. It
// leaves out events without attributes.
bool Shows(const EventIndex& index, const KnownEvents& known) {
  size_t seen = 0;
  for (const IndexedEvent& event : index.events) {
    const auto at = known.find(event.context.uuid);
    if (at == known.end() || !IsCurrent(at->second, event)) return false;
    if (at->second.listed > 0) ++seen;
  }
  const auto listed =
      std::count_if(known.begin(), known.end(),
                    [](const auto& event) { return event.second.listed > 0; });
  return seen == static_cast<size_t>(listed);
}

// Takes out of `known` what is not in `index`.
uint64_t DropGone(const EventIndex& index, bool minimal, KnownEvents* known) {
  absl::flat_hash_set<Uuid> there;
  for (const IndexedEvent& event : index.events) {
    there.insert(event.context.uuid);
  }
  const size_t before = known->size();
  absl::erase_if(*known, [&](const auto& event) {
    return !there.contains(event.first) &&
           !(minimal && event.second.listed == 0);
  });
  return before - known->size();
}

void AddUp(DownloadOutcome part, DownloadOutcome* sum) {
  sum->events += part.events;
  sum->attributes += part.attributes;
  sum->requests += part.requests;
  sum->repeated += part.repeated;
  sum->bytes += part.bytes;
  for (const auto& [uuid, missing] : part.missing) {
    sum->missing[uuid] = missing;
  }
  sum->rejects += part.rejects;
  for (Rejected& rejected : part.rejected) {
    if (sum->rejected.size() == kMaxListed) break;
    sum->rejected.push_back(std::move(rejected));
  }
}

// Asks for what `index` shows and is not known as it is now.
class Round {
 public:
  Round(Server* server, const DownloadOptions& options, const EventIndex& index,
        absl::FunctionRef<absl::StatusOr<uint32_t>(Snapshot::Builder*)> keep,
        KnownEvents* known)
      : server_(server),
        options_(options),
        index_(index),
        keep_(keep),
        known_(known) {
    options_.listed_at = index.listed_at;
  }

  absl::Status Run(DownloadProgress* progress, DownloadOutcome* outcome) {
    std::vector<IndexedEvent> wanted;
    std::vector<IndexedEvent> unwanted;
    for (const IndexedEvent& event : index_.events) {
      const auto known = known_->find(event.context.uuid);
      if (known != known_->end() && IsCurrent(known->second, event)) continue;
      (IsWanted(event) ? wanted : unwanted).push_back(event);
    }
    for (const IndexedEvent& event : wanted) {
      outcome->missing.erase(event.context.uuid);
    }
    MISPSIFT_RETURN_IF_ERROR(KeepUnasked(unwanted));
    MISPSIFT_ASSIGN_OR_RETURN(
        DownloadOutcome part,
        DownloadEvents(server_, wanted, options_, progress,
                       [this](Snapshot::Builder* batch) -> absl::Status {
                         return Keep(batch);
                       }));
    AddUp(std::move(part), outcome);
    return absl::OkStatus();
  }

 private:
  bool IsWanted(const IndexedEvent& event) const {
    const EventContext& context = event.context;
    return event.attribute_count > 0 &&
           options_.filter.AdmitsEvent(context.org, context.threat_level_id,
                                       context.published, context.timestamp);
  }

  // That they are there has to be known all the same.
  absl::Status KeepUnasked(const std::vector<IndexedEvent>& events) {
    if (events.empty()) return absl::OkStatus();
    Snapshot::Builder builder;
    builder.AddSource("misp", server_->options().url);
    builder.BeginInput();
    for (const IndexedEvent& event : events) {
      builder.AddEvent(event.context, event.attribute_count,
                       IsSettled(event, index_.listed_at));
    }
    builder.CommitInput();
    return Keep(&builder);
  }

  absl::Status Keep(Snapshot::Builder* batch) {
    MISPSIFT_ASSIGN_OR_RETURN(const uint32_t part, keep_(batch));
    for (const EventRow& event : batch->events()) {
      (*known_)[event.uuid] = KnownEventOf(event, part);
    }
    return absl::OkStatus();
  }

  Server* server_;
  DownloadOptions options_;
  const EventIndex& index_;
  absl::FunctionRef<absl::StatusOr<uint32_t>(Snapshot::Builder*)> keep_;
  KnownEvents* known_;
};

// What is missing in the end, of events that are there in the end.
void CountMissing(const Server& server, bool sees_all,
                  RefreshOutcome* outcome) {
  std::vector<Missing> missing;
  for (const auto& [uuid, one] : outcome->download.missing) {
    if (outcome->events.contains(uuid)) missing.push_back(one);
  }
  std::sort(missing.begin(), missing.end(),
            [](const Missing& a, const Missing& b) {
              return a.event_id < b.event_id;
            });
  for (const Missing& one : missing) {
    if (!sees_all) {
      outcome->hidden += one.attributes;
      continue;
    }
    AddRejected({fmt::format("{} event {}", server.options().url, one.event_id),
                 Reject::kWithheld,
                 fmt::format("{} of {} listed attributes did not come",
                             one.attributes, one.listed)},
                &outcome->download);
  }
}

}  // namespace

KnownEvent KnownEventOf(const EventRow& event, uint32_t part) {
  KnownEvent known;
  known.timestamp = event.timestamp;
  known.published = (event.flags & EventRow::kPublished) != 0;
  known.settled = (event.flags & EventRow::kUnsettled) == 0;
  known.listed = event.listed;
  known.part = part;
  return known;
}

absl::StatusOr<RefreshOutcome> RefreshFromServer(
    Server* server, KnownEvents known, bool known_is_whole,
    DownloadOptions options, DownloadProgress* progress,
    absl::FunctionRef<absl::StatusOr<uint32_t>(Snapshot::Builder*)> keep) {
  RefreshOutcome outcome;
  if (known_is_whole) {
    MISPSIFT_ASSIGN_OR_RETURN(const EventIndex now, ReadIndex(server, true));
    if (Shows(now, known)) {
      outcome.events = std::move(known);
      return outcome;
    }
  }
  for (int round = 1;; ++round) {
    MISPSIFT_ASSIGN_OR_RETURN(const EventIndex index, ReadIndex(server, false));
    outcome.gone += DropGone(index, false, &known);
    MISPSIFT_RETURN_IF_ERROR(Round(server, options, index, keep, &known)
                                 .Run(progress, &outcome.download));
    // Everything in `known` is as `index` showed it, or newer. What is withheld
    // was asked for twice already: the next fetch does it again, this does not.
    for (const auto& [uuid, missing] : outcome.download.missing) {
      const auto withheld = known.find(uuid);
      if (options.sees_all && withheld != known.end()) {
        withheld->second.settled = true;
      }
    }

    MISPSIFT_ASSIGN_OR_RETURN(const EventIndex now, ReadIndex(server, true));
    if (Shows(now, known)) break;
    if (round == kMaxRounds) {
      outcome.gone += DropGone(now, true, &known);
      outcome.moving = true;
      break;
    }
  }
  outcome.events = std::move(known);
  CountMissing(*server, options.sees_all, &outcome);
  return outcome;
}

}  // namespace mispsift::misp
