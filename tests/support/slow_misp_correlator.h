#ifndef MISPSIFT_TESTS_SUPPORT_SLOW_MISP_CORRELATOR_H_
#define MISPSIFT_TESTS_SUPPORT_SLOW_MISP_CORRELATOR_H_

#include <cstdint>
#include <map>
#include <string>

#include "mispsift/model/match.h"
#include "mispsift/model/snapshot.h"

namespace mispsift {

// By attribute uuid, the strongest rule by which it was met.
using PlainCorrelations = std::map<std::string, MatchRule>;

// What a MISP server would do when an attribute is saved, as plainly as it
// does: every attribute is asked whether one of its two values is the same.
// Networks by counting bits; ssdeep is not compared. `limit` of 0: none.
PlainCorrelations SlowCorrelate(const Snapshot& snapshot, bool advanced,
                                uint64_t limit, const std::string& type,
                                const std::string& value);

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_SLOW_MISP_CORRELATOR_H_
