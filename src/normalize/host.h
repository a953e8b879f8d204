#ifndef MISPSIFT_SRC_NORMALIZE_HOST_H_
#define MISPSIFT_SRC_NORMALIZE_HOST_H_

#include <string>
#include <string_view>

#include "mispsift/model/indicator.h"

namespace mispsift {

// What MISP takes for a domain or host name: letters, digits, "-", "_" and
// dots, ending in a dot and two or more letters, digits or "-".
bool IsDomainName(std::string_view text);

// Drops dots at either end.
void TrimDots(std::string* name);

// Replaces a name that is not ASCII by its punycode form; false, and `*name`
// is unchanged, when it has none. An ASCII name stays as it is.
bool ToPunycode(std::string* name);

// Puts `*host` in canonical form, in place; `*kind` becomes kHost, or kIp
// where it is an address. False, and `*host` is of no use, when it is neither.
bool CanonicalizeHost(std::string* host, IndicatorKind* kind);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_NORMALIZE_HOST_H_
