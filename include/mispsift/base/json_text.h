#ifndef MISPSIFT_BASE_JSON_TEXT_H_
#define MISPSIFT_BASE_JSON_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "mispsift/base/byte_set.h"

namespace mispsift {

// The parts of JSON that the parser leaves to its caller.

// What may stand between any two tokens.
inline constexpr ByteSet kJsonBlanks(" \t\r\n");

// How many backslashes stand right before `text[end]`: one that is odd escapes
// it.
inline size_t BackslashesBefore(std::string_view text, size_t end) {
  size_t begin = end;
  while (begin > 0 && text[begin - 1] == '\\') --begin;
  return end - begin;
}

// Of the escapes that stand for a control character.
inline constexpr ByteSet kControlEscapes("bfnrt");

// Whether the byte before `text[end]` is the letter of such an escape: "\\n".
inline bool EndsControlEscape(std::string_view text, size_t end) {
  return end > 1 && text[end - 2] == '\\' &&
         kControlEscapes.Holds(text[end - 1]) &&
         BackslashesBefore(text, end - 1) % 2 == 1;
}

// True for one number by RFC 8259.
bool IsJsonNumber(std::string_view token);

// True for what Python writes where JSON has no number: NaN, Infinity,
// -Infinity.
bool IsNonFinite(std::string_view token);

// True for one number, true, false or null by RFC 8259, and for what is
// IsNonFinite().
bool IsJsonScalar(std::string_view token);

// Reads the escape at `raw[*at]` and moves `*at` behind it. `*code_point` is a
// surrogate when it has no partner. False when the escape is none of JSON's.
bool ReadJsonEscape(std::string_view raw, size_t* at, char32_t* code_point);

// Replaces `*out` by the string whose JSON spelling, without the quotes, is
// `raw`. A surrogate that has no partner becomes U+FFFD. False when an escape
// is none of JSON's.
bool UnescapeJson(std::string_view raw, std::string* out);
// Likewise, but behind what `*out` has. `*has_units` becomes true where one of
// the escapes is a \uXXXX.
bool AppendUnescapedJson(std::string_view raw, std::string* out,
                         bool* has_units);

// How many bytes of `text`, which begins behind an opening quote, belong to
// the string; npos when the closing quote is missing.
size_t JsonStringLength(std::string_view text);

// True when `text` ends while a string, list or object is still open: it was
// cut short. Looks at quotes and brackets alone.
bool EndsOpen(std::string_view text);

}  // namespace mispsift

#endif  // MISPSIFT_BASE_JSON_TEXT_H_
