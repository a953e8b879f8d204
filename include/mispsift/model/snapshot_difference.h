#ifndef MISPSIFT_MODEL_SNAPSHOT_DIFFERENCE_H_
#define MISPSIFT_MODEL_SNAPSHOT_DIFFERENCE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "mispsift/model/snapshot.h"

namespace mispsift {

// What of an attribute, an event or a warninglist is compared, as results name
// it; bit i of RowDifference::fields is name i.
inline constexpr std::array<std::string_view, 12> kAttributeFieldNames = {
    "type",
    "category",
    "value",
    "to_ids",
    "comment",
    "timestamp",
    "id",
    "event",
    "tags",
    "warninglists",
    "over_correlating",
    "disable_correlation"};
inline constexpr std::array<std::string_view, 10> kEventFieldNames = {
    "info",      "date", "org",  "threat_level_id", "analysis",
    "published", "id",   "tags", "timestamp",       "disable_correlation"};
inline constexpr std::array<std::string_view, 7> kWarninglistFieldNames = {
    "version", "description",        "type", "category", "enabled",
    "entries", "matching_attributes"};

// One row that is only in one of two snapshots, or says other things in each.
struct RowDifference {
  enum class Change : uint8_t { kAdded, kRemoved, kChanged };
  static constexpr uint32_t kNoRow = UINT32_MAX;

  uint32_t before = kNoRow;
  uint32_t now = kNoRow;
  uint16_t fields = 0;  // what differs; 0 unless it is in both

  Change change() const {
    return before == kNoRow ? Change::kAdded
           : now == kNoRow  ? Change::kRemoved
                            : Change::kChanged;
  }
  friend bool operator==(const RowDifference&, const RowDifference&) = default;
};

struct WarninglistDifference {
  RowDifference row;  // numbers of lists
  // Distinct entries of a list that is in both.
  uint64_t entries_added = 0;
  uint64_t entries_removed = 0;
};

struct SnapshotDifference {
  std::vector<RowDifference> attributes;            // by uuid
  std::vector<RowDifference> events;                // by uuid
  std::vector<WarninglistDifference> warninglists;  // by name
};

// How `now` differs from `before` in what a match can depend on or show.
//
// Shape:   the same attribute or event is one of the same uuid, the same
//          warninglist one of the same name (of several of one name, in their
//          order). The order of tags, or of a list's entries, is no difference.
// Cost:    one walk through both; memory for what differs, and for the entries
//          of one warninglist at a time.
// Threads: reads only.
SnapshotDifference DiffSnapshots(const Snapshot& before, const Snapshot& now);

}  // namespace mispsift

#endif  // MISPSIFT_MODEL_SNAPSHOT_DIFFERENCE_H_
