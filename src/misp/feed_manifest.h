#ifndef MISPSIFT_SRC_MISP_FEED_MANIFEST_H_
#define MISPSIFT_SRC_MISP_FEED_MANIFEST_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace mispsift::misp {

// CIRCL's feed of 1,700 events has a manifest of 2 MB.
inline constexpr uint64_t kMaxManifestBytes = uint64_t{256} << 20;

// One event that a feed's manifest names.
struct FeedEvent {
  std::string name;  // its file is <name>.json; a uuid in a manifest of MISP's
  int64_t timestamp = 0;
};

// Reads the manifest of a MISP feed, which says of each event:
//
//   manifest = { name: { "timestamp": number or text, ... } ... }
//
// Sorted by name, each once: of several the last.
// Errors: kInvalidArgument for anything else.
absl::StatusOr<std::vector<FeedEvent>> ParseFeedManifest(std::string_view json);

// Whether that name is a uuid. One that is more could lead out of the feed.
bool IsUuid(std::string_view name);

}  // namespace mispsift::misp

#endif  // MISPSIFT_SRC_MISP_FEED_MANIFEST_H_
