#ifndef MISPSIFT_SRC_SUBMIT_EVENT_ASSEMBLER_H_
#define MISPSIFT_SRC_SUBMIT_EVENT_ASSEMBLER_H_

#include <array>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "mispsift/submit/event_drafts.h"

namespace mispsift {

// What one object says of another of the same event.
struct PartLink {
  std::string relationship;
  std::string name;   // of the other's template
  std::string about;  // what the other is about
};

struct PartObject {
  DraftObject object;
  std::string about;  // what no other object of its template is about
  std::vector<PartLink> links;
};

// What one analysis brings to an event; uuids are nil as long as it is not
// known which event that is. The same may come several times.
struct DraftPart {
  std::vector<DraftAttribute> attributes;
  std::vector<PartObject> objects;
  std::vector<LeftOutValue> left_out;
};

// Puts parts together to one event in which everything stands once: attributes
// outside objects by type and by what MISP's database takes for the same value;
// objects by template and what they are about, which have the relations of all
// that are about the same. The first one's comment stays.
//
// Threads: thread-compatible.
class EventAssembler {
 public:
  size_t attribute_count() const { return known_.size(); }
  // How many attributes the part would add.
  size_t CountNew(const DraftPart& part) const;
  void Add(DraftPart part);
  // Into an event that has its uuid. Links to what is not there go.
  void Finish(DraftedEvent* drafted) &&;

 private:
  // Of an attribute: template and subject of its object, both empty outside;
  // type or relation; folded value, where there may be several.
  using Key = std::array<std::string, 4>;

  static Key KeyOf(const DraftAttribute& attribute);
  static Key KeyOf(const PartObject& part, const DraftAttribute& attribute);
  void AddObject(PartObject part);

  std::set<Key> known_;
  std::vector<DraftAttribute> attributes_;
  std::map<std::pair<std::string, std::string>, size_t> object_numbers_;
  std::vector<PartObject> objects_;
  std::set<std::pair<std::string, std::string>> known_left_out_;
  std::vector<LeftOutValue> left_out_;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_SUBMIT_EVENT_ASSEMBLER_H_
