#ifndef MISPSIFT_CUCKOO_REPORT_READER_H_
#define MISPSIFT_CUCKOO_REPORT_READER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "mispsift/base/bytes.h"
#include "mispsift/base/json_brackets.h"
#include "mispsift/base/reject.h"
#include "mispsift/model/indicator.h"
#include "mispsift/model/json_path.h"
#include "mispsift/model/oddity.h"
#include "mispsift/model/report.h"

namespace mispsift {

// Takes what a reader finds in a report, one place at a time, in document
// order (what is assembled from several fields comes when their object ends).
class ObservationSink {
 public:
  virtual ~ObservationSink() = default;
  // Both arguments are valid only during the call. False when the same would
  // say nothing more wherever else in the report it is observed: the reader may
  // then leave it out there.
  virtual bool Observe(const Observation& observation,
                       const JsonPath& path) = 0;
};

// How much of a report is looked at.
enum class ScanDepth : uint8_t {
  kIdentity,  // which analysis it is: ReportFacts as far as `target`
  kFacts,     // all that the report says about itself; nothing is observed
  kFields,    // the indicator-bearing fields only; API calls are skipped over
  kFull,      // every string
};

struct ReadOutcome {
  Reject reject = Reject::kNone;
  std::string detail;  // of the reject: what, and at which byte
  Oddities oddities;   // of what was read; none after a reject of its JSON
};

// Reads one sandbox report: every string with its JSON path, what the field
// says it is, and the values assembled from neighbouring fields (http_ex
// protocol://host+uri, a domain with its ip, host:port of tcp and udp, a
// regkey with its value, the basename of a path). This is the definition of
// what an observable is.
//
// Shape:    one JSON object in, any key order, any dialect, told by shape.
//           0..n observations out. `misp`, `virustotal`, hashes of captures,
//           dns_servers and the sandbox's own paths are never observations.
//           Of two members with one key both are read. Beyond JSON: a byte
//           order mark, NaN and Infinity, and half a surrogate pair (which
//           becomes U+FFFD), as sandboxes write them. For what else they write
//           see json_mend.h.
// Units:    report.size() in bytes, up to 4 GiB.
// Errors:   kEmpty, kNotJson, kNotUtf8, kTruncated, kTooDeep (over max_levels,
//           which is at most kMostLevels), kTooLarge, kNotAReport. What was
//           observed before the error must be dropped by the caller. What
//           a depth below kFull skips over is not checked beyond its quotes
//           and brackets.
// Lifetime: observations point into the report or the reader. Below kFields,
//           where nothing is observed, there need be no sink.
// Threads:  thread-compatible; one ReportReader per worker, which reuses its
//           memory from report to report.
// Source:   facts on report dialects; every rule has its row in places.cc.
class ReportReader {
 public:
  static constexpr uint64_t kMaxBytes = 0xFFFFFFFF;
  // Objects and lists in one another.
  static constexpr size_t kUsualLevels = 512;
  static constexpr size_t kMostLevels = 1000;  // the walk recurses

  explicit ReportReader(ScanDepth depth, size_t max_levels = kUsualLevels);
  ~ReportReader();
  ReportReader(const ReportReader&) = delete;
  ReportReader& operator=(const ReportReader&) = delete;

  ReadOutcome Read(const PaddedBytes& report, ObservationSink* sink,
                   ReportFacts* facts);

  // Read() of a report whose brackets somebody finds anyway, at a depth that
  // skips over most of it:
  //
  //   Start() { TakeBrackets() } Finish()
  //
  // with all batches of brackets of the report, which must stay as it is.
  void Start(const PaddedBytes& report);
  void TakeBrackets(const JsonBrackets& brackets, size_t blocks);
  ReadOutcome Finish(ObservationSink* sink, ReportFacts* facts);

  // What is left of the report when all is taken out that this depth skips
  // over: a report of its own, in which the same is observed, and of which the
  // same is read at lower depths. Null: nothing is skipped over, or it must be
  // read whole, because of what is wrong with it. Valid until the next call.
  const PaddedBytes* Outline(const PaddedBytes& report);

  // Read() at a depth that skips over most of a report, which comes in parts of
  // any size and is never in memory whole:
  //
  //   StartParts() { AddPart() } FinishParts()
  //
  // AddPart() returns how many of the bytes are done with; they end outside of
  // any string. What is behind them is to come again with more behind it, at
  // last as `rest`. Nothing: this report must be read whole, because of what is
  // wrong with it, or because over kMaxPartsKept bytes are not skipped over.
  static constexpr size_t kMaxPartsKept = size_t{64} << 20;
  void StartParts();
  std::optional<size_t> AddPart(const PaddedBytes& part);
  std::optional<ReadOutcome> FinishParts(std::string_view rest,
                                         ObservationSink* sink,
                                         ReportFacts* facts);

 private:
  class Walker;
  std::unique_ptr<Walker> walker_;
};

}  // namespace mispsift

#endif  // MISPSIFT_CUCKOO_REPORT_READER_H_
