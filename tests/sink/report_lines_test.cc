#include "mispsift/sink/report_lines.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "mispsift/sink/summary.h"
#include "tests/support/snapshots.h"

namespace mispsift {
namespace {

using nlohmann::json;

// A report in which one host matches two attributes of one event.
class ReportLinesTest : public testing::Test {
 protected:
  ReportLinesTest()
      : snapshot_(SnapshotOf(
            {{"domain", "evil.example"}, {"hostname", "evil.example"}})) {
    result_.source = {"archive.tar", "1/reports/report.json"};
    result_.id = "00112233445566778899aabbccddeeff";
    result_.bytes = 1234;
    result_.facts.dialect = Dialect::kCuckoo2;
    result_.facts.task_id = "17";
    result_.facts.started = "2024-01-02T03:04:05";
    result_.facts.score = 7.5;
    result_.facts.target.sha256 = std::string(64, 'a');
    result_.facts.domains = {{"evil.example", ""}, {"b.example", "192.0.2.1"}};
    result_.matches.observable_count = 9;
    Observable observable;
    observable.kind = IndicatorKind::kHost;
    observable.value = "evil.example";
    observable.where = 1u << static_cast<int>(Where::kNetwork);
    observable.paths = {"$.network.domains[0].domain"};
    observable.count = 3;
    result_.matches.observables = {observable};
    result_.matches.matches = {{0, 0, MatchRule::kExact, 100},
                               {0, 1, MatchRule::kExact, 100}};
  }

  Snapshot snapshot_;
  Index index_ = Index::Build(snapshot_, {});
  ReportResult result_;
};

TEST_F(ReportLinesTest, ACorrelationHasEveryKeyOfTheContract) {
  std::string lines;
  AppendCorrelationLines(result_, index_, &lines);
  ASSERT_EQ(std::count(lines.begin(), lines.end(), '\n'), 2);
  const json line = json::parse(lines.substr(0, lines.find('\n')));
  EXPECT_EQ(line["report"]["id"], result_.id);
  EXPECT_EQ(line["report"]["source"], "archive.tar");
  EXPECT_EQ(line["report"]["member"], "1/reports/report.json");
  EXPECT_EQ(line["report"]["dialect"], "cuckoo2");
  EXPECT_EQ(line["report"]["task_id"], "17");
  EXPECT_EQ(line["report"]["started"], "2024-01-02T03:04:05");
  EXPECT_EQ(line["report"]["score"], 7.5);
  EXPECT_TRUE(line["report"]["target"]["name"].is_null());
  EXPECT_EQ(line["report"]["target"]["sha256"], std::string(64, 'a'));
  EXPECT_EQ(line["observable"],
            json::parse(R"({"kind":"host","value":"evil.example",
                "where":["network"],"paths":["$.network.domains[0].domain"],
                "count":3})"));
  EXPECT_EQ(line["match"], "exact");
  EXPECT_EQ(line["confidence"], 100);
  const AttributeView attribute = snapshot_.attribute(0);
  EXPECT_EQ(line["attribute"]["uuid"], attribute.fields->uuid.ToString());
  EXPECT_EQ(line["attribute"]["type"], attribute.type);
  EXPECT_EQ(line["attribute"]["to_ids"], true);
  EXPECT_EQ(line["event"]["id"], "7");
  EXPECT_EQ(line["event"]["info"], "An event");
  EXPECT_EQ(line["event"]["threat_level_id"], 2);
  EXPECT_EQ(line["event"]["tags"], json::parse(R"(["tlp:clear"])"));
}

TEST_F(ReportLinesTest, ARejectedReportSaysWhyAndGuessesNothing) {
  result_.reject = Reject::kTruncated;
  result_.detail = "ends at byte 5";
  result_.matches = {};
  result_.facts = {};
  std::string line;
  AppendReportLine(result_, snapshot_, &line);
  const json parsed = json::parse(line);
  EXPECT_EQ(parsed["status"], "rejected");
  EXPECT_EQ(parsed["reject"], "truncated");
  EXPECT_EQ(parsed["detail"], "ends at byte 5");
  for (const char* key : {"checked", "observables", "matches", "events"}) {
    EXPECT_TRUE(parsed[key].is_null()) << key;
  }
  EXPECT_TRUE(parsed["report"]["dialect"].is_null());
  std::string fields;
  AppendFieldsLine(result_, snapshot_, &fields);
  EXPECT_EQ(fields, "");
}

TEST_F(ReportLinesTest, AReportLineCounts) {
  std::string line;
  AppendReportLine(result_, snapshot_, &line);
  const json parsed = json::parse(line);
  EXPECT_EQ(parsed["status"], "ok");
  EXPECT_EQ(parsed["checked"], "syntax");
  EXPECT_EQ(parsed["bytes"], 1234);
  EXPECT_EQ(parsed["observables"], 9);
  EXPECT_EQ(parsed["matches"], 2);
  EXPECT_EQ(parsed["events"], 1);
}

TEST_F(ReportLinesTest, NotesSayWhatOfAReportIsNoJson) {
  std::string line;
  AppendReportLine(result_, snapshot_, &line);
  EXPECT_EQ(json::parse(line)["notes"], json::array());
  result_.oddities.Add(Oddity::kTrailingGarbage, 1200, 34);
  result_.oddities.Add(Oddity::kControlByte, 17);
  result_.oddities.Add(Oddity::kControlByte, 18);
  line.clear();
  AppendReportLine(result_, snapshot_, &line);
  EXPECT_EQ(json::parse(line)["notes"],
            json::array({"control_bytes: 2, first at byte 17",
                         "trailing_garbage: 34, first at byte 1200"}));
}

TEST_F(ReportLinesTest, NotesSayWhatWasLeftOut) {
  result_.oddities.Add(Oddity::kControlByte, 17);
  result_.matches.left_out_values = 12;
  result_.matches.left_out_matches = 15;
  std::string line;
  AppendReportLine(result_, snapshot_, &line);
  EXPECT_EQ(json::parse(line)["notes"],
            json::array({"control_bytes: 1, first at byte 17",
                         "maxioc: 12 values with 15 matches left out"}));
}

TEST_F(ReportLinesTest, WhatOverCorrelatesSaysSo) {
  std::vector<Planted> planted;
  for (int i = 0; i < 22; ++i) {
    planted.push_back(
        {"domain|ip", fmt::format("evil.example|203.0.113.{}", i)});
  }
  const Snapshot often = SnapshotOf(planted);
  std::string lines;
  AppendCorrelationLines(result_, Index::Build(often, {}), &lines);
  EXPECT_EQ(json::parse(lines.substr(
                0, lines.find('\n')))["attribute"]["over_correlating"],
            true);
  lines.clear();
  AppendCorrelationLines(result_, index_, &lines);
  EXPECT_EQ(lines.find("over_correlating"), std::string::npos);
}

TEST_F(ReportLinesTest, HostileTextStaysValidUtf8OnOneLine) {
  result_.source.member = "a\nb\xff\x1b[31m";
  std::string lines;
  AppendCorrelationLines(result_, index_, &lines);
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 2);
  EXPECT_EQ(json::parse(lines.substr(0, lines.find('\n')))["report"]["member"],
            "a\nb\xef\xbf\xbd\x1b[31m");
}

TEST_F(ReportLinesTest, EnrichmentIsWhatCuckooWouldHaveProduced) {
  const json events = json::parse(EnrichmentJson(result_, snapshot_));
  EXPECT_EQ(events,
            json::parse(R"([{"event_id":"7","date":"2024-05-06","url":"",
                "level":"2","info":"An event","iocs":["evil.example"]}])"));
}

TEST_F(ReportLinesTest, FieldsNameTheEventsThatKnowTheSample) {
  std::string line;
  AppendFieldsLine(result_, snapshot_, &line);
  EXPECT_EQ(json::parse(line)["known_events"], json::array());

  const std::string sha256(64, 'a');
  const Snapshot known = SnapshotOf({{"sha256", sha256}});
  result_.matches.observables[0].kind = IndicatorKind::kSha256;
  result_.matches.observables[0].value = sha256;
  result_.matches.matches = {{0, 0, MatchRule::kExact, 100}};
  line.clear();
  AppendFieldsLine(result_, known, &line);
  const json parsed = json::parse(line);
  ASSERT_EQ(parsed["known_events"].size(), 1u);
  EXPECT_EQ(parsed["known_events"][0]["id"], "7");
  EXPECT_EQ(parsed["matches"], 1);
  EXPECT_TRUE(parsed["domains"][0]["ip"].is_null());
  EXPECT_EQ(parsed["domains"][1]["ip"], "192.0.2.1");
}

TEST_F(ReportLinesTest, TheSummaryAddsUp) {
  Summary summary;
  summary.Add(result_, snapshot_);
  summary.Add(result_, snapshot_);
  ReportResult rejected;
  rejected.reject = Reject::kNotJson;
  rejected.bytes = 6;
  summary.Add(rejected, snapshot_);
  const json parsed = json::parse(summary.ToJson());
  EXPECT_EQ(parsed["reports"],
            json::parse(R"({"seen":3,"ok":2,"rejected":{"not_json":1}})"));
  EXPECT_EQ(parsed["bytes"], 2 * 1234 + 6);
  EXPECT_EQ(parsed["observables"], 18);
  EXPECT_EQ(parsed["matches"], 4);
  EXPECT_EQ(parsed["matches_by_kind"], json::parse(R"({"host":4})"));
  EXPECT_EQ(parsed["events_matched"], 1);
  for (const char* reason :
       {"warninglist", "blacklist", "not_ids", "special_use",
        "correlation_disabled", "sandbox"}) {
    EXPECT_EQ(parsed["suppressed"][reason], 0) << reason;
  }
  EXPECT_EQ(parsed["over_correlating"], json::array());
}

TEST_F(ReportLinesTest, TheSummaryNamesWhatMatchesInManyReports) {
  Summary summary;
  result_.matches.own_traffic = 2;
  const auto see = [&](IndicatorKind kind, const std::string& value, int n) {
    result_.matches.observables[0].kind = kind;
    result_.matches.observables[0].value = value;
    for (int i = 0; i < n; ++i) summary.Add(result_, snapshot_);
  };
  see(IndicatorKind::kHost, "b.example", 11);
  see(IndicatorKind::kHost, "a.example", 11);
  see(IndicatorKind::kFilename, "a.example", 10);
  see(IndicatorKind::kIp, "203.0.113.7", 30);
  see(IndicatorKind::kIp, "203.0.113.8", 9);
  ReportResult other;
  for (int i = 0; i < 29; ++i) summary.Add(other, snapshot_);
  other.reject = Reject::kNotJson;
  summary.Add(other, snapshot_);
  ASSERT_EQ(summary.reports_ok, 100u);
  json parsed = json::parse(summary.ToJson());
  EXPECT_EQ(parsed["suppressed"]["sandbox"], 71 * 2);
  // Most reports first; ten of a hundred are not more than 10 %.
  EXPECT_EQ(parsed["over_correlating"],
            json::parse(R"([{"kind":"ip","value":"203.0.113.7","reports":30},
                {"kind":"host","value":"a.example","reports":11},
                {"kind":"host","value":"b.example","reports":11}])"));
  summary.common_share_percent = 0;
  parsed = json::parse(summary.ToJson());
  EXPECT_EQ(parsed["over_correlating"].size(), 4u);
  summary.common_share_percent = 30;
  parsed = json::parse(summary.ToJson());
  EXPECT_TRUE(parsed["over_correlating"].empty());
}

TEST(SuppressedLineTest, SaysByWhatAndWhatItIs) {
  Warninglist first;
  first.name = "Quiet hosts";
  first.type = WarninglistType::kHostname;
  first.entries = {"quiet.example"};
  Warninglist second = first;
  second.name = "Quiet hosts, again";
  Warninglist informs = first;
  informs.name = "Known hosts";
  informs.category = "known";
  const Snapshot snapshot =
      SnapshotOf({{"domain|ip", "quiet.example|192.0.2.1"},
                  {"domain", "b.example", false}},
                 {first, informs, second});
  IndexSettings settings;
  settings.most_suppressed = 5;
  const Index index = Index::Build(snapshot, settings);
  ASSERT_EQ(index.suppressed().size(), 2u);
  const std::vector<std::string_view> lists =
      SuppressingWarninglists(index.suppressed()[0], index);
  EXPECT_EQ(lists, (std::vector<std::string_view>{"Quiet hosts",
                                                  "Quiet hosts, again"}));
  EXPECT_TRUE(SuppressingWarninglists(index.suppressed()[1], index).empty());
  std::string text;
  AppendSuppressedLine(index.suppressed()[0], lists, snapshot, &text);
  ASSERT_EQ(text.back(), '\n');
  const json line = json::parse(text);
  EXPECT_EQ(line["reasons"], json::parse(R"(["warninglist"])"));
  EXPECT_EQ(line["kinds"], json::parse(R"(["host"])"));
  EXPECT_EQ(line["whole"], false);
  EXPECT_EQ(line["warninglists"],
            json::parse(R"(["Quiet hosts","Quiet hosts, again"])"));
  EXPECT_EQ(line["attribute"]["uuid"],
            PlantedUuid("domain|ip", "quiet.example|192.0.2.1"));
  EXPECT_EQ(line["attribute"]["value"], "quiet.example|192.0.2.1");
  EXPECT_EQ(line["event"]["info"], "An event");
  text.clear();
  AppendSuppressedLine(index.suppressed()[1], {}, snapshot, &text);
  EXPECT_EQ(json::parse(text)["reasons"], json::parse(R"(["not_ids"])"));
  EXPECT_EQ(json::parse(text)["whole"], true);
  EXPECT_TRUE(json::parse(text)["warninglists"].empty());
}

}  // namespace
}  // namespace mispsift
