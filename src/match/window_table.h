#ifndef MISPSIFT_SRC_MATCH_WINDOW_TABLE_H_
#define MISPSIFT_SRC_MATCH_WINDOW_TABLE_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace mispsift {

// A set of windows (witness.h), as a Bloom filter of two bits in one word. May
// take one window in a hundred for a member that is none; never the other way.
class WindowTable {
 public:
  // An empty one with room for `count` windows.
  explicit WindowTable(size_t count = 0)
      : words_(std::bit_ceil(count * kBitsAWindow / 64 + 2)),
        shift_(64 - std::countr_zero(words_.size())) {}

  void Add(uint64_t window) {
    const uint64_t hash = HashOf(window);
    words_[hash >> shift_] |= BitsOf(hash);
  }
  bool MayHold(uint64_t window) const {
    const uint64_t hash = HashOf(window);
    const uint64_t bits = BitsOf(hash);
    return (words_[hash >> shift_] & bits) == bits;
  }
  // The table is larger than the caches that are near: asked for in time, a
  // word comes while others are on their way.
  void Prefetch(uint64_t window) const {
    __builtin_prefetch(&words_[HashOf(window) >> shift_]);
  }

 private:
  static constexpr size_t kBitsAWindow = 16;

  // The low bytes of a short word's window are all zero, so the others are
  // folded into them: a product's high bits are made of everything below.
  static uint64_t HashOf(uint64_t window) {
    return (window ^ window >> 32) * 0x9E3779B97F4A7C15;
  }
  // Of the middle: the low bits are poor, the high ones choose the word.
  static uint64_t BitsOf(uint64_t hash) {
    return uint64_t{1} << (hash >> 32 & 63) | uint64_t{1} << (hash >> 26 & 63);
  }

  std::vector<uint64_t> words_;
  int shift_;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_MATCH_WINDOW_TABLE_H_
