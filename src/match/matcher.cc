#include "mispsift/match/matcher.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "mispsift/base/utf8.h"
#include "mispsift/match/misp_correlator.h"
#include "mispsift/normalize/attribute_types.h"
#include "mispsift/normalize/generic_names.h"
#include "mispsift/normalize/normalize.h"
#include "mispsift/normalize/spell_out.h"
#include "src/match/domains_above.h"

namespace mispsift {
namespace {

constexpr uint64_t kNoPlace = ~uint64_t{0};
// What the table of this many takes, 26 MB, is small beside a report that needs
// it.
constexpr size_t kMaxSeen = 900'000;

// A form in which an observed value can meet an indicator, and what it is
// called when it does.
struct Key {
  KeyForm form;
  std::string_view value;
  MatchRule rule = MatchRule::kExact;
  int score = 0;  // of kFuzzy
};

// Whether nothing of at most `longest` bytes can be what `text` is compared by.
// Folding keeps the length of ASCII and spelling out takes off a few names of
// folders; of other text nothing is said.
bool IsTooLong(std::string_view text, size_t longest) {
  constexpr size_t kFolders = 64;
  return text.size() > longest + kFolders && IsAscii(text);
}

// Calls `visit` for the value itself and for each looser form of it.
// `*scratch` backs the views of those.
template <typename Visit>
void ForEachKey(const Index& index, const Observation& observation,
                std::string* scratch, Visit visit) {
  visit(Key{observation.form, observation.value,
            observation.reading == Reading::kBasename ? MatchRule::kBasename
                                                      : MatchRule::kExact});
  if (observation.form != KeyForm::kValue) return;
  if (observation.kind == IndicatorKind::kHost) {
    scratch->assign(observation.value);
    ForEachDomainAbove(
        index.public_suffixes(), *scratch, [&visit](std::string_view name) {
          visit(Key{KeyForm::kValue, name, MatchRule::kSubdomain});
        });
  } else if (observation.kind == IndicatorKind::kIp) {
    for (const uint8_t bits : IsIpv6(observation.value)
                                  ? index.ipv6_prefixes()
                                  : index.ipv4_prefixes()) {
      NetworkOf(observation.value, bits, scratch);
      visit(Key{KeyForm::kNetwork, *scratch, MatchRule::kCidr});
    }
  } else if (observation.kind == IndicatorKind::kSsdeep) {
    index.FindSimilar(
        observation.value, [&visit](std::string_view value, int score) {
          visit(Key{KeyForm::kValue, value, MatchRule::kFuzzy, score});
        });
  }
}

// By which rule the indicator, of an attribute of `type`, is what the key
// stands for; kCount when only its digest is the same.
MatchRule RuleBetween(const Key& key, IndicatorKind kind,
                      const Indicator& indicator, const AttributeType& type) {
  if (indicator.form != key.form) return MatchRule::kCount;
  const bool any_kind = key.form == KeyForm::kWholeString;
  if (!any_kind && indicator.kind != kind) return MatchRule::kCount;
  if (key.rule == MatchRule::kSubdomain && !CoversSubdomains(type)) {
    return MatchRule::kCount;
  }
  if (indicator.value == key.value) return key.rule;
  // A whole string is spelled out as a mutex, and may be something else.
  const bool is_spelled = !any_kind || indicator.kind == IndicatorKind::kMutex;
  std::string ours;
  std::string theirs;
  if (!is_spelled || !SpellOut(kind, key.form, key.value, &ours)) {
    ours = key.value;
  }
  if (!is_spelled ||
      !SpellOut(indicator.kind, key.form, indicator.value, &theirs)) {
    theirs = indicator.value;
  }
  if (ours == theirs) {
    return kind == IndicatorKind::kUrl && !any_kind ? MatchRule::kUrl
                                                    : key.rule;
  }
  std::string folded;
  Fold(indicator.kind, key.form, ours, &folded);
  Fold(indicator.kind, key.form, theirs, &ours);
  return folded == ours ? MatchRule::kFolded : MatchRule::kCount;
}

// What is spelled out for mispsift is another value to MISP.
Digest MispSeenKey(const Observation& observation, std::string* scratch) {
  Fold(observation.kind, KeyForm::kMispValue, observation.value, scratch);
  return DigestOf(static_cast<uint64_t>(observation.kind), *scratch);
}

}  // namespace

std::vector<IndicatorMatch> FindIndicators(const Index& index,
                                           const Observation& observation,
                                           const MatcherSettings& settings,
                                           bool keep_suppressed) {
  if (index.as_misp() != AsMisp::kNo) {
    return FindMispCorrelations(index, observation, settings, keep_suppressed);
  }
  std::vector<IndicatorMatch> found;
  std::vector<Indicator> indicators;
  std::string looser;
  std::string scratch;
  ForEachKey(index, observation, &looser, [&](const Key& key) {
    const Digest digest =
        KeyDigest(observation.kind, key.form, key.value, &scratch);
    for (const uint32_t row : index.Find(digest)) {
      const AttributeView attribute = index.snapshot().attribute(row);
      const AttributeType* const type = FindAttributeType(attribute.type);
      IndicatorsOf(type, attribute.value, &indicators);
      for (Indicator& indicator : indicators) {
        const MatchRule rule =
            RuleBetween(key, observation.kind, indicator, *type);
        if (rule == MatchRule::kCount ||
            (rule == MatchRule::kFolded && settings.exact_only)) {
          continue;
        }
        const IndicatorKind kind = indicator.kind;
        const SuppressionBits suppressed =
            index.Verdict(attribute, indicator) |
            index.ObservedVerdict(kind, observation.value);
        if (suppressed != 0 && !keep_suppressed) continue;
        const bool is_on_a_warninglist =
            !index.Warninglists(attribute, kind, Index::OnLists::kInforming)
                 .empty();
        found.push_back({row, std::move(indicator), rule, suppressed,
                         is_on_a_warninglist, key.score});
      }
    }
  });
  std::stable_sort(found.begin(), found.end(),
                   [](const IndicatorMatch& a, const IndicatorMatch& b) {
                     return a.attribute < b.attribute;
                   });
  return found;
}

uint8_t Confidence(Reading reading, MatchRule rule, int score,
                   bool is_on_a_warninglist) {
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
    case MatchRule::kSubdomain:
      confidence -= 20;
      break;
    case MatchRule::kCidr:
      confidence -= 30;
      break;
    case MatchRule::kFuzzy:
      confidence = std::min(confidence * score / 100, 90);
      break;
  }
  if (is_on_a_warninglist) confidence -= 20;
  return static_cast<uint8_t>(confidence);
}

uint8_t MostConfidence(IndicatorKind kind, std::string_view value,
                       const MatcherSettings& settings) {
  const bool says_little =
      IsGeneric(kind, value) ||
      (settings.safelist != nullptr &&
       settings.safelist->Holds(kind, KeyForm::kValue, value));
  return says_little ? 20 : 100;
}

// True when the index knows the value or a looser form of it. Remembers the
// answer, since most values of a report come many times.
bool Matcher::MayMatch(const Observation& observation) {
  const bool as_misp = index_->as_misp() != AsMisp::kNo;
  const Digest key = as_misp ? MispSeenKey(observation, &scratch_)
                             : KeyDigest(observation.kind, observation.form,
                                         observation.value, &scratch_);
  if (observation.form == KeyForm::kWholeString &&
      !index_->MayHoldWholeString(key)) {
    return false;
  }
  if (seen_.size() == kMaxSeen) seen_.clear();
  const auto [seen, is_new] = seen_.try_emplace(key, false);
  if (!is_new) return seen->second;
  if (observation.form == KeyForm::kValue) ++result_.observable_count;
  if (as_misp) return seen->second = MayCorrelate(*index_, observation);
  bool known = false;
  ForEachKey(*index_, observation, &looser_, [&](const Key& k) {
    if (known) return;
    const bool is_value = k.value.data() == observation.value.data();
    const Digest digest =
        is_value ? key
                 : KeyDigest(observation.kind, k.form, k.value, &scratch_);
    known = !index_->Find(digest).empty();
  });
  seen->second = known;
  return known;
}

bool Matcher::Observe(const Observation& observation, const JsonPath& path) {
  if (observation.form == KeyForm::kWholeString &&
      IsTooLong(observation.value, index_->longest_whole_string())) {
    return false;
  }
  if (index_->as_misp() != AsMisp::kNo && !CountsForMisp(observation)) {
    return false;
  }
  if (!MayMatch(observation)) return false;

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
  return true;
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
  const uint8_t confidence =
      Confidence(reading, found.rule, found.score, found.is_on_a_warninglist);
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
  std::vector<uint8_t> most;
  for (const Observable& observable : result_.observables) {
    most.push_back(
        MostConfidence(observable.kind, observable.value, settings_));
  }
  for (Match& match : result_.matches) {
    match.confidence = std::min(match.confidence, most[match.observable]);
  }
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
