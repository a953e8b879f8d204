#include "src/cuckoo/mended_stream.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "mispsift/base/gzip.h"
#include "tests/support/mended.h"
#include "tests/support/odd_report.h"
#include "tests/support/report_generator.h"
#include "tests/support/stream_report.h"
#include "tests/support/test_seed.h"

namespace mispsift {
namespace {

// Whatever the windows are, and however much is read of a document.
TEST(MendedStreamTest, AgreesWithWhatIsMendedAtOnce) {
  const uint64_t seed = TestSeed();
  ReportGenerator generator(seed);
  std::mt19937_64 random(seed);
  const StreamedFile file;
  for (int i = 0; i < 300; ++i) {
    std::string text;
    for (uint64_t documents = 1 + random() % 4; documents > 0; --documents) {
      text += SpoilReport(generator.Report(), &random).odd;
      if (random() % 2 == 0) text += "\xEF\xBB\xBF\n ";
    }
    if (random() % 4 == 0) text[random() % text.size()] = '"';
    file.Write(i % 2 == 0 ? text : Gzip(text));
    MendedStream stream({}, ReportReader::kUsualLevels, 1 + random() % 300);
    ASSERT_FALSE(stream.Open(file.path()));
    for (size_t begin = 0; begin < text.size();) {
      const Mended whole = Mend(text, begin);
      stream.Next();
      const bool reads_all = random() % 4 != 0;
      std::string read;
      char buffer[200];
      size_t got = 0;
      do {
        ASSERT_FALSE(stream.Read(buffer, 1 + random() % sizeof(buffer), &got));
        read.append(buffer, got);
      } while (got > 0 && (reads_all || random() % 100 != 0));
      ASSERT_FALSE(stream.Finish());
      ASSERT_EQ(stream.outcome().reject, whole.outcome.reject) << text;
      ASSERT_EQ(stream.outcome().detail, whole.outcome.detail) << text;
      ASSERT_TRUE(stream.outcome().oddities == whole.outcome.oddities) << text;
      ASSERT_EQ(stream.outcome().end, whole.outcome.end) << text;
      ASSERT_EQ(stream.bytes(), whole.outcome.end - begin);
      ASSERT_EQ(stream.Sha256(), Sha256Hex(text.substr(begin, stream.bytes())));
      if (whole.outcome.reject == Reject::kNone) {
        ASSERT_EQ(read,
                  got == 0 ? whole.text : whole.text.substr(0, read.size()));
      }
      begin = whole.outcome.end;
      ASSERT_EQ(stream.AtEnd(), begin == text.size());
    }
  }
}

// Of a file that holds `text`, its only document.
MendOutcome OutcomeOf(const std::string& text) {
  const StreamedFile file;
  file.Write(text);
  MendedStream stream({}, ReportReader::kUsualLevels);
  EXPECT_FALSE(stream.Open(file.path()));
  stream.Next();
  EXPECT_FALSE(stream.Finish());
  EXPECT_TRUE(stream.AtEnd());
  EXPECT_EQ(stream.bytes(), text.size());
  return stream.outcome();
}

// Quadratic time would not end within the test's.
TEST(MendedStreamTest, WhatMustBeSeenAtOnceIsBounded) {
  constexpr size_t kFits = JsonMender::kMostAhead - 1;
  constexpr size_t kMore = 2 * JsonMender::kMostAhead;
  const std::string mark = "\xEF\xBB\xBF";
  const struct {
    std::string text;
    Reject expected;
  } cases[] = {
      {"[" + std::string(kFits, '7') + "]", Reject::kNone},
      {"[" + std::string(kMore, '7') + "]", Reject::kTooLarge},
      {"[]" + mark + std::string(kFits / 2, ' ') + "x", Reject::kNone},
      {"[]" + mark + std::string(kMore, ' ') + "x", Reject::kTooLarge},
      {std::string(kMore, ' ') + "[" + std::string(kMore, ' ') + "]",
       Reject::kNone},
      {"[\"" + std::string(kMore, 'x') + "\"]", Reject::kNone},
      {"[\"\\q" + std::string(kMore, 'x') + "\"]", Reject::kNotJson},
      {"[\"\\q" + std::string(kMore, '\\') + "\"]", Reject::kNotJson},
      {"[\"\\q" + std::string(kMore + 1, '\\') + "\"]", Reject::kTruncated},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(RejectName(OutcomeOf(c.text).reject), RejectName(c.expected))
        << c.text.substr(0, 20);
  }
}

TEST(MendedStreamTest, DocumentsAreBoundedAndFilesMayBeGone) {
  const StreamedFile file;
  file.Write("{}{}{}{}");
  ArchiveLimits limits;
  limits.max_members = 2;
  MendedStream stream(limits, ReportReader::kUsualLevels);
  ASSERT_FALSE(stream.Open(file.path()));
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(stream.AtEnd());
    stream.Next();
    EXPECT_FALSE(stream.Finish());
    EXPECT_EQ(RejectName(stream.outcome().reject),
              i < 2 ? "none" : "too_many_members");
    EXPECT_EQ(stream.bytes(), i < 2 ? 2u : 4u);
  }
  EXPECT_EQ(stream.outcome().detail, "more than 2 documents, at byte 4");
  EXPECT_TRUE(stream.AtEnd());
  EXPECT_EQ(MendedStream(limits, 9).Open("/nowhere").reject,
            Reject::kUnreadable);
  EXPECT_EQ(RejectName(OutcomeOf("").reject), "empty");
}

}  // namespace
}  // namespace mispsift
