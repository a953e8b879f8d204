#include <algorithm>
#include <array>

#include "mispsift/base/utf8.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "src/base/utf8_leads.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "src/base/byte_blocks-inl.h"

HWY_BEFORE_NAMESPACE();
namespace mispsift::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

uint64_t Leads(const char* text, size_t size) {
  constexpr size_t kBytes = 64;
  // Each byte is looked at with the one behind it.
  std::array<char, kBytes + 1> some;
  if (size < some.size()) {
    std::fill(std::copy_n(text, size, some.begin()), some.end(), '\0');
    text = some.data();
  }
  const auto* const bytes = reinterpret_cast<const uint8_t*>(text);
  uint64_t leads = 0;
  for (size_t at = 0; at < kBytes; at += hn::Lanes(kLanes)) {
    const M lead = InRange(hn::LoadU(kLanes, bytes + at), '\xC2', 0x33);
    const M goes_on = InRange(hn::LoadU(kLanes, bytes + at + 1), '\x80', 0x40);
    leads |= BitsOf(hn::And(lead, goes_on)) << at;
  }
  return leads;
}

}  // namespace
}  // namespace mispsift::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mispsift {

HWY_EXPORT(Leads);

uint64_t Utf8Leads(std::string_view text) {
  return HWY_DYNAMIC_DISPATCH(Leads)(text.data(), text.size());
}

}  // namespace mispsift
#endif  // HWY_ONCE
