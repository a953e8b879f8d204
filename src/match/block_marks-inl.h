// What each byte of a block is, by itself: compiled for each machine by who
// includes it (Highway's way of guarding such a header).

#if defined(MISPSIFT_SRC_MATCH_BLOCK_MARKS_INL_H_) == \
    defined(HWY_TARGET_TOGGLE)  // NOLINT
#ifdef MISPSIFT_SRC_MATCH_BLOCK_MARKS_INL_H_
#undef MISPSIFT_SRC_MATCH_BLOCK_MARKS_INL_H_
#else
#define MISPSIFT_SRC_MATCH_BLOCK_MARKS_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "mispsift/base/json_brackets.h"
#include "mispsift/normalize/refang.h"
#include "src/base/byte_blocks-inl.h"
#include "src/base/json_bits-inl.h"
#include "src/match/block_sieve.h"

#if HWY_TARGET == HWY_AVX3_DL
// Whoever dispatches to it asks for GFNI.
HWY_PUSH_ATTRIBUTES(HWY_TARGET_STR ",gfni")
#else
HWY_BEFORE_NAMESPACE();
#endif
namespace mispsift::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_AVX3_DL

// What an ASCII character is: one bit for each sort, out of two tables with as
// many bytes as there are characters. Each eight bytes that were looked up are
// a matrix of bytes by sorts, which is turned at once.
class Sorts {
 public:
  // Eight blocks, each eight bytes of which stand in reverse: the instruction
  // that turns a matrix takes its last byte for the first row.
  using Blocks = std::array<V, kMostLanes>;
  // Of eight sorts, which bytes of eight blocks are of it.
  using Marked = std::array<W, 8>;

  enum Low : uint8_t {
    kDigit,
    kAlnum,
    kDot,
    kPart,
    kColon,
    kQuote,
    kBackslash,
    kInner,
  };
  enum High : uint8_t {
    kU,
    kXOrR,
    kDefanging,
    kNul,
    kPercent,
    kOpening,
    kClosing,
    kNoAscii,
  };

  constexpr Sorts() {
    constexpr std::string_view kDigits = "0123456789";
    Put(kDigit, kDigits, &low_);
    Put(kAlnum, kDigits, &low_);
    Put(kAlnum, "abcdefghijklmnopqrstuvwxyz", &low_);
    Put(kAlnum, "ABCDEFGHIJKLMNOPQRSTUVWXYZ", &low_);
    Put(kDot, ".", &low_);
    Put(kPart, ".-", &low_);
    Put(kColon, ":", &low_);
    Put(kQuote, "\"", &low_);
    Put(kBackslash, "\\", &low_);
    Put(kInner, kDefangedSeconds, &low_);
    Put(kU, "u", &high_);
    Put(kXOrR, "xr", &high_);
    Put(kDefanging, "[(", &high_);
    Put(kNul, std::string_view("\0", 1), &high_);
    Put(kPercent, "%", &high_);
    Put(kOpening, "{[", &high_);
    Put(kClosing, "}]", &high_);
  }

  HWY_INLINE Marked LowOf(const Blocks& blocks) const {
    Blocks sorts;
    HWY_UNROLL(kMostLanes)
    for (size_t i = 0; i < kMostLanes; ++i) {
      sorts[i] = Look(low_, blocks[i]);
    }
    return Turn(sorts);
  }
  HWY_INLINE Marked HighOf(const Blocks& blocks) const {
    Blocks sorts;
    HWY_UNROLL(kMostLanes)
    for (size_t i = 0; i < kMostLanes; ++i) {
      sorts[i] = hn::OrAnd(Look(high_, blocks[i]), blocks[i],
                           hn::Set(kLanes, kNoAsciiBit));
    }
    return Turn(sorts);
  }

 private:
  using Table = std::array<uint8_t, 128>;
  static constexpr uint8_t kNoAsciiBit = 0x80;
  static_assert(kNoAsciiBit == 1 << kNoAscii);

  static constexpr void Put(uint8_t sort, std::string_view bytes,
                            Table* table) {
    for (const char c : bytes) {
      (*table)[static_cast<size_t>(c)] |= static_cast<uint8_t>(1 << sort);
    }
  }

  // What is no ASCII is of no sort of the table's, as DEL is.
  static HWY_INLINE V Look(const Table& table, V text) {
    const V ascii = hn::Min(text, hn::Set(kLanes, uint8_t{0x7F}));
    return V{_mm512_permutex2var_epi8(
        hn::Load(kLanes, table.data()).raw, ascii.raw,
        hn::Load(kLanes, table.data() + kBlockBytes).raw)};
  }

  // From the sorts of each byte to the bytes of each sort. What is multiplied
  // with the rows of an identity gives its columns.
  static HWY_INLINE Marked Turn(const Blocks& sorts) {
    // Of each eight bytes in turn the same one.
    alignas(kBlockBytes) static constexpr auto kColumns = [] {
      std::array<uint8_t, kBlockBytes> columns{};
      for (size_t i = 0; i < columns.size(); ++i) {
        columns[i] = static_cast<uint8_t>(i % 8 * 8 + i / 8);
      }
      return columns;
    }();
    const V columns = hn::Load(kLanes, kColumns.data());
    const __m512i identity = hn::Set(kWords, uint64_t{0x8040201008040201}).raw;
    // Of a block, a word for each sort; then of a sort a word for each block.
    Marked of_block;
    HWY_UNROLL(kMostLanes)
    for (size_t i = 0; i < kMostLanes; ++i) {
      of_block[i].raw = _mm512_permutexvar_epi8(
          columns.raw,
          _mm512_gf2p8affine_epi64_epi8(identity, sorts[i].raw, 0));
    }
    return Transpose(of_block);
  }

  static HWY_INLINE Marked Transpose(const Marked& rows) {
    // Of both in turn, every other 128 bits.
    const auto even = [](W a, W b) HWY_ATTR {
      return W{_mm512_shuffle_i64x2(a.raw, b.raw, 0x88)};
    };
    const auto odd = [](W a, W b) HWY_ATTR {
      return W{_mm512_shuffle_i64x2(a.raw, b.raw, 0xDD)};
    };
    Marked columns;
    HWY_UNROLL(2)
    for (size_t i = 0; i < 2; ++i) {
      const auto pair = [&](size_t row) HWY_ATTR {
        return i == 0 ? hn::InterleaveLower(kWords, rows[row], rows[row + 1])
                      : hn::InterleaveUpper(kWords, rows[row], rows[row + 1]);
      };
      const W first[] = {even(pair(0), pair(2)), even(pair(4), pair(6))};
      const W second[] = {odd(pair(0), pair(2)), odd(pair(4), pair(6))};
      columns[i] = even(first[0], first[1]);
      columns[4 + i] = odd(first[0], first[1]);
      columns[2 + i] = even(second[0], second[1]);
      columns[6 + i] = odd(second[0], second[1]);
    }
    return columns;
  }

  alignas(kBlockBytes) Table low_{};
  alignas(kBlockBytes) Table high_{};
};

inline constexpr Sorts kSorts;

// What each byte is of the blocks of a step from the `first` on, at most
// kMostLanes of its `blocks`. Those behind are as if they were NULs.
template <bool kJson>
HWY_NOINLINE void MarkBlocks(const char* step, size_t first, size_t blocks,
                             const SieveRules& rules, JsonBrackets* brackets,
                             Sieved* sieved) {
  alignas(kBlockBytes) static constexpr auto kInReverse = [] {
    std::array<uint8_t, kBlockBytes> bytes{};
    // Vectors are looked up by sixteen bytes.
    for (size_t i = 0; i < bytes.size(); ++i) {
      bytes[i] = static_cast<uint8_t>(i % 16 ^ 7);
    }
    return bytes;
  }();
  const V in_reverse = hn::Load(kLanes, kInReverse.data());
  Sorts::Blocks texts;
  HWY_UNROLL(kMostLanes)
  for (size_t i = 0; i < kMostLanes; ++i) {
    const char* const block = step + (first + i) * kBlockBytes;
    // No processor does so by itself where another page begins.
    if (kJson) __builtin_prefetch(block + kStepBytes);
    texts[i] = first + i < blocks
                   ? hn::TableLookupBytes(BlockAt(block), in_reverse)
                   : hn::Zero(kLanes);
  }
  const auto put = [first](W bits, uint64_t* of_blocks) HWY_ATTR {
    hn::StoreU(bits, kWords, of_blocks + first);
  };
  const auto mark = [put](W bits, Marks* marks)
                        HWY_ATTR { put(bits, marks->data() + 1); };
  auto& marks = sieved->marks;
  const bool high_words = !kJson && rules.high_words;
  const Sorts::Marked low = kSorts.LowOf(texts);
  mark(low[Sorts::kDigit], &marks.digit);
  mark(low[Sorts::kAlnum], &marks.alnum);
  mark(low[Sorts::kDot], &marks.dot);
  mark(low[Sorts::kPart], &marks.parts);
  mark(low[Sorts::kColon], &marks.colon);
  if (!kJson && !high_words) {
    mark(low[Sorts::kAlnum], &marks.word);
    return;
  }
  const Sorts::Marked high = kSorts.HighOf(texts);
  if constexpr (!kJson) {
    mark(hn::Or(low[Sorts::kAlnum], high[Sorts::kNoAscii]), &marks.word);
  } else {
    mark(low[Sorts::kAlnum], &marks.word);
    mark(low[Sorts::kQuote], &marks.quote);
    mark(low[Sorts::kBackslash], &marks.backslash);
    mark(low[Sorts::kInner], &marks.inner);
    mark(high[Sorts::kU], &marks.u);
    mark(high[Sorts::kXOrR], &marks.x_or_r);
    mark(high[Sorts::kDefanging], &marks.opening);
    const W odd = hn::Or(high[Sorts::kNoAscii], high[Sorts::kNul]);
    mark(rules.percent ? hn::Or(odd, high[Sorts::kPercent]) : odd, &marks.odd);
    put(high[Sorts::kOpening], brackets->opening.data());
    put(high[Sorts::kClosing], brackets->closing.data());
  }
}

#else

// What each byte of a block is. All is found before any of it is stored: a byte
// that is stored might be one of those that are looked at.
template <bool kJson>
HWY_INLINE void MarkBlock(const char* block, size_t i, const SieveRules& rules,
                          JsonBrackets* brackets, Sieved* sieved) {
  uint64_t digit = 0;
  uint64_t letter = 0;
  uint64_t dot = 0;
  uint64_t dash = 0;
  uint64_t colon = 0;
  uint64_t usual = 0;  // neither above 0x7F nor NUL
  uint64_t nul = 0;
  uint64_t quote = 0;
  uint64_t backslash = 0;
  uint64_t u = 0;
  uint64_t x_or_r = 0;
  uint64_t opening = 0;
  uint64_t closing = 0;
  uint64_t defanging = 0;
  uint64_t inner = 0;
  uint64_t percent = 0;
  const bool high_words = !kJson && rules.high_words;
  const size_t lanes = hn::Lanes(kLanes);
  for (size_t at = 0; at < kBlockBytes; at += lanes) {
    const V text =
        hn::LoadU(kLanes, reinterpret_cast<const uint8_t*>(block + at));
    // Of letters the lower case; '[' becomes '{', and ']' '}'.
    const V lower = hn::Or(text, hn::Set(kLanes, uint8_t{0x20}));
    digit |= BitsOf(InRange(text, '0', 10)) << at;
    letter |= BitsOf(InRange(lower, 'a', 26)) << at;
    dot |= BitsOf(Is(text, '.')) << at;
    dash |= BitsOf(Is(text, '-')) << at;
    colon |= BitsOf(Is(text, ':')) << at;
    if (kJson || high_words) usual |= BitsOf(InRange(text, 1, 127)) << at;
    if (high_words) nul |= BitsOf(Is(text, '\0')) << at;
    if constexpr (!kJson) continue;
    quote |= BitsOf(Is(text, '"')) << at;
    backslash |= BitsOf(Is(text, '\\')) << at;
    u |= BitsOf(Is(text, 'u')) << at;
    x_or_r |= BitsOf(hn::Or(Is(text, 'x'), Is(text, 'r'))) << at;
    opening |= BitsOf(Is(lower, '{')) << at;
    closing |= BitsOf(Is(lower, '}')) << at;
    defanging |= BitsOf(hn::Or(Is(text, '['), Is(text, '('))) << at;
    for (const char c : kDefangedSeconds) inner |= BitsOf(Is(text, c)) << at;
    percent |= BitsOf(Is(text, '%')) << at;
  }
  auto& marks = sieved->marks;
  const size_t at = 1 + i;
  marks.digit[at] = digit;
  marks.alnum[at] = digit | letter;
  marks.dot[at] = dot;
  marks.colon[at] = colon;
  marks.word[at] = digit | letter | (high_words ? ~(usual | nul) : 0);
  marks.parts[at] = dot | dash;
  if constexpr (!kJson) return;
  marks.quote[at] = quote;
  marks.backslash[at] = backslash;
  marks.u[at] = u;
  marks.x_or_r[at] = x_or_r;
  marks.opening[at] = defanging;
  marks.inner[at] = inner;
  marks.odd[at] = ~usual | (rules.percent ? percent : 0);
  brackets->opening[i] = opening;
  brackets->closing[i] = closing;
}

// What each byte is of the blocks of a step from the `first` on, at most
// kMostLanes of its `blocks`.
template <bool kJson>
HWY_INLINE void MarkBlocks(const char* step, size_t first, size_t blocks,
                           const SieveRules& rules, JsonBrackets* brackets,
                           Sieved* sieved) {
  const size_t end = std::min(blocks, first + kMostLanes);
  for (size_t i = first; i < end; ++i) {
    const char* const block = step + i * kBlockBytes;
    // No processor does so by itself where another page begins.
    if (kJson) __builtin_prefetch(block + kStepBytes);
    MarkBlock<kJson>(block, i, rules, brackets, sieved);
  }
}

#endif

}  // namespace mispsift::HWY_NAMESPACE
#if HWY_TARGET == HWY_AVX3_DL
HWY_POP_ATTRIBUTES
#else
HWY_AFTER_NAMESPACE();
#endif

#endif  // MISPSIFT_SRC_MATCH_BLOCK_MARKS_INL_H_
