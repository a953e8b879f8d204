#ifndef MISPSIFT_SRC_PIPELINE_MEMORY_BUDGET_H_
#define MISPSIFT_SRC_PIPELINE_MEMORY_BUDGET_H_

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <utility>

namespace mispsift {

// How much of the memory all workers together may fill with reports. Who holds
// a share must give it back without waiting for another one: then there is
// always someone who goes on.
//
// Threads: any number.
class MemoryBudget {
 public:
  // Given back when it ends.
  class Share {
   public:
    Share() = default;
    Share(Share&& other) noexcept
        : budget_(std::exchange(other.budget_, nullptr)),
          bytes_(other.bytes_) {}
    Share& operator=(Share&& other) noexcept {
      std::swap(budget_, other.budget_);
      std::swap(bytes_, other.bytes_);
      return *this;
    }
    ~Share() {
      if (budget_ != nullptr) budget_->GiveBack(bytes_);
    }

   private:
    friend class MemoryBudget;
    Share(MemoryBudget* budget, uint64_t bytes)
        : budget_(budget), bytes_(bytes) {}

    MemoryBudget* budget_ = nullptr;
    uint64_t bytes_ = 0;
  };

  explicit MemoryBudget(uint64_t total_bytes) : total_bytes_(total_bytes) {}
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;

  uint64_t total_bytes() const { return total_bytes_; }

  // Waits until there is room for so many bytes, or nobody else holds any.
  Share Wait(uint64_t bytes);
  // For what is in memory already.
  Share Count(uint64_t bytes);

 private:
  void GiveBack(uint64_t bytes);

  const uint64_t total_bytes_;
  std::mutex mutex_;
  std::condition_variable changed_;
  uint64_t held_bytes_ = 0;  // under mutex_
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_PIPELINE_MEMORY_BUDGET_H_
