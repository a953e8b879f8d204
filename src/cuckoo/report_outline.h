#ifndef MISPSIFT_SRC_CUCKOO_REPORT_OUTLINE_H_
#define MISPSIFT_SRC_CUCKOO_REPORT_OUTLINE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mispsift/base/bytes.h"
#include "mispsift/base/json_brackets.h"
#include "mispsift/cuckoo/report_reader.h"
#include "src/cuckoo/bracket_marks.h"
#include "src/cuckoo/places.h"

namespace mispsift {

// A report without what a reader of a depth does not want: each list and object
// that stands at such a place is empty. Most of a report are API calls, so that
// a parser has little left to do.
//
//   report   {"info":{"id":1},"behavior":{"processes":[{"calls":[{...},{...}],
//            "ppid":4}]}}
//   outline  {"info":{"id":1},"behavior":{"processes":[{"calls":[],"ppid":4}]}}
//
// Threads: thread-compatible; keeps its memory.
class ReportOutline {
 public:
  // Of reports for a reader of `depth`.
  ReportOutline(ScanDepth depth, size_t max_levels)
      : depth_(depth), max_levels_(max_levels) {}

  // Of `report`, readable for 64 bytes behind its end. False when it is no
  // object whose strings and brackets end, with white space alone around it,
  // or is nested deeper than max_levels: what is wrong with it is for a
  // reader to say.
  bool Draw(std::string_view report);

  // The same of a report that comes in parts:
  //   Start() { Add() } Finish()
  // `text` begins where what is settled ends, and is readable for 64 bytes
  // behind its end. Returns how much of it is settled then: up to its last
  // bracket that stands in no string, 0 if it has none. What is behind that is
  // to come again, with more behind it. Nothing: as Draw() has false.
  void Start();
  std::optional<size_t> Add(std::string_view text);
  // Add() of a text whose brackets somebody else finds:
  //   StartText() { TakeBrackets() } EndText()
  // where all is false or nothing from the first thing on that is wrong.
  void StartText(std::string_view text);
  bool TakeBrackets(const JsonBrackets& brackets, size_t blocks);
  std::optional<size_t> EndText();
  // `rest`: what was not settled.
  bool Finish(std::string_view rest) const;

  // Valid until the next Draw() or Start().
  const PaddedBytes& json() const { return json_; }
  // Where a byte of json(), or its end, stands in the report.
  size_t ByteOfReport(size_t byte) const;

 private:
  bool Brackets(const JsonBrackets& brackets, size_t blocks);
  size_t PassEmptied(const JsonBrackets& brackets, size_t i, size_t blocks);
  bool Open(size_t at);
  bool Close(size_t at);
  // A part of the report that was kept.
  struct Part {
    size_t in_outline;
    size_t in_report;
  };

  void Stop();
  void Keep(size_t end);

  const ScanDepth depth_;
  const size_t max_levels_;
  std::string_view text_;  // of the report
  size_t text_at_ = 0;     // there
  size_t batch_at_ = 0;    // in text_: where the next batch of brackets begins
  size_t settled_ = 0;     // of it: up to its last bracket so far
  bool is_whole_ = true;   // nothing is wrong with it so far
  BracketMarks marks_;
  PaddedBytes json_;
  std::vector<Part> parts_;
  size_t kept_ = 0;   // of text_: what stands before is in json_, or emptied
  size_t level_ = 0;  // open brackets
  // The level of the bracket that is emptied; 0: there is none.
  size_t emptied_level_ = 0;
  size_t emptied_at_ = 0;  // where its contents begin, if it is searched
  // Whether it is emptied unless a configuration is found in it.
  bool is_searched_ = false;
  std::string unescaped_;
  std::vector<Place> places_;  // of the open brackets that are looked at
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_CUCKOO_REPORT_OUTLINE_H_
