#ifndef MISPSIFT_PIPELINE_SNAPSHOT_DIFF_H_
#define MISPSIFT_PIPELINE_SNAPSHOT_DIFF_H_

#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "mispsift/model/snapshot.h"

namespace mispsift {

// What `now` has that `before` had not, and the other way round
// (model/snapshot_difference.h says what counts as a difference). All three
// are the same text for the same two snapshots.

// Counts, in one line:
//   {"old":<side>,"new":<side>,
//    "attributes":{<counts>,"to_ids":{"added","removed","set","cleared"},
//                  "by_type":{"<type>":{"added","removed","changed"}}},
//    "events":{<counts>},"warninglists":{<counts>}}
//   side   = {"id","created","attributes","events","warninglists",
//             "over_correlating_limit","filter","sources":["<kind>:<location>"]}
//   counts = "added","removed","changed","unchanged",
//            "changed_fields":{"<field>":n}
// to_ids counts attributes: with to_ids, of those that came and that went;
// switched on or off, of those that changed. A changed attribute counts under
// the type that it has now.
std::string SnapshotDiffJson(const Snapshot& before, const Snapshot& now);

// Each difference, in one line: warninglists by name, then events, then
// attributes, both by uuid.
//   {"of":"attribute|event|warninglist","change":"added|removed|changed",
//    "fields":[...],"old":<record>,"new":<record>}
//   record = {"attribute","event"}        of an attribute
//          | {"event","timestamp"}        of an event
//          | {"warninglist":{"name","version","type","category","description",
//             "enabled","matching_attributes":[...],"entries":n}}
// with the objects of correlations.jsonl, but that "warninglists" of an
// attribute has all lists that it is on, in either way of comparing.
// "old" is null for what was added, "new" for what was removed, "fields" names
// what changed. A record has "disable_correlation":true where that is so, a
// changed warninglist the number of "entries_added" and "entries_removed".
//
// Errors: what `print` says, and then nothing more is printed.
absl::Status SnapshotDiffLines(
    const Snapshot& before, const Snapshot& now,
    absl::FunctionRef<absl::Status(std::string_view lines)> print);

// The counts for a person, and the first differences of each sort. Safe for a
// terminal; long values are cut.
std::string SnapshotDiffText(const Snapshot& before, const Snapshot& now);

}  // namespace mispsift

#endif  // MISPSIFT_PIPELINE_SNAPSHOT_DIFF_H_
