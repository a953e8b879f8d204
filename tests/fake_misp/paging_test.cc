// The traps of restSearch: what it counts, what order it gives, what it
// silently ignores.

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "tests/fake_misp/ask.h"

namespace mispsift {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string Count(const httplib::Response& answer) {
  return answer.get_header_value("X-Result-Count");
}

std::string Skipped(const httplib::Response& answer) {
  return answer.get_header_value("X-Skipped-Elements-Count");
}

// Fakes one event with attributes 1 to 10.
class FakeMispPaging : public ::testing::Test {
 protected:
  FakeMispPaging() { AddPlainEvent(10, &fake_); }
  FakeMisp fake_;
};

TEST_F(FakeMispPaging, ResultCountIsNotTheTotal) {
  const httplib::Response full = Search(fake_, R"({"limit":4,"page":1})");
  EXPECT_THAT(Ids(full), ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(Count(full), "5");
  EXPECT_EQ(Skipped(full), "0");
  EXPECT_EQ(full.get_header_value("X-Export-Module-Used"), "json");
  EXPECT_EQ(full.get_header_value("X-Response-Format"), "json");
  const httplib::Response part = Search(fake_, R"({"limit":4,"page":3})");
  EXPECT_THAT(Ids(part), ElementsAre(9, 10));
  EXPECT_EQ(Count(part), "2");
  const httplib::Response past = Search(fake_, R"({"limit":4,"page":4})");
  EXPECT_EQ(past.body, "{\"response\": {\"Attribute\": []}}\n");
  EXPECT_EQ(Count(past), "1");
  const httplib::Response far =
      Search(fake_, R"({"limit":9000000000000000,"page":9000000000000000})");
  EXPECT_THAT(Ids(far), IsEmpty());
  EXPECT_EQ(Count(Search(fake_, R"({"attribute_timestamp":"banana"})")), "0");
}

TEST_F(FakeMispPaging, LimitsThatAreNone) {
  EXPECT_EQ(Count(Search(fake_, R"({"eventid":1})")), "10");
  EXPECT_EQ(Count(Search(fake_, R"({"limit":0})")), "10");
  EXPECT_EQ(Count(Search(fake_, R"({"limit":-1})")), "11");
  EXPECT_THAT(Ids(Search(fake_, R"({"limit":-1})")), SizeIs(10));
  const httplib::Response page_alone = Search(fake_, R"({"page":2})");
  EXPECT_THAT(Ids(page_alone), SizeIs(10));
}

TEST_F(FakeMispPaging, PagesBelowOneAreTheFirst) {
  EXPECT_THAT(Ids(Search(fake_, R"({"limit":2,"page":0})")), ElementsAre(1, 2));
  EXPECT_THAT(Ids(Search(fake_, R"({"limit":2,"page":-1})")),
              ElementsAre(1, 2));
  EXPECT_THAT(Ids(Search(fake_, R"({"limit":"2","page":"2"})")),
              ElementsAre(3, 4));
}

TEST_F(FakeMispPaging, LimitOrPageThatIsNoNumberIs500) {
  for (const char* body :
       {R"({"limit":"abc"})", R"({"limit":2,"page":"abc"})"}) {
    const httplib::Response answer = Search(fake_, body);
    EXPECT_EQ(answer.status, 500);
    EXPECT_EQ(answer.body, R"({"name":"An Internal Error Has Occurred.",)"
                           R"("message":"An Internal Error Has Occurred.",)"
                           R"("url":"\/attributes\/restSearch"})");
  }
}

TEST_F(FakeMispPaging, WithoutLimitTheFirstChunkOfMemoryComesTwice) {
  fake_.SetMemoryChunk(4);
  const httplib::Response all = Search(fake_, "{}");
  EXPECT_THAT(Ids(all), ElementsAre(1, 2, 3, 4, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
  EXPECT_EQ(Count(all), "15");
  const httplib::Response doubled = Search(fake_, R"({"limit":8})");
  EXPECT_THAT(Ids(doubled), SizeIs(18));
  EXPECT_THAT(Ids(Search(fake_, R"({"limit":7})")), SizeIs(7));
}

TEST_F(FakeMispPaging, SkippedRowsAreTakenFromThePage) {
  fake_.SkipEvery(3);
  const httplib::Response full = Search(fake_, R"({"limit":4,"page":1})");
  EXPECT_THAT(Ids(full), ElementsAre(1, 2, 4));
  EXPECT_EQ(Count(full), "4");
  EXPECT_EQ(Skipped(full), "1");
  fake_.SkipEvery(1);
  const httplib::Response none = Search(fake_, R"({"limit":4,"page":1})");
  EXPECT_THAT(Ids(none), IsEmpty());
  EXPECT_EQ(Count(none), "5");
  EXPECT_EQ(Skipped(none), "4");
}

TEST_F(FakeMispPaging, DroppedRowsAreCountedNowhere) {
  fake_.DropEvery(2);
  const httplib::Response full = Search(fake_, R"({"limit":4,"page":1})");
  EXPECT_THAT(Ids(full), ElementsAre(1, 3));
  EXPECT_EQ(Count(full), "5");
  EXPECT_EQ(Skipped(full), "0");
}

TEST(FakeMispServers, OldOnesDoNotCountWhatTheySkipNorKnowOrder) {
  FakeMisp fake(
      {.restsearch_ignores_order = true, .sends_skipped_count = false});
  AddPlainEvent(3, &fake);
  const httplib::Response answer =
      Search(fake, R"({"limit":9,"order":"Attribute.id desc"})");
  EXPECT_THAT(Ids(answer), ElementsAre(1, 2, 3));
  EXPECT_FALSE(answer.has_header("X-Skipped-Elements-Count"));
}

TEST_F(FakeMispPaging, FiltersAreIgnoredUnlessTheBodyIsAPostedJsonObject) {
  httplib::Client client = ClientOf(fake_);
  const httplib::Headers headers = GoodHeaders(fake_);
  const std::string body = R"({"limit":1})";
  const std::string path = "/attributes/restSearch";
  const auto expect_all = [](const httplib::Result& answer, const char* what) {
    ASSERT_TRUE(answer) << what;
    EXPECT_EQ(answer->status, 200) << what;
    EXPECT_THAT(Ids(*answer), SizeIs(10)) << what;
  };
  expect_all(
      client.Post(path, headers, body, "application/x-www-form-urlencoded"),
      "form");
  expect_all(client.Post(path, headers, body, "text/plain"), "text");
  expect_all(client.Put(path, headers, body, "application/json"), "PUT");
  expect_all(client.Delete(path, headers), "DELETE");
  for (const char* odd : {"[1,2]", "\"x\"", "{}", "", "5", "null"}) {
    expect_all(client.Post(path, headers, odd, "application/json"), odd);
  }
  expect_all(
      client.Post(path, headers, R"({"limits":1,"evntid":5,"nosuch":[1]})",
                  "application/json"),
      "names that are not known");
  const httplib::Result head = client.Head(path, headers);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->get_header_value("X-Result-Count"), "10");
  const httplib::Result charset =
      client.Post(path, headers, body, "application/json; charset=utf-8");
  ASSERT_TRUE(charset);
  EXPECT_THAT(Ids(*charset), SizeIs(1));
}

TEST_F(FakeMispPaging, BrokenJsonIs405) {
  for (const char* broken :
       {"{\"returnFormat\":", "\x80", "{\"a\":\"\xff\"}"}) {
    const httplib::Response answer = Search(fake_, broken);
    EXPECT_EQ(answer.status, 405);
    EXPECT_THAT(
        answer.body,
        HasSubstr("Invalid JSON input. Make sure that the JSON input is "
                  "a correctly formatted JSON string. This request has "
                  "been blocked to avoid an unfiltered request."));
  }
}

TEST_F(FakeMispPaging, GetNeedsParametersInItsPath) {
  const httplib::Response bare = Get(fake_, "/attributes/restSearch");
  EXPECT_EQ(bare.status, 400);
  EXPECT_THAT(bare.body, HasSubstr("Restsearch queries using GET and no "
                                   "parameters are not allowed."));
  EXPECT_THAT(
      Ids(Get(fake_,
              "/attributes/restSearch/returnFormat:json/limit:2/page:2")),
      ElementsAre(3, 4));
}

TEST_F(FakeMispPaging, ParametersMayBeWrappedInRequest) {
  EXPECT_THAT(Ids(Search(fake_, R"({"request":{"limit":1}})")), SizeIs(1));
}

TEST_F(FakeMispPaging, FormatsOtherThanJsonAreUnknownHere) {
  const httplib::Response answer =
      Search(fake_, R"({"returnFormat":"nosuch"})");
  EXPECT_EQ(answer.status, 404);
  EXPECT_THAT(answer.body, HasSubstr("Invalid output format."));
}

TEST_F(FakeMispPaging, RowsShiftWhenOneIsDeletedBetweenPages) {
  EXPECT_THAT(Ids(Search(fake_, R"({"limit":3,"page":1})")),
              ElementsAre(1, 2, 3));
  fake_.SoftDeleteAttribute(fake_.Attributes(1)[1].uuid);
  EXPECT_THAT(Ids(Search(fake_, R"({"limit":3,"page":2})")),
              ElementsAre(5, 6, 7));
}

TEST_F(FakeMispPaging, TheHookChangesEventsBetweenPages) {
  fake_.Before([](const RecordedRequest& request, FakeMisp& fake) {
    if (request.body.find("\"page\":2") == std::string::npos) return;
    fake.HardDeleteAttribute(fake.Attributes(1)[0].uuid);
  });
  EXPECT_THAT(Ids(Search(fake_, R"({"limit":3,"page":1})")),
              ElementsAre(1, 2, 3));
  EXPECT_THAT(Ids(Search(fake_, R"({"limit":3,"page":2})")),
              ElementsAre(5, 6, 7));
}

// Two events whose rows interleave in every order but that of their ids.
class FakeMispOrder : public ::testing::Test {
 protected:
  FakeMispOrder() {
    const auto row = [](const char* type, int64_t timestamp) {
      FakeAttribute attribute;
      attribute.type = type;
      attribute.value = "a|b";
      attribute.timestamp = timestamp;
      return attribute;
    };
    fake_.AddEvent({.attributes = {row("url", 40), row("md5", 30)}});
    fake_.AddEvent({.attributes = {row("url", 20), row("md5", 10)}});
    fake_.AddAttribute(1, row("domain", 5));  // id 5, of event 1
  }
  FakeMisp fake_;
};

TEST_F(FakeMispOrder, WithoutOrderItIsTheOneOfSomeIndex) {
  EXPECT_THAT(Ids(Search(fake_, R"({"limit":9})")), ElementsAre(1, 2, 3, 4, 5));
  EXPECT_THAT(Ids(Search(fake_, R"({"type":["url","md5"],"limit":9})")),
              ElementsAre(2, 4, 1, 3));
  EXPECT_THAT(Ids(Search(fake_, R"({"to_ids":1,"limit":9})")),
              ElementsAre(1, 2, 5, 3, 4));
  EXPECT_THAT(Ids(Search(fake_, R"({"eventid":[2,1],"limit":9})")),
              ElementsAre(1, 2, 5, 3, 4));
  EXPECT_THAT(Ids(Search(fake_, R"({"timestamp":[1,50],"limit":9})")),
              ElementsAre(5, 4, 3, 2, 1));
}

TEST_F(FakeMispOrder, OnlyAKnownOrderIsTaken) {
  const auto ask = [this](const std::string& order) {
    return Ids(
        Search(fake_, R"({"to_ids":1,"limit":9,"order":)" + order + "}"));
  };
  const auto by_id = ElementsAre(1, 2, 3, 4, 5);
  const auto by_event = ElementsAre(1, 2, 5, 3, 4);
  EXPECT_THAT(ask("\"Attribute.id asc\""), by_id);
  EXPECT_THAT(ask("\"id asc\""), by_id);
  EXPECT_THAT(ask("\"id\""), by_id);
  EXPECT_THAT(ask("[\"Attribute.id asc\"]"), by_id);
  EXPECT_THAT(ask("\"Attribute.id desc\""), ElementsAre(5, 4, 3, 2, 1));
  EXPECT_THAT(ask("\"Attribute.timestamp asc\""), ElementsAre(5, 4, 3, 2, 1));
  EXPECT_THAT(ask("\"type desc, id asc\""), ElementsAre(1, 3, 2, 4, 5));
  EXPECT_THAT(ask("\"foo\""), by_event);
  EXPECT_THAT(ask("\"Attribute.id asc, foo\""), by_event);
  EXPECT_THAT(ask("\"Event.id asc\""), by_event);
}

class FakeMispFilters : public ::testing::Test {
 protected:
  FakeMispFilters() {
    fake_.SetNow(1000000);
    const auto row = [](const char* type, const char* value, bool to_ids,
                        std::vector<std::string> tags) {
      FakeAttribute attribute;
      attribute.type = type;
      attribute.value = value;
      attribute.to_ids = to_ids;
      attribute.tags = std::move(tags);
      return attribute;
    };
    FakeEvent first;
    first.uuid = "30000000-0000-4000-8000-00000000000a";
    first.tags = {"tlp:red"};
    first.attributes = {row("md5", "x", true, {}),
                        row("filename|md5", "a.exe|X", false, {"own"})};
    fake_.AddEvent(first);
    FakeEvent second;
    second.published = false;
    second.attributes = {row("filename", "a.exe", true, {}),
                         row("sha256", "y", true, {"own"})};
    second.attributes[0].deleted = true;
    second.attributes[1].timestamp = 1000000 - 86400 * 5;
    fake_.AddEvent(second);
  }
  std::vector<uint64_t> Find(const std::string& filter) {
    return Ids(Search(fake_, "{" + filter + "}"));
  }
  FakeMisp fake_;
};

TEST_F(FakeMispFilters, ToIdsWhereFalseIsNoFilter) {
  EXPECT_THAT(Find(R"("to_ids":1)"), ElementsAre(1, 4));
  EXPECT_THAT(Find(R"("to_ids":true)"), ElementsAre(1, 4));
  for (const char* no : {"0", "\"0\"", "[0]", "\"exclude\""}) {
    EXPECT_THAT(Find(std::string("\"to_ids\":") + no), ElementsAre(2)) << no;
  }
  EXPECT_THAT(Find(R"("to_ids":false)"), ElementsAre(1, 2, 4));
  EXPECT_THAT(Find(R"("to_ids":[0,1])"), ElementsAre(1, 2, 4));
}

TEST_F(FakeMispFilters, Published) {
  EXPECT_THAT(Find(R"("published":1)"), ElementsAre(1, 2));
  EXPECT_THAT(Find(R"("published":0)"), ElementsAre(4));
  EXPECT_THAT(Find(R"("published":false)"), ElementsAre(1, 2, 4));
}

TEST_F(FakeMispFilters, Deleted) {
  EXPECT_THAT(Find(R"("deleted":0)"), ElementsAre(1, 2, 4));
  EXPECT_THAT(Find(R"("deleted":false)"), ElementsAre(1, 2, 4));
  EXPECT_THAT(Find(R"("deleted":1)"), ElementsAre(3));
  EXPECT_THAT(Find(R"("deleted":true)"), ElementsAre(3));
  EXPECT_THAT(Find(R"("deleted":"only")"), ElementsAre(3));
  EXPECT_THAT(Find(R"("deleted":[0,1])"), ElementsAre(1, 2, 3, 4));
}

TEST_F(FakeMispFilters, Types) {
  EXPECT_THAT(Find(R"("type":"md5")"), ElementsAre(1));
  EXPECT_THAT(Find(R"("type":["md5","sha256"])"), ElementsAre(1, 4));
  EXPECT_THAT(Find(R"("type":"md5||sha256")"), ElementsAre(1, 4));
  EXPECT_THAT(Find(R"("type":"filename|md5")"), ElementsAre(2));
  EXPECT_THAT(Find(R"("type":["!md5","!sha256"])"), ElementsAre(2));
  EXPECT_THAT(Find(R"("type":{"NOT":["md5","sha256"]})"), ElementsAre(2));
  EXPECT_THAT(Find(R"("type":{"OR":["md5","sha256"]})"), ElementsAre(1, 4));
  EXPECT_THAT(Find(R"("type":"filename%","deleted":[0,1])"), ElementsAre(3, 2));
  EXPECT_THAT(Find(R"("type":"nosuchtype")"), IsEmpty());
}

TEST_F(FakeMispFilters, EventsByIdOrUuidAsTextOrNumber) {
  EXPECT_THAT(Find(R"("eventid":1)"), ElementsAre(1, 2));
  EXPECT_THAT(Find(R"("eventid":["2"])"), ElementsAre(4));
  EXPECT_THAT(Find(R"("eventid":["30000000-0000-4000-8000-00000000000A",2,2])"),
              ElementsAre(1, 2, 4));
  EXPECT_THAT(Find(R"("eventid":["99"])"), IsEmpty());
  EXPECT_THAT(Find(R"("eventid":"!1")"), ElementsAre(4));
  EXPECT_THAT(Find(R"("eventid":[])"), ElementsAre(1, 2, 4));
}

TEST_F(FakeMispFilters, TagsOfAttributeOrEvent) {
  EXPECT_THAT(Find(R"("tags":"tlp:red")"), ElementsAre(1, 2));
  EXPECT_THAT(Find(R"("tags":["own"])"), ElementsAre(2, 4));
  EXPECT_THAT(Find(R"("tags":{"AND":["own","tlp:red"]})"), ElementsAre(2));
  EXPECT_THAT(Find(R"("tags":["!own"])"), ElementsAre(1));
  EXPECT_THAT(Find(R"("tags":"nosuchtag")"), IsEmpty());
}

TEST_F(FakeMispFilters, Times) {
  EXPECT_THAT(Find(R"("timestamp":"4d")"), ElementsAre(1, 2));
  EXPECT_THAT(Find(R"("attribute_timestamp":["6d","4d"])"), ElementsAre(4));
  EXPECT_THAT(Find(R"("attribute_timestamp":[1000000,1000000])"),
              ElementsAre(1, 2));
  EXPECT_THAT(Find(R"("publish_timestamp":1000000)"), ElementsAre(1, 2));
}

TEST_F(FakeMispFilters, ValuesInAnyCaseAndByHalves) {
  EXPECT_THAT(Find(R"("value":"x")"), ElementsAre(1, 2));
  EXPECT_THAT(Find(R"("value":["A.exe"])"), ElementsAre(2));
  EXPECT_THAT(Find(R"("value":"%.exe")"), ElementsAre(2));
}

}  // namespace
}  // namespace mispsift
