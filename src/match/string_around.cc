#include "src/match/string_around.h"

#include <bit>

#include "mispsift/base/json_text.h"
#include "src/match/block_sieve.h"

namespace mispsift {
namespace {

constexpr size_t kNowhere = std::string_view::npos;

// Of the bytes that are in no string, the last before `at`, and the first from
// there on; kNowhere: the batch has none.
size_t OutsideBefore(std::span<const uint64_t> strings, size_t at) {
  size_t block = at / kBlockBytes;
  uint64_t outside = ~strings[block] & ((uint64_t{1} << at % kBlockBytes) - 1);
  while (outside == 0) {
    if (block == 0) return kNowhere;
    outside = ~strings[--block];
  }
  return block * kBlockBytes + static_cast<size_t>(std::bit_width(outside)) - 1;
}

size_t OutsideFrom(std::span<const uint64_t> strings, size_t at) {
  size_t block = at / kBlockBytes;
  uint64_t outside = ~strings[block] & ~uint64_t{0} << at % kBlockBytes;
  while (outside == 0) {
    if (++block == strings.size()) return kNowhere;
    outside = ~strings[block];
  }
  return block * kBlockBytes + static_cast<size_t>(std::countr_zero(outside));
}

std::string_view StringAround(std::string_view json, size_t at) {
  // The first byte stands behind the quote before, one that is not escaped.
  size_t begin = at;
  do {
    const size_t quote = begin == 0 ? kNowhere : json.rfind('"', begin - 1);
    if (quote == kNowhere) return {};
    begin = quote;
  } while (BackslashesBefore(json, begin) % 2 == 1);
  const std::string_view string = json.substr(begin + 1);
  return string.substr(0, JsonStringLength(string));
}

}  // namespace

std::string_view StringAround(std::string_view json, size_t base, size_t at,
                              std::span<const uint64_t> strings) {
  const size_t before = OutsideBefore(strings, at);
  const size_t end = OutsideFrom(strings, at);
  if (before == kNowhere || end == kNowhere || end == at) {
    return StringAround(json, base + at);
  }
  const size_t begin = before + 2;  // behind the quote
  return json.substr(base + begin, end - begin);
}

}  // namespace mispsift
