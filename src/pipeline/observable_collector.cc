#include "src/pipeline/observable_collector.h"

#include <algorithm>
#include <utility>

#include "mispsift/match/misp_correlator.h"
#include "mispsift/normalize/normalize.h"

namespace mispsift {
namespace {

constexpr uint64_t kNoPlace = ~uint64_t{0};

}  // namespace

ObservableCollector::ObservableCollector(const Index* index,
                                         MatcherSettings settings,
                                         ObservableFilter filter)
    : index_(index), settings_(settings), filter_(std::move(filter)) {
  const std::string given = std::exchange(filter_.value, {});
  FoldText(TextFold::kDatabase, given, &filter_.value);
}

bool ObservableCollector::IsAskedFor(IndicatorKind kind,
                                     std::string_view value) {
  if (!filter_.kinds.empty() &&
      std::find(filter_.kinds.begin(), filter_.kinds.end(), kind) ==
          filter_.kinds.end()) {
    return false;
  }
  if (filter_.value.empty()) return true;
  FoldText(TextFold::kDatabase, value, &folded_);
  return folded_.find(filter_.value) != std::string::npos;
}

ObservableCollector::Seen& ObservableCollector::SeenOf(IndicatorKind kind,
                                                       std::string_view value) {
  const auto [entry, is_new] = seen_.try_emplace(
      DigestOf(static_cast<uint64_t>(kind), value), Seen{kind});
  Seen& seen = entry->second;
  if (is_new && !IsAskedFor(kind, value)) seen.number = kNotAskedFor;
  return seen;
}

void ObservableCollector::Keep(const Observation& observation, Seen* seen) {
  if (seen->number != kNotKept) return;
  seen->number = result_.judged.size();
  result_.judged.push_back(
      {{seen->kind, std::string(observation.value), 0, {}, 0}, {}});
  last_place_.push_back(kNoPlace);
}

void ObservableCollector::Observe(const Observation& observation,
                                  const JsonPath& path) {
  if (index_->as_misp() != AsMisp::kNo && !CountsForMisp(observation)) return;
  if (observation.form == KeyForm::kWholeString) {
    for (const IndicatorMatch& found :
         FindIndicators(*index_, observation, settings_, true)) {
      Seen& seen = SeenOf(found.indicator.kind, observation.value);
      if (seen.number == kNotAskedFor) continue;
      Keep(observation, &seen);
      result_.judged[seen.number].verdict.Add(
          *index_, found, observation.reading,
          MostConfidence(found.indicator.kind, observation.value, settings_));
      AddPlace(seen.number, observation, path);
    }
    return;
  }
  Seen& seen = SeenOf(observation.kind, observation.value);
  if (seen.number == kNotAskedFor) return;
  if (!seen.reading.has_value() || observation.reading < *seen.reading) {
    seen.reading = observation.reading;
    const std::vector<IndicatorMatch> matches =
        FindIndicators(*index_, observation, settings_, true);
    if (!matches.empty() || filter_.keep_unknown) Keep(observation, &seen);
    for (const IndicatorMatch& found : matches) {
      result_.judged[seen.number].verdict.Add(
          *index_, found, observation.reading,
          MostConfidence(found.indicator.kind, observation.value, settings_));
    }
  }
  if (seen.number != kNotKept) AddPlace(seen.number, observation, path);
}

// A place counts once for an observable, as in Matcher::AddPlace().
void ObservableCollector::AddPlace(size_t number,
                                   const Observation& observation,
                                   const JsonPath& path) {
  Observable& observable = result_.judged[number].observable;
  observable.where |= 1u << static_cast<int>(observation.where);
  if (last_place_[number] == path.place()) return;
  last_place_[number] = path.place();
  ++observable.count;
  if (observable.paths.size() < kMaxPaths) {
    observable.paths.push_back(path.ToString());
  }
}

JudgedObservables ObservableCollector::Take() {
  for (const auto& [digest, seen] : seen_) {
    const bool is_unknown =
        seen.number == kNotKept ||
        (seen.number != kNotAskedFor &&
         result_.judged[seen.number].verdict.Name() == "unknown");
    if (is_unknown) ++result_.unknown[static_cast<size_t>(seen.kind)];
  }
  seen_.clear();
  last_place_.clear();
  return std::exchange(result_, {});
}

}  // namespace mispsift
