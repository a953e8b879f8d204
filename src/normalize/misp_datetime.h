#ifndef MISPSIFT_SRC_NORMALIZE_MISP_DATETIME_H_
#define MISPSIFT_SRC_NORMALIZE_MISP_DATETIME_H_

#include <string>
#include <string_view>

namespace mispsift {

// Whether `text` is a date, or a date and a time of day, in ISO 8601.
bool IsDatetime(std::string_view text);

// Rewrites such a text the way MISP stores it:
// "2018-04-10T14:41:38.000000+0000". Anything else stays as it is.
void TidyDatetime(std::string* value);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_NORMALIZE_MISP_DATETIME_H_
