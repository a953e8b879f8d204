#ifndef MISPSIFT_TESTS_SUPPORT_MATCHING_INDICATORS_H_
#define MISPSIFT_TESTS_SUPPORT_MATCHING_INDICATORS_H_

#include <random>
#include <vector>

#include "mispsift/match/candidate_scanner.h"
#include "mispsift/model/indicator.h"
#include "tests/support/observations.h"

namespace mispsift {

// Indicators that the observation matches: of its own value, in other cases and
// with an accent where folding makes them the same, of networks around it, and
// of ssdeep values that are like it.
std::vector<Indicator> IndicatorsMatching(const PlacedObservation& seen,
                                          std::mt19937_64* random);

// A filter of this indicator, and whatever is similar to it, alone.
CandidateFilter FilterOf(const Indicator& indicator);

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_MATCHING_INDICATORS_H_
