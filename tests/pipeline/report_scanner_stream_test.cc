#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "mispsift/base/gzip.h"
#include "mispsift/sink/report_lines.h"
#include "src/pipeline/report_scanner.h"
#include "tests/support/odd_report.h"
#include "tests/support/report_generator.h"
#include "tests/support/scan_all.h"
#include "tests/support/snapshots.h"
#include "tests/support/temp_folder.h"
#include "tests/support/test_seed.h"

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
      const std::vector<std::string> held = Scan(content, kPlenty, true, depth);
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

TEST_F(ReportScannerStreamTest, WhatIsMendedGivesTheSameLines) {
  const std::string target =
      R"(,"target":{"category":"url","url":"http://a.example/"})";
  const std::string odd = Report(1, ",\"x\":\"\xFF\n\\udc00\",\"y\":[NaN,]");
  // One level more, once it is mended.
  std::string deep = "]";
  for (size_t i = 0; i + 1 < ReportReader::kUsualLevels; ++i) {
    deep = R"({"calls":)" + deep + "}";
  }
  const std::string mark = "\xEF\xBB\xBF";
  const std::string unopened =
      Report(2, target + R"(,"behavior":{"processes":[{"calls":]}]})");
  for (const std::string& content :
       {Report(1) + "x",
        Report(1, target) + "\n}",
        Report(1, ",\"x\":\"\n\""),
        odd,
        unopened,
        mark + unopened + " ]",
        unopened + odd,
        Report(1) + Report(2),
        unopened + " " + mark + " " + Report(3) + mark,
        unopened + "{\"a\":1}" + Report(3) + "{\"b\":}" + Report(4),
        Report(1) + "{",
        Report(1) + "[{}]",
        Gzip(unopened + odd + Report(1)),
        std::string("\xFF\xFE{\0", 4),
        std::string("{\0\"\0", 4),
        "\xEF" + Report(1),
        mark.substr(0, 2) + Report(1),
        Report(1, ",\"x\":\"\\q\xFF\""),
        Report(1, ",\"x\":tru"),
        Report(1, ",\"x\":" + deep),
        Report(1, ",\"x\":\"\x01\",\"x\":1 2"),
        std::string("nonsense"),
        std::string(3, '\0'),
        Report(1, ",\"x\":\"\x01\",\"y\":01")}) {
    for (const bool listed : {false, true}) {
      for (const ScanDepth depth : {ScanDepth::kFields, ScanDepth::kFull}) {
        // What is skipped over is seen by a stream alone.
        if (depth == ScanDepth::kFields && content == unopened) continue;
        EXPECT_EQ(Scan(content, 1, listed, depth),
                  Scan(content, kPlenty, listed, depth))
            << content;
      }
    }
  }
  EXPECT_THAT(
      Scan(unopened + odd, 1),
      ElementsAre(AllOf(HasSubstr("\"member\":\"1\""), HasSubstr("\"ok\""),
                        HasSubstr("unopened_list: 1, first at byte")),
                  AllOf(HasSubstr("\"member\":\"2\""),
                        HasSubstr("a value is missing, at byte"))));
  limits_.max_members = 2;
  const std::string many = unopened + unopened + odd + unopened;
  EXPECT_THAT(Scan(many, 1),
              ElementsAre(HasSubstr("\"ok\""), HasSubstr("\"ok\""),
                          HasSubstr("more than 2 documents, at byte")));
  EXPECT_EQ(Scan(many, 1), Scan(many, kPlenty));
}

// A report that is spoiled at random, or several of them in a file.
TEST_F(ReportScannerStreamTest, WhatIsSpoiledGivesTheSameLines) {
  const uint64_t seed = TestSeed();
  ReportGenerator generator(seed);
  std::mt19937_64 random(seed);
  size_t several = 0;
  for (int i = 0; i < 500; ++i) {
    std::string content;
    for (uint64_t documents = 1 + random() % 3; documents > 0; --documents) {
      content += SpoilReport(generator.Report(), &random).odd;
      if (random() % 4 == 0) content += "\xEF\xBB\xBF \r\n";
    }
    if (random() % 4 == 0) content[random() % content.size()] = '"';
    std::vector<std::string> held = Scan(content, kPlenty);
    std::vector<std::string> streamed = Scan(content, 1);
    // What is cut short as it stands is not mended, and has the words of the
    // parser.
    if (held.size() == 1 &&
        held[0].find("\"truncated\"") != std::string::npos) {
      ASSERT_EQ(streamed.size(), 1u);
      ASSERT_THAT(streamed[0], HasSubstr("\"truncated\""));
      continue;
    }
    ASSERT_EQ(streamed, held) << content;
    several += held.size() > 1 ? 1 : 0;
  }
  EXPECT_GT(several, 100u);
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
