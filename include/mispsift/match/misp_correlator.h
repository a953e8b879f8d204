#ifndef MISPSIFT_MATCH_MISP_CORRELATOR_H_
#define MISPSIFT_MATCH_MISP_CORRELATOR_H_

#include <vector>

#include "mispsift/match/index.h"
#include "mispsift/match/matcher.h"
#include "mispsift/normalize/misp_correlation.h"

namespace mispsift {

// The attributes with which a MISP server would correlate an attribute of
// these values, saved now; `index` must have been built as_misp. By row, each
// once by its strongest rule, its indicator a kMispValue. None at all when one
// of the values has more than settings.misp_correlation_limit, if there is one.
//
// Advanced correlation, in MISP's way: an address meets the networks around
// it, a network the addresses in it, and both whatever else is spelled like
// what they meet. A network that is asked about costs a look at every
// attribute. Not reproduced: what depends on the server's other settings
// (exclusions, custom rules), and the comparison of ssdeep.
//
// Threads: any.
std::vector<IndicatorMatch> FindMispCorrelations(
    const Index& index, const MispValues& values,
    const MatcherSettings& settings, bool keep_suppressed);

// The same for what a report shows; the indicators are of the observation's
// kind.
std::vector<IndicatorMatch> FindMispCorrelations(
    const Index& index, const Observation& observation,
    const MatcherSettings& settings, bool keep_suppressed);

// Whether an observation stands for an attribute that would be submitted: a
// value, which is no part of another, and no string that merely equals one.
bool CountsForMisp(const Observation& observation);

// False when FindMispCorrelations() finds nothing for values that fold to the
// same; cheap.
bool MayCorrelate(const Index& index, const Observation& observation);

}  // namespace mispsift

#endif  // MISPSIFT_MATCH_MISP_CORRELATOR_H_
