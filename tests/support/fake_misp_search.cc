#include "tests/support/fake_misp_search.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_set.h"

namespace mispsift {
namespace {

bool FlagFits(const std::optional<std::pair<bool, bool>>& wanted, bool flag) {
  return !wanted.has_value() || (flag ? wanted->second : wanted->first);
}

bool TimeFits(const std::optional<std::pair<int64_t, int64_t>>& wanted,
              int64_t time) {
  return !wanted.has_value() ||
         (time >= wanted->first && time <= wanted->second);
}

bool EventFits(const FakeSearch& search, const StoredEvent& stored) {
  const FakeEvent& event = stored.event;
  if (!search.event.none.empty()) {
    FakeTerms none;
    none.none = search.event.none;
    if (!none.Fit({std::to_string(event.id), event.uuid})) return false;
  }
  return FlagFits(search.published, event.published) &&
         TimeFits(search.event_timestamp, event.timestamp) &&
         TimeFits(search.publish_timestamp, event.publish_timestamp);
}

bool TextsFit(const FakeSearch& search, const FakeEvent& event,
              const FakeAttribute& row) {
  if (!search.tags.empty()) {
    std::vector<std::string_view> tags(row.tags.begin(), row.tags.end());
    tags.insert(tags.end(), event.tags.begin(), event.tags.end());
    if (!search.tags.Fit(tags)) return false;
  }
  if (!search.value.empty()) {
    const std::string_view value = row.value;
    const size_t bar = value.find('|');
    std::vector<std::string_view> halves = {value.substr(0, bar)};
    if (bar != std::string_view::npos) {
      halves.push_back(value.substr(bar + 1));
      halves.push_back(value);
    }
    if (!search.value.Fit(halves)) return false;
  }
  return search.uuid.empty() || search.uuid.Fit({row.uuid, event.uuid});
}

bool AttributeFits(const FakeSearch& search, const FakeSight& sight,
                   const FakeEvent& event, const FakeAttribute& row) {
  if (row.hidden && !sight.site_admin) return false;
  return (row.deleted ? search.deleted : search.live) &&
         FlagFits(search.to_ids, row.to_ids) &&
         TimeFits(search.timestamp, row.timestamp) &&
         search.type.Fit({row.type}) && search.category.Fit({row.category}) &&
         TextsFit(search, event, row);
}

// Whether a row that was only generated fits; looks at no more than it must.
bool GeneratedFits(const FakeSearch& search, const StoredEvent& stored,
                   uint32_t index, bool whole, FakeAttribute* scratch) {
  const GeneratedRows& rows = stored.rows;
  if (!search.type.empty() && !search.type.Fit({GeneratedType(rows, index)})) {
    return false;
  }
  if (!search.category.empty() &&
      !search.category.Fit({GeneratedCategory(rows, index)})) {
    return false;
  }
  if (search.to_ids.has_value() &&
      !FlagFits(search.to_ids, GeneratedToIds(rows, index))) {
    return false;
  }
  if (search.timestamp.has_value() &&
      !TimeFits(search.timestamp, GeneratedTimestamp(rows, index))) {
    return false;
  }
  if (!whole) return true;
  GenerateAttribute(rows, index, scratch);
  return TextsFit(search, stored.event, *scratch);
}

void AddRowsOf(const StoredEvent& stored, const FakeSearch& search,
               const FakeSight& sight, FakeAttribute* scratch,
               std::vector<FakeRow>* rows) {
  const uint64_t hide = sight.site_admin ? 0 : sight.hide_every;
  const auto hidden = [hide](uint64_t id) {
    return hide != 0 && id % hide == 0;
  };
  const bool whole =
      !search.tags.empty() || !search.value.empty() || !search.uuid.empty();
  const bool all = !whole && search.type.empty() && search.category.empty() &&
                   !search.to_ids.has_value() && !search.timestamp.has_value();
  for (uint32_t index = 0; index < stored.rows.count; ++index) {
    const uint64_t id = stored.rows.first_id + index;
    if (hidden(id)) continue;
    if (!stored.edited.empty()) {
      const auto edited = stored.edited.find(index);
      if (edited != stored.edited.end()) {
        if (edited->second.has_value() &&
            AttributeFits(search, sight, stored.event, *edited->second)) {
          rows->push_back({&stored, id});
        }
        continue;
      }
    }
    if (search.live &&
        (all || GeneratedFits(search, stored, index, whole, scratch))) {
      rows->push_back({&stored, id});
    }
  }
  for (const auto& [id, attribute] : stored.own) {
    if (!hidden(id) && AttributeFits(search, sight, stored.event, attribute)) {
      rows->push_back({&stored, id});
    }
  }
}

// What a row is sorted by under one column: a number, or a text.
std::pair<int64_t, std::string> SortKey(const FakeRow& row,
                                        const std::string& column,
                                        FakeAttribute* scratch) {
  if (column == "id") return {static_cast<int64_t>(row.id), ""};
  const FakeEvent& event = row.event->event;
  if (column == "event_id") return {static_cast<int64_t>(event.id), ""};
  if (column == "publish_timestamp") return {event.publish_timestamp, ""};
  row.event->Find(row.id, scratch);
  if (column == "timestamp") return {scratch->timestamp, ""};
  if (column == "distribution") return {scratch->distribution, ""};
  if (column == "object_id") {
    return {static_cast<int64_t>(scratch->object_id), ""};
  }
  if (column == "type") return {0, scratch->type};
  if (column == "category") return {0, scratch->category};
  if (column == "object_relation") return {0, scratch->object_relation};
  return {0, scratch->value};
}

// Sorts by the columns, then by id, as an index of InnoDB does.
void Sort(const std::vector<FakeOrder>& order, std::vector<FakeRow>* rows) {
  if (order.empty() || order[0].column == "id") {
    const bool down = !order.empty() && order[0].descending;
    const auto before = [down](const FakeRow& a, const FakeRow& b) {
      return down ? a.id > b.id : a.id < b.id;
    };
    if (!std::is_sorted(rows->begin(), rows->end(), before)) {
      std::sort(rows->begin(), rows->end(), before);
    }
    return;
  }
  struct Keyed {
    std::vector<std::pair<int64_t, std::string>> keys;
    FakeRow row;
  };
  std::vector<Keyed> keyed;
  keyed.reserve(rows->size());
  FakeAttribute scratch;
  for (const FakeRow& row : *rows) {
    Keyed one;
    one.row = row;
    for (const FakeOrder& by : order) {
      one.keys.push_back(SortKey(row, by.column, &scratch));
    }
    keyed.push_back(std::move(one));
  }
  std::sort(keyed.begin(), keyed.end(),
            [&order](const Keyed& a, const Keyed& b) {
              for (size_t i = 0; i < order.size(); ++i) {
                if (a.keys[i] == b.keys[i]) continue;
                return (a.keys[i] < b.keys[i]) != order[i].descending;
              }
              return a.row.id < b.row.id;
            });
  for (size_t i = 0; i < keyed.size(); ++i) (*rows)[i] = keyed[i].row;
}

std::vector<FakeOrder> NaturalOrder(const FakeSearch& search) {
  if (search.timestamp.has_value()) return {{.column = "timestamp"}};
  if (!search.type.any.empty()) return {{.column = "type"}};
  const bool by_event = search.published.has_value() ||
                        search.to_ids.has_value() || !search.tags.empty() ||
                        !search.event.any.empty();
  if (by_event) return {{.column = "event_id"}};
  return {};
}

// Rows come event by event already; sorting them so would be for nothing.
bool ByEvent(const std::vector<FakeOrder>& order) {
  return order.size() == 1 && order[0].column == "event_id" &&
         !order[0].descending;
}

// Whether all rows of all these events are wanted as they were generated, in
// the order in which they were: what a benchmark asks for. They need not be
// looked at one by one then.
bool IsPlain(const FakeSearch& search, const std::vector<FakeOrder>& order,
             const FakeSight& sight,
             const std::vector<const StoredEvent*>& events) {
  const bool by_id =
      order.empty() || (order[0].column == "id" && !order[0].descending);
  const bool all_rows =
      search.type.empty() && search.category.empty() && search.tags.empty() &&
      search.value.empty() && search.uuid.empty() && search.live &&
      !search.to_ids.has_value() && !search.timestamp.has_value() &&
      (sight.site_admin || sight.hide_every == 0);
  uint64_t next_id = 0;
  for (const StoredEvent* event : events) {
    if (!event->own.empty() || !event->edited.empty()) return false;
    if (event->rows.count == 0) continue;
    if (event->rows.first_id < next_id) return false;
    next_id = event->rows.first_id + event->rows.count;
  }
  return all_rows && (by_id || ByEvent(order));
}

void AddPlainRows(const FakeSearch& search,
                  const std::vector<const StoredEvent*>& events,
                  std::vector<FakeRow>* rows) {
  uint64_t count = 0;
  for (const StoredEvent* event : events) count += event->rows.count;
  const auto [first, last] = WindowOf(search, count);
  rows->reserve(last - first);
  uint64_t at = 0;  // of the event's first row in all of them
  for (const StoredEvent* event : events) {
    const uint64_t end = at + event->rows.count;
    for (uint64_t i = std::max(at, first); i < std::min(end, last); ++i) {
      rows->push_back({event, event->rows.first_id + (i - at)});
    }
    at = end;
  }
}

}  // namespace

std::vector<const StoredEvent*> SearchEvents(const FakeMispStore& store,
                                             const FakeSearch& search) {
  std::vector<const StoredEvent*> events;
  if (search.event.any.empty()) {
    for (const auto& [id, stored] : store.events()) {
      if (EventFits(search, stored)) events.push_back(&stored);
    }
    return events;
  }
  absl::flat_hash_set<uint64_t> known;
  for (const std::string& name : search.event.any) {
    const StoredEvent* stored = store.FindEventNamed(name);
    if (stored == nullptr || !known.insert(stored->event.id).second) continue;
    if (EventFits(search, *stored)) events.push_back(stored);
  }
  std::sort(events.begin(), events.end(),
            [](const StoredEvent* a, const StoredEvent* b) {
              return a->event.id < b->event.id;
            });
  return events;
}

std::vector<FakeRow> SearchAttributes(const FakeMispStore& store,
                                      const FakeSearch& search,
                                      const FakeSight& sight) {
  const std::vector<const StoredEvent*> events = SearchEvents(store, search);
  const std::vector<FakeOrder> order =
      search.order.empty() ? NaturalOrder(search) : search.order;
  std::vector<FakeRow> rows;
  if (IsPlain(search, order, sight, events)) {
    AddPlainRows(search, events, &rows);
    return rows;
  }
  FakeAttribute scratch;
  for (const StoredEvent* event : events) {
    AddRowsOf(*event, search, sight, &scratch, &rows);
  }
  if (!ByEvent(order)) Sort(order, &rows);
  const auto [first, last] = WindowOf(search, rows.size());
  rows.resize(last);
  rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(first));
  return rows;
}

}  // namespace mispsift
