#include "src/normalize/registry_hives.h"

#include "mispsift/base/ascii_case.h"

namespace mispsift {
namespace {

// None starts or ends with another, so at most one is found.
constexpr std::string_view kHives[] = {
    "hklm",
    "hkcu",
    "hkcr",
    "hku",
    "hkcc",
    "hkey_local_machine",
    "hkey_current_user",
    "hkey_classes_root",
    "hkey_users",
    "hkey_current_config",
    "hkey_performance_data",
    "hkey_dyn_data",
};

}  // namespace

size_t HiveAtStart(std::string_view text) {
  for (const std::string_view hive : kHives) {
    if (StartsWithIgnoreCase(text, hive)) return hive.size();
  }
  return 0;
}

size_t HiveAtEnd(std::string_view text) {
  for (const std::string_view hive : kHives) {
    if (text.size() < hive.size()) continue;
    const std::string_view end = text.substr(text.size() - hive.size());
    if (StartsWithIgnoreCase(end, hive)) return hive.size();
  }
  return 0;
}

}  // namespace mispsift
