#include "mispsift/misp/feed_refresh.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "mispsift/base/status_macros.h"
#include "mispsift/misp/attribute_reader.h"
#include "src/misp/feed_manifest.h"
#include "src/misp/rejected.h"

namespace mispsift::misp {
namespace {

constexpr uint64_t kMaxEventBytes = uint64_t{1} << 30;
// Attributes and events that are kept together; after each part a run that is
// killed has lost nothing before it.
constexpr uint64_t kPartAttributes = 20'000;
constexpr size_t kPartEvents = 200;

class FeedRefresh {
 public:
  FeedRefresh(
      Server* server, KnownEvents known, DownloadProgress* progress,
      absl::FunctionRef<absl::StatusOr<uint32_t>(Snapshot::Builder*)> keep)
      : server_(*server),
        progress_(*progress),
        keep_(keep),
        known_(std::move(known)) {}

  absl::StatusOr<FeedOutcome> Run(std::string_view etag) {
    HttpRequest question = Question("/manifest.json", kMaxManifestBytes);
    // Nothing can be left out of a feed of which nothing is known.
    if (!etag.empty() && !known_.empty()) {
      question.headers.push_back(fmt::format("If-None-Match: {}", etag));
    }
    MISPSIFT_ASSIGN_OR_RETURN(const HttpResponse manifest,
                              server_.Ask(question));
    if (manifest.status == 304) {
      outcome_.etag = etag;
    } else {
      outcome_.etag = PlainEtag(manifest.Header("etag"));
      MISPSIFT_RETURN_IF_ERROR(TakeManifest(manifest.body.view()));
      // Or an unchanged manifest would keep them from being asked for again.
      if (events_missing_) outcome_.etag.clear();
    }
    outcome_.refresh.events = std::move(known_);
    return std::move(outcome_);
  }

 private:
  HttpRequest Question(std::string_view path, uint64_t max_bytes) const {
    HttpRequest request = server_.Get(path);
    request.max_body_bytes = max_bytes;
    request.follow_redirects = true;
    return request;
  }

  // It goes back in a header, so it is none with anything odd in it.
  static std::string PlainEtag(std::string_view etag) {
    const bool plain =
        etag.size() <= 256 && std::all_of(etag.begin(), etag.end(), [](char c) {
          return c > ' ' && c < '\x7f';
        });
    return plain ? std::string(etag) : std::string();
  }

  absl::Status TakeManifest(std::string_view json) {
    absl::StatusOr<std::vector<FeedEvent>> named = ParseFeedManifest(json);
    if (!named.ok()) {
      return absl::FailedPreconditionError(
          fmt::format("{}: {}", server_.options().url,
                      std::string(named.status().message())));
    }
    std::vector<FeedEvent> wanted;
    KnownEvents still_there;
    for (FeedEvent& event : *named) {
      Uuid uuid;
      if (!ParseUuid(event.name, &uuid)) {
        RejectOne({fmt::format("{}/manifest.json", server_.options().url),
                   Reject::kNotMisp,
                   fmt::format("it names an event {:?}, which is no UUID",
                               event.name)});
        continue;
      }
      const auto known = known_.find(uuid);
      if (known != known_.end()) still_there.insert(*known);
      if (known == known_.end() || known->second.timestamp != event.timestamp) {
        wanted.push_back(std::move(event));
      }
    }
    // What stands in no event of its file is in none that a manifest names.
    for (const auto& [uuid, known] : known_) {
      if (known.timestamp == 0) still_there.emplace(uuid, known);
    }
    outcome_.refresh.gone = known_.size() - still_there.size();
    known_ = std::move(still_there);
    progress_.events_total += wanted.size();
    for (const FeedEvent& event : wanted) {
      MISPSIFT_RETURN_IF_ERROR(AskFor(event));
    }
    return KeepPart();
  }

  absl::Status AskFor(const FeedEvent& event) {
    if (part_ == nullptr) {
      part_ = std::make_unique<Snapshot::Builder>();
      part_->AddSource("feed", server_.options().url);
    }
    const std::string path = fmt::format("/{}.json", event.name);
    absl::StatusOr<HttpResponse> response =
        server_.Ask(Question(path, kMaxEventBytes));
    const std::string name = server_.options().url + path;
    // A server that is gone is not an event that is missing.
    if (absl::IsFailedPrecondition(response.status()) ||
        absl::IsPermissionDenied(response.status()) ||
        absl::IsResourceExhausted(response.status())) {
      RejectOne({name, Reject::kUnreadable,
                 std::string(response.status().message())});
      events_missing_ = true;
      return absl::OkStatus();
    }
    if (!response.ok()) return response.status();
    DownloadOutcome& download = outcome_.refresh.download;
    std::string_view left = response->body.view();
    download.bytes += left.size();
    progress_.bytes += left.size();
    MISPSIFT_ASSIGN_OR_RETURN(
        ReadAttributesOutcome read,
        ReadAttributes(
            name,
            [&left](char* buffer, size_t size) -> absl::StatusOr<size_t> {
              const size_t taken = std::min(size, left.size());
              std::memcpy(buffer, left.data(), taken);
              left.remove_prefix(taken);
              return taken;
            },
            part_.get()));
    events_missing_ |= read.documents == 0;
    download.attributes += read.attributes;
    ++download.events;
    download.rejects += read.rejects;
    for (Rejected& rejected : read.rejected) {
      if (download.rejected.size() == kMaxListed) break;
      download.rejected.push_back(std::move(rejected));
    }
    ++progress_.events;
    progress_.attributes += read.attributes;
    if (part_->added() < kPartAttributes &&
        part_->events().size() < kPartEvents) {
      return absl::OkStatus();
    }
    return KeepPart();
  }

  absl::Status KeepPart() {
    if (part_ == nullptr || part_->events().empty()) return absl::OkStatus();
    MISPSIFT_ASSIGN_OR_RETURN(const uint32_t number, keep_(part_.get()));
    for (const EventRow& event : part_->events()) {
      known_[event.uuid] = KnownEventOf(event, number);
    }
    part_ = nullptr;
    return absl::OkStatus();
  }

  void RejectOne(Rejected rejected) {
    AddRejected(std::move(rejected), &outcome_.refresh.download);
  }

  Server& server_;
  DownloadProgress& progress_;
  absl::FunctionRef<absl::StatusOr<uint32_t>(Snapshot::Builder*)> keep_;
  KnownEvents known_;
  std::unique_ptr<Snapshot::Builder> part_;
  bool events_missing_ = false;
  FeedOutcome outcome_;
};

}  // namespace

absl::StatusOr<FeedOutcome> RefreshFromFeed(
    Server* server, std::string_view etag, KnownEvents known,
    DownloadProgress* progress,
    absl::FunctionRef<absl::StatusOr<uint32_t>(Snapshot::Builder*)> keep) {
  return FeedRefresh(server, std::move(known), progress, keep).Run(etag);
}

}  // namespace mispsift::misp
