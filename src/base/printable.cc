#include "mispsift/base/printable.h"

#include <fmt/format.h>

#include <cstdint>

#include "mispsift/base/utf8.h"

namespace mispsift {
namespace {

// Of well-formed UTF-8, one character.
char32_t CodePoint(std::string_view character) {
  const auto lead = static_cast<uint8_t>(character[0]);
  char32_t code =
      character.size() == 1 ? lead : lead & (0x7fu >> character.size());
  for (const char c : character.substr(1)) {
    code = code << 6 | (static_cast<uint8_t>(c) & 0x3fu);
  }
  return code;
}

bool IsUnprintable(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x200e || c == 0x200f ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

}  // namespace

std::string Printable(std::string_view text) {
  std::string printable;
  while (!text.empty()) {
    size_t bad = 0;
    const size_t length = Utf8SequenceLength(text, &bad);
    const std::string_view character = text.substr(0, length);
    text.remove_prefix(length > 0 ? length : bad);
    if (length == 0) {
      printable += kReplacementCharacter;
      continue;
    }
    const char32_t code = CodePoint(character);
    if (!IsUnprintable(code)) {
      printable += character;
    } else if (code < 0x100) {
      printable += fmt::format("\\x{:02x}", static_cast<uint32_t>(code));
    } else {
      printable += fmt::format("\\u{{{:04x}}}", static_cast<uint32_t>(code));
    }
  }
  return printable;
}

}  // namespace mispsift
