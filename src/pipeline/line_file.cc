#include "src/pipeline/line_file.h"

#include <fmt/format.h>

#include <utility>

namespace mispsift {

absl::StatusOr<LineFile> LineFile::Open(const std::string& path,
                                        std::string_view what_to_do) {
  std::ifstream lines(path, std::ios::binary);
  if (!lines) {
    return absl::FailedPreconditionError(
        fmt::format("there is no {}{}", path, what_to_do));
  }
  return LineFile(path, std::move(lines));
}

LineFile::LineFile(std::string path, std::ifstream lines)
    : path_(std::move(path)), lines_(std::move(lines)) {}

std::optional<std::string_view> LineFile::Next() {
  if (!std::getline(lines_, line_)) return std::nullopt;
  ++number_;
  return line_;
}

absl::Status LineFile::Damaged(const absl::Status& status) const {
  return absl::DataLossError(
      fmt::format("{}:{}: {}", path_, number_, std::string(status.message())));
}

}  // namespace mispsift
