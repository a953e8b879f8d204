#include "src/normalize/free_text_bytes.h"

#include <algorithm>

namespace mispsift {

size_t FreeText::Trimmed(size_t begin, size_t behind, size_t end,
                         std::string_view closing) const {
  const auto unopened = [&](char open, char close) {
    const std::string_view token = Slice(begin, end);
    return std::count(token.begin(), token.end(), close) -
           std::count(token.begin(), token.end(), open);
  };
  ptrdiff_t round = -1;  // -1: not counted yet
  ptrdiff_t square = -1;
  for (; end > behind; --end) {
    const char c = text_[end - 1];
    if (c == ')') {
      if (round < 0) round = std::max<ptrdiff_t>(0, unopened('(', ')'));
      if (round-- == 0) break;
    } else if (c == ']') {
      if (square < 0) square = std::max<ptrdiff_t>(0, unopened('[', ']'));
      if (square-- == 0) break;
    } else if (closing.find(c) == std::string_view::npos) {
      break;
    }
  }
  return end;
}

}  // namespace mispsift
