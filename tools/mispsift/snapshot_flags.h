#ifndef MISPSIFT_TOOLS_MISPSIFT_SNAPSHOT_FLAGS_H_
#define MISPSIFT_TOOLS_MISPSIFT_SNAPSHOT_FLAGS_H_

#include "tools/mispsift/flags.h"

namespace CLI {
class App;
}

namespace mispsift {

// What is typed for the commands that look into snapshots.
class SnapshotFlags {
 public:
  // `app` keeps pointing to this object.
  void AddTo(CLI::App* app);

  // The one of them that was typed.
  Command Typed() const;

 private:
  const CLI::App* info_command_ = nullptr;
  const CLI::App* verify_command_ = nullptr;
  SnapshotInfoCommand info_;
  SnapshotVerifyCommand verify_;
  SnapshotDiffCommand diff_;
};

}  // namespace mispsift

#endif  // MISPSIFT_TOOLS_MISPSIFT_SNAPSHOT_FLAGS_H_
