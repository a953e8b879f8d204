// POST /events/add and /events/edit.

#include <algorithm>
#include <string>
#include <utility>

#include "fmt/chrono.h"
#include "fmt/format.h"
#include "mispsift/normalize/normalize.h"
#include "tests/support/fake_misp_render_event.h"
#include "tests/support/fake_misp_write.h"

namespace mispsift {
namespace {

using rapidjson::Value;

// One attribute, or what an object begins with, or what refers to something.
struct Piece {
  const Value* attribute = nullptr;
  const Value* object = nullptr;  // that holds it; null: outside objects
  bool begins_object = false;
};

class EventWrite : public FakeWrite {
 public:
  explicit EventWrite(FakeWriteCall call) : FakeWrite(std::move(call)) {}

  void Start(FakeMispStore* store) override;
  size_t Left() const override { return pieces_.size() - next_; }
  void StoreNext(FakeMispStore* store) override;

 private:
  FakeAnswer AnswerSaved(const FakeMispStore& store) const override;
  bool adds() const { return call().parts[1] == "add"; }

  void StartAdding(const Value& json, FakeMispStore* store);
  void StartEditing(const Value& json, FakeMispStore* store);
  void PlanPieces(const Value& json);
  void BeginObject(const Value& json, FakeMispStore* store);
  void StoreAttribute(const Value& json, uint64_t object_id,
                      FakeMispStore* store);
  void StoreReferences(const Value& object, FakeMispStore* store);

  std::vector<Piece> pieces_;
  size_t next_ = 0;
  uint64_t event_id_ = 0;
  uint64_t object_id_ = 0;  // of the object at work; 0: it was dropped
};

void EventWrite::Start(FakeMispStore* store) {
  const Value& body = call().body;
  if (!body.IsObject() || body.ObjectEmpty()) {
    Refuse(405, "No valid event data received.");
    return;
  }
  const Value* const wrapped = FindMember(body, "Event");
  const Value& json =
      wrapped != nullptr && wrapped->IsObject() ? *wrapped : body;
  if (adds()) {
    StartAdding(json, store);
  } else {
    StartEditing(json, store);
  }
  if (!refused()) PlanPieces(json);
}

void EventWrite::StartAdding(const Value& json, FakeMispStore* store) {
  FakeEvent event;
  event.info.clear();
  event.date = fmt::format("{:%Y-%m-%d}", fmt::gmtime(now()));
  event.threat_level_id = 4;
  event.analysis = 0;
  event.distribution = 1;
  TakeEventFields(json, &event);
  event.uuid = ReadText(json, "uuid").value_or("");
  event.timestamp = ReadNumber(json, "timestamp").value_or(now());
  event.published = role().perm_publish && ReadFlag(json, "published", false);
  const std::vector<uint64_t>& groups = call().settings.options.sharing_groups;
  if (event.distribution == 4 &&
      std::ranges::find(groups, event.sharing_group_id) == groups.end()) {
    Refuse(405, "Invalid Sharing Group or not authorised.");
    return;
  }
  if (store->IsBlocked(event.uuid)) {
    Refuse(403, "Event blocked by local blocklist.");
    return;
  }
  const StoredEvent* const known =
      IsMispUuid(event.uuid) ? store->FindEventNamed(event.uuid) : nullptr;
  if (known != nullptr) {
    FakeAnswer answer = ErrorAnswer(
        call().wants_json, call().url, 404,
        "Event already exists, if you would like to edit it, use the url in "
        "the location header.");
    answer.headers.emplace_back(
        "Location",
        fmt::format("{}/events/{}", call().settings.base_url, known->event.id));
    Refuse(std::move(answer));
    return;
  }
  const FakeErrors errors = CheckEvent(event);
  if (!errors.empty()) {
    RefuseToSave("add Event", "/events/add", [&errors](PhpJson* answer) {
      answer->StartObject().Key("Event");
      AddErrors(errors, answer);
      answer->EndObject();
    });
    return;
  }
  event.tags = TakeTags(json, role(), store);
  event_id_ = store->AddEvent(std::move(event), now());
}

void EventWrite::StartEditing(const Value& json, FakeMispStore* store) {
  const StoredEvent* const stored = FindOwnEvent(*store);
  if (stored == nullptr) return;
  const FakeEvent& before = stored->event;
  const std::string path = fmt::format("/events/edit/{}", before.id);
  const std::string id = std::to_string(before.id);
  const int64_t timestamp = ReadNumber(json, "timestamp").value_or(0);
  if (timestamp != 0 && timestamp <= before.timestamp) {
    RefuseToSave(
        "edit Event", path,
        [](PhpJson* answer) {
          answer->String(
              "Event could not be saved: Event in the request not newer than "
              "the local copy.");
        },
        id);
    return;
  }
  FakeEvent after = before;
  TakeEventFields(json, &after);
  const FakeErrors errors = CheckEvent(after);
  if (!errors.empty()) {
    RefuseToSave(
        "edit Event", path,
        [&errors](PhpJson* answer) { AddErrors(errors, answer); }, id);
    return;
  }
  for (std::string& tag : TakeTags(json, role(), store)) {
    if (std::ranges::find(after.tags, tag) == after.tags.end()) {
      after.tags.push_back(std::move(tag));
    }
  }
  after.published = role().perm_publish && ReadFlag(json, "published", false);
  after.timestamp = timestamp != 0 ? timestamp : now();
  event_id_ = before.id;
  store->EditEvent(
      event_id_, [&after](FakeEvent& event) { event = after; }, now());
}

void EventWrite::PlanPieces(const Value& json) {
  for (const Value* const attribute : ListIn(json, "Attribute")) {
    pieces_.push_back({.attribute = attribute});
  }
  const std::vector<const Value*> objects = ListIn(json, "Object");
  for (const Value* const object : objects) {
    const std::vector<const Value*> attributes = ListIn(*object, "Attribute");
    if (attributes.empty()) {
      pieces_.push_back({.object = object, .begins_object = true});
    }
    for (const Value* const attribute : attributes) {
      pieces_.push_back({.attribute = attribute,
                         .object = object,
                         .begins_object = attribute == attributes.front()});
    }
  }
  // References come when all that they can refer to is there.
  for (const Value* const object : objects) {
    if (!ListIn(*object, "ObjectReference").empty()) {
      pieces_.push_back({.object = object});
    }
  }
}

void EventWrite::StoreNext(FakeMispStore* store) {
  const Piece piece = pieces_[next_++];
  // It may be gone meanwhile.
  if (store->FindEvent(event_id_) == nullptr) return;
  if (piece.begins_object) BeginObject(*piece.object, store);
  if (piece.attribute == nullptr) {
    if (!piece.begins_object) StoreReferences(*piece.object, store);
    return;
  }
  if (piece.object != nullptr && object_id_ == 0) return;
  StoreAttribute(*piece.attribute, piece.object != nullptr ? object_id_ : 0,
                 store);
}

void EventWrite::BeginObject(const Value& json, FakeMispStore* store) {
  object_id_ = 0;
  FakeObject object = TakeObject(json);
  uint64_t event_id = 0;
  const FakeObject* const known = store->FindObject(object.uuid, &event_id);
  if (known != nullptr) {
    if (!adds() && event_id == event_id_) object_id_ = known->id;
    return;
  }
  if (object.name.empty() ||
      (!object.uuid.empty() && !IsMispUuid(object.uuid))) {
    return;
  }
  object_id_ = store->PutObject(event_id_, std::move(object), now());
}

void EventWrite::StoreAttribute(const Value& json, uint64_t object_id,
                                FakeMispStore* store) {
  FakeAttribute attribute;
  const std::string uuid = ReadText(json, "uuid").value_or("");
  uint64_t event_id = 0;
  FakeAttribute known;
  if (!adds() && store->ReadAttribute(uuid, &event_id, &known)) {
    if (event_id != event_id_) return;
    const FakeEvent event = store->FindEvent(event_id_)->event;
    store->EditAttribute(
        uuid,
        [&json](FakeAttribute& row) {
          if (const auto value = ReadText(json, "value")) {
            MispStored stored = StoreLikeMisp(row.type, *value);
            if (!stored.kept) return;
            row.value = std::move(stored.value);
          }
          row.comment = ReadText(json, "comment").value_or(row.comment);
          row.to_ids = ReadFlag(json, "to_ids", row.to_ids);
          row.deleted = ReadFlag(json, "deleted", row.deleted);
          row.timestamp = ReadNumber(json, "timestamp").value_or(row.timestamp);
        },
        now());
    // An edit moves the event, which says itself when it is from.
    store->EditEvent(
        event_id_, [&event](FakeEvent& row) { row = event; }, now());
    return;
  }
  const FakeErrors errors =
      TakeAttribute(json, intake(), event_id_, object_id, store, &attribute);
  if (errors.empty()) {
    store->PutAttribute(event_id_, std::move(attribute), now());
  }
}

void EventWrite::StoreReferences(const Value& json, FakeMispStore* store) {
  uint64_t event_id = 0;
  const FakeObject* const object =
      store->FindObject(ReadText(json, "uuid").value_or(""), &event_id);
  if (object == nullptr || event_id != event_id_) return;
  const uint64_t object_id = object->id;
  for (const Value* const given : ListIn(json, "ObjectReference")) {
    FakeReference reference;
    reference.uuid = ReadText(*given, "uuid").value_or("");
    reference.referenced_uuid =
        ReadText(*given, "referenced_uuid").value_or("");
    reference.relationship_type =
        ReadText(*given, "relationship_type").value_or("");
    reference.comment = ReadText(*given, "comment").value_or("");
    const std::vector<FakeReference>& there = object->references;
    const bool known =
        !reference.uuid.empty() &&
        std::ranges::any_of(there, [&reference](const FakeReference& other) {
          return other.uuid == reference.uuid;
        });
    uint64_t holder = 0;
    FakeAttribute row;
    const bool leads_on =
        store->FindObject(reference.referenced_uuid, &holder) != nullptr ||
        store->ReadAttribute(reference.referenced_uuid, &holder, &row);
    if (!known && leads_on && holder == event_id_) {
      store->PutReference(event_id_, object_id, std::move(reference));
    }
  }
}

FakeAnswer EventWrite::AnswerSaved(const FakeMispStore& store) const {
  const StoredEvent* const stored = store.FindEvent(event_id_);
  if (stored == nullptr) {
    return ErrorAnswer(call().wants_json, call().url, 404, "Invalid event");
  }
  FakeAnswer answer;
  answer.body = RenderEvent(store, *stored, HasParameter("metadata", "1"),
                            call().settings.options.site_admin, call().style);
  return answer;
}

}  // namespace

std::shared_ptr<FakeWrite> MakeEventWrite(FakeWriteCall call) {
  return std::make_shared<EventWrite>(std::move(call));
}

}  // namespace mispsift
