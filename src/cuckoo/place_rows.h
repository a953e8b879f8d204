#ifndef MISPSIFT_SRC_CUCKOO_PLACE_ROWS_H_
#define MISPSIFT_SRC_CUCKOO_PLACE_ROWS_H_

#include <span>
#include <string_view>

#include "src/cuckoo/places.h"

namespace mispsift {

// One rule: what each of some keys means in an area.
struct PlaceRow {
  Area in;
  std::string_view keys;  // lower case, separated by blanks
  Field field = Field::kText;
  Slot slot = Slot::kNone;
  Area to = Area::kNone;        // of what is below; kNone: the area's usual
  Where where = Where::kCount;  // kCount: as above
};

// No (area, key) comes twice.
std::span<const PlaceRow> PlaceRows();

}  // namespace mispsift

#endif  // MISPSIFT_SRC_CUCKOO_PLACE_ROWS_H_
