#include "mispsift/cuckoo/json_mend.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/mended.h"
#include "tests/support/observations.h"

namespace mispsift {
namespace {

using ::testing::Contains;

using std::string_literals::operator""s;

// A report with one more section.
std::string With(std::string_view section) {
  return fmt::format(R"({{"info":{{"id":7}},"target":{{}},{}}})", section);
}

// What the reader sees in the report once it is mended.
std::vector<std::string> SeenIn(const std::string& odd) {
  EXPECT_NE(ReadReport(odd, ScanDepth::kFull).outcome.reject, Reject::kNone)
      << odd;
  const Mended mended = Mend(odd);
  EXPECT_EQ(mended.outcome.reject, Reject::kNone) << mended.outcome.detail;
  const ReadResult read = ReadReport(mended.text, ScanDepth::kFull);
  EXPECT_EQ(read.outcome.reject, Reject::kNone) << read.outcome.detail;
  return ToText(read.all);
}

struct Expected {
  Oddity oddity;
  uint64_t count;
  uint64_t first_byte;
};

void ExpectOddities(const Oddities& met,
                    const std::vector<Expected>& expected) {
  Oddities wanted;
  for (const Expected& e : expected) {
    wanted.Add(e.oddity, e.first_byte, e.count);
  }
  for (int i = 0; i < static_cast<int>(Oddity::kCount); ++i) {
    const Oddity oddity = static_cast<Oddity>(i);
    EXPECT_EQ(met[oddity].count, wanted[oddity].count) << OddityName(oddity);
    EXPECT_EQ(met[oddity].first_byte, wanted[oddity].first_byte)
        << OddityName(oddity);
  }
}

TEST(JsonMendTest, AControlByteIsReadAsItself) {
  const Mended mended = Mend("{\"a\nb\":\"\x01 c\0\"}"s);
  EXPECT_EQ(mended.text, R"({"a\u000ab":"\u0001 c\u0000"})");
  ExpectOddities(mended.outcome.oddities, {{Oddity::kControlByte, 3, 3}});
  EXPECT_THAT(SeenIn(With("\"strings\":[\"x\nevil.example\ty\"]")),
              Contains("host value token strings $.strings[0] evil.example"));
  EXPECT_THAT(SeenIn(With("\"network\":{\"ho\x01sts\":[],\"hosts\":"
                          "[\"192.0.2.1\"]}")),
              Contains("ip value field network $.network.hosts[0] 192.0.2.1"));
}

TEST(JsonMendTest, WhatIsNoUtf8IsReadAsUnknown) {
  const std::string unknown = "\xEF\xBF\xBD";
  const struct {
    std::string bytes;
    size_t parts;
  } cases[] = {
      {"\xE9", 1},              // Latin-1
      {"\x80", 1},              // a continuation of nothing
      {"\xE2\x82", 1},          // a character without its end
      {"\xC0\xAF", 2},          // a longer spelling than need be
      {"\xED\xA0\x80", 3},      // half a surrogate pair
      {"\xF4\x90\x80\x80", 4},  // beyond Unicode
      {"\xFF\xFE", 2},
  };
  for (const auto& c : cases) {
    const Mended mended = Mend("{\"a\":\"" + c.bytes + "\xC3\xA9\"}");
    std::string expected = "{\"a\":\"";
    for (size_t i = 0; i < c.parts; ++i) expected += unknown;
    EXPECT_EQ(mended.text, expected + "\xC3\xA9\"}");
    ExpectOddities(mended.outcome.oddities,
                   {{Oddity::kInvalidUtf8, c.parts, 6}});
  }
  EXPECT_THAT(
      SeenIn(With("\"dropped\":[{\"guest_paths\":\"C:\\\\\xE9t\xE9\\\\e.exe\"}]"
                  ",\"strings\":[\"\xFF http://evil.example/\"]")),
      ::testing::AllOf(
          Contains(
              "filepath value field dropped $.dropped[0].guest_paths C:\\" +
              unknown + "t" + unknown + "\\e.exe"),
          Contains("url value token strings $.strings[0] "
                   "http://evil.example/")));
}

// As CPython's json.dump(indent=4) writes a list that yields nothing.
TEST(JsonMendTest, AListThatWasNotOpenedIsEmpty) {
  const std::string odd = With(R"("behavior":{"processes":[{
                "calls": 
                ], 
                "process_path": "C:\\e.exe"}]},
                "debug":{"cuckoo":]})");
  const Mended mended = Mend(odd);
  EXPECT_EQ(mended.outcome.oddities[Oddity::kUnopenedList].count, 2u);
  EXPECT_EQ(mended.outcome.oddities[Oddity::kUnopenedList].first_byte,
            odd.find("], \n"));
  EXPECT_THAT(SeenIn(odd),
              Contains("filepath value field behavior "
                       "$.behavior.processes[0].process_path C:\\e.exe"));
  // Where a list may end it does, and nothing else is a value that is not
  // there.
  EXPECT_EQ(Mend("{\"a\":}").outcome.detail, "a value is missing, at byte 5");
  EXPECT_EQ(Mend("{\"a\":,\"b\":1}").outcome.detail,
            "a value is missing, at byte 5");
  EXPECT_EQ(Mend("[1,]").outcome.detail, "a value is missing, at byte 3");
  EXPECT_EQ(Mend("[[1]]]").outcome.oddities[Oddity::kTrailingGarbage].count,
            1u);
}

TEST(JsonMendTest, WhatFollowsTheDocumentIsLeftOut) {
  const std::string report = With(R"("strings":["evil.example"])");
  for (const std::string& garbage :
       {"}"s, "}}]"s, "\n trailing"s, "\0\0\0"s, "\xFF"s, "\", \"x\": 1}"s,
        "1"s, "[{}]"s, "\xEF\xBB\xBFx"s}) {
    const size_t blanks = garbage.find_first_not_of("\n ");
    const Mended mended = Mend(report + garbage);
    EXPECT_EQ(mended.text, report + garbage.substr(0, blanks));
    EXPECT_EQ(mended.outcome.end, report.size() + garbage.size());
    ExpectOddities(mended.outcome.oddities,
                   {{Oddity::kTrailingGarbage, garbage.size() - blanks,
                     report.size() + blanks}});
    EXPECT_THAT(SeenIn(report + garbage),
                Contains("host value token strings $.strings[0] "
                         "evil.example"));
  }
  // A text that begins like a value is no document.
  EXPECT_EQ(Mend("1 x").outcome.detail,
            "something follows the document, at byte 2");
  EXPECT_EQ(Mend(R"("a","b")").outcome.reject, Reject::kNotJson);
}

TEST(JsonMendTest, ADocumentBehindAnotherIsNotGarbage) {
  const std::string first = "{\"a\":\"\xFF\"} \n";
  const std::string mark = "\xEF\xBB\xBF";
  for (const std::string& second :
       {"{\"b\":1}"s, mark + "{\"b\":1}", mark + " {}"s, "{"s}) {
    const std::string text = first + second + " ]";
    const Mended mended = Mend(text);
    EXPECT_EQ(mended.outcome.end, first.size());
    EXPECT_EQ(mended.text, "{\"a\":\"\xEF\xBF\xBD\"} \n");
    ExpectOddities(mended.outcome.oddities, {{Oddity::kInvalidUtf8, 1, 6}});
  }
  // Bytes are those of the text, not of the document.
  const Mended next = Mend(first + mark + "{\"b\":NaN}]", first.size());
  EXPECT_EQ(next.text, mark + "{\"b\":NaN}");
  ExpectOddities(next.outcome.oddities, {{Oddity::kByteOrderMark, 1, 11},
                                         {Oddity::kNotANumber, 1, 19},
                                         {Oddity::kTrailingGarbage, 1, 23}});
  EXPECT_EQ(Mend(first + "{\"b\":tru}", first.size()).outcome.detail,
            "not a JSON value, at byte 16");
}

TEST(JsonMendTest, WhatTheReaderTakesIsNotedAndStays) {
  const struct {
    std::string json;
    std::vector<Expected> expected;
  } cases[] = {
      {"\xEF\xBB\xBF{}", {{Oddity::kByteOrderMark, 1, 0}}},
      {R"({"a":[NaN,Infinity,-Infinity,-1]})", {{Oddity::kNotANumber, 3, 6}}},
      {R"({"\ud800":"\udc00\udc00\u0041"})", {{Oddity::kLoneSurrogate, 2, 2}}},
      {R"({"a":"\ud83d\ude00\"\\\/\b\f\n\r\t\u0000"})", {}},
      {R"({"a":123456789012345678901234567890,"a":1e999})", {}},
      {" \t\r\n[ ] \n", {}},
      {"\"\"", {}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.json);
    const Mended mended = Mend(c.json);
    EXPECT_EQ(mended.outcome.reject, Reject::kNone) << mended.outcome.detail;
    EXPECT_EQ(mended.text, c.json);
    ExpectOddities(mended.outcome.oddities, c.expected);
  }
}

TEST(JsonMendTest, NothingIsInvented) {
  const struct {
    std::string json;
    std::string_view reject;
    std::string_view detail;
  } cases[] = {
      {"", "empty", "nothing but white space, at byte 0"},
      {"\xEF\xBB\xBF ", "empty", "nothing but white space, at byte 4"},
      {"nonsense", "not_json", "not a JSON value, at byte 0"},
      {" <html>", "not_json", "not a JSON value, at byte 1"},
      {"]", "not_json", "a value is missing, at byte 0"},
      {"\xFF\xFE{", "not_utf8", "UTF-16, not UTF-8, at byte 0"},
      {"\xFE\xFF\0{"s, "not_utf8", "UTF-16, not UTF-8, at byte 0"},
      {"{\0\"\0"s, "not_utf8", "UTF-16, not UTF-8, at byte 0"},
      {"{\"a\":\"\xFF\",\"b\":\"\\q\"}", "not_json",
       "an escape that JSON does not know, at byte 14"},
      {R"({"a":"\x41"})", "not_json",
       "an escape that JSON does not know, at byte 6"},
      {R"({"a":"\u12"})", "not_json",
       "an escape that JSON does not know, at byte 6"},
      {"{\"a\":\"\\\n\"}", "not_json",
       "an escape that JSON does not know, at byte 6"},
      {R"({"\q":1})", "not_json",
       "an escape that JSON does not know, at byte 2"},
      {R"({a:1})", "not_json", "a key that is no string, at byte 1"},
      {R"({'a':1})", "not_json", "a key that is no string, at byte 1"},
      {R"({"a":1,})", "not_json", "a key that is no string, at byte 7"},
      {R"({"a" 1})", "not_json", "a colon is missing, at byte 5"},
      {R"({"a":1 "b":2})", "not_json",
       "neither a comma nor the object's end, at byte 7"},
      {R"({"a":[1}})", "not_json",
       "neither a comma nor the list's end, at byte 7"},
      {R"({"a":"x"y"})", "not_json",
       "neither a comma nor the object's end, at byte 8"},
      {R"({"a":tru})", "not_json", "not a JSON value, at byte 5"},
      {R"({"a":'x'})", "not_json", "not a JSON value, at byte 5"},
      {R"({"a":01})", "not_json", "not a JSON value, at byte 5"},
      {R"({"a":None})", "not_json", "not a JSON value, at byte 5"},
      {"{\"a\":\xFF}", "not_json", "not a JSON value, at byte 5"},
      {"{\"a\":\x01}", "not_json", "not a JSON value, at byte 5"},
      {"{\x01}", "not_json", "a key that is no string, at byte 1"},
      {"{\"a\":\"\xFF", "truncated", "cut short, at byte 7"},
      {"{\"a\":\"x\\", "truncated", "cut short, at byte 7"},
      {"{\"a\":\"x\\u00", "truncated", "cut short, at byte 7"},
      {"{\"a\":tru", "truncated", "cut short, at byte 5"},
      {"{\"a\": ], ", "truncated", "cut short, at byte 9"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.json);
    const Mended mended = Mend(c.json);
    EXPECT_EQ(RejectName(mended.outcome.reject), c.reject);
    EXPECT_EQ(mended.outcome.detail, c.detail);
    EXPECT_EQ(mended.outcome.end, c.json.size());
    EXPECT_TRUE(mended.outcome.oddities == Oddities());
  }
}

std::string Nested(size_t levels) {
  return std::string(levels, '[') + "\"\x01\"" + std::string(levels, ']');
}

TEST(JsonMendTest, GoesAsDeepAsTheReader) {
  EXPECT_EQ(Mend(Nested(512)).outcome.reject, Reject::kNone);
  const Mended mended = Mend(Nested(513));
  EXPECT_EQ(mended.outcome.reject, Reject::kTooDeep);
  EXPECT_EQ(mended.outcome.detail, "more than 512 levels, at byte 512");
  const Mended with_section = Mend(With("\"x\":" + Nested(511)));
  EXPECT_EQ(ReadReport(with_section.text, ScanDepth::kFull).outcome.reject,
            Reject::kNone);
}

TEST(JsonMendTest, WhatIsMendedHasALimit) {
  const std::string odd = "{\"a\":\"\x01\x01\"}";
  const size_t size = odd.size() + 10;
  EXPECT_EQ(Mend(odd, 0, size).outcome.reject, Reject::kNone);
  const Mended mended = Mend(odd, 0, size - 1);
  EXPECT_EQ(mended.outcome.reject, Reject::kTooLarge);
  EXPECT_EQ(mended.outcome.detail,
            "more than 19 bytes once mended, at byte 10");
  EXPECT_EQ(Mend("{\"a\":\"\x01", 0, 11).outcome.reject, Reject::kTooLarge);
}

// Quadratic time would not end within the test's.
TEST(JsonMendTest, HostileTextTakesOnePass) {
  constexpr size_t kMany = 10'000'000;
  const auto many = [](std::string_view text) {
    std::string all;
    while (all.size() < kMany) all += text;
    return all;
  };
  const struct {
    std::string text;
    Reject expected;
  } cases[] = {
      {many("["), Reject::kTooDeep},
      {many("{\"a\":"), Reject::kTooDeep},
      {many("\""), Reject::kNotJson},
      {"{" + many("\""), Reject::kNotJson},
      {"{\"" + many("\\"), Reject::kTruncated},
      {"{\"" + many("\\\\") + "\\", Reject::kTruncated},
      {"{\"" + many("\x01"), Reject::kTruncated},
      {"{\"" + many("\xF0\x9F\x98"), Reject::kTruncated},
      {"{\"" + many("\\ud800"), Reject::kTruncated},
      {"[" + many("]"), Reject::kNone},
      {"[" + many("1"), Reject::kTruncated},
      {"[" + many("\"\",") + "\"\"]", Reject::kNone},
      {"[" + many("{\"\":],\"\":\"\n\"},") + "0]", Reject::kNone},
      {many(" "), Reject::kEmpty},
      {"{}" + many(" ") + "x", Reject::kNone},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(RejectName(Mend(c.text).outcome.reject), RejectName(c.expected))
        << c.text.substr(0, 20);
  }
}

TEST(JsonMendTest, EveryOddityHasItsOwnName) {
  std::set<std::string_view> names;
  for (int i = 0; i < static_cast<int>(Oddity::kCount); ++i) {
    EXPECT_TRUE(names.insert(OddityName(static_cast<Oddity>(i))).second);
  }
}

}  // namespace
}  // namespace mispsift
