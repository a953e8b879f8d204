#include <fmt/format.h>

#include <atomic>
#include <csignal>

#include "mispsift/pipeline/exit_code.h"
#include "mispsift/pipeline/merge.h"
#include "tools/mispsift/commands.h"
#include "tools/terminal/scan_text.h"

namespace mispsift {
namespace {

ScanProgress progress;
std::atomic<int> stopped_by{0};

std::string ProgressText(double /*seconds*/) {
  return fmt::format("{} reports, {} matches", progress.reports.load(),
                     progress.matches.load());
}

void StopCleanly(int signal) {
  stopped_by = signal;
  progress.stop = true;
}

}  // namespace

int RunMerge(const MergeCommand& command, const Console& console) {
  std::signal(SIGINT, StopCleanly);
  std::signal(SIGTERM, StopCleanly);
  absl::StatusOr<Summary> summary = absl::UnknownError("");
  {
    const ProgressLine line(&console, ProgressText);
    summary = Merge(command.options, &progress);
  }
  if (absl::IsCancelled(summary.status())) {
    console.Warning(fmt::format("stopped by signal {}; {} is unfinished",
                                stopped_by.load(), command.options.out));
    return 128 + stopped_by;
  }
  if (!summary.ok()) return console.Fail(summary.status());
  if (summary->merged->changed > 0) {
    console.Warning(fmt::format(
        "{} inputs had another size than in the manifest when they were "
        "scanned",
        summary->merged->changed));
  }
  if (console.options().json_log) {
    console.Info(ScanSentence(*summary, command.options.out));
  }
  console.Page(ScanText(
      *summary,
      {command.options.out, summary->merged->fields, summary->merged->formats},
      console.style()));
  return static_cast<int>(summary->rejects.Total() > 0 ? ExitCode::kIncomplete
                                                       : ExitCode::kDone);
}

}  // namespace mispsift
