#ifndef MISPSIFT_CUCKOO_JSON_LINES_STREAM_H_
#define MISPSIFT_CUCKOO_JSON_LINES_STREAM_H_

#include <cstdint>
#include <memory>
#include <string>

#include "mispsift/base/bytes.h"
#include "mispsift/base/reject.h"
#include "mispsift/cuckoo/report_archive.h"

namespace mispsift {

// A line of a file, or why there is none.
struct JsonLine {
  uint64_t number = 0;  // from 1; 0: the file as a whole
  Reject reject = Reject::kNone;
  std::string detail;
};

// Reads a file of any size line by line, decompressing where the content says
// so. Lines of white space are counted, but not given.
//
// Errors:  as of a line: kTooLarge, over max_line_bytes; the next one follows.
//          As of the file: those of LoadCandidate() and kRatioLimit; it ends.
// Threads: thread-compatible.
class JsonLinesStream {
 public:
  // The file at `path`, of at most limits.max_report_bytes uncompressed.
  JsonLinesStream(const std::string& path, const ArchiveLimits& limits,
                  uint64_t max_line_bytes);
  ~JsonLinesStream();
  JsonLinesStream(const JsonLinesStream&) = delete;
  JsonLinesStream& operator=(const JsonLinesStream&) = delete;

  // False at the end. `*bytes` is the line without its end.
  bool Next(JsonLine* line, PaddedBytes* bytes);

  // Of the file on disk, those that were read so far.
  uint64_t passed_bytes() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mispsift

#endif  // MISPSIFT_CUCKOO_JSON_LINES_STREAM_H_
