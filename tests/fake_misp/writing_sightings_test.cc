// Sightings and tags, as clients give them.

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "tests/fake_misp/ask.h"
#include "tests/fake_misp/writing.h"

namespace mispsift {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

using FakeMispTagging = FakeMispWriting;

class FakeMispSightings : public FakeMispWriting {
 protected:
  FakeMispSightings() {
    event_ = AddEvent(
        R"({"uuid":"aaaaaaaa-0000-4000-8000-000000000101","type":"ip-dst",
            "value":"192.0.2.1"},
           {"uuid":"aaaaaaaa-0000-4000-8000-000000000102","type":"ip-dst|port",
            "value":"192.0.2.1|80"})");
  }
  // By numbers of uuids.
  static std::string Sighting(int number, int attribute, const char* type) {
    return R"({"uuid":"aaaaaaaa-0000-4000-8000-00000000050)" +
           std::to_string(number) +
           R"(","attribute_uuid":"aaaaaaaa-0000-4000-8000-00000000010)" +
           std::to_string(attribute) + R"(","date_sighting":"1700000000",)" +
           R"("type":")" + type + R"(","source":"here"})";
  }
  httplib::Response Save(const std::string& event, const std::string& list) {
    return Ask(fake_, "/sightings/bulkSaveSightings/" + event, list);
  }

  uint64_t event_ = 0;
};

TEST_F(FakeMispSightings, InBulkOnceForEachUuid) {
  const std::string uuid = fake_.Event(event_).uuid;
  const httplib::Response first =
      Save(uuid, "[" + Sighting(1, 1, "0") + "," + Sighting(2, 2, "1") + "," +
                     Sighting(2, 1, "0") + "," + Sighting(3, 9, "0") + "]");
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.body, R"({"saved":true,"success":"2 sightings added."})");
  const std::vector<FakeSighting> kept = fake_.Sightings();
  ASSERT_THAT(kept, SizeIs(2));
  EXPECT_EQ(kept[0].uuid, "aaaaaaaa-0000-4000-8000-000000000501");
  EXPECT_EQ(kept[0].attribute_uuid, "aaaaaaaa-0000-4000-8000-000000000101");
  EXPECT_EQ(kept[0].date, 1700000000);
  EXPECT_EQ(kept[0].source, "here");
  EXPECT_EQ(kept[1].type, 1);

  EXPECT_EQ(Save(uuid, "[" + Sighting(1, 1, "0") + "]").body,
            R"({"saved":false,"success":"No sightings added."})");
  EXPECT_EQ(Save("99", "[]").status, 405);

  const rapidjson::Document index =
      Json(Get(fake_, "/sightings/index/" + std::to_string(event_)).body);
  ASSERT_EQ(index.Size(), 2u);
  EXPECT_STREQ(index[0]["attribute_uuid"].GetString(),
               "aaaaaaaa-0000-4000-8000-000000000101");
  EXPECT_EQ(Json(Get(fake_, "/sightings/index/" + uuid).body).Size(), 2u);
}

TEST_F(FakeMispSightings, BelongToTheEventOfTheirAttribute) {
  const uint64_t other = AddEvent("");
  Save(std::to_string(other), "[" + Sighting(1, 1, "0") + "]");
  ASSERT_THAT(fake_.Sightings(), SizeIs(1));
  EXPECT_EQ(fake_.Sightings()[0].event_id, event_);
}

TEST_F(FakeMispSightings, AnIndexThatKnowsNoUuids) {
  FakeMisp fake({.sightings_index_knows_uuid = false});
  const uint64_t event =
      fake.AddEvent({.attributes = {{.value = "a.example"}}});
  const std::string uuid = fake.Attributes(event)[0].uuid;
  Ask(fake, "/sightings/add", R"({"uuid":)" + Quoted(uuid) + "}");
  EXPECT_EQ(Json(Get(fake, "/sightings/index/1").body).Size(), 1u);
  EXPECT_EQ(
      Json(Get(fake, "/sightings/index/" + fake.Event(event).uuid).body).Size(),
      0u);
}

TEST_F(FakeMispSightings, AValueSightsAllThatHoldIt) {
  const auto add = [this](const std::string& body) {
    return Ask(fake_, "/sightings/add", body).body;
  };
  fake_.SoftDeleteAttribute("aaaaaaaa-0000-4000-8000-000000000101");
  EXPECT_THAT(add(R"({"values":["192.0.2.1","nothing"],"source":"s"})"),
              HasSubstr("\"Sighting\""));
  EXPECT_THAT(fake_.Sightings(), SizeIs(2));
  EXPECT_THAT(add(R"({"values":["nothing"]})"),
              HasSubstr("No valid attributes found"));
  EXPECT_THAT(
      add(R"({"uuid":"aaaaaaaa-0000-4000-8000-000000000101","type":"7"})"),
      HasSubstr("Invalid type"));
  EXPECT_THAT(fake_.Sightings(), SizeIs(2));
}

TEST_F(FakeMispTagging, TagsAreMadeAndAttached) {
  const uint64_t event = AddEvent(R"({"type":"ip-dst","value":"192.0.2.1"})");
  const std::string attribute = fake_.Attributes(event)[0].uuid;
  const auto attach = [this](const std::string& uuid, const std::string& tag) {
    return Ask(fake_, "/tags/attachTagToObject",
               R"({"uuid":)" + Quoted(uuid) + R"(,"tag":)" + tag + "}");
  };
  EXPECT_EQ(
      Ask(fake_, "/tags/add", R"({"name":"t","colour":"#ff0000"})").status,
      200);
  EXPECT_EQ(Ask(fake_, "/tags/add", R"({"name":"u","colour":"red"})").status,
            405);
  fake_.SetPublished(event, true);
  const std::string uuid = fake_.Event(event).uuid;
  EXPECT_THAT(attach(uuid, R"("t")").body,
              HasSubstr("successfully attached to Event(1)"));
  EXPECT_FALSE(fake_.Event(event).published);
  EXPECT_THAT(attach(uuid, R"("t")").body,
              HasSubstr("already has the requested tag"));
  EXPECT_EQ(attach(attribute, R"(["t","v"])").status, 200);
  EXPECT_THAT(fake_.Attributes(event)[0].tags, ElementsAre("t", "v"));
  fake_.SetRole({.perm_tag_editor = false});
  EXPECT_EQ(attach(uuid, R"("unheard")").status, 403);
  EXPECT_EQ(attach("aaaaaaaa-0000-4000-8000-000000000009", R"("t")").status,
            404);

  const rapidjson::Document index = Json(Get(fake_, "/tags/index").body);
  bool found = false;
  for (const auto& tag : index["Tag"].GetArray()) {
    if (std::string(tag["name"].GetString()) != "t") continue;
    found = true;
    EXPECT_STREQ(tag["colour"].GetString(), "#ff0000");
    EXPECT_EQ(tag["count"].GetInt(), 1);
    EXPECT_EQ(tag["attribute_count"].GetInt(), 1);
  }
  EXPECT_TRUE(found);
}

}  // namespace
}  // namespace mispsift
