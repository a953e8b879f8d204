#include "tools/mispsift/shard_flags.h"

#include <CLI/CLI.hpp>
#include <cstdlib>

#include "mispsift/base/status_macros.h"

namespace mispsift {

void ShardFlags::AddTo(CLI::App* scan) {
  scan->add_option("--manifest", manifest_,
                   "In place of paths: what mispsift manifest wrote, of which "
                   "--shard is scanned");
  scan->add_option("--shard", shard_,
                   "i/n, i from 0 to n-1; auto: as a Slurm array or a "
                   "Kubernetes Indexed Job says");
  scan->add_option("--shard-by", by_,
                   "size (default): about the same bytes for each shard; "
                   "hash: by path, so that a manifest that grows moves nothing")
      ->check(CLI::IsMember({"size", "hash"}));
}

absl::Status ShardFlags::Resolve(const std::vector<std::string>& paths,
                                 std::optional<ScanShard>* shard) const {
  if (manifest_.empty() && shard_.empty() && by_.empty()) {
    return absl::OkStatus();
  }
  if (manifest_.empty() || shard_.empty()) {
    return absl::InvalidArgumentError("--manifest and --shard need each other");
  }
  if (!paths.empty()) {
    return absl::InvalidArgumentError(
        "paths and --manifest exclude each other");
  }
  MISPSIFT_ASSIGN_OR_RETURN(
      const Shard choice,
      ReadShard(shard_, [](const char* name) -> std::optional<std::string> {
        const char* value = std::getenv(name);
        if (value == nullptr) return std::nullopt;
        return value;
      }));
  *shard = ScanShard{manifest_, choice,
                     by_ == "hash" ? ShardBy::kHash : ShardBy::kSize};
  return absl::OkStatus();
}

CLI::App* AddManifest(CLI::App* app, ManifestCommand* command) {
  CLI::App* manifest = app->add_subcommand(
      "manifest",
      "List the inputs of a scan, for machines that share it between them");
  manifest->add_option("paths", command->paths,
                       "As of scan; - reads paths from standard input");
  manifest->add_option("--out", command->out,
                       "File (default: standard output)");
  return manifest;
}

CLI::App* AddMerge(CLI::App* app, MergeCommand* command) {
  CLI::App* merge = app->add_subcommand(
      "merge", "Put the shards of a manifest together into one result");
  merge
      ->add_option("shards", command->options.shards,
                   "The result folders of all shards, in any order")
      ->required();
  merge
      ->add_option("--out", command->options.out,
                   "Result folder; an earlier scan's is replaced")
      ->required();
  return merge;
}

}  // namespace mispsift
