#ifndef MISPSIFT_CUCKOO_REPORT_ARCHIVE_H_
#define MISPSIFT_CUCKOO_REPORT_ARCHIVE_H_

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "mispsift/base/bytes.h"
#include "mispsift/base/reject.h"
#include "mispsift/cuckoo/report_files.h"
#include "mispsift/model/report.h"

namespace mispsift {

// A document that may be a report.
struct ReportCandidate {
  ReportSource source;
  uint64_t file = 0;  // ReportFile::number of the one that it is, or is in
  // It gets a line in reports.jsonl even if it turns out to be no report:
  // named by the user, called report.json, or .json in a flat folder. One
  // that is not listed and no report by shape is only counted as skipped.
  bool listed = false;
  // A plain or singly compressed file: its bytes are still to be loaded, with
  // LoadCandidate(), by whoever takes it. Else `bytes` holds the member.
  bool on_disk = false;
  uint64_t file_bytes = 0;  // BytesOnDisk() where it is on_disk
  PaddedBytes bytes;
  // The candidate could not be had (an archive cut short, an encrypted
  // member): it is listed with this reason and has no bytes.
  Reject reject = Reject::kNone;
  std::string detail;
};

// What is believed of files and archives. Each bound has its reject reason;
// what is over one is refused, and the rest of the archive is read where it
// can be had without it.
struct ArchiveLimits {
  // Out of one file or member: kTooLarge.
  uint64_t max_report_bytes = std::numeric_limits<uint64_t>::max();
  // Likewise, where it is held in memory whole.
  uint64_t max_held_bytes = uint64_t{1} << 30;
  // Of one archive, those of the archives in it among them: kTooManyMembers.
  uint64_t max_members = 1'000'000;
  // Bytes out for each byte in: kRatioLimit. Asked of a file, a zip's member
  // or a compressed archive from ratio_floor_bytes out on, and of an archive
  // with all that is packed in it from archive_floor_bytes on.
  uint64_t max_ratio = 1000;
  uint64_t ratio_floor_bytes = uint64_t{64} << 20;
  uint64_t archive_floor_bytes = uint64_t{1} << 30;
  // Archives, or a compressed document, within one another inside an archive:
  // kNestedTooDeep. Each level keeps one member in memory.
  uint32_t max_nesting = 1;

  // No bound. Once it is set, files end where they are being read, which is
  // kUnreadable: whoever sets it wants nothing more of any. Null: nobody does.
  const std::atomic<bool>* stop = nullptr;

  bool IsStopped() const { return stop != nullptr && *stop; }
  uint64_t MostHeld() const {
    return std::min(max_report_bytes, max_held_bytes);
  }
};

// Walks files, folders and archives and hands out what may be a report, in
// input order: paths as given, folders depth first with names in byte order,
// archives as stored. Never extracts to disk.
//
//   plain        .json and files without such a name whose content is JSON
//   compressed   .json.gz .bz2 .xz .zst: one file, still on_disk
//   archives     .tar, .tar.gz and kin, .zip, .7z by name; members like files,
//                archives and compressed .json among them, max_nesting deep
//   analysis folders (Cuckoo 1 and 2, CAPE, Cuckoo 3: a folder with a
//                reports/report.json, an analysis.json or a task.json): only
//                reports/report.json[.gz|.zip], pre.json and
//                task_<n>/report.json; the rest is the sample's or the
//                sandbox's and is counted as skipped
// Symlinks met on the walk are skipped (analyses/latest would count twice);
// one that is named is followed. Only regular files are opened. So are hard
// links in a tar: their content is read where it is stored.
//
// Errors:  rejected candidates, a named path that does not exist among them.
// Threads: one thread.
class ReportArchiveWalker {
 public:
  // A folder `leave_out` met on the way is passed by: a scan must not read
  // what it writes.
  ReportArchiveWalker(std::vector<std::string> paths,
                      const ArchiveLimits& limits,
                      const std::string& leave_out = "");
  // Of files that a walk has found, in this order.
  ReportArchiveWalker(std::vector<ReportFile> files,
                      const ArchiveLimits& limits);
  ~ReportArchiveWalker();
  ReportArchiveWalker(ReportArchiveWalker&&) noexcept;
  ReportArchiveWalker& operator=(ReportArchiveWalker&&) noexcept;

  // False at the end. Reuses the memory of `candidate->bytes`.
  bool Next(ReportCandidate* candidate);

  // Files and members met that are no reports.
  uint64_t skipped() const;

  // Bytes on disk of the files that were handed out or opened so far, of an
  // archive as far as it was read.
  uint64_t passed_bytes() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Reads the file of an on_disk candidate into `*bytes`, decompressing where
// its content says so; `*packed` then holds the file. Both keep their room
// from one candidate to the next. Safe to call from any thread.
Reject LoadCandidate(const ReportCandidate& candidate,
                     const ArchiveLimits& limits, PaddedBytes* packed,
                     PaddedBytes* bytes, std::string* detail);

// How many bytes LoadCandidate() is likely to give: those of a plain file; else
// what a gzip says of itself, or a multiple that is seldom exceeded. 0 where
// the file cannot be read. Safe to call from any thread.
uint64_t ExpectedBytes(const ReportCandidate& candidate);

}  // namespace mispsift

#endif  // MISPSIFT_CUCKOO_REPORT_ARCHIVE_H_
