#ifndef MISPSIFT_SRC_CUCKOO_MENDED_STREAM_H_
#define MISPSIFT_SRC_CUCKOO_MENDED_STREAM_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "mispsift/base/bytes.h"
#include "mispsift/base/digest.h"
#include "mispsift/cuckoo/json_mend.h"
#include "mispsift/cuckoo/report_archive.h"
#include "src/cuckoo/document_stream.h"

namespace mispsift {

// The documents that a file of any size holds, one behind the other, each of
// them mended (json_mend.h) on the way:
//
//   Open() { Next() { Read() } Finish() } until AtEnd()
//
// Of documents over limits.max_members one more is there, which is rejected
// with the rest of the file (kTooManyMembers).
//
// Threads: thread-compatible.
class MendedStream {
 public:
  static constexpr size_t kWindowBytes = size_t{256} << 10;

  MendedStream(const ArchiveLimits& limits, size_t max_levels,
               size_t window_bytes = kWindowBytes)
      : max_documents_(limits.max_members),
        window_bytes_(window_bytes),
        file_(limits),
        mender_(limits.max_report_bytes, max_levels) {}

  // Errors: those of DocumentStream, as below.
  ArchiveError Open(const std::string& path);
  // Goes to the document that is next.
  void Next();
  // Fills `buffer` with what comes next of it, mended; nothing at its end, and
  // where it turns out to be rejected.
  ArchiveError Read(char* buffer, size_t size, size_t* got);
  // Goes to its end, whatever was read of it. From then on the rest is known.
  ArchiveError Finish();

  const MendOutcome& outcome() const { return mender_.outcome(); }
  uint64_t bytes() const { return outcome().end - begin_; }
  // Of its bytes as they stand in the file, in hex; to be asked once.
  std::string Sha256() { return sha256_->Finish(); }
  bool AtEnd() const { return is_last_ && done_ == window_.size(); }

 private:
  ArchiveError Mend();
  ArchiveError Fill();

  const uint64_t max_documents_;
  const size_t window_bytes_;
  DocumentStream file_;
  std::string window_;
  size_t done_ = 0;  // of it
  bool is_last_ = false;
  JsonMender mender_;
  uint64_t documents_ = 0;
  uint64_t begin_ = 0;  // of the document, in the file
  std::optional<Sha256Digester> sha256_;
  PaddedBytes mended_;
  size_t given_ = 0;  // of it
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_CUCKOO_MENDED_STREAM_H_
