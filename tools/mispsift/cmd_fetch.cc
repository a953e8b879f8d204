#include <fmt/format.h>

#include <atomic>
#include <csignal>
#include <string>

#include "absl/time/time.h"
#include "mispsift/pipeline/exit_code.h"
#include "mispsift/pipeline/fetch.h"
#include "tools/mispsift/commands.h"
#include "tools/mispsift/metrics.h"

namespace mispsift {
namespace {

FetchProgress progress;
std::atomic<int> stopped_by{0};

void StopCleanly(int signal) {
  stopped_by = signal;
  progress.stop = true;
}

std::string ProgressText(double seconds) {
  const int64_t waiting = progress.waiting_seconds.load();
  if (waiting > 0) {
    return fmt::format("waiting {} s: the server's rate limit", waiting);
  }
  const uint64_t attributes = progress.attributes.load();
  return fmt::format(
      "{} of {} events, {} of {} attributes, {:.0f} MB, {:.0f} attributes/s",
      progress.events.load(), progress.events_total.load(), attributes,
      progress.attributes_total.load(),
      static_cast<double>(progress.bytes.load()) / 1e6,
      static_cast<double>(attributes) / seconds);
}

}  // namespace

int RunFetch(FetchCommand command, const Console& console) {
  std::signal(SIGINT, StopCleanly);
  std::signal(SIGTERM, StopCleanly);
  const RunClock clock;
  FetchOptions& options = command.options;
  options.created =
      absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixSeconds(options.now),
                       absl::UTCTimeZone());
  if (!options.connection.verify) {
    console.Warning(
        "server certificates are NOT checked: whoever stands between here and "
        "MISP can read the key and change what it says");
  }
  absl::StatusOr<FetchReport> report = absl::UnknownError("");
  {
    const ProgressLine line(&console, ProgressText);
    report = Fetch(options, &progress);
  }
  if (absl::IsCancelled(report.status())) {
    console.Warning(fmt::format(
        "stopped by signal {}; {} is as it was, the next fetch goes on from "
        "here",
        stopped_by.load(), options.out));
    return 128 + stopped_by;
  }
  if (!report.ok()) return console.Fail(report.status());
  for (const std::string& note : report->notes) console.Info(note);
  for (const misp::Rejected& rejected : report->rejected) {
    console.Warning(fmt::format("rejected {}: {}: {}", rejected.source,
                                RejectName(rejected.reject), rejected.detail));
  }
  if (report->rejects.Total() > report->rejected.size()) {
    console.Warning(
        fmt::format("and {} more rejected",
                    report->rejects.Total() - report->rejected.size()));
  }
  std::string asked;
  if (report->requests > 0) {
    asked = fmt::format("; {} requests, {} of them repeated, {:.1f} MB",
                        report->requests, report->repeated,
                        static_cast<double>(report->bytes) / 1e6);
  }
  if (report->resumed > 0) {
    asked += fmt::format("; {} events were there from a fetch that did not end",
                         report->resumed);
  }
  console.Info(fmt::format(
      "{}: {} attributes of {} events, {} warninglists (read {}, rejected "
      "{}{}), id {}",
      options.out, report->attributes, report->events, report->warninglists,
      report->read, report->rejects.Total(), asked, report->snapshot_id));
  const FinishedRun run = clock.Finish(
      report->rejects.Total() > 0 ? ExitCode::kIncomplete : ExitCode::kDone);
  return EndRun(run, command.metrics, FetchMetrics(run, *report), console);
}

}  // namespace mispsift
