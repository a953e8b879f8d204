#include "mispsift/base/utf8.h"

#include <simdjson.h>

#include <cstdint>
#include <cstring>

namespace mispsift {
bool StartsAsUtf16(std::string_view text) {
  return text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF") ||
         (text.size() > 1 && text[0] != '\0' && text[1] == '\0');
}

size_t Utf8SequenceLength(std::string_view text, size_t* bad) {
  const auto byte = [text](size_t i) { return static_cast<uint8_t>(text[i]); };
  *bad = 1;
  const uint8_t lead = byte(0);
  if (lead < 0x80) return 1;
  size_t length = 0;
  uint8_t low = 0x80;
  uint8_t high = 0xbf;
  if (lead >= 0xc2 && lead <= 0xdf) {
    length = 2;
  } else if (lead >= 0xe0 && lead <= 0xef) {
    length = 3;
    if (lead == 0xe0) low = 0xa0;
    if (lead == 0xed) high = 0x9f;
  } else if (lead >= 0xf0 && lead <= 0xf4) {
    length = 4;
    if (lead == 0xf0) low = 0x90;
    if (lead == 0xf4) high = 0x8f;
  } else {
    return 0;
  }
  for (size_t i = 1; i < length; ++i) {
    if (i >= text.size() || byte(i) < low || byte(i) > high) {
      *bad = i;
      return 0;
    }
    low = 0x80;
    high = 0xbf;
  }
  return length;
}

char32_t FirstCharacter(std::string_view text, size_t* bytes) {
  const auto byte = [text](size_t i) { return static_cast<uint8_t>(text[i]); };
  const auto rest = [&byte](size_t i) { return byte(i) & 0x3Fu; };
  size_t bad = 0;
  const size_t length = Utf8SequenceLength(text, &bad);
  *bytes = length > 0 ? length : bad;
  switch (length) {
    case 1:
      return byte(0);
    case 2:
      return (byte(0) & 0x1Fu) << 6 | rest(1);
    case 3:
      return (byte(0) & 0x0Fu) << 12 | rest(1) << 6 | rest(2);
    case 4:
      return (byte(0) & 0x07u) << 18 | rest(1) << 12 | rest(2) << 6 | rest(3);
    default:
      return kReplacement;
  }
}

std::string_view Utf8Head(std::string_view text, size_t most) {
  if (text.size() <= most) return text;
  size_t end = most;
  for (int i = 0; i < 3 && end > 0 && (text[end] & 0xC0) == 0x80; ++i) --end;
  return text.substr(0, end);
}

bool IsUtf8(std::string_view text) {
  return simdjson::validate_utf8(text.data(), text.size());
}

bool IsAscii(std::string_view text) {
  constexpr uint64_t kHighBits = 0x8080808080808080;
  uint64_t seen = 0;
  size_t at = 0;
  for (; at + sizeof(uint64_t) <= text.size(); at += sizeof(uint64_t)) {
    uint64_t bytes = 0;
    std::memcpy(&bytes, text.data() + at, sizeof(bytes));
    seen |= bytes;
  }
  for (; at < text.size(); ++at) seen |= static_cast<uint8_t>(text[at]);
  return (seen & kHighBits) == 0;
}

std::string_view ReplaceInvalidUtf8(std::string_view text,
                                    std::string* scratch) {
  if (IsUtf8(text)) return text;
  scratch->clear();
  size_t good = 0;  // where what is not taken over yet begins
  for (size_t at = 0; at < text.size();) {
    size_t bad = 0;
    const size_t length = Utf8SequenceLength(text.substr(at), &bad);
    if (length > 0) {
      at += length;
      continue;
    }
    scratch->append(text.substr(good, at - good));
    scratch->append(kReplacementCharacter);
    at += bad;
    good = at;
  }
  scratch->append(text.substr(good));
  return *scratch;
}

size_t WriteUtf8(char32_t code_point, char* out) {
  size_t size = 0;
  const auto push = [out, &size](uint32_t byte) {
    out[size++] = static_cast<char>(byte);
  };
  const uint32_t c = code_point;
  if (c < 0x80) {
    push(c);
  } else if (c < 0x800) {
    push(0xc0 | c >> 6);
    push(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    push(0xe0 | c >> 12);
    push(0x80 | (c >> 6 & 0x3f));
    push(0x80 | (c & 0x3f));
  } else {
    push(0xf0 | c >> 18);
    push(0x80 | (c >> 12 & 0x3f));
    push(0x80 | (c >> 6 & 0x3f));
    push(0x80 | (c & 0x3f));
  }
  return size;
}

void AppendUtf8(char32_t code_point, std::string* out) {
  char bytes[4];
  out->append(bytes, WriteUtf8(code_point, bytes));
}

}  // namespace mispsift
