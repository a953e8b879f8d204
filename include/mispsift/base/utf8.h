#ifndef MISPSIFT_BASE_UTF8_H_
#define MISPSIFT_BASE_UTF8_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mispsift {

// What some writers put in front of a text.
inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
// For what cannot be read.
inline constexpr char32_t kReplacement = 0xFFFD;
inline constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";

// True when `text` begins with UTF-16's byte order mark, or with a character of
// ASCII as little-endian UTF-16 has it.
bool StartsAsUtf16(std::string_view text);

// True for half of a pair of UTF-16, which by itself is no character.
constexpr bool IsSurrogate(char32_t unit) {
  return unit >= 0xD800 && unit <= 0xDFFF;
}

// Length of the well-formed sequence at the head of `text`, which is not empty,
// or 0; then `*bad` is the length of the maximal ill-formed part that is to be
// replaced as one (Unicode 15, section 3.9, "substitution of maximal
// subparts").
size_t Utf8SequenceLength(std::string_view text, size_t* bad);

// The character at the head of `text`, which is not empty, and its bytes;
// U+FFFD where none is, which stands for as many bytes as are to be replaced as
// one.
char32_t FirstCharacter(std::string_view text, size_t* bytes);

// Which of the first 64 bytes of `text` begin a character of two bytes or more,
// as far as the byte behind each tells: bit i is byte i.
uint64_t Utf8Leads(std::string_view text);

// The head of `text` of at most `most` bytes that ends in no character of
// UTF-8; in what is no UTF-8 a cut is as good anywhere.
std::string_view Utf8Head(std::string_view text, size_t most);

bool IsUtf8(std::string_view text);
bool IsAscii(std::string_view text);

// `text` itself when it is UTF-8; else a copy in `*scratch` in which every
// maximal ill-formed part has become U+FFFD. The view lives as long as both.
std::string_view ReplaceInvalidUtf8(std::string_view text,
                                    std::string* scratch);

// Writes `code_point` (a scalar value) as UTF-8 to `out`, which has room for
// four bytes; returns how many it has.
size_t WriteUtf8(char32_t code_point, char* out);
// Appends it.
void AppendUtf8(char32_t code_point, std::string* out);

}  // namespace mispsift

#endif  // MISPSIFT_BASE_UTF8_H_
