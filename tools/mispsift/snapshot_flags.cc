#include "tools/mispsift/snapshot_flags.h"

#include <CLI/CLI.hpp>

namespace mispsift {

void SnapshotFlags::AddTo(CLI::App* app) {
  CLI::App* snapshot = app->add_subcommand("snapshot", "Look into snapshots");
  snapshot->require_subcommand(1);
  CLI::App* info = snapshot->add_subcommand("info", "What a snapshot holds");
  info->add_option("files", info_.files, "Snapshot files")->required();
  info->add_flag("--json", info_.json, "One JSON line each");
  info_command_ = info;
  CLI::App* verify =
      snapshot->add_subcommand("verify", "Check every byte of a snapshot");
  verify->add_option("files", verify_.files, "Snapshot files")->required();
  verify_command_ = verify;
  CLI::App* diff = snapshot->add_subcommand(
      "diff", "What a snapshot has that another had not, and lacks");
  diff->add_option("old", diff_.before, "The earlier snapshot")->required();
  diff->add_option("new", diff_.now, "The later one")->required();
  CLI::Option* json =
      diff->add_flag("--json", diff_.json, "The counts, as one JSON line");
  diff->add_flag("--jsonl", diff_.lines, "Every difference, one JSON line each")
      ->excludes(json);
}

Command SnapshotFlags::Typed() const {
  if (info_command_->parsed()) return info_;
  if (verify_command_->parsed()) return verify_;
  return diff_;
}

}  // namespace mispsift
