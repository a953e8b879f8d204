#ifndef MISPSIFT_SRC_MATCH_TEXT_TRAITS_H_
#define MISPSIFT_SRC_MATCH_TEXT_TRAITS_H_

#include <string_view>

namespace mispsift {

// Which bytes a text has that may make it mean more than it says.
struct TextTraits {
  bool high = false;  // >= 0x80
  bool nul = false;
  bool backslash = false;
  bool percent = false;
  bool bracket = false;  // '[' or '('
};

// In one pass: most texts have none, and to look for each takes as long as all
// else that is done with them.
TextTraits TraitsOf(std::string_view text);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_MATCH_TEXT_TRAITS_H_
