#ifndef MISPSIFT_MISP_WRITE_ANSWERS_H_
#define MISPSIFT_MISP_WRITE_ANSWERS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "mispsift/base/uuid.h"

namespace mispsift::misp {

// What MISP answers to what is written. Its words are as it says them: whoever
// shows them passes them through Server::Told() first.
//
// Source: facts on MISP 2.5.1, observed, section 3 and its recordings.

// An event as events/add/metadata:1 and a search for it by metadata give it.
struct ToldEvent {
  std::string id;
  // Live attributes, those of objects included.
  uint64_t attribute_count = 0;
};

// Of {"Event":{...}} or {"response":[{"Event":{...}}]}; nothing when there is
// none in it, with `*is_answer` whether it was such an answer at all.
std::optional<ToldEvent> ReadToldEvent(std::string_view json, bool* is_answer);

// The uuids of attributes/restSearch's rows, deleted ones included if they were
// asked for. Nothing when it is no such answer.
std::optional<absl::flat_hash_set<Uuid>> ReadAttributeUuids(
    std::string_view json);

// The uuids of /sightings/index's rows; nothing when it is no such answer.
std::optional<absl::flat_hash_set<Uuid>> ReadSightingUuids(
    std::string_view json);

// How many bulkSaveSightings says that it saved; nothing when it is no such
// answer.
std::optional<uint64_t> ReadSavedSightings(std::string_view json);

// Whether a refusal is one of validation, {"saved":false, ..., "errors"}, and
// then what was wrong: "value: Checksum has an invalid length".
std::optional<std::string> ReadRefusal(std::string_view json);

// Why attributes/add did not store some of a list that it was sent: by their
// positions, "" where it did. `count` is the length of that list.
std::vector<std::string> ReadAttributeRefusals(std::string_view json,
                                               size_t count);

// "/events/401" at the end of a Location header: "401"; empty if it is none.
std::string EventIdInLocation(std::string_view location);

}  // namespace mispsift::misp

#endif  // MISPSIFT_MISP_WRITE_ANSWERS_H_
