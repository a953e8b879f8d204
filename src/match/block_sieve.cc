#include "src/match/block_sieve.h"

#include <bit>
#include <cstring>

#include "src/base/json_bits.h"
#include "src/match/witness.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "src/match/block_sieve.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace mispsift::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

const hn::CappedTag<uint8_t, kBlockBytes> kLanes;
using V = hn::Vec<decltype(kLanes)>;

// The 64 bits of `matches(vector)` over a block.
template <typename Matches>
HWY_INLINE uint64_t BitsWhere(const char* block, Matches matches) {
  const size_t lanes = hn::Lanes(kLanes);
  uint64_t bits = 0;
  for (size_t at = 0; at < kBlockBytes; at += lanes) {
    const V text =
        hn::LoadU(kLanes, reinterpret_cast<const uint8_t*>(block + at));
    uint64_t stored = 0;
    hn::StoreMaskBits(kLanes, matches(text),
                      reinterpret_cast<uint8_t*>(&stored));
    bits |= stored << at;
  }
  return bits;
}

HWY_INLINE uint64_t BitsOf(const char* block, char c) {
  const V wanted = hn::Set(kLanes, static_cast<uint8_t>(c));
  return BitsWhere(block, [&](V text) { return hn::Eq(text, wanted); });
}

// Unsigned first <= text < first + count, for count < 128, in one comparison:
// of signed bytes, since most machines have none of unsigned ones.
HWY_INLINE hn::Mask<decltype(kLanes)> InRange(V text, char first,
                                              uint8_t count) {
  const hn::RebindToSigned<decltype(kLanes)> kSigned;
  const V shifted =
      hn::Sub(text, hn::Set(kLanes, static_cast<uint8_t>(first + 128)));
  const auto end = hn::Set(kSigned, static_cast<int8_t>(count - 128));
  return hn::RebindMask(kLanes, hn::Lt(hn::BitCast(kSigned, shifted), end));
}

// In steps of four, so that the processor guesses how many there are, not
// whether there is one more.
template <size_t kMost>
HWY_INLINE void Append(uint64_t bits, size_t first, Positions<kMost>* out) {
  uint32_t* at = out->at.data() + out->count;
  out->count += static_cast<size_t>(std::popcount(bits));
  while (bits != 0) {
    for (int i = 0; i < 4; ++i) {
      *at++ = static_cast<uint32_t>(first) +
              static_cast<uint32_t>(std::countr_zero(bits));
      bits &= bits - 1;
    }
  }
}

// Those of `colons`, all of the block's, with seven characters of an ssdeep
// behind, or behind the next colon where that is no farther. In JSON "\/" may
// be two of them. The last 14 are all taken: it is not known what follows.
HWY_INLINE uint64_t BeforeSsdeep(const char* block, uint64_t alnum,
                                 uint64_t colons) {
  const uint64_t slash = BitsOf(block, '/');
  const uint64_t escape = BitsOf(block, '\\') & slash >> 1;
  const uint64_t part = alnum | BitsOf(block, '+') | slash | escape;
  uint64_t before = colons;
  for (int distance = 1; distance <= 7; ++distance) before &= part >> distance;
  before |= before >> 1;
  before |= before >> 2;
  before |= before >> 4;
  return colons & (before | ~uint64_t{0} << 50);
}

// What of a window is left, by which of its bytes are no run bytes: what stands
// behind the last of those.
constexpr std::array<uint64_t, 256> kRunMasks = [] {
  std::array<uint64_t, 256> masks{};
  for (uint32_t outside = 0; outside < masks.size(); ++outside) {
    const int cut = 8 * std::bit_width(outside);
    masks[outside] = cut == 64 ? 0 : ~uint64_t{0} << cut;
  }
  return masks;
}();

// The window before `end`, of which `bytes` bytes can be read.
HWY_INLINE uint64_t WindowAt(const char* text, const unsigned char* parts,
                             uint32_t end, size_t bytes) {
  // Which of the eight are no run bytes, the last in the highest bit.
  const uint32_t first_bit =
      end + static_cast<uint32_t>(kBlockBytes - kWindowBytes);
  uint16_t bits = 0;
  std::memcpy(&bits, parts + first_bit / 8, sizeof(bits));
  const auto outside = static_cast<uint8_t>(bits >> first_bit % 8);
  uint64_t window = 0;
  std::memcpy(reinterpret_cast<char*>(&window) + kWindowBytes - bytes,
              text + end - bytes, bytes);
  return (window | 0x2020202020202020) & kRunMasks[outside];
}

// Leaves those ends whose windows the table may hold.
HWY_INLINE void KeepKnown(const char* text, bool is_first,
                          const WindowTable& table, Sieved* sieved) {
  const auto* const parts =
      reinterpret_cast<const unsigned char*>(sieved->parts.data());
  auto& ends = sieved->ends;
  size_t i = 0;
  for (; is_first && i < ends.count && ends.at[i] < kWindowBytes; ++i) {
    sieved->windows[i] = WindowAt(text, parts, ends.at[i], ends.at[i]);
  }
  for (; i < ends.count; ++i) {
    const uint64_t window = WindowAt(text, parts, ends.at[i], kWindowBytes);
    sieved->windows[i] = window;
    table.Prefetch(window);
  }
  // Without a branch for each: most are unknown, but which, no processor
  // guesses.
  size_t kept = 0;
  for (i = 0; i < ends.count; ++i) {
    const uint64_t window = sieved->windows[i];
    ends.at[kept] = ends.at[i];
    sieved->windows[kept] = window;
    kept += table.MayHold(window) ? 1 : 0;
  }
  ends.count = kept;
}

void Sieve(const char* bytes, size_t blocks, bool is_first,
           const SieveRules& rules, const WindowTable& table, Sieved* sieved) {
  auto& last = sieved->last;
  sieved->parts[0] = last.parts;
  sieved->ends.count = 0;
  sieved->odd.count = 0;
  sieved->colons.count = 0;
  sieved->fuzzy.count = 0;
  sieved->dotted.count = 0;
  sieved->below.count = 0;
  for (size_t i = 0; i < blocks; ++i) {
    const size_t base = i * kBlockBytes;
    const char* const block = bytes + base;
    const uint64_t digit =
        BitsWhere(block, [](V text) { return InRange(text, '0', 10); });
    const uint64_t alnum =
        digit | BitsWhere(block, [](V text) {
          return InRange(hn::Or(text, hn::Set(kLanes, uint8_t{0x20})), 'a', 26);
        });
    const uint64_t dot = BitsOf(block, '.');
    const uint64_t colon = BitsOf(block, ':');
    // Of all of these one comparison tells: above 0x7F, or NUL.
    const uint64_t high_or_nul =
        ~BitsWhere(block, [](V text) { return InRange(text, 1, 127); });

    uint64_t word = alnum;
    if (rules.high_words) word |= high_or_nul & ~BitsOf(block, '\0');
    if (rules.json) {
      uint64_t odd =
          high_or_nul | BitsWhere(block, [](V text) {
            return hn::Or(hn::Eq(text, hn::Set(kLanes, uint8_t{'['})),
                          hn::Eq(text, hn::Set(kLanes, uint8_t{'('})));
          });
      if (rules.percent) odd |= BitsOf(block, '%');
      const uint64_t backslash = BitsOf(block, '\\');
      if ((backslash | last.escaped | last.doubled >> 63) != 0) {
        const uint64_t escaped = EscapedBytes(backslash, &last.escaped);
        const uint64_t doubled = escaped & backslash;
        word &= ~escaped;
        odd |= escaped & BitsOf(block, 'u');
        odd |= (doubled << 1 | last.doubled >> 63) &
               (BitsOf(block, 'x') | BitsOf(block, 'r'));
        last.doubled = doubled;
      }
      if (odd != 0) Append(odd, base, &sieved->odd);
    }
    sieved->parts[i + 1] = ~(word | dot | BitsOf(block, '-'));
    const uint64_t ends = ~word & (word << 1 | last.word >> 63);
    // A quote behind a word byte ends a string, and a colon behind that makes
    // it a key, which is never observed.
    const uint64_t keys =
        rules.json ? ends & BitsOf(block, '"') & colon >> 1 : 0;
    Append(ends & ~keys, base, &sieved->ends);

    if (rules.dotted) {
      const uint64_t dots = dot << 2 | dot << 3 | dot << 4 | last.dots >> 62 |
                            last.dots >> 61 | last.dots >> 60;
      const uint64_t dotted = ends & dots & (digit << 1 | last.digit >> 63);
      if (dotted != 0) Append(dotted, base, &sieved->dotted);
    }
    if (rules.short_hosts != 0 && (dot | last.dots) != 0) {
      uint64_t dots = 0;
      for (uint32_t left = rules.short_hosts; left != 0; left &= left - 1) {
        const int distance = std::countr_zero(left) + 1;
        dots |= dot << distance | last.dots >> (64 - distance);
      }
      if ((ends & dots) != 0) Append(ends & dots, base, &sieved->below);
    }
    if (colon != 0) {
      const uint64_t pair = colon << 1 | colon << 2;
      uint64_t wanted = pair | pair << 2 | colon << 5;
      for (int distance = 1; distance <= 5; ++distance) {
        wanted |= last.colons >> (64 - distance);
      }
      if (rules.all_colons) {
        wanted |=
            (alnum << 1 | last.alnum >> 63) & (alnum >> 1 | uint64_t{1} << 63);
      }
      if ((wanted & colon) != 0) Append(wanted & colon, base, &sieved->colons);
      const uint64_t behind_digit = colon & (digit << 1 | last.digit >> 63);
      if (rules.fuzzy && behind_digit != 0) {
        const uint64_t fuzzy = behind_digit & BeforeSsdeep(block, alnum, colon);
        if (fuzzy != 0) Append(fuzzy, base, &sieved->fuzzy);
      }
    }
    last.word = word;
    last.alnum = alnum;
    last.digit = digit;
    last.dots = dot;
    last.colons = colon;
  }
  last.parts = sieved->parts[blocks];
  KeepKnown(bytes, is_first, table, sieved);
}

}  // namespace
}  // namespace mispsift::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mispsift {

HWY_EXPORT(Sieve);

void SieveBlocks(const char* bytes, size_t blocks, bool is_first,
                 const SieveRules& rules, const WindowTable& table,
                 Sieved* sieved) {
  HWY_DYNAMIC_DISPATCH(Sieve)(bytes, blocks, is_first, rules, table, sieved);
}

}  // namespace mispsift
#endif  // HWY_ONCE
