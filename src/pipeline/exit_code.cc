#include "mispsift/pipeline/exit_code.h"

#include <string>

#include "absl/strings/cord.h"

namespace mispsift {
namespace {

constexpr char kPayload[] = "mispsift/exit-code";

}  // namespace

absl::Status WithExitCode(absl::Status status, ExitCode code) {
  if (!status.ok()) {
    status.SetPayload(kPayload,
                      absl::Cord(std::to_string(static_cast<int>(code))));
  }
  return status;
}

bool HasExitCode(const absl::Status& status) {
  return status.GetPayload(kPayload).has_value();
}

ExitCode ExitCodeOf(const absl::Status& status) {
  if (status.ok()) return ExitCode::kDone;
  if (const absl::optional<absl::Cord> code = status.GetPayload(kPayload)) {
    return static_cast<ExitCode>(std::stoi(std::string(*code)));
  }
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
      return ExitCode::kUsage;
    case absl::StatusCode::kAborted:
      return ExitCode::kLocked;
    default:
      return ExitCode::kFailed;
  }
}

}  // namespace mispsift
