#include "mispsift/sink/triage_page.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "tests/support/snapshots.h"

namespace mispsift {
namespace {

using nlohmann::json;

// Cells of the rows, as src/sink/triage_page.cc lists them.
constexpr size_t kReportMatches = 14;
constexpr size_t kReportBest = 15;
constexpr size_t kEventUrl = 7;
constexpr size_t kEventMatches = 8;
constexpr size_t kMatchValue = 4;
constexpr size_t kMatchConfidence = 9;

// A report in which values "v<number>" match attribute 0, one each, with these
// confidences.
ReportResult Report(int number, const std::vector<uint8_t>& confidences) {
  ReportResult result;
  result.id = fmt::format("{:032x}", number);
  result.source = {"archive.tar", fmt::format("{}.json", number)};
  result.facts.started = fmt::format("2024-01-{:02}T03:04:05", number % 28 + 1);
  for (const uint8_t confidence : confidences) {
    Observable observable;
    observable.kind = IndicatorKind::kHost;
    observable.value =
        fmt::format("v{}.{}", number, result.matches.observables.size());
    observable.paths = {"$.network"};
    observable.count = 1;
    result.matches.matches.push_back(
        {static_cast<uint32_t>(result.matches.observables.size()), 0,
         MatchRule::kExact, confidence});
    result.matches.observables.push_back(observable);
  }
  return result;
}

class TriagePageTest : public testing::Test {
 protected:
  TriagePageTest() : snapshot_(SnapshotOf({{"domain", "evil.example"}})) {}

  // The page of these reports.
  static std::string Html(const Snapshot& snapshot,
                          const TriagePage::Limits& limits,
                          const std::vector<ReportResult>& reports) {
    IndexSettings settings;
    settings.most_suppressed = 100;
    const Index index = Index::Build(snapshot, settings);
    const SnapshotRecords records(index);
    TriagePage page(&records, limits);
    for (const SuppressedAttribute& suppressed : index.suppressed()) {
      page.AddSuppressed(suppressed,
                         SuppressingWarninglists(suppressed, index));
    }
    Summary summary;
    for (const ReportResult& report : reports) {
      summary.Add(report, snapshot);
      page.Add({1, summary.reports_seen}, report);
    }
    std::string html;
    EXPECT_TRUE(page.Write(summary,
                           [&html](std::string_view piece) {
                             html += piece;
                             return absl::OkStatus();
                           })
                    .ok());
    return html;
  }

  static json Data(const std::string& html) {
    constexpr std::string_view kOpen =
        R"(<script type="application/json" id="data">)";
    const size_t begin = html.find(kOpen) + kOpen.size();
    return json::parse(
        html.substr(begin, html.find("</script>", begin) - begin));
  }
  json DataOf(const TriagePage::Limits& limits,
              const std::vector<ReportResult>& reports) const {
    return Data(Html(snapshot_, limits, reports));
  }

  Snapshot snapshot_;
};

TEST_F(TriagePageTest, SaysWhatWasFound) {
  ReportResult clean = Report(2, {});
  ReportResult rejected = Report(3, {});
  rejected.reject = Reject::kTruncated;
  rejected.detail = "ends at byte 5";
  const json data =
      DataOf({}, {Report(1, {100, 40}), clean, rejected, Report(4, {60})});
  EXPECT_EQ(data["totals"]["seen"], 4);
  EXPECT_EQ(data["totals"]["ok"], 3);
  EXPECT_EQ(data["totals"]["matched"], 2);
  EXPECT_EQ(data["totals"]["matched_high"], 1);
  EXPECT_EQ(data["totals"]["high"], 1);
  EXPECT_EQ(data["totals"]["medium"], 1);
  EXPECT_EQ(data["totals"]["low"], 1);
  EXPECT_EQ(data["kinds"], json::parse(R"([["host",3,1]])"));
  EXPECT_EQ(data["confidences"], json::parse("[[40,1],[60,1],[100,1]]"));
  EXPECT_EQ(data["days"],
            json::parse(R"([["2024-01-02",1,0,1],["2024-01-05",0,1,0]])"));
  ASSERT_EQ(data["reports"].size(), 3);
  EXPECT_EQ(data["reports"][0][0], Report(1, {}).id);
  EXPECT_EQ(data["reports"][0][kReportMatches], 2);
  EXPECT_EQ(data["reports"][0][kReportBest], 100);
  EXPECT_EQ(data["reports"][2][0], clean.id);
  EXPECT_EQ(
      data["matches"][0],
      json::parse(R"([0,0,[],"host","v1.0",[],["$.network"],1,"exact",100])"));
  EXPECT_EQ(data["matches"][2][0], 1);
  EXPECT_EQ(data["attributes"][0][3], "evil.example");
  EXPECT_EQ(data["events"][0][kEventMatches], 3);
  EXPECT_TRUE(data["events"][0][kEventUrl].is_null());
  EXPECT_EQ(data["rejects"][0][0], "truncated");
  EXPECT_EQ(data["rejected"],
            json::parse(R"([["archive.tar","3.json","truncated",
                            "ends at byte 5",0]])"));
}

TEST_F(TriagePageTest, KeepsTheSurestMatchesAndCountsAll) {
  TriagePage::Limits limits;
  limits.matches = 3;
  const json data = DataOf(
      limits, {Report(1, {40}), Report(2, {60, 100}), Report(3, {60, 80})});
  ASSERT_EQ(data["matches"].size(), 3);
  EXPECT_EQ(data["matches"][0][kMatchValue], "v2.0");  // 60, and came first
  EXPECT_EQ(data["matches"][1][kMatchValue], "v2.1");
  EXPECT_EQ(data["matches"][2][kMatchValue], "v3.1");
  // A report whose matches are all left out is not listed.
  ASSERT_EQ(data["reports"].size(), 2);
  EXPECT_EQ(data["reports"][0][kReportMatches], 2);
  EXPECT_EQ(data["totals"]["matches"], 5);
  EXPECT_EQ(data["events"][0][kEventMatches], 5);
}

// Events of most reports first, then of most matches.
TEST_F(TriagePageTest, NamesTheTopEvents) {
  Snapshot::Builder builder;
  builder.AddSource("attributes", "test");
  builder.BeginInput();
  for (int i = 0; i < 4; ++i) {
    EventContext event;
    event.uuid = UuidV5(kMispsiftNamespace, fmt::format("event {}", i));
    event.info = fmt::format("event {}", i);
    Attribute attribute;
    attribute.uuid = UuidV5(kMispsiftNamespace, fmt::format("{}", i));
    attribute.type = "domain";
    attribute.value = fmt::format("e{}.example", i);
    builder.Add(attribute, builder.AddEvent(event));
  }
  builder.CommitInput();
  const Snapshot snapshot = std::move(builder).Build("", "");
  const auto event_of = [&](uint32_t row) {
    return std::string(snapshot.event_of(snapshot.attribute(row)).info);
  };
  const Index index = Index::Build(snapshot, {});
  const SnapshotRecords records(index);
  TriagePage page(&records);
  // Attribute 1 in two reports, 0 three times in one, 2 once in one.
  const std::vector<std::vector<uint32_t>> reports = {{1, 0, 0, 0}, {1}, {2}};
  for (size_t i = 0; i < reports.size(); ++i) {
    ReportResult report = Report(static_cast<int>(i),
                                 std::vector<uint8_t>(reports[i].size(), 90));
    for (size_t m = 0; m < reports[i].size(); ++m) {
      report.matches.matches[m].attribute = reports[i][m];
    }
    page.Add({i, 0}, report);
  }
  const auto top = page.TopEvents(10);
  ASSERT_EQ(top.size(), 3u);
  EXPECT_EQ(top[0].info, event_of(1));
  EXPECT_EQ(top[0].reports, 2u);
  EXPECT_EQ(top[1].info, event_of(0));
  EXPECT_EQ(top[1].reports, 1u);
  EXPECT_EQ(top[2].info, event_of(2));
  EXPECT_EQ(page.TopEvents(1).size(), 1u);
  EXPECT_EQ(TriagePage(&records).TopEvents(5).size(), 0u);
}

TEST_F(TriagePageTest, OneReportDoesNotFillThePage) {
  TriagePage::Limits limits;
  limits.matches = 4;
  limits.matches_of_a_report = 2;
  const json data = DataOf(
      limits, {Report(1, {100, 100, 100, 100, 100}), Report(2, {50, 90})});
  ASSERT_EQ(data["matches"].size(), 4);
  EXPECT_EQ(data["matches"][2][kMatchConfidence], 50);
  EXPECT_EQ(data["reports"][0][kReportMatches], 5);
}

TEST_F(TriagePageTest, BytesAreBounded) {
  ReportResult large = Report(1, {100, 90});
  large.matches.observables[0].value = std::string(100'000, 'x');
  const json data = DataOf({}, {large});
  EXPECT_LE(data["matches"][0][kMatchValue].get<std::string>().size(), 400);

  TriagePage::Limits limits;
  limits.bytes = 10'000;
  std::vector<ReportResult> reports;
  for (int i = 0; i < 100; ++i) {
    reports.push_back(Report(i, {static_cast<uint8_t>(i)}));
  }
  const json few = DataOf(limits, reports);
  EXPECT_GT(few["matches"].size(), 5);
  EXPECT_LE(few["matches"].dump().size() + few["reports"].dump().size(),
            limits.bytes + 1'000);
  EXPECT_EQ(few["matches"].back()[kMatchConfidence], 99);
  EXPECT_EQ(few["totals"]["matches"], 100);
}

TEST_F(TriagePageTest, ListsAreBoundedAndCountsAreNot) {
  TriagePage::Limits limits;
  limits.reports_without = 2;
  limits.rejected = 1;
  limits.days = 2;
  std::vector<ReportResult> reports;
  for (int i = 0; i < 5; ++i) {
    reports.push_back(Report(i, {}));
    reports.push_back(Report(i, {}));
    reports.back().reject = Reject::kEmpty;
    reports.push_back(Report(i, {100}));
  }
  const json data = DataOf(limits, reports);
  EXPECT_EQ(data["reports"].size(), 5 + 2);
  EXPECT_EQ(data["rejected"].size(), 1);
  EXPECT_EQ(data["rejects"][0][1], 5);
  // What is before the days that are counted one by one has no day.
  EXPECT_EQ(data["days"], json::parse(R"([["",3,0,0],["2024-01-04",1,0,0],
                            ["2024-01-05",1,0,0]])"));
}

TEST_F(TriagePageTest, IsTheSameInWhateverOrderReportsAreAdded) {
  TriagePage::Limits limits;
  limits.bytes = 5'000;
  limits.reports_without = 3;
  limits.rejected = 3;
  limits.days = 4;
  std::vector<ReportResult> reports;
  for (int i = 0; i < 60; ++i) {
    const auto confidence = static_cast<uint8_t>(40 + i * 37 % 60);
    reports.push_back(i % 3 == 0 ? Report(i, {}) : Report(i, {confidence, 50}));
    // Of unlike sizes: what was dropped for a large one leaves room.
    reports.back().facts.target.name = std::string(i * 7 % 5 * 80, 'x');
    if (i % 6 == 0) reports.back().reject = Reject::kEmpty;
  }
  const Index index = Index::Build(snapshot_, {});
  const SnapshotRecords records(index);
  const auto html = [&](size_t step) {
    TriagePage page(&records, limits);
    for (size_t i = 0; i < reports.size(); ++i) {
      const size_t at = i * step % reports.size();
      page.Add({at / 7, at % 7}, reports[at]);
    }
    std::string text;
    EXPECT_TRUE(page.Write({},
                           [&text](std::string_view piece) {
                             text += piece;
                             return absl::OkStatus();
                           })
                    .ok());
    return text;
  };
  const std::string in_order = html(1);
  EXPECT_EQ(Data(in_order)["rejected"][0][1], "0.json");
  for (const size_t step : {59, 7, 13, 37}) {
    EXPECT_EQ(html(step), in_order) << step;
  }
}

TEST_F(TriagePageTest, ListsWhatIsSuppressedAndByWhat) {
  Warninglist quiet;
  quiet.name = "</script>";
  quiet.type = WarninglistType::kHostname;
  quiet.entries = {"quiet.example"};
  const std::string longest(2'000, 'a');
  const Snapshot snapshot =
      SnapshotOf({{"domain", "evil.example"},
                  {"domain|ip", "quiet.example|192.0.2.1"},
                  {"mutex", longest, false}},
                 {quiet});
  const json kept_out = Data(Html(snapshot, {}, {}))["kept_out"];
  ASSERT_EQ(kept_out.size(), 2);
  json expected = json::parse(R"(["quiet.example|192.0.2.1","domain|ip","Other",
      ["warninglist"],["host"],false,["</script>"],"",0,"An event",
      "2024-05-06","Example",null])");
  expected[7] = PlantedUuid("domain|ip", "quiet.example|192.0.2.1");
  EXPECT_EQ(kept_out[0], expected);
  EXPECT_EQ(kept_out[1][3], json::parse(R"(["not_ids"])"));
  EXPECT_EQ(kept_out[1][5], true);
  EXPECT_LT(kept_out[1][0].get<std::string>().size(), 500);
  TriagePage::Limits limits;
  limits.suppressed_bytes = 1;
  EXPECT_EQ(Data(Html(snapshot, limits, {}))["kept_out"].size(), 1);
}

TEST_F(TriagePageTest, WhatIsNoDateHasNoDay) {
  ReportResult odd = Report(1, {100});
  odd.facts.started = "2024-1-2";
  ReportResult none = Report(2, {100});
  none.facts.started = "";
  EXPECT_EQ(DataOf({}, {odd, none})["days"], json::parse(R"([["",2,0,0]])"));
}

TEST_F(TriagePageTest, LinksTheServerThatAnEventIsFrom) {
  Snapshot::Builder builder;
  builder.AddSource("feed", "https://feed.example");
  builder.AddSource("misp", "https://misp.example/");
  builder.BeginInput();
  EventContext context;
  context.info = "An event";
  ASSERT_TRUE(ParseUuid("22222222-2222-4222-8222-222222222222", &context.uuid));
  Attribute attribute;
  attribute.type = "domain";
  attribute.value = "evil.example";
  attribute.to_ids = true;
  builder.Add(attribute, builder.AddEvent(context));
  builder.CommitInput();
  const Snapshot snapshot = std::move(builder).Build("", "");
  EXPECT_EQ(
      Data(Html(snapshot, {}, {Report(1, {100})}))["events"][0][kEventUrl],
      "https://misp.example/events/view/"
      "22222222-2222-4222-8222-222222222222");
}

TEST_F(TriagePageTest, WhatAReportSaysStaysInItsString) {
  ReportResult hostile = Report(1, {100});
  hostile.facts.target.name = "</script><script>alert(1)</script><!--";
  hostile.matches.observables[0].value = hostile.facts.target.name;
  hostile.source.member = "<img src=x>\xFF\xE2\x80\xA8";
  const std::string plain = Html(snapshot_, {}, {Report(1, {100})});
  const std::string html = Html(snapshot_, {}, {hostile});
  for (const char* mark : {"<script", "</script", "<!--", "<img"}) {
    const auto count = [mark](std::string_view text) {
      size_t n = 0;
      for (size_t at = 0; (at = text.find(mark, at)) != text.npos; ++at) ++n;
      return n;
    };
    EXPECT_EQ(count(html), count(plain)) << mark;
  }
  const json data = Data(html);
  EXPECT_EQ(data["matches"][0][kMatchValue], hostile.facts.target.name);
  EXPECT_EQ(data["reports"][0][2], "<img src=x>\xEF\xBF\xBD\xE2\x80\xA8");
}

TEST_F(TriagePageTest, ThePolicyAllowsNothingInlineOrRemote) {
  const std::string html = Html(snapshot_, {}, {});
  const size_t begin = html.find("Content-Security-Policy");
  const std::string policy = html.substr(begin, html.find('>', begin) - begin);
  EXPECT_NE(policy.find("default-src 'none'"), std::string::npos);
  EXPECT_NE(policy.find("script-src 'sha256-"), std::string::npos);
  EXPECT_NE(policy.find("style-src 'sha256-"), std::string::npos);
  EXPECT_EQ(policy.find("unsafe"), std::string::npos);
  EXPECT_EQ(policy.find("http:"), std::string::npos);
  EXPECT_EQ(policy.find("https:"), std::string::npos);
}

// The slow way: all matches of a report cut to the most that a report may
// have, sorted, the first `limits.matches` of them.
RC_GTEST_PROP(TriagePagePropertyTest, KeepsWhatSortingAllWouldKeep, ()) {
  const Snapshot snapshot = SnapshotOf({{"domain", "evil.example"}});
  TriagePage::Limits limits;
  limits.matches = *rc::gen::inRange<size_t>(0, 12);
  limits.matches_of_a_report = *rc::gen::inRange<size_t>(1, 5);
  std::vector<ReportResult> reports;
  struct Row {
    int confidence;
    size_t report;
    std::string value;
  };
  std::vector<Row> rows;
  for (size_t i = 0; i < 8; ++i) {
    reports.push_back(
        Report(static_cast<int>(i), *rc::gen::container<std::vector<uint8_t>>(
                                        rc::gen::inRange<uint8_t>(90, 101))));
    std::vector<Row> own;
    for (const Match& match : reports.back().matches.matches) {
      own.push_back(
          {match.confidence, i,
           reports.back().matches.observables[match.observable].value});
    }
    std::stable_sort(own.begin(), own.end(), [](const Row& a, const Row& b) {
      return a.confidence > b.confidence;
    });
    own.resize(std::min(own.size(), limits.matches_of_a_report));
    rows.insert(rows.end(), own.begin(), own.end());
  }
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return a.confidence > b.confidence;
  });
  rows.resize(std::min(rows.size(), limits.matches));
  std::vector<std::string> expected;
  for (const Row& row : rows) expected.push_back(row.value);
  std::sort(expected.begin(), expected.end());

  const Index index = Index::Build(snapshot, {});
  const SnapshotRecords records(index);
  TriagePage page(&records, limits);
  Summary summary;
  std::vector<size_t> order(reports.size());
  std::iota(order.begin(), order.end(), 0);
  if (*rc::gen::arbitrary<bool>()) std::reverse(order.begin(), order.end());
  for (const size_t i : order) page.Add({i, 0}, reports[i]);
  std::string html;
  RC_ASSERT(page.Write(summary,
                       [&html](std::string_view piece) {
                         html += piece;
                         return absl::OkStatus();
                       })
                .ok());
  constexpr std::string_view kOpen =
      R"(<script type="application/json" id="data">)";
  const size_t begin = html.find(kOpen) + kOpen.size();
  const json data =
      json::parse(html.substr(begin, html.find("</script>", begin) - begin));
  std::vector<std::string> kept;
  for (const json& match : data["matches"]) kept.push_back(match[kMatchValue]);
  std::sort(kept.begin(), kept.end());
  RC_ASSERT(kept == expected);
}

}  // namespace
}  // namespace mispsift
