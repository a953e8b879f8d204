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
  // To be asked for many windows at a time, by vectors: the table may hold one
  // if the word at `HashOf() >> shift()` has both bits of BitsOf(), and never
  // holds it else.
  const uint64_t* words() const { return words_.data(); }
  int shift() const { return shift_; }

  // The low bytes of a short word's window are all zero, so the others are
  // folded into them: a product's high bits are made of everything below.
  static constexpr uint64_t kFactor = 0x9E3779B97F4A7C15;
  static uint64_t HashOf(uint64_t window) {
    return (window ^ window >> 32) * kFactor;
  }

  // Of the middle: the low bits are poor, the high ones choose the word.
  static constexpr int kFirstBit = 32;
  static constexpr int kSecondBit = 26;
  static uint64_t BitsOf(uint64_t hash) {
    return uint64_t{1} << (hash >> kFirstBit & 63) |
           uint64_t{1} << (hash >> kSecondBit & 63);
  }

 private:
  static constexpr size_t kBitsAWindow = 16;

  std::vector<uint64_t> words_;
  int shift_;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_MATCH_WINDOW_TABLE_H_
