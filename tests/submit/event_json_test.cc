#include "src/submit/event_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <nlohmann/json.hpp>

#include "tests/support/drafting.h"
#include "tests/support/event_validity.h"

namespace mispsift {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

EventDraft WithAll() {
  DraftSettings settings;
  settings.modes = kAllSubmitModes;
  settings.objects = true;
  settings.distribution = 4;
  settings.sharing_group_id = 12;
  settings.tags = {"tlp:amber", "sandbox"};
  const SampleFile sample{"invoice.exe", "MZ"};
  EventDraft event = DraftEvent(FullFields(), settings, &sample).event;
  event.extends = UuidV5(kMispsiftNamespace, "extended");
  return event;
}

TEST(EventJsonTest, SaysAllThatAServerIsToTake) {
  const EventDraft draft = WithAll();
  const json event = json::parse(EventJson(draft))["Event"];
  EXPECT_EQ(event["sharing_group_id"], "12");
  EXPECT_EQ(event["distribution"], "4");
  EXPECT_EQ(event["extends_uuid"], draft.extends.ToString());
  EXPECT_FALSE(event.contains("Orgc"));
  EXPECT_EQ(event["Tag"],
            json::parse(R"([{"name":"tlp:amber"},{"name":"sandbox"}])"));

  ASSERT_EQ(event["Object"].size(), draft.objects.size());
  const json& object = event["Object"][0];
  json head = object;
  head.erase("Attribute");
  head.erase("ObjectReference");
  EXPECT_EQ(head,
            json({{"uuid", draft.objects[0].uuid.ToString()},
                  {"name", "file"},
                  {"meta-category", "file"},
                  {"description", draft.objects[0].description},
                  {"template_uuid", "688c46fb-5edb-40a3-8273-1af7923e2215"},
                  {"template_version", "25"},
                  {"comment", "File submitted to Cuckoo"},
                  {"timestamp", "1704164645"},
                  {"distribution", "5"},
                  {"deleted", false}}));
  const DraftAttribute& md5 = draft.objects[0].attributes[0];
  EXPECT_EQ(object["Attribute"][0], json({{"uuid", md5.uuid.ToString()},
                                          {"type", "md5"},
                                          {"category", "Payload delivery"},
                                          {"value", Hex('a', 32)},
                                          {"to_ids", true},
                                          {"comment", ""},
                                          {"timestamp", "1704164645"},
                                          {"distribution", "5"},
                                          {"deleted", false},
                                          {"disable_correlation", false},
                                          {"object_relation", "md5"}}));
  const DraftReference& reference = draft.objects[0].references.at(0);
  const json& written = object["ObjectReference"][0];
  EXPECT_EQ(written["uuid"], reference.uuid.ToString());
  EXPECT_EQ(written["object_uuid"], draft.objects[0].uuid.ToString());
  EXPECT_EQ(written["referenced_uuid"], reference.referenced.ToString());
  EXPECT_EQ(written["relationship_type"], reference.relationship);
  for (const json& attribute : object["Attribute"]) {
    if (attribute["type"] == "size-in-bytes") {
      EXPECT_EQ(attribute["disable_correlation"], true);
    }
    EXPECT_EQ(attribute.contains("data"),
              attribute["type"] == "malware-sample");
  }
}

TEST(EventJsonTest, LeavesOutWhatIsNotSet) {
  DraftSettings settings;
  settings.sharing_group_id = 12;  // which only distribution 4 is about
  const json event =
      json::parse(EventJson(DraftEvent(FullFields(), settings).event))["Event"];
  EXPECT_FALSE(event.contains("sharing_group_id"));
  EXPECT_FALSE(event.contains("extends_uuid"));
  EXPECT_EQ(event["Object"], json::array());
  for (const json& attribute : event["Attribute"]) {
    EXPECT_FALSE(attribute.contains("object_relation"));
    EXPECT_FALSE(attribute.contains("data"));
    EXPECT_EQ(attribute["distribution"], "5");
  }
}

TEST(EventJsonTest, AFeedSaysTheSameAndWhoItIsBy) {
  const EventDraft draft = WithAll();
  json feed = json::parse(FeedEventJson(draft, "Example"));
  EXPECT_THAT(ProblemsOfJson(feed.dump()), testing::IsEmpty());
  EXPECT_EQ(feed["Event"]["Orgc"]["name"], "Example");
  feed["Event"].erase("Orgc");
  feed["Event"].erase("publish_timestamp");
  EXPECT_EQ(feed, json::parse(EventJson(draft)));
}

// What a whole run over the sample wrote.
TEST(EventJsonTest, TheEventsOfTheSampleAreOnesThatMispTakes) {
  size_t events = 0;
  for (const auto& file :
       fs::directory_iterator(MISPSIFT_TEST_DATA "/golden/feed")) {
    if (file.path().filename().string().size() != 41) continue;  // no event
    std::ifstream in(file.path(), std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    EXPECT_THAT(ProblemsOfJson(text), testing::IsEmpty()) << file.path();
    ++events;
  }
  EXPECT_EQ(events, 9u);
}

// The checker that other tests lean on sees what is wrong.
TEST(EventValidityTest, SeesEveryFault) {
  const json good = json::parse(EventJson(WithAll()));
  ASSERT_THAT(ProblemsOfJson(good.dump()), testing::IsEmpty());
  const auto faulty = [&good](const std::function<void(json&)>& change) {
    json event = good;
    change(event["Event"]);
    return !ProblemsOfJson(event.dump()).empty();
  };
  EXPECT_TRUE(faulty([](json& e) { e.erase("info"); }));
  EXPECT_TRUE(faulty([](json& e) { e["date"] = "2024-1-2"; }));
  EXPECT_TRUE(faulty([](json& e) { e["published"] = true; }));
  EXPECT_TRUE(faulty([](json& e) { e["distribution"] = "5"; }));
  EXPECT_TRUE(faulty([](json& e) { e.erase("sharing_group_id"); }));
  EXPECT_TRUE(
      faulty([](json& e) { e["uuid"].get_ref<std::string&>()[14] = 'f'; }));
  EXPECT_TRUE(faulty([](json& e) { e["Attribute"][0]["uuid"] = e["uuid"]; }));
  EXPECT_TRUE(faulty([](json& e) { e["Attribute"][0]["type"] = "nothing"; }));
  EXPECT_TRUE(
      faulty([](json& e) { e["Attribute"][0]["category"] = "Person"; }));
  EXPECT_TRUE(faulty([](json& e) {
    json twin = e["Attribute"][0];
    twin["uuid"] = UuidV5(kMispsiftNamespace, "twin").ToString();
    e["Attribute"].push_back(twin);
  }));
  for (const char* value :
       {"10.0.0.1", "::1", "169.254.0.1", "::ffff:127.0.0.1", "nothing"}) {
    EXPECT_TRUE(faulty([value](json& e) {
      e["Attribute"][0]["type"] = "ip-dst";
      e["Attribute"][0]["category"] = "Network activity";
      e["Attribute"][0]["value"] = value;
    })) << value;
  }
  for (const char* value :
       {"http://www.msftncsi.com/", "http://192.168.0.1/", "http://wpad/",
        "http://u@[fe80::1]:80/", "hxxp://evil.example/"}) {
    EXPECT_TRUE(faulty([value](json& e) {
      e["Attribute"][0]["type"] = "url";
      e["Attribute"][0]["category"] = "Network activity";
      e["Attribute"][0]["value"] = value;
    })) << value;
  }
  EXPECT_TRUE(
      faulty([](json& e) { e["Object"][0]["template_version"] = "1"; }));
  EXPECT_TRUE(faulty([](json& e) { e["Object"].back()["Attribute"].clear(); }));
  EXPECT_TRUE(faulty([](json& e) {
    e["Object"][0]["ObjectReference"][0]["referenced_uuid"] =
        UuidV5(kMispsiftNamespace, "nothing").ToString();
  }));
  EXPECT_FALSE(ProblemsOfJson(good.dump(), [](std::string_view type,
                                              std::string_view value) {
                 return type == "domain" && value == "c2.example";
               }).empty());
  EXPECT_FALSE(ProblemsOfJson("{").empty());
}

}  // namespace
}  // namespace mispsift
