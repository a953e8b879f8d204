#ifndef MISPSIFT_SRC_MISP_JSON_FIELDS_H_
#define MISPSIFT_SRC_MISP_JSON_FIELDS_H_

#include <charconv>
#include <string_view>
#include <system_error>

#include "mispsift/base/uuid.h"

namespace mispsift::misp {

// What MISP's fields mean. A string, number or boolean comes as text: a number
// as it stands, true as "1", false as "0".

// A whole number, or the whole part of one with a fraction; else 0. A date
// ("2026-01-02") is no number.
template <typename Number>
Number ParseNumber(std::string_view text) {
  Number number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || (stop != end && *stop != '.')) return 0;
  return number;
}

inline bool ParseFlag(std::string_view text) {
  return text == "1" || text == "true";
}

inline Uuid ParseUuidOrNil(std::string_view text) {
  Uuid uuid;
  return ParseUuid(text, &uuid) ? uuid : Uuid{};
}

}  // namespace mispsift::misp

#endif  // MISPSIFT_SRC_MISP_JSON_FIELDS_H_
