#ifndef MISPSIFT_PIPELINE_FETCH_H_
#define MISPSIFT_PIPELINE_FETCH_H_

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "mispsift/base/reject.h"
#include "mispsift/misp/attribute_reader.h"
#include "mispsift/misp/server_download.h"
#include "mispsift/model/attribute_filter.h"
#include "mispsift/model/snapshot.h"
#include "mispsift/net/curl_transport.h"

namespace mispsift {

// A MISP server, and the key to it, which goes nowhere else.
struct ServerSource {
  std::string url;
  std::string key;
};

struct FetchOptions {
  std::string out;  // the snapshot file

  // Where attributes come from. Of copies that are equally old the one wins
  // that is named last: in this order, and within each as given.
  std::vector<std::string> attributes;  // dumps; "-" is standard input
  std::vector<std::string> events;      // MISP event files or folders
  std::vector<std::string> feeds;       // MISP feeds: folders or URLs
  std::vector<ServerSource> servers;
  // Folders of lists; none: those of the first server, if there is one.
  std::vector<std::string> warninglists;
  bool server_warninglists = true;
  AttributeFilter filter;
  // An attribute over-correlates whose value stands on more others than this.
  uint64_t over_correlating = SnapshotManifest().over_correlating;

  // Ask for everything, whether it changed or not: now, or when it was last
  // done so many days ago (0: never for that).
  bool full = false;
  int64_t full_every_days = 0;

  // How servers and feeds are asked.
  CurlTransportOptions connection;
  uint64_t batch_rows = 20'000;
  absl::Duration retry_delay = absl::Seconds(1);
  int max_failures = 8;

  std::string created;  // ISO 8601 UTC, the time of the run
  int64_t now = 0;      // the same in seconds since 1970
};

struct FetchProgress : misp::DownloadProgress {
  std::atomic<bool> stop{false};  // set by the user
};

struct FetchReport {
  std::string snapshot_id;
  uint64_t attributes = 0;  // distinct, not deleted
  uint64_t events = 0;
  uint64_t warninglists = 0;
  uint64_t read = 0;      // attributes that were read now
  uint64_t requests = 0;  // and what they brought
  uint64_t repeated = 0;
  uint64_t bytes = 0;
  uint64_t resumed = 0;            // events that an earlier run had fetched
  std::vector<std::string> notes;  // for a person, one for each source asked
  RejectCounts rejects;
  std::vector<misp::Rejected> rejected;  // the first of them, by name
};

// Brings all sources into one snapshot file, which then holds exactly these
// sources. What the file had of a server or a feed's URL is kept where it has
// not changed there; files are read again. The file is replaced only when
// everything is there; until then what a server or a feed gave is kept beside
// it (misp/fetch_journal.h), and the next run goes on from there.
//
// Memory: the attributes of files; of servers one batch on each connection.
//
// Errors: a source that is not there at all; a server that cannot be reached
// or refuses (exit code 4); another fetch of the same snapshot (kAborted);
// nothing in any source (an empty snapshot would find nothing and say so of
// everything); a disk that refuses; kCancelled. A broken file or record is a
// rejection.
absl::StatusOr<FetchReport> Fetch(const FetchOptions& options,
                                  FetchProgress* progress);

}  // namespace mispsift

#endif  // MISPSIFT_PIPELINE_FETCH_H_
