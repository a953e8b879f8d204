#include "src/submit/event_parts.h"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "mispsift/base/check.h"

namespace mispsift {
namespace {

using rapidjson::Value;

void ForEachAttribute(Value* holder,
                      absl::FunctionRef<void(const Uuid&, Value&)> visit) {
  for (Value& attribute : (*holder)["Attribute"].GetArray()) {
    Uuid uuid;
    MISPSIFT_CHECK(ParseUuid(attribute["uuid"].GetString(), &uuid));
    visit(uuid, attribute);
  }
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

std::string AttributesJson(std::string_view event_json,
                           const std::vector<Uuid>& attributes) {
  rapidjson::Document document;
  absl::flat_hash_map<Uuid, Value*> by_uuid;
  ForEachAttributeOf(&document, event_json,
                     [&by_uuid](const Uuid& uuid, Value& attribute) {
                       by_uuid[uuid] = &attribute;
                     });
  rapidjson::StringBuffer out;
  rapidjson::Writer<rapidjson::StringBuffer> writer(out);
  writer.StartArray();
  for (const Uuid& uuid : attributes) {
    const auto found = by_uuid.find(uuid);
    MISPSIFT_CHECK(found != by_uuid.end());
    found->second->RemoveMember("object_relation");
    found->second->Accept(writer);
  }
  writer.EndArray();
  return {out.GetString(), out.GetSize()};
}

}  // namespace mispsift
