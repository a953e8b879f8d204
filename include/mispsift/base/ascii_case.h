#ifndef MISPSIFT_BASE_ASCII_CASE_H_
#define MISPSIFT_BASE_ASCII_CASE_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace mispsift {

// The lower case of eight bytes; those above 0x7F stay as they are.
inline uint64_t LowerAscii(uint64_t bytes) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  const uint64_t low = bytes & 0x7f * kOnes;
  // The highest bit of each byte, which no sum carries over.
  const uint64_t from_a = low + (0x80 - 'A') * kOnes;
  const uint64_t behind_z = low + (0x7f - 'Z') * kOnes;
  return bytes | (from_a & ~behind_z & ~bytes & 0x80 * kOnes) >> 2;
}

// Writes the lower case of `text` to `out`, which has room for as much and may
// be where `text` is. Every value of an index goes through this, several times:
// absl's takes a byte at a time.
inline void LowerAscii(std::string_view text, char* out) {
  size_t at = 0;
  uint64_t bytes = 0;
  for (; at + sizeof(bytes) <= text.size(); at += sizeof(bytes)) {
    std::memcpy(&bytes, text.data() + at, sizeof(bytes));
    bytes = LowerAscii(bytes);
    std::memcpy(out + at, &bytes, sizeof(bytes));
  }
  const size_t rest = text.size() - at;
  if (rest == 0) return;
  std::memcpy(&bytes, text.data() + at, rest);
  bytes = LowerAscii(bytes);
  std::memcpy(out + at, &bytes, rest);
}

inline void LowerAscii(std::string* text) { LowerAscii(*text, text->data()); }

constexpr char LowerAscii(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

constexpr bool StartsWithIgnoreCase(std::string_view text,
                                    std::string_view prefix) {
  if (text.size() < prefix.size()) return false;
  for (size_t i = 0; i < prefix.size(); ++i) {
    if (LowerAscii(text[i]) != LowerAscii(prefix[i])) return false;
  }
  return true;
}

}  // namespace mispsift

#endif  // MISPSIFT_BASE_ASCII_CASE_H_
