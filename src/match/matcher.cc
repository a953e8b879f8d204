#include "mispsift/match/matcher.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace mispsift {
namespace {

constexpr uint64_t kNoPlace = ~uint64_t{0};
// What the table of this many takes, 26 MB, is small beside a report that needs
// it.
constexpr size_t kMaxSeen = 900'000;

// A form in which an observed value can meet an indicator.
struct Key {
  KeyForm form;
  std::string_view value;
  int score = 0;  // of a value that is only like the observed one
};

// Calls `visit` for the value itself and for each looser form of it.
// `*network` backs the views of networks.
template <typename Visit>
void ForEachKey(const Index& index, const Observation& observation,
                std::string* network, Visit visit) {
  visit(Key{observation.form, observation.value});
  if (observation.form != KeyForm::kValue) return;
  if (observation.kind == IndicatorKind::kUrl) {
    const std::string_view rest = WithoutScheme(observation.value);
    visit(
        Key{KeyForm::kWithoutScheme, rest.empty() ? observation.value : rest});
  } else if (observation.kind == IndicatorKind::kIp) {
    for (const uint8_t bits : IsIpv6(observation.value)
                                  ? index.ipv6_prefixes()
                                  : index.ipv4_prefixes()) {
      NetworkOf(observation.value, bits, network);
      visit(Key{KeyForm::kNetwork, *network});
    }
  } else if (observation.kind == IndicatorKind::kSsdeep) {
    index.FindSimilar(observation.value,
                      [&visit](std::string_view value, int score) {
                        visit(Key{KeyForm::kValue, value, score});
                      });
  }
}

MatchRule RuleOf(const Key& key, Reading reading, bool equal_bytes) {
  if (!equal_bytes) return MatchRule::kFolded;
  if (key.score > 0) return MatchRule::kFuzzy;
  if (key.form == KeyForm::kNetwork) return MatchRule::kCidr;
  if (reading == Reading::kBasename) return MatchRule::kBasename;
  return MatchRule::kExact;
}

// True when the indicator is what the key stands for, and not only a value
// with the same digest.
bool Confirms(const Indicator& indicator, const Key& key, IndicatorKind kind,
              bool* equal_bytes) {
  if (indicator.form != key.form) return false;
  if (key.form != KeyForm::kWholeString && indicator.kind != kind) return false;
  *equal_bytes = indicator.value == key.value;
  if (*equal_bytes) return true;
  std::string ours;
  std::string theirs;
  Fold(indicator.kind, indicator.form, indicator.value, &theirs);
  Fold(indicator.kind, indicator.form, key.value, &ours);
  return ours == theirs;
}

}  // namespace

std::vector<IndicatorMatch> FindIndicators(const Index& index,
                                           const Observation& observation,
                                           const MatcherSettings& settings,
                                           bool keep_suppressed) {
  std::vector<IndicatorMatch> found;
  std::vector<Indicator> indicators;
  std::string network;
  std::string scratch;
  ForEachKey(index, observation, &network, [&](const Key& key) {
    const Digest digest =
        KeyDigest(observation.kind, key.form, key.value, &scratch);
    for (const uint32_t row : index.Find(digest)) {
      const AttributeView attribute = index.snapshot().attribute(row);
      IndicatorsOf(attribute.type, attribute.value, &indicators);
      for (Indicator& indicator : indicators) {
        bool equal_bytes = false;
        if (!Confirms(indicator, key, observation.kind, &equal_bytes)) continue;
        MatchRule rule = RuleOf(key, observation.reading, equal_bytes);
        if (rule == MatchRule::kExact &&
            key.value.size() != observation.value.size()) {
          rule = MatchRule::kUrl;  // a scheme was left out
        }
        if (rule == MatchRule::kFolded && settings.exact_only) continue;
        const IndicatorKind kind = indicator.kind;
        const Index::SuppressionBits suppressed =
            index.Verdict(attribute, indicator) |
            index.ObservedVerdict(kind, observation.value);
        if (suppressed != 0 && !keep_suppressed) continue;
        found.push_back(
            {row, std::move(indicator), rule, suppressed, key.score});
      }
    }
  });
  std::stable_sort(found.begin(), found.end(),
                   [](const IndicatorMatch& a, const IndicatorMatch& b) {
                     return a.attribute < b.attribute;
                   });
  return found;
}

uint8_t Confidence(Reading reading, MatchRule rule, int score) {
  // What the place claims ...
  int confidence = 0;
  switch (reading) {
    case Reading::kField:
      confidence = 100;
      break;
    case Reading::kAssembled:
      confidence = 95;
      break;
    case Reading::kToken:
      confidence = 80;
      break;
    case Reading::kBasename:
      confidence = 60;
      break;
    case Reading::kWholeString:
      confidence = 40;
      break;
  }
  // ... less what the rule gives away.
  switch (rule) {
    case MatchRule::kExact:
    case MatchRule::kBasename:
    case MatchRule::kCount:
      break;
    case MatchRule::kFolded:
    case MatchRule::kUrl:
      confidence -= 10;
      break;
    case MatchRule::kCidr:
      confidence -= 30;
      break;
    case MatchRule::kFuzzy:
      confidence = std::min(confidence * score / 100, 90);
      break;
  }
  return static_cast<uint8_t>(confidence);
}

// True when the index knows the value or a looser form of it. Remembers the
// answer, since most values of a report come many times.
bool Matcher::MayMatch(const Observation& observation) {
  const Digest key = KeyDigest(observation.kind, observation.form,
                               observation.value, &scratch_);
  if (seen_.size() == kMaxSeen) seen_.clear();
  const auto [seen, is_new] = seen_.try_emplace(key, false);
  if (!is_new) return seen->second;
  if (observation.form == KeyForm::kValue) ++result_.observable_count;
  bool known = false;
  ForEachKey(*index_, observation, &network_, [&](const Key& k) {
    if (known) return;
    const Digest digest =
        k.form == observation.form && k.score == 0
            ? key
            : KeyDigest(observation.kind, k.form, k.value, &scratch_);
    known = !index_->Find(digest).empty();
  });
  seen->second = known;
  return known;
}

void Matcher::Observe(const Observation& observation, const JsonPath& path) {
  if (observation.form == KeyForm::kWholeString &&
      observation.value.size() > index_->longest_whole_string()) {
    return;
  }
  if (!MayMatch(observation)) return;

  const uint64_t space = static_cast<uint64_t>(observation.kind) << 8 |
                         static_cast<uint64_t>(observation.form);
  const auto [entry, is_new] = known_.try_emplace(
      DigestOf(space, observation.value), Known{observation.reading, {}});
  Known& known = entry->second;
  if (is_new || observation.reading < known.strongest) {
    known.strongest = observation.reading;
    for (const IndicatorMatch& found :
         FindIndicators(*index_, observation, settings_, false)) {
      const uint32_t observable =
          ObservableOf(found.indicator.kind, observation.value);
      AddMatch(observable, found, observation.reading);
      if (std::find(known.observables.begin(), known.observables.end(),
                    observable) == known.observables.end()) {
        known.observables.push_back(observable);
      }
    }
  }
  AddPlace(known.observables, observation, path);
}

uint32_t Matcher::ObservableOf(IndicatorKind kind, std::string_view value) {
  const uint32_t next = static_cast<uint32_t>(result_.observables.size());
  const auto [entry, is_new] = observables_.try_emplace(
      DigestOf(static_cast<uint64_t>(kind), value), next);
  if (is_new) {
    result_.observables.push_back({kind, std::string(value), 0, {}, 0});
    last_place_.push_back(kNoPlace);
  }
  return entry->second;
}

void Matcher::AddMatch(uint32_t observable, const IndicatorMatch& found,
                       Reading reading) {
  const uint8_t confidence = Confidence(reading, found.rule, found.score);
  const uint64_t pair =
      static_cast<uint64_t>(observable) << 32 | found.attribute;
  const auto [entry, is_new] =
      matches_.try_emplace(pair, static_cast<uint32_t>(result_.matches.size()));
  if (is_new) {
    result_.matches.push_back(
        {observable, found.attribute, found.rule, confidence});
    return;
  }
  Match& match = result_.matches[entry->second];
  if (confidence > match.confidence) {
    match.confidence = confidence;
    match.rule = found.rule;
  }
}

// A place counts once for an observable, although its field, a token and the
// whole string may all name it there.
void Matcher::AddPlace(const std::vector<uint32_t>& observables,
                       const Observation& observation, const JsonPath& path) {
  for (const uint32_t number : observables) {
    Observable& observable = result_.observables[number];
    observable.where |= 1u << static_cast<int>(observation.where);
    if (last_place_[number] == path.place()) continue;
    last_place_[number] = path.place();
    ++observable.count;
    if (observable.paths.size() < kMaxPaths) {
      observable.paths.push_back(path.ToString());
    }
  }
}

ReportMatches Matcher::Take() {
  const Snapshot& snapshot = index_->snapshot();
  std::sort(result_.matches.begin(), result_.matches.end(),
            [&snapshot](const Match& a, const Match& b) {
              return std::tie(a.observable,
                              snapshot.attribute(a.attribute).fields->uuid) <
                     std::tie(b.observable,
                              snapshot.attribute(b.attribute).fields->uuid);
            });
  ReportMatches taken = std::exchange(result_, {});
  Drop();
  return taken;
}

void Matcher::Drop() {
  result_ = {};
  seen_.clear();
  known_.clear();
  observables_.clear();
  matches_.clear();
  last_place_.clear();
}

}  // namespace mispsift
