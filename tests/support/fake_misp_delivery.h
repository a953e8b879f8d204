#ifndef MISPSIFT_TESTS_SUPPORT_FAKE_MISP_DELIVERY_H_
#define MISPSIFT_TESTS_SUPPORT_FAKE_MISP_DELIVERY_H_

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>

#include "httplib.h"
#include "tests/support/fake_misp.h"
#include "tests/support/fake_misp_answers.h"

namespace mispsift {

// Waits that end at once when the server stops.
//
// Threads: thread-safe.
class FakePauses {
 public:
  void Pause(std::chrono::microseconds time);
  void PauseUntil(std::chrono::steady_clock::time_point end);
  void Stop();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopped_ = false;
};

// Hands an answer to httplib, whole or as a fault wants it.
void Deliver(FakeAnswer answer, const std::optional<Fault>& fault,
             bool takes_gzip, FakePauses* pauses, httplib::Response* response);

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_FAKE_MISP_DELIVERY_H_
