#ifndef MISPSIFT_SRC_SUBMIT_AUTORUN_KEYS_H_
#define MISPSIFT_SRC_SUBMIT_AUTORUN_KEYS_H_

#include <string_view>

namespace mispsift {

// Whether what is written to the registry key has Windows start something:
// Run and RunOnce, services, Winlogon, ... Case does not count.
bool IsAutorunKey(std::string_view key);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_SUBMIT_AUTORUN_KEYS_H_
