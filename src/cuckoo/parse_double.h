#ifndef MISPSIFT_SRC_CUCKOO_PARSE_DOUBLE_H_
#define MISPSIFT_SRC_CUCKOO_PARSE_DOUBLE_H_

#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>
#include <system_error>

namespace mispsift {

// A number as JSON writes it; none where a double cannot say it.
inline std::optional<double> ParseDouble(std::string_view text) {
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end || !std::isfinite(number)) {
    return std::nullopt;
  }
  return number;
}

}  // namespace mispsift

#endif  // MISPSIFT_SRC_CUCKOO_PARSE_DOUBLE_H_
