#include "tests/support/slow_matcher.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "mispsift/normalize/normalize.h"
#include "tests/support/ssdeep.h"

namespace mispsift {
namespace {

bool IsBlacklisted(const std::string& value,
                   const std::vector<std::string>& entries) {
  return std::find(entries.begin(), entries.end(), value) != entries.end();
}

bool IsSpecial(IndicatorKind kind, const std::string& value) {
  return (kind == IndicatorKind::kIp || kind == IndicatorKind::kIpPort) &&
         IsSpecialUse(value.substr(0, value.find('|')));
}

// The rule by which they are the same, kCount if they are not.
MatchRule RuleBetween(const PlacedObservation& seen,
                      const Indicator& indicator) {
  std::string value = seen.value;
  MatchRule rule = seen.reading == Reading::kBasename ? MatchRule::kBasename
                                                      : MatchRule::kExact;
  if (seen.form == KeyForm::kWholeString) {
    if (indicator.form != KeyForm::kWholeString) return MatchRule::kCount;
  } else {
    if (seen.kind != indicator.kind) return MatchRule::kCount;
    if (seen.form != indicator.form) {
      if (indicator.form == KeyForm::kNetwork &&
          IsIpv6(indicator.value) == IsIpv6(seen.value)) {
        const int bits =
            std::stoi(indicator.value.substr(indicator.value.rfind('/') + 1));
        NetworkOf(seen.value, bits, &value);
        rule = MatchRule::kCidr;
      } else if (indicator.form == KeyForm::kWithoutScheme) {
        value = WithoutScheme(seen.value);
        if (value.empty()) {
          value = seen.value;
        } else {
          rule = MatchRule::kUrl;
        }
      } else {
        return MatchRule::kCount;
      }
    }
  }
  if (value == indicator.value) return rule;
  std::string ours;
  std::string theirs;
  Fold(indicator.kind, indicator.form, value, &ours);
  Fold(indicator.kind, indicator.form, indicator.value, &theirs);
  return ours == theirs ? MatchRule::kFolded : MatchRule::kCount;
}

}  // namespace

std::vector<PlainMatch> SlowMatch(
    const Snapshot& snapshot, const IndexSettings& settings, bool exact_only,
    const std::vector<PlacedObservation>& observations) {
  using Seen = std::pair<std::string, std::string>;  // kind, value
  struct Places {
    std::vector<std::string> paths;
    uint64_t last_place = ~uint64_t{0};
    uint64_t count = 0;
    uint32_t where = 0;
  };
  std::map<Seen, Places> places;
  std::map<std::tuple<Seen, std::string>, std::pair<int, MatchRule>> found;

  for (const PlacedObservation& seen : observations) {
    for (uint32_t row = 0; row < snapshot.attribute_count(); ++row) {
      const AttributeView attribute = snapshot.attribute(row);
      const EventView event = snapshot.event_of(attribute);
      if (settings.only_ids && !attribute.to_ids()) continue;
      if (attribute.fields->flags & AttributeRow::kDisableCorrelation) continue;
      if (event.fields->flags & EventRow::kDisableCorrelation) continue;
      std::vector<Indicator> indicators;
      IndicatorsOf(attribute.type, attribute.value, &indicators);
      for (const Indicator& indicator : indicators) {
        MatchRule rule = RuleBetween(seen, indicator);
        int score = 0;
        if (rule == MatchRule::kCount && seen.kind == IndicatorKind::kSsdeep &&
            seen.form == KeyForm::kValue && indicator.kind == seen.kind) {
          score = SlowSsdeepScore(seen.value, indicator.value);
          if (score > 0) rule = MatchRule::kFuzzy;
        }
        if (rule == MatchRule::kCount) continue;
        if (rule == MatchRule::kFolded && exact_only) continue;
        if (IsBlacklisted(seen.value, settings.ioc_blacklist) ||
            IsBlacklisted(indicator.value, settings.ioc_blacklist) ||
            IsSpecial(indicator.kind, seen.value) ||
            IsSpecial(indicator.kind, indicator.value)) {
          continue;
        }
        const Seen key = {std::string(KindName(indicator.kind)), seen.value};
        Places& place = places[key];
        place.where |= 1u << static_cast<int>(seen.where);
        if (place.last_place != seen.place) {
          place.last_place = seen.place;
          place.paths.push_back(seen.path);
          ++place.count;
        }
        const int confidence = Confidence(seen.reading, rule, score);
        const auto [entry, is_new] =
            found.try_emplace({key, attribute.fields->uuid.ToString()},
                              std::pair(confidence, rule));
        if (!is_new && confidence > entry->second.first) {
          entry->second = {confidence, rule};
        }
      }
    }
  }

  std::vector<PlainMatch> matches;
  for (const auto& [key, verdict] : found) {
    const auto& [seen, uuid] = key;
    Places place = places[seen];
    if (place.paths.size() > kMaxPaths) place.paths.resize(kMaxPaths);
    matches.push_back({seen.first, seen.second, uuid,
                       std::string(MatchRuleName(verdict.second)),
                       verdict.first, place.count, place.paths, place.where});
  }
  std::sort(matches.begin(), matches.end());
  return matches;
}

std::vector<PlainMatch> PlainMatches(const ReportMatches& matches,
                                     const Snapshot& snapshot) {
  std::vector<PlainMatch> plain;
  for (const Match& match : matches.matches) {
    const Observable& observable = matches.observables[match.observable];
    plain.push_back(
        {std::string(KindName(observable.kind)), observable.value,
         snapshot.attribute(match.attribute).fields->uuid.ToString(),
         std::string(MatchRuleName(match.rule)), match.confidence,
         observable.count, observable.paths, observable.where});
  }
  std::sort(plain.begin(), plain.end());
  return plain;
}

}  // namespace mispsift
