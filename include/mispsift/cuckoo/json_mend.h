#ifndef MISPSIFT_CUCKOO_JSON_MEND_H_
#define MISPSIFT_CUCKOO_JSON_MEND_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "mispsift/base/bytes.h"
#include "mispsift/base/reject.h"
#include "mispsift/model/oddity.h"

namespace mispsift {

struct MendOutcome {
  Reject reject = Reject::kNone;
  std::string detail;  // of the reject: what, and at which byte of the text
  // Where the document that follows begins; the size of the text when there is
  // none, and after a reject.
  size_t end = 0;
  Oddities oddities;  // at bytes of the text
};

// Makes JSON of what sandboxes write for JSON, where it can be told what they
// meant. For documents that ReportReader rejects: a valid one comes out as it
// is, and costs a pass more.
//
//   document = [mark] value [behind]
//   value    = object | list | string | scalar
//   object   = "{" [member {"," member}] "}"
//   member   = string ":" (value | "]")
//   list     = "[" [value {"," value}] "]"
//   string   = quote {character | escape | odd byte} quote
//   scalar   = a number, true, false, null, NaN, Infinity or -Infinity
//   behind   = what follows an object or a list
//
// with JSON's blanks between any two of these. What is not JSON's is mended:
//
//   member   a "]" where the value should be becomes "[]". Python's encoder
//            writes that for a generator which turns out to be empty: Cuckoo
//            2's `calls` when all are filtered out, and its debug.cuckoo.
//   string   A byte below 0x20 becomes its \u00XX.
//            An ill-formed part of UTF-8 becomes U+FFFD. It is not read as
//            Latin-1: nothing says that it was, and a wrong guess makes letters
//            out of it. MISP's database drops their accents, so that they could
//            equal a value which nobody wrote. U+FFFD stands for "unknown" in
//            all that is read here, from MISP too (base/utf8.h).
//   behind   is left out; but what begins like an object, with or without a
//            byte order mark, is the next document.
//
// Nothing else is: a comma too many, a quote that is missing, a name without
// quotes, an escape that JSON does not have could have meant several things.
//
// Shape:    the document that stands at `text[begin]` in; `*mended` is one that
//           ReportReader reads. What is JSON in it stays as it is spelled.
// Units:    bytes; `*mended` has at most `max_bytes`.
// Errors:   kNotJson, kNotUtf8 (UTF-16), kEmpty, kTruncated, kTooDeep (over
//           `max_levels`), kTooLarge (once mended). `*mended` then holds
//           nothing of use.
// Cost:     one pass, whatever the bytes are.
// Threads:  any.
// Source:   facts on report dialects, 4.1; CPython's json/encoder.py; Unicode
//           15, section 3.9.
MendOutcome MendJson(std::string_view text, size_t begin, uint64_t max_bytes,
                     size_t max_levels, PaddedBytes* mended);

}  // namespace mispsift

#endif  // MISPSIFT_CUCKOO_JSON_MEND_H_
