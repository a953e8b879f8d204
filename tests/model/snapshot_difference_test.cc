// What differs between two snapshots: each field by itself, and random pairs
// against a comparison of what they were made of, field by field.

#include "mispsift/model/snapshot_difference.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/test_uuid.h"

namespace mispsift {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct OnList {
  uint32_t list = 0;  // in World::lists
  uint8_t misp = 0;
  uint8_t corrected = 0;
};

struct Known {
  Attribute attribute;
  uint32_t event = 0;  // in World::events
  std::vector<OnList> on_lists;
};

// What a snapshot is made of.
struct World {
  std::vector<EventContext> events;
  std::vector<Known> attributes;
  std::vector<Warninglist> lists;
};

Snapshot SnapshotOf(const World& world) {
  struct Owned : ColumnMemory {
    explicit Owned(Snapshot of) : snapshot(std::move(of)) {}
    Snapshot snapshot;
    EncodedWarninglists lists;
    std::vector<WarninglistHit> hits;
  };
  Snapshot::Builder builder;
  builder.AddSource("feed", "test");
  builder.BeginInput();
  std::vector<uint32_t> events;
  for (const EventContext& event : world.events) {
    events.push_back(builder.AddEvent(event));
  }
  std::map<Uuid, const Known*> by_uuid;
  for (const Known& known : world.attributes) {
    builder.Add(known.attribute, events[known.event]);
    by_uuid[known.attribute.uuid] = &known;
  }
  builder.CommitInput();
  const auto owned =
      std::make_shared<Owned>(std::move(builder).Build("created", "test"));
  owned->lists = EncodeWarninglists(world.lists);
  uint32_t row = 0;  // by uuid, as in the map
  for (const auto& [uuid, known] : by_uuid) {
    std::map<uint32_t, OnList> sorted;
    for (const OnList& on : known->on_lists) sorted[on.list] = on;
    for (const auto& [list, on] : sorted) {
      owned->hits.push_back(
          {row, static_cast<uint16_t>(list), on.misp, on.corrected});
    }
    ++row;
  }
  SnapshotColumns columns = owned->snapshot.columns();
  columns.warninglists = owned->lists.columns();
  columns.warninglist_hits = owned->hits;
  return Snapshot(owned->snapshot.manifest(), columns, owned);
}

World SmallWorld() {
  World world;
  EventContext event;
  event.uuid = TestUuid(1, 1);
  event.id = 5;
  event.info = "An event";
  event.tags = {"a", "b"};
  world.events = {event, event};
  world.events[1].uuid = TestUuid(1, 2);
  Known known;
  known.attribute.uuid = TestUuid(2, 1);
  known.attribute.type = "domain";
  known.attribute.value = "evil.example";
  known.attribute.tags = {"c", "d"};
  known.on_lists = {{0, 1, 1}};
  world.attributes = {known};
  Warninglist list;
  list.name = "List";
  list.version = "1";
  list.entries = {"one", "two", "two"};
  list.matching_attributes = {"domain", "hostname"};
  world.lists = {list};
  return world;
}

std::vector<std::string> Named(std::span<const std::string_view> names,
                               uint16_t bits) {
  std::vector<std::string> named;
  for (size_t i = 0; i < names.size(); ++i) {
    if ((bits >> i & 1) != 0) named.emplace_back(names[i]);
  }
  return named;
}

using Change = std::function<void(World*)>;

SnapshotDifference After(const Change& change) {
  World world = SmallWorld();
  const Snapshot before = SnapshotOf(world);
  change(&world);
  return DiffSnapshots(before, SnapshotOf(world));
}

TEST(SnapshotDifference, SaysWhichFieldOfAnAttributeChanged) {
  const auto attribute = [](std::function<void(Attribute*)> change) {
    return [change = std::move(change)](World* world) {
      change(&world->attributes[0].attribute);
    };
  };
  const std::map<std::string_view, Change> changes = {
      {"type", attribute([](Attribute* a) { a->type = "hostname"; })},
      {"category", attribute([](Attribute* a) { a->category = "Other"; })},
      {"value", attribute([](Attribute* a) { a->value = "x.example"; })},
      {"to_ids", attribute([](Attribute* a) { a->to_ids = true; })},
      {"comment", attribute([](Attribute* a) { a->comment = "why"; })},
      {"timestamp", attribute([](Attribute* a) { a->timestamp = 9; })},
      {"id", attribute([](Attribute* a) { a->id = 9; })},
      {"event", [](World* world) { world->attributes[0].event = 1; }},
      {"tags", attribute([](Attribute* a) {
         a->tags = {"c", "e"};
       })},
      {"warninglists",
       [](World* world) { world->attributes[0].on_lists[0].corrected = 2; }},
      {"disable_correlation",
       attribute([](Attribute* a) { a->disable_correlation = true; })},
  };
  for (const std::string_view name : kAttributeFieldNames) {
    if (name == "over_correlating") continue;  // below
    SCOPED_TRACE(name);
    ASSERT_TRUE(changes.contains(name));
    const SnapshotDifference difference = After(changes.at(name));
    ASSERT_EQ(difference.attributes.size(), 1);
    EXPECT_EQ(difference.attributes[0].change(),
              RowDifference::Change::kChanged);
    EXPECT_THAT(Named(kAttributeFieldNames, difference.attributes[0].fields),
                ElementsAre(name));
    EXPECT_THAT(difference.events, IsEmpty());
    EXPECT_THAT(difference.warninglists, IsEmpty());
  }
}

TEST(SnapshotDifference, SaysWhatBeganToOverCorrelate) {
  World world = SmallWorld();
  const auto add = [&world](uint32_t number) {
    world.attributes.push_back(world.attributes[0]);
    world.attributes.back().attribute.uuid = TestUuid(2, number);
  };
  for (uint32_t number = 2; number <= 21; ++number) add(number);
  const Snapshot before = SnapshotOf(world);
  add(22);
  const SnapshotDifference difference =
      DiffSnapshots(before, SnapshotOf(world));
  ASSERT_EQ(difference.attributes.size(), 22);
  int added = 0;
  for (const RowDifference& row : difference.attributes) {
    if (row.change() == RowDifference::Change::kAdded) {
      ++added;
      continue;
    }
    EXPECT_THAT(Named(kAttributeFieldNames, row.fields),
                ElementsAre("over_correlating"));
  }
  EXPECT_EQ(added, 1);
}

TEST(SnapshotDifference, SaysWhichFieldOfAnEventChanged) {
  const auto event = [](std::function<void(EventContext*)> change) {
    return [change = std::move(change)](World* world) {
      change(&world->events[0]);
    };
  };
  const std::map<std::string_view, Change> changes = {
      {"info", event([](EventContext* e) { e->info = "Another"; })},
      {"date", event([](EventContext* e) { e->date = "2024-05-06"; })},
      {"org", event([](EventContext* e) { e->org = "Example"; })},
      {"threat_level_id",
       event([](EventContext* e) { e->threat_level_id = 2; })},
      {"analysis", event([](EventContext* e) { e->analysis = 2; })},
      {"published", event([](EventContext* e) { e->published = true; })},
      {"id", event([](EventContext* e) { e->id = 9; })},
      {"tags", event([](EventContext* e) { e->tags = {"a"}; })},
      {"timestamp", event([](EventContext* e) { e->timestamp = 9; })},
      {"disable_correlation",
       event([](EventContext* e) { e->disable_correlation = true; })},
  };
  for (const std::string_view name : kEventFieldNames) {
    SCOPED_TRACE(name);
    ASSERT_TRUE(changes.contains(name));
    const SnapshotDifference difference = After(changes.at(name));
    ASSERT_EQ(difference.events.size(), 1);
    EXPECT_THAT(Named(kEventFieldNames, difference.events[0].fields),
                ElementsAre(name));
    EXPECT_THAT(difference.attributes, IsEmpty());
  }
}

TEST(SnapshotDifference, SaysWhichFieldOfAWarninglistChanged) {
  const auto list = [](std::function<void(Warninglist*)> change) {
    return [change = std::move(change)](World* world) {
      change(&world->lists[0]);
    };
  };
  const std::map<std::string_view, Change> changes = {
      {"version", list([](Warninglist* l) { l->version = "2"; })},
      {"description", list([](Warninglist* l) { l->description = "x"; })},
      {"type", list([](Warninglist* l) { l->type = WarninglistType::kCidr; })},
      {"category", list([](Warninglist* l) { l->category = "known"; })},
      {"enabled", list([](Warninglist* l) { l->enabled = false; })},
      {"entries", list([](Warninglist* l) {
         l->entries = {"two", "x", "y"};
       })},
      {"matching_attributes",
       list([](Warninglist* l) { l->matching_attributes = {"domain"}; })},
  };
  for (const std::string_view name : kWarninglistFieldNames) {
    SCOPED_TRACE(name);
    ASSERT_TRUE(changes.contains(name));
    const SnapshotDifference difference = After(changes.at(name));
    ASSERT_EQ(difference.warninglists.size(), 1);
    const WarninglistDifference& found = difference.warninglists[0];
    EXPECT_THAT(Named(kWarninglistFieldNames, found.row.fields),
                ElementsAre(name));
    EXPECT_EQ(found.entries_added, name == "entries" ? 2 : 0);
    EXPECT_EQ(found.entries_removed, name == "entries" ? 1 : 0);
    EXPECT_THAT(difference.attributes, IsEmpty());
  }
}

TEST(SnapshotDifference, OrderIsNone) {
  const SnapshotDifference difference = After([](World* world) {
    std::ranges::reverse(world->events[0].tags);
    std::ranges::reverse(world->attributes[0].attribute.tags);
    std::ranges::reverse(world->lists[0].entries);
    std::ranges::reverse(world->lists[0].matching_attributes);
    // Another number for the list that the attribute is on.
    Warninglist other;
    other.name = "Another";
    world->lists.insert(world->lists.begin(), other);
    world->attributes[0].on_lists[0].list = 1;
  });
  EXPECT_THAT(difference.attributes, IsEmpty());
  EXPECT_THAT(difference.events, IsEmpty());
  ASSERT_EQ(difference.warninglists.size(), 1);
  EXPECT_EQ(difference.warninglists[0].row,
            (RowDifference{RowDifference::kNoRow, 0, 0}));
}

// The list that it is on now has the number of the one that it was on.
TEST(SnapshotDifference, AListIsNotItsNumber) {
  const SnapshotDifference difference =
      After([](World* world) { world->lists[0].name = "Another"; });
  ASSERT_EQ(difference.attributes.size(), 1);
  EXPECT_THAT(Named(kAttributeFieldNames, difference.attributes[0].fields),
              ElementsAre("warninglists"));
  EXPECT_EQ(difference.warninglists.size(), 2);
}

// --- Random worlds ---

class Worlds {
 public:
  explicit Worlds(uint32_t seed) : random_(seed) {}

  uint32_t Below(uint32_t end) { return random_() % end; }
  std::vector<std::string> Texts() {
    std::vector<std::string> texts;
    for (uint32_t i = Below(3); i > 0; --i) {
      texts.push_back(std::string(1, static_cast<char>('a' + Below(3))));
    }
    // Of one text twice only one is kept.
    std::ranges::shuffle(texts, random_);
    if (texts.size() == 2 && texts[0] == texts[1]) texts.pop_back();
    return texts;
  }

  World Make() {
    World world;
    std::vector<std::string> names = {"k", "l", "m", "n"};
    std::ranges::shuffle(names, random_);
    for (const std::string& name : names) {
      if (Below(3) == 0) continue;
      Warninglist list;
      list.name = name;
      list.version = std::to_string(Below(2));
      list.entries = Texts();
      list.enabled = Below(4) != 0;
      world.lists.push_back(list);
    }
    for (uint32_t number = 0; number < 6; ++number) {
      if (number != 0 && Below(4) == 0) continue;
      EventContext event;
      event.uuid = TestUuid(1, number);
      event.id = Below(8) == 0 ? 1 : 2;
      event.info = Below(8) == 0 ? "x" : "y";
      event.published = Below(8) == 0;
      if (Below(4) == 0) event.tags = Texts();
      world.events.push_back(event);
    }
    for (uint32_t number = 0; number < 30; ++number) {
      if (Below(4) == 0) continue;
      Known known;
      known.event = Below(16) != 0
                        ? 0
                        : Below(static_cast<uint32_t>(world.events.size()));
      Attribute& attribute = known.attribute;
      attribute.uuid = TestUuid(2, number);
      attribute.type = Below(8) == 0 ? "hostname" : "domain";
      attribute.value =
          fmt::format("{}.{}.example", number, Below(8) == 0 ? "a" : "b");
      attribute.to_ids = Below(8) == 0;
      attribute.timestamp = Below(8) == 0 ? 1 : 2;
      if (Below(4) == 0) attribute.tags = Texts();
      for (uint32_t list = 0; list < world.lists.size(); ++list) {
        if (Below(8) == 0) {
          known.on_lists.push_back({list, 1, static_cast<uint8_t>(Below(2))});
        }
      }
      world.attributes.push_back(known);
    }
    return world;
  }

 private:
  std::mt19937 random_;
};

// Everything that is known by one name, field by field.
using Fields = std::map<std::string, std::string>;
using Records = std::map<std::string, Fields>;

std::string Joined(std::vector<std::string> texts) {
  std::ranges::sort(texts);
  std::string joined;
  for (const std::string& text : texts) joined += text + ",";
  return joined;
}

Records AttributesOf(const World& world) {
  Records records;
  for (const Known& known : world.attributes) {
    const Attribute& of = known.attribute;
    std::vector<std::string> on;
    for (const OnList& list : known.on_lists) {
      on.push_back(fmt::format("{} {} {}", world.lists[list.list].name,
                               list.misp, list.corrected));
    }
    records[of.uuid.ToString()] = {
        {"type", of.type},
        {"value", of.value},
        {"to_ids", std::to_string(of.to_ids)},
        {"timestamp", std::to_string(of.timestamp)},
        {"event", world.events[known.event].uuid.ToString()},
        {"tags", Joined(of.tags)},
        {"warninglists", Joined(on)}};
  }
  return records;
}

Records EventsOf(const World& world) {
  Records records;
  for (const EventContext& of : world.events) {
    records[of.uuid.ToString()] = {{"info", of.info},
                                   {"id", std::to_string(of.id)},
                                   {"published", std::to_string(of.published)},
                                   {"tags", Joined(of.tags)}};
  }
  return records;
}

Records ListsOf(const World& world) {
  Records records;
  for (const Warninglist& of : world.lists) {
    records[of.name] = {{"version", of.version},
                        {"enabled", std::to_string(of.enabled)},
                        {"entries", Joined(of.entries)}};
  }
  return records;
}

// By name, what differs; "+" and "-" for what is only in one.
using Differences = std::map<std::string, std::set<std::string>>;

Differences Compare(const Records& before, const Records& now) {
  Differences differences;
  for (const auto& [name, fields] : before) {
    if (!now.contains(name)) {
      differences[name] = {"-"};
      continue;
    }
    for (const auto& [field, text] : fields) {
      if (now.at(name).at(field) != text) differences[name].insert(field);
    }
  }
  for (const auto& [name, fields] : now) {
    if (!before.contains(name)) differences[name] = {"+"};
  }
  return differences;
}

// The same of what DiffSnapshots() found; name_of(side, row).
template <typename NameOf>
void Insert(const RowDifference& row, std::span<const std::string_view> names,
            const Snapshot& before, const Snapshot& now, NameOf name_of,
            Differences* differences) {
  std::set<std::string> says;
  for (const std::string& name : Named(names, row.fields)) says.insert(name);
  if (row.change() == RowDifference::Change::kAdded) says.insert("+");
  if (row.change() == RowDifference::Change::kRemoved) says.insert("-");
  const std::string name = row.now == RowDifference::kNoRow
                               ? name_of(before, row.before)
                               : name_of(now, row.now);
  EXPECT_TRUE(differences->emplace(name, says).second) << name << " twice";
}

TEST(SnapshotDifference, IsThatOfAFieldByFieldComparison) {
  for (uint32_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    Worlds worlds(seed);
    const World world_before = worlds.Make();
    const World world_now = worlds.Make();
    const Snapshot before = SnapshotOf(world_before);
    const Snapshot now = SnapshotOf(world_now);
    const SnapshotDifference difference = DiffSnapshots(before, now);

    Differences attributes;
    for (const RowDifference& row : difference.attributes) {
      Insert(
          row, kAttributeFieldNames, before, now,
          [](const Snapshot& side, uint32_t of) {
            return side.attribute(of).fields->uuid.ToString();
          },
          &attributes);
    }
    EXPECT_EQ(attributes,
              Compare(AttributesOf(world_before), AttributesOf(world_now)));
    Differences events;
    for (const RowDifference& row : difference.events) {
      Insert(
          row, kEventFieldNames, before, now,
          [](const Snapshot& side, uint32_t of) {
            return side.event(of).fields->uuid.ToString();
          },
          &events);
    }
    EXPECT_EQ(events, Compare(EventsOf(world_before), EventsOf(world_now)));
    Differences lists;
    for (const WarninglistDifference& list : difference.warninglists) {
      Insert(
          list.row, kWarninglistFieldNames, before, now,
          [](const Snapshot& side, uint32_t of) {
            return std::string(
                (*WarninglistsView::Read(side.columns().warninglists))[of]
                    .name);
          },
          &lists);
    }
    EXPECT_EQ(lists, Compare(ListsOf(world_before), ListsOf(world_now)));
  }
}

}  // namespace
}  // namespace mispsift
