#include "tools/mispsift/backfill_flags.h"

#include <CLI/CLI.hpp>

#include "tools/mispsift/server_flags.h"

namespace mispsift {
namespace {

// As systemd, or else the XDG Base Directory Specification, has it; empty
// where neither says anything.
std::string DefaultState() {
  const std::string given = Environment("STATE_DIRECTORY");
  if (!given.empty()) return given.substr(0, given.find(':'));
  const std::string xdg = Environment("XDG_STATE_HOME");
  if (!xdg.empty()) return xdg + "/mispsift";
  const std::string home = Environment("HOME");
  return home.empty() ? std::string() : home + "/.local/state/mispsift";
}

}  // namespace

void BackfillFlags::AddTo(CLI::App* backfill) {
  backfill->add_option("paths", typed_.paths, "Reports, folders, archives");
  backfill->add_option(
      "--state", typed_.state,
      "Folder for what it remembers (default: STATE_DIRECTORY, else "
      "XDG_STATE_HOME/mispsift, else ~/.local/state/mispsift)");
  backfill->add_option(
      "--snapshot", typed_.snapshot,
      "Default: the one of [fetch] or [scan], else misp.snapshot in the "
      "state folder");
  backfill->add_option("--results", typed_.results,
                       "Folder that gets a result folder for each run that "
                       "found something new to scan (default: results in the "
                       "state folder)");
  backfill
      ->add_option("--max-snapshot-age", max_age_hours_,
                   "Hours after which the snapshot is fetched anew (default "
                   "20)")
      ->check(CLI::Range(0.0, 1e6));
  backfill
      ->add_option("--shard-bytes", typed_.shard_bytes,
                   "About so many bytes are scanned again after a kill "
                   "(default 4 GiB)")
      ->check(CLI::Range(uint64_t{1}, uint64_t{1} << 50));
}

absl::Status BackfillFlags::Resolve(BackfillOptions* options) const {
  options->paths = typed_.paths;
  options->state = typed_.state.empty() ? DefaultState() : typed_.state;
  if (options->paths.empty()) {
    return absl::InvalidArgumentError("no paths to scan");
  }
  if (options->state.empty()) {
    return absl::InvalidArgumentError("no state folder: give --state");
  }
  // The same file as these commands by themselves have, where they name one.
  options->snapshot =
      !typed_.snapshot.empty() ? typed_.snapshot
      : options->fetch.has_value() && !options->fetch->out.empty()
          ? options->fetch->out
      : !options->scan.snapshot.empty() ? options->scan.snapshot
                                        : options->state + "/misp.snapshot";
  options->results =
      typed_.results.empty() ? options->state + "/results" : typed_.results;
  options->max_snapshot_age = absl::Hours(max_age_hours_);
  options->shard_bytes = typed_.shard_bytes;
  return absl::OkStatus();
}

}  // namespace mispsift
