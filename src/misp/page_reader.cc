#include "mispsift/misp/page_reader.h"

#include <simdjson.h>

#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mispsift/base/status_macros.h"
#include "mispsift/normalize/attribute_types.h"
#include "src/misp/json_fields.h"
#include "src/misp/json_walk.h"

namespace mispsift::misp {
namespace {

namespace ondemand = simdjson::ondemand;

static_assert(PaddedBytes::kPadding >= simdjson::SIMDJSON_PADDING);

// Of a length that the compiler knows: twenty names a row are compared.
template <size_t kSize>
bool Is(std::string_view key, const char (&name)[kSize]) {
  return key.size() == kSize - 1 &&
         std::memcmp(key.data(), name, kSize - 1) == 0;
}

}  // namespace

struct PageReader::Impl {
  using RowSink = absl::FunctionRef<void(const Attribute&, uint64_t)>;

  absl::StatusOr<uint64_t> Read(const PaddedBytes& page, RowSink row);

  // All return false when the page is none.
  bool Response(ondemand::value& response, RowSink row);
  bool Row(ondemand::value& attribute, RowSink row);
  bool Member(std::string_view key, ondemand::value& value,
              std::string_view token);
  bool Event(ondemand::value& event);
  bool Tags(ondemand::value& value, std::string_view token);

  template <typename Number>
  bool ReadNumber(ondemand::value& value, std::string_view token,
                  Number* number);
  bool ReadFlag(ondemand::value& value, std::string_view token, bool* flag,
                bool* said);
  bool ReadUuid(ondemand::value& value, std::string_view token, Uuid* uuid);
  bool ReadText(ondemand::value& value, std::string_view token,
                std::string* text, bool* said);

  void StartRow();
  void FinishRow();

  ondemand::parser parser;
  JsonWalk walk;
  bool has_list = false;
  uint64_t row_count = 0;

  // Of the row: strings keep their room from one row to the next.
  Attribute attribute;
  std::vector<std::string> spare_tags;
  std::string value1;
  std::string value2;
  uint64_t event_id = 0;        // what "event_id" says
  uint64_t inner_event_id = 0;  // what "Event" says
  bool says_value = false;
  bool says_to_ids = false;
  bool says_event_id = false;

  // Of the page: what "Event" was last, and its id.
  std::string_view last_event;
  uint64_t last_event_id = 0;
};

absl::StatusOr<uint64_t> PageReader::Impl::Read(const PaddedBytes& page,
                                                RowSink row) {
  has_list = false;
  row_count = 0;
  last_event = {};
  MISPSIFT_RETURN_IF_ERROR(walk.Document<simdjson::padded_string_view>(
      "page", page, &parser, [&](ondemand::document& document) {
        return walk.Members(document.get_object(), [&](std::string_view key,
                                                       ondemand::value& value,
                                                       std::string_view token) {
          return key == "response" && token[0] == '{' ? Response(value, row)
                                                      : walk.Skip(value, token);
        });
      }));
  if (!has_list) {
    return absl::DataLossError("page: JSON without a list of attributes");
  }
  return row_count;
}

bool PageReader::Impl::Response(ondemand::value& response, RowSink row) {
  return walk.Members(response.get_object(), [&](std::string_view key,
                                                 ondemand::value& value,
                                                 std::string_view token) {
    if (key != "Attribute" || token[0] != '[') {
      return walk.Skip(value, token);
    }
    has_list = true;
    return walk.Elements(
        value.get_array(),
        [&](ondemand::value& element, std::string_view element_token) {
          return element_token[0] == '{' ? Row(element, row)
                                         : walk.Skip(element, element_token);
        });
  });
}

bool PageReader::Impl::Row(ondemand::value& element, RowSink row) {
  StartRow();
  if (!walk.Members(element.get_object(),
                    [this](std::string_view key, ondemand::value& value,
                           std::string_view token) {
                      return Member(key, value, token);
                    })) {
    return false;
  }
  FinishRow();
  ++row_count;
  row(attribute, says_event_id ? event_id : inner_event_id);
  return true;
}

bool PageReader::Impl::Member(std::string_view key, ondemand::value& value,
                              std::string_view token) {
  bool said = false;
  switch (key.size()) {
    case 2:
      if (Is(key, "id")) return ReadNumber(value, token, &attribute.id);
      break;
    case 3:
      if (Is(key, "Tag")) return Tags(value, token);
      break;
    case 4:
      if (Is(key, "type"))
        return ReadText(value, token, &attribute.type, &said);
      if (Is(key, "uuid")) return ReadUuid(value, token, &attribute.uuid);
      break;
    case 5:
      if (Is(key, "value")) {
        return ReadText(value, token, &attribute.value, &says_value);
      }
      if (Is(key, "Event") && token[0] == '{') return Event(value);
      break;
    case 6:
      if (Is(key, "to_ids")) {
        return ReadFlag(value, token, &attribute.to_ids, &says_to_ids);
      }
      if (Is(key, "value1")) return ReadText(value, token, &value1, &said);
      if (Is(key, "value2")) return ReadText(value, token, &value2, &said);
      break;
    case 7:
      if (Is(key, "comment")) {
        return ReadText(value, token, &attribute.comment, &said);
      }
      if (Is(key, "deleted")) {
        return ReadFlag(value, token, &attribute.deleted, &said);
      }
      break;
    case 8:
      if (Is(key, "category")) {
        return ReadText(value, token, &attribute.category, &said);
      }
      if (Is(key, "event_id")) {
        std::string_view text;
        if (!walk.Text(value, token, &text, &said)) return false;
        if (said) event_id = ParseNumber<uint64_t>(text);
        says_event_id |= said;
        return true;
      }
      if (Is(key, "EventTag")) return Tags(value, token);
      break;
    case 9:
      if (Is(key, "timestamp")) {
        return ReadNumber(value, token, &attribute.timestamp);
      }
      break;
    case 12:
      if (Is(key, "AttributeTag")) return Tags(value, token);
      break;
    case 19:
      if (Is(key, "disable_correlation")) {
        return ReadFlag(value, token, &attribute.disable_correlation, &said);
      }
      break;
    default:
      break;
  }
  return walk.Skip(value, token);
}

// The rows of an event say the same of it, byte for byte: it is walked once.
bool PageReader::Impl::Event(ondemand::value& event) {
  ondemand::object object;
  std::string_view spelled;
  if (event.get_object().get(object) || object.raw_json().get(spelled)) {
    return walk.Fail("it is not JSON");
  }
  if (spelled == last_event) {
    inner_event_id = last_event_id;
    return true;
  }
  last_event = {};
  if (object.reset().error() ||
      !walk.Members(
          simdjson::simdjson_result<ondemand::object>(std::move(object)),
          [this](std::string_view key, ondemand::value& value,
                 std::string_view token) {
            return key == "id" ? ReadNumber(value, token, &inner_event_id)
                               : walk.Skip(value, token);
          })) {
    return false;
  }
  last_event = spelled;
  last_event_id = inner_event_id;
  return true;
}

bool PageReader::Impl::Tags(ondemand::value& value, std::string_view token) {
  return walk.Tags(value, token, [this](std::string_view name) {
    if (spare_tags.empty()) {
      attribute.tags.emplace_back(name);
    } else {
      attribute.tags.push_back(std::move(spare_tags.back()));
      attribute.tags.back().assign(name);
      spare_tags.pop_back();
    }
  });
}

template <typename Number>
bool PageReader::Impl::ReadNumber(ondemand::value& value,
                                  std::string_view token, Number* number) {
  std::string_view text;
  bool said = false;
  if (!walk.Text(value, token, &text, &said)) return false;
  if (said) *number = ParseNumber<Number>(text);
  return true;
}

bool PageReader::Impl::ReadFlag(ondemand::value& value, std::string_view token,
                                bool* flag, bool* said) {
  std::string_view text;
  bool said_now = false;
  if (!walk.Text(value, token, &text, &said_now)) return false;
  if (said_now) *flag = ParseFlag(text);
  *said |= said_now;
  return true;
}

bool PageReader::Impl::ReadUuid(ondemand::value& value, std::string_view token,
                                Uuid* uuid) {
  std::string_view text;
  bool said = false;
  if (!walk.Text(value, token, &text, &said)) return false;
  if (said) *uuid = ParseUuidOrNil(text);
  return true;
}

bool PageReader::Impl::ReadText(ondemand::value& value, std::string_view token,
                                std::string* text, bool* said) {
  std::string_view read;
  bool said_now = false;
  if (!walk.Text(value, token, &read, &said_now)) return false;
  if (said_now) text->assign(read);
  *said |= said_now;
  return true;
}

void PageReader::Impl::StartRow() {
  attribute.uuid = {};
  attribute.id = 0;
  attribute.type.clear();
  attribute.category.clear();
  attribute.value.clear();
  attribute.comment.clear();
  attribute.timestamp = 0;
  attribute.to_ids = false;
  attribute.deleted = false;
  attribute.disable_correlation = false;
  for (std::string& tag : attribute.tags) spare_tags.push_back(std::move(tag));
  attribute.tags.clear();
  value1.clear();
  value2.clear();
  event_id = 0;
  inner_event_id = 0;
  says_value = false;
  says_to_ids = false;
  says_event_id = false;
}

void PageReader::Impl::FinishRow() {
  if (!says_value) {
    attribute.value.assign(value1);
    if (!value2.empty()) attribute.value.append("|").append(value2);
  }
  if (says_to_ids && !attribute.category.empty()) return;
  const AttributeType* type = FindAttributeType(attribute.type);
  if (type == nullptr) return;
  if (!says_to_ids) attribute.to_ids = type->default_to_ids;
  if (attribute.category.empty()) attribute.category = type->default_category;
}

PageReader::PageReader() : impl_(std::make_unique<Impl>()) {}
PageReader::~PageReader() = default;

absl::StatusOr<uint64_t> PageReader::Read(
    const PaddedBytes& page,
    absl::FunctionRef<void(const Attribute& attribute, uint64_t event_id)>
        row) {
  return impl_->Read(page, row);
}

}  // namespace mispsift::misp
