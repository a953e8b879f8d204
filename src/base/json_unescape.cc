// JSON's escapes undone by blocks of 64 bytes, where the machine can leave
// bytes out of a vector; else, and of pairs of UTF-16, one by one.

#include <algorithm>
#include <bit>

#include "mispsift/base/json_text.h"
#include "mispsift/base/utf8.h"
#include "src/base/json_bits.h"
#include "src/base/json_escapes.h"

#define HWY_WANT_AVX3_DL
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "src/base/json_unescape.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "src/base/byte_blocks-inl.h"

HWY_BEFORE_NAMESPACE();
namespace mispsift::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

// Unescapes `raw` up to half a pair of UTF-16, or what is no escape. Returns
// how many bytes that are; moves `*out` behind what it writes, which is no
// more.
// `*has_units` becomes true where one of the escapes is a \uXXXX.
#if HWY_TARGET == HWY_AVX3_DL

// Writes each of the \uXXXX that begin at `units`, none of them half a pair,
// into the first one to three of its six bytes in `*text`, the first 64 of the
// `left` bytes from `raw` on. Returns which of its bytes are left out.
HWY_INLINE uint64_t UndoUnits(const char* raw, size_t left, uint64_t units,
                              V* text) {
  const auto behind = [raw, left](size_t count) {
    return LoadSome(raw + count, std::min(left - count, kBlock));
  };
  const auto put = [text](uint64_t at, uint8_t mark, V bits) {
    const V byte = hn::Or(hn::Set(kLanes, mark), bits);
    *text = hn::IfThenElse(MaskOf(at), byte, *text);
  };
  const auto six = [](V byte) {
    return hn::And(byte, hn::Set(kLanes, uint8_t{0x3F}));
  };
  // Most are of Latin-1, and most of those ASCII.
  const uint64_t zeros = BitsOf(Is(*text, '0'));
  if ((units & ~(zeros >> 2 & zeros >> 3)) == 0) {
    const V fourth = behind(4);
    const V low = HexByte(fourth, behind(5));
    const uint64_t two = units & BitsOf(hn::MaskFromVec(low));  // over 0x7F
    put(units & ~two, 0, low);
    if (two != 0) {
      put(two, 0xC0, hn::ShiftRight<6>(low));
      put(two << 1, 0x80, six(HexByte(behind(3), fourth)));
    }
    return (units & ~two) << 1 | units << 2 | units << 3 | units << 4 |
           units << 5;
  }
  const V second = behind(2);
  const V third = behind(3);
  const V fourth = behind(4);
  // Of the escape that begins at each byte, and one byte or two before it.
  const V high = HexByte(second, third);
  const V low = HexByte(fourth, behind(5));
  const V high_1 = HexByte(behind(1), second);
  const V low_1 = HexByte(third, fourth);
  const V& low_2 = high;
  const V zero = hn::Zero(kLanes);
  const V from_0800 = hn::And(high, hn::Set(kLanes, uint8_t{0xF8}));
  const V from_0080 =
      hn::Or(high, hn::And(low, hn::Set(kLanes, uint8_t{0x80})));
  const uint64_t three = units & BitsOf(hn::Ne(from_0800, zero));
  const uint64_t one = units & BitsOf(hn::Eq(from_0080, zero));
  const uint64_t two = units & ~three & ~one;
  put(one, 0, low);
  put(two, 0xC0, hn::Or(hn::ShiftLeft<2>(high), hn::ShiftRight<6>(low)));
  put(two << 1, 0x80, six(low_1));
  put(three, 0xE0, hn::ShiftRight<4>(high));
  put(three << 1, 0x80,
      six(hn::Or(hn::ShiftLeft<2>(high_1), hn::ShiftRight<6>(low_1))));
  put(three << 2, 0x80, six(low_2));
  return one << 1 | (one | two) << 2 | units << 3 | units << 4 | units << 5;
}

// Where two bytes stand before four hexadecimal digits that are no half a pair.
HWY_INLINE uint64_t WholeUnits(V text) {
  const uint64_t digit = BitsOf(IsHexDigit(text));
  const V lower = hn::Or(text, hn::Set(kLanes, uint8_t{0x20}));
  // "d8" to "df".
  const uint64_t half =
      BitsOf(Is(lower, 'd')) >> 2 & ~(BitsOf(InRange(text, '0', 8)) >> 3);
  return digit >> 2 & digit >> 3 & digit >> 4 & digit >> 5 & ~half;
}

size_t UnescapeSome(const char* raw, size_t size, char** out, bool* has_units) {
  constexpr size_t kBehind = 5;  // the backslash of an escape
  for (size_t at = 0; at < size;) {
    const size_t left = size - at;
    size_t bytes = std::min(left, kBlock);
    V text = LoadSome(raw + at, bytes);
    const uint64_t backslash = BitsOf(Is(text, '\\'));
    if (backslash == 0) {
      StoreSome(text, bytes, *out);
      *out += bytes;
      at += bytes;
      continue;
    }
    uint64_t carry = 0;
    uint64_t opening = backslash & ~EscapedBytes(backslash, &carry);
    uint64_t units = opening & BitsOf(Is(text, 'u')) >> 1;
    if (left > kBlock) {
      // One that goes on behind the block begins the next.
      const uint64_t last = uint64_t{1} << (kBlock - 1);
      const uint64_t late = (units | (opening & last)) >> (kBlock - kBehind);
      if (late != 0) {
        bytes = kBlock - kBehind + static_cast<size_t>(std::countr_zero(late));
        opening = _bzhi_u64(opening, bytes);
      }
    }
    if (units != 0) units &= opening & WholeUnits(text);
    uint64_t letters =
        opening &
        (backslash | BitsOf(hn::Or(Is(text, '"'), Is(text, '/')))) >> 1;
    const M escaped = MaskOf(opening << 1);
    for (const char letter : {'n', 'r', 't', 'b', 'f'}) {
      const auto meaning = static_cast<uint8_t>(JsonEscapeMeaning(letter));
      const M is_meant = hn::And(escaped, Is(text, letter));
      text = hn::IfThenElse(is_meant, hn::Set(kLanes, meaning), text);
      letters |= BitsOf(is_meant) >> 1;
    }
    const uint64_t other = opening & ~letters & ~units;
    if (other != 0) bytes = static_cast<size_t>(std::countr_zero(other));
    units = _bzhi_u64(units, bytes);
    uint64_t dropped = letters;
    if (units != 0) {
      *has_units = true;
      dropped |= UndoUnits(raw + at, left, units, &text);
    }
    const uint64_t kept = _bzhi_u64(~dropped, bytes);
    const auto count = static_cast<size_t>(std::popcount(kept));
    StoreSome(hn::Compress(text, MaskOf(kept)), count, *out);
    *out += count;
    at += bytes;
    if (other != 0) return at;
  }
  return size;
}

#else

size_t UnescapeSome(const char* raw, size_t size, char** out,
                    bool* /*has_units*/) {
  char* end = *out;
  size_t at = 0;
  while (at < size) {  // \uXXXX are not undone here
    if (raw[at] != '\\') {
      *end++ = raw[at++];
      continue;
    }
    const char meaning = at + 1 < size ? JsonEscapeMeaning(raw[at + 1]) : '\0';
    if (meaning == '\0') break;
    *end++ = meaning;
    at += 2;
  }
  *out = end;
  return at;
}

#endif

}  // namespace
}  // namespace mispsift::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mispsift {

HWY_EXPORT(UnescapeSome);

bool AppendUnescapedJson(std::string_view raw, std::string* out,
                         bool* has_units) {
  const size_t begin = out->size();
  // No escape is shorter than what it stands for.
  out->resize(begin + raw.size());
  char* end = out->data() + begin;
  const auto unescape_some = [raw, &end, has_units](size_t at) {
    return HWY_DYNAMIC_DISPATCH(UnescapeSome)(raw.data() + at, raw.size() - at,
                                              &end, has_units);
  };
  for (size_t at = unescape_some(0); at < raw.size(); at += unescape_some(at)) {
    // Where one \uXXXX is, there are often more.
    do {
      char32_t code_point = 0;
      if (!ReadJsonEscape(raw, &at, &code_point)) return false;
      *has_units = true;
      if (IsSurrogate(code_point)) code_point = kReplacement;
      end += WriteUtf8(code_point, end);
    } while (raw.substr(at).starts_with("\\u"));
  }
  out->resize(static_cast<size_t>(end - out->data()));
  return true;
}

bool UnescapeJson(std::string_view raw, std::string* out) {
  bool has_units = false;
  out->clear();
  return AppendUnescapedJson(raw, out, &has_units);
}

}  // namespace mispsift
#endif  // HWY_ONCE
