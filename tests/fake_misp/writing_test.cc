// What MISP does with what a client writes, dropped and changed values
// included.

#include "tests/fake_misp/writing.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "tests/fake_misp/ask.h"

namespace mispsift {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr char kEventUuid[] = "aaaaaaaa-0000-4000-8000-000000000001";

TEST_F(FakeMispWriting, AnEventIsKeptWithAllItHas) {
  fake_.SetNow(2000000000);
  const httplib::Response answer = Ask(fake_, "/events/add", R"({"Event":{
      "uuid":"aaaaaaaa-0000-4000-8000-000000000001","info":"an analysis",
      "date":"2026-02-03","timestamp":"1900000000","distribution":"0",
      "threat_level_id":2,"analysis":"2","published":false,
      "extends_uuid":"aaaaaaaa-0000-4000-8000-000000000099",
      "Tag":[{"name":"tlp:amber"}],
      "Attribute":[{"uuid":"aaaaaaaa-0000-4000-8000-000000000101","type":"md5",
        "value":"00112233445566778899AABBCCDDEEFF","comment":"c","to_ids":false,
        "Tag":[{"name":"t1"}]}],
      "Object":[{"uuid":"aaaaaaaa-0000-4000-8000-000000000201","name":"file",
        "meta-category":"file","template_uuid":
        "688c46fb-5edb-40a3-8273-1af7923e2215","template_version":"24",
        "comment":"o",
        "Attribute":[{"uuid":"aaaaaaaa-0000-4000-8000-000000000301",
          "type":"filename","object_relation":"filename","value":"a.exe"}],
        "ObjectReference":[{"uuid":"aaaaaaaa-0000-4000-8000-000000000401",
          "referenced_uuid":"aaaaaaaa-0000-4000-8000-000000000101",
          "relationship_type":"related-to"}]}]}})");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_THAT(answer.body, HasSubstr("\n    \"Event\": {"));

  const FakeEvent event = fake_.Event(1);
  EXPECT_EQ(event.uuid, kEventUuid);
  EXPECT_EQ(event.info, "an analysis");
  EXPECT_EQ(event.date, "2026-02-03");
  EXPECT_EQ(event.timestamp, 1900000000);
  EXPECT_EQ(event.distribution, 0);
  EXPECT_EQ(event.threat_level_id, 2);
  EXPECT_EQ(event.extends_uuid, "aaaaaaaa-0000-4000-8000-000000000099");
  EXPECT_FALSE(event.published);
  EXPECT_THAT(event.tags, ElementsAre("tlp:amber"));

  const std::vector<FakeObject> objects = fake_.Objects(1);
  ASSERT_THAT(objects, SizeIs(1));
  EXPECT_EQ(objects[0].uuid, "aaaaaaaa-0000-4000-8000-000000000201");
  EXPECT_EQ(objects[0].template_version, 24);
  ASSERT_THAT(objects[0].attributes, SizeIs(1));
  EXPECT_EQ(objects[0].attributes[0].object_relation, "filename");
  ASSERT_THAT(objects[0].references, SizeIs(1));
  EXPECT_EQ(objects[0].references[0].referenced_uuid,
            "aaaaaaaa-0000-4000-8000-000000000101");

  // The whole of it comes back, and from /events/view by either name.
  const rapidjson::Document json = Json(answer.body);
  const auto& kept = json["Event"];
  EXPECT_STREQ(kept["attribute_count"].GetString(), "2");
  EXPECT_STREQ(kept["Attribute"][0]["value"].GetString(),
               "00112233445566778899aabbccddeeff");
  EXPECT_STREQ(kept["Attribute"][0]["comment"].GetString(), "c");
  EXPECT_FALSE(kept["Attribute"][0]["to_ids"].GetBool());
  EXPECT_STREQ(kept["Attribute"][0]["Tag"][0]["name"].GetString(), "t1");
  EXPECT_EQ(kept["Attribute"].Size(), 1u);
  EXPECT_STREQ(kept["Object"][0]["Attribute"][0]["uuid"].GetString(),
               "aaaaaaaa-0000-4000-8000-000000000301");
  EXPECT_STREQ(kept["Object"][0]["ObjectReference"][0]["uuid"].GetString(),
               "aaaaaaaa-0000-4000-8000-000000000401");
  EXPECT_EQ(Get(fake_, "/events/view/1").body, answer.body);
  EXPECT_EQ(Get(fake_, std::string("/events/view/") + kEventUuid).body,
            answer.body);
  EXPECT_EQ(Ask(fake_, std::string("/events/view/") + kEventUuid, "").body,
            answer.body);
  // As searches see it.
  const rapidjson::Document rows =
      Json(Search(fake_, R"({"eventid":1,"order":"Attribute.id asc"})").body);
  ASSERT_EQ(rows["response"]["Attribute"].Size(), 2u);
  EXPECT_STREQ(rows["response"]["Attribute"][1]["Object"]["id"].GetString(),
               std::to_string(objects[0].id).c_str());
  EXPECT_THAT(fake_.Duplicates(), IsEmpty());
}

TEST_F(FakeMispWriting, AnEventWithoutWrapperGetsDefaults) {
  fake_.SetNow(1795488224);
  const httplib::Response answer =
      Ask(fake_, "/events/add", R"({"info":"minimal"})");
  EXPECT_EQ(answer.status, 200);
  const rapidjson::Document json = Json(answer.body);
  const auto& event = json["Event"];
  EXPECT_STREQ(event["date"].GetString(), "2026-11-24");
  EXPECT_STREQ(event["threat_level_id"].GetString(), "4");
  EXPECT_STREQ(event["analysis"].GetString(), "0");
  EXPECT_STREQ(event["distribution"].GetString(), "1");
  EXPECT_STREQ(event["timestamp"].GetString(), "1795488224");
}

TEST_F(FakeMispWriting, MetadataAnswersWithTheCountOnly) {
  const httplib::Response answer = Ask(
      fake_, "/events/add/metadata:1",
      R"({"info":"i","Attribute":[{"type":"ip-dst","value":"192.0.2.1"}]})");
  const rapidjson::Document json = Json(answer.body);
  EXPECT_STREQ(json["Event"]["attribute_count"].GetString(), "1");
  EXPECT_FALSE(json["Event"].HasMember("Attribute"));
  EXPECT_FALSE(json["Event"].HasMember("Object"));
}

TEST_F(FakeMispWriting, BadAttributesAreDroppedWithoutAWord) {
  fake_.AddAttribute(
      fake_.AddEvent({}),
      {.uuid = "aaaaaaaa-0000-4000-8000-0000000000ff", .value = "a.example"});
  fake_.RefuseValues("Windows");
  const httplib::Response answer = Ask(fake_, "/events/add", R"({"info":"i",
      "Attribute":[
        {"type":"md5","value":"zz"},
        {"type":"no-such-type","value":"x"},
        {"value":"no type"},
        {"type":"md5","category":"Person",
         "value":"00112233445566778899aabbccddeeff"},
        {"type":"domain","value":"Bad.Example"},
        {"type":"domain","value":"bad.example "},
        {"type":"mutex","value":"caf\u00e9"},
        {"type":"mutex","value":"CAFE"},
        {"type":"mutex","category":"Other","value":"cafe"},
        {"type":"domain","uuid":"aaaaaaaa-0000-4000-8000-0000000000ff",
         "value":"b.example"},
        {"type":"domain","uuid":"no-uuid","value":"c.example"},
        {"type":"filename","value":"C:\\Windows\\a.exe"},
        {"type":"text","value":"emoji \ud83d\ude00"},
        {"type":"url","value":"hxxp://ok[.]example/A"}]})");
  ASSERT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, Not(HasSubstr("error")));
  EXPECT_THAT(Values(2), ElementsAre("bad.example", "caf\xc3\xa9", "emoji ?",
                                     "http://ok.example/A"));
  EXPECT_THAT(fake_.Duplicates(), IsEmpty());
}

TEST_F(FakeMispWriting, ObjectsMayRepeatValuesButNotUuids) {
  constexpr char kObject[] = R"({"uuid":"aaaaaaaa-0000-4000-8000-00000000020)";
  const std::string attributes =
      R"("name":"file","Attribute":[{"type":"md5","object_relation":"md5",
          "value":"00112233445566778899aabbccddeeff"},
         {"type":"filename","value":"without a relation"}]})";
  const httplib::Response answer =
      Ask(fake_, "/events/add",
          std::string(R"({"info":"i","Attribute":[{"type":"md5",
              "value":"00112233445566778899aabbccddeeff"}],"Object":[)") +
              kObject + "1\"," + attributes + "," + kObject + "2\"," +
              attributes + "," + kObject + "1\"," + attributes + "]}");
  ASSERT_EQ(answer.status, 200);
  EXPECT_THAT(fake_.Objects(1), SizeIs(2));
  EXPECT_THAT(Values(1), ElementsAre("00112233445566778899aabbccddeeff",
                                     "00112233445566778899aabbccddeeff",
                                     "00112233445566778899aabbccddeeff"));
  EXPECT_THAT(fake_.Duplicates(), IsEmpty());
}

TEST_F(FakeMispWriting, AReferenceLeadsToWhatIsInTheEvent) {
  Ask(fake_, "/events/add", R"({"info":"i","Object":[
      {"uuid":"aaaaaaaa-0000-4000-8000-000000000201","name":"file",
       "ObjectReference":[
         {"referenced_uuid":"aaaaaaaa-0000-4000-8000-000000000202"},
         {"referenced_uuid":"aaaaaaaa-0000-4000-8000-000000000203"}]},
      {"uuid":"aaaaaaaa-0000-4000-8000-000000000202","name":"file"}]})");
  const std::vector<FakeObject> objects = fake_.Objects(1);
  ASSERT_THAT(objects, SizeIs(2));
  ASSERT_THAT(objects[0].references, SizeIs(1));
  EXPECT_EQ(objects[0].references[0].referenced_uuid, objects[1].uuid);
}

TEST_F(FakeMispWriting, TheSameUuidAgainIs404WithTheWayToTheEvent) {
  const std::string body =
      R"({"Event":{"info":"i","uuid":"aaaaaaaa-0000-4000-8000-000000000001"}})";
  EXPECT_EQ(Ask(fake_, "/events/add", body).status, 200);
  const httplib::Response again = Ask(fake_, "/events/add", body);
  EXPECT_EQ(again.status, 404);
  EXPECT_EQ(again.get_header_value("Location"), fake_.url() + "/events/1");
  EXPECT_THAT(again.body, HasSubstr("Event already exists, if you would like"));
  EXPECT_THAT(fake_.EventIds(), SizeIs(1));

  fake_.HardDeleteEvent(1);
  const httplib::Response blocked = Ask(fake_, "/events/add", body);
  EXPECT_EQ(blocked.status, 403);
  EXPECT_THAT(blocked.body, HasSubstr("blocklist"));
  EXPECT_THAT(fake_.EventIds(), IsEmpty());
}

TEST_F(FakeMispWriting, SharingGroupsMustBeKnown) {
  FakeMisp fake({.sharing_groups = {7}});
  const auto add = [&fake](int group) {
    return Ask(fake, "/events/add",
               R"({"info":"i","distribution":"4","sharing_group_id":)" +
                   std::to_string(group) + "}");
  };
  EXPECT_EQ(add(8).status, 405);
  EXPECT_THAT(fake.EventIds(), IsEmpty());
  EXPECT_EQ(add(7).status, 200);
  EXPECT_EQ(fake.Event(1).sharing_group_id, 7u);
}

TEST_F(FakeMispWriting, UnknownTagsAreMadeOnlyByWhoMay) {
  const std::string body = R"({"info":"i","Tag":[{"name":"TLP:amber"},
      {"name":"unheard"}],"Attribute":[{"type":"ip-dst","value":"192.0.2.1",
      "Tag":[{"name":"unheard"}]}]})";
  fake_.AddEvent({.tags = {"tlp:amber"}});
  fake_.SetRole({.perm_tag_editor = false});
  EXPECT_EQ(Ask(fake_, "/events/add", body).status, 200);
  EXPECT_THAT(fake_.Event(2).tags, ElementsAre("tlp:amber"));
  EXPECT_THAT(fake_.Attributes(2)[0].tags, IsEmpty());
  fake_.SetRole({});
  EXPECT_EQ(Ask(fake_, "/events/add", body).status, 200);
  EXPECT_THAT(fake_.Event(3).tags, ElementsAre("tlp:amber", "unheard"));
  EXPECT_THAT(fake_.Attributes(3)[0].tags, ElementsAre("unheard"));
  fake_.SetRole({.perm_tagger = false});
  EXPECT_EQ(Ask(fake_, "/events/add", body).status, 200);
  EXPECT_THAT(fake_.Event(4).tags, IsEmpty());
}

TEST_F(FakeMispWriting, OnlyWhoMayPublishes) {
  const std::string body = R"({"info":"i","published":true,
      "Attribute":[{"type":"ip-dst","value":"192.0.2.1"}]})";
  EXPECT_EQ(Ask(fake_, "/events/add", body).status, 200);
  EXPECT_TRUE(fake_.Event(1).published);
  fake_.SetRole({.perm_publish = false});
  EXPECT_EQ(Ask(fake_, "/events/add", body).status, 200);
  EXPECT_FALSE(fake_.Event(2).published);
  EXPECT_THAT(fake_.Attributes(2), SizeIs(1));
}

TEST_F(FakeMispWriting, RolesAreShownAndKept) {
  const uint64_t event = AddEvent(R"({"type":"ip-dst","value":"192.0.2.1"})");
  const std::string id = std::to_string(event);
  const std::string uuid = fake_.Attributes(event)[0].uuid;
  const std::string sighting =
      R"([{"uuid":"aaaaaaaa-0000-4000-8000-000000000501","attribute_uuid":)" +
      Quoted(uuid) + R"(,"date_sighting":1,"type":"0","source":"s"}])";
  const auto refused = [this](const std::string& path,
                              const std::string& body) {
    const httplib::Response answer = Ask(fake_, path, body);
    EXPECT_THAT(
        answer.body,
        HasSubstr("You do not have permission to use this functionality."))
        << path;
    return answer.status == 403;
  };
  FakeRole none;
  none.perm_add = none.perm_tagger = none.perm_tag_editor = false;
  none.perm_sighting = none.perm_sync = false;
  fake_.SetRole(none);
  EXPECT_TRUE(refused("/events/add", R"({"info":"i"})"));
  EXPECT_TRUE(refused("/events/edit/" + id, R"({"info":"i"})"));
  EXPECT_TRUE(refused("/attributes/add/" + id, "[]"));
  EXPECT_TRUE(refused("/events/upload_sample/" + id, "{}"));
  EXPECT_TRUE(refused("/tags/add", R"({"name":"t"})"));
  EXPECT_TRUE(refused("/tags/attachTagToObject", "{}"));
  EXPECT_TRUE(refused("/sightings/add", R"({"uuid":)" + Quoted(uuid) + "}"));
  EXPECT_TRUE(refused("/sightings/bulkSaveSightings/" + id, sighting));
  const rapidjson::Document me = Json(Get(fake_, "/users/view/me").body);
  for (const char* name : {"perm_add", "perm_tagger", "perm_tag_editor",
                           "perm_sighting", "perm_sync"}) {
    EXPECT_FALSE(me["Role"][name].GetBool()) << name;
  }
  EXPECT_TRUE(me["Role"]["perm_publish"].GetBool());
  const rapidjson::Document version =
      Json(Get(fake_, "/servers/getVersion").body);
  EXPECT_FALSE(version["perm_sync"].GetBool());
  EXPECT_FALSE(version["perm_sighting"].GetBool());

  // Either of two permissions will do for sightings in bulk.
  none.perm_sync = true;
  fake_.SetRole(none);
  EXPECT_EQ(Ask(fake_, "/sightings/bulkSaveSightings/" + id, sighting).status,
            200);
  // Of a read-only key the role tells nothing.
  fake_.SetRole({.read_only = true});
  EXPECT_TRUE(refused("/events/add", R"({"info":"i"})"));
  EXPECT_TRUE(
      Json(Get(fake_, "/users/view/me").body)["Role"]["perm_add"].GetBool());
  EXPECT_EQ(Get(fake_, "/events/view/" + id).status, 200);
}

TEST_F(FakeMispWriting, EventsOfOthersAreNotOnesOwn) {
  const uint64_t event = fake_.AddEvent(
      {.org = "Others", .org_uuid = "10000000-0000-4000-8000-000000000002"});
  fake_.SetSiteAdmin(false);
  const httplib::Response answer =
      AddAttributes(event, R"({"type":"ip-dst","value":"192.0.2.1"})");
  EXPECT_EQ(answer.status, 403);
  EXPECT_THAT(answer.body, HasSubstr("You do not have permission to do that."));
}

TEST_F(FakeMispWriting, EditingAppendsAndUpdates) {
  fake_.SetNow(1000);
  const uint64_t event = AddEvent(
      R"({"uuid":"aaaaaaaa-0000-4000-8000-000000000101","type":"ip-dst",
          "value":"192.0.2.1"},{"type":"ip-dst","value":"192.0.2.2"})");
  fake_.SetPublished(event, true);
  fake_.SetNow(2000);
  const httplib::Response answer =
      Ask(fake_, "/events/edit/1", R"({"Event":{"Tag":[{"name":"new"}],
      "Attribute":[
        {"uuid":"aaaaaaaa-0000-4000-8000-000000000101","type":"ip-dst",
         "value":"192.0.2.1","comment":"changed"},
        {"type":"ip-dst","value":"192.0.2.2"},
        {"type":"ip-dst","value":"nonsense"},
        {"type":"ip-dst","value":"192.0.2.3"}]}})");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_THAT(Values(event),
              ElementsAre("192.0.2.1", "192.0.2.2", "192.0.2.3"));
  EXPECT_EQ(fake_.Attributes(event)[0].comment, "changed");
  EXPECT_EQ(fake_.Event(event).timestamp, 2000);
  EXPECT_FALSE(fake_.Event(event).published);
  EXPECT_THAT(fake_.Event(event).tags, ElementsAre("new"));
  EXPECT_EQ(fake_.Event(event).info, "i");

  const httplib::Response older =
      Ask(fake_, "/events/edit/1", R"({"info":"x","timestamp":"2000"})");
  EXPECT_EQ(older.status, 403);
  EXPECT_THAT(older.body, HasSubstr("not newer than the local copy"));
  EXPECT_EQ(Ask(fake_, "/events/edit/2", R"({"info":"x"})").status, 404);
  // An attribute of another event stays where it is.
  AddEvent("");
  Ask(fake_, "/events/edit/2", R"({"Attribute":[
      {"uuid":"aaaaaaaa-0000-4000-8000-000000000101","type":"ip-dst",
       "value":"192.0.2.9"}]})");
  EXPECT_THAT(Values(2), IsEmpty());
  EXPECT_EQ(Values(event)[0], "192.0.2.1");
}

TEST_F(FakeMispWriting, AttributesSayWhatIsWrongWithThem) {
  const uint64_t event = AddEvent(R"({"type":"ip-dst","value":"192.0.2.1"})");
  fake_.SetPublished(event, true);
  fake_.RefuseValues("blocked");
  const httplib::Response answer = AddAttributes(event, R"([
      {"type":"ip-dst","value":"192.0.2.2"},
      {"type":"ip-dst","value":"192.0.2.1"},
      {"type":"domain","value":"blocked.example"},
      {"type":"ip-dst","value":"192.0.2.3"}])");
  ASSERT_EQ(answer.status, 200);
  const rapidjson::Document json = Json(answer.body);
  EXPECT_EQ(json["Attribute"].Size(), 2u);
  EXPECT_THAT(Keys(json["errors"]), ElementsAre("attribute_1", "attribute_2"));
  EXPECT_STREQ(json["errors"]["attribute_1"]["value"][0].GetString(),
               "A similar attribute already exists for this event.");
  EXPECT_STREQ(json["errors"]["attribute_2"]["value"][0].GetString(),
               "This value is blocked by a regular expression in the import "
               "filters.");
  EXPECT_FALSE(fake_.Event(event).published);

  // One survivor is an object, not a list of one.
  const rapidjson::Document one =
      Json(AddAttributes(event, R"([{"type":"ip-dst","value":"192.0.2.4"},
                               {"type":"ip-dst","value":"bogus"}])")
               .body);
  EXPECT_TRUE(one["Attribute"].IsObject());
  EXPECT_TRUE(one["AttributeTag"].IsArray());
  EXPECT_THAT(Keys(one["errors"]), ElementsAre("attribute_1"));

  const httplib::Response none =
      AddAttributes(event, R"([{"type":"ip-dst","value":"bogus"},
                               {"type":"ip-dst","value":"192.0.2.1"}])");
  EXPECT_EQ(none.status, 403);
  EXPECT_FALSE(Json(none.body)["saved"].GetBool());
  EXPECT_THAT(Keys(Json(none.body)["errors"]),
              ElementsAre("attribute_0", "attribute_1"));
  EXPECT_THAT(fake_.Attributes(event), SizeIs(4));
}

TEST_F(FakeMispWriting, AnAttributeSentTwiceIsWrongInTwoWays) {
  const uint64_t event = AddEvent("");
  const std::string body =
      R"([{"uuid":"aaaaaaaa-0000-4000-8000-000000000101","type":"ip-dst",
           "value":"192.0.2.1"}])";
  EXPECT_EQ(AddAttributes(event, body).status, 200);
  const httplib::Response again = AddAttributes(event, body);
  EXPECT_EQ(again.status, 403);
  const rapidjson::Document json = Json(again.body);
  EXPECT_THAT(Keys(json["errors"]), ElementsAre("value", "uuid"));
  EXPECT_STREQ(json["errors"]["uuid"][0].GetString(),
               "The UUID provided is not unique");
  EXPECT_EQ(AddAttributes(99, body).status, 404);
  // A deleted one does not stand in the way of the value.
  fake_.SoftDeleteAttribute("aaaaaaaa-0000-4000-8000-000000000101");
  EXPECT_EQ(
      AddAttributes(event, R"({"type":"ip-dst","value":"192.0.2.1"})").status,
      200);
  EXPECT_THAT(Ids(Search(fake_, R"({"deleted":[0,1]})")), SizeIs(2));
}

TEST_F(FakeMispWriting, ASampleAmongTheAttributesIsNamedByItsHash) {
  const uint64_t event = AddEvent("");
  EXPECT_EQ(AddAttributes(event, R"({"type":"malware-sample","value":"m.exe",
                "data":"TVpmYWtl","encrypt":true})")
                .status,
            200);
  EXPECT_THAT(Values(event),
              ElementsAre("m.exe|0697a9008b62d870d6ea5112aec60cc2"));
  EXPECT_EQ(fake_.Attributes(event)[0].data, "TVpmYWtl");
}

TEST_F(FakeMispWriting, EverySampleIsAnotherObject) {
  const uint64_t event = AddEvent("");
  const std::string body = R"({"request":{"distribution":"5","files":[
      {"filename":"s.exe","data":"TVpmYWtl"}]}})";
  for (const size_t objects : {1u, 2u}) {
    const httplib::Response answer =
        Ask(fake_, "/events/upload_sample/1", body);
    EXPECT_EQ(answer.status, 200);
    EXPECT_THAT(answer.body, EndsWith("\\/events\\/view\\/1\",\"id\":\"1\"}"));
    EXPECT_THAT(fake_.Objects(event), SizeIs(objects));
  }
  EXPECT_THAT(fake_.Objects(event)[1].attributes, SizeIs(6));
  EXPECT_EQ(Ask(fake_, "/events/upload_sample", body).status, 400);
}

TEST_F(FakeMispWriting, DuplicatesAreFoundByValueAndNotByBytes) {
  fake_.AddEvent({.attributes = {{.type = "mutex", .value = "Caf\xc3\xa9 "},
                                 {.type = "mutex", .value = "cafe"}}});
  fake_.AddEvent({});
  EXPECT_THAT(fake_.Duplicates(),
              UnorderedElementsAre(HasSubstr("cafe"), HasSubstr("an event")));
  const rapidjson::Document contents = Json(fake_.Contents());
  EXPECT_EQ(contents["events"].Size(), 2u);
  EXPECT_EQ(contents["events"][0]["attributes"].Size(), 2u);
  EXPECT_EQ(contents["duplicates"].Size(), 2u);
}

}  // namespace
}  // namespace mispsift
