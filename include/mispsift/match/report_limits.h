#ifndef MISPSIFT_MATCH_REPORT_LIMITS_H_
#define MISPSIFT_MATCH_REPORT_LIMITS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "mispsift/model/match.h"

namespace mispsift {

// What is taken out of the matches of a report once all of it was read, in this
// order. Both leave what remains in its order, count what they take out, and
// depend on the report and the snapshot alone.

// What the first of them is called in the outputs, beside SuppressionName().
inline constexpr std::string_view kOwnTrafficName = "sandbox";

// The sandbox's own traffic: matches of an address, alone or with a port, that
// the report declares to be its sandbox's (ReportFacts::own_addresses) and that
// was seen in network traffic and nowhere else.
void LeaveOutOwnTraffic(const std::vector<std::string>& own_addresses,
                        ReportMatches* matches);

// Whether an observable is such traffic.
class OwnTraffic {
 public:
  // `own_addresses` must outlive it.
  explicit OwnTraffic(const std::vector<std::string>& own_addresses)
      : own_(own_addresses.begin(), own_addresses.end()) {}

  bool Holds(const Observable& observable) const;

 private:
  absl::flat_hash_set<std::string_view> own_;
};

// All but `most` distinct values; those with the surest match stay, of equally
// sure ones those that the report shows first.
void LeaveOutValues(uint64_t most, ReportMatches* matches);

}  // namespace mispsift

#endif  // MISPSIFT_MATCH_REPORT_LIMITS_H_
