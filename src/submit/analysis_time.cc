#include "src/submit/analysis_time.h"

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace mispsift {
namespace {

// 0 if it is none.
int64_t SecondsOf(std::string_view time) {
  if (time.ends_with('Z')) time.remove_suffix(1);
  absl::CivilSecond civil;
  if (!absl::ParseCivilTime(std::string(time), &civil)) return 0;
  return absl::ToUnixSeconds(absl::FromCivil(civil, absl::UTCTimeZone()));
}

}  // namespace

AnalysisTime AnalysisTimeOf(std::string_view started,
                            std::string_view scanned) {
  const std::string_view time = SecondsOf(started) != 0 ? started : scanned;
  return {std::string(time.substr(0, 10)), SecondsOf(time)};
}

}  // namespace mispsift
