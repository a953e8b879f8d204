#ifndef MISPSIFT_PIPELINE_MERGE_H_
#define MISPSIFT_PIPELINE_MERGE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "mispsift/pipeline/scan.h"
#include "mispsift/sink/summary.h"

namespace mispsift {

struct MergeOptions {
  std::vector<std::string> shards;  // result folders, in any order
  std::string out;                  // folder; an earlier scan's is replaced
};

// Puts the shards of a manifest together into what one scan of all its inputs
// would have written: the same bytes in correlations.jsonl, reports.jsonl,
// fields.jsonl, suppressed.jsonl, enrichment/ and the formats. In summary.json
// and index.html the times are the shards', added up; index.html links events
// only where all of the snapshot is from one server, since the lines do not say
// which one an attribute is from.
//
// Memory: a report's lines, and what MISP says of the attributes that match.
// Every shard is locked meanwhile, as a scan into it would.
//
// Errors: kInvalidArgument, before anything is touched, for a folder that is no
// finished scan of a shard, shards that are missing, there twice, or of another
// manifest, snapshot, version or settings, and an `out` that is not ours;
// kAborted when another run holds one of the folders; kDataLoss for a shard
// that is damaged; kCancelled.
absl::StatusOr<Summary> Merge(const MergeOptions& options,
                              ScanProgress* progress);

}  // namespace mispsift

#endif  // MISPSIFT_PIPELINE_MERGE_H_
