#ifndef MISPSIFT_MISP_SERVER_REFRESH_H_
#define MISPSIFT_MISP_SERVER_REFRESH_H_

#include <cstdint>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "mispsift/base/uuid.h"
#include "mispsift/misp/server.h"
#include "mispsift/misp/server_download.h"
#include "mispsift/model/snapshot.h"

namespace mispsift::misp {

// An event of a source as it was when it was last asked for.
struct KnownEvent {
  int64_t timestamp = 0;
  bool published = false;
  bool settled = true;
  uint64_t listed = 0;  // attributes
  uint32_t part = 0;    // where it is, in the caller's numbers
};
// As a row of source_events says it.
KnownEvent KnownEventOf(const EventRow& event, uint32_t part);
using KnownEvents = absl::flat_hash_map<Uuid, KnownEvent>;

struct RefreshOutcome {
  // All events of the source, and where each of them is now.
  KnownEvents events;
  DownloadOutcome download;
  uint64_t hidden = 0;  // attributes that this key may not see
  uint64_t gone = 0;    // that were known
  bool moving = false;  // it changed as fast as it was read
};

// Brings what is known of a server's events up to date (an event of which a key
// that sees everything got less than is listed is a rejection): reads its
// index, asks for the events that are new or changed, and looks at the index
// again, until nothing has changed in between or three rounds are over; what
// changed after that, the next refresh finds by its timestamp.
//
// `known_is_whole`: an earlier refresh came to its end with `known`, so the
// short index, which leaves out events without attributes, shows whether
// anything changed.
//
// `keep` stores the events of a builder (see DownloadEvents) and returns the
// number of the part where they now are.
//
// Errors: those of DownloadEvents; kUnavailable when its index cannot be read
//         whole.
// Source: facts on MISP's protocol, section 2; observed, section 5.
absl::StatusOr<RefreshOutcome> RefreshFromServer(
    Server* server, KnownEvents known, bool known_is_whole,
    DownloadOptions options, DownloadProgress* progress,
    absl::FunctionRef<absl::StatusOr<uint32_t>(Snapshot::Builder*)> keep);

}  // namespace mispsift::misp

#endif  // MISPSIFT_MISP_SERVER_REFRESH_H_
