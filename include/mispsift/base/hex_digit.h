#ifndef MISPSIFT_BASE_HEX_DIGIT_H_
#define MISPSIFT_BASE_HEX_DIGIT_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace mispsift {

// What HexDigit() says of anything else: no digit has any of its high bits, so
// that several can be asked for before the answers are looked at.
inline constexpr uint8_t kNoHexDigit = 0xFF;

inline constexpr std::array<uint8_t, 256> kHexDigitValues = [] {
  std::array<uint8_t, 256> values{};
  values.fill(kNoHexDigit);
  for (uint8_t i = 0; i < 10; ++i) values[size_t{'0'} + i] = i;
  for (uint8_t i = 10; i < 16; ++i) {
    values[size_t{'a'} + i - 10] = i;
    values[size_t{'A'} + i - 10] = i;
  }
  return values;
}();

// The value of a hexadecimal digit, of either case.
constexpr uint8_t HexDigit(char c) {
  return kHexDigitValues[static_cast<unsigned char>(c)];
}

constexpr bool IsHexDigit(char c) { return HexDigit(c) != kNoHexDigit; }

}  // namespace mispsift

#endif  // MISPSIFT_BASE_HEX_DIGIT_H_
