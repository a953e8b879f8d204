#ifndef MISPSIFT_MISP_SNAPSHOT_FILE_H_
#define MISPSIFT_MISP_SNAPSHOT_FILE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mispsift/base/run_tasks.h"
#include "mispsift/model/snapshot.h"
#include "mispsift/model/snapshot_merge.h"

namespace mispsift::misp {

// The snapshot file, version 3. All integers little-endian.
//
//   file     = header section* padding? table checksum
//   header   = magic(8) = "MSIFTSNP"
//              version(4) = 3
//              byte_order(4) = 0x01020304
//              table_offset(8)
//              file_bytes(8)
//   section  = bytes, beginning at a multiple of 64
//   table    = count(8) row{count}
//   row      = name(16, zero padded) offset(8) bytes(8) digest(16)
//   checksum = digest(16) over header and table
//   digest   = xxh3_128: high(8) low(8)
//
// Sections stand in the order of the table; what lies between is less than 64
// zero bytes.
//
//   sections: attributes     AttributeRow[]  (model/snapshot.h), by uuid
//             events         EventRow[]      by uuid
//             tag_lists      uint32[]
//             types, categories, tags        TextRef[]
//             heap           bytes
//             warninglists, warning_entries, warning_ends
//                            (model/warninglist_columns.h)
//             warning_hits   hit{*} by row, then list; each pair once
//             copies         AttributeRow[]  by uuid, then source
//             source_events  EventRow[]      by uuid, then source
//             manifest       JSON: id, created, version, over_correlating,
//                            filter, sources, warninglists_from
//   hit      = row(4)        of the attribute in attributes
//              list(2)       its number in warninglists
//              misp(1) corrected(1)   by which parts, in each way: bits
//                            1 first half or whole, 2 second half, 4 only the
//                            host of a url, 8 only as a name below; not both 0
//
// A reader takes only version 3; unknown sections are ignored. Every offset
// and count is checked against the file before anything is believed.

// Writes atomically: temporary file, fsync, rename, fsync of the folder.
absl::Status WriteSnapshot(const Snapshot& snapshot, const std::string& path);

// Whether `path` is free, or a snapshot of any version, whole or not.
// Errors: kInvalidArgument for what is something else.
absl::Status CheckMayReplace(const std::string& path);

// Merges into a file, which is never in memory as a whole.
// An empty result is written only if it `may_be_empty`; else `path` stays as it
// was, and the result tells.
absl::StatusOr<MergedSnapshot> WriteMerged(
    const std::vector<MergeInput>& inputs,
    const MergeWarninglists& warninglists, SnapshotManifest manifest,
    const std::string& path, bool may_be_empty);

// Maps the file and checks every checksum, offset and index in it.
// Errors: kNotFound (no such file), kDataLoss (not a snapshot, cut short,
//         changed), kFailedPrecondition (another version).
absl::StatusOr<Snapshot> LoadSnapshot(const std::string& path,
                                      RunTasks run = RunOneByOne);

// The same for a file that is in memory already; `owner` keeps `bytes` alive.
// `bytes` begins at a multiple of 8.
absl::StatusOr<Snapshot> SnapshotFromBytes(
    std::string_view bytes, std::shared_ptr<const ColumnMemory> owner,
    RunTasks run = RunOneByOne);

// Size of the file in bytes.
absl::StatusOr<uint64_t> SnapshotFileBytes(const std::string& path);

}  // namespace mispsift::misp

#endif  // MISPSIFT_MISP_SNAPSHOT_FILE_H_
