#ifndef MISPSIFT_SRC_CUCKOO_ARCHIVE_STREAM_H_
#define MISPSIFT_SRC_CUCKOO_ARCHIVE_STREAM_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "mispsift/base/bytes.h"
#include "mispsift/base/file.h"
#include "mispsift/base/reject.h"
#include "mispsift/cuckoo/report_archive.h"

struct archive;  // libarchive's

namespace mispsift {

class GzipStream;

// Why an archive, or a member of it, could not be had; kNone: it could.
struct ArchiveError {
  Reject reject = Reject::kNone;
  std::string detail;  // valid UTF-8

  explicit operator bool() const { return reject != Reject::kNone; }
};

// kUnreadable, in the words of `status`.
ArchiveError Unreadable(const absl::Status& status);

// What `in` bytes may become at most; no ratio is asked of what is not over
// `floor` bytes.
uint64_t MostBytesOut(uint64_t in, uint64_t max_ratio, uint64_t floor);

struct ArchiveMember {
  enum class Type : uint8_t { kFile, kFolder, kOther };

  std::string path;  // a label, never a place on disk; valid UTF-8
  Type type = Type::kOther;
  bool encrypted = false;
};

// Reads one archive (or compressed file) at a time, front to back, without
// trusting it: sizes are those of the bytes that came out, and only tar, zip
// and 7z, under gzip, bzip2, xz or zstd, are understood.
//
//   for (;;) {
//     switch (stream.NextMember(&member, &error)) ...
//     error = stream.ReadAll(&bytes);
//   }
//
// Threads: thread-compatible.
class ArchiveStream {
 public:
  enum class Formats : uint8_t {
    kContainers,  // tar, zip, 7z
    kRaw,         // one compressed file, as a single member
    kAny,         // either
  };
  enum class Step : uint8_t {
    kMember,
    kEnd,
    kFailed,  // no more members, with an error
  };

  explicit ArchiveStream(const ArchiveLimits& limits);
  ~ArchiveStream();
  ArchiveStream(const ArchiveStream&) = delete;
  ArchiveStream& operator=(const ArchiveStream&) = delete;

  // Each closes what was open before. Errors: kUnreadable, kBadArchive.
  // `bytes` must stay until Close().
  ArchiveError OpenFile(const std::string& path, Formats formats);
  ArchiveError OpenMemory(std::string_view bytes, Formats formats);
  void Close();
  bool is_open() const { return archive_ != nullptr; }

  // Goes to the next member, over what is left of the current one. Errors:
  // kBadArchive (also for an archive without a member), kEncrypted,
  // kRatioLimit (also when the archive as a whole is over it),
  // kTooManyMembers, kNestedTooDeep (compressed twice), and kEmpty for a
  // compressed file of nothing under kRaw.
  Step NextMember(ArchiveMember* member, ArchiveError* error);

  // Appends to `*bytes` what follows in the member until it holds `size`
  // bytes, or the member ends. Errors: kBadArchive (also for a member of a zip
  // that overlaps one that was read), kRatioLimit; NextMember() then goes on
  // where the archive allows it.
  ArchiveError ReadUpTo(uint64_t size, PaddedBytes* bytes);
  // Likewise to the member's end. Also kTooLarge, over limits.MostHeld().
  ArchiveError ReadAll(PaddedBytes* bytes);

  // A member turned out to be packed itself, and so many bytes and members
  // came out of it; they count towards the bounds of the whole archive.
  void AddNested(uint64_t bytes, uint64_t members);
  // Out of the archive so far, nested ones included; refused ones as well.
  uint64_t bytes_out() const { return read_bytes_ + nested_bytes_; }
  uint64_t members() const { return members_ + nested_members_; }

  // How far into the archive it has read, as it is stored.
  uint64_t seen_bytes() const { return seen_bytes_; }

  // What NextMember() found is no container but some other file.
  bool is_raw() const;
  // The archive as a whole is, or the file.
  bool is_compressed() const;

 private:
  void Prepare(Formats formats);
  ArchiveError OpenSource();
  // Of a file that is a gzip: what comes out of it is what libarchive reads,
  // whose own gunzip takes twice as long as all else that is done with a tar.
  int OpenGunzipped();
  static ptrdiff_t ReadGunzipped(archive* archive, void* stream,
                                 const void** block);
  // Where it stands in what is stored, and what comes out of that.
  uint64_t BytesIn() const;
  ArchiveError Failure(Reject reject) const;
  ArchiveError AtEnd();
  ArchiveError SkipRest();
  ArchiveError CheckWhole() const;
  bool ReopenZip();
  bool IsPlainZip() const;
  bool OverRatio() const;

  const ArchiveLimits limits_;
  archive* archive_ = nullptr;
  FileDescriptor file_;
  std::unique_ptr<GzipStream> gunzip_;  // has the file, if it is a gzip
  PaddedBytes gunzipped_;
  ArchiveError gunzip_error_;  // behind that
  std::string_view memory_;    // if it is no file
  bool over_ = false;       // an error behind which there is nothing to be had
  bool encrypted_ = false;  // the current member
  uint32_t reopens_ = 0;
  uint64_t members_ = 0;
  uint64_t nested_members_ = 0;
  uint64_t nested_bytes_ = 0;
  uint64_t read_bytes_ = 0;          // out of all members
  uint64_t member_bytes_ = 0;        // out of this one
  uint64_t member_start_bytes_ = 0;  // where it began in the archive
  uint64_t seen_bytes_ = 0;          // of the archive, from its start
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_CUCKOO_ARCHIVE_STREAM_H_
