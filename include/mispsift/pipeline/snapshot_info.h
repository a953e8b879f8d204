#ifndef MISPSIFT_PIPELINE_SNAPSHOT_INFO_H_
#define MISPSIFT_PIPELINE_SNAPSHOT_INFO_H_

#include <cstdint>
#include <string>

#include "mispsift/model/snapshot.h"

namespace mispsift {

// What a snapshot holds:
//   {"id","source","created","version","attributes","events",
//    "indicators":{"<kind>":n},"unmatchable":{"<reason>":n},"warninglists",
//    "warninglist_hits":[{"name","corrected","misp"}],"over_correlating",
//    "bytes","sources":[{"kind","location","attributes"}]}
// indicators counts by kind, whatever a run would suppress; unmatchable counts
// attributes that give no indicator; warninglist_hits those that are on a list,
// in each way of comparing; over_correlating attributes.
std::string SnapshotInfoJson(const Snapshot& snapshot, uint64_t file_bytes);

// The same for a person, a line each.
std::string SnapshotInfoText(const Snapshot& snapshot, uint64_t file_bytes);

}  // namespace mispsift

#endif  // MISPSIFT_PIPELINE_SNAPSHOT_INFO_H_
