#ifndef MISPSIFT_MODEL_WARNINGLIST_H_
#define MISPSIFT_MODEL_WARNINGLIST_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mispsift {

// How the entries of a warninglist are compared with a value.
enum class WarninglistType : uint8_t {
  kString,
  kSubstring,
  kHostname,
  kCidr,
  kRegex,
};

// "string", "substring", "hostname", "cidr", "regex".
std::string_view WarninglistTypeName(WarninglistType type);
bool ParseWarninglistType(std::string_view name, WarninglistType* type);

// Known values that no one wants to be told about, or to be told apart.
struct Warninglist {
  std::string name;
  std::string version;  // digits, as written
  std::string description;
  WarninglistType type = WarninglistType::kString;
  // "false_positive" (MISP's default) or "known".
  std::string category = "false_positive";
  bool enabled = true;
  // Attribute types it applies to; none: all of them.
  std::vector<std::string> matching_attributes;
  std::vector<std::string> entries;  // as written, in the order of the list
};

}  // namespace mispsift

#endif  // MISPSIFT_MODEL_WARNINGLIST_H_
