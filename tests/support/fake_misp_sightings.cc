// POST /sightings/bulkSaveSightings and /sightings/add, GET /sightings/index.

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

#include "fmt/format.h"
#include "tests/support/fake_misp_render_event.h"
#include "tests/support/fake_misp_search.h"
#include "tests/support/fake_misp_write.h"

namespace mispsift {
namespace {

using rapidjson::Value;

void AddSightingMembers(const FakeSighting& sighting, PhpJson* json) {
  json->Key("id").Number(static_cast<int64_t>(sighting.id));
  json->Key("attribute_id").Number(static_cast<int64_t>(sighting.attribute_id));
  json->Key("event_id").Number(static_cast<int64_t>(sighting.event_id));
  json->Key("org_id").Number(1);
  json->Key("date_sighting").Number(sighting.date);
  json->Key("uuid").String(sighting.uuid);
  json->Key("source").String(sighting.source);
  json->Key("type").Number(sighting.type);
}

class SightingsWrite : public FakeWrite {
 public:
  explicit SightingsWrite(FakeWriteCall call) : FakeWrite(std::move(call)) {}

  void Start(FakeMispStore* store) override;
  size_t Left() const override { return given_.size() - next_; }
  void StoreNext(FakeMispStore* store) override;

 private:
  FakeAnswer AnswerSaved(const FakeMispStore& store) const override;

  std::vector<const Value*> given_;
  size_t next_ = 0;
  size_t saved_ = 0;
};

void SightingsWrite::Start(FakeMispStore* store) {
  if (store->FindEventNamed(target()) == nullptr) {
    Refuse(405, "Event not found or not accessible by this user.");
    return;
  }
  const Value* body = &call().body;
  const Value* const wrapped = FindMember(*body, "Sighting");
  if (wrapped != nullptr) body = wrapped;
  if (!body->IsArray()) return;
  for (const Value& one : body->GetArray()) {
    if (one.IsObject()) given_.push_back(&one);
  }
}

// The event is that of the attribute, whatever the path says.
void SightingsWrite::StoreNext(FakeMispStore* store) {
  const Value& json = *given_[next_++];
  FakeSighting sighting;
  FakeAttribute row;
  const std::string attribute = ReadText(json, "attribute_uuid").value_or("");
  if (!store->ReadAttribute(attribute, &sighting.event_id, &row)) return;
  if (row.hidden && !call().settings.options.site_admin) return;
  sighting.uuid = ReadText(json, "uuid").value_or("");
  sighting.attribute_id = row.id;
  sighting.attribute_uuid = row.uuid;
  sighting.source = ReadText(json, "source").value_or("");
  sighting.date = ReadNumber(json, "date_sighting").value_or(now());
  sighting.type = static_cast<int>(ReadNumber(json, "type").value_or(0));
  if (store->AddSighting(std::move(sighting))) ++saved_;
}

FakeAnswer SightingsWrite::AnswerSaved(const FakeMispStore&) const {
  FakeAnswer answer;
  PhpJson json(&answer.body, {});
  json.StartObject();
  json.Key("saved").Bool(saved_ > 0);
  json.Key("success").String(saved_ > 0
                                 ? fmt::format("{} sightings added.", saved_)
                                 : "No sightings added.");
  json.EndObject();
  return answer;
}

class SightingWrite : public FakeWrite {
 public:
  explicit SightingWrite(FakeWriteCall call) : FakeWrite(std::move(call)) {}

  void Start(FakeMispStore* store) override;

 private:
  FakeAnswer AnswerSaved(const FakeMispStore& store) const override;
  void SayWhyNot(std::string_view reason);
  std::vector<FakeRow> FindSighted(const FakeMispStore& store) const;

  FakeSighting last_;
};

// A 200 all the same.
void SightingWrite::SayWhyNot(std::string_view reason) {
  FakeAnswer answer;
  PhpJson json(&answer.body, {});
  json.StartObject();
  json.Key("message").String(
      fmt::format("Could not add the Sighting. Reason: {}", reason));
  json.EndObject();
  Refuse(std::move(answer));
}

// Soft-deleted ones too.
std::vector<FakeRow> SightingWrite::FindSighted(
    const FakeMispStore& store) const {
  const Value& body = call().body;
  const FakeSight sight{call().settings.options.site_admin, 0};
  FakeSearch search;
  const Value* const filters = FindMember(body, "filters");
  if (filters != nullptr && filters->IsObject()) {
    ReadSearch(*filters, true, now(), &search);
  }
  search.deleted = true;
  std::string name(target());
  if (name.empty()) {
    name = ReadText(body, "uuid").value_or(ReadText(body, "id").value_or(""));
  }
  FakeAttribute row;
  uint64_t event_id = 0;
  uint64_t id = 0;
  const char* const end = name.data() + name.size();
  if (std::from_chars(name.data(), end, id).ptr == end && !name.empty()) {
    if (!store.ReadAttribute(id, &event_id, &row)) return {};
    return {{store.FindEvent(event_id), id}};
  }
  if (!name.empty()) {
    if (!store.ReadAttribute(name, &event_id, &row)) return {};
    return {{store.FindEvent(event_id), row.id}};
  }
  if (const auto value = ReadText(body, "value")) search.value.any = {*value};
  const Value* const values = FindMember(body, "values");
  if (values != nullptr && values->IsArray()) {
    for (const Value& value : values->GetArray()) {
      if (value.IsString()) search.value.any.emplace_back(value.GetString());
    }
  }
  if (search.value.any.empty()) return {};
  return SearchAttributes(store, search, sight);
}

void SightingWrite::Start(FakeMispStore* store) {
  const Value& body = call().body;
  const Value* const id = FindMember(body, "id");
  if (id != nullptr && id->IsArray()) {
    Refuse(500, "An Internal Error Has Occurred.");
    return;
  }
  const int64_t type = ReadNumber(body, "type").value_or(0);
  if (type < 0 || type > 2) {
    SayWhyNot(
        "Invalid type, please change it before you POST 1000000 sightings.");
    return;
  }
  const std::vector<FakeRow> rows = FindSighted(*store);
  if (rows.empty()) {
    SayWhyNot("No valid attributes found that match the criteria.");
    return;
  }
  for (const FakeRow& row : rows) {
    FakeAttribute attribute;
    row.event->Find(row.id, &attribute);
    FakeSighting sighting;
    sighting.attribute_id = row.id;
    sighting.attribute_uuid = attribute.uuid;
    sighting.event_id = row.event->event.id;
    sighting.source = ReadText(body, "source").value_or("");
    sighting.date = ReadNumber(body, "timestamp").value_or(now());
    sighting.type = static_cast<int>(type);
    store->AddSighting(std::move(sighting));
  }
  last_ = store->sightings().back();
}

FakeAnswer SightingWrite::AnswerSaved(const FakeMispStore&) const {
  FakeAnswer answer;
  PhpJson json(&answer.body, call().style);
  json.StartObject().Key("Sighting").StartObject();
  AddSightingMembers(last_, &json);
  json.EndObject().EndObject();
  return answer;
}

}  // namespace

std::shared_ptr<FakeWrite> MakeSightingsWrite(FakeWriteCall call) {
  return std::make_shared<SightingsWrite>(std::move(call));
}

std::shared_ptr<FakeWrite> MakeSightingWrite(FakeWriteCall call) {
  return std::make_shared<SightingWrite>(std::move(call));
}

std::string RenderSightings(const FakeMispStore& store,
                            const FakeMispSettings& settings,
                            std::string_view event, PhpJson::Style style) {
  const StoredEvent* asked = store.FindEventNamed(event);
  if (asked != nullptr && asked->event.uuid == event &&
      !settings.options.sightings_index_knows_uuid) {
    asked = nullptr;
  }
  std::string out;
  PhpJson json(&out, style);
  json.StartArray();
  for (const FakeSighting& sighting : store.sightings()) {
    const bool wanted = event.empty() || (asked != nullptr &&
                                          sighting.event_id == asked->event.id);
    if (!wanted) continue;
    json.StartObject();
    AddSightingMembers(sighting, &json);
    json.Key("attribute_uuid").String(sighting.attribute_uuid);
    json.Key("Organisation").StartObject();
    json.Key("id").Number(1);
    json.Key("uuid").String(kFakeOwnOrgUuid);
    json.Key("name").String("Example Org");
    json.EndObject().EndObject();
  }
  json.EndArray();
  return out;
}

}  // namespace mispsift
