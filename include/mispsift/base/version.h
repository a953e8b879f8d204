#ifndef MISPSIFT_BASE_VERSION_H_
#define MISPSIFT_BASE_VERSION_H_

#include <string_view>

namespace mispsift {

// "0.1.0"
std::string_view Version();

}  // namespace mispsift

#endif  // MISPSIFT_BASE_VERSION_H_
