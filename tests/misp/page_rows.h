#ifndef MISPSIFT_TESTS_MISP_PAGE_ROWS_H_
#define MISPSIFT_TESTS_MISP_PAGE_ROWS_H_

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "mispsift/base/bytes.h"
#include "mispsift/misp/page_reader.h"
#include "mispsift/model/snapshot.h"

namespace mispsift::misp {

struct PageRow {
  Attribute attribute;
  uint64_t event_id;
};

inline PaddedBytes Padded(std::string_view text) {
  PaddedBytes bytes;
  bytes.Assign(text);
  return bytes;
}

// Copies of the rows of one page, from a reader that has read others before.
inline absl::StatusOr<std::vector<PageRow>> ReadPage(std::string_view text) {
  static PageReader reader;
  std::vector<PageRow> rows;
  const absl::StatusOr<uint64_t> count = reader.Read(
      Padded(text), [&rows](const Attribute& attribute, uint64_t event_id) {
        rows.push_back({attribute, event_id});
      });
  if (!count.ok()) return count.status();
  if (*count != rows.size()) return absl::InternalError("rows and count");
  return rows;
}

// What a snapshot says of each attribute and the id of its event, in the order
// of the uuids.
inline std::vector<std::string> Lines(const Snapshot& snapshot) {
  std::vector<std::string> lines;
  for (uint32_t row = 0; row < snapshot.attribute_count(); ++row) {
    const AttributeView view = snapshot.attribute(row);
    lines.push_back(fmt::format(
        "{} id {} event {} time {} flags {} {} / {} = '{}' comment '{}' tags "
        "'{}'",
        view.fields->uuid.ToString(), view.fields->id,
        snapshot.event_of(view).fields->id, view.fields->timestamp,
        view.fields->flags, view.category, view.type, view.value, view.comment,
        fmt::join(snapshot.tags(view), "','")));
  }
  return lines;
}

// The rows as one input of a snapshot; of their events only the id is known.
inline Snapshot SnapshotOfRows(const std::vector<PageRow>& rows) {
  Snapshot::Builder builder;
  builder.AddSource("attributes", "input");
  builder.BeginInput();
  for (const PageRow& row : rows) {
    if (row.attribute.type.empty() || row.attribute.value.empty()) continue;
    EventContext event;
    event.id = row.event_id;
    builder.Add(row.attribute, builder.AddEvent(event));
  }
  builder.CommitInput();
  return std::move(builder).Build("", "");
}

}  // namespace mispsift::misp

#endif  // MISPSIFT_TESTS_MISP_PAGE_ROWS_H_
