#include "src/match/text_traits.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "src/match/text_traits.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "src/base/byte_blocks-inl.h"

HWY_BEFORE_NAMESPACE();
namespace mispsift::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

TextTraits Traits(std::string_view text) {
  const size_t lanes = hn::Lanes(kLanes);
  alignas(64) uint8_t some[64];
  M nul = hn::Eq(hn::Zero(kLanes), hn::Set(kLanes, uint8_t{1}));
  M backslash = nul;
  M percent = nul;
  M bracket = nul;
  V all = hn::Zero(kLanes);
  for (size_t at = 0; at < text.size(); at += lanes) {
    const auto* bytes = reinterpret_cast<const uint8_t*>(text.data()) + at;
    if (text.size() < lanes) {
      // Filled up with bytes that are nothing of it.
      hn::Store(hn::Set(kLanes, uint8_t{' '}), kLanes, some);
      std::copy_n(bytes, text.size(), some);
      bytes = some;
    } else if (text.size() - at < lanes) {
      bytes -= lanes - (text.size() - at);
    }
    const V block = hn::LoadU(kLanes, bytes);
    all = hn::Or(all, block);
    nul = hn::Or(nul, Is(block, '\0'));
    backslash = hn::Or(backslash, Is(block, '\\'));
    percent = hn::Or(percent, Is(block, '%'));
    bracket = hn::Or(bracket, hn::Or(Is(block, '['), Is(block, '(')));
  }
  const M high =
      hn::Ne(hn::And(all, hn::Set(kLanes, uint8_t{0x80})), hn::Zero(kLanes));
  return {.high = BitsOf(high) != 0,
          .nul = BitsOf(nul) != 0,
          .backslash = BitsOf(backslash) != 0,
          .percent = BitsOf(percent) != 0,
          .bracket = BitsOf(bracket) != 0};
}

}  // namespace
}  // namespace mispsift::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mispsift {

HWY_EXPORT(Traits);

TextTraits TraitsOf(std::string_view text) {
  return HWY_DYNAMIC_DISPATCH(Traits)(text);
}

}  // namespace mispsift
#endif  // HWY_ONCE
