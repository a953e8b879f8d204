#ifndef MISPSIFT_TESTS_SUPPORT_FAKE_MISP_STORE_H_
#define MISPSIFT_TESTS_SUPPORT_FAKE_MISP_STORE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "tests/support/fake_misp.h"
#include "tests/support/fake_misp_generator.h"

namespace mispsift {

struct FakeTag {
  uint64_t id = 0;
  std::string colour;
};

// An event and its attributes: those that are generated when asked for, what
// became of some of them, and those that a test gave.
struct StoredEvent {
  FakeEvent event;  // without attributes and objects
  GeneratedRows rows;
  // By position; none: deleted for good.
  absl::flat_hash_map<uint32_t, std::optional<FakeAttribute>> edited;
  std::map<uint64_t, FakeAttribute> own;   // by id, those of objects too
  std::map<uint64_t, FakeObject> objects;  // by id, without attributes
  uint64_t live_count = 0;
  // Ids of the live ones outside objects by PlainKey(); made when asked for.
  std::optional<absl::flat_hash_map<std::string, uint64_t>> plain;

  // False when there is no such row (any more).
  bool Find(uint64_t id, FakeAttribute* row) const;
  // By id, deleted ones too.
  void ForEach(const std::function<void(const FakeAttribute&)>& visit) const;
};

// What MISP's database takes for the same value in an event has the same key:
// type, category and value, this without regard to case, accents and blanks at
// the end of either half.
std::string PlainKey(const FakeAttribute& attribute);

// Events, attributes, objects, sightings, tags, organisations and
// warninglists.
//
// Threads: thread-compatible.
class FakeMispStore {
 public:
  using EditAttributeFn = std::function<void(FakeAttribute&)>;
  using EditEventFn = std::function<void(FakeEvent&)>;

  FakeMispStore();

  // See FakeMisp. Where a bool comes back, false: nothing of that name.
  uint64_t AddEvent(FakeEvent event, int64_t now);
  bool AddAttribute(uint64_t event_id, FakeAttribute attribute, int64_t now,
                    std::string* uuid);
  // Into an event that is there, which does not move. Return the id.
  uint64_t PutAttribute(uint64_t event_id, FakeAttribute attribute,
                        int64_t now);
  uint64_t PutObject(uint64_t event_id, FakeObject object, int64_t now);
  // To an object of the event.
  void PutReference(uint64_t event_id, uint64_t object_id,
                    FakeReference reference);
  // False when there is one of that uuid. Whoever lets something expire takes
  // back what he let expire before.
  bool AddSighting(FakeSighting sighting);
  // An empty colour: one made from the id.
  void AddTag(std::string_view name, std::string_view colour);
  bool EditAttribute(std::string_view uuid, const EditAttributeFn& edit,
                     int64_t now);
  bool HardDeleteAttribute(std::string_view uuid, int64_t now);
  bool EditEvent(uint64_t id, const EditEventFn& edit, int64_t now);
  bool HardDeleteEvent(uint64_t id);
  bool SetPublished(uint64_t id, bool published, int64_t now);
  bool TouchEvent(uint64_t id, int64_t now);
  void GenerateEvents(uint64_t events, uint64_t attributes, uint64_t seed,
                      int64_t now);
  uint64_t AddWarninglist(FakeWarninglist list);
  bool RemoveWarninglist(uint64_t id);

  const std::map<uint64_t, StoredEvent>& events() const { return events_; }
  const std::map<uint64_t, FakeWarninglist>& warninglists() const {
    return warninglists_;
  }
  const StoredEvent* FindEvent(uint64_t id) const;
  // By id or uuid.
  const StoredEvent* FindEventNamed(std::string_view name) const;
  bool HasAttribute(std::string_view uuid) const;
  // Of an attribute, and the event that holds it. False: there is none.
  bool ReadAttribute(std::string_view uuid, uint64_t* event_id,
                     FakeAttribute* row) const;
  bool ReadAttribute(uint64_t id, uint64_t* event_id, FakeAttribute* row) const;
  // nullptr: there is none. `event_id` may be null.
  const FakeObject* FindObject(std::string_view uuid, uint64_t* event_id) const;
  // The live attribute outside objects of an event that MISP takes for the
  // same as this one.
  std::optional<uint64_t> FindSame(uint64_t event_id,
                                   const FakeAttribute& attribute);
  // Of an event that was deleted for good.
  bool IsBlocked(std::string_view event_uuid) const;
  const std::vector<FakeSighting>& sightings() const { return sightings_; }
  const absl::flat_hash_map<std::string, FakeTag>& tags() const {
    return tags_;
  }
  // A tag as it is spelled, found in any case; nothing: there is none.
  std::optional<std::string> SpellTag(std::string_view name) const;
  // Of a tag or an organisation that some event or attribute has.
  const FakeTag& Tag(std::string_view name) const;
  uint64_t OrgId(std::string_view uuid) const;

 private:
  struct Place {
    StoredEvent* event = nullptr;
    uint64_t id = 0;
  };

  bool FindAttribute(std::string_view uuid, Place* place, FakeAttribute* row);
  uint64_t Insert(StoredEvent* event, FakeAttribute attribute, int64_t now);
  uint64_t InsertObject(StoredEvent* event, FakeObject object, int64_t now);
  void EraseSightings(const std::function<bool(const FakeSighting&)>& which);
  void KnowNames(const FakeEvent& event);
  void KnowTags(const std::vector<std::string>& tags);
  static void Moved(StoredEvent* event, int64_t now);

  std::map<uint64_t, StoredEvent> events_;
  absl::flat_hash_map<std::string, uint64_t> event_ids_;  // by uuid
  // Of the attributes that a test gave: event and id by uuid.
  absl::flat_hash_map<std::string, std::pair<uint64_t, uint64_t>> own_places_;
  absl::flat_hash_map<std::string, std::pair<uint64_t, uint64_t>>
      object_places_;                         // likewise
  absl::flat_hash_set<std::string> blocked_;  // uuids of deleted events
  std::vector<FakeSighting> sightings_;
  absl::flat_hash_set<std::string> sighting_uuids_;
  absl::flat_hash_map<std::string, FakeTag> tags_;
  absl::flat_hash_map<std::string, uint64_t> org_ids_;  // by uuid
  std::map<uint64_t, FakeWarninglist> warninglists_;
  uint64_t next_event_id_ = 1;
  uint64_t next_attribute_id_ = 1;
  uint64_t next_object_id_ = 1;
  uint64_t next_reference_id_ = 1;
  uint64_t next_sighting_id_ = 1;
  uint64_t next_warninglist_id_ = 1;
};

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_FAKE_MISP_STORE_H_
