#include "mispsift/misp/attribute_reader.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "mispsift/base/uuid.h"
#include "src/misp/json_limits.h"
#include "tests/misp/read_text.h"

namespace mispsift::misp {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kUuid[] = "11111111-1111-4111-8111-111111111111";
constexpr char kEventUuid[] = "22222222-2222-4222-8222-222222222222";

// Puts in an attribute's members for $A, its event's for $C, an "Event" member
// for $E and "Attribute" for @.
std::string Expand(std::string_view pattern) {
  const std::string attribute = fmt::format(
      R"("uuid":"{}","id":"5","type":"domain","category":"Network activity",)"
      R"("value":"evil.example","timestamp":"100","to_ids":true)",
      kUuid);
  const std::string event =
      fmt::format(R"("uuid":"{}","id":"4","info":"An event")", kEventUuid);
  std::string text;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '@') {
      text += "\"Attribute\"";
    } else if (pattern[i] != '$') {
      text += pattern[i];
    } else if (pattern[++i] == 'A') {
      text += attribute;
    } else if (pattern[i] == 'C') {
      text += event;
    } else {
      text += "\"Event\":{" + event + "}";
    }
  }
  return text;
}

std::string Describe(const Snapshot& snapshot) {
  std::string text;
  for (uint32_t row = 0; row < snapshot.attribute_count(); ++row) {
    const AttributeView view = snapshot.attribute(row);
    const EventView event = snapshot.event_of(view);
    text += fmt::format("{}{} in {}", row == 0 ? "" : "; ", view.value,
                        event.info.empty() ? "no event" : event.info);
  }
  return text;
}

TEST(ReadAttributes, EveryFormGivesTheSame) {
  const char* const patterns[] = {
      R"({"response":{@:[{$A,$E}]}})",
      R"({"response":{@:[{$E,$A}]}})",
      R"({"response":{@:{$A,$E}}})",
      R"({@:[{$A,$E}]})",
      R"({@:{$A,$E}})",
      R"({@:{$A},$E})",
      R"({$E,@:{$A},"action":"add"})",
      R"({"response":[{$A,$E}]})",
      R"({"response":{"response":[{$A,$E}]}})",
      R"([{$A,$E}])",
      R"([[{$A,$E}]])",
      R"([{@:{$A,$E}}])",
      R"({$A,$E})",
      R"({$E,$A})",
      R"({"oddity":"x","attribute":{$A,$E}})",
      R"({"Event":{$C,@:[{$A}]}})",
      R"({"Event":{@:[{$A}],$C}})",
      R"({"Event":{@:[{$A,"event_id":"77"}],$C}})",
      R"({"response":[{"Event":{$C,@:[{$A}]}}]})",
      R"({"response":{"Event":{$C,@:[{$A}]}}})",
      R"([{"Event":{$C,@:[{$A}]}}])",
      R"([{$C,@:[{$A}]}])",
      R"({$C,@:[{$A}]})",
      R"({@:[{$A,"event_id":"4"}],$C})",
      R"({@:[{$A,"event_id":"4"}],"uuid":"22222222-2222-4222-8222-222222222222",
          "id":"4","analysis":null,"info":"An event"})",
      R"({"Event":{$C,"Object":[{"name":"file",@:[{$A}]}]}})",
      R"({"Event":{"Object":[{@:[{$A}],"name":"file"}],$C,@:[]}})",
      R"({"Event":{"Object":{@:[{$A}],"name":"file"},$C}})",
      R"({"Object":[{"name":"file",@:[{$A}]}],$C})",
      R"({"response":[{"Object":{"name":"file",@:[{$A}],$E}}]})",
      R"({"response":[{"Object":{$E,"name":"file",@:[{$A,"event_id":"4"}]}}]})",
      R"({"Object":{"name":"file",$E,@:{$A}}})",
  };
  const std::string expected =
      ReadText(Expand(R"({$A,$E})")).snapshot.manifest().id;
  for (const char* pattern : patterns) {
    for (const size_t chunk : {1, 3, 4096}) {
      const ReadResult result = ReadText(Expand(pattern), chunk);
      EXPECT_EQ(result.outcome.attributes, 1u) << pattern;
      EXPECT_EQ(result.outcome.documents, 1u) << pattern;
      EXPECT_EQ(result.outcome.rejects.Total(), 0u) << pattern;
      EXPECT_EQ(Describe(result.snapshot), "evil.example in An event")
          << pattern;
      EXPECT_EQ(result.snapshot.manifest().id, expected) << pattern;
    }
  }
}

TEST(ReadAttributes, WhatIsNoAttributeIsSkipped) {
  const char* const patterns[] = {
      R"({$A,$E,"ShadowAttribute":[{"type":"md5","value":"no",@:[{$A}]}]})",
      R"({$A,$E,"RelatedAttribute":[{"type":"md5","value":"no"}]})",
      R"({$A,$E,"Sighting":[{"type":"0","uuid":"x","Event":{"info":"no"}}]})",
      R"({$A,$E,"Galaxy":[{"type":"x","GalaxyCluster":[{"value":"no"}]}]})",
      R"({$A,$E,"warnings":[{"value":"no"}],"first_seen":null,"data":"AAAA"})",
      R"({$A,$E,"Object":{"id":"0","distribution":"5"}})",
      R"({"Event":{$C,@:[{$A}],"RelatedEvent":[{"Event":{"info":"no",
          @:[{"type":"md5","value":"no"}]}}]}})",
      R"({"Event":{$C,@:[{$A,"ShadowAttribute":[{"type":"md5","value":"no"}]}],
          "ShadowAttribute":[{"type":"md5","value":"no"}],
          "EventReport":[{"name":"no","content":"no"}],"Org":{"name":null}}})",
      R"({"Event":{$C,"Object":[{@:[{$A}],
          "ObjectReference":[{"Object":{@:[{"type":"md5","value":"no"}]}}]}]}})",
  };
  const std::string expected =
      ReadText(Expand(R"({$A,$E})")).snapshot.manifest().id;
  for (const char* pattern : patterns) {
    const ReadResult result = ReadText(Expand(pattern));
    EXPECT_EQ(result.outcome.attributes, 1u) << pattern;
    EXPECT_EQ(result.outcome.rejects.Total(), 0u) << pattern;
    EXPECT_EQ(result.snapshot.manifest().id, expected) << pattern;
  }
}

TEST(ReadAttributes, EveryFieldOfAnAttribute) {
  const ReadResult result = ReadText(fmt::format(
      R"({{"id":"302127","event_id":"1255","category":"Payload delivery",
      "type":"filename|md5","to_ids":false,"uuid":"{}",
      "timestamp":"1592393818","comment":"a \"comment\"","deleted":false,
      "disable_correlation":true,
      "value":"a.exe|8764605c6f388c89096b534d33565802",
      "Tag":[{{"id":"2","name":"tlp:green","colour":"#0088cc"}},
             {{"name":"from the event","inherited":1}},
             {{"name":"phishing","inherited":0}}]}})",
      kUuid));
  ASSERT_EQ(result.snapshot.attribute_count(), 1u);
  const AttributeView view = result.snapshot.attribute(0);
  EXPECT_EQ(view.fields->uuid.ToString(), kUuid);
  EXPECT_EQ(view.fields->id, 302127u);
  EXPECT_EQ(view.fields->timestamp, 1592393818);
  EXPECT_EQ(view.fields->flags, AttributeRow::kDisableCorrelation);
  EXPECT_EQ(view.type, "filename|md5");
  EXPECT_EQ(view.category, "Payload delivery");
  EXPECT_EQ(view.value, "a.exe|8764605c6f388c89096b534d33565802");
  EXPECT_EQ(view.comment, "a \"comment\"");
  EXPECT_THAT(result.snapshot.tags(view), ElementsAre("tlp:green", "phishing"));
  EXPECT_EQ(result.snapshot.event_of(view).fields->id, 1255u);
}

TEST(ReadAttributes, EveryFieldOfAnEvent) {
  const ReadResult result = ReadText(fmt::format(
      R"({{"Event":{{"id":"4","uuid":"{}","info":"An event","date":"2026-01-02",
      "threat_level_id":"2","analysis":"1","timestamp":"1592393818",
      "published":true,"disable_correlation":"1",
      "Org":{{"name":"Owner Org"}},"Orgc":{{"id":"1","name":"Creator Org"}},
      "Tag":[{{"name":"tlp:green"}}],"EventTag":[{{"Tag":{{"name":"b"}}}}]}}}})",
      kEventUuid));
  ASSERT_EQ(result.snapshot.event_count(), 1u);
  const EventView event = result.snapshot.event(0);
  EXPECT_EQ(event.fields->uuid.ToString(), kEventUuid);
  EXPECT_EQ(event.fields->id, 4u);
  EXPECT_EQ(event.info, "An event");
  EXPECT_EQ(event.date, "2026-01-02");
  EXPECT_EQ(event.org, "Creator Org");
  EXPECT_EQ(event.fields->timestamp, 1592393818);
  EXPECT_EQ(event.fields->threat_level_id, 2);
  EXPECT_EQ(event.fields->analysis, 1);
  EXPECT_EQ(event.fields->flags,
            EventRow::kPublished | EventRow::kDisableCorrelation);
  EXPECT_THAT(result.snapshot.tags(event), ElementsAre("tlp:green", "b"));

  const ReadResult owner =
      ReadText(R"({"Event":{"info":"x","Org":{"name":"Owner Org"}}})");
  ASSERT_EQ(owner.snapshot.event_count(), 1u);
  EXPECT_EQ(owner.snapshot.event(0).org, "Owner Org");
  EXPECT_EQ(owner.snapshot.event(0).fields->analysis, -1);
}

TEST(ReadAttributes, SpellingsOfAValue) {
  struct Case {
    const char* members;
    const char* type;
    const char* category;
    const char* value;
    bool to_ids;
    int64_t timestamp;
    uint64_t id;
  };
  const Case cases[] = {
      {R"("type":"md5","value":"a","to_ids":true,"timestamp":12,"id":3)", "md5",
       "Payload delivery", "a", true, 12, 3},
      {R"("type":"md5","value":"a","to_ids":"1","timestamp":"12","id":"3")",
       "md5", "Payload delivery", "a", true, 12, 3},
      {R"("type":"md5","value":"a","to_ids":1,"timestamp":12.5)", "md5",
       "Payload delivery", "a", true, 12, 0},
      {R"("type":"md5","value":"a","to_ids":"0","timestamp":"-5")", "md5",
       "Payload delivery", "a", false, -5, 0},
      {R"("type":"md5","value":"a","to_ids":0,"timestamp":"2026-01-02")", "md5",
       "Payload delivery", "a", false, 0, 0},
      {R"("type":"md5","value":"a","to_ids":"false","id":"x")", "md5",
       "Payload delivery", "a", false, 0, 0},
      {R"("type":"md5","value":"a","to_ids":null,"category":null,"id":-1)",
       "md5", "Payload delivery", "a", true, 0, 0},
      {R"("type":"comment","value":"a")", "comment", "Other", "a", false, 0, 0},
      {R"("type":"md5","value":"a","category":"Odd","id":18446744073709551615)",
       "md5", "Odd", "a", true, 0, UINT64_MAX},
      {R"("type":"no-such-type","value":"a")", "no-such-type", "", "a", false,
       0, 0},
      {R"("type":"port","value":8080)", "port", "Network activity", "8080",
       false, 0, 0},
      {R"("type":"float","value":-1.50e-3)", "float", "Other", "-1.50e-3",
       false, 0, 0},
      {R"("type":"counter","value":123456789012345678901234567890)", "counter",
       "Other", "123456789012345678901234567890", false, 0, 0},
      {R"("type":"domain|ip","value1":"a.example","value2":"192.0.2.1")",
       "domain|ip", "Network activity", "a.example|192.0.2.1", true, 0, 0},
      {R"("type":"domain","value1":"a.example","value2":"")", "domain",
       "Network activity", "a.example", true, 0, 0},
      {R"("type":"domain","value":"b.example","value1":"a.example")", "domain",
       "Network activity", "b.example", true, 0, 0},
      {R"("value":"\u00e9\ud83d\ude00\/\n\u0000","type":"text")", "text",
       "Other", nullptr, false, 0, 0},
  };
  for (const Case& test : cases) {
    const ReadResult result = ReadText(fmt::format("{{{}}}", test.members), 1);
    ASSERT_EQ(result.snapshot.attribute_count(), 1u) << test.members;
    const AttributeView view = result.snapshot.attribute(0);
    EXPECT_EQ(view.type, test.type) << test.members;
    EXPECT_EQ(view.category, test.category) << test.members;
    EXPECT_EQ(view.value,
              test.value != nullptr
                  ? std::string_view(test.value)
                  : std::string_view("\xc3\xa9\xf0\x9f\x98\x80/\n\0", 9))
        << test.members;
    EXPECT_EQ(view.to_ids(), test.to_ids) << test.members;
    EXPECT_EQ(view.fields->timestamp, test.timestamp) << test.members;
    EXPECT_EQ(view.fields->id, test.id) << test.members;
    EXPECT_EQ(view.fields->uuid.bytes[6] >> 4, 5) << "made by mispsift";
  }
}

TEST(ReadAttributes, TextThatIsNoUtf8BecomesReplacementCharacters) {
  struct Case {
    const char* what;
    std::string in;
    std::string out;
  };
  const std::string fffd = "\xef\xbf\xbd";
  const Case cases[] = {
      {"a lone byte", "a\xff.", "a" + fffd + "."},
      {"a raw NUL", std::string("a\0b", 3), "a" + fffd + "b"},
      {"a lone high surrogate", "a\\ud83db", "a" + fffd + "b"},
      {"a lone low surrogate", "a\\uDE00b", "a" + fffd + "b"},
      {"two high ones", "\\ud83d\\ud83d\\ude00", fffd + "\xf0\x9f\x98\x80"},
      {"the wrong way round", "\\ude00\\ud83d", fffd + fffd},
      {"before another escape", "\\ud83d\\n", fffd + "\n"},
      {"at the end", "\\ud83d", fffd},
      {"a surrogate that is only text", "\\\\ud83d", "\\ud83d"},
      {"behind an escaped backslash", "\\\\\\ud83d", "\\" + fffd},
      {"a cut sequence", "\xe2\x82", fffd},
  };
  for (const Case& test : cases) {
    for (const size_t chunk : {1, 2, 5, 4096}) {
      const ReadResult result =
          ReadText("{\"type\":\"text\",\"value\":\"" + test.in + "\"}", chunk);
      ASSERT_EQ(result.snapshot.attribute_count(), 1u) << test.what;
      EXPECT_EQ(result.snapshot.attribute(0).value, test.out) << test.what;
    }
  }
}

TEST(ReadAttributes, DeletedObjectsTakeTheirAttributesAlong) {
  const char* const objects[] = {
      R"({"deleted":true,@:[{$A}]})",
      R"({@:[{$A}],"deleted":true})",
      R"({@:[{$A}],"deleted":"1"})",
      R"({@:[{$A,"deleted":1}]})",
  };
  for (const char* object : objects) {
    const ReadResult result = ReadText(Expand(fmt::format(
        R"({{"Event":{{$C,"Object":[{},{{@:[{{"type":"md5","value":"x"}}]}}],
            @:[{{"type":"md5","value":"y"}}]}}}})",
        object)));
    EXPECT_EQ(result.outcome.attributes, 3u) << object;
    EXPECT_THAT(Describe(result.snapshot), HasSubstr("x in An event"));
    EXPECT_THAT(Describe(result.snapshot), HasSubstr("y in An event"));
    EXPECT_EQ(result.snapshot.attribute_count(), 2u) << object;
  }
}

TEST(ReadAttributes, RowsOfOneEventShareIt) {
  std::string text = R"({"response":{"Attribute":[)";
  for (int i = 0; i < 1000; ++i) {
    text += fmt::format(
        R"({}{{"type":"md5","value":"{}","Event":{{"id":"{}","info":"e"}}}})",
        i == 0 ? "" : ",", i, i % 3);
  }
  const ReadResult result = ReadText(text + "]}}");
  EXPECT_EQ(result.snapshot.attribute_count(), 1000u);
  EXPECT_EQ(result.snapshot.event_count(), 3u);
}

// What was rejected, as "source reason".
std::vector<std::string> Rejects(const ReadResult& result) {
  std::vector<std::string> rejects;
  for (const Rejected& rejected : result.outcome.rejected) {
    rejects.push_back(
        fmt::format("{} {}", rejected.source, RejectName(rejected.reject)));
  }
  return rejects;
}

std::string Row(std::string_view value) {
  return fmt::format(R"({{"type":"text","value":"{}"}})", value);
}

std::vector<std::string> Values(const Snapshot& snapshot) {
  std::vector<std::string> values;
  for (uint32_t row = 0; row < snapshot.attribute_count(); ++row) {
    values.emplace_back(snapshot.attribute(row).value);
  }
  std::sort(values.begin(), values.end());
  return values;
}

TEST(ReadAttributes, DocumentsAndWhatIsWrongWithThem) {
  const std::string a = Row("a");
  const std::string b = Row("b");
  const std::string c = Row("c");
  const std::string pretty = "{\n \"type\": \"text\",\n \"value\": \"p\"\n}";
  using Strings = std::vector<std::string>;
  struct Case {
    const char* what;
    std::string text;
    Strings values;
    Strings rejects;
  };
  const Case cases[] = {
      {"lines", a + "\n" + b + "\n" + c + "\n", {"a", "b", "c"}, {}},
      {"no newline at the end", a + "\n" + b, {"a", "b"}, {}},
      {"carriage returns", a + "\r\n" + b + "\r\n", {"a", "b"}, {}},
      {"blank lines", "\n \n" + a + "\n\n\t\n" + b + "\n\n", {"a", "b"}, {}},
      {"BOM", "\xef\xbb\xbf" + a, {"a"}, {}},
      {"two on a line", a + b + " " + c, {"a", "b", "c"}, {}},
      {"pretty", pretty, {"p"}, {}},
      {"pretty, two of them", pretty + "\n" + pretty, {"p"}, {}},
      {"broken line",
       a + "\n{\"type\":}\n" + b,
       {"a", "b"},
       {"input:2 not_json"}},
      {"cut line",
       a + "\n{\"type\":\"text\",\"val\n" + b,
       {"a", "b"},
       {"input:2 truncated"}},
      {"line cut between tokens",
       a + "\n{\"type\":\"text\",\n" + b,
       {"a", "b"},
       {"input:2 truncated"}},
      {"line cut within an escape",
       a + "\n{\"type\":\"te\\\n" + b,
       {"a", "b"},
       {"input:2 truncated"}},
      {"first line broken", "{]\n" + a, {"a"}, {"input:1 not_json"}},
      {"first line cut in a string",
       "{\"type\":\"te\n" + a + "\n" + b,
       {"a", "b"},
       {"input:1 truncated"}},
      {"first line cut between tokens",
       "{\"type\":\"text\",\n" + a + "\n" + b,
       {"a", "b"},
       {"input:1 truncated"}},
      {"the last line cut", a + "\n{\"type\":", {"a"}, {"input:2 truncated"}},
      {"garbage behind a document",
       a + " x\n" + b,
       {"a", "b"},
       {"input:1 not_json"}},
      {"envelope cut short",
       "{\"response\":{\"Attribute\":[" + a + "," + b.substr(0, 20),
       {},
       {"input:1 truncated"}},
      {"list broken at the end",
       "[" + a + "," + b + "}",
       {},
       {"input:1 not_json"}},
      {"pretty list broken",
       "[\n" + a + ",\n" + b + "\n" + c + "\n]",
       {},
       {"input not_json"}},
      {"pretty document broken at a brace of its second line",
       "{\"type\":\"text\",\n \"value\" {\"a\":1}}\n" + a,
       {},
       {"input not_json"}},
      {"pretty document broken, then a good one",
       pretty + "\n{\n\"type\": x\n}\n" + a,
       {"p"},
       {"input not_json"}},
      {"pretty document cut", pretty.substr(0, 30), {}, {"input truncated"}},
      {"a control character in a string",
       a + "\n{\"type\":\"te\txt\"}\n" + b,
       {"a", "b"},
       {"input:2 not_json"}},
      {"NUL outside a string",
       a + "\n" + std::string("\0", 1) + "\n" + b,
       {"a", "b"},
       {"input:2 not_json"}},
      {"empty", "", {}, {"input empty"}},
      {"only white space", " \n\n ", {}, {"input empty"}},
      {"no document of MISP's",
       "{}\n" + a + "\n\"x\"\n17\n[1,2]\nnull",
       {"a"},
       {"input:1 not_misp", "input:3 not_misp", "input:4 not_misp",
        "input:5 not_misp", "input:6 not_misp"}},
      {"an error of MISP's",
       R"({"name":"Authentication failed.","message":"...","url":"/x"})",
       {},
       {"input:1 not_misp"}},
      {"another's event log",
       R"({"Event":{"System":{"Provider":"x"}}})",
       {},
       {"input:1 not_misp"}},
      {"empty answers",
       "{\"response\":{\"Attribute\":[]}}\n{\"response\":[]}\n[]\n",
       {},
       {}},
      {"attributes that lack something",
       "[" + a + R"(,{"type":"md5"},{"value":"x"},{"type":"md5","value":""},)" +
           R"({"type":"md5","value":null},{"type":"","value":"x"},)" +
           R"({"type":"md5","value":{"a":1}}])",
       {"a"},
       {"input:1 missing_value", "input:1 missing_type",
        "input:1 missing_value", "input:1 missing_value",
        "input:1 missing_type", "input:1 missing_value"}},
      {"elements that are no objects",
       "{\"Attribute\":[" + a + ",1,\"x\",[],null," + b + "]}",
       {"a", "b"},
       {"input:1 not_misp", "input:1 not_misp", "input:1 not_misp"}},
      {"an element that is no attribute",
       "[" + a + ",{\"x\":1}]",
       {"a"},
       {"input:1 not_misp"}},
      {"rejects of a document that breaks count once",
       "[{\"type\":\"md5\"},\n",
       {},
       {"input truncated"}},
  };
  for (const Case& test : cases) {
    for (const size_t chunk : {1, 7, 4096}) {
      const ReadResult result = ReadText(test.text, chunk);
      EXPECT_EQ(Values(result.snapshot), test.values) << test.what;
      EXPECT_EQ(Rejects(result), test.rejects) << test.what;
      EXPECT_EQ(result.outcome.rejects.Total(), test.rejects.size());
    }
  }
}

TEST(ReadAttributes, DetailSaysWhere) {
  const ReadResult result =
      ReadText(Row("a") + "\n{\"type\":\"te\x01xt\"}\n", 1);
  ASSERT_EQ(result.outcome.rejected.size(), 1u);
  EXPECT_EQ(result.outcome.rejected[0].detail,
            "a raw control character in a string (line 2, byte 39)");
}

TEST(ReadAttributes, HostileNestingIsRejected) {
  const auto nested = [](size_t depth) {
    return "{\"type\":\"text\",\"value\":\"a\",\"x\":" +
           std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  EXPECT_THAT(Rejects(ReadText(nested(511))), IsEmpty());
  EXPECT_THAT(Rejects(ReadText(nested(512) + "\n" + Row("b"))),
              ElementsAre("input:1 too_deep"));
  for (const char* unit :
       {"[", "{\"a\":", "{\"Event\":", "{\"response\":", "{\"Attribute\":[",
        "{\"Object\":[{\"Attribute\":", "{\"response\":["}) {
    std::string text;
    for (int i = 0; i < 100000; ++i) text += unit;
    const ReadResult result = ReadText(text + "\n" + Row("b"));
    EXPECT_THAT(Rejects(result), ElementsAre("input:1 too_deep")) << unit;
    EXPECT_THAT(Values(result.snapshot), ElementsAre("b")) << unit;
  }
}

TEST(ReadAttributes, EventSeenOnlyInABrokenDocumentCanComeAgain) {
  const std::string row =
      R"({"type":"text","value":"a","Event":{"id":"4","info":"e"}})";
  const ReadResult result =
      ReadText("[" + row + ",}\n" + row + "\n[" + row + "\n" + row, 3);
  EXPECT_EQ(Describe(result.snapshot), "a in e");
  EXPECT_EQ(result.outcome.documents, 2u);
}

TEST(ReadAttributes, ListsOnlyTheFirstRejects) {
  std::string text;
  for (size_t i = 0; i < kMaxListed + 500; ++i) text += "{]\n";
  const ReadResult result = ReadText(text);
  EXPECT_EQ(result.outcome.rejected.size(), kMaxListed);
  EXPECT_EQ(result.outcome.rejects[Reject::kNotJson], kMaxListed + 500);
}

TEST(ReadAttributes, ReadErrorEndsItAndTakesTheInputBack) {
  Snapshot::Builder builder;
  builder.AddSource("attributes", "input");
  bool first = true;
  const std::string text = Row("a") + "\n" + Row("b").substr(0, 10);
  const absl::StatusOr<ReadAttributesOutcome> outcome = ReadAttributes(
      "input",
      [&](char* buffer, size_t) -> absl::StatusOr<size_t> {
        if (!first) return absl::DataLossError("the disk is gone");
        first = false;
        return text.copy(buffer, text.size());
      },
      &builder);
  EXPECT_EQ(outcome.status().message(), "the disk is gone");
  EXPECT_THAT(Values(std::move(builder).Build("", "")), ElementsAre("a"));
}

TEST(ReadAttributes, StringsLongerThanTheWindow) {
  const std::string value(3 << 20, 'x');
  const std::string skipped(5 << 20, 'y');
  const ReadResult result = ReadText(Row("a") + "\n{\"data\":\"" + skipped +
                                         "\",\"type\":\"text\",\"value\":\"" +
                                         value + "\"}\n" + Row("b"),
                                     100000);
  EXPECT_THAT(Values(result.snapshot), ElementsAre("a", "b", value));
}

// Never ends a string: memory must stay bounded all the same.
TEST(ReadAttributes, EndlessStringIsRejected) {
  Snapshot::Builder builder;
  builder.AddSource("attributes", "input");
  uint64_t left = kMaxTokenBytes + (uint64_t{8} << 20);
  const std::string head = "{\"type\":\"";
  const std::string tail = "\n" + Row("b");
  bool at_head = true;
  bool at_tail = false;
  const absl::StatusOr<ReadAttributesOutcome> outcome = ReadAttributes(
      "input",
      [&](char* buffer, size_t size) -> absl::StatusOr<size_t> {
        if (std::exchange(at_head, false)) return head.copy(buffer, size);
        if (left == 0) {
          return std::exchange(at_tail, true) ? 0 : tail.copy(buffer, size);
        }
        const size_t count = std::min<uint64_t>(size, left);
        std::memset(buffer, 'x', count);
        left -= count;
        return count;
      },
      &builder);
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->rejects[Reject::kTooLarge], 1u);
  EXPECT_THAT(Values(std::move(builder).Build("", "")), ElementsAre("b"));
}

}  // namespace
}  // namespace mispsift::misp
