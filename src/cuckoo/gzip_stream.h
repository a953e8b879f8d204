#ifndef MISPSIFT_SRC_CUCKOO_GZIP_STREAM_H_
#define MISPSIFT_SRC_CUCKOO_GZIP_STREAM_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "mispsift/base/bytes.h"
#include "mispsift/base/file.h"
#include "mispsift/cuckoo/report_archive.h"
#include "src/cuckoo/archive_stream.h"

namespace mispsift {

// What a gzip file of any size holds, from front to back, with the verdict of
// Decompress(): each member is held to its CRC-32 and size, and what follows
// the last one and is none is not looked at.
//
// It differs in two ways. Of what is wrong twice it tells what comes first. And
// ISA-L, which reads pieces, is strict where libdeflate is not: a Deflate with
// codes that the format forbids is kBadArchive. No compressor writes any.
//
// Shape:    one file in; the bytes of all its members out, in a row.
// Errors:   kUnreadable, kBadArchive, kRatioLimit, and kTooLarge over
//           limits.max_report_bytes. Nothing follows an error.
// Lifetime: the file is its own until Close().
// Threads:  thread-compatible.
class GzipStream {
 public:
  explicit GzipStream(const ArchiveLimits& limits);
  ~GzipStream();
  GzipStream(const GzipStream&) = delete;
  GzipStream& operator=(const GzipStream&) = delete;

  // Begins anew with a file, from its first byte on. Only kUnreadable.
  ArchiveError Open(FileDescriptor file);
  void Close();
  bool is_open() const { return state_ != nullptr; }

  // Appends to `*bytes` what follows until it holds `size` bytes; fewer only
  // at the end, behind the sums of the last member.
  ArchiveError ReadUpTo(size_t size, PaddedBytes* bytes);

  // Of the file, those that were decompressed so far.
  uint64_t seen_bytes() const;

 private:
  struct State;

  const ArchiveLimits limits_;
  std::unique_ptr<State> state_;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_CUCKOO_GZIP_STREAM_H_
