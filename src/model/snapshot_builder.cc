// Gathers rows, then settles what is there twice and writes them anew, sorted
// and without gaps. One file over the usual length: every step works on the
// same rows, which nobody else sees.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <limits>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "mispsift/base/check.h"
#include "mispsift/base/digest.h"
#include "mispsift/model/snapshot.h"

namespace mispsift {
namespace {

// Only while rows are gathered: Build() leaves such rows out.
constexpr uint8_t kDeletedFlag = 0x80;

// Numbers distinct texts in the order of their coming. Number 0 is the empty
// text, and what does not fit under `limit` becomes it.
class Interner {
 public:
  explicit Interner(uint64_t limit) : limit_(limit) { Intern(""); }

  uint32_t Intern(std::string_view text) {
    const auto found = numbers_.find(text);
    if (found != numbers_.end()) return found->second;
    if (texts_.size() == limit_) return 0;
    const uint32_t number = static_cast<uint32_t>(texts_.size());
    numbers_.emplace(texts_.emplace_back(text), number);
    return number;
  }

  // Forgets all but the first `size` texts.
  void CutTo(size_t size) {
    for (; texts_.size() > size; texts_.pop_back()) {
      numbers_.erase(texts_.back());
    }
  }

  size_t size() const { return texts_.size(); }
  const std::string& text(size_t number) const { return texts_[number]; }

 private:
  uint64_t limit_;
  std::deque<std::string> texts_;  // never moves what the keys point to
  absl::flat_hash_map<std::string_view, uint32_t> numbers_;
};

// The arrays behind SnapshotColumns.
struct OwnedColumns {
  std::vector<AttributeRow> attributes;
  std::vector<EventRow> events;
  std::vector<uint32_t> tag_lists;
  std::vector<TextRef> types;
  std::vector<TextRef> categories;
  std::vector<TextRef> tags;
  std::string heap;
};

template <typename T>
std::string_view BytesOf(std::span<const T> column) {
  return {reinterpret_cast<const char*>(column.data()), column.size_bytes()};
}

// Which source an attribute came from is no part of what is known, and neither
// is the order of the sources.
std::string IdOf(const SnapshotColumns& columns) {
  Digester digester;
  const auto add = [&digester](std::string_view bytes) {
    const uint64_t size = bytes.size();
    digester.Add({reinterpret_cast<const char*>(&size), sizeof(size)});
    digester.Add(bytes);
  };
  const uint64_t rows = columns.attributes.size();
  digester.Add({reinterpret_cast<const char*>(&rows), sizeof(rows)});
  std::array<AttributeRow, 256> block;
  for (size_t first = 0; first < rows; first += block.size()) {
    const size_t count = std::min<size_t>(block.size(), rows - first);
    std::copy_n(columns.attributes.begin() + static_cast<ptrdiff_t>(first),
                count, block.begin());
    for (AttributeRow& row : block) row.source = 0;
    digester.Add(BytesOf(std::span<const AttributeRow>(block.data(), count)));
  }
  add(BytesOf(columns.events));
  add(BytesOf(columns.tag_lists));
  add(BytesOf(columns.types));
  add(BytesOf(columns.categories));
  add(BytesOf(columns.tags));
  add(columns.heap);
  return ToHex(digester.Finish());
}

uint64_t Prefix(const Uuid& uuid) {
  uint64_t prefix = 0;
  for (size_t i = 0; i < 8; ++i) prefix = prefix << 8 | uuid.bytes[i];
  return prefix;
}

// Row numbers by uuid; within one uuid `before` decides. The prefix keeps the
// sort from touching rows all over memory.
template <typename Row, typename Before>
std::vector<uint32_t> OrderByUuid(const std::vector<Row>& rows,
                                  const Before& before) {
  struct Place {
    uint64_t prefix;
    uint32_t row;
  };
  std::vector<Place> places(rows.size());
  for (uint32_t row = 0; row < rows.size(); ++row) {
    places[row] = {Prefix(rows[row].uuid), row};
  }
  std::sort(places.begin(), places.end(), [&](const Place& a, const Place& b) {
    if (a.prefix != b.prefix) return a.prefix < b.prefix;
    const Row& left = rows[a.row];
    const Row& right = rows[b.row];
    if (left.uuid != right.uuid) return left.uuid < right.uuid;
    return before(a.row, b.row);
  });
  std::vector<uint32_t> order(rows.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = places[i].row;
  return order;
}

struct EventTexts {
  std::string_view info;
  std::string_view date;
  std::string_view org;
};

uint16_t TagCount(size_t count) {
  return static_cast<uint16_t>(
      std::min<size_t>(count, std::numeric_limits<uint16_t>::max()));
}

uint32_t Size32(std::string_view text) {
  MISPSIFT_CHECK(text.size() <= std::numeric_limits<uint32_t>::max());
  return static_cast<uint32_t>(text.size());
}

}  // namespace

// Rows have their final form from the start and are only appended, so that an
// input is taken back by cutting; what is there twice is settled in Build().
struct Snapshot::Builder::Impl {
  struct Marks {
    size_t attributes = 0;
    size_t events = 0;
    size_t tag_lists = 0;
    size_t heap = 0;
    size_t types = 0;
    size_t categories = 0;
    size_t tags = 0;
  };

  std::vector<SnapshotSource> sources;
  std::vector<AttributeRow> attributes;  // text and lists as below
  std::vector<EventRow> events;
  std::vector<uint32_t> tag_lists;  // numbers of `tags`
  std::string heap;
  Interner types{std::numeric_limits<uint16_t>::max()};
  Interner categories{std::numeric_limits<uint16_t>::max()};
  Interner tags{std::numeric_limits<uint32_t>::max()};
  Marks marks;
  bool in_input = false;

  uint32_t AddTags(const std::vector<std::string>& names);
  EventTexts TextsOf(const EventRow& row) const;
  int FieldsSaid(const EventRow& row) const;
  bool IsUnknown(const EventRow& row) const;
  void MakeUuids();
  std::vector<uint32_t> MergeEvents(OwnedColumns* out);
  void FillFrom(const EventRow& other, EventRow* merged);
  std::vector<uint32_t> Winners() const;
  void TakeRows(const std::vector<uint32_t>& winners,
                const std::vector<uint32_t>& event_rows, OwnedColumns* out);
  void DropUnknownEvents(OwnedColumns* out) const;
  void CompactTags(OwnedColumns* out);
  void CompactNames(OwnedColumns* out) const;
  void CompactText(OwnedColumns* out);
};

Snapshot::Builder::Builder() : impl_(std::make_unique<Impl>()) {}
Snapshot::Builder::~Builder() = default;

void Snapshot::Builder::AddSource(std::string kind, std::string location) {
  MISPSIFT_CHECK(!impl_->in_input && impl_->sources.size() < 255);
  impl_->sources.push_back({std::move(kind), std::move(location), 0});
}

void Snapshot::Builder::BeginInput() {
  MISPSIFT_CHECK(!impl_->in_input);
  if (impl_->sources.empty()) AddSource("", "");
  impl_->marks = {impl_->attributes.size(), impl_->events.size(),
                  impl_->tag_lists.size(),  impl_->heap.size(),
                  impl_->types.size(),      impl_->categories.size(),
                  impl_->tags.size()};
  impl_->in_input = true;
}

void Snapshot::Builder::CommitInput() {
  MISPSIFT_CHECK(impl_->in_input);
  impl_->sources.back().attributes +=
      impl_->attributes.size() - impl_->marks.attributes;
  impl_->in_input = false;
}

void Snapshot::Builder::AbandonInput() {
  MISPSIFT_CHECK(impl_->in_input);
  impl_->attributes.resize(impl_->marks.attributes);
  impl_->events.resize(impl_->marks.events);
  impl_->tag_lists.resize(impl_->marks.tag_lists);
  impl_->heap.resize(impl_->marks.heap);
  impl_->types.CutTo(impl_->marks.types);
  impl_->categories.CutTo(impl_->marks.categories);
  impl_->tags.CutTo(impl_->marks.tags);
  impl_->in_input = false;
}

uint32_t Snapshot::Builder::AddEvent(const EventContext& event) {
  MISPSIFT_CHECK(impl_->in_input);
  MISPSIFT_CHECK(impl_->events.size() < std::numeric_limits<uint32_t>::max());
  // Ten bytes make a date; a text too long for the column is none.
  const std::string_view date =
      event.date.size() <= std::numeric_limits<uint8_t>::max()
          ? std::string_view(event.date)
          : std::string_view();
  EventRow row;
  row.uuid = event.uuid;
  row.id = event.id;
  row.timestamp = event.timestamp;
  row.text = impl_->heap.size();
  row.info_bytes = Size32(event.info);
  row.org_bytes = Size32(event.org);
  row.date_bytes = static_cast<uint8_t>(date.size());
  row.first_tag = impl_->AddTags(event.tags);
  row.tag_count = TagCount(event.tags.size());
  if (event.threat_level_id > 0 && event.threat_level_id <= 127) {
    row.threat_level_id = static_cast<int8_t>(event.threat_level_id);
  }
  if (event.analysis >= 0 && event.analysis <= 127) {
    row.analysis = static_cast<int8_t>(event.analysis);
  }
  if (event.published) row.flags |= EventRow::kPublished;
  if (event.disable_correlation) row.flags |= EventRow::kDisableCorrelation;
  impl_->heap.append(event.info).append(date).append(event.org);
  impl_->events.push_back(row);
  return static_cast<uint32_t>(impl_->events.size() - 1);
}

void Snapshot::Builder::Add(const Attribute& attribute, uint32_t event) {
  MISPSIFT_CHECK(impl_->in_input && event < impl_->events.size());
  MISPSIFT_CHECK(impl_->attributes.size() <
                 std::numeric_limits<uint32_t>::max());
  AttributeRow row;
  row.uuid = attribute.uuid;
  row.id = attribute.id;
  row.timestamp = attribute.timestamp;
  row.text = impl_->heap.size();
  row.value_bytes = Size32(attribute.value);
  row.comment_bytes = Size32(attribute.comment);
  row.event = event;
  row.first_tag = impl_->AddTags(attribute.tags);
  row.tag_count = TagCount(attribute.tags.size());
  row.type = static_cast<uint16_t>(impl_->types.Intern(attribute.type));
  row.category =
      static_cast<uint16_t>(impl_->categories.Intern(attribute.category));
  if (attribute.to_ids) row.flags |= AttributeRow::kToIds;
  if (attribute.disable_correlation) {
    row.flags |= AttributeRow::kDisableCorrelation;
  }
  if (attribute.deleted) row.flags |= kDeletedFlag;
  row.source = static_cast<uint8_t>(impl_->sources.size() - 1);
  impl_->heap.append(attribute.value).append(attribute.comment);
  impl_->attributes.push_back(row);
}

void Snapshot::Builder::SetEvent(uint64_t first, uint32_t event) {
  MISPSIFT_CHECK(impl_->in_input && first >= impl_->marks.attributes);
  MISPSIFT_CHECK(event < impl_->events.size());
  for (size_t i = first; i < impl_->attributes.size(); ++i) {
    impl_->attributes[i].event = event;
  }
}

void Snapshot::Builder::SetDeleted(uint64_t first) {
  MISPSIFT_CHECK(impl_->in_input && first >= impl_->marks.attributes);
  for (size_t i = first; i < impl_->attributes.size(); ++i) {
    impl_->attributes[i].flags |= kDeletedFlag;
  }
}

uint64_t Snapshot::Builder::added() const { return impl_->attributes.size(); }

Snapshot Snapshot::Builder::Build(std::string created, std::string version) && {
  MISPSIFT_CHECK(!impl_->in_input);
  const auto out = std::make_shared<OwnedColumns>();
  impl_->MakeUuids();
  // From here on every row has its uuid.
  const std::vector<uint32_t> event_rows = impl_->MergeEvents(out.get());
  impl_->TakeRows(impl_->Winners(), event_rows, out.get());
  impl_->DropUnknownEvents(out.get());
  // The rows are the right ones and in their order; names, lists and text are
  // still those that were gathered.
  impl_->CompactTags(out.get());
  impl_->CompactNames(out.get());
  impl_->CompactText(out.get());

  SnapshotManifest manifest;
  manifest.created = std::move(created);
  manifest.version = std::move(version);
  manifest.sources = std::move(impl_->sources);
  const SnapshotColumns columns = {
      .attributes = out->attributes,
      .events = out->events,
      .tag_lists = out->tag_lists,
      .types = out->types,
      .categories = out->categories,
      .tags = out->tags,
      .heap = out->heap,
  };
  manifest.id = IdOf(columns);
  impl_.reset();
  return Snapshot(std::move(manifest), columns, out);
}

uint32_t Snapshot::Builder::Impl::AddTags(
    const std::vector<std::string>& names) {
  MISPSIFT_CHECK(tag_lists.size() <= std::numeric_limits<uint32_t>::max());
  const uint32_t first = static_cast<uint32_t>(tag_lists.size());
  for (size_t i = 0; i < TagCount(names.size()); ++i) {
    tag_lists.push_back(tags.Intern(names[i]));
  }
  return first;
}

EventTexts Snapshot::Builder::Impl::TextsOf(const EventRow& row) const {
  std::string_view text = std::string_view(heap).substr(row.text);
  EventTexts texts;
  texts.info = text.substr(0, row.info_bytes);
  text.remove_prefix(row.info_bytes);
  texts.date = text.substr(0, row.date_bytes);
  text.remove_prefix(row.date_bytes);
  texts.org = text.substr(0, row.org_bytes);
  return texts;
}

int Snapshot::Builder::Impl::FieldsSaid(const EventRow& row) const {
  return (row.id != 0) + (row.info_bytes != 0) + (row.date_bytes != 0) +
         (row.org_bytes != 0) + (row.tag_count != 0) +
         (row.threat_level_id != 0) + (row.analysis >= 0);
}

// Its uuid was made from nothing but an id, or from nothing at all.
bool Snapshot::Builder::Impl::IsUnknown(const EventRow& row) const {
  return row.info_bytes == 0 && row.date_bytes == 0 &&
         row.uuid ==
             UuidV5(kMispsiftNamespace, fmt::format("event\n{}\n\n", row.id));
}

// What these UUIDs are made of must never change: it is what makes the next
// fetch find the same rows again.
//   event      "event\n" id "\n" date "\n" info
//   attribute  "attribute\n" event uuid "\n" id "\n" type "\n" value
void Snapshot::Builder::Impl::MakeUuids() {
  for (EventRow& row : events) {
    if (!row.uuid.IsNil()) continue;
    const EventTexts texts = TextsOf(row);
    row.uuid = UuidV5(
        kMispsiftNamespace,
        fmt::format("event\n{}\n{}\n{}", row.id, texts.date, texts.info));
  }
  for (AttributeRow& row : attributes) {
    if (!row.uuid.IsNil()) continue;
    row.uuid = UuidV5(
        kMispsiftNamespace,
        fmt::format("attribute\n{}\n{}\n{}\n{}",
                    events[row.event].uuid.ToString(), row.id,
                    types.text(row.type),
                    std::string_view(heap).substr(row.text, row.value_bytes)));
  }
}

// Puts one row for each event into `out`, by uuid; its text and tags are still
// those of `heap` and `tag_lists`. Returns the new row of each old one.
std::vector<uint32_t> Snapshot::Builder::Impl::MergeEvents(OwnedColumns* out) {
  const auto better = [this](uint32_t a, uint32_t b) {
    const auto rank = [this](uint32_t row) {
      return std::tuple(events[row].timestamp, FieldsSaid(events[row]), row);
    };
    return rank(a) > rank(b);
  };
  std::vector<uint32_t> new_rows(events.size());
  for (const uint32_t row : OrderByUuid(events, better)) {
    if (out->events.empty() || out->events.back().uuid != events[row].uuid) {
      out->events.push_back(events[row]);
    } else {
      FillFrom(events[row], &out->events.back());
    }
    new_rows[row] = static_cast<uint32_t>(out->events.size() - 1);
  }
  events = {};
  return new_rows;
}

// Takes over what `merged` does not say. Texts are one run in the heap, so a
// row whose text changes gets a new run; it happens once or twice an event.
void Snapshot::Builder::Impl::FillFrom(const EventRow& other,
                                       EventRow* merged) {
  if (merged->id == 0) merged->id = other.id;
  if (merged->threat_level_id == 0) {
    merged->threat_level_id = other.threat_level_id;
  }
  if (merged->analysis < 0) merged->analysis = other.analysis;
  if (merged->tag_count == 0) {
    merged->first_tag = other.first_tag;
    merged->tag_count = other.tag_count;
  }
  const auto pick = [](std::string_view ours, std::string_view theirs) {
    return std::string(ours.empty() ? theirs : ours);
  };
  const EventTexts ours = TextsOf(*merged);
  const EventTexts theirs = TextsOf(other);
  const std::string info = pick(ours.info, theirs.info);
  const std::string date = pick(ours.date, theirs.date);
  const std::string org = pick(ours.org, theirs.org);
  if (info.size() == ours.info.size() && date.size() == ours.date.size() &&
      org.size() == ours.org.size()) {
    return;
  }
  merged->text = heap.size();
  merged->info_bytes = Size32(info);
  merged->date_bytes = static_cast<uint8_t>(date.size());
  merged->org_bytes = Size32(org);
  heap.append(info).append(date).append(org);
}

std::vector<uint32_t> Snapshot::Builder::Impl::Winners() const {
  const auto better = [this](uint32_t a, uint32_t b) {
    return std::pair(attributes[a].timestamp, a) >
           std::pair(attributes[b].timestamp, b);
  };
  std::vector<uint32_t> order = OrderByUuid(attributes, better);
  const auto same_uuid = [this](uint32_t a, uint32_t b) {
    return attributes[a].uuid == attributes[b].uuid;
  };
  order.erase(std::unique(order.begin(), order.end(), same_uuid), order.end());
  std::erase_if(order, [this](uint32_t row) {
    return (attributes[row].flags & kDeletedFlag) != 0;
  });
  return order;
}

void Snapshot::Builder::Impl::TakeRows(const std::vector<uint32_t>& winners,
                                       const std::vector<uint32_t>& event_rows,
                                       OwnedColumns* out) {
  out->attributes.reserve(winners.size());
  for (const uint32_t row : winners) {
    AttributeRow& taken = out->attributes.emplace_back(attributes[row]);
    taken.event = event_rows[taken.event];
  }
  attributes = {};
}

void Snapshot::Builder::Impl::DropUnknownEvents(OwnedColumns* out) const {
  std::vector<bool> referred(out->events.size());
  for (const AttributeRow& row : out->attributes) referred[row.event] = true;
  std::vector<uint32_t> new_rows(out->events.size());
  uint32_t kept = 0;
  for (size_t row = 0; row < out->events.size(); ++row) {
    if (!referred[row] && IsUnknown(out->events[row])) continue;
    new_rows[row] = kept;
    out->events[kept++] = out->events[row];
  }
  out->events.resize(kept);
  for (AttributeRow& row : out->attributes) row.event = new_rows[row.event];
}

// Lists in the order of the rows that have them, attributes first.
void Snapshot::Builder::Impl::CompactTags(OwnedColumns* out) {
  const auto take = [this, out](auto& row) {
    const auto first = tag_lists.begin() + row.first_tag;
    row.first_tag = static_cast<uint32_t>(out->tag_lists.size());
    out->tag_lists.insert(out->tag_lists.end(), first, first + row.tag_count);
  };
  for (AttributeRow& row : out->attributes) take(row);
  for (EventRow& row : out->events) take(row);
  tag_lists = {};
}

// Behind the names: text in the order of the rows that have it.
void Snapshot::Builder::Impl::CompactText(OwnedColumns* out) {
  const auto bytes = [](const auto& row) -> uint64_t {
    if constexpr (requires { row.value_bytes; }) {
      return uint64_t{row.value_bytes} + row.comment_bytes;
    } else {
      return uint64_t{row.info_bytes} + row.date_bytes + row.org_bytes;
    }
  };
  uint64_t total = 0;
  for (const AttributeRow& row : out->attributes) total += bytes(row);
  for (const EventRow& row : out->events) total += bytes(row);
  out->heap.reserve(out->heap.size() + total);
  const auto take = [&](auto& row) {
    const uint64_t from = row.text;
    row.text = out->heap.size();
    out->heap.append(heap, from, bytes(row));
  };
  for (AttributeRow& row : out->attributes) take(row);
  for (EventRow& row : out->events) take(row);
  heap = {};
}

// Only the names that are in use, in byte order.
void Snapshot::Builder::Impl::CompactNames(OwnedColumns* out) const {
  const auto compact = [out](const Interner& names, std::vector<bool> used,
                             std::vector<TextRef>* refs) {
    std::vector<uint32_t> order;
    for (uint32_t number = 0; number < used.size(); ++number) {
      if (used[number]) order.push_back(number);
    }
    std::sort(order.begin(), order.end(), [&names](uint32_t a, uint32_t b) {
      return names.text(a) < names.text(b);
    });
    std::vector<uint32_t> new_numbers(names.size());
    for (const uint32_t number : order) {
      new_numbers[number] = static_cast<uint32_t>(refs->size());
      const std::string& name = names.text(number);
      refs->push_back({out->heap.size(), Size32(name)});
      out->heap += name;
    }
    return new_numbers;
  };
  std::vector<bool> used_types(types.size());
  std::vector<bool> used_categories(categories.size());
  std::vector<bool> used_tags(tags.size());
  for (const AttributeRow& row : out->attributes) {
    used_types[row.type] = true;
    used_categories[row.category] = true;
  }
  for (const uint32_t tag : out->tag_lists) used_tags[tag] = true;

  const std::vector<uint32_t> new_types =
      compact(types, std::move(used_types), &out->types);
  const std::vector<uint32_t> new_categories =
      compact(categories, std::move(used_categories), &out->categories);
  const std::vector<uint32_t> new_tags =
      compact(tags, std::move(used_tags), &out->tags);
  for (AttributeRow& row : out->attributes) {
    row.type = static_cast<uint16_t>(new_types[row.type]);
    row.category = static_cast<uint16_t>(new_categories[row.category]);
  }
  for (uint32_t& tag : out->tag_lists) tag = new_tags[tag];
}

}  // namespace mispsift
