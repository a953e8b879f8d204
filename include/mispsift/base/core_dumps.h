#ifndef MISPSIFT_BASE_CORE_DUMPS_H_
#define MISPSIFT_BASE_CORE_DUMPS_H_

#include "absl/status/status.h"

namespace mispsift {

// From here on this process leaves no core dump, and others of the same user
// neither trace it nor read its memory or environment: for as long as it holds
// a key. There is no way back.
absl::Status ForbidCoreDumps();

}  // namespace mispsift

#endif  // MISPSIFT_BASE_CORE_DUMPS_H_
