#include "src/misp/snapshot_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "mispsift/base/status_macros.h"

namespace mispsift::misp {
namespace {

bool Within(uint64_t offset, uint64_t bytes, uint64_t size) {
  return offset <= size && bytes <= size - offset;
}

bool TextsWithin(std::span<const TextRef> texts, uint64_t heap_bytes) {
  return std::all_of(texts.begin(), texts.end(),
                     [heap_bytes](const TextRef& text) {
                       return Within(text.offset, text.bytes, heap_bytes);
                     });
}

template <typename Row, typename Order>
bool Increasing(std::span<const Row> rows, const Order& order) {
  const auto not_less = [&order](const Row& a, const Row& b) {
    return order(a) >= order(b);
  };
  return std::adjacent_find(rows.begin(), rows.end(), not_less) == rows.end();
}

// A merge finds by them what a source tells: each event and each attribute's
// event stands in them.
absl::Status VerifySourceEvents(const SnapshotColumns& columns) {
  const std::span<const EventRow> told = columns.source_events;
  // Where what sources tell of each event begins: both ascend by uuid.
  std::vector<uint32_t> first_told;
  first_told.reserve(columns.events.size());
  uint32_t at = 0;
  for (const EventRow& event : columns.events) {
    while (at < told.size() && told[at].uuid < event.uuid) ++at;
    first_told.push_back(at);
  }
  const auto is_told = [&](const AttributeRow& row) {
    const Uuid& event = columns.events[row.event].uuid;
    for (size_t i = first_told[row.event];
         i < told.size() && told[i].uuid == event; ++i) {
      if (told[i].source == row.source) return true;
    }
    return false;
  };
  for (const std::span<const AttributeRow> rows :
       {columns.attributes, columns.copies}) {
    // The last source of each event that was asked for: most have one in all.
    constexpr int16_t kNone = -1;
    std::vector<int16_t> known(columns.events.size(), kNone);
    for (const AttributeRow& row : rows) {
      if (known[row.event] == row.source) continue;
      if (!is_told(row)) {
        return Changed("an attribute whose event no source tells");
      }
      known[row.event] = row.source;
    }
  }
  return absl::OkStatus();
}

absl::Status VerifyWarninglistHits(const SnapshotColumns& columns,
                                   size_t lists) {
  for (const WarninglistHit& hit : columns.warninglist_hits) {
    if (hit.row >= columns.attributes.size() || hit.list >= lists ||
        hit.misp > WarninglistHit::kAllParts ||
        hit.corrected > WarninglistHit::kAllParts ||
        (hit.misp == 0 && hit.corrected == 0)) {
      return Changed("an attribute on a list that is not there");
    }
  }
  if (!Increasing(columns.warninglist_hits, [](const WarninglistHit& hit) {
        return std::pair(hit.row, hit.list);
      })) {
    return Changed("warninglist hits out of order");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Changed(std::string_view what) {
  return absl::DataLossError(fmt::format("not a whole snapshot: {}", what));
}

absl::Status VerifyColumns(const SnapshotColumns& columns, size_t sources) {
  constexpr uint64_t kMaxRows = UINT32_MAX;
  if (columns.attributes.size() > kMaxRows ||
      columns.copies.size() > kMaxRows || columns.events.size() > kMaxRows ||
      columns.source_events.size() > kMaxRows) {
    return Changed("more rows than there can be");
  }
  const uint64_t heap_bytes = columns.heap.size();
  if (!TextsWithin(columns.types, heap_bytes) ||
      !TextsWithin(columns.categories, heap_bytes) ||
      !TextsWithin(columns.tags, heap_bytes)) {
    return Changed("a name is outside its text");
  }
  for (const uint32_t tag : columns.tag_lists) {
    if (tag >= columns.tags.size()) return Changed("a tag that is not there");
  }
  const auto attribute_within = [&](const AttributeRow& row) {
    return Within(row.text, uint64_t{row.value_bytes} + row.comment_bytes,
                  heap_bytes) &&
           Within(row.first_tag, row.tag_count, columns.tag_lists.size()) &&
           row.event < columns.events.size() &&
           row.type < columns.types.size() &&
           row.category < columns.categories.size() && row.source < sources;
  };
  const auto event_within = [&](const EventRow& row) {
    return Within(row.text,
                  uint64_t{row.info_bytes} + row.date_bytes + row.org_bytes,
                  heap_bytes) &&
           Within(row.first_tag, row.tag_count, columns.tag_lists.size());
  };
  const auto source_event_within = [&](const EventRow& row) {
    return event_within(row) && row.source < sources;
  };
  if (!std::all_of(columns.attributes.begin(), columns.attributes.end(),
                   attribute_within) ||
      !std::all_of(columns.copies.begin(), columns.copies.end(),
                   attribute_within)) {
    return Changed("an attribute refers to what is not there");
  }
  if (!std::all_of(columns.events.begin(), columns.events.end(),
                   event_within) ||
      !std::all_of(columns.source_events.begin(), columns.source_events.end(),
                   source_event_within)) {
    return Changed("an event refers to what is not there");
  }
  const auto by_uuid = [](const auto& row) { return row.uuid; };
  const auto by_source = [](const auto& row) {
    return std::pair(row.uuid, row.source);
  };
  if (!Increasing(columns.attributes, by_uuid) ||
      !Increasing(columns.events, by_uuid) ||
      !Increasing(columns.copies, by_source) ||
      !Increasing(columns.source_events, by_source)) {
    return Changed("rows out of order");
  }
  MISPSIFT_RETURN_IF_ERROR(VerifySourceEvents(columns));
  MISPSIFT_ASSIGN_OR_RETURN(const WarninglistsView lists,
                            WarninglistsView::Read(columns.warninglists));
  return VerifyWarninglistHits(columns, lists.size());
}

}  // namespace mispsift::misp
