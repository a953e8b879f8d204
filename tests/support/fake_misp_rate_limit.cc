#include <algorithm>

#include "tests/support/fake_misp_answers.h"

namespace mispsift {

void FakeRateLimit::Set(uint64_t requests, int64_t seconds) {
  const std::lock_guard lock(mutex_);
  limit_ = requests;
  seconds_ = seconds;
  open_ = false;
}

void FakeRateLimit::Clear() {
  const std::lock_guard lock(mutex_);
  limit_.reset();
}

std::optional<uint64_t> FakeRateLimit::limit() const {
  const std::lock_guard lock(mutex_);
  return limit_;
}

std::optional<FakeRateLimit::Verdict> FakeRateLimit::Count(int64_t now) {
  const std::lock_guard lock(mutex_);
  if (!limit_.has_value()) return std::nullopt;
  const auto real_now = std::chrono::steady_clock::now();
  const auto passed = [&] {
    return now - opened_now_ +
           std::chrono::duration_cast<std::chrono::seconds>(real_now - opened_)
               .count();
  };
  if (!open_ || passed() >= seconds_) {
    open_ = true;
    used_ = 0;
    opened_now_ = now;
    opened_ = real_now;
  }
  Verdict verdict;
  verdict.limit = *limit_;
  verdict.refused = used_ >= *limit_;
  if (!verdict.refused) ++used_;
  verdict.remaining = *limit_ - std::min(used_, *limit_);
  verdict.reset_seconds = seconds_ - passed();
  return verdict;
}

}  // namespace mispsift
