#include <iostream>
#include <string>

#include "mispsift/base/landlock.h"
#include "mispsift/misp/snapshot_file.h"
#include "mispsift/pipeline/exit_code.h"
#include "mispsift/pipeline/lookup.h"
#include "tools/mispsift/commands.h"

namespace mispsift {

int RunLookup(const LookupCommand& command, const Console& console) {
  const absl::StatusOr<Snapshot> snapshot =
      misp::LoadSnapshot(command.snapshot);
  if (!snapshot.ok()) {
    return console.Fail(
        WithExitCode(snapshot.status(), ExitCode::kBadSnapshot));
  }
  // From here on only what is asked for is read, from standard input.
  if (command.confine) static_cast<void>(Confine({}));
  const Index index = Index::Build(*snapshot, command.index);
  const ValueList safelist(command.safelist);
  MatcherSettings settings = command.matcher;
  settings.safelist = &safelist;
  const auto answer = [&](const std::string& value) {
    return WriteStdout(command.text ? LookupText(index, value, settings)
                                    : LookupLine(index, value, settings));
  };
  if (command.values.empty()) {
    for (std::string line; std::getline(std::cin, line);) {
      if (const absl::Status status = answer(line); !status.ok()) {
        return console.Fail(status);
      }
    }
  }
  for (const std::string& value : command.values) {
    if (const absl::Status status = answer(value); !status.ok()) {
      return console.Fail(status);
    }
  }
  return static_cast<int>(ExitCode::kDone);
}

}  // namespace mispsift
