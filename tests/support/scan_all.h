#ifndef MISPSIFT_TESTS_SUPPORT_SCAN_ALL_H_
#define MISPSIFT_TESTS_SUPPORT_SCAN_ALL_H_

#include <utility>
#include <vector>

#include "src/pipeline/report_scanner.h"

namespace mispsift {

// A candidate's results, all at once.
struct AllScanned : ScannedCandidate {
  std::vector<ReportResult> results;
};

inline AllScanned ScanAll(ReportScanner* scanner,
                          const ReportCandidate& candidate) {
  AllScanned all;
  static_cast<ScannedCandidate&>(all) =
      scanner->Scan(candidate, [&all](ReportResult result, uint64_t) {
        all.results.push_back(std::move(result));
        return true;
      });
  return all;
}

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_SCAN_ALL_H_
