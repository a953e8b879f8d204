#include "mispsift/pipeline/snapshot_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "mispsift/base/check.h"
#include "mispsift/base/json_writer.h"
#include "mispsift/base/status_macros.h"
#include "mispsift/model/snapshot_difference.h"
#include "mispsift/sink/report_lines.h"
#include "src/pipeline/verdict.h"

namespace mispsift {
namespace {

using Change = RowDifference::Change;

constexpr std::array<std::string_view, 3> kChangeNames = {"added", "removed",
                                                          "changed"};
constexpr std::array<char, 3> kChangeMarks = {'+', '-', '~'};

// By Change.
using ChangeCounts = std::array<uint64_t, 3>;

struct Counts {
  ChangeCounts changes{};
  std::array<uint64_t, 16> fields{};  // by bit

  void Add(const RowDifference& row) {
    ++changes[static_cast<size_t>(row.change())];
    for (size_t i = 0; i < fields.size(); ++i) fields[i] += row.fields >> i & 1;
  }
};

struct AllCounts {
  Counts attributes;
  Counts events;
  Counts warninglists;
  ChangeCounts with_to_ids{};  // changed: they have it now
  uint64_t to_ids_set = 0;
  uint64_t to_ids_cleared = 0;
  std::map<std::string_view, ChangeCounts> by_type;
};

WarninglistsView ListsOf(const Snapshot& snapshot) {
  absl::StatusOr<WarninglistsView> lists =
      WarninglistsView::Read(snapshot.columns().warninglists);
  MISPSIFT_CHECK(lists.ok());  // whoever made the snapshot has looked
  return *std::move(lists);
}

// Two snapshots, and what all that is said of them is made of.
struct Diff {
  const Snapshot& before;
  const Snapshot& now;
  const WarninglistsView lists_before = ListsOf(before);
  const WarninglistsView lists_now = ListsOf(now);
  const SnapshotDifference difference = DiffSnapshots(before, now);

  // As it is now; what is gone, as it was.
  const Snapshot& Side(const RowDifference& row) const {
    return row.change() == Change::kRemoved ? before : now;
  }
  static uint32_t Row(const RowDifference& row) {
    return row.change() == Change::kRemoved ? row.before : row.now;
  }
  AttributeView Attribute(const RowDifference& row) const {
    return Side(row).attribute(Row(row));
  }
  EventView Event(const RowDifference& row) const {
    return Side(row).event(Row(row));
  }
  const WarninglistView& Warninglist(const RowDifference& row) const {
    return row.change() == Change::kRemoved ? lists_before[row.before]
                                            : lists_now[row.now];
  }
};

AllCounts Count(const Diff& diff) {
  constexpr auto kToIds = std::ranges::find(kAttributeFieldNames, "to_ids") -
                          kAttributeFieldNames.begin();
  AllCounts counts;
  for (const RowDifference& row : diff.difference.attributes) {
    const auto change = static_cast<size_t>(row.change());
    const AttributeView attribute = diff.Attribute(row);
    counts.attributes.Add(row);
    ++counts.by_type[attribute.type][change];
    if (attribute.to_ids()) ++counts.with_to_ids[change];
    if ((row.fields >> kToIds & 1) != 0) {
      ++(attribute.to_ids() ? counts.to_ids_set : counts.to_ids_cleared);
    }
  }
  for (const RowDifference& row : diff.difference.events) {
    counts.events.Add(row);
  }
  for (const WarninglistDifference& list : diff.difference.warninglists) {
    counts.warninglists.Add(list.row);
  }
  return counts;
}

// --- JSON ---

void WriteChanges(const ChangeCounts& changes, JsonWriter* json) {
  for (size_t i = 0; i < changes.size(); ++i) {
    json->Key(kChangeNames[i]).Uint(changes[i]);
  }
}

void WriteCounts(const Counts& counts, uint64_t count_now,
                 std::span<const std::string_view> names, JsonWriter* json) {
  WriteChanges(counts.changes, json);
  json->Key("unchanged")
      .Uint(count_now - counts.changes[static_cast<size_t>(Change::kAdded)] -
            counts.changes[static_cast<size_t>(Change::kChanged)]);
  json->Key("changed_fields").StartObject();
  for (size_t i = 0; i < names.size(); ++i) {
    if (counts.fields[i] > 0) json->Key(names[i]).Uint(counts.fields[i]);
  }
  json->EndObject();
}

void WriteSide(const Snapshot& snapshot, const WarninglistsView& lists,
               JsonWriter* json) {
  const SnapshotManifest& manifest = snapshot.manifest();
  json->StartObject();
  json->Key("id").String(manifest.id);
  json->Key("created").String(manifest.created);
  json->Key("attributes").Uint(snapshot.attribute_count());
  json->Key("events").Uint(snapshot.event_count());
  json->Key("warninglists").Uint(lists.size());
  json->Key("over_correlating_limit").Uint(manifest.over_correlating);
  json->Key("filter").StringOrNull(
      manifest.filter.empty() ? std::string() : Describe(manifest.filter));
  json->Key("sources").StartArray();
  for (const SnapshotSource& source : manifest.sources) {
    json->String(fmt::format("{}:{}", source.kind, source.location));
  }
  json->EndArray();
  json->EndObject();
}

// --- Lines ---

void WriteNames(std::span<const std::string_view> names, uint16_t bits,
                JsonWriter* json) {
  json->StartArray();
  for (size_t i = 0; i < names.size(); ++i) {
    if ((bits >> i & 1) != 0) json->String(names[i]);
  }
  json->EndArray();
}

void WriteAttributeRecord(const Snapshot& snapshot,
                          const WarninglistsView& lists, uint32_t row,
                          JsonWriter* json) {
  std::vector<std::string_view> on_lists;
  for (const WarninglistHit& hit : snapshot.warninglist_hits(row)) {
    on_lists.push_back(lists[hit.list].name);
  }
  const AttributeView attribute = snapshot.attribute(row);
  json->StartObject();
  json->Key("attribute");
  WriteAttribute(snapshot, row, on_lists, json);
  json->Key("event");
  WriteEvent(snapshot, snapshot.event_of(attribute), json);
  if ((attribute.fields->flags & AttributeRow::kDisableCorrelation) != 0) {
    json->Key("disable_correlation").Bool(true);
  }
  json->EndObject();
}

void WriteEventRecord(const Snapshot& snapshot, uint32_t row,
                      JsonWriter* json) {
  const EventView event = snapshot.event(row);
  json->StartObject();
  json->Key("event");
  WriteEvent(snapshot, event, json);
  json->Key("timestamp").Int(event.fields->timestamp);
  if ((event.fields->flags & EventRow::kDisableCorrelation) != 0) {
    json->Key("disable_correlation").Bool(true);
  }
  json->EndObject();
}

void WriteWarninglistRecord(const WarninglistView& list, JsonWriter* json) {
  json->StartObject();
  json->Key("warninglist").StartObject();
  json->Key("name").String(list.name);
  json->Key("version").String(list.version);
  json->Key("type").String(WarninglistTypeName(list.type));
  json->Key("category").String(list.category);
  json->Key("description").String(list.description);
  json->Key("enabled").Bool(list.enabled);
  json->Key("matching_attributes").StartArray();
  for (const std::string_view type : list.matching_attributes) {
    json->String(type);
  }
  json->EndArray();
  json->Key("entries").Uint(list.entry_count());
  json->EndObject();
  json->EndObject();
}

// Gathers lines to blocks, and prints these.
class LinePrinter {
 public:
  explicit LinePrinter(
      absl::FunctionRef<absl::Status(std::string_view lines)> print)
      : print_(print), json_(&block_) {}

  // write_before and write_now write a record, end_line what stands behind.
  template <typename WriteBefore, typename WriteNow, typename EndLine>
  absl::Status Print(std::string_view of, const RowDifference& row,
                     std::span<const std::string_view> names,
                     WriteBefore write_before, WriteNow write_now,
                     EndLine end_line) {
    json_.StartObject();
    json_.Key("of").String(of);
    json_.Key("change").String(kChangeNames[static_cast<size_t>(row.change())]);
    json_.Key("fields");
    WriteNames(names, row.fields, &json_);
    json_.Key("old");
    row.before == RowDifference::kNoRow ? static_cast<void>(json_.Null())
                                        : write_before(&json_);
    json_.Key("new");
    row.now == RowDifference::kNoRow ? static_cast<void>(json_.Null())
                                     : write_now(&json_);
    end_line(&json_);
    json_.EndObject();
    json_.Reset();
    block_ += '\n';
    return block_.size() < kBlockBytes ? absl::OkStatus() : Flush();
  }

  absl::Status Flush() {
    const absl::Status status = print_(block_);
    block_.clear();
    return status;
  }

 private:
  static constexpr size_t kBlockBytes = 64 << 10;

  absl::FunctionRef<absl::Status(std::string_view lines)> print_;
  std::string block_;
  JsonWriter json_;
};

constexpr auto kNothing = [](JsonWriter* /*json*/) {};

// --- Text ---

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

void AppendFieldCounts(std::string_view of, const Counts& counts,
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

std::string AttributeText(const Diff& diff, const RowDifference& row) {
  const AttributeView attribute = diff.Attribute(row);
  const std::string uuid = attribute.fields->uuid.ToString();
  std::string value = Shown(attribute.value);
  if (row.change() == Change::kChanged) {
    const std::string_view then = diff.before.attribute(row.before).value;
    if (then != attribute.value) value = Shown(then) + " -> " + value;
  }
  return fmt::format("{} {}: {}", uuid, Shown(attribute.type), value);
}

// How many attributes came to, and went from, each event; by row.
struct Moves {
  explicit Moves(const Diff& diff)
      : came(diff.now.event_count()), went(diff.before.event_count()) {
    for (const RowDifference& row : diff.difference.attributes) {
      if (row.change() == Change::kAdded) {
        ++came[diff.Attribute(row).fields->event];
      } else if (row.change() == Change::kRemoved) {
        ++went[diff.Attribute(row).fields->event];
      }
    }
  }
  std::vector<uint32_t> came;
  std::vector<uint32_t> went;
};

std::string EventText(const Diff& diff, const Moves& moves,
                      const RowDifference& row) {
  const EventView event = diff.Event(row);
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

std::string WarninglistText(const Diff& diff,
                            const WarninglistDifference& list) {
  const WarninglistView& shown = diff.Warninglist(list.row);
  std::string version = Shown(shown.version);
  if (list.row.change() == Change::kChanged) {
    const std::string_view then = diff.lists_before[list.row.before].version;
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

std::string SnapshotDiffJson(const Snapshot& before, const Snapshot& now) {
  const Diff diff{before, now};
  const AllCounts counts = Count(diff);
  std::string out;
  JsonWriter json(&out);
  json.StartObject();
  json.Key("old");
  WriteSide(before, diff.lists_before, &json);
  json.Key("new");
  WriteSide(now, diff.lists_now, &json);
  json.Key("attributes").StartObject();
  WriteCounts(counts.attributes, now.attribute_count(), kAttributeFieldNames,
              &json);
  json.Key("to_ids").StartObject();
  json.Key("added").Uint(counts.with_to_ids[0]);
  json.Key("removed").Uint(counts.with_to_ids[1]);
  json.Key("set").Uint(counts.to_ids_set);
  json.Key("cleared").Uint(counts.to_ids_cleared);
  json.EndObject();
  json.Key("by_type").StartObject();
  for (const auto& [type, changes] : counts.by_type) {
    json.Key(type).StartObject();
    WriteChanges(changes, &json);
    json.EndObject();
  }
  json.EndObject();
  json.EndObject();
  json.Key("events").StartObject();
  WriteCounts(counts.events, now.event_count(), kEventFieldNames, &json);
  json.EndObject();
  json.Key("warninglists").StartObject();
  WriteCounts(counts.warninglists, diff.lists_now.size(),
              kWarninglistFieldNames, &json);
  json.EndObject();
  json.EndObject();
  out += '\n';
  return out;
}

absl::Status SnapshotDiffLines(
    const Snapshot& before, const Snapshot& now,
    absl::FunctionRef<absl::Status(std::string_view lines)> print) {
  const Diff diff{before, now};
  LinePrinter printer(print);
  for (const WarninglistDifference& list : diff.difference.warninglists) {
    const RowDifference& row = list.row;
    MISPSIFT_RETURN_IF_ERROR(printer.Print(
        "warninglist", row, kWarninglistFieldNames,
        [&](JsonWriter* json) {
          WriteWarninglistRecord(diff.lists_before[row.before], json);
        },
        [&](JsonWriter* json) {
          WriteWarninglistRecord(diff.lists_now[row.now], json);
        },
        [&](JsonWriter* json) {
          if (row.change() != Change::kChanged) return;
          json->Key("entries_added").Uint(list.entries_added);
          json->Key("entries_removed").Uint(list.entries_removed);
        }));
  }
  for (const RowDifference& row : diff.difference.events) {
    MISPSIFT_RETURN_IF_ERROR(printer.Print(
        "event", row, kEventFieldNames,
        [&](JsonWriter* json) { WriteEventRecord(before, row.before, json); },
        [&](JsonWriter* json) { WriteEventRecord(now, row.now, json); },
        kNothing));
  }
  for (const RowDifference& row : diff.difference.attributes) {
    MISPSIFT_RETURN_IF_ERROR(printer.Print(
        "attribute", row, kAttributeFieldNames,
        [&](JsonWriter* json) {
          WriteAttributeRecord(before, diff.lists_before, row.before, json);
        },
        [&](JsonWriter* json) {
          WriteAttributeRecord(now, diff.lists_now, row.now, json);
        },
        kNothing));
  }
  return printer.Flush();
}

std::string SnapshotDiffText(const Snapshot& before, const Snapshot& now) {
  const Diff diff{before, now};
  const AllCounts counts = Count(diff);
  const SnapshotDifference& difference = diff.difference;
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
        return WarninglistText(diff, list);
      },
      &out);
  const auto itself = [](const RowDifference& row) { return row; };
  const Moves moves(diff);
  AppendFirst(
      "events", difference.events, counts.events.changes, kEventFieldNames,
      itself,
      [&](const RowDifference& row) { return EventText(diff, moves, row); },
      &out);
  AppendFirst(
      "attributes", difference.attributes, counts.attributes.changes,
      kAttributeFieldNames, itself,
      [&](const RowDifference& row) { return AttributeText(diff, row); }, &out);
  return out;
}

}  // namespace mispsift
