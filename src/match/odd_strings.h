#ifndef MISPSIFT_SRC_MATCH_ODD_STRINGS_H_
#define MISPSIFT_SRC_MATCH_ODD_STRINGS_H_

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "mispsift/normalize/normalize.h"

namespace mispsift {

// Strings that say more than what stands there:
//
//   \uXXXX, bytes >= 0x80      unescaped; folded where that says more
//   an API buffer's "\x41"     likewise, decoded
//   %41                        likewise, undone
//   evil[.]example             likewise, refanged, and undone then
//
// They are read many at a time: most are short, and each step has its cost.
class OddStrings {
 public:
  // Whether `json[at]` makes the string that it stands in an odd one, where it
  // may: a byte >= 0x80, NUL, the 'u' of a \uXXXX, '%', an 'x' or 'r' behind
  // "\\", '[' or '('.
  static bool IsOdd(std::string_view json, size_t at);

  // Adds the string that `raw` is the JSON spelling of, without quotes. False:
  // it is none.
  bool Add(std::string_view raw);

  // Handed texts, a NUL between any two; true: no more of them is wanted.
  using Take = absl::FunctionRef<bool(std::string_view texts)>;
  struct Takers {
    Take plain;   // of texts as they are, where they have other words
    Take folded;  // of folds
  };
  // Reads the strings that were added, and forgets them. Folds are of texts
  // with one of the `telling` characters; %41 is undone if `undoes_percent`.
  // Returns whether a taker wants no more.
  bool Read(const WideCharacters& telling, bool undoes_percent, Takers takers);

  // Of all that waits to be read.
  size_t bytes() const;
  // Forgets it.
  void Clear();

 private:
  struct Texts {
    // Ends the text that was written behind the last one.
    void End();
    void Clear();
    // The one that has the byte at `at`.
    std::string_view At(size_t at) const;

    std::string bytes;         // one behind the other, a NUL behind each
    std::vector<size_t> ends;  // of each, ascending
  };
  struct Reading;

  Texts spelled_;  // of strings with \uXXXX
  Texts plain_;    // of others
  Texts decoded_;
  std::string buffer_;
  std::string undone_;
  std::string refanged_;
  std::array<std::string, 4> folds_;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_MATCH_ODD_STRINGS_H_
