#include "mispsift/pipeline/merge.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <functional>
#include <map>
#include <queue>
#include <utility>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "mispsift/base/status_macros.h"
#include "mispsift/sink/result_folder.h"
#include "mispsift/sink/triage_page.h"
#include "src/pipeline/line_records.h"
#include "src/pipeline/result_lines.h"
#include "src/pipeline/shard_folder.h"

namespace mispsift {
namespace {

// Each shard keeps a handful of files open; where there are more shards than
// descriptors allow, opening one says so.
void AllowManyFiles() {
  rlimit files;
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
}

// A folder that is named twice could not be locked twice, and one that is
// written to would be emptied.
absl::Status CheckDistinct(const MergeOptions& options) {
  std::map<std::pair<dev_t, ino_t>, std::string> seen;
  std::vector<std::string> paths = options.shards;
  paths.push_back(options.out);
  for (const std::string& path : paths) {
    struct stat status;
    if (stat(path.c_str(), &status) != 0) continue;
    const auto [at, is_new] =
        seen.try_emplace({status.st_dev, status.st_ino}, path);
    if (!is_new) {
      return absl::InvalidArgumentError(
          fmt::format("{} and {} are the same folder", at->second, path));
    }
  }
  return absl::OkStatus();
}

class Merger {
 public:
  Merger(std::vector<ShardFolder>* shards, ResultFolder* folder,
         ScanProgress* progress)
      : shards_(*shards),
        folder_(*folder),
        progress_(*progress),
        records_(shards->front().record().snapshot_created,
                 shards->front().record().sources),
        page_(&records_) {}

  // Copies all lines, in input order.
  absl::Status CopyAll() {
    // The next input of each shard, the first one on top.
    using Next = std::pair<uint64_t, ShardFolder*>;
    std::priority_queue<Next, std::vector<Next>, std::greater<>> next;
    const auto advance = [&next](ShardFolder* shard) {
      absl::Status read = shard->NextInput();
      if (read.ok() && shard->input().has_value()) {
        next.emplace(shard->input()->input, shard);
      }
      return read;
    };
    for (ShardFolder& shard : shards_) {
      MISPSIFT_RETURN_IF_ERROR(advance(&shard));
    }
    while (!next.empty()) {
      if (progress_.stop) return absl::CancelledError("stopped by a signal");
      ShardFolder* shard = next.top().second;
      next.pop();
      MISPSIFT_RETURN_IF_ERROR(CopyInput(shard));
      MISPSIFT_RETURN_IF_ERROR(advance(shard));
    }
    return absl::OkStatus();
  }

  // What was not looked for is the same for all shards. Behind CopyAll().
  absl::Status CopySuppressed() {
    for (ShardFolder& shard : shards_) {
      for (uint64_t i = 0; i < shard.record().suppressed; ++i) {
        MISPSIFT_ASSIGN_OR_RETURN(const std::string_view line,
                                  shard.SuppressedLine());
        if (&shard != &shards_.front()) continue;
        absl::StatusOr<SuppressedFromLine> suppressed =
            ParseSuppressedLine(line, &records_);
        if (!suppressed.ok()) {
          return shard.DamagedSuppressed(suppressed.status());
        }
        page_.AddSuppressed(
            suppressed->attribute,
            {suppressed->warninglists.begin(), suppressed->warninglists.end()});
        MISPSIFT_RETURN_IF_ERROR(
            folder_.AppendSuppressed(std::string(line) + "\n"));
      }
      MISPSIFT_RETURN_IF_ERROR(shard.CheckEnd());
    }
    return absl::OkStatus();
  }

  // What the lines do not tell is told by the shards' summaries. Errors:
  // kDataLoss when these tell something else than the lines.
  absl::StatusOr<Summary> Summarise() {
    const ShardFolder& first = shards_.front();
    uint64_t reports = 0;
    uint64_t matches = 0;
    MergeRecord merged;
    for (const ShardFolder& shard : shards_) {
      reports += shard.summary().reports_seen;
      matches += shard.summary().matches;
      summary_.skipped += shard.summary().skipped;
      summary_.own_traffic += shard.summary().own_traffic;
      summary_.seconds += shard.summary().seconds;
      summary_.threads = std::max(summary_.threads, shard.summary().threads);
      merged.changed += shard.record().changed;
    }
    if (reports != summary_.reports_seen || matches != summary_.matches) {
      return absl::DataLossError(fmt::format(
          "the shards tell of {} reports and {} matches, and hold {} and {}",
          reports, matches, summary_.reports_seen, summary_.matches));
    }
    merged.shards = first.record().count;
    merged.by = first.record().by;
    merged.manifest_id = first.record().manifest_id;
    merged.fields = first.record().fields;
    merged.formats = first.record().formats;
    summary_.merged = merged;
    summary_.snapshot_id = first.summary().snapshot_id;
    summary_.top_events = page_.TopEvents(Summary::kTopEvents);
    // Of the index, which was the same for all.
    summary_.suppressed = first.summary().suppressed;
    summary_.as_misp = first.summary().as_misp;
    summary_.common_share_percent = first.record().common_share_percent;
    summary_.finished = absl::FormatTime("%Y-%m-%d%ET%H:%M:%SZ", absl::Now(),
                                         absl::UTCTimeZone());
    return std::move(summary_);
  }

  const TriagePage& page() const { return page_; }

 private:
  absl::Status CopyInput(ShardFolder* shard) {
    const InputLines lines = *shard->input();
    InputLines copied = {.input = lines.input};
    while (copied.reports < lines.reports) {
      MISPSIFT_RETURN_IF_ERROR(CopyReport(shard, &copied));
    }
    if (copied.correlations != lines.correlations ||
        copied.fields != lines.fields) {
      return absl::DataLossError(
          fmt::format("{}: input {} has other lines than shard.jsonl says",
                      shard->path(), lines.input));
    }
    return absl::OkStatus();
  }

  absl::Status CopyReport(ShardFolder* shard, InputLines* copied) {
    ReportText text;
    MISPSIFT_ASSIGN_OR_RETURN(const std::string_view line, shard->ReportLine());
    AppendLine(line, &text.reports);
    ++copied->reports;
    absl::StatusOr<ReportFromLines> report = ParseReportLine(line);
    if (!report.ok()) return shard->DamagedReport(report.status());
    ReportResult& result = report->result;
    for (uint64_t i = 0; i < report->matches; ++i) {
      MISPSIFT_RETURN_IF_ERROR(CopyCorrelation(shard, &result, &text));
    }
    copied->correlations += report->matches;
    if (result.reject == Reject::kNone && shard->record().fields) {
      MISPSIFT_ASSIGN_OR_RETURN(const std::string_view fields,
                                shard->FieldsLine());
      AppendLine(fields, &text.fields);
      ++copied->fields;
    }
    // A shard holds the last one of several reports with this id that it has;
    // in input order the last shard's is that of the last report of all.
    if (report->matches > 0) {
      MISPSIFT_ASSIGN_OR_RETURN(std::string enrichment,
                                shard->Enrichment(result.id));
      text.enrichments.push_back({result.id, std::move(enrichment)});
    }
    summary_.Add(result,
                 [this](uint32_t row) { return records_.EventOf(row); });
    page_.Add({summary_.reports_seen, 0}, result, report->notes);
    progress_.reports = summary_.reports_seen;
    progress_.bytes = summary_.bytes;
    progress_.matches = summary_.matches;
    progress_.rejected = summary_.rejects.Total();
    return folder_.Append(text);
  }

  absl::Status CopyCorrelation(ShardFolder* shard, ReportResult* result,
                               ReportText* text) {
    MISPSIFT_ASSIGN_OR_RETURN(const std::string_view line,
                              shard->CorrelationLine());
    AppendLine(line, &text->correlations);
    if (shard->record().formats.csv) {
      MISPSIFT_ASSIGN_OR_RETURN(const std::string csv, shard->CsvLine());
      text->csv += csv;
    }
    if (shard->record().formats.ecs) {
      MISPSIFT_ASSIGN_OR_RETURN(const std::string_view ecs, shard->EcsLine());
      AppendLine(ecs, &text->ecs);
    }
    const absl::Status added = AddCorrelationLine(line, &records_, result);
    return added.ok() ? added : shard->DamagedCorrelation(added);
  }

  static void AppendLine(std::string_view line, std::string* out) {
    *out += line;
    out->push_back('\n');
  }

  std::vector<ShardFolder>& shards_;
  ResultFolder& folder_;
  ScanProgress& progress_;
  LineRecords records_;
  TriagePage page_;
  Summary summary_;
};

}  // namespace

absl::StatusOr<Summary> Merge(const MergeOptions& options,
                              ScanProgress* progress) {
  AllowManyFiles();
  MISPSIFT_RETURN_IF_ERROR(CheckDistinct(options));
  std::vector<ShardFolder> shards;
  for (const std::string& path : options.shards) {
    MISPSIFT_ASSIGN_OR_RETURN(ShardFolder shard, ShardFolder::Open(path));
    shards.push_back(std::move(shard));
  }
  MISPSIFT_RETURN_IF_ERROR(CheckTogether(shards));
  // The shards are one scan, and nobody writes to them.

  MISPSIFT_ASSIGN_OR_RETURN(
      ResultFolder folder,
      ResultFolder::Create(options.out,
                           {.fields = shards.front().record().fields,
                            .formats = shards.front().record().formats}));
  Merger merger(&shards, &folder, progress);
  MISPSIFT_RETURN_IF_ERROR(merger.CopyAll());
  MISPSIFT_RETURN_IF_ERROR(merger.CopySuppressed());
  MISPSIFT_ASSIGN_OR_RETURN(const Summary summary, merger.Summarise());
  // Every line is there. The summary makes the folder a finished result.

  MISPSIFT_RETURN_IF_ERROR(merger.page().Write(
      summary,
      [&folder](std::string_view piece) { return folder.AppendPage(piece); }));
  MISPSIFT_RETURN_IF_ERROR(std::move(folder).Finish(summary.ToJson()));
  return summary;
}

}  // namespace mispsift
