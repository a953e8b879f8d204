#ifndef MISPSIFT_SRC_MISP_SNAPSHOT_COLUMNS_H_
#define MISPSIFT_SRC_MISP_SNAPSHOT_COLUMNS_H_

#include <cstddef>
#include <string_view>

#include "absl/status/status.h"
#include "mispsift/model/snapshot.h"

namespace mispsift::misp {

// kDataLoss: the file is no whole snapshot, in what.
absl::Status Changed(std::string_view what);

// Checks columns that come from a file, of a snapshot of so many sources: after
// this no view of it can lead out of its arrays, and a merge finds what it
// looks for. Errors: Changed().
absl::Status VerifyColumns(const SnapshotColumns& columns, size_t sources);

}  // namespace mispsift::misp

#endif  // MISPSIFT_SRC_MISP_SNAPSHOT_COLUMNS_H_
