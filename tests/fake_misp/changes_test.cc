// What changes do to events, and what generated events are like.

#include <algorithm>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "tests/fake_misp/ask.h"

namespace mispsift {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr int64_t kThen = 1700000000;
constexpr int64_t kLater = 1700000500;

class FakeMispChanges : public ::testing::Test {
 protected:
  FakeMispChanges() {
    fake_.SetNow(kThen);
    AddPlainEvent(3, &fake_);
    uuid_ = fake_.Attributes(1)[1].uuid;
    fake_.SetNow(kLater);
  }
  void ExpectMoved() {
    EXPECT_EQ(fake_.Event(1).timestamp, kLater);
    EXPECT_FALSE(fake_.Event(1).published);
    EXPECT_EQ(fake_.Event(1).publish_timestamp, kThen);
  }
  FakeMisp fake_;
  std::string uuid_;
};

TEST_F(FakeMispChanges, EditingAnAttributeMovesAndUnpublishesItsEvent) {
  fake_.EditAttribute(uuid_,
                      [](FakeAttribute& row) { row.value = "new.example"; });
  ExpectMoved();
  EXPECT_EQ(fake_.Attributes(1)[1].value, "new.example");
  EXPECT_EQ(fake_.Attributes(1)[1].timestamp, kLater);
  EXPECT_THAT(Ids(Search(fake_, R"({"published":1})")), SizeIs(0));
}

TEST_F(FakeMispChanges, AddingAnAttributeToo) {
  fake_.AddAttribute(1, {.value = "fourth.example"});
  ExpectMoved();
  EXPECT_EQ(fake_.LiveAttributeCount(), 4u);
}

TEST_F(FakeMispChanges, SoftDeletion) {
  fake_.SoftDeleteAttribute(uuid_);
  ExpectMoved();
  EXPECT_EQ(fake_.LiveAttributeCount(), 2u);
  EXPECT_THAT(Ids(Search(fake_, R"({"deleted":1})")), ElementsAre(2));
}

TEST_F(FakeMispChanges, HardDeletion) {
  fake_.HardDeleteAttribute(uuid_);
  ExpectMoved();
  EXPECT_FALSE(fake_.HasAttribute(uuid_));
  EXPECT_THAT(Ids(Search(fake_, R"({"deleted":[0,1]})")), ElementsAre(1, 3));
  fake_.HardDeleteEvent(1);
  EXPECT_FALSE(fake_.HasEvent(1));
  EXPECT_THAT(Ids(Search(fake_, "{}")), SizeIs(0));
  EXPECT_EQ(fake_.AddEvent({}), 2u);  // ids are not given twice
}

TEST_F(FakeMispChanges, EditingAnEvent) {
  fake_.EditEvent(1, [](FakeEvent& event) {
    event.tags = {"brand:new"};
    event.info = "other";
  });
  ExpectMoved();
  EXPECT_THAT(Ask(fake_, "/events/index", "{}").body, HasSubstr("brand:new"));
}

TEST_F(FakeMispChanges, PublishingDoesNotMoveTheTimestamp) {
  fake_.SetPublished(1, false);
  EXPECT_EQ(fake_.Event(1).timestamp, kThen);
  fake_.SetPublished(1, true);
  EXPECT_EQ(fake_.Event(1).timestamp, kThen);
  EXPECT_EQ(fake_.Event(1).publish_timestamp, kLater);
  fake_.TouchEvent(1);
  EXPECT_EQ(fake_.Event(1).timestamp, kLater);
  EXPECT_FALSE(fake_.Event(1).published);
}

TEST(FakeMispGenerator, TheSameSeedGivesTheSameRows) {
  FakeMisp one;
  FakeMisp two;
  FakeMisp other;
  one.GenerateEvents(20, 500, 7);
  two.GenerateEvents(20, 500, 7);
  other.GenerateEvents(20, 500, 8);
  const std::string body = Search(one, "{}").body;
  EXPECT_EQ(Search(two, "{}").body, body);
  EXPECT_NE(Search(other, "{}").body, body);
}

TEST(FakeMispGenerator, RowsAreDistinctVariedAndAsLongAsRecorded) {
  FakeMisp fake;
  fake.GenerateEvents(60, 20000, 3);
  EXPECT_EQ(fake.LiveAttributeCount(), 20000u);
  const httplib::Response answer = Search(fake, "{}");
  const rapidjson::Document json = Json(answer.body);
  std::set<std::string> uuids;
  std::set<std::string> types;
  size_t tagged = 0;
  size_t commented = 0;
  size_t in_objects = 0;
  size_t foreign = 0;
  for (const auto& row : json["response"]["Attribute"].GetArray()) {
    uuids.insert(row["uuid"].GetString());
    types.insert(row["type"].GetString());
    tagged += row.HasMember("Tag") ? 1 : 0;
    in_objects += row.HasMember("Object") ? 1 : 0;
    commented += row["comment"].GetStringLength() > 0 ? 1 : 0;
    const std::string_view value = row["value"].GetString();
    foreign += std::any_of(value.begin(), value.end(),
                           [](char c) { return (c & 0x80) != 0; })
                   ? 1
                   : 0;
    EXPECT_GT(value.size(), 0u);
  }
  EXPECT_THAT(uuids, SizeIs(20000));
  EXPECT_GT(types.size(), 45u);
  EXPECT_GT(tagged, 500u);
  EXPECT_GT(commented, 2000u);
  EXPECT_GT(in_objects, 1000u);
  EXPECT_GT(foreign, 50u);
  const size_t average = answer.body.size() / 20000;
  EXPECT_GE(average, 550u);
  EXPECT_LE(average, 700u);
}

TEST(FakeMispGenerator, SizesAreSkewedAndSomeEventsAreEmpty) {
  FakeMisp fake;
  fake.GenerateEvents(3000, 1000000, 1);
  EXPECT_EQ(fake.LiveAttributeCount(), 1000000u);
  const rapidjson::Document json = Json(Ask(fake, "/events/index", "{}").body);
  std::vector<uint64_t> sizes;
  for (const auto& row : json.GetArray()) {
    sizes.push_back(std::stoull(row["attribute_count"].GetString()));
  }
  std::sort(sizes.begin(), sizes.end());
  EXPECT_EQ(sizes.front(), 0u);
  EXPECT_LT(sizes[sizes.size() / 2], 200u);
  EXPECT_GT(sizes.back(), 10000u);
  EXPECT_LT(sizes.back(), 60000u);
  EXPECT_EQ(Ask(fake, "/events/index", R"({"minimal":1,"limit":1})")
                .get_header_value("X-Result-Count"),
            "2990");
}

TEST(FakeMispGenerator, GeneratedRowsCanBeChangedByUuid) {
  FakeMisp fake;
  fake.AddEvent({});
  fake.GenerateEvents(10, 300, 5);
  const std::vector<FakeAttribute> rows = fake.Attributes(4);
  ASSERT_GT(rows.size(), 3u);
  fake.SoftDeleteAttribute(rows[0].uuid);
  fake.HardDeleteAttribute(rows[1].uuid);
  fake.EditAttribute(rows[2].uuid,
                     [](FakeAttribute& row) { row.comment = "edited"; });
  EXPECT_EQ(fake.LiveAttributeCount(), 298u);
  const std::vector<FakeAttribute> after = fake.Attributes(4);
  ASSERT_EQ(after.size(), rows.size() - 1);
  EXPECT_TRUE(after[0].deleted);
  EXPECT_EQ(after[1].uuid, rows[2].uuid);
  EXPECT_EQ(after[1].comment, "edited");
  EXPECT_EQ(after[1].value, rows[2].value);
  EXPECT_EQ(after[2].value, rows[3].value);
  EXPECT_FALSE(fake.HasAttribute(rows[1].uuid));
  EXPECT_FALSE(fake.HasAttribute("30000000-0000-4000-8000-00000000000a"));
}

TEST(FakeMispGenerator, FiltersSeeWhatRowsShow) {
  FakeMisp fake;
  fake.GenerateEvents(30, 3000, 9);
  const rapidjson::Document all = Json(Search(fake, "{}").body);
  size_t expected = 0;
  for (const auto& row : all["response"]["Attribute"].GetArray()) {
    const std::string type = row["type"].GetString();
    if ((type == "md5" || type == "url") && row["to_ids"].GetBool()) ++expected;
  }
  EXPECT_GT(expected, 100u);
  EXPECT_THAT(Ids(Search(fake, R"({"type":["md5","url"],"to_ids":1})")),
              SizeIs(expected));
}

TEST(FakeMispConcurrency, EventsChangeWhilePagesAreServed) {
  FakeMisp fake;
  fake.GenerateEvents(40, 4000, 2);
  const std::vector<uint64_t> ids = fake.EventIds();
  std::thread writer([&] {
    for (int i = 0; i < 200; ++i) {
      fake.TouchEvent(ids[static_cast<size_t>(i) % ids.size()]);
      fake.AddAttribute(ids[0], {.value = "more.example"});
    }
  });
  std::vector<std::thread> readers;
  for (int reader = 0; reader < 3; ++reader) {
    readers.emplace_back([&fake] {
      for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(Search(fake, R"({"limit":500,"page":2})").status, 200);
      }
    });
  }
  writer.join();
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(fake.LiveAttributeCount(), 4200u);
  EXPECT_EQ(fake.requests().size(), 60u);
}

}  // namespace
}  // namespace mispsift
