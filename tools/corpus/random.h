#ifndef MISPSIFT_TOOLS_CORPUS_RANDOM_H_
#define MISPSIFT_TOOLS_CORPUS_RANDOM_H_

#include <cstddef>
#include <cstdint>

namespace mispsift::corpus {

// The output function of SplitMix64: spreads a counter over 64 bits.
inline uint64_t Mix(uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

// SplitMix64. The same bytes on every machine, which std::distributions do not
// promise; integers only, for the same reason.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(Mix(seed)) {}

  uint64_t Next() { return Mix(state_ += 0x9e3779b97f4a7c15); }
  // From 0 to n - 1; n must not be 0.
  uint32_t Below(uint32_t n) {
    return static_cast<uint32_t>(((Next() >> 32) * n) >> 32);
  }
  bool Percent(uint32_t percent) { return Below(100) < percent; }
  template <typename T, size_t n>
  const T& Of(const T (&choices)[n]) {
    return choices[Below(static_cast<uint32_t>(n))];
  }

 private:
  uint64_t state_;
};

// A size with the spread of real reports around `median`: log-normal with
// sigma 1.2 (their 90th percentile is about five medians).
uint64_t LogNormalSize(Random* random, uint64_t median);

}  // namespace mispsift::corpus

#endif  // MISPSIFT_TOOLS_CORPUS_RANDOM_H_
