#ifndef MISPSIFT_SRC_PIPELINE_OBSERVABLE_COLLECTOR_H_
#define MISPSIFT_SRC_PIPELINE_OBSERVABLE_COLLECTOR_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "mispsift/base/digest.h"
#include "mispsift/match/matcher.h"
#include "mispsift/model/match.h"
#include "src/pipeline/verdict.h"

namespace mispsift {

// Which observables of a report are asked for.
struct ObservableFilter {
  std::vector<IndicatorKind> kinds;  // none: all
  std::string value;                 // stands in the value, in any case
  bool keep_unknown = true;          // else they are only counted
};

// An observable, and what the index says of it.
struct JudgedObservable {
  Observable observable;
  Verdict verdict;
};

struct JudgedObservables {
  std::vector<JudgedObservable> judged;  // by their first place
  // Those that the index does not know, kept or not.
  std::array<uint64_t, static_cast<size_t>(IndicatorKind::kCount)> unknown{};
};

// Gathers every observable of a report while it is read; the Matcher gathers
// only what matches, and says the same of that. Call Observe() for each place,
// then Take().
//
// Threads: thread-compatible.
class ObservableCollector {
 public:
  // `index` must outlive the collector, and have been built with
  // keep_suppressed.
  ObservableCollector(const Index* index, MatcherSettings settings,
                      ObservableFilter filter);

  void Observe(const Observation& observation, const JsonPath& path);

  // Ready for the next report.
  JudgedObservables Take();

 private:
  // In place of a number in judged.
  static constexpr size_t kNotKept = std::numeric_limits<size_t>::max();
  static constexpr size_t kNotAskedFor = kNotKept - 1;
  struct Seen {
    IndicatorKind kind;
    size_t number = kNotKept;
    // The strongest with which the index was asked for the value.
    std::optional<Reading> reading;
  };

  Seen& SeenOf(IndicatorKind kind, std::string_view value);
  bool IsAskedFor(IndicatorKind kind, std::string_view value);
  void Keep(const Observation& observation, Seen* seen);
  void AddPlace(size_t number, const Observation& observation,
                const JsonPath& path);

  const Index* index_;
  const MatcherSettings settings_;
  ObservableFilter filter_;
  JudgedObservables result_;
  // By the exact value within its kind.
  absl::flat_hash_map<Digest, Seen> seen_;
  std::vector<uint64_t> last_place_;  // by number
  std::string folded_;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_PIPELINE_OBSERVABLE_COLLECTOR_H_
