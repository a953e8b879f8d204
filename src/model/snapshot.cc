#include "mispsift/model/snapshot.h"

#include <algorithm>
#include <utility>

#include "absl/status/statusor.h"
#include "mispsift/base/check.h"

namespace mispsift {

void Snapshot::ForgetAll() const {
  for (const std::span<const AttributeRow> rows :
       {columns_.attributes, columns_.copies}) {
    Forget({reinterpret_cast<const char*>(rows.data()), rows.size_bytes()});
  }
  Forget(columns_.heap);
  Forget(columns_.warninglists.entries);
}

AttributeView Snapshot::attribute(uint32_t row) const {
  const AttributeRow& fields = columns_.attributes[row];
  AttributeView view;
  view.row = row;
  view.fields = &fields;
  view.type = text(columns_.types[fields.type]);
  view.category = text(columns_.categories[fields.category]);
  view.value = columns_.heap.substr(fields.text, fields.value_bytes);
  view.comment = columns_.heap.substr(fields.text + fields.value_bytes,
                                      fields.comment_bytes);
  return view;
}

EventView Snapshot::event(uint32_t row) const {
  const EventRow& fields = columns_.events[row];
  EventView view;
  view.row = row;
  view.fields = &fields;
  uint64_t offset = fields.text;
  view.info = columns_.heap.substr(offset, fields.info_bytes);
  offset += fields.info_bytes;
  view.date = columns_.heap.substr(offset, fields.date_bytes);
  offset += fields.date_bytes;
  view.org = columns_.heap.substr(offset, fields.org_bytes);
  return view;
}

std::vector<std::string_view> Snapshot::tags(
    const AttributeView& attribute) const {
  std::vector<std::string_view> names;
  for (const uint32_t tag : columns_.tag_lists.subspan(
           attribute.fields->first_tag, attribute.fields->tag_count)) {
    names.push_back(text(columns_.tags[tag]));
  }
  return names;
}

std::vector<std::string_view> Snapshot::tags(const EventView& event) const {
  std::vector<std::string_view> names;
  for (const uint32_t tag : columns_.tag_lists.subspan(
           event.fields->first_tag, event.fields->tag_count)) {
    names.push_back(text(columns_.tags[tag]));
  }
  return names;
}

WarninglistsView Snapshot::ReadWarninglists() const {
  absl::StatusOr<WarninglistsView> lists =
      WarninglistsView::Read(columns_.warninglists);
  MISPSIFT_CHECK(lists.ok());
  return *std::move(lists);
}

std::span<const WarninglistHit> Snapshot::warninglist_hits(uint32_t row) const {
  const std::span<const WarninglistHit> hits = columns_.warninglist_hits;
  const auto begin =
      std::ranges::lower_bound(hits, row, {}, &WarninglistHit::row);
  const auto end = std::find_if(
      begin, hits.end(), [row](const auto& hit) { return hit.row != row; });
  return {begin, end};
}

std::vector<std::string_view> Snapshot::types() const {
  std::vector<std::string_view> names;
  for (const TextRef& type : columns_.types) names.push_back(text(type));
  return names;
}

}  // namespace mispsift
