#include "tools/terminal/progress_text.h"

#include <gtest/gtest.h>

#include "tools/terminal/amounts.h"

namespace mispsift {
namespace {

ScanState Halfway() {
  ScanState state;
  state.seconds = 10;
  state.reports = 1'234;
  state.bytes = 9'900'000'000;
  state.matches = 56;
  state.input_bytes = 1'500'000'000;
  state.input_total = 6'000'000'000;
  return state;
}

TEST(ProgressTextTest, OfATotal) {
  EXPECT_EQ(ProgressText(Halfway()),
            "25 %: 1,234 reports, 1.5 GB of 6.0 GB, 123/s, 56 matches, "
            "30 s left");
  EXPECT_EQ(ProgressBar(Halfway(), {.columns = 100}),
            "━━━━━━──────────────────  25 %  1,234 reports  1.5 GB of 6.0 GB  "
            "123/s  56 matches  30 s left");
  EXPECT_EQ(ProgressBar(Halfway(), {.columns = 100, .unicode = false}),
            "######..................  25 %  1,234 reports  1.5 GB of 6.0 GB  "
            "123/s  56 matches  30 s left");
}

TEST(ProgressTextTest, WithoutATotalNothingIsGuessed) {
  ScanState state = Halfway();
  state.input_total = 0;
  state.rejected = 3;
  EXPECT_EQ(ProgressText(state),
            "1,234 reports, 9.9 GB, 123/s, 56 matches, 3 rejected");
  EXPECT_EQ(ProgressBar(state, {}),
            "1,234 reports  9.9 GB  123/s  56 matches  3 rejected");
}

TEST(ProgressTextTest, ItsEndsAreWhatTheyAre) {
  ScanState state = Halfway();
  state.input_bytes = 0;
  EXPECT_EQ(ProgressText(state),
            "0 %: 1,234 reports, 0 B of 6.0 GB, 123/s, 56 matches");
  // Files that grew while they were read.
  state.input_bytes = 7'000'000'000;
  EXPECT_EQ(ProgressText(state),
            "100 %: 1,234 reports, 7.0 GB of 6.0 GB, 123/s, 56 matches");
  state.seconds = 0;
  EXPECT_EQ(ProgressBar(state, {.columns = 1}).size(), 3u);  // an ellipsis
}

TEST(ProgressTextTest, ABarFitsTheTerminal) {
  ScanState state = Halfway();
  state.reports = 1'234'567'890;
  state.matches = 987'654'321;
  state.rejected = 123'456;
  for (size_t columns = 1; columns < 200; ++columns) {
    for (const bool unicode : {true, false}) {
      const std::string bar =
          ProgressBar(state, {.columns = columns, .unicode = unicode});
      EXPECT_LE(DisplayWidth(bar), std::max<size_t>(columns - 1, 1)) << bar;
    }
  }
}

TEST(AmountsTest, AsAPersonReadsThem) {
  EXPECT_EQ(CountText(0), "0");
  EXPECT_EQ(CountText(999), "999");
  EXPECT_EQ(CountText(1'000), "1,000");
  EXPECT_EQ(CountText(18'446'744'073'709'551'615u),
            "18,446,744,073,709,551,615");
  EXPECT_EQ(BytesText(999), "999 B");
  EXPECT_EQ(BytesText(1'000), "1.0 kB");
  EXPECT_EQ(BytesText(999'949), "999.9 kB");
  EXPECT_EQ(BytesText(999'960), "1.0 MB");
  EXPECT_EQ(BytesText(2.5e15), "2500.0 TB");
  EXPECT_EQ(DurationText(0), "0 ms");
  EXPECT_EQ(DurationText(0.0994), "99 ms");
  EXPECT_EQ(DurationText(0.0996), "0.1 s");
  EXPECT_EQ(DurationText(9.94), "9.9 s");
  EXPECT_EQ(DurationText(9.96), "10 s");
  EXPECT_EQ(DurationText(59.6), "1 min 0 s");
  EXPECT_EQ(DurationText(3'599.6), "1 h 0 min");
  EXPECT_EQ(DurationText(90'000), "25 h 0 min");
  EXPECT_EQ(RateText(9.94, 1), "9.9");
  EXPECT_EQ(RateText(12'345, 1), "12,345");
  EXPECT_EQ(RateText(5, 0), "5,000");
}

TEST(DisplayWidthTest, CutsByColumnsBetweenCharacters) {
  const TextStyle style;
  EXPECT_EQ(DisplayWidth("abc"), 3u);
  EXPECT_EQ(DisplayWidth("\xE6\xBC\xA2"), 2u);  // a wide one
  EXPECT_EQ(DisplayWidth("e\xCC\x81"), 1u);     // one that combines
  EXPECT_EQ(DisplayWidth("\xEF\xBF\xBD"), 1u);
  EXPECT_EQ(FitColumns("abcdef", 6, style), "abcdef");
  EXPECT_EQ(FitColumns("abcdef", 5, style), "abcd…");
  EXPECT_EQ(FitColumns("abcdef", 5, {.unicode = false}), "ab...");
  EXPECT_EQ(FitColumns("abcdef", 2, {.unicode = false}), "..");
  EXPECT_EQ(FitColumns("abcdef", 0, style), "");
  EXPECT_EQ(FitColumns("\xE6\xBC\xA2\xE6\xBC\xA2\xE6\xBC\xA2", 4, style),
            "\xE6\xBC\xA2…");
  EXPECT_EQ(PadColumns("\xE6\xBC\xA2\xE6\xBC\xA2\xE6\xBC\xA2", 4, style),
            "\xE6\xBC\xA2… ");
  EXPECT_EQ(PadColumns("ab", 4, style), "ab  ");
}

}  // namespace
}  // namespace mispsift
