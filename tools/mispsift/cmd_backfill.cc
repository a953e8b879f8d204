#include <fmt/format.h>

#include <atomic>
#include <csignal>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "mispsift/pipeline/backfill.h"
#include "mispsift/pipeline/exit_code.h"
#include "tools/mispsift/commands.h"
#include "tools/mispsift/metrics.h"

namespace mispsift {
namespace {

BackfillProgress progress;
std::atomic<int> stopped_by{0};

void StopCleanly(int signal) {
  stopped_by = signal;
  progress.Stop();
}

std::string ProgressText(double) {
  return fmt::format(
      "{} attributes fetched; {} reports scanned, {} matches; {} of {} events "
      "sent",
      progress.fetch.attributes.load(), progress.scan.reports.load(),
      progress.scan.matches.load(), progress.submit.events_settled.load(),
      progress.submit.events_to_send.load());
}

void SayWhatWasDone(const BackfillReport& report, const Console& console) {
  if (report.fetched.has_value()) {
    console.Info(fmt::format("fetched {} attributes of {} events",
                             report.fetched->attributes,
                             report.fetched->events));
  }
  console.Info(fmt::format("{} inputs, {} of them new", report.inputs,
                           report.new_inputs));
  if (report.asked > 0) {
    console.Info(fmt::format(
        "{} older reports were asked about new indicators, {} may match",
        report.asked, report.may_match));
  }
  for (const auto& [folder, summary] : report.results) {
    console.Info(
        fmt::format("{}: {} reports ({} rejected), {} matches with {} events",
                    folder, summary.reports_seen, summary.rejects.Total(),
                    summary.matches, summary.events_matched.size()));
  }
  for (const auto& [folder, submitted] : report.submitted) {
    for (const OutboxProblem& problem : submitted.problems) {
      console.Warning(fmt::format("{} {} {}: {}", problem.what,
                                  problem.uuid.ToString(), problem.name,
                                  problem.detail));
    }
    console.Info(fmt::format(
        "{}: {} events and {} sightings submitted, {} events planned", folder,
        submitted.events, submitted.sightings, submitted.planned.size()));
  }
}

// Done, but some inputs were rejected, or some submissions failed or wait.
bool IsIncomplete(const BackfillReport& report) {
  if (report.fetched.has_value() && report.fetched->rejects.Total() > 0) {
    return true;
  }
  for (const auto& [folder, summary] : report.results) {
    if (summary.rejects.Total() > 0) return true;
  }
  for (const auto& [folder, submitted] : report.submitted) {
    if (!submitted.problems.empty() || !submitted.planned.empty()) return true;
  }
  return false;
}

}  // namespace

int RunBackfill(BackfillCommand command, const Console& console) {
  std::signal(SIGINT, StopCleanly);
  std::signal(SIGTERM, StopCleanly);
  const RunClock clock;
  BackfillOptions& options = command.options;
  if (options.fetch.has_value()) {
    options.fetch->created = absl::FormatTime(
        "%Y-%m-%dT%H:%M:%SZ", absl::FromUnixSeconds(options.fetch->now),
        absl::UTCTimeZone());
  }
  std::vector<std::string> written_later;
  if (!command.metrics.empty()) written_later.push_back(command.metrics);
  console.Info(command.confine ? ConfineBackfill(options, written_later)
                               : "not confined");
  absl::StatusOr<BackfillReport> report = absl::UnknownError("");
  {
    const ProgressLine line(&console, ProgressText);
    report = Backfill(options, &progress);
  }
  if (absl::IsCancelled(report.status())) {
    console.Warning(
        fmt::format("stopped by signal {}; the next backfill goes on from here",
                    stopped_by.load()));
    return 128 + stopped_by.load();
  }
  if (!report.ok()) return console.Fail(report.status());
  SayWhatWasDone(*report, console);
  const FinishedRun run = clock.Finish(
      IsIncomplete(*report) ? ExitCode::kIncomplete : ExitCode::kDone);
  return EndRun(run, command.metrics,
                BackfillMetrics(run, options.snapshot, *report), console);
}

}  // namespace mispsift
