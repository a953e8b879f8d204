#ifndef MISPSIFT_MATCH_MATCHER_H_
#define MISPSIFT_MATCH_MATCHER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "mispsift/base/digest.h"
#include "mispsift/match/index.h"
#include "mispsift/model/indicator.h"
#include "mispsift/model/json_path.h"
#include "mispsift/model/match.h"

namespace mispsift {

struct MatcherSettings {
  // `--fold exact`: a value that is equal only by MISP's folding is no match.
  bool exact_only = false;
};

// One indicator that equals an observed value.
struct IndicatorMatch {
  uint32_t attribute;  // row in the snapshot
  Indicator indicator;
  MatchRule rule;
  Index::SuppressionBits suppressed;  // 0 unless the index keeps such
};

// Every indicator of the index that equals the observed value: exact ones,
// folded ones, and for an address the networks around it. By attribute row.
// The one place where a digest is confirmed.
std::vector<IndicatorMatch> FindIndicators(const Index& index,
                                           const Observation& observation,
                                           const MatcherSettings& settings);

// How sure a match is, from 0 to 100: the place's claim and the rule's
// looseness. Under 50: the place does not say that the value is of this kind.
uint8_t Confidence(Reading reading, MatchRule rule);

// Gathers the matches of one report while it is read. Call Observe() for each
// place, then Take(); the matcher is then ready for the next report.
//
// Cost of a value that matches nothing: one fold, one hash, one probe.
// Threads: one Matcher per worker.
class Matcher {
 public:
  Matcher(const Index* index, MatcherSettings settings);

  void Observe(const Observation& observation, const JsonPath& path);
  ReportMatches Take();
  // Forgets what a report that was then rejected has shown.
  void Drop();

 private:
  struct Found {
    uint32_t observable;
    Reading reading;
  };

  void AddMatches(const Observation& observation, const JsonPath& path,
                  const std::vector<IndicatorMatch>& found);

  const Index* index_;
  MatcherSettings settings_;
  // Keys of this report's values that were looked up and found nothing.
  absl::flat_hash_set<Digest> misses_;
  absl::flat_hash_set<Digest> distinct_;
  absl::flat_hash_map<Digest, uint32_t> observables_;
  ReportMatches result_;
  std::string scratch_;
  std::string network_;
};

}  // namespace mispsift

#endif  // MISPSIFT_MATCH_MATCHER_H_
