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
#include "src/cuckoo/gzip_stream.h"

namespace mispsift {

// The content of a file from front to back, decompressed where it says so. No
// more than a window of it is in memory. What is compressed is held to its sums
// where they stand, so that all but the last window may have been read when one
// turns out to be wrong.
//
// Threads: thread-compatible.
class DocumentStream {
 public:
  explicit DocumentStream(const ArchiveLimits& limits)
      : limits_(limits), gzip_(limits), archive_(limits) {}

  // Begins with a file anew. Errors: those of Read(), kEmpty, kNestedTooDeep.
  ArchiveError Open(const std::string& path);
  // Fills `buffer`; less than `size` bytes only at the end. Errors:
  // kUnreadable (also once limits.stop is set), kBadArchive, kRatioLimit,
  // kTooLarge over max_report_bytes.
  ArchiveError Read(char* buffer, size_t size, size_t* got);

  // Of the file on disk, those that were read so far.
  uint64_t passed_bytes() const {
    if (file_.ok()) return bytes_;
    return gzip_.is_open() ? gzip_.seen_bytes() : archive_.seen_bytes();
  }

 private:
  ArchiveError OpenGzip(FileDescriptor file);
  ArchiveError OpenOther(const std::string& path);
  ArchiveError NextWindow();
  ArchiveError TooLarge() const;

  const ArchiveLimits limits_;
  FileDescriptor file_;  // of one that is not compressed
  GzipStream gzip_;
  ArchiveStream archive_;  // of any other compression
  PaddedBytes window_;     // out of gzip_ or archive_
  size_t given_ = 0;       // of window_
  uint64_t bytes_ = 0;
};

// Gives `take` the content of the file at `path` a piece at a time, until there
// is no more or it returns false. Errors: those of DocumentStream.
ArchiveError ReadThrough(const std::string& path, const ArchiveLimits& limits,
                         absl::FunctionRef<bool(std::string_view piece)> take);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_CUCKOO_DOCUMENT_STREAM_H_
