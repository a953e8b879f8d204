#ifndef MISPSIFT_SRC_MATCH_WINDOW_TABLE_H_
#define MISPSIFT_SRC_MATCH_WINDOW_TABLE_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "src/match/shards.h"

namespace mispsift {

// A set of windows (witness.h), as a Bloom filter of two bits in one word. May
// take one window in a hundred for a member that is none; never the other way.
class WindowTable {
 public:
  // An empty one with room for that many windows.
  explicit WindowTable(size_t windows = 0)
      : words_(std::bit_ceil(windows * kBitsAWindow / 64 + kShards)),
        shift_(64 - std::countr_zero(words_.size())) {}

  // Windows of different shards can be added by different threads: no two
  // shards share a word.
  void Add(uint64_t window) {
    const uint64_t hash = HashOf(window);
    words_[hash >> shift_] |= BitsOf(hash);
  }
  bool MayHold(uint64_t window) const {
    const uint64_t hash = HashOf(window);
    const uint64_t bits = BitsOf(hash);
    return (words_[hash >> shift_] & bits) == bits;
  }
  // Where MayHold() looks: a table may be larger than the caches that are near,
  // and what is asked for in time comes while others are on their way. (Asked
  // for by the caller: g++ 12 drops the call of a function that does only
  // that.)
  const void* PlaceOf(uint64_t window) const {
    return &words_[HashOf(window) >> shift_];
  }

  // The low bytes of a short word's window are all zero, so the others are
  // folded into them: a product's high bits are made of everything below.
  static uint64_t HashOf(uint64_t window) {
    return (window ^ window >> 32) * 0x9E3779B97F4A7C15;
  }

 private:
  static constexpr size_t kBitsAWindow = 16;

  // Of the middle: the low bits are poor, the high ones choose the word.
  static uint64_t BitsOf(uint64_t hash) {
    return uint64_t{1} << (hash >> 32 & 63) | uint64_t{1} << (hash >> 26 & 63);
  }

  std::vector<uint64_t> words_;
  int shift_;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_MATCH_WINDOW_TABLE_H_
