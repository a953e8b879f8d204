#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/drafting.h"
#include "tests/support/event_validity.h"

namespace mispsift {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

// One analysis with so many mutexes of its own, and one that all have.
ReportFields Analysis(int number, int own_mutexes) {
  ReportFields fields;
  fields.report_id = fmt::format("{:032x}", number);
  fields.facts.task_id = fmt::format("{}", number);
  fields.facts.started = fmt::format("2024-01-{:02}T00:00:00", number);
  fields.facts.target.name = "sample.exe";
  fields.facts.target.sha256 = fmt::format("{:064x}", number);
  fields.facts.mutexes = {"of all"};
  for (int i = 0; i < own_mutexes; ++i) {
    fields.facts.mutexes.push_back(fmt::format("{} of {}", i, number));
  }
  return fields;
}

DraftSettings Settings() { return InModes("hashes mutexes"); }

std::vector<DraftedEvent> Batches(const std::vector<ReportFields>& analyses,
                                  const DraftSettings& settings, size_t most) {
  BatchDrafter drafter(settings, most);
  std::vector<DraftedEvent> events;
  for (const ReportFields& fields : analyses) {
    if (std::optional<DraftedEvent> full = drafter.Add(fields)) {
      events.push_back(*std::move(full));
    }
  }
  if (std::optional<DraftedEvent> rest = drafter.Finish()) {
    events.push_back(*std::move(rest));
  }
  EXPECT_FALSE(drafter.Finish().has_value());
  for (const DraftedEvent& drafted : events) {
    EXPECT_THAT(ProblemsOf(drafted.event), IsEmpty());
  }
  return events;
}

TEST(BatchDrafterTest, ManyAnalysesAreOneEvent) {
  const std::vector<DraftedEvent> events = Batches(
      {Analysis(3, 1), Analysis(1, 0), Analysis(2, 1)}, Settings(), 1000);
  ASSERT_EQ(events.size(), 1u);
  const DraftedEvent& drafted = events[0];
  EXPECT_THAT(drafted.report_ids,
              ElementsAre(Analysis(3, 0).report_id, Analysis(1, 0).report_id,
                          Analysis(2, 0).report_id));
  EXPECT_EQ(drafted.event.info, "Cuckoo Sandbox analysis (3 analyses)");
  // Of the latest.
  EXPECT_EQ(drafted.event.date, "2024-01-03");
  EXPECT_EQ(drafted.event.timestamp, 1704240000);
  EXPECT_THAT(Values(drafted.event),
              ElementsAre("mutex of all", "mutex 0 of 3", "mutex 0 of 2",
                          "file/sha256 " + Analysis(3, 0).facts.target.sha256,
                          "file/filename sample.exe",
                          "file/sha256 " + Analysis(1, 0).facts.target.sha256,
                          "file/filename sample.exe",
                          "file/sha256 " + Analysis(2, 0).facts.target.sha256,
                          "file/filename sample.exe"));
  // The comment is the first one's.
  EXPECT_EQ(drafted.event.attributes[0].comment,
            "sample " + Analysis(3, 0).facts.target.sha256);
  EXPECT_EQ(drafted.event.attributes[2].comment,
            "sample " + Analysis(2, 0).facts.target.sha256);
}

TEST(BatchDrafterTest, WithoutASampleTheCommentNamesTheReport) {
  ReportFields fields = Analysis(4, 0);
  fields.facts.target = {"url", "", "", "", "", "http://target.example/"};
  const std::vector<DraftedEvent> events = Batches({fields}, Settings(), 10);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].event.attributes.at(0).comment,
            "report " + fields.report_id);
  EXPECT_EQ(events[0].event.info, "Cuckoo Sandbox analysis (1 analysis)");
}

TEST(BatchDrafterTest, NoEventIsLargerUnlessOneAnalysisIs) {
  // Each has a file of two attributes and its mutexes, and "of all" once.
  const std::vector<DraftedEvent> events =
      Batches({Analysis(1, 2), Analysis(2, 2), Analysis(3, 2), Analysis(4, 20),
               Analysis(5, 0), Analysis(6, 0)},
              Settings(), 9);
  std::vector<std::pair<size_t, size_t>> sizes;
  for (const DraftedEvent& drafted : events) {
    sizes.emplace_back(drafted.report_ids.size(),
                       AttributeCount(drafted.event));
  }
  using Size = std::pair<size_t, size_t>;
  EXPECT_THAT(sizes,
              ElementsAre(Size(2, 9), Size(1, 5), Size(1, 23), Size(2, 5)));
}

TEST(BatchDrafterTest, AnEventIsFullOnlyWhenTheNextDoesNotFit) {
  BatchDrafter drafter(Settings(), 5);
  EXPECT_FALSE(drafter.Finish().has_value());
  EXPECT_FALSE(drafter.Add(Analysis(1, 2)).has_value());  // is 5
  const std::optional<DraftedEvent> full = drafter.Add(Analysis(2, 0));
  ASSERT_TRUE(full.has_value());
  EXPECT_THAT(full->report_ids, ElementsAre(Analysis(1, 0).report_id));
}

TEST(BatchDrafterTest, TheFirstMayBeLargerThanAnEvent) {
  BatchDrafter drafter(Settings(), 5);
  EXPECT_FALSE(drafter.Add(Analysis(1, 20)).has_value());
  EXPECT_THAT(drafter.Finish()->report_ids,
              ElementsAre(Analysis(1, 0).report_id));
}

TEST(BatchDrafterTest, UuidsAreOfTheReportsInOrder) {
  const auto uuid = [](const std::vector<ReportFields>& analyses) {
    return Batches(analyses, Settings(), 1000).at(0).event.uuid;
  };
  const Uuid both = uuid({Analysis(1, 1), Analysis(2, 1)});
  EXPECT_EQ(both, uuid({Analysis(1, 1), Analysis(2, 1)}));
  EXPECT_EQ(both, uuid({Analysis(1, 5), Analysis(2, 1)}));
  EXPECT_NE(both, uuid({Analysis(2, 1), Analysis(1, 1)}));
  EXPECT_NE(both, uuid({Analysis(1, 1)}));
  EXPECT_NE(uuid({Analysis(1, 1)}), EventUuidOf(Analysis(1, 1).report_id));
  // The whole event.
  EXPECT_EQ(EventJson(Batches({Analysis(1, 1), Analysis(2, 1)}, Settings(), 99)
                          .at(0)
                          .event),
            EventJson(Batches({Analysis(1, 1), Analysis(2, 1)}, Settings(), 99)
                          .at(0)
                          .event));
}

TEST(BatchDrafterTest, TheSameSampleIsOneFile) {
  ReportFields again = Analysis(2, 0);
  again.facts.target = Analysis(1, 0).facts.target;
  again.facts.target.name = "renamed.exe";
  const std::vector<DraftedEvent> events =
      Batches({Analysis(1, 0), again}, Settings(), 1000);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_THAT(
      Values(events[0].event),
      ElementsAre("mutex of all", "file/sha256 " + again.facts.target.sha256,
                  "file/filename sample.exe", "file/filename renamed.exe"));
}

TEST(BatchDrafterTest, PlaceholdersAreTheFirstOnesAndTheCount) {
  DraftSettings settings = Settings();
  settings.title = "{count} since {name} of {task_id}";
  const std::vector<DraftedEvent> events =
      Batches({Analysis(5, 0), Analysis(2, 0)}, settings, 1000);
  EXPECT_EQ(events.at(0).event.info, "2 since sample.exe of 5");
}

TEST(BatchDrafterTest, ObjectsAreOfEachAnalysis) {
  DraftSettings settings = Settings();
  settings.objects = true;
  ReportFields second = Analysis(2, 0);
  second.facts.dialect = Dialect::kCape;
  const std::vector<DraftedEvent> events =
      Batches({Analysis(1, 0), second}, settings, 1000);
  const EventDraft& event = events.at(0).event;
  ASSERT_EQ(event.objects.size(), 4u);
  EXPECT_THAT(Values(event),
              Contains("sandbox-report/on-premise-sandbox cape"));
  for (const size_t file : {0, 2}) {
    ASSERT_EQ(event.objects[file].name, "file");
    ASSERT_EQ(event.objects[file].references.size(), 1u);
    EXPECT_EQ(event.objects[file].references[0].referenced,
              event.objects[file + 1].uuid);
  }
}

TEST(BatchDrafterTest, WhatIsLeftOutNamesItsReport) {
  ReportFields first = Analysis(1, 0);
  ReportFields second = Analysis(2, 0);
  first.facts.hosts = {"10.0.0.1"};
  second.facts.hosts = {"10.0.0.1", "10.0.0.2"};
  DraftSettings settings = InModes("ipaddr hashes");
  settings.safelist = {Analysis(3, 0).facts.target.sha256};
  const std::vector<DraftedEvent> events =
      Batches({first, second, Analysis(3, 4)}, settings, 1000);
  ASSERT_EQ(events.size(), 1u);
  const std::vector<LeftOutValue>& left_out = events[0].left_out;
  ASSERT_EQ(left_out.size(), 3u);
  EXPECT_EQ(left_out[0].report_id, first.report_id);
  EXPECT_EQ(left_out[1].report_id, second.report_id);
  EXPECT_EQ(left_out[1].value, "10.0.0.2");
  EXPECT_EQ(left_out[2].reason, LeftOut::kSafelisted);
  EXPECT_EQ(events[0].report_ids.size(), 3u);
  EXPECT_EQ(events[0].event.objects.size(), 2u);
}

TEST(BatchDrafterTest, TheSampleIsInItsFile) {
  BatchDrafter drafter(Settings(), 100);
  const SampleFile sample{"sample.exe", "MZ"};
  drafter.Add(Analysis(1, 0), &sample);
  drafter.Add(Analysis(2, 0));
  const std::optional<DraftedEvent> drafted = drafter.Finish();
  ASSERT_TRUE(drafted.has_value());
  EXPECT_THAT(ProblemsOf(drafted->event), IsEmpty());
  ASSERT_EQ(drafted->event.objects.size(), 2u);
  EXPECT_EQ(drafted->event.objects[0].attributes.size(), 3u);
  EXPECT_EQ(drafted->event.objects[1].attributes.size(), 2u);
}

}  // namespace
}  // namespace mispsift
