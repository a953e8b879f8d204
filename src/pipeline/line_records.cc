#include "src/pipeline/line_records.h"

namespace mispsift {
namespace {

const uint32_t* Find(const absl::flat_hash_map<Uuid, uint32_t>& rows,
                     const Uuid& uuid) {
  const auto at = rows.find(uuid);
  return at == rows.end() ? nullptr : &at->second;
}

}  // namespace

LineRecords::LineRecords(std::string created, std::vector<Source> sources)
    : created_(std::move(created)), sources_(std::move(sources)) {
  if (sources_.size() == 1 && sources_.front().kind == "misp") {
    server_ = sources_.front().location;
  }
}

const uint32_t* LineRecords::FindAttribute(const Uuid& uuid) const {
  return Find(attribute_rows_, uuid);
}

const uint32_t* LineRecords::FindEvent(const Uuid& uuid) const {
  return Find(event_rows_, uuid);
}

uint32_t LineRecords::AddAttribute(StoredAttribute attribute) {
  const uint32_t row = static_cast<uint32_t>(attributes_.size());
  attribute_rows_.emplace(attribute.uuid, row);
  attributes_.push_back(std::move(attribute));
  return row;
}

uint32_t LineRecords::AddEvent(StoredEvent event) {
  const uint32_t row = static_cast<uint32_t>(events_.size());
  event_rows_.emplace(event.uuid, row);
  events_.push_back(std::move(event));
  return row;
}

void LineRecords::SetWarninglists(uint32_t attribute, IndicatorKind kind,
                                  std::vector<std::string> lists) {
  warninglists_.try_emplace({attribute, kind}, std::move(lists));
}

MispRecords::Attribute LineRecords::AttributeAt(uint32_t row) const {
  const StoredAttribute& stored = attributes_[row];
  Attribute attribute;
  attribute.uuid = stored.uuid;
  attribute.type = stored.type;
  attribute.category = stored.category;
  attribute.value = stored.value;
  attribute.comment = stored.comment;
  attribute.tags.assign(stored.tags.begin(), stored.tags.end());
  attribute.timestamp = stored.timestamp;
  attribute.over_correlating = stored.over_correlating;
  attribute.server = server_;
  return attribute;
}

MispRecords::Event LineRecords::EventAt(uint32_t row) const {
  const StoredEvent& stored = events_[row];
  Event event;
  event.uuid = stored.uuid;
  event.info = stored.info;
  event.date = stored.date;
  event.threat_level_id = stored.threat_level_id;
  event.published = stored.published;
  event.org = stored.org;
  event.tags.assign(stored.tags.begin(), stored.tags.end());
  return event;
}

std::vector<std::string_view> LineRecords::Warninglists(
    uint32_t attribute, IndicatorKind kind) const {
  const auto at = warninglists_.find({attribute, kind});
  if (at == warninglists_.end()) return {};
  return {at->second.begin(), at->second.end()};
}

}  // namespace mispsift
