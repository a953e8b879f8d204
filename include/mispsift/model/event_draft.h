#ifndef MISPSIFT_MODEL_EVENT_DRAFT_H_
#define MISPSIFT_MODEL_EVENT_DRAFT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "mispsift/base/uuid.h"

namespace mispsift {

struct DraftAttribute {
  Uuid uuid;
  std::string type;
  std::string category;
  std::string value;  // as MISP will store it
  std::string comment;
  bool to_ids = false;
};

// An event that is ready to be sent or written into a feed. Never published:
// publishing is a decision of people.
struct EventDraft {
  Uuid uuid;
  std::string info;
  std::string date;       // "YYYY-MM-DD"
  int64_t timestamp = 0;  // seconds since 1970
  int distribution = 0;
  int threat_level_id = 4;
  int analysis = 0;
  std::vector<std::string> tags;
  std::vector<DraftAttribute> attributes;
};

}  // namespace mispsift

#endif  // MISPSIFT_MODEL_EVENT_DRAFT_H_
