#ifndef MISPSIFT_SRC_MODEL_OVER_CORRELATION_H_
#define MISPSIFT_SRC_MODEL_OVER_CORRELATION_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mispsift/model/correlating_parts.h"

namespace mispsift {

// Finds the attributes that have a value which stands on more than `most` other
// ones. Compared are, as MISP keeps the values that it no longer correlates,
// the first 191 characters in ASCII lower case.
//
// Cost an attribute: a hash of each part, and two counters. Memory: 12 bytes an
// attribute and as much again for each second half; what over-correlates.
// Source: MISP 2.5, Correlation.php, OverCorrelatingValue.php.
class OverCorrelation {
 public:
  OverCorrelation(uint64_t most, size_t attributes);

  // The attributes, one after the other.
  void Add(CorrelatingParts parts, std::string_view value);
  // For each of them, in order.
  std::vector<bool> Finish() &&;

 private:
  uint64_t KeyOf(std::string_view value);

  uint64_t most_;
  std::vector<uint64_t> first_;  // keys by attribute; 0: none
  std::vector<std::pair<uint32_t, uint64_t>> second_;  // attribute, key
  // By a key's lowest bits, saturating: how often at most it was added.
  std::vector<uint8_t> at_most_;
  std::string lower_;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_MODEL_OVER_CORRELATION_H_
