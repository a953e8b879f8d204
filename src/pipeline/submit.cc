#include "mispsift/pipeline/submit.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

#include "mispsift/base/file.h"
#include "mispsift/base/json_writer.h"
#include "mispsift/base/status_macros.h"
#include "mispsift/base/version.h"
#include "mispsift/misp/server.h"
#include "mispsift/misp/server_access.h"
#include "mispsift/pipeline/exit_code.h"
#include "mispsift/submit/feed_folder.h"
#include "mispsift/submit/sender.h"
#include "mispsift/submit/sighting_drafts.h"
#include "src/pipeline/result_drafts.h"

namespace mispsift {
namespace {

using Print = absl::FunctionRef<absl::Status(std::string_view line)>;

void CountAttribute(const DraftAttribute& attribute, SubmitReport* report) {
  SubmitReport::TypeCount& type = report->types[attribute.type];
  ++type.count;
  type.bytes += attribute.value.size() + attribute.data.size();
}

void CountEvent(const EventDraft& event, size_t json_bytes,
                SubmitReport* report) {
  ++report->events;
  report->bytes += json_bytes;
  report->objects += event.objects.size();
  report->attributes += AttributeCount(event);
  for (const DraftAttribute& attribute : event.attributes) {
    CountAttribute(attribute, report);
  }
  for (const DraftObject& object : event.objects) {
    for (const DraftAttribute& attribute : object.attributes) {
      CountAttribute(attribute, report);
    }
  }
}

// Hands everything to `print`.
class Printer : public DraftSink {
 public:
  Printer(const SubmitOptions& options, Print print, SubmitReport* report)
      : options_(options), print_(print), report_(*report) {}

  absl::StatusOr<std::optional<Uuid>> EventOfReport(std::string_view) override {
    return std::optional<Uuid>();
  }

  absl::Status NoEvent(std::string_view) override { return absl::OkStatus(); }

  absl::Status Event(const DraftedEvent& drafted) override {
    if (report_.events == options_.max_events) {
      report_.planned.push_back(drafted.event.uuid.ToString());
      return absl::OkStatus();
    }
    const std::string json = EventJson(drafted.event);
    CountEvent(drafted.event, json.size(), &report_);
    return print_(json);
  }

  absl::Status Sighting(const SightingDraft& sighting) override {
    // A feed has none, and a dry run without a server shows what a feed has.
    if (options_.server.empty()) return absl::OkStatus();
    ++report_.sightings;
    std::string line;
    JsonWriter json(&line);
    json.StartObject();
    json.Key("Event").StartObject();
    json.Key("uuid").String(sighting.event.ToString());
    json.EndObject();
    json.Key("Sighting").Raw(SightingsJson({&sighting, 1}));
    json.EndObject();
    return print_(line);
  }

 private:
  const SubmitOptions& options_;
  Print print_;
  SubmitReport& report_;
};

// Writes events into a feed.
class FeedWriter : public DraftSink {
 public:
  FeedWriter(FeedFolder feed, uint64_t max_events, SubmitReport* report)
      : feed_(std::move(feed)), max_events_(max_events), report_(*report) {}

  absl::StatusOr<std::optional<Uuid>> EventOfReport(std::string_view) override {
    return std::optional<Uuid>();
  }

  absl::Status NoEvent(std::string_view) override { return absl::OkStatus(); }

  absl::Status Event(const DraftedEvent& drafted) override {
    if (feed_.Holds(drafted.event.uuid)) {
      ++report_.kept;
      return absl::OkStatus();
    }
    if (report_.events == max_events_) {
      report_.planned.push_back(drafted.event.uuid.ToString());
      return absl::OkStatus();
    }
    CountEvent(drafted.event, EventJson(drafted.event).size(), &report_);
    return feed_.Add(drafted.event).status();
  }

  absl::Status Sighting(const SightingDraft&) override {
    return absl::OkStatus();
  }

  absl::Status Finish() { return std::move(feed_).Finish(); }

 private:
  FeedFolder feed_;
  const uint64_t max_events_;
  SubmitReport& report_;
};

// Notes in the outbox what is to be sent.
class Planner : public DraftSink {
 public:
  Planner(Outbox* outbox, uint64_t max_events, SubmitReport* report)
      : outbox_(*outbox), max_events_(max_events), report_(*report) {}

  absl::StatusOr<std::optional<Uuid>> EventOfReport(
      std::string_view report_id) override {
    return outbox_.EventOfReport(report_id);
  }

  absl::Status NoEvent(std::string_view report_id) override {
    return outbox_.PlanNoEvent(report_id);
  }

  absl::Status Event(const DraftedEvent& drafted) override {
    const std::string json = EventJson(drafted.event);
    MISPSIFT_ASSIGN_OR_RETURN(const bool was_refused,
                              outbox_.WasRefused(drafted.event.uuid, json));
    if (was_refused) return absl::OkStatus();
    if (report_.events == max_events_) {
      return outbox_.PlanEvent(drafted.event, drafted.report_ids, std::nullopt);
    }
    CountEvent(drafted.event, json.size(), &report_);
    return outbox_.PlanEvent(drafted.event, drafted.report_ids, json);
  }

  absl::Status Sighting(const SightingDraft& sighting) override {
    ++report_.sightings;
    return outbox_.PlanSighting(sighting);
  }

 private:
  Outbox& outbox_;
  const uint64_t max_events_;
  SubmitReport& report_;
};

// Whatever keeps every event from being stored as it was meant is found before
// the first one.
absl::StatusOr<misp::ServerAccess> CheckAccess(
    const std::vector<std::string>& tags, bool has_events, bool has_sightings,
    misp::Server* server) {
  MISPSIFT_ASSIGN_OR_RETURN(misp::ServerAccess access, ReadAccess(server));
  const std::string& url = server->options().url;
  const auto lacks = [&](std::string_view what) {
    return absl::PermissionDeniedError(
        fmt::format("{}: the role {} may not {}", url, access.role, what));
  };
  if (has_sightings && !access.may_sight) {
    return lacks("add sightings (--known skip --sightings none does without)");
  }
  if (!has_events) return access;
  if (!access.may_add) return lacks("add events");
  if (tags.empty()) return access;
  if (!access.may_tag) return lacks("tag events");
  MISPSIFT_ASSIGN_OR_RETURN(const std::vector<std::string> unknown,
                            misp::UnknownTags(server, tags));
  if (!unknown.empty() && !access.may_create_tags) {
    return lacks(
        fmt::format("create the tag {}, which is not there", unknown.front()));
  }
  return access;
}

absl::Status OfServer(absl::Status status) {
  // The ledger's, which is written between the requests.
  const bool is_ledgers = absl::IsInternal(status) ||
                          absl::IsDataLoss(status) || absl::IsNotFound(status);
  if (status.ok() || absl::IsCancelled(status) || is_ledgers) return status;
  return WithExitCode(std::move(status), ExitCode::kServer);
}

// To a MISP server, by way of the outbox.
class Posting {
 public:
  Posting(const SubmitOptions& options, SubmitProgress* progress,
          SubmitReport* report)
      : options_(options), progress_(*progress), report_(*report) {}

  absl::Status Open() {
    CurlTransportOptions connection = options_.connection;
    // A name that begins so gets JSON without the blanks.
    connection.user_agent = fmt::format("MISP mispsift/{}", Version());
    MISPSIFT_ASSIGN_OR_RETURN(transport_,
                              MakeCurlTransport(std::move(connection)));
    MISPSIFT_ASSIGN_OR_RETURN(
        misp::Server server,
        misp::Server::Create(
            {options_.server, options_.key, options_.retry_delay,
             options_.max_failures, &progress_.stop},
            transport_.get()));
    server_.emplace(std::move(server));
    MISPSIFT_ASSIGN_OR_RETURN(
        Outbox outbox,
        Outbox::Open(options_.ledger.empty() ? DefaultLedger(options_.results)
                                             : options_.ledger,
                     server_->options().url));
    outbox_.emplace(std::move(outbox));
    return absl::OkStatus();
  }

  absl::Status Plan() {
    Planner planner(&*outbox_, options_.max_events, &report_);
    MISPSIFT_RETURN_IF_ERROR(outbox_->BeginPlan());
    MISPSIFT_RETURN_IF_ERROR(
        DraftResults(options_, &progress_, &report_, &planner));
    return outbox_->FinishPlan();
  }

  absl::Status CheckServer() {
    MISPSIFT_ASSIGN_OR_RETURN(const std::vector<Uuid> events,
                              outbox_->UnsettledEvents());
    MISPSIFT_ASSIGN_OR_RETURN(const std::vector<WaitingSightings> sightings,
                              outbox_->UnsettledSightings());
    MISPSIFT_ASSIGN_OR_RETURN(
        const misp::ServerAccess access,
        CheckAccess(options_.draft.tags, !events.empty(),
                    SendsSightings() && !sightings.empty(), &*server_));
    progress_.events_to_send =
        std::min<uint64_t>(events.size(), options_.max_events);
    sender_.gzip = access.takes_gzip;
    sender_.connections = options_.connection.connections;
    sender_.items_per_second = options_.items_per_second;
    sender_.max_events = options_.max_events;
    sender_.settled = &progress_.events_settled;
    return absl::OkStatus();
  }

  absl::Status Send() {
    MISPSIFT_RETURN_IF_ERROR(SendEvents(sender_, &*outbox_, &*server_));
    return SendsSightings() ? SendSightings(sender_, &*outbox_, &*server_)
                            : absl::OkStatus();
  }

  absl::Status Report() {
    report_.settled = outbox_->settled();
    report_.problems = outbox_->problems();
    MISPSIFT_ASSIGN_OR_RETURN(const std::vector<Uuid> planned,
                              outbox_->PlannedEvents());
    for (const Uuid& event : planned) {
      report_.planned.push_back(event.ToString());
    }
    return absl::OkStatus();
  }

 private:
  // Those of an earlier run may wait in the ledger; whoever wants none now lets
  // them wait.
  bool SendsSightings() const {
    return options_.sightings != SightingPolicy::kNone;
  }

  const SubmitOptions& options_;
  SubmitProgress& progress_;
  SubmitReport& report_;
  std::unique_ptr<Transport> transport_;
  std::optional<misp::Server> server_;
  std::optional<Outbox> outbox_;
  SenderOptions sender_;
};

absl::Status Post(const SubmitOptions& options, SubmitProgress* progress,
                  SubmitReport* report) {
  Posting posting(options, progress, report);
  MISPSIFT_RETURN_IF_ERROR(posting.Open());
  MISPSIFT_RETURN_IF_ERROR(posting.Plan());
  // Everything that is to be sent is in the ledger, which outlives this run.
  MISPSIFT_RETURN_IF_ERROR(OfServer(posting.CheckServer()));
  // The server will take what is sent as it is meant.
  MISPSIFT_RETURN_IF_ERROR(OfServer(posting.Send()));
  // All of it is settled.
  return posting.Report();
}

absl::Status WriteFeed(const SubmitOptions& options, SubmitProgress* progress,
                       SubmitReport* report) {
  MISPSIFT_ASSIGN_OR_RETURN(FeedFolder feed,
                            FeedFolder::Create(options.feed_out, options.org));
  FeedWriter writer(std::move(feed), options.max_events, report);
  MISPSIFT_RETURN_IF_ERROR(DraftResults(options, progress, report, &writer));
  return writer.Finish();
}

}  // namespace

std::string DefaultLedger(const std::string& results) {
  std::string ledger = results;
  // "." and "runs/.." have no name of their own: behind it the ledger would be
  // in the results.
  const std::filesystem::path last =
      std::filesystem::path(results + "/").parent_path().filename();
  std::error_code error;
  if (last == "." || last == "..") {
    const std::filesystem::path named =
        std::filesystem::canonical(results, error);
    if (!error) ledger = named;
  }
  while (ledger.size() > 1 && ledger.ends_with('/')) ledger.pop_back();
  return ledger + ".outbox";
}

absl::StatusOr<SubmitReport> Submit(const SubmitOptions& options,
                                    SubmitProgress* progress, Print print) {
  MISPSIFT_ASSIGN_OR_RETURN(const FileDescriptor lock,
                            LockFolder(options.results));
  SubmitReport report;
  absl::Status status;
  if (options.dry_run) {
    Printer printer(options, print, &report);
    status = DraftResults(options, progress, &report, &printer);
  } else if (!options.feed_out.empty()) {
    status = WriteFeed(options, progress, &report);
  } else {
    status = Post(options, progress, &report);
  }
  if (!status.ok()) return status;
  return report;
}

}  // namespace mispsift
