#include "mispsift/misp/write_answers.h"

#include <fmt/format.h>
#include <rapidjson/document.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "src/misp/json_fields.h"
#include "src/misp/json_text_of.h"

namespace mispsift::misp {
namespace {

using rapidjson::Value;

constexpr size_t kMaxReasonBytes = 200;
constexpr std::string_view kAttributeError = "attribute_";

bool Parse(std::string_view json, rapidjson::Document* document) {
  document->Parse<rapidjson::kParseIterativeFlag>(json.data(), json.size());
  return !document->HasParseError();
}

const Value* Find(const Value& object, const char* name) {
  if (!object.IsObject()) return nullptr;
  const auto member = object.FindMember(name);
  return member == object.MemberEnd() ? nullptr : &member->value;
}

void AppendReason(std::string_view reason, std::string* reasons) {
  if (!reasons->empty()) reasons->append("; ");
  reasons->append(reason.substr(0, kMaxReasonBytes));
}

// "value: text; type: text" of {"value":["text"],"type":["text"]}, of a text
// or of a list of them, whatever they stand in.
void AppendErrors(const Value& errors, const std::string& field,
                  std::string* reasons) {
  if (errors.IsString()) {
    const std::string_view text(errors.GetString(), errors.GetStringLength());
    AppendReason(
        field.empty() ? std::string(text) : fmt::format("{}: {}", field, text),
        reasons);
  } else if (errors.IsArray()) {
    for (const Value& error : errors.GetArray()) {
      // Below a list only texts count: this is no place to go deep.
      if (error.IsString()) AppendErrors(error, field, reasons);
    }
  } else if (errors.IsObject()) {
    for (const auto& [name, error] : errors.GetObject()) {
      if (error.IsObject()) {
        for (const auto& [inner_name, inner] : error.GetObject()) {
          if (!inner.IsObject()) {
            AppendErrors(inner, inner_name.GetString(), reasons);
          }
        }
      } else {
        AppendErrors(error, name.GetString(), reasons);
      }
    }
  }
}

absl::flat_hash_set<Uuid> UuidsOf(const Value& rows) {
  absl::flat_hash_set<Uuid> uuids;
  for (const Value& row : rows.GetArray()) {
    const Uuid uuid = ParseUuidOrNil(TextOf(row, "uuid"));
    if (!uuid.IsNil()) uuids.insert(uuid);
  }
  return uuids;
}

}  // namespace

std::optional<ToldEvent> ReadToldEvent(std::string_view json, bool* is_answer) {
  *is_answer = false;
  rapidjson::Document document;
  if (!Parse(json, &document)) return std::nullopt;
  const Value* holder = &document;
  if (const Value* found = Find(document, "response")) {
    if (!found->IsArray()) return std::nullopt;
    *is_answer = found->Empty();
    if (found->Empty()) return std::nullopt;
    holder = &(*found)[0];
  }
  const Value* event = Find(*holder, "Event");
  if (event == nullptr || TextOf(*event, "id").empty()) return std::nullopt;
  *is_answer = true;
  return ToldEvent{TextOf(*event, "id"),
                   ParseNumber<uint64_t>(TextOf(*event, "attribute_count"))};
}

std::optional<absl::flat_hash_set<Uuid>> ReadAttributeUuids(
    std::string_view json) {
  rapidjson::Document document;
  if (!Parse(json, &document)) return std::nullopt;
  const Value* response = Find(document, "response");
  const Value* rows =
      response == nullptr ? nullptr : Find(*response, "Attribute");
  if (rows == nullptr || !rows->IsArray()) return std::nullopt;
  return UuidsOf(*rows);
}

std::optional<absl::flat_hash_set<Uuid>> ReadSightingUuids(
    std::string_view json) {
  rapidjson::Document document;
  if (!Parse(json, &document) || !document.IsArray()) return std::nullopt;
  return UuidsOf(document);
}

std::optional<uint64_t> ReadSavedSightings(std::string_view json) {
  rapidjson::Document document;
  if (!Parse(json, &document)) return std::nullopt;
  // "3 sightings added." or "No sightings added."
  const std::string words = TextOf(document, "success");
  if (words.empty()) return std::nullopt;
  const std::string_view number =
      std::string_view(words).substr(0, words.find(' '));
  if (number == "No") return 0;
  if (!std::all_of(number.begin(), number.end(), absl::ascii_isdigit)) {
    return std::nullopt;
  }
  return ParseNumber<uint64_t>(number);
}

std::optional<std::string> ReadRefusal(std::string_view json) {
  rapidjson::Document document;
  if (!Parse(json, &document)) return std::nullopt;
  const Value* saved = Find(document, "saved");
  const Value* errors = Find(document, "errors");
  if (saved == nullptr || !saved->IsFalse() || errors == nullptr) {
    return std::nullopt;
  }
  std::string reasons;
  AppendErrors(*errors, "", &reasons);
  return reasons.empty() ? "refused without a reason" : reasons;
}

std::vector<std::string> ReadAttributeRefusals(std::string_view json,
                                               size_t count) {
  std::vector<std::string> refusals(count);
  rapidjson::Document document;
  if (!Parse(json, &document)) return refusals;
  const Value* errors = Find(document, "errors");
  if (errors == nullptr) return refusals;
  bool by_position = false;
  if (errors->IsObject()) {
    for (const auto& [name, error] : errors->GetObject()) {
      const std::string_view key(name.GetString(), name.GetStringLength());
      if (!key.starts_with(kAttributeError)) continue;
      by_position = true;
      const size_t position =
          ParseNumber<size_t>(key.substr(kAttributeError.size()));
      if (position < count) AppendErrors(error, "", &refusals[position]);
    }
  }
  // One attribute alone is refused without its position.
  if (!by_position && count == 1) AppendErrors(*errors, "", &refusals[0]);
  return refusals;
}

std::string EventIdInLocation(std::string_view location) {
  const size_t slash = location.rfind('/');
  if (slash == std::string_view::npos) return {};
  const std::string_view id = location.substr(slash + 1);
  const bool is_id = !id.empty() &&
                     std::all_of(id.begin(), id.end(), absl::ascii_isdigit) &&
                     location.substr(0, slash).ends_with("/events");
  return is_id ? std::string(id) : std::string();
}

}  // namespace mispsift::misp
