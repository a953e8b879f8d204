#ifndef MISPSIFT_SRC_PIPELINE_WARNINGLIST_HITS_H_
#define MISPSIFT_SRC_PIPELINE_WARNINGLIST_HITS_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "mispsift/model/snapshot_merge.h"
#include "mispsift/model/warninglist_columns.h"
#include "mispsift/normalize/warninglist_matcher.h"

namespace mispsift {

// Compares the attributes of a new snapshot with its warninglists, on all
// cores. Memory: the matcher's tables, and the hits of one stretch.
class WarninglistHits {
 public:
  // `lists` and its bytes must outlive it; kMaxLists of them at most.
  explicit WarninglistHits(const WarninglistsView& lists);

  // As MergeWarninglists::find_hits.
  void Find(uint32_t first_row, std::span<const TypedValue> attributes,
            std::vector<WarninglistHit>* hits);

  // For a person: how much was on the lists, and what of them is of no use.
  std::vector<std::string> Notes() const;

 private:
  const WarninglistsView& lists_;
  WarninglistMatcher matcher_;
  absl::flat_hash_map<std::string_view, WarninglistMatcher::Scope> scopes_;
  uint64_t attributes_ = 0;
  uint64_t on_a_list_ = 0;
  std::vector<bool> has_hits_;  // by list
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_PIPELINE_WARNINGLIST_HITS_H_
