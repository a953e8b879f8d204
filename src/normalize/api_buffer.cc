#include "mispsift/normalize/api_buffer.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "mispsift/base/hex_digit.h"

namespace mispsift {
namespace {

// The byte that "\x41" at the head of `text` stands for; negative: none.
int HexEscape(std::string_view text) {
  if (text.size() < 4 || text[0] != '\\' || text[1] != 'x') return -1;
  const int high = HexDigit(text[2]);
  const int low = HexDigit(text[3]);
  return (high | low) > 15 ? -1 : high << 4 | low;
}

// Whether a backslash that begins `text` spells a byte, or a line's end.
bool SpellsByte(std::string_view text) {
  return HexEscape(text) >= 0 || text.starts_with("\\r\\n");
}

// What a backslash and this letter stand for; NUL for nothing.
char MeaningOf(char letter) {
  switch (letter) {
    case 'r':
      return '\r';
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case '\\':
    case '"':
    case '\'':
      return letter;
    default:
      return '\0';
  }
}

// Returns whether there is any backslash that SpellsByte(): `out` counts only
// then.
bool Unescape(std::string_view text, std::string* out) {
  bool spells_byte = false;
  out->resize(text.size());
  char* end = out->data();
  for (size_t at = 0; at < text.size();) {
    if (text[at] != '\\') {
      *end++ = text[at++];
      continue;
    }
    const std::string_view rest = text.substr(at);
    const char meaning = rest.size() >= 2 ? MeaningOf(rest[1]) : '\0';
    spells_byte = spells_byte || SpellsByte(rest) ||
                  (meaning == '\\' && SpellsByte(rest.substr(1)));
    if (const int byte = HexEscape(rest); byte >= 0) {
      *end++ = static_cast<char>(byte);
      at += 4;
    } else if (meaning != '\0') {
      *end++ = meaning;
      at += 2;
    } else {
      *end++ = text[at++];
    }
  }
  out->resize(static_cast<size_t>(end - out->data()));
  return spells_byte;
}

// Where two bytes of five or more are NUL, they belong to the letters before
// them.
bool IsUtf16(std::string_view text) {
  // Most have none, which is found out faster than how many there are.
  if (text.find('\0') == std::string_view::npos) return false;
  const auto nuls = std::count(text.begin(), text.end(), '\0');
  return static_cast<size_t>(nuls) * 5 >= text.size() * 2 && nuls >= 4;
}

std::string Narrow(std::string_view text) {
  std::string narrow;
  for (size_t at = 0; at < text.size(); ++at) {
    narrow.push_back(text[at]);
    const bool is_pair = absl::ascii_isprint(text[at]) &&
                         at + 1 < text.size() && text[at + 1] == '\0';
    if (is_pair) ++at;
  }
  return narrow;
}

}  // namespace

bool DecodeApiBuffer(std::string_view text, std::string* decoded) {
  const bool is_spelled =
      text.find('\\') != std::string_view::npos && Unescape(text, decoded);
  if (is_spelled) text = *decoded;
  if (!IsUtf16(text)) return is_spelled;
  *decoded = Narrow(text);
  return true;
}

}  // namespace mispsift
