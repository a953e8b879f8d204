#ifndef MISPSIFT_CUCKOO_REPORT_WINDOW_READER_H_
#define MISPSIFT_CUCKOO_REPORT_WINDOW_READER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "mispsift/base/bytes.h"
#include "mispsift/base/run_tasks.h"
#include "mispsift/cuckoo/report_archive.h"
#include "mispsift/cuckoo/report_reader.h"
#include "mispsift/model/oddity.h"
#include "mispsift/model/report.h"

namespace mispsift {

class DocumentStream;

// What is said of a report beside its facts.
struct WindowedReport {
  Oddities oddities;   // as ReportReader has them at the depth
  uint64_t bytes = 0;  // of the document
  std::string id;      // ReportId()
};

// Reads what a report says of itself from its file, decompressing where the
// content says so, and shows all of it on the way, a window at a time: no more
// than two windows of it are in memory, and what of it is read.
//
// Shape:    a window begins and ends outside of any string, behind a bracket;
//           it has up to `window_bytes`, or more where no bracket stands in
//           them (up to kMaxWindowBytes).
// Errors:   nothing, where the report must be read in another way, by whoever
//           says what is wrong with it: it cannot be read, is not one object
//           as JSON has it, holds more than kMaxWindowBytes without a bracket
//           or more that says something of it than ReportReader keeps; or
//           `look` has returned false.
// Threads:  thread-compatible; one per worker, which keeps its memory.
class ReportWindowReader {
 public:
  static constexpr size_t kWindowBytes = size_t{512} << 10;
  static constexpr size_t kMaxWindowBytes = size_t{64} << 20;

  // False: no more of it is wanted.
  using Look = absl::FunctionRef<bool(const PaddedBytes& window)>;

  // `depth`: below kFields.
  explicit ReportWindowReader(ScanDepth depth,
                              size_t max_levels = ReportReader::kUsualLevels,
                              size_t window_bytes = kWindowBytes)
      : window_bytes_(window_bytes), reader_(depth, max_levels) {}

  // The file at `path`, of at most limits.max_report_bytes uncompressed. What
  // `run` has at once are looking at a window and reading the next.
  std::optional<WindowedReport> Read(const std::string& path,
                                     const ArchiveLimits& limits, Look look,
                                     ReportFacts* facts,
                                     RunTasks run = RunOneByOne);

 private:
  // The windows of a file; returns how many bytes they have, without the rest
  // that is left in window_.
  std::optional<uint64_t> Windows(const std::string& path,
                                  const ArchiveLimits& limits, Look look,
                                  RunTasks run);
  bool Fill(DocumentStream* document, PaddedBytes* window, bool* is_end) const;

  const size_t window_bytes_;
  ReportReader reader_;
  PaddedBytes window_;
  PaddedBytes next_;
};

}  // namespace mispsift

#endif  // MISPSIFT_CUCKOO_REPORT_WINDOW_READER_H_
