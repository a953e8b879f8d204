#ifndef MISPSIFT_TESTS_FAKE_MISP_ASK_H_
#define MISPSIFT_TESTS_FAKE_MISP_ASK_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "httplib.h"
#include "rapidjson/document.h"
#include "tests/support/fake_misp.h"

namespace mispsift {

// What a client that does everything right sends along.
inline httplib::Headers GoodHeaders(const FakeMisp& fake) {
  return {{"Authorization", fake.key()},
          {"Accept", "application/json"},
          {"User-Agent", "Example/1.0"}};
}

inline httplib::Client ClientOf(const FakeMisp& fake) {
  httplib::Client client("127.0.0.1", fake.port());
  client.set_read_timeout(60, 0);
  return client;
}

// One POST of JSON over a connection of its own.
inline httplib::Response Ask(const FakeMisp& fake, const std::string& path,
                             const std::string& body) {
  httplib::Client client = ClientOf(fake);
  const httplib::Result result =
      client.Post(path, GoodHeaders(fake), body, "application/json");
  EXPECT_TRUE(result) << httplib::to_string(result.error());
  return result ? *result : httplib::Response{};
}

inline httplib::Response Get(const FakeMisp& fake, const std::string& path) {
  httplib::Client client = ClientOf(fake);
  const httplib::Result result = client.Get(path, GoodHeaders(fake));
  EXPECT_TRUE(result) << httplib::to_string(result.error());
  return result ? *result : httplib::Response{};
}

inline httplib::Response Search(const FakeMisp& fake, const std::string& body) {
  return Ask(fake, "/attributes/restSearch", body);
}

inline rapidjson::Document Json(const std::string& text) {
  rapidjson::Document json;
  json.Parse(text.data(), text.size());
  EXPECT_FALSE(json.HasParseError()) << text.substr(0, 400);
  return json;
}

// The attribute ids of an answer of restSearch, in its order.
inline std::vector<uint64_t> Ids(const httplib::Response& answer) {
  std::vector<uint64_t> ids;
  const rapidjson::Document json = Json(answer.body);
  if (json.HasParseError() || !json.IsObject()) return ids;
  for (const auto& row : json["response"]["Attribute"].GetArray()) {
    ids.push_back(row["id"].IsString() ? std::stoull(row["id"].GetString())
                                       : row["id"].GetUint64());
  }
  return ids;
}

// The names of an object, in its order.
inline std::vector<std::string> Keys(const rapidjson::Value& object) {
  std::vector<std::string> keys;
  for (const auto& member : object.GetObject()) {
    keys.emplace_back(member.name.GetString());
  }
  return keys;
}

// Event 1 with attributes 1 to `count`, all domains.
inline void AddPlainEvent(uint64_t count, FakeMisp* fake) {
  FakeEvent event;
  for (uint64_t i = 1; i <= count; ++i) {
    FakeAttribute attribute;
    attribute.value = "n" + std::to_string(i) + ".example";
    event.attributes.push_back(attribute);
  }
  fake->AddEvent(event);
}

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_FAKE_MISP_ASK_H_
