#ifndef MISPSIFT_PIPELINE_FETCH_H_
#define MISPSIFT_PIPELINE_FETCH_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "mispsift/base/reject.h"
#include "mispsift/misp/attribute_reader.h"

namespace mispsift {

struct FetchOptions {
  std::string out;  // the snapshot file
  // File sources, each read in the order given; a later copy of an attribute
  // wins over an equally old one.
  std::vector<std::string> attributes;  // dumps; "-" is standard input
  std::vector<std::string> events;      // MISP event files or folders
  std::vector<std::string> feeds;       // MISP feed folders
  std::string created;                  // ISO 8601 UTC, the time of the run
};

struct FetchReport {
  std::string snapshot_id;
  uint64_t attributes = 0;  // distinct, not deleted
  uint64_t events = 0;
  uint64_t read = 0;  // duplicates and deleted ones included
  RejectCounts rejects;
  std::vector<misp::Rejected> rejected;  // the first of them, by name
};

// Reads all sources into one snapshot file, which holds exactly these
// sources. The file is replaced only when everything has been read.
//
// Errors: a source that is not there at all; nothing read from any source
// (an empty snapshot would find nothing and say so of everything); a disk that
// refuses. A broken file or record is a rejection.
absl::StatusOr<FetchReport> Fetch(const FetchOptions& options);

}  // namespace mispsift

#endif  // MISPSIFT_PIPELINE_FETCH_H_
