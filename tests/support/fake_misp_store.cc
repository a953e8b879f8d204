#include "tests/support/fake_misp_store.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "absl/strings/ascii.h"
#include "fmt/format.h"
#include "mispsift/base/check.h"
#include "mispsift/normalize/normalize.h"

namespace mispsift {
namespace {

constexpr uint64_t kEventSalt = 0x45;
constexpr uint64_t kAttributeSalt = 0x41;
constexpr uint64_t kObjectSalt = 0x4f;
constexpr uint64_t kReferenceSalt = 0x52;
constexpr uint64_t kSightingSalt = 0x53;

std::string LowerCase(std::string_view text) {
  return absl::AsciiStrToLower({text.data(), text.size()});
}

void AppendFolded(std::string_view text, std::string* key) {
  std::string folded;
  FoldText(TextFold::kDatabase, text, &folded);
  folded.resize(folded.find_last_not_of(' ') + 1);
  key->append(folded);
}

}  // namespace

std::string PlainKey(const FakeAttribute& attribute) {
  std::string key = attribute.type;
  key.append("\n").append(attribute.category).append("\n");
  const std::string_view value = attribute.value;
  const size_t bar = value.find('|');
  AppendFolded(value.substr(0, bar), &key);
  if (bar != std::string_view::npos) {
    AppendFolded(value.substr(bar + 1), &key.append("|"));
  }
  return key;
}

void StoredEvent::ForEach(
    const std::function<void(const FakeAttribute&)>& visit) const {
  FakeAttribute row;
  for (uint64_t i = 0; i < rows.count; ++i) {
    if (Find(rows.first_id + i, &row)) visit(row);
  }
  for (const auto& [id, attribute] : own) visit(attribute);
}

bool StoredEvent::Find(uint64_t id, FakeAttribute* row) const {
  if (id >= rows.first_id && id - rows.first_id < rows.count) {
    const uint32_t index = static_cast<uint32_t>(id - rows.first_id);
    if (!edited.empty()) {
      const auto changed = edited.find(index);
      if (changed != edited.end()) {
        if (!changed->second.has_value()) return false;
        *row = *changed->second;
        return true;
      }
    }
    GenerateAttribute(rows, index, row);
    return true;
  }
  const auto found = own.find(id);
  if (found == own.end()) return false;
  *row = found->second;
  return true;
}

FakeMispStore::FakeMispStore() { KnowTags(GeneratedTagNames()); }

uint64_t FakeMispStore::AddEvent(FakeEvent event, int64_t now) {
  if (event.id == 0) event.id = next_event_id_;
  next_event_id_ = std::max(next_event_id_, event.id + 1);
  if (event.uuid.empty()) event.uuid = UuidOfId(kEventSalt, event.id);
  event.uuid = LowerCase(event.uuid);
  if (event.timestamp == 0) event.timestamp = now;
  if (event.published && event.publish_timestamp == 0) {
    event.publish_timestamp = now;
  }
  MISPSIFT_CHECK(events_.count(event.id) == 0);
  MISPSIFT_CHECK(event_ids_.count(event.uuid) == 0);
  KnowNames(event);
  event_ids_[event.uuid] = event.id;
  StoredEvent& stored = events_[event.id];
  const std::vector<FakeAttribute> attributes =
      std::exchange(event.attributes, {});
  const std::vector<FakeObject> objects = std::exchange(event.objects, {});
  stored.event = std::move(event);
  for (const FakeAttribute& attribute : attributes) {
    Insert(&stored, attribute, now);
  }
  for (const FakeObject& object : objects) InsertObject(&stored, object, now);
  return stored.event.id;
}

uint64_t FakeMispStore::Insert(StoredEvent* event, FakeAttribute attribute,
                               int64_t now) {
  if (attribute.id == 0) attribute.id = next_attribute_id_;
  next_attribute_id_ = std::max(next_attribute_id_, attribute.id + 1);
  if (attribute.uuid.empty()) {
    attribute.uuid = UuidOfId(kAttributeSalt, attribute.id);
  }
  attribute.uuid = LowerCase(attribute.uuid);
  if (attribute.timestamp == 0) attribute.timestamp = now;
  KnowTags(attribute.tags);
  if (!attribute.deleted) ++event->live_count;
  if (event->plain.has_value() && !attribute.deleted &&
      attribute.object_id == 0) {
    event->plain->emplace(PlainKey(attribute), attribute.id);
  }
  const std::string uuid = attribute.uuid;
  const uint64_t id = attribute.id;
  MISPSIFT_CHECK(
      own_places_.emplace(uuid, std::pair(event->event.id, id)).second);
  MISPSIFT_CHECK(event->own.emplace(id, std::move(attribute)).second);
  return id;
}

uint64_t FakeMispStore::InsertObject(StoredEvent* event, FakeObject object,
                                     int64_t now) {
  if (object.id == 0) object.id = next_object_id_;
  next_object_id_ = std::max(next_object_id_, object.id + 1);
  const uint64_t id = object.id;
  if (object.uuid.empty()) object.uuid = UuidOfId(kObjectSalt, id);
  object.uuid = LowerCase(object.uuid);
  if (object.timestamp == 0) object.timestamp = now;
  for (FakeAttribute& attribute : object.attributes) {
    attribute.object_id = id;
    Insert(event, std::move(attribute), now);
  }
  object.attributes.clear();
  const std::vector<FakeReference> references =
      std::exchange(object.references, {});
  MISPSIFT_CHECK(
      object_places_.emplace(object.uuid, std::pair(event->event.id, id))
          .second);
  MISPSIFT_CHECK(event->objects.emplace(id, std::move(object)).second);
  for (const FakeReference& reference : references) {
    PutReference(event->event.id, id, reference);
  }
  return id;
}

uint64_t FakeMispStore::PutAttribute(uint64_t event_id, FakeAttribute attribute,
                                     int64_t now) {
  return Insert(&events_.at(event_id), std::move(attribute), now);
}

uint64_t FakeMispStore::PutObject(uint64_t event_id, FakeObject object,
                                  int64_t now) {
  return InsertObject(&events_.at(event_id), std::move(object), now);
}

void FakeMispStore::PutReference(uint64_t event_id, uint64_t object_id,
                                 FakeReference reference) {
  if (reference.id == 0) reference.id = next_reference_id_;
  next_reference_id_ = std::max(next_reference_id_, reference.id + 1);
  if (reference.uuid.empty()) {
    reference.uuid = UuidOfId(kReferenceSalt, reference.id);
  }
  events_.at(event_id).objects.at(object_id).references.push_back(
      std::move(reference));
}

void FakeMispStore::EraseSightings(
    const std::function<bool(const FakeSighting&)>& which) {
  for (const FakeSighting& sighting : sightings_) {
    if (which(sighting)) sighting_uuids_.erase(sighting.uuid);
  }
  std::erase_if(sightings_, which);
}

bool FakeMispStore::AddSighting(FakeSighting sighting) {
  if (sighting.id == 0) sighting.id = next_sighting_id_;
  next_sighting_id_ = std::max(next_sighting_id_, sighting.id + 1);
  if (sighting.uuid.empty()) {
    sighting.uuid = UuidOfId(kSightingSalt, sighting.id);
  }
  sighting.uuid = LowerCase(sighting.uuid);
  if (!sighting_uuids_.insert(sighting.uuid).second) return false;
  if (sighting.type == 2) {
    EraseSightings([&](const FakeSighting& earlier) {
      return earlier.type == 2 && earlier.attribute_id == sighting.attribute_id;
    });
  }
  sightings_.push_back(std::move(sighting));
  return true;
}

bool FakeMispStore::AddAttribute(uint64_t event_id, FakeAttribute attribute,
                                 int64_t now, std::string* uuid) {
  const auto found = events_.find(event_id);
  if (found == events_.end()) return false;
  const uint64_t id = Insert(&found->second, std::move(attribute), now);
  *uuid = found->second.own.at(id).uuid;
  Moved(&found->second, now);
  return true;
}

bool FakeMispStore::FindAttribute(std::string_view uuid, Place* place,
                                  FakeAttribute* row) {
  const auto own = own_places_.find(LowerCase(uuid));
  if (own != own_places_.end()) {
    place->event = &events_.at(own->second.first);
    place->id = own->second.second;
    return place->event->Find(place->id, row);
  }
  uint64_t event_id = 0;
  uint32_t index = 0;
  if (!PlaceOfGeneratedUuid(uuid, &event_id, &index)) return false;
  const auto event = events_.find(event_id);
  if (event == events_.end() || index >= event->second.rows.count) {
    return false;
  }
  place->event = &event->second;
  place->id = event->second.rows.first_id + index;
  return place->event->Find(place->id, row) && row->uuid == LowerCase(uuid);
}

bool FakeMispStore::HasAttribute(std::string_view uuid) const {
  Place place;
  FakeAttribute row;
  // Only the places that it finds are to be changed, which is not done here.
  return const_cast<FakeMispStore*>(this)->FindAttribute(uuid, &place, &row);
}

bool FakeMispStore::ReadAttribute(std::string_view uuid, uint64_t* event_id,
                                  FakeAttribute* row) const {
  Place place;
  if (!const_cast<FakeMispStore*>(this)->FindAttribute(uuid, &place, row)) {
    return false;
  }
  *event_id = place.event->event.id;
  return true;
}

bool FakeMispStore::ReadAttribute(uint64_t id, uint64_t* event_id,
                                  FakeAttribute* row) const {
  for (const auto& [number, stored] : events_) {
    *event_id = number;
    if (stored.Find(id, row)) return true;
  }
  return false;
}

const FakeObject* FakeMispStore::FindObject(std::string_view uuid,
                                            uint64_t* event_id) const {
  const auto found = object_places_.find(LowerCase(uuid));
  if (found == object_places_.end()) return nullptr;
  const auto [event, id] = found->second;
  if (event_id != nullptr) *event_id = event;
  return &events_.at(event).objects.at(id);
}

std::optional<uint64_t> FakeMispStore::FindSame(
    uint64_t event_id, const FakeAttribute& attribute) {
  StoredEvent& stored = events_.at(event_id);
  if (!stored.plain.has_value()) {
    auto& plain = stored.plain.emplace();
    stored.ForEach([&plain](const FakeAttribute& row) {
      if (row.deleted || row.object_id != 0) return;
      plain.emplace(PlainKey(row), row.id);
    });
  }
  const auto found = stored.plain->find(PlainKey(attribute));
  if (found == stored.plain->end()) return std::nullopt;
  return found->second;
}

bool FakeMispStore::IsBlocked(std::string_view event_uuid) const {
  return blocked_.contains(LowerCase(event_uuid));
}

bool FakeMispStore::EditAttribute(std::string_view uuid,
                                  const EditAttributeFn& edit, int64_t now) {
  Place place;
  FakeAttribute row;
  if (!FindAttribute(uuid, &place, &row)) return false;
  FakeAttribute changed = row;
  changed.timestamp = now;
  edit(changed);
  MISPSIFT_CHECK(changed.id == row.id && changed.uuid == row.uuid);
  KnowTags(changed.tags);
  const bool same_to_misp = PlainKey(changed) == PlainKey(row) &&
                            changed.deleted == row.deleted &&
                            changed.object_id == row.object_id;
  if (!same_to_misp) place.event->plain.reset();
  if (!row.deleted) --place.event->live_count;
  if (!changed.deleted) ++place.event->live_count;
  const auto own = place.event->own.find(place.id);
  if (own != place.event->own.end()) {
    own->second = std::move(changed);
  } else {
    place.event
        ->edited[static_cast<uint32_t>(place.id - place.event->rows.first_id)] =
        std::move(changed);
  }
  Moved(place.event, now);
  return true;
}

bool FakeMispStore::HardDeleteAttribute(std::string_view uuid, int64_t now) {
  Place place;
  FakeAttribute row;
  if (!FindAttribute(uuid, &place, &row)) return false;
  place.event->plain.reset();
  if (!row.deleted) --place.event->live_count;
  if (place.event->own.erase(place.id) > 0) {
    own_places_.erase(row.uuid);
  } else {
    place.event
        ->edited[static_cast<uint32_t>(place.id - place.event->rows.first_id)] =
        std::nullopt;
  }
  Moved(place.event, now);
  return true;
}

bool FakeMispStore::EditEvent(uint64_t id, const EditEventFn& edit,
                              int64_t now) {
  const auto found = events_.find(id);
  if (found == events_.end()) return false;
  FakeEvent& event = found->second.event;
  const std::string uuid = event.uuid;
  Moved(&found->second, now);
  edit(event);
  MISPSIFT_CHECK(event.id == id && event.uuid == uuid);
  MISPSIFT_CHECK(event.attributes.empty() && event.objects.empty());
  KnowNames(event);
  return true;
}

bool FakeMispStore::HardDeleteEvent(uint64_t id) {
  const auto found = events_.find(id);
  if (found == events_.end()) return false;
  for (const auto& [attribute_id, attribute] : found->second.own) {
    own_places_.erase(attribute.uuid);
  }
  for (const auto& [object_id, object] : found->second.objects) {
    object_places_.erase(object.uuid);
  }
  EraseSightings(
      [id](const FakeSighting& sighting) { return sighting.event_id == id; });
  blocked_.insert(found->second.event.uuid);
  event_ids_.erase(found->second.event.uuid);
  events_.erase(found);
  return true;
}

bool FakeMispStore::SetPublished(uint64_t id, bool published, int64_t now) {
  const auto found = events_.find(id);
  if (found == events_.end()) return false;
  found->second.event.published = published;
  if (published) found->second.event.publish_timestamp = now;
  return true;
}

bool FakeMispStore::TouchEvent(uint64_t id, int64_t now) {
  const auto found = events_.find(id);
  if (found == events_.end()) return false;
  Moved(&found->second, now);
  return true;
}

void FakeMispStore::Moved(StoredEvent* event, int64_t now) {
  event->event.timestamp = now;
  event->event.published = false;
}

void FakeMispStore::GenerateEvents(uint64_t events, uint64_t attributes,
                                   uint64_t seed, int64_t now) {
  for (const uint32_t size : GenerateSizes(events, attributes, seed)) {
    const uint64_t id = AddEvent(GenerateEvent(seed, next_event_id_, now), now);
    StoredEvent& stored = events_.at(id);
    stored.rows = {.seed = seed,
                   .event_id = id,
                   .first_id = next_attribute_id_,
                   .count = size,
                   .timestamp = stored.event.timestamp};
    stored.live_count = size;
    next_attribute_id_ += size;
  }
}

uint64_t FakeMispStore::AddWarninglist(FakeWarninglist list) {
  if (list.id == 0) list.id = next_warninglist_id_;
  next_warninglist_id_ = std::max(next_warninglist_id_, list.id + 1);
  const uint64_t id = list.id;
  MISPSIFT_CHECK(warninglists_.emplace(id, std::move(list)).second);
  return id;
}

bool FakeMispStore::RemoveWarninglist(uint64_t id) {
  return warninglists_.erase(id) > 0;
}

const StoredEvent* FakeMispStore::FindEvent(uint64_t id) const {
  const auto found = events_.find(id);
  return found == events_.end() ? nullptr : &found->second;
}

const StoredEvent* FakeMispStore::FindEventNamed(std::string_view name) const {
  uint64_t id = 0;
  const auto [end, error] =
      std::from_chars(name.data(), name.data() + name.size(), id);
  if (error == std::errc() && end == name.data() + name.size()) {
    return FindEvent(id);
  }
  const auto found = event_ids_.find(LowerCase(name));
  return found == event_ids_.end() ? nullptr : FindEvent(found->second);
}

const FakeTag& FakeMispStore::Tag(std::string_view name) const {
  return tags_.at(std::string(name));
}

uint64_t FakeMispStore::OrgId(std::string_view uuid) const {
  return org_ids_.at(std::string(uuid));
}

void FakeMispStore::KnowNames(const FakeEvent& event) {
  org_ids_.emplace(event.org_uuid, org_ids_.size() + 1);
  KnowTags(event.tags);
}

void FakeMispStore::KnowTags(const std::vector<std::string>& tags) {
  for (const std::string& name : tags) AddTag(name, "");
}

void FakeMispStore::AddTag(std::string_view name, std::string_view colour) {
  const uint64_t id = tags_.size() + 1;
  FakeTag tag{id, std::string(colour)};
  if (colour.empty()) {
    tag.colour = fmt::format("#{:06x}", (id * 2654435) & 0xffffff);
  }
  tags_.emplace(name, std::move(tag));
}

std::optional<std::string> FakeMispStore::SpellTag(
    std::string_view name) const {
  if (tags_.contains(std::string(name))) return std::string(name);
  const std::string lower = LowerCase(name);
  for (const auto& [known, tag] : tags_) {
    if (LowerCase(known) == lower) return known;
  }
  return std::nullopt;
}

}  // namespace mispsift
