#include "mispsift/misp/event_index.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/misp/page_rows.h"

namespace mispsift::misp {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kKnown =
    R"("id":"5","uuid":"00000000-0000-4000-8000-00000000000e")";

std::string Describe(const IndexedEvent& event) {
  const EventContext& c = event.context;
  std::string text = fmt::format("{} {}", c.id, c.uuid.ToString().substr(34));
  const auto add = [&text](bool said, std::string what) {
    if (said) text += " " + what;
  };
  add(!c.info.empty(), fmt::format("info={}", c.info));
  add(!c.date.empty(), fmt::format("date={}", c.date));
  add(!c.org.empty(), fmt::format("org={}", c.org));
  add(!event.org_uuid.empty(), fmt::format("org_uuid={}", event.org_uuid));
  add(c.timestamp != 0, fmt::format("time={}", c.timestamp));
  add(c.threat_level_id != 0, fmt::format("threat={}", c.threat_level_id));
  add(c.analysis != -1, fmt::format("analysis={}", c.analysis));
  add(c.published, "published");
  add(c.disable_correlation, "disabled");
  add(!c.tags.empty(), fmt::format("tags={}", fmt::join(c.tags, ",")));
  add(event.attribute_count != 0,
      fmt::format("count={}", event.attribute_count));
  return text;
}

std::vector<std::string> DescribeIndex(std::string_view answer) {
  std::vector<IndexedEvent> events;
  const absl::Status status = ReadEventIndex(Padded(answer), &events);
  if (!status.ok()) return {std::string(status.ToString())};
  std::vector<std::string> texts;
  for (const IndexedEvent& event : events) texts.push_back(Describe(event));
  return texts;
}

constexpr std::string_view kFull = R"([
    {
        "id": "1",
        "org_id": "1",
        "date": "2024-12-24",
        "info": "A campaign \u00e9 \"one\"",
        "uuid": "00000000-0000-4000-8000-000000000001",
        "published": false,
        "analysis": "2",
        "attribute_count": "199",
        "orgc_id": "2",
        "timestamp": "1795490387",
        "threat_level_id": "1",
        "publish_timestamp": "1735073578",
        "disable_correlation": true,
        "extends_uuid": "",
        "protected": null,
        "Org": {
            "id": "1",
            "name": "Owner",
            "uuid": "00000000-0000-4000-8000-0000000000aa"
        },
        "Orgc": {
            "id": "2",
            "name": "Creator",
            "uuid": "00000000-0000-4000-8000-0000000000bb"
        },
        "EventTag": [
            {
                "id": "1",
                "tag_id": "3",
                "relationship_type": null,
                "Tag": {
                    "id": "3",
                    "name": "tlp:amber",
                    "is_galaxy": false
                }
            },
            {
                "id": "2",
                "Tag": {
                    "name": "kill-chain:Delivery"
                }
            }
        ]
    },
    {
        "id": 2,
        "uuid": "00000000-0000-4000-8000-000000000002",
        "published": true,
        "analysis": 0,
        "attribute_count": 3,
        "timestamp": 1795490388,
        "EventTag": []
    }
]
)";

TEST(EventIndex, ReadsTheFullForm) {
  EXPECT_THAT(
      DescribeIndex(kFull),
      ElementsAre(
          "1 01 info=A campaign é \"one\" date=2024-12-24 org=Creator "
          "org_uuid=00000000-0000-4000-8000-0000000000bb time=1795490387 "
          "threat=1 analysis=2 disabled tags=tlp:amber,kill-chain:Delivery "
          "count=199",
          "2 02 time=1795490388 analysis=0 published count=3"));
}

TEST(EventIndex, ReadsTheMinimalForm) {
  EXPECT_THAT(
      DescribeIndex(R"([{"id":"1","timestamp":"1795490387",)"
                    R"("sighting_timestamp":"0","published":true,)"
                    R"("uuid":"00000000-0000-4000-8000-000000000001",)"
                    R"("orgc_uuid":"00000000-0000-4000-8000-0000000000bb"}])"),
      ElementsAre("1 01 org_uuid=00000000-0000-4000-8000-0000000000bb "
                  "time=1795490387 published"));
}

TEST(EventIndex, ReadsEveryFormOfAField) {
  struct Case {
    const char* members;
    const char* expected;
  };
  const Case cases[] = {
      {R"("published":1)", " published"},
      {R"("published":"1")", " published"},
      {R"("published":"0")", ""},
      {R"("published":null)", ""},
      {R"("published":[true])", ""},
      {R"("info":5)", " info=5"},
      {R"("info":{"a":"b"})", ""},
      {R"("inf\u006f":"\u0061")", " info=a"},
      {R"("attribute_count":"x")", ""},
      {R"("attribute_count":null)", ""},
      {R"("Org":{"name":"a","uuid":"u"})", " org=a"},
      {R"("Orgc":{"name":"a","uuid":"u"},"Org":{"name":"b"})",
       " org=a org_uuid=u"},
      {R"("Orgc":"a","Org":["b"])", ""},
      {R"("Orgc":{"name":null,"uuid":{}})", ""},
      {R"("Tag":[{"name":"a","inherited":1},{"name":"b"}])", " tags=b"},
      {R"("EventTag":{"Tag":{"name":"a"}})", " tags=a"},
      {R"("EventTag":"a")", ""},
      {R"("id":null,"uuid":[])", ""},
      {R"("RelatedEvent":[{"Event":{"id":"9"}}])", ""},
  };
  for (const Case& test : cases) {
    EXPECT_THAT(DescribeIndex(fmt::format("[{{{},{}}}]", kKnown, test.members)),
                ElementsAre(std::string("5 0e") + test.expected))
        << test.members;
  }
}

TEST(EventIndex, AppendsAndTakesAnEmptyList) {
  std::vector<IndexedEvent> events(1);
  ASSERT_TRUE(
      ReadEventIndex(Padded(fmt::format("[{{{}}}]", kKnown)), &events).ok());
  ASSERT_TRUE(ReadEventIndex(Padded("[]\n"), &events).ok());
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[1].context.id, 5u);
}

TEST(EventIndex, EveryPrefixIsDataLossAndAddsNothing) {
  std::vector<IndexedEvent> events(1);
  const std::string_view whole = kFull.substr(0, kFull.size() - 1);
  for (size_t size = 0; size < whole.size(); ++size) {
    ASSERT_EQ(ReadEventIndex(Padded(whole.substr(0, size)), &events).code(),
              absl::StatusCode::kDataLoss)
        << size;
    ASSERT_EQ(events.size(), 1u);
  }
  EXPECT_TRUE(ReadEventIndex(Padded(whole), &events).ok());
}

TEST(EventIndex, WhatIsNoIndexIsDataLoss) {
  const std::string good = fmt::format("[{{{}}}]", kKnown);
  const auto with = [](std::string_view member) {
    return fmt::format("[{{{},{}}}]", kKnown, member);
  };
  const std::string answers[] = {
      "",
      "  ",
      "<html></html>",
      "{}",
      "null",
      "1",
      R"({"name":"Authentication failed","message":"no","url":"\/events"})",
      R"({"response":[]})",
      "[null]",
      "[5]",
      "[[]]",
      "[{}]",
      R"([{"id":"5"}])",
      R"([{"uuid":"00000000-0000-4000-8000-00000000000e"}])",
      R"([{"id":"0","uuid":"00000000-0000-4000-8000-00000000000e"}])",
      R"([{"id":"x","uuid":"00000000-0000-4000-8000-00000000000e"}])",
      R"([{"id":"5","uuid":"00000000-0000-4000-8000-00000000000"}])",
      R"([{"id":"5","uuid":"00000000-0000-0000-0000-000000000000"}])",
      good + good,
      good + "x",
      "x" + good,
      fmt::format("[{{{}}},]", kKnown),
      fmt::format("[{{{}}},{{}}]", kKnown),
      with("\"info\":\"\xff\""),
      with(R"("info":"\x")"),
      with(R"("x":[1})"),
      with(R"("x":nil)"),
      with("\"x\":" + std::string(600, '[') + std::string(600, ']')),
  };
  for (const std::string& answer : answers) {
    std::vector<IndexedEvent> events;
    EXPECT_EQ(ReadEventIndex(Padded(answer), &events).code(),
              absl::StatusCode::kDataLoss)
        << answer;
    EXPECT_TRUE(events.empty()) << answer;
  }
}

TEST(EventIndex, MessagesSayWhatCame) {
  std::vector<IndexedEvent> events;
  EXPECT_THAT(
      std::string(
          ReadEventIndex(Padded("[{\"id\":\"5\"}]"), &events).message()),
      HasSubstr("an event has no id or uuid"));
  EXPECT_THAT(std::string(ReadEventIndex(Padded("{}"), &events).message()),
              HasSubstr("no JSON list"));
}

}  // namespace
}  // namespace mispsift::misp
