#ifndef MISPSIFT_TOOLS_TERMINAL_DISPLAY_WIDTH_H_
#define MISPSIFT_TOOLS_TERMINAL_DISPLAY_WIDTH_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace mispsift {

// What a terminal can show, and how.
struct TextStyle {
  size_t columns = 80;
  bool color = false;
  bool unicode = true;  // bars and ellipses of more than ASCII
};

// Columns that a terminal takes for `text`, which is UTF-8 and Printable():
// most characters take one, those of East Asia two, combining ones none.
size_t DisplayWidth(std::string_view text);

// `text` in at most so many columns, with an ellipsis where it was cut.
std::string FitColumns(std::string_view text, size_t columns,
                       const TextStyle& style);

// The same in exactly so many, with blanks behind it.
std::string PadColumns(std::string_view text, size_t columns,
                       const TextStyle& style);

}  // namespace mispsift

#endif  // MISPSIFT_TOOLS_TERMINAL_DISPLAY_WIDTH_H_
