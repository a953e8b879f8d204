#ifndef MISPSIFT_SRC_PIPELINE_SNAPSHOT_DIFF_COUNTS_H_
#define MISPSIFT_SRC_PIPELINE_SNAPSHOT_DIFF_COUNTS_H_

#include <array>
#include <cstdint>
#include <map>
#include <string_view>

#include "mispsift/model/snapshot.h"
#include "mispsift/model/snapshot_difference.h"
#include "mispsift/model/warninglist_columns.h"

namespace mispsift {

// Two snapshots, and what all that is said of them is made of. Both must
// outlive it.
struct SnapshotPair {
  const Snapshot& before;
  const Snapshot& now;
  const WarninglistsView lists_before = before.ReadWarninglists();
  const WarninglistsView lists_now = now.ReadWarninglists();
  const SnapshotDifference difference = DiffSnapshots(before, now);

  // As it is now; what is gone, as it was.
  const Snapshot& Side(const RowDifference& row) const {
    return row.change() == RowDifference::Change::kRemoved ? before : now;
  }
  static uint32_t Row(const RowDifference& row) {
    return row.change() == RowDifference::Change::kRemoved ? row.before
                                                           : row.now;
  }
  AttributeView Attribute(const RowDifference& row) const {
    return Side(row).attribute(Row(row));
  }
  EventView Event(const RowDifference& row) const {
    return Side(row).event(Row(row));
  }
  const WarninglistView& Warninglist(const RowDifference& row) const {
    return row.change() == RowDifference::Change::kRemoved
               ? lists_before[row.before]
               : lists_now[row.now];
  }
};

// By RowDifference::Change.
inline constexpr std::array<std::string_view, 3> kChangeNames = {
    "added", "removed", "changed"};
using ChangeCounts = std::array<uint64_t, 3>;

struct ChangesCounted {
  ChangeCounts changes{};
  std::array<uint64_t, 16> fields{};  // by bit

  void Add(const RowDifference& row);
};

struct DiffCounts {
  ChangesCounted attributes;
  ChangesCounted events;
  ChangesCounted warninglists;
  ChangeCounts with_to_ids{};  // changed: they have it now
  uint64_t to_ids_set = 0;
  uint64_t to_ids_cleared = 0;
  std::map<std::string_view, ChangeCounts> by_type;
};

DiffCounts CountDifferences(const SnapshotPair& pair);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_PIPELINE_SNAPSHOT_DIFF_COUNTS_H_
