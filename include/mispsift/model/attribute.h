#ifndef MISPSIFT_MODEL_ATTRIBUTE_H_
#define MISPSIFT_MODEL_ATTRIBUTE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "mispsift/base/uuid.h"

namespace mispsift {

// One MISP attribute as it was read, before it goes into a Snapshot.
struct Attribute {
  Uuid uuid;
  uint64_t id = 0;  // of the server it came from; 0 where there is none
  std::string type;
  std::string category;
  std::string value;  // composite halves joined by '|', as MISP gave it
  std::string comment;
  int64_t timestamp = 0;  // seconds since 1970, the origin's clock
  bool to_ids = false;
  bool deleted = false;
  bool disable_correlation = false;
  std::vector<std::string> tags;
};

// The event around an attribute.
struct EventContext {
  Uuid uuid;
  uint64_t id = 0;
  std::string info;
  std::string date;  // "YYYY-MM-DD", what an analyst typed; may be empty
  std::string org;   // name of the creator organisation (Orgc)
  int64_t timestamp = 0;
  int32_t threat_level_id = 0;  // 1 high .. 4 undefined; 0 not said
  int32_t analysis = -1;        // 0 initial .. 2 completed; -1 not said
  bool published = false;
  bool disable_correlation = false;
  std::vector<std::string> tags;
};

}  // namespace mispsift

#endif  // MISPSIFT_MODEL_ATTRIBUTE_H_
