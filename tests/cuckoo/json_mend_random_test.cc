#include <gtest/gtest.h>

#include <random>
#include <string>

#include "mispsift/cuckoo/json_mend.h"
#include "tests/support/mended.h"
#include "tests/support/observations.h"
#include "tests/support/odd_report.h"
#include "tests/support/report_generator.h"
#include "tests/support/slow_report_reader.h"
#include "tests/support/test_seed.h"

namespace mispsift {
namespace {

constexpr int kDocuments = 1000;

TEST(JsonMendRandomTest, WhatIsJsonStaysAsItIs) {
  ReportGenerator generator(TestSeed());
  for (int i = 0; i < kDocuments; ++i) {
    const std::string json = generator.Report();
    const Mended mended = Mend(json);
    ASSERT_EQ(mended.outcome.reject, Reject::kNone)
        << mended.outcome.detail << "\n"
        << json;
    ASSERT_EQ(mended.text, json);
    ASSERT_EQ(mended.outcome.end, json.size());
    ASSERT_TRUE(mended.outcome.oddities == Oddities()) << json;
  }
}

TEST(JsonMendRandomTest, WhatIsMendedReadsLikeWhatWasMeant) {
  const uint64_t seed = TestSeed();
  ReportGenerator generator(seed);
  std::mt19937_64 random(seed);
  ReportReader full(ScanDepth::kFull);
  ReportReader fields(ScanDepth::kFields);
  ReportReader facts(ScanDepth::kFacts);
  Oddities met;
  for (int i = 0; i < kDocuments; ++i) {
    const OddReport report = SpoilReport(generator.Report(), &random);
    const Mended mended = Mend(report.odd);
    ASSERT_EQ(mended.outcome.reject, Reject::kNone)
        << mended.outcome.detail << "\n"
        << report.odd;
    ASSERT_EQ(mended.text, report.meant);
    ASSERT_EQ(mended.outcome.end, report.odd.size());
    ASSERT_TRUE(mended.outcome.oddities == report.oddities) << report.odd;

    const Mended again = Mend(mended.text);
    ASSERT_EQ(again.outcome.reject, Reject::kNone) << again.outcome.detail;
    ASSERT_EQ(again.text, mended.text);

    JsonNode root;
    ASSERT_TRUE(ParseJson(report.meant, &root)) << report.meant;
    for (const ScanDepth depth : {ScanDepth::kFields, ScanDepth::kFull}) {
      const ReadResult read = ReadReport(
          mended.text, depth, depth == ScanDepth::kFull ? &full : &fields);
      ASSERT_EQ(FirstDifference(read.all, SlowReadReport(root, depth)), "")
          << report.odd;
    }
    // Who looks at everything sees that there is something to mend.
    const Reject reject =
        ReadReport(report.odd, ScanDepth::kFull, &full).outcome.reject;
    ASSERT_EQ(reject == Reject::kNotJson || reject == Reject::kNotUtf8,
              report.odd != report.meant)
        << RejectName(reject) << "\n"
        << report.odd;
    for (int k = 0; k < static_cast<int>(Oddity::kCount); ++k) {
      met.Add(static_cast<Oddity>(k), 0,
              report.oddities[static_cast<Oddity>(k)].count);
    }
  }
  for (const Oddity oddity :
       {Oddity::kControlByte, Oddity::kInvalidUtf8, Oddity::kUnopenedList,
        Oddity::kTrailingGarbage}) {
    EXPECT_GT(met[oddity].count, 100u) << OddityName(oddity);
  }
}

// Every odd thing, and every end of the document, is cut at every byte.
TEST(JsonMendRandomTest, PiecesOfAnySizeGiveWhatTheWholeGives) {
  const uint64_t seed = TestSeed();
  ReportGenerator generator(seed);
  std::mt19937_64 random(seed);
  static constexpr char kBytes[] = "\"\\{}[]:,u0 \n\x01\xC3\xFF\xEF\xBB\xBF-e.";
  size_t rejected = 0;
  for (int i = 0; i < kDocuments; ++i) {
    std::string text;
    for (uint64_t documents = 1 + random() % 3; documents > 0; --documents) {
      text += SpoilReport(generator.Report(), &random).odd;
      if (random() % 2 == 0) text += "\n\xEF\xBB\xBF \t";
    }
    for (uint64_t damages = random() % 3; damages > 0; --damages) {
      text[random() % text.size()] = kBytes[random() % (sizeof(kBytes) - 1)];
    }
    if (random() % 4 == 0) text.resize(random() % text.size());
    const size_t most = i % 2 == 0 ? 1 : 1 + random() % 300;
    for (size_t begin = 0; begin < text.size();) {
      const Mended whole = Mend(text, begin);
      const Mended pieces =
          MendInPieces(text, begin, [&] { return 1 + random() % most; });
      ASSERT_EQ(RejectName(pieces.outcome.reject),
                RejectName(whole.outcome.reject))
          << text;
      ASSERT_EQ(pieces.outcome.detail, whole.outcome.detail) << text;
      ASSERT_EQ(pieces.outcome.end, whole.outcome.end) << text;
      ASSERT_TRUE(pieces.outcome.oddities == whole.outcome.oddities) << text;
      if (whole.outcome.reject == Reject::kNone) {
        ASSERT_EQ(pieces.text, whole.text);
      } else {
        ++rejected;
      }
      begin = whole.outcome.end;
    }
  }
  EXPECT_GT(rejected, 100u);
}

TEST(JsonMendRandomTest, WhatIsCutShortIsTruncated) {
  const uint64_t seed = TestSeed();
  ReportGenerator generator(seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 20; ++i) {
    const OddReport report = SpoilReport(generator.Report(), &random);
    const size_t root = report.odd.find('{');
    // The last bracket is the root's, but for what is garbage.
    const uint64_t garbage =
        report.oddities[Oddity::kTrailingGarbage].count == 0
            ? report.odd.size()
            : report.oddities[Oddity::kTrailingGarbage].first_byte;
    const size_t end = report.odd.find_last_of('}', garbage - 1);
    for (size_t size = root + 1; size <= end; ++size) {
      const Mended mended = Mend(report.odd.substr(0, size));
      ASSERT_EQ(RejectName(mended.outcome.reject), "truncated")
          << mended.outcome.detail << "\n"
          << report.odd.substr(0, size);
      ASSERT_TRUE(mended.outcome.oddities == Oddities());
    }
  }
}

}  // namespace
}  // namespace mispsift
