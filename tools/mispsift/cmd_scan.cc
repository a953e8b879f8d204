#include <fmt/format.h>

#include <atomic>
#include <csignal>
#include <string>

#include "mispsift/pipeline/exit_code.h"
#include "mispsift/pipeline/scan.h"
#include "tools/mispsift/commands.h"
#include "tools/mispsift/metrics.h"

namespace mispsift {
namespace {

ScanProgress progress;
std::atomic<int> stopped_by{0};

std::string ProgressText(double seconds) {
  const double megabytes = static_cast<double>(progress.bytes.load()) / 1e6;
  return fmt::format(
      "{} reports, {:.0f} MB, {:.0f} MB/s, {} matches, {} rejected",
      progress.reports.load(), megabytes, megabytes / seconds,
      progress.matches.load(), progress.rejected.load());
}

void StopCleanly(int signal) {
  stopped_by = signal;
  progress.stop = true;
}

}  // namespace

int RunScan(const ScanCommand& command, const Console& console) {
  std::signal(SIGINT, StopCleanly);
  std::signal(SIGTERM, StopCleanly);
  const RunClock clock;
  absl::StatusOr<Summary> summary = absl::UnknownError("");
  {
    const ProgressLine line(&console, ProgressText);
    summary = Scan(command.options, &progress);
  }
  if (absl::IsCancelled(summary.status())) {
    console.Warning(fmt::format("stopped by signal {}; {} is unfinished",
                                stopped_by.load(), command.options.out));
    return 128 + stopped_by;
  }
  if (!summary.ok()) return console.Fail(summary.status());
  console.Info(summary->confined);
  console.Info(fmt::format(
      "{}: {} reports ({} rejected, {} other files), {:.1f} MB in {:.1f} s; "
      "{} matches in {} reports with {} events",
      command.options.out, summary->reports_seen, summary->rejects.Total(),
      summary->skipped, static_cast<double>(summary->bytes) / 1e6,
      summary->seconds, summary->matches, summary->reports_matched,
      summary->events_matched.size()));
  const ExitCode code = summary->rejects.Total() > 0 ? ExitCode::kIncomplete
                        : command.fail_on_match && summary->matches > 0
                            ? ExitCode::kMatches
                            : ExitCode::kDone;
  const FinishedRun run = clock.Finish(code);
  return EndRun(run, command.metrics, ScanMetrics(run, *summary), console);
}

}  // namespace mispsift
