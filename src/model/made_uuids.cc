#include "mispsift/model/made_uuids.h"

#include <fmt/format.h>

namespace mispsift {

Uuid MadeEventUuid(std::string_view id, std::string_view date,
                   std::string_view info) {
  return UuidV5(kMispsiftNamespace,
                fmt::format("event\n{}\n{}\n{}", id, date, info));
}

Uuid MadeAttributeUuid(const Uuid& event, std::string_view id,
                       std::string_view type, std::string_view value) {
  return UuidV5(kMispsiftNamespace,
                fmt::format("attribute\n{}\n{}\n{}\n{}", event.ToString(), id,
                            type, value));
}

}  // namespace mispsift
