#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <limits>
#include <numeric>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "mispsift/base/check.h"
#include "mispsift/model/made_uuids.h"
#include "mispsift/model/snapshot.h"
#include "mispsift/model/snapshot_merge.h"

namespace mispsift {
namespace {

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

uint16_t TagCount(size_t count) {
  return static_cast<uint16_t>(
      std::min<size_t>(count, std::numeric_limits<uint16_t>::max()));
}

uint32_t Size32(std::string_view text) {
  MISPSIFT_CHECK(text.size() <= std::numeric_limits<uint32_t>::max());
  return static_cast<uint32_t>(text.size());
}

}  // namespace

// Rows have the form of a snapshot's from the start and are only appended, so
// that an input is taken back by cutting.
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

  // Filled by Sort(): the names, behind the text in the heap.
  std::vector<TextRef> type_refs;
  std::vector<TextRef> category_refs;
  std::vector<TextRef> tag_refs;

  uint32_t AddTags(const std::vector<std::string>& names);
  void MakeUuids();
};

Snapshot::Builder::Builder() : impl_(std::make_unique<Impl>()) {}
Snapshot::Builder::~Builder() = default;

void Snapshot::Builder::AddSource(std::string kind, std::string location) {
  MISPSIFT_CHECK(!impl_->in_input && impl_->sources.size() < 255);
  SnapshotSource source;
  source.kind = std::move(kind);
  source.location = std::move(location);
  impl_->sources.push_back(std::move(source));
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

uint32_t Snapshot::Builder::AddEvent(const EventContext& event, uint64_t listed,
                                     bool settled) {
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
  row.source = static_cast<uint8_t>(impl_->sources.size() - 1);
  row.listed = static_cast<uint32_t>(
      std::min<uint64_t>(listed, std::numeric_limits<uint32_t>::max()));
  if (!settled) row.flags |= EventRow::kUnsettled;
  if (event.published) row.flags |= EventRow::kPublished;
  if (event.disable_correlation) row.flags |= EventRow::kDisableCorrelation;
  impl_->heap.append(event.info).append(date).append(event.org);
  impl_->events.push_back(row);
  return static_cast<uint32_t>(impl_->events.size() - 1);
}

void Snapshot::Builder::Unsettle(uint32_t event) {
  MISPSIFT_CHECK(event < impl_->events.size());
  impl_->events[event].flags |= EventRow::kUnsettled;
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
  if (attribute.deleted) row.flags |= AttributeRow::kDeleted;
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
    impl_->attributes[i].flags |= AttributeRow::kDeleted;
  }
}

uint64_t Snapshot::Builder::added() const { return impl_->attributes.size(); }

const std::vector<EventRow>& Snapshot::Builder::events() const {
  return impl_->events;
}

Snapshot Snapshot::Builder::Sort() {
  MISPSIFT_CHECK(!impl_->in_input);
  impl_->MakeUuids();
  // Text only grows, so its offset says which of two rows came first.
  const auto before = [](const auto& a, const auto& b) {
    return std::tie(a.uuid, a.text) < std::tie(b.uuid, b.text);
  };
  std::sort(impl_->attributes.begin(), impl_->attributes.end(), before);
  const auto refer = [this](const Interner& names, std::vector<TextRef>* refs) {
    for (size_t number = 0; number < names.size(); ++number) {
      const std::string& name = names.text(number);
      refs->push_back({impl_->heap.size(), Size32(name)});
      impl_->heap += name;
    }
  };
  refer(impl_->types, &impl_->type_refs);
  refer(impl_->categories, &impl_->category_refs);
  refer(impl_->tags, &impl_->tag_refs);
  const SnapshotColumns columns = {
      .attributes = impl_->attributes,
      .events = impl_->events,
      .tag_lists = impl_->tag_lists,
      .types = impl_->type_refs,
      .categories = impl_->category_refs,
      .tags = impl_->tag_refs,
      .heap = impl_->heap,
      .copies = {},
      .source_events = impl_->events,
      .warninglists = {},
  };
  SnapshotManifest manifest;
  manifest.sources = impl_->sources;
  return Snapshot(std::move(manifest), columns, nullptr);
}

Snapshot Snapshot::Builder::Build(std::string created, std::string version) && {
  const Snapshot sorted = Sort();
  SnapshotManifest manifest = sorted.manifest();
  manifest.created = std::move(created);
  manifest.version = std::move(version);
  std::vector<int> same(manifest.sources.size());
  std::iota(same.begin(), same.end(), 0);
  Snapshot snapshot =
      MergeInMemory({{sorted, same, nullptr}}, std::move(manifest));
  impl_.reset();
  return snapshot;
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

void Snapshot::Builder::Impl::MakeUuids() {
  for (EventRow& row : events) {
    if (!row.uuid.IsNil()) continue;
    const std::string_view text = std::string_view(heap).substr(row.text);
    row.uuid = MadeEventUuid(fmt::format_int(row.id).str(),
                             text.substr(row.info_bytes, row.date_bytes),
                             text.substr(0, row.info_bytes));
  }
  for (AttributeRow& row : attributes) {
    if (!row.uuid.IsNil()) continue;
    row.uuid = MadeAttributeUuid(
        events[row.event].uuid, fmt::format_int(row.id).str(),
        types.text(row.type),
        std::string_view(heap).substr(row.text, row.value_bytes));
  }
}

}  // namespace mispsift
