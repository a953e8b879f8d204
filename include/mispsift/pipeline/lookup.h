#ifndef MISPSIFT_PIPELINE_LOOKUP_H_
#define MISPSIFT_PIPELINE_LOOKUP_H_

#include <string>
#include <string_view>

#include "mispsift/match/index.h"
#include "mispsift/match/matcher.h"

namespace mispsift {

// Looks a value up as an analyst means it: read as every kind that it can be
// (`192.0.2.9:4444` is an ip-port, `evil.example` a host and a file name), a
// composite (`a.exe|<md5>`) by its halves. Of an index as_misp: as every
// attribute that MISP could have of it.
//
// One JSON line: {"value","matches":[{"match","confidence","attribute",
// "event"}],"suppressed_by":[...]}. Matches come by attribute uuid, each
// attribute once, by its strongest rule. What is suppressed is no match; the
// reasons are named. `index` must have been built with keep_suppressed.
std::string LookupLine(const Index& index, std::string_view value,
                       const MatcherSettings& settings);

}  // namespace mispsift

#endif  // MISPSIFT_PIPELINE_LOOKUP_H_
