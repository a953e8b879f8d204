#ifndef MISPSIFT_TESTS_SUPPORT_FAKE_MISP_CONTROL_H_
#define MISPSIFT_TESTS_SUPPORT_FAKE_MISP_CONTROL_H_

#include <string>
#include <string_view>

#include "tests/support/fake_misp.h"

namespace mispsift {

// One call of FakeMisp as JSON: {"op": name, ...}.
//
//   add_event {"event": {id, uuid, info, date, published, org, org_uuid, tags,
//              attributes: [...]}}                  -> "id"
//   add_attribute {"event_id", "attribute": {uuid, type, category, value,
//              comment, to_ids, hidden, object_id, tags}}  -> "uuid"
//   edit_attribute {"uuid", "attribute": {...}}   edit_event {"id", "event"}
//   soft_delete_attribute, hard_delete_attribute {"uuid"}
//   hard_delete_event, touch_event {"id"}
//   set_published {"id", "published"}
//   generate {"events", "attributes", "seed"}
//   add_warninglist {"name", "type", "values", "valid_attributes", "enabled"}
//   set_now {"now"}   set_key {"key"}   site_admin, maintenance {"on"}
//   key_check {"check": "good"|"disabled"|"address"|"permission"|"expired"}
//   role {"perm_add", "perm_modify", "perm_publish", "perm_tagger",
//         "perm_tag_editor", "perm_sighting", "perm_sync", "read_only"}, each
//         as FakeRole has it where it is not given
//   write_latency {"request_us", "attribute_us", "parallel"}
//   refuse_values {"text"}
//   rate_limit {"requests", "seconds"}   clear_rate_limit
//   hide_every, skip_every, drop_every, memory_chunk {"n"}
//   fault {"spec"}   clear_faults   clear_requests
//   stats                                 -> "events", "attributes", "now"
//   attributes {"event_id"}               -> "uuids", "values"
//   contents                              -> "contents", see FakeMisp
//
// Answers {"ok": true, ...} or {"ok": false, "problem": text}.
// Threads: thread-safe.
std::string RunControl(std::string_view json, FakeMisp* fake);

// The log of requests, one JSON object a line: method, path, status, headers
// (an object, names in lower case), body.
std::string RequestLines(const FakeMisp& fake);

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_FAKE_MISP_CONTROL_H_
