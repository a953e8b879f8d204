#ifndef MISPSIFT_SRC_PIPELINE_LINE_FILE_H_
#define MISPSIFT_SRC_PIPELINE_LINE_FILE_H_

#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace mispsift {

// A file of lines, and where in it one is.
class LineFile {
 public:
  // `what_to_do` is said when it is not there.
  static absl::StatusOr<LineFile> Open(const std::string& path,
                                       std::string_view what_to_do);

  // Nothing behind the last line. Good until the next call.
  std::optional<std::string_view> Next();
  bool failed() const { return lines_.bad(); }

  // `status`, of the line that was read last.
  absl::Status Damaged(const absl::Status& status) const;

 private:
  LineFile(std::string path, std::ifstream lines);

  std::string path_;
  std::ifstream lines_;
  std::string line_;
  uint64_t number_ = 0;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_PIPELINE_LINE_FILE_H_
