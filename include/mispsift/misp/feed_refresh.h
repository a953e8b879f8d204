#ifndef MISPSIFT_MISP_FEED_REFRESH_H_
#define MISPSIFT_MISP_FEED_REFRESH_H_

#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "mispsift/misp/server.h"
#include "mispsift/misp/server_refresh.h"

namespace mispsift::misp {

struct FeedOutcome {
  RefreshOutcome refresh;
  // Of the manifest; empty where the server gives none, or where an event of
  // it did not come.
  std::string etag;
};

// Brings what is known of a feed's events up to date: asks for its manifest,
// unless `etag` says that it did not change, and for the events whose
// timestamps in it are others. `server` has the feed's URL and no key;
// redirects are followed.
//
// An event file that is missing or broken is a rejection; what was known of
// the event stays.
//
// Errors: those of Server::Ask; kFailedPrecondition when there is no manifest.
absl::StatusOr<FeedOutcome> RefreshFromFeed(
    Server* server, std::string_view etag, KnownEvents known,
    DownloadProgress* progress,
    absl::FunctionRef<absl::StatusOr<uint32_t>(Snapshot::Builder*)> keep);

}  // namespace mispsift::misp

#endif  // MISPSIFT_MISP_FEED_REFRESH_H_
