// POST /attributes/add and /events/upload_sample.

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "fmt/chrono.h"
#include "fmt/format.h"
#include "mispsift/base/digest.h"
#include "mispsift/normalize/attribute_types.h"
#include "tests/support/fake_misp_render_event.h"
#include "tests/support/fake_misp_write.h"

namespace mispsift {
namespace {

using rapidjson::Value;

class AttributesWrite : public FakeWrite {
 public:
  explicit AttributesWrite(FakeWriteCall call) : FakeWrite(std::move(call)) {}

  void Start(FakeMispStore* store) override;
  size_t Left() const override { return given_.size() - next_; }
  void StoreNext(FakeMispStore* store) override;

 private:
  FakeAnswer AnswerSaved(const FakeMispStore& store) const override;
  void AddAllErrors(PhpJson* json) const;

  rapidjson::Document spread_;  // of a list of values, an attribute each
  std::vector<const Value*> given_;
  size_t next_ = 0;
  uint64_t event_id_ = 0;
  std::vector<std::string> saved_;                    // uuids
  std::vector<std::pair<size_t, FakeErrors>> wrong_;  // by position
};

void AttributesWrite::Start(FakeMispStore* store) {
  const StoredEvent* const stored = FindOwnEvent(*store);
  if (stored == nullptr) return;
  event_id_ = stored->event.id;
  const Value* body = &call().body;
  const Value* const wrapped = FindMember(*body, "Attribute");
  if (wrapped != nullptr) body = wrapped;
  const Value* const values = FindMember(*body, "value");
  if (body->IsArray()) {
    for (const Value& one : body->GetArray()) given_.push_back(&one);
  } else if (values != nullptr && values->IsArray()) {
    spread_.SetArray();
    for (const Value& value : values->GetArray()) {
      Value one(*body, spread_.GetAllocator());
      one["value"].CopyFrom(value, spread_.GetAllocator());
      spread_.PushBack(one, spread_.GetAllocator());
    }
    for (const Value& one : std::as_const(spread_).GetArray()) {
      given_.push_back(&one);
    }
  } else if (body->IsObject()) {
    given_.push_back(body);
  }
  if (given_.empty()) {
    RefuseToSave("add Attribute", "/attributes/add", [](PhpJson* json) {
      AddErrors({{"type", "No type set."}}, json);
    });
  }
}

void AttributesWrite::StoreNext(FakeMispStore* store) {
  const size_t at = next_++;
  if (store->FindEvent(event_id_) == nullptr) return;
  FakeAttribute attribute;
  FakeErrors errors =
      TakeAttribute(*given_[at], intake(), event_id_, 0, store, &attribute);
  std::string uuid;
  if (errors.empty()) {
    store->AddAttribute(event_id_, std::move(attribute), now(), &uuid);
    saved_.push_back(uuid);
    return;
  }
  const bool takes_same = HasParameter("breakOnDuplicate", "0");
  const std::optional<uint64_t> same =
      takes_same && errors.size() == 1 && errors[0].first == "value" &&
              FindAttributeType(attribute.type) != nullptr
          ? store->FindSame(event_id_, attribute)
          : std::nullopt;
  if (same.has_value()) {
    FakeAttribute row;
    store->FindEvent(event_id_)->Find(*same, &row);
    store->EditAttribute(
        row.uuid, [](FakeAttribute&) {}, now());
    saved_.push_back(row.uuid);
    return;
  }
  wrong_.emplace_back(at, std::move(errors));
}

// Where there was one attribute, what is wrong is its own.
void AttributesWrite::AddAllErrors(PhpJson* json) const {
  if (given_.size() == 1) return AddErrors(wrong_[0].second, json);
  json->StartObject();
  for (const auto& [position, errors] : wrong_) {
    json->Key(fmt::format("attribute_{}", position));
    AddErrors(errors, json);
  }
  json->EndObject();
}

FakeAnswer AttributesWrite::AnswerSaved(const FakeMispStore& store) const {
  if (saved_.empty()) {
    return SaveFailure("add Attribute", "/attributes/add",
                       [this](PhpJson* json) { AddAllErrors(json); });
  }
  std::vector<FakeAttribute> saved;
  for (const std::string& uuid : saved_) {
    uint64_t event_id = 0;
    FakeAttribute row;
    if (store.ReadAttribute(uuid, &event_id, &row)) saved.push_back(row);
  }
  FakeAnswer answer;
  PhpJson json(&answer.body, call().style);
  json.StartObject().Key("Attribute");
  if (saved.size() == 1) {
    AddSavedAttribute(event_id_, saved[0], &json);
    AddAttributeTags(store, event_id_, saved[0], &json);
  } else {
    json.StartArray();
    for (const FakeAttribute& one : saved) {
      AddSavedAttribute(event_id_, one, &json);
    }
    json.EndArray();
  }
  if (!wrong_.empty()) {
    json.Key("errors");
    AddAllErrors(&json);
  }
  json.EndObject();
  return answer;
}

class SampleWrite : public FakeWrite {
 public:
  explicit SampleWrite(FakeWriteCall call) : FakeWrite(std::move(call)) {}

  void Start(FakeMispStore* store) override;

 private:
  FakeAnswer AnswerSaved(const FakeMispStore& store) const override;
  void AddSample(const Value& file, const Value& request,
                 FakeMispStore* store) const;

  uint64_t event_id_ = 0;
};

void SampleWrite::Start(FakeMispStore* store) {
  const Value* request = FindMember(call().body, "request");
  if (request == nullptr) request = &call().body;
  const std::vector<const Value*> files = ListIn(*request, "files");
  if (files.empty()) {
    Refuse(400,
           "No samples received, or samples not in the correct format. Please "
           "refer to the API documentation on the automation page.");
    return;
  }
  if (!target().empty()) {
    const StoredEvent* const stored = FindOwnEvent(*store);
    if (stored == nullptr) return;
    event_id_ = stored->event.id;
  } else {
    FakeEvent event;
    TakeEventFields(*request, &event);
    if (event.distribution == 5) {
      Refuse(400,
             "Distribution level 5 is not supported when uploading a sample "
             "without passing an event ID. Distribution level 5 is meant to "
             "take on the distribution level of an existing event.");
      return;
    }
    event.published = false;
    event.date = fmt::format("{:%Y-%m-%d}", fmt::gmtime(now()));
    event_id_ = store->AddEvent(std::move(event), now());
  }
  for (const Value* const file : files) AddSample(*file, *request, store);
  store->TouchEvent(event_id_, now());
}

void SampleWrite::AddSample(const Value& file, const Value& request,
                            FakeMispStore* store) const {
  const std::string name = ReadText(file, "filename").value_or("");
  std::string bytes;
  absl::Base64Unescape(ReadText(file, "data").value_or(""), &bytes);
  const std::string md5 = Md5Hex(bytes);
  const std::string sha256 = Sha256Hex(bytes);
  const std::string category =
      ReadText(request, "category").value_or("Payload installation");
  FakeObject object;
  const auto add = [&](const char* relation, const std::string& value,
                       bool to_ids) {
    FakeAttribute attribute;
    attribute.type = relation;
    attribute.object_relation = relation;
    attribute.category = attribute.type == "size-in-bytes" ? "Other" : category;
    attribute.value = value;
    attribute.to_ids = to_ids;
    attribute.comment = ReadText(request, "comment").value_or("");
    object.attributes.push_back(std::move(attribute));
  };
  const bool to_ids = ReadFlag(request, "to_ids", true);
  add("malware-sample", name + "|" + md5, to_ids);
  add("filename", name, false);
  add("md5", md5, to_ids);
  // Not its SHA-1, but as long.
  add("sha1", sha256.substr(0, 40), to_ids);
  add("sha256", sha256, to_ids);
  add("size-in-bytes", std::to_string(bytes.size()), false);
  object.attributes[0].data = ReadText(file, "data").value_or("");
  store->PutObject(event_id_, std::move(object), now());
}

FakeAnswer SampleWrite::AnswerSaved(const FakeMispStore&) const {
  FakeAnswer answer;
  PhpJson json(&answer.body, {.escape_slashes = true});
  json.StartObject();
  json.Key("name").String("Success");
  json.Key("message").String("Success, saved all attributes.");
  json.Key("url").String(
      fmt::format("{}/events/view/{}", call().settings.base_url, event_id_));
  json.Key("id").String(std::to_string(event_id_));
  json.EndObject();
  return answer;
}

}  // namespace

std::shared_ptr<FakeWrite> MakeAttributesWrite(FakeWriteCall call) {
  return std::make_shared<AttributesWrite>(std::move(call));
}

std::shared_ptr<FakeWrite> MakeSampleWrite(FakeWriteCall call) {
  return std::make_shared<SampleWrite>(std::move(call));
}

}  // namespace mispsift
