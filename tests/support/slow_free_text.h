#ifndef MISPSIFT_TESTS_SUPPORT_SLOW_FREE_TEXT_H_
#define MISPSIFT_TESTS_SUPPORT_SLOW_FREE_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "mispsift/model/indicator.h"

namespace mispsift {

struct SlowToken {
  size_t offset;
  IndicatorKind kind;
  std::string value;

  friend bool operator==(const SlowToken&, const SlowToken&) = default;
};

// What FreeTextCutter cuts out of `text`, written down plainly: for every
// offset it asks which kinds start there, and looks back and ahead as far as
// it likes. Sorted by offset, kind, length and value. Quadratic.
std::vector<SlowToken> SlowCut(std::string_view text);

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_SLOW_FREE_TEXT_H_
