#include "tests/support/slow_matcher.h"

#include <algorithm>
#include <map>
#include <regex>
#include <tuple>

#include "mispsift/normalize/generic_names.h"
#include "mispsift/normalize/normalize.h"
#include "mispsift/normalize/public_suffixes.h"
#include "tests/support/slow_spelling.h"

namespace mispsift {
namespace {

std::string Folded(IndicatorKind kind, KeyForm form, const std::string& value) {
  std::string folded;
  Fold(kind, form, value, &folded);
  return folded;
}

// Whether they are the same value, in whatever spelling.
bool IsSame(IndicatorKind kind, const std::string& value,
            const std::string& text) {
  IndicatorKind read_as = kind;
  std::string canonical;
  return Canonicalize(text, &read_as, &canonical) && read_as == kind &&
         Folded(kind, KeyForm::kValue, SlowSpelling(kind, value)) ==
             Folded(kind, KeyForm::kValue, SlowSpelling(kind, canonical));
}

// An IPv4 address as a number, and behind "/" how many of its bits count.
bool ReadIpv4(const std::string& text, uint64_t* address, int* bits) {
  static const std::regex shape(
      "(\\d+)\\.(\\d+)\\.(\\d+)\\.(\\d+)(/(\\d+))?(\\|\\d+)?");
  std::smatch part;
  if (!std::regex_match(text, part, shape)) return false;
  *address = 0;
  for (size_t i = 1; i <= 4; ++i) {
    *address = *address * 256 + std::stoul(part[i]);
  }
  *bits = part[6].matched ? std::stoi(part[6]) : 32;
  return true;
}

std::string HostIn(IndicatorKind kind, std::string value) {
  if (kind == IndicatorKind::kHost) return value;
  if (kind == IndicatorKind::kEmail) return value.substr(value.find('@') + 1);
  if (kind != IndicatorKind::kUrl) return "";
  if (value.find("://") != value.npos) value.erase(0, value.find("://") + 3);
  return value.substr(0, value.find_first_of("/:"));
}

// By the grammar of value_list.h. Networks are of IPv4.
bool IsListed(IndicatorKind kind, const std::string& value,
              const std::vector<std::string>& entries) {
  for (const std::string& entry : entries) {
    std::smatch regex;
    if (std::regex_match(entry, regex, std::regex("/(.+)/(i?)"))) {
      const auto any_case = regex[2].length() > 0
                                ? std::regex::ECMAScript | std::regex::icase
                                : std::regex::ECMAScript;
      if (std::regex_search(value, std::regex(regex[1].str(), any_case))) {
        return true;
      }
      continue;
    }
    uint64_t network = 0;
    uint64_t address = 0;
    int network_bits = 0;
    int bits = 0;
    if ((kind == IndicatorKind::kIp || kind == IndicatorKind::kIpPort) &&
        entry.find('/') != entry.npos &&
        ReadIpv4(entry, &network, &network_bits) &&
        ReadIpv4(value, &address, &bits) && bits >= network_bits &&
        (network ^ address) >> (32 - network_bits) == 0) {
      return true;
    }
    if (entry[0] == '.' && ("." + HostIn(kind, value)).ends_with(entry)) {
      return true;
    }
    if (IsSame(kind, value, entry)) return true;
  }
  return false;
}

bool IsSpecial(IndicatorKind kind, const std::string& value) {
  return (kind == IndicatorKind::kIp || kind == IndicatorKind::kIpPort) &&
         IsSpecialUse(value.substr(0, value.find('|')));
}

bool IsBelow(const std::string& host, const std::string& domain) {
  return host.size() > domain.size() && host.ends_with("." + domain) &&
         !PublicSuffixes::BuiltIn().RegistrableDomain(domain).empty();
}

IndicatorKind KindNamed(const std::string& name) {
  int kind = 0;
  while (KindName(static_cast<IndicatorKind>(kind)) != name) ++kind;
  return static_cast<IndicatorKind>(kind);
}

// The rule by which they are the same, kCount if they are not.
MatchRule RuleBetween(const PlacedObservation& seen, const Indicator& indicator,
                      std::string_view attribute_type) {
  const MatchRule same = seen.reading == Reading::kBasename
                             ? MatchRule::kBasename
                             : MatchRule::kExact;
  if (seen.form == KeyForm::kWholeString) {
    if (indicator.form != KeyForm::kWholeString) return MatchRule::kCount;
    if (seen.value == indicator.value) return same;
    const auto spelled = [&indicator](const std::string& value) {
      return indicator.kind == IndicatorKind::kMutex
                 ? SlowSpelling(IndicatorKind::kMutex, value)
                 : value;
    };
    const std::string ours = spelled(seen.value);
    const std::string theirs = spelled(indicator.value);
    if (ours == theirs) return same;
    return Folded(indicator.kind, indicator.form, ours) ==
                   Folded(indicator.kind, indicator.form, theirs)
               ? MatchRule::kFolded
               : MatchRule::kCount;
  }
  if (seen.kind != indicator.kind) return MatchRule::kCount;
  if (indicator.form == KeyForm::kNetwork) {
    if (IsIpv6(indicator.value) != IsIpv6(seen.value)) return MatchRule::kCount;
    const int bits =
        std::stoi(indicator.value.substr(indicator.value.rfind('/') + 1));
    std::string network;
    NetworkOf(seen.value, bits, &network);
    return network == indicator.value ? MatchRule::kCidr : MatchRule::kCount;
  }
  if (indicator.form != KeyForm::kValue) return MatchRule::kCount;
  if (seen.value == indicator.value) return same;
  const bool is_domain =
      attribute_type == "domain" || attribute_type == "domain|ip";
  if (seen.kind == IndicatorKind::kHost) {
    return is_domain && IsBelow(seen.value, indicator.value)
               ? MatchRule::kSubdomain
               : MatchRule::kCount;
  }
  const std::string ours = SlowSpelling(seen.kind, seen.value);
  const std::string theirs = SlowSpelling(seen.kind, indicator.value);
  if (ours == theirs) {
    return seen.kind == IndicatorKind::kUrl ? MatchRule::kUrl : same;
  }
  return Folded(seen.kind, seen.form, ours) ==
                 Folded(seen.kind, seen.form, theirs)
             ? MatchRule::kFolded
             : MatchRule::kCount;
}

}  // namespace

std::vector<PlainMatch> SlowMatch(
    const Snapshot& snapshot, const IndexSettings& settings, bool exact_only,
    const std::vector<PlacedObservation>& observations,
    const std::vector<std::string>& safelist) {
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
        const MatchRule rule = RuleBetween(seen, indicator, attribute.type);
        if (rule == MatchRule::kCount) continue;
        if (rule == MatchRule::kFolded && exact_only) continue;
        if (IsListed(indicator.kind, seen.value, settings.ioc_blacklist) ||
            IsListed(indicator.kind, indicator.value, settings.ioc_blacklist) ||
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
        const int confidence = Confidence(seen.reading, rule);
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
    const bool says_little =
        (seen.first == "filename" && IsGenericFileName(seen.second)) ||
        IsListed(KindNamed(seen.first), seen.second, safelist);
    matches.push_back(
        {seen.first, seen.second, uuid,
         std::string(MatchRuleName(verdict.second)),
         says_little ? std::min(verdict.first, 20) : verdict.first, place.count,
         place.paths, place.where});
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
