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
  FakeEvent event;  // without attributes
  GeneratedRows rows;
  // By position; none: deleted for good.
  absl::flat_hash_map<uint32_t, std::optional<FakeAttribute>> edited;
  std::map<uint64_t, FakeAttribute> own;  // by id
  uint64_t live_count = 0;

  // False when there is no such row (any more).
  bool Find(uint64_t id, FakeAttribute* row) const;
};

// Events, attributes, tags, organisations and warninglists.
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
  // Of a tag or an organisation that some event or attribute has.
  const FakeTag& Tag(std::string_view name) const;
  uint64_t OrgId(std::string_view uuid) const;

 private:
  struct Place {
    StoredEvent* event = nullptr;
    uint64_t id = 0;
  };

  bool FindAttribute(std::string_view uuid, Place* place, FakeAttribute* row);
  void Insert(StoredEvent* event, FakeAttribute attribute, int64_t now);
  void KnowNames(const FakeEvent& event);
  void KnowTags(const std::vector<std::string>& tags);
  static void Moved(StoredEvent* event, int64_t now);

  std::map<uint64_t, StoredEvent> events_;
  absl::flat_hash_map<std::string, uint64_t> event_ids_;  // by uuid
  // Of the attributes that a test gave: event and id by uuid.
  absl::flat_hash_map<std::string, std::pair<uint64_t, uint64_t>> own_places_;
  absl::flat_hash_map<std::string, FakeTag> tags_;
  absl::flat_hash_map<std::string, uint64_t> org_ids_;  // by uuid
  std::map<uint64_t, FakeWarninglist> warninglists_;
  uint64_t next_event_id_ = 1;
  uint64_t next_attribute_id_ = 1;
  uint64_t next_warninglist_id_ = 1;
};

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_FAKE_MISP_STORE_H_
