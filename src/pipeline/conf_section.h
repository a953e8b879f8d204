#ifndef MISPSIFT_SRC_PIPELINE_CONF_SECTION_H_
#define MISPSIFT_SRC_PIPELINE_CONF_SECTION_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace mispsift {

struct ConfSetting {
  std::string key;  // lower case
  // The value, a line each, without blanks around it; often one empty line.
  std::vector<std::string> lines;
  uint64_t line = 0;  // where it begins, from 1

  friend bool operator==(const ConfSetting&, const ConfSetting&) = default;
};

// The settings in every [`section`] of a file of Python's ConfigParser, in
// their order:
//
//   line    = blank | comment | "[" section "]" anything | setting | more
//   comment = blanks ("#" | ";") anything
//   setting = key ("=" | ":") value [blank ";" anything]
//   more    = a line that is indented more than the setting that it goes on
//             with
//
// A byte order mark, CRLF and indented settings are taken as well. What other
// sections hold is passed over.
//
// Errors: kInvalidArgument with `file` and line for a line that is none of
// these or stands in no section. It never repeats the line, which may be a key.
absl::StatusOr<std::vector<ConfSetting>> ReadConfSection(
    std::string_view text, std::string_view section, const std::string& file);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_PIPELINE_CONF_SECTION_H_
