#include "tests/support/fake_misp_store.h"

#include <algorithm>
#include <charconv>

#include "absl/strings/ascii.h"
#include "fmt/format.h"
#include "mispsift/base/check.h"

namespace mispsift {
namespace {

constexpr uint64_t kEventSalt = 0x45;
constexpr uint64_t kAttributeSalt = 0x41;

std::string LowerCase(std::string_view text) {
  return absl::AsciiStrToLower({text.data(), text.size()});
}

}  // namespace

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
  std::vector<FakeAttribute> attributes = std::move(event.attributes);
  event.attributes.clear();
  stored.event = std::move(event);
  for (FakeAttribute& attribute : attributes) {
    Insert(&stored, std::move(attribute), now);
  }
  return stored.event.id;
}

void FakeMispStore::Insert(StoredEvent* event, FakeAttribute attribute,
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
  const std::string uuid = attribute.uuid;
  const uint64_t id = attribute.id;
  MISPSIFT_CHECK(
      own_places_.emplace(uuid, std::pair(event->event.id, id)).second);
  MISPSIFT_CHECK(event->own.emplace(id, std::move(attribute)).second);
}

bool FakeMispStore::AddAttribute(uint64_t event_id, FakeAttribute attribute,
                                 int64_t now, std::string* uuid) {
  const auto found = events_.find(event_id);
  if (found == events_.end()) return false;
  if (attribute.id == 0) attribute.id = next_attribute_id_;
  const uint64_t id = attribute.id;
  Insert(&found->second, std::move(attribute), now);
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
  MISPSIFT_CHECK(event.attributes.empty());
  KnowNames(event);
  return true;
}

bool FakeMispStore::HardDeleteEvent(uint64_t id) {
  const auto found = events_.find(id);
  if (found == events_.end()) return false;
  for (const auto& [attribute_id, attribute] : found->second.own) {
    own_places_.erase(attribute.uuid);
  }
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
  for (const std::string& name : tags) {
    const uint64_t id = tags_.size() + 1;
    tags_.emplace(
        name, FakeTag{id, fmt::format("#{:06x}", (id * 2654435) & 0xffffff)});
  }
}

}  // namespace mispsift
