#ifndef MISPSIFT_TESTS_SUPPORT_SLOW_WARNINGLISTS_H_
#define MISPSIFT_TESTS_SUPPORT_SLOW_WARNINGLISTS_H_

#include <string>
#include <string_view>
#include <vector>

#include "mispsift/model/warninglist.h"
#include "mispsift/model/warninglist_columns.h"

namespace mispsift {

// What the tables of the matcher must agree with: the value against every
// entry of every list, one after the other, in words as near to MISP's as C++
// has them. Regular expressions are only those without flags but g and i.
//
// With `every_list`, whatever types a list names.
std::vector<WarninglistHit> SlowWarninglistHits(
    const std::vector<Warninglist>& lists, std::string_view type,
    std::string_view value, bool every_list = false);

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_SLOW_WARNINGLISTS_H_
