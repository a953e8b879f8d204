#include "mispsift/base/json_text.h"

#include "absl/strings/ascii.h"
#include "mispsift/base/hex_digit.h"
#include "src/base/json_escapes.h"

namespace mispsift {
namespace {

bool IsHighSurrogate(char32_t unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
bool IsLowSurrogate(char32_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

// The four hexadecimal digits at `at`.
bool ReadUnit(std::string_view raw, size_t at, char32_t* unit) {
  if (raw.size() < at + 4) return false;
  *unit = 0;
  for (const char c : raw.substr(at, 4)) {
    const uint8_t digit = HexDigit(c);
    if (digit == kNoHexDigit) return false;
    *unit = *unit << 4 | digit;
  }
  return true;
}

// The escape `\uXXXX` at `raw[*at]`, and its other half if it has one; moves
// `*at` behind them.
bool ReadCodePoint(std::string_view raw, size_t* at, char32_t* code_point) {
  if (!ReadUnit(raw, *at + 2, code_point)) return false;
  *at += 6;
  char32_t low = 0;
  if (IsHighSurrogate(*code_point) && raw.substr(*at, 2) == "\\u" &&
      ReadUnit(raw, *at + 2, &low) && IsLowSurrogate(low)) {
    *code_point = 0x10000 + ((*code_point - 0xD800) << 10) + (low - 0xDC00);
    *at += 6;
  }
  return true;
}

size_t SkipDigits(std::string_view text, size_t at) {
  while (at < text.size() && absl::ascii_isdigit(text[at])) ++at;
  return at;
}

}  // namespace

bool IsJsonNumber(std::string_view token) {
  size_t at = token.starts_with('-') ? 1 : 0;
  const size_t integer = at;
  at = SkipDigits(token, at);
  if (at == integer || (token[integer] == '0' && at > integer + 1))
    return false;
  if (at < token.size() && token[at] == '.') {
    const size_t fraction = ++at;
    at = SkipDigits(token, at);
    if (at == fraction) return false;
  }
  if (at < token.size() && (token[at] == 'e' || token[at] == 'E')) {
    ++at;
    if (at < token.size() && (token[at] == '+' || token[at] == '-')) ++at;
    const size_t exponent = at;
    at = SkipDigits(token, at);
    if (at == exponent) return false;
  }
  return at == token.size();
}

bool IsNonFinite(std::string_view token) {
  return token == "NaN" || token == "Infinity" || token == "-Infinity";
}

bool IsJsonScalar(std::string_view token) {
  return token == "true" || token == "false" || token == "null" ||
         IsNonFinite(token) || IsJsonNumber(token);
}

bool ReadJsonEscape(std::string_view raw, size_t* at, char32_t* code_point) {
  if (*at + 1 >= raw.size()) return false;
  if (raw[*at + 1] == 'u') return ReadCodePoint(raw, at, code_point);
  const char meaning = JsonEscapeMeaning(raw[*at + 1]);
  if (meaning == '\0') return false;
  *code_point = static_cast<unsigned char>(meaning);
  *at += 2;
  return true;
}

size_t JsonStringLength(std::string_view text) {
  for (size_t quote = text.find('"'); quote != std::string_view::npos;
       quote = text.find('"', quote + 1)) {
    if (BackslashesBefore(text, quote) % 2 == 0) return quote;
  }
  return std::string_view::npos;
}

bool EndsOpen(std::string_view text) {
  size_t open = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') {
      const size_t length = JsonStringLength(text.substr(at + 1));
      if (length == std::string_view::npos) return true;
      at += length + 1;
    } else if (c == '{' || c == '[') {
      ++open;
    } else if (c == '}' || c == ']') {
      if (open <= 1) return false;  // closed: what follows is another matter
      --open;
    }
  }
  return open > 0;
}

}  // namespace mispsift
