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
// One JSON line:
//   {"value","readings":[{"kind","key"}],
//    "verdict":"matched|suppressed|unknown",
//    "matches":[{"match","confidence","attribute","event"}],
//    "suppressed_by":[...],
//    "suppressed":[{"match","confidence","by":[...],"attribute","event"}]}
// "key" is what is compared; as_misp there are no readings. Attributes come by
// uuid, each once, by its strongest rule. What is suppressed is no match; the
// reasons are named, and beside them, where warninglists are one, the lists
// ("warninglists":[...]). `index` must have been built with keep_suppressed.
std::string LookupLine(const Index& index, std::string_view value,
                       const MatcherSettings& settings);

// The same for a person, without the readings; safe for a terminal.
std::string LookupText(const Index& index, std::string_view value,
                       const MatcherSettings& settings);

}  // namespace mispsift

#endif  // MISPSIFT_PIPELINE_LOOKUP_H_
