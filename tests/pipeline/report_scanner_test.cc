#include "src/pipeline/report_scanner.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "mispsift/base/gzip.h"
#include "mispsift/sink/report_lines.h"
#include "tests/support/run_on_threads.h"
#include "tests/support/scan_all.h"
#include "tests/support/slow_report_facts.h"
#include "tests/support/snapshots.h"
#include "tests/support/temp_folder.h"

namespace mispsift {
namespace {

using ::testing::HasSubstr;

constexpr char kReport[] =
    R"({"info":{"id":7},"network":{"hosts":["203.0.113.7"]}})";

CandidateFilter FilterOf(const Indicator& indicator) {
  CandidateFilter::Builder builder;
  builder.Add(indicator);
  return std::move(builder).Build();
}

class ReportScannerTest : public testing::Test {
 protected:
  ReportScannerTest()
      : snapshot_(SnapshotOf({{"ip-dst", "203.0.113.7"}})),
        index_(Index::Build(snapshot_, {})),
        scanner_(&index_, {.limits = limits_}) {}

  AllScanned Scan(const std::string& bytes, bool listed = true,
                  const std::string& member = "m") {
    ReportCandidate candidate;
    candidate.source = {"s", member};
    candidate.listed = listed;
    candidate.bytes.Assign(bytes);
    return ScanAll(&scanner_, candidate);
  }

  ArchiveLimits limits_;
  Snapshot snapshot_;
  Index index_;
  ReportScanner scanner_;
};

TEST_F(ReportScannerTest, EveryRejectOfADocumentHasItsReason) {
  const std::pair<std::string, Reject> cases[] = {
      {"", Reject::kEmpty},
      {" \n", Reject::kEmpty},
      {"no json", Reject::kNotJson},
      {std::string(kReport) + ",", Reject::kNone},
      {"{\"a\":\"\xff\",}", Reject::kNotJson},
      {std::string(kReport).substr(0, 40), Reject::kTruncated},
      {"{\"a\":\"\xff\"", Reject::kTruncated},
      {"{\"a\":\"\xff\"}", Reject::kNotAReport},
      {std::string("{\0\"\0", 4), Reject::kNotUtf8},
      {std::string(2000, '[') + std::string(2000, ']'), Reject::kTooDeep},
      {"{\"a\":1}", Reject::kNotAReport},
      {"[1]", Reject::kNotAReport},
  };
  for (const auto& [bytes, reject] : cases) {
    const AllScanned scanned = Scan(bytes);
    ASSERT_EQ(scanned.results.size(), 1u) << bytes.substr(0, 60);
    EXPECT_EQ(RejectName(scanned.results[0].reject), RejectName(reject))
        << bytes.substr(0, 60);
    EXPECT_EQ(scanned.results[0].matches.matches.empty(),
              reject != Reject::kNone);
  }
}

TEST_F(ReportScannerTest, WhatNobodyNamedAndIsNoReportIsSkipped) {
  for (const char* bytes : {"{\"a\":1}", "{\\rtf1}", "{\"a\":\"\xff\"}"}) {
    const AllScanned scanned = Scan(bytes, false);
    EXPECT_TRUE(scanned.results.empty()) << bytes;
    EXPECT_EQ(scanned.skipped, 1u) << bytes;
  }
  // A report is one whatever its name, and one that was cut short might be.
  EXPECT_EQ(Scan(kReport, false).results.size(), 1u);
  EXPECT_EQ(Scan("{\"info\":{", false).results.size(), 1u);
}

TEST_F(ReportScannerTest, ADocumentALineIsAReportALine) {
  const std::string report = kReport;
  const AllScanned scanned =
      Scan(report + "\n\n{\"broken\n" + report + "\r\n{\"a\":1}\n" + report);
  ASSERT_EQ(scanned.results.size(), 5u);
  const std::pair<const char*, Reject> expected[] = {
      {"m:1", Reject::kNone}, {"m:3", Reject::kTruncated},
      {"m:4", Reject::kNone}, {"m:5", Reject::kNotAReport},
      {"m:6", Reject::kNone},
  };
  for (size_t i = 0; i < scanned.results.size(); ++i) {
    EXPECT_EQ(scanned.results[i].source.member, expected[i].first);
    EXPECT_EQ(scanned.results[i].reject, expected[i].second) << i;
    EXPECT_EQ(scanned.results[i].matches.matches.size(),
              expected[i].second == Reject::kNone ? 1u : 0u);
  }
  // A document over several lines is one document.
  EXPECT_EQ(Scan("{\"info\":{},\n\"network\":{}}\n").results.size(), 1u);
}

TEST_F(ReportScannerTest, WhatIsMendedNestsAsDeepAsTheRest) {
  const auto odd = [](size_t levels) {
    return "{\"info\":{},\"network\":{},\"x\":\"\x01\",\"y\":" +
           std::string(levels - 1, '[') + std::string(levels - 1, ']') + "}";
  };
  for (const size_t most : {size_t{3}, size_t{512}, size_t{600}}) {
    ReportScanner scanner(&index_, {.max_json_nesting = most});
    for (const size_t levels : {most, most + 1}) {
      ReportCandidate candidate;
      candidate.listed = true;
      candidate.bytes.Assign(odd(levels));
      const AllScanned scanned = ScanAll(&scanner, candidate);
      ASSERT_EQ(scanned.results.size(), 1u);
      EXPECT_EQ(RejectName(scanned.results[0].reject),
                levels > most ? "too_deep" : "none");
    }
  }
}

TEST_F(ReportScannerTest, ALineMayBeginWithAByteOrderMarkAndBeOdd) {
  const std::string report = kReport;
  const AllScanned scanned =
      Scan("\xEF\xBB\xBF" + report + "\n{\"broken\n" + report + "\x01\n");
  ASSERT_EQ(scanned.results.size(), 3u);
  EXPECT_EQ(scanned.results[0].oddities[Oddity::kByteOrderMark].count, 1u);
  EXPECT_EQ(scanned.results[1].reject, Reject::kTruncated);
  EXPECT_EQ(scanned.results[2].source.member, "m:3");
  EXPECT_EQ(scanned.results[2].matches.matches.size(), 1u);
  // In the line, which is what has a name.
  const Oddities::Met garbage =
      scanned.results[2].oddities[Oddity::kTrailingGarbage];
  EXPECT_EQ(garbage.count, 1u);
  EXPECT_EQ(garbage.first_byte, report.size());
}

TEST_F(ReportScannerTest, OneDocumentBehindAnotherIsAReportOfItsOwn) {
  const std::string report =
      "{\"info\":{\"id\":7},\n\"network\":{\"hosts\":"
      "[\"203.0.113.7\"]}}";
  const std::string odd = "{\"x\":\"\xff\",\"info\":{},\"network\":{}}";
  const std::string bytes = report + "\n" + odd + report + "{\"a\":1}" +
                            report + "{\"broken\":}" + report;
  for (const bool listed : {false, true}) {
    const AllScanned scanned = Scan(bytes, listed);
    std::vector<std::string> members;
    uint64_t size = 0;
    for (const ReportResult& result : scanned.results) {
      members.push_back(result.source.member + " " +
                        std::string(RejectName(result.reject)));
      size += result.bytes;
      EXPECT_EQ(result.matches.matches.size(),
                result.reject == Reject::kNone && result.source.member != "m:2"
                    ? 1u
                    : 0u);
    }
    const std::vector<std::string> expected =
        listed ? std::vector<std::string>{"m:1 none", "m:2 none",
                                          "m:3 none", "m:4 not_a_report",
                                          "m:5 none", "m:6 not_json"}
               : std::vector<std::string>{"m:1 none", "m:2 none", "m:3 none",
                                          "m:5 none"};
    EXPECT_EQ(members, expected);
    EXPECT_EQ(scanned.skipped, listed ? 0u : 2u);
    EXPECT_EQ(size == bytes.size(), listed);
    EXPECT_EQ(scanned.results[1].oddities[Oddity::kInvalidUtf8].first_byte,
              bytes.find('\xff'));
    // The same document by itself is the same report.
    EXPECT_EQ(scanned.results[1].id, Scan(odd).results[0].id);
  }
  const ReportResult last = Scan(bytes).results.back();
  EXPECT_EQ(last.detail, fmt::format("a value is missing, at byte {}",
                                     bytes.find(":}") + 1));
  // A single one has no number.
  EXPECT_EQ(Scan(odd + " ]").results[0].source.member, "m");
}

// What was looked for in the bytes as they stood was looked for in no JSON.
TEST_F(ReportScannerTest, TheMendedReportIsSifted) {
  const CandidateFilter filter =
      FilterOf({IndicatorKind::kIp, KeyForm::kValue, "203.0.113.7"});
  ReportScanner sifting(&index_, {.verify_percent = 100}, &filter);
  ReportCandidate candidate;
  candidate.bytes.Assign(
      "{\"info\":{},\"network\":{},\"strings\":"
      "[\"x\x01\\u0032\\u00303.0.113.7\x01y\"]}");
  AllScanned scanned = ScanAll(&sifting, candidate);
  ASSERT_EQ(scanned.results.size(), 1u);
  EXPECT_TRUE(scanned.results[0].observed);
  EXPECT_EQ(scanned.results[0].matches.matches.size(), 1u);
  EXPECT_EQ(scanned.results[0].oddities[Oddity::kControlByte].count, 2u);
  candidate.bytes.Assign(
      "{\"info\":{},\"network\":{},\"debug\":{\"cuckoo\":]}}");
  scanned = ScanAll(&sifting, candidate);
  ASSERT_EQ(scanned.results.size(), 1u);
  EXPECT_FALSE(scanned.results[0].observed);
  EXPECT_EQ(scanned.results[0].oddities[Oddity::kUnopenedList].count, 1u);
  EXPECT_EQ(scanned.overlooked, 0u);
}

TEST_F(ReportScannerTest, WhatIsMendedIsNoLargerThanAReportMayBe) {
  limits_.max_report_bytes = 60;
  ReportScanner scanner(&index_, {.limits = limits_});
  ReportCandidate candidate;
  candidate.listed = true;
  candidate.bytes.Assign("{\"info\":{},\"network\":{},\"x\":\"\n\n\n\n\n\"}");
  const AllScanned scanned = ScanAll(&scanner, candidate);
  ASSERT_EQ(scanned.results.size(), 1u);
  EXPECT_EQ(scanned.results[0].reject, Reject::kTooLarge);
}

TEST_F(ReportScannerTest, OneFileHasNoMoreDocumentsThanAnArchiveMembers) {
  limits_.max_members = 3;
  ReportScanner scanner(&index_, {.limits = limits_});
  ReportCandidate candidate;
  candidate.bytes.Assign("{}{}{}");
  EXPECT_EQ(ScanAll(&scanner, candidate).skipped, 3u);
  candidate.bytes.Assign("{}{}{}{}{}");
  const AllScanned scanned = ScanAll(&scanner, candidate);
  EXPECT_EQ(scanned.skipped, 3u);
  ASSERT_EQ(scanned.results.size(), 1u);
  EXPECT_EQ(scanned.results[0].reject, Reject::kTooManyMembers);
  EXPECT_EQ(scanned.results[0].detail, "more than 3 documents, at byte 6");
  EXPECT_EQ(scanned.results[0].bytes, 4u);
}

TEST_F(ReportScannerTest, ARejectedReportLeavesNothingToTheNext) {
  EXPECT_EQ(Scan(std::string(kReport).substr(0, sizeof(kReport) - 3) + ",}")
                .results[0]
                .matches.matches.size(),
            0u);
  EXPECT_EQ(
      Scan(R"({"info":{},"network":{}})").results[0].matches.matches.size(),
      0u);
  EXPECT_EQ(Scan(kReport).results[0].matches.matches.size(), 1u);
}

TEST_F(ReportScannerTest, WhoHasEnoughGetsNoMoreOfTheCandidate) {
  const std::string report = kReport;
  TempFolder folder;
  ReportCandidate held;
  ReportCandidate streamed;
  streamed.on_disk = true;
  streamed.source.source = folder.path("lines.json");
  for (const char* separator : {"\n", ""}) {  // lines, and one behind another
    std::string bytes;
    for (int i = 0; i < 10; ++i) bytes += report + separator;
    held.bytes.Assign(bytes);
    if (bytes.back() == '\n') std::ofstream(folder.path("lines.json")) << bytes;
    MemoryBudget memory(5 * bytes.size() - 1);
    ReportScanner streaming(&index_, {.limits = limits_}, nullptr, &memory);
    for (const auto& [scanner, candidate] :
         {std::pair(&scanner_, &held), std::pair(&streaming, &streamed)}) {
      int taken = 0;
      scanner->Scan(*candidate, [&taken](const ReportResult&, uint64_t) {
        return ++taken < 3;
      });
      EXPECT_EQ(taken, 3) << (candidate->on_disk ? "streamed" : "held");
    }
  }
}

TEST_F(ReportScannerTest, AFileThatIsGoneIsUnreadable) {
  ReportCandidate candidate;
  candidate.source.source = "/nowhere/at/all.json";
  candidate.listed = true;
  candidate.on_disk = true;
  const AllScanned scanned = ScanAll(&scanner_, candidate);
  ASSERT_EQ(scanned.results.size(), 1u);
  EXPECT_EQ(scanned.results[0].reject, Reject::kUnreadable);
  EXPECT_EQ(scanned.results[0].id, "");
}

TEST_F(ReportScannerTest, AReportWithoutACandidateIsNotWalkedWhole) {
  const CandidateFilter filter =
      // Of something else: it sees nothing in the report.
      FilterOf({IndicatorKind::kHost, KeyForm::kValue, "other.example"});
  ReportScanner sifting(&index_, {}, &filter);
  ReportCandidate candidate;
  candidate.bytes.Assign(kReport);
  const AllScanned scanned = ScanAll(&sifting, candidate);
  ASSERT_EQ(scanned.results.size(), 1u);
  EXPECT_FALSE(scanned.results[0].observed);
  EXPECT_FALSE(scanned.results[0].syntax_checked);
  EXPECT_EQ(scanned.overlooked, 0u);
  // What submit needs is taken all the same.
  const AllScanned whole = ScanAll(&scanner_, candidate);
  ASSERT_EQ(whole.results.size(), 1u);
  EXPECT_TRUE(whole.results[0].observed);
  EXPECT_TRUE(whole.results[0].syntax_checked);
  EXPECT_EQ(scanned.results[0].facts, whole.results[0].facts);
  EXPECT_EQ(scanned.results[0].id, whole.results[0].id);
  // Or no more than which analysis it is.
  ReportScanner telling_less(&index_, {.unmatched_depth = ScanDepth::kIdentity},
                             &filter);
  const AllScanned identity = ScanAll(&telling_less, candidate);
  ASSERT_EQ(identity.results.size(), 1u);
  EXPECT_EQ(identity.results[0].facts, IdentityIn(whole.results[0].facts));
  EXPECT_NE(identity.results[0].facts, whole.results[0].facts);
  EXPECT_EQ(identity.results[0].id, whole.results[0].id);
}

using ReportScannerConcurrencyTest = ReportScannerTest;

// Each window of a large file is looked at while the next is read.
TEST_F(ReportScannerConcurrencyTest, ALargeFileIsReadAndLookedAtAtOnce) {
  CandidateFilter::Builder builder;
  const Index index = Index::Build(snapshot_, {}, &builder);
  const CandidateFilter filter = std::move(builder).Build();
  ReportScanner one_by_one(&index, {}, &filter);
  ReportScanner at_once(&index, {.run = RunOnThreads}, &filter);
  std::string calls;
  for (int i = 0; calls.size() < 3'000'000; ++i) {
    calls += fmt::format(R"(,{{"arguments":{{"n":"C:\\{}"}}}})", i * 7919);
  }
  const std::string head =
      R"({"info":{"id":7},"behavior":{"processes":[{"calls":[{})";
  const std::string hit = R"(,{"arguments":{"n":"203.0.113.7"}})";
  const std::string nothing = head + calls + "]}]}}";
  TempFolder folder;
  for (const std::string& packed :
       {nothing, Gzip(nothing), Gzip(head + hit + calls + "]}]}}"),
        Gzip(head + calls + hit + "]}]}}"), Gzip(head + calls),
        Gzip(nothing).substr(0, 300'000)}) {
    std::ofstream(folder.path("r"), std::ios::binary) << packed;
    ReportCandidate candidate;
    candidate.source.source = folder.path("r");
    candidate.listed = true;
    candidate.on_disk = true;
    candidate.file_bytes = uint64_t{1} << 30;  // as if it were
    const auto lines = [&](ReportScanner* scanner) {
      std::string text;
      for (const ReportResult& result : ScanAll(scanner, candidate).results) {
        AppendReportLine(result, snapshot_, &text);
        AppendCorrelationLines(result, index, &text);
      }
      return text;
    };
    const std::string expected = lines(&one_by_one);
    EXPECT_EQ(lines(&at_once), expected);
    if (packed == nothing || packed == Gzip(nothing)) {
      EXPECT_THAT(expected, HasSubstr(R"("checked":"structure")"));
    }
  }
}

TEST_F(ReportScannerTest, VerifyingFindsWhatTheFilterOverlooked) {
  const CandidateFilter filter =
      FilterOf({IndicatorKind::kHost, KeyForm::kValue, "other.example"});
  ReportScanner verifying(&index_, {.verify_percent = 100}, &filter);
  ReportCandidate candidate;
  candidate.bytes.Assign(kReport);
  EXPECT_EQ(ScanAll(&verifying, candidate).overlooked, 1u);
  candidate.bytes.Assign(
      R"({"info":{"id":7},"network":{"hosts":["203.0.113.8"]}})");
  EXPECT_EQ(ScanAll(&verifying, candidate).overlooked, 0u);
  // The next report has nothing of that one.
  const AllScanned scanned = ScanAll(&verifying, candidate);
  ASSERT_EQ(scanned.results.size(), 1u);
  EXPECT_TRUE(scanned.results[0].matches.matches.empty());
}

}  // namespace
}  // namespace mispsift
