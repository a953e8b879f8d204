#ifndef MISPSIFT_NORMALIZE_VALUE_LIST_H_
#define MISPSIFT_NORMALIZE_VALUE_LIST_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "mispsift/base/digest.h"
#include "mispsift/model/indicator.h"

namespace mispsift {

// `text` as every indicator that it can be: `192.0.2.9:4444` an ip-port,
// `evil.example` a host and a file name, `192.0.2.0/24` a network.
std::vector<Indicator> ReadAsEveryKind(std::string_view text);

// Values that a user has listed (an ioc_blacklist), each the whole of a value
// of whatever kind it can be read as, in any spelling that is the same value.
//
// Threads: any, once built.
class ValueList {
 public:
  explicit ValueList(const std::vector<std::string>& entries);

  bool empty() const { return keys_.empty(); }
  bool Holds(IndicatorKind kind, KeyForm form,
             std::string_view canonical) const;
  // True when an indicator of the attribute, a half of it included, is listed,
  // or the value as a whole.
  bool HoldsAnyOf(std::string_view type, std::string_view value) const;

 private:
  absl::flat_hash_set<Digest> keys_;
};

}  // namespace mispsift

#endif  // MISPSIFT_NORMALIZE_VALUE_LIST_H_
