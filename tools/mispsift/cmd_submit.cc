#include <fmt/format.h>

#include <atomic>
#include <csignal>

#include "mispsift/base/json_writer.h"
#include "mispsift/pipeline/exit_code.h"
#include "mispsift/pipeline/submit.h"
#include "mispsift/submit/outbox.h"
#include "tools/mispsift/commands.h"
#include "tools/mispsift/metrics.h"

namespace mispsift {
namespace {

SubmitProgress progress;
std::atomic<int> stopped_by{0};

void StopCleanly(int signal) {
  stopped_by = signal;
  progress.stop = true;
}

std::string ProgressText(double seconds) {
  const uint64_t settled = progress.events_settled.load();
  return fmt::format("{} analyses drafted, {} of {} events sent, {:.1f}/s",
                     progress.analyses.load(), settled,
                     progress.events_to_send.load(),
                     static_cast<double>(settled) / seconds);
}

// "3 stored, 1 refused" of what is not 0; "none" if all is.
std::string StatesText(const OutboxCounts::ByState& counts) {
  std::string text;
  for (size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", counts[i],
                        SendStateName(static_cast<SendState>(i)));
  }
  return text.empty() ? "none" : text;
}

std::string ProblemText(const OutboxProblem& problem) {
  return fmt::format("{} {} {}{}{}: {}", problem.what, problem.uuid.ToString(),
                     SendStateName(problem.state),
                     problem.name.empty() ? "" : " ", problem.name,
                     problem.detail);
}

void WriteStates(const OutboxCounts::ByState& counts, JsonWriter* json) {
  json->StartObject();
  for (size_t i = 0; i < counts.size(); ++i) {
    json->Key(SendStateName(static_cast<SendState>(i))).Uint(counts[i]);
  }
  json->EndObject();
}

std::string StatusJson(const OutboxStatus& status) {
  std::string out;
  JsonWriter json(&out);
  json.StartObject();
  json.Key("destinations").StartArray();
  for (const OutboxCounts& counts : status.counts) {
    json.StartObject();
    json.Key("destination").String(counts.destination);
    json.Key("events");
    WriteStates(counts.events, &json);
    json.Key("objects");
    WriteStates(counts.objects, &json);
    json.Key("attributes");
    WriteStates(counts.attributes, &json);
    json.Key("sightings");
    WriteStates(counts.sightings, &json);
    json.Key("problems").StartArray();
    for (const OutboxProblem& problem : status.problems) {
      if (problem.destination != counts.destination) continue;
      json.StartObject();
      json.Key("what").String(problem.what);
      json.Key("uuid").String(problem.uuid.ToString());
      json.Key("state").String(SendStateName(problem.state));
      json.Key("name").String(problem.name);
      json.Key("detail").String(problem.detail);
      json.EndObject();
    }
    json.EndArray();
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  return out + '\n';
}

std::string StatusText(const OutboxStatus& status) {
  std::string out;
  for (const OutboxCounts& counts : status.counts) {
    out += fmt::format(
        "{}\n  events      {}\n  objects     {}\n  attributes  {}\n"
        "  sightings   {}\n",
        Printable(counts.destination), StatesText(counts.events),
        StatesText(counts.objects), StatesText(counts.attributes),
        StatesText(counts.sightings));
    for (const OutboxProblem& problem : status.problems) {
      if (problem.destination != counts.destination) continue;
      out += fmt::format("  {}\n", Printable(ProblemText(problem)));
    }
  }
  return out;
}

int ShowStatus(const SubmitCommand& command, const Console& console) {
  const absl::StatusOr<OutboxStatus> status =
      ReadOutboxStatus(command.options.ledger);
  if (!status.ok()) return console.Fail(status.status());
  const absl::Status written =
      WriteStdout(command.json ? StatusJson(*status) : StatusText(*status));
  return written.ok() ? 0 : console.Fail(written);
}

// What was left out, by reason: "12 warninglisted, 3 special_use".
std::string LeftOutText(const SubmitReport& report) {
  std::string text;
  for (size_t i = 0; i < report.left_out.size(); ++i) {
    if (report.left_out[i] == 0) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", report.left_out[i],
                        LeftOutName(static_cast<LeftOut>(i)));
  }
  return text.empty() ? "none" : text;
}

void SayWhatIsDue(const SubmitOptions& options, const SubmitReport& report,
                  const Console& console) {
  for (const LeftOutValue& value : report.refused) {
    console.Warning(fmt::format("MISP would refuse {}: {} {}: {}",
                                value.report_id, value.type, value.value,
                                value.detail));
  }
  for (const OutboxProblem& problem : report.problems) {
    console.Warning(ProblemText(problem));
  }
  for (const std::string& uuid : report.planned) {
    console.Warning(fmt::format("planned, beyond --max-events: {}", uuid));
  }
  if (!report.warninglists_checked) {
    console.Warning(
        "the snapshot had no warninglists: values that are known to be "
        "harmless were not left out");
  }
  if (options.upload_sample && report.no_sample > 0) {
    console.Info(fmt::format("{} binaries are not at hand", report.no_sample));
  }
}

// Counts and sizes by type of what was drafted.
void SayTypes(const SubmitReport& report, const Console& console) {
  for (const auto& [type, counted] : report.types) {
    console.Info(fmt::format("  {:<24} {:>8} {:>12} bytes", type, counted.count,
                             counted.bytes));
  }
}

void SayTotals(const SubmitOptions& options, const SubmitReport& report,
               const Console& console) {
  console.Info(fmt::format(
      "{} analyses: {} events with {} objects and {} attributes ({} bytes), "
      "{} sightings{}; {} of known samples, {} with nothing to submit; left "
      "out: {}",
      report.selected, report.events, report.objects, report.attributes,
      report.bytes, report.sightings,
      options.feed_out.empty() ? "" : fmt::format(", in {}", options.feed_out),
      report.known, report.empty, LeftOutText(report)));
  if (report.kept > 0) {
    console.Info(fmt::format("{} events were in the feed", report.kept));
  }
  if (report.settled.has_value()) {
    console.Info(fmt::format("{}: events {}; sightings {}; planned {}",
                             options.server, StatesText(report.settled->events),
                             StatesText(report.settled->sightings),
                             report.planned.size()));
  }
}

}  // namespace

int RunSubmit(const SubmitCommand& command, const Console& console) {
  if (command.status) return ShowStatus(command, console);
  const RunClock clock;
  const SubmitOptions& options = command.options;
  std::signal(SIGINT, StopCleanly);
  std::signal(SIGTERM, StopCleanly);
  if (!options.server.empty() && !options.connection.verify) {
    console.Warning(
        "server certificates are NOT checked: whoever stands between here and "
        "MISP can read the key and change what it says");
  }
  absl::StatusOr<SubmitReport> report = absl::UnknownError("");
  {
    const ProgressLine line(&console, ProgressText);
    report = Submit(options, &progress, [](std::string_view json) {
      return WriteStdout(fmt::format("{}\n", json));
    });
  }
  if (absl::IsCancelled(report.status())) {
    console.Warning(
        fmt::format("stopped by signal {}; the next submit goes on from here",
                    stopped_by.load()));
    return 128 + stopped_by.load();
  }
  if (!report.ok()) return console.Fail(report.status());
  SayWhatIsDue(options, *report, console);
  if (options.dry_run) SayTypes(*report, console);
  SayTotals(options, *report, console);
  const FinishedRun run =
      clock.Finish(report->planned.empty() && report->problems.empty()
                       ? ExitCode::kDone
                       : ExitCode::kIncomplete);
  // A dry run is no success that an alert should wait for.
  return EndRun(run, options.dry_run ? std::string() : command.metrics,
                SubmitMetrics(run, *report), console);
}

}  // namespace mispsift
