#ifndef MISPSIFT_TESTS_SUPPORT_REAL_DATA_H_
#define MISPSIFT_TESTS_SUPPORT_REAL_DATA_H_

#include <string>

namespace mispsift {

// Path of a file or folder below the real data. Only tests named *Real* may
// ask; they register only when there is such a folder.
inline std::string RealData(const std::string& path) {
  return std::string(MISPSIFT_REAL_DATA) + "/" + path;
}

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_REAL_DATA_H_
