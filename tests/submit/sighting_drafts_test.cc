#include "mispsift/submit/sighting_drafts.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "src/submit/analysis_time.h"

namespace mispsift {
namespace {

constexpr char kAttribute[] = "11111111-1111-4111-8111-111111111111";
constexpr char kEvent[] = "22222222-2222-4222-8222-222222222222";

std::string Line(const std::string& attribute, const std::string& event) {
  return fmt::format(
      R"({{"report":{{"id":"r","started":"2024-01-02T03:04:05Z",)"
      R"("dialect":"cape"}},"confidence":90,)"
      R"("attribute":{{"uuid":"{}","id":null,"type":"domain","value":"a"}},)"
      R"("event":{{"uuid":"{}","id":"7","info":"x","date":"2024-01-01"}}}})",
      attribute, event);
}

TEST(CorrelationLineTest, TellsWhatIsSighted) {
  const absl::StatusOr<CorrelationLine> line =
      ParseCorrelationLine(Line(kAttribute, kEvent));
  ASSERT_TRUE(line.ok()) << line.status();
  EXPECT_EQ(line->report_id, "r");
  EXPECT_EQ(line->confidence, 90);
  EXPECT_EQ(line->attribute.ToString(), kAttribute);
  EXPECT_EQ(line->event.ToString(), kEvent);
  const SightingDraft sighting =
      DraftSighting(*line, "", "2025-05-05T00:00:00Z");
  EXPECT_EQ(sighting.source, "CAPE Sandbox");
  EXPECT_EQ(sighting.time, 1704164645);
}

// No MISP knows what a snapshot has made for want of a uuid.
TEST(CorrelationLineTest, WhatTheSnapshotMadeUpHasNoPlace) {
  const std::string made =
      UuidV5(kMispsiftNamespace, "event\n7\n2024-01-01\nx").ToString();
  EXPECT_TRUE(ParseCorrelationLine(Line(kAttribute, made))->event.IsNil());
  const std::string attribute =
      UuidV5(kMispsiftNamespace,
             fmt::format("attribute\n{}\n0\ndomain\na", kEvent))
          .ToString();
  EXPECT_TRUE(ParseCorrelationLine(Line(attribute, kEvent))->event.IsNil());
  EXPECT_TRUE(ParseCorrelationLine(Line(kAttribute, ""))->event.IsNil());
}

TEST(AnalysisTimeTest, TheScanStandsInForWhatIsNoTime) {
  const AnalysisTime told =
      AnalysisTimeOf("2024-1-2T3:4:5", "2025-05-05T00:00:00Z");
  EXPECT_EQ(told.date, "2024-01-02");
  EXPECT_EQ(told.seconds, 1704164645);
  for (const char* started :
       {"", "yesterday", "1969-12-31T00:00:00", "10000-01-01T00:00:00"}) {
    const AnalysisTime time = AnalysisTimeOf(started, "2025-05-05T00:00:01Z");
    EXPECT_EQ(time.date, "2025-05-05") << started;
    EXPECT_EQ(time.seconds, 1746403201) << started;
  }
}

}  // namespace
}  // namespace mispsift
