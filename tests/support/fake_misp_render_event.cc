#include "tests/support/fake_misp_render_event.h"

#include <cstddef>
#include <map>

#include "mispsift/normalize/attribute_types.h"

namespace mispsift {
namespace {

int64_t Signed(uint64_t number) { return static_cast<int64_t>(number); }

// Org (of the server) or Orgc (the creator) of an event.
void AddOrg(uint64_t id, std::string_view name, std::string_view uuid,
            bool with_local, PhpJson* json) {
  json->StartObject();
  json->Key("id").Number(static_cast<int64_t>(id));
  json->Key("name").String(name);
  json->Key("uuid").String(uuid);
  if (with_local) json->Key("local").Bool(true);
  json->EndObject();
}

// What all renderings of an event begin with.
void AddHead(const FakeMispStore& store, const StoredEvent& stored,
             PhpJson* json) {
  const FakeEvent& event = stored.event;
  json->Key("id").Number(static_cast<int64_t>(event.id));
  json->Key("orgc_id").Number(
      static_cast<int64_t>(store.OrgId(event.org_uuid)));
  json->Key("org_id").Number(1);
  json->Key("date").String(event.date);
  json->Key("threat_level_id").Number(event.threat_level_id);
  json->Key("info").String(event.info);
  json->Key("published").Bool(event.published);
  json->Key("uuid").String(event.uuid);
  json->Key("attribute_count").Number(static_cast<int64_t>(stored.live_count));
  json->Key("analysis").Number(event.analysis);
  json->Key("timestamp").Number(event.timestamp);
  json->Key("distribution").Number(event.distribution);
  json->Key("proposal_email_lock").Bool(false);
  json->Key("locked").Bool(false);
  json->Key("publish_timestamp").Number(event.publish_timestamp);
  json->Key("sharing_group_id")
      .Number(static_cast<int64_t>(event.sharing_group_id));
  json->Key("disable_correlation").Bool(event.disable_correlation);
  json->Key("extends_uuid").String(event.extends_uuid);
  json->Key("protected").Null();
  json->Key("event_creator_email").String("admin@misp.example");
  AddOrgs(store, event, true, json);
}

void EmptyArray(std::string_view key, PhpJson* json) {
  json->Key(key).StartArray().EndArray();
}

// "Tag" of an event or of an attribute within one.
void AddTags(const FakeMispStore& store, const std::vector<std::string>& tags,
             PhpJson* json) {
  json->Key("Tag").StartArray();
  for (const std::string& name : tags) {
    const FakeTag& tag = store.Tag(name);
    json->StartObject();
    json->Key("id").Number(Signed(tag.id));
    json->Key("name").String(name);
    json->Key("colour").String(tag.colour);
    json->Key("exportable").Bool(true);
    json->Key("user_id").Number(0);
    json->Key("hide_tag").Bool(false);
    json->Key("numerical_value").Null();
    json->Key("is_galaxy").Bool(name.starts_with("misp-galaxy:"));
    json->Key("is_custom_galaxy").Bool(false);
    json->Key("local_only").Bool(false);
    json->Key("local").Bool(false);
    json->Key("relationship_type").Null();
    json->EndObject();
  }
  json->EndArray();
}

void AddMetadata(const FakeMispStore& store, const StoredEvent& stored,
                 PhpJson* json) {
  json->StartObject().Key("Event").StartObject();
  AddHead(store, stored, json);
  EmptyArray("RelatedEvent", json);
  EmptyArray("Galaxy", json);
  EmptyArray("CryptographicKey", json);
  AddTags(store, stored.event.tags, json);
  json->EndObject().EndObject();
}

void AddText(std::string_view key, std::string_view text, PhpJson* json) {
  json->Key(key);
  if (text.empty()) {
    json->Null();
  } else {
    json->String(text);
  }
}

// An attribute as it stands in an event.
void AddAttribute(const FakeMispStore& store, uint64_t event_id,
                  const FakeAttribute& attribute, PhpJson* json) {
  json->StartObject();
  json->Key("id").Number(Signed(attribute.id));
  json->Key("type").String(attribute.type);
  json->Key("category").String(attribute.category);
  json->Key("to_ids").Bool(attribute.to_ids);
  json->Key("uuid").String(attribute.uuid);
  json->Key("event_id").Number(Signed(event_id));
  json->Key("distribution").Number(attribute.distribution);
  json->Key("timestamp").Number(attribute.timestamp);
  json->Key("comment").String(attribute.comment);
  json->Key("sharing_group_id").Number(0);
  json->Key("deleted").Bool(attribute.deleted);
  json->Key("disable_correlation").Bool(attribute.disable_correlation);
  json->Key("object_id").Number(Signed(attribute.object_id));
  AddText("object_relation", attribute.object_relation, json);
  json->Key("first_seen").Null();
  json->Key("last_seen").Null();
  json->Key("value").String(attribute.value);
  EmptyArray("Galaxy", json);
  EmptyArray("ShadowAttribute", json);
  if (!attribute.tags.empty()) AddTags(store, attribute.tags, json);
  json->EndObject();
}

void AddReference(const StoredEvent& stored, const FakeObject& object,
                  const FakeReference& reference, PhpJson* json) {
  json->StartObject();
  json->Key("id").Number(Signed(reference.id));
  json->Key("uuid").String(reference.uuid);
  json->Key("timestamp").Number(object.timestamp);
  json->Key("object_id").Number(Signed(object.id));
  json->Key("referenced_uuid").String(reference.referenced_uuid);
  json->Key("relationship_type").String(reference.relationship_type);
  json->Key("comment").String(reference.comment);
  json->Key("deleted").Bool(false);
  json->Key("event_id").Number(Signed(stored.event.id));
  json->Key("source_uuid").String(object.uuid);
  json->EndObject();
}

void AddObject(const FakeMispStore& store, const StoredEvent& stored,
               const FakeObject& object,
               const std::vector<FakeAttribute>& attributes, PhpJson* json) {
  json->StartObject();
  json->Key("id").Number(Signed(object.id));
  json->Key("name").String(object.name);
  json->Key("meta-category").String(object.meta_category);
  json->Key("description").String(object.description);
  json->Key("template_uuid").String(object.template_uuid);
  json->Key("template_version").Number(object.template_version);
  json->Key("event_id").Number(Signed(stored.event.id));
  json->Key("uuid").String(object.uuid);
  json->Key("timestamp").Number(object.timestamp);
  json->Key("distribution").Number(5);
  json->Key("sharing_group_id").Number(0);
  json->Key("comment").String(object.comment);
  json->Key("deleted").Bool(false);
  json->Key("first_seen").Null();
  json->Key("last_seen").Null();
  json->Key("ObjectReference").StartArray();
  for (const FakeReference& reference : object.references) {
    AddReference(stored, object, reference, json);
  }
  json->EndArray();
  json->Key("Attribute").StartArray();
  for (const FakeAttribute& attribute : attributes) {
    AddAttribute(store, stored.event.id, attribute, json);
  }
  json->EndArray().EndObject();
}

}  // namespace

void AddOrgs(const FakeMispStore& store, const FakeEvent& event,
             bool with_local, PhpJson* json) {
  json->Key("Org");
  AddOrg(1, "Example Org", kFakeOwnOrgUuid, with_local, json);
  json->Key("Orgc");
  AddOrg(store.OrgId(event.org_uuid), event.org, event.org_uuid, with_local,
         json);
}

std::string RenderEvents(const FakeMispStore& store,
                         const std::vector<const StoredEvent*>& events,
                         bool numbers) {
  std::string out = "{\"response\": [";
  for (size_t i = 0; i < events.size(); ++i) {
    if (i > 0) out.push_back(',');
    PhpJson json(&out, {.numbers = numbers});
    AddMetadata(store, *events[i], &json);
  }
  out.append("]}\n");
  return out;
}

std::string RenderEvent(const FakeMispStore& store, const StoredEvent& stored,
                        bool metadata, bool site_admin, PhpJson::Style style) {
  std::string out;
  PhpJson json(&out, style);
  if (metadata) {
    AddMetadata(store, stored, &json);
    return out;
  }
  std::map<uint64_t, std::vector<FakeAttribute>> by_object;
  stored.ForEach([&](const FakeAttribute& row) {
    if (row.deleted || (row.hidden && !site_admin)) return;
    const bool known = stored.objects.contains(row.object_id);
    by_object[known ? row.object_id : 0].push_back(row);
  });
  json.StartObject().Key("Event").StartObject();
  AddHead(store, stored, &json);
  json.Key("Attribute").StartArray();
  for (const FakeAttribute& attribute : by_object[0]) {
    AddAttribute(store, stored.event.id, attribute, &json);
  }
  json.EndArray();
  EmptyArray("ShadowAttribute", &json);
  EmptyArray("RelatedEvent", &json);
  EmptyArray("Galaxy", &json);
  json.Key("Object").StartArray();
  for (const auto& [id, object] : stored.objects) {
    AddObject(store, stored, object, by_object[id], &json);
  }
  json.EndArray();
  EmptyArray("EventReport", &json);
  EmptyArray("CryptographicKey", &json);
  if (!stored.event.tags.empty()) AddTags(store, stored.event.tags, &json);
  json.EndObject().EndObject();
  return out;
}

void AddTagMembers(const FakeMispStore& store, std::string_view name,
                   PhpJson* json) {
  const FakeTag& tag = store.Tag(name);
  json->Key("id").Number(Signed(tag.id));
  json->Key("name").String(name);
  json->Key("colour").String(tag.colour);
  json->Key("exportable").Bool(true);
  json->Key("org_id").Number(0);
  json->Key("user_id").Number(0);
  json->Key("hide_tag").Bool(false);
  json->Key("numerical_value").Null();
  json->Key("is_galaxy").Bool(name.starts_with("misp-galaxy:"));
  json->Key("is_custom_galaxy").Bool(false);
  json->Key("local_only").Bool(false);
}

void AddSavedAttribute(uint64_t event_id, const FakeAttribute& attribute,
                       PhpJson* json) {
  const std::string_view value = attribute.value;
  const AttributeType* const type = FindAttributeType(attribute.type);
  const size_t bar = type != nullptr && type->composite
                         ? value.find('|')
                         : std::string_view::npos;
  json->StartObject();
  json->Key("id").Number(Signed(attribute.id));
  json->Key("event_id").Number(Signed(event_id));
  json->Key("object_id").Number(Signed(attribute.object_id));
  AddText("object_relation", attribute.object_relation, json);
  json->Key("category").String(attribute.category);
  json->Key("type").String(attribute.type);
  json->Key("value1").String(value.substr(0, bar));
  json->Key("value2").String(
      bar == std::string_view::npos ? "" : value.substr(bar + 1));
  json->Key("to_ids").Bool(attribute.to_ids);
  json->Key("uuid").String(attribute.uuid);
  json->Key("timestamp").Number(attribute.timestamp);
  json->Key("distribution").Number(attribute.distribution);
  json->Key("sharing_group_id").Number(0);
  json->Key("comment").String(attribute.comment);
  json->Key("deleted").Bool(attribute.deleted);
  json->Key("disable_correlation").Bool(attribute.disable_correlation);
  json->Key("first_seen").Null();
  json->Key("last_seen").Null();
  json->Key("value").String(value);
  json->EndObject();
}

void AddAttributeTags(const FakeMispStore& store, uint64_t event_id,
                      const FakeAttribute& attribute, PhpJson* json) {
  json->Key("AttributeTag").StartArray();
  int64_t row = Signed(attribute.id) * 16;
  for (const std::string& name : attribute.tags) {
    json->StartObject();
    json->Key("id").Number(row++);
    json->Key("attribute_id").Number(Signed(attribute.id));
    json->Key("event_id").Number(Signed(event_id));
    json->Key("tag_id").Number(Signed(store.Tag(name).id));
    json->Key("local").Bool(false);
    json->Key("relationship_type").Null();
    json->Key("Tag").StartObject();
    AddTagMembers(store, name, json);
    json->EndObject().EndObject();
  }
  json->EndArray();
}

}  // namespace mispsift
