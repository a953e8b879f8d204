#ifndef MISPSIFT_SRC_MISP_REJECTED_H_
#define MISPSIFT_SRC_MISP_REJECTED_H_

#include <utility>

#include "mispsift/misp/attribute_reader.h"

namespace mispsift::misp {

// Counts a rejection and lists it, if there is room. Outcome is one of those
// with `rejected` and `rejects`.
template <typename Outcome>
void AddRejected(Rejected rejected, Outcome* outcome) {
  outcome->rejects.Add(rejected.reject);
  if (outcome->rejected.size() < kMaxListed) {
    outcome->rejected.push_back(std::move(rejected));
  }
}

}  // namespace mispsift::misp

#endif  // MISPSIFT_SRC_MISP_REJECTED_H_
