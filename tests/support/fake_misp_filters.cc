#include "tests/support/fake_misp_filters.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"

namespace mispsift {
namespace {

using rapidjson::Value;

absl::string_view Abseil(std::string_view text) {
  return {text.data(), text.size()};
}

std::string LowerCase(std::string_view text) {
  return absl::AsciiStrToLower(Abseil(text));
}

// A number or a text as text; false for anything else, and for what PHP calls
// empty but for a zero.
bool ScalarText(const Value& value, std::string* text) {
  if (value.IsString()) {
    *text = std::string(absl::StripAsciiWhitespace(
        {value.GetString(), value.GetStringLength()}));
    return !text->empty();
  }
  if (value.IsInt64()) {
    *text = std::to_string(value.GetInt64());
    return true;
  }
  if (value.IsTrue()) {
    text->assign(1, '1');  // GCC 12 warns of the literal
    return true;
  }
  return false;
}

void AddTerm(std::string_view text, std::vector<std::string>* positive,
             FakeTerms* terms) {
  if (!text.empty() && text[0] == '!') {
    terms->none.push_back(LowerCase(text.substr(1)));
  } else if (!text.empty()) {
    positive->push_back(LowerCase(text));
  }
}

void AddTerms(const Value& value, std::vector<std::string>* positive,
              FakeTerms* terms) {
  if (value.IsArray()) {
    for (const Value& one : value.GetArray()) AddTerms(one, positive, terms);
    return;
  }
  std::string text;
  if (ScalarText(value, &text)) AddTerm(text, positive, terms);
}

FakeTerms ReadTerms(const Value& value) {
  FakeTerms terms;
  if (value.IsObject()) {
    for (const auto& member : value.GetObject()) {
      const std::string_view name = member.name.GetString();
      if (name == "NOT") {
        FakeTerms inner;
        AddTerms(member.value, &terms.none, &inner);
      } else {
        AddTerms(member.value, name == "AND" ? &terms.all : &terms.any, &terms);
      }
    }
  } else if (value.IsString()) {
    const std::string text(value.GetString(), value.GetStringLength());
    if (absl::StrContains(text, "&&")) {
      for (absl::string_view part : absl::StrSplit(text, "&&")) {
        AddTerm({part.data(), part.size()}, &terms.all, &terms);
      }
    } else {
      for (absl::string_view part : absl::StrSplit(text, "||")) {
        part = absl::StripAsciiWhitespace(part);
        AddTerm({part.data(), part.size()}, &terms.any, &terms);
      }
    }
  } else {
    AddTerms(value, &terms.any, &terms);
  }
  return terms;
}

// {wants 0, wants 1}; nothing for JSON false and for what is empty.
std::optional<std::pair<bool, bool>> ReadFlag(const Value& value) {
  std::pair<bool, bool> wanted(false, false);
  const auto take = [&wanted](const Value& one) {
    std::string text;
    if (!ScalarText(one, &text)) return;
    const bool no = text == "0" || text == "exclude";
    (no ? wanted.first : wanted.second) = true;
  };
  if (value.IsArray()) {
    for (const Value& one : value.GetArray()) take(one);
  } else {
    take(value);
  }
  if (!wanted.first && !wanted.second) return std::nullopt;
  return wanted;
}

bool Truthy(const Value& value) {
  std::string text;
  return ScalarText(value, &text) && text != "0";
}

void ReadDeleted(const Value& value, FakeSearch* search) {
  const std::optional<std::pair<bool, bool>> wanted = ReadFlag(value);
  if (!wanted.has_value()) return;
  search->live = wanted->first;
  search->deleted = wanted->second;
}

// Seconds since 1970, or a time ago, or a day; what is none of them is a
// second from now, which finds nothing.
int64_t ReadTime(const Value& value, int64_t now) {
  std::string text;
  if (!ScalarText(value, &text)) return now + 1;
  int64_t number = 0;
  if (absl::SimpleAtoi(text, &number)) return number;
  const char unit = text.back();
  if (absl::SimpleAtoi(text.substr(0, text.size() - 1), &number)) {
    constexpr std::array<std::pair<char, int64_t>, 4> kUnits = {
        {{'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}}};
    for (const auto& [name, seconds] : kUnits) {
      if (unit == name) return now - number * seconds;
    }
  }
  absl::Time day;
  if (absl::ParseTime("%Y-%m-%d", text, &day, nullptr)) {
    return absl::ToUnixSeconds(day);
  }
  return now + 1;
}

std::optional<std::pair<int64_t, int64_t>> ReadTimes(const Value& value,
                                                     int64_t now) {
  if (value.IsArray()) {
    if (value.Size() == 0) return std::nullopt;
    const int64_t first = ReadTime(value[0], now);
    const int64_t last = value.Size() > 1 ? ReadTime(value[1], now) : first;
    return std::pair(std::min(first, last), std::max(first, last));
  }
  if (value.IsFalse() || value.IsNull()) return std::nullopt;
  return std::pair(ReadTime(value, now), std::numeric_limits<int64_t>::max());
}

// False when it is no number.
bool ReadCount(const Value& value, std::optional<int64_t>* count) {
  if (value.IsNull() || value.IsFalse()) return true;
  if (value.IsDouble()) {
    *count = static_cast<int64_t>(std::clamp(value.GetDouble(), -1e15, 1e15));
    return true;
  }
  std::string text;
  int64_t number = 0;
  if (!ScalarText(value, &text) || !absl::SimpleAtoi(text, &number)) {
    return value.IsString() && value.GetStringLength() == 0;
  }
  *count = number;
  return true;
}

// One unknown column, and there is no order at all.
std::vector<FakeOrder> ReadOrder(const Value& value) {
  std::vector<std::string> parts;
  if (value.IsString()) {
    parts = absl::StrSplit(std::string(value.GetString()), ',');
  } else if (value.IsArray()) {
    for (const Value& one : value.GetArray()) {
      if (!one.IsString()) return {};
      parts.emplace_back(one.GetString());
    }
  }
  constexpr std::array<std::string_view, 10> kColumns = {"id",
                                                         "event_id",
                                                         "object_id",
                                                         "type",
                                                         "category",
                                                         "value",
                                                         "timestamp",
                                                         "distribution",
                                                         "object_relation",
                                                         "publish_timestamp"};
  std::vector<FakeOrder> order;
  for (const std::string& part : parts) {
    const std::vector<std::string> words =
        absl::StrSplit(part, ' ', absl::SkipWhitespace());
    if (words.empty() || words.size() > 2) return {};
    FakeOrder one;
    const bool of_event = words[0] == "Event.publish_timestamp";
    one.column = of_event
                     ? "publish_timestamp"
                     : std::string(absl::StripPrefix(words[0], "Attribute."));
    if (std::find(kColumns.begin(), kColumns.end(), one.column) ==
            kColumns.end() ||
        (one.column == "publish_timestamp" && !of_event)) {
      return {};
    }
    if (words.size() == 2) {
      const std::string direction = LowerCase(words[1]);
      if (direction != "asc" && direction != "desc") return {};
      one.descending = direction == "desc";
    }
    order.push_back(std::move(one));
  }
  return order;
}

bool TermFits(const std::string& term, std::string_view text) {
  const bool open_front = !term.empty() && term.front() == '%';
  const bool open_back = !term.empty() && term.back() == '%';
  std::string_view inner = term;
  if (open_front) inner.remove_prefix(1);
  if (open_back && !inner.empty()) inner.remove_suffix(1);
  const absl::string_view a = Abseil(text);
  const absl::string_view b = Abseil(inner);
  if (open_front && open_back) {
    return absl::StrContains(LowerCase(text), b);
  }
  if (open_front) return absl::EndsWithIgnoreCase(a, b);
  if (open_back) return absl::StartsWithIgnoreCase(a, b);
  return absl::EqualsIgnoreCase(a, b);
}

}  // namespace

bool FakeTerms::Fit(const std::vector<std::string_view>& texts) const {
  const auto fits = [&texts](const std::string& term) {
    return std::any_of(
        texts.begin(), texts.end(),
        [&term](std::string_view text) { return TermFits(term, text); });
  };
  return (any.empty() || std::any_of(any.begin(), any.end(), fits)) &&
         std::all_of(all.begin(), all.end(), fits) &&
         std::none_of(none.begin(), none.end(), fits);
}

rapidjson::Document ReadParameters(const rapidjson::Document& body,
                                   const std::vector<std::string>& named) {
  rapidjson::Document parameters(rapidjson::kObjectType);
  if (body.IsObject()) {
    const auto wrapped = body.FindMember("request");
    const rapidjson::Value& inner =
        wrapped != body.MemberEnd() && wrapped->value.IsObject()
            ? wrapped->value
            : body;
    parameters.CopyFrom(inner, parameters.GetAllocator());
  }
  for (const std::string& part : named) {
    const size_t colon = part.find(':');
    if (colon == std::string::npos) continue;
    rapidjson::Value name(part.substr(0, colon).c_str(),
                          parameters.GetAllocator());
    rapidjson::Value value(part.substr(colon + 1).c_str(),
                           parameters.GetAllocator());
    parameters.AddMember(name, value, parameters.GetAllocator());
  }
  return parameters;
}

bool ReadSearch(const Value& parameters, bool knows_order, int64_t now,
                FakeSearch* search) {
  *search = FakeSearch{};
  if (!parameters.IsObject()) return true;
  std::optional<int64_t> page;
  for (const auto& member : parameters.GetObject()) {
    const std::string_view name(member.name.GetString(),
                                member.name.GetStringLength());
    const Value& value = member.value;
    if (name == "eventid") search->event = ReadTerms(value);
    if (name == "type") search->type = ReadTerms(value);
    if (name == "category") search->category = ReadTerms(value);
    if (name == "tags") search->tags = ReadTerms(value);
    if (name == "value") search->value = ReadTerms(value);
    if (name == "uuid") search->uuid = ReadTerms(value);
    if (name == "to_ids") search->to_ids = ReadFlag(value);
    if (name == "published") search->published = ReadFlag(value);
    if (name == "deleted") ReadDeleted(value, search);
    if (name == "timestamp" || name == "attribute_timestamp") {
      search->timestamp = ReadTimes(value, now);
    }
    if (name == "event_timestamp") {
      search->event_timestamp = ReadTimes(value, now);
    }
    if (name == "publish_timestamp" || name == "last") {
      search->publish_timestamp = ReadTimes(value, now);
    }
    if (name == "order" && knows_order) search->order = ReadOrder(value);
    if (name == "returnFormat") ScalarText(value, &search->return_format);
    if (name == "minimal") search->minimal = Truthy(value);
    if (name == "sort") ScalarText(value, &search->sort);
    if (name == "direction") {
      std::string direction;
      search->sort_descending =
          ScalarText(value, &direction) && LowerCase(direction) == "desc";
    }
    if (name == "metadata") search->metadata = Truthy(value);
    if (name == "includeEventTags") search->include_event_tags = Truthy(value);
    if (name == "includeEventUuid") search->include_event_uuid = Truthy(value);
    if (name == "includeContext") search->include_context = Truthy(value);
    if (name == "limit" && !ReadCount(value, &search->limit)) return false;
    if (name == "page" && !ReadCount(value, &page)) return false;
  }
  search->page = std::max(page.value_or(1), int64_t{1});
  return true;
}

std::pair<uint64_t, uint64_t> WindowOf(const FakeSearch& search,
                                       uint64_t count) {
  const int64_t limit = search.limit.value_or(0);
  if (limit <= 0) return {0, count};
  const uint64_t size = static_cast<uint64_t>(limit);
  const uint64_t before = static_cast<uint64_t>(search.page - 1);
  // The product may be more than fits.
  if (before > count / size) return {count, count};
  const uint64_t first = before * size;
  return {first, first + std::min(size, count - first)};
}

}  // namespace mispsift
