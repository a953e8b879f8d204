#ifndef MISPSIFT_SRC_MISP_JSON_WALK_H_
#define MISPSIFT_SRC_MISP_JSON_WALK_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "mispsift/base/bytes.h"
#include "mispsift/base/json_text.h"

namespace mispsift::misp {

// A walk over one document with simdjson's On-Demand parser, whose types stand
// here as template parameters: simdjson.h is for two files only.
//
// On-Demand checks what it is asked for. Here everything is asked for, unknown
// values too, so that what is read to its end is JSON by RFC 8259; only half a
// surrogate pair passes and becomes U+FFFD.
//
// Each step returns false when the document is none; the walk is over then.
// Texts point into the document, or into a buffer that the next text reuses;
// keys likewise, with a buffer of their own.
class JsonWalk {
 public:
  static constexpr int kMaxLevels = 512;

  // Walks over `bytes`: `root(document)` takes what is in it. `what` names
  // the document in messages.
  template <typename PaddedView, typename Parser, typename OnRoot>
  absl::Status Document(std::string_view what, const PaddedBytes& bytes,
                        Parser* parser, const OnRoot& root);

  // Calls `on_member(key, value, token)` for the members of `object`, a result
  // of get_object().
  template <typename ObjectResult, typename OnMember>
  bool Members(ObjectResult object, const OnMember& on_member);

  // Calls `on_element(value, token)` for the elements of `list`, a result of
  // get_array().
  template <typename ListResult, typename OnElement>
  bool Elements(ListResult list, const OnElement& on_element);

  // What a scalar says, true as "1" and false as "0". null and containers say
  // nothing and leave `*said` and `*text` as they are.
  template <typename Value>
  bool Text(Value& value, std::string_view token, std::string_view* text,
            bool* said);

  template <typename Value>
  bool Skip(Value& value, std::string_view token);

  // Ends the walk: the document is JSON and `problem` is wrong with it. False.
  bool Fail(const char* problem) {
    if (problem_ == nullptr) problem_ = problem;
    return false;
  }

  // The names of one tag or a list of them, inherited ones left out; calls
  // `on_tag(name)`. A tag is {"name": ...}, {"Tag": {"name": ...}} or, in a
  // list, its name alone.
  template <typename Value, typename OnTag>
  bool Tags(Value& value, std::string_view token, const OnTag& on_tag);

 private:
  static bool IsBlank(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
  }
  // A token comes with the blanks behind it.
  static std::string_view Trim(std::string_view token) {
    while (!token.empty() && IsBlank(token.back())) token.remove_suffix(1);
    return token;
  }
  // Of texts of the document in the order they stand in: what is behind the
  // backslash last found need not be looked at again.
  bool HasBackslash(std::string_view text) {
    if (backslash_ < text.data()) FindBackslash(text.data());
    return backslash_ < text.data() + text.size();
  }
  void FindBackslash(const char* from);

  bool Enter() { return ++levels_ <= kMaxLevels || Fail("nested too deep"); }
  bool Leave() {
    --levels_;
    return true;
  }
  // The key whose spelling begins at `raw` and whose value at `value`.
  bool Key(const char* raw, const char* value, std::string_view* key);
  bool Unescape(std::string_view raw, std::string* buffer,
                std::string_view* text);
  absl::Status Failure(std::string_view what) const;

  template <typename Value, typename OnTag>
  bool Tag(Value& value, const OnTag& on_tag);

  std::string_view text_;
  const char* at_ = nullptr;         // the token last met
  const char* backslash_ = nullptr;  // the next one, or the end
  const char* problem_ = nullptr;
  int levels_ = 0;
  std::string unescaped_;
  std::string unescaped_key_;  // stays while its value is read
  std::string tag_;
  bool tag_inherited_ = false;
};

template <typename PaddedView, typename Parser, typename OnRoot>
absl::Status JsonWalk::Document(std::string_view what, const PaddedBytes& bytes,
                                Parser* parser, const OnRoot& root) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  text_ = bytes.view();
  if (text_.starts_with(kByteOrderMark)) {
    text_.remove_prefix(kByteOrderMark.size());
  }
  at_ = text_.data();
  FindBackslash(text_.data());
  problem_ = nullptr;
  levels_ = 0;
  if (text_.empty()) {
    Fail("it is empty");
    return Failure(what);
  }
  auto started = parser->iterate(PaddedView(
      text_.data(), text_.size(), text_.size() + PaddedBytes::kPadding));
  if (started.error()) {
    Fail("it is not JSON in UTF-8");
    return Failure(what);
  }
  auto&& document = std::move(started).value_unsafe();
  if (!root(document)) return Failure(what);
  if (!document.current_location().error()) {
    Fail("something follows the document");
    return Failure(what);
  }
  return absl::OkStatus();
}

template <typename ObjectResult, typename OnMember>
bool JsonWalk::Members(ObjectResult object, const OnMember& on_member) {
  if (!Enter()) return false;
  if (object.error()) return Fail("no JSON object");
  auto&& members = std::move(object).value_unsafe();
  for (auto&& result : members) {
    if (result.error()) return Fail("it is not JSON");
    // By reference: copies of what was just stored in pieces stall the CPU,
    // for half of the time that a page takes (page_reader_bench).
    auto&& field = std::move(result).value_unsafe();
    auto& value = field.value();
    const std::string_view token = Trim(value.raw_json_token());
    if (token.empty()) return Fail("it is not JSON");
    std::string_view key;
    if (!Key(field.key().raw(), token.data(), &key)) return false;
    at_ = token.data();
    if (!on_member(key, value, token)) return false;
  }
  return Leave();
}

template <typename ListResult, typename OnElement>
bool JsonWalk::Elements(ListResult list, const OnElement& on_element) {
  if (!Enter()) return false;
  if (list.error()) return Fail("no JSON list");
  auto&& elements = std::move(list).value_unsafe();
  for (auto&& result : elements) {
    if (result.error()) return Fail("it is not JSON");
    auto&& value = std::move(result).value_unsafe();
    const std::string_view token = Trim(value.raw_json_token());
    if (token.empty()) return Fail("it is not JSON");
    at_ = token.data();
    if (!on_element(value, token)) return false;
  }
  return Leave();
}

template <typename Value>
bool JsonWalk::Text(Value& value, std::string_view token,
                    std::string_view* text, bool* said) {
  switch (token[0]) {
    case '"': {
      // Without this On-Demand would take a string before a colon for a key.
      if (value.get_raw_json_string().error() || token.size() < 2 ||
          token.back() != '"') {
        return Fail("it is not JSON");
      }
      const std::string_view raw = token.substr(1, token.size() - 2);
      *said = true;
      *text = raw;
      return !HasBackslash(raw) || Unescape(raw, &unescaped_, text);
    }
    case '{':
    case '[':
      return Skip(value, token);
    case 'n':
      return token == "null" || Fail("it is not JSON");
    case 't':
    case 'f':
      if (token != "true" && token != "false") return Fail("it is not JSON");
      *said = true;
      *text = token == "true" ? "1" : "0";
      return true;
    default:
      if (!IsJsonNumber(token)) return Fail("it is not JSON");
      *said = true;
      *text = token;
      return true;
  }
}

template <typename Value>
bool JsonWalk::Skip(Value& value, std::string_view token) {
  if (token[0] == '{') {
    return Members(value.get_object(), [this](std::string_view, Value& member,
                                              std::string_view member_token) {
      return Skip(member, member_token);
    });
  }
  if (token[0] == '[') {
    return Elements(value.get_array(),
                    [this](Value& element, std::string_view element_token) {
                      return Skip(element, element_token);
                    });
  }
  std::string_view text;
  bool said = false;
  return Text(value, token, &text, &said);
}

template <typename Value, typename OnTag>
bool JsonWalk::Tags(Value& value, std::string_view token, const OnTag& on_tag) {
  if (token[0] == '{') return Tag(value, on_tag);
  if (token[0] != '[') return Skip(value, token);
  return Elements(value.get_array(),
                  [&](Value& element, std::string_view element_token) {
                    if (element_token[0] == '{') return Tag(element, on_tag);
                    std::string_view name;
                    bool said = false;
                    if (!Text(element, element_token, &name, &said))
                      return false;
                    if (said) on_tag(name);
                    return true;
                  });
}

// A tag within a tag ends the one around it, which has no name where that is
// MISP's form: {"Tag": {"name": ...}, "tag_id": ...}.
template <typename Value, typename OnTag>
bool JsonWalk::Tag(Value& value, const OnTag& on_tag) {
  tag_.clear();
  tag_inherited_ = false;
  const bool whole = Members(value.get_object(), [&](std::string_view key,
                                                     Value member,
                                                     std::string_view token) {
    std::string_view text;
    bool said = false;
    if (key == "name") {
      if (!Text(member, token, &text, &said)) return false;
      if (said) tag_.assign(text);
      return true;
    }
    if (key == "inherited") {
      if (!Text(member, token, &text, &said)) return false;
      if (said) tag_inherited_ = text == "1" || text == "true";
      return true;
    }
    const bool tag = key == "Tag" || key == "EventTag" || key == "AttributeTag";
    return tag && token[0] == '{' ? Tag(member, on_tag) : Skip(member, token);
  });
  if (!whole) return false;
  if (!tag_.empty() && !tag_inherited_) on_tag(tag_);
  tag_.clear();
  return true;
}

inline bool JsonWalk::Key(const char* raw, const char* value,
                          std::string_view* key) {
  // Between a key and its value stand a colon and blanks.
  const char* end = value - 1;
  while (IsBlank(*end)) --end;
  --end;
  while (IsBlank(*end)) --end;
  *key = {raw, static_cast<size_t>(end - raw)};
  return !HasBackslash(*key) || Unescape(*key, &unescaped_key_, key);
}

}  // namespace mispsift::misp

#endif  // MISPSIFT_SRC_MISP_JSON_WALK_H_
