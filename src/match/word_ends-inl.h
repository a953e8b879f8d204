// Positions out of sets of bits; of word ends with the windows before them, and
// what the table knows of these: compiled for each machine by who includes it
// (Highway's way of guarding such a header).

#if defined(MISPSIFT_SRC_MATCH_WORD_ENDS_INL_H_) == \
    defined(HWY_TARGET_TOGGLE)  // NOLINT
#ifdef MISPSIFT_SRC_MATCH_WORD_ENDS_INL_H_
#undef MISPSIFT_SRC_MATCH_WORD_ENDS_INL_H_
#else
#define MISPSIFT_SRC_MATCH_WORD_ENDS_INL_H_
#endif

#include <hwy/highway.h>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "src/base/byte_blocks-inl.h"
#include "src/base/json_bits-inl.h"
#include "src/match/block_sieve.h"
#include "src/match/window_table.h"
#include "src/match/witness.h"

HWY_BEFORE_NAMESPACE();
namespace mispsift::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// Sets of bits, a word for each block, to be made positions of.
struct Picked {
  std::array<uint64_t, kStepBlocks + 8> bits;
  uint64_t blocks = 0;  // those that have any

  HWY_INLINE void Put(size_t block, W picked) {
    hn::StoreU(picked, kWords, &bits[block]);
    uint8_t any[8] = {};
    hn::StoreMaskBits(kWords, hn::Ne(picked, hn::Zero(kWords)), any);
    blocks |= uint64_t{any[0]} << block;
  }
};

#if HWY_TARGET == HWY_AVX3_DL

// The positions in a block that `bits` has, ascending, in the lowest bytes.
HWY_INLINE V PositionsOf(uint64_t bits) {
  return hn::Compress(hn::Iota(kLanes, 0), MaskOf(bits));
}

// Writes them from `at` on. Without a branch for each: there are seldom more
// than sixteen.
HWY_INLINE void WritePositions(uint64_t bits, size_t first, uint32_t* at) {
  constexpr size_t kSome = 16;
  const hn::Full512<uint32_t> positions;
  const hn::Full128<uint8_t> some;
  const auto offset = hn::Set(positions, static_cast<uint32_t>(first));
  const auto count = static_cast<size_t>(std::popcount(bits));
  const auto store = [&](hn::Vec<decltype(some)> in_block, size_t i) {
    hn::StoreU(hn::Add(hn::PromoteTo(positions, in_block), offset), positions,
               at + i);
  };
  const V in_block = PositionsOf(bits);
  store(hn::LowerHalf(hn::LowerHalf(in_block)), 0);
  if (count <= kSome) return;
  alignas(kBlockBytes) std::array<uint8_t, kBlockBytes> all;
  hn::Store(in_block, kLanes, all.data());
  for (size_t i = kSome; i < count; i += kSome) {
    store(hn::Load(some, all.data() + i), i);
  }
}

#else

// In steps of four, so that the processor guesses how many there are, not
// whether there is one more.
HWY_INLINE void WritePositions(uint64_t bits, size_t first, uint32_t* at) {
  while (bits != 0) {
    for (int i = 0; i < 4; ++i) {
      *at++ = static_cast<uint32_t>(first) +
              static_cast<uint32_t>(std::countr_zero(bits));
      bits &= bits - 1;
    }
  }
}

#endif

// The count is kept apart: each block waits for that of the one before, and
// what is written might be where it is.
template <size_t kMost>
HWY_INLINE void Append(const Picked& picked, size_t first,
                       Positions<kMost>* out) {
  size_t count = out->count;
  for (uint64_t left = picked.blocks; left != 0; left &= left - 1) {
    const auto block = static_cast<size_t>(std::countr_zero(left));
    const uint64_t bits = picked.bits[block];
    WritePositions(bits, first + block * kBlockBytes, out->at.data() + count);
    count += static_cast<size_t>(std::popcount(bits));
  }
  out->count = count;
}

#if HWY_TARGET == HWY_AVX3_DL

// The run bytes of a block, in lower case, with zeros between.
HWY_INLINE V RunBytes(V text, uint64_t outside) {
  return hn::IfThenZeroElse(MaskOf(outside),
                            hn::Or(text, hn::Set(kLanes, uint8_t{0x20})));
}

// The bytes of `before` and `block`, one behind the other, that stand at `at`.
HWY_INLINE V BytesAt(V before, V block, V at) {
  return V{_mm512_permutex2var_epi8(before.raw, at.raw, block.raw)};
}

}  // namespace mispsift::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
// Whoever dispatches to it asks for AVX512CD.
HWY_PUSH_ATTRIBUTES(HWY_TARGET_STR ",avx512cd")
namespace mispsift::HWY_NAMESPACE {

// Puts the ends that were picked behind those there are, with their windows:
// eight windows at a time are put together out of a block and the one before.
HWY_NOINLINE void TakeEnds(const Picked& picked, const char* bytes, size_t base,
                           bool is_first, Sieved* sieved) {
  // Of eight ends, and of eight bytes each.
  alignas(kBlockBytes) static constexpr auto kWhichEnd = [] {
    std::array<uint8_t, kBlockBytes> which{};
    for (size_t i = 0; i < which.size(); ++i) {
      which[i] = static_cast<uint8_t>(i / kWindowBytes);
    }
    return which;
  }();
  alignas(kBlockBytes) static constexpr auto kWhichByte = [] {
    std::array<uint8_t, kBlockBytes> which{};
    for (size_t i = 0; i < which.size(); ++i) {
      which[i] =
          static_cast<uint8_t>(kBlockBytes - kWindowBytes + i % kWindowBytes);
    }
    return which;
  }();
  const V which_end = hn::Load(kLanes, kWhichEnd.data());
  const V which_byte = hn::Load(kLanes, kWhichByte.data());
  const V next_ends = hn::Set(kLanes, uint8_t{kBlockBytes / kWindowBytes});
  const auto& outside = sieved->marks.parts;
  size_t count = sieved->ends.count;
  for (uint64_t left = picked.blocks; left != 0; left &= left - 1) {
    const auto i = static_cast<size_t>(std::countr_zero(left));
    const char* const block = bytes + base + i * kBlockBytes;
    const V text = BlockAt(block);
    const V text_before =
        is_first && i == 0 ? hn::Zero(kLanes) : BlockAt(block - kBlockBytes);
    const V run = RunBytes(text, outside[1 + i]);
    const V run_before = RunBytes(text_before, outside[i]);
    const V ends = PositionsOf(picked.bits[i]);
    WritePositions(picked.bits[i], base + i * kBlockBytes,
                   sieved->ends.at.data() + count);
    const size_t first = count;
    count += static_cast<size_t>(std::popcount(picked.bits[i]));
    V which = which_end;
    for (size_t end = first; end < count; end += hn::Lanes(kWords)) {
      const V of_end = V{_mm512_permutexvar_epi8(which.raw, ends.raw)};
      const V at = hn::Add(of_end, which_byte);
      const W window = hn::BitCast(kWords, BytesAt(run_before, run, at));
      // Nothing counts up to the last byte that is none of a run.
      const M is_cut = hn::Eq(hn::BitCast(kLanes, window), hn::Zero(kLanes));
      const W cut = hn::BitCast(kWords, hn::VecFromMask(kLanes, is_cut));
      const W cut_bits =
          hn::Sub(hn::Set(kWords, 64), W{_mm512_lzcnt_epi64(cut.raw)});
      hn::StoreU(hn::Shl(hn::Shr(window, cut_bits), cut_bits), kWords,
                 &sieved->windows[end]);
      // Eight bytes from the one before the longest window on.
      const W raw = hn::BitCast(
          kWords,
          BytesAt(text_before, text, hn::Sub(at, hn::Set(kLanes, uint8_t{1}))));
      hn::StoreU(hn::Shr(raw, cut_bits), kWords, &sieved->wanted[end]);
      which = hn::Add(which, next_ends);
    }
  }
  sieved->ends.count = count;
}

}  // namespace mispsift::HWY_NAMESPACE
HWY_POP_ATTRIBUTES
HWY_BEFORE_NAMESPACE();
namespace mispsift::HWY_NAMESPACE {

#else

// What of a window is left, by which of its bytes are no run bytes: what stands
// behind the last of those.
inline constexpr std::array<uint64_t, 256> kRunMasks = [] {
  std::array<uint64_t, 256> masks{};
  for (uint32_t outside = 0; outside < masks.size(); ++outside) {
    const int cut = 8 * std::bit_width(outside);
    masks[outside] = cut == 64 ? 0 : ~uint64_t{0} << cut;
  }
  return masks;
}();

// Reads the windows of the ends from the `first` on, which are those of the
// step that begins `base` bytes behind `bytes`.
HWY_INLINE void ReadWindows(const char* bytes, size_t base, bool is_first,
                            size_t first, Sieved* sieved) {
  const char* const text = bytes + base;
  const auto* const parts =
      reinterpret_cast<const unsigned char*>(sieved->marks.parts.data());
  const auto& ends = sieved->ends;
  for (size_t i = first; i < ends.count; ++i) {
    const size_t end = ends.at[i] - base;
    // Which of the eight are no run bytes, the last in the highest bit.
    const size_t first_bit = end + kBlockBytes - kWindowBytes;
    uint16_t bits = 0;
    std::memcpy(&bits, parts + first_bit / 8, sizeof(bits));
    const auto outside = static_cast<uint8_t>(bits >> first_bit % 8);
    uint64_t window = 0;
    if (is_first && end < kWindowBytes) {
      std::memcpy(reinterpret_cast<char*>(&window) + kWindowBytes - end, text,
                  end);
    } else {
      std::memcpy(&window, text + end - kWindowBytes, kWindowBytes);
    }
    sieved->windows[i] = (window | 0x2020202020202020) & kRunMasks[outside];
    const size_t length =
        kWindowBytes - static_cast<size_t>(std::bit_width(outside));
    sieved->wanted[i] =
        is_first && end == length
            ? 0
            : static_cast<unsigned char>(*(text + end - length - 1));
  }
}

// Puts the ends that were picked behind those there are, with their windows.
HWY_INLINE void TakeEnds(const Picked& picked, const char* bytes, size_t base,
                         bool is_first, Sieved* sieved) {
  const size_t first = sieved->ends.count;
  Append(picked, base, &sieved->ends);
  ReadWindows(bytes, base, is_first, first, sieved);
}

#endif

// Where the table is asked for the windows from the `first` on, and for what:
// as WindowTable has it. What is asked for comes nearer, since the table may be
// larger than the caches that are near.
HWY_INLINE void Look(const WindowTable& table, size_t first, Sieved* sieved) {
  const size_t count = sieved->ends.count;
  const W one = hn::Set(kWords, 1);
  const W low = hn::Set(kWords, 63);
  for (size_t i = first; i < count; i += hn::Lanes(kWords)) {
    const W window = hn::LoadU(kWords, &sieved->windows[i]);
    const W hash = hn::Mul(hn::Xor(window, hn::ShiftRight<32>(window)),
                           hn::Set(kWords, WindowTable::kFactor));
    hn::StoreU(hn::ShiftRightSame(hash, table.shift()), kWords,
               &sieved->places[i]);
    const W first_bit =
        hn::And(hn::ShiftRight<WindowTable::kFirstBit>(hash), low);
    const W second_bit =
        hn::And(hn::ShiftRight<WindowTable::kSecondBit>(hash), low);
    const W before = hn::And(hn::LoadU(kWords, &sieved->wanted[i]),
                             hn::Set(kWords, WindowTable::kBefores - 1));
    const W third_bit = hn::And(
        hn::Xor(hn::ShiftRight<WindowTable::kThirdBit>(hash), before), low);
    hn::StoreU(hn::Or(hn::Or(hn::Shl(one, first_bit), hn::Shl(one, second_bit)),
                      hn::Shl(one, third_bit)),
               kWords, &sieved->wanted[i]);
  }
  for (size_t i = first; i < count; ++i) {
    __builtin_prefetch(table.words() + sieved->places[i], 0, 2);
  }
}

// Leaves those ends whose windows the table may hold: hardly any.
HWY_INLINE void KeepKnown(const WindowTable& table, Sieved* sieved) {
  auto& ends = sieved->ends;
  size_t kept = 0;
  for (size_t i = 0; i < ends.count; ++i) {
    const uint64_t wanted = sieved->wanted[i];
    if ((table.words()[sieved->places[i]] & wanted) != wanted) continue;
    ends.at[kept] = ends.at[i];
    sieved->windows[kept++] = sieved->windows[i];
  }
  ends.count = kept;
}

}  // namespace mispsift::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // MISPSIFT_SRC_MATCH_WORD_ENDS_INL_H_
