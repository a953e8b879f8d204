#include "tools/mispsift/metrics.h"

#include <sys/stat.h>

#include <algorithm>
#include <optional>

#include "mispsift/base/file.h"
#include "mispsift/base/prometheus_text.h"

namespace mispsift {
namespace {

// `command` keeps those of several commands apart, which one collector reads.
void AddRun(const FinishedRun& run, std::string_view command,
            PrometheusText* metrics) {
  metrics->Start("mispsift_last_success_timestamp_seconds", "gauge",
                 "When a run last came to its end");
  metrics->Add({{"command", command}},
               static_cast<double>(absl::ToUnixSeconds(run.at)));
  metrics->Start("mispsift_last_exit_code", "gauge",
                 "What it ended with: 0 all done, 3 something is left");
  metrics->Add({{"command", command}}, static_cast<int>(run.exit_code));
  metrics->Start("mispsift_run_duration_seconds", "gauge", "How long it took");
  metrics->Add({{"command", command}}, absl::ToDoubleSeconds(run.took));
}

void AddRejects(std::string_view label, const RejectCounts& rejects,
                PrometheusText* metrics) {
  for (size_t i = 0; i < static_cast<size_t>(Reject::kCount); ++i) {
    const auto reject = static_cast<Reject>(i);
    metrics->Add({{label, RejectName(reject)}},
                 static_cast<double>(rejects[reject]));
  }
}

void AddStates(std::string_view what, const OutboxCounts::ByState& counts,
               PrometheusText* metrics) {
  for (size_t i = 0; i < counts.size(); ++i) {
    metrics->Add(
        {{"what", what}, {"state", SendStateName(static_cast<SendState>(i))}},
        static_cast<double>(counts[i]));
  }
}

void AddOne(const char* name, const char* type, const char* help, double value,
            PrometheusText* metrics) {
  metrics->Start(name, type, help);
  metrics->Add({}, value);
}

void AddFetch(const FetchReport& report, PrometheusText* metrics) {
  AddOne("mispsift_snapshot_attributes", "gauge", "Attributes in the snapshot",
         static_cast<double>(report.attributes), metrics);
  AddOne("mispsift_snapshot_events", "gauge", "Events in the snapshot",
         static_cast<double>(report.events), metrics);
  AddOne("mispsift_fetch_requests_total", "counter",
         "Requests of the last fetch", static_cast<double>(report.requests),
         metrics);
  AddOne("mispsift_fetch_bytes_total", "counter", "What they brought",
         static_cast<double>(report.bytes), metrics);
  metrics->Start("mispsift_fetch_rejected_total", "counter",
                 "What the last fetch rejected, by reason");
  AddRejects("reason", report.rejects, metrics);
}

void AddScan(const Summary& summary, std::optional<absl::Duration> snapshot_age,
             PrometheusText* metrics) {
  metrics->Start("mispsift_reports_total", "counter",
                 "Reports of the last scan: ok, or why they were rejected");
  metrics->Add({{"result", "ok"}}, static_cast<double>(summary.reports_ok));
  AddRejects("result", summary.rejects, metrics);
  AddOne("mispsift_reports_matched_total", "counter",
         "Reports of the last scan with a match",
         static_cast<double>(summary.reports_matched), metrics);
  AddOne("mispsift_scanned_bytes_total", "counter",
         "Bytes of the reports of the last scan",
         static_cast<double>(summary.bytes), metrics);
  metrics->Start("mispsift_matches_total", "counter",
                 "Matches of the last scan, by kind of value");
  for (size_t i = 0; i < summary.matches_by_kind.size(); ++i) {
    metrics->Add({{"kind", KindName(static_cast<IndicatorKind>(i))}},
                 static_cast<double>(summary.matches_by_kind[i]));
  }
  if (snapshot_age.has_value()) {
    AddOne("mispsift_snapshot_age_seconds", "gauge",
           "How old the snapshot of the last scan was",
           std::max(0.0, absl::ToDoubleSeconds(*snapshot_age)), metrics);
  }
}

void AddSubmit(const SubmitReport& report, PrometheusText* metrics) {
  metrics->Start("mispsift_drafted_total", "counter",
                 "What the last submit drafted");
  metrics->Add({{"what", "event"}}, static_cast<double>(report.events));
  metrics->Add({{"what", "object"}}, static_cast<double>(report.objects));
  metrics->Add({{"what", "attribute"}}, static_cast<double>(report.attributes));
  metrics->Add({{"what", "sighting"}}, static_cast<double>(report.sightings));
  AddOne("mispsift_planned_events", "gauge",
         "Events that stay planned, beyond --max-events",
         static_cast<double>(report.planned.size()), metrics);
  metrics->Start("mispsift_left_out_total", "counter",
                 "Values that the last submit left out, by reason");
  for (size_t i = 0; i < report.left_out.size(); ++i) {
    metrics->Add({{"reason", LeftOutName(static_cast<LeftOut>(i))}},
                 static_cast<double>(report.left_out[i]));
  }
  if (!report.settled.has_value()) return;
  metrics->Start("mispsift_submitted_total", "counter",
                 "What became of it at the server");
  AddStates("event", report.settled->events, metrics);
  AddStates("object", report.settled->objects, metrics);
  AddStates("attribute", report.settled->attributes, metrics);
  AddStates("sighting", report.settled->sightings, metrics);
}

template <typename Counts>
void AddTo(const Counts& counts, Counts* total) {
  for (size_t i = 0; i < counts.size(); ++i) (*total)[i] += counts[i];
}

// What the metrics of a scan are made of, of several.
Summary TotalOf(const BackfillReport& report) {
  Summary total;
  for (const auto& [folder, summary] : report.results) {
    total.reports_ok += summary.reports_ok;
    total.rejects += summary.rejects;
    total.reports_matched += summary.reports_matched;
    total.bytes += summary.bytes;
    AddTo(summary.matches_by_kind, &total.matches_by_kind);
  }
  return total;
}

// The same of submissions.
SubmitReport SubmittedBy(const BackfillReport& report) {
  SubmitReport total;
  for (const auto& [folder, submitted] : report.submitted) {
    total.events += submitted.events;
    total.objects += submitted.objects;
    total.attributes += submitted.attributes;
    total.sightings += submitted.sightings;
    total.planned.insert(total.planned.end(), submitted.planned.begin(),
                         submitted.planned.end());
    AddTo(submitted.left_out, &total.left_out);
    if (!submitted.settled.has_value()) continue;
    if (!total.settled.has_value()) total.settled.emplace();
    AddTo(submitted.settled->events, &total.settled->events);
    AddTo(submitted.settled->objects, &total.settled->objects);
    AddTo(submitted.settled->attributes, &total.settled->attributes);
    AddTo(submitted.settled->sightings, &total.settled->sightings);
  }
  return total;
}

}  // namespace

FinishedRun RunClock::Finish(ExitCode code) const {
  const absl::Time now = absl::Now();
  return {now, now - begin_, code};
}

std::string FetchMetrics(const FinishedRun& run, const FetchReport& report) {
  PrometheusText metrics;
  AddRun(run, "fetch", &metrics);
  AddFetch(report, &metrics);
  return metrics.text();
}

std::string ScanMetrics(const FinishedRun& run, const Summary& summary) {
  PrometheusText metrics;
  AddRun(run, "scan", &metrics);
  std::optional<absl::Duration> age;
  absl::Time created;
  if (absl::ParseTime(absl::RFC3339_sec, summary.snapshot_created, &created,
                      nullptr)) {
    age = run.at - created;
  }
  AddScan(summary, age, &metrics);
  return metrics.text();
}

std::string SubmitMetrics(const FinishedRun& run, const SubmitReport& report) {
  PrometheusText metrics;
  AddRun(run, "submit", &metrics);
  AddSubmit(report, &metrics);
  return metrics.text();
}

std::string BackfillMetrics(const FinishedRun& run, const std::string& snapshot,
                            const BackfillReport& report) {
  PrometheusText metrics;
  AddRun(run, "backfill", &metrics);
  AddOne("mispsift_backfill_inputs", "gauge", "Inputs of the archive",
         static_cast<double>(report.inputs), &metrics);
  AddOne("mispsift_backfill_new_inputs", "gauge",
         "Those that the last backfill found new",
         static_cast<double>(report.new_inputs), &metrics);
  if (report.fetched.has_value()) AddFetch(*report.fetched, &metrics);
  std::optional<absl::Duration> age;
  struct stat status;
  if (stat(snapshot.c_str(), &status) == 0) {
    age = run.at - absl::FromTimeT(status.st_mtime);
  }
  AddScan(TotalOf(report), age, &metrics);
  AddSubmit(SubmittedBy(report), &metrics);
  return metrics.text();
}

int EndRun(const FinishedRun& run, const std::string& path,
           const std::string& metrics, const Console& console) {
  if (!path.empty()) {
    const absl::Status written = WriteFileAtomically(path, metrics);
    if (!written.ok()) return console.Fail(written);
  }
  return static_cast<int>(run.exit_code);
}

}  // namespace mispsift
