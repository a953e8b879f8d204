#include <fmt/format.h>

#include "mispsift/pipeline/exit_code.h"
#include "mispsift/pipeline/submit.h"
#include "tools/mispsift/commands.h"

namespace mispsift {

int RunSubmit(const SubmitCommand& command, const Console& console) {
  const absl::StatusOr<SubmitReport> report =
      Submit(command.options, [](std::string_view line) {
        return WriteStdout(fmt::format("{}\n", line));
      });
  if (!report.ok()) return console.Fail(report.status());
  for (const std::string& refused : report->refused) {
    console.Warning(fmt::format("MISP would refuse {}", refused));
  }
  for (const std::string& uuid : report->planned) {
    console.Warning(fmt::format("planned, beyond --max-events: {}", uuid));
  }
  console.Info(fmt::format(
      "{} events with {} attributes{}{}; {} values refused, {} events planned",
      report->events, report->attributes,
      command.options.feed_out.empty()
          ? ""
          : fmt::format(" in {}", command.options.feed_out),
      report->kept == 0
          ? ""
          : fmt::format(", where {} were and are kept", report->kept),
      report->refused.size(), report->planned.size()));
  return static_cast<int>(report->planned.empty() ? ExitCode::kDone
                                                  : ExitCode::kIncomplete);
}

}  // namespace mispsift
