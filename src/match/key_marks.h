#ifndef MISPSIFT_SRC_MATCH_KEY_MARKS_H_
#define MISPSIFT_SRC_MATCH_KEY_MARKS_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace mispsift {

// Marks keys that are hashes themselves, so that of nearly all others a few
// bits say that they are none of them, out of a nearer cache than a table's.
class KeyMarks {
 public:
  // Of so many; of none, nothing is held.
  explicit KeyMarks(size_t keys = 0)
      : words_(std::bit_ceil(keys * kBitsAKey / 64 + 1)) {}

  void Add(uint64_t key) { words_[WordOf(key)] |= BitsOf(key); }

  bool MayHold(uint64_t key) const {
    const uint64_t bits = BitsOf(key);
    return (words_[WordOf(key)] & bits) == bits;
  }

  // Has what MayHold() will look at come nearer. (Always inline: g++ 12 drops
  // the call of a function that does nothing else.)
  [[gnu::always_inline]] void Prefetch(uint64_t key) const {
    __builtin_prefetch(&words_[WordOf(key)]);
  }

 private:
  static constexpr size_t kBitsAKey = 16;

  size_t WordOf(uint64_t key) const { return key >> 24 & (words_.size() - 1); }
  static uint64_t BitsOf(uint64_t key) {
    return uint64_t{1} << (key & 63) | uint64_t{1} << (key >> 6 & 63) |
           uint64_t{1} << (key >> 12 & 63);
  }

  std::vector<uint64_t> words_;  // a power of two; a key's bits are in one
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_MATCH_KEY_MARKS_H_
