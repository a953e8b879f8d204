#ifndef MISPSIFT_SRC_NORMALIZE_PHP_REGEX_H_
#define MISPSIFT_SRC_NORMALIZE_PHP_REGEX_H_

#include <memory>
#include <string>
#include <string_view>

namespace mispsift {

// A regular expression as PHP's preg functions take it: a delimiter, the
// expression, the delimiter, flags ("/^a+$/i"; "(", "[", "{" and "<" end with
// their counterparts).
//
// Flags: i, m, s, U and x as in PHP; A anchors at the beginning; u reads UTF-8,
// without it bytes are compared; D, S and X change nothing here. g is what
// other languages have: PHP refuses it.
//
// Matching takes time linear in the text. What only backtracking can do
// (look-around, back references, possessive repeats) cannot be parsed, and "$"
// is the very end: PHP's also stands before a last newline, which no value of
// MISP's ends in.
//
// Threads: any number may match.
class PhpRegex {
 public:
  // nullptr when it is none, and `*problem` says why in a few words.
  static std::unique_ptr<const PhpRegex> Parse(std::string_view text,
                                               bool allow_g,
                                               std::string* problem);
  virtual ~PhpRegex() = default;

  // Somewhere in it.
  virtual bool Matches(std::string_view text) const = 0;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_NORMALIZE_PHP_REGEX_H_
