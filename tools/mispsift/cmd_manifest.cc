#include <fmt/format.h>

#include <string>

#include "mispsift/base/file.h"
#include "mispsift/pipeline/exit_code.h"
#include "mispsift/pipeline/manifest.h"
#include "tools/mispsift/commands.h"

namespace mispsift {

int RunManifest(const ManifestCommand& command, const Console& console) {
  Manifest manifest = WalkManifest(command.paths);
  const std::string text = ManifestText(&manifest);
  const absl::Status written = command.out.empty()
                                   ? WriteStdout(text)
                                   : WriteFileAtomically(command.out, text);
  if (!written.ok()) return console.Fail(written);
  uint64_t unreadable = 0;
  for (const Manifest::Input& input : manifest.inputs) {
    if (input.file.reject == Reject::kNone) continue;
    ++unreadable;
    console.Warning(fmt::format("{}: {}", input.file.path, input.file.detail));
  }
  console.Info(fmt::format(
      "{}: {} inputs, {:.1f} MB ({} unreadable, {} other files), id {}",
      command.out.empty() ? "manifest" : command.out, manifest.inputs.size(),
      static_cast<double>(manifest.bytes) / 1e6, unreadable, manifest.skipped,
      manifest.id));
  return static_cast<int>(unreadable > 0 ? ExitCode::kIncomplete
                                         : ExitCode::kDone);
}

}  // namespace mispsift
