#ifndef MISPSIFT_SRC_SUBMIT_ANALYSIS_TIME_H_
#define MISPSIFT_SRC_SUBMIT_ANALYSIS_TIME_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace mispsift {

struct AnalysisTime {
  std::string date;     // "YYYY-MM-DD"
  int64_t seconds = 0;  // since 1970
};

// When an analysis began: `started` ("2018-02-06T16:40:25", perhaps with "Z"),
// or `scanned` likewise where that is no time from 1970 to 9999.
AnalysisTime AnalysisTimeOf(std::string_view started, std::string_view scanned);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_SUBMIT_ANALYSIS_TIME_H_
