#include "src/model/event_merge.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "mispsift/base/check.h"
#include "mispsift/model/made_uuids.h"

namespace mispsift {
namespace {

EventFields FieldsOf(const EventRow& row, std::string_view heap,
                     uint32_t input) {
  EventFields fields;
  fields.id = row.id;
  fields.timestamp = row.timestamp;
  fields.info = heap.substr(row.text, row.info_bytes);
  fields.date = heap.substr(row.text + row.info_bytes, row.date_bytes);
  fields.org =
      heap.substr(row.text + row.info_bytes + row.date_bytes, row.org_bytes);
  fields.input = input;
  fields.first_tag = row.first_tag;
  fields.tag_count = row.tag_count;
  fields.threat_level_id = row.threat_level_id;
  fields.analysis = row.analysis;
  fields.flags = row.flags;
  fields.listed = row.listed;
  return fields;
}

// Of several that tell one event the greatest comes first.
std::tuple<int64_t, int, uint32_t> Rank(const EventFields& fields,
                                        uint32_t order) {
  return {fields.timestamp, fields.FieldsSaid(), order};
}

// A uuid made of an id alone, and nothing else said: no event is known.
bool SaysNothing(const MergedEvent& event) {
  const EventFields& fields = event.fields;
  return fields.info.empty() && fields.date.empty() &&
         event.uuid == MadeEventUuid(fmt::format_int(fields.id).str(), "", "");
}

}  // namespace

int EventFields::FieldsSaid() const {
  return (id != 0) + !info.empty() + !date.empty() + !org.empty() +
         (tag_count != 0) + (threat_level_id != 0) + (analysis >= 0);
}

void EventFields::FillFrom(const EventFields& other) {
  if (id == 0) id = other.id;
  if (info.empty()) info = other.info;
  if (date.empty()) date = other.date;
  if (org.empty()) org = other.org;
  if (threat_level_id == 0) threat_level_id = other.threat_level_id;
  if (analysis < 0) analysis = other.analysis;
  if (listed == 0) listed = other.listed;
  if (tag_count == 0) {
    input = other.input;
    first_tag = other.first_tag;
    tag_count = other.tag_count;
  }
}

EventMerge::EventMerge(const std::vector<MergeInput>& inputs,
                       const AttributeFilter& filter)
    : inputs_(inputs), filter_(filter) {
  MergeWithinSources(Gather());
  MergeAmongSources();
}

std::vector<EventMerge::GatheredEvent> EventMerge::Gather() {
  std::vector<GatheredEvent> gathered;
  taken_.resize(inputs_.size());
  for (uint32_t input = 0; input < inputs_.size(); ++input) {
    const MergeInput& part = inputs_[input];
    const SnapshotColumns& from = part.snapshot.columns();
    if (part.takes) {
      taken_[input].resize(from.events.size() * part.sources.size());
    }
    for (const EventRow& row : from.source_events) {
      const int source = part.sources[row.source];
      if (source == MergeInput::kLeftOut) continue;
      if (part.takes) {
        if (!part.takes(row)) continue;
        const auto at = std::lower_bound(
            from.events.begin(), from.events.end(), row.uuid,
            [](const EventRow& a, const Uuid& b) { return a.uuid < b; });
        if (at != from.events.end() && at->uuid == row.uuid) {
          const auto event = static_cast<uint32_t>(at - from.events.begin());
          taken_[input][TakenIndex(input, event, row.source)] = true;
        }
      }
      gathered.push_back({row.uuid, FieldsOf(row, from.heap, input),
                          static_cast<uint32_t>(gathered.size()),
                          static_cast<uint8_t>(source)});
    }
  }
  return gathered;
}

void EventMerge::MergeWithinSources(std::vector<GatheredEvent> gathered) {
  std::sort(gathered.begin(), gathered.end(),
            [](const GatheredEvent& a, const GatheredEvent& b) {
              if (a.uuid != b.uuid) return a.uuid < b.uuid;
              if (a.source != b.source) return a.source < b.source;
              return Rank(a.fields, a.order) > Rank(b.fields, b.order);
            });
  for (const GatheredEvent& row : gathered) {
    if (!told_.empty() && told_.back().uuid == row.uuid &&
        told_.back().source == row.source) {
      told_.back().fields.FillFrom(row.fields);
    } else {
      told_.push_back(
          {.uuid = row.uuid, .fields = row.fields, .source = row.source});
    }
  }
}

void EventMerge::MergeAmongSources() {
  std::vector<const MergedEvent*> group;
  for (size_t first = 0; first < told_.size();) {
    group.clear();
    size_t end = first;
    for (; end < told_.size() && told_[end].uuid == told_[first].uuid; ++end) {
      MergedEvent& event = told_[end];
      const EventFields& fields = event.fields;
      event.admitted = filter_.AdmitsEvent(
          fields.org, fields.threat_level_id,
          (fields.flags & EventRow::kPublished) != 0, fields.timestamp);
      event.tag_admitted =
          AdmitsTags(fields.input, fields.first_tag, fields.tag_count);
      group.push_back(&event);
    }
    std::sort(group.begin(), group.end(),
              [](const MergedEvent* a, const MergedEvent* b) {
                return Rank(a->fields, a->source) > Rank(b->fields, b->source);
              });
    MergedEvent& merged = events_.emplace_back(*group[0]);
    for (const MergedEvent* event : group) {
      merged.fields.FillFrom(event->fields);
      merged.admitted |= event->admitted;
    }
    merged.shown = merged.admitted && !SaysNothing(merged);
    first_told_.push_back(static_cast<uint32_t>(first));
    first = end;
  }
}

uint32_t EventMerge::NumberOf(const Uuid& uuid) const {
  const auto at = std::lower_bound(
      events_.begin(), events_.end(), uuid,
      [](const MergedEvent& a, const Uuid& b) { return a.uuid < b; });
  MISPSIFT_CHECK(at != events_.end() && at->uuid == uuid);
  return static_cast<uint32_t>(at - events_.begin());
}

const MergedEvent& EventMerge::ToldBy(uint32_t number, int source) const {
  const MergedEvent* told = &told_[first_told_[number]];
  while (told->source != source) ++told;
  return *told;
}

bool EventMerge::AdmitsTags(uint32_t input, uint32_t first,
                            uint16_t count) const {
  if (filter_.tags.empty()) return true;
  const SnapshotColumns& from = inputs_[input].snapshot.columns();
  const std::span<const uint32_t> list = from.tag_lists.subspan(first, count);
  return std::any_of(list.begin(), list.end(), [&](uint32_t tag) {
    return filter_.AdmitsTag(
        from.heap.substr(from.tags[tag].offset, from.tags[tag].bytes));
  });
}

}  // namespace mispsift
