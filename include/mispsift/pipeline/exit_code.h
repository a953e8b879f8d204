#ifndef MISPSIFT_PIPELINE_EXIT_CODE_H_
#define MISPSIFT_PIPELINE_EXIT_CODE_H_

#include "absl/status/status.h"

namespace mispsift {

// How a command ends. Scripts read these numbers; they never change.
enum class ExitCode : int {
  kDone = 0,  // matches or not
  kFailed = 1,
  kUsage = 2,        // or configuration
  kIncomplete = 3,   // done, but some inputs were rejected or stayed planned
  kServer = 4,       // MISP unreachable, or it refused
  kBadSnapshot = 5,  // missing, corrupt or of another version
  kLocked = 6,       // another run holds the folder
  kMatches = 10,     // only with --fail-on-match
};

// `status` as an error that ends the program with `code`.
absl::Status WithExitCode(absl::Status status, ExitCode code);
bool HasExitCode(const absl::Status& status);

// The code of an error: as set, else kUsage for kInvalidArgument, kLocked for
// kAborted, kFailed for all others.
ExitCode ExitCodeOf(const absl::Status& status);

}  // namespace mispsift

#endif  // MISPSIFT_PIPELINE_EXIT_CODE_H_
