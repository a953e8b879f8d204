#ifndef MISPSIFT_SRC_PIPELINE_REPORT_KEY_FILE_H_
#define MISPSIFT_SRC_PIPELINE_REPORT_KEY_FILE_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "mispsift/model/report.h"

namespace mispsift {

// The keys of many reports (match/report_keys.h), a line each:
//
//   {"source":base64,"member":text,"id":text,"keys":base64}
//
// source is the path of the file or archive, whatever its bytes.
struct ReportKeyLine {
  ReportSource source;
  std::string report_id;
  std::string keys;
};

void AppendReportKeyLine(const ReportKeyLine& line, std::string* out);
// Errors: kDataLoss for what is no such line.
absl::StatusOr<ReportKeyLine> ParseReportKeyLine(std::string_view line);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_PIPELINE_REPORT_KEY_FILE_H_
