#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "mispsift/pipeline/exit_code.h"
#include "tools/mispsift/commands.h"
#include "tools/mispsift/console.h"
#include "tools/mispsift/flags.h"

namespace mispsift {
namespace {

int Finish(const Finished& finished) {
  std::fwrite(finished.err.data(), 1, finished.err.size(), stderr);
  return WriteStdout(finished.out).ok() ? finished.exit_code : 1;
}

int Main(int argc, const char* const* argv) {
  ParsedFlags flags = ParseFlags(argc, argv);
  const Console console(flags.console);
  for (const std::string& warning : flags.warnings) console.Warning(warning);
  return std::visit(
      [&console](auto&& command) {
        using T = std::decay_t<decltype(command)>;
        if constexpr (std::is_same_v<T, Finished>) {
          return Finish(command);
        } else if constexpr (std::is_same_v<T, FetchCommand>) {
          return RunFetch(std::move(command), console);
        } else if constexpr (std::is_same_v<T, ScanCommand>) {
          return RunScan(command, console);
        } else if constexpr (std::is_same_v<T, SubmitCommand>) {
          return RunSubmit(command, console);
        } else if constexpr (std::is_same_v<T, BackfillCommand>) {
          return RunBackfill(std::move(command), console);
        } else if constexpr (std::is_same_v<T, LookupCommand>) {
          return RunLookup(command, console);
        } else if constexpr (std::is_same_v<T, ExplainCommand>) {
          return RunExplain(command, console);
        } else if constexpr (std::is_same_v<T, ManifestCommand>) {
          return RunManifest(command, console);
        } else if constexpr (std::is_same_v<T, MergeCommand>) {
          return RunMerge(command, console);
        } else if constexpr (std::is_same_v<T, SnapshotInfoCommand>) {
          return RunSnapshotInfo(command, console);
        } else if constexpr (std::is_same_v<T, SnapshotVerifyCommand>) {
          return RunSnapshotVerify(command, console);
        } else {
          return RunSnapshotDiff(command, console);
        }
      },
      std::move(flags.command));
}

}  // namespace
}  // namespace mispsift

int main(int argc, char** argv) {
  // A reader that goes away (| head) is an error like any other.
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return mispsift::Main(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "mispsift: error: %s\n", error.what());
    return static_cast<int>(mispsift::ExitCode::kFailed);
  }
}
