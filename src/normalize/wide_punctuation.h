#ifndef MISPSIFT_SRC_NORMALIZE_WIDE_PUNCTUATION_H_
#define MISPSIFT_SRC_NORMALIZE_WIDE_PUNCTUATION_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mispsift {

// Length in bytes of the punctuation above ASCII at `text[at]`, such as a curly
// quote, which parts words like a blank; 0 for anything else. Inline: whoever
// goes over words asks at every byte that may start one.
inline size_t WidePunctuation(std::string_view text, size_t at) {
  const auto byte = [text](size_t p) {
    return p < text.size() ? static_cast<uint8_t>(text[p]) : 0;
  };
  const int second = byte(at + 1);
  const int third = byte(at + 2);
  const bool three = second >= 0x80 && third >= 0x80 && third <= 0xBF;
  switch (byte(at)) {
    case 0xC2:  // U+0080..U+00BF
      return second >= 0x80 && second <= 0xBF ? 2 : 0;
    case 0xE2:  // U+2000..U+207F
      return three && second <= 0x81 ? 3 : 0;
    case 0xE3:  // U+3000..U+303F without three letters
      return three && second == 0x80 && (third < 0x85 || third > 0x87) ? 3 : 0;
    case 0xEF:  // U+FF01..U+FF0F, U+FF1A..U+FF20
      return three && second == 0xBC &&
                     ((third >= 0x81 && third <= 0x8F) ||
                      (third >= 0x9A && third <= 0xA0))
                 ? 3
                 : 0;
    default:
      return 0;
  }
}

}  // namespace mispsift

#endif  // MISPSIFT_SRC_NORMALIZE_WIDE_PUNCTUATION_H_
