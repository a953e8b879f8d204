#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "mispsift/cuckoo/report_files.h"
#include "mispsift/pipeline/scan.h"
#include "src/pipeline/shard_scan.h"

namespace mispsift {

uint64_t InputBytes(const ScanOptions& options, const std::atomic<bool>& stop) {
  uint64_t bytes = 0;
  if (options.shard.has_value()) {
    absl::StatusOr<ShardScan> shard = ShardScan::Begin(options);
    if (!shard.ok()) return 0;  // the scan says why
    for (const ReportFile& file : shard->TakeFiles()) {
      if (stop) break;
      bytes += LookOnDisk(file).bytes;
    }
    return bytes;
  }
  ReportFileWalker walker(options.paths, options.out);
  ReportFile file;
  while (!stop && walker.Next(&file)) bytes += LookOnDisk(file).bytes;
  return bytes;
}

}  // namespace mispsift
