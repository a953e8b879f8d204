#ifndef MISPSIFT_SINK_RESULT_FOLDER_H_
#define MISPSIFT_SINK_RESULT_FOLDER_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace mispsift {

// Files that are written beside what always is.
struct OutputFormats {
  bool csv = false;
  bool csv_raw = false;  // without the guard against formulas
  bool ecs = false;
};

// The bytes of one or several reports, ready to be appended.
struct ReportText {
  struct Enrichment {
    std::string report_id;
    std::string json;
  };

  std::string correlations;
  std::string reports;
  std::string fields;
  std::string shard;
  std::vector<Enrichment> enrichments;
  std::string csv;  // without the header
  std::string ecs;
};

// Files of a result folder that not every scan writes.
struct ResultFiles {
  bool fields = false;
  bool shard = false;
  OutputFormats formats;
};

// The folder that a scan leaves behind:
//
//   correlations.jsonl  reports.jsonl  [fields.jsonl]  enrichment/<id>.json
//   suppressed.jsonl
//   [shard.jsonl]       of one that scanned a shard; see shard_lines.h
//   index.html  [correlations.csv]  [correlations.ecs.ndjson]
//   summary.json        written last: a folder without it is unfinished
//
// Threads: one. Errors: kAborted when another run holds the folder; any other
// status means that the disk refused.
class ResultFolder {
 public:
  // Makes the folder, or empties one that holds an earlier scan's files and
  // nothing else. A folder that holds anything else is kInvalidArgument.
  // correlations.csv begins with its header.
  static absl::StatusOr<ResultFolder> Create(const std::string& path,
                                             const ResultFiles& with);
  ~ResultFolder();
  ResultFolder(ResultFolder&&) noexcept;
  ResultFolder& operator=(ResultFolder&&) noexcept;

  // For a file in the folder that is there only while the scan runs; what a
  // killed scan leaves of it is ours.
  std::string SpillPath() const;

  absl::Status Append(const ReportText& text);
  // The next line of suppressed.jsonl.
  absl::Status AppendSuppressed(std::string_view line);
  // The next piece of index.html.
  absl::Status AppendPage(std::string_view bytes);
  // Makes everything durable, then puts summary.json in place.
  absl::Status Finish(std::string_view summary_json) &&;

 private:
  struct Impl;
  explicit ResultFolder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mispsift

#endif  // MISPSIFT_SINK_RESULT_FOLDER_H_
