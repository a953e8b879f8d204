#include "src/submit/event_parts.h"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/functional/function_ref.h"
#include "mispsift/base/check.h"

namespace mispsift {
namespace {

using rapidjson::Value;

Uuid UuidOf(const Value& part) {
  Uuid uuid;
  MISPSIFT_CHECK(ParseUuid(part["uuid"].GetString(), &uuid));
  return uuid;
}

void ForEachAttribute(Value* holder,
                      absl::FunctionRef<void(const Uuid&, Value&)> visit) {
  for (Value& attribute : (*holder)["Attribute"].GetArray()) {
    visit(UuidOf(attribute), attribute);
  }
}

std::string Written(const Value& json) {
  rapidjson::StringBuffer out;
  rapidjson::Writer<rapidjson::StringBuffer> writer(out);
  json.Accept(writer);
  return {out.GetString(), out.GetSize()};
}

// Whether any is left.
bool KeepAttributes(const absl::flat_hash_set<Uuid>& kept, Value* object) {
  Value& attributes = (*object)["Attribute"];
  for (auto at = attributes.Begin(); at != attributes.End();) {
    at = kept.contains(UuidOf(*at)) ? at + 1 : attributes.Erase(at);
  }
  return !attributes.Empty();
}

void ForEachAttributeOf(rapidjson::Document* document,
                        std::string_view event_json,
                        absl::FunctionRef<void(const Uuid&, Value&)> visit) {
  document->Parse(event_json.data(), event_json.size());
  MISPSIFT_CHECK(!document->HasParseError());
  Value& event = (*document)["Event"];
  ForEachAttribute(&event, visit);
  if (!event.HasMember("Object")) return;
  for (Value& object : event["Object"].GetArray()) {
    ForEachAttribute(&object, visit);
  }
}

}  // namespace

std::vector<Uuid> AttributeUuidsOf(std::string_view event_json) {
  rapidjson::Document document;
  std::vector<Uuid> uuids;
  ForEachAttributeOf(&document, event_json, [&uuids](const Uuid& uuid, Value&) {
    uuids.push_back(uuid);
  });
  return uuids;
}

std::string ObjectsJson(std::string_view event_json,
                        const std::vector<Uuid>& attributes) {
  const absl::flat_hash_set<Uuid> wanted(attributes.begin(), attributes.end());
  rapidjson::Document document;
  document.Parse(event_json.data(), event_json.size());
  MISPSIFT_CHECK(!document.HasParseError());
  Value& event = document["Event"];
  if (!event.HasMember("Object")) return {};
  bool holds_some = false;
  Value objects(rapidjson::kArrayType);
  for (Value& object : event["Object"].GetArray()) {
    const bool holds = KeepAttributes(wanted, &object);
    holds_some = holds_some || holds;
    if (!holds && object["ObjectReference"].Empty()) continue;
    // Or MISP passes over an object that it has and that is not older.
    object.RemoveMember("timestamp");
    // One that a person has deleted stays so.
    object.RemoveMember("deleted");
    objects.PushBack(object, document.GetAllocator());
  }
  if (!holds_some) return {};
  event.SetObject();
  event.AddMember("Object", objects, document.GetAllocator());
  return Written(document);
}

std::string AttributesJson(std::string_view event_json,
                           const std::vector<Uuid>& attributes) {
  rapidjson::Document document;
  absl::flat_hash_map<Uuid, Value*> by_uuid;
  ForEachAttributeOf(&document, event_json,
                     [&by_uuid](const Uuid& uuid, Value& attribute) {
                       by_uuid[uuid] = &attribute;
                     });
  Value list(rapidjson::kArrayType);
  for (const Uuid& uuid : attributes) {
    const auto found = by_uuid.find(uuid);
    MISPSIFT_CHECK(found != by_uuid.end());
    found->second->RemoveMember("object_relation");
    list.PushBack(*found->second, document.GetAllocator());
  }
  return Written(list);
}

}  // namespace mispsift
