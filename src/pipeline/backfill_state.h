#ifndef MISPSIFT_SRC_PIPELINE_BACKFILL_STATE_H_
#define MISPSIFT_SRC_PIPELINE_BACKFILL_STATE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace mispsift {

// A file as a run met it.
struct SeenFile {
  std::string path;
  uint64_t bytes = 0;
  int64_t modified = 0;  // nanoseconds since 1970; 0 where it cannot be told
};

// How far a run is. Each stage is durable before the next begins.
enum class BackfillStage : uint8_t {
  kPlanned,    // its manifest and its snapshot are kept
  kScanned,    // the results of its inputs are whole
  kAsked,      // so are those of older reports and new indicators
  kRecorded,   // its inputs count as scanned
  kSubmitted,  // everything is done
};

struct BackfillRun {
  uint64_t number = 0;      // from 1
  std::string snapshot_id;  // that it scans with
  uint32_t shards = 1;
  BackfillStage stage = BackfillStage::kPlanned;
};

// What a nightly job remembers: which files were scanned as they stand, and how
// far its runs are. A SQLite file "state.sqlite" in the state folder:
//
//   inputs  path, bytes, modified, content (XXH3-128, once somebody asked),
//           snapshot, run
//   runs    number, snapshot, shards, stage
//   planned path, bytes, modified: the inputs of the run that is not recorded
//
// Errors:  the database's; kAborted when another run has the folder.
// Threads: thread-compatible.
class BackfillState {
 public:
  // Makes the folder if it is not there.
  static absl::StatusOr<BackfillState> Open(const std::string& folder);
  ~BackfillState();
  BackfillState(BackfillState&&) noexcept;
  BackfillState& operator=(BackfillState&&) noexcept;

  // Which of them were scanned as they stand: the same path, size and time; or
  // the same content under another path, which is then noted. Reads files only
  // where sizes are the same.
  absl::StatusOr<std::vector<bool>> AreScanned(
      const std::vector<SeenFile>& files);

  // Of these inputs; all runs before it are at kRecorded.
  absl::StatusOr<BackfillRun> BeginRun(const std::string& snapshot_id,
                                       uint32_t shards,
                                       const std::vector<SeenFile>& files);
  absl::Status SetStage(uint64_t run, BackfillStage stage);
  // kRecorded: its inputs were scanned as they stood when it began.
  absl::Status Record(const BackfillRun& run);
  // Runs that are not at kSubmitted, in their order.
  absl::StatusOr<std::vector<BackfillRun>> OpenRuns();

 private:
  struct Impl;
  explicit BackfillState(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_PIPELINE_BACKFILL_STATE_H_
