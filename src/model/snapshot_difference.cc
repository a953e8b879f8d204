#include "mispsift/model/snapshot_difference.h"

#include <algorithm>
#include <compare>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace mispsift {
namespace {

constexpr uint32_t kNoRow = RowDifference::kNoRow;

// Walks two sorted rows of things side by side; visit(before, now) has kNoRow
// for what is only in the other.
template <typename Compare, typename Visit>
void ForEachPair(size_t before_count, size_t now_count, Compare compare,
                 Visit visit) {
  uint32_t before = 0;
  uint32_t now = 0;
  while (before < before_count || now < now_count) {
    const std::strong_ordering order =
        before == before_count ? std::strong_ordering::greater
        : now == now_count     ? std::strong_ordering::less
                               : compare(before, now);
    visit(order > 0 ? kNoRow : before, order < 0 ? kNoRow : now);
    if (order <= 0) ++before;
    if (order >= 0) ++now;
  }
}

// Bit i where the i-th of the answers says that something differs.
template <size_t kCount>
uint16_t FieldBits(const std::array<bool, kCount>& differs) {
  uint16_t bits = 0;
  for (size_t i = 0; i < kCount; ++i) {
    if (differs[i]) bits |= static_cast<uint16_t>(1U << i);
  }
  return bits;
}

template <typename T>
bool SameInAnyOrder(std::vector<T> a, std::vector<T> b) {
  if (a == b) return true;
  std::ranges::sort(a);
  std::ranges::sort(b);
  return a == b;
}

std::vector<uint32_t> ByName(const WarninglistsView& lists) {
  std::vector<uint32_t> numbers(lists.size());
  for (uint32_t i = 0; i < numbers.size(); ++i) numbers[i] = i;
  std::ranges::stable_sort(
      numbers, {}, [&lists](uint32_t number) { return lists[number].name; });
  return numbers;
}

bool SameEntriesInOrder(const WarninglistView& a, const WarninglistView& b) {
  if (a.entry_count() != b.entry_count()) return false;
  for (uint64_t i = 0; i < a.entry_count(); ++i) {
    if (a.entry(i) != b.entry(i)) return false;
  }
  return true;
}

void CompareEntries(const WarninglistView& then, const WarninglistView& now,
                    WarninglistDifference* difference) {
  if (SameEntriesInOrder(then, now)) return;
  absl::flat_hash_map<std::string_view, bool> seen;  // also now?
  seen.reserve(then.entry_count());
  for (uint64_t i = 0; i < then.entry_count(); ++i) seen[then.entry(i)] = false;
  difference->entries_removed = seen.size();
  for (uint64_t i = 0; i < now.entry_count(); ++i) {
    const auto [entry, is_new] = seen.emplace(now.entry(i), true);
    if (is_new) {
      ++difference->entries_added;
    } else if (!std::exchange(entry->second, true)) {
      --difference->entries_removed;
    }
  }
}

class Comparison {
 public:
  Comparison(const Snapshot& before, const Snapshot& now)
      : before_(before),
        now_(now),
        lists_before_(before.ReadWarninglists()),
        lists_now_(now.ReadWarninglists()) {}

  SnapshotDifference Run() {
    CompareWarninglists();
    // From here on the lists of `before` have the numbers of those of `now`.
    CompareRows(before_.columns().attributes, now_.columns().attributes,
                &Comparison::AttributeFields, &difference_.attributes);
    CompareRows(before_.columns().events, now_.columns().events,
                &Comparison::EventFields, &difference_.events);
    return std::move(difference_);
  }

 private:
  // A hit, its list under a number that means the same on both sides.
  using Hit = std::tuple<size_t, uint8_t, uint8_t>;
  // What differs between a row of `before` and one of `now`.
  using FieldsOf = uint16_t (Comparison::*)(uint32_t, uint32_t) const;

  void CompareWarninglists() {
    const std::vector<uint32_t> order_before = ByName(lists_before_);
    const std::vector<uint32_t> order_now = ByName(lists_now_);
    numbers_before_.resize(lists_before_.size());
    ForEachPair(
        order_before.size(), order_now.size(),
        [&](uint32_t before, uint32_t now) {
          return lists_before_[order_before[before]].name <=>
                 lists_now_[order_now[now]].name;
        },
        [&](uint32_t before, uint32_t now) {
          WarninglistDifference list;
          if (before != kNoRow) list.row.before = order_before[before];
          if (now != kNoRow) list.row.now = order_now[now];
          if (before != kNoRow) {
            // One that is gone has a number that no list has now.
            numbers_before_[list.row.before] =
                now == kNoRow ? lists_now_.size() + list.row.before
                              : list.row.now;
          }
          if (before != kNoRow && now != kNoRow) {
            CompareEntries(lists_before_[list.row.before],
                           lists_now_[list.row.now], &list);
            list.row.fields = ListFields(list);
            if (list.row.fields == 0) return;
          }
          difference_.warninglists.push_back(list);
        });
  }

  uint16_t ListFields(const WarninglistDifference& difference) const {
    const WarninglistView& then = lists_before_[difference.row.before];
    const WarninglistView& now = lists_now_[difference.row.now];
    return FieldBits<kWarninglistFieldNames.size()>(
        {then.version != now.version, then.description != now.description,
         then.type != now.type, then.category != now.category,
         then.enabled != now.enabled,
         difference.entries_added + difference.entries_removed > 0,
         !SameInAnyOrder(then.matching_attributes, now.matching_attributes)});
  }

  template <typename Row>
  void CompareRows(std::span<const Row> before, std::span<const Row> now,
                   FieldsOf fields_of,
                   std::vector<RowDifference>* differences) const {
    ForEachPair(
        before.size(), now.size(),
        [&](uint32_t b, uint32_t n) { return before[b].uuid <=> now[n].uuid; },
        [&](uint32_t b, uint32_t n) {
          RowDifference row{b, n};
          if (b != kNoRow && n != kNoRow) {
            row.fields = (this->*fields_of)(b, n);
            if (row.fields == 0) return;
          }
          differences->push_back(row);
        });
  }

  uint16_t AttributeFields(uint32_t row_before, uint32_t row_now) const {
    const AttributeView then = before_.attribute(row_before);
    const AttributeView now = now_.attribute(row_now);
    const int flags = then.fields->flags ^ now.fields->flags;
    return FieldBits<kAttributeFieldNames.size()>(
        {then.type != now.type, then.category != now.category,
         then.value != now.value, (flags & AttributeRow::kToIds) != 0,
         then.comment != now.comment,
         then.fields->timestamp != now.fields->timestamp,
         then.fields->id != now.fields->id,
         before_.event_of(then).fields->uuid != now_.event_of(now).fields->uuid,
         !SameInAnyOrder(before_.tags(then), now_.tags(now)),
         HitsBefore(row_before) != HitsNow(row_now),
         (flags & AttributeRow::kOverCorrelating) != 0,
         (flags & AttributeRow::kDisableCorrelation) != 0});
  }

  uint16_t EventFields(uint32_t row_before, uint32_t row_now) const {
    const EventView then = before_.event(row_before);
    const EventView now = now_.event(row_now);
    const int flags = then.fields->flags ^ now.fields->flags;
    return FieldBits<kEventFieldNames.size()>(
        {then.info != now.info, then.date != now.date, then.org != now.org,
         then.fields->threat_level_id != now.fields->threat_level_id,
         then.fields->analysis != now.fields->analysis,
         (flags & EventRow::kPublished) != 0, then.fields->id != now.fields->id,
         !SameInAnyOrder(before_.tags(then), now_.tags(now)),
         then.fields->timestamp != now.fields->timestamp,
         (flags & EventRow::kDisableCorrelation) != 0});
  }

  std::vector<Hit> HitsBefore(uint32_t row) const {
    std::vector<Hit> hits;
    for (const WarninglistHit& hit : before_.warninglist_hits(row)) {
      hits.emplace_back(numbers_before_[hit.list], hit.misp, hit.corrected);
    }
    std::ranges::sort(hits);
    return hits;
  }

  std::vector<Hit> HitsNow(uint32_t row) const {
    std::vector<Hit> hits;  // sorted as they come
    for (const WarninglistHit& hit : now_.warninglist_hits(row)) {
      hits.emplace_back(hit.list, hit.misp, hit.corrected);
    }
    return hits;
  }

  const Snapshot& before_;
  const Snapshot& now_;
  const WarninglistsView lists_before_;
  const WarninglistsView lists_now_;
  std::vector<size_t> numbers_before_;  // by the list's number in `before`
  SnapshotDifference difference_;
};

}  // namespace

SnapshotDifference DiffSnapshots(const Snapshot& before, const Snapshot& now) {
  return Comparison(before, now).Run();
}

}  // namespace mispsift
