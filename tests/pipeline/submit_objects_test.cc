// Objects of an event that a server began to store and never finished.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "tests/support/submit_harness.h"
#include "tests/support/temp_folder.h"

namespace mispsift {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class SubmitObjectsTest : public testing::Test {
 protected:
  SubmitObjectsTest() {
    std::vector<ResultAnalysis> analyses = ManyAnalyses(1, 2);
    analyses[0].sha256 = std::string(64, 'a');
    analyses[0].urls = {"http://one.example/a", "http://two.example/b"};
    WriteResults(results_, analyses);
  }

  SubmitReport SubmitObjects(const FakeMisp& server) const {
    SubmitOptions options = SubmitTo(server, results_);
    options.draft.objects = true;
    options.ledger = folder_.path(fmt::format("ledger{}", server.port()));
    const absl::StatusOr<SubmitReport> report = RunSubmit(options);
    EXPECT_TRUE(report.ok()) << report.status();
    return report.ok() ? *report : SubmitReport();
  }

  // What is in which object of the only event; "" outside of them.
  static std::map<std::string, std::set<std::string>> Held(
      const FakeMisp& server) {
    std::map<std::string, std::set<std::string>> held;
    const uint64_t event = server.EventIds().at(0);
    for (const FakeAttribute& attribute : server.Attributes(event)) {
      if (attribute.object_id == 0) held[""].insert(attribute.uuid);
    }
    for (const FakeObject& object : server.Objects(event)) {
      for (const FakeAttribute& attribute : object.attributes) {
        held[object.uuid].insert(attribute.uuid);
      }
      for (const FakeReference& reference : object.references) {
        held[object.uuid].insert("refers as " + reference.uuid);
      }
    }
    return held;
  }

  const TempFolder folder_;
  const std::string results_ = folder_.path("results");
};

TEST_F(SubmitObjectsTest, WhatIsAddedLateIsInItsObjects) {
  FakeMisp undisturbed;
  SubmitObjects(undisturbed);
  const auto whole = Held(undisturbed);
  ASSERT_GE(whole.size(), 4U);
  const uint64_t count = undisturbed.LiveAttributeCount();
  for (uint64_t stored = 0; stored < count; ++stored) {
    FakeMisp server;
    server.Inject({.path = "/events/add",
                   .kind = Fault::Kind::kStoredPartly,
                   .rows = stored});
    // And its answer gets lost.
    if (stored % 2 == 1) {
      server.Inject(
          {.path = "/events/edit", .kind = Fault::Kind::kStoredThenCut});
    }
    EXPECT_THAT(SubmitObjects(server).problems, IsEmpty());
    EXPECT_EQ(Held(server), whole)
        << stored << " of " << count << " were there";
    EXPECT_THAT(server.Duplicates(), IsEmpty());
  }
}

TEST_F(SubmitObjectsTest, WhyAnAttributeOfAnObjectIsRefusedIsTold) {
  FakeMisp server;
  server.RefuseValues("two.example");
  const SubmitReport report = SubmitObjects(server);
  ASSERT_THAT(report.problems, SizeIs(testing::Ge(2U)));
  EXPECT_EQ(report.problems[1].what, "attribute");
  EXPECT_THAT(report.problems[1].name, testing::HasSubstr("two.example"));
  EXPECT_NE(report.problems[1].detail, "MISP does not say why");
  EXPECT_EQ(server.RequestCount("/events/edit"), 1U);
  EXPECT_EQ(server.RequestCount("/attributes/add"), 1U);
}

}  // namespace
}  // namespace mispsift
