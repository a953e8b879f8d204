#include "src/pipeline/result_drafts.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "mispsift/base/bytes.h"
#include "mispsift/base/file.h"
#include "mispsift/base/json_writer.h"
#include "mispsift/base/status_macros.h"
#include "mispsift/submit/fields_line.h"
#include "mispsift/submit/sighting_drafts.h"
#include "src/pipeline/line_file.h"
#include "src/pipeline/sample_binary.h"

namespace mispsift {
namespace {

constexpr uint64_t kMaxSummaryBytes = uint64_t{64} << 20;

absl::StatusOr<ScanSummary> ReadSummary(const std::string& results) {
  PaddedBytes summary;
  if (!ReadFile(results + "/summary.json", kMaxSummaryBytes, &summary).ok()) {
    return absl::FailedPreconditionError(
        fmt::format("{} is not the folder of a finished scan", results));
  }
  return ParseScanSummary(summary.view());
}

class ResultDrafts {
 public:
  ResultDrafts(const SubmitOptions& options, SubmitProgress* progress,
               SubmitReport* report, DraftSink* sink)
      : options_(options),
        settings_(options.draft),
        progress_(*progress),
        report_(*report),
        sink_(*sink) {}

  absl::Status Run() {
    MISPSIFT_ASSIGN_OR_RETURN(const ScanSummary summary,
                              ReadSummary(options_.results));
    settings_.scanned = summary.finished;
    MISPSIFT_ASSIGN_OR_RETURN(LineFile fields,
                              LineFile::Open(options_.results + "/fields.jsonl",
                                             ": scan with --collect fields"));
    MISPSIFT_ASSIGN_OR_RETURN(
        LineFile correlations,
        LineFile::Open(options_.results + "/correlations.jsonl", ""));
    MISPSIFT_RETURN_IF_ERROR(OpenLeftOut());
    if (options_.batch_attributes > 0) {
      batch_.emplace(settings_, options_.batch_attributes);
    } else {
      drafter_.emplace(settings_);
    }
    uint64_t reports = 0;
    while (const std::optional<std::string_view> line = fields.Next()) {
      ++reports;
      if (progress_.stop) return absl::CancelledError("stopped");
      absl::StatusOr<ReportFields> report = ParseFieldsLine(*line);
      if (!report.ok()) return fields.Damaged(report.status());
      MISPSIFT_RETURN_IF_ERROR(ReadCorrelations(*report, &correlations));
      ++progress_.analyses;
      MISPSIFT_RETURN_IF_ERROR(IsSelected(*report) ? Analysis(*report)
                                                   : NoEvent(*report));
    }
    if (correlations.Next().has_value()) {
      return correlations.Damaged(NotOfTheFields());
    }
    if (summary.reports.value_or(reports) != reports) {
      return absl::DataLossError(
          fmt::format("{}/fields.jsonl has {} lines, and summary.json tells of "
                      "{} reports",
                      options_.results, reports, *summary.reports));
    }
    if (fields.failed() || correlations.failed()) {
      return absl::DataLossError(
          fmt::format("cannot read the results in {}", options_.results));
    }
    if (batch_.has_value()) MISPSIFT_RETURN_IF_ERROR(Pass(batch_->Finish()));
    // Every selected analysis was passed on, or counted.
    return left_out_.has_value() ? std::move(*left_out_).Commit()
                                 : absl::OkStatus();
  }

 private:
  absl::Status OpenLeftOut() {
    if (options_.left_out_file.empty()) return absl::OkStatus();
    MISPSIFT_ASSIGN_OR_RETURN(AtomicFile file,
                              AtomicFile::Create(options_.left_out_file));
    left_out_.emplace(std::move(file));
    return absl::OkStatus();
  }

  static absl::Status NotOfTheFields() {
    return absl::DataLossError("not the correlations of fields.jsonl");
  }

  // A report's correlations stand in the order of the reports, as many as its
  // fields say.
  absl::Status ReadCorrelations(const ReportFields& fields, LineFile* lines) {
    correlations_.clear();
    for (uint64_t i = 0; i < fields.matches; ++i) {
      const std::optional<std::string_view> line = lines->Next();
      if (!line.has_value()) return lines->Damaged(NotOfTheFields());
      if (options_.sightings == SightingPolicy::kNone) continue;
      absl::StatusOr<CorrelationLine> correlation = ParseCorrelationLine(*line);
      if (!correlation.ok()) return lines->Damaged(correlation.status());
      if (correlation->report_id != fields.report_id) {
        return lines->Damaged(NotOfTheFields());
      }
      correlations_.push_back(*std::move(correlation));
    }
    return absl::OkStatus();
  }

  bool IsSelected(const ReportFields& fields) const {
    if (options_.min_score.has_value() &&
        fields.facts.score.value_or(-1) < *options_.min_score) {
      return false;
    }
    switch (options_.select) {
      case SubmitSelection::kAll:
        return true;
      case SubmitSelection::kMatched:
        return fields.matches > 0;
      case SubmitSelection::kUnmatched:
        return fields.matches == 0;
    }
    return false;
  }

  absl::Status Analysis(const ReportFields& fields) {
    ++report_.selected;
    report_.warninglists_checked &= fields.warninglisted.has_value();
    MISPSIFT_ASSIGN_OR_RETURN(const std::optional<Uuid> before,
                              sink_.EventOfReport(fields.report_id));
    // What MISP knows from this very analysis tells nothing about the sample.
    const Uuid own = before.value_or(EventUuidOf(fields.report_id));
    const auto known = std::find_if(
        fields.known_events.begin(), fields.known_events.end(),
        [&own](const KnownEvent& event) { return event.uuid != own; });
    const bool is_known = known != fields.known_events.end();
    if (is_known) ++report_.known;
    if (is_known && options_.known == KnownPolicy::kSkip) {
      return NoEvent(fields);
    }
    if (is_known && options_.known == KnownPolicy::kSight) {
      MISPSIFT_RETURN_IF_ERROR(NoEvent(fields));
    } else if (!before.has_value() &&
               drafted_.insert(fields.report_id).second) {
      MISPSIFT_RETURN_IF_ERROR(
          Draft(fields, is_known && options_.known == KnownPolicy::kExtend
                            ? known->uuid
                            : Uuid{}));
    }
    if (options_.sightings == SightingPolicy::kMatched ||
        (options_.sightings == SightingPolicy::kKnown && is_known)) {
      return Sight(own);
    }
    return absl::OkStatus();
  }

  absl::Status NoEvent(const ReportFields& fields) {
    return drafted_.contains(fields.report_id)
               ? absl::OkStatus()
               : sink_.NoEvent(fields.report_id);
  }

  absl::Status Draft(const ReportFields& fields, const Uuid& extends) {
    std::optional<SampleFile> sample;
    if (options_.upload_sample) {
      sample = FindSample(fields, options_.max_sample_bytes);
      ++(sample.has_value() ? report_.samples : report_.no_sample);
    }
    const SampleFile* at_hand = sample.has_value() ? &*sample : nullptr;
    if (batch_.has_value()) return Pass(batch_->Add(fields, at_hand));
    DraftedEvent drafted = drafter_->Draft(fields, at_hand);
    drafted.event.extends = extends;
    return Pass(std::move(drafted));
  }

  absl::Status Pass(const std::optional<DraftedEvent>& drafted) {
    if (!drafted.has_value()) return absl::OkStatus();
    MISPSIFT_RETURN_IF_ERROR(NoteLeftOut(*drafted));
    if (AttributeCount(drafted->event) == 0) {
      report_.empty += drafted->report_ids.size();
      for (const std::string& report_id : drafted->report_ids) {
        MISPSIFT_RETURN_IF_ERROR(sink_.NoEvent(report_id));
      }
      return absl::OkStatus();
    }
    return sink_.Event(*drafted);
  }

  absl::Status NoteLeftOut(const DraftedEvent& drafted) {
    for (const LeftOutValue& value : drafted.left_out) {
      ++report_.left_out[static_cast<size_t>(value.reason)];
      if (value.reason == LeftOut::kInvalid) report_.refused.push_back(value);
      if (!left_out_.has_value()) continue;
      std::string line;
      JsonWriter json(&line);
      json.StartObject();
      json.Key("report").String(value.report_id);
      json.Key("type").String(value.type);
      json.Key("value").String(value.value);
      json.Key("reason").String(LeftOutName(value.reason));
      json.Key("detail").StringOrNull(value.detail);
      json.EndObject();
      MISPSIFT_RETURN_IF_ERROR(left_out_->Append(line + '\n'));
    }
    return absl::OkStatus();
  }

  absl::Status Sight(const Uuid& own) {
    for (const CorrelationLine& correlation : correlations_) {
      // An analysis must not confirm what it has said itself; and without an
      // event there is no place to sight at.
      if (correlation.confidence < options_.min_confidence ||
          correlation.event == own || correlation.event.IsNil()) {
        continue;
      }
      const SightingDraft sighting = DraftSighting(
          correlation, options_.sighting_source, settings_.scanned);
      if (!sighted_.insert(sighting.uuid).second) continue;
      MISPSIFT_RETURN_IF_ERROR(sink_.Sighting(sighting));
    }
    return absl::OkStatus();
  }

  const SubmitOptions& options_;
  DraftSettings settings_;
  SubmitProgress& progress_;
  SubmitReport& report_;
  DraftSink& sink_;
  std::optional<EventDrafter> drafter_;  // or
  std::optional<BatchDrafter> batch_;
  std::optional<AtomicFile> left_out_;
  std::vector<CorrelationLine> correlations_;  // of the report at hand
  absl::flat_hash_set<std::string> drafted_;   // report ids
  absl::flat_hash_set<Uuid> sighted_;
};

}  // namespace

absl::Status DraftResults(const SubmitOptions& options,
                          SubmitProgress* progress, SubmitReport* report,
                          DraftSink* sink) {
  return ResultDrafts(options, progress, report, sink).Run();
}

}  // namespace mispsift
