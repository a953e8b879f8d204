#include <fmt/format.h>

#include <ctime>

#include "mispsift/pipeline/exit_code.h"
#include "mispsift/pipeline/fetch.h"
#include "tools/mispsift/commands.h"

namespace mispsift {
namespace {

std::string UtcNow() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[sizeof("2026-01-01T00:00:00Z")];
  std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

}  // namespace

int RunFetch(FetchCommand command, const Console& console) {
  command.options.created = UtcNow();
  const absl::StatusOr<FetchReport> report = Fetch(command.options);
  if (!report.ok()) return console.Fail(report.status());
  for (const misp::Rejected& rejected : report->rejected) {
    console.Warning(fmt::format("rejected {}: {}: {}", rejected.source,
                                RejectName(rejected.reject), rejected.detail));
  }
  if (report->rejects.Total() > report->rejected.size()) {
    console.Warning(
        fmt::format("and {} more rejected",
                    report->rejects.Total() - report->rejected.size()));
  }
  console.Info(fmt::format(
      "{}: {} attributes of {} events (read {}, rejected {}), id {}",
      command.options.out, report->attributes, report->events, report->read,
      report->rejects.Total(), report->snapshot_id));
  return static_cast<int>(report->rejects.Total() > 0 ? ExitCode::kIncomplete
                                                      : ExitCode::kDone);
}

}  // namespace mispsift
