#ifndef MISPSIFT_TESTS_SUPPORT_CORRELATION_QUALITY_H_
#define MISPSIFT_TESTS_SUPPORT_CORRELATION_QUALITY_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace mispsift {

// Who looked: mispsift, and those that it is held against.
enum class Looker { kMispsift, kSeed, kCuckoo, kCuckooOld, kCount };
inline constexpr size_t kLookers = static_cast<size_t>(Looker::kCount);
std::string_view LookerName(Looker looker);

// Of what is planted, how much each has found.
struct Recall {
  uint64_t planted = 0;
  std::array<uint64_t, kLookers> found{};

  uint64_t by(Looker looker) const {
    return found[static_cast<size_t>(looker)];
  }
};

// Of what nearly matches, what was taken for a match. Only mispsift says how
// sure it is; `sure` of the others is all.
struct FalseMatches {
  uint64_t near_misses = 0;
  std::array<uint64_t, kLookers> sure{};
  uint64_t unsure = 0;

  uint64_t by(Looker looker) const { return sure[static_cast<size_t>(looker)]; }
};

// One pair of a report and an attribute counts once. A pair that no label names
// is a false match all the same, under the rule "benign".
struct CorrelationQuality {
  uint64_t attributes = 0;
  uint64_t events = 0;
  uint64_t reports = 0;
  uint64_t near_misses = 0;
  Recall all;
  std::map<std::string, Recall> by_kind;
  std::map<std::string, Recall> by_rule;
  std::map<std::string, Recall>
      by_spelling;  // "host, subdomain: one label more"
  std::map<std::string, Recall> by_dialect;
  std::map<std::string, Recall> by_where;
  std::map<std::string, FalseMatches> false_by_rule;
  std::map<std::string, FalseMatches> false_by_reason;  // "url: another path"
  // Of mispsift, a line each: what it did not find, and what it took for a
  // match and was sure of.
  std::vector<std::string> missed;
  std::vector<std::string> false_and_sure;

  // Everything planted is found, and nothing false is sure.
  bool IsPerfect() const;
};

// Writes a labelled set into `folder`, which is empty, fetches and scans it
// with the usual settings and holds the result against the labels, and so with
// the other policies. The seed's blacklist is the one that its configuration
// comes with.
absl::StatusOr<CorrelationQuality> MeasureQuality(uint64_t seed,
                                                  uint32_t copies,
                                                  const std::string& folder);

// The tables that bench/quality prints, in Markdown.
std::string QualityTables(const CorrelationQuality& quality);

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_CORRELATION_QUALITY_H_
