#include "tools/terminal/amounts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace mispsift {

std::string CountText(uint64_t count) {
  std::string text = fmt::format("{}", count);
  for (size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, 1, ',');
  }
  return text;
}

std::string CountText(uint64_t count, std::string_view singular,
                      std::string_view plural) {
  return fmt::format("{} {}", CountText(count), count == 1 ? singular : plural);
}

std::string BytesText(double bytes) {
  static constexpr std::string_view kUnits[] = {"kB", "MB", "GB", "TB"};
  if (bytes < 1000) return fmt::format("{:.0f} B", bytes);
  size_t unit = 0;
  bytes /= 1000;
  // What would be shown as 1000.0 is 1.0 of the next.
  while (bytes >= 999.95 && unit + 1 < std::size(kUnits)) {
    bytes /= 1000;
    ++unit;
  }
  return fmt::format("{:.1f} {}", bytes, kUnits[unit]);
}

std::string DurationText(double seconds) {
  if (seconds < 0.0995) return fmt::format("{:.0f} ms", seconds * 1000);
  if (seconds < 9.95) return fmt::format("{:.1f} s", seconds);
  const uint64_t whole = static_cast<uint64_t>(std::llround(seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", CountText(whole / 3600), whole / 60 % 60);
}

std::string RateText(double count, double seconds) {
  // So short a time has no rate; it is told of the shortest that has one.
  const double rate = count / std::max(seconds, 0.001);
  return rate < 9.95 ? fmt::format("{:.1f}", rate)
                     : CountText(static_cast<uint64_t>(std::llround(rate)));
}

}  // namespace mispsift
