#include "src/pipeline/warninglist_hits.h"

#include <fmt/format.h>
#include <oneapi/tbb/parallel_for.h>

#include <algorithm>

namespace mispsift {

WarninglistHits::WarninglistHits(const WarninglistsView& lists)
    : lists_(lists), matcher_(lists), has_hits_(lists.size()) {}

void WarninglistHits::Find(uint32_t first_row,
                           std::span<const TypedValue> attributes,
                           std::vector<WarninglistHit>* hits) {
  constexpr size_t kRowsATask = 1 << 11;
  for (const TypedValue& attribute : attributes) {
    const auto [at, is_new] = scopes_.try_emplace(attribute.type);
    if (is_new) at->second = matcher_.ScopeOf(attribute.type);
  }
  std::vector<std::vector<WarninglistHit>> parts(
      (attributes.size() + kRowsATask - 1) / kRowsATask);
  tbb::parallel_for(size_t{0}, parts.size(), [&](size_t part) {
    WarninglistCheck check(&matcher_);
    const size_t begin = part * kRowsATask;
    const size_t end = std::min(attributes.size(), begin + kRowsATask);
    for (size_t i = begin; i < end; ++i) {
      const auto& [type, value] = attributes[i];
      for (WarninglistHit hit : check.Hits(scopes_.find(type)->second, value)) {
        hit.row = first_row + static_cast<uint32_t>(i);
        parts[part].push_back(hit);
      }
    }
  });
  attributes_ += attributes.size();
  for (const std::vector<WarninglistHit>& part : parts) {
    for (size_t i = 0; i < part.size(); ++i) {
      has_hits_[part[i].list] = true;
      if (i == 0 || part[i].row != part[i - 1].row) ++on_a_list_;
    }
    hits->insert(hits->end(), part.begin(), part.end());
  }
}

std::vector<std::string> WarninglistHits::Notes() const {
  std::vector<std::string> notes = {fmt::format(
      "warninglists: {} of {} attributes are on one, {} of {} lists have any",
      on_a_list_, attributes_, std::ranges::count(has_hits_, true),
      lists_.size())};
  for (const WarninglistMatcher::Unusable& of : matcher_.unusable()) {
    notes.push_back(fmt::format(
        "warninglist {}: of no use are {} entries in MISP's way, {} "
        "corrected, such as {}",
        lists_[of.list].name, of.misp, of.corrected, of.first.front()));
  }
  return notes;
}

}  // namespace mispsift
