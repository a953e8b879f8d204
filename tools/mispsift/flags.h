#ifndef MISPSIFT_TOOLS_MISPSIFT_FLAGS_H_
#define MISPSIFT_TOOLS_MISPSIFT_FLAGS_H_

#include <string>
#include <variant>
#include <vector>

#include "mispsift/match/matcher.h"
#include "mispsift/pipeline/explain.h"
#include "mispsift/pipeline/fetch.h"
#include "mispsift/pipeline/merge.h"
#include "mispsift/pipeline/scan.h"
#include "tools/mispsift/backfill_flags.h"
#include "tools/mispsift/submit_flags.h"

namespace mispsift {

// How a command talks to a person.
struct ConsoleOptions {
  bool quiet = false;
  bool no_progress = false;
  bool json_log = false;
};

struct FetchCommand {
  FetchOptions options;
  std::string metrics;  // file for Prometheus; empty: none
};

struct ScanCommand {
  ScanOptions options;
  bool fail_on_match = false;
  std::string metrics;  // as of FetchCommand
};

struct ManifestCommand {
  std::vector<std::string> paths;
  std::string out;  // empty: standard output
};

struct MergeCommand {
  MergeOptions options;
};

struct LookupCommand {
  std::string snapshot;
  std::vector<std::string> values;  // none: one a line from standard input
  IndexSettings index;
  MatcherSettings matcher;
  std::vector<std::string> safelist;  // ValueList::Check() has passed it
  bool text = false;                  // for a person
  bool confine = true;                // see base/landlock.h
};

struct ExplainCommand {
  ExplainOptions options;
  bool confine = true;  // see base/landlock.h
};

struct SnapshotInfoCommand {
  std::vector<std::string> files;
  bool json = false;
};

struct SnapshotVerifyCommand {
  std::vector<std::string> files;
};

struct SnapshotDiffCommand {
  std::string before;
  std::string now;
  bool json = false;
  bool lines = false;  // a line for each difference
};

// What the user typed says everything already: help, version, or a mistake.
struct Finished {
  int exit_code = 0;
  std::string out;  // for stdout
  std::string err;  // for stderr
};

using Command = std::variant<Finished, FetchCommand, ScanCommand, SubmitCommand,
                             BackfillCommand, LookupCommand, ExplainCommand,
                             ManifestCommand, MergeCommand, SnapshotInfoCommand,
                             SnapshotVerifyCommand, SnapshotDiffCommand>;

struct ParsedFlags {
  Command command;
  std::vector<std::string> warnings;  // to be said before it runs
  ConsoleOptions console;
};

// Turns the command line into plain structs. The only place that knows flags.
ParsedFlags ParseFlags(int argc, const char* const* argv);

}  // namespace mispsift

#endif  // MISPSIFT_TOOLS_MISPSIFT_FLAGS_H_
