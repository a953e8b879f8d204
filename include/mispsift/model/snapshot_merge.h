#ifndef MISPSIFT_MODEL_SNAPSHOT_MERGE_H_
#define MISPSIFT_MODEL_SNAPSHOT_MERGE_H_

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mispsift/model/snapshot.h"

namespace mispsift {

// One part of what becomes a snapshot: an older snapshot, the attributes of
// some events of a server, what a file held.
struct MergeInput {
  Snapshot snapshot;
  // For each of its sources the one in the result, or kLeftOut.
  std::vector<int> sources;
  // Which of its events are taken, by their row in source_events; none: all.
  std::function<bool(const EventRow& source_event)> takes;

  static constexpr int kLeftOut = -1;
};

// A value and the type of its attribute.
struct TypedValue {
  std::string_view type;
  std::string_view value;
};

// What the result has of warninglists.
struct MergeWarninglists {
  WarninglistColumns columns;
  // Appends which of the lists are hit by attributes of the result, the first
  // of which is in row `first_row`: by row, then list. Called for one stretch
  // of rows after the other. None: nothing hits anything.
  std::function<void(uint32_t first_row, std::span<const TypedValue> attributes,
                     std::vector<WarninglistHit>* hits)>
      find_hits;
};

// Takes the sections of a snapshot in the order in which they are made.
class SnapshotSink {
 public:
  virtual ~SnapshotSink() = default;
  static constexpr uint64_t kUnknownBytes = UINT64_MAX;
  // What is appended from now on is section `name`; it has this many bytes.
  virtual absl::Status Begin(std::string_view name, uint64_t bytes) = 0;
  virtual absl::Status Append(std::string_view bytes) = 0;
};

// What came of a merge.
struct MergedSnapshot {
  SnapshotManifest manifest;
  uint64_t attributes = 0;
  uint64_t events = 0;
};

// Writes what the inputs hold together into `sink`: the arrays of
// SnapshotColumns as sections of their names. Warninglists are those given, not
// those of the inputs. `manifest` has sources, filter
// and times; its id and each source's number of attributes are returned in it.
//
// Within one source, of several attributes with one uuid the newest timestamp
// wins, and of equal ones the one of the latest input, then the one that was
// added last. Among sources the newest of these wins, and of equal ones the
// one of the last source; a deleted winner leaves nothing to match. What each
// other source tells stays in copies, so that any one source can be
// taken away later.
//
// Of several events with one uuid the newest timestamp wins, of equal ones the
// one that says most, then the last; what it does not say comes from the
// others: first within each source, then among them. Events that say nothing
// and that no attribute refers to are not in `events`.
//
// Attributes over-correlate, or do not, by what the result holds.
//
// What the filter does not admit is left out of attributes, copies and events.
//
// The result depends on what is said and not on how it is spread over inputs,
// but for the rule about equal timestamps. Memory: 8 bytes an attribute,
// once 20, and 200 an event, beside the inputs, which are read from front to
// back several times.
//
// Errors: only what `sink` says.
absl::StatusOr<MergedSnapshot> MergeSnapshots(
    const std::vector<MergeInput>& inputs,
    const MergeWarninglists& warninglists, SnapshotManifest manifest,
    SnapshotSink* sink);

// The same into memory, without warninglists.
Snapshot MergeInMemory(const std::vector<MergeInput>& inputs,
                       SnapshotManifest manifest);

}  // namespace mispsift

#endif  // MISPSIFT_MODEL_SNAPSHOT_MERGE_H_
