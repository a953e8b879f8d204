#ifndef MISPSIFT_SRC_MATCH_ODD_STRING_H_
#define MISPSIFT_SRC_MATCH_ODD_STRING_H_

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "mispsift/normalize/normalize.h"
#include "src/match/text_traits.h"

namespace mispsift {

// Strings that say more than what stands there:
//
//   \uXXXX, bytes >= 0x80      unescaped; folded where that says more
//   an API buffer's "\x41"     likewise, decoded
//   evil[.]example             likewise, refanged
//   %41                        likewise, undone
//
// One object for many strings, since it keeps its memory.
class OddString {
 public:
  // Whether `json[at]` makes the string that it stands in an odd one, where it
  // may: a byte >= 0x80, NUL, the 'u' of a \uXXXX, '%', an 'x' or 'r' behind
  // "\\", '[' or '('.
  static bool IsOdd(std::string_view json, size_t at);

  // Handed each of the texts; true: no more of them is wanted.
  using Take = absl::FunctionRef<bool(std::string_view text)>;
  struct Takers {
    Take plain;   // of a text as it is, where it has other words
    Take folded;  // of a fold
  };

  // Reads the string that `raw` is the JSON spelling of, without quotes. Folds
  // are of texts with one of the `telling` characters; %41 is undone if
  // `undoes_percent`. Returns whether a taker wants no more, or `raw` is none.
  bool Read(std::string_view raw, const WideCharacters& telling,
            bool undoes_percent, Takers takers);

 private:
  struct Reading;

  std::string unescaped_;
  std::string decoded_;
  std::string refanged_;
  std::string undone_;
  std::array<std::string, 3> folds_;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_MATCH_ODD_STRING_H_
