#ifndef MISPSIFT_SRC_BASE_JSON_BITS_H_
#define MISPSIFT_SRC_BASE_JSON_BITS_H_

#include <cstdint>

namespace mispsift {

// JSON 64 bytes at a time, as sets of bits: bit i is byte i of a block.

// The bytes of a block that stand behind a backslash that none stands behind
// in turn; `*carry` goes from block to block, 0 at first. After simdjson: runs
// of backslashes that start at an odd position end with a carry where their
// length says so.
inline uint64_t EscapedBytes(uint64_t backslash, uint64_t* carry) {
  if (backslash == 0) {
    const uint64_t escaped = *carry;
    *carry = 0;
    return escaped;
  }
  constexpr uint64_t kEven = 0x5555555555555555;
  backslash &= ~*carry;
  const uint64_t behind = backslash << 1 | *carry;
  const uint64_t odd_starts = backslash & ~kEven & ~behind;
  unsigned long long ends_even = 0;
  *carry = __builtin_uaddll_overflow(odd_starts, backslash, &ends_even) ? 1 : 0;
  return (kEven ^ ends_even << 1) & behind;
}

}  // namespace mispsift

#endif  // MISPSIFT_SRC_BASE_JSON_BITS_H_
