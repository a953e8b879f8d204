#ifndef MISPSIFT_TESTS_SUPPORT_SLOW_SPELLING_H_
#define MISPSIFT_TESTS_SUPPORT_SLOW_SPELLING_H_

#include <string>

#include "mispsift/model/indicator.h"

namespace mispsift {

// What SpellOut() must agree with, by regular expressions, one replacement
// after another: the value as it is compared, before folding.
std::string SlowSpelling(IndicatorKind kind, const std::string& canonical);

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_SLOW_SPELLING_H_
