// What is taken for complete, and what is done where it is not:
//
//   a page is the last of its batch   fewer rows than its limit came, those
//                                     that the server skipped included
//   one id twice in a batch           rows moved between its pages: all of
//                                     them are asked again
//   fewer rows than the server read,  the events in question are asked again,
//   or, for a key that sees all,      alone; what is missing then too is
//   than it lists                     withheld, and said so
//   rows of other events, or more     the server did not read the question:
//   than the limit                    the end
//
// A row that is lost between two pages because another one was deleted in the
// meantime shows only in its event's timestamp: whoever asks reads the index
// again at the end.

#include "mispsift/misp/server_download.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/time/clock.h"
#include "mispsift/base/check.h"
#include "mispsift/base/json_writer.h"
#include "mispsift/base/status_macros.h"
#include "mispsift/misp/page_reader.h"

namespace mispsift::misp {
namespace {

constexpr uint64_t kMaxPagesBytes = uint64_t{48} << 20;  // on their way at once
constexpr uint64_t kMaxPageRows = 100'000;
constexpr uint64_t kMinPageRows = 10;  // of the longest attributes there are
constexpr uint64_t kMinBatchRows = 250;
constexpr size_t kMaxBatchEvents = 2'000;  // so the question stays short
constexpr int kFailuresBeforeSplit = 2;
constexpr int kMaxRestarts = 5;

// A number in a header; nothing where there is none.
std::optional<uint64_t> NumberIn(std::string_view text) {
  uint64_t number = 0;
  const auto [stop, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || stop != text.data() + text.size()) return {};
  return number;
}

// Whether MISP would read more into such a text than a name.
bool IsPlain(const std::string& name) {
  return name.find_first_of("%!") == std::string::npos &&
         name.find("||") == std::string::npos &&
         name.find("&&") == std::string::npos;
}

// Some events, and how far the question about them is.
struct Batch {
  std::vector<uint32_t> events;  // of the list
  uint64_t rows = 0;             // listed in them
  uint64_t limit = 0;            // rows a page
  uint64_t most_limit = kMaxPageRows;
  bool again = false;  // because rows were missing
  int failures = 0;    // in a row
  int restarts = 0;
  absl::Time due = absl::InfinitePast();

  // Of the pages that came since the last restart.
  uint64_t page = 1;
  std::unique_ptr<Snapshot::Builder> builder;
  absl::flat_hash_map<uint64_t, uint32_t> places;  // by the event's id
  std::vector<uint32_t> handles;                   // by place
  std::vector<uint64_t> counts;                    // rows that came, by place
  absl::flat_hash_set<uint64_t> ids;
  std::vector<Rejected> rejected;
  RejectCounts rejects;
  bool came_short = false;
};

class Download {
 public:
  Download(Server* server, const std::vector<IndexedEvent>& events,
           const DownloadOptions& options, DownloadProgress* progress,
           absl::FunctionRef<absl::Status(Snapshot::Builder*)> finished)
      : server_(*server),
        transport_(*server->transport()),
        events_(events),
        options_(options),
        progress_(*progress),
        finished_(finished),
        most_rows_(std::clamp(options.batch_rows, kMinBatchRows, kMaxPageRows)),
        // With types or tags left out, fewer rows than listed are expected.
        takes_whole_events_(options.filter.types.empty() &&
                            options.filter.tags.empty()) {}

  absl::StatusOr<DownloadOutcome> Run() {
    Plan();
    while (!pending_.empty() || !flying_.empty()) {
      if (server_.stopped()) return absl::CancelledError("stopped");
      StartDue();
      std::optional<Exchange> exchange =
          transport_.Wait(absl::Milliseconds(100));
      if (!exchange.has_value()) {
        if (flying_.empty()) absl::SleepFor(absl::Milliseconds(20));
        continue;
      }
      const auto flying = flying_.find(exchange->id);
      MISPSIFT_CHECK(flying != flying_.end());
      Batch batch = std::move(flying->second);
      flying_.erase(flying);
      MISPSIFT_RETURN_IF_ERROR(Take(std::move(batch), *std::move(exchange)));
    }
    return std::move(outcome_);
  }

 private:
  // --- Which questions there are ---

  void Plan() {
    Batch batch;
    uint64_t rows = 0;
    for (uint32_t event = 0; event < events_.size(); ++event) {
      const uint64_t listed = events_[event].attribute_count;
      rows += listed;
      if (!batch.events.empty() && (batch.rows + listed > most_rows_ ||
                                    batch.events.size() == kMaxBatchEvents)) {
        pending_.push_back(std::exchange(batch, {}));
      }
      batch.events.push_back(event);
      batch.rows += listed;
    }
    if (!batch.events.empty()) pending_.push_back(std::move(batch));
    progress_.events_total += events_.size();
    progress_.attributes_total += rows;
  }

  void StartDue() {
    const absl::Time now = absl::Now();
    progress_.waiting_seconds =
        now < open_again_ ? absl::ToInt64Seconds(open_again_ - now) + 1 : 0;
    if (now < open_again_) return;
    while (flying_.size() < static_cast<size_t>(options_.connections)) {
      const auto due =
          std::find_if(pending_.begin(), pending_.end(),
                       [now](const Batch& batch) { return batch.due <= now; });
      if (due == pending_.end()) return;
      Batch batch = std::move(*due);
      pending_.erase(due);
      if (batch.rows > most_rows_ && batch.events.size() > 1) {
        Split(std::move(batch));
        continue;
      }
      Start(std::move(batch));
    }
  }

  void Start(Batch batch) {
    if (batch.builder == nullptr) Begin(&batch);
    HttpRequest request =
        server_.Post("/attributes/restSearch", Question(batch));
    request.max_body_bytes =
        kMaxPagesBytes / static_cast<uint64_t>(options_.connections);
    ++outcome_.requests;
    flying_.emplace(transport_.Start(std::move(request)), std::move(batch));
  }

  // From the first page on, as if nothing had come.
  void Begin(Batch* batch) {
    // Some room over what is listed, or every batch would have two pages.
    batch->limit = batch->rows > most_rows_
                       ? most_rows_
                       : batch->rows + batch->rows / 4 + 100;
    batch->limit = std::min(batch->limit, batch->most_limit);
    batch->page = 1;
    batch->builder = std::make_unique<Snapshot::Builder>();
    batch->builder->AddSource("misp", server_.options().url);
    batch->places.clear();
    batch->handles.clear();
    batch->ids.clear();
    batch->rejected.clear();
    batch->rejects = {};
    batch->came_short = false;
    batch->counts.assign(batch->events.size(), 0);
    batch->builder->BeginInput();
    for (uint32_t place = 0; place < batch->events.size(); ++place) {
      const IndexedEvent& event = events_[batch->events[place]];
      batch->places.emplace(event.context.id, place);
      batch->handles.push_back(
          batch->builder->AddEvent(event.context, event.attribute_count,
                                   IsSettled(event, options_.listed_at)));
    }
    batch->builder->CommitInput();
  }

  std::string Question(const Batch& batch) const {
    std::string body;
    JsonWriter json(&body);
    json.StartObject();
    json.Key("returnFormat").String("json");
    json.Key("eventid").StartArray();
    for (const uint32_t event : batch.events) {
      json.String(fmt::format("{}", events_[event].context.id));
    }
    json.EndArray();
    json.Key("limit").Uint(batch.limit);
    json.Key("page").Uint(batch.page);
    json.Key("order").String("Attribute.id asc");
    WriteNames("type", options_.filter.types, &json);
    WriteNames("tags", options_.filter.tags, &json);
    json.EndObject();
    return body;
  }
  // Left out where MISP would read operators into them: what comes too much
  // is left out of the snapshot later.
  static void WriteNames(const char* key, const std::vector<std::string>& names,
                         JsonWriter* json) {
    if (names.empty() || !std::all_of(names.begin(), names.end(), IsPlain)) {
      return;
    }
    json->Key(key).StartArray();
    for (const std::string& name : names) json->String(name);
    json->EndArray();
  }

  // --- What becomes of an answer ---

  absl::Status Take(Batch batch, Exchange exchange) {
    progress_.bytes += exchange.response.body.size();
    outcome_.bytes += exchange.response.body.size();
    const Judgement judgement = server_.Judge(exchange);
    switch (judgement.verdict) {
      case Verdict::kGood:
        return TakePage(std::move(batch), exchange.response);
      case Verdict::kFinal:
        return judgement.status;
      case Verdict::kWait:
        open_again_ = absl::Now() + judgement.wait;
        Repeat(std::move(batch), absl::ZeroDuration());
        return absl::OkStatus();
      case Verdict::kSmaller:
        return AskForLess(std::move(batch), judgement.status);
      case Verdict::kAgain:
        return AskAgain(std::move(batch), judgement.status);
    }
    return absl::OkStatus();
  }

  absl::Status TakePage(Batch batch, const HttpResponse& response) {
    uint64_t rows = 0;
    uint64_t doubled = 0;
    uint64_t foreign = 0;
    batch.builder->BeginInput();
    const auto take = [&](const Attribute& attribute, uint64_t event_id) {
      const auto place = batch.places.find(event_id);
      if (place == batch.places.end()) {
        ++foreign;
        return;
      }
      if (!batch.ids.insert(attribute.id).second) ++doubled;
      ++batch.counts[place->second];
      if (attribute.type.empty() || attribute.value.empty()) {
        const Reject reject = attribute.type.empty() ? Reject::kMissingType
                                                     : Reject::kMissingValue;
        batch.rejects.Add(reject);
        if (batch.rejected.size() < kMaxListed) {
          batch.rejected.push_back(
              {fmt::format("{} event {}", server_.options().url, event_id),
               reject, fmt::format("attribute {}", attribute.id)});
        }
        return;
      }
      batch.builder->Add(attribute, batch.handles[place->second]);
    };
    const absl::StatusOr<uint64_t> read = reader_.Read(response.body, take);
    if (!read.ok()) {
      batch.builder->AbandonInput();
      return AskAgain(std::move(batch),
                      absl::UnavailableError(
                          fmt::format("{}: {}", server_.options().url,
                                      std::string(read.status().message()))));
    }
    batch.builder->CommitInput();
    rows = *read;
    if (foreign > 0 || rows > batch.limit) {
      return absl::FailedPreconditionError(fmt::format(
          "{}: asked for {} attributes of {} events at most, it answered with "
          "{}, {} of them of other events: something between here and MISP "
          "drops the body of the request or its Content-Type",
          server_.options().url, batch.limit, batch.events.size(), rows,
          foreign));
    }
    if (doubled > 0) return Restart(std::move(batch));
    failures_ = 0;
    batch.failures = 0;

    const uint64_t skipped =
        NumberIn(response.Header("x-skipped-elements-count")).value_or(0);
    if (rows + skipped >= batch.limit) {
      ++batch.page;
      Repeat(std::move(batch), absl::ZeroDuration());
      return absl::OkStatus();
    }
    // On a short page this is what the server read; past the end it is 1.
    const uint64_t seen =
        NumberIn(response.Header("x-result-count")).value_or(0);
    batch.came_short = rows > 0 && seen > rows + skipped;
    return Finish(std::move(batch));
  }

  absl::Status Finish(Batch batch) {
    Batch again;
    again.again = true;
    uint64_t rows = 0;
    for (uint32_t place = 0; place < batch.events.size(); ++place) {
      const IndexedEvent& event = events_[batch.events[place]];
      const uint64_t count = batch.counts[place];
      rows += count;
      outcome_.missing.erase(event.context.uuid);
      if (count >= event.attribute_count) continue;
      const bool is_loss =
          batch.came_short || (options_.sees_all && takes_whole_events_);
      // What is withheld today may come tomorrow: the next fetch asks again.
      if (is_loss) batch.builder->Unsettle(batch.handles[place]);
      if (is_loss && !batch.again) {
        again.events.push_back(batch.events[place]);
        again.rows += event.attribute_count;
      } else if (takes_whole_events_) {
        outcome_.missing[event.context.uuid] = {event.context.id,
                                                event.attribute_count - count,
                                                event.attribute_count};
      }
    }
    if (!again.events.empty()) {
      ++outcome_.repeated;
      pending_.push_front(std::move(again));
    }
    MISPSIFT_RETURN_IF_ERROR(finished_(batch.builder.get()));
    if (!batch.again) {
      outcome_.events += batch.events.size();
      outcome_.attributes += rows;
      progress_.events += batch.events.size();
      progress_.attributes += rows;
      outcome_.rejects += batch.rejects;
      for (Rejected& rejected : batch.rejected) {
        if (outcome_.rejected.size() == kMaxListed) break;
        outcome_.rejected.push_back(std::move(rejected));
      }
    }
    return absl::OkStatus();
  }

  // --- Asking again ---

  void Repeat(Batch batch, absl::Duration delay) {
    batch.due = absl::Now() + delay;
    pending_.push_front(std::move(batch));
  }

  absl::Status Restart(Batch batch) {
    if (++batch.restarts > kMaxRestarts) {
      return absl::UnavailableError(fmt::format(
          "{}: the same attributes keep coming twice within one batch",
          server_.options().url));
    }
    ++outcome_.repeated;
    batch.builder = nullptr;
    Repeat(std::move(batch), absl::ZeroDuration());
    return absl::OkStatus();
  }

  absl::Status AskAgain(Batch batch, const absl::Status& problem) {
    ++outcome_.repeated;
    if (++failures_ >= server_.options().max_failures) return problem;
    const absl::Duration delay = server_.RetryDelay(failures_);
    if (++batch.failures >= kFailuresBeforeSplit && CanSplit(batch)) {
      batch.due = absl::Now() + delay;
      Split(std::move(batch));
    } else {
      Repeat(std::move(batch), delay);
    }
    return absl::OkStatus();
  }

  absl::Status AskForLess(Batch batch, const absl::Status& problem) {
    if (!CanSplit(batch)) return AskAgain(std::move(batch), problem);
    ++outcome_.repeated;
    // The others would fail just as well.
    most_rows_ = std::clamp(batch.rows / 2, kMinBatchRows, most_rows_);
    Split(std::move(batch));
    return absl::OkStatus();
  }

  static bool CanSplit(const Batch& batch) {
    return batch.events.size() > 1 || batch.limit > kMinPageRows;
  }

  // Halves of about as many rows; one event gets smaller pages.
  void Split(Batch batch) {
    Batch halves[2];
    if (batch.events.size() == 1) {
      batch.builder = nullptr;
      batch.most_limit = std::max(batch.limit / 2, kMinPageRows);
      pending_.push_front(std::move(batch));
      return;
    }
    size_t taken = 0;
    for (const uint32_t event : batch.events) {
      const bool first = taken == 0 || (halves[0].rows < batch.rows / 2 &&
                                        taken + 1 < batch.events.size());
      Batch& half = halves[first ? 0 : 1];
      half.events.push_back(event);
      half.rows += events_[event].attribute_count;
      ++taken;
    }
    for (Batch* half : {&halves[1], &halves[0]}) {
      half->again = batch.again;
      half->due = batch.due;
      half->failures = batch.failures;
      pending_.push_front(std::move(*half));
    }
  }

  Server& server_;
  Transport& transport_;
  const std::vector<IndexedEvent>& events_;
  const DownloadOptions& options_;
  DownloadProgress& progress_;
  absl::FunctionRef<absl::Status(Snapshot::Builder*)> finished_;

  uint64_t most_rows_;  // of a batch or page from now on
  const bool takes_whole_events_;
  std::deque<Batch> pending_;
  absl::flat_hash_map<uint64_t, Batch> flying_;   // by exchange
  absl::Time open_again_ = absl::InfinitePast();  // after the rate limit
  int failures_ = 0;                              // in a row
  PageReader reader_;
  DownloadOutcome outcome_;
};

}  // namespace

absl::StatusOr<DownloadOutcome> DownloadEvents(
    Server* server, const std::vector<IndexedEvent>& events,
    const DownloadOptions& options, DownloadProgress* progress,
    absl::FunctionRef<absl::Status(Snapshot::Builder* batch)> finished) {
  return Download(server, events, options, progress, finished).Run();
}

}  // namespace mispsift::misp
