#ifndef MISPSIFT_TOOLS_MISPSIFT_SHARD_FLAGS_H_
#define MISPSIFT_TOOLS_MISPSIFT_SHARD_FLAGS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "tools/mispsift/flags.h"

namespace CLI {
class App;
}

namespace mispsift {

// What is typed for a scan of one shard of a manifest, and what a scheduler's
// environment adds to it.
class ShardFlags {
 public:
  // `scan` keeps pointing to this object.
  void AddTo(CLI::App* scan);

  // Sets `*shard` when a manifest is named, in place of `paths`.
  // Errors: kInvalidArgument with what is wrong.
  absl::Status Resolve(const std::vector<std::string>& paths,
                       std::optional<ScanShard>* shard) const;

 private:
  std::string manifest_;
  std::string shard_;
  std::string by_;
};

// The commands before and behind it; they keep pointing to `command`.
CLI::App* AddManifest(CLI::App* app, ManifestCommand* command);
CLI::App* AddMerge(CLI::App* app, MergeCommand* command);

}  // namespace mispsift

#endif  // MISPSIFT_TOOLS_MISPSIFT_SHARD_FLAGS_H_
