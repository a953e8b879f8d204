#include "src/match/byte_classes.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "src/match/byte_classes.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace mispsift::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

void Classify(const char* bytes, size_t blocks, ByteClasses* classes) {
  const hn::CappedTag<uint8_t, kBlockBytes> d;
  using V = hn::Vec<decltype(d)>;
  const size_t lanes = hn::Lanes(d);
  const auto is = [&d](V text, char c) {
    return hn::Eq(text, hn::Set(d, static_cast<uint8_t>(c)));
  };
  // Unsigned text - first < count, in one comparison.
  const auto in_range = [&d](V text, char first, uint8_t count) {
    return hn::Lt(hn::Sub(text, hn::Set(d, static_cast<uint8_t>(first))),
                  hn::Set(d, count));
  };
  for (size_t block = 0; block < blocks; ++block) {
    ByteClasses& out = classes[block];
    out = {};
    for (size_t at = 0; at < kBlockBytes; at += lanes) {
      const V text = hn::LoadU(d, reinterpret_cast<const uint8_t*>(
                                      bytes + block * kBlockBytes + at));
      const auto put = [&](hn::Mask<decltype(d)> mask, uint64_t* bits) {
        uint64_t stored = 0;
        hn::StoreMaskBits(d, mask, reinterpret_cast<uint8_t*>(&stored));
        *bits |= stored << at;
      };
      const auto digit = in_range(text, '0', 10);
      const V lower = hn::Or(text, hn::Set(d, uint8_t{0x20}));
      put(hn::Or(digit, in_range(lower, 'a', 26)), &out.alnum);
      put(digit, &out.digit);
      put(is(text, '.'), &out.dot);
      put(is(text, '-'), &out.hyphen);
      put(is(text, ':'), &out.colon);
      put(is(text, '"'), &out.quote);
      put(is(text, '\\'), &out.backslash);
      put(hn::Or(is(text, '['), is(text, '(')), &out.bracket);
      put(hn::Gt(text, hn::Set(d, uint8_t{0x7F})), &out.high);
      put(is(text, '\0'), &out.nul);
    }
  }
}

}  // namespace
}  // namespace mispsift::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mispsift {

HWY_EXPORT(Classify);

void ClassifyBytes(const char* bytes, size_t blocks, ByteClasses* classes) {
  HWY_DYNAMIC_DISPATCH(Classify)(bytes, blocks, classes);
}

}  // namespace mispsift
#endif  // HWY_ONCE
