#ifndef MISPSIFT_TESTS_SUPPORT_SNAPSHOTS_H_
#define MISPSIFT_TESTS_SUPPORT_SNAPSHOTS_H_

#include <string>
#include <vector>

#include "mispsift/model/snapshot.h"
#include "mispsift/model/warninglist.h"

namespace mispsift {

// An attribute as short as a test can say it.
struct Planted {
  std::string type;
  std::string value;
  bool to_ids = true;
  bool disable_correlation = false;
};

// A snapshot of one event with these attributes; the uuid of each is made of
// its type and value.
Snapshot SnapshotOf(const std::vector<Planted>& attributes);

// The same with warninglists, and which attributes are on them, as a fetch
// would find.
Snapshot SnapshotOf(const std::vector<Planted>& attributes,
                    const std::vector<Warninglist>& lists);

// The uuid that SnapshotOf() gives.
std::string PlantedUuid(const std::string& type, const std::string& value);

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_SNAPSHOTS_H_
