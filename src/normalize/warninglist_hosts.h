#ifndef MISPSIFT_SRC_NORMALIZE_WARNINGLIST_HOSTS_H_
#define MISPSIFT_SRC_NORMALIZE_WARNINGLIST_HOSTS_H_

#include <string>
#include <string_view>

#include "mispsift/model/indicator.h"

namespace mispsift {

// How hosts are read, of warninglists' entries and of values alike.

// Writes the canonical form of a host as far as it has one: labels alone
// ("local") are in lists, too. Returns kIp for an address.
IndicatorKind FoldHost(std::string_view text, std::string* host);

// Whether it may be looked for among names, and as a part of one.
bool IsHostName(std::string_view folded);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_NORMALIZE_WARNINGLIST_HOSTS_H_
