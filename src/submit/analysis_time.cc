#include "src/submit/analysis_time.h"

#include <optional>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace mispsift {
namespace {

// Nothing if it is none that MISP could keep.
std::optional<AnalysisTime> Parse(std::string_view time) {
  if (time.ends_with('Z')) time.remove_suffix(1);
  absl::CivilSecond civil;
  if (!absl::ParseCivilTime(std::string(time), &civil)) return std::nullopt;
  const int64_t seconds =
      absl::ToUnixSeconds(absl::FromCivil(civil, absl::UTCTimeZone()));
  if (seconds <= 0 || civil.year() > 9999) return std::nullopt;
  return AnalysisTime{absl::FormatCivilTime(absl::CivilDay(civil)), seconds};
}

}  // namespace

AnalysisTime AnalysisTimeOf(std::string_view started,
                            std::string_view scanned) {
  const std::optional<AnalysisTime> time = Parse(started);
  return time.has_value() ? *time : Parse(scanned).value_or(AnalysisTime());
}

}  // namespace mispsift
