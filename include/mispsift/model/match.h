#ifndef MISPSIFT_MODEL_MATCH_H_
#define MISPSIFT_MODEL_MATCH_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mispsift/base/reject.h"
#include "mispsift/model/indicator.h"
#include "mispsift/model/oddity.h"
#include "mispsift/model/report.h"

namespace mispsift {

// The rule by which an observable equals an indicator, or is like one.
enum class MatchRule : uint8_t {
  kExact,
  kFolded,  // equal only as MISP's database compares: case, accents, ...
  kCidr,
  kSubdomain,  // a name below the attribute's domain
  kUrl,        // the same place under another spelling, or another scheme
  kBasename,
  kFuzzy,  // libfuzzy scores two ssdeep values at 40 or more
  kCount,
};

std::string_view MatchRuleName(MatchRule rule);

// One observable of a report, all its places taken together.
struct Observable {
  IndicatorKind kind;
  std::string value;               // canonical
  uint32_t where = 0;              // bit 1 << Where
  std::vector<std::string> paths;  // the first kMaxPaths, document order
  uint64_t count = 0;              // places in all
};

inline constexpr size_t kMaxPaths = 16;

// One observable equals one indicator of one attribute. Owns nothing of the
// report and refers to the snapshot by row.
struct Match {
  uint32_t observable;  // index in ReportMatches::observables
  uint32_t attribute;   // row in the snapshot
  MatchRule rule;
  uint8_t confidence;  // 0..100, from report and snapshot only
};

// All matches of one report: observables by the position of their first
// place, matches by observable, then attribute uuid.
struct ReportMatches {
  std::vector<Observable> observables;
  std::vector<Match> matches;
  // Distinct (kind, folded value), matched or not.
  uint64_t observable_count = 0;
  // What was found and is not here (match/report_limits.h).
  uint64_t own_traffic = 0;      // matches of the sandbox's own addresses
  uint64_t left_out_values = 0;  // over the bound on values, and their matches
  uint64_t left_out_matches = 0;
};

// What became of one input, ready to be written down.
struct ReportResult {
  ReportSource source;
  std::string id;
  uint64_t bytes = 0;
  Reject reject = Reject::kNone;
  std::string detail;  // of the reject, for a person
  Oddities oddities;   // what of it is no JSON and was read all the same
  // All of it was parsed; else parts were only checked for quotes, brackets
  // and the end.
  bool syntax_checked = true;
  // All of it was looked at; else the bytes said that there is nothing in it
  // that could match, and what it shows was not counted.
  bool observed = true;
  ReportFacts facts;  // empty when rejected
  // What of the facts is on warninglists; nothing where nobody asked.
  std::optional<std::vector<WarninglistedValue>> warninglisted;
  ReportMatches matches;
};

}  // namespace mispsift

#endif  // MISPSIFT_MODEL_MATCH_H_
