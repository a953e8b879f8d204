// json_bits.h, several blocks at a time: compiled for each machine by who
// includes it (Highway's way of guarding such a header).

#if defined(MISPSIFT_SRC_BASE_JSON_BITS_INL_H_) == \
    defined(HWY_TARGET_TOGGLE)  // NOLINT
#ifdef MISPSIFT_SRC_BASE_JSON_BITS_INL_H_
#undef MISPSIFT_SRC_BASE_JSON_BITS_INL_H_
#else
#define MISPSIFT_SRC_BASE_JSON_BITS_INL_H_
#endif

#include <hwy/highway.h>

#include <cstddef>
#include <cstdint>
#include <utility>

#include "mispsift/base/json_brackets.h"

HWY_BEFORE_NAMESPACE();
namespace mispsift::HWY_NAMESPACE {

// So many blocks are computed with at a time. Up to kMostLanes - 1 behind the
// last are read and written too.
inline constexpr size_t kMostLanes = 8;
const hwy::HWY_NAMESPACE::CappedTag<uint64_t, kMostLanes> kWords;
using W = hwy::HWY_NAMESPACE::Vec<decltype(kWords)>;

// Makes of the quotes of `blocks` blocks, without the escaped ones, the bytes
// from each that opens a string up to the one that closes it, which is left
// out. `carry` is all ones where a string goes on from the block before;
// returned is that of the block behind.
HWY_INLINE uint64_t MakeStrings(size_t blocks, uint64_t carry, uint64_t* bits) {
  namespace hn = hwy::HWY_NAMESPACE;
  const size_t lanes = hn::Lanes(kWords);
  const hn::RebindToSigned<decltype(kWords)> kSigned;
  for (size_t i = 0; i < blocks; i += lanes) {
    W inside = hn::LoadU(kWords, bits + i);
    inside = hn::Xor(inside, hn::ShiftLeft<1>(inside));
    inside = hn::Xor(inside, hn::ShiftLeft<2>(inside));
    inside = hn::Xor(inside, hn::ShiftLeft<4>(inside));
    inside = hn::Xor(inside, hn::ShiftLeft<8>(inside));
    inside = hn::Xor(inside, hn::ShiftLeft<16>(inside));
    inside = hn::Xor(inside, hn::ShiftLeft<32>(inside));
    // The same of blocks, a bit for each: whether a string goes on behind it.
    uint64_t goes_on = 0;
    hn::StoreMaskBits(kSigned,
                      hn::Lt(hn::BitCast(kSigned, inside), hn::Zero(kSigned)),
                      reinterpret_cast<uint8_t*>(&goes_on));
    goes_on ^= goes_on << 1;
    goes_on ^= goes_on << 2;
    goes_on ^= goes_on << 4;
    goes_on ^= carry;
    const uint64_t comes = goes_on << 1 | (carry & 1);
    const auto turned =
        hn::LoadMaskBits(kWords, reinterpret_cast<const uint8_t*>(&comes));
    hn::StoreU(hn::Xor(inside, hn::VecFromMask(kWords, turned)), kWords,
               bits + i);
    const size_t last = (blocks - i < lanes ? blocks - i : lanes) - 1;
    carry = ~(goes_on >> last & 1) + 1;
  }
  return carry;
}

// Leaves those brackets of `blocks` blocks that stand in no string, whose bytes
// `inside` has, and counts them.
HWY_INLINE void EndBrackets(size_t blocks, const uint64_t* inside,
                            JsonBrackets* brackets) {
  namespace hn = hwy::HWY_NAMESPACE;
  static_assert(JsonBrackets::kBlocks % kMostLanes == 0);
  for (size_t i = 0; i < blocks; i += hn::Lanes(kWords)) {
    const W strings = hn::LoadU(kWords, inside + i);
    for (auto [bits, counts] :
         {std::pair(&brackets->opening[i], &brackets->opened[i]),
          std::pair(&brackets->closing[i], &brackets->closed[i])}) {
      const W outside = hn::AndNot(strings, hn::LoadU(kWords, bits));
      hn::StoreU(outside, kWords, bits);
      hn::StoreU(hn::PopulationCount(outside), kWords, counts);
    }
  }
}

}  // namespace mispsift::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // MISPSIFT_SRC_BASE_JSON_BITS_INL_H_
