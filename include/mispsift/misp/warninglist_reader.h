#ifndef MISPSIFT_MISP_WARNINGLIST_READER_H_
#define MISPSIFT_MISP_WARNINGLIST_READER_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "mispsift/misp/attribute_reader.h"
#include "mispsift/model/warninglist.h"

namespace mispsift::misp {

struct ReadWarninglistsOutcome {
  std::vector<Warninglist> lists;  // by folder or file name, in byte order
  std::vector<Rejected> rejected;  // broken lists, by file
  RejectCounts rejects;
};

// One list of the format of github.com/MISP/misp-warninglists (schema.json):
//
//   list = { "name": text, "type": "string" | "substring" | "hostname" |
//            "cidr" | "regex",
//            "list": [text...] | {text: comment...},
//            "version": number or its text (missing: 1),
//            "description": text,
//            "matching_attributes": [text...] (missing, none, "ALL": all),
//            "category": "false_positive" | "known",
//            "enabled": true, 1, "1" or false, 0, "0" }
//
// or as a server shows it (see ParseWarninglistView). Numbers stand for their
// text. As in MISP, entries that PHP calls empty ("", "0", null) are left out,
// and of equal ones the first is kept: there they end up in a set. Entries are
// otherwise as written, spaces, dots and case included. Text that is not UTF-8
// becomes U+FFFD; of equal keys the last one counts.
//
// Errors: kInvalidArgument with what is missing or wrong.
// Source: MISP 2.5, app/Model/Warninglist.php, __updateList().
absl::StatusOr<Warninglist> ParseWarninglist(std::string_view json);

// A folder of lists: a checkout of misp-warninglists (lists/<name>/list.json),
// its lists folder, a folder of <name>.json files, or one list's file. Below
// the folder every list.json is one, and in the folder itself every other
// .json but schema.json and package.json; links are not followed. One broken
// list, or one over 1 GiB, is a rejection.
// Errors: nothing there at all, or no list in it (kNotFound, which says what
//         was wrong with the first that was rejected); the folder cannot be
//         read.
absl::StatusOr<ReadWarninglistsOutcome> ReadWarninglists(
    const std::string& path);

// What a server says of one of its lists.
struct ServerWarninglist {
  std::string id;    // digits; "" in an export, which does not tell
  Warninglist list;  // without entries in an index
  // As the server counts, repeated and empty ones included. 0 in an index
  // that does not tell.
  uint64_t entry_count = 0;
};

// GET /warninglists/index: {"Warninglists": [...]} or the bare list, of
// {"Warninglist": {...}} or what is in it; "valid_attributes" is one text,
// separated by commas. A list of none is a good answer.
// Errors: kDataLoss for anything but such an answer.
absl::StatusOr<std::vector<ServerWarninglist>> ParseWarninglistIndex(
    std::string_view json);

// GET /warninglists/view/<id>: {"Warninglist": {..., "WarninglistEntry":
// [{"value": text}...], "WarninglistType": [{"type": text}...]}}, these two
// also beside it; or /warninglists/export/<id>: the file format.
// Errors: kDataLoss for anything but such an answer.
absl::StatusOr<ServerWarninglist> ParseWarninglistView(std::string_view json);

}  // namespace mispsift::misp

#endif  // MISPSIFT_MISP_WARNINGLIST_READER_H_
