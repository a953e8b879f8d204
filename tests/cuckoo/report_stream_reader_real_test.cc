#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/support/real_data.h"
#include "tests/support/stream_report.h"

namespace mispsift {
namespace {

TEST(ReportStreamReaderRealTest, AgreesWithTheOtherReader) {
  size_t reports = 0;
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
  }
  EXPECT_GT(reports, 30u);
}

}  // namespace
}  // namespace mispsift
