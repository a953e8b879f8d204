#ifndef MISPSIFT_MODEL_SNAPSHOT_H_
#define MISPSIFT_MODEL_SNAPSHOT_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mispsift/base/uuid.h"
#include "mispsift/model/attribute.h"
#include "mispsift/model/attribute_filter.h"
#include "mispsift/model/warninglist_columns.h"

namespace mispsift {

// Attributes are columns of plain rows over one heap of text, so that a
// snapshot file is these arrays and nothing else (misp/snapshot_file.h).
// All offsets and counts are into the arrays of SnapshotColumns.

struct TextRef {
  uint64_t offset = 0;  // into heap
  uint32_t bytes = 0;
  uint32_t unused = 0;
};

struct AttributeRow {
  // kDeleted stands only in copies, kOverCorrelating never.
  enum Flag : uint8_t {
    kToIds = 1,
    kDisableCorrelation = 2,
    kOverCorrelating = 4,  // its value stands on very many others
    kDeleted = 0x80
  };

  Uuid uuid;
  uint64_t id = 0;
  int64_t timestamp = 0;
  uint64_t text = 0;  // heap offset: the value's bytes, then the comment's
  uint32_t value_bytes = 0;
  uint32_t comment_bytes = 0;
  uint32_t event = 0;      // row in events
  uint32_t first_tag = 0;  // into tag_lists
  uint16_t tag_count = 0;
  uint16_t type = 0;      // into types
  uint16_t category = 0;  // into categories
  uint8_t flags = 0;
  uint8_t source = 0;  // into the manifest's sources
};
static_assert(sizeof(AttributeRow) == 64);

struct EventRow {
  // kUnsettled stands only in source_events: its server may have changed it
  // again within the second in which it was asked for.
  enum Flag : uint8_t {
    kPublished = 1,
    kDisableCorrelation = 2,
    kUnsettled = 0x80
  };

  Uuid uuid;
  uint64_t id = 0;
  int64_t timestamp = 0;
  uint64_t text = 0;  // heap offset: info, then date, then org
  uint32_t info_bytes = 0;
  uint32_t org_bytes = 0;
  uint32_t first_tag = 0;
  uint16_t tag_count = 0;
  uint8_t date_bytes = 0;
  int8_t threat_level_id = 0;
  int8_t analysis = -1;
  uint8_t flags = 0;
  uint8_t source = 0;  // only in source_events; 0 in events
  uint8_t unused = 0;
  uint32_t listed = 0;  // attributes that its server counts in it
};
static_assert(sizeof(EventRow) == 64);

// Where the attributes of a snapshot came from, and what the next fetch needs
// to ask only for what changed there.
struct SnapshotSource {
  std::string kind;         // "misp", "feed", "attributes", "events"
  std::string location;     // as given on the command line
  uint64_t attributes = 0;  // distinct ones that it holds, none deleted
  std::string etag;         // of a feed's manifest
  // As whom a server was asked: what another key may see is another.
  std::string seen_as;
  // When everything was last asked for, whether it had changed or not; seconds
  // since 1970. 0 for files.
  int64_t complete_at = 0;
};

struct SnapshotManifest {
  // 32 hex digits over all that a match can depend on; not over where it came
  // from.
  std::string id;
  std::string created;  // ISO 8601, UTC
  std::string version;  // of the mispsift that wrote it
  AttributeFilter filter;
  std::vector<SnapshotSource> sources;
  std::string warninglists_from;  // the server that gave them, if one did
  // An attribute over-correlates whose value stands on more others than this.
  // 20 is what a MISP takes that was not told otherwise.
  uint64_t over_correlating = 20;
};

// Views of one attribute; live as long as the snapshot.
struct AttributeView {
  uint32_t row;
  const AttributeRow* fields;
  std::string_view type;
  std::string_view category;
  std::string_view value;
  std::string_view comment;
  bool to_ids() const { return fields->flags & AttributeRow::kToIds; }
  bool over_correlating() const {
    return fields->flags & AttributeRow::kOverCorrelating;
  }
};

struct EventView {
  uint32_t row;
  const EventRow* fields;
  std::string_view info;
  std::string_view date;
  std::string_view org;
  bool published() const { return fields->flags & EventRow::kPublished; }
};

// The arrays, whoever owns them.
struct SnapshotColumns {
  std::span<const AttributeRow> attributes;  // sorted by uuid, each once
  std::span<const EventRow> events;          // sorted by uuid, each once
  std::span<const uint32_t> tag_lists;       // into tags
  std::span<const TextRef> types;
  std::span<const TextRef> categories;
  std::span<const TextRef> tags;
  std::string_view heap;
  // What matching never looks at and the next fetch builds on.
  // Attributes that other sources tell newer, and deleted ones (without their
  // text): sorted by uuid, then source.
  std::span<const AttributeRow> copies;
  // Each event as each source tells it: sorted by uuid, then source. `events`
  // has what they say together.
  std::span<const EventRow> source_events;
  WarninglistColumns warninglists;
  // Which attributes are on which of these: sorted by row, then list.
  std::span<const WarninglistHit> warninglist_hits;
};

// What the arrays stand in.
class ColumnMemory {
 public:
  virtual ~ColumnMemory() = default;
  // Gives memory back where it can be had again.
  virtual void Forget(std::string_view /*bytes*/) const {}
};

// Everything known of MISP at one moment. Sealed: it has no mutators, and any
// number of threads may read it. Copying is cheap (shared ownership).
class Snapshot {
 public:
  class Builder;

  // `owner` keeps the memory behind `columns` alive.
  Snapshot(SnapshotManifest manifest, const SnapshotColumns& columns,
           std::shared_ptr<const ColumnMemory> owner)
      : manifest_(std::move(manifest)),
        columns_(columns),
        owner_(std::move(owner)) {}

  // Bytes of the columns that are not read again soon need not stay in memory.
  void Forget(std::string_view bytes) const {
    if (owner_ != nullptr) owner_->Forget(bytes);
  }
  // The same of rows and text as a whole.
  void ForgetAll() const;

  const SnapshotManifest& manifest() const { return manifest_; }
  const SnapshotColumns& columns() const { return columns_; }

  uint32_t attribute_count() const {
    return static_cast<uint32_t>(columns_.attributes.size());
  }
  uint32_t event_count() const {
    return static_cast<uint32_t>(columns_.events.size());
  }
  AttributeView attribute(uint32_t row) const;
  EventView event(uint32_t row) const;
  EventView event_of(const AttributeView& attribute) const {
    return event(attribute.fields->event);
  }
  std::vector<std::string_view> tags(const AttributeView& attribute) const;
  std::vector<std::string_view> tags(const EventView& event) const;
  // Of the attribute of this row, by list.
  std::span<const WarninglistHit> warninglist_hits(uint32_t row) const;
  // Reads them all: once, and not for each row. Of a snapshot that was loaded
  // or merged, whose lists have been checked; what is left of others is a bug.
  WarninglistsView ReadWarninglists() const;
  // By AttributeRow::type.
  std::vector<std::string_view> types() const;

 private:
  std::string_view text(const TextRef& ref) const {
    return columns_.heap.substr(ref.offset, ref.bytes);
  }

  SnapshotManifest manifest_;
  SnapshotColumns columns_;
  std::shared_ptr<const ColumnMemory> owner_;
};

// Gathers attributes from one input after another. An input that turns out to
// be broken leaves no trace: everything since BeginInput() is taken back. What
// is there twice is settled as model/snapshot_merge.h says.
class Snapshot::Builder {
 public:
  Builder();
  ~Builder();
  Builder(const Builder&) = delete;
  Builder& operator=(const Builder&) = delete;

  // The source that the following inputs belong to. At most 255.
  void AddSource(std::string kind, std::string location);

  // Marks what follows as one input, until CommitInput() or AbandonInput().
  void BeginInput();
  void CommitInput();
  void AbandonInput();

  // The following are only valid within an input.
  //
  // AddEvent returns the handle that attributes refer to, now and later, until
  // its input is abandoned. An event without uuid gets a UUIDv5 of its id,
  // date and info; one that says nothing at all stands for "no event known"
  // and is left out when no attribute refers to it. `listed` is the number of
  // attributes that its server counts in it.
  uint32_t AddEvent(const EventContext& event, uint64_t listed = 0,
                    bool settled = true);
  // The event is not there as it is listed, and is to be asked for again. Valid
  // at any time.
  void Unsettle(uint32_t event);
  // An attribute without uuid gets a UUIDv5 of its event, id, type and value.
  void Add(const Attribute& attribute, uint32_t event);
  // What is known only behind the attributes it is about: the event, or the
  // deletion, of all attributes from the `first`-th added() on.
  void SetEvent(uint64_t first, uint32_t event);
  void SetDeleted(uint64_t first);

  // Attributes added and kept so far, duplicates and deleted ones included.
  uint64_t added() const;
  // Events added so far, as they were added.
  const std::vector<EventRow>& events() const;

  // Seals. `created` is ISO 8601 UTC; `version` is the writer's. At its peak
  // this holds everything twice.
  Snapshot Build(std::string created, std::string version) &&;

  // The same, as an input of a merge: what was gathered, sorted but with what
  // is there twice still in it. Lives as long as the builder, which takes no
  // more.
  Snapshot Sort();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mispsift

#endif  // MISPSIFT_MODEL_SNAPSHOT_H_
