#ifndef MISPSIFT_MODEL_EVENT_DRAFT_H_
#define MISPSIFT_MODEL_EVENT_DRAFT_H_

#include <cstddef>
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
  std::string relation;  // within an object; empty outside
  std::string data;      // a file in base64; empty for none
  // Where a value says nothing of what bears it: "on-premise", a size.
  bool disable_correlation = false;
};

// One object refers to another, or to an attribute, of the same event.
struct DraftReference {
  Uuid uuid;
  Uuid referenced;
  std::string relationship;  // "dropped", "analysed-with", ...
};

// A MISP object, whose attributes hold what its template requires.
struct DraftObject {
  Uuid uuid;
  std::string name;  // of the template
  std::string meta_category;
  std::string description;
  std::string template_uuid;
  int template_version = 0;
  std::string comment;
  std::vector<DraftAttribute> attributes;
  std::vector<DraftReference> references;
};

// An event that is ready to be sent or written into a feed. Never published:
// publishing is a decision of people.
struct EventDraft {
  Uuid uuid;
  std::string info;
  std::string date;       // "YYYY-MM-DD"
  int64_t timestamp = 0;  // seconds since 1970
  int distribution = 0;
  int sharing_group_id = 0;  // with distribution 4
  int threat_level_id = 4;
  int analysis = 0;
  Uuid extends;  // the event that this one goes on with; nil for none
  std::vector<std::string> tags;
  std::vector<DraftAttribute> attributes;  // outside objects
  std::vector<DraftObject> objects;
};

// Of the event and of its objects: what MISP counts as attribute_count.
inline size_t AttributeCount(const EventDraft& event) {
  size_t count = event.attributes.size();
  for (const DraftObject& object : event.objects) {
    count += object.attributes.size();
  }
  return count;
}

// What is said of an attribute that MISP has: a sandbox saw it.
struct SightingDraft {
  Uuid uuid;
  Uuid attribute;
  Uuid event;        // that holds the attribute
  int64_t time = 0;  // of the analysis, seconds since 1970
  std::string source;
};

}  // namespace mispsift

#endif  // MISPSIFT_MODEL_EVENT_DRAFT_H_
