// Answers look like the recorded ones: names and their order, strings and
// booleans, print, headers.

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "tests/fake_misp/ask.h"

namespace mispsift {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// One event with one attribute that has everything.
void AddRichEvent(FakeMisp* fake) {
  FakeEvent event;
  event.uuid = "30000000-0000-4000-8000-000000000001";
  event.info = "Über \"alles\" / 通信";
  event.tags = {"tlp:green"};
  event.timestamp = 1700000000;
  event.publish_timestamp = 1700000060;
  FakeAttribute attribute;
  attribute.uuid = "40000000-0000-4000-8000-000000000001";
  attribute.type = "url";
  attribute.value = "http://host.example/a\tb";
  attribute.comment = "line\nline";
  attribute.timestamp = 1600000000;
  attribute.object_id = 7;
  attribute.object_relation = "url";
  attribute.tags = {"example:own"};
  event.attributes = {attribute, {.value = "second.example"}};
  event.attributes[1].timestamp = 1600000001;
  event.attributes[1].uuid = "40000000-0000-4000-8000-000000000002";
  fake->AddEvent(event);
}

TEST(FakeMispShapes, AttributeRowsAreCompactWithStringsAndBooleans) {
  FakeMisp fake;
  AddRichEvent(&fake);
  const httplib::Response answer = Search(
      fake, R"({"returnFormat":"json","limit":9,"order":"Attribute.id asc"})");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.get_header_value("Content-Type"),
            "application/json; charset=UTF-8");
  const std::string event = R"("Event":{"org_id":"1","distribution":"3",)"
                            R"("publish_timestamp":"1700000060","id":"1",)"
                            R"("info":"Über \"alles\" / 通信","orgc_id":"1",)"
                            R"("uuid":"30000000-0000-4000-8000-000000000001"})";
  EXPECT_EQ(
      answer.body,
      R"({"response": {"Attribute": [{"id":"1","event_id":"1",)"
      R"("object_id":"7","object_relation":"url",)"
      R"("category":"Network activity","type":"url","to_ids":true,)"
      R"("uuid":"40000000-0000-4000-8000-000000000001",)"
      R"("timestamp":"1600000000","distribution":"5",)"
      R"("sharing_group_id":"0","comment":"line\nline","deleted":false,)"
      R"("disable_correlation":false,"first_seen":null,"last_seen":null,)"
      R"("value":"http://host.example/a\tb",)" +
          event +
          R"(,"Object":{"id":"7","distribution":"5","sharing_group_id":"0"},)"
          R"("Tag":[{"id":"11","name":"example:own","colour":"#bd89c1",)"
          R"("numerical_value":null,"is_galaxy":false,"local":false}]},)"
          R"({"id":"2","event_id":"1","object_id":"0",)"
          R"("object_relation":null,"category":"Network activity",)"
          R"("type":"domain","to_ids":true,)"
          R"("uuid":"40000000-0000-4000-8000-000000000002",)"
          R"("timestamp":"1600000001","distribution":"5",)"
          R"("sharing_group_id":"0","comment":"","deleted":false,)"
          R"("disable_correlation":false,"first_seen":null,)"
          R"("last_seen":null,"value":"second.example",)" +
          event + "}]}}\n");
}

TEST(FakeMispShapes, NumbersAreNumbersWhereTheInstallationSaysSo) {
  FakeMisp fake({.numbers_as_numbers = true});
  AddRichEvent(&fake);
  const httplib::Response page = Search(fake, R"({"limit":1})");
  EXPECT_THAT(page.body, HasSubstr(R"({"id":1,"event_id":1,"object_id":7,)"));
  EXPECT_THAT(page.body, HasSubstr(R"("timestamp":1600000000,)"));
  EXPECT_THAT(page.body, HasSubstr(R"("publish_timestamp":1700000060,"id":1)"));
  const httplib::Response index = Ask(fake, "/events/index", "{}");
  EXPECT_THAT(index.body, HasSubstr("\"attribute_count\": 2,"));
}

TEST(FakeMispShapes, FullIndexHasTheRecordedNamesInTheirOrder) {
  FakeMisp fake;
  AddRichEvent(&fake);
  const httplib::Response answer = Ask(fake, "/events/index", R"({"limit":2})");
  EXPECT_THAT(answer.body, StartsWith("[\n    {\n        \"id\": \"1\",\n"));
  EXPECT_EQ(answer.get_header_value("X-Result-Count"), "1");
  const rapidjson::Document json = Json(answer.body);
  const rapidjson::Value& row = json[0];
  EXPECT_THAT(
      Keys(row),
      ElementsAre("id", "org_id", "date", "info", "uuid", "published",
                  "analysis", "attribute_count", "orgc_id", "timestamp",
                  "distribution", "sharing_group_id", "proposal_email_lock",
                  "locked", "threat_level_id", "publish_timestamp",
                  "sighting_timestamp", "disable_correlation", "extends_uuid",
                  "protected", "Org", "Orgc", "EventTag"));
  EXPECT_STREQ(row["attribute_count"].GetString(), "2");
  EXPECT_TRUE(row["published"].IsTrue());
  EXPECT_THAT(Keys(row["Orgc"]), ElementsAre("id", "name", "uuid"));
  EXPECT_THAT(Keys(row["EventTag"][0]),
              ElementsAre("id", "event_id", "tag_id", "local",
                          "relationship_type", "Tag"));
  EXPECT_THAT(Keys(row["EventTag"][0]["Tag"]),
              ElementsAre("id", "name", "colour", "is_galaxy"));
}

TEST(FakeMispShapes, MinimalIndexLeavesOutEventsWithoutAttributes) {
  FakeMisp fake;
  AddRichEvent(&fake);
  fake.AddEvent({.info = "nothing in it"});
  const httplib::Response answer =
      Ask(fake, "/events/index", R"({"minimal":1})");
  EXPECT_EQ(answer.get_header_value("X-Result-Count"), "1");
  EXPECT_EQ(answer.body,
            "[\n    {\n        \"id\": \"1\",\n"
            "        \"timestamp\": \"1700000000\",\n"
            "        \"sighting_timestamp\": \"0\",\n"
            "        \"published\": true,\n"
            "        \"uuid\": \"30000000-0000-4000-8000-000000000001\",\n"
            "        \"orgc_uuid\": "
            "\"10000000-0000-4000-8000-000000000001\"\n    }\n]");
  EXPECT_EQ(Ask(fake, "/events/index", "{}").get_header_value("X-Result-Count"),
            "2");
}

TEST(FakeMispShapes, IndexPagesAndSorts) {
  FakeMisp fake;
  for (int i = 0; i < 5; ++i) {
    fake.AddEvent({.timestamp = 1700000000 - i});
  }
  const httplib::Response answer =
      Ask(fake, "/events/index",
          R"({"limit":2,"page":2,"sort":"timestamp","direction":"desc"})");
  EXPECT_EQ(answer.get_header_value("X-Result-Count"), "5");
  const rapidjson::Document json = Json(answer.body);
  ASSERT_EQ(json.Size(), 2u);
  EXPECT_STREQ(json[0]["id"].GetString(), "3");
  EXPECT_STREQ(json[1]["id"].GetString(), "4");
}

TEST(FakeMispShapes, PyMispAndMispGetCompactJson) {
  FakeMisp fake;
  httplib::Client client = ClientOf(fake);
  for (const char* agent : {"PyMISP 2.5.1 - Python 3.11", "MISP 2.5.1"}) {
    httplib::Headers headers = GoodHeaders(fake);
    headers.erase("User-Agent");
    headers.emplace("User-Agent", agent);
    const httplib::Result answer = client.Get("/servers/getVersion", headers);
    ASSERT_TRUE(answer);
    EXPECT_THAT(answer->body, StartsWith(R"({"version":"2.5.1",)"));
  }
  EXPECT_THAT(Get(fake, "/servers/getVersion").body,
              StartsWith("{\n    \"version\": \"2.5.1\",\n"));
}

TEST(FakeMispShapes, VersionAndUserHaveTheRecordedNames) {
  FakeMisp fake({.site_admin = false, .version = "2.4.165"});
  const rapidjson::Document version =
      Json(Get(fake, "/servers/getVersion").body);
  EXPECT_THAT(
      Keys(version),
      ElementsAre("version", "pymisp_recommended_version", "perm_sync",
                  "perm_sighting", "perm_galaxy_editor", "perm_analyst_data",
                  "uuid", "request_encoding", "filter_sightings"));
  EXPECT_STREQ(version["version"].GetString(), "2.4.165");
  fake.SetRateLimit(5, 900);
  const rapidjson::Document user = Json(Get(fake, "/users/view/me").body);
  EXPECT_THAT(Keys(user),
              ElementsAre("User", "Role", "UserSetting", "Organisation"));
  EXPECT_FALSE(user["Role"]["perm_site_admin"].GetBool());
  EXPECT_TRUE(user["Role"]["enforce_rate_limit"].GetBool());
  EXPECT_STREQ(user["Role"]["rate_limit_count"].GetString(), "5");
  EXPECT_FALSE(user["User"]["disabled"].GetBool());
  EXPECT_EQ(user["User"].MemberCount(), 32u);
  EXPECT_EQ(user["Role"].MemberCount(), 37u);
}

TEST(FakeMispShapes, EventMetadataForAListOfIds) {
  FakeMisp fake;
  AddRichEvent(&fake);
  fake.AddEvent({});
  fake.AddEvent({});
  const httplib::Response answer =
      Ask(fake, "/events/restSearch",
          R"({"returnFormat":"json","eventid":["1","3"],"metadata":1})");
  EXPECT_EQ(answer.get_header_value("X-Result-Count"), "2");
  EXPECT_THAT(answer.body, StartsWith(R"({"response": [{"Event":{"id":"1",)"));
  const rapidjson::Document json = Json(answer.body);
  ASSERT_EQ(json["response"].Size(), 2u);
  EXPECT_THAT(
      Keys(json["response"][0]["Event"]),
      ElementsAre("id", "orgc_id", "org_id", "date", "threat_level_id", "info",
                  "published", "uuid", "attribute_count", "analysis",
                  "timestamp", "distribution", "proposal_email_lock", "locked",
                  "publish_timestamp", "sharing_group_id",
                  "disable_correlation", "extends_uuid", "protected",
                  "event_creator_email", "Org", "Orgc", "RelatedEvent",
                  "Galaxy", "CryptographicKey", "Tag"));
  EXPECT_EQ(
      Ask(fake, "/events/restSearch", R"({"metadata":1,"eventid":99})").body,
      "{\"response\": []}\n");
}

TEST(FakeMispShapes, ContextAndEventTagsOnRequest) {
  FakeMisp fake;
  AddRichEvent(&fake);
  const httplib::Response answer =
      Search(fake, R"({"limit":1,"includeContext":1,"includeEventTags":true,)"
                   R"("includeEventUuid":1})");
  const rapidjson::Document json = Json(answer.body);
  const rapidjson::Value& row = json["response"]["Attribute"][0];
  EXPECT_STREQ(row["event_uuid"].GetString(),
               "30000000-0000-4000-8000-000000000001");
  EXPECT_THAT(Keys(row["Event"]),
              ElementsAre("id", "orgc_id", "org_id", "date", "threat_level_id",
                          "info", "published", "uuid", "analysis", "timestamp",
                          "distribution", "publish_timestamp",
                          "sharing_group_id", "extends_uuid", "Tag", "Orgc"));
  ASSERT_EQ(row["Tag"].Size(), 2u);
  EXPECT_FALSE(row["Tag"][0].HasMember("inherited"));
  EXPECT_EQ(row["Tag"][1]["inherited"].GetInt(), 1);
}

TEST(FakeMispShapes, Warninglists) {
  FakeMisp fake;
  fake.AddWarninglist({.name = "one",
                       .type = "cidr",
                       .valid_attributes = {"ip-src", "ip-dst"},
                       .values = {"192.0.2.0/24"}});
  fake.AddWarninglist({.name = "two", .enabled = false, .values = {"a", "b"}});
  const rapidjson::Document index = Json(Get(fake, "/warninglists/index").body);
  ASSERT_EQ(index["Warninglists"].Size(), 2u);
  const rapidjson::Value& last = index["Warninglists"][1]["Warninglist"];
  EXPECT_THAT(Keys(last),
              ElementsAre("id", "name", "type", "description", "version",
                          "enabled", "default", "category",
                          "warninglist_entry_count", "valid_attributes"));
  EXPECT_STREQ(last["name"].GetString(), "one");
  EXPECT_STREQ(last["valid_attributes"].GetString(), "ip-src, ip-dst");
  const rapidjson::Document view = Json(Get(fake, "/warninglists/view/2").body);
  const rapidjson::Value& two = view["Warninglist"];
  EXPECT_FALSE(two["enabled"].GetBool());
  EXPECT_THAT(Keys(two["WarninglistEntry"][1]),
              ElementsAre("id", "value", "warninglist_id", "comment"));
  EXPECT_STREQ(two["WarninglistEntry"][1]["value"].GetString(), "b");
  const rapidjson::Document file =
      Json(Get(fake, "/warninglists/export/1").body);
  EXPECT_THAT(Keys(file), ElementsAre("name", "type", "version", "description",
                                      "matching_attributes", "list"));
  EXPECT_EQ(Get(fake, "/warninglists/view/9").status, 404);
}

TEST(FakeMispShapes, HeadersOfEveryAnswer) {
  FakeMisp fake;
  fake.SetNow(1795487824);  // 2026-11-24 02:37:04 UTC
  const httplib::Response answer = Get(fake, "/servers/getVersion");
  EXPECT_EQ(answer.get_header_value("Date"), "Tue, 24 Nov 2026 02:37:04 GMT");
  EXPECT_EQ(answer.get_header_value("Server"), "Apache");
  EXPECT_EQ(answer.get_header_value_count("Set-Cookie"), 2u);
  EXPECT_THAT(answer.get_header_value("Set-Cookie"), StartsWith("CAKEPHP="));
  EXPECT_FALSE(answer.has_header("ETag"));
}

TEST(FakeMispShapes, JsonIsNotCompressedThoughTheClientWouldTakeIt) {
  FakeMisp fake;
  AddPlainEvent(100, &fake);
  httplib::Client client = ClientOf(fake);
  httplib::Headers headers = GoodHeaders(fake);
  headers.emplace("Accept-Encoding", "gzip, deflate, br");
  client.set_decompress(false);
  const httplib::Result answer = client.Post(
      "/attributes/restSearch", headers, "{\"limit\":100}", "application/json");
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->has_header("Content-Encoding"));
  EXPECT_EQ(answer->get_header_value("Content-Length"),
            std::to_string(answer->body.size()));
}

TEST(FakeMispShapes, EtagOnlyForWhoAsksAndAnEmpty304WhenItIsTheSame) {
  FakeMisp fake;
  AddPlainEvent(3, &fake);
  httplib::Client client = ClientOf(fake);
  const auto ask = [&](const std::string& known) {
    httplib::Headers headers = GoodHeaders(fake);
    headers.emplace("If-None-Match", known);
    const httplib::Result answer = client.Post(
        "/attributes/restSearch", headers, "{\"limit\":2}", "application/json");
    EXPECT_TRUE(answer);
    return answer ? *answer : httplib::Response{};
  };
  const httplib::Response first = ask("\"x\"");
  EXPECT_EQ(first.status, 200);
  const std::string etag = first.get_header_value("ETag");
  EXPECT_EQ(etag.size(), 42u);
  const httplib::Response same = ask(etag);
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.body, "");
  fake.EditAttribute(fake.Attributes(1)[0].uuid,
                     [](FakeAttribute& row) { row.value = "other.example"; });
  EXPECT_EQ(ask(etag).status, 200);
}

TEST(FakeMispShapes, PathsMayBeWrittenCarelessly) {
  FakeMisp fake({.base_path = "/misp"});
  AddPlainEvent(3, &fake);
  for (const char* path :
       {"/misp/attributes/restSearch", "/misp//attributes/restSearch",
        "/misp/attributes/restSearch/", "/misp/attributes/restSearch.json"}) {
    EXPECT_THAT(Ids(Ask(fake, path, "{\"limit\":2}")), ElementsAre(1, 2))
        << path;
  }
  EXPECT_THAT(fake.url(), ::testing::EndsWith("/misp"));
  EXPECT_EQ(Ask(fake, "/attributes/restSearch", "{\"limit\":2}").status, 404);
}

TEST(FakeMispShapes, UnknownActionsAre404InJson) {
  FakeMisp fake;
  for (const char* path : {"/attributes/nosuch", "/nosuchcontroller/x"}) {
    const httplib::Response answer = Get(fake, path);
    EXPECT_EQ(answer.status, 404);
    std::string url(path);
    url.replace(url.find('/', 1), 1, "\\/");
    EXPECT_EQ(answer.body,
              "{\"name\":\"Not Found\",\"message\":\"Not Found\",\"url\":\"\\" +
                  url + "\"}");
  }
}

TEST(FakeMispShapes, FeedsWithEtagAndDateAndWithoutKey) {
  FakeMisp fake;
  const std::string folder = ::testing::TempDir() + "/fake_misp_feed";
  ASSERT_EQ(std::system(("mkdir -p " + folder).c_str()), 0);
  {
    std::ofstream file(folder + "/manifest.json");
    file << "{}";
  }
  fake.ServeFeed(folder);
  httplib::Client client = ClientOf(fake);
  const httplib::Result first = client.Get("/feed/manifest.json");
  ASSERT_TRUE(first);
  EXPECT_EQ(first->status, 200);
  EXPECT_EQ(first->body, "{}");
  const std::string etag = first->get_header_value("ETag");
  const std::string modified = first->get_header_value("Last-Modified");
  EXPECT_THAT(modified, ::testing::EndsWith(" GMT"));
  const httplib::Result same =
      client.Get("/feed/manifest.json", {{"If-None-Match", etag}});
  ASSERT_TRUE(same);
  EXPECT_EQ(same->status, 304);
  EXPECT_EQ(same->get_header_value("ETag"), etag);
  EXPECT_EQ(same->body, "");
  const httplib::Result since =
      client.Get("/feed/manifest.json", {{"If-Modified-Since", modified}});
  ASSERT_TRUE(since);
  EXPECT_EQ(since->status, 304);
  {
    std::ofstream file(folder + "/manifest.json");
    file << "{\"a\":1}";
  }
  const httplib::Result changed =
      client.Get("/feed/manifest.json", {{"If-None-Match", etag}});
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->status, 200);
  const httplib::Result outside = client.Get("/feed/../etc/hostname");
  ASSERT_TRUE(outside);
  EXPECT_EQ(outside->status, 404);
  EXPECT_THAT(outside->body, Not(HasSubstr("{")));
}

}  // namespace
}  // namespace mispsift
