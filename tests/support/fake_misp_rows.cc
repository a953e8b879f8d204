#include "tests/support/fake_misp_rows.h"

#include <cstddef>
#include <string_view>

#include "tests/support/php_json.h"

namespace mispsift {

void AttributeRenderer::AppendNumber(int64_t number, std::string* out) const {
  if (!numbers_) out->push_back('"');
  AppendDecimal(number, out);
  if (!numbers_) out->push_back('"');
}

void AttributeRenderer::RenderEvent(const StoredEvent& stored) {
  event_ = &stored;
  const FakeEvent& event = stored.event;
  const int64_t orgc_id = static_cast<int64_t>(store_.OrgId(event.org_uuid));
  event_json_.clear();
  PhpJson json(&event_json_, {.numbers = numbers_});
  json.StartObject();
  if (search_.include_context) {
    json.Key("id").Number(static_cast<int64_t>(event.id));
    json.Key("orgc_id").Number(orgc_id);
    json.Key("org_id").Number(1);
    json.Key("date").String(event.date);
    json.Key("threat_level_id").Number(event.threat_level_id);
    json.Key("info").String(event.info);
    json.Key("published").Bool(event.published);
    json.Key("uuid").String(event.uuid);
    json.Key("analysis").Number(event.analysis);
    json.Key("timestamp").Number(event.timestamp);
    json.Key("distribution").Number(event.distribution);
    json.Key("publish_timestamp").Number(event.publish_timestamp);
    json.Key("sharing_group_id").Number(0);
    json.Key("extends_uuid").String("");
    json.Key("Tag").StartArray();
    for (const std::string& name : event.tags) {
      const FakeTag& tag = store_.Tag(name);
      json.StartObject();
      json.Key("local").Bool(false);
      json.Key("id").Number(static_cast<int64_t>(tag.id));
      json.Key("name").String(name);
      json.Key("colour").String(tag.colour);
      json.Key("numerical_value").Null();
      json.EndObject();
    }
    json.EndArray();
    json.Key("Orgc").StartObject();
    json.Key("id").Number(orgc_id);
    json.Key("name").String(event.org);
    json.Key("uuid").String(event.org_uuid);
    json.Key("local").Bool(true);
    json.EndObject();
  } else {
    json.Key("org_id").Number(1);
    json.Key("distribution").Number(event.distribution);
    json.Key("publish_timestamp").Number(event.publish_timestamp);
    json.Key("id").Number(static_cast<int64_t>(event.id));
    json.Key("info").String(event.info);
    json.Key("orgc_id").Number(orgc_id);
    json.Key("uuid").String(event.uuid);
  }
  json.EndObject();

  inherited_tags_.clear();
  if (!search_.include_event_tags) return;
  for (const std::string& name : event.tags) {
    const FakeTag& tag = store_.Tag(name);
    inherited_tags_.append(inherited_tags_.empty() ? "" : ",");
    PhpJson inherited(&inherited_tags_, {.numbers = numbers_});
    inherited.StartObject();
    inherited.Key("id").Number(static_cast<int64_t>(tag.id));
    inherited.Key("name").String(name);
    inherited.Key("colour").String(tag.colour);
    inherited.Key("numerical_value").Null();
    inherited.Key("inherited").Integer(1);
    inherited.EndObject();
  }
}

void AttributeRenderer::AppendTags(std::string* out) const {
  if (row_.tags.empty() && inherited_tags_.empty()) return;
  out->append(",\"Tag\":[");
  bool first = true;
  for (const std::string& name : row_.tags) {
    const FakeTag& tag = store_.Tag(name);
    out->append(first ? "" : ",");
    first = false;
    PhpJson json(out, {.numbers = numbers_});
    json.StartObject();
    json.Key("id").Number(static_cast<int64_t>(tag.id));
    json.Key("name").String(name);
    json.Key("colour").String(tag.colour);
    json.Key("numerical_value").Null();
    json.Key("is_galaxy").Bool(name.starts_with("misp-galaxy:"));
    json.Key("local").Bool(false);
    json.EndObject();
  }
  if (!first && !inherited_tags_.empty()) out->push_back(',');
  out->append(inherited_tags_).append("]");
}

// The hot one: appends text, not values, and the event's part only once made.
void AttributeRenderer::Append(const FakeRow& found, std::string* out) {
  if (event_ != found.event) RenderEvent(*found.event);
  found.event->Find(found.id, &row_);
  out->append("{\"id\":");
  AppendNumber(static_cast<int64_t>(row_.id), out);
  out->append(",\"event_id\":");
  AppendNumber(static_cast<int64_t>(found.event->event.id), out);
  out->append(",\"object_id\":");
  AppendNumber(static_cast<int64_t>(row_.object_id), out);
  out->append(",\"object_relation\":");
  if (row_.object_relation.empty()) {
    out->append("null");
  } else {
    AppendQuoted(row_.object_relation, out);
  }
  out->append(",\"category\":");
  AppendQuoted(row_.category, out);
  out->append(",\"type\":");
  AppendQuoted(row_.type, out);
  out->append(",\"to_ids\":").append(BoolText(row_.to_ids));
  out->append(",\"uuid\":\"").append(row_.uuid).append("\",\"timestamp\":");
  AppendNumber(row_.timestamp, out);
  out->append(",\"distribution\":");
  AppendNumber(row_.distribution, out);
  out->append(",\"sharing_group_id\":");
  AppendNumber(0, out);
  out->append(",\"comment\":");
  AppendQuoted(row_.comment, out);
  out->append(",\"deleted\":").append(BoolText(row_.deleted));
  out->append(",\"disable_correlation\":");
  out->append(BoolText(row_.disable_correlation));
  out->append(",\"first_seen\":null,\"last_seen\":null,\"value\":");
  AppendQuoted(row_.value, out);
  if (search_.include_event_uuid) {
    out->append(",\"event_uuid\":");
    AppendQuoted(found.event->event.uuid, out);
  }
  out->append(",\"Event\":").append(event_json_);
  if (row_.object_id != 0) {
    out->append(",\"Object\":{\"id\":");
    AppendNumber(static_cast<int64_t>(row_.object_id), out);
    out->append(",\"distribution\":");
    AppendNumber(5, out);
    out->append(",\"sharing_group_id\":");
    AppendNumber(0, out);
    out->push_back('}');
  }
  AppendTags(out);
  out->push_back('}');
}

}  // namespace mispsift
