#ifndef MISPSIFT_SRC_PIPELINE_RESULT_LINES_H_
#define MISPSIFT_SRC_PIPELINE_RESULT_LINES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mispsift/match/index.h"
#include "mispsift/model/match.h"
#include "src/pipeline/line_records.h"

namespace mispsift {

// What a scan wrote down of one report, read back from its lines
// (sink/report_lines.h has their grammar) as far as Summary and TriagePage need
// it.
struct ReportFromLines {
  ReportResult result;  // attributes by row in LineRecords
  std::vector<std::string> notes;
  // How many correlation lines it has.
  uint64_t matches = 0;
};

// Of a line of reports.jsonl; its correlation lines are still to be added.
// Errors: kDataLoss.
absl::StatusOr<ReportFromLines> ParseReportLine(std::string_view line);

// The next of its lines in correlations.jsonl. Errors: kDataLoss; a line that
// is another report's is one.
absl::Status AddCorrelationLine(std::string_view line, LineRecords* records,
                                ReportResult* result);

// The attribute of a line of suppressed.jsonl, by its row in LineRecords, with
// the warninglists that suppress it.
struct SuppressedFromLine {
  SuppressedAttribute attribute;
  std::vector<std::string> warninglists;
};

// Errors: kDataLoss.
absl::StatusOr<SuppressedFromLine> ParseSuppressedLine(std::string_view line,
                                                       LineRecords* records);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_PIPELINE_RESULT_LINES_H_
