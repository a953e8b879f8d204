// Undone by blocks of 64 bytes, where the machine can leave bytes out of a
// vector; else one by one.

#include "mispsift/normalize/api_buffer.h"

#include <algorithm>
#include <bit>

#include "absl/strings/ascii.h"
#include "mispsift/base/hex_digit.h"
#include "src/base/json_bits.h"

#define HWY_WANT_AVX3_DL
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "src/normalize/api_buffer.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "src/base/byte_blocks-inl.h"

HWY_BEFORE_NAMESPACE();
namespace mispsift::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

// What a backslash and this letter stand for; NUL for nothing.
constexpr char MeaningOf(char letter) {
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

// Undoes the escapes of `text` and moves `*out` behind what it writes, which is
// no more than `text` has. Returns whether any backslash spells a byte, "\x41",
// or a line's end, "\r\n": else `text` is no buffer.
#if HWY_TARGET == HWY_AVX3_DL

bool UndoEscapes(std::string_view text, char** out) {
  // What is looked at behind a backslash: "\\x41" spells a byte too.
  constexpr size_t kBehind = 4;
  uint64_t spelled = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t left = text.size() - at;
    size_t bytes = std::min(left, kBlock);
    V block = LoadSome(text.data() + at, bytes);
    const uint64_t backslash = BitsOf(Is(block, '\\'));
    if (backslash == 0) {
      StoreSome(block, bytes, *out);
      *out += bytes;
      at += bytes;
      continue;
    }
    uint64_t carry = 0;
    uint64_t opening = backslash & ~EscapedBytes(backslash, &carry);
    // One that may go on behind the block begins the next.
    const uint64_t late = left > kBlock ? opening >> (kBlock - kBehind) : 0;
    if (late != 0) {
      bytes = kBlock - kBehind + static_cast<size_t>(std::countr_zero(late));
    }
    const uint64_t taken = _bzhi_u64(~uint64_t{0}, bytes);
    opening &= taken;

    const uint64_t digit = BitsOf(IsHexDigit(block));
    const uint64_t byte =
        backslash & BitsOf(Is(block, 'x')) >> 1 & digit >> 2 & digit >> 3;
    const uint64_t line_end = backslash & BitsOf(Is(block, 'r')) >> 1 &
                              backslash >> 2 & BitsOf(Is(block, 'n')) >> 3;
    spelled |= byte | line_end;
    const uint64_t spelling = opening & byte;
    if (spelling != 0) {
      const auto behind = [&](size_t count) {
        const char* const begin = text.data() + at + count;
        return LoadSome(begin, std::min(left - count, kBlock));
      };
      const V value = HexByte(behind(2), behind(3));
      block = hn::IfThenElse(MaskOf(spelling), value, block);
    }
    const M behind_opening = MaskOf(opening << 1);
    uint64_t meant = BitsOf(
        hn::Or(Is(block, '\\'), hn::Or(Is(block, '"'), Is(block, '\''))));
    for (const char letter : {'r', 'n', 't'}) {
      const auto meaning = static_cast<uint8_t>(MeaningOf(letter));
      const M is_meant = hn::And(behind_opening, Is(block, letter));
      block = hn::IfThenElse(is_meant, hn::Set(kLanes, meaning), block);
      meant |= BitsOf(is_meant);
    }
    const uint64_t dropped = (opening & ~spelling & meant >> 1) |
                             spelling << 1 | spelling << 2 | spelling << 3;
    const uint64_t kept = taken & ~dropped;
    const auto count = static_cast<size_t>(std::popcount(kept));
    StoreSome(hn::Compress(block, MaskOf(kept)), count, *out);
    *out += count;
    at += bytes;
  }
  return spelled != 0;
}

#else

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

bool UndoEscapes(std::string_view text, char** out) {
  bool spells_byte = false;
  char* end = *out;
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
  *out = end;
  return spells_byte;
}

#endif

// How many of the bytes of `text` are NUL.
size_t CountNuls(std::string_view text) {
  const size_t lanes = hn::Lanes(kLanes);
  size_t nuls = 0;
  size_t at = 0;
  for (; at + lanes <= text.size(); at += lanes) {
    const V block =
        hn::LoadU(kLanes, reinterpret_cast<const uint8_t*>(text.data()) + at);
    nuls += static_cast<size_t>(std::popcount(BitsOf(Is(block, '\0'))));
  }
  for (; at < text.size(); ++at) nuls += text[at] == '\0' ? 1 : 0;
  return nuls;
}

}  // namespace
}  // namespace mispsift::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mispsift {
namespace {

HWY_EXPORT(UndoEscapes);
HWY_EXPORT(CountNuls);

// Where two bytes of five or more are NUL, they belong to the letters before
// them.
bool IsUtf16(std::string_view text) {
  const size_t nuls = HWY_DYNAMIC_DISPATCH(CountNuls)(text);
  return nuls * 5 >= text.size() * 2 && nuls >= 4;
}

void Narrow(std::string* text) {
  char* end = text->data();
  const char* at = end;
  const char* const behind = at + text->size();
  while (at != behind) {
    const char c = *at++;
    *end++ = c;
    if (at != behind && *at == '\0' && absl::ascii_isprint(c)) ++at;
  }
  text->resize(static_cast<size_t>(end - text->data()));
}

}  // namespace

bool DecodeApiBuffer(std::string_view text, std::string* decoded) {
  bool is_spelled = false;
  if (text.find('\\') != std::string_view::npos) {
    decoded->resize(text.size());
    char* end = decoded->data();
    is_spelled = HWY_DYNAMIC_DISPATCH(UndoEscapes)(text, &end);
    decoded->resize(static_cast<size_t>(end - decoded->data()));
  }
  if (!IsUtf16(is_spelled ? *decoded : text)) return is_spelled;
  if (!is_spelled) decoded->assign(text);
  Narrow(decoded);
  return true;
}

}  // namespace mispsift
#endif  // HWY_ONCE
