#ifndef MISPSIFT_TOOLS_MISPSIFT_COMMANDS_H_
#define MISPSIFT_TOOLS_MISPSIFT_COMMANDS_H_

#include "tools/mispsift/console.h"
#include "tools/mispsift/flags.h"

namespace mispsift {

// One function a command, in cmd_<command>.cc: runs it and gives the exit
// code.
int RunFetch(FetchCommand command, const Console& console);
int RunScan(const ScanCommand& command, const Console& console);
int RunSubmit(const SubmitCommand& command, const Console& console);
int RunBackfill(BackfillCommand command, const Console& console);
int RunLookup(const LookupCommand& command, const Console& console);
int RunExplain(const ExplainCommand& command, const Console& console);
int RunManifest(const ManifestCommand& command, const Console& console);
int RunMerge(const MergeCommand& command, const Console& console);
int RunSnapshotInfo(const SnapshotInfoCommand& command, const Console& console);
int RunSnapshotVerify(const SnapshotVerifyCommand& command,
                      const Console& console);
int RunSnapshotDiff(const SnapshotDiffCommand& command, const Console& console);

}  // namespace mispsift

#endif  // MISPSIFT_TOOLS_MISPSIFT_COMMANDS_H_
