#include "tools/terminal/progress_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "tools/terminal/amounts.h"

namespace mispsift {
namespace {

constexpr size_t kWidestBar = 24;
constexpr size_t kNarrowestBar = 6;

// 0 to 1. Files may grow while they are read.
double DoneShare(const ScanState& state) {
  return std::min(1.0, static_cast<double>(state.input_bytes) /
                           static_cast<double>(state.input_total));
}

std::vector<std::string> Parts(const ScanState& state) {
  std::vector<std::string> parts;
  parts.push_back(CountText(state.reports, "report", "reports"));
  const bool has_total = state.input_total > 0;
  const uint64_t bytes = has_total ? state.input_bytes : state.bytes;
  parts.push_back(BytesText(static_cast<double>(bytes)));
  if (has_total) {
    parts.back() += " of " + BytesText(static_cast<double>(state.input_total));
  }
  parts.push_back(RateText(static_cast<double>(state.reports), state.seconds) +
                  "/s");
  parts.push_back(CountText(state.matches, "match", "matches"));
  if (state.rejected > 0) {
    parts.push_back(CountText(state.rejected) + " rejected");
  }
  const double done = has_total ? DoneShare(state) : 0;
  if (done > 0 && done < 1 && state.seconds >= 1) {
    const double left = state.seconds * (1 - done) / done;
    parts.push_back(DurationText(left) + " left");
  }
  return parts;
}

}  // namespace

std::string ProgressText(const ScanState& state) {
  std::string text = fmt::format("{}", fmt::join(Parts(state), ", "));
  if (state.input_total > 0) {
    text = fmt::format("{:.0f} %: {}", 100 * DoneShare(state), text);
  }
  return text;
}

std::string ProgressBar(const ScanState& state, const TextStyle& style) {
  const size_t columns = style.columns > 1 ? style.columns - 1 : 1;
  std::string text = fmt::format("{}", fmt::join(Parts(state), "  "));
  if (state.input_total > 0) {
    const double done = DoneShare(state);
    text = fmt::format("{:>3.0f} %  {}", 100 * done, text);
    const size_t used = DisplayWidth(text) + 1;
    const size_t room = columns > used ? columns - used : 0;
    if (room >= kNarrowestBar) {
      const size_t width = std::min(room, kWidestBar);
      const size_t full =
          static_cast<size_t>(done * static_cast<double>(width));
      std::string bar;
      for (size_t i = 0; i < width; ++i) {
        const bool is_done = i < full;
        bar += style.unicode ? (is_done ? "\xE2\x94\x81" : "\xE2\x94\x80")
                             : (is_done ? "#" : ".");
      }
      text = bar + " " + text;
    }
  }
  return FitColumns(text, columns, style);
}

}  // namespace mispsift
