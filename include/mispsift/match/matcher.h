#ifndef MISPSIFT_MATCH_MATCHER_H_
#define MISPSIFT_MATCH_MATCHER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "mispsift/base/digest.h"
#include "mispsift/match/index.h"
#include "mispsift/model/indicator.h"
#include "mispsift/model/json_path.h"
#include "mispsift/model/match.h"
#include "mispsift/normalize/value_list.h"

namespace mispsift {

struct MatcherSettings {
  // `--fold exact`: a value that is equal only by MISP's folding is no match.
  bool exact_only = false;
  // Values that are known to be harmless, though MISP has them; must outlive
  // who uses it.
  const ValueList* safelist = nullptr;
  // Of an index as_misp: a value with more matches has none; 0 for no limit.
  uint64_t misp_correlation_limit = 0;
};

// One indicator that equals an observed value, or is like it.
struct IndicatorMatch {
  uint32_t attribute;  // row in the snapshot
  Indicator indicator;
  MatchRule rule;
  SuppressionBits suppressed;        // 0 unless the index keeps such
  bool is_on_a_warninglist = false;  // one that only informs
  int score = 0;                     // of kFuzzy, 40 to 100
};

// Every indicator of the index that the observed value matches: the same value,
// however it is spelled; for an address the networks around it, for a host the
// domains above it, for an ssdeep those that are like it. By attribute row.
// With `keep_suppressed` also those that only lookup and explain show. The one
// place where a digest is confirmed, but for an index as_misp
// (misp_correlator.h), which it leads to.
std::vector<IndicatorMatch> FindIndicators(const Index& index,
                                           const Observation& observation,
                                           const MatcherSettings& settings,
                                           bool keep_suppressed);

// How sure a match is, from 0 to 100: the place's claim less the rule's
// looseness, of kFuzzy so many percent of it as its score, and less what a
// warninglist that informs takes. Under 50: the place does not say that the
// value is of this kind, or the score is as low.
uint8_t Confidence(Reading reading, MatchRule rule, int score = 0,
                   bool is_on_a_warninglist = false);

// The most that a match of an observed value can have, whatever its place and
// rule: 20 where it is safelisted or generic (generic_names.h), else 100.
uint8_t MostConfidence(IndicatorKind kind, std::string_view value,
                       const MatcherSettings& settings);

// Gathers the matches of one report while it is read. Call Observe() for each
// place, then Take() or Drop(); the matcher is then ready for the next report.
//
// Cost of a value that matches nothing: one fold, one hash, one probe for each
// form that the value has.
// Threads: one Matcher per worker.
class Matcher {
 public:
  // `index` must outlive the matcher.
  Matcher(const Index* index, MatcherSettings settings)
      : index_(index), settings_(settings) {}

  // False when the index does not know the value, in whatever place of the
  // report.
  bool Observe(const Observation& observation, const JsonPath& path);

  // Observables by their first place, matches by observable and attribute
  // uuid. Does not depend on hash order.
  ReportMatches Take();
  // Forgets what a report that was then rejected has shown.
  void Drop();

 private:
  // What a value that the index knows has given so far, so that its next place
  // only counts.
  struct Known {
    Reading strongest;
    std::vector<uint32_t> observables;  // none: all of it is suppressed
  };

  bool MayMatch(const Observation& observation);
  void AddPlace(const std::vector<uint32_t>& observables,
                const Observation& observation, const JsonPath& path);
  uint32_t ObservableOf(IndicatorKind kind, std::string_view value);
  void AddMatch(uint32_t observable, const IndicatorMatch& found,
                Reading reading);

  const Index* index_;
  MatcherSettings settings_;
  ReportMatches result_;
  // By key: whether the index knows it. One entry a distinct value, as far as
  // there is room for them: a value that comes again after kMaxSeen others is
  // counted again.
  absl::flat_hash_map<Digest, bool> seen_;
  // By the exact value within kind and form.
  absl::flat_hash_map<Digest, Known> known_;
  absl::flat_hash_map<Digest, uint32_t> observables_;
  absl::flat_hash_map<uint64_t, uint32_t> matches_;  // observable, attribute
  std::vector<uint64_t> last_place_;                 // by observable
  std::string scratch_;
  std::string looser_;
};

}  // namespace mispsift

#endif  // MISPSIFT_MATCH_MATCHER_H_
