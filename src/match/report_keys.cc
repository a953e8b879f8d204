#include "mispsift/match/report_keys.h"

#include <algorithm>
#include <bit>

#include "absl/numeric/int128.h"
#include "mispsift/base/counted_text.h"
#include "mispsift/base/status_macros.h"
#include "mispsift/normalize/normalize.h"
#include "src/match/domains_above.h"

namespace mispsift {
namespace {

constexpr uint64_t kRemainderMask = (uint64_t{1} << kRemainderBits) - 1;

// Where a key stands among n * 2^kRemainderBits numbers, in proportion; so keys
// in order are numbers in order.
uint64_t Reduced(uint64_t key, uint64_t count) {
  return absl::Uint128High64(absl::uint128(key) * (count << kRemainderBits));
}

constexpr size_t kRemainderBytes = kRemainderBits / 8;

size_t HeadsBytes(uint64_t count) { return (2 * count + 7) / 8; }

// Walks the heads of `count` keys.
class HeadsReader {
 public:
  HeadsReader(std::string_view heads, uint64_t count)
      : heads_(heads), bits_left_(2 * count) {}

  // Passes all keys whose quotient is smaller. Whole words at a time, since
  // few of a report's keys are looked at.
  void SkipTo(uint64_t quotient) {
    while (zeros_ < quotient && HasBit()) {
      const auto ones = static_cast<uint64_t>(std::popcount(word_));
      const uint64_t zeros = static_cast<uint64_t>(word_bits_) - ones;
      if (zeros_ + zeros < quotient) {
        zeros_ += zeros;
        index_ += ones;
        word_bits_ = 0;
        continue;
      }
      const int run = std::countr_one(word_);
      index_ += static_cast<uint64_t>(run);
      ++zeros_;
      Drop(run + 1);
    }
  }
  // Whether there is another key of the quotient that it stands at.
  bool HasKey() { return HasBit() && (word_ & 1) != 0; }
  uint64_t index() const { return index_; }
  void PassKey() {
    ++index_;
    Drop(1);
  }

 private:
  bool HasBit() {
    if (word_bits_ > 0) return true;
    word_ = 0;
    word_bits_ = static_cast<int>(std::min<uint64_t>(bits_left_, 64));
    bits_left_ -= static_cast<uint64_t>(word_bits_);
    for (int bit = 0; bit < word_bits_; bit += 8) {
      word_ |= static_cast<uint64_t>(static_cast<uint8_t>(heads_[at_++]))
               << bit;
    }
    return word_bits_ > 0;
  }
  void Drop(int count) {
    word_ = count == 64 ? 0 : word_ >> count;
    word_bits_ -= count;
  }

  std::string_view heads_;
  uint64_t bits_left_;  // behind the word
  size_t at_ = 0;
  uint64_t word_ = 0;
  int word_bits_ = 0;
  uint64_t zeros_ = 0;
  uint64_t index_ = 0;
};

void AppendTexts(const std::vector<std::string>& texts, std::string* out) {
  AppendNumber(texts.size(), out);
  for (const std::string& text : texts) AppendText(text, out);
}

absl::Status NoKeys() { return absl::DataLossError("these are no keys"); }

}  // namespace

void ReportKeyCollector::Observe(const Observation& observation) {
  const uint64_t space = static_cast<uint64_t>(observation.kind) << 8 |
                         static_cast<uint64_t>(observation.form);
  if (!seen_.insert(DigestOf(space, observation.value)).second) return;
  Add(observation.kind, observation.form, observation.value);
  if (observation.form != KeyForm::kValue) return;
  if (observation.kind == IndicatorKind::kHost) {
    host_ = observation.value;
    ForEachDomainAbove(suffixes_, host_, [this](std::string_view name) {
      Add(IndicatorKind::kHost, KeyForm::kValue, name);
    });
  } else if (observation.kind == IndicatorKind::kIp) {
    addresses_.emplace_back(observation.value);
  } else if (observation.kind == IndicatorKind::kSsdeep) {
    ssdeeps_.emplace_back(observation.value);
  }
}

void ReportKeyCollector::Add(IndicatorKind kind, KeyForm form,
                             std::string_view value) {
  keys_.push_back(KeyDigest(kind, form, value, &scratch_).low);
}

void ReportKeyCollector::Take(std::string* out) {
  std::sort(keys_.begin(), keys_.end());
  keys_.erase(std::unique(keys_.begin(), keys_.end()), keys_.end());
  const uint64_t count = keys_.size();
  std::string coded;
  std::string heads(HeadsBytes(count), '\0');
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t number = Reduced(keys_[i], count);
    for (size_t byte = 0; byte < kRemainderBytes; ++byte) {
      coded.push_back(static_cast<char>(number >> (8 * byte)));
    }
    const uint64_t bit = (number >> kRemainderBits) + i;
    heads[bit / 8] = static_cast<char>(heads[bit / 8] | (1 << (bit % 8)));
  }
  coded.append(heads);
  AppendNumber(count, out);
  AppendText(coded, out);
  AppendTexts(addresses_, out);
  AppendTexts(ssdeeps_, out);
  Clear();
}

void ReportKeyCollector::Clear() {
  seen_.clear();
  keys_.clear();
  addresses_.clear();
  ssdeeps_.clear();
}

ReportKeyQuery::ReportKeyQuery(const Index* index)
    : index_(*index), keys_(index->Keys()) {
  std::sort(keys_.begin(), keys_.end());
}

absl::Status ReportKeyQuery::Find(std::string_view keys,
                                  std::vector<uint32_t>* rows) {
  rows->clear();
  uint64_t count = 0;
  std::string_view coded;
  if (!TakeNumber(&keys, &count) || !TakeText(&keys, &coded) ||
      count > coded.size()) {
    return NoKeys();
  }
  MISPSIFT_RETURN_IF_ERROR(FindKeys(coded, count, rows));
  const auto each = [&keys](auto visit) {
    uint64_t texts = 0;
    if (!TakeNumber(&keys, &texts)) return false;
    for (uint64_t i = 0; i < texts; ++i) {
      std::string_view text;
      if (!TakeText(&keys, &text)) return false;
      visit(text);
    }
    return true;
  };
  if (!each([&](std::string_view text) { FindNetworks(text, rows); }) ||
      !each([&](std::string_view text) { FindSimilar(text, rows); }) ||
      !keys.empty()) {
    return NoKeys();
  }
  std::sort(rows->begin(), rows->end());
  rows->erase(std::unique(rows->begin(), rows->end()), rows->end());
  return absl::OkStatus();
}

absl::Status ReportKeyQuery::FindKeys(std::string_view coded, uint64_t count,
                                      std::vector<uint32_t>* rows) const {
  if (coded.size() != count * kRemainderBytes + HeadsBytes(count)) {
    return NoKeys();
  }
  const std::string_view remainders = coded.substr(0, count * kRemainderBytes);
  HeadsReader heads(coded.substr(remainders.size()), count);
  const auto remainder = [&remainders](uint64_t index) {
    uint64_t bits = 0;
    for (size_t byte = 0; byte < kRemainderBytes; ++byte) {
      bits |= static_cast<uint64_t>(static_cast<uint8_t>(
                  remainders[index * kRemainderBytes + byte]))
              << (8 * byte);
    }
    return bits;
  };
  // Both are in order. Several keys of the index may have the same number.
  for (const uint64_t key : keys_) {
    const uint64_t number = Reduced(key, count);
    heads.SkipTo(number >> kRemainderBits);
    while (heads.HasKey()) {
      if (heads.index() >= count) return NoKeys();
      const uint64_t there = remainder(heads.index());
      if (there == (number & kRemainderMask)) AddRows(key, rows);
      if (there >= (number & kRemainderMask)) break;
      heads.PassKey();
    }
  }
  return absl::OkStatus();
}

void ReportKeyQuery::AddRows(uint64_t key, std::vector<uint32_t>* rows) const {
  const std::span<const uint32_t> found = index_.Find({0, key});
  rows->insert(rows->end(), found.begin(), found.end());
}

void ReportKeyQuery::FindNetworks(std::string_view address,
                                  std::vector<uint32_t>* rows) {
  for (const uint8_t bits :
       IsIpv6(address) ? index_.ipv6_prefixes() : index_.ipv4_prefixes()) {
    NetworkOf(address, bits, &network_);
    AddRows(
        KeyDigest(IndicatorKind::kIp, KeyForm::kNetwork, network_, &scratch_)
            .low,
        rows);
  }
}

void ReportKeyQuery::FindSimilar(std::string_view ssdeep,
                                 std::vector<uint32_t>* rows) {
  index_.FindSimilar(ssdeep, [&](std::string_view value, int) {
    AddRows(KeyDigest(IndicatorKind::kSsdeep, KeyForm::kValue, value, &scratch_)
                .low,
            rows);
  });
}

}  // namespace mispsift
