#ifndef MISPSIFT_TOOLS_CORPUS_FEED_H_
#define MISPSIFT_TOOLS_CORPUS_FEED_H_

#include <cstdint>
#include <string>

#include "tools/corpus/indicators.h"

namespace mispsift::corpus {

// Writes all indicators into `folder`: the MISP feed into feed/, which exists,
// and the restSearch answer, an event at a time. False, with a message on
// stderr, when a file can't be written.
bool WriteIndicators(const IndicatorSet& indicators, uint64_t seed,
                     const std::string& folder);

}  // namespace mispsift::corpus

#endif  // MISPSIFT_TOOLS_CORPUS_FEED_H_
