#ifndef MISPSIFT_MISP_FETCH_JOURNAL_H_
#define MISPSIFT_MISP_FETCH_JOURNAL_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mispsift/base/file.h"
#include "mispsift/model/snapshot.h"

namespace mispsift::misp {

// What a fetch has got so far, in a folder beside the snapshot that is to
// come of it: a fetch that was killed goes on from there. Each part is a
// snapshot file of one source with some whole events, and stands there whole
// or not at all.
//
//   folder = SNAPSHOT ".journal/"
//   part   = ("part-" | "full-") number(8 digits) ".snapshot"
//
// Parts count up in the order in which they came. "full-" says that they were
// asked for whether they had changed or not.
class FetchJournal {
 public:
  // Makes the folder, or opens one that an earlier run left, and locks it for
  // as long as the journal lives; when that ends and nothing is in it, it goes.
  // Errors: kAborted when another fetch of this snapshot goes on.
  static absl::StatusOr<FetchJournal> Open(const std::string& snapshot_path);
  ~FetchJournal();
  FetchJournal(FetchJournal&&) = default;
  FetchJournal& operator=(FetchJournal&&) = default;

  // Loads what an earlier run left; once, and before Keep(). A part that is not
  // whole is removed. With `full`, so are parts that an ordinary fetch, or a
  // full one of over a day ago, left.
  absl::Status TakeOver(bool full);

  // What an earlier run left, in the order in which it came.
  const std::vector<Snapshot>& left() const { return left_; }

  // Writes what `sorted` (see Snapshot::Builder::Sort) holds as a part of
  // `source` under `filter`; it is durable when this returns.
  absl::StatusOr<Snapshot> Keep(const Snapshot& sorted,
                                const SnapshotSource& source,
                                const AttributeFilter& filter);

  // Takes it away: the snapshot is there. What was loaded from it stays valid.
  absl::Status Remove() &&;

 private:
  FetchJournal(std::string folder, FileDescriptor lock)
      : folder_(std::move(folder)), lock_(std::move(lock)) {}

  std::string folder_;
  FileDescriptor lock_;
  bool full_ = false;
  uint64_t next_ = 0;
  std::vector<Snapshot> left_;
};

}  // namespace mispsift::misp

#endif  // MISPSIFT_MISP_FETCH_JOURNAL_H_
