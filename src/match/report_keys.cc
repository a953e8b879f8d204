#include "mispsift/match/report_keys.h"

#include <algorithm>
#include <bit>

#include "absl/numeric/int128.h"
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

void AppendNumber(uint64_t number, std::string* out) {
  while (number >= 0x80) {
    out->push_back(static_cast<char>(number | 0x80));
    number >>= 7;
  }
  out->push_back(static_cast<char>(number));
}

bool TakeNumber(std::string_view* bytes, uint64_t* number) {
  *number = 0;
  for (int shift = 0; shift < 63 && !bytes->empty(); shift += 7) {
    const auto byte = static_cast<uint8_t>(bytes->front());
    bytes->remove_prefix(1);
    *number |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

bool TakeText(std::string_view* bytes, std::string_view* text) {
  uint64_t size = 0;
  if (!TakeNumber(bytes, &size) || size > bytes->size()) return false;
  *text = bytes->substr(0, size);
  bytes->remove_prefix(size);
  return true;
}

// Bits from the lowest of each byte on.
class BitWriter {
 public:
  explicit BitWriter(std::string* out) : out_(*out) {}

  void Write(uint64_t bits, int count) {
    held_ |= bits << held_count_;
    held_count_ += count;
    while (held_count_ >= 8) {
      out_.push_back(static_cast<char>(held_));
      held_ >>= 8;
      held_count_ -= 8;
    }
  }
  // So many ones, and a zero.
  void WriteUnary(uint64_t number) {
    for (; number >= 16; number -= 16) Write(0xffff, 16);
    Write((uint64_t{1} << number) - 1, static_cast<int>(number) + 1);
  }
  void Finish() {
    if (held_count_ > 0) out_.push_back(static_cast<char>(held_));
  }

 private:
  std::string& out_;
  uint64_t held_ = 0;
  int held_count_ = 0;
};

class BitReader {
 public:
  explicit BitReader(std::string_view bytes) : bytes_(bytes) {}

  // False when there are no more of them.
  bool Read(int count, uint64_t* bits) {
    Fill();
    if (held_count_ < count) return false;
    *bits = held_ & ((uint64_t{1} << count) - 1);
    Drop(count);
    return true;
  }
  bool ReadUnary(uint64_t* number) {
    *number = 0;
    while (true) {
      Fill();
      const int ones = std::min(std::countr_one(held_), held_count_);
      *number += static_cast<uint64_t>(ones);
      Drop(ones);
      if (held_count_ > 0) {
        Drop(1);
        return true;
      }
      if (at_ == bytes_.size()) return false;
    }
  }

 private:
  void Fill() {
    while (held_count_ <= 56 && at_ < bytes_.size()) {
      held_ |= static_cast<uint64_t>(static_cast<uint8_t>(bytes_[at_++]))
               << held_count_;
      held_count_ += 8;
    }
  }
  void Drop(int count) {
    held_ = count == 64 ? 0 : held_ >> count;
    held_count_ -= count;
  }

  std::string_view bytes_;
  size_t at_ = 0;
  uint64_t held_ = 0;
  int held_count_ = 0;
};

void AppendTexts(const std::vector<std::string>& texts, std::string* out) {
  AppendNumber(texts.size(), out);
  for (const std::string& text : texts) {
    AppendNumber(text.size(), out);
    out->append(text);
  }
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
  BitWriter bits(&coded);
  uint64_t before = 0;
  for (const uint64_t key : keys_) {
    const uint64_t number = Reduced(key, count);
    bits.WriteUnary((number - before) >> kRemainderBits);
    bits.Write((number - before) & kRemainderMask, kRemainderBits);
    before = number;
  }
  bits.Finish();
  AppendNumber(count, out);
  AppendNumber(coded.size(), out);
  out->append(coded);
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
  BitReader bits(coded);
  uint64_t number = 0;
  auto key = keys_.begin();
  for (uint64_t i = 0; i < count; ++i) {
    uint64_t quotient = 0;
    uint64_t remainder = 0;
    if (!bits.ReadUnary(&quotient) || !bits.Read(kRemainderBits, &remainder)) {
      return NoKeys();
    }
    number += (quotient << kRemainderBits) + remainder;
    while (key != keys_.end() && Reduced(*key, count) < number) ++key;
    // Several keys of the index may have the same number.
    for (auto same = key;
         same != keys_.end() && Reduced(*same, count) == number; ++same) {
      AddRows(*same, rows);
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
