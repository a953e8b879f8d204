#ifndef MISPSIFT_SRC_CUCKOO_GROUP_H_
#define MISPSIFT_SRC_CUCKOO_GROUP_H_

#include <array>
#include <cstddef>
#include <string_view>

#include "src/cuckoo/places.h"

namespace mispsift {

// The members of one object or list that are put together when it ends. The
// first value of a slot counts. Views point into the report, its parser or what
// the visitor keeps.
struct GroupMembers {
  Group group = Group::kNone;
  Area area = Area::kNone;
  Where where = Where::kDebug;
  std::string_view named_key;  // under which kNamed stands
  bool named_is_text = false;  // and not a number
  size_t kept = 0;             // how many texts were kept before it began
  size_t answers = 0;          // likewise: addresses that wait for their query
  std::array<std::string_view, static_cast<size_t>(Slot::kGroupSlots)> slots;

  bool Has(Slot slot) const { return Get(slot).data() != nullptr; }
  std::string_view Get(Slot slot) const {
    return slots[static_cast<size_t>(slot)];
  }
  void Set(Slot slot, std::string_view value) {
    if (!Has(slot)) slots[static_cast<size_t>(slot)] = value;
  }
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_CUCKOO_GROUP_H_
