// Passes over the inputs: what wins, which names it uses, and then one for each
// section. One file over the usual length: all of them work on the same
// numbering, which nobody else sees.

#include "mispsift/model/snapshot_merge.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "mispsift/base/check.h"
#include "mispsift/base/digest.h"
#include "mispsift/base/status_macros.h"
#include "mispsift/base/uuid.h"
#include "src/model/event_merge.h"
#include "src/model/name_table.h"
#include "src/model/over_correlation.h"

namespace mispsift {
namespace {

template <typename T>
std::string_view BytesOf(std::span<const T> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

// Where an attribute of the result is.
struct Pick {
  uint32_t row;
  uint32_t stream;  // 2 * input, + 1 for its copies
};

// Gives back what a walk through the inputs has left behind: each is walked
// from front to back, rows and their text alike, so none of them has to be in
// memory as a whole.
class ReadBehind {
 public:
  explicit ReadBehind(const std::vector<MergeInput>* inputs)
      : inputs_(*inputs), from_(2 * inputs->size()), to_(2 * inputs->size()) {}

  // The row of a stream that was read just now.
  void At(uint32_t stream, uint32_t row) {
    to_[stream] = row;
    if (++steps_ % kStep == 0) Forget();
  }

 private:
  static constexpr uint64_t kStep = 1 << 16;

  void Forget() {
    for (uint32_t stream = 0; stream < to_.size(); ++stream) {
      const uint32_t from = std::exchange(from_[stream], to_[stream]);
      const uint32_t to = to_[stream];
      if (from >= to) continue;
      const Snapshot& snapshot = inputs_[stream / 2].snapshot;
      const SnapshotColumns& columns = snapshot.columns();
      const std::span<const AttributeRow> rows =
          stream % 2 == 0 ? columns.attributes : columns.copies;
      snapshot.Forget(BytesOf(rows.subspan(from, to - from)));
      if (rows[from].text < rows[to].text) {
        snapshot.Forget(columns.heap.substr(rows[from].text,
                                            rows[to].text - rows[from].text));
      }
    }
  }

  const std::vector<MergeInput>& inputs_;
  std::vector<uint32_t> from_;  // by stream
  std::vector<uint32_t> to_;
  uint64_t steps_ = 0;
};

class Merge {
 public:
  Merge(const std::vector<MergeInput>& inputs,
        const MergeWarninglists& warninglists, SnapshotManifest manifest,
        SnapshotSink* sink)
      : inputs_(inputs),
        warninglists_(warninglists),
        manifest_(std::move(manifest)),
        sink_(sink),
        merged_(inputs_, manifest_.filter) {}

  absl::StatusOr<MergedSnapshot> Run() {
    // Each event is there once, and once for each source that tells it.
    PickAttributes();
    // So are attributes: shown_ holds what can match, kept_ the rest.
    MarkOverCorrelating();
    NumberNames();
    MISPSIFT_RETURN_IF_ERROR(WriteAttributes());
    MISPSIFT_RETURN_IF_ERROR(WriteEvents());
    MISPSIFT_RETURN_IF_ERROR(WriteTagLists());
    MISPSIFT_RETURN_IF_ERROR(WriteNames("types", types_));
    MISPSIFT_RETURN_IF_ERROR(WriteNames("categories", categories_));
    MISPSIFT_RETURN_IF_ERROR(WriteNames("tags", tags_));
    MISPSIFT_RETURN_IF_ERROR(WriteHeap());
    MISPSIFT_RETURN_IF_ERROR(WriteWarninglists());
    MISPSIFT_RETURN_IF_ERROR(WriteWarninglistHits());
    manifest_.id = ToHex(id_.Finish());
    // What follows, no match depends on.
    MISPSIFT_RETURN_IF_ERROR(WriteCopies());
    MISPSIFT_RETURN_IF_ERROR(WriteSourceEvents());
    return MergedSnapshot{std::move(manifest_), shown_.size(), shown_events_};
  }

 private:
  const SnapshotColumns& columns(size_t input) const {
    return inputs_[input].snapshot.columns();
  }
  std::span<const AttributeRow> stream(uint32_t number) const {
    return number % 2 == 0 ? columns(number / 2).attributes
                           : columns(number / 2).copies;
  }

  // --- Attributes ---

  // The event of an attribute, in events_.
  uint32_t EventOf(uint32_t input, const AttributeRow& row) {
    std::vector<uint32_t>& known = event_numbers_[input];
    uint32_t& number = known[row.event];
    if (number == kUnknown) {
      number = merged_.NumberOf(columns(input).events[row.event].uuid);
    }
    return number;
  }

  bool Takes(uint32_t input, const AttributeRow& row) {
    const int source = inputs_[input].sources[row.source];
    if (source == MergeInput::kLeftOut) return false;
    if (!merged_.Takes(input, row.event, row.source)) return false;
    const AttributeFilter& filter = manifest_.filter;
    if (filter.empty()) return true;
    const MergedEvent& told = merged_.ToldBy(EventOf(input, row), source);
    const SnapshotColumns& from = columns(input);
    const TextRef& type = from.types[row.type];
    return told.admitted &&
           filter.AdmitsType(from.heap.substr(type.offset, type.bytes)) &&
           (told.tag_admitted ||
            merged_.AdmitsTags(input, row.first_tag, row.tag_count));
  }

  void PickAttributes() {
    event_numbers_.resize(inputs_.size());
    for (uint32_t input = 0; input < inputs_.size(); ++input) {
      event_numbers_[input].assign(columns(input).events.size(), kUnknown);
    }
    // A heap of streams, the one with the smallest uuid on top; of equal ones
    // the earliest, so that within one uuid rows come in the order of inputs.
    struct Head {
      Uuid uuid;
      uint32_t stream;
    };
    const auto later = [](const Head& a, const Head& b) {
      return a.uuid != b.uuid ? a.uuid > b.uuid : a.stream > b.stream;
    };
    std::vector<Head> heads;
    std::vector<uint32_t> next(2 * inputs_.size());
    for (uint32_t number = 0; number < next.size(); ++number) {
      const std::vector<int>& sources = inputs_[number / 2].sources;
      const bool is_left_out = std::all_of(
          sources.begin(), sources.end(),
          [](int source) { return source == MergeInput::kLeftOut; });
      if (!is_left_out && !stream(number).empty()) {
        heads.push_back({stream(number)[0].uuid, number});
      }
    }
    std::make_heap(heads.begin(), heads.end(), later);
    std::vector<Pick> group;
    ReadBehind behind(&inputs_);
    while (!heads.empty()) {
      const Uuid uuid = heads.front().uuid;
      group.clear();
      while (!heads.empty() && heads.front().uuid == uuid) {
        const uint32_t number = heads.front().stream;
        const std::span<const AttributeRow> rows = stream(number);
        uint32_t& row = next[number];
        for (; row < rows.size() && rows[row].uuid == uuid; ++row) {
          behind.At(number, row);
          if (Takes(number / 2, rows[row])) group.push_back({row, number});
        }
        std::pop_heap(heads.begin(), heads.end(), later);
        if (row < rows.size()) {
          heads.back().uuid = rows[row].uuid;
          std::push_heap(heads.begin(), heads.end(), later);
        } else {
          heads.pop_back();
        }
      }
      if (!group.empty()) Settle(&group);
    }
  }

  const AttributeRow& RowOf(const Pick& pick) const {
    return stream(pick.stream)[pick.row];
  }
  uint8_t SourceOf(const Pick& pick) const {
    return static_cast<uint8_t>(
        inputs_[pick.stream / 2].sources[RowOf(pick).source]);
  }

  // `group`: all rows of one uuid, in the order of their coming.
  void Settle(std::vector<Pick>* group) {
    if (group->size() > 1) {
      std::stable_sort(group->begin(), group->end(),
                       [this](const Pick& a, const Pick& b) {
                         return std::pair(SourceOf(a), RowOf(a).timestamp) <
                                std::pair(SourceOf(b), RowOf(b).timestamp);
                       });
      // The last of each source is what it tells.
      size_t kept = 0;
      for (size_t i = 0; i < group->size(); ++i) {
        if (i + 1 < group->size() &&
            SourceOf((*group)[i]) == SourceOf((*group)[i + 1])) {
          continue;
        }
        (*group)[kept++] = (*group)[i];
      }
      group->resize(kept);
    }
    size_t winner = 0;
    for (size_t i = 0; i < group->size(); ++i) {
      const AttributeRow& row = RowOf((*group)[i]);
      if (row.timestamp >= RowOf((*group)[winner]).timestamp) winner = i;
      if ((row.flags & AttributeRow::kDeleted) == 0) {
        ++manifest_.sources[SourceOf((*group)[i])].attributes;
      }
    }
    const bool deleted =
        (RowOf((*group)[winner]).flags & AttributeRow::kDeleted) != 0;
    for (size_t i = 0; i < group->size(); ++i) {
      const Pick& pick = (*group)[i];
      const uint32_t event = EventOf(pick.stream / 2, RowOf(pick));
      const bool shown = i == winner && !deleted;
      (shown ? shown_ : kept_).push_back(pick);
      // A copy needs its event just as well, to be found again.
      merged_.events()[event].shown = true;
    }
  }

  // Of all that the snapshot will hold, whichever part it comes from.
  void MarkOverCorrelating() {
    std::vector<std::vector<CorrelatingParts>> parts(inputs_.size());
    for (size_t input = 0; input < inputs_.size(); ++input) {
      const SnapshotColumns& from = columns(input);
      for (const TextRef& type : from.types) {
        parts[input].push_back(
            CorrelatingPartsOf(from.heap.substr(type.offset, type.bytes)));
      }
    }
    OverCorrelation over(manifest_.over_correlating, shown_.size());
    ReadBehind behind(&inputs_);
    for (const Pick& pick : shown_) {
      behind.At(pick.stream, pick.row);
      const AttributeRow& row = RowOf(pick);
      const uint32_t input = pick.stream / 2;
      const EventFields& event = merged_.events()[EventOf(input, row)].fields;
      const bool is_disabled =
          (row.flags & AttributeRow::kDisableCorrelation) != 0 ||
          (event.flags & EventRow::kDisableCorrelation) != 0;
      over.Add(is_disabled ? CorrelatingParts::kNone : parts[input][row.type],
               columns(input).heap.substr(row.text, row.value_bytes));
    }
    over_correlating_ = std::move(over).Finish();
  }

  // --- Names ---

  void NumberNames() {
    for (size_t input = 0; input < inputs_.size(); ++input) {
      const SnapshotColumns& from = columns(input);
      const auto intern = [&from](std::span<const TextRef> names,
                                  NameTable* table) {
        std::vector<uint32_t> numbers;
        numbers.reserve(names.size());
        for (const TextRef& name : names) {
          numbers.push_back(
              table->Intern(from.heap.substr(name.offset, name.bytes)));
        }
        return numbers;
      };
      type_numbers_.push_back(intern(from.types, &types_));
      category_numbers_.push_back(intern(from.categories, &categories_));
      tag_numbers_.push_back(intern(from.tags, &tags_));
    }
    for (const bool shown : {true, false}) {
      ReadBehind behind(&inputs_);
      for (const Pick& pick : shown ? shown_ : kept_) {
        behind.At(pick.stream, pick.row);
        const AttributeRow& row = RowOf(pick);
        const uint32_t input = pick.stream / 2;
        types_.Use(type_numbers_[input][row.type], shown);
        categories_.Use(category_numbers_[input][row.category], shown);
        if (Bare(row)) continue;
        UseTags(input, row.first_tag, row.tag_count, shown);
      }
    }
    for (MergedEvent& event : merged_.events()) {
      if (!event.shown) continue;
      event.row = static_cast<uint32_t>(shown_events_++);
      UseTags(event.fields, true);
    }
    for (const MergedEvent& event : merged_.told())
      UseTags(event.fields, false);
    types_.Seal();
    categories_.Seal();
    tags_.Seal();
    for (const NameTable* table : {&types_, &categories_, &tags_}) {
      for (size_t rank = 0; rank < table->size(); ++rank) {
        (rank < table->shown() ? shown_name_bytes_ : kept_name_bytes_) +=
            table->name(rank).size();
      }
    }
  }
  void UseTags(uint32_t input, uint32_t first, uint16_t count, bool shown) {
    for (const uint32_t tag : columns(input).tag_lists.subspan(first, count)) {
      tags_.Use(tag_numbers_[input][tag], shown);
    }
  }
  void UseTags(const EventFields& fields, bool shown) {
    UseTags(fields.input, fields.first_tag, fields.tag_count, shown);
  }

  // A deleted attribute keeps nothing but that it is deleted.
  static bool Bare(const AttributeRow& row) {
    return (row.flags & AttributeRow::kDeleted) != 0;
  }
  static uint64_t TextBytes(const AttributeRow& row) {
    return Bare(row) ? 0 : uint64_t{row.value_bytes} + row.comment_bytes;
  }

  // --- Sections ---
  // Text and tag lists stand in this order: shown names, attributes, events;
  // then the rest, so that nothing before depends on it.

  AttributeRow RowFor(const Pick& pick) {
    const uint32_t input = pick.stream / 2;
    AttributeRow row = RowOf(pick);
    row.flags &= static_cast<uint8_t>(~AttributeRow::kOverCorrelating);
    row.source = SourceOf(pick);
    row.event = merged_.events()[EventOf(input, row)].row;
    row.type =
        static_cast<uint16_t>(types_.rank(type_numbers_[input][row.type]));
    row.category = static_cast<uint16_t>(
        categories_.rank(category_numbers_[input][row.category]));
    row.text = text_;
    row.first_tag = tag_;
    if (Bare(row)) {
      row.value_bytes = row.comment_bytes = 0;
      row.tag_count = 0;
    }
    text_ += TextBytes(row);
    tag_ += row.tag_count;
    return row;
  }

  EventRow RowFor(const MergedEvent& event) {
    const EventFields& fields = event.fields;
    EventRow row;
    row.uuid = event.uuid;
    row.id = fields.id;
    row.timestamp = fields.timestamp;
    row.text = text_;
    row.info_bytes = static_cast<uint32_t>(fields.info.size());
    row.date_bytes = static_cast<uint8_t>(fields.date.size());
    row.org_bytes = static_cast<uint32_t>(fields.org.size());
    row.first_tag = tag_;
    row.tag_count = fields.tag_count;
    row.threat_level_id = fields.threat_level_id;
    row.analysis = fields.analysis;
    row.flags = fields.flags;
    row.source = event.source;
    row.listed = fields.listed;
    text_ += fields.text_bytes();
    tag_ += fields.tag_count;
    return row;
  }

  template <typename T>
  absl::Status Append(const T& value) {
    return sink_->Append(BytesOf(std::span<const T>(&value, 1)));
  }
  template <typename T>
  void Identify(const T& value) {
    id_.Add(BytesOf(std::span<const T>(&value, 1)));
  }
  void Identify(std::string_view text) {
    const uint64_t bytes = text.size();
    Identify(bytes);
    id_.Add(text);
  }

  absl::Status WriteAttributes() {
    text_ = shown_name_bytes_;
    MISPSIFT_RETURN_IF_ERROR(
        sink_->Begin("attributes", shown_.size() * sizeof(AttributeRow)));
    Identify(uint64_t{shown_.size()});
    ReadBehind behind(&inputs_);
    auto over_correlating = over_correlating_.begin();
    for (const Pick& pick : shown_) {
      behind.At(pick.stream, pick.row);
      AttributeRow row = RowFor(pick);
      if (*over_correlating++) row.flags |= AttributeRow::kOverCorrelating;
      MISPSIFT_RETURN_IF_ERROR(Append(row));
      // Which source told it is no part of what is known.
      row.source = 0;
      Identify(row);
    }
    return absl::OkStatus();
  }

  absl::Status WriteEvents() {
    MISPSIFT_RETURN_IF_ERROR(
        sink_->Begin("events", shown_events_ * sizeof(EventRow)));
    Identify(shown_events_);
    for (const MergedEvent& event : merged_.events()) {
      if (!event.shown) continue;
      EventRow row = RowFor(event);
      row.source = 0;
      row.listed = 0;
      row.flags &= static_cast<uint8_t>(~EventRow::kUnsettled);
      MISPSIFT_RETURN_IF_ERROR(Append(row));
      Identify(row);
    }
    return absl::OkStatus();
  }

  absl::Status WriteTagLists() {
    uint64_t kept = 0;
    for (const Pick& pick : kept_) {
      if (!Bare(RowOf(pick))) kept += RowOf(pick).tag_count;
    }
    for (const MergedEvent& event : merged_.told())
      kept += event.fields.tag_count;
    MISPSIFT_RETURN_IF_ERROR(
        sink_->Begin("tag_lists", (tag_ + kept) * sizeof(uint32_t)));
    const auto write = [this](uint32_t input, uint32_t first, uint16_t count,
                              bool shown) -> absl::Status {
      for (const uint32_t tag :
           columns(input).tag_lists.subspan(first, count)) {
        const uint32_t rank = tags_.rank(tag_numbers_[input][tag]);
        MISPSIFT_RETURN_IF_ERROR(Append(rank));
        if (shown) Identify(rank);
      }
      return absl::OkStatus();
    };
    ReadBehind behind(&inputs_);
    for (const Pick& pick : shown_) {
      behind.At(pick.stream, pick.row);
      const AttributeRow& row = RowOf(pick);
      MISPSIFT_RETURN_IF_ERROR(
          write(pick.stream / 2, row.first_tag, row.tag_count, true));
    }
    for (const MergedEvent& event : merged_.events()) {
      if (!event.shown) continue;
      MISPSIFT_RETURN_IF_ERROR(write(event.fields.input, event.fields.first_tag,
                                     event.fields.tag_count, true));
    }
    for (const Pick& pick : kept_) {
      const AttributeRow& row = RowOf(pick);
      if (Bare(row)) continue;
      MISPSIFT_RETURN_IF_ERROR(
          write(pick.stream / 2, row.first_tag, row.tag_count, false));
    }
    for (const MergedEvent& event : merged_.told()) {
      MISPSIFT_RETURN_IF_ERROR(write(event.fields.input, event.fields.first_tag,
                                     event.fields.tag_count, false));
    }
    return absl::OkStatus();
  }

  absl::Status WriteNames(std::string_view section, const NameTable& table) {
    MISPSIFT_RETURN_IF_ERROR(
        sink_->Begin(section, table.size() * sizeof(TextRef)));
    for (size_t rank = 0; rank < table.size(); ++rank) {
      const bool shown = rank < table.shown();
      // text_ has come to the end of what is shown.
      uint64_t& offset = shown ? shown_name_ : kept_name_;
      TextRef ref;
      ref.offset = shown ? offset : text_ + offset;
      ref.bytes = static_cast<uint32_t>(table.name(rank).size());
      offset += ref.bytes;
      MISPSIFT_RETURN_IF_ERROR(Append(ref));
      if (shown) Identify(table.name(rank));
    }
    return absl::OkStatus();
  }

  absl::Status WriteHeap() {
    uint64_t kept = kept_name_bytes_;
    for (const Pick& pick : kept_) kept += TextBytes(RowOf(pick));
    for (const MergedEvent& event : merged_.told())
      kept += event.fields.text_bytes();
    MISPSIFT_RETURN_IF_ERROR(sink_->Begin("heap", text_ + kept));
    MISPSIFT_RETURN_IF_ERROR(AppendNames(true));
    ReadBehind behind(&inputs_);
    for (const Pick& pick : shown_) {
      behind.At(pick.stream, pick.row);
      const std::string_view text = TextOf(pick);
      MISPSIFT_RETURN_IF_ERROR(sink_->Append(text));
      id_.Add(text);
    }
    for (const MergedEvent& event : merged_.events()) {
      if (!event.shown) continue;
      MISPSIFT_RETURN_IF_ERROR(AppendText(event.fields));
      id_.Add(event.fields.info);
      id_.Add(event.fields.date);
      id_.Add(event.fields.org);
    }
    MISPSIFT_RETURN_IF_ERROR(AppendNames(false));
    for (const Pick& pick : kept_) {
      MISPSIFT_RETURN_IF_ERROR(sink_->Append(TextOf(pick)));
    }
    for (const MergedEvent& event : merged_.told()) {
      MISPSIFT_RETURN_IF_ERROR(AppendText(event.fields));
    }
    text_ += kept_name_bytes_;
    return absl::OkStatus();
  }
  absl::Status AppendNames(bool shown) {
    for (const NameTable* table : {&types_, &categories_, &tags_}) {
      for (size_t rank = 0; rank < table->size(); ++rank) {
        if ((rank < table->shown()) != shown) continue;
        MISPSIFT_RETURN_IF_ERROR(sink_->Append(table->name(rank)));
      }
    }
    return absl::OkStatus();
  }
  std::string_view TextOf(const Pick& pick) const {
    const AttributeRow& row = RowOf(pick);
    return columns(pick.stream / 2).heap.substr(row.text, TextBytes(row));
  }
  absl::Status AppendText(const EventFields& fields) {
    MISPSIFT_RETURN_IF_ERROR(sink_->Append(fields.info));
    MISPSIFT_RETURN_IF_ERROR(sink_->Append(fields.date));
    return sink_->Append(fields.org);
  }

  absl::Status WriteWarninglists() {
    const std::pair<std::string_view, std::string_view> sections[] = {
        {"warninglists", warninglists_.columns.lists},
        {"warning_entries", warninglists_.columns.entries},
        {"warning_ends", BytesOf(warninglists_.columns.entry_ends)},
    };
    for (const auto& [name, bytes] : sections) {
      MISPSIFT_RETURN_IF_ERROR(sink_->Begin(name, bytes.size()));
      MISPSIFT_RETURN_IF_ERROR(sink_->Append(bytes));
      Identify(bytes);
    }
    return absl::OkStatus();
  }

  absl::Status WriteWarninglistHits() {
    constexpr size_t kStretch = size_t{1} << 15;
    MISPSIFT_RETURN_IF_ERROR(
        sink_->Begin("warning_hits", SnapshotSink::kUnknownBytes));
    if (!warninglists_.find_hits) return absl::OkStatus();
    std::vector<TypedValue> attributes;
    std::vector<WarninglistHit> hits;
    ReadBehind behind(&inputs_);
    for (size_t row = 0; row < shown_.size(); ++row) {
      const Pick& pick = shown_[row];
      behind.At(pick.stream, pick.row);
      const uint32_t input = pick.stream / 2;
      const AttributeRow& fields = RowOf(pick);
      attributes.push_back(
          {types_.name(types_.rank(type_numbers_[input][fields.type])),
           columns(input).heap.substr(fields.text, fields.value_bytes)});
      if (attributes.size() < kStretch && row + 1 < shown_.size()) continue;
      warninglists_.find_hits(
          static_cast<uint32_t>(row + 1 - attributes.size()), attributes,
          &hits);
      const std::string_view bytes =
          BytesOf(std::span<const WarninglistHit>(hits));
      MISPSIFT_RETURN_IF_ERROR(sink_->Append(bytes));
      id_.Add(bytes);
      attributes.clear();
      hits.clear();
    }
    return absl::OkStatus();
  }

  // text_ and tag_ stand behind what is shown.
  absl::Status WriteCopies() {
    MISPSIFT_RETURN_IF_ERROR(
        sink_->Begin("copies", kept_.size() * sizeof(AttributeRow)));
    for (const Pick& pick : kept_) {
      MISPSIFT_RETURN_IF_ERROR(Append(RowFor(pick)));
    }
    return absl::OkStatus();
  }
  absl::Status WriteSourceEvents() {
    MISPSIFT_RETURN_IF_ERROR(sink_->Begin(
        "source_events", merged_.told().size() * sizeof(EventRow)));
    for (const MergedEvent& event : merged_.told()) {
      MISPSIFT_RETURN_IF_ERROR(Append(RowFor(event)));
    }
    return absl::OkStatus();
  }

  static constexpr uint32_t kUnknown = UINT32_MAX;

  const std::vector<MergeInput>& inputs_;
  const MergeWarninglists& warninglists_;
  SnapshotManifest manifest_;
  SnapshotSink* sink_;
  Digester id_;

  EventMerge merged_;
  std::vector<std::vector<uint32_t>> event_numbers_;  // by input and row

  std::vector<Pick> shown_;
  std::vector<Pick> kept_;
  std::vector<bool> over_correlating_;  // of shown_
  uint64_t shown_events_ = 0;

  NameTable types_{UINT16_MAX};
  NameTable categories_{UINT16_MAX};
  NameTable tags_{UINT32_MAX};
  std::vector<std::vector<uint32_t>> type_numbers_;  // by input and number
  std::vector<std::vector<uint32_t>> category_numbers_;
  std::vector<std::vector<uint32_t>> tag_numbers_;
  uint64_t shown_name_bytes_ = 0;
  uint64_t kept_name_bytes_ = 0;

  // Where the next of each goes.
  uint64_t text_ = 0;
  uint32_t tag_ = 0;
  uint64_t shown_name_ = 0;
  uint64_t kept_name_ = 0;
};

// Sections as strings, whose bytes are as well aligned as any allocation.
class MemorySink : public SnapshotSink, public ColumnMemory {
 public:
  absl::Status Begin(std::string_view name, uint64_t bytes) override {
    current_ = &sections_[std::string(name)];
    if (bytes != kUnknownBytes) current_->reserve(bytes);
    return absl::OkStatus();
  }
  absl::Status Append(std::string_view bytes) override {
    current_->insert(current_->end(), bytes.begin(), bytes.end());
    return absl::OkStatus();
  }

  template <typename T>
  std::span<const T> Column(const char* name) const {
    const std::vector<char>& bytes = sections_.at(name);
    return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
  }

 private:
  std::map<std::string, std::vector<char>> sections_;
  std::vector<char>* current_ = nullptr;
};

}  // namespace

absl::StatusOr<MergedSnapshot> MergeSnapshots(
    const std::vector<MergeInput>& inputs,
    const MergeWarninglists& warninglists, SnapshotManifest manifest,
    SnapshotSink* sink) {
  MISPSIFT_CHECK(manifest.sources.size() <= 255);
  for (SnapshotSource& source : manifest.sources) source.attributes = 0;
  return Merge(inputs, warninglists, std::move(manifest), sink).Run();
}

Snapshot MergeInMemory(const std::vector<MergeInput>& inputs,
                       SnapshotManifest manifest) {
  const auto sink = std::make_shared<MemorySink>();
  const EncodedWarninglists none;
  absl::StatusOr<MergedSnapshot> merged = MergeSnapshots(
      inputs, {none.columns(), nullptr}, std::move(manifest), sink.get());
  MISPSIFT_CHECK(merged.ok());
  const auto text = [&sink](const char* name) {
    const std::span<const char> bytes = sink->Column<char>(name);
    return std::string_view(bytes.data(), bytes.size());
  };
  const SnapshotColumns columns = {
      .attributes = sink->Column<AttributeRow>("attributes"),
      .events = sink->Column<EventRow>("events"),
      .tag_lists = sink->Column<uint32_t>("tag_lists"),
      .types = sink->Column<TextRef>("types"),
      .categories = sink->Column<TextRef>("categories"),
      .tags = sink->Column<TextRef>("tags"),
      .heap = text("heap"),
      .copies = sink->Column<AttributeRow>("copies"),
      .source_events = sink->Column<EventRow>("source_events"),
      .warninglists = {.lists = text("warninglists"),
                       .entries = text("warning_entries"),
                       .entry_ends = sink->Column<uint64_t>("warning_ends")},
      .warninglist_hits = sink->Column<WarninglistHit>("warning_hits"),
  };
  return Snapshot(std::move(merged->manifest), columns, sink);
}

}  // namespace mispsift
