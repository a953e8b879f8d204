#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <regex>
#include <string>
#include <vector>

#include "mispsift/base/gzip.h"
#include "mispsift/sink/report_lines.h"
#include "src/pipeline/report_scanner.h"
#include "tests/support/scan_all.h"
#include "tests/support/snapshots.h"
#include "tests/support/temp_folder.h"

namespace mispsift {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string Report(int id, const std::string& members = "") {
  return fmt::format(
      R"({{"info":{{"id":{}}},"network":{{"hosts":["203.0.113.7"]}}{}}})", id,
      members);
}

class ReportScannerStreamTest : public testing::Test {
 protected:
  ReportScannerStreamTest()
      : snapshot_(SnapshotOf({{"ip-dst", "203.0.113.7"}})),
        index_(Index::Build(snapshot_, {})) {}

  // What is written of a file that holds `content`, with a budget of so many
  // bytes.
  std::vector<std::string> Scan(const std::string& content, uint64_t budget,
                                bool listed = true,
                                ScanDepth depth = ScanDepth::kFull) {
    std::ofstream(folder_.path("report.json"), std::ios::binary) << content;
    MemoryBudget memory(budget);
    ReportScanner scanner(&index_, {.depth = depth, .limits = limits_}, nullptr,
                          &memory);
    ReportCandidate candidate;
    candidate.source.source = folder_.path("report.json");
    candidate.listed = listed;
    candidate.on_disk = true;
    const AllScanned scanned = ScanAll(&scanner, candidate);
    std::vector<std::string> lines;
    if (scanned.skipped > 0) lines.push_back("skipped");
    for (const ReportResult& result : scanned.results) {
      std::string& line = lines.emplace_back();
      AppendReportLine(result, snapshot_, &line);
      AppendCorrelationLines(result, index_, &line);
      AppendFieldsLine(result, snapshot_, &line);
    }
    return lines;
  }

  TempFolder folder_;
  ArchiveLimits limits_;
  Snapshot snapshot_;
  Index index_;
};

constexpr uint64_t kPlenty = uint64_t{1} << 30;

TEST_F(ReportScannerStreamTest, AReportThatIsTooLargeGivesTheSameLines) {
  const std::string target =
      R"(,"target":{"category":"url","url":"http://a.example/"})";
  for (const std::string& content :
       {Report(1), Report(1, target), Report(1) + "\n",
        "\xEF\xBB\xBF" + Report(1, target), Report(1, ",\"x\":\"\\ud800\"")}) {
    for (const ScanDepth depth : {ScanDepth::kFields, ScanDepth::kFull}) {
      std::vector<std::string> held = Scan(content, kPlenty, true, depth);
      // But for the notes, which a stream has none of.
      for (std::string& line : held) {
        line = std::regex_replace(line, std::regex(R"("notes":\[[^\]]*\])"),
                                  R"("notes":[])");
      }
      EXPECT_EQ(Scan(content, 1, true, depth), held);
      EXPECT_THAT(held, ElementsAre(HasSubstr("\"203.0.113.7\"")));
    }
  }
}

TEST_F(ReportScannerStreamTest, WhatIsNoReportIsSkippedOrListedAlike) {
  // The two parsers have words of their own for what is wrong.
  const auto up_to_detail = [](const std::string& line) {
    return line.substr(0, line.find("\"detail\""));
  };
  for (const bool listed : {false, true}) {
    for (const std::string content : {"", "{\"a\":1}", "[1]"}) {
      EXPECT_EQ(Scan(content, 1, listed), Scan(content, kPlenty, listed));
    }
    for (const std::string& content :
         {Report(1).substr(0, 30), std::string(100, '\0')}) {
      const std::vector<std::string> streamed = Scan(content, 1, listed);
      ASSERT_EQ(streamed.size(), 1u);
      EXPECT_EQ(up_to_detail(streamed[0]),
                up_to_detail(Scan(content, kPlenty, listed)[0]));
    }
  }
}

TEST_F(ReportScannerStreamTest, AGzipWithAWrongSumIsNoReportEitherWay) {
  constexpr size_t kSumsBytes = 8;  // CRC-32, ISIZE
  const std::string target =
      R"(,"target":{"category":"url","url":"http://a.example/"})";
  const std::string good = Gzip(Report(1, target) + std::string(900'000, ' '));
  EXPECT_EQ(Scan(good, 1), Scan(good, kPlenty));
  EXPECT_THAT(Scan(good, 1), ElementsAre(HasSubstr("\"203.0.113.7\"")));
  for (const size_t place : {kSumsBytes, kSumsBytes / 2}) {
    std::string bad = good;
    bad[bad.size() - place] ^= 1;
    for (const bool listed : {false, true}) {
      EXPECT_EQ(Scan(bad, 1, listed), Scan(bad, kPlenty, listed));
    }
    EXPECT_THAT(Scan(bad, 1), ElementsAre(AllOf(HasSubstr("\"bad_archive\""),
                                                Not(HasSubstr("203.0")))));
  }
}

TEST_F(ReportScannerStreamTest, NothingIsMendedInAStream) {
  const std::string odd = Report(1) + "x";
  EXPECT_THAT(Scan(odd, kPlenty), ElementsAre(HasSubstr("\"ok\"")));
  EXPECT_THAT(Scan(odd, 1), ElementsAre(HasSubstr("\"not_json\"")));
}

TEST_F(ReportScannerStreamTest, ADocumentALineIsAReportALine) {
  const std::string lines =
      Report(1) + "\n\n{\"broken\n" + Report(2) + "\r\n{\"a\":1}\n" + Report(3);
  // The whole does not fit in, a line does.
  const std::vector<std::string> held = Scan(lines, kPlenty);
  EXPECT_EQ(held.size(), 5u);
  const std::string marked = "\xEF\xBB\xBF" + lines;
  EXPECT_EQ(Scan(marked, 5 * (marked.size() - 1)), Scan(marked, kPlenty));
  EXPECT_EQ(Scan(lines, 5 * (lines.size() - 1)), held);
  // Nor does any line: each is named.
  const std::vector<std::string> none = Scan(lines, 1);
  ASSERT_EQ(none.size(), 5u);
  EXPECT_THAT(none[4], HasSubstr("\"member\":\"6\""));
  EXPECT_THAT(none[4], HasSubstr("\"too_large\""));
  limits_.max_members = 3;
  const std::vector<std::string> some = Scan(lines, 5 * (lines.size() - 1));
  ASSERT_EQ(some.size(), 3u);
  EXPECT_EQ(some[1], held[1]);
  EXPECT_THAT(some[2], HasSubstr("\"too_many_members\""));
}

// So that a bar moves within one large file, too.
TEST_F(ReportScannerStreamTest, EachLineTellsHowMuchOfItsFileIsRead) {
  std::string lines;
  while (lines.size() < (size_t{1} << 20)) lines += Report(1) + "\n";
  std::ofstream(folder_.path("report.json"), std::ios::binary) << lines;
  ReportCandidate candidate;
  candidate.source.source = folder_.path("report.json");
  candidate.on_disk = true;
  candidate.file_bytes = lines.size();
  for (const uint64_t budget : {kPlenty, 5 * lines.size() - 1}) {
    MemoryBudget memory(budget);
    ReportScanner scanner(&index_, {.limits = limits_}, nullptr, &memory);
    std::vector<uint64_t> passed;
    scanner.Scan(candidate, [&passed](const ReportResult&, uint64_t bytes) {
      passed.push_back(bytes);
      return true;
    });
    EXPECT_TRUE(std::is_sorted(passed.begin(), passed.end()));
    // As exact as the window of a stream.
    constexpr double kWindow = 1 << 18;
    EXPECT_NEAR(passed.front(), 0, kWindow);
    EXPECT_NEAR(passed[passed.size() / 2], lines.size() / 2, kWindow);
    EXPECT_NEAR(passed.back(), lines.size(), kWindow);
  }
}

TEST_F(ReportScannerStreamTest, OverTheLimitItIsTooLargeEitherWay) {
  const std::string content = Report(1);
  limits_.max_report_bytes = content.size();
  EXPECT_THAT(Scan(content, 1), ElementsAre(HasSubstr("\"ok\"")));
  limits_.max_report_bytes = content.size() - 1;
  for (const uint64_t budget : {uint64_t{1}, kPlenty}) {
    EXPECT_THAT(Scan(content, budget), ElementsAre(HasSubstr("\"too_large\"")));
  }
}

}  // namespace
}  // namespace mispsift
