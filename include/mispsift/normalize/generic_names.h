#ifndef MISPSIFT_NORMALIZE_GENERIC_NAMES_H_
#define MISPSIFT_NORMALIZE_GENERIC_NAMES_H_

#include <string_view>

namespace mispsift {

// Whether a file name, without folder, is one that says nothing of the file:
// "setup.exe", "svchost.exe", "document.pdf". ASCII case does not count.
bool IsGenericFileName(std::string_view name);

}  // namespace mispsift

#endif  // MISPSIFT_NORMALIZE_GENERIC_NAMES_H_
