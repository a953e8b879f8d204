#ifndef MISPSIFT_TESTS_SUPPORT_FAKE_MISP_CARRY_H_
#define MISPSIFT_TESTS_SUPPORT_FAKE_MISP_CARRY_H_

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <shared_mutex>

#include "tests/support/fake_misp.h"
#include "tests/support/fake_misp_answers.h"
#include "tests/support/fake_misp_delivery.h"
#include "tests/support/fake_misp_store.h"
#include "tests/support/fake_misp_write.h"

namespace mispsift {

// Places at work, for so many at once.
//
// Threads: thread-safe.
class FakeWorkers {
 public:
  // Waits until fewer than `places` are taken; 0: there is always one.
  void Enter(size_t places);
  void Leave();

 private:
  std::mutex mutex_;
  std::condition_variable left_;
  size_t taken_ = 0;
};

// What a write is carried out with.
struct FakeCarrier {
  std::shared_mutex* mutex = nullptr;  // of the store
  FakeMispStore* store = nullptr;
  FakeWorkers* workers = nullptr;
  FakePauses* pauses = nullptr;
  FakeWriteLatency latency;
};

// Stores everything, each piece in its time, as the fault wants it, and
// returns the answer; one of status 0 when the client got none, since
// `hang_up` was called.
FakeAnswer CarryOut(const FakeCarrier& carrier, FakeWrite* write,
                    const std::optional<Fault>& fault,
                    const std::function<void()>& hang_up);

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_FAKE_MISP_CARRY_H_
