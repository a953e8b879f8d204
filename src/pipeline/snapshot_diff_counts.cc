#include "src/pipeline/snapshot_diff_counts.h"

#include <algorithm>

namespace mispsift {

void ChangesCounted::Add(const RowDifference& row) {
  ++changes[static_cast<size_t>(row.change())];
  for (size_t i = 0; i < fields.size(); ++i) fields[i] += row.fields >> i & 1;
}

DiffCounts CountDifferences(const SnapshotPair& pair) {
  constexpr auto kToIds = std::ranges::find(kAttributeFieldNames, "to_ids") -
                          kAttributeFieldNames.begin();
  DiffCounts counts;
  for (const RowDifference& row : pair.difference.attributes) {
    const auto change = static_cast<size_t>(row.change());
    const AttributeView attribute = pair.Attribute(row);
    counts.attributes.Add(row);
    ++counts.by_type[attribute.type][change];
    if (attribute.to_ids()) ++counts.with_to_ids[change];
    if ((row.fields >> kToIds & 1) != 0) {
      ++(attribute.to_ids() ? counts.to_ids_set : counts.to_ids_cleared);
    }
  }
  for (const RowDifference& row : pair.difference.events) {
    counts.events.Add(row);
  }
  for (const WarninglistDifference& list : pair.difference.warninglists) {
    counts.warninglists.Add(list.row);
  }
  return counts;
}

}  // namespace mispsift
