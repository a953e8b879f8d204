#include "tools/mispsift/flags.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <ctime>
#include <limits>
#include <memory>
#include <optional>
#include <sstream>
#include <string_view>
#include <thread>
#include <utility>

#include "mispsift/base/core_dumps.h"
#include "mispsift/base/memory_limit.h"
#include "mispsift/base/printable.h"
#include "mispsift/base/version.h"
#include "mispsift/pipeline/cuckoo_conf.h"
#include "tools/mispsift/bounds_flags.h"
#include "tools/mispsift/command_line.h"
#include "tools/mispsift/completion.h"
#include "tools/mispsift/config_file.h"
#include "tools/mispsift/config_show.h"
#include "tools/mispsift/console.h"
#include "tools/mispsift/fetch_flags.h"
#include "tools/mispsift/man_page.h"
#include "tools/mispsift/match_flags.h"
#include "tools/mispsift/server_flags.h"
#include "tools/mispsift/shard_flags.h"
#include "tools/mispsift/snapshot_flags.h"
#include "tools/mispsift/value_lists.h"

namespace mispsift {
namespace {

constexpr const char* kExitCodes =
    "Exit codes: 0 done, 1 failed, 2 usage, 3 done but some inputs were\n"
    "rejected or stayed planned, 4 MISP unreachable or refused, 5 snapshot "
    "missing or corrupt, 6 another\n"
    "run holds the lock, 10 matches found (only with --fail-on-match), 128+n "
    "stopped by signal n.";

// Everything that is typed, before it becomes one command.
struct Typed {
  ConsoleOptions console;
  std::string log_format = "text";
  std::string cuckoo_conf;

  FetchFlags fetch;
  ScanCommand scan;
  std::string depth = "full";
  std::string collect = "fields";
  std::vector<std::string> formats;
  std::optional<uint64_t> maxioc;
  ShardFlags shard;
  ManifestCommand manifest;
  MergeCommand merge;
  MatchFlags match;  // of scan, lookup and explain
  SubmitFlags submit;
  BackfillFlags backfill;
  LookupCommand lookup;
  ExplainCommand explain;
  std::vector<std::string> kinds;
  SnapshotFlags snapshot;
  std::string shell;
  bool no_confine = false;
  std::string fetch_metrics;
  std::string submit_metrics;
  std::string backfill_metrics;
};

void AddCuckooConf(CLI::App* command, Typed* typed) {
  command
      ->add_option("--cuckoo-conf", typed->cuckoo_conf,
                   "Cuckoo's $CWD or its conf folder: what neither a flag nor "
                   "the environment says is read from [misp] there")
      ->check(CLI::ExistingDirectory);
}

void AddMetrics(CLI::App* command, std::string* metrics) {
  command->add_option("--metrics", *metrics,
                      "File for Prometheus (.prom), written when the run has "
                      "come to its end");
}

CLI::App* AddScan(CLI::App* app, Typed* typed) {
  CLI::App* scan = app->add_subcommand(
      "scan", "Match archives of sandbox reports against a snapshot");
  ScanOptions& options = typed->scan.options;
  scan->add_option("paths", options.paths,
                   "Reports, folders, archives; - reads paths from standard "
                   "input");
  typed->shard.AddTo(scan);
  scan->add_option("--snapshot", options.snapshot, "What fetch wrote")
      ->required();
  scan->add_option("--out", options.out,
                   "Result folder; an earlier scan's is replaced")
      ->required();
  scan->add_option("--threads", options.threads, "Default: the cores")
      ->check(CLI::Range(1, 1024));
  scan->add_option("--depth", typed->depth,
                   "full (default): every string; fields: the "
                   "indicator-bearing fields only")
      ->check(CLI::IsMember({"full", "fields"}));
  scan->add_option("--collect", typed->collect,
                   "fields (default): write fields.jsonl for submit; matched: "
                   "leave it out")
      ->check(CLI::IsMember({"fields", "matched"}));
  scan->add_option("--format", typed->formats,
                   "Outputs beside those that are always written, comma "
                   "separated: csv (correlations.csv, for a spreadsheet), ecs "
                   "(correlations.ecs.ndjson, for Elasticsearch); may be "
                   "repeated")
      ->allow_extra_args(false);
  scan->add_flag("--csv-raw", options.formats.csv_raw,
                 "Nothing is put in front of what a spreadsheet would take for "
                 "a formula in correlations.csv: for machines");
  typed->match.AddTo(scan);
  AddCuckooConf(scan, typed);
  AddMetrics(scan, &typed->scan.metrics);
  scan->add_option("--maxioc", typed->maxioc,
                   "Distinct values that match, of a report, the surest first "
                   "(default all)")
      ->check(CLI::Range(uint64_t{1}, std::numeric_limits<uint64_t>::max()));
  scan->add_option("--common-share", options.common_share_percent,
                   "Percent of the reports; a value that matches in more of "
                   "them, and in 10 at least, is named in summary.json "
                   "(default 10)")
      ->check(CLI::Range(0, 100));
  scan->add_flag("--allow-empty-index", options.allow_empty_index,
                 "Scan although the snapshot leaves nothing to look for");
  scan->add_flag("--fail-on-match", typed->scan.fail_on_match,
                 "Exit with 10 when anything matched");
  scan->add_option("--verify", options.verify_percent,
                   "Percent of the reports without a candidate that are walked "
                   "whole all the same, to prove that nothing was missed")
      ->check(CLI::Range(0, 100));
  AddBounds(scan, &options.limits, &options.max_json_nesting,
            &options.max_report_memory);
  return scan;
}

CLI::App* AddLookup(CLI::App* app, Typed* typed) {
  CLI::App* lookup = app->add_subcommand(
      "lookup", "Look values up in a snapshot, one JSON line each");
  lookup->add_option("--snapshot", typed->lookup.snapshot, "What fetch wrote")
      ->required();
  lookup->add_option("values", typed->lookup.values,
                     "None: one a line from standard input");
  lookup->add_flag("--text", typed->lookup.text, "For a person");
  typed->match.AddTo(lookup);
  AddCuckooConf(lookup, typed);
  return lookup;
}

CLI::App* AddExplain(CLI::App* app, Typed* typed) {
  CLI::App* explain = app->add_subcommand(
      "explain",
      "Say of every observable of a report where it stands, and why it "
      "matches, does not, or is suppressed");
  ExplainOptions& options = typed->explain.options;
  explain
      ->add_option("report", options.report,
                   "A report, an archive or an analysis folder")
      ->required();
  explain->add_option("--snapshot", options.snapshot, "What fetch wrote")
      ->required();
  explain->add_option("--member", options.member,
                      "Which report, where there are several: they are named "
                      "when this is left out");
  explain->add_flag("--json", options.json,
                    "One JSON line for each observable");
  explain->add_flag("--unknown", options.list_unknown,
                    "List what is not in MISP as well; --json always does");
  explain
      ->add_option("--kind", typed->kinds,
                   "Observables of these kinds only, comma separated; may be "
                   "repeated")
      ->allow_extra_args(false);
  explain->add_option("--value", options.value,
                      "Observables with this in their value only, in any case");
  typed->match.AddTo(explain);
  AddCuckooConf(explain, typed);
  AddBounds(explain, &options.limits, &options.max_json_nesting,
            &options.max_report_memory);
  return explain;
}

CLI::App* AddCompletion(CLI::App* app, Typed* typed) {
  CLI::App* completion = app->add_subcommand(
      "completion", "A script that makes a shell complete commands and flags");
  completion->add_option("shell", typed->shell, "bash, zsh or fish")
      ->required()
      ->configurable(false)
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  return completion;
}

Command CompletionOf(const CLI::App& app, const std::string& shell) {
  const std::vector<CommandDescription> commands = DescribeCommands(app);
  return Finished{0,
                  shell == "bash"  ? BashCompletion(commands)
                  : shell == "zsh" ? ZshCompletion(commands)
                                   : FishCompletion(commands),
                  ""};
}

bool IsCommand(const CLI::App& app, const std::string& name) {
  const std::vector<const CLI::App*> named = app.get_subcommands(
      [&name](const CLI::App* command) { return command->get_name() == name; });
  return !named.empty();
}

Finished Mistake(const std::string& command, const std::string& what) {
  return {2, "",
          fmt::format("mispsift {}: {}\nSee mispsift {} --help\n", command,
                      Printable(what), command)};
}

Command FetchFrom(const Typed& typed, const CuckooConf& conf) {
  FetchCommand fetch;
  const absl::Status resolved =
      typed.fetch.Resolve(std::time(nullptr), conf, &fetch.options);
  if (!resolved.ok()) {
    return Mistake("fetch", std::string(resolved.message()));
  }
  fetch.metrics = typed.fetch_metrics;
  return fetch;
}

Command ScanFrom(const CuckooConf& conf, Typed* typed) {
  ScanOptions& options = typed->scan.options;
  const absl::Status sharded =
      typed->shard.Resolve(options.paths, &options.shard);
  if (!sharded.ok()) return Mistake("scan", std::string(sharded.message()));
  ReadPathsFromStdin(&options.paths);
  if (options.paths.empty() && !options.shard.has_value()) {
    return Mistake("scan", "no paths to scan");
  }
  options.depth =
      typed->depth == "full" ? ScanDepth::kFull : ScanDepth::kFields;
  options.collect_fields = typed->collect == "fields";
  for (const std::string& format : SplitLists(typed->formats)) {
    if (format == "csv") {
      options.formats.csv = true;
    } else if (format == "ecs") {
      options.formats.ecs = true;
    } else {
      return Mistake("scan",
                     fmt::format("no such format: {}; there are csv ecs",
                                 Printable(format)));
    }
  }
  if (options.formats.csv_raw && !options.formats.csv) {
    return Mistake("scan", "--csv-raw is of --format csv");
  }
  ApplyBounds(&options.limits);
  MatcherSettings matcher;
  const absl::Status applied =
      typed->match.Resolve(conf, &options.index, &matcher, &options.safelist);
  if (!applied.ok()) return Mistake("scan", std::string(applied.message()));
  options.max_values = typed->maxioc.value_or(
      conf.processing.maxioc.value_or(options.max_values));
  options.exact_only = matcher.exact_only;
  options.misp_correlation_limit = matcher.misp_correlation_limit;
  if (!typed->scan.metrics.empty()) {
    options.written_later = {typed->scan.metrics};
  }
  return std::move(typed->scan);
}

Command ManifestFrom(Typed* typed) {
  ReadPathsFromStdin(&typed->manifest.paths);
  if (typed->manifest.paths.empty()) return Mistake("manifest", "no paths");
  return std::move(typed->manifest);
}

Command SubmitFrom(const Typed& typed, const CuckooConf& conf) {
  SubmitCommand submit;
  const absl::Status resolved = typed.submit.Resolve(conf, &submit);
  if (!resolved.ok()) {
    return Mistake("submit", std::string(resolved.message()));
  }
  submit.metrics = typed.submit_metrics;
  return submit;
}

// As fetch, scan and submit would run, each as it is configured.
Command BackfillFrom(const CuckooConf& conf, Typed* typed) {
  BackfillCommand backfill;
  BackfillOptions& options = backfill.options;
  if (typed->fetch.HasSource(conf)) {
    Command fetch = FetchFrom(*typed, conf);
    if (std::holds_alternative<Finished>(fetch)) return fetch;
    options.fetch = std::move(std::get<FetchCommand>(fetch).options);
  }
  typed->scan.options.paths = typed->backfill.paths();
  Command scan = ScanFrom(conf, typed);
  if (std::holds_alternative<Finished>(scan)) return scan;
  options.scan = std::move(std::get<ScanCommand>(scan).options);
  if (typed->submit.HasDestination(conf)) {
    Command submit = SubmitFrom(*typed, conf);
    if (std::holds_alternative<Finished>(submit)) return submit;
    options.submit = std::move(std::get<SubmitCommand>(submit).options);
  }
  const absl::Status resolved = typed->backfill.Resolve(&options);
  if (!resolved.ok()) {
    return Mistake("backfill", std::string(resolved.message()));
  }
  backfill.metrics = typed->backfill_metrics;
  backfill.confine = !typed->no_confine;
  return backfill;
}

Command LookupFrom(const CuckooConf& conf, Typed* typed) {
  LookupCommand& lookup = typed->lookup;
  lookup.confine = !typed->no_confine;
  const absl::Status applied = typed->match.Resolve(
      conf, &lookup.index, &lookup.matcher, &lookup.safelist);
  if (!applied.ok()) return Mistake("lookup", std::string(applied.message()));
  lookup.index.keep_suppressed = true;
  return std::move(lookup);
}

Command ExplainFrom(const CuckooConf& conf, Typed* typed) {
  ExplainOptions& options = typed->explain.options;
  typed->explain.confine = !typed->no_confine;
  for (const std::string& name : SplitLists(typed->kinds)) {
    IndicatorKind kind = IndicatorKind::kCount;
    if (!ParseKind(name, &kind)) {
      std::string names;
      for (int k = 0; k < static_cast<int>(IndicatorKind::kCount); ++k) {
        names += fmt::format(" {}", KindName(static_cast<IndicatorKind>(k)));
      }
      return Mistake("explain", fmt::format("no such kind: {}; there are{}",
                                            Printable(name), names));
    }
    options.kinds.push_back(kind);
  }
  ApplyBounds(&options.limits);
  const absl::Status applied = typed->match.Resolve(
      conf, &options.index, &options.matcher, &options.safelist);
  if (!applied.ok()) return Mistake("explain", std::string(applied.message()));
  return std::move(typed->explain);
}

}  // namespace

ParsedFlags ParseFlags(int argc, const char* const* argv) {
  Typed typed;
  typed.scan.options.threads =
      std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  typed.scan.options.max_report_memory = MemoryLimit() / 4;
  typed.explain.options.max_report_memory =
      typed.scan.options.max_report_memory;
  CLI::App app("Sifts sandbox reports through everything a MISP server knows",
               "mispsift");
  app.footer(kExitCodes);
  app.set_version_flag("--version", "mispsift " + std::string(Version()));
  app.require_subcommand(1);
  app.fallthrough();
  app.add_flag("--quiet,-q", typed.console.quiet, "Only errors on stderr");
  app.add_flag("--no-progress", typed.console.no_progress,
               "No progress on stderr");
  app.add_option("--log-format", typed.log_format, "text (default) or json")
      ->check(CLI::IsMember({"text", "json"}));
  app.add_flag("--no-confine", typed.no_confine,
               "Let scan, lookup and explain open what they like, and backfill "
               "write where it likes: by default they keep to what is typed "
               "(Landlock)");
  const auto config_file = std::make_shared<ConfigFile>(&app);
  app.config_formatter(config_file);
  app.set_config("--config", "",
                 "Settings in TOML: flags' names with _, in a table named "
                 "after the command; what is typed and the environment come "
                 "first");
  CLI::App* fetch = app.add_subcommand(
      "fetch", "Build or refresh a snapshot of what MISP servers know");
  typed.fetch.AddTo(fetch);
  AddCuckooConf(fetch, &typed);
  AddMetrics(fetch, &typed.fetch_metrics);
  const CLI::App* scan = AddScan(&app, &typed);
  CLI::App* submit =
      app.add_subcommand("submit", "Turn a scan's results into MISP events");
  typed.submit.AddTo(submit);
  AddCuckooConf(submit, &typed);
  AddMetrics(submit, &typed.submit_metrics);
  CLI::App* backfill = app.add_subcommand(
      "backfill",
      "The nightly job: fetch, scan what is new, submit; each as its table in "
      "--config FILE says");
  typed.backfill.AddTo(backfill);
  AddCuckooConf(backfill, &typed);
  AddMetrics(backfill, &typed.backfill_metrics);
  const CLI::App* lookup = AddLookup(&app, &typed);
  const CLI::App* explain = AddExplain(&app, &typed);
  const CLI::App* manifest = AddManifest(&app, &typed.manifest);
  const CLI::App* merge = AddMerge(&app, &typed.merge);
  typed.snapshot.AddTo(&app);

  CLI::App* config = app.add_subcommand("config", "Look into the settings");
  config->require_subcommand(1);
  const CLI::App* show = config->add_subcommand(
      "show", "What is set, and where it comes from; with --config FILE");
  const CLI::App* completion = AddCompletion(&app, &typed);
  // What the package's build asks for; no command of a user's.
  const CLI::App* man_page =
      app.add_subcommand("man-page", "Commands and flags in scdoc's language")
          ->group("");
  NameValues(&app);

  ParsedFlags parsed;
  if (argc > 1 && argv[1][0] != '-' && !IsCommand(app, argv[1])) {
    parsed.command = Finished{
        2, "",
        fmt::format("mispsift: no such command: {}\nSee mispsift --help\n",
                    Printable(argv[1]))};
    return parsed;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    std::ostringstream err;
    const bool failed = app.exit(error, out, err) != 0;
    // What was typed may come from anywhere.
    parsed.command =
        failed ? Finished{2, "",
                          fmt::format("mispsift: {}\nSee mispsift --help\n",
                                      Printable(error.what()))}
               : Finished{0, out.str(), ""};
    return parsed;
  }
  if (fetch->parsed() || submit->parsed() || backfill->parsed() ||
      !typed.cuckoo_conf.empty() || !Environment("MISP_KEY").empty()) {
    // A key is here, or is about to be read.
    const absl::Status forbidden = ForbidCoreDumps();
    if (!forbidden.ok()) {
      parsed.warnings.emplace_back(forbidden.message());
    }
  }
  typed.console.json_log = typed.log_format == "json";
  parsed.console = typed.console;
  CuckooConf conf;
  if (!typed.cuckoo_conf.empty()) {
    absl::StatusOr<CuckooConf> read = ReadCuckooConf(typed.cuckoo_conf);
    if (!read.ok()) {
      parsed.command = Mistake(app.get_subcommands().front()->get_name(),
                               std::string(read.status().message()));
      return parsed;
    }
    conf = *std::move(read);
    parsed.warnings.insert(parsed.warnings.end(), conf.warnings.begin(),
                           conf.warnings.end());
  }
  if (show->parsed()) {
    parsed.command = Finished{0, ShowConfig(app, *config_file), ""};
  } else if (completion->parsed()) {
    parsed.command = CompletionOf(app, typed.shell);
  } else if (man_page->parsed()) {
    parsed.command = Finished{0, ManPage(DescribeCommands(app)), ""};
  } else if (fetch->parsed()) {
    parsed.command = FetchFrom(typed, conf);
  } else if (scan->parsed()) {
    typed.scan.options.confine = !typed.no_confine;
    parsed.command = ScanFrom(conf, &typed);
  } else if (submit->parsed()) {
    parsed.command = SubmitFrom(typed, conf);
  } else if (backfill->parsed()) {
    parsed.command = BackfillFrom(conf, &typed);
  } else if (lookup->parsed()) {
    parsed.command = LookupFrom(conf, &typed);
  } else if (explain->parsed()) {
    parsed.command = ExplainFrom(conf, &typed);
  } else if (manifest->parsed()) {
    parsed.command = ManifestFrom(&typed);
  } else if (merge->parsed()) {
    parsed.command = std::move(typed.merge);
  } else {
    parsed.command = typed.snapshot.Typed();
  }
  return parsed;
}

}  // namespace mispsift
