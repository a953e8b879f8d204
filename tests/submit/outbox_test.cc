#include "mispsift/submit/outbox.h"

#include <gtest/gtest.h>

#include <fstream>

#include "mispsift/submit/event_drafts.h"
#include "tests/support/temp_folder.h"

namespace mispsift {
namespace {

constexpr char kServer[] = "https://misp.example";

Uuid Named(std::string_view name) { return UuidV5(kMispsiftNamespace, name); }

// With two attributes, and an object that holds one more.
EventDraft EventOf(const std::string& name) {
  EventDraft event;
  event.uuid = Named(name);
  event.info = "about " + name;
  event.attributes = {
      {.uuid = Named(name + " a"), .type = "domain", .value = "a.example"},
      {.uuid = Named(name + " b"), .type = "domain", .value = "b.example"}};
  DraftObject object;
  object.uuid = Named(name + " object");
  object.attributes = {{.uuid = Named(name + " c"), .type = "md5"}};
  event.objects = {object};
  return event;
}

uint64_t Of(const OutboxCounts::ByState& counts, SendState state) {
  return counts[static_cast<size_t>(state)];
}

class OutboxTest : public testing::Test {
 protected:
  Outbox Open(const std::string& destination = kServer) {
    absl::StatusOr<Outbox> outbox = Outbox::Open(path_, destination);
    EXPECT_TRUE(outbox.ok()) << outbox.status();
    return *std::move(outbox);
  }

  static void Plan(Outbox* outbox, const std::string& name,
                   const std::vector<std::string>& reports,
                   std::optional<std::string_view> json = "{}") {
    ASSERT_TRUE(outbox->BeginPlan().ok());
    ASSERT_TRUE(outbox->PlanEvent(EventOf(name), reports, json).ok());
    ASSERT_TRUE(outbox->FinishPlan().ok());
  }

  static std::vector<Uuid> Unsettled(Outbox* outbox) {
    absl::StatusOr<std::vector<Uuid>> events = outbox->UnsettledEvents();
    EXPECT_TRUE(events.ok()) << events.status();
    return *events;
  }

  OutboxStatus Status() const {
    absl::StatusOr<OutboxStatus> status = ReadOutboxStatus(path_);
    EXPECT_TRUE(status.ok()) << status.status();
    return *status;
  }

  const TempFolder folder_;
  const std::string path_ = folder_.path("r.outbox");
};

TEST_F(OutboxTest, APlanOutlivesTheRun) {
  {
    Outbox outbox = Open();
    Plan(&outbox, "one", {"r1"}, R"({"Event":{}})");
    Plan(&outbox, "two", {"r2"});
  }
  Outbox outbox = Open();
  EXPECT_EQ(Unsettled(&outbox),
            (std::vector<Uuid>{Named("one"), Named("two")}));
  const absl::StatusOr<WaitingEvent> event = outbox.Event(Named("one"));
  ASSERT_TRUE(event.ok()) << event.status();
  EXPECT_EQ(event->json, R"({"Event":{}})");
  EXPECT_EQ(event->attribute_count, 3U);
  EXPECT_EQ(event->state, SendState::kPlanned);
}

TEST_F(OutboxTest, APlanThatIsNotFinishedIsNone) {
  {
    Outbox outbox = Open();
    ASSERT_TRUE(outbox.BeginPlan().ok());
    ASSERT_TRUE(outbox.PlanEvent(EventOf("one"), {"r1"}, "{}").ok());
  }
  Outbox outbox = Open();
  EXPECT_TRUE(Unsettled(&outbox).empty());
}

TEST_F(OutboxTest, WhatIsBeingSentComesFirstAndIsNotPlannedAnew) {
  {
    Outbox outbox = Open();
    Plan(&outbox, "one", {"r1"});
    Plan(&outbox, "two", {"r2"}, "as it was sent");
    ASSERT_TRUE(outbox.MarkSending(Named("two")).ok());
  }
  Outbox outbox = Open();
  EXPECT_EQ(outbox.EventOfReport("r2").value(), Named("two"));
  EXPECT_EQ(outbox.EventOfReport("r1").value(), std::nullopt);
  Plan(&outbox, "two", {"r2"}, "with other settings");
  Plan(&outbox, "one", {"r1"}, "with other settings");
  EXPECT_EQ(Unsettled(&outbox),
            (std::vector<Uuid>{Named("two"), Named("one")}));
  EXPECT_EQ(outbox.Event(Named("two"))->json, "as it was sent");
  EXPECT_EQ(outbox.Event(Named("one"))->json, "with other settings");
}

TEST_F(OutboxTest, APlanTakesThePlaceOfAnotherOfTheSameReports) {
  Outbox outbox = Open();
  Plan(&outbox, "one", {"r1"});
  Plan(&outbox, "two", {"r2"});
  Plan(&outbox, "batch", {"r1", "r2"});
  EXPECT_EQ(Unsettled(&outbox), std::vector<Uuid>{Named("batch")});
  const OutboxStatus status = Status();
  EXPECT_EQ(Of(status.counts[0].attributes, SendState::kPlanned), 3U);
  EXPECT_EQ(Of(status.counts[0].objects, SendState::kPlanned), 1U);
}

TEST_F(OutboxTest, WhatIsNotedOnlyIsNotSent) {
  Outbox outbox = Open();
  Plan(&outbox, "one", {"r1"}, std::nullopt);
  EXPECT_TRUE(Unsettled(&outbox).empty());
  EXPECT_EQ(outbox.PlannedEvents().value(), std::vector<Uuid>{Named("one")});
  Plan(&outbox, "one", {"r1"}, "{}");
  EXPECT_EQ(Unsettled(&outbox), std::vector<Uuid>{Named("one")});
}

TEST_F(OutboxTest, ASettledEventTellsWhatBecameOfItsParts) {
  Outbox outbox = Open();
  Plan(&outbox, "one", {"r1"});
  ASSERT_TRUE(outbox.MarkSending(Named("one")).ok());
  EXPECT_EQ(Of(Status().counts[0].attributes, SendState::kSending), 3U);
  ASSERT_TRUE(outbox
                  .Settle({Named("one"),
                           SendState::kPartial,
                           "401",
                           "1 of 3 attributes are not there",
                           {{Named("one b"), "no such domain"}}})
                  .ok());
  EXPECT_TRUE(Unsettled(&outbox).empty());
  EXPECT_EQ(outbox.EventOfReport("r1").value(), Named("one"));
  EXPECT_FALSE(outbox.Event(Named("one")).ok());
  const OutboxStatus status = Status();
  ASSERT_EQ(status.counts.size(), 1U);
  const OutboxCounts& counts = status.counts[0];
  EXPECT_EQ(counts.destination, kServer);
  EXPECT_EQ(Of(counts.events, SendState::kPartial), 1U);
  EXPECT_EQ(Of(counts.objects, SendState::kStored), 1U);
  EXPECT_EQ(Of(counts.attributes, SendState::kStored), 2U);
  EXPECT_EQ(Of(counts.attributes, SendState::kRefused), 1U);
  ASSERT_EQ(status.problems.size(), 2U);
  EXPECT_EQ(status.problems[0].name, "about one");
  EXPECT_EQ(status.problems[1].name, "domain b.example");
  EXPECT_EQ(status.problems[1].detail, "no such domain");
  // The run's own report says the same.
  EXPECT_EQ(outbox.problems().size(), 2U);
  EXPECT_EQ(outbox.problems()[1].name, "domain b.example");
  EXPECT_EQ(Of(outbox.settled().events, SendState::kPartial), 1U);
}

TEST_F(OutboxTest, NothingOfABlockedEventIsThere) {
  Outbox outbox = Open();
  Plan(&outbox, "one", {"r1"});
  ASSERT_TRUE(
      outbox.Settle({Named("one"), SendState::kBlocked, "", "blocked", {}})
          .ok());
  const OutboxStatus status = Status();
  EXPECT_EQ(Of(status.counts[0].attributes, SendState::kBlocked), 3U);
  EXPECT_EQ(Of(status.counts[0].objects, SendState::kBlocked), 1U);
}

TEST_F(OutboxTest, SightingsWaitByEventAndEachOnce) {
  const auto sighting = [](const std::string& name, const std::string& event) {
    return SightingDraft{Named(name), Named(name + " attribute"), Named(event),
                         1700000000, "Cuckoo Sandbox"};
  };
  Outbox outbox = Open();
  for (int run = 0; run < 2; ++run) {
    ASSERT_TRUE(outbox.BeginPlan().ok());
    ASSERT_TRUE(outbox.PlanSighting(sighting("x", "e1"), "401").ok());
    ASSERT_TRUE(outbox.PlanSighting(sighting("y", "e2"), "").ok());
    ASSERT_TRUE(outbox.PlanSighting(sighting("z", "e1"), "401").ok());
    ASSERT_TRUE(outbox.FinishPlan().ok());
  }
  std::vector<WaitingSightings> waiting = outbox.UnsettledSightings().value();
  ASSERT_EQ(waiting.size(), 2U);
  if (waiting[0].event != Named("e1")) std::swap(waiting[0], waiting[1]);
  EXPECT_EQ(waiting[0].server_id, "401");
  EXPECT_EQ(waiting[0].sightings.size(), 2U);
  EXPECT_EQ(waiting[1].sightings[0].time, 1700000000);
  EXPECT_EQ(waiting[1].sightings[0].source, "Cuckoo Sandbox");
  ASSERT_TRUE(outbox.MarkSending(waiting[0]).ok());
  ASSERT_TRUE(outbox.Settle(waiting[0], {{Named("z"), "no attribute"}}).ok());
  EXPECT_EQ(outbox.UnsettledSightings()->size(), 1U);
  const OutboxStatus status = Status();
  EXPECT_EQ(Of(status.counts[0].sightings, SendState::kStored), 1U);
  EXPECT_EQ(Of(status.counts[0].sightings, SendState::kRefused), 1U);
  EXPECT_EQ(Of(status.counts[0].sightings, SendState::kPlanned), 1U);
  ASSERT_EQ(status.problems.size(), 1U);
  EXPECT_EQ(status.problems[0].detail, "no attribute");
}

TEST_F(OutboxTest, DestinationsHaveNothingInCommon) {
  {
    Outbox outbox = Open();
    Plan(&outbox, "one", {"r1"});
    ASSERT_TRUE(
        outbox.Settle({Named("one"), SendState::kStored, "1", "", {}}).ok());
  }
  Outbox other = Open("https://other.example");
  EXPECT_EQ(other.EventOfReport("r1").value(), std::nullopt);
  Plan(&other, "one", {"r1"});
  EXPECT_EQ(Unsettled(&other).size(), 1U);
  EXPECT_EQ(Status().counts.size(), 2U);
}

TEST_F(OutboxTest, OneRunAtATime) {
  Outbox outbox = Open();
  EXPECT_EQ(Outbox::Open(path_, kServer).status().code(),
            absl::StatusCode::kAborted);
  // Looking at it is allowed.
  EXPECT_TRUE(ReadOutboxStatus(path_).ok());
}

TEST_F(OutboxTest, WhatIsNoLedgerIsAnError) {
  EXPECT_EQ(ReadOutboxStatus(path_).status().code(),
            absl::StatusCode::kNotFound);
  std::ofstream(path_) << std::string(10000, 'x');
  EXPECT_EQ(Outbox::Open(path_, kServer).status().code(),
            absl::StatusCode::kDataLoss);
  EXPECT_EQ(Outbox::Open(folder_.path("no/such"), kServer).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace mispsift
