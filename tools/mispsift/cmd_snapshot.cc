#include <fmt/format.h>

#include "mispsift/base/status_macros.h"
#include "mispsift/misp/snapshot_file.h"
#include "mispsift/pipeline/exit_code.h"
#include "mispsift/pipeline/snapshot_diff.h"
#include "mispsift/pipeline/snapshot_info.h"
#include "tools/mispsift/commands.h"

namespace mispsift {
namespace {

absl::StatusOr<std::string> Describe(const std::string& file, bool json) {
  MISPSIFT_ASSIGN_OR_RETURN(const Snapshot snapshot, misp::LoadSnapshot(file));
  MISPSIFT_ASSIGN_OR_RETURN(const uint64_t bytes,
                            misp::SnapshotFileBytes(file));
  return json ? SnapshotInfoJson(snapshot, bytes)
              : Printable(file) + "\n" + SnapshotInfoText(snapshot, bytes);
}

}  // namespace

int RunSnapshotInfo(const SnapshotInfoCommand& command,
                    const Console& console) {
  for (const std::string& file : command.files) {
    const absl::StatusOr<std::string> text = Describe(file, command.json);
    if (!text.ok()) {
      return console.Fail(WithExitCode(text.status(), ExitCode::kBadSnapshot));
    }
    if (const absl::Status status = WriteStdout(*text); !status.ok()) {
      return console.Fail(status);
    }
  }
  return static_cast<int>(ExitCode::kDone);
}

// Looks at every file, also behind a bad one.
int RunSnapshotVerify(const SnapshotVerifyCommand& command,
                      const Console& console) {
  int exit_code = static_cast<int>(ExitCode::kDone);
  for (const std::string& file : command.files) {
    const absl::StatusOr<Snapshot> snapshot = misp::LoadSnapshot(file);
    if (!snapshot.ok()) {
      exit_code =
          console.Fail(WithExitCode(snapshot.status(), ExitCode::kBadSnapshot));
      continue;
    }
    const absl::Status status = WriteStdout(
        fmt::format("{}: ok, {} attributes, id {}\n", Printable(file),
                    snapshot->attribute_count(), snapshot->manifest().id));
    if (!status.ok()) return console.Fail(status);
  }
  return exit_code;
}

int RunSnapshotDiff(const SnapshotDiffCommand& command,
                    const Console& console) {
  const absl::StatusOr<Snapshot> before = misp::LoadSnapshot(command.before);
  if (!before.ok()) {
    return console.Fail(WithExitCode(before.status(), ExitCode::kBadSnapshot));
  }
  const absl::StatusOr<Snapshot> now = misp::LoadSnapshot(command.now);
  if (!now.ok()) {
    return console.Fail(WithExitCode(now.status(), ExitCode::kBadSnapshot));
  }
  const absl::Status status =
      command.lines
          ? SnapshotDiffLines(*before, *now, WriteStdout)
          : WriteStdout(command.json ? SnapshotDiffJson(*before, *now)
                                     : SnapshotDiffText(*before, *now));
  if (!status.ok()) return console.Fail(status);
  return static_cast<int>(ExitCode::kDone);
}

}  // namespace mispsift
