#include "src/cuckoo/report_outline.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>

#include "tests/support/report_generator.h"

namespace mispsift {
namespace {

// What is drawn of `json`; "-" for nothing.
std::string Drawn(std::string_view json, ReportOutline* outline) {
  PaddedBytes bytes;
  bytes.Assign(json);
  if (!outline->Draw(bytes.view())) return "-";
  return std::string(outline->json().view());
}

std::string Drawn(std::string_view json, ScanDepth depth = ScanDepth::kFields) {
  ReportOutline outline(depth, ReportReader::kUsualLevels);
  return Drawn(json, &outline);
}

TEST(ReportOutlineTest, EmptiesWhatIsSkippedOver) {
  EXPECT_EQ(
      Drawn(R"({"info":{"id":1},"behavior":{"processes":[)"
            R"({"calls":[{"a":[1]},{}],"pid":4},{"CALLS" : {"x":"y"}}]}})"),
      R"({"info":{"id":1},"behavior":{"processes":[)"
      R"({"calls":[],"pid":4},{"CALLS" : {}}]}})");
  EXPECT_EQ(
      Drawn(R"({"strings":["a"],"debug":{"log":"x"},"file":{"name":"a"}})"),
      R"({"strings":[],"debug":{},"file":{"name":"a"}})");
  EXPECT_EQ(Drawn(R"({"\\\"x":1,"str\u0069ngs":["a"],"\\\\":["a"]})"),
            R"({"\\\"x":1,"str\u0069ngs":[],"\\\\":["a"]})");
  // Nothing but what stands at such a place.
  const std::string_view other =
      R"({"network":{"calls":[{"ip":"192.0.2.1"}]},"x":["calls",[1],":[{"]})";
  EXPECT_EQ(Drawn(other), other);
  EXPECT_EQ(Drawn(other, ScanDepth::kFull), other);
}

TEST(ReportOutlineTest, LeavesOutMoreWhereOnlyFactsCount) {
  const std::string_view json =
      R"({"info":{"id":1},"behavior":{"summary":{"files":["a"],"mutex":["b"]},)"
      R"("generic":[{"summary":{"mutex":["b"]}}]},"signatures":[{"marks":[)"
      R"({"ioc":"c","category":"file"},{"other":{"d":1}}],"families":["e"]}],)"
      R"("suricata":{"alerts":[{"f":1}],"files":[{"md5":"g"}]}})";
  EXPECT_EQ(Drawn(json), json);
  EXPECT_EQ(
      Drawn(json, ScanDepth::kFacts),
      R"({"info":{"id":1},"behavior":{"summary":{"files":[],"mutex":["b"]},)"
      R"("generic":[{"summary":{}}]},"signatures":[{"marks":[)"
      R"({"ioc":"c","category":"file"},{"other":{}}],"families":[]}],)"
      R"("suricata":{"alerts":[],"files":[{"md5":"g"}]}})");
  EXPECT_EQ(Drawn(json, ScanDepth::kIdentity),
            R"({"info":{"id":1},"behavior":{"summary":{},)"
            R"("generic":[{"summary":{}}]},)"
            R"("signatures":[{"marks":[],"families":[]}],"suricata":{}})");
}

TEST(ReportOutlineTest, KnowsWhereEachByteStands) {
  const std::string_view json =
      R"({"strings":["a"],"b":{"strings":["c","d"]},"debug":{"e":1},"f":2})";
  ReportOutline outline(ScanDepth::kFields, ReportReader::kUsualLevels);
  const std::string drawn = Drawn(json, &outline);
  ASSERT_EQ(drawn,
            R"({"strings":[],"b":{"strings":["c","d"]},"debug":{},"f":2})");
  for (size_t i = 0; i < drawn.size(); ++i) {
    EXPECT_EQ(json[outline.ByteOfReport(i)], drawn[i]) << i;
  }
  EXPECT_EQ(outline.ByteOfReport(drawn.size()), json.size());
}

TEST(ReportOutlineTest, TakesStringsForWhatTheyAre) {
  const std::string_view json =
      R"({"a":"{[","b":"\"}","c\\":"]\\","calls":"[","d":{"e":"\\\"{"}})";
  EXPECT_EQ(Drawn(json), json);
  EXPECT_EQ(
      Drawn(
          R"({"behavior":{"processes":[{"calls":["]}","\"]",{"a":"\\"}]}]}})"),
      R"({"behavior":{"processes":[{"calls":[]}]}})");
}

TEST(ReportOutlineTest, LeavesWhatIsNotWholeToTheReader) {
  for (const std::string_view json :
       {"", " ", "[]", "1", "\"{}\"", "{", "{\"a\":\"}", "{}}", "{}x", "x{}",
        "{} {}", "{\"a\":[}", "}{", "{\"strings\":[", "{\"strings\":[]}]"}) {
    EXPECT_EQ(Drawn(json), "-") << json;
  }
  EXPECT_EQ(Drawn(" {\"a\":1}\r\n"), " {\"a\":1}");
}

TEST(ReportOutlineTest, IsNoDeeperThanAReport) {
  const auto nested = [](size_t levels) {
    return "{\"a\":" + std::string(levels - 1, '[') +
           std::string(levels - 1, ']') + "}";
  };
  EXPECT_EQ(Drawn(nested(ReportReader::kUsualLevels)),
            nested(ReportReader::kUsualLevels));
  EXPECT_EQ(Drawn(nested(ReportReader::kUsualLevels + 1)), "-");
}

// Byte by byte: whether strings and brackets of one object end.
bool IsWhole(std::string_view json) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const size_t begin = json.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos || json[begin] != '{') return false;
  size_t level = 0;
  bool in_string = false;
  bool escaped = false;
  for (size_t i = begin; i < json.size(); ++i) {
    const char c = json[i];
    const bool is_literal = std::exchange(escaped, c == '\\' && !escaped);
    if (c == '"') {
      if (!is_literal) in_string = !in_string;
    } else if (!in_string && (c == '{' || c == '[')) {
      ++level;
    } else if (!in_string && (c == '}' || c == ']') && --level == 0) {
      return json.find_first_not_of(kBlanks, i + 1) == std::string_view::npos;
    }
  }
  return false;
}

TEST(ReportOutlineTest, TellsWholeReportsFromBroken) {
  std::mt19937_64 random(20261125);
  ReportGenerator generator(random());
  ReportOutline outline(ScanDepth::kFacts, ReportReader::kUsualLevels);
  int broken = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string json = generator.Report();
    for (size_t changes = random() % 3; changes > 0; --changes) {
      json[random() % json.size()] = "\"\\{}[]:, a"[random() % 10];
    }
    const bool whole = IsWhole(json);
    broken += whole ? 0 : 1;
    ASSERT_EQ(Drawn(json, &outline) != "-", whole) << json;
  }
  EXPECT_GT(broken, 2000);
  EXPECT_LT(broken, 18'000);
}

}  // namespace
}  // namespace mispsift
