#include "src/misp/warninglist_handler.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "mispsift/base/utf8.h"
#include "src/misp/json_limits.h"

namespace mispsift::misp {
namespace {

bool IsNumber(std::string_view text) {
  return !text.empty() &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool ParseCount(std::string_view text, uint64_t* count) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, *count);
  return error == std::errc() && stop == end;
}

bool ParseFlag(std::string_view text, bool* flag) {
  *flag = text == "1" || text == "true";
  return *flag || text == "0" || text == "false";
}

// For a message: a hostile list's name may be as long as the file.
std::string_view Head(std::string_view text) { return text.substr(0, 60); }

// MISP compares with a set of the texts, so a second one changes nothing. The
// first stays where it is.
void DropRepeated(std::vector<std::string>* texts) {
  std::vector<bool> repeated(texts->size());
  {
    absl::flat_hash_set<std::string_view> seen;
    seen.reserve(texts->size());
    for (size_t i = 0; i < texts->size(); ++i) {
      repeated[i] = !seen.insert(std::string_view((*texts)[i])).second;
    }
  }
  size_t kept = 0;
  for (size_t i = 0; i < texts->size(); ++i) {
    if (repeated[i]) continue;
    if (kept != i) (*texts)[kept] = std::move((*texts)[i]);
    ++kept;
  }
  texts->resize(kept);
}

}  // namespace

WarninglistHandler::Name WarninglistHandler::FindName(std::string_view key) {
  struct Row {
    std::string_view key;
    Name name;
  };
  static constexpr Row kRows[] = {
      {"id", Name::kId},
      {"name", Name::kName},
      {"version", Name::kVersion},
      {"description", Name::kDescription},
      {"type", Name::kType},
      {"category", Name::kCategory},
      {"enabled", Name::kEnabled},
      {"warninglist_entry_count", Name::kEntryCount},
      {"Warninglists", Name::kWarninglists},
      {"Warninglist", Name::kWarninglist},
      {"list", Name::kList},
      {"WarninglistEntry", Name::kRows},
      {"matching_attributes", Name::kAttributes},
      {"valid_attributes", Name::kAttributes},
      {"WarninglistType", Name::kTypeRows},
      {"value", Name::kValue},
  };
  for (const Row& row : kRows) {
    if (row.key == key) return row.name;
  }
  return Name::kUnknown;
}

bool WarninglistHandler::Stop(std::string problem) {
  problem_ = std::move(problem);
  return false;
}

bool WarninglistHandler::Key(const char* text, uint32_t size, bool) {
  if (skipped_depth_ > 0) return true;
  const std::string_view key(text, size);
  if (frames_.back().scope == Scope::kComments) {
    AddEntry(key);
  } else {
    frames_.back().name = FindName(key);
  }
  return true;
}

bool WarninglistHandler::Scalar(Kind kind, std::string_view text) {
  if (skipped_depth_ > 0) return true;
  if (frames_.empty()) return Stop("it is no object");
  const Name name = frames_.back().name;
  switch (frames_.back().scope) {
    case Scope::kOne:
    case Scope::kInner:
      return SetMember(name, kind, text);
    case Scope::kTexts:
      if (kind == Kind::kBool) return Stop("an entry that is no text");
      AddEntry(text);
      return true;
    case Scope::kRow:
      if (name == Name::kValue && kind == Kind::kText) {
        row_has_value_ = true;
        AddEntry(text);
      }
      return true;
    case Scope::kAttributes:
      if (kind != Kind::kText) return Stop("an attribute type is no text");
      AddAttribute(text);
      return true;
    case Scope::kTypeRow:
      if (name == Name::kType && kind == Kind::kText) AddAttribute(text);
      return true;
    case Scope::kLists:
      return Stop("a list that is no object");
    case Scope::kRows:
    case Scope::kTypeRows:
      return Stop("a row that is no object");
    case Scope::kComments:
    case Scope::kEnvelope:
    case Scope::kSkipped:
      return true;
  }
  return true;
}

// A member of a list whose value is no container; null is as good as nothing.
bool WarninglistHandler::SetMember(Name name, Kind kind,
                                   std::string_view text) {
  if (kind == Kind::kNull || name == Name::kUnknown) return true;
  if (IsField(name)) {
    if (kind == Kind::kBool && name != Name::kEnabled) {
      return Stop("true or false where a text should be");
    }
    draft_.fields[static_cast<size_t>(name)] =
        ReplaceInvalidUtf8(text, &scratch_);
    draft_.said |= 1u << static_cast<unsigned>(name);
    return true;
  }
  if (name == Name::kList) return Stop("its list is no array and no object");
  if (name == Name::kAttributes && kind == Kind::kText) AddAttributes(text);
  return true;
}

bool WarninglistHandler::Push(Scope scope) {
  frames_.push_back({scope});
  return true;
}

bool WarninglistHandler::Start(bool is_array) {
  if (frames_.size() + skipped_depth_ == kMaxDepth) {
    too_deep_ = true;
    return false;
  }
  if (skipped_depth_ > 0 ||
      (!frames_.empty() && frames_.back().scope == Scope::kSkipped)) {
    ++skipped_depth_;
    return true;
  }
  if (frames_.empty()) {
    if (shape_ == Shape::kMany) {
      found_lists_ = is_array;
      return Push(is_array ? Scope::kLists : Scope::kEnvelope);
    }
    return is_array ? Stop("it is no object") : Push(Scope::kOne);
  }
  const Name name = frames_.back().name;
  switch (frames_.back().scope) {
    case Scope::kEnvelope:
      if (name != Name::kWarninglists || !is_array)
        return Push(Scope::kSkipped);
      found_lists_ = true;
      return Push(Scope::kLists);
    case Scope::kLists:
      return is_array ? Stop("a list that is no object") : Push(Scope::kOne);
    case Scope::kOne:
    case Scope::kInner:
      return StartMember(name, is_array);
    case Scope::kRows:
      row_has_value_ = false;
      return is_array ? Stop("a row that is no object") : Push(Scope::kRow);
    case Scope::kTypeRows:
      return is_array ? Stop("a row that is no object") : Push(Scope::kTypeRow);
    case Scope::kTexts:
      return Stop("an entry that is no text");
    case Scope::kAttributes:
      return Stop("an attribute type is no text");
    case Scope::kComments:
    case Scope::kRow:
    case Scope::kTypeRow:
    case Scope::kSkipped:
      break;
  }
  return Push(Scope::kSkipped);
}

bool WarninglistHandler::StartMember(Name name, bool is_array) {
  if (IsField(name)) return Stop("a field that is no text");
  const bool wants_entries = shape_ == Shape::kOne;
  switch (name) {
    case Name::kWarninglist:
      if (is_array || frames_.back().scope == Scope::kInner) break;
      return Push(Scope::kInner);
    case Name::kList:
    case Name::kRows:
      if (!wants_entries) break;
      if (name == Name::kRows && !is_array) break;
      // As in PHP, the last member of a name is the one that counts.
      draft_.says_entries = true;
      draft_.entry_count = 0;
      draft_.entries.clear();
      if (name == Name::kRows) return Push(Scope::kRows);
      return Push(is_array ? Scope::kTexts : Scope::kComments);
    case Name::kAttributes:
      draft_.attributes.clear();
      return Push(Scope::kAttributes);
    case Name::kTypeRows:
      if (!is_array) break;
      draft_.attributes.clear();
      return Push(Scope::kTypeRows);
    default:
      break;
  }
  return Push(Scope::kSkipped);
}

bool WarninglistHandler::End() {
  if (skipped_depth_ > 0) {
    --skipped_depth_;
    return true;
  }
  const Scope scope = frames_.back().scope;
  frames_.pop_back();
  if (scope == Scope::kRow && !row_has_value_) {
    return Stop("an entry without a value");
  }
  if (scope == Scope::kOne && !FinishDraft()) return false;
  if (frames_.empty() && shape_ == Shape::kMany && !found_lists_) {
    return Stop("it names no Warninglists");
  }
  return true;
}

void WarninglistHandler::AddEntry(std::string_view text) {
  ++draft_.entry_count;
  // MISP leaves out what PHP calls empty.
  if (text.empty() || text == "0") return;
  draft_.entries.emplace_back(ReplaceInvalidUtf8(text, &scratch_));
}

void WarninglistHandler::AddAttribute(std::string_view text) {
  if (text.empty()) return;
  draft_.attributes.emplace_back(ReplaceInvalidUtf8(text, &scratch_));
}

void WarninglistHandler::AddAttributes(std::string_view texts) {
  draft_.attributes.clear();
  while (!texts.empty()) {
    const size_t comma = std::min(texts.find(','), texts.size());
    std::string_view text = texts.substr(0, comma);
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    AddAttribute(text);
    texts.remove_prefix(std::min(comma + 1, texts.size()));
  }
}

bool WarninglistHandler::FinishDraft() {
  Draft draft = std::exchange(draft_, {});
  ServerWarninglist result;
  Warninglist& list = result.list;
  list.name = draft.Text(Name::kName);
  if (list.name.empty()) return Stop("a list without a name");
  const std::string_view name = Head(list.name);
  if (!draft.Says(Name::kType)) {
    return Stop(fmt::format("{:?} has no type", name));
  }
  if (!ParseWarninglistType(draft.Text(Name::kType), &list.type)) {
    return Stop(fmt::format("{:?} has an unknown type {:?}", name,
                            Head(draft.Text(Name::kType))));
  }
  list.version = draft.Says(Name::kVersion) ? draft.Text(Name::kVersion) : "1";
  if (!IsNumber(list.version)) {
    return Stop(fmt::format("{:?} has a version {:?}, which is no number", name,
                            Head(list.version)));
  }
  list.description = draft.Text(Name::kDescription);
  if (draft.Says(Name::kCategory)) list.category = draft.Text(Name::kCategory);
  if (list.category != "false_positive" && list.category != "known") {
    return Stop(fmt::format("{:?} has an unknown category {:?}", name,
                            Head(list.category)));
  }
  if (draft.Says(Name::kEnabled) &&
      !ParseFlag(draft.Text(Name::kEnabled), &list.enabled)) {
    return Stop(fmt::format("{:?} is neither enabled nor disabled but {:?}",
                            name, Head(draft.Text(Name::kEnabled))));
  }
  // The id becomes a part of an address.
  result.id = draft.Text(Name::kId);
  if (!IsNumber(result.id) &&
      (shape_ == Shape::kMany || draft.Says(Name::kId))) {
    return Stop(fmt::format("{:?} has no number for its id", name));
  }
  list.matching_attributes = std::move(draft.attributes);
  DropRepeated(&list.matching_attributes);
  if (std::find(list.matching_attributes.begin(),
                list.matching_attributes.end(),
                "ALL") != list.matching_attributes.end()) {
    list.matching_attributes.clear();
  }
  if (shape_ == Shape::kMany) {
    if (draft.Says(Name::kEntryCount) &&
        !ParseCount(draft.Text(Name::kEntryCount), &result.entry_count)) {
      return Stop(fmt::format("{:?} has a count that is no number", name));
    }
  } else {
    if (!draft.says_entries) return Stop(fmt::format("{:?} has no list", name));
    list.entries = std::move(draft.entries);
    DropRepeated(&list.entries);
    result.entry_count = draft.entry_count;
  }
  lists_.push_back(std::move(result));
  return true;
}

}  // namespace mispsift::misp
