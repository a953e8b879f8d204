#ifndef MISPSIFT_NORMALIZE_GENERIC_NAMES_H_
#define MISPSIFT_NORMALIZE_GENERIC_NAMES_H_

#include <string_view>

#include "mispsift/model/indicator.h"

namespace mispsift {

// Whether a canonical value says nothing of what bears it, though it may stand
// in MISP:
//   filename  what installers, the system and those in a hurry name files:
//             "setup.exe", "svchost.exe", "document.pdf"
//   filepath  the system's own programs where they belong:
//             "C:\Windows\explorer.exe"
//   regkey    keys that every program opens: "...\CurrentVersion\Run"
//   host      software that is called like a host: "ASP.NET"
// Case does not count. Short lists: each entry takes away from what a match
// says.
bool IsGeneric(IndicatorKind kind, std::string_view canonical);

}  // namespace mispsift

#endif  // MISPSIFT_NORMALIZE_GENERIC_NAMES_H_
