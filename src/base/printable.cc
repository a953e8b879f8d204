#include "mispsift/base/printable.h"

#include <fmt/format.h>

#include <cstdint>

#include "mispsift/base/utf8.h"

namespace mispsift {
namespace {

bool IsUnprintable(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x200e || c == 0x200f ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

}  // namespace

std::string Printable(std::string_view text) {
  std::string printable;
  while (!text.empty()) {
    size_t bytes = 0;
    const char32_t code = FirstCharacter(text, &bytes);
    text.remove_prefix(bytes);
    if (!IsUnprintable(code)) {
      AppendUtf8(code, &printable);
    } else if (code < 0x100) {
      printable += fmt::format("\\x{:02x}", static_cast<uint32_t>(code));
    } else {
      printable += fmt::format("\\u{{{:04x}}}", static_cast<uint32_t>(code));
    }
  }
  return printable;
}

}  // namespace mispsift
