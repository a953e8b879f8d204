#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "mispsift/pipeline/snapshot_diff.h"
#include "src/pipeline/snapshot_diff_counts.h"
#include "src/pipeline/verdict.h"

namespace mispsift {
namespace {

using Change = RowDifference::Change;

constexpr std::array<char, 3> kChangeMarks = {'+', '-', '~'};

std::string SideText(std::string_view label, const Snapshot& snapshot) {
  const SnapshotManifest& manifest = snapshot.manifest();
  std::string text = fmt::format("{:<5}{}, created {}\n", label,
                                 Shown(manifest.id), Shown(manifest.created));
  for (const SnapshotSource& source : manifest.sources) {
    text += fmt::format("     source {} {}\n", Shown(source.kind),
                        Shown(source.location));
  }
  if (!manifest.filter.empty()) {
    text += fmt::format("     filter {}\n", Shown(Describe(manifest.filter)));
  }
  return text;
}

void AppendCountsLine(std::string_view label, const ChangeCounts& changes,
                      std::string* out) {
  *out += fmt::format("{:>10} {:>10} {:>10}  {}\n", changes[0], changes[1],
                      changes[2], label);
}

void AppendFieldCounts(std::string_view of, const ChangesCounted& counts,
                       std::span<const std::string_view> names,
                       std::string* out) {
  if (counts.changes[static_cast<size_t>(Change::kChanged)] == 0) return;
  *out += fmt::format("\nwhat changed in {}\n", of);
  for (size_t i = 0; i < names.size(); ++i) {
    if (counts.fields[i] == 0) continue;
    *out += fmt::format("{:>10}  {}\n", counts.fields[i], names[i]);
  }
}

// "  (value, tags)" of what changed.
std::string FieldsText(const RowDifference& row,
                       std::span<const std::string_view> names) {
  std::string text;
  for (size_t i = 0; i < names.size(); ++i) {
    if ((row.fields >> i & 1) == 0) continue;
    text += fmt::format("{}{}", text.empty() ? "  (" : ", ", names[i]);
  }
  return text.empty() ? text : text + ')';
}

// The first of each Change, added first; line(difference) says what it is.
template <typename Difference, typename RowOf, typename Line>
void AppendFirst(std::string_view of,
                 const std::vector<Difference>& differences,
                 const ChangeCounts& changes,
                 std::span<const std::string_view> names, RowOf row_of,
                 Line line, std::string* out) {
  constexpr uint64_t kMostLines = 20;
  if (differences.empty()) return;
  *out += fmt::format("\n{}\n", of);
  for (size_t change = 0; change < changes.size(); ++change) {
    uint64_t lines = 0;
    for (const Difference& difference : differences) {
      const RowDifference& row = row_of(difference);
      if (static_cast<size_t>(row.change()) != change) continue;
      if (lines++ == kMostLines) {
        *out += fmt::format("  {} and {} more {}\n", kChangeMarks[change],
                            changes[change] - kMostLines, kChangeNames[change]);
        break;
      }
      *out += fmt::format("  {} {}{}\n", kChangeMarks[change], line(difference),
                          FieldsText(row, names));
    }
  }
}

std::string AttributeText(const SnapshotPair& pair, const RowDifference& row) {
  const AttributeView attribute = pair.Attribute(row);
  const std::string uuid = attribute.fields->uuid.ToString();
  std::string value = Shown(attribute.value);
  if (row.change() == Change::kChanged) {
    const std::string_view then = pair.before.attribute(row.before).value;
    if (then != attribute.value) value = Shown(then) + " -> " + value;
  }
  return fmt::format("{} {}: {}", uuid, Shown(attribute.type), value);
}

// How many attributes came to, and went from, each event; by row.
struct Moves {
  explicit Moves(const SnapshotPair& pair)
      : came(pair.now.event_count()), went(pair.before.event_count()) {
    for (const RowDifference& row : pair.difference.attributes) {
      if (row.change() == Change::kAdded) {
        ++came[pair.Attribute(row).fields->event];
      } else if (row.change() == Change::kRemoved) {
        ++went[pair.Attribute(row).fields->event];
      }
    }
  }
  std::vector<uint32_t> came;
  std::vector<uint32_t> went;
};

std::string EventText(const SnapshotPair& pair, const Moves& moves,
                      const RowDifference& row) {
  const EventView event = pair.Event(row);
  std::string text = event.fields->uuid.IsNil() ? "without a uuid"
                                                : event.fields->uuid.ToString();
  for (const std::string_view part : {event.date, event.org, event.info}) {
    if (!part.empty()) text += ' ' + Shown(part);
  }
  if (row.now != RowDifference::kNoRow && moves.came[row.now] > 0) {
    text += fmt::format(", attributes +{}", moves.came[row.now]);
  }
  if (row.before != RowDifference::kNoRow && moves.went[row.before] > 0) {
    text += fmt::format(", attributes -{}", moves.went[row.before]);
  }
  return text;
}

std::string WarninglistText(const SnapshotPair& pair,
                            const WarninglistDifference& list) {
  const WarninglistView& shown = pair.Warninglist(list.row);
  std::string version = Shown(shown.version);
  if (list.row.change() == Change::kChanged) {
    const std::string_view then = pair.lists_before[list.row.before].version;
    if (then != shown.version) version = Shown(then) + " -> " + version;
  }
  std::string text = fmt::format("{}, version {}", Shown(shown.name), version);
  if (list.entries_added + list.entries_removed > 0) {
    text += fmt::format(", entries +{} -{}", list.entries_added,
                        list.entries_removed);
  }
  return text;
}

}  // namespace

std::string SnapshotDiffText(const Snapshot& before, const Snapshot& now) {
  const SnapshotPair pair{before, now};
  const DiffCounts counts = CountDifferences(pair);
  const SnapshotDifference& difference = pair.difference;
  std::string out = SideText("old", before) + SideText("new", now);
  out += fmt::format("\n{:>10} {:>10} {:>10}\n", "added", "removed", "changed");
  AppendCountsLine("attributes", counts.attributes.changes, &out);
  AppendCountsLine("  with to_ids", counts.with_to_ids, &out);
  AppendCountsLine("events", counts.events.changes, &out);
  AppendCountsLine("warninglists", counts.warninglists.changes, &out);
  if (!counts.by_type.empty()) out += "\nattributes by type\n";
  for (const auto& [type, changes] : counts.by_type) {
    AppendCountsLine(Shown(type), changes, &out);
  }
  AppendFieldCounts("attributes", counts.attributes, kAttributeFieldNames,
                    &out);
  if (counts.to_ids_set + counts.to_ids_cleared > 0) {
    out += fmt::format("{:>10}  of to_ids: set\n{:>10}  of to_ids: cleared\n",
                       counts.to_ids_set, counts.to_ids_cleared);
  }
  AppendFieldCounts("events", counts.events, kEventFieldNames, &out);

  AppendFirst(
      "warninglists", difference.warninglists, counts.warninglists.changes,
      kWarninglistFieldNames,
      [](const WarninglistDifference& list) { return list.row; },
      [&](const WarninglistDifference& list) {
        return WarninglistText(pair, list);
      },
      &out);
  const auto itself = [](const RowDifference& row) { return row; };
  const Moves moves(pair);
  AppendFirst(
      "events", difference.events, counts.events.changes, kEventFieldNames,
      itself,
      [&](const RowDifference& row) { return EventText(pair, moves, row); },
      &out);
  AppendFirst(
      "attributes", difference.attributes, counts.attributes.changes,
      kAttributeFieldNames, itself,
      [&](const RowDifference& row) { return AttributeText(pair, row); }, &out);
  return out;
}

}  // namespace mispsift
