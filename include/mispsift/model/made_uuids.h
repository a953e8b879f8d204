#ifndef MISPSIFT_MODEL_MADE_UUIDS_H_
#define MISPSIFT_MODEL_MADE_UUIDS_H_

#include <string_view>

#include "mispsift/base/uuid.h"

namespace mispsift {

// What a snapshot gives to events and attributes that come without a UUID. What
// these are made of must never change: it is what makes the next fetch find the
// same rows again.
//   event      "event\n" id "\n" date "\n" info
//   attribute  "attribute\n" event uuid "\n" id "\n" type "\n" value
// An id is a decimal number, "0" where there is none.
Uuid MadeEventUuid(std::string_view id, std::string_view date,
                   std::string_view info);
Uuid MadeAttributeUuid(const Uuid& event, std::string_view id,
                       std::string_view type, std::string_view value);

}  // namespace mispsift

#endif  // MISPSIFT_MODEL_MADE_UUIDS_H_
