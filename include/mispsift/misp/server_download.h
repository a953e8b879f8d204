#ifndef MISPSIFT_MISP_SERVER_DOWNLOAD_H_
#define MISPSIFT_MISP_SERVER_DOWNLOAD_H_

#include <atomic>
#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mispsift/base/uuid.h"
#include "mispsift/misp/attribute_reader.h"
#include "mispsift/misp/event_index.h"
#include "mispsift/misp/server.h"
#include "mispsift/model/attribute_filter.h"
#include "mispsift/model/snapshot.h"

namespace mispsift::misp {

struct DownloadOptions {
  int connections = 2;
  // Attributes that one request asks for, as far as the events allow it; at
  // most 100,000, over which MISP answers with some of them twice.
  uint64_t batch_rows = 20'000;
  // Sent along, so that less travels.
  AttributeFilter filter;
  // The key sees everything: an attribute that does not come is a loss.
  bool sees_all = false;
  // Seconds since 1970 on the server's clock when the events were listed.
  int64_t listed_at = 0;
};

// What a person may watch while it goes on. Written by the download only.
struct DownloadProgress {
  std::atomic<uint64_t> events_total{0};
  std::atomic<uint64_t> events{0};
  std::atomic<uint64_t> attributes_total{0};  // as listed
  std::atomic<uint64_t> attributes{0};
  std::atomic<uint64_t> bytes{0};
  std::atomic<int64_t> waiting_seconds{0};  // for the rate limit, now
};

struct Missing {
  uint64_t event_id = 0;
  uint64_t attributes = 0;
  uint64_t listed = 0;
};

struct DownloadOutcome {
  uint64_t events = 0;
  uint64_t attributes = 0;
  uint64_t requests = 0;
  uint64_t repeated = 0;  // of them
  uint64_t bytes = 0;     // of answers
  // By event: listed attributes that did not come. For a key that sees
  // everything they are withheld; for others they are as good as hidden from
  // it. Known only where the filter leaves nothing out within events.
  absl::flat_hash_map<Uuid, Missing> missing;
  // Attributes without type or value; the first of them.
  RejectCounts rejects;
  std::vector<Rejected> rejected;
};

// Asks a server for all attributes of `events`, in batches of events, several
// on their way at once. Each batch is complete or asked again: see
// src/misp/server_download.cc for what is taken for complete.
//
// `finished` gets a builder with the events of one batch, their attributes and
// nothing else; it is called for each event at least once, and where an event
// comes again, the last time counts. An error of its ends the download.
//
// Memory:   two pages, or as many as there are connections, of together 48 MiB
//           at most, and one batch of attributes.
// Errors:   kUnavailable (unreachable, failing all the time),
// kPermissionDenied,
//           kFailedPrecondition (an answer to another question, a refusal),
//           kCancelled.
absl::StatusOr<DownloadOutcome> DownloadEvents(
    Server* server, const std::vector<IndexedEvent>& events,
    const DownloadOptions& options, DownloadProgress* progress,
    absl::FunctionRef<absl::Status(Snapshot::Builder* batch)> finished);

}  // namespace mispsift::misp

#endif  // MISPSIFT_MISP_SERVER_DOWNLOAD_H_
