#include "src/match/block_sieve.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "src/base/json_bits.h"

#define HWY_WANT_AVX3_DL  // bytes are put together, and chosen, at once
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "src/match/block_sieve.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "src/base/byte_blocks-inl.h"
#include "src/base/json_bits-inl.h"
#include "src/match/block_marks-inl.h"
#include "src/match/word_ends-inl.h"

HWY_BEFORE_NAMESPACE();
namespace mispsift::HWY_NAMESPACE {
namespace {

// A bit for each byte of a block that is `c`.
HWY_INLINE uint64_t BitsIn(const char* block, char c) {
  uint64_t bits = 0;
  for (size_t at = 0; at < kBlockBytes; at += hn::Lanes(kLanes)) {
    const V text =
        hn::LoadU(kLanes, reinterpret_cast<const uint8_t*>(block + at));
    bits |= BitsOf(Is(text, c)) << at;
  }
  return bits;
}

// Marks are computed with several blocks at a time.
static_assert(kStepBlocks % kMostLanes == 0);

HWY_INLINE W At(const Marks& marks, size_t block) {
  return hn::LoadU(kWords, &marks[1 + block]);
}

// What `marks` say of the byte that stands so many before.
HWY_INLINE W Before(const Marks& marks, size_t block, int distance) {
  return hn::Or(hn::ShiftLeftSame(At(marks, block), distance),
                hn::ShiftRightSame(hn::LoadU(kWords, &marks[block]),
                                   static_cast<int>(kBlockBytes) - distance));
}

// What they say of the next byte.
HWY_INLINE W Behind(const Marks& marks, size_t block) {
  return hn::Or(hn::ShiftRight<1>(At(marks, block)),
                hn::ShiftLeft<63>(hn::LoadU(kWords, &marks[2 + block])));
}

// Those of `colons`, all of the block's, with seven characters of an ssdeep
// behind, or behind the next colon where that is no farther. In JSON "\/" may
// be two of them. The last 14 are all taken: it is not known what follows.
HWY_INLINE uint64_t BeforeSsdeep(const char* block, uint64_t alnum,
                                 uint64_t colons) {
  const uint64_t slash = BitsIn(block, '/');
  const uint64_t escape = BitsIn(block, '\\') & slash >> 1;
  const uint64_t part = alnum | BitsIn(block, '+') | slash | escape;
  uint64_t before = colons;
  for (int distance = 1; distance <= 7; ++distance) before &= part >> distance;
  before |= before >> 1;
  before |= before >> 2;
  before |= before >> 4;
  return colons & (before | ~uint64_t{0} << 50);
}

// Those of `ends`, of block `i`, that have three dots among as many bytes
// before as an IPv4 address may have. Most have one: a version, a time.
HWY_INLINE uint64_t BehindThreeDots(uint64_t ends, const Marks& dots,
                                    size_t i) {
  constexpr size_t kMostBytes = 15;  // 255.255.255.255
  const auto* const bytes = reinterpret_cast<const unsigned char*>(dots.data());
  uint64_t behind = 0;
  for (uint64_t left = ends; left != 0; left &= left - 1) {
    const auto end = static_cast<size_t>(std::countr_zero(left));
    const size_t first_bit = (1 + i) * kBlockBytes + end - kMostBytes;
    uint32_t bits = 0;
    std::memcpy(&bits, bytes + first_bit / 8, sizeof(bits));
    bits = bits >> first_bit % 8 & ((1u << kMostBytes) - 1);
    if (std::popcount(bits) >= 3) behind |= left & -left;
  }
  return behind;
}

// Where escapes are, which goes from block to block.
HWY_INLINE void MarkEscapes(size_t blocks, Sieved* sieved) {
  auto& marks = sieved->marks;
  Picked backslashes;
  const size_t lanes = hn::Lanes(kWords);
  for (size_t i = 0; i < blocks; i += lanes) {
    backslashes.Put(i, At(marks.backslash, i));
    hn::StoreU(hn::Zero(kWords), kWords, &marks.escaped[2 + i]);
  }
  // The bit that a block hands on to the next is there before that is read.
  for (uint64_t left = backslashes.blocks; left != 0; left &= left - 1) {
    const auto i = static_cast<size_t>(std::countr_zero(left));
    if (i >= blocks) break;
    uint64_t carry = marks.escaped[1 + i];
    marks.escaped[1 + i] = EscapedBytes(marks.backslash[1 + i], &carry);
    marks.escaped[2 + i] = carry;
  }
  for (size_t i = 0; i < blocks; i += lanes) {
    const W escaped = At(marks.escaped, i);
    hn::StoreU(hn::And(escaped, At(marks.backslash, i)), kWords,
               &marks.doubled[1 + i]);
    hn::StoreU(hn::AndNot(escaped, At(marks.word, i)), kWords,
               &marks.word[1 + i]);
  }
}

// Where strings are, once escapes are marked.
HWY_INLINE void MarkStrings(size_t blocks, Sieved* sieved) {
  auto& marks = sieved->marks;
  const size_t lanes = hn::Lanes(kWords);
  for (size_t i = 0; i < blocks; i += lanes) {
    hn::StoreU(hn::AndNot(At(marks.escaped, i), At(marks.quote, i)), kWords,
               &marks.string[1 + i]);
  }
  MakeStrings(blocks, ~(marks.string[0] >> 63) + 1, &marks.string[1]);
}

// What the step says of itself is what the next one asks of the one before.
HWY_INLINE void HandOn(size_t blocks, Sieved* sieved) {
  auto& marks = sieved->marks;
  for (Marks* each :
       {&marks.word, &marks.parts, &marks.alnum, &marks.digit, &marks.dot,
        &marks.colon, &marks.doubled, &marks.string}) {
    (*each)[0] = (*each)[blocks];
  }
  marks.escaped[1] = marks.escaped[1 + blocks];
}

void SieveStep(const char* bytes, size_t base, size_t blocks, bool is_first,
               const SieveRules& rules, const WindowTable& table,
               Sieved* sieved) {
  auto& marks = sieved->marks;
  const char* const text = bytes + base;
  JsonBrackets* const brackets = &sieved->brackets[base / kStepBytes];
  if (!rules.json) {
    for (size_t i = 0; i < blocks; i += kMostLanes) {
      MarkBlocks<false>(text, i, blocks, rules, brackets, sieved);
    }
  } else {
    for (size_t i = 0; i < blocks; i += kMostLanes) {
      MarkBlocks<true>(text, i, blocks, rules, brackets, sieved);
    }
    MarkEscapes(blocks, sieved);
    MarkStrings(blocks, sieved);
    std::memcpy(&sieved->strings[base / kBlockBytes], &marks.string[1],
                kStepBlocks * sizeof(uint64_t));
    EndBrackets(blocks, &marks.string[1], brackets);
  }
  // What the next step begins with is not known: whatever is cautious.
  marks.colon[1 + blocks] = 0;
  marks.alnum[1 + blocks] = ~uint64_t{0};
  marks.inner[1 + blocks] = ~uint64_t{0};

  const size_t lanes = hn::Lanes(kWords);
  for (size_t i = 0; i < blocks; i += lanes) {
    hn::StoreU(hn::Not(hn::Or(At(marks.word, i), At(marks.parts, i))), kWords,
               &marks.parts[1 + i]);
  }

  Picked ends;
  Picked odd;
  Picked dotted;
  Picked below;
  Picked colons;
  Picked fuzzy;
  for (size_t i = 0; i < blocks; i += lanes) {
    W end = hn::AndNot(At(marks.word, i), Before(marks.word, i, 1));
    if (rules.json) {
      // Nothing but strings is observed, and numbers in what is assembled; and
      // of those no keys: a quote behind a word byte ends a string, and a colon
      // behind that makes it one.
      const W key = hn::And(At(marks.quote, i), Behind(marks.colon, i));
      W value = Before(marks.string, i, 1);
      if (rules.numbers) value = hn::Or(value, Before(marks.digit, i, 1));
      end = hn::AndNot(key, hn::And(end, value));
    }
    W long_enough = end;
    for (size_t length = 2; length <= rules.shortest_window; ++length) {
      long_enough = hn::AndNot(Before(marks.parts, i, static_cast<int>(length)),
                               long_enough);
    }
    ends.Put(i, long_enough);
    if (rules.json) {
      const W defanged = hn::And(At(marks.opening, i), Behind(marks.inner, i));
      const W unicode = hn::And(At(marks.escaped, i), At(marks.u, i));
      const W spelled =
          hn::And(Before(marks.doubled, i, 1), At(marks.x_or_r, i));
      odd.Put(i, hn::Or(hn::Or(At(marks.odd, i), defanged),
                        hn::Or(unicode, spelled)));
    }
    const W behind_digit = Before(marks.digit, i, 1);
    if (rules.dotted) {
      const W dot =
          hn::Or(hn::Or(Before(marks.dot, i, 2), Before(marks.dot, i, 3)),
                 Before(marks.dot, i, 4));
      dotted.Put(i, hn::And(hn::And(end, dot), behind_digit));
    }
    if (rules.short_values != 0) {
      // Run bytes that are of no word: dots and dashes.
      W joint = hn::Zero(kWords);
      for (uint32_t left = rules.short_values; left != 0; left &= left - 1) {
        const int distance = std::countr_zero(left) + 1;
        joint =
            hn::Or(joint, hn::Not(hn::Or(Before(marks.word, i, distance),
                                         Before(marks.parts, i, distance))));
      }
      below.Put(i, hn::And(end, joint));
    }
    const W colon = At(marks.colon, i);
    W near = hn::Or(
        hn::Or(Before(marks.colon, i, 1), Before(marks.colon, i, 2)),
        hn::Or(hn::Or(Before(marks.colon, i, 3), Before(marks.colon, i, 4)),
               Before(marks.colon, i, 5)));
    if (rules.all_colons) {
      near = hn::Or(near,
                    hn::And(Before(marks.alnum, i, 1), Behind(marks.alnum, i)));
    }
    colons.Put(i, hn::And(colon, near));
    if (rules.fuzzy) fuzzy.Put(i, hn::And(colon, behind_digit));
  }

  const uint64_t known = ~uint64_t{0} >> (kStepBlocks - blocks);
  for (Picked* each : {&ends, &odd, &dotted, &below, &colons, &fuzzy}) {
    each->blocks &= known;
  }
  const size_t first = sieved->ends.count;
  TakeEnds(ends, bytes, base, is_first, sieved);
  Look(table, first, sieved);
  Append(odd, base, &sieved->odd);
  for (uint64_t left = dotted.blocks; left != 0; left &= left - 1) {
    const auto i = static_cast<size_t>(std::countr_zero(left));
    dotted.bits[i] = BehindThreeDots(dotted.bits[i], marks.dot, i);
  }
  Append(dotted, base, &sieved->dotted);
  Append(below, base, &sieved->below);
  Append(colons, base, &sieved->colons);
  for (uint64_t left = fuzzy.blocks; left != 0; left &= left - 1) {
    const auto i = static_cast<size_t>(std::countr_zero(left));
    fuzzy.bits[i] &= BeforeSsdeep(text + i * kBlockBytes, marks.alnum[1 + i],
                                  marks.colon[1 + i]);
  }
  Append(fuzzy, base, &sieved->fuzzy);
  HandOn(blocks, sieved);
}

void Sieve(const char* bytes, size_t blocks, bool is_first,
           const SieveRules& rules, const WindowTable& table, Sieved* sieved) {
  auto& marks = sieved->marks;
  if (is_first) {
    for (Marks* each : {&marks.word, &marks.alnum, &marks.digit, &marks.dot,
                        &marks.colon, &marks.doubled, &marks.string}) {
      (*each)[0] = 0;
    }
    marks.parts[0] = ~uint64_t{0};
    marks.escaped[1] = 0;
  }
  sieved->ends.count = 0;
  sieved->odd.count = 0;
  sieved->colons.count = 0;
  sieved->fuzzy.count = 0;
  sieved->dotted.count = 0;
  sieved->below.count = 0;
  for (size_t i = 0; i < blocks; i += kStepBlocks) {
    SieveStep(bytes, i * kBlockBytes, std::min(kStepBlocks, blocks - i),
              is_first && i == 0, rules, table, sieved);
  }
  KeepKnown(table, sieved);
}

}  // namespace
}  // namespace mispsift::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mispsift {

HWY_EXPORT(Sieve);

#if HWY_ARCH_X86
namespace {

// On AVX3_DL we use two things for which Highway does not ask: no processor
// comes without them, but a virtual machine may hide them.
[[maybe_unused]] const bool kAsked = [] {
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("gfni") || !__builtin_cpu_supports("avx512cd")) {
    hwy::DisableTargets(HWY_AVX3_DL);
  }
  return true;
}();

}  // namespace
#endif

void SieveBlocks(const char* bytes, size_t blocks, bool is_first,
                 const SieveRules& rules, const WindowTable& table,
                 Sieved* sieved) {
  HWY_DYNAMIC_DISPATCH(Sieve)(bytes, blocks, is_first, rules, table, sieved);
}

}  // namespace mispsift
#endif  // HWY_ONCE
