#include "mispsift/pipeline/submit.h"

#include <fmt/format.h>

#include <fstream>
#include <optional>
#include <set>
#include <utility>

#include "mispsift/base/bytes.h"
#include "mispsift/base/file.h"
#include "mispsift/base/status_macros.h"
#include "mispsift/submit/feed_folder.h"

namespace mispsift {
namespace {

constexpr uint64_t kMaxSummaryBytes = uint64_t{64} << 20;

absl::StatusOr<std::string> ReadScanTime(const std::string& results) {
  PaddedBytes summary;
  if (!ReadFile(results + "/summary.json", kMaxSummaryBytes, &summary).ok()) {
    return absl::FailedPreconditionError(
        fmt::format("{} is not the folder of a finished scan", results));
  }
  return ParseScanTime(summary.view());
}

absl::StatusOr<std::ifstream> OpenFields(const std::string& results) {
  std::ifstream fields(results + "/fields.jsonl", std::ios::binary);
  if (!fields) {
    return absl::FailedPreconditionError(fmt::format(
        "{} has no fields.jsonl: scan with --collect fields", results));
  }
  return fields;
}

bool IsSelected(const ReportFields& fields, SubmitSelection selection) {
  switch (selection) {
    case SubmitSelection::kAll:
      return true;
    case SubmitSelection::kMatched:
      return fields.matches > 0;
    case SubmitSelection::kUnmatched:
      return fields.matches == 0;
  }
  return false;
}

}  // namespace

absl::StatusOr<SubmitReport> Submit(
    const SubmitOptions& options,
    absl::FunctionRef<absl::Status(std::string_view line)> print) {
  MISPSIFT_ASSIGN_OR_RETURN(const FileDescriptor lock,
                            LockFolder(options.results));
  DraftSettings settings = options.draft;
  MISPSIFT_ASSIGN_OR_RETURN(settings.scanned, ReadScanTime(options.results));
  MISPSIFT_ASSIGN_OR_RETURN(std::ifstream lines, OpenFields(options.results));
  std::optional<FeedFolder> feed;
  if (!options.feed_out.empty()) {
    MISPSIFT_ASSIGN_OR_RETURN(
        feed, FeedFolder::Create(options.feed_out, options.org));
  }
  // The results are whole and the destination is ours.

  SubmitReport report;
  std::set<Uuid> drafted_before;
  std::string line;
  for (uint64_t number = 1; std::getline(lines, line); ++number) {
    absl::StatusOr<ReportFields> fields = ParseFieldsLine(line);
    if (!fields.ok()) {
      return absl::DataLossError(
          fmt::format("{}/fields.jsonl:{}: {}", options.results, number,
                      std::string(fields.status().message())));
    }
    if (!IsSelected(*fields, options.select)) continue;
    const DraftedEvent drafted = DraftEvent(*fields, settings);
    if (!drafted_before.insert(drafted.event.uuid).second) continue;
    if (feed.has_value() && feed->Holds(drafted.event.uuid)) {
      ++report.kept;
      continue;
    }
    if (report.events == options.max_events) {
      report.planned.push_back(drafted.event.uuid.ToString());
      continue;
    }
    for (const LeftOutValue& value : drafted.left_out) {
      report.refused.push_back(fmt::format("{}: {} {}: {}", value.report_id,
                                           value.type, value.value,
                                           value.detail));
    }
    if (options.dry_run) {
      MISPSIFT_RETURN_IF_ERROR(print(EventJson(drafted.event)));
    }
    if (feed.has_value()) {
      MISPSIFT_RETURN_IF_ERROR(feed->Add(drafted.event).status());
    }
    ++report.events;
    report.attributes += drafted.event.attributes.size();
  }
  if (lines.bad()) {
    return absl::DataLossError(
        fmt::format("cannot read {}/fields.jsonl", options.results));
  }
  // Every selected analysis is in the feed, or planned and listed.

  if (feed.has_value()) MISPSIFT_RETURN_IF_ERROR(std::move(*feed).Finish());
  return report;
}

}  // namespace mispsift
