#ifndef MISPSIFT_TESTS_SUPPORT_RUN_ON_THREADS_H_
#define MISPSIFT_TESTS_SUPPORT_RUN_ON_THREADS_H_

#include <cstddef>
#include <thread>
#include <vector>

#include "absl/functional/function_ref.h"

namespace mispsift {

// A thread for each task, without oneTBB: ThreadSanitizer sees what they share.
inline void RunOnThreads(size_t count, absl::FunctionRef<void(size_t)> task) {
  std::vector<std::thread> threads;
  for (size_t i = count; i-- > 0;) threads.emplace_back([task, i] { task(i); });
  for (std::thread& thread : threads) thread.join();
}

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_RUN_ON_THREADS_H_
