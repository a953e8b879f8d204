#ifndef MISPSIFT_SRC_NORMALIZE_REGISTRY_HIVES_H_
#define MISPSIFT_SRC_NORMALIZE_REGISTRY_HIVES_H_

#include <cstddef>
#include <string_view>

namespace mispsift {

// The length of the hive's name, short ("HKLM") or long, that the text starts
// or ends with; 0 if there is none. Case does not count.
size_t HiveAtStart(std::string_view text);
size_t HiveAtEnd(std::string_view text);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_NORMALIZE_REGISTRY_HIVES_H_
