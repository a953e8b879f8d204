#include "mispsift/pipeline/shards.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <numeric>
#include <queue>
#include <tuple>
#include <utility>

#include "mispsift/base/digest.h"
#include "mispsift/base/status_macros.h"

namespace mispsift {
namespace {

constexpr const char* kSlurmId = "SLURM_ARRAY_TASK_ID";
constexpr const char* kSlurmCount = "SLURM_ARRAY_TASK_COUNT";
constexpr const char* kSlurmMin = "SLURM_ARRAY_TASK_MIN";
constexpr const char* kSlurmMax = "SLURM_ARRAY_TASK_MAX";
constexpr const char* kIndex = "JOB_COMPLETION_INDEX";
constexpr const char* kShards = "MISPSIFT_SHARDS";

using Environment = std::function<std::optional<std::string>(const char* name)>;

bool ParseNumber(std::string_view text, uint32_t* number) {
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), *number);
  return error == std::errc() && end == text.data() + text.size();
}

absl::Status NoShard(const std::string& what) {
  return absl::InvalidArgumentError(what);
}

absl::StatusOr<Shard> Checked(uint32_t index, uint32_t count) {
  if (count == 0 || count > kMostShards || index >= count) {
    return NoShard(
        fmt::format("there is no shard {}/{}: of n, from 1 to {}, they are 0 "
                    "to n-1",
                    index, count, kMostShards));
  }
  return Shard{index, count};
}

absl::StatusOr<uint32_t> Number(const Environment& environment,
                                const char* name) {
  const std::optional<std::string> text = environment(name);
  uint32_t number = 0;
  if (!text.has_value()) return NoShard(fmt::format("{} is not set", name));
  if (!ParseNumber(*text, &number)) {
    return NoShard(fmt::format("{} is no number", name));
  }
  return number;
}

absl::StatusOr<Shard> SlurmShard(const Environment& environment) {
  MISPSIFT_ASSIGN_OR_RETURN(const uint32_t id, Number(environment, kSlurmId));
  if (environment(kShards).has_value()) {
    // One task of an array may be run again by itself.
    MISPSIFT_ASSIGN_OR_RETURN(const uint32_t count,
                              Number(environment, kShards));
    return Checked(id, count);
  }
  MISPSIFT_ASSIGN_OR_RETURN(const uint32_t count,
                            Number(environment, kSlurmCount));
  MISPSIFT_ASSIGN_OR_RETURN(const uint32_t min, Number(environment, kSlurmMin));
  MISPSIFT_ASSIGN_OR_RETURN(const uint32_t max, Number(environment, kSlurmMax));
  if (max < min || max - min + 1 != count || id < min) {
    return NoShard(fmt::format(
        "a Slurm array of {} tasks from {} to {} has gaps; use --array=0-N, or "
        "set {} to the number of shards",
        count, min, max, kShards));
  }
  return Checked(id - min, count);
}

std::vector<uint32_t> DealOutBySize(const Manifest& manifest, uint32_t count) {
  std::vector<uint32_t> shards(manifest.inputs.size());
  std::vector<uint64_t> order(manifest.inputs.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](uint64_t a, uint64_t b) {
    return manifest.inputs[a].bytes > manifest.inputs[b].bytes;
  });
  // Weight and number; the lightest on top, of equal ones the first.
  using Load = std::pair<uint64_t, uint32_t>;
  std::priority_queue<Load, std::vector<Load>, std::greater<>> loads;
  for (uint32_t shard = 0; shard < count; ++shard) loads.emplace(0, shard);
  for (const uint64_t input : order) {
    const auto [weight, shard] = loads.top();
    loads.pop();
    shards[input] = shard;
    loads.emplace(weight + manifest.inputs[input].bytes + kInputWeight, shard);
  }
  return shards;
}

}  // namespace

std::string_view ShardByName(ShardBy by) {
  return by == ShardBy::kSize ? "size" : "hash";
}

absl::StatusOr<Shard> ReadShard(std::string_view text,
                                const Environment& environment) {
  if (text == "auto") {
    if (environment(kSlurmId).has_value()) return SlurmShard(environment);
    if (!environment(kIndex).has_value()) {
      return NoShard(fmt::format(
          "--shard auto finds neither {} (with {}) nor {} (with {})", kSlurmId,
          kSlurmCount, kIndex, kShards));
    }
    MISPSIFT_ASSIGN_OR_RETURN(const uint32_t index,
                              Number(environment, kIndex));
    MISPSIFT_ASSIGN_OR_RETURN(const uint32_t count,
                              Number(environment, kShards));
    return Checked(index, count);
  }
  const size_t slash = text.find('/');
  uint32_t index = 0;
  uint32_t count = 0;
  if (slash == std::string_view::npos ||
      !ParseNumber(text.substr(0, slash), &index) ||
      !ParseNumber(text.substr(slash + 1), &count)) {
    return NoShard("--shard takes i/n, such as 0/8, or auto");
  }
  return Checked(index, count);
}

std::vector<uint32_t> DealOut(const Manifest& manifest, uint32_t count,
                              ShardBy by) {
  if (by == ShardBy::kSize) return DealOutBySize(manifest, count);
  std::vector<uint32_t> shards;
  shards.reserve(manifest.inputs.size());
  for (const Manifest::Input& input : manifest.inputs) {
    shards.push_back(
        static_cast<uint32_t>(DigestOf(0, input.file.path).low % count));
  }
  return shards;
}

}  // namespace mispsift
