#ifndef MISPSIFT_TESTS_SUPPORT_SLOW_MATCHER_H_
#define MISPSIFT_TESTS_SUPPORT_SLOW_MATCHER_H_

#include <compare>
#include <ostream>
#include <string>
#include <vector>

#include "mispsift/match/index.h"
#include "mispsift/match/matcher.h"
#include "mispsift/model/indicator.h"
#include "mispsift/model/match.h"
#include "mispsift/model/snapshot.h"

namespace mispsift {

// An observation that owns its value and path.
struct PlacedObservation {
  IndicatorKind kind;
  KeyForm form;
  Reading reading;
  Where where;
  std::string value;
  std::string path;
  uint64_t place = 0;  // which place it is; the same path may come again
};

// One match, told by what a user sees of it.
struct PlainMatch {
  std::string kind;
  std::string value;
  std::string attribute;  // uuid
  std::string rule;
  int confidence;
  uint64_t count;
  std::vector<std::string> paths;
  uint32_t where;

  friend auto operator<=>(const PlainMatch&, const PlainMatch&) = default;
};

inline void PrintTo(const PlainMatch& match, std::ostream* out) {
  *out << match.kind << " " << match.value << " " << match.rule << " "
       << match.confidence << " " << match.attribute << " x" << match.count
       << " where " << match.where;
  for (const std::string& path : match.paths) *out << " " << path;
}

// What the index, its digests and all caches must agree with: every
// observation against every indicator of every attribute, by comparing text.
// Sorted.
std::vector<PlainMatch> SlowMatch(
    const Snapshot& snapshot, const IndexSettings& settings, bool exact_only,
    const std::vector<PlacedObservation>& observations,
    const std::vector<std::string>& safelist = {});

// The same view of what the Matcher gave.
std::vector<PlainMatch> PlainMatches(const ReportMatches& matches,
                                     const Snapshot& snapshot);

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_SLOW_MATCHER_H_
