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
  enum Flag : uint8_t { kToIds = 1, kDisableCorrelation = 2 };

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
  enum Flag : uint8_t { kPublished = 1, kDisableCorrelation = 2 };

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
  uint8_t unused[6] = {};
};
static_assert(sizeof(EventRow) == 64);

// Where the attributes of a snapshot came from.
struct SnapshotSource {
  std::string kind;         // "attributes", "events", "feed"
  std::string location;     // as given on the command line
  uint64_t attributes = 0;  // read from it, duplicates included
};

struct SnapshotManifest {
  std::string id;       // 32 hex digits over the columns, sources left out
  std::string created;  // ISO 8601, UTC
  std::string version;  // of the mispsift that wrote it
  std::vector<SnapshotSource> sources;
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
};

// Everything known of MISP at one moment. Sealed: it has no mutators, and any
// number of threads may read it. Copying is cheap (shared ownership).
class Snapshot {
 public:
  class Builder;

  // `owner` keeps the memory behind `columns` alive.
  Snapshot(SnapshotManifest manifest, const SnapshotColumns& columns,
           std::shared_ptr<const void> owner)
      : manifest_(std::move(manifest)),
        columns_(columns),
        owner_(std::move(owner)) {}

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

 private:
  std::string_view text(const TextRef& ref) const {
    return columns_.heap.substr(ref.offset, ref.bytes);
  }

  SnapshotManifest manifest_;
  SnapshotColumns columns_;
  std::shared_ptr<const void> owner_;
};

// Gathers attributes from one input after another. An input that turns out to
// be broken leaves no trace: everything since BeginInput() is taken back.
//
// Of several attributes with one uuid the newest timestamp wins, and of equal
// ones the one added last; a deleted winner is left out. Of several events
// with one uuid the newest timestamp wins, of equal ones the one that says
// most, then the one added last; what it does not say comes from the others.
// The result does not depend on the order of the rest.
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
  // and is left out when no attribute refers to it.
  uint32_t AddEvent(const EventContext& event);
  // An attribute without uuid gets a UUIDv5 of its event, id, type and value.
  void Add(const Attribute& attribute, uint32_t event);
  // What is known only behind the attributes it is about: the event, or the
  // deletion, of all attributes from the `first`-th added() on.
  void SetEvent(uint64_t first, uint32_t event);
  void SetDeleted(uint64_t first);

  // Attributes added and kept so far, duplicates and deleted ones included.
  uint64_t added() const;

  // Seals. `created` is ISO 8601 UTC; `version` is the writer's. At its peak
  // this holds the rows twice, then the text twice.
  Snapshot Build(std::string created, std::string version) &&;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mispsift

#endif  // MISPSIFT_MODEL_SNAPSHOT_H_
