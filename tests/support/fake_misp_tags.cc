// POST /tags/add and /tags/attachTagToObject, GET /tags/index.

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "fmt/format.h"
#include "tests/support/fake_misp_render_event.h"
#include "tests/support/fake_misp_write.h"

namespace mispsift {
namespace {

using rapidjson::Value;

bool IsColour(std::string_view text) {
  return text.size() == 7 && text[0] == '#' &&
         text.find_first_not_of("0123456789abcdefABCDEF", 1) ==
             std::string_view::npos;
}

class TagWrite : public FakeWrite {
 public:
  explicit TagWrite(FakeWriteCall call) : FakeWrite(std::move(call)) {}

  void Start(FakeMispStore* store) override {
    const Value* tag = FindMember(call().body, "Tag");
    if (tag == nullptr) tag = &call().body;
    name_ = ReadText(*tag, "name").value_or("");
    const std::string colour = ReadText(*tag, "colour").value_or("");
    if (name_.empty()) {
      Refuse(405, "Could not add the Tag. [name]: Please fill in this field");
    } else if (!colour.empty() && !IsColour(colour)) {
      Refuse(405,
             "Could not add the Tag. [colour]: Colour has to be in the RGB "
             "format (#FFFFFF)");
    } else if (const auto known = store->SpellTag(name_)) {
      name_ = *known;
    } else {
      store->AddTag(name_, colour);
    }
  }

 private:
  FakeAnswer AnswerSaved(const FakeMispStore& store) const override {
    FakeAnswer answer;
    PhpJson json(&answer.body, call().style);
    json.StartObject().Key("Tag").StartObject();
    AddTagMembers(store, name_, &json);
    json.EndObject().EndObject();
    return answer;
  }

  std::string name_;
};

class Tagging : public FakeWrite {
 public:
  explicit Tagging(FakeWriteCall call) : FakeWrite(std::move(call)) {}

  void Start(FakeMispStore* store) override;

 private:
  FakeAnswer AnswerSaved(const FakeMispStore& store) const override;
  // False when it is there already.
  bool Attach(const std::string& tag, FakeMispStore* store) const;

  std::string uuid_;
  std::string kind_;  // "Event" or "Attribute"
  uint64_t id_ = 0;
  uint64_t event_id_ = 0;
  std::string message_;
};

void Tagging::Start(FakeMispStore* store) {
  const Value& body = call().body;
  if (!target().empty()) {
    Refuse(405, "Invalid tag");
    return;
  }
  uuid_ = ReadText(body, "uuid").value_or("");
  FakeAttribute row;
  const StoredEvent* const event =
      IsMispUuid(uuid_) ? store->FindEventNamed(uuid_) : nullptr;
  if (event != nullptr) {
    kind_ = "Event";
    id_ = event_id_ = event->event.id;
  } else if (store->ReadAttribute(uuid_, &event_id_, &row)) {
    kind_ = "Attribute";
    id_ = row.id;
  } else {
    Refuse(404, "Invalid Target.");
    return;
  }
  std::vector<std::string> names;
  const Value* const tags = FindMember(body, "tag");
  if (tags != nullptr && tags->IsArray()) {
    for (const Value& tag : tags->GetArray()) {
      if (tag.IsString()) names.emplace_back(tag.GetString());
    }
  } else {
    names.push_back(ReadText(body, "tag").value_or(""));
  }
  size_t refused = 0;
  for (const std::string& name : names) {
    std::optional<std::string> known = store->SpellTag(name);
    if (!known.has_value() && role().perm_tag_editor && !name.empty()) {
      store->AddTag(name, "");
      known = name;
    }
    if (!known.has_value()) {
      ++refused;
      continue;
    }
    message_ = Attach(*known, store)
                   ? fmt::format(
                         "Global tag {}({}) successfully attached to "
                         "{}({}).",
                         *known, store->Tag(*known).id, kind_, id_)
                   : fmt::format(
                         "{} already has the requested tag attached, "
                         "no changes had to be made for tag {}.",
                         kind_, *known);
  }
  if (refused == names.size()) {
    RefuseToSave(
        "attachTagToObject Tag", "/tags/attachTagToObject",
        [refused](PhpJson* json) {
          std::string reasons;
          for (size_t i = 0; i < refused; ++i) {
            reasons += fmt::format(
                "{}\"{}\":\"Tag not found and insufficient privileges "
                "to create it.\"",
                i == 0 ? "" : ",", i);
          }
          json->String(fmt::format("Failed to attach {} tags. Reasons: {{{}}}",
                                   refused, reasons));
        });
  } else if (names.size() > 1) {
    message_ = fmt::format("Successfully attached {} tags to {} ({})",
                           names.size() - refused, kind_, id_);
  }
}

bool Tagging::Attach(const std::string& tag, FakeMispStore* store) const {
  bool attached = false;
  const auto attach = [&](std::vector<std::string>& tags) {
    attached = std::ranges::find(tags, tag) == tags.end();
    if (attached) tags.push_back(tag);
  };
  if (kind_ == "Event") {
    const FakeEvent before = store->FindEvent(event_id_)->event;
    store->EditEvent(
        event_id_,
        [&](FakeEvent& event) {
          attach(event.tags);
          if (!attached) event = before;
        },
        now());
    return attached;
  }
  store->EditAttribute(
      uuid_, [&](FakeAttribute& attribute) { attach(attribute.tags); }, now());
  return attached;
}

FakeAnswer Tagging::AnswerSaved(const FakeMispStore&) const {
  FakeAnswer answer;
  PhpJson json(&answer.body, call().style);
  json.StartObject();
  json.Key("saved").Bool(true);
  json.Key("success").Bool(true);
  json.Key("name").String(message_);
  json.Key("message").String(message_);
  json.Key("url").String("/tags/attachTagToObject");
  json.EndObject();
  return answer;
}

}  // namespace

std::shared_ptr<FakeWrite> MakeTagWrite(FakeWriteCall call) {
  return std::make_shared<TagWrite>(std::move(call));
}

std::shared_ptr<FakeWrite> MakeTagging(FakeWriteCall call) {
  return std::make_shared<Tagging>(std::move(call));
}

std::string RenderTags(const FakeMispStore& store, PhpJson::Style style) {
  struct Uses {
    int64_t events = 0;
    int64_t attributes = 0;
  };
  std::map<std::string, Uses> tags;
  for (const auto& [name, tag] : store.tags()) tags[name];
  for (const auto& [id, stored] : store.events()) {
    for (const std::string& name : stored.event.tags) ++tags[name].events;
    stored.ForEach([&tags](const FakeAttribute& row) {
      for (const std::string& name : row.tags) ++tags[name].attributes;
    });
  }
  std::string out;
  // Compact for whomever.
  PhpJson json(&out, {.numbers = style.numbers});
  json.StartObject().Key("Tag").StartArray();
  for (const auto& [name, uses] : tags) {
    json.StartObject();
    AddTagMembers(store, name, &json);
    json.Key("favourite").Bool(false);
    json.Key("count").Integer(uses.events);
    json.Key("attribute_count").Integer(uses.attributes);
    json.EndObject();
  }
  json.EndArray().EndObject();
  return out;
}

}  // namespace mispsift
