#include "mispsift/model/snapshot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "mispsift/base/uuid.h"

namespace mispsift {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Uuid TestUuid(uint8_t number) {
  Uuid uuid;
  uuid.bytes[6] = 0x40;
  uuid.bytes[8] = 0x80;
  uuid.bytes[15] = number;
  return uuid;
}

Attribute MakeAttribute(uint8_t number, std::string value,
                        int64_t timestamp = 1000) {
  Attribute attribute;
  attribute.uuid = TestUuid(number);
  attribute.type = "domain";
  attribute.category = "Network activity";
  attribute.value = std::move(value);
  attribute.timestamp = timestamp;
  return attribute;
}

EventContext MakeEvent(uint8_t number, std::string info = "an event") {
  EventContext event;
  event.uuid = TestUuid(number);
  event.info = std::move(info);
  return event;
}

Snapshot Build(const std::function<void(Snapshot::Builder*)>& fill) {
  Snapshot::Builder builder;
  builder.AddSource("attributes", "a.json");
  fill(&builder);
  return std::move(builder).Build("2026-01-02T03:04:05Z", "0.1.0");
}

void AddOne(Snapshot::Builder* builder, const Attribute& attribute,
            const EventContext& event) {
  builder->BeginInput();
  builder->Add(attribute, builder->AddEvent(event));
  builder->CommitInput();
}

std::vector<std::string> Values(const Snapshot& snapshot) {
  std::vector<std::string> values;
  for (uint32_t row = 0; row < snapshot.attribute_count(); ++row) {
    values.emplace_back(snapshot.attribute(row).value);
  }
  return values;
}

TEST(Snapshot, GivesBackWhatWasAdded) {
  Attribute attribute = MakeAttribute(7, "evil.example", 1733295779);
  attribute.id = 42;
  attribute.comment = "seen in a test";
  attribute.to_ids = true;
  attribute.disable_correlation = true;
  attribute.tags = {"tlp:green", "phishing"};
  EventContext event = MakeEvent(9, "Test campaign");
  event.id = 4;
  event.date = "2026-01-02";
  event.org = "Example Org";
  event.timestamp = 1733295780;
  event.threat_level_id = 2;
  event.analysis = 1;
  event.published = true;
  event.tags = {"type:OSINT"};
  const Snapshot snapshot = Build(
      [&](Snapshot::Builder* builder) { AddOne(builder, attribute, event); });

  ASSERT_EQ(snapshot.attribute_count(), 1u);
  const AttributeView view = snapshot.attribute(0);
  EXPECT_EQ(view.row, 0u);
  EXPECT_EQ(view.fields->uuid, TestUuid(7));
  EXPECT_EQ(view.fields->id, 42u);
  EXPECT_EQ(view.fields->timestamp, 1733295779);
  EXPECT_EQ(view.fields->flags,
            AttributeRow::kToIds | AttributeRow::kDisableCorrelation);
  EXPECT_EQ(view.type, "domain");
  EXPECT_EQ(view.category, "Network activity");
  EXPECT_EQ(view.value, "evil.example");
  EXPECT_EQ(view.comment, "seen in a test");
  EXPECT_TRUE(view.to_ids());
  EXPECT_THAT(snapshot.tags(view), ElementsAre("tlp:green", "phishing"));

  ASSERT_EQ(snapshot.event_count(), 1u);
  const EventView around = snapshot.event_of(view);
  EXPECT_EQ(around.fields->uuid, TestUuid(9));
  EXPECT_EQ(around.fields->id, 4u);
  EXPECT_EQ(around.fields->timestamp, 1733295780);
  EXPECT_EQ(around.fields->threat_level_id, 2);
  EXPECT_EQ(around.fields->analysis, 1);
  EXPECT_TRUE(around.published());
  EXPECT_EQ(around.info, "Test campaign");
  EXPECT_EQ(around.date, "2026-01-02");
  EXPECT_EQ(around.org, "Example Org");
  EXPECT_THAT(snapshot.tags(around), ElementsAre("type:OSINT"));

  EXPECT_EQ(snapshot.manifest().created, "2026-01-02T03:04:05Z");
  EXPECT_EQ(snapshot.manifest().version, "0.1.0");
  ASSERT_EQ(snapshot.manifest().sources.size(), 1u);
  EXPECT_EQ(snapshot.manifest().sources[0].kind, "attributes");
  EXPECT_EQ(snapshot.manifest().sources[0].location, "a.json");
  EXPECT_EQ(snapshot.manifest().sources[0].attributes, 1u);
}

TEST(Snapshot, AttributesAreSortedByUuid) {
  const Snapshot snapshot = Build([](Snapshot::Builder* builder) {
    for (const uint8_t number : {5, 1, 9, 3}) {
      AddOne(builder, MakeAttribute(number, std::to_string(number)),
             MakeEvent(number));
    }
  });
  EXPECT_THAT(Values(snapshot), ElementsAre("1", "3", "5", "9"));
  for (uint32_t row = 0; row < 4; ++row) {
    const AttributeView view = snapshot.attribute(row);
    EXPECT_EQ(snapshot.event_of(view).fields->uuid, view.fields->uuid);
  }
}

TEST(Snapshot, NewestOfOneUuidWins) {
  struct Case {
    const char* what;
    std::vector<std::pair<int64_t, const char*>> added;
    const char* winner;
  };
  const Case cases[] = {
      {"newer last", {{10, "old"}, {20, "new"}}, "new"},
      {"newer first", {{20, "new"}, {10, "old"}}, "new"},
      {"equal: the last", {{10, "first"}, {10, "last"}}, "last"},
      {"three", {{10, "a"}, {30, "b"}, {20, "c"}}, "b"},
  };
  for (const Case& test : cases) {
    const Snapshot snapshot = Build([&](Snapshot::Builder* builder) {
      for (const auto& [timestamp, value] : test.added) {
        AddOne(builder, MakeAttribute(1, value, timestamp), MakeEvent(1));
      }
    });
    EXPECT_THAT(Values(snapshot), ElementsAre(test.winner)) << test.what;
  }
}

TEST(Snapshot, DeletedWinnerIsLeftOut) {
  Attribute deleted = MakeAttribute(1, "gone", 20);
  deleted.deleted = true;
  const Snapshot gone = Build([&](Snapshot::Builder* builder) {
    AddOne(builder, deleted, MakeEvent(1));
    AddOne(builder, MakeAttribute(1, "older", 10), MakeEvent(1));
  });
  EXPECT_THAT(Values(gone), IsEmpty());
  EXPECT_EQ(gone.event_count(), 1u) << "the event was read all the same";

  const Snapshot revived = Build([&](Snapshot::Builder* builder) {
    AddOne(builder, deleted, MakeEvent(1));
    AddOne(builder, MakeAttribute(1, "back again", 30), MakeEvent(1));
  });
  EXPECT_THAT(Values(revived), ElementsAre("back again"));
}

TEST(Snapshot, WhatIsKnownLaterIsSetForARun) {
  const Snapshot snapshot = Build([](Snapshot::Builder* builder) {
    builder->BeginInput();
    const uint32_t unknown = builder->AddEvent({});
    builder->Add(MakeAttribute(1, "a"), unknown);
    const uint64_t first = builder->added();
    builder->Add(MakeAttribute(2, "b"), unknown);
    builder->Add(MakeAttribute(3, "c"), unknown);
    builder->SetEvent(first, builder->AddEvent(MakeEvent(9, "told late")));
    const uint64_t object = builder->added();
    builder->Add(MakeAttribute(4, "d"), unknown);
    builder->SetDeleted(object);
    builder->CommitInput();
  });
  ASSERT_THAT(Values(snapshot), ElementsAre("a", "b", "c"));
  EXPECT_EQ(snapshot.event_of(snapshot.attribute(0)).info, "");
  EXPECT_EQ(snapshot.event_of(snapshot.attribute(1)).info, "told late");
  EXPECT_EQ(snapshot.event_of(snapshot.attribute(2)).info, "told late");
}

TEST(Snapshot, AbandonedInputLeavesNoTrace) {
  const auto good = [](Snapshot::Builder* builder, uint8_t number) {
    Attribute attribute = MakeAttribute(number, std::to_string(number));
    attribute.tags = {"kept"};
    AddOne(builder, attribute, MakeEvent(number));
  };
  const Snapshot without = Build([&](Snapshot::Builder* builder) {
    good(builder, 1);
    good(builder, 2);
  });
  const Snapshot with = Build([&](Snapshot::Builder* builder) {
    good(builder, 1);
    builder->BeginInput();
    Attribute broken = MakeAttribute(1, "newer, but broken", 9999);
    broken.type = "a type of its own";
    broken.category = "Broken";
    broken.tags = {"broken"};
    const uint32_t event = builder->AddEvent(MakeEvent(1, "broken"));
    builder->Add(broken, event);
    builder->AbandonInput();
    EXPECT_EQ(builder->added(), 1u);
    good(builder, 2);
  });
  EXPECT_EQ(with.manifest().id, without.manifest().id);
  EXPECT_EQ(with.manifest().sources[0].attributes, 2u);
  EXPECT_EQ(with.columns().heap, without.columns().heap);
  EXPECT_EQ(with.columns().tags.size(), 1u);
}

TEST(Snapshot, SameContentGivesTheSameBytesInAnyOrder) {
  std::vector<std::pair<Attribute, EventContext>> rows;
  for (uint8_t number = 0; number < 20; ++number) {
    Attribute attribute = MakeAttribute(number, std::to_string(number));
    attribute.type = number % 3 == 0 ? "md5" : "domain";
    attribute.category = number % 2 == 0 ? "Other" : "Payload delivery";
    attribute.comment = "comment";
    if (number % 4 == 0) attribute.tags = {"b", "a"};
    if (number % 5 == 0) attribute.tags = {"c"};
    rows.emplace_back(attribute, MakeEvent(number % 7));
  }
  const auto build = [&rows](bool one_source) {
    return Build([&](Snapshot::Builder* builder) {
      for (size_t i = 0; i < rows.size(); ++i) {
        if (i == 10 && !one_source) builder->AddSource("feed", "b");
        AddOne(builder, rows[i].first, rows[i].second);
      }
    });
  };
  const Snapshot forward = build(true);
  std::reverse(rows.begin(), rows.end());
  const Snapshot backward = build(false);
  EXPECT_EQ(forward.manifest().id, backward.manifest().id);

  rows[3].first.value += "x";
  EXPECT_NE(build(true).manifest().id, forward.manifest().id);
}

TEST(Snapshot, IdDoesNotDependOnWhenItWasBuilt) {
  const auto build = [](std::string created) {
    Snapshot::Builder builder;
    builder.AddSource("attributes", created);
    AddOne(&builder, MakeAttribute(1, "a"), MakeEvent(1));
    return std::move(builder).Build(created, created).manifest().id;
  };
  EXPECT_EQ(build("2026-01-01T00:00:00Z"), build("2026-02-02T00:00:00Z"));
  EXPECT_EQ(build("x").size(), 32u);
}

EventContext RichEvent(int64_t timestamp) {
  EventContext event = MakeEvent(9, "rich");
  event.id = 4;
  event.date = "2026-01-02";
  event.org = "Example Org";
  event.timestamp = timestamp;
  event.threat_level_id = 3;
  event.analysis = 2;
  event.published = true;
  event.tags = {"tlp:green"};
  return event;
}

TEST(Snapshot, EventSaysWhatAnyOfItsContextsSaid) {
  EventContext poor = MakeEvent(9, "poor");
  poor.id = 4;
  EventContext poor_but_newer = poor;
  poor_but_newer.timestamp = 2000;
  EventContext info_only_newer = MakeEvent(9, "renamed");
  info_only_newer.timestamp = 2000;
  EventContext no_info = RichEvent(1000);
  no_info.info.clear();
  no_info.org.clear();

  struct Case {
    const char* what;
    std::vector<EventContext> added;
    const char* info;
    bool published;
    const char* org;
  };
  const Case cases[] = {
      {"poor after rich", {RichEvent(1000), poor}, "rich", true, "Example Org"},
      {"rich after poor", {poor, RichEvent(1000)}, "rich", true, "Example Org"},
      {"both without a timestamp",
       {RichEvent(0), poor},
       "rich",
       true,
       "Example Org"},
      {"a newer one, filled up",
       {RichEvent(1000), poor_but_newer},
       "poor",
       false,
       "Example Org"},
      {"three",
       {poor, RichEvent(1000), info_only_newer},
       "renamed",
       false,
       "Example Org"},
      {"info and org from another",
       {no_info, RichEvent(500)},
       "rich",
       true,
       "Example Org"},
  };
  for (const Case& test : cases) {
    const Snapshot snapshot = Build([&](Snapshot::Builder* builder) {
      uint8_t number = 0;
      for (const EventContext& event : test.added) {
        AddOne(builder, MakeAttribute(++number, "v"), event);
      }
    });
    ASSERT_EQ(snapshot.event_count(), 1u) << test.what;
    const EventView event = snapshot.event(0);
    EXPECT_EQ(event.info, test.info) << test.what;
    EXPECT_EQ(event.date, "2026-01-02") << test.what;
    EXPECT_EQ(event.org, test.org) << test.what;
    EXPECT_EQ(event.fields->id, 4u) << test.what;
    EXPECT_EQ(event.fields->threat_level_id, 3) << test.what;
    EXPECT_EQ(event.fields->analysis, 2) << test.what;
    EXPECT_EQ(event.published(), test.published) << test.what;
    EXPECT_THAT(snapshot.tags(event), ElementsAre("tlp:green")) << test.what;
    EXPECT_EQ(snapshot.attribute_count(), test.added.size());
  }
}

TEST(Snapshot, MadeUuidsAreTheSameForEver) {
  EventContext event;
  event.id = 12;
  event.date = "2026-01-02";
  event.info = "no uuid";
  Attribute attribute = MakeAttribute(0, "evil.example");
  attribute.uuid = {};
  attribute.id = 5;
  const Snapshot snapshot = Build(
      [&](Snapshot::Builder* builder) { AddOne(builder, attribute, event); });
  const Uuid event_uuid =
      UuidV5(kMispsiftNamespace, "event\n12\n2026-01-02\nno uuid");
  EXPECT_EQ(snapshot.event(0).fields->uuid, event_uuid);
  EXPECT_EQ(snapshot.attribute(0).fields->uuid,
            UuidV5(kMispsiftNamespace, "attribute\n" + event_uuid.ToString() +
                                           "\n5\ndomain\nevil.example"));
  // Written out, so that no change of code can change it.
  EXPECT_EQ(event_uuid.ToString(), "c7bd796b-d8a3-5e56-8e0f-dd9718849c3d");
}

TEST(Snapshot, SameValueWithoutUuidInTwoEventsStaysTwo) {
  Attribute attribute = MakeAttribute(0, "evil.example");
  attribute.uuid = {};
  const Snapshot snapshot = Build([&](Snapshot::Builder* builder) {
    AddOne(builder, attribute, MakeEvent(1));
    AddOne(builder, attribute, MakeEvent(2));
    AddOne(builder, attribute, MakeEvent(2));
  });
  EXPECT_EQ(snapshot.attribute_count(), 2u);
}

TEST(Snapshot, UnknownEventStaysOnlyWhereItIsReferredTo) {
  const Snapshot unreferred = Build([](Snapshot::Builder* builder) {
    builder->BeginInput();
    builder->AddEvent({});
    EventContext id_only;
    id_only.id = 7;
    builder->AddEvent(id_only);
    builder->AddEvent(MakeEvent(3, "without attributes"));
    builder->CommitInput();
  });
  ASSERT_EQ(unreferred.event_count(), 1u);
  EXPECT_EQ(unreferred.event(0).info, "without attributes");

  const Snapshot referred = Build([](Snapshot::Builder* builder) {
    AddOne(builder, MakeAttribute(1, "a"), {});
    AddOne(builder, MakeAttribute(2, "b"), {});
  });
  EXPECT_EQ(referred.event_count(), 1u);
}

TEST(Snapshot, OnlyNamesInUseAreKept) {
  Attribute loser = MakeAttribute(1, "old", 1);
  loser.type = "old-type";
  loser.category = "Old category";
  loser.tags = {"old tag"};
  const Snapshot snapshot = Build([&](Snapshot::Builder* builder) {
    AddOne(builder, loser, MakeEvent(1));
    AddOne(builder, MakeAttribute(1, "new", 2), MakeEvent(1));
  });
  EXPECT_EQ(snapshot.columns().types.size(), 1u);
  EXPECT_EQ(snapshot.columns().categories.size(), 1u);
  EXPECT_EQ(snapshot.columns().tags.size(), 0u);
  // The second time as what its source tells.
  EXPECT_EQ(snapshot.columns().heap,
            "domainNetwork activitynewan eventan event");
}

TEST(Snapshot, OddSizesAreCut) {
  Attribute attribute = MakeAttribute(1, "a");
  for (int i = 0; i < 70000; ++i) attribute.tags.push_back("same");
  EventContext event = MakeEvent(1);
  event.date = std::string(300, '9');
  event.threat_level_id = 1000;
  event.analysis = -5;
  const Snapshot snapshot = Build(
      [&](Snapshot::Builder* builder) { AddOne(builder, attribute, event); });
  EXPECT_EQ(snapshot.tags(snapshot.attribute(0)).size(), 65535u);
  EXPECT_EQ(snapshot.event(0).date, "");
  EXPECT_EQ(snapshot.event(0).fields->threat_level_id, 0);
  EXPECT_EQ(snapshot.event(0).fields->analysis, -1);
}

TEST(Snapshot, MoreTypesThanARowCanNumberBecomeTheEmptyType) {
  const Snapshot snapshot = Build([](Snapshot::Builder* builder) {
    builder->BeginInput();
    const uint32_t event = builder->AddEvent(MakeEvent(1));
    for (uint32_t i = 0; i < 70000; ++i) {
      Attribute attribute = MakeAttribute(1, std::to_string(i));
      attribute.uuid.bytes[0] = static_cast<uint8_t>(i >> 16);
      attribute.uuid.bytes[1] = static_cast<uint8_t>(i >> 8);
      attribute.uuid.bytes[2] = static_cast<uint8_t>(i);
      attribute.type = "type" + std::to_string(i);
      builder->Add(attribute, event);
    }
    builder->CommitInput();
  });
  EXPECT_EQ(snapshot.attribute_count(), 70000u);
  EXPECT_EQ(snapshot.attribute(100).type, "type100");
  EXPECT_EQ(snapshot.attribute(69999).type, "");
  EXPECT_LE(snapshot.columns().types.size(), 65536u);
}

TEST(Snapshot, Empty) {
  Snapshot::Builder builder;
  const Snapshot snapshot = std::move(builder).Build("", "");
  EXPECT_EQ(snapshot.attribute_count(), 0u);
  EXPECT_EQ(snapshot.event_count(), 0u);
  EXPECT_EQ(snapshot.manifest().id.size(), 32u);
}

}  // namespace
}  // namespace mispsift
