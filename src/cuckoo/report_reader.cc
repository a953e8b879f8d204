#include "mispsift/cuckoo/report_reader.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <deque>
#include <string_view>
#include <utility>
#include <vector>

#include "mispsift/base/byte_set.h"
#include "mispsift/base/json_text.h"
#include "mispsift/base/utf8.h"
#include "src/cuckoo/group.h"
#include "src/cuckoo/observer.h"
#include "src/cuckoo/places.h"
#include "src/cuckoo/report_facts.h"

namespace mispsift {
namespace {

namespace ondemand = simdjson::ondemand;

static_assert(PaddedBytes::kPadding >= simdjson::SIMDJSON_PADDING);

constexpr int kNoGroup = -1;
constexpr ByteSet kJsonBlanks(" \t\r\n");

}  // namespace

// Walks over one document. On-Demand parses only what it is asked for, so
// that everything that is met is asked for: each key and string is unescaped,
// each other scalar checked.
class ReportReader::Walker {
 public:
  explicit Walker(ScanDepth depth) : depth_(depth), observer_(depth, &path_) {}

  ReadOutcome Read(const PaddedBytes& report, ObservationSink* sink,
                   ReportFacts* facts);

 private:
  // All return false when the document is rejected; outcome_ then says why.
  bool Document();
  bool RootScalar();
  // `token`: what the value begins with, with the blanks behind it.
  bool Value(ondemand::value& value, std::string_view token, Place place,
             std::string_view key, int group);
  bool Object(ondemand::object object, Place place);
  bool List(ondemand::array list, Place place);
  bool String(ondemand::value& value, std::string_view token, Place place,
              std::string_view key, int group);
  bool Key(ondemand::field* field, std::string_view* key);
  // The string whose JSON spelling begins at `raw`, behind the quote.
  bool Unescape(const char* raw, std::string_view* text);

  void Text(std::string_view text, Place place, std::string_view key,
            int group);
  void Number(std::string_view number, Place place, int group);
  int StartGroup(Group kind, Place place);
  void FinishGroup(int group);
  void FinishNamed(GroupMembers* members, int group);

  bool IsSkipped(Place member) const {
    if (depth_ == ScanDepth::kFull) return false;
    return IsDeep(member.area) ||
           (depth_ == ScanDepth::kFacts && member.slot == Slot::kNone &&
            SaysNothingOfReport(member.area));
  }
  bool observes() const { return depth_ != ScanDepth::kFacts; }

  bool Enter();
  void Leave() { --levels_; }
  bool FailWhole(simdjson::error_code error);
  bool FailSyntax(std::string_view what, const char* where);
  bool Fail(Reject reject, std::string detail);
  void Note(Oddity oddity, const char* where) {
    outcome_.oddities.Add(oddity, ByteOf(where));
  }
  std::string At(std::string_view what, const char* where) const;
  size_t ByteOf(const char* where) const {
    return static_cast<size_t>(where - text_.data()) + mark_bytes_;
  }

  const ScanDepth depth_;
  JsonPath path_;
  Observer observer_;
  FactsBuilder facts_;
  ondemand::parser parser_;
  std::string_view text_;  // the document, without a byte order mark
  size_t mark_bytes_ = 0;  // of the byte order mark
  ReadOutcome outcome_;
  int levels_ = 0;
  std::vector<GroupMembers> groups_;  // those that are open
  std::deque<std::string> repaired_;  // strings with half a surrogate pair
};

ReadOutcome ReportReader::Walker::Read(const PaddedBytes& report,
                                       ObservationSink* sink,
                                       ReportFacts* facts) {
  text_ = report.view();
  mark_bytes_ = text_.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  text_.remove_prefix(mark_bytes_);
  outcome_ = {};
  if (mark_bytes_ > 0) outcome_.oddities.Add(Oddity::kByteOrderMark, 0);
  path_.Clear();
  groups_.clear();
  repaired_.clear();
  levels_ = 0;
  observer_.Start(sink);
  facts_.Start(facts);
  if (kJsonBlanks.HoldsAllOf(text_)) {
    Fail(Reject::kEmpty, "nothing but white space");
  } else if (Document() && !facts_.Finish()) {
    Fail(Reject::kNotAReport, "JSON, but not shaped like a report");
  }
  return std::move(outcome_);
}

bool ReportReader::Walker::Document() {
  ondemand::document document;
  const simdjson::padded_string_view padded(
      text_.data(), text_.size(), text_.size() + PaddedBytes::kPadding);
  if (const auto error = parser_.iterate(padded).get(document)) {
    if (error == simdjson::CAPACITY) {
      return Fail(Reject::kTooLarge, "more than 4 GiB");
    }
    if (error == simdjson::MEMALLOC) {
      return Fail(Reject::kTooLarge, "not enough memory to parse it");
    }
    return FailWhole(error);
  }
  const char first = kJsonBlanks.TrimStart(text_).front();
  if (first == '{') {
    ondemand::object object;
    if (const auto error = document.get_object().get(object)) {
      return FailSyntax(simdjson::error_message(error), nullptr);
    }
    if (!Object(object, Place())) return false;
  } else if (first == '[') {
    ondemand::array list;
    if (const auto error = document.get_array().get(list)) {
      return FailSyntax(simdjson::error_message(error), nullptr);
    }
    if (!List(list, {Area::kHidden, Field::kHidden})) return false;
  } else {
    return RootScalar();
  }
  const char* rest = nullptr;
  if (document.current_location().get(rest) == simdjson::SUCCESS) {
    return FailSyntax("something follows the document", rest);
  }
  return true;
}

// Nothing of the document could be told apart.
bool ReportReader::Walker::FailWhole(simdjson::error_code error) {
  const std::string_view start = kJsonBlanks.TrimStart(text_);
  if (StartsAsUtf16(start)) {
    return Fail(Reject::kNotUtf8, "UTF-16, not UTF-8");
  }
  if (error == simdjson::UTF8_ERROR) {
    if (start[0] != '{' && start[0] != '[') {
      return Fail(Reject::kNotJson, "not text");
    }
    return Fail(Reject::kNotUtf8, "a string is not UTF-8");
  }
  if (error == simdjson::INCOMPLETE_ARRAY_OR_OBJECT && !EndsOpen(text_)) {
    return Fail(Reject::kNotJson, "something follows the document");
  }
  return FailSyntax(simdjson::error_message(error), nullptr);
}

// Valid or not, it is no report; only the reason differs.
bool ReportReader::Walker::RootScalar() {
  const std::string_view token = kJsonBlanks.Trim(text_);
  if (token[0] == '"') {
    const size_t length = JsonStringLength(token.substr(1));
    std::string_view text;
    if (length == token.size() - 2) return Unescape(token.data() + 1, &text);
    return FailSyntax("something follows the document", token.data());
  }
  if (IsJsonScalar(token)) return true;
  return FailSyntax("not a JSON value", token.data());
}

bool ReportReader::Walker::Value(ondemand::value& value, std::string_view token,
                                 Place place, std::string_view key, int group) {
  token = kJsonBlanks.TrimEnd(token);
  if (token.empty()) return FailSyntax("a value is missing", nullptr);
  if (token[0] == '{') {
    ondemand::object object;
    if (const auto error = value.get_object().get(object)) {
      return FailSyntax(simdjson::error_message(error), token.data());
    }
    if (place.area == Area::kConfigs) {
      // CAPE's families are the keys; Cuckoo 2 has the family inside.
      facts_.Config(key);
    }
    return Object(object, place);
  }
  if (token[0] == '[') {
    ondemand::array list;
    if (const auto error = value.get_array().get(list)) {
      return FailSyntax(simdjson::error_message(error), token.data());
    }
    return List(list, place);
  }
  if (token[0] == '"') return String(value, token, place, key, group);
  if (!IsJsonScalar(token)) {
    return FailSyntax("not a JSON value", token.data());
  }
  if (IsNonFinite(token)) Note(Oddity::kNotANumber, token.data());
  if (token[0] == '-' || kDigits.Holds(token[0])) {
    Number(token, place, group);
  }
  return true;
}

bool ReportReader::Walker::Object(ondemand::object object, Place place) {
  if (!Enter()) return false;
  const int group = StartGroup(ObjectGroup(place.area), place);
  for (auto&& result : object) {
    if (result.error()) {
      return FailSyntax(simdjson::error_message(result.error()), nullptr);
    }
    // By reference: copies of what was just stored in pieces stall the CPU.
    ondemand::field&& field = std::move(result).value_unsafe();
    std::string_view key;
    if (!Key(&field, &key)) return false;
    ondemand::value& value = field.value();
    const std::string_view token = value.raw_json_token();
    const char first = token.empty() ? '\0' : token[0];
    facts_.Member(place, key, first == '{', first == '{' || first == '[');
    const Place member = MemberPlace(place, key);
    if (IsSkipped(member)) continue;
    path_.PushKey(key);
    if (!Value(value, token, member, key, group)) return false;
    path_.Pop();
  }
  FinishGroup(group);
  Leave();
  return true;
}

bool ReportReader::Walker::List(ondemand::array list, Place place) {
  if (!Enter()) return false;
  const int group = StartGroup(ListGroup(place.area), place);
  size_t index = 0;
  path_.PushIndex();
  for (auto&& result : list) {
    if (result.error()) {
      return FailSyntax(simdjson::error_message(result.error()), nullptr);
    }
    ondemand::value&& value = std::move(result).value_unsafe();
    path_.NextIndex();
    const Place element = ElementPlace(place, index++);
    if (!Value(value, value.raw_json_token(), element, {}, group)) return false;
  }
  path_.Pop();
  FinishGroup(group);
  Leave();
  return true;
}

bool ReportReader::Walker::String(ondemand::value& value,
                                  std::string_view token, Place place,
                                  std::string_view key, int group) {
  std::string_view text;
  if (value.get_string().get(text) != simdjson::SUCCESS &&
      !Unescape(token.data() + 1, &text)) {
    return false;
  }
  Text(text, place, key, group);
  return true;
}

bool ReportReader::Walker::Key(ondemand::field* field, std::string_view* key) {
  const char* raw = field->key().raw();
  if (field->unescaped_key().get(*key) == simdjson::SUCCESS) return true;
  return Unescape(raw, key);
}

bool ReportReader::Walker::Unescape(const char* raw, std::string_view* text) {
  const size_t begin = static_cast<size_t>(raw - text_.data());
  const size_t length = JsonStringLength(text_.substr(begin));
  if (length == std::string_view::npos ||
      !UnescapeJson(text_.substr(begin, length), &repaired_.emplace_back())) {
    return FailSyntax("a string has an escape that JSON does not know", raw);
  }
  // The parser takes all else that UnescapeJson() does.
  Note(Oddity::kLoneSurrogate, raw);
  *text = repaired_.back();
  return true;
}

void ReportReader::Walker::Text(std::string_view text, Place place,
                                std::string_view key, int group) {
  if (place.field == Field::kHidden) return;
  if (IsGroupSlot(place.slot)) {
    if (group != kNoGroup) {
      GroupMembers& members = groups_[static_cast<size_t>(group)];
      if (place.slot == Slot::kNamed && !members.Has(Slot::kNamed)) {
        // Its turn comes when the object ends and its kind is known.
        members.Set(Slot::kNamed, text);
        members.named_key = key;
        members.named_is_text = true;
        return;
      }
      members.Set(place.slot, text);
    }
  } else if (place.slot != Slot::kNone) {
    facts_.Text(place.slot, text);
  }
  if (observes()) observer_.Text(place.field, place.where, text);
}

void ReportReader::Walker::Number(std::string_view number, Place place,
                                  int group) {
  if (place.slot == Slot::kNone || place.field == Field::kHidden) return;
  if (!IsGroupSlot(place.slot)) {
    facts_.Number(place.slot, number);
  } else if (group != kNoGroup && IsDigits(number)) {
    groups_[static_cast<size_t>(group)].Set(place.slot, number);
  }
}

int ReportReader::Walker::StartGroup(Group kind, Place place) {
  if (kind == Group::kNone) return kNoGroup;
  GroupMembers& members = groups_.emplace_back();
  members.group = kind;
  members.area = place.area;
  members.where = place.where;
  return static_cast<int>(groups_.size()) - 1;
}

void ReportReader::Walker::FinishGroup(int group) {
  if (group == kNoGroup) return;
  GroupMembers members = groups_.back();
  groups_.pop_back();
  switch (members.group) {
    case Group::kNamed:
    case Group::kPair:
      return FinishNamed(&members, group - 1);
    case Group::kDomain:
      return facts_.Domain(members.Get(Slot::kDomain),
                           members.Get(Slot::kDomainIp));
    case Group::kHttp:
      facts_.RequestedUrl(observer_.UrlOf(members));
      [[fallthrough]];
    default:
      if (observes()) observer_.Together(members);
  }
}

void ReportReader::Walker::FinishNamed(GroupMembers* members, int group) {
  if (!members->Has(Slot::kNamed)) return;
  const std::string_view value = members->Get(Slot::kNamed);
  const Place named = NamedPlace(members->area, members->Get(Slot::kSelector));
  if (members->group == Group::kPair && IsGroupSlot(named.slot)) {
    groups_[static_cast<size_t>(group)].Set(named.slot, value);
  }
  if (!members->named_is_text || !observes()) return;
  path_.PushKey(members->named_key);
  observer_.Text(named.field, members->where, value);
  path_.Pop();
}

bool ReportReader::Walker::Enter() {
  if (++levels_ <= kMaxReportLevels) return true;
  return Fail(Reject::kTooDeep,
              fmt::format("more than {} levels", kMaxReportLevels));
}

bool ReportReader::Walker::FailSyntax(std::string_view what,
                                      const char* where) {
  return Fail(EndsOpen(text_) ? Reject::kTruncated : Reject::kNotJson,
              At(what, where));
}

bool ReportReader::Walker::Fail(Reject reject, std::string detail) {
  outcome_ = {reject, std::move(detail), {}};
  return false;
}

std::string ReportReader::Walker::At(std::string_view what,
                                     const char* where) const {
  if (where == nullptr) return std::string(what);
  return fmt::format("{}, at byte {}", what, ByteOf(where));
}

ReportReader::ReportReader(ScanDepth depth)
    : walker_(std::make_unique<Walker>(depth)) {}
ReportReader::~ReportReader() = default;

ReadOutcome ReportReader::Read(const PaddedBytes& report, ObservationSink* sink,
                               ReportFacts* facts) {
  return walker_->Read(report, sink, facts);
}

}  // namespace mispsift
