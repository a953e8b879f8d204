#ifndef MISPSIFT_SRC_PIPELINE_REPORT_SCANNER_H_
#define MISPSIFT_SRC_PIPELINE_REPORT_SCANNER_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "mispsift/cuckoo/report_archive.h"
#include "mispsift/cuckoo/report_reader.h"
#include "mispsift/match/matcher.h"
#include "mispsift/model/match.h"

namespace mispsift {

// What one candidate gave: a result for each report, in order, and how many
// documents were no reports and have no line.
struct ScannedCandidate {
  std::vector<ReportResult> results;
  uint64_t skipped = 0;
};

// One worker: candidate in, results out. Keeps its buffers from candidate to
// candidate.
//
// A document a line (JSON lines, as mongoexport writes them) is told by
// content: the first line is closed where it ends, and another follows.
//
// Threads: one scanner per thread; index is shared.
class ReportScanner {
 public:
  ReportScanner(const Index* index, MatcherSettings settings, ScanDepth depth,
                const ArchiveLimits& limits)
      : depth_(depth),
        reader_(depth),
        matcher_(index, settings),
        limits_(limits) {}

  ScannedCandidate Scan(const ReportCandidate& candidate);

 private:
  void ScanDocument(const PaddedBytes& document, const ReportSource& source,
                    bool listed, ScannedCandidate* out);
  void ScanLines(std::string_view lines, const ReportCandidate& candidate,
                 ScannedCandidate* out);

  ScanDepth depth_;
  ReportReader reader_;
  Matcher matcher_;
  ArchiveLimits limits_;
  PaddedBytes file_;
  PaddedBytes line_;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_PIPELINE_REPORT_SCANNER_H_
