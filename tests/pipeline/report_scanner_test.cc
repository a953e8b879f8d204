#include "src/pipeline/report_scanner.h"

#include <gtest/gtest.h>

#include "tests/support/snapshots.h"

namespace mispsift {
namespace {

constexpr char kReport[] =
    R"({"info":{"id":7},"network":{"hosts":["203.0.113.7"]}})";

class ReportScannerTest : public testing::Test {
 protected:
  ReportScannerTest()
      : snapshot_(SnapshotOf({{"ip-dst", "203.0.113.7"}})),
        index_(Index::Build(snapshot_, {})),
        scanner_(&index_, {}, ScanDepth::kFull, limits_) {}

  ScannedCandidate Scan(const std::string& bytes, bool listed = true,
                        const std::string& member = "m") {
    ReportCandidate candidate;
    candidate.source = {"s", member};
    candidate.listed = listed;
    candidate.bytes.Assign(bytes);
    return scanner_.Scan(candidate);
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
      {std::string(kReport) + "x", Reject::kNotJson},
      {std::string(kReport).substr(0, 40), Reject::kTruncated},
      {"{\"a\":\"\xff\"}", Reject::kNotUtf8},
      {std::string(2000, '[') + std::string(2000, ']'), Reject::kTooDeep},
      {"{\"a\":1}", Reject::kNotAReport},
      {"[1]", Reject::kNotAReport},
  };
  for (const auto& [bytes, reject] : cases) {
    const ScannedCandidate scanned = Scan(bytes);
    ASSERT_EQ(scanned.results.size(), 1u) << bytes.substr(0, 60);
    EXPECT_EQ(RejectName(scanned.results[0].reject), RejectName(reject))
        << bytes.substr(0, 60);
    EXPECT_TRUE(scanned.results[0].matches.matches.empty());
  }
}

TEST_F(ReportScannerTest, WhatNobodyNamedAndIsNoReportIsSkipped) {
  for (const char* bytes : {"{\"a\":1}", "{\\rtf1}", "{\"a\":\"\xff\"}"}) {
    const ScannedCandidate scanned = Scan(bytes, false);
    EXPECT_TRUE(scanned.results.empty()) << bytes;
    EXPECT_EQ(scanned.skipped, 1u) << bytes;
  }
  // A report is one whatever its name, and one that was cut short might be.
  EXPECT_EQ(Scan(kReport, false).results.size(), 1u);
  EXPECT_EQ(Scan("{\"info\":{", false).results.size(), 1u);
}

TEST_F(ReportScannerTest, ADocumentALineIsAReportALine) {
  const std::string report = kReport;
  const ScannedCandidate scanned =
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

TEST_F(ReportScannerTest, ARejectedReportLeavesNothingToTheNext) {
  EXPECT_EQ(Scan(std::string(kReport) + "x").results[0].matches.matches.size(),
            0u);
  EXPECT_EQ(
      Scan(R"({"info":{},"network":{}})").results[0].matches.matches.size(),
      0u);
  EXPECT_EQ(Scan(kReport).results[0].matches.matches.size(), 1u);
}

TEST_F(ReportScannerTest, AFileThatIsGoneIsUnreadable) {
  ReportCandidate candidate;
  candidate.source.source = "/nowhere/at/all.json";
  candidate.listed = true;
  candidate.on_disk = true;
  const ScannedCandidate scanned = scanner_.Scan(candidate);
  ASSERT_EQ(scanned.results.size(), 1u);
  EXPECT_EQ(scanned.results[0].reject, Reject::kUnreadable);
  EXPECT_EQ(scanned.results[0].id, "");
}

// A filter of something else sees nothing in the report.
CandidateFilter FilterOf(const Indicator& indicator) {
  CandidateFilter::Builder builder;
  builder.Add(indicator);
  return std::move(builder).Build();
}

TEST_F(ReportScannerTest, AReportWithoutACandidateIsNotWalkedWhole) {
  const CandidateFilter filter =
      FilterOf({IndicatorKind::kHost, KeyForm::kValue, "other.example"});
  ReportScanner sifting(&index_, {}, ScanDepth::kFull, limits_, &filter);
  ReportCandidate candidate;
  candidate.bytes.Assign(kReport);
  const ScannedCandidate scanned = sifting.Scan(candidate);
  ASSERT_EQ(scanned.results.size(), 1u);
  EXPECT_FALSE(scanned.results[0].observed);
  EXPECT_FALSE(scanned.results[0].syntax_checked);
  EXPECT_EQ(scanned.overlooked, 0u);
  // What submit needs is taken all the same.
  const ScannedCandidate whole = scanner_.Scan(candidate);
  ASSERT_EQ(whole.results.size(), 1u);
  EXPECT_TRUE(whole.results[0].observed);
  EXPECT_TRUE(whole.results[0].syntax_checked);
  EXPECT_EQ(scanned.results[0].facts, whole.results[0].facts);
  EXPECT_EQ(scanned.results[0].id, whole.results[0].id);
}

TEST_F(ReportScannerTest, VerifyingFindsWhatTheFilterOverlooked) {
  const CandidateFilter filter =
      FilterOf({IndicatorKind::kHost, KeyForm::kValue, "other.example"});
  ReportScanner verifying(&index_, {}, ScanDepth::kFull, limits_, &filter, 100);
  ReportCandidate candidate;
  candidate.bytes.Assign(kReport);
  EXPECT_EQ(verifying.Scan(candidate).overlooked, 1u);
  candidate.bytes.Assign(
      R"({"info":{"id":7},"network":{"hosts":["203.0.113.8"]}})");
  EXPECT_EQ(verifying.Scan(candidate).overlooked, 0u);
  // The next report has nothing of that one.
  const ScannedCandidate scanned = verifying.Scan(candidate);
  ASSERT_EQ(scanned.results.size(), 1u);
  EXPECT_TRUE(scanned.results[0].matches.matches.empty());
}

}  // namespace
}  // namespace mispsift
