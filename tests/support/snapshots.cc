#include "tests/support/snapshots.h"

#include <memory>
#include <utility>

#include "mispsift/normalize/warninglist_matcher.h"

namespace mispsift {

std::string PlantedUuid(const std::string& type, const std::string& value) {
  return UuidV5(kMispsiftNamespace, type + "\n" + value).ToString();
}

Snapshot SnapshotOf(const std::vector<Planted>& attributes) {
  Snapshot::Builder builder;
  builder.AddSource("attributes", "test");
  builder.BeginInput();
  EventContext event;
  event.uuid = UuidV5(kMispsiftNamespace, "event");
  event.id = 7;
  event.info = "An event";
  event.date = "2024-05-06";
  event.org = "Example";
  event.threat_level_id = 2;
  event.analysis = 1;
  event.tags = {"tlp:clear"};
  const uint32_t handle = builder.AddEvent(event);
  uint64_t id = 100;
  for (const Planted& planted : attributes) {
    Attribute attribute;
    attribute.uuid =
        UuidV5(kMispsiftNamespace, planted.type + "\n" + planted.value);
    attribute.id = id++;
    attribute.type = planted.type;
    attribute.category = "Other";
    attribute.value = planted.value;
    attribute.to_ids = planted.to_ids;
    attribute.disable_correlation = planted.disable_correlation;
    builder.Add(attribute, handle);
  }
  builder.CommitInput();
  return std::move(builder).Build("2024-05-06T00:00:00Z", "test");
}

Snapshot SnapshotOf(const std::vector<Planted>& attributes,
                    const std::vector<Warninglist>& lists) {
  struct Owned : ColumnMemory {
    explicit Owned(Snapshot of) : snapshot(std::move(of)) {}
    Snapshot snapshot;
    EncodedWarninglists lists;
    std::vector<WarninglistHit> hits;
  };
  const auto owned = std::make_shared<Owned>(SnapshotOf(attributes));
  owned->lists = EncodeWarninglists(lists);
  const WarninglistsView view = *WarninglistsView::Read(owned->lists.columns());
  const WarninglistMatcher matcher(view);
  WarninglistCheck check(&matcher);
  const Snapshot& snapshot = owned->snapshot;
  for (uint32_t row = 0; row < snapshot.attribute_count(); ++row) {
    const AttributeView attribute = snapshot.attribute(row);
    for (WarninglistHit hit :
         check.Hits(matcher.ScopeOf(attribute.type), attribute.value)) {
      hit.row = row;
      owned->hits.push_back(hit);
    }
  }
  SnapshotColumns columns = snapshot.columns();
  columns.warninglists = owned->lists.columns();
  columns.warninglist_hits = owned->hits;
  return Snapshot(snapshot.manifest(), columns, owned);
}

}  // namespace mispsift
