#ifndef MISPSIFT_TESTS_SUPPORT_FAKE_MISP_INTAKE_H_
#define MISPSIFT_TESTS_SUPPORT_FAKE_MISP_INTAKE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rapidjson/document.h"
#include "tests/support/fake_misp.h"
#include "tests/support/fake_misp_store.h"

namespace mispsift {

// A member as PHP reads it, to which a number is as good as a text. Nothing:
// it is not there, or null, or holds others.
std::optional<std::string> ReadText(const rapidjson::Value& object,
                                    const char* name);
std::optional<int64_t> ReadNumber(const rapidjson::Value& object,
                                  const char* name);
bool ReadFlag(const rapidjson::Value& object, const char* name, bool otherwise);
// The member, or nullptr.
const rapidjson::Value* FindMember(const rapidjson::Value& object,
                                   const char* name);
// Its elements that are objects; none where it is no array.
std::vector<const rapidjson::Value*> ListIn(const rapidjson::Value& object,
                                            const char* name);

// What is wrong with a record: fields, and what MISP says of them.
using FakeErrors = std::vector<std::pair<std::string, std::string>>;

// Whether MISP takes `text` for a UUID.
bool IsMispUuid(std::string_view text);

// How a key's words are taken.
struct FakeIntake {
  FakeRole role;
  int64_t now = 0;
  std::string refused_text;  // see FakeMisp::RefuseValues()
};

// Reads an attribute and makes of it what MISP stores: defaults, category,
// value, tags. `event_id` is that of the event it goes to, `object_id` that of
// its object or 0. What is wrong is returned; nothing: it can be stored. Tags
// that are made on the way stay.
FakeErrors TakeAttribute(const rapidjson::Value& json, const FakeIntake& intake,
                         uint64_t event_id, uint64_t object_id,
                         FakeMispStore* store, FakeAttribute* attribute);

// Its own fields, without attributes and references.
FakeObject TakeObject(const rapidjson::Value& json);

// The tags of an event or an attribute that the key may give it. Makes those
// that are not there if it may do that.
std::vector<std::string> TakeTags(const rapidjson::Value& json,
                                  const FakeRole& role, FakeMispStore* store);

// Sets the fields of an event that are given, and no other.
void TakeEventFields(const rapidjson::Value& json, FakeEvent* event);
FakeErrors CheckEvent(const FakeEvent& event);

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_FAKE_MISP_INTAKE_H_
