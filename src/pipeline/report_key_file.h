#ifndef MISPSIFT_SRC_PIPELINE_REPORT_KEY_FILE_H_
#define MISPSIFT_SRC_PIPELINE_REPORT_KEY_FILE_H_

#include <cstdint>
#include <fstream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mispsift/model/report.h"

namespace mispsift {

// The keys of many reports (match/report_keys.h):
//
//   file   = record{*}
//   record = size source member id keys
// size is that of what follows, 4 bytes, little-endian; the others are texts
// behind their size (base/counted_text.h). Two files behind one another are
// one.
struct ReportKeyRecord {
  ReportSource source;
  std::string report_id;
  std::string keys;
};

void AppendReportKeys(const ReportKeyRecord& record, std::string* out);

// Threads: thread-compatible.
class ReportKeyFile {
 public:
  static absl::StatusOr<ReportKeyFile> Open(const std::string& path);

  // False at the end. Errors: kDataLoss, which names file and record, for what
  // is no such file.
  absl::StatusOr<bool> Next(ReportKeyRecord* record);
  // `status`, of the record that was read last.
  absl::Status Damaged(std::string_view what) const;

 private:
  ReportKeyFile(std::string path, std::ifstream file)
      : path_(std::move(path)), file_(std::move(file)) {}

  std::string path_;
  std::ifstream file_;
  uint64_t number_ = 0;
  std::string payload_;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_PIPELINE_REPORT_KEY_FILE_H_
