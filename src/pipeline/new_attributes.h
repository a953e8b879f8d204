#ifndef MISPSIFT_SRC_PIPELINE_NEW_ATTRIBUTES_H_
#define MISPSIFT_SRC_PIPELINE_NEW_ATTRIBUTES_H_

#include <vector>

#include "mispsift/match/index.h"
#include "mispsift/model/snapshot.h"

namespace mispsift {

// Which attributes of `current`, by row, can match where they could not in
// `before`: those that were not there, that have another type or value now, or
// that something suppressed which does not any more.
std::vector<bool> NewAttributes(const Snapshot& before, const Snapshot& current,
                                const IndexSettings& settings);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_PIPELINE_NEW_ATTRIBUTES_H_
