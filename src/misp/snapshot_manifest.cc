#include "src/misp/snapshot_manifest.h"

#include <fmt/format.h>
#include <rapidjson/document.h>

#include <utility>

#include "mispsift/base/json_writer.h"

namespace mispsift::misp {
namespace {

void WriteTexts(const std::vector<std::string>& texts, JsonWriter* json) {
  json->StartArray();
  for (const std::string& text : texts) json->String(text);
  json->EndArray();
}

// Takes members out of an object; after the first that is not there, or of
// another type, ok() is false for good.
class Members {
 public:
  explicit Members(const rapidjson::Value& object)
      : object_(object), ok_(object.IsObject()) {}

  bool ok() const { return ok_; }

  const rapidjson::Value* Get(const char* name) {
    ok_ = ok_ && object_.HasMember(name);
    return ok_ ? &object_[name] : nullptr;
  }
  void Text(const char* name, std::string* text) {
    const rapidjson::Value* member = Get(name);
    if (member == nullptr || !Take(*member, text)) ok_ = false;
  }
  template <typename Number>
  void Int(const char* name, Number* number) {
    const rapidjson::Value* member = Get(name);
    if (member == nullptr || !Take(*member, number)) ok_ = false;
  }
  template <typename T>
  void List(const char* name, std::vector<T>* list) {
    const rapidjson::Value* member = Get(name);
    if (member == nullptr || !member->IsArray()) {
      ok_ = false;
      return;
    }
    for (const rapidjson::Value& element : member->GetArray()) {
      if (!Take(element, &list->emplace_back())) ok_ = false;
    }
  }

 private:
  static bool Take(const rapidjson::Value& value, std::string* text) {
    if (!value.IsString()) return false;
    text->assign(value.GetString(), value.GetStringLength());
    return true;
  }
  static bool Take(const rapidjson::Value& value, int32_t* number) {
    if (!value.IsInt()) return false;
    *number = value.GetInt();
    return true;
  }
  static bool Take(const rapidjson::Value& value, int64_t* number) {
    if (!value.IsInt64()) return false;
    *number = value.GetInt64();
    return true;
  }
  static bool Take(const rapidjson::Value& value, uint64_t* number) {
    if (!value.IsUint64()) return false;
    *number = value.GetUint64();
    return true;
  }

  const rapidjson::Value& object_;
  bool ok_;
};

bool ReadFilter(const rapidjson::Value& value, AttributeFilter* filter) {
  Members members(value);
  members.List("types", &filter->types);
  members.List("tags", &filter->tags);
  members.List("orgs", &filter->orgs);
  members.List("threat_levels", &filter->threat_levels);
  members.Text("since", &filter->since);
  members.Int("since_seconds", &filter->since_seconds);
  const rapidjson::Value* published = members.Get("published");
  if (!members.ok() || !(published->IsBool() || published->IsNull())) {
    return false;
  }
  if (published->IsBool()) filter->published = published->GetBool();
  return true;
}

bool ReadSource(const rapidjson::Value& value, SnapshotSource* source) {
  Members members(value);
  members.Text("kind", &source->kind);
  members.Text("location", &source->location);
  members.Int("attributes", &source->attributes);
  members.Text("etag", &source->etag);
  members.Text("seen_as", &source->seen_as);
  members.Int("complete_at", &source->complete_at);
  return members.ok();
}

bool ReadManifest(const rapidjson::Value& value, SnapshotManifest* manifest) {
  Members members(value);
  members.Text("id", &manifest->id);
  members.Text("created", &manifest->created);
  members.Text("version", &manifest->version);
  members.Int("over_correlating", &manifest->over_correlating);
  const rapidjson::Value* filter = members.Get("filter");
  const rapidjson::Value* sources = members.Get("sources");
  if (!members.ok() || !ReadFilter(*filter, &manifest->filter) ||
      !sources->IsArray()) {
    return false;
  }
  for (const rapidjson::Value& source : sources->GetArray()) {
    if (!ReadSource(source, &manifest->sources.emplace_back())) return false;
  }
  // Only where a server gave them.
  const auto from = value.FindMember("warninglists_from");
  if (from != value.MemberEnd() && from->value.IsString()) {
    manifest->warninglists_from = from->value.GetString();
  }
  return true;
}

}  // namespace

std::string ManifestJson(const SnapshotManifest& manifest) {
  std::string out;
  JsonWriter json(&out);
  json.StartObject();
  json.Key("id").String(manifest.id);
  json.Key("created").String(manifest.created);
  json.Key("version").String(manifest.version);
  json.Key("over_correlating").Uint(manifest.over_correlating);
  const AttributeFilter& filter = manifest.filter;
  json.Key("filter").StartObject();
  WriteTexts(filter.types, &json.Key("types"));
  WriteTexts(filter.tags, &json.Key("tags"));
  WriteTexts(filter.orgs, &json.Key("orgs"));
  json.Key("threat_levels").StartArray();
  for (const int32_t level : filter.threat_levels) json.Int(level);
  json.EndArray();
  json.Key("published");
  if (filter.published.has_value()) {
    json.Bool(*filter.published);
  } else {
    json.Null();
  }
  json.Key("since").String(filter.since);
  json.Key("since_seconds").Int(filter.since_seconds);
  json.EndObject();
  json.Key("sources").StartArray();
  for (const SnapshotSource& source : manifest.sources) {
    json.StartObject();
    json.Key("kind").String(source.kind);
    json.Key("location").String(source.location);
    json.Key("attributes").Uint(source.attributes);
    json.Key("etag").String(source.etag);
    json.Key("seen_as").String(source.seen_as);
    json.Key("complete_at").Int(source.complete_at);
    json.EndObject();
  }
  json.EndArray();
  if (!manifest.warninglists_from.empty()) {
    json.Key("warninglists_from").String(manifest.warninglists_from);
  }
  json.EndObject();
  return out;
}

absl::StatusOr<SnapshotManifest> ParseManifest(std::string_view json) {
  SnapshotManifest manifest;
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(json.data(), json.size());
  if (document.HasParseError() || !ReadManifest(document, &manifest)) {
    return absl::DataLossError(
        "not a whole snapshot: its manifest cannot be read");
  }
  return manifest;
}

}  // namespace mispsift::misp
