#ifndef MISPSIFT_MISP_ATTRIBUTE_READER_H_
#define MISPSIFT_MISP_ATTRIBUTE_READER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "mispsift/base/byte_source.h"
#include "mispsift/base/reject.h"
#include "mispsift/model/snapshot.h"

namespace mispsift::misp {

// One input or record that was turned away.
struct Rejected {
  std::string source;  // file, with the line or byte where it is known
  Reject reject;
  std::string detail;
};

struct ReadAttributesOutcome {
  uint64_t attributes = 0;         // given to the builder
  uint64_t documents = 0;          // JSON documents read whole
  std::vector<Rejected> rejected;  // the first kMaxListed of them
  RejectCounts rejects;            // all of them
};

inline constexpr size_t kMaxListed = 1000;

// Reads MISP JSON of any of the forms in which attributes travel and adds what
// it holds to `*builder`:
//
//   document  = envelope | list | attribute | event
//   envelope  = { "response": envelope | list, ... }
//             | { "Attribute" or "attribute": list | attribute, ... }
//             | { "Event": event, ... } | { "Object": object | list }
//   list      = [ document ... ]
//   event     = { info, date, uuid, Orgc, Tag, "Attribute": [...],
//                 "Object": [ { "Attribute": [...] } ] ... }
//   attribute = { type, value, uuid, ..., "Event": {...}, "Tag": [...] }
//   input     = document | document "\n" document "\n" ...   (one a line)
//
// The first document that is read whole decides: if it ended on the line it
// began on, each newline ends a document from then on; else newlines are
// white space.
//
// Keys come in any order; ids, timestamps and flags as strings, numbers or
// booleans; unknown keys and whatever nests below them (RelatedEvent,
// ShadowAttribute, Sighting, Galaxy) are skipped. An attribute without uuid
// gets a UUIDv5 of what it says; without to_ids or category, its type's
// default. Attributes of a deleted object are deleted. Text that is not UTF-8
// becomes U+FFFD.
//
// Streams: memory does not grow with the input, only with its longest string.
//
// Errors:  a status only when `read` fails. A document that is no JSON
//          (kNotJson), ends early (kTruncated), nests deeper than 512
//          (kTooDeep), has a string over 128 MiB (kTooLarge) or holds nothing
//          of MISP's (kNotMisp) is rejected whole and leaves nothing in the
//          builder; of an input with one document a line only that line. An
//          attribute without type or value, and what stands among attributes
//          and is none, is rejected by itself. An input of white space is
//          kEmpty.
absl::StatusOr<ReadAttributesOutcome> ReadAttributes(
    std::string_view source_name, ByteSource read, Snapshot::Builder* builder);

}  // namespace mispsift::misp

#endif  // MISPSIFT_MISP_ATTRIBUTE_READER_H_
