#ifndef MISPSIFT_CUCKOO_REPORT_FILES_H_
#define MISPSIFT_CUCKOO_REPORT_FILES_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "mispsift/base/reject.h"

namespace mispsift {

// A file that is opened as one: a document, or an archive of documents.
struct ReportFile {
  std::string path;     // as walked
  uint64_t number = 0;  // in the order of the walk, from 0
  bool is_archive = false;
  // It gets a line even if there is no report in it; see ReportCandidate.
  bool listed = false;
  // It could not be had: a named path that does not exist, a folder that
  // cannot be listed.
  Reject reject = Reject::kNone;
  std::string detail;
};

// The file as it is now; zeros where it cannot be had.
struct OnDisk {
  uint64_t bytes = 0;    // 0 of what is rejected
  int64_t modified = 0;  // nanoseconds since 1970
};
OnDisk LookOnDisk(const ReportFile& file);

// Walks files and folders and tells which files are to be opened, in the order
// and by the rules of ReportArchiveWalker. Opens only what its name says
// nothing about, for its first bytes.
//
// Errors:  rejected files.
// Threads: one thread.
class ReportFileWalker {
 public:
  // A folder `leave_out` met on the way is passed by.
  explicit ReportFileWalker(std::vector<std::string> paths,
                            const std::string& leave_out = "");
  ~ReportFileWalker();
  ReportFileWalker(ReportFileWalker&&) noexcept;
  ReportFileWalker& operator=(ReportFileWalker&&) noexcept;

  // False at the end.
  bool Next(ReportFile* file);

  // Files met that are no reports.
  uint64_t skipped() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mispsift

#endif  // MISPSIFT_CUCKOO_REPORT_FILES_H_
