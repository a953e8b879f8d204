#ifndef MISPSIFT_SRC_MATCH_WINDOW_TABLE_H_
#define MISPSIFT_SRC_MATCH_WINDOW_TABLE_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "src/match/shards.h"

namespace mispsift {

// A set of windows (witness.h), each with what may stand before it, as a Bloom
// filter of three bits in one word. May take one window in a hundred for a
// member that is none; never the other way.
class WindowTable {
 public:
  // An empty one with room for that many windows.
  explicit WindowTable(size_t windows = 0)
      : words_(std::bit_ceil(windows * kBitsAWindow / 64 + kShards)),
        shift_(64 - std::countr_zero(words_.size())) {}

  // `befores`: a bit for each byte before it that may be, modulo kBefores.
  // Windows of different shards can be added by different threads: no two
  // shards share a word.
  void Add(uint64_t window, uint32_t befores) {
    const uint64_t hash = HashOf(window);
    uint64_t& word = words_[hash >> shift_];
    for (; befores != 0; befores &= befores - 1) {
      word |= BitsOf(hash, static_cast<uint64_t>(std::countr_zero(befores)));
    }
  }
  // To be asked for many windows at a time, by vectors: the table may hold one
  // if the word at `HashOf() >> shift()` has all bits of BitsOf(), and never
  // holds it else.
  const uint64_t* words() const { return words_.data(); }
  int shift() const { return shift_; }

  // The low bytes of a short word's window are all zero, so the others are
  // folded into them: a product's high bits are made of everything below.
  static constexpr uint64_t kFactor = 0x9E3779B97F4A7C15;
  static uint64_t HashOf(uint64_t window) {
    return (window ^ window >> 32) * kFactor;
  }

  // What is told of the byte before a window.
  static constexpr uint64_t kBefores = 8;

  // Of the middle: the low bits are poor, the high ones choose the word.
  static constexpr int kFirstBit = 32;
  static constexpr int kSecondBit = 26;
  static constexpr int kThirdBit = 20;
  static uint64_t BitsOf(uint64_t hash, uint64_t before) {
    return uint64_t{1} << (hash >> kFirstBit & 63) |
           uint64_t{1} << (hash >> kSecondBit & 63) |
           uint64_t{1} << ((hash >> kThirdBit ^ before) & 63);
  }

 private:
  static constexpr size_t kBitsAWindow = 16;

  std::vector<uint64_t> words_;
  int shift_;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_MATCH_WINDOW_TABLE_H_
