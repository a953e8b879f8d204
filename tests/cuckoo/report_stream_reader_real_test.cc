#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "tests/support/odd_report.h"
#include "tests/support/real_data.h"
#include "tests/support/stream_report.h"
#include "tests/support/test_seed.h"

namespace mispsift {
namespace {

TEST(ReportStreamReaderRealTest, AgreesWithTheOtherReader) {
  size_t reports = 0;
  size_t spoiled = 0;
  std::mt19937_64 random(TestSeed());
  const StreamedFile file;
  for (const auto& entry :
       std::filesystem::directory_iterator(RealData("reports"))) {
    if (entry.path().extension() != ".json") continue;
    SCOPED_TRACE(entry.path());
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string json{std::istreambuf_iterator<char>(in), {}};
    for (const ScanDepth depth :
         {ScanDepth::kFacts, ScanDepth::kFields, ScanDepth::kFull}) {
      ReportStreamReader reader(depth);
      KeepingSink sink;
      StreamResult streamed;
      streamed.outcome = reader.Read(entry.path(), {}, &sink, &streamed.facts);
      streamed.all = std::move(sink.all);
      EXPECT_EQ(StreamDifference(json, ReadReport(json, depth), streamed), "");
    }
    ++reports;
    const std::string odd = SpoilReport(json, &random).odd;
    if (odd == json) continue;
    ReportReader held(ScanDepth::kFull);
    ReportStreamReader streamed(ScanDepth::kFull);
    EXPECT_EQ(MendedDifference(odd, ScanDepth::kFull, &held, file, &streamed),
              "");
    ++spoiled;
  }
  EXPECT_GT(reports, 30u);
  EXPECT_GT(spoiled, 20u);
}

}  // namespace
}  // namespace mispsift
