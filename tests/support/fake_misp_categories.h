#ifndef MISPSIFT_TESTS_SUPPORT_FAKE_MISP_CATEGORIES_H_
#define MISPSIFT_TESTS_SUPPORT_FAKE_MISP_CATEGORIES_H_

#include <string_view>

namespace mispsift {

bool IsMispCategory(std::string_view category);

// Whether attributes of the type may be of the category.
// Source: MISP 2.5.x, describeTypes.
bool MispCategoryAllows(std::string_view category, std::string_view type);

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_FAKE_MISP_CATEGORIES_H_
