#ifndef MISPSIFT_PIPELINE_SHARDS_H_
#define MISPSIFT_PIPELINE_SHARDS_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "mispsift/pipeline/manifest.h"

namespace mispsift {

// How the inputs of a manifest are dealt out.
enum class ShardBy : uint8_t {
  kSize,  // about the same bytes for each shard
  kHash,  // by path: a manifest that grows moves nothing
};

std::string_view ShardByName(ShardBy by);

// Shard `index` of `count`, from 0.
struct Shard {
  uint32_t index = 0;
  uint32_t count = 1;

  friend bool operator==(const Shard&, const Shard&) = default;
};

inline constexpr uint32_t kMostShards = 100'000;

// "3/8"; or "auto", which asks the scheduler's environment:
//   SLURM_ARRAY_TASK_ID   with MISPSIFT_SHARDS it is the index; else counted
//                         from SLURM_ARRAY_TASK_MIN, of _COUNT, and the array
//                         must have no gaps up to _MAX
//   JOB_COMPLETION_INDEX  of MISPSIFT_SHARDS
// Errors: kInvalidArgument.
absl::StatusOr<Shard> ReadShard(
    std::string_view text,
    const std::function<std::optional<std::string>(const char*)>& environment);

// The shard of each input, a function of the manifest, `count` and `by` alone.
//
// kSize: the largest input first, each to the shard that has least. An input
// weighs its bytes and kInputWeight for being opened; the heaviest shard weighs
// no more than an even share and one input.
inline constexpr uint64_t kInputWeight = 4096;
std::vector<uint32_t> DealOut(const Manifest& manifest, uint32_t count,
                              ShardBy by);

}  // namespace mispsift

#endif  // MISPSIFT_PIPELINE_SHARDS_H_
