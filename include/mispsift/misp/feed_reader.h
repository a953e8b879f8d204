#ifndef MISPSIFT_MISP_FEED_READER_H_
#define MISPSIFT_MISP_FEED_READER_H_

#include <string>

#include "absl/status/statusor.h"
#include "mispsift/misp/attribute_reader.h"
#include "mispsift/model/snapshot.h"

namespace mispsift::misp {

// Each reads one source into the builder. A status means that the source is
// not there at all; one broken file in it is a rejection in the outcome.

// A dump of attributes (see attribute_reader.h); "-" is standard input.
absl::StatusOr<ReadAttributesOutcome> ReadAttributesFile(
    const std::string& path, Snapshot::Builder* builder);

// A MISP event file, or a folder of them, walked depth first in byte order:
// every .json file in it counts.
absl::StatusOr<ReadAttributesOutcome> ReadEvents(const std::string& path,
                                                 Snapshot::Builder* builder);

// A MISP feed folder: manifest.json names the events, one <uuid>.json each.
// An event named in the manifest whose file is missing or broken is rejected;
// a file that the manifest does not name is no part of the feed.
absl::StatusOr<ReadAttributesOutcome> ReadFeed(const std::string& folder,
                                               Snapshot::Builder* builder);

}  // namespace mispsift::misp

#endif  // MISPSIFT_MISP_FEED_READER_H_
