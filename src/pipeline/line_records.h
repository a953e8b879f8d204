#ifndef MISPSIFT_SRC_PIPELINE_LINE_RECORDS_H_
#define MISPSIFT_SRC_PIPELINE_LINE_RECORDS_H_

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "mispsift/sink/misp_records.h"

namespace mispsift {

// What correlation lines tell of MISP's attributes and events; each gets a row
// when it is first added.
class LineRecords : public MispRecords {
 public:
  struct StoredEvent {
    Uuid uuid;
    std::string info;
    std::string date;
    int threat_level_id = 0;
    bool published = false;
    std::string org;
    std::vector<std::string> tags;
  };
  struct StoredAttribute {
    Uuid uuid;
    std::string type;
    std::string category;
    std::string value;
    std::string comment;
    std::vector<std::string> tags;
    int64_t timestamp = 0;
    bool over_correlating = false;
    uint32_t event = 0;  // row
  };

  // `sources` are those of the snapshot.
  LineRecords(std::string created, std::vector<Source> sources);

  // Whether one is known, and its row then.
  const uint32_t* FindAttribute(const Uuid& uuid) const;
  const uint32_t* FindEvent(const Uuid& uuid) const;
  uint32_t AddAttribute(StoredAttribute attribute);
  uint32_t AddEvent(StoredEvent event);
  // Of an attribute as a value of this kind; the first time counts.
  void SetWarninglists(uint32_t attribute, IndicatorKind kind,
                       std::vector<std::string> lists);

  uint32_t EventOf(uint32_t attribute) const override {
    return attributes_[attribute].event;
  }
  Uuid AttributeUuid(uint32_t attribute) const override {
    return attributes_[attribute].uuid;
  }
  Uuid EventUuid(uint32_t event) const override { return events_[event].uuid; }
  Attribute AttributeAt(uint32_t attribute) const override;
  Event EventAt(uint32_t event) const override;
  std::vector<std::string_view> Warninglists(uint32_t attribute,
                                             IndicatorKind kind) const override;
  std::string_view Created() const override { return created_; }
  std::vector<Source> Sources() const override { return sources_; }

 private:
  std::string created_;
  std::vector<Source> sources_;
  std::string server_;  // where all is from; empty: more than one source
  // Views of their texts are given out.
  std::deque<StoredAttribute> attributes_;
  std::deque<StoredEvent> events_;
  absl::flat_hash_map<Uuid, uint32_t> attribute_rows_;
  absl::flat_hash_map<Uuid, uint32_t> event_rows_;
  absl::flat_hash_map<std::pair<uint32_t, IndicatorKind>,
                      std::vector<std::string>>
      warninglists_;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_PIPELINE_LINE_RECORDS_H_
