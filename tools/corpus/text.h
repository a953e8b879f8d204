#ifndef MISPSIFT_TOOLS_CORPUS_TEXT_H_
#define MISPSIFT_TOOLS_CORPUS_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "tools/corpus/random.h"

namespace mispsift::corpus {

// The pieces that invented values are made of.

inline constexpr char kHexDigits[] = "0123456789abcdef";

// Random lower-case hex digits.
void AppendHex(Random* random, size_t digits, std::string* out);
std::string Hex(Random* random, size_t digits);

// At least one digit, most significant first, lower case; base 2 to 36.
void AppendNumber(uint64_t value, std::string* out, unsigned base = 10);
std::string Number(uint64_t value, unsigned base = 10);

// A random word without a meaning, so that no generated name is anybody's.
void AppendWord(Random* random, std::string* out);
std::string Word(Random* random);

// "ab:cd:..."
std::string InPairs(std::string_view hex);

// Whoever draws several random parts of one string joins them with this: in
// braces they are made from left to right by every compiler, with + they are
// not.
std::string Join(std::initializer_list<std::string_view> parts);

}  // namespace mispsift::corpus

#endif  // MISPSIFT_TOOLS_CORPUS_TEXT_H_
