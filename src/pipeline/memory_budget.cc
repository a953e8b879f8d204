#include "src/pipeline/memory_budget.h"

namespace mispsift {

MemoryBudget::Share MemoryBudget::Wait(uint64_t bytes) {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [&] {
    return held_bytes_ == 0 ||
           (held_bytes_ <= total_bytes_ && bytes <= total_bytes_ - held_bytes_);
  });
  held_bytes_ += bytes;
  return Share(this, bytes);
}

MemoryBudget::Share MemoryBudget::Count(uint64_t bytes) {
  const std::lock_guard<std::mutex> lock(mutex_);
  held_bytes_ += bytes;
  return Share(this, bytes);
}

void MemoryBudget::GiveBack(uint64_t bytes) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    held_bytes_ -= bytes;
  }
  changed_.notify_all();
}

}  // namespace mispsift
