#ifndef MISPSIFT_SRC_CUCKOO_REPORT_OUTLINE_H_
#define MISPSIFT_SRC_CUCKOO_REPORT_OUTLINE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "mispsift/base/bytes.h"
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

  // Valid until the next Draw().
  const PaddedBytes& json() const { return json_; }
  // Where a byte of json(), or its end, stands in the report.
  size_t ByteOfReport(size_t byte) const;

 private:
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
  std::string_view report_;
  BracketMarks marks_;
  PaddedBytes json_;
  std::vector<Part> parts_;
  size_t kept_ = 0;   // everything before this is settled
  size_t level_ = 0;  // open brackets
  // The bracket that is emptied: its level, and where its contents begin. 0:
  // there is none.
  size_t emptied_level_ = 0;
  size_t emptied_at_ = 0;
  // Whether it is emptied unless a configuration is found in it.
  bool is_searched_ = false;
  std::string unescaped_;
  std::vector<Place> places_;  // of the open brackets that are looked at
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_CUCKOO_REPORT_OUTLINE_H_
