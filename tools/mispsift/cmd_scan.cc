#include <fmt/format.h>

#include <atomic>
#include <csignal>
#include <string>
#include <thread>

#include "mispsift/pipeline/exit_code.h"
#include "mispsift/pipeline/scan.h"
#include "tools/mispsift/commands.h"
#include "tools/mispsift/metrics.h"
#include "tools/terminal/progress_text.h"
#include "tools/terminal/scan_text.h"

namespace mispsift {
namespace {

ScanProgress progress;
std::atomic<int> stopped_by{0};

// Tells how far the scan is, while a thread of its own walks the inputs to find
// out how much there is.
class ScanProgressText {
 public:
  ScanProgressText(const ScanOptions& options, const Console& console)
      : console_(console) {
    const ConsoleOptions& told = console.options();
    if (told.quiet || told.no_progress) return;
    measuring_ = std::thread([this, &options] {
      const uint64_t total = InputBytes(options, done_);
      if (!done_) total_ = total;
    });
  }
  ~ScanProgressText() {
    done_ = true;
    if (measuring_.joinable()) measuring_.join();
  }
  ScanProgressText(const ScanProgressText&) = delete;
  ScanProgressText& operator=(const ScanProgressText&) = delete;

  std::string operator()(double seconds) {
    ScanState state;
    state.reports = progress.reports;
    if (state.reports == 0) {
      began_ = seconds;  // before, the snapshot is loaded
      return "loading the snapshot";
    }
    state.seconds = seconds - began_;
    state.bytes = progress.bytes;
    state.matches = progress.matches;
    state.rejected = progress.rejected;
    state.input_bytes = progress.input_bytes;
    state.input_total = total_;
    return console_.overwrites() ? ProgressBar(state, console_.style())
                                 : ProgressText(state);
  }

 private:
  const Console& console_;
  double began_ = 0;
  std::atomic<uint64_t> total_{0};
  std::atomic<bool> done_{false};
  std::thread measuring_;
};

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
    ScanProgressText text(command.options, console);
    const ProgressLine line(&console,
                            [&text](double seconds) { return text(seconds); });
    summary = Scan(command.options, &progress);
  }
  if (absl::IsCancelled(summary.status())) {
    console.Warning(fmt::format("stopped by signal {}; {} is unfinished",
                                stopped_by.load(), command.options.out));
    return 128 + stopped_by;
  }
  if (!summary.ok()) return console.Fail(summary.status());
  console.Info(summary->confined);
  if (summary->shard.has_value() && summary->shard->changed > 0) {
    console.Warning(fmt::format(
        "{} inputs have another size than in the manifest, the first is {}; "
        "they were scanned as they are",
        summary->shard->changed, Printable(summary->shard->first_changed)));
  }
  if (console.options().json_log) {
    console.Info(ScanSentence(*summary, command.options.out));
  }
  console.Page(ScanText(*summary,
                        {command.options.out, command.options.collect_fields,
                         command.options.formats},
                        console.style()));
  const ExitCode code = summary->rejects.Total() > 0 ? ExitCode::kIncomplete
                        : command.fail_on_match && summary->matches > 0
                            ? ExitCode::kMatches
                            : ExitCode::kDone;
  const FinishedRun run = clock.Finish(code);
  return EndRun(run, command.metrics, ScanMetrics(run, *summary), console);
}

}  // namespace mispsift
