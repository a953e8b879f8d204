// Bytes, by vectors of at most a block of 64: compiled for each machine by who
// includes it (Highway's way of guarding such a header).

#if defined(MISPSIFT_SRC_BASE_BYTE_BLOCKS_INL_H_) == \
    defined(HWY_TARGET_TOGGLE)  // NOLINT
#ifdef MISPSIFT_SRC_BASE_BYTE_BLOCKS_INL_H_
#undef MISPSIFT_SRC_BASE_BYTE_BLOCKS_INL_H_
#else
#define MISPSIFT_SRC_BASE_BYTE_BLOCKS_INL_H_
#endif

#include <hwy/highway.h>

#include <cstddef>
#include <cstdint>

HWY_BEFORE_NAMESPACE();
namespace mispsift::HWY_NAMESPACE {

const hwy::HWY_NAMESPACE::CappedTag<uint8_t, 64> kLanes;
using V = hwy::HWY_NAMESPACE::Vec<decltype(kLanes)>;
using M = hwy::HWY_NAMESPACE::Mask<decltype(kLanes)>;

HWY_INLINE uint64_t BitsOf(M mask) {
  uint64_t bits = 0;
  hwy::HWY_NAMESPACE::StoreMaskBits(kLanes, mask,
                                    reinterpret_cast<uint8_t*>(&bits));
  return bits;
}

HWY_INLINE M MaskOf(uint64_t bits) {
  return hwy::HWY_NAMESPACE::LoadMaskBits(
      kLanes, reinterpret_cast<const uint8_t*>(&bits));
}

HWY_INLINE M Is(V text, char c) {
  namespace hn = hwy::HWY_NAMESPACE;
  return hn::Eq(text, hn::Set(kLanes, static_cast<uint8_t>(c)));
}

// Unsigned first <= text < first + count, for count < 128, in one comparison:
// of signed bytes, since most machines have none of unsigned ones.
HWY_INLINE M InRange(V text, char first, uint8_t count) {
  namespace hn = hwy::HWY_NAMESPACE;
  const hn::RebindToSigned<decltype(kLanes)> kSigned;
  const V shifted =
      hn::Sub(text, hn::Set(kLanes, static_cast<uint8_t>(first + 128)));
  const auto end = hn::Set(kSigned, static_cast<int8_t>(count - 128));
  return hn::RebindMask(kLanes, hn::Lt(hn::BitCast(kSigned, shifted), end));
}

// Those of `text` that are hexadecimal digits, of either case.
HWY_INLINE M IsHexDigit(V text) {
  namespace hn = hwy::HWY_NAMESPACE;
  const V lower = hn::Or(text, hn::Set(kLanes, uint8_t{0x20}));
  return hn::Or(InRange(text, '0', 10), InRange(lower, 'a', 6));
}

// The byte that is spelled by each two of those.
HWY_INLINE V HexByte(V high_digits, V low_digits) {
  namespace hn = hwy::HWY_NAMESPACE;
  const auto value = [](V digit) {
    const V is_letter = hn::And(digit, hn::Set(kLanes, uint8_t{0x40}));
    return hn::Add(hn::And(digit, hn::Set(kLanes, uint8_t{0x0F})),
                   hn::IfThenElseZero(hn::Ne(is_letter, hn::Zero(kLanes)),
                                      hn::Set(kLanes, uint8_t{9})));
  };
  return hn::Or(hn::ShiftLeft<4>(value(high_digits)), value(low_digits));
}

// Only there vectors of bytes can be put together anew, and be read and written
// in part, without a loop.
#if HWY_TARGET == HWY_AVX3_DL

inline constexpr size_t kBlock = 64;  // the bytes of a vector, there

HWY_INLINE V BlockAt(const char* block) {
  return hwy::HWY_NAMESPACE::LoadU(kLanes,
                                   reinterpret_cast<const uint8_t*>(block));
}

// `size` bytes; the others are 0.
HWY_INLINE V LoadSome(const char* bytes, size_t size) {
  return V{_mm512_maskz_loadu_epi8(_bzhi_u64(~uint64_t{0}, size), bytes)};
}

HWY_INLINE void StoreSome(V bytes, size_t size, char* out) {
  _mm512_mask_storeu_epi8(out, _bzhi_u64(~uint64_t{0}, size), bytes.raw);
}

#endif

}  // namespace mispsift::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // MISPSIFT_SRC_BASE_BYTE_BLOCKS_INL_H_
