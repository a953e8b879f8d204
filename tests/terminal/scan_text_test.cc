#include "tools/terminal/scan_text.h"

#include <gtest/gtest.h>

#include <sstream>

#include "mispsift/base/printable.h"

namespace mispsift {
namespace {

size_t Index(IndicatorKind kind) { return static_cast<size_t>(kind); }

Summary SomeSummary() {
  Summary summary;
  summary.reports_seen = 12'345;
  summary.reports_ok = 12'300;
  summary.rejects.Add(Reject::kNotJson);
  for (int i = 0; i < 44; ++i) summary.rejects.Add(Reject::kTruncated);
  summary.skipped = 7;
  summary.bytes = 5'612'345'678;
  summary.matches = 4'321;
  summary.reports_matched = 1'210;
  summary.matches_by_kind[Index(IndicatorKind::kMd5)] = 320;
  summary.matches_by_kind[Index(IndicatorKind::kHost)] = 4'000;
  summary.matches_by_kind[Index(IndicatorKind::kX509Fingerprint)] = 1;
  for (uint32_t i = 0; i < 17; ++i) summary.events_matched.insert(i);
  summary.top_events = {
      {"Brass Lantern: the loader", "2024-01-08", "Example ISAC", 1'200},
      {"An event that says very much of what it is about and then some more",
       "2024-01-09", "An organisation of many words", 9},
      {"Short", "", "", 1}};
  summary.suppressed[static_cast<size_t>(Suppression::kNotIds)] = 57;
  summary.suppressed[static_cast<size_t>(Suppression::kWarninglist)] = 1'012;
  summary.own_traffic = 3;
  summary.reports_by_value[{IndicatorKind::kHost, "ocsp.example.com"}] = 9'000;
  summary.reports_by_value[{IndicatorKind::kMutex, "Local\\ZonesCounter"}] =
      8'000;
  summary.seconds = 123.4;
  summary.threads = 2;
  return summary;
}

TEST(ScanTextTest, ASummaryForAPerson) {
  EXPECT_EQ(
      ScanText(SomeSummary(), {"results", true, {.csv = true}}, {}),
      R"(mispsift: 12,345 reports, 5.6 GB in 2 min 3 s: 100 reports/s, 45.5 MB/s

Reports
    12,300  read, 1,210 with matches
        45  rejected, each named in reports.jsonl
              44  truncated
               1  not_json
         7  other files, passed by

Matches
     4,000  host              ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
       320  md5               ━━━
         1  x509-fingerprint  ━
     4,321  in all, with 17 events

Events, by the reports that match
     1,200  Brass Lantern: the loader               2024-01-08  Example ISAC
         9  An event that says very much of what …  2024-01-09  An organisation…
         1  Short
            and 14 more

Suppressed
     1,012  warninglist (attributes)
        57  not_ids (attributes)
         3  sandbox (matches of its own addresses)

Values in more than 10 % of the reports
     9,000  host              ocsp.example.com
     8,000  mutex             Local\ZonesCounter

Files
  index.html                all of this and more, to look through
  correlations.jsonl        every match, and where it stands
  correlations.csv          the same for a spreadsheet
  reports.jsonl             what became of every input
  fields.jsonl              what submit makes events of
  suppressed.jsonl          what was not looked for, and why
  enrichment/               matches by report, as Cuckoo shows them
  summary.json              the totals

Open results/index.html
)");
}

TEST(ScanTextTest, WhatWasMergedIsOfShards) {
  Summary summary = SomeSummary();
  const std::string scanned = ScanText(summary, {"results"}, {});
  summary.merged = MergeRecord{.shards = 4};
  const std::string merged = ScanText(summary, {"results"}, {});
  EXPECT_EQ(merged.substr(0, merged.find('\n')),
            "mispsift: 12,345 reports, 5.6 GB from 4 shards, which took 2 min "
            "3 s in all");
  // All else is as of a scan.
  EXPECT_EQ(merged.substr(merged.find('\n')),
            scanned.substr(scanned.find('\n')));
  EXPECT_EQ(ScanSentence(summary, "results"),
            "results: 4 shards, 12345 reports (45 rejected, 7 other files), "
            "5612.3 MB in 123.4 s; 4321 matches in 1210 reports with 17 "
            "events");
}

TEST(ScanTextTest, NothingFoundIsShort) {
  Summary summary;
  summary.reports_seen = 1;
  summary.reports_ok = 1;
  summary.bytes = 512;
  summary.seconds = 0.25;
  EXPECT_EQ(ScanText(summary, {"r/", false, {.ecs = true}}, {}),
            R"(mispsift: 1 report, 512 B in 0.2 s: 4.0 reports/s, 2.0 kB/s

Reports
         1  read, 0 with matches

Matches
         0  in all

Files
  index.html                all of this and more, to look through
  correlations.jsonl        every match, and where it stands
  correlations.ecs.ndjson   the same for Elasticsearch
  reports.jsonl             what became of every input
  suppressed.jsonl          what was not looked for, and why
  enrichment/               matches by report, as Cuckoo shows them
  summary.json              the totals

Open r/index.html
)");
}

TEST(ScanTextTest, ManyKindsAndValuesAreCutWithACount) {
  Summary summary = SomeSummary();
  for (size_t i = 0; i < summary.matches_by_kind.size(); ++i) {
    summary.matches_by_kind[i] = i + 1;
  }
  for (int i = 0; i < 20; ++i) {
    summary
        .reports_by_value[{IndicatorKind::kHost, "host" + std::to_string(i)}] =
        5'000;
  }
  const std::string text = ScanText(summary, {"r"}, {});
  // 36 kinds: the 26 smallest have 1 + 2 + ... + 26 matches.
  EXPECT_NE(text.find("\n       351  of 26 other kinds\n"), text.npos) << text;
  EXPECT_NE(text.find("and 17 more, in summary.json"), text.npos) << text;
}

TEST(ScanTextTest, NoLineIsWiderThanTheTerminal) {
  Summary summary = SomeSummary();
  summary.top_events[0].info = std::string(500, 'x');
  summary.top_events[1].info.clear();
  for (int i = 0; i < 100; ++i) {
    // Two columns each.
    summary.top_events[1].info += "\xE6\xBC\xA2";
    summary.top_events[1].org += "\xE6\xBC\xA2";
  }
  summary.reports_by_value[{IndicatorKind::kUrl, std::string(900, 'u')}] =
      12'000;
  for (const size_t columns : {20, 40, 60, 79, 80, 81, 200}) {
    std::istringstream lines(
        ScanText(summary, {"r"}, {.columns = columns, .color = false}));
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(DisplayWidth(line), columns) << line;
    }
  }
}

TEST(ScanTextTest, WhatOthersSayIsEscaped) {
  Summary summary = SomeSummary();
  const std::string hostile = "a\x1b]0;owned\x07\nb\r\xE2\x80\xAE\xC2\x9B\xFF";
  summary.top_events[0].info = hostile;
  summary.top_events[0].date = "\x1b[2J";
  summary.top_events[0].org = hostile;
  summary.reports_by_value[{IndicatorKind::kHost, hostile}] = 12'000;
  const std::string text = ScanText(summary, {"out\x1b[31m"}, {.columns = 300});
  EXPECT_EQ(text.find('\x1b'), text.npos);
  EXPECT_NE(text.find("a\\x1b]0;owned\\x07\\x0ab\\x0d\\u{202e}\\x9b"),
            text.npos);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_EQ(Printable(line), line);
  }
  const std::string tame = ScanText(SomeSummary(), {"out"}, {.columns = 300});
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'),
            std::count(tame.begin(), tame.end(), '\n') + 1);
}

TEST(ScanTextTest, ColorsAndUnicodeAreWhatTheTerminalTakes) {
  const Summary summary = SomeSummary();
  const ScanFiles files{"results"};
  const std::string plain = ScanText(summary, files, {});
  std::string colored = ScanText(summary, files, {.color = true});
  EXPECT_NE(colored, plain);
  EXPECT_NE(colored.find("\x1b[1mReports\x1b[0m\n"), colored.npos);
  for (size_t at; (at = colored.find('\x1b')) != colored.npos;) {
    colored.erase(at, colored.find('m', at) + 1 - at);
  }
  EXPECT_EQ(colored, plain);

  const std::string ascii = ScanText(summary, files, {.unicode = false});
  EXPECT_TRUE(std::all_of(ascii.begin(), ascii.end(), [](char c) {
    return c == '\n' || (c >= ' ' && c < 127);
  }));
  EXPECT_NE(ascii.find("  host              ====="), ascii.npos);
}

TEST(ScanTextTest, ASentenceForALog) {
  EXPECT_EQ(ScanSentence(SomeSummary(), "results"),
            "results: 12345 reports (45 rejected, 7 other files), 5612.3 MB in "
            "123.4 s; 4321 matches in 1210 reports with 17 events");
}

}  // namespace
}  // namespace mispsift
