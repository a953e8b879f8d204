#ifndef MISPSIFT_CUCKOO_REPORT_STREAM_READER_H_
#define MISPSIFT_CUCKOO_REPORT_STREAM_READER_H_

#include <cstdint>
#include <memory>
#include <string>

#include "mispsift/base/bytes.h"
#include "mispsift/base/reject.h"
#include "mispsift/cuckoo/report_archive.h"
#include "mispsift/cuckoo/report_reader.h"
#include "mispsift/model/oddity.h"
#include "mispsift/model/report.h"

namespace mispsift {

// How the reading of a report from its file has ended.
struct StreamOutcome {
  Reject reject = Reject::kNone;
  std::string detail;
  Oddities oddities;  // as in ReadOutcome
  // The file could not be read to its end; nothing is known of the document.
  bool is_unreadable = false;
  // It is no document but one a line, of which each may be a report.
  bool is_json_lines = false;
  // Nothing follows it in the file.
  bool is_last = true;
  uint64_t bytes = 0;  // of the document
  std::string id;      // ReportId()
};

// Reads a report of any size from its file, decompressing where the content
// says so, in memory that does not grow with it. Observes what ReportReader
// does, in the same order, says the same facts and oddities and rejects for the
// same reason. What differs:
//
//   - a string or number, what must be kept until an object ends, or what the
//     report says of itself, over kMaxStreamText bytes: kTooLarge;
//   - what kFields and kFacts skip over is parsed all the same, so that what is
//     wrong in there is seen; it nests kMaxSkippedLevels deep at most, in what
//     is mended as deep as the rest;
//   - a gzip with codes that Deflate forbids is kBadArchive, where
//     LoadCandidate() lets some pass;
//   - the detail of a reject is in the other parser's words, and its byte is
//     where that parser stood: within a bad literal or string, not before it.
//     Of what could not be mended it is the same.
//
// Errors:   those of ReportReader::Read(), LoadCandidate() and kRatioLimit.
//           After a reject the file is read once more, to say which it is.
// Lifetime: observations are valid during Observe() only.
// Threads:  thread-compatible; one per worker.
class ReportStreamReader {
 public:
  explicit ReportStreamReader(ScanDepth depth,
                              size_t max_levels = ReportReader::kUsualLevels);
  ~ReportStreamReader();
  ReportStreamReader(const ReportStreamReader&) = delete;
  ReportStreamReader& operator=(const ReportStreamReader&) = delete;

  // The file at `path`, of at most limits.max_report_bytes uncompressed.
  StreamOutcome Read(const std::string& path, const ArchiveLimits& limits,
                     ObservationSink* sink, ReportFacts* facts);

  // The documents of a file that Read() rejects as kNotJson or kNotUtf8, read
  // as they are once they are mended (json_mend.h):
  //
  //   StartMended() { ReadMended() }
  //
  // up to the one that is the last. Also kTooManyMembers, of the rest of the
  // file, over limits.max_members.
  void StartMended(const std::string& path, const ArchiveLimits& limits);
  StreamOutcome ReadMended(ObservationSink* sink, ReportFacts* facts);

 private:
  class Walker;
  std::unique_ptr<Walker> walker_;
};

inline constexpr uint64_t kMaxStreamText = uint64_t{64} << 20;
inline constexpr uint64_t kMaxSkippedLevels = uint64_t{1} << 20;

}  // namespace mispsift

#endif  // MISPSIFT_CUCKOO_REPORT_STREAM_READER_H_
