#ifndef MISPSIFT_SRC_PIPELINE_SHARD_SCAN_H_
#define MISPSIFT_SRC_PIPELINE_SHARD_SCAN_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "mispsift/cuckoo/report_files.h"
#include "mispsift/model/snapshot.h"
#include "mispsift/pipeline/scan.h"
#include "mispsift/sink/summary.h"

namespace mispsift {

// The shard that a scan is of.
class ShardScan {
 public:
  // `options.shard` is set. Errors: those of ReadManifest().
  static absl::StatusOr<ShardScan> Begin(const ScanOptions& options);

  // The inputs of the shard, in input order; once.
  std::vector<ReportFile> TakeFiles() { return std::move(files_); }
  // What the walk for the manifest skipped: the first shard counts it for all.
  uint64_t skipped() const { return skipped_; }
  ShardRecord Record(const Snapshot& snapshot) const;

 private:
  std::vector<ReportFile> files_;
  uint64_t skipped_ = 0;
  ShardRecord record_;
};

// Digest of all that the result of a scan depends on, besides its inputs and
// the snapshot. Not in it: what decides only which reports are streamed
// (max_report_memory), which machines of one cluster may differ in.
std::string SettingsDigest(const ScanOptions& options);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_PIPELINE_SHARD_SCAN_H_
