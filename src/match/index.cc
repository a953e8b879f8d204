#include "mispsift/match/index.h"

#include <algorithm>
#include <bitset>
#include <iterator>
#include <utility>

#include "mispsift/base/check.h"
#include "mispsift/normalize/attribute_types.h"
#include "src/match/shards.h"
#include "src/match/ssdeep_table.h"
#include "src/match/suppressed_list.h"

namespace mispsift {
namespace {

constexpr std::string_view kSuppressionNames[] = {"warninglist", "blacklist",
                                                  "not_ids", "special_use",
                                                  "correlation_disabled"};
static_assert(std::size(kSuppressionNames) ==
              static_cast<size_t>(Suppression::kCount));

constexpr SuppressionBits Bit(Suppression reason) {
  return static_cast<SuppressionBits>(1u << static_cast<int>(reason));
}

// The set bits of `present`, highest first: the longest prefix is the closest.
std::vector<uint8_t> Prefixes(const std::bitset<129>& present) {
  std::vector<uint8_t> prefixes;
  for (size_t bits = present.size(); bits-- > 0;) {
    if (present[bits]) prefixes.push_back(static_cast<uint8_t>(bits));
  }
  return prefixes;
}

// The Parts of an attribute that an indicator of this kind is made of: one
// half, where each feeds a kind of its own.
uint8_t PartsFor(std::string_view type, IndicatorKind kind) {
  constexpr uint8_t kAll =
      WarninglistHit::kFirstHalf | WarninglistHit::kSecondHalf;
  const AttributeType* const row = FindAttributeType(type);
  if (row == nullptr || !row->composite ||
      row->second == IndicatorKind::kCount) {
    return kAll;
  }
  return kind == row->second ? WarninglistHit::kSecondHalf
                             : WarninglistHit::kFirstHalf;
}

// Half of a digest is enough: what is found by it is confirmed.
struct KeyedRow {
  uint64_t key;
  uint32_t row;
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

// Key -> where its rows begin in the rows of its shard, and how many they are.
struct Index::Table {
  struct Rows {
    uint32_t first = 0;
    uint32_t count = 0;
  };

  MarkedMap<Rows> keys;
  std::array<std::vector<uint32_t>, kShards> rows;
  KeyMarks whole_strings;  // keys of these alone

  void BuildShard(size_t shard, std::span<const Part> parts);
};

// What some rows of the snapshot give, one task's work.
struct Index::Part {
  ShardedList<KeyedRow> keyed;
  CandidateFilter::Builder filter;
  std::vector<std::string> ssdeep;
  IndexCounts counts;
  SuppressedList suppressed{0};
  std::bitset<129> ipv4;  // prefix lengths
  std::bitset<129> ipv6;
  std::vector<uint64_t> whole_strings;  // their keys
  size_t longest_whole_string = 0;
};

void Index::Table::BuildShard(size_t shard, std::span<const Part> parts) {
  auto& map = keys.shard(shard);
  size_t most = 0;
  for (const Part& part : parts) most += part.keyed.shard(shard).size();
  map.reserve(most);
  for (const Part& part : parts) {
    for (const KeyedRow& keyed : part.keyed.shard(shard)) {
      ++map[keyed.key].count;
    }
  }
  uint32_t next = 0;
  for (auto& [key, of_key] : map) {
    of_key.first = next;
    next += of_key.count;
    of_key.count = 0;
  }
  std::vector<uint32_t>& of_shard = rows[shard];
  of_shard.resize(next);
  // Parts, and the rows of each, ascend; an attribute may have a key twice.
  for (const Part& part : parts) {
    for (const KeyedRow& keyed : part.keyed.shard(shard)) {
      Rows& of_key = map.find(keyed.key)->second;
      uint32_t* const end = &of_shard[of_key.first] + of_key.count;
      if (of_key.count > 0 && end[-1] == keyed.row) continue;
      *end = keyed.row;
      ++of_key.count;
    }
  }
  keys.MarkShard(shard);
}

Index::Index(const Snapshot* snapshot, const IndexSettings& settings)
    : snapshot_(snapshot),
      only_ids_(settings.only_ids),
      as_misp_(settings.as_misp),
      warninglist_way_(settings.warninglist_way),
      blacklist_(settings.ioc_blacklist),
      public_suffixes_(settings.public_suffixes),
      table_(std::make_unique<Table>()) {
  for (const EventRow& event : snapshot->columns().events) {
    event_is_uncorrelated_.push_back(
        (event.flags & EventRow::kDisableCorrelation) != 0);
  }
  const std::span<const WarninglistHit> hits =
      snapshot->columns().warninglist_hits;
  if (hits.empty() || warninglist_way_ == WarninglistWay::kOff ||
      as_misp_ != AsMisp::kNo) {
    return;
  }
  warninglists_ = snapshot->ReadWarninglists();
  for (const WarninglistView& list : warninglists_) {
    effects_.push_back(EffectOf(list, settings.warninglist_inform,
                                settings.warninglist_block));
  }
  is_on_a_list_.resize(snapshot->attribute_count());
  for (const WarninglistHit& hit : hits) is_on_a_list_[hit.row] = true;
}
Index::Index(Index&&) noexcept = default;
Index::~Index() = default;

size_t Index::size() const { return table_->keys.size(); }

SuppressionBits Index::ObservedVerdict(IndicatorKind kind,
                                       std::string_view canonical) const {
  SuppressionBits bits = 0;
  if (as_misp_ != AsMisp::kNo) return bits;
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

template <typename Visit>
void Index::ForEachWarninglist(const AttributeView& attribute,
                               IndicatorKind kind, const Visit& visit) const {
  if (is_on_a_list_.empty() || !is_on_a_list_[attribute.row]) return;
  const uint8_t wanted = PartsFor(attribute.type, kind);
  for (const WarninglistHit& hit : snapshot_->warninglist_hits(attribute.row)) {
    const uint8_t parts =
        warninglist_way_ == WarninglistWay::kMisp ? hit.misp : hit.corrected;
    if ((parts & wanted) == 0) continue;
    visit(hit, Suppresses(effects_[hit.list], parts));
  }
}

std::vector<std::string_view> Index::Warninglists(
    const AttributeView& attribute, IndicatorKind kind, OnLists which) const {
  std::vector<std::string_view> names;
  ForEachWarninglist(attribute, kind,
                     [&](const WarninglistHit& hit, bool suppresses) {
                       if (suppresses == (which == OnLists::kSuppressing)) {
                         names.push_back(warninglists_[hit.list].name);
                       }
                     });
  return names;
}

SuppressionBits Index::Verdict(const AttributeView& attribute,
                               const Indicator& indicator) const {
  SuppressionBits bits = 0;
  if (as_misp_ == AsMisp::kNo) {
    bits |= ObservedVerdict(indicator.kind, indicator.value);
    if (indicator.form != KeyForm::kValue &&
        blacklist_.Holds(indicator.kind, indicator.form, indicator.value)) {
      bits |= Bit(Suppression::kBlacklist);
    }
    if (only_ids_ && !attribute.to_ids()) bits |= Bit(Suppression::kNotIds);
  }
  ForEachWarninglist(attribute, indicator.kind,
                     [&bits](const WarninglistHit&, bool suppresses) {
                       if (suppresses) bits |= Bit(Suppression::kWarninglist);
                     });
  if ((attribute.fields->flags & AttributeRow::kDisableCorrelation) != 0 ||
      event_is_uncorrelated_[attribute.fields->event]) {
    bits |= Bit(Suppression::kCorrelationDisabled);
  }
  return bits;
}

void Index::Collect(uint32_t begin, uint32_t end, const IndexSettings& settings,
                    bool with_filter, Part* part) const {
  std::vector<const AttributeType*> types;
  for (const std::string_view type : snapshot_->types()) {
    types.push_back(FindAttributeType(type));
  }
  std::vector<Indicator> indicators;
  std::vector<KeyedRow> keyed;
  std::string scratch;
  for (uint32_t row = begin; row < end; ++row) {
    if (settings.only_rows != nullptr && !(*settings.only_rows)[row]) continue;
    const AttributeView attribute = snapshot_->attribute(row);
    const AttributeType* const type = types[attribute.fields->type];
    const Unmatchable unmatchable =
        as_misp_ == AsMisp::kNo
            ? IndicatorsOf(type, attribute.value, &indicators)
            : MispIndicatorsOf(type, attribute.value, as_misp_, &indicators);
    if (indicators.empty()) {
      ++part->counts.unmatchable[static_cast<size_t>(unmatchable)];
      continue;
    }
    SuppressedAttribute suppressed{.row = row, .whole = true};
    for (const Indicator& indicator : indicators) {
      if (indicator.form != KeyForm::kWholeString &&
          indicator.form != KeyForm::kMispValue) {
        ++part->counts.indicators[static_cast<size_t>(indicator.kind)];
      }
      const SuppressionBits bits = Verdict(attribute, indicator);
      suppressed.reasons |= bits;
      if (bits == 0) {
        suppressed.whole = false;
      } else {
        if (indicator.form != KeyForm::kMispValue) {
          suppressed.kinds |= uint64_t{1} << static_cast<int>(indicator.kind);
        }
        if (!settings.keep_suppressed) continue;
      }
      keyed.push_back(
          {KeyDigest(indicator.kind, indicator.form, indicator.value, &scratch)
               .low,
           row});
      if (with_filter) part->filter.Add(indicator);
      if (indicator.kind == IndicatorKind::kSsdeep) {
        part->ssdeep.push_back(indicator.value);
      }
      if (indicator.form == KeyForm::kNetwork) {
        (IsIpv6(indicator.value) ? part->ipv6 : part->ipv4)
            .set(static_cast<size_t>(PrefixBitsOf(indicator.value)));
      }
      if (indicator.form == KeyForm::kWholeString) {
        part->whole_strings.push_back(keyed.back().key);
        part->longest_whole_string =
            std::max(part->longest_whole_string, scratch.size());
      }
    }
    if (suppressed.reasons == 0) continue;
    ForEachReason(suppressed.reasons, [part](Suppression reason) {
      ++part->counts.suppressed[static_cast<size_t>(reason)];
    });
    if (settings.most_suppressed > 0) {
      part->suppressed.Add(suppressed, attribute.fields->timestamp);
    }
  }
  part->keyed = ShardedList(keyed, [](const KeyedRow& of) { return of.key; });
}

Index Index::Build(const Snapshot& snapshot, const IndexSettings& settings,
                   CandidateFilter::Builder* filter, RunTasks run) {
  constexpr uint32_t kRowsATask = 1 << 14;
  Index index(&snapshot, settings);
  const auto rows = static_cast<uint32_t>(snapshot.attribute_count());
  std::vector<Part> parts(rows / kRowsATask + 1);
  for (Part& part : parts) {
    part.suppressed = SuppressedList(settings.most_suppressed);
  }
  run(parts.size(), [&](size_t task) {
    const uint32_t begin = static_cast<uint32_t>(task) * kRowsATask;
    index.Collect(begin, std::min(rows, begin + kRowsATask), settings,
                  filter != nullptr, &parts[task]);
  });

  const auto make_ssdeep_table = [&] {
    std::vector<std::string> ssdeep;
    for (Part& part : parts) {
      std::ranges::move(part.ssdeep, std::back_inserter(ssdeep));
    }
    index.ssdeep_ = std::make_shared<const SsdeepTable>(std::move(ssdeep), run);
  };
  const auto mark_whole_strings = [&] {
    size_t count = 0;
    for (const Part& part : parts) count += part.whole_strings.size();
    index.table_->whole_strings = KeyMarks(count);
    for (const Part& part : parts) {
      for (const uint64_t key : part.whole_strings) {
        index.table_->whole_strings.Add(key);
      }
    }
  };
  run(2 + kShards, [&](size_t task) {
    if (task == 0) return make_ssdeep_table();
    if (task == 1) return mark_whole_strings();
    index.table_->BuildShard(task - 2, parts);
  });

  std::bitset<129> ipv4;
  std::bitset<129> ipv6;
  SuppressedList suppressed(settings.most_suppressed);
  for (Part& part : parts) {
    index.counts_ += part.counts;
    ipv4 |= part.ipv4;
    ipv6 |= part.ipv6;
    index.longest_whole_string_ =
        std::max(index.longest_whole_string_, part.longest_whole_string);
    if (filter != nullptr) filter->AddAllOf(std::move(part.filter));
    suppressed.AddAllOf(std::move(part.suppressed));
  }
  index.suppressed_ = std::move(suppressed).Sorted();
  if (filter != nullptr) filter->AddSimilarTo(index.ssdeep_);
  index.ipv4_prefixes_ = Prefixes(ipv4);
  index.ipv6_prefixes_ = Prefixes(ipv6);
  return index;
}

std::span<const uint32_t> Index::Find(const Digest& key) const {
  const Table::Rows* const of_key = table_->keys.Find(key.low);
  if (of_key == nullptr) return {};
  return std::span(table_->rows[ShardOf(key.low)])
      .subspan(of_key->first, of_key->count);
}

bool Index::MayHoldWholeString(const Digest& key) const {
  return table_->whole_strings.MayHold(key.low);
}

std::vector<uint64_t> Index::Keys() const {
  std::vector<uint64_t> keys;
  keys.reserve(size());
  for (size_t i = 0; i < kShards; ++i) {
    for (const auto& [key, rows] : table_->keys.shard(i)) keys.push_back(key);
  }
  return keys;
}

void Index::FindSimilar(
    std::string_view ssdeep,
    absl::FunctionRef<void(std::string_view value, int score)> found) const {
  ssdeep_->Find(ssdeep, found);
}

}  // namespace mispsift
