#ifndef MISPSIFT_SRC_NORMALIZE_REGISTRY_HIVES_H_
#define MISPSIFT_SRC_NORMALIZE_REGISTRY_HIVES_H_

#include <cstddef>
#include <string_view>

namespace mispsift {

// The length of the hive's name, short ("HKLM") or long, that the text starts
// or ends with; 0 if there is none. Case does not count.
size_t HiveAtStart(std::string_view text);
size_t HiveAtEnd(std::string_view text);

// The hives that APIs know by number, as reports spell these.
struct NumberedHive {
  std::string_view number;
  std::string_view name;
};
inline constexpr NumberedHive kNumberedHives[] = {
    {"0x80000000", "HKEY_CLASSES_ROOT"},
    {"0x80000001", "HKEY_CURRENT_USER"},
    {"0x80000002", "HKEY_LOCAL_MACHINE"},
    {"0x80000003", "HKEY_USERS"},
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_NORMALIZE_REGISTRY_HIVES_H_
