#include "tests/support/fake_misp_carry.h"

#include <chrono>
#include <cstdint>

namespace mispsift {
namespace {

// Pauses that last as long as they say in sum: where one lasted longer, or
// storing took its time, the next ones are shorter.
class Pace {
 public:
  explicit Pace(FakePauses* pauses) : pauses_(*pauses) {}
  void Pause(std::chrono::microseconds time) {
    due_ += time;
    pauses_.PauseUntil(due_);
  }

 private:
  FakePauses& pauses_;
  std::chrono::steady_clock::time_point due_ = std::chrono::steady_clock::now();
};

// Stores pieces until `pieces` of them are stored, or none is left.
void StorePieces(const FakeCarrier& carrier, uint64_t pieces, FakeWrite* write,
                 Pace* pace) {
  for (; pieces > 0 && write->Left() > 0; --pieces) {
    pace->Pause(carrier.latency.attribute);
    const std::unique_lock lock(*carrier.mutex);
    write->StoreNext(carrier.store);
  }
}

}  // namespace

void FakeWorkers::Enter(size_t places) {
  std::unique_lock lock(mutex_);
  left_.wait(lock, [&] { return places == 0 || taken_ < places; });
  ++taken_;
}

void FakeWorkers::Leave() {
  {
    const std::lock_guard lock(mutex_);
    --taken_;
  }
  left_.notify_all();
}

FakeAnswer CarryOut(const FakeCarrier& carrier, FakeWrite* write,
                    const std::optional<Fault>& fault,
                    const std::function<void()>& hang_up) {
  const bool partly =
      fault.has_value() && fault->kind == Fault::Kind::kStoredPartly;
  const bool cut =
      fault.has_value() && fault->kind == Fault::Kind::kStoredThenCut;
  carrier.workers->Enter(carrier.latency.parallel);
  Pace pace(carrier.pauses);
  pace.Pause(carrier.latency.request);
  {
    const std::unique_lock lock(*carrier.mutex);
    write->Start(carrier.store);
  }
  if (partly) {
    StorePieces(carrier, fault->rows, write, &pace);
    hang_up();
    pace.Pause(fault->delay);
  }
  const bool goes_on = !partly || fault->delay.count() > 0;
  if (goes_on) StorePieces(carrier, write->Left(), write, &pace);
  carrier.workers->Leave();
  if (cut) hang_up();
  FakeAnswer answer;
  answer.status = 0;
  if (partly || cut) return answer;
  const std::shared_lock lock(*carrier.mutex);
  return write->Answer(*carrier.store);
}

}  // namespace mispsift
