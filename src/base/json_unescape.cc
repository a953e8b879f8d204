// JSON's escapes undone. Of one letter they are by blocks of 64 bytes, where
// the machine can leave bytes out of a vector; else, and \uXXXX, one by one.

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "mispsift/base/json_text.h"
#include "mispsift/base/utf8.h"
#include "src/base/json_bits.h"

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

// Unescapes `raw` up to the first escape that is not of one letter. Returns how
// many bytes that are; moves `*out` behind what it writes.
#if HWY_TARGET == HWY_AVX3_DL

size_t UnescapeLetters(const char* raw, size_t size, char** out) {
  constexpr std::pair<char, char> kLetters[] = {
      {'n', '\n'}, {'r', '\r'}, {'t', '\t'}, {'b', '\b'}, {'f', '\f'}};
  size_t at = 0;
  while (at < size) {
    size_t bytes = std::min(size - at, hn::Lanes(kLanes));
    V text = LoadSome(raw + at, bytes);
    const uint64_t backslash = BitsOf(Is(text, '\\'));
    if (backslash == 0) {
      StoreSome(text, bytes, *out);
      *out += bytes;
      at += bytes;
      continue;
    }
    uint64_t carry = 0;
    const uint64_t escaped = EscapedBytes(backslash, &carry);
    uint64_t other =
        escaped & ~(backslash | BitsOf(hn::Or(Is(text, '"'), Is(text, '/'))));
    for (const auto [letter, meaning] : kLetters) {
      const M is_meant = hn::And(MaskOf(other), Is(text, letter));
      text = hn::IfThenElse(
          is_meant, hn::Set(kLanes, static_cast<uint8_t>(meaning)), text);
      other &= ~BitsOf(is_meant);
    }
    const uint64_t opening = backslash & ~escaped;
    // An escape whose letter is in the next block waits for that.
    bytes -= carry;
    if (other != 0) bytes = static_cast<size_t>(std::countr_zero(other)) - 1;
    const uint64_t kept =
        ~opening & (bytes == 64 ? ~uint64_t{0} : (uint64_t{1} << bytes) - 1);
    const auto count = static_cast<size_t>(std::popcount(kept));
    StoreSome(hn::Compress(text, MaskOf(kept)), count, *out);
    *out += count;
    at += bytes;
    if (other != 0) break;
  }
  return at;
}

#else

size_t UnescapeLetters(const char* raw, size_t size, char** out) {
  // What a backslash and this letter stand for; NUL for nothing.
  static constexpr std::array<char, 256> kMeanings = [] {
    std::array<char, 256> meanings{};
    for (const char c : {'"', '\\', '/'}) {
      meanings[static_cast<unsigned char>(c)] = c;
    }
    meanings['b'] = '\b';
    meanings['f'] = '\f';
    meanings['n'] = '\n';
    meanings['r'] = '\r';
    meanings['t'] = '\t';
    return meanings;
  }();
  char* end = *out;
  size_t at = 0;
  while (at < size) {
    if (raw[at] != '\\') {
      *end++ = raw[at++];
      continue;
    }
    const char meaning =
        at + 1 < size ? kMeanings[static_cast<unsigned char>(raw[at + 1])]
                      : '\0';
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

HWY_EXPORT(UnescapeLetters);

bool UnescapeJson(std::string_view raw, std::string* out, bool* has_units) {
  constexpr char32_t kReplacement = 0xFFFD;
  // No escape is shorter than what it stands for.
  out->resize(raw.size());
  char* end = out->data();
  const auto unescape_letters = [raw, &end](size_t at) {
    return HWY_DYNAMIC_DISPATCH(UnescapeLetters)(raw.data() + at,
                                                 raw.size() - at, &end);
  };
  for (size_t at = unescape_letters(0); at < raw.size();
       at += unescape_letters(at)) {
    // Where one \uXXXX is, there are often more.
    do {
      char32_t code_point = 0;
      if (!ReadJsonEscape(raw, &at, &code_point)) return false;
      if (has_units != nullptr) *has_units = true;
      if (IsSurrogate(code_point)) code_point = kReplacement;
      end += WriteUtf8(code_point, end);
    } while (raw.substr(at).starts_with("\\u"));
  }
  out->resize(static_cast<size_t>(end - out->data()));
  return true;
}

}  // namespace mispsift
#endif  // HWY_ONCE
