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
  for (size_t i = 0; i < blocks; i += hn::Lanes(kWords)) {
    W inside = hn::LoadU(kWords, bits + i);
    for (int distance = 1; distance < 64; distance *= 2) {
      inside = hn::Xor(inside, hn::ShiftLeftSame(inside, distance));
    }
    hn::StoreU(inside, kWords, bits + i);
  }
  for (size_t i = 0; i < blocks; ++i) {
    bits[i] ^= carry;
    carry = ~(bits[i] >> 63) + 1;
  }
  return carry;
}

}  // namespace mispsift::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // MISPSIFT_SRC_BASE_JSON_BITS_INL_H_
