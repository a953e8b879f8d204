#ifndef MISPSIFT_MISP_EVENT_INDEX_H_
#define MISPSIFT_MISP_EVENT_INDEX_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "mispsift/base/bytes.h"
#include "mispsift/model/attribute.h"

namespace mispsift::misp {

// One event as the server's index names it.
struct IndexedEvent {
  EventContext context;  // uuid and id are always there
  // Live attributes in it, those included that this key may not see.
  uint64_t attribute_count = 0;
  std::string org_uuid;  // of the creator organisation
};

// Reads an answer of POST /events/index, full ([{id, uuid, info, Orgc,
// EventTag, attribute_count, ...}]) or minimal ([{id, uuid, timestamp,
// published, ...}], where the rest of a context stays empty). Appends to
// `*events`, in the order of the answer. Ids, timestamps and counts as strings
// or as numbers. An empty list is a good answer.
//
// Errors:  kDataLoss for anything but one whole JSON list of objects with id
//          and uuid. Then `*events` is as it was.
// Threads: thread-safe.
absl::Status ReadEventIndex(const PaddedBytes& answer,
                            std::vector<IndexedEvent>* events);

// Whether a change of the event after `listed_at` (seconds since 1970 on the
// server's clock, when it was listed) shows in its timestamp, which counts
// whole seconds. With no such clock (0) it is taken for granted.
inline bool IsSettled(const IndexedEvent& event, int64_t listed_at) {
  return listed_at == 0 || event.context.timestamp + 2 <= listed_at;
}

}  // namespace mispsift::misp

#endif  // MISPSIFT_MISP_EVENT_INDEX_H_
