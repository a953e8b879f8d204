#include "tests/support/fake_misp_intake.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <system_error>

#include "absl/strings/escaping.h"
#include "fmt/format.h"
#include "mispsift/base/digest.h"
#include "mispsift/base/uuid.h"
#include "mispsift/normalize/attribute_types.h"
#include "mispsift/normalize/normalize.h"
#include "tests/support/fake_misp_categories.h"

namespace mispsift {
namespace {

using rapidjson::Value;

constexpr std::string_view kBadUuid = "Please provide a valid RFC 4122 UUID";

// What MISP says where StoreLikeMisp() says `refusal`.
std::string WordsOf(std::string_view refusal) {
  constexpr std::string_view kNot = "not ";
  constexpr std::string_view kDigits = " hex digits";
  if (refusal.starts_with(kNot) && refusal.ends_with(kDigits)) {
    const std::string_view length = refusal.substr(
        kNot.size(), refusal.size() - kNot.size() - kDigits.size());
    return fmt::format(
        "Checksum has an invalid length or format (expected: {} hexadecimal "
        "characters). Please double check the value or select type \"other\".",
        length);
  }
  if (refusal == "no ip address or network") {
    return "IP address has an invalid format.";
  }
  return fmt::format("Value has an invalid format: {}.", refusal);
}

// A sample that comes as a file is named by its name and its MD5.
std::string NameOfSample(const FakeAttribute& attribute) {
  std::string file;
  if (!absl::Base64Unescape(attribute.data, &file)) return attribute.value;
  return attribute.value.substr(0, attribute.value.find('|')) + "|" +
         Md5Hex(file);
}

FakeErrors TakeCategory(const AttributeType& type, FakeAttribute* attribute) {
  if (attribute->category.empty()) attribute->category = type.default_category;
  FakeErrors errors;
  if (MispCategoryAllows(attribute->category, attribute->type)) return errors;
  if (!IsMispCategory(attribute->category)) {
    errors.emplace_back("category",
                        "Options : Payload delivery, Antivirus detection, "
                        "Payload installation, Files dropped ...");
  }
  errors.emplace_back("type", "Options depend on the selected category.");
  return errors;
}

// Puts the value as it is stored; what is wrong with it otherwise.
std::string TakeValue(const FakeIntake& intake, uint64_t event_id,
                      FakeMispStore* store, FakeAttribute* attribute) {
  if (!intake.refused_text.empty() &&
      attribute->value.find(intake.refused_text) != std::string::npos) {
    return "This value is blocked by a regular expression in the import "
           "filters.";
  }
  MispStored stored = StoreLikeMisp(attribute->type, attribute->value);
  if (!stored.kept) return WordsOf(stored.refusal);
  attribute->value = std::move(stored.value);
  if (attribute->object_id == 0 &&
      store->FindSame(event_id, *attribute).has_value()) {
    return "A similar attribute already exists for this event.";
  }
  return "";
}

}  // namespace

const Value* FindMember(const Value& object, const char* name) {
  if (!object.IsObject()) return nullptr;
  const auto found = object.FindMember(name);
  return found == object.MemberEnd() ? nullptr : &found->value;
}

std::optional<std::string> ReadText(const Value& object, const char* name) {
  const Value* const value = FindMember(object, name);
  if (value == nullptr) return std::nullopt;
  if (value->IsString()) {
    return std::string(value->GetString(), value->GetStringLength());
  }
  if (value->IsInt64()) return std::to_string(value->GetInt64());
  if (value->IsDouble()) return fmt::format("{}", value->GetDouble());
  if (value->IsBool()) return value->GetBool() ? "1" : "";
  return std::nullopt;
}

std::optional<int64_t> ReadNumber(const Value& object, const char* name) {
  const std::optional<std::string> text = ReadText(object, name);
  if (!text.has_value()) return std::nullopt;
  int64_t number = 0;
  const char* const end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

bool ReadFlag(const Value& object, const char* name, bool otherwise) {
  const std::optional<std::string> text = ReadText(object, name);
  return text.has_value() ? !text->empty() && *text != "0" : otherwise;
}

std::vector<const Value*> ListIn(const Value& object, const char* name) {
  std::vector<const Value*> list;
  const Value* const member = FindMember(object, name);
  if (member == nullptr || !member->IsArray()) return list;
  for (const Value& element : member->GetArray()) {
    if (element.IsObject()) list.push_back(&element);
  }
  return list;
}

bool IsMispUuid(std::string_view text) {
  Uuid uuid;
  constexpr size_t kVersion = 14;
  constexpr size_t kVariant = 19;
  return ParseUuid(text, &uuid) && text[kVersion] <= '5' &&
         std::string_view("089aAbB").find(text[kVariant]) !=
             std::string_view::npos;
}

FakeErrors TakeAttribute(const Value& json, const FakeIntake& intake,
                         uint64_t event_id, uint64_t object_id,
                         FakeMispStore* store, FakeAttribute* attribute) {
  attribute->type = ReadText(json, "type").value_or("");
  if (attribute->type.empty()) return {{"type", "No type set."}};
  const AttributeType* const type = FindAttributeType(attribute->type);
  if (type == nullptr) return {{"type", "Invalid type."}};
  attribute->uuid = ReadText(json, "uuid").value_or("");
  attribute->category = ReadText(json, "category").value_or("");
  attribute->value = ReadText(json, "value").value_or("");
  attribute->comment = ReadText(json, "comment").value_or("");
  attribute->to_ids = ReadFlag(json, "to_ids", type->default_to_ids);
  attribute->deleted = ReadFlag(json, "deleted", false);
  attribute->disable_correlation = ReadFlag(json, "disable_correlation", false);
  attribute->timestamp = ReadNumber(json, "timestamp").value_or(intake.now);
  attribute->distribution =
      static_cast<int>(ReadNumber(json, "distribution").value_or(5));
  attribute->object_id = object_id;
  attribute->object_relation = ReadText(json, "object_relation").value_or("");
  attribute->data = ReadText(json, "data").value_or("");
  if (attribute->type == "malware-sample" && ReadFlag(json, "encrypt", false) &&
      !attribute->data.empty()) {
    attribute->value = NameOfSample(*attribute);
  }

  FakeErrors errors = TakeCategory(*type, attribute);
  const std::string problem = TakeValue(intake, event_id, store, attribute);
  if (!problem.empty()) errors.emplace_back("value", problem);
  if (object_id != 0 && attribute->object_relation.empty()) {
    errors.emplace_back("object_relation",
                        "Object attribute sent, but no object_relation set.");
  }
  if (!attribute->uuid.empty() && !IsMispUuid(attribute->uuid)) {
    errors.emplace_back("uuid", kBadUuid);
  } else if (store->HasAttribute(attribute->uuid)) {
    errors.emplace_back("uuid", "The UUID provided is not unique");
  }
  if (errors.empty()) attribute->tags = TakeTags(json, intake.role, store);
  return errors;
}

FakeObject TakeObject(const Value& json) {
  FakeObject object;
  object.uuid = ReadText(json, "uuid").value_or("");
  object.name = ReadText(json, "name").value_or("");
  object.meta_category = ReadText(json, "meta-category").value_or("");
  object.description = ReadText(json, "description").value_or("");
  object.template_uuid = ReadText(json, "template_uuid").value_or("");
  object.template_version = ReadNumber(json, "template_version").value_or(0);
  object.comment = ReadText(json, "comment").value_or("");
  object.timestamp = ReadNumber(json, "timestamp").value_or(0);
  return object;
}

std::vector<std::string> TakeTags(const Value& json, const FakeRole& role,
                                  FakeMispStore* store) {
  std::vector<std::string> tags;
  if (!role.perm_tagger) return tags;
  for (const Value* const tag : ListIn(json, "Tag")) {
    const std::string name = ReadText(*tag, "name").value_or("");
    if (name.empty()) continue;
    std::optional<std::string> known = store->SpellTag(name);
    if (!known.has_value() && role.perm_tag_editor) {
      store->AddTag(name, ReadText(*tag, "colour").value_or(""));
      known = name;
    }
    if (known.has_value() && std::ranges::find(tags, *known) == tags.end()) {
      tags.push_back(*std::move(known));
    }
  }
  return tags;
}

void TakeEventFields(const Value& json, FakeEvent* event) {
  const auto text = [&json](const char* name, std::string* to) {
    if (auto given = ReadText(json, name)) *to = *std::move(given);
  };
  // What is no number is none of the options either.
  const auto option = [&json](const char* name, int* to) {
    if (ReadText(json, name).has_value()) {
      *to = static_cast<int>(ReadNumber(json, name).value_or(-1));
    }
  };
  text("info", &event->info);
  text("date", &event->date);
  text("extends_uuid", &event->extends_uuid);
  option("threat_level_id", &event->threat_level_id);
  option("analysis", &event->analysis);
  option("distribution", &event->distribution);
  event->sharing_group_id = static_cast<uint64_t>(
      event->distribution == 4
          ? ReadNumber(json, "sharing_group_id")
                .value_or(static_cast<int64_t>(event->sharing_group_id))
          : 0);
  event->disable_correlation =
      ReadFlag(json, "disable_correlation", event->disable_correlation);
}

FakeErrors CheckEvent(const FakeEvent& event) {
  FakeErrors errors;
  if (event.threat_level_id < 1 || event.threat_level_id > 4) {
    errors.emplace_back(
        "threat_level_id",
        "Options : 1, 2, 3, 4 (for High, Medium, Low, Undefined)");
  }
  if (event.distribution < 0 || event.distribution > 4) {
    errors.emplace_back("distribution",
                        "Options : Your organisation only, This community "
                        "only, Connected communities, All communities");
  }
  if (event.analysis < 0 || event.analysis > 2) {
    errors.emplace_back("analysis",
                        "Options : 0, 1, 2 (for Initial, Ongoing, Completed)");
  }
  if (event.info.find_first_not_of(" \t\r\n") == std::string::npos) {
    errors.emplace_back("info", "valueNotEmpty");
  }
  if (!event.uuid.empty() && !IsMispUuid(event.uuid)) {
    errors.emplace_back("uuid", kBadUuid);
  }
  return errors;
}

}  // namespace mispsift
