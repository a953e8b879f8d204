#ifndef MISPSIFT_SRC_MISP_JSON_TEXT_OF_H_
#define MISPSIFT_SRC_MISP_JSON_TEXT_OF_H_

#include <rapidjson/document.h>

#include <string>
#include <string_view>

namespace mispsift::misp {

// Members of small answers, read by RapidJSON's DOM.

// A member's text; a whole number as text, as installations differ in which of
// the two they write. Empty where it is neither.
inline std::string TextOf(const rapidjson::Value& object, const char* name) {
  if (!object.IsObject()) return {};
  const auto member = object.FindMember(name);
  if (member == object.MemberEnd()) return {};
  const rapidjson::Value& value = member->value;
  if (value.IsUint64()) return std::to_string(value.GetUint64());
  if (!value.IsString()) return {};
  return {value.GetString(), value.GetStringLength()};
}

inline bool IsTrue(const rapidjson::Value& object, const char* name) {
  if (!object.IsObject() || !object.HasMember(name)) return false;
  const rapidjson::Value& member = object[name];
  return member.IsTrue() || (member.IsNumber() && member.GetDouble() != 0) ||
         (member.IsString() && std::string_view(member.GetString()) == "1");
}

}  // namespace mispsift::misp

#endif  // MISPSIFT_SRC_MISP_JSON_TEXT_OF_H_
