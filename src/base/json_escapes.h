#ifndef MISPSIFT_SRC_BASE_JSON_ESCAPES_H_
#define MISPSIFT_SRC_BASE_JSON_ESCAPES_H_

#include <array>

namespace mispsift {

// By RFC 8259, section 7.
inline constexpr std::array<char, 256> kJsonEscapeMeanings = [] {
  std::array<char, 256> meanings{};
  for (const char c : {'"', '\\', '/'}) {
    meanings[static_cast<unsigned char>(c)] = c;
  }
  meanings['b'] = '\b';
  meanings['f'] = '\f';
  meanings['n'] = '\n';
  meanings['r'] = '\r';
  meanings['t'] = '\t';
  return meanings;
}();

// What a backslash and this letter stand for; NUL for nothing, and for \uXXXX.
constexpr char JsonEscapeMeaning(char letter) {
  return kJsonEscapeMeanings[static_cast<unsigned char>(letter)];
}

}  // namespace mispsift

#endif  // MISPSIFT_SRC_BASE_JSON_ESCAPES_H_
