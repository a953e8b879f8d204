#include "mispsift/match/misp_correlator.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "mispsift/normalize/normalize.h"

namespace mispsift {
namespace {

constexpr IndicatorKind kAnyKind = IndicatorKind::kMutex;

std::string Folded(std::string_view value) {
  std::string folded;
  Fold(kAnyKind, KeyForm::kMispValue, value, &folded);
  return folded;
}

// Gathers what one value of an attribute meets.
class Gatherer {
 public:
  Gatherer(const Index* index, bool keep_suppressed)
      : index_(*index), keep_suppressed_(keep_suppressed) {}

  // Attributes with this value. `near`: they are met for what is around it.
  void AddEqual(std::string_view value, bool near) {
    const std::string folded = Folded(value);
    for (const uint32_t row :
         index_.Find(KeyDigest(kAnyKind, KeyForm::kMispValue, value, &key_))) {
      const MispValues known = ValuesOf(row);
      for (const std::string* half : {&known.value1, &known.value2}) {
        if (half->empty() || Folded(*half) != folded) continue;
        Add(row, *half,
            near             ? MatchRule::kCidr
            : *half == value ? MatchRule::kExact
                             : MatchRule::kFolded);
      }
    }
  }

  void AddNear(const MispValues& seen) {
    // MISP first gathers spellings and then asks who has one of them.
    std::set<std::string> spellings;
    if (!seen.address.empty()) {
      spellings = NetworksAround(seen.address);
    } else if (!seen.network.empty()) {
      spellings = AddressesIn(seen.network);
    }
    for (const std::string& spelling : spellings) AddEqual(spelling, true);
    if (seen.is_ssdeep && index_.as_misp() == AsMisp::kAdvancedSsdeep) {
      index_.FindSimilar(seen.value1,
                         [this](std::string_view value, int score) {
                           AddLike(std::string(value), score);
                         });
    }
  }

  // Attributes of the type ssdeep alone; what else is spelled so does not
  // count.
  void AddLike(const std::string& value, int score) {
    for (const uint32_t row :
         index_.Find(KeyDigest(kAnyKind, KeyForm::kMispValue, value, &key_))) {
      const MispValues known = ValuesOf(row);
      if (known.is_ssdeep && known.value1 == value) {
        Add(row, value, MatchRule::kFuzzy, score);
      }
    }
  }

  size_t unsuppressed() const {
    return static_cast<size_t>(std::ranges::count_if(
        found_, [](const auto& of) { return of.second.suppressed == 0; }));
  }
  std::map<uint32_t, IndicatorMatch> Take() { return std::move(found_); }

 private:
  MispValues ValuesOf(uint32_t row) const {
    const AttributeView attribute = index_.snapshot().attribute(row);
    MispValues values;
    MispValuesOf(FindAttributeType(attribute.type), attribute.value, &values);
    return values;
  }

  SuppressionBits Verdict(uint32_t row, const Indicator& met) const {
    return index_.Verdict(index_.snapshot().attribute(row), met);
  }

  void Add(uint32_t row, const std::string& value, MatchRule rule,
           int score = 0) {
    Indicator met = {kAnyKind, KeyForm::kMispValue, value};
    const SuppressionBits suppressed = Verdict(row, met);
    if (suppressed != 0 && !keep_suppressed_) return;
    const auto [entry, is_new] = found_.try_emplace(
        row,
        IndicatorMatch{row, std::move(met), rule, suppressed, false, score});
    if (!is_new) entry->second.rule = std::min(entry->second.rule, rule);
  }

  // A suppressed one is shown, but leads to no other with its spelling.
  std::set<std::string> NetworksAround(const std::string& address) {
    std::set<std::string> spellings;
    std::string network;
    for (const uint8_t bits :
         IsIpv6(address) ? index_.ipv6_prefixes() : index_.ipv4_prefixes()) {
      NetworkOf(address, bits, &network);
      for (const uint32_t row : index_.Find(KeyDigest(
               IndicatorKind::kIp, KeyForm::kNetwork, network, &key_))) {
        MispValues known = ValuesOf(row);
        if (known.network == network) AddSpelling(row, known, &spellings);
      }
    }
    return spellings;
  }

  std::set<std::string> AddressesIn(const std::string& network) {
    std::set<std::string> spellings;
    const int bits = PrefixBitsOf(network);
    const Snapshot& snapshot = index_.snapshot();
    std::vector<bool> may_be_address;
    for (const std::string_view name : snapshot.types()) {
      const AttributeType* const type = FindAttributeType(name);
      may_be_address.push_back(type != nullptr &&
                               (type->first == IndicatorKind::kIp ||
                                type->first == IndicatorKind::kIpPort));
    }
    std::string around;
    for (uint32_t row = 0; row < snapshot.attribute_count(); ++row) {
      if (!may_be_address[snapshot.attribute(row).fields->type]) continue;
      const MispValues known = ValuesOf(row);
      if (known.address.empty() || IsIpv6(known.address) != IsIpv6(network)) {
        continue;
      }
      NetworkOf(known.address, bits, &around);
      if (around == network) AddSpelling(row, known, &spellings);
    }
    return spellings;
  }

  void AddSpelling(uint32_t row, const MispValues& known,
                   std::set<std::string>* spellings) {
    const Indicator met = {kAnyKind, KeyForm::kMispValue, known.value1};
    if (Verdict(row, met) == 0) {
      spellings->insert(known.value1);
    } else {
      Add(row, known.value1, MatchRule::kCidr);
    }
  }

  const Index& index_;
  const bool keep_suppressed_;
  std::map<uint32_t, IndicatorMatch> found_;
  std::string key_;
};

}  // namespace

std::vector<IndicatorMatch> FindMispCorrelations(
    const Index& index, const MispValues& values,
    const MatcherSettings& settings, bool keep_suppressed) {
  std::map<uint32_t, IndicatorMatch> found;
  for (const std::string* value : {&values.value1, &values.value2}) {
    // PHP takes "0" for empty where MISP asks whether there is a value2.
    if (value->empty() || (value == &values.value2 && *value == "0")) continue;
    Gatherer gatherer(&index, keep_suppressed);
    gatherer.AddEqual(*value, false);
    if (index.as_misp() >= AsMisp::kAdvanced) gatherer.AddNear(values);
    const uint64_t limit = settings.misp_correlation_limit;
    if (limit > 0 && gatherer.unsuppressed() > limit) return {};
    for (auto& [row, match] : gatherer.Take()) {
      const auto [entry, is_new] = found.try_emplace(row, std::move(match));
      if (!is_new) {
        entry->second.rule = std::min(entry->second.rule, match.rule);
      }
    }
  }
  std::vector<IndicatorMatch> matches;
  matches.reserve(found.size());
  for (auto& [row, match] : found) matches.push_back(std::move(match));
  return matches;
}

std::vector<IndicatorMatch> FindMispCorrelations(
    const Index& index, const Observation& observation,
    const MatcherSettings& settings, bool keep_suppressed) {
  std::vector<IndicatorMatch> matches;
  if (!CountsForMisp(observation)) return matches;
  for (const MispValues& values :
       MispValuesSeen(observation.kind, observation.value)) {
    for (IndicatorMatch& match :
         FindMispCorrelations(index, values, settings, keep_suppressed)) {
      match.indicator.kind = observation.kind;
      matches.push_back(std::move(match));
    }
  }
  std::ranges::stable_sort(matches, {}, &IndicatorMatch::attribute);
  return matches;
}

bool CountsForMisp(const Observation& observation) {
  return observation.form == KeyForm::kValue && !observation.is_part &&
         observation.reading != Reading::kBasename;
}

bool MayCorrelate(const Index& index, const Observation& observation) {
  std::string key;
  std::string network;
  const auto knows = [&](IndicatorKind kind, KeyForm form,
                         std::string_view value) {
    return !value.empty() &&
           !index.Find(KeyDigest(kind, form, value, &key)).empty();
  };
  for (const MispValues& values :
       MispValuesSeen(observation.kind, observation.value)) {
    if (knows(kAnyKind, KeyForm::kMispValue, values.value1) ||
        knows(kAnyKind, KeyForm::kMispValue, values.value2)) {
      return true;
    }
    if (values.is_ssdeep && index.as_misp() == AsMisp::kAdvancedSsdeep) {
      bool is_like = false;
      index.FindSimilar(values.value1,
                        [&is_like](std::string_view, int) { is_like = true; });
      if (is_like) return true;
    }
    if (values.address.empty()) continue;
    for (const uint8_t bits : IsIpv6(values.address) ? index.ipv6_prefixes()
                                                     : index.ipv4_prefixes()) {
      NetworkOf(values.address, bits, &network);
      if (knows(IndicatorKind::kIp, KeyForm::kNetwork, network)) return true;
    }
  }
  return false;
}

}  // namespace mispsift
