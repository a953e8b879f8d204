#include "mispsift/pipeline/fetch.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "mispsift/base/status_macros.h"
#include "mispsift/base/version.h"
#include "mispsift/misp/feed_reader.h"
#include "mispsift/misp/feed_refresh.h"
#include "mispsift/misp/fetch_journal.h"
#include "mispsift/misp/server.h"
#include "mispsift/misp/server_access.h"
#include "mispsift/misp/server_refresh.h"
#include "mispsift/misp/server_warninglists.h"
#include "mispsift/misp/snapshot_file.h"
#include "mispsift/misp/warninglist_reader.h"
#include "mispsift/model/snapshot.h"
#include "mispsift/model/snapshot_merge.h"
#include "mispsift/pipeline/exit_code.h"
#include "src/pipeline/warninglist_hits.h"

namespace mispsift {
namespace {

constexpr size_t kMaxSources = 255;   // a row has a byte for it
constexpr uint32_t kOldSnapshot = 0;  // its number among the parts
constexpr int64_t kDaySeconds = 86'400;

using ReadSource = absl::StatusOr<misp::ReadAttributesOutcome> (*)(
    const std::string&, Snapshot::Builder*);

bool IsUrl(const std::string& location) {
  return absl::StartsWithIgnoreCase(location, "http://") ||
         absl::StartsWithIgnoreCase(location, "https://");
}

// A server that cannot be asked is an exit code of its own; a disk that refuses
// what it gave has said so already.
absl::Status OfServer(absl::Status status) {
  if (absl::IsCancelled(status) || absl::IsInvalidArgument(status) ||
      HasExitCode(status)) {
    return status;
  }
  return WithExitCode(std::move(status), ExitCode::kServer);
}

// One fetch, stage after stage.
class Fetching {
 public:
  Fetching(const FetchOptions& options, FetchProgress* progress)
      : options_(options), progress_(*progress) {
    manifest_.created = options.created;
    manifest_.version = std::string(Version());
    manifest_.filter = options.filter;
    manifest_.over_correlating = options.over_correlating;
  }

  absl::Status Begin() {
    const size_t sources = options_.attributes.size() + options_.events.size() +
                           options_.feeds.size() + options_.servers.size();
    if (sources > kMaxSources) {
      return absl::InvalidArgumentError(fmt::format(
          "{} sources; a snapshot has at most {}", sources, kMaxSources));
    }
    MISPSIFT_RETURN_IF_ERROR(RefuseTwice());
    MISPSIFT_RETURN_IF_ERROR(misp::CheckMayReplace(options_.out));
    MISPSIFT_ASSIGN_OR_RETURN(misp::FetchJournal journal,
                              misp::FetchJournal::Open(options_.out));
    journal_.emplace(std::move(journal));
    // From here on no other run changes the snapshot.
    if (options_.servers.empty() &&
        std::none_of(options_.feeds.begin(), options_.feeds.end(), IsUrl)) {
      return absl::OkStatus();
    }
    MISPSIFT_RETURN_IF_ERROR(LoadOld());
    CurlTransportOptions connection = options_.connection;
    // A name that begins so gets JSON without the blanks.
    connection.user_agent = fmt::format("MISP mispsift/{}", Version());
    MISPSIFT_ASSIGN_OR_RETURN(transport_,
                              MakeCurlTransport(std::move(connection)));
    return absl::OkStatus();
  }

  absl::Status ReadFiles() {
    MISPSIFT_RETURN_IF_ERROR(ReadSources(options_.attributes, "attributes",
                                         misp::ReadAttributesFile));
    MISPSIFT_RETURN_IF_ERROR(
        ReadSources(options_.events, "events", misp::ReadEvents));
    std::vector<std::string> folders;
    std::copy_if(options_.feeds.begin(), options_.feeds.end(),
                 std::back_inserter(folders),
                 [](const std::string& feed) { return !IsUrl(feed); });
    return ReadSources(folders, "feed", misp::ReadFeed);
  }

  absl::Status RefreshFeeds() {
    for (const std::string& url : options_.feeds) {
      if (!IsUrl(url)) continue;
      MISPSIFT_RETURN_IF_ERROR(OfServer(RefreshFeed(url)));
    }
    return absl::OkStatus();
  }

  absl::Status RefreshServers() {
    for (const ServerSource& source : options_.servers) {
      MISPSIFT_RETURN_IF_ERROR(OfServer(RefreshServer(source)));
    }
    return absl::OkStatus();
  }

  absl::Status ReadWarninglists() {
    std::vector<Warninglist> lists;
    for (const std::string& path : options_.warninglists) {
      MISPSIFT_ASSIGN_OR_RETURN(misp::ReadWarninglistsOutcome outcome,
                                misp::ReadWarninglists(path));
      TakeRejects(outcome.rejects, std::move(outcome.rejected));
      std::move(outcome.lists.begin(), outcome.lists.end(),
                std::back_inserter(lists));
    }
    if (options_.warninglists.empty() && options_.server_warninglists &&
        !options_.servers.empty()) {
      MISPSIFT_ASSIGN_OR_RETURN(misp::Server server,
                                MakeServer(options_.servers[0]));
      // Only lists that came from there can be taken for those that are there.
      const std::string& from = server.options().url;
      const bool has_lists = old_.has_value() && !full_ &&
                             old_->manifest().warninglists_from == from;
      absl::StatusOr<std::vector<Warninglist>> fetched =
          misp::FetchWarninglists(&server, has_lists ? &*old_ : nullptr);
      manifest_.warninglists_from = from;
      report_.requests += server.requests;
      if (!fetched.ok()) return OfServer(fetched.status());
      lists = *std::move(fetched);
    }
    if (lists.size() > WarninglistMatcher::kMaxLists) {
      return absl::InvalidArgumentError(
          fmt::format("{} warninglists; a snapshot has at most {}",
                      lists.size(), WarninglistMatcher::kMaxLists));
    }
    report_.warninglists = lists.size();
    warninglists_ = EncodeWarninglists(lists);
    return absl::OkStatus();
  }

  absl::StatusOr<FetchReport> Write() {
    parts_.push_back({files_.Sort(), file_sources_, nullptr});
    MergeWarninglists warninglists = {warninglists_.columns(), nullptr};
    MISPSIFT_ASSIGN_OR_RETURN(const WarninglistsView lists,
                              WarninglistsView::Read(warninglists.columns));
    std::optional<WarninglistHits> hits;
    if (lists.size() > 0) {
      hits.emplace(lists);
      warninglists.find_hits = std::bind_front(&WarninglistHits::Find, &*hits);
    }
    absl::StatusOr<MergedSnapshot> merged =
        misp::WriteMerged(parts_, warninglists, manifest_, options_.out, false);
    if (!merged.ok()) return merged.status();
    if (hits.has_value()) {
      for (std::string& note : hits->Notes()) {
        report_.notes.push_back(std::move(note));
      }
    }
    if (merged->attributes == 0) {
      return absl::FailedPreconditionError(fmt::format(
          "no attribute in any source ({} inputs or records rejected{}); {} is "
          "left as it was",
          report_.rejects.Total(),
          report_.rejected.empty()
              ? ""
              : fmt::format(", first {}: {}", report_.rejected[0].source,
                            report_.rejected[0].detail),
          options_.out));
    }
    report_.snapshot_id = merged->manifest.id;
    report_.attributes = merged->attributes;
    report_.events = merged->events;
    if (journal_.has_value()) {
      MISPSIFT_RETURN_IF_ERROR(std::move(*journal_).Remove());
    }
    return std::move(report_);
  }

 private:
  // What is known of one source that is not a file.
  struct Known {
    int source = 0;  // in the manifest
    misp::KnownEvents events;
    bool is_whole = false;  // nothing else was there when it was fetched
    std::string etag;
  };

  // Two of one name could not be told apart in the snapshot.
  absl::Status RefuseTwice() const {
    std::vector<std::string> urls;
    for (const ServerSource& server : options_.servers) {
      urls.push_back(server.url);
    }
    std::copy_if(options_.feeds.begin(), options_.feeds.end(),
                 std::back_inserter(urls), IsUrl);
    for (std::string& url : urls) {
      while (url.ends_with('/')) url.pop_back();
    }
    std::sort(urls.begin(), urls.end());
    if (std::adjacent_find(urls.begin(), urls.end()) != urls.end()) {
      return absl::InvalidArgumentError("one source is named twice");
    }
    return absl::OkStatus();
  }

  // --- What there was ---

  // The old snapshot, and what a fetch that was killed left; without either,
  // everything is asked for.
  absl::Status LoadOld() {
    absl::StatusOr<Snapshot> old = misp::LoadSnapshot(options_.out);
    if (old.ok()) {
      old_.emplace(*std::move(old));
      AddPart(*old_);
    } else if (!absl::IsNotFound(old.status())) {
      report_.notes.push_back(fmt::format("starting anew: {}",
                                          std::string(old.status().message())));
    }
    full_ = options_.full || (old_.has_value() &&
                              std::any_of(old_->manifest().sources.begin(),
                                          old_->manifest().sources.end(),
                                          [this](const SnapshotSource& source) {
                                            return source.complete_at > 0 &&
                                                   IsFullWanted(source);
                                          }));
    MISPSIFT_RETURN_IF_ERROR(journal_->TakeOver(full_));
    for (const Snapshot& part : journal_->left()) AddPart(part);
    return absl::OkStatus();
  }

  // Nothing is taken from a part but the events that where_ says are in it.
  uint32_t AddPart(const Snapshot& snapshot) {
    // Loading it has read all of it; the merge reads it from front to back.
    snapshot.ForgetAll();
    const uint32_t number = static_cast<uint32_t>(parts_.size());
    parts_.push_back({snapshot,
                      std::vector<int>(snapshot.manifest().sources.size(),
                                       MergeInput::kLeftOut),
                      [this, number](const EventRow& event) {
                        const int source = parts_[number].sources[event.source];
                        const auto known = where_.find(source);
                        if (known == where_.end()) return false;
                        const auto at = known->second.find(event.uuid);
                        return at != known->second.end() &&
                               at->second.part == number;
                      }});
    return number;
  }

  // Adds `source` to the manifest and finds what the parts hold of it. The
  // latest part has what came last.
  Known AddSource(const SnapshotSource& source) {
    Known known;
    known.source = static_cast<int>(manifest_.sources.size());
    SnapshotSource& added = manifest_.sources.emplace_back(source);
    added.complete_at = options_.now;
    for (uint32_t number = 0; number < parts_.size(); ++number) {
      MergeInput& part = parts_[number];
      const SnapshotManifest& manifest = part.snapshot.manifest();
      if (manifest.filter != options_.filter) continue;
      const bool is_old = old_.has_value() && number == kOldSnapshot;
      for (size_t i = 0; i < manifest.sources.size(); ++i) {
        const SnapshotSource& held = manifest.sources[i];
        if (held.kind != source.kind || held.location != source.location ||
            held.seen_as != source.seen_as || (is_old && IsFullWanted(held))) {
          continue;
        }
        part.sources[i] = known.source;
        if (is_old) {
          known.is_whole = true;
          known.etag = held.etag;
          added.complete_at = held.complete_at;
        }
        for (const EventRow& event : part.snapshot.columns().source_events) {
          if (event.source != i) continue;
          known.events[event.uuid] = misp::KnownEventOf(event, number);
          if (is_old) continue;
          // A part next to it may be missing.
          known.is_whole = false;
          ++report_.resumed;
        }
      }
    }
    return known;
  }

  bool IsFullWanted(const SnapshotSource& held) const {
    return options_.full ||
           (options_.full_every_days > 0 &&
            held.complete_at + options_.full_every_days * kDaySeconds <=
                options_.now);
  }

  // --- Files ---

  absl::Status ReadSources(const std::vector<std::string>& locations,
                           const char* kind, ReadSource read) {
    for (const std::string& location : locations) {
      files_.AddSource(kind, location);
      file_sources_.push_back(static_cast<int>(manifest_.sources.size()));
      manifest_.sources.push_back({.kind = kind, .location = location});
      MISPSIFT_ASSIGN_OR_RETURN(misp::ReadAttributesOutcome outcome,
                                read(location, &files_));
      report_.read += outcome.attributes;
      TakeRejects(outcome.rejects, std::move(outcome.rejected));
    }
    return absl::OkStatus();
  }

  void TakeRejects(const RejectCounts& counts,
                   std::vector<misp::Rejected> rejected) {
    report_.rejects += counts;
    for (misp::Rejected& one : rejected) {
      if (report_.rejected.size() == misp::kMaxListed) break;
      report_.rejected.push_back(std::move(one));
    }
  }

  // --- Servers, and feeds by URL ---

  absl::StatusOr<misp::Server> MakeServer(const ServerSource& source) {
    misp::ServerOptions options;
    options.url = source.url;
    options.key = source.key;
    options.retry_delay = options_.retry_delay;
    options.max_failures = options_.max_failures;
    options.stop = &progress_.stop;
    return misp::Server::Create(std::move(options), transport_.get());
  }

  absl::Status RefreshServer(const ServerSource& source) {
    MISPSIFT_ASSIGN_OR_RETURN(misp::Server server, MakeServer(source));
    MISPSIFT_ASSIGN_OR_RETURN(const misp::ServerAccess access,
                              misp::ReadAccess(&server));
    const std::string who =
        fmt::format("{} of {}{}", access.role, access.org,
                    access.site_admin ? ", who sees everything" : "");
    Known known = AddSource(
        {.kind = "misp", .location = server.options().url, .seen_as = who});
    misp::DownloadOptions download;
    download.connections = options_.connection.connections;
    download.batch_rows = options_.batch_rows;
    download.filter = options_.filter;
    download.sees_all = access.site_admin;
    MISPSIFT_ASSIGN_OR_RETURN(
        misp::RefreshOutcome outcome,
        misp::RefreshFromServer(&server, std::move(known.events),
                                known.is_whole, download, &progress_,
                                [&](Snapshot::Builder* batch) {
                                  return KeepPart(batch, known.source);
                                }));
    TakeRefreshed(server, fmt::format("MISP {}, as {}", access.version, who),
                  known.source, std::move(outcome));
    return absl::OkStatus();
  }

  absl::Status RefreshFeed(const std::string& url) {
    MISPSIFT_ASSIGN_OR_RETURN(misp::Server server, MakeServer({url, ""}));
    Known known = AddSource({.kind = "feed", .location = server.options().url});
    MISPSIFT_ASSIGN_OR_RETURN(
        misp::FeedOutcome outcome,
        misp::RefreshFromFeed(&server, known.etag, std::move(known.events),
                              &progress_, [&](Snapshot::Builder* batch) {
                                return KeepPart(batch, known.source);
                              }));
    manifest_.sources[static_cast<size_t>(known.source)].etag = outcome.etag;
    TakeRefreshed(server, "feed", known.source, std::move(outcome.refresh));
    return absl::OkStatus();
  }

  absl::StatusOr<uint32_t> KeepPart(Snapshot::Builder* batch, int source) {
    const absl::StatusOr<Snapshot> part = journal_->Keep(
        batch->Sort(), manifest_.sources[static_cast<size_t>(source)],
        options_.filter);
    if (!part.ok()) return WithExitCode(part.status(), ExitCode::kFailed);
    const uint32_t number = AddPart(*part);
    parts_[number].sources = {source};
    return number;
  }

  void TakeRefreshed(const misp::Server& server, std::string_view what,
                     int source, misp::RefreshOutcome outcome) {
    misp::DownloadOutcome& download = outcome.download;
    const auto events = std::count_if(
        outcome.events.begin(), outcome.events.end(),
        [](const auto& event) { return event.second.timestamp != 0; });
    std::string note = fmt::format(
        "{}: {}; {} events, {} of them asked for, {} gone",
        server.options().url, what, events, download.events, outcome.gone);
    if (outcome.hidden > 0) {
      note += fmt::format("; {} attributes in these hidden from this key",
                          outcome.hidden);
    }
    if (outcome.moving) {
      note += "; it kept changing, what came last is for the next fetch";
    }
    report_.notes.push_back(std::move(note));
    report_.read += download.attributes;
    report_.requests += server.requests + download.requests;
    report_.repeated += server.repeated + download.repeated;
    report_.bytes += download.bytes;
    TakeRejects(download.rejects, std::move(download.rejected));
    where_[source] = std::move(outcome.events);
  }

  const FetchOptions& options_;
  FetchProgress& progress_;
  FetchReport report_;
  SnapshotManifest manifest_;

  std::optional<misp::FetchJournal> journal_;
  std::unique_ptr<Transport> transport_;
  std::optional<Snapshot> old_;
  bool full_ = false;  // something is to be asked for whole

  // What becomes the snapshot, the old one first where there is one; and for
  // each source that is not a file, in which part its events are.
  std::vector<MergeInput> parts_;
  absl::flat_hash_map<int, misp::KnownEvents> where_;
  Snapshot::Builder files_;
  std::vector<int> file_sources_;  // of files_, in the manifest
  EncodedWarninglists warninglists_;
};

}  // namespace

absl::StatusOr<FetchReport> Fetch(const FetchOptions& options,
                                  FetchProgress* progress) {
  Fetching fetching(options, progress);
  MISPSIFT_RETURN_IF_ERROR(fetching.Begin());
  MISPSIFT_RETURN_IF_ERROR(fetching.ReadFiles());
  MISPSIFT_RETURN_IF_ERROR(fetching.RefreshFeeds());
  MISPSIFT_RETURN_IF_ERROR(fetching.RefreshServers());
  MISPSIFT_RETURN_IF_ERROR(fetching.ReadWarninglists());
  // Everything is there: in memory, in the old snapshot, in the journal.
  return fetching.Write();
}

}  // namespace mispsift
