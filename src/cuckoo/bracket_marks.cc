#include "src/cuckoo/bracket_marks.h"

#include <array>

#include "src/base/json_bits.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "src/cuckoo/bracket_marks.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "src/base/byte_blocks-inl.h"
#include "src/base/json_bits-inl.h"

HWY_BEFORE_NAMESPACE();
namespace mispsift::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

void Mark(const char* bytes, size_t blocks, BracketMarks* marks) {
  const size_t lanes = hn::Lanes(kLanes);
  const V case_bit = hn::Set(kLanes, uint8_t{0x20});
  JsonBrackets& found = marks->brackets;
  uint64_t escaped = marks->escaped;
  std::array<uint64_t, JsonBrackets::kBlocks> in_string{};
  static_assert(JsonBrackets::kBlocks % kMostLanes == 0);
  for (size_t i = 0; i < blocks; ++i) {
    uint64_t quote = 0;
    uint64_t backslash = 0;
    uint64_t opening = 0;
    uint64_t closing = 0;
    for (size_t at = 0; at < JsonBrackets::kBlockBytes; at += lanes) {
      const V text =
          hn::LoadU(kLanes, reinterpret_cast<const uint8_t*>(
                                bytes + i * JsonBrackets::kBlockBytes + at));
      quote |= BitsOf(Is(text, '"')) << at;
      backslash |= BitsOf(Is(text, '\\')) << at;
      // One bit is between '[' and '{', and between ']' and '}'.
      const V bracket = hn::Or(text, case_bit);
      opening |= BitsOf(Is(bracket, '{')) << at;
      closing |= BitsOf(Is(bracket, '}')) << at;
    }
    in_string[i] = quote & ~EscapedBytes(backslash, &escaped);
    found.opening[i] = opening;
    found.closing[i] = closing;
  }
  marks->escaped = escaped;
  marks->in_string = MakeStrings(blocks, marks->in_string, in_string.data());
  EndBrackets(blocks, in_string.data(), &found);
}

}  // namespace
}  // namespace mispsift::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mispsift {

HWY_EXPORT(Mark);

void BracketMarks::Mark(const char* bytes, size_t blocks) {
  HWY_DYNAMIC_DISPATCH(Mark)(bytes, blocks, this);
}

}  // namespace mispsift
#endif  // HWY_ONCE
