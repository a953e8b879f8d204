#include "mispsift/sink/misp_records.h"

namespace mispsift {

uint32_t SnapshotRecords::EventOf(uint32_t attribute) const {
  return snapshot_.attribute(attribute).fields->event;
}

Uuid SnapshotRecords::AttributeUuid(uint32_t attribute) const {
  return snapshot_.attribute(attribute).fields->uuid;
}

Uuid SnapshotRecords::EventUuid(uint32_t event) const {
  return snapshot_.event(event).fields->uuid;
}

MispRecords::Attribute SnapshotRecords::AttributeAt(uint32_t row) const {
  const AttributeView attribute = snapshot_.attribute(row);
  Attribute record;
  record.uuid = attribute.fields->uuid;
  record.type = attribute.type;
  record.category = attribute.category;
  record.value = attribute.value;
  record.comment = attribute.comment;
  record.tags = snapshot_.tags(attribute);
  record.timestamp = attribute.fields->timestamp;
  record.over_correlating = attribute.over_correlating();
  const std::vector<SnapshotSource>& sources = snapshot_.manifest().sources;
  if (attribute.fields->source < sources.size() &&
      sources[attribute.fields->source].kind == "misp") {
    record.server = sources[attribute.fields->source].location;
  }
  return record;
}

MispRecords::Event SnapshotRecords::EventAt(uint32_t row) const {
  const EventView event = snapshot_.event(row);
  Event record;
  record.uuid = event.fields->uuid;
  record.info = event.info;
  record.date = event.date;
  record.threat_level_id = event.fields->threat_level_id;
  record.published = event.published();
  record.org = event.org;
  record.tags = snapshot_.tags(event);
  return record;
}

std::vector<std::string_view> SnapshotRecords::Warninglists(
    uint32_t attribute, IndicatorKind kind) const {
  return index_.Warninglists(snapshot_.attribute(attribute), kind,
                             Index::OnLists::kInforming);
}

std::string_view SnapshotRecords::Created() const {
  return snapshot_.manifest().created;
}

std::vector<MispRecords::Source> SnapshotRecords::Sources() const {
  std::vector<Source> sources;
  for (const SnapshotSource& source : snapshot_.manifest().sources) {
    sources.push_back({source.kind, source.location});
  }
  return sources;
}

}  // namespace mispsift
