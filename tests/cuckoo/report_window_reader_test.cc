#include "mispsift/cuckoo/report_window_reader.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "mispsift/base/gzip.h"
#include "tests/support/observations.h"
#include "tests/support/report_generator.h"
#include "tests/support/stream_report.h"
#include "tests/support/test_seed.h"

namespace mispsift {
namespace {

struct Windowed {
  std::optional<WindowedReport> report;
  ReportFacts facts;
  std::vector<std::string> windows;
};

class ReportWindowReaderTest : public testing::Test {
 protected:
  Windowed Read(std::string_view json, ReportWindowReader* reader,
                size_t most_windows = ~size_t{0},
                const ArchiveLimits& limits = {}) {
    file_.Write(json);
    Windowed read;
    const auto look = [&](const PaddedBytes& window) {
      read.windows.emplace_back(window.view());
      return read.windows.size() < most_windows;
    };
    read.report = reader->Read(file_.path(), limits, look, &read.facts);
    return read;
  }
  Windowed Read(std::string_view json) {
    ReportWindowReader reader(ScanDepth::kFacts);
    return Read(json, &reader);
  }

  const StreamedFile file_;
};

std::string Calls(size_t bytes) {
  std::string json = R"({"info":{"id":7},"behavior":{"processes":[{"calls":[)";
  for (int i = 0; json.size() < bytes; ++i) {
    json += fmt::format(R"({{"api":"a]","arguments":{{"n":"C:\\{}"}}}},)", i);
  }
  return json + R"({}],"ppid":4}]}})";
}

// Window by window it is the report, each ends behind a bracket that is in no
// string, and what it says of itself is what it says when it is read whole.
TEST_F(ReportWindowReaderTest, AgreesWithTheOtherReader) {
  const uint64_t seed = TestSeed();
  constexpr size_t kDocuments = 1500;
  ReportGenerator generator(seed);
  std::mt19937_64 random(seed);
  ReportReader facts(ScanDepth::kFacts);
  ReportReader identity(ScanDepth::kIdentity);
  size_t read = 0;
  for (size_t i = 0; i < kDocuments; ++i) {
    std::string json = generator.Report();
    if (random() % 4 == 0) json.resize(1 + random() % json.size());
    const ScanDepth depth =
        random() % 2 == 0 ? ScanDepth::kFacts : ScanDepth::kIdentity;
    ReportWindowReader reader(depth, ReportReader::kUsualLevels,
                              1 + random() % 300);
    const Windowed windowed = Read(json, &reader);
    const ReadResult held = ReadReport(
        json, depth, depth == ScanDepth::kFacts ? &facts : &identity);
    ASSERT_EQ(windowed.report.has_value(), held.outcome.reject == Reject::kNone)
        << held.outcome.detail << "\n"
        << json;
    std::string joined;
    for (const std::string& window : windowed.windows) {
      ASSERT_NE(std::string_view("{}[]").find(window.back()),
                std::string_view::npos)
          << window;
      joined += window;
    }
    ASSERT_TRUE(std::string_view(json).starts_with(joined)) << json;
    if (!windowed.report) continue;
    ++read;
    ASSERT_EQ(json.find_first_not_of(" \t\r\n", joined.size()),
              std::string::npos)
        << json;
    ASSERT_TRUE(windowed.facts == held.facts) << json;
    ASSERT_EQ(windowed.report->bytes, json.size());
    ASSERT_EQ(windowed.report->id, ReportId(held.facts, json));
  }
  EXPECT_GT(read, kDocuments / 4);
}

TEST_F(ReportWindowReaderTest, TakesWhatIsCompressedAndWhatNoWindowHolds) {
  const std::string calls = Calls(3'000'000);
  EXPECT_GT(Read(calls).windows.size(), 4u);
  // A list of strings has no bracket for long.
  std::string strings = R"({"info":{"id":7},"strings":[)";
  while (strings.size() < 3 * ReportWindowReader::kWindowBytes) {
    strings += R"("no [ bracket",)";
  }
  strings += R"(""],"debug":{}})";
  const Windowed long_list = Read(strings);
  ASSERT_TRUE(long_list.report.has_value());
  EXPECT_EQ(long_list.facts.task_id, "7");

  file_.Write(Gzip(calls));
  ReportFacts facts;
  size_t bytes = 0;
  const auto look = [&bytes](const PaddedBytes& window) {
    bytes += window.size();
    return true;
  };
  ReportWindowReader reader(ScanDepth::kFacts);
  const auto report = reader.Read(file_.path(), {}, look, &facts);
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->bytes, calls.size());
  EXPECT_EQ(bytes, calls.size());
}

TEST_F(ReportWindowReaderTest, SaysNothingOfWhatMustBeReadWhole) {
  const std::string report = R"({"info":{"id":7},"target":{}})";
  EXPECT_TRUE(Read(report).report.has_value());
  EXPECT_TRUE(Read(report + " \n").report.has_value());
  for (const std::string& other :
       {std::string(), std::string(" "), std::string("{}"), std::string("7"),
        "[" + report + "]", report + report, report + "\n" + report,
        report + "x", "x" + report, "\xEF\xBB\xBF" + report,
        report.substr(0, report.size() - 1), report.substr(0, 12)}) {
    EXPECT_FALSE(Read(other).report.has_value()) << other;
  }
  ReportFacts facts;
  ReportWindowReader reader(ScanDepth::kFacts, 3);
  const auto look = [](const PaddedBytes& /*window*/) { return true; };
  EXPECT_FALSE(reader.Read("/nowhere", {}, look, &facts).has_value());
  EXPECT_FALSE(Read(R"({"info":{"id":{"x":{}}}})", &reader).report.has_value());
  ArchiveLimits limits;
  limits.max_report_bytes = report.size() - 1;
  EXPECT_FALSE(Read(report, &reader, 9, limits).report.has_value());
  // Enough was seen.
  ReportWindowReader usual(ScanDepth::kFacts);
  const Windowed enough = Read(Calls(3'000'000), &usual, 2);
  EXPECT_FALSE(enough.report.has_value());
  EXPECT_EQ(enough.windows.size(), 2u);
}

TEST_F(ReportWindowReaderTest, StopsWithinAReport) {
  file_.Write(Calls(5'000'000));
  std::atomic<bool> stop{false};
  size_t windows = 0;
  const auto look = [&](const PaddedBytes& /*window*/) {
    stop = ++windows == 3;
    return true;
  };
  ReportFacts facts;
  ReportWindowReader reader(ScanDepth::kFacts);
  ArchiveLimits limits;
  limits.stop = &stop;
  EXPECT_FALSE(reader.Read(file_.path(), limits, look, &facts).has_value());
  EXPECT_EQ(windows, 3u);
}

// It takes up no more memory than it says.
TEST_F(ReportWindowReaderTest, DoesNotHoldAHugeString) {
  EXPECT_FALSE(Read(R"({"info":{"id":7},"x":")" +
                    std::string(ReportWindowReader::kMaxWindowBytes, 'x') +
                    R"("})")
                   .report.has_value());
  std::string hosts = R"({"info":{"id":7},"network":{"hosts":[)";
  while (hosts.size() < ReportReader::kMaxPartsKept + 5'000'000) {
    hosts += R"({"ip":"203.0.113.7"},)";
  }
  EXPECT_FALSE(Read(hosts + "{}]}}").report.has_value());
}

}  // namespace
}  // namespace mispsift
