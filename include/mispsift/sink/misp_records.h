#ifndef MISPSIFT_SINK_MISP_RECORDS_H_
#define MISPSIFT_SINK_MISP_RECORDS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mispsift/base/uuid.h"
#include "mispsift/match/index.h"
#include "mispsift/model/indicator.h"

namespace mispsift {

// What the triage page says of MISP's attributes and events, which matches
// refer to by row: those of a snapshot, or what result lines tell of them.
//
// Lifetime: views are good as long as the records.
class MispRecords {
 public:
  struct Attribute {
    Uuid uuid;
    std::string_view type;
    std::string_view category;
    std::string_view value;
    std::string_view comment;
    std::vector<std::string_view> tags;
    int64_t timestamp = 0;
    bool over_correlating = false;
    std::string_view server;  // that it is from; empty: not known, or none
  };
  struct Event {
    Uuid uuid;  // nil: no event is known
    std::string_view info;
    std::string_view date;
    int threat_level_id = 0;  // 0: not known
    bool published = false;
    std::string_view org;
    std::vector<std::string_view> tags;
  };
  struct Source {
    std::string kind;
    std::string location;
  };

  virtual ~MispRecords() = default;

  virtual uint32_t EventOf(uint32_t attribute) const = 0;
  virtual Uuid AttributeUuid(uint32_t attribute) const = 0;
  virtual Uuid EventUuid(uint32_t event) const = 0;
  virtual Attribute AttributeAt(uint32_t attribute) const = 0;
  virtual Event EventAt(uint32_t event) const = 0;
  // Names of the lists that inform of the attribute as a value of this kind.
  virtual std::vector<std::string_view> Warninglists(
      uint32_t attribute, IndicatorKind kind) const = 0;
  // Of the snapshot.
  virtual std::string_view Created() const = 0;
  virtual std::vector<Source> Sources() const = 0;
};

// Those of the snapshot of an index, which must outlive them.
class SnapshotRecords : public MispRecords {
 public:
  explicit SnapshotRecords(const Index& index)
      : index_(index), snapshot_(index.snapshot()) {}

  uint32_t EventOf(uint32_t attribute) const override;
  Uuid AttributeUuid(uint32_t attribute) const override;
  Uuid EventUuid(uint32_t event) const override;
  Attribute AttributeAt(uint32_t attribute) const override;
  Event EventAt(uint32_t event) const override;
  std::vector<std::string_view> Warninglists(uint32_t attribute,
                                             IndicatorKind kind) const override;
  std::string_view Created() const override;
  std::vector<Source> Sources() const override;

 private:
  const Index& index_;
  const Snapshot& snapshot_;
};

}  // namespace mispsift

#endif  // MISPSIFT_SINK_MISP_RECORDS_H_
