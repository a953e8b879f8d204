#include "mispsift/pipeline/snapshot_diff.h"

#include <fmt/format.h>

#include <span>
#include <vector>

#include "mispsift/base/json_writer.h"
#include "mispsift/base/status_macros.h"
#include "mispsift/sink/report_lines.h"
#include "src/pipeline/snapshot_diff_counts.h"
#include "src/pipeline/verdict.h"

namespace mispsift {
namespace {

using Change = RowDifference::Change;

// --- JSON ---

void WriteChanges(const ChangeCounts& changes, JsonWriter* json) {
  for (size_t i = 0; i < changes.size(); ++i) {
    json->Key(kChangeNames[i]).Uint(changes[i]);
  }
}

void WriteCounts(const ChangesCounted& counts, uint64_t count_now,
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
    if (row.change() == Change::kAdded) {
      json_.Null();
    } else {
      write_before(&json_);
    }
    json_.Key("new");
    if (row.change() == Change::kRemoved) {
      json_.Null();
    } else {
      write_now(&json_);
    }
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

}  // namespace

std::string SnapshotDiffJson(const Snapshot& before, const Snapshot& now) {
  const SnapshotPair pair{before, now};
  const DiffCounts counts = CountDifferences(pair);
  std::string out;
  JsonWriter json(&out);
  json.StartObject();
  json.Key("old");
  WriteSide(before, pair.lists_before, &json);
  json.Key("new");
  WriteSide(now, pair.lists_now, &json);
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
  WriteCounts(counts.warninglists, pair.lists_now.size(),
              kWarninglistFieldNames, &json);
  json.EndObject();
  json.EndObject();
  out += '\n';
  return out;
}

absl::Status SnapshotDiffLines(
    const Snapshot& before, const Snapshot& now,
    absl::FunctionRef<absl::Status(std::string_view lines)> print) {
  const SnapshotPair pair{before, now};
  LinePrinter printer(print);
  for (const WarninglistDifference& list : pair.difference.warninglists) {
    const RowDifference& row = list.row;
    MISPSIFT_RETURN_IF_ERROR(printer.Print(
        "warninglist", row, kWarninglistFieldNames,
        [&](JsonWriter* json) {
          WriteWarninglistRecord(pair.lists_before[row.before], json);
        },
        [&](JsonWriter* json) {
          WriteWarninglistRecord(pair.lists_now[row.now], json);
        },
        [&](JsonWriter* json) {
          if (row.change() != Change::kChanged) return;
          json->Key("entries_added").Uint(list.entries_added);
          json->Key("entries_removed").Uint(list.entries_removed);
        }));
  }
  for (const RowDifference& row : pair.difference.events) {
    MISPSIFT_RETURN_IF_ERROR(printer.Print(
        "event", row, kEventFieldNames,
        [&](JsonWriter* json) { WriteEventRecord(before, row.before, json); },
        [&](JsonWriter* json) { WriteEventRecord(now, row.now, json); },
        kNothing));
  }
  for (const RowDifference& row : pair.difference.attributes) {
    MISPSIFT_RETURN_IF_ERROR(printer.Print(
        "attribute", row, kAttributeFieldNames,
        [&](JsonWriter* json) {
          WriteAttributeRecord(before, pair.lists_before, row.before, json);
        },
        [&](JsonWriter* json) {
          WriteAttributeRecord(now, pair.lists_now, row.now, json);
        },
        kNothing));
  }
  return printer.Flush();
}

}  // namespace mispsift
