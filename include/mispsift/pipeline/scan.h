#ifndef MISPSIFT_PIPELINE_SCAN_H_
#define MISPSIFT_PIPELINE_SCAN_H_

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "mispsift/cuckoo/report_archive.h"
#include "mispsift/cuckoo/report_reader.h"
#include "mispsift/match/index.h"
#include "mispsift/pipeline/shards.h"
#include "mispsift/sink/result_folder.h"
#include "mispsift/sink/summary.h"

namespace mispsift {

// One shard of the inputs of a manifest.
struct ScanShard {
  std::string manifest;  // file
  Shard shard;
  ShardBy by = ShardBy::kSize;
};

struct ScanOptions {
  // What affects the result. SettingsDigest() in src/pipeline/shard_scan.cc has
  // to know all of it.
  std::vector<std::string> paths;  // files, folders, archives
  std::optional<ScanShard> shard;  // in place of paths
  std::string snapshot;
  std::string out;  // folder; an earlier scan's is replaced
  ScanDepth depth = ScanDepth::kFull;
  bool collect_fields = true;           // write fields.jsonl
  OutputFormats formats;                // what is written beside the rest
  bool exact_only = false;              // no folded matches
  uint64_t misp_correlation_limit = 0;  // as in MatcherSettings
  IndexSettings index;
  // As normalize/value_list.h reads them; ValueList::Check() has passed them. A
  // match of one of these is told, at a confidence of at most 20.
  std::vector<std::string> safelist;
  // Of the values that match in a report, those that are told.
  uint64_t max_values = ~uint64_t{0};
  // A value that matches in more of a run's reports than this is named in the
  // summary.
  uint32_t common_share_percent = 10;
  bool allow_empty_index = false;
  // File of an older snapshot: only what this one has and that one had not, or
  // not so that it counts, is looked for. Empty: everything.
  std::string since_snapshot;
  ArchiveLimits limits;
  size_t max_json_nesting = ReportReader::kUsualLevels;  // up to kMostLevels

  // What does not.
  // File for the keys of each report (match/report_keys.h), which asks that all
  // are walked whole; empty: none. Durable before the summary is written.
  std::string keys_file;
  int threads = 1;
  // For the reports that are in memory whole, of all threads together; what
  // does not fit in is streamed.
  uint64_t max_report_memory = uint64_t{4} << 30;
  // Of results whose turn has not come, of all threads together; what is over
  // it waits in a file without a name in `out`.
  uint64_t max_waiting_bytes = uint64_t{16} << 20;
  // Of a hundred reports in which the sieve saw nothing, so many are walked
  // whole all the same; what is found in one of them is the sieve's bug.
  uint32_t verify_percent = 0;
  // Once the snapshot is read the process, which parses what attackers wrote,
  // opens nothing but `paths`, `out` and the folders of the files
  // `written_later`, and no connection; see base/landlock.h. There is no way
  // back, so this is for a process that does nothing else. Where it can't be,
  // the scan runs as ever.
  bool confine = false;
  std::vector<std::string> written_later;
};

// How far a scan has come; written by the scan, read by anyone.
struct ScanProgress {
  std::atomic<uint64_t> reports{0};
  std::atomic<uint64_t> bytes{0};
  std::atomic<uint64_t> matches{0};
  std::atomic<uint64_t> rejected{0};
  // On disk, of the files and of the parts of them that are done with; comes to
  // InputBytes().
  std::atomic<uint64_t> input_bytes{0};
  // Set it, and the scan stops after the reports that are in memory, within
  // those that are not, in the middle of a file of lines too: no more of them
  // have lines. It returns kCancelled; the folder then has no summary.json.
  std::atomic<bool> stop{false};
};

// The bytes on disk of the files that a scan with these options reads. Walks
// the same folders; ends early, with less, once `stop` is set.
uint64_t InputBytes(const ScanOptions& options, const std::atomic<bool>& stop);

// Scans archives of reports against a snapshot and writes the result folder.
//
// Errors: ExitCode::kBadSnapshot when the snapshot cannot be used;
// kInvalidArgument for a folder that is not ours; kFailedPrecondition when the
// index is empty; kInternal when `verify_percent` shows that matches are
// missed. A bad report is no error, nor is a path that does not exist: it is
// listed as unreadable.
//
// Of a shard the folder also has shard.jsonl, and summary.json says which shard
// it is. An input that has another size than in the manifest is scanned as it
// is, and counted (ShardRecord::changed). Errors also: kInvalidArgument for
// what is no manifest.
absl::StatusOr<Summary> Scan(const ScanOptions& options,
                             ScanProgress* progress);

}  // namespace mispsift

#endif  // MISPSIFT_PIPELINE_SCAN_H_
