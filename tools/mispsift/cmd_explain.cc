#include <string>

#include "mispsift/base/landlock.h"
#include "mispsift/pipeline/exit_code.h"
#include "mispsift/pipeline/explain.h"
#include "tools/mispsift/commands.h"

namespace mispsift {

int RunExplain(const ExplainCommand& command, const Console& console) {
  if (command.confine) {
    Confinement allowed;
    allowed.read = {command.options.report, command.options.snapshot};
    static_cast<void>(Confine(allowed));
  }
  const absl::StatusOr<std::string> text = Explain(command.options);
  if (!text.ok()) return console.Fail(text.status());
  if (const absl::Status status = WriteStdout(*text); !status.ok()) {
    return console.Fail(status);
  }
  return static_cast<int>(ExitCode::kDone);
}

}  // namespace mispsift
