#include <gtest/gtest.h>

#include <random>
#include <string>

#include "tests/support/odd_report.h"
#include "tests/support/report_generator.h"
#include "tests/support/stream_report.h"
#include "tests/support/test_seed.h"

namespace mispsift {
namespace {

constexpr int kDocuments = 1500;
constexpr ScanDepth kDepths[] = {ScanDepth::kFacts, ScanDepth::kFields,
                                 ScanDepth::kFull};

class ReportStreamReaderRandomTest : public testing::Test {
 protected:
  std::mt19937_64 random{TestSeed()};
  ReportGenerator generator{TestSeed()};
  const StreamedFile file;
  // One of each depth.
  ReportReader held[3] = {ReportReader(kDepths[0]), ReportReader(kDepths[1]),
                          ReportReader(kDepths[2])};
  ReportStreamReader streamed[3] = {ReportStreamReader(kDepths[0]),
                                    ReportStreamReader(kDepths[1]),
                                    ReportStreamReader(kDepths[2])};
};

TEST_F(ReportStreamReaderRandomTest, AgreesWithTheOtherReader) {
  size_t rejected = 0;
  for (int i = 0; i < kDocuments; ++i) {
    std::string json = generator.Report();
    for (int depth = 0; depth < 3; ++depth) {
      ASSERT_EQ(
          StreamDifference(json, ReadReport(json, kDepths[depth], &held[depth]),
                           file.Read(json, &streamed[depth])),
          "")
          << json;
    }
    // And damaged, at the one depth at which both look at all of it.
    static constexpr char kBytes[] = "\"\\{}[]:,u0 \n\x01\xC3\xFF-e.";
    for (int damage = 0; damage < 3; ++damage) {
      json[random() % json.size()] = kBytes[random() % (sizeof(kBytes) - 1)];
      if (random() % 4 == 0) json.resize(1 + random() % json.size());
      const ReadResult read = ReadReport(json, ScanDepth::kFull, &held[2]);
      rejected += read.outcome.reject != Reject::kNone ? 1 : 0;
      ASSERT_EQ(StreamDifference(json, read, file.Read(json, &streamed[2])), "")
          << json;
    }
  }
  EXPECT_GT(rejected, static_cast<size_t>(kDocuments));
}

// What is odd, several documents in a file, and what else is wrong with them.
TEST_F(ReportStreamReaderRandomTest, AgreesOnWhatIsMended) {
  size_t mended = 0;
  for (int i = 0; i < kDocuments; ++i) {
    std::string text;
    for (uint64_t documents = 1 + random() % 3; documents > 0; --documents) {
      text += SpoilReport(generator.Report(), &random).odd;
      if (random() % 4 == 0) text += "\xEF\xBB\xBF\n ";
    }
    if (random() % 4 == 0) text[random() % text.size()] = '"';
    // As it stands both say that there is something to mend.
    const ReadResult read = ReadReport(text, ScanDepth::kFull, &held[2]);
    ASSERT_EQ(StreamDifference(text, read, file.Read(text, &streamed[2])), "")
        << text;
    if (read.outcome.reject != Reject::kNotJson &&
        read.outcome.reject != Reject::kNotUtf8) {
      continue;
    }
    ++mended;
    for (int depth = 0; depth < 3; ++depth) {
      ASSERT_EQ(MendedDifference(text, kDepths[depth], &held[depth], file,
                                 &streamed[depth]),
                "")
          << text;
    }
  }
  EXPECT_GT(mended, static_cast<size_t>(kDocuments / 2));
}

}  // namespace
}  // namespace mispsift
