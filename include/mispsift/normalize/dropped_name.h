#ifndef MISPSIFT_NORMALIZE_DROPPED_NAME_H_
#define MISPSIFT_NORMALIZE_DROPPED_NAME_H_

#include <cstddef>
#include <string_view>

namespace mispsift {

// What is left of `name` behind the prefix that Cuckoo 2 puts before the names
// of dropped files: 16 lower-case hex digits and "_". Empty where there is
// none.
inline std::string_view WithoutHashPrefix(std::string_view name) {
  constexpr size_t kPrefixDigits = 16;
  if (name.size() <= kPrefixDigits + 1 || name[kPrefixDigits] != '_') return {};
  if (name.substr(0, kPrefixDigits).find_first_not_of("0123456789abcdef") !=
      std::string_view::npos) {
    return {};
  }
  return name.substr(kPrefixDigits + 1);
}

}  // namespace mispsift

#endif  // MISPSIFT_NORMALIZE_DROPPED_NAME_H_
