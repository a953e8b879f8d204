#include "mispsift/misp/write_answers.h"

#include <gtest/gtest.h>

namespace mispsift::misp {
namespace {

const char kUuid[] = "5f5f5f5f-0000-4000-8000-000000000001";

Uuid UuidOf(const char* text) {
  Uuid uuid;
  EXPECT_TRUE(ParseUuid(text, &uuid));
  return uuid;
}

TEST(WriteAnswersTest, AnEventIsToldByAddAndBySearch) {
  bool is_answer = false;
  const char kAdded[] = R"({"Event":{"id":"401","attribute_count":"7"}})";
  std::optional<ToldEvent> told = ReadToldEvent(kAdded, &is_answer);
  ASSERT_TRUE(told.has_value());
  EXPECT_TRUE(is_answer);
  EXPECT_EQ(told->id, "401");
  EXPECT_EQ(told->attribute_count, 7U);
  // Numbers as numbers, as some installations print them.
  told = ReadToldEvent(
      R"({"response":[{"Event":{"id":3,"attribute_count":12}}]})", &is_answer);
  ASSERT_TRUE(told.has_value());
  EXPECT_EQ(told->id, "3");
  EXPECT_EQ(told->attribute_count, 12U);
}

TEST(WriteAnswersTest, NoEventIsNotNoAnswer) {
  bool is_answer = false;
  EXPECT_FALSE(ReadToldEvent(R"({"response":[]})", &is_answer).has_value());
  EXPECT_TRUE(is_answer);
  for (const char* other :
       {"", "[]", "{}", R"({"response":{}})", R"({"response":[{}]})",
        R"({"Event":{}})", R"({"Event":{"id":"4)", "<html>"}) {
    EXPECT_FALSE(ReadToldEvent(other, &is_answer).has_value()) << other;
    EXPECT_FALSE(is_answer) << other;
  }
}

TEST(WriteAnswersTest, UuidsOfRows) {
  const std::string rows =
      std::string(R"([{"uuid":")") + kUuid + R"("},{"uuid":"no"},{}])";
  const absl::flat_hash_set<Uuid> one = {UuidOf(kUuid)};
  EXPECT_EQ(ReadAttributeUuids(R"({"response":{"Attribute":)" + rows + "}}"),
            one);
  EXPECT_EQ(ReadSightingUuids(rows), one);
  EXPECT_EQ(ReadAttributeUuids(R"({"response":{"Attribute":[]}})"),
            absl::flat_hash_set<Uuid>());
  EXPECT_EQ(ReadAttributeUuids(R"({"response":[]})"), std::nullopt);
  EXPECT_EQ(ReadAttributeUuids("[]"), std::nullopt);
  EXPECT_EQ(ReadSightingUuids("{}"), std::nullopt);
  EXPECT_EQ(ReadSightingUuids("[{"), std::nullopt);
}

TEST(WriteAnswersTest, HowManySightingsWereSaved) {
  EXPECT_EQ(
      ReadSavedSightings(R"({"saved":true,"success":"3 sightings added."})"),
      3U);
  EXPECT_EQ(
      ReadSavedSightings(R"({"saved":false,"success":"No sightings added."})"),
      0U);
  EXPECT_EQ(ReadSavedSightings(R"({"message":"Could not"})"), std::nullopt);
  EXPECT_EQ(ReadSavedSightings(R"({"success":"Well done"})"), std::nullopt);
  EXPECT_EQ(ReadSavedSightings(""), std::nullopt);
}

TEST(WriteAnswersTest, RefusalsOfValidationSayWhatIsWrong) {
  EXPECT_EQ(ReadRefusal(R"({"saved":false,"name":"Could not add Event",
      "errors":{"Event":{"info":["valueNotEmpty"]}}})"),
            "info: valueNotEmpty");
  EXPECT_EQ(ReadRefusal(R"({"saved":false,"errors":{"category":["a","b"],
      "type":["c"]}})"),
            "category: a; category: b; type: c");
  EXPECT_EQ(ReadRefusal(R"({"saved":false,"errors":"Failed to attach"})"),
            "Failed to attach");
  EXPECT_EQ(ReadRefusal(R"({"saved":false,"errors":[]})"),
            "refused without a reason");
  // Of the key, of permissions, or none at all.
  EXPECT_EQ(ReadRefusal(R"({"name":"Authentication failed.","url":"/"})"),
            std::nullopt);
  EXPECT_EQ(ReadRefusal(R"({"saved":true,"errors":{}})"), std::nullopt);
  EXPECT_EQ(ReadRefusal("<html>"), std::nullopt);
}

TEST(WriteAnswersTest, RefusedAttributesAreToldByPosition) {
  EXPECT_EQ(ReadAttributeRefusals(R"({"Attribute":{"id":"1"},"errors":
      {"attribute_1":{"value":["IP address has an invalid format."]},
       "attribute_9":{"value":["out of range"]}}})",
                                  3),
            (std::vector<std::string>{
                "", "value: IP address has an invalid format.", ""}));
  EXPECT_EQ(ReadAttributeRefusals(
                R"({"saved":false,"errors":{"value":["A similar one"]}})", 1),
            std::vector<std::string>{"value: A similar one"});
  EXPECT_EQ(ReadAttributeRefusals(R"({"Attribute":[]})", 2),
            (std::vector<std::string>{"", ""}));
  EXPECT_EQ(ReadAttributeRefusals("no json", 1), std::vector<std::string>{""});
}

TEST(WriteAnswersTest, ALocationNamesAnEvent) {
  EXPECT_EQ(EventIdInLocation("http://127.0.0.1/events/401"), "401");
  EXPECT_EQ(EventIdInLocation("https://m.example/misp/events/7"), "7");
  for (const char* other :
       {"", "401", "/users/401", "/events/", "/events/x1"}) {
    EXPECT_EQ(EventIdInLocation(other), "") << other;
  }
}

}  // namespace
}  // namespace mispsift::misp
