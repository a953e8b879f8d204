#include "mispsift/base/core_dumps.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <cerrno>

namespace mispsift {

absl::Status ForbidCoreDumps() {
  // A core_pattern that is a pipe is not bound by the limit.
  const rlimit none{0, 0};
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ||
      setrlimit(RLIMIT_CORE, &none) != 0) {
    return absl::ErrnoToStatus(errno, "core dumps cannot be switched off");
  }
  return absl::OkStatus();
}

}  // namespace mispsift
