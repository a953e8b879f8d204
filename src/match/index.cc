#include "mispsift/match/index.h"

#include <algorithm>
#include <bitset>
#include <charconv>
#include <utility>

#include "mispsift/base/check.h"

namespace mispsift {
namespace {

constexpr std::string_view kSuppressionNames[] = {"warninglist", "blacklist",
                                                  "not_ids", "special_use",
                                                  "correlation_disabled"};
static_assert(std::size(kSuppressionNames) ==
              static_cast<size_t>(Suppression::kCount));

constexpr Index::SuppressionBits Bit(Suppression reason) {
  return static_cast<Index::SuppressionBits>(1u << static_cast<int>(reason));
}

uint8_t PrefixBits(std::string_view network) {
  const size_t slash = network.rfind('/');
  MISPSIFT_CHECK(slash != std::string_view::npos);
  uint8_t bits = 0;
  std::from_chars(network.data() + slash + 1, network.data() + network.size(),
                  bits);
  return bits;
}

// The set bits of `present`, highest first: the longest prefix is the closest.
std::vector<uint8_t> Prefixes(const std::bitset<129>& present) {
  std::vector<uint8_t> prefixes;
  for (size_t bits = present.size(); bits-- > 0;) {
    if (present[bits]) prefixes.push_back(static_cast<uint8_t>(bits));
  }
  return prefixes;
}

struct KeyedRow {
  Digest key;
  uint32_t row;

  friend auto operator<=>(const KeyedRow&, const KeyedRow&) = default;
};

}  // namespace

std::string_view SuppressionName(Suppression reason) {
  MISPSIFT_CHECK(reason < Suppression::kCount);
  return kSuppressionNames[static_cast<size_t>(reason)];
}

IndexCounts& IndexCounts::operator+=(const IndexCounts& other) {
  const auto add = [](const auto& from, auto* to) {
    for (size_t i = 0; i < to->size(); ++i) (*to)[i] += from[i];
  };
  add(other.indicators, &indicators);
  add(other.unmatchable, &unmatchable);
  add(other.suppressed, &suppressed);
  return *this;
}

Index::SuppressionBits Index::ObservedVerdict(
    IndicatorKind kind, std::string_view canonical) const {
  SuppressionBits bits = 0;
  if (blacklist_.Holds(kind, KeyForm::kValue, canonical)) {
    bits |= Bit(Suppression::kBlacklist);
  }
  // An ip-port is as special as its address.
  const bool is_address =
      kind == IndicatorKind::kIp || kind == IndicatorKind::kIpPort;
  if (is_address && IsSpecialUse(canonical.substr(0, canonical.find('|')))) {
    bits |= Bit(Suppression::kSpecialUse);
  }
  return bits;
}

Index::SuppressionBits Index::Verdict(const AttributeView& attribute,
                                      const EventView& event,
                                      const Indicator& indicator) const {
  SuppressionBits bits = ObservedVerdict(indicator.kind, indicator.value);
  if (blacklist_.Holds(indicator.kind, indicator.form, indicator.value)) {
    bits |= Bit(Suppression::kBlacklist);
  }
  if (only_ids_ && !attribute.to_ids()) bits |= Bit(Suppression::kNotIds);
  if ((attribute.fields->flags & AttributeRow::kDisableCorrelation) != 0 ||
      (event.fields->flags & EventRow::kDisableCorrelation) != 0) {
    bits |= Bit(Suppression::kCorrelationDisabled);
  }
  return bits;
}

// What some rows of the snapshot give, one task's work.
struct Index::Part {
  std::vector<KeyedRow> keyed;
  CandidateFilter::Builder filter;
  IndexCounts counts;
  std::bitset<129> ipv4;  // prefix lengths
  std::bitset<129> ipv6;
  size_t longest_whole_string = 0;
};

void Index::Collect(uint32_t begin, uint32_t end, const IndexSettings& settings,
                    bool with_filter, Part* part) const {
  std::vector<Indicator> indicators;
  std::string scratch;
  for (uint32_t row = begin; row < end; ++row) {
    const AttributeView attribute = snapshot_->attribute(row);
    const EventView event = snapshot_->event_of(attribute);
    const Unmatchable unmatchable =
        IndicatorsOf(attribute.type, attribute.value, &indicators);
    if (indicators.empty()) {
      ++part->counts.unmatchable[static_cast<size_t>(unmatchable)];
      continue;
    }
    SuppressionBits reasons = 0;
    for (const Indicator& indicator : indicators) {
      if (indicator.form != KeyForm::kWholeString) {
        ++part->counts.indicators[static_cast<size_t>(indicator.kind)];
      }
      const SuppressionBits bits = Verdict(attribute, event, indicator);
      reasons |= bits;
      if (bits != 0 && !settings.keep_suppressed) continue;
      part->keyed.push_back(
          {KeyDigest(indicator.kind, indicator.form, indicator.value, &scratch),
           row});
      if (with_filter) part->filter.Add(indicator);
      if (indicator.form == KeyForm::kNetwork) {
        (IsIpv6(indicator.value) ? part->ipv6 : part->ipv4)
            .set(PrefixBits(indicator.value));
      }
      if (indicator.form == KeyForm::kWholeString) {
        part->longest_whole_string =
            std::max(part->longest_whole_string, indicator.value.size());
      }
    }
    for (size_t i = 0; i < part->counts.suppressed.size(); ++i) {
      if ((reasons >> i & 1) != 0) ++part->counts.suppressed[i];
    }
  }
}

Index Index::Build(const Snapshot& snapshot, const IndexSettings& settings,
                   CandidateFilter::Builder* filter, RunTasks run) {
  constexpr uint32_t kRowsATask = 1 << 14;
  Index index(&snapshot, settings);
  const auto rows = static_cast<uint32_t>(snapshot.attribute_count());
  std::vector<Part> parts(rows / kRowsATask + 1);
  run(parts.size(), [&](size_t task) {
    const uint32_t begin = static_cast<uint32_t>(task) * kRowsATask;
    index.Collect(begin, std::min(rows, begin + kRowsATask), settings,
                  filter != nullptr, &parts[task]);
  });

  std::vector<KeyedRow> keyed;
  std::bitset<129> ipv4;
  std::bitset<129> ipv6;
  for (Part& part : parts) {
    keyed.insert(keyed.end(), part.keyed.begin(), part.keyed.end());
    index.counts_ += part.counts;
    ipv4 |= part.ipv4;
    ipv6 |= part.ipv6;
    index.longest_whole_string_ =
        std::max(index.longest_whole_string_, part.longest_whole_string);
    if (filter != nullptr) filter->AddAllOf(std::move(part.filter));
    part = Part();
  }
  index.ipv4_prefixes_ = Prefixes(ipv4);
  index.ipv6_prefixes_ = Prefixes(ipv6);

  std::sort(keyed.begin(), keyed.end());
  keyed.erase(std::unique(keyed.begin(), keyed.end()), keyed.end());
  index.rows_.reserve(keyed.size());
  index.first_.reserve(keyed.size());
  for (size_t i = 0; i < keyed.size();) {
    const uint32_t first = static_cast<uint32_t>(i);
    for (; i < keyed.size() && keyed[i].key == keyed[first].key; ++i) {
      index.rows_.push_back(keyed[i].row);
    }
    index.first_.emplace(keyed[first].key,
                         Rows{first, static_cast<uint32_t>(i) - first});
  }
  return index;
}

void Index::RunOneByOne(size_t count, absl::FunctionRef<void(size_t)> task) {
  for (size_t i = 0; i < count; ++i) task(i);
}

std::span<const uint32_t> Index::Find(const Digest& key) const {
  const auto found = first_.find(key);
  if (found == first_.end()) return {};
  return std::span(rows_).subspan(found->second.first, found->second.count);
}

}  // namespace mispsift
