#ifndef MISPSIFT_SRC_MODEL_EVENT_MERGE_H_
#define MISPSIFT_SRC_MODEL_EVENT_MERGE_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "mispsift/base/uuid.h"
#include "mispsift/model/attribute_filter.h"
#include "mispsift/model/snapshot.h"
#include "mispsift/model/snapshot_merge.h"

namespace mispsift {

// What one or several rows say of an event; views into the inputs.
struct EventFields {
  uint64_t id = 0;
  int64_t timestamp = 0;
  std::string_view info;
  std::string_view date;
  std::string_view org;
  uint32_t input = 0;  // whose tag list it is
  uint32_t first_tag = 0;
  uint16_t tag_count = 0;
  int8_t threat_level_id = 0;
  int8_t analysis = -1;
  uint8_t flags = 0;
  uint32_t listed = 0;

  int FieldsSaid() const;
  uint64_t text_bytes() const { return info.size() + date.size() + org.size(); }
  // Takes over what this does not say.
  void FillFrom(const EventFields& other);
};

// An event, as one source or as all of them tell it.
struct MergedEvent {
  Uuid uuid;
  EventFields fields;
  uint8_t source = 0;        // of one that a source tells
  bool admitted = true;      // by the filter
  bool tag_admitted = true;  // by the event's own tags
  bool shown = false;        // says something; attributes may show it as well
  uint32_t row = 0;          // in `events` of the result, if shown
};

// The events of a merge: each once for each source that tells it, and once as
// all of them tell it together.
class EventMerge {
 public:
  // Both must outlive this.
  EventMerge(const std::vector<MergeInput>& inputs,
             const AttributeFilter& filter);

  // By uuid, then source.
  const std::vector<MergedEvent>& told() const { return told_; }
  // By uuid.
  std::vector<MergedEvent>& events() { return events_; }
  const std::vector<MergedEvent>& events() const { return events_; }

  // The number in events() of the one that a row of an input's is about.
  uint32_t NumberOf(const Uuid& uuid) const;
  // How `source` tells it.
  const MergedEvent& ToldBy(uint32_t number, int source) const;
  // Whether an attribute is taken that stands in row `event` of an input's
  // events and that its source `source` tells.
  bool Takes(uint32_t input, uint32_t event, uint8_t source) const {
    return !inputs_[input].takes ||
           taken_[input][TakenIndex(input, event, source)];
  }
  // Whether the filter admits one of these tags of an input.
  bool AdmitsTags(uint32_t input, uint32_t first, uint16_t count) const;

 private:
  struct GatheredEvent {
    Uuid uuid;
    EventFields fields;
    uint32_t order;
    uint8_t source;
  };

  size_t TakenIndex(size_t input, uint32_t event, uint8_t source) const {
    return size_t{event} * inputs_[input].sources.size() + source;
  }
  std::vector<GatheredEvent> Gather();
  void MergeWithinSources(std::vector<GatheredEvent> gathered);
  void MergeAmongSources();

  const std::vector<MergeInput>& inputs_;
  const AttributeFilter& filter_;
  std::vector<std::vector<bool>> taken_;  // of inputs that leave events out
  std::vector<MergedEvent> told_;
  std::vector<MergedEvent> events_;
  std::vector<uint32_t> first_told_;  // of each event
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_MODEL_EVENT_MERGE_H_
