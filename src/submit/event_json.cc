#include "src/submit/event_json.h"

#include <fmt/format.h>

#include "mispsift/base/uuid.h"
#include "mispsift/submit/event_drafts.h"

namespace mispsift {
namespace {

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
  json->Key("deleted").Bool(false);
  json->Key("disable_correlation").Bool(false);
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
  json.Key("threat_level_id").String(Number(event.threat_level_id));
  json.Key("analysis").String(Number(event.analysis));
  if (org != nullptr) {
    json.Key("Orgc");
    WriteFeedOrg(*org, &json);
  }
  json.Key("Tag");
  WriteEventTags(event.tags, &json);
  json.Key("Attribute").StartArray();
  for (const DraftAttribute& attribute : event.attributes) {
    WriteAttribute(attribute, event.timestamp, &json);
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
