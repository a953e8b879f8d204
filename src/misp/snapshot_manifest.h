#ifndef MISPSIFT_SRC_MISP_SNAPSHOT_MANIFEST_H_
#define MISPSIFT_SRC_MISP_SNAPSHOT_MANIFEST_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "mispsift/model/snapshot.h"

namespace mispsift::misp {

// The manifest section of a snapshot file:
//
//   manifest = { "id", "created", "version": text, "over_correlating": number,
//                "filter": filter, "sources": [source...] }
//   filter   = { "types", "tags", "orgs": [text...], "threat_levels":
//                [number...], "published": true | false | null,
//                "since": text, "since_seconds": number }
//   source   = { "kind", "location": text, "attributes": number,
//                "etag", "seen_as": text, "complete_at": number }
//
// Every key is there; others are ignored.
std::string ManifestJson(const SnapshotManifest& manifest);

// Errors: kDataLoss for anything else.
absl::StatusOr<SnapshotManifest> ParseManifest(std::string_view json);

}  // namespace mispsift::misp

#endif  // MISPSIFT_SRC_MISP_SNAPSHOT_MANIFEST_H_
