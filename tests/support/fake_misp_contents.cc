#include "tests/support/fake_misp_contents.h"

#include <utility>

#include "absl/container/flat_hash_set.h"
#include "fmt/format.h"
#include "mispsift/base/json_writer.h"

namespace mispsift {

std::vector<FakeObject> ObjectsOf(const StoredEvent& stored) {
  std::vector<FakeObject> objects;
  for (const auto& [id, object] : stored.objects) {
    FakeObject copy = object;
    for (const auto& [attribute_id, attribute] : stored.own) {
      if (attribute.object_id == id) copy.attributes.push_back(attribute);
    }
    objects.push_back(std::move(copy));
  }
  return objects;
}

std::vector<std::string> DuplicatesIn(const FakeMispStore& store) {
  std::vector<std::string> duplicates;
  absl::flat_hash_set<std::string> seen;
  const auto see = [&](std::string what) {
    if (!seen.insert(what).second) duplicates.push_back(std::move(what));
  };
  for (const auto& [id, stored] : store.events()) {
    // Generated events are not told apart by their info.
    if (stored.rows.count == 0) {
      see(fmt::format("event \"{}\"", stored.event.info));
    }
    stored.ForEach([&, event_id = id](const FakeAttribute& row) {
      see(fmt::format("attribute {}", row.uuid));
      if (row.object_id == 0 && !row.deleted) {
        see(fmt::format("event {}: {}", event_id, PlainKey(row)));
      }
    });
    for (const auto& [object_id, object] : stored.objects) {
      see(fmt::format("object {}", object.uuid));
    }
  }
  for (const FakeSighting& sighting : store.sightings()) {
    see(fmt::format("sighting {}", sighting.uuid));
  }
  return duplicates;
}

std::string RenderContents(const FakeMispStore& store) {
  std::string out;
  JsonWriter json(&out);
  json.StartObject().Key("events").StartArray();
  for (const auto& [id, stored] : store.events()) {
    json.StartObject();
    json.Key("id").Uint(id);
    json.Key("uuid").String(stored.event.uuid);
    json.Key("info").String(stored.event.info);
    json.Key("attributes").StartArray();
    stored.ForEach([&json](const FakeAttribute& row) {
      json.StartObject();
      json.Key("uuid").String(row.uuid);
      json.Key("type").String(row.type);
      json.Key("category").String(row.category);
      json.Key("value").String(row.value);
      json.Key("object_id").Uint(row.object_id);
      json.EndObject();
    });
    json.EndArray().Key("objects").StartArray();
    for (const auto& [object_id, object] : stored.objects) {
      json.StartObject();
      json.Key("id").Uint(object_id);
      json.Key("uuid").String(object.uuid);
      json.Key("name").String(object.name);
      json.EndObject();
    }
    json.EndArray().EndObject();
  }
  json.EndArray().Key("sightings").StartArray();
  for (const FakeSighting& sighting : store.sightings()) {
    json.StartObject();
    json.Key("uuid").String(sighting.uuid);
    json.Key("attribute_uuid").String(sighting.attribute_uuid);
    json.Key("source").String(sighting.source);
    json.Key("date").Int(sighting.date);
    json.Key("type").Int(sighting.type);
    json.EndObject();
  }
  json.EndArray().Key("duplicates").StartArray();
  for (const std::string& one : DuplicatesIn(store)) json.String(one);
  json.EndArray().EndObject();
  return out;
}

}  // namespace mispsift
