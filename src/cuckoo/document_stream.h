#ifndef MISPSIFT_SRC_CUCKOO_DOCUMENT_STREAM_H_
#define MISPSIFT_SRC_CUCKOO_DOCUMENT_STREAM_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "mispsift/base/bytes.h"
#include "mispsift/base/file.h"
#include "mispsift/cuckoo/report_archive.h"
#include "src/cuckoo/archive_stream.h"

namespace mispsift {

// The content of a file from front to back, decompressed where it says so. No
// more than a window of it is in memory.
//
// Unlike Decompress(), does not hold a gzip to its checksums: they stand behind
// what was then read long ago.
//
// Threads: thread-compatible.
class DocumentStream {
 public:
  explicit DocumentStream(const ArchiveLimits& limits)
      : max_bytes_(limits.max_report_bytes), archive_(limits) {}

  // Begins with a file anew. Errors: kUnreadable, kEmpty, kBadArchive,
  // kNestedTooDeep, kTooLarge.
  ArchiveError Open(const std::string& path);
  // Fills `buffer`; less than `size` bytes only at the end. Errors: also
  // kRatioLimit, and kTooLarge over max_report_bytes.
  ArchiveError Read(char* buffer, size_t size, size_t* got);

  // Of the file on disk, those that were read so far.
  uint64_t passed_bytes() const {
    return file_.ok() ? bytes_ : archive_.seen_bytes();
  }

 private:
  ArchiveError TooLarge() const;

  const uint64_t max_bytes_;
  FileDescriptor file_;  // of one that is not compressed
  ArchiveStream archive_;
  PaddedBytes window_;  // out of archive_
  size_t given_ = 0;    // of window_
  uint64_t bytes_ = 0;
};

// Gives `take` the content of the file at `path` a piece at a time, until there
// is no more or it returns false. Errors: those of DocumentStream.
ArchiveError ReadThrough(const std::string& path, const ArchiveLimits& limits,
                         absl::FunctionRef<bool(std::string_view piece)> take);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_CUCKOO_DOCUMENT_STREAM_H_
