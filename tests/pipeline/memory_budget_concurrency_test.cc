#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "src/pipeline/memory_budget.h"

namespace mispsift {
namespace {

TEST(MemoryBudgetConcurrencyTest, NoMoreIsHeldThanThereIs) {
  MemoryBudget budget(100);
  std::atomic<uint64_t> held{0};
  std::atomic<uint64_t> most{0};
  std::vector<std::thread> workers;
  for (uint64_t worker = 1; worker <= 4; ++worker) {
    workers.emplace_back([&, worker] {
      for (uint64_t i = 0; i < 2000; ++i) {
        const uint64_t bytes = 1 + (i * worker * 7) % 100;
        const MemoryBudget::Share share = budget.Wait(bytes);
        const uint64_t now = held += bytes;
        uint64_t before = most;
        while (now > before && !most.compare_exchange_weak(before, now)) {
        }
        held -= bytes;
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
  EXPECT_LE(most, 100u);
}

TEST(MemoryBudgetConcurrencyTest, TheLargestIsLetInWhenAlone) {
  MemoryBudget budget(100);
  std::atomic<bool> is_in{false};
  std::thread large;
  {
    const MemoryBudget::Share held = budget.Count(1);
    large = std::thread([&] {
      const MemoryBudget::Share share = budget.Wait(1000);
      is_in = true;
    });
    // What is in memory already does not wait.
    const MemoryBudget::Share counted = budget.Count(500);
    EXPECT_FALSE(is_in);
  }
  large.join();
  EXPECT_TRUE(is_in);
}

}  // namespace
}  // namespace mispsift
