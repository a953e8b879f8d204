#ifndef MISPSIFT_SRC_SUBMIT_EVENT_PARTS_H_
#define MISPSIFT_SRC_SUBMIT_EVENT_PARTS_H_

#include <string>
#include <string_view>
#include <vector>

#include "mispsift/base/uuid.h"

namespace mispsift {

// Parts of what EventJson() wrote.

// Of the attributes, those of objects included, in their order.
std::vector<Uuid> AttributeUuidsOf(std::string_view event_json);

// The objects that hold some of these attributes, with these and no others, as
// POST /events/edit takes them to add what it has not; empty when no attribute
// is in an object. Objects that refer to others are among them, without
// attributes if need be: MISP stores references behind everything else.
std::string ObjectsJson(std::string_view event_json,
                        const std::vector<Uuid>& attributes);

// The attributes that are named, in that order, as a list that POST
// /attributes/add takes. Those of objects stand in it as attributes of the
// event: that request has no other place for them.
std::string AttributesJson(std::string_view event_json,
                           const std::vector<Uuid>& attributes);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_SUBMIT_EVENT_PARTS_H_
