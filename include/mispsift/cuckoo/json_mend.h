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
  uint64_t end = 0;
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

// The same of a text that comes in pieces of any size:
//
//   Start() { Add() } until is_done()
//
// It keeps nothing of the text. What it must see at once, a number or the
// blanks behind a byte order mark, is kTooLarge from kMostAhead bytes on.
//
// Threads: thread-compatible.
class JsonMender {
 public:
  static constexpr size_t kMostAhead = size_t{64} << 20;

  JsonMender(uint64_t max_bytes, size_t max_levels)
      : max_bytes_(max_bytes), max_levels_(max_levels) {}

  // Begins with the document that stands at this byte of the text.
  void Start(uint64_t begin);
  // Appends to `*mended` what becomes of a piece, which stands where the last
  // one was done with. Returns how many of its bytes are done with now; until
  // all is done, what is behind them is to come again with more behind it.
  size_t Add(std::string_view piece, bool is_last, PaddedBytes* mended);
  // The document's end was met; behind a reject, the text's.
  bool is_done() const { return next_ == Next::kDone; }
  const MendOutcome& outcome() const { return outcome_; }

  // Whatever comes is rejected.
  bool Fail(Reject reject, std::string_view what);

 private:
  // What may come next.
  enum class Next : uint8_t {
    kMark,   // or none
    kFront,  // blanks, and what tells UTF-16
    kValue,
    kFirstElement,  // or "]"
    kFirstKey,      // or "}"
    kKey,
    kColon,
    kMember,     // behind the colon
    kRest,       // a comma, or the end of what is open
    kString,     // of which more comes
    kBadString,  // likewise, of one with an escape that is none of JSON's
    kBehind,     // what follows the document
    kPassOver,   // what is left of the text
    kDone,
  };

  // These are steps: all return whether to take the next one. Else more of the
  // text must be there.
  bool Step();
  bool Mark();
  bool Front();
  bool Token(char c);
  bool Value(char c);
  bool Close(char c);
  bool StartString(Next behind);
  bool String();
  bool BadString();
  bool Scalar();
  bool Behind();
  bool PassOver();
  bool Done();
  bool Truncated() { return Fail(Reject::kTruncated, "cut short"); }
  bool NotJson(std::string_view what) { return Fail(Reject::kNotJson, what); }
  bool FailAt(uint64_t byte, Reject reject, std::string_view what);
  bool WantMore();

  // These return false when the document is rejected.
  bool OddByte(unsigned char byte);
  // Writes `by` for the next `bytes` of the text.
  bool Replace(size_t bytes, std::string_view by, Oddity oddity);
  bool CopyUpToHere();
  bool Append(std::string_view bytes);

  bool AtEnd() const { return at_ == text_.size(); }
  // So many bytes are there, or all that will ever be.
  bool IsAhead(size_t bytes) const {
    return is_last_ || text_.size() - at_ >= bytes;
  }
  void SkipBlanks();
  void SkipPlain();
  Next BehindValue() const {
    return open_.empty() ? Next::kBehind : Next::kRest;
  }
  uint64_t Here() const { return begin_ + at_; }

  const uint64_t max_bytes_;
  const size_t max_levels_;
  std::string_view text_;  // the piece
  uint64_t begin_ = 0;     // of it in the text
  bool is_last_ = false;
  PaddedBytes* mended_ = nullptr;
  size_t at_ = 0;
  size_t copied_ = 0;  // up to here `text_` has gone to `*mended_`
  uint64_t mended_bytes_ = 0;
  Next next_ = Next::kDone;
  std::string open_;        // a bracket for each object and list
  bool is_nested_ = false;  // the document is an object or a list
  // Of a string that is open:
  Next behind_string_ = Next::kDone;
  uint64_t string_at_ = 0;
  bool has_lone_ = false;
  uint64_t bad_at_ = 0;  // its bad escape
  uint64_t passed_ = 0;  // where what is passed over begins
  MendOutcome outcome_;
};

}  // namespace mispsift

#endif  // MISPSIFT_CUCKOO_JSON_MEND_H_
