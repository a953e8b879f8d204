#include "src/model/over_correlation.h"

#include <algorithm>
#include <bit>

#include "absl/container/flat_hash_map.h"
#include "mispsift/base/ascii_case.h"
#include "mispsift/base/digest.h"

namespace mispsift {
namespace {

constexpr size_t kCharacters = 191;

// The first kCharacters of UTF-8.
std::string_view FirstCharacters(std::string_view text) {
  size_t characters = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    const bool begins = (static_cast<uint8_t>(text[at]) & 0xC0) != 0x80;
    if (begins && ++characters > kCharacters) return text.substr(0, at);
  }
  return text;
}

}  // namespace

OverCorrelation::OverCorrelation(uint64_t most, size_t attributes)
    : most_(most),
      at_most_(std::bit_ceil(std::max<size_t>(4 * attributes, 1 << 10))) {
  first_.reserve(attributes);
}

uint64_t OverCorrelation::KeyOf(std::string_view value) {
  if (value.size() > kCharacters) value = FirstCharacters(value);
  lower_.resize(value.size());
  LowerAscii(value, lower_.data());
  const uint64_t key = std::max<uint64_t>(DigestOf(0, lower_).low, 1);
  uint8_t& count = at_most_[key & (at_most_.size() - 1)];
  if (count < 0xFF) ++count;
  return key;
}

void OverCorrelation::Add(CorrelatingParts parts, std::string_view value) {
  if (parts == CorrelatingParts::kNone) {
    first_.push_back(0);
    return;
  }
  const size_t bar =
      parts == CorrelatingParts::kWhole ? value.npos : value.find('|');
  first_.push_back(KeyOf(value.substr(0, bar)));
  if (parts != CorrelatingParts::kBoth || bar == value.npos) return;
  const uint64_t second = KeyOf(value.substr(bar + 1));
  // An attribute with the same value twice is one attribute.
  if (second == first_.back()) return;
  second_.emplace_back(static_cast<uint32_t>(first_.size() - 1), second);
}

std::vector<bool> OverCorrelation::Finish() && {
  const auto may_be_over = [this](uint64_t key) {
    return key != 0 && at_most_[key & (at_most_.size() - 1)] >
                           std::min<uint64_t>(most_, 0xFE);
  };
  absl::flat_hash_map<uint64_t, uint64_t> counts;
  for (const uint64_t key : first_) {
    if (may_be_over(key)) ++counts[key];
  }
  for (const auto& [attribute, key] : second_) {
    if (may_be_over(key)) ++counts[key];
  }
  const auto is_over = [&](uint64_t key) {
    if (!may_be_over(key)) return false;
    const auto count = counts.find(key);
    return count != counts.end() && count->second - 1 > most_;
  };
  std::vector<bool> over(first_.size());
  for (size_t i = 0; i < first_.size(); ++i) over[i] = is_over(first_[i]);
  for (const auto& [attribute, key] : second_) {
    if (is_over(key)) over[attribute] = true;
  }
  return over;
}

}  // namespace mispsift
