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

  // Folder for the keys of every report that is scanned, which is then walked
  // whole; empty: none are kept.
  std::string cache;
  // Asks those about what is new in the snapshot since they were last asked.
  bool rescan_changed = false;

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
  // Older reports that were asked about new indicators, and those of them that
  // were read again, or could not be.
  uint64_t asked = 0;
  uint64_t may_match = 0;
  // Result folders that were finished now, and what is in them.
  std::vector<std::pair<std::string, Summary>> results;
  // By result folder.
  std::vector<std::pair<std::string, SubmitReport>> submitted;
};

// Shuts the process in for Backfill(`options`): from here on it makes, changes
// and removes files only in the folders that it writes, that of the snapshot
// and those of the files `written_later`, and runs no other program; see
// base/landlock.h. Folders that are not there are made. It may read anything
// and connect to anything, since one process fetches, scans and submits, and
// there is no way back; so this is for a process that does nothing else.
//
// Says how, for a person. Where it can't be, the job runs as ever.
// Threads: to be called before any other is started.
std::string ConfineBackfill(const BackfillOptions& options,
                            const std::vector<std::string>& written_later);

// The nightly job: refreshes the snapshot, scans what is new in the archive,
// submits what was found. What a run that was killed had begun is finished
// first, with the snapshot that it had; so the result folders, numbered from
// 000001, have the same bytes whether a run was killed or not (but for the
// times in summary.json and index.html).
//
// What is in the snapshot only since an earlier run is asked of the reports
// that were scanned before it, by their keys; those that may match are read
// again. What they match is in "000007-new"; what is gone meanwhile is named in
// "000007-unconfirmed.jsonl" (src/pipeline/older_reports.h).
//
//   state/state.sqlite  which inputs were scanned, and how far runs are
//   state/run/          of the run that is not finished: its manifest, its
//                       snapshot, its shards
//   state/scanned.snapshot   that all reports were asked about
//   state/outbox        the ledger, unless another is named
//
// Errors: those of Fetch(), Scan(), Merge() and Submit(), with their exit
// codes; kAborted when another run has the state; the disk's. Results that are
// whole stay so, and are submitted by the next run.
absl::StatusOr<BackfillReport> Backfill(const BackfillOptions& options,
                                        BackfillProgress* progress);

}  // namespace mispsift

#endif  // MISPSIFT_PIPELINE_BACKFILL_H_
