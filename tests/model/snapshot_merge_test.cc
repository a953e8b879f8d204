// Merging against the plain rule, on random inputs: whatever way what is known
// is spread over parts, and whatever way it came about, the snapshot is the
// same.

#include "mispsift/model/snapshot_merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/test_uuid.h"

namespace mispsift {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Row {
  int source = 0;
  EventContext event;
  Attribute attribute;
};

// One part of a merge, built from rows. Keeps the builder alive behind it.
Snapshot PartOf(const std::vector<Row>& rows, int sources) {
  Snapshot::Builder builder;
  for (int source = 0; source < sources; ++source) {
    builder.AddSource("feed", std::to_string(source));
    builder.BeginInput();
    for (const Row& row : rows) {
      if (row.source != source) continue;
      const uint32_t event = builder.AddEvent(row.event);
      builder.Add(row.attribute, event);
    }
    builder.CommitInput();
  }
  return std::move(builder).Build("", "");
}

std::vector<int> Same(int sources) {
  std::vector<int> same;
  for (int source = 0; source < sources; ++source) same.push_back(source);
  return same;
}

SnapshotManifest ManifestOf(int sources) {
  SnapshotManifest manifest;
  for (int source = 0; source < sources; ++source) {
    manifest.sources.push_back(
        {.kind = "feed", .location = std::to_string(source)});
  }
  return manifest;
}

// Everything a snapshot says, one line a row.
std::vector<std::string> Lines(const Snapshot& snapshot, bool kept) {
  std::vector<std::string> lines;
  const auto tags = [&snapshot](const auto& view) {
    std::string text;
    for (const std::string_view tag : snapshot.tags(view)) {
      text += " #" + std::string(tag);
    }
    return text;
  };
  for (uint32_t row = 0; row < snapshot.attribute_count(); ++row) {
    const AttributeView view = snapshot.attribute(row);
    const EventView event = snapshot.event_of(view);
    lines.push_back(
        view.fields->uuid.ToString() + " " + std::string(view.type) + " " +
        std::string(view.category) + " " + std::string(view.value) + " " +
        std::string(view.comment) + tags(view) + " in " +
        event.fields->uuid.ToString() + " " + std::string(event.info) + "|" +
        std::string(event.org) + tags(event));
  }
  if (!kept) return lines;
  for (const AttributeRow& row : snapshot.columns().copies) {
    lines.push_back("copy " + row.uuid.ToString() + " of " +
                    std::to_string(row.source) + " at " +
                    std::to_string(row.timestamp));
  }
  for (const EventRow& row : snapshot.columns().source_events) {
    lines.push_back("told " + row.uuid.ToString() + " by " +
                    std::to_string(row.source) + " at " +
                    std::to_string(row.timestamp));
  }
  return lines;
}

// The rule, as it is written, over all rows at once; each line as above but
// without the event's texts.
std::vector<std::string> SlowLines(const std::vector<Row>& rows) {
  std::map<std::pair<Uuid, int>, const Row*> told;
  for (const Row& row : rows) {
    const Row*& best = told[{row.attribute.uuid, row.source}];
    if (best == nullptr ||
        row.attribute.timestamp >= best->attribute.timestamp) {
      best = &row;
    }
  }
  std::map<Uuid, const Row*> winners;
  for (const auto& [key, row] : told) {
    const Row*& best = winners[key.first];
    if (best == nullptr ||
        row->attribute.timestamp >= best->attribute.timestamp) {
      best = row;
    }
  }
  std::vector<std::string> lines;
  for (const auto& [uuid, row] : winners) {
    if (row->attribute.deleted) continue;
    lines.push_back(uuid.ToString() + " " + row->attribute.value + " in " +
                    row->event.uuid.ToString());
  }
  return lines;
}
std::vector<std::string> ShortLines(const Snapshot& snapshot) {
  std::vector<std::string> lines;
  for (uint32_t row = 0; row < snapshot.attribute_count(); ++row) {
    const AttributeView view = snapshot.attribute(row);
    lines.push_back(view.fields->uuid.ToString() + " " +
                    std::string(view.value) + " in " +
                    snapshot.event_of(view).fields->uuid.ToString());
  }
  return lines;
}

constexpr int kSources = 3;

// Few uuids, so that all of them meet; an event of one source is always the
// same whenever it has the same timestamp.
std::vector<Row> RandomRows(std::mt19937* random) {
  const auto below = [random](uint32_t bound) { return (*random)() % bound; };
  std::vector<Row> rows(below(60));
  for (Row& row : rows) {
    row.source = static_cast<int>(below(kSources));
    const uint32_t event = below(5);
    row.event.uuid = TestUuid(1, event);
    row.event.id = event + 1;
    row.event.timestamp = 100 + row.source;
    row.event.info = "event " + std::to_string(event) + " of source " +
                     std::to_string(row.source);
    if (row.source == 1) row.event.org = "Org";
    if (row.source == 2) row.event.tags = {"t2", "t1"};
    row.attribute.uuid = TestUuid(2, below(25));
    row.attribute.type = below(2) == 0 ? "md5" : "domain";
    row.attribute.category = below(2) == 0 ? "Other" : "Payload delivery";
    row.attribute.value = "value" + std::to_string(below(1000));
    if (below(3) == 0) row.attribute.comment = "a comment";
    row.attribute.timestamp = below(6);
    row.attribute.deleted = below(5) == 0;
    for (uint32_t tag = below(3); tag > 0; --tag) {
      row.attribute.tags.push_back("tag" + std::to_string(below(4)));
    }
  }
  return rows;
}

TEST(SnapshotMerge, AnySpreadGivesWhatTheRuleGives) {
  std::mt19937 random(20261124);
  for (int round = 0; round < 2000; ++round) {
    const std::vector<Row> rows = RandomRows(&random);
    const Snapshot whole = PartOf(rows, kSources);
    ASSERT_EQ(ShortLines(whole), SlowLines(rows)) << "round " << round;

    const size_t parts = 1 + random() % 4;
    std::vector<std::vector<Row>> spread(parts);
    // In their order, so that of equal timestamps the last stays the last.
    for (size_t i = 0; i < rows.size(); ++i) {
      spread[i * parts / rows.size()].push_back(rows[i]);
    }
    std::vector<MergeInput> inputs;
    for (const std::vector<Row>& part : spread) {
      inputs.push_back({PartOf(part, kSources), Same(kSources), nullptr});
    }
    const Snapshot merged = MergeInMemory(inputs, ManifestOf(kSources));
    ASSERT_EQ(Lines(merged, true), Lines(whole, true)) << "round " << round;
    ASSERT_EQ(merged.manifest().id, whole.manifest().id);
    for (int source = 0; source < kSources; ++source) {
      const size_t at = static_cast<size_t>(source);
      ASSERT_EQ(merged.manifest().sources[at].attributes,
                whole.manifest().sources[at].attributes);
    }
    // A snapshot merged alone is itself.
    const Snapshot again = MergeInMemory({{merged, Same(kSources), nullptr}},
                                         ManifestOf(kSources));
    ASSERT_EQ(Lines(again, true), Lines(merged, true));
    ASSERT_EQ(again.manifest().id, merged.manifest().id);
  }
}

TEST(SnapshotMerge, ReplacingEventsEqualsNeverHavingHadTheOldOnes) {
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    // A server moves an attribute's uuid to another event only with the event
    // it left: keep uuids within their event.
    const auto within = [](std::vector<Row> rows) {
      for (Row& row : rows) {
        row.attribute.uuid.bytes[13] = row.event.uuid.bytes[15];
      }
      return rows;
    };
    const std::vector<Row> before = within(RandomRows(&random));
    const std::vector<Row> after = within(RandomRows(&random));
    // Source 0 is refreshed: events with an odd number are asked for again.
    const auto asked = [](const Uuid& event) {
      return event.bytes[15] % 2 == 1;
    };
    std::vector<Row> fresh;
    std::vector<Row> expected;
    for (const Row& row : before) {
      if (row.source != 0 || !asked(row.event.uuid)) expected.push_back(row);
    }
    for (const Row& row : after) {
      if (row.source != 0 || !asked(row.event.uuid)) continue;
      fresh.push_back(row);
      expected.push_back(row);
    }
    const Snapshot merged =
        MergeInMemory({{PartOf(before, kSources), Same(kSources),
                        [&](const EventRow& event) {
                          return event.source != 0 || !asked(event.uuid);
                        }},
                       {PartOf(fresh, 1), {0}, nullptr}},
                      ManifestOf(kSources));
    const Snapshot whole = PartOf(expected, kSources);
    ASSERT_EQ(Lines(merged, true), Lines(whole, true)) << "round " << round;
    ASSERT_EQ(merged.manifest().id, whole.manifest().id);
  }
}

// The values that MISP correlates of an attribute, as it compares them.
std::set<std::string> CorrelatingValues(const Attribute& attribute) {
  const std::string& type = attribute.type;
  std::set<std::string> values;
  if (type == "comment" || attribute.disable_correlation) return values;
  std::string value = attribute.value;
  for (char& c : value) c = static_cast<char>(std::tolower(c));
  const size_t bar = value.find('|');
  if (bar == value.npos || type == "domain") return {value};
  values.insert(value.substr(0, bar));
  if (type != "ip-dst|port") values.insert(value.substr(bar + 1));
  return values;
}

std::vector<bool> OverCorrelating(const Snapshot& snapshot) {
  std::vector<bool> over;
  for (uint32_t row = 0; row < snapshot.attribute_count(); ++row) {
    over.push_back(snapshot.attribute(row).over_correlating());
  }
  return over;
}

TEST(SnapshotMerge, WhatOverCorrelatesIsToldByTheWholeResult) {
  std::mt19937 random(20);
  size_t marked = 0;
  for (int round = 0; round < 1000; ++round) {
    std::vector<Row> rows = RandomRows(&random);
    for (Row& row : rows) {
      static const std::pair<const char*, const char*> kValues[] = {
          {"domain", "a.example"},
          {"domain", "A.example"},
          {"domain|ip", "a.example|b"},
          {"filename|md5", "b|a.example"},
          {"filename|md5", "b|B"},
          {"ip-dst|port", "c|80"},
          {"ip-dst|port", "d|80"},
          {"comment", "a.example"},
          {"malware-sample", "c|b"},
          {"domain", "c|b"},
          {"md5", "lonely"}};
      const auto& [type, value] = kValues[random() % std::size(kValues)];
      row.attribute.type = type;
      row.attribute.value = value;
      row.attribute.disable_correlation = random() % 8 == 0;
      row.event.disable_correlation = false;
    }
    SnapshotManifest manifest = ManifestOf(kSources);
    manifest.over_correlating = 1 + random() % 5;
    const Snapshot whole = MergeInMemory(
        {{PartOf(rows, kSources), Same(kSources), nullptr}}, manifest);
    std::map<std::string, uint64_t> count;
    std::vector<std::set<std::string>> values;
    for (uint32_t row = 0; row < whole.attribute_count(); ++row) {
      const AttributeView view = whole.attribute(row);
      Attribute attribute;
      attribute.type = view.type;
      attribute.value = view.value;
      attribute.disable_correlation =
          (view.fields->flags & AttributeRow::kDisableCorrelation) != 0;
      values.push_back(CorrelatingValues(attribute));
      for (const std::string& value : values.back()) ++count[value];
    }
    std::vector<bool> expected;
    for (const std::set<std::string>& of_row : values) {
      expected.push_back(std::any_of(
          of_row.begin(), of_row.end(), [&](const std::string& value) {
            return count[value] - 1 > manifest.over_correlating;
          }));
      marked += expected.back() ? 1 : 0;
    }
    ASSERT_EQ(OverCorrelating(whole), expected) << "round " << round;

    // Whatever it was before, in whatever parts: a part over whose rows another
    // number was asked for, then a fetch of what is new.
    const size_t half = rows.size() / 2;
    SnapshotManifest earlier = ManifestOf(kSources);
    earlier.over_correlating = 1;
    const Snapshot old =
        MergeInMemory({{PartOf({rows.begin(), rows.begin() + half}, kSources),
                        Same(kSources), nullptr}},
                      earlier);
    const Snapshot merged =
        MergeInMemory({{old, Same(kSources), nullptr},
                       {PartOf({rows.begin() + half, rows.end()}, kSources),
                        Same(kSources), nullptr}},
                      manifest);
    ASSERT_EQ(OverCorrelating(merged), expected) << "round " << round;
    ASSERT_EQ(merged.manifest().id, whole.manifest().id);
    for (const AttributeRow& row : merged.columns().copies) {
      ASSERT_EQ(row.flags & AttributeRow::kOverCorrelating, 0);
    }
    // It is a part of what is known.
    manifest.over_correlating = 1000;
    const Snapshot unmarked =
        MergeInMemory({{whole, Same(kSources), nullptr}}, manifest);
    ASSERT_EQ(unmarked.manifest().id == whole.manifest().id,
              std::count(expected.begin(), expected.end(), true) == 0);
  }
  EXPECT_GT(marked, 1000u);
}

TEST(SnapshotMerge, ASourceTakenAwayLeavesWhatTheOthersTell) {
  std::mt19937 random(11);
  for (int round = 0; round < 500; ++round) {
    const std::vector<Row> rows = RandomRows(&random);
    std::vector<Row> others;
    for (const Row& row : rows) {
      if (row.source != 1) others.push_back(row);
      if (row.source == 2) others.back().source = 1;
    }
    const Snapshot merged = MergeInMemory(
        {{PartOf(rows, kSources), {0, MergeInput::kLeftOut, 1}, nullptr}},
        ManifestOf(2));
    ASSERT_EQ(Lines(merged, true), Lines(PartOf(others, 2), true))
        << "round " << round;
  }
}

Row OneRow(uint32_t number, std::string type, std::string value) {
  Row row;
  row.event.uuid = TestUuid(1, number);
  row.event.info = "event " + std::to_string(number);
  row.event.timestamp = 100 * number;
  row.attribute.uuid = TestUuid(2, number);
  row.attribute.type = std::move(type);
  row.attribute.category = "Other";
  row.attribute.value = std::move(value);
  return row;
}

TEST(SnapshotMerge, FilterLeavesOutAttributesAndEvents) {
  std::vector<Row> rows = {OneRow(1, "md5", "a"), OneRow(2, "domain", "b"),
                           OneRow(3, "md5", "c"), OneRow(4, "md5", "d")};
  rows[0].event.org = "Us";
  rows[0].event.threat_level_id = 1;
  rows[1].event.published = true;
  rows[1].event.tags = {"tlp:red"};
  rows[2].event.org = "Us";
  rows[2].attribute.tags = {"tlp:red"};
  rows[3].event.published = true;
  const auto filtered = [&rows](const AttributeFilter& filter) {
    SnapshotManifest manifest = ManifestOf(1);
    manifest.filter = filter;
    const Snapshot snapshot =
        MergeInMemory({{PartOf(rows, 1), {0}, nullptr}}, std::move(manifest));
    // What is left out is known to be there, for the next fetch.
    EXPECT_EQ(snapshot.columns().source_events.size(), 4u);
    EXPECT_EQ(snapshot.manifest().sources[0].attributes,
              snapshot.attribute_count());
    std::set<std::string> values;
    for (uint32_t row = 0; row < snapshot.attribute_count(); ++row) {
      values.emplace(snapshot.attribute(row).value);
    }
    return std::vector<std::string>(values.begin(), values.end());
  };
  EXPECT_THAT(filtered({}), ElementsAre("a", "b", "c", "d"));
  EXPECT_THAT(filtered({.types = {"md5"}}), ElementsAre("a", "c", "d"));
  EXPECT_THAT(filtered({.types = {"md5", "domain"}}),
              ElementsAre("a", "b", "c", "d"));
  EXPECT_THAT(filtered({.tags = {"tlp:red"}}), ElementsAre("b", "c"));
  EXPECT_THAT(filtered({.orgs = {"Us"}}), ElementsAre("a", "c"));
  EXPECT_THAT(filtered({.threat_levels = {1, 2}}), ElementsAre("a"));
  EXPECT_THAT(filtered({.published = true}), ElementsAre("b", "d"));
  EXPECT_THAT(filtered({.published = false}), ElementsAre("a", "c"));
  EXPECT_THAT(filtered({.since = "x", .since_seconds = 300}),
              ElementsAre("c", "d"));
  EXPECT_THAT(filtered({.types = {"md5"}, .orgs = {"Us"}}),
              ElementsAre("a", "c"));
  EXPECT_THAT(filtered({.types = {"sha1"}}), IsEmpty());
}

// Keeps the sections, as a file does.
class Sections : public SnapshotSink {
 public:
  absl::Status Begin(std::string_view name, uint64_t) override {
    current_ = &bytes_[std::string(name)];
    return absl::OkStatus();
  }
  absl::Status Append(std::string_view bytes) override {
    current_->append(bytes);
    return absl::OkStatus();
  }
  const std::string& operator[](const std::string& name) {
    return bytes_[name];
  }

 private:
  std::map<std::string, std::string> bytes_;
  std::string* current_ = nullptr;
};

// Values are shown in the order of their rows, and what comes of it is written
// and a part of the id.
TEST(SnapshotMerge, AsksWhichAttributesAreOnWarninglists) {
  Snapshot::Builder builder;
  builder.AddSource("attributes", "a");
  builder.BeginInput();
  const uint32_t event = builder.AddEvent({});
  constexpr int kRows = 70'000;  // more than one stretch
  for (int i = 0; i < kRows; ++i) {
    Attribute attribute;
    attribute.type = i % 2 == 0 ? "domain" : "hostname";
    attribute.value = "host" + std::to_string(i) + ".example";
    attribute.comment = "not a part of it";
    builder.Add(attribute, event);
  }
  builder.CommitInput();
  const Snapshot input = std::move(builder).Build("2024-01-01T00:00:00Z", "1");
  const EncodedWarninglists lists = EncodeWarninglists({{}});
  uint32_t rows = 0;
  const auto find = [&](uint32_t first, std::span<const TypedValue> attributes,
                        std::vector<WarninglistHit>* hits) {
    ASSERT_EQ(first, rows);
    for (const auto& [type, value] : attributes) {
      ASSERT_EQ(type, input.attribute(rows).type);
      ASSERT_EQ(value, input.attribute(rows).value);
      if (value.ends_with("7.example")) hits->push_back({rows, 0, 1, 2});
      ++rows;
    }
  };
  const auto merge = [&](const MergeWarninglists& warninglists,
                         Sections* sections) {
    absl::StatusOr<MergedSnapshot> merged = MergeSnapshots(
        {{input, {0}, nullptr}}, warninglists, ManifestOf(1), sections);
    return merged->manifest.id;
  };
  Sections with;
  Sections without;
  const std::string id = merge({lists.columns(), find}, &with);
  EXPECT_EQ(rows, static_cast<uint32_t>(kRows));
  EXPECT_EQ(with["warning_hits"].size(), kRows / 10 * sizeof(WarninglistHit));
  EXPECT_NE(id, merge({lists.columns(), nullptr}, &without));
  EXPECT_TRUE(without["warning_hits"].empty());
  EXPECT_EQ(with["heap"], without["heap"]);
}

}  // namespace
}  // namespace mispsift
