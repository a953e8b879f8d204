#include "mispsift/misp/page_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/misp/page_rows.h"
#include "tests/misp/read_text.h"

namespace mispsift::misp {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kUuid = "00000000-0000-4000-8000-000000000001";

std::string PageOf(std::string_view rows) {
  return fmt::format(R"({{"response": {{"Attribute": [{}]}}}})"
                     "\n",
                     rows);
}

// What a row says, without what it leaves at its default.
std::string Describe(const PageRow& row) {
  const Attribute& a = row.attribute;
  std::string text = fmt::format("{} '{}'", a.type, a.value);
  const auto add = [&text](bool said, std::string what) {
    if (said) text += " " + what;
  };
  add(row.event_id != 0, fmt::format("event={}", row.event_id));
  add(!a.uuid.IsNil(), fmt::format("uuid={}", a.uuid.ToString()));
  add(a.id != 0, fmt::format("id={}", a.id));
  add(!a.category.empty(), fmt::format("category={}", a.category));
  add(!a.comment.empty(), fmt::format("comment={}", a.comment));
  add(a.timestamp != 0, fmt::format("time={}", a.timestamp));
  add(a.to_ids, "to_ids");
  add(a.deleted, "deleted");
  add(a.disable_correlation, "disabled");
  add(!a.tags.empty(), fmt::format("tags={}", fmt::join(a.tags, ",")));
  return text;
}

std::vector<std::string> DescribePage(std::string_view page) {
  std::vector<std::string> texts;
  const absl::StatusOr<std::vector<PageRow>> rows = ReadPage(page);
  if (!rows.ok()) return {std::string(rows.status().ToString())};
  for (const PageRow& row : *rows) texts.push_back(Describe(row));
  return texts;
}

// A row as MISP 2.5 sends it.
std::string FullRow() {
  return fmt::format(
      R"({{"id":"7","event_id":"5","object_id":"0","object_relation":null,)"
      R"("category":"Network activity","type":"url","to_ids":true,)"
      R"("uuid":"{}","timestamp":"1733295779","distribution":"3",)"
      R"("sharing_group_id":"0","comment":"seen \"twice\"","deleted":false,)"
      R"("disable_correlation":false,"first_seen":null,"last_seen":null,)"
      R"("value":"http:\/\/example.com\/é","Event":{{"org_id":"1",)"
      R"("distribution":"0","id":"5","info":"An event","orgc_id":"1",)"
      R"("uuid":"00000000-0000-4000-8000-00000000000e"}},)"
      R"("Object":{{"id":"1","distribution":"5"}},)"
      R"("Tag":[{{"id":"3","name":"tlp:red","colour":"#f00",)"
      R"("numerical_value":null}},{{"id":"4","name":"of the event",)"
      R"("inherited":1}}]}})",
      kUuid);
}

TEST(PageReader, ReadsARowAsMispSendsIt) {
  EXPECT_THAT(DescribePage(PageOf(FullRow())),
              ElementsAre("url 'http://example.com/é' event=5 "
                          "uuid=00000000-0000-4000-8000-000000000001 id=7 "
                          "category=Network activity comment=seen \"twice\" "
                          "time=1733295779 to_ids tags=tlp:red"));
}

TEST(PageReader, ReadsEveryFormOfAField) {
  struct Case {
    const char* members;  // behind type "new", which has no defaults
    const char* expected;
  };
  const Case cases[] = {
      {R"("value":"a")", "new 'a'"},
      {R"("value":5)", "new '5'"},
      {R"("value":-1.5e3)", "new '-1.5e3'"},
      {R"("value":true)", "new '1'"},
      {R"("value":false)", "new '0'"},
      {R"("value":"\u0041\u00e9\u65e5\ud83d\ude00\/\\\"\n\u0000b")",
       "new 'Aé日\xf0\x9f\x98\x80/\\\"\n"},
      {R"("value":"half \ud83d pair")", "new 'half \xef\xbf\xbd pair'"},
      {R"("value":null)", "new ''"},
      {R"("value":["a"])", "new ''"},
      {R"("value":{"value":"a"})", "new ''"},
      {R"("value":"a","value":null)", "new 'a'"},
      {R"("value":"a","value":"b")", "new 'b'"},
      {R"("v\u0061lue":"a")", "new 'a'"},
      {R"("value1":"a")", "new 'a'"},
      {R"("value2":"b","value1":"a")", "new 'a|b'"},
      {R"("value1":"a","value2":"")", "new 'a'"},
      {R"("value1":"a","value2":"b","value":"c")", "new 'c'"},
      {R"("value":"","value1":"a")", "new ''"},
      {R"("id":"7")", "new '' id=7"},
      {R"("id":7)", "new '' id=7"},
      {R"("id":7.9)", "new '' id=7"},
      {R"("id":"x")", "new ''"},
      {R"("id":-7)", "new ''"},
      {R"("id":18446744073709551616)", "new ''"},
      {R"("id":[7])", "new ''"},
      {R"("timestamp":"-5")", "new '' time=-5"},
      {R"("timestamp":5)", "new '' time=5"},
      {R"("timestamp":"2026-01-02")", "new ''"},
      {R"("event_id":"3")", "new '' event=3"},
      {R"("event_id":3,"Event":{"id":4})", "new '' event=3"},
      {R"("Event":{"uuid":"x","id":"4"})", "new '' event=4"},
      {R"("event_id":null,"Event":{"id":4})", "new '' event=4"},
      {R"("Event":[{"id":4}])", "new ''"},
      {R"("Event":{"Event":{"id":4}})", "new ''"},
      {R"("to_ids":true)", "new '' to_ids"},
      {R"("to_ids":"1")", "new '' to_ids"},
      {R"("to_ids":1)", "new '' to_ids"},
      {R"("to_ids":"true")", "new '' to_ids"},
      {R"("to_ids":"0","deleted":0)", "new ''"},
      {R"("to_ids":2)", "new ''"},
      {R"("deleted":1,"disable_correlation":"1")", "new '' deleted disabled"},
      {R"("uuid":"00000000-0000-4000-8000-00000000000A")",
       "new '' uuid=00000000-0000-4000-8000-00000000000a"},
      {R"("uuid":"00000000")", "new ''"},
      {R"("uuid":7)", "new ''"},
      {R"("comment":"c","category":"Other")",
       "new '' category=Other comment=c"},
      {R"("Tag":[{"name":"a"},{"name":"b"}])", "new '' tags=a,b"},
      {R"("Tag":{"name":"a"})", "new '' tags=a"},
      {R"("Tag":["a",5,null,["b"]])", "new '' tags=a,5"},
      {R"("Tag":"a")", "new ''"},
      {R"("Tag":[{"name":null},{"name":["a"]},{"name":""}])", "new ''"},
      {R"("Tag":[{"name":"a","inherited":0},{"name":"b","inherited":true},)"
       R"({"inherited":"1","name":"c"}])",
       "new '' tags=a"},
      {R"("AttributeTag":[{"id":"1","Tag":{"name":"a"},"tag_id":"2"}])",
       "new '' tags=a"},
      {R"("Tag":["a"],"EventTag":["b"])", "new '' tags=a,b"},
      {R"("Galaxy":[{"Tag":[{"name":"a"}]}],"x":{"value":"a"})", "new ''"},
  };
  for (const Case& test : cases) {
    const std::vector<std::string> texts = DescribePage(
        PageOf(fmt::format(R"({{"type":"new",{}}})", test.members)));
    ASSERT_EQ(texts.size(), 1u) << test.members;
    EXPECT_THAT(texts[0], testing::StartsWith(test.expected)) << test.members;
    if (texts[0].find('\0') == std::string::npos) {
      EXPECT_EQ(texts[0], test.expected) << test.members;
    }
  }
}

TEST(PageReader, TypeGivesWhatIsNotSaid) {
  EXPECT_THAT(
      DescribePage(PageOf(
          R"({"type":"md5"},{"type":"md5","to_ids":false,"category":"Other"},)"
          R"({"type":"md5","to_ids":null,"category":""},{"value":"a"})")),
      ElementsAre("md5 '' category=Payload delivery to_ids",
                  "md5 '' category=Other",
                  "md5 '' category=Payload delivery to_ids", " 'a'"));
}

TEST(PageReader, RowsKeepTheirOrderAndNothingOfOneAnother) {
  EXPECT_THAT(
      DescribePage(PageOf(FullRow() + R"(,{"type":"new"},null,"a",[{}],)"
                                      R"({"type":"new","Tag":["x"]},{})")),
      ElementsAre(testing::StartsWith("url"), "new ''", "new '' tags=x",
                  " ''"));
}

// "Event" is walked once for rows that spell it alike.
TEST(PageReader, TellsEventsApartThatAreSpelledAlmostAlike) {
  const auto row = [](std::string_view event) {
    return fmt::format(R"({{"type":"new","value":"a","Event":{}}})", event);
  };
  const auto ids = [](const std::vector<std::string>& rows) {
    return PageOf(fmt::format("{}", fmt::join(rows, ",")));
  };
  EXPECT_THAT(
      DescribePage(
          ids({row(R"({"id":"1","info":"x"})"), row(R"({"id":"1","info":"x"})"),
               row(R"({"id":"2","info":"x"})"), row(R"({"id":"1","info":"x"})"),
               row("{}"), row("{}"), row(R"({"id":"2"})"),
               row(R"({"id":"2","id":"3"})")})),
      ElementsAre("new 'a' event=1", "new 'a' event=1", "new 'a' event=2",
                  "new 'a' event=1", "new 'a'", "new 'a'", "new 'a' event=2",
                  "new 'a' event=3"));
  for (const char* broken :
       {R"({"id":"1",})", R"({"id":"1"]})", R"({"id":"1","info":"x")",
        R"({"id":"1","info":x})", R"({"id"})"}) {
    EXPECT_THAT(
        DescribePage(ids({row(R"({"id":"1","info":"x"})"), row(broken)})),
        ElementsAre(HasSubstr("DATA_LOSS")))
        << broken;
  }
}

TEST(PageReader, RemembersNothingOfAPageOnceItsBufferHoldsAnother) {
  PageReader reader;
  PaddedBytes page;
  for (const int event : {1, 2}) {
    page.Assign(PageOf(
        fmt::format(R"({{"type":"new","Event":{{"id":"{}"}}}})", event)));
    const auto count =
        reader.Read(page, [event](const Attribute&, uint64_t id) {
          EXPECT_EQ(id, static_cast<uint64_t>(event));
        });
    ASSERT_TRUE(count.ok()) << count.status();
  }
}

TEST(PageReader, ReadsPagesOfAllLayouts) {
  const std::string row = R"({"type":"new","value":"a"})";
  for (const std::string& page : {
           fmt::format(R"({{"response":{{"Attribute":[{}]}}}})", row),
           fmt::format("\xef\xbb\xbf{{\r\n    \"response\" : {{\n\t"
                       "\"Attribute\" :\n[ {} ]\n}}\n}}\n\n",
                       row),
           fmt::format(R"({{"a":[1,{{}}],"response":{{"b":null,"Attribute":)"
                       R"([{}],"c":{{"d":[]}}}},"e":"f"}})",
                       row),
           fmt::format(R"({{"r\u0065sponse":{{"\u0041ttribute":[{}]}}}})", row),
       }) {
    EXPECT_THAT(DescribePage(page), ElementsAre("new 'a'")) << page;
  }
}

TEST(PageReader, AnEmptyListIsAPage) {
  EXPECT_THAT(DescribePage("{\"response\": {\"Attribute\": []}}\n"),
              ElementsAre());
}

TEST(PageReader, EveryPrefixIsDataLoss) {
  const std::string page = PageOf(FullRow() + "," + FullRow());
  for (size_t size = 0; size + 1 < page.size(); ++size) {
    const absl::Status status = ReadPage(page.substr(0, size)).status();
    ASSERT_EQ(status.code(), absl::StatusCode::kDataLoss) << size;
    if (size > 0) {
      ASSERT_THAT(std::string(status.message()), HasSubstr("cut short"))
          << size;
    }
  }
  EXPECT_TRUE(ReadPage(page.substr(0, page.size() - 1)).ok());
}

TEST(PageReader, WhatIsNoPageIsDataLoss) {
  const std::string good = PageOf(FullRow());
  const auto with = [](std::string_view member) {
    return PageOf(fmt::format(R"({{"type":"new",{}}})", member));
  };
  const std::string pages[] = {
      "",
      " ",
      "\xef\xbb\xbf",
      "<!DOCTYPE html>\n<html><body>{\"response\":1}</body></html>",
      "null",
      "5",
      "\"response\"",
      "[]",
      "{}",
      R"([{"response":{"Attribute":[]}}])",
      R"({"name":"Invalid","message":"no","url":"\/attributes\/restSearch"})",
      R"({"response":[]})",
      R"({"response":null})",
      R"({"response":{}})",
      R"({"response":{"Attribute":{}}})",
      R"({"response":{"Attribute":null}})",
      R"({"response":[{"Event":{}}]})",
      R"({"Attribute":[]})",
      good + "x",
      good + "{}",
      good + good,
      good + "<br />Warning: a notice of PHP's",
      "Notice " + good,
      with("\"value\":\"\xff\""),
      with("\"value\":\"\xc0\xaf\""),
      with("\"x\":\"\xed\xa0\x80\""),
      with("\"value\":\"a\nb\""),
      with(R"("value":"\x")"),
      with(R"("value":"\u12g4")"),
      with(R"("x":"\u12")"),
      with(R"("\q":1)"),
      with(R"("x":nul)"),
      with(R"("x":truefalse)"),
      with(R"("x":01)"),
      with(R"("x":1.)"),
      with(R"("x":NaN)"),
      with(R"("x":+1)"),
      with(R"("x":@)"),
      with(R"("x":1 2)"),
      with(R"("x":"a" "b")"),
      with(R"("x":"a":"b")"),
      with(R"("x":"a":"b"})"),
      with(R"("x":"a"b)"),
      with(R"("x":)"),
      with(R"("x")"),
      with(R"("x":1,)"),
      with(R"("x":1,,"y":2)"),
      with(R"("x":[1,])"),
      with(R"("x":[,1])"),
      with(R"("x":[1 2])"),
      with(R"("x":[1})"),
      with(R"("x":{"a"]})"),
      with(R"("x":{"a":1])"),
      with(R"("x":{1:2})"),
      with(R"(x:1)"),
      R"({"response":{"Attribute":[{}},]})",
  };
  for (const std::string& page : pages) {
    EXPECT_EQ(ReadPage(page).status().code(), absl::StatusCode::kDataLoss)
        << page;
  }
}

TEST(PageReader, MessagesSayWhatCame) {
  const auto message = [](std::string_view page) {
    return std::string(ReadPage(page).status().message());
  };
  EXPECT_EQ(message("<html></html>"),
            "page: it is a page of HTML (byte 0 of 13)");
  EXPECT_EQ(message(PageOf(R"({"a":1,"b":xyz})")),
            "page: it is not JSON (byte 39 of 47)");
  EXPECT_EQ(message(R"({"name":"no"})"),
            "page: JSON without a list of attributes");
}

TEST(PageReader, NestingHasAnEnd) {
  const auto nested = [](size_t levels) {
    return PageOf(fmt::format(R"({{"type":"new","x":{}{}}})",
                              std::string(levels, '['),
                              std::string(levels, ']')));
  };
  EXPECT_TRUE(ReadPage(nested(508)).ok());  // and four around it
  EXPECT_EQ(ReadPage(nested(509)).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(ReadPage(nested(1'000'000)).status().code(),
            absl::StatusCode::kDataLoss);
  std::string tags;
  for (int i = 0; i < 100'000; ++i) tags += R"({"Tag":)";
  EXPECT_EQ(ReadPage(PageOf(R"({"Tag":)" + tags + "1" +
                            std::string(100'000, '}') + "}"))
                .status()
                .code(),
            absl::StatusCode::kDataLoss);
}

TEST(PageReader, GivesRowsBeforeItSeesThatThePageIsBroken) {
  PageReader reader;
  int rows = 0;
  const auto count = [&rows](const Attribute&, uint64_t) { ++rows; };
  EXPECT_FALSE(
      reader
          .Read(Padded(PageOf(R"({"type":"a"},{"type":"b"},{"x":tru})")), count)
          .ok());
  EXPECT_EQ(rows, 2);
  EXPECT_EQ(*reader.Read(Padded(PageOf(R"({"type":"a"})")), count), 1u);
  EXPECT_FALSE(reader.Read(PaddedBytes(), count).ok());
}

// Pages with rows and events of any kind, as a server might write them.
class Writer {
 public:
  explicit Writer(uint32_t seed) : random_(seed) {}

  struct Page {
    std::string text;
    std::map<uint64_t, EventContext> events;
  };

  Page RandomPage() {
    Page page;
    for (uint32_t i = 1 + Below(4); i > 0; --i) {
      EventContext event;
      event.id = 1 + Below(1000);
      event.uuid = RandomUuid();
      event.info = Text();
      event.timestamp = Below(2000000000);
      event.published = Chance(50);
      page.events.emplace(event.id, event);
    }
    std::vector<std::string> rows;
    for (uint32_t i = Below(8); i > 0; --i) {
      auto event = page.events.begin();
      std::advance(event, Below(static_cast<uint32_t>(page.events.size())));
      rows.push_back(Chance(3) ? Noise() : Row(event->second));
    }
    page.text = Blank() +
                Object({{"response", Object({{"Attribute", List(rows)}})}}) +
                Blank();
    return page;
  }

 private:
  using Members = std::vector<std::pair<std::string, std::string>>;

  uint32_t Below(uint32_t limit) {
    return std::uniform_int_distribution<uint32_t>(0, limit - 1)(random_);
  }
  bool Chance(uint32_t percent) { return Below(100) < percent; }

  Uuid RandomUuid() {
    Uuid uuid;
    for (uint8_t& byte : uuid.bytes) byte = static_cast<uint8_t>(Below(256));
    return uuid;
  }

  std::string Text() {
    static constexpr const char* kPieces[] = {
        "a",    "example.com", "\\",      "\"", "/",
        "\n",   "\t",          "|",       "é",  "\xf0\x9f\x98\x80",
        "\x7f", "192.0.2.1",   "{}",      "],", " ",
        "日本", "%00",         "\\u0041", "'",  "\x01",
        "true", "null",        "0"};
    std::string text;
    for (uint32_t i = 0; i < 1 + Below(6); ++i) {
      text += kPieces[Below(std::size(kPieces))];
    }
    return text;
  }

  std::string Blank() {
    static constexpr const char* kBlanks[] = {"", "", "", " ", "\n\t ", "\r\n"};
    return kBlanks[Below(std::size(kBlanks))];
  }

  // One of the spellings of `text`.
  std::string String(std::string_view text) {
    std::string json = "\"";
    for (size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      if (c == '"' || c == '\\') {
        json += {'\\', c};
      } else if (c == '/' && Chance(50)) {
        json += "\\/";
      } else if (c == '\n' && Chance(50)) {
        json += "\\n";
      } else if (text.substr(i).starts_with("\xf0\x9f\x98\x80") && Chance(50)) {
        json += "\\ud83d\\uDE00";
        i += 3;
      } else if (text.substr(i).starts_with("é") && Chance(50)) {
        json += "\\u00E9";
        i += 1;
      } else if (static_cast<unsigned char>(c) < 0x20 ||
                 (static_cast<unsigned char>(c) < 0x80 && Chance(3))) {
        json += fmt::format("\\u{:04x}", c);
      } else {
        json += c;
      }
    }
    return json + '"';
  }

  std::string Number(uint64_t number) {
    return Chance(50) ? fmt::format("{}", number)
                      : fmt::format("\"{}\"", number);
  }
  std::string Flag(bool flag) {
    static constexpr const char* kYes[] = {"true", "1", "\"1\"", "\"true\""};
    static constexpr const char* kNo[] = {"false", "0", "\"0\"", "\"\""};
    return flag ? kYes[Below(4)] : kNo[Below(4)];
  }

  std::string Object(Members members) {
    std::shuffle(members.begin(), members.end(), random_);
    std::string json = "{" + Blank();
    for (size_t i = 0; i < members.size(); ++i) {
      if (i > 0) json += Blank() + "," + Blank();
      json += String(members[i].first) + Blank() + ":" + Blank() +
              members[i].second;
    }
    return json + Blank() + "}";
  }
  std::string List(const std::vector<std::string>& elements) {
    std::string json = "[" + Blank();
    for (size_t i = 0; i < elements.size(); ++i) {
      if (i > 0) json += Blank() + "," + Blank();
      json += elements[i];
    }
    return json + Blank() + "]";
  }

  // No object, so that none is taken for a row.
  std::string Noise() {
    switch (Below(6)) {
      case 0:
        return "null";
      case 1:
        return Flag(Chance(50));
      case 2:
        return String(Text());
      case 3:
        return "-1.25E+3";
      case 4:
        return List({Noise(), Object({{"value", Noise()}, {"Tag", Noise()}})});
      default:
        return "[]";
    }
  }

  std::string Tags() {
    std::vector<std::string> tags;
    while (Chance(60)) {
      Members tag = {
          {"name", String(fmt::format("a tag, numbered {}", Below(9)))}};
      if (Chance(30)) tag.push_back({"inherited", Flag(Chance(50))});
      if (Chance(30)) tag.push_back({"colour", "\"#f00\""});
      const std::string json = Object(tag);
      switch (Below(6)) {
        case 0:
          tags.push_back(Object({{"Tag", json}, {"tag_id", "5"}}));
          break;
        case 1:
          tags.push_back(String(Text()));
          break;
        default:
          tags.push_back(json);
      }
    }
    return List(tags);
  }

  std::string Event(const EventContext& event) {
    return Object(
        {{"id", Number(event.id)},
         {"uuid", String(event.uuid.ToString())},
         {"info", String(event.info)},
         {"timestamp", Number(static_cast<uint64_t>(event.timestamp))},
         {"published", Flag(event.published)},
         {"distribution", Noise()}});
  }

  std::string Row(const EventContext& event) {
    static constexpr const char* kTypes[] = {"domain", "md5", "text", "new"};
    Members members = {{"Event", Event(event)},
                       {"uuid", String(RandomUuid().ToString())}};
    const auto maybe = [&](uint32_t percent, const char* key,
                           std::string json) {
      if (Chance(percent)) members.push_back({key, std::move(json)});
    };
    maybe(97, "type", String(kTypes[Below(4)]));
    if (Chance(85)) {
      members.push_back({"value", Chance(90) ? String(Text()) : "-12.5e1"});
    } else {
      maybe(90, "value1", String(Text()));
      maybe(50, "value2", String(Text()));
    }
    maybe(80, "event_id", Number(event.id));
    maybe(90, "id", Number(Below(1000000)));
    maybe(90, "timestamp", Number(Below(2000000000)));
    maybe(70, "category", String(Chance(90) ? "Other" : ""));
    maybe(70, "comment", String(Text()));
    maybe(80, "to_ids", Flag(Chance(50)));
    maybe(30, "deleted", Flag(Chance(20)));
    maybe(50, "disable_correlation", Flag(Chance(50)));
    maybe(60, "Tag", Tags());
    maybe(10, "AttributeTag", Tags());
    maybe(30, "object_relation", Noise());
    maybe(20, "Sighting", Noise());
    maybe(20, "", Noise());
    static constexpr const char* kFields[] = {
        "id",       "uuid",
        "type",     "value",
        "category", "comment",
        "to_ids",   "deleted",
        "event_id", "timestamp",
        "Tag",      "value1",
        "Event",    "disable_correlation"};
    if (Chance(20)) {  // of a wrong type: as if it were not there
      const char* field = kFields[Below(std::size(kFields))];
      const std::string wrong = Chance(50) ? "null" : "[[]]";
      const bool is_list_of_tags = std::string_view(field) == "Tag";
      members.push_back({field, is_list_of_tags ? "5" : wrong});
    }
    return Object(std::move(members));
  }

  std::mt19937 random_;
};

TEST(PageReaderRandom, GivesTheSnapshotOfTheSlowReader) {
  uint64_t all = 0;
  uint64_t rejected = 0;
  for (uint32_t seed = 0; seed < 4000; ++seed) {
    const Writer::Page page = Writer(seed).RandomPage();
    const ReadResult slow = ReadText(page.text, 1 + seed % 64);
    const absl::StatusOr<std::vector<PageRow>> rows = ReadPage(page.text);
    ASSERT_TRUE(rows.ok()) << rows.status() << "\n" << page.text;
    ASSERT_EQ(slow.outcome.documents, 1u) << page.text;
    Snapshot::Builder builder;
    builder.AddSource("attributes", "input");
    builder.BeginInput();
    uint64_t without = 0;
    for (const PageRow& row : *rows) {
      const uint32_t event = builder.AddEvent(page.events.at(row.event_id));
      if (row.attribute.type.empty() || row.attribute.value.empty()) {
        ++without;
      } else {
        builder.Add(row.attribute, event);
      }
    }
    builder.CommitInput();
    ASSERT_EQ(slow.outcome.attributes, builder.added()) << page.text;
    ASSERT_EQ(slow.outcome.rejects[Reject::kMissingType] +
                  slow.outcome.rejects[Reject::kMissingValue],
              without)
        << page.text;
    const Snapshot fast = std::move(builder).Build("", "");
    ASSERT_EQ(Lines(fast), Lines(slow.snapshot)) << page.text;
    ASSERT_EQ(fast.manifest().id, slow.snapshot.manifest().id) << page.text;
    all += rows->size();
    rejected += without;
  }
  EXPECT_GT(all, 10000u);
  EXPECT_GT(rejected, 100u);
}

}  // namespace
}  // namespace mispsift::misp
