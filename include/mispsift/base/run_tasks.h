#ifndef MISPSIFT_BASE_RUN_TASKS_H_
#define MISPSIFT_BASE_RUN_TASKS_H_

#include <cstddef>

#include "absl/functional/function_ref.h"

namespace mispsift {

// Runs task(0) to task(count - 1), in any order, on any threads, and returns
// when all are done. What a caller gets from its tasks must not depend on more.
using RunTasks =
    absl::FunctionRef<void(size_t count, absl::FunctionRef<void(size_t)> task)>;

inline void RunOneByOne(size_t count, absl::FunctionRef<void(size_t)> task) {
  for (size_t i = 0; i < count; ++i) task(i);
}

}  // namespace mispsift

#endif  // MISPSIFT_BASE_RUN_TASKS_H_
