#include "tools/terminal/display_width.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdint>

#include "mispsift/base/utf8.h"

namespace mispsift {
namespace {

size_t WidthOf(std::string_view character) {
  utf8proc_int32_t code = 0;
  utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(character.data()),
                   static_cast<utf8proc_ssize_t>(character.size()), &code);
  return code < 0 ? 1 : static_cast<size_t>(utf8proc_charwidth(code));
}

// Length in bytes of the first character.
size_t FirstLength(std::string_view text) {
  size_t bad = 0;
  const size_t length = Utf8SequenceLength(text, &bad);
  return length > 0 ? length : bad;
}

// The longest head of `text` that takes at most so many columns.
std::string_view Head(std::string_view text, size_t columns) {
  size_t end = 0;
  size_t used = 0;
  while (end < text.size()) {
    const size_t length = FirstLength(text.substr(end));
    used += WidthOf(text.substr(end, length));
    if (used > columns) break;
    end += length;
  }
  return text.substr(0, end);
}

}  // namespace

size_t DisplayWidth(std::string_view text) {
  size_t width = 0;
  while (!text.empty()) {
    const size_t length = FirstLength(text);
    width += WidthOf(text.substr(0, length));
    text.remove_prefix(length);
  }
  return width;
}

std::string FitColumns(std::string_view text, size_t columns,
                       const TextStyle& style) {
  if (DisplayWidth(text) <= columns) return std::string(text);
  const std::string_view ellipsis = style.unicode ? "\xE2\x80\xA6" : "...";
  const size_t taken = std::min(columns, DisplayWidth(ellipsis));
  std::string fit(Head(text, columns - taken));
  fit += Head(ellipsis, taken);
  return fit;
}

std::string PadColumns(std::string_view text, size_t columns,
                       const TextStyle& style) {
  std::string padded = FitColumns(text, columns, style);
  padded.append(columns - DisplayWidth(padded), ' ');
  return padded;
}

}  // namespace mispsift
