#include "src/submit/event_json.h"

#include <fmt/format.h>

#include "mispsift/base/uuid.h"
#include "mispsift/submit/event_drafts.h"

namespace mispsift {
namespace {

// Whoever sees the event sees all of it, whatever the server's default is.
constexpr std::string_view kAsTheEvent = "5";

// MISP's own JSON has numbers as text.
std::string Number(int64_t number) { return fmt::format("{}", number); }

void WriteAttribute(const DraftAttribute& attribute, int64_t timestamp,
                    JsonWriter* json) {
  json->StartObject();
  json->Key("uuid").String(attribute.uuid.ToString());
  json->Key("type").String(attribute.type);
  json->Key("category").String(attribute.category);
  json->Key("value").String(attribute.value);
  json->Key("to_ids").Bool(attribute.to_ids);
  json->Key("comment").String(attribute.comment);
  json->Key("timestamp").String(Number(timestamp));
  json->Key("distribution").String(kAsTheEvent);
  json->Key("deleted").Bool(false);
  json->Key("disable_correlation").Bool(attribute.disable_correlation);
  if (!attribute.relation.empty()) {
    json->Key("object_relation").String(attribute.relation);
  }
  if (!attribute.data.empty()) json->Key("data").String(attribute.data);
  json->EndObject();
}

void WriteAttributes(const std::vector<DraftAttribute>& attributes,
                     int64_t timestamp, JsonWriter* json) {
  json->Key("Attribute").StartArray();
  for (const DraftAttribute& attribute : attributes) {
    WriteAttribute(attribute, timestamp, json);
  }
  json->EndArray();
}

void WriteDraftObject(const DraftObject& object, int64_t timestamp,
                      JsonWriter* json) {
  json->StartObject();
  json->Key("uuid").String(object.uuid.ToString());
  json->Key("name").String(object.name);
  json->Key("meta-category").String(object.meta_category);
  json->Key("description").String(object.description);
  json->Key("template_uuid").String(object.template_uuid);
  json->Key("template_version").String(Number(object.template_version));
  json->Key("comment").String(object.comment);
  json->Key("timestamp").String(Number(timestamp));
  json->Key("distribution").String(kAsTheEvent);
  json->Key("deleted").Bool(false);
  WriteAttributes(object.attributes, timestamp, json);
  json->Key("ObjectReference").StartArray();
  for (const DraftReference& reference : object.references) {
    json->StartObject();
    json->Key("uuid").String(reference.uuid.ToString());
    json->Key("object_uuid").String(object.uuid.ToString());
    json->Key("referenced_uuid").String(reference.referenced.ToString());
    json->Key("relationship_type").String(reference.relationship);
    json->Key("timestamp").String(Number(timestamp));
    json->Key("comment").String("");
    json->Key("deleted").Bool(false);
    json->EndObject();
  }
  json->EndArray();
  json->EndObject();
}

// `org` is null for what a server takes: it knows who is sending.
std::string Write(const EventDraft& event, const std::string* org) {
  std::string out;
  JsonWriter json(&out);
  json.StartObject();
  json.Key("Event").StartObject();
  json.Key("uuid").String(event.uuid.ToString());
  json.Key("info").String(event.info);
  json.Key("date").String(event.date);
  json.Key("timestamp").String(Number(event.timestamp));
  if (org != nullptr) json.Key("publish_timestamp").String("0");
  json.Key("published").Bool(false);
  json.Key("distribution").String(Number(event.distribution));
  if (event.distribution == 4) {
    json.Key("sharing_group_id").String(Number(event.sharing_group_id));
  }
  json.Key("threat_level_id").String(Number(event.threat_level_id));
  json.Key("analysis").String(Number(event.analysis));
  if (!event.extends.IsNil()) {
    json.Key("extends_uuid").String(event.extends.ToString());
  }
  if (org != nullptr) {
    json.Key("Orgc");
    WriteFeedOrg(*org, &json);
  }
  json.Key("Tag");
  WriteEventTags(event.tags, &json);
  WriteAttributes(event.attributes, event.timestamp, &json);
  json.Key("Object").StartArray();
  for (const DraftObject& object : event.objects) {
    WriteDraftObject(object, event.timestamp, &json);
  }
  json.EndArray();
  json.EndObject();
  json.EndObject();
  return out;
}

}  // namespace

std::string EventJson(const EventDraft& event) { return Write(event, nullptr); }

std::string FeedEventJson(const EventDraft& event, const std::string& org) {
  return Write(event, &org);
}

void WriteFeedOrg(const std::string& org, JsonWriter* json) {
  json->StartObject();
  json->Key("name").String(org);
  json->Key("uuid").String(
      UuidV5(kMispsiftNamespace, fmt::format("org\n{}", org)).ToString());
  json->EndObject();
}

void WriteEventTags(const std::vector<std::string>& tags, JsonWriter* json) {
  json->StartArray();
  for (const std::string& tag : tags) {
    json->StartObject();
    json->Key("name").String(tag);
    json->EndObject();
  }
  json->EndArray();
}

}  // namespace mispsift
