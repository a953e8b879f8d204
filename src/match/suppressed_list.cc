#include "src/match/suppressed_list.h"

#include <algorithm>
#include <bit>
#include <iterator>

namespace mispsift {
namespace {

// What a list keeps away is worth a look; what MISP says is not for detection
// may be most of it.
constexpr Suppression kOrder[] = {
    Suppression::kWarninglist, Suppression::kBlacklist,
    Suppression::kSpecialUse, Suppression::kCorrelationDisabled,
    Suppression::kNotIds};
static_assert(std::size(kOrder) == static_cast<size_t>(Suppression::kCount));

}  // namespace

bool SuppressedList::Before(const Dated& a, const Dated& b) {
  // What is suppressed for one reason alone would match but for that.
  const int reasons_a = std::popcount(a.attribute.reasons);
  const int reasons_b = std::popcount(b.attribute.reasons);
  if (reasons_a != reasons_b) return reasons_a < reasons_b;
  if (a.timestamp != b.timestamp) return a.timestamp > b.timestamp;
  return a.attribute.row < b.attribute.row;
}

void SuppressedList::Add(const SuppressedAttribute& attribute,
                         int64_t timestamp) {
  size_t i = 0;
  while (!attribute.IsFor(kOrder[i])) ++i;
  Add(Dated{attribute, timestamp}, &groups_[i]);
}

void SuppressedList::AddAllOf(SuppressedList&& other) {
  for (size_t i = 0; i < groups_.size(); ++i) {
    for (const Dated& dated : other.groups_[i]) Add(dated, &groups_[i]);
    other.groups_[i] = {};
  }
}

void SuppressedList::Add(const Dated& dated, Group* group) const {
  group->push_back(dated);
  if (group->size() >= 2 * most_) Cut(group);
}

void SuppressedList::Cut(Group* group) const {
  if (group->size() <= most_) return;
  const auto end = group->begin() + static_cast<ptrdiff_t>(most_);
  std::nth_element(group->begin(), end, group->end(), Before);
  group->erase(end, group->end());
}

std::vector<SuppressedAttribute> SuppressedList::Sorted() && {
  std::vector<SuppressedAttribute> sorted;
  for (Group& group : groups_) {
    Cut(&group);
    std::sort(group.begin(), group.end(), Before);
    for (const Dated& dated : group) sorted.push_back(dated.attribute);
  }
  return sorted;
}

}  // namespace mispsift
