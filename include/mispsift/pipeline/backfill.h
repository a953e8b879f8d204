#ifndef MISPSIFT_PIPELINE_BACKFILL_H_
#define MISPSIFT_PIPELINE_BACKFILL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "mispsift/pipeline/fetch.h"
#include "mispsift/pipeline/scan.h"
#include "mispsift/pipeline/submit.h"

namespace mispsift {

struct BackfillOptions {
  std::vector<std::string> paths;  // of the archive
  std::string state;               // folder, made if it is not there
  std::string snapshot;            // file
  std::string results;             // folder of result folders

  // Fetches when the snapshot is older, by its file's time, or is not there.
  absl::Duration max_snapshot_age = absl::Hours(20);
  // About so many bytes are scanned again after a kill.
  uint64_t shard_bytes = uint64_t{4} << 30;

  std::optional<FetchOptions> fetch;  // none: the snapshot is there
  ScanOptions scan;
  std::optional<SubmitOptions> submit;  // none: nothing is submitted
};

struct BackfillProgress {
  FetchProgress fetch;
  ScanProgress scan;
  SubmitProgress submit;

  void Stop() {
    fetch.stop = true;
    scan.stop = true;
    submit.stop = true;
  }
};

struct BackfillReport {
  std::optional<FetchReport> fetched;
  uint64_t inputs = 0;      // of the archive
  uint64_t new_inputs = 0;  // of these
  // Result folders that were finished now, and what is in them.
  std::vector<std::pair<std::string, Summary>> results;
  // By result folder.
  std::vector<std::pair<std::string, SubmitReport>> submitted;
};

// The nightly job: refreshes the snapshot, scans what is new in the archive,
// submits what was found. What a run that was killed had begun is finished
// first, with the snapshot that it had; so the result folders, numbered from
// 000001, have the same bytes whether a run was killed or not (but for the
// times in summary.json and index.html).
//
//   state/state.sqlite  which inputs were scanned, and how far runs are
//   state/run/          of the run that is not finished: its manifest, its
//                       snapshot, its shards
//   state/outbox        the ledger, unless another is named
//
// Errors: those of Fetch(), Scan(), Merge() and Submit(), with their exit
// codes; kAborted when another run has the state; the disk's. Results that are
// whole stay so, and are submitted by the next run.
absl::StatusOr<BackfillReport> Backfill(const BackfillOptions& options,
                                        BackfillProgress* progress);

}  // namespace mispsift

#endif  // MISPSIFT_PIPELINE_BACKFILL_H_
