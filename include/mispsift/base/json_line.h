#ifndef MISPSIFT_BASE_JSON_LINE_H_
#define MISPSIFT_BASE_JSON_LINE_H_

#include <rapidjson/document.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mispsift {

// Reads JSON of our own back: `*document` is an object then, or false.
inline bool ParseJsonLine(std::string_view line,
                          rapidjson::Document* document) {
  document->Parse<rapidjson::kParseIterativeFlag |
                  rapidjson::kParseFullPrecisionFlag>(line.data(), line.size());
  return !document->HasParseError() && document->IsObject();
}

// Takes members out of a line. What is missing or null is empty; the first that
// is of another type than its own is remembered, and the line is no good.
class JsonLineReader {
 public:
  // Empty: all that was asked for was as it should be.
  const std::string& wrong() const { return wrong_; }
  void Refuse(std::string_view key) {
    if (wrong_.empty()) wrong_ = key;
  }

  std::string Text(const rapidjson::Value& object, const char* key) {
    const rapidjson::Value* member = Member(object, key);
    if (member == nullptr) return {};
    if (!member->IsString()) {
      Refuse(key);
      return {};
    }
    return {member->GetString(), member->GetStringLength()};
  }

  std::optional<double> Number(const rapidjson::Value& object,
                               const char* key) {
    const rapidjson::Value* member = Member(object, key);
    if (member == nullptr) return std::nullopt;
    if (!member->IsNumber()) {
      Refuse(key);
      return std::nullopt;
    }
    return member->GetDouble();
  }

  uint64_t Count(const rapidjson::Value& object, const char* key) {
    const rapidjson::Value* member = Member(object, key);
    if (member == nullptr) return 0;
    if (!member->IsUint64()) {
      Refuse(key);
      return 0;
    }
    return member->GetUint64();
  }

  // Of a member that must be there.
  bool Flag(const rapidjson::Value& object, const char* key) {
    const rapidjson::Value* member = Member(object, key);
    if (member == nullptr || !member->IsBool()) Refuse(key);
    return member != nullptr && member->IsTrue();
  }

  std::vector<std::string> Texts(const rapidjson::Value& object,
                                 const char* key) {
    std::vector<std::string> texts;
    ForEach(object, key, [&](const rapidjson::Value& value) {
      if (!value.IsString()) return Refuse(key);
      texts.emplace_back(value.GetString(), value.GetStringLength());
    });
    return texts;
  }

  // Of a list of objects what `read` makes of each.
  template <typename Read>
  auto List(const rapidjson::Value& object, const char* key, const Read& read) {
    std::vector<decltype(read(object))> list;
    ForEach(object, key, [&](const rapidjson::Value& value) {
      if (!value.IsObject()) return Refuse(key);
      list.push_back(read(value));
    });
    return list;
  }

  // An object; null when there is none.
  const rapidjson::Value* Object(const rapidjson::Value& object,
                                 const char* key) {
    const rapidjson::Value* member = Member(object, key);
    if (member == nullptr || member->IsObject()) return member;
    Refuse(key);
    return nullptr;
  }

  static const rapidjson::Value* Member(const rapidjson::Value& object,
                                        const char* key) {
    const auto member = object.FindMember(key);
    if (member == object.MemberEnd() || member->value.IsNull()) return nullptr;
    return &member->value;
  }

 private:
  template <typename Take>
  void ForEach(const rapidjson::Value& object, const char* key,
               const Take& take) {
    const rapidjson::Value* member = Member(object, key);
    if (member == nullptr) return;
    if (!member->IsArray()) return Refuse(key);
    for (const rapidjson::Value& value : member->GetArray()) take(value);
  }

  std::string wrong_;
};

}  // namespace mispsift

#endif  // MISPSIFT_BASE_JSON_LINE_H_
