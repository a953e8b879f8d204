#include "src/match/ssdeep_table.h"

#include <fuzzy.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <limits>
#include <span>

#include "mispsift/base/check.h"
#include "src/match/shards.h"

namespace mispsift {
namespace {

constexpr size_t kGramBytes = 7;
constexpr size_t kCoreBytes = 5;
constexpr size_t kLongestRun = 3;
constexpr uint64_t kNone = std::numeric_limits<uint64_t>::max();  // no key
constexpr uint32_t kMost = std::numeric_limits<uint32_t>::max();

// Which four of 64 bits stand for a key in its bucket, whose keys begin alike.
uint64_t BitsOf(uint32_t key) {
  constexpr uint32_t kSpread = 0x9E3779B1;
  const uint32_t hash = key * kSpread;
  const auto bit = [hash](int shift) {
    return uint64_t{1} << (hash >> shift & 63);
  };
  return bit(8) | bit(14) | bit(20) | bit(26);
}

// Calls `visit` with the key of each gram's core of a digest, in their order:
// several times in a row with the same.
template <typename Visit>
void ForEachCore(std::string_view digest, Visit visit) {
  constexpr uint64_t kSpread = 0x9E3779B97F4A7C15;
  constexpr uint32_t kKeySpread = 0x85EBCA6B;
  constexpr uint64_t kCoreMask = (uint64_t{1} << 8 * kCoreBytes) - 1;
  // What is compared is bounded here, for both sides.
  if (digest.size() >= FUZZY_MAX_RESULT) return;
  const char* const end = digest.data() + digest.size();
  uint32_t parsed = 0;
  const auto [first, error] = std::from_chars(digest.data(), end, parsed);
  if (error != std::errc() || first == end || *first != ':') return;
  uint64_t block_size = parsed;
  uint64_t salt = std::rotl(block_size * kSpread, 32);
  uint64_t five = 0;
  std::array<uint32_t, kGramBytes - kCoreBytes + 1> hashes{};  // the last ones
  size_t length = 0;
  size_t run = 0;
  for (const char* at = first + 1; at != end; ++at) {
    const char c = *at;
    if (c == ':') {
      block_size *= 2;
      salt = std::rotl(block_size * kSpread, 32);
      length = 0;
      continue;
    }
    run = c == at[-1] ? run + 1 : 1;
    if (run > kLongestRun) continue;
    five = (five << 8 | static_cast<unsigned char>(c)) & kCoreMask;
    if (++length < kCoreBytes) continue;
    hashes = {hashes[1], hashes[2],
              static_cast<uint32_t>((five ^ salt) * kSpread >> 32)};
    if (length < kGramBytes) continue;
    // Spread again: the least of several are small.
    visit(std::min({hashes[0], hashes[1], hashes[2]}) * kKeySpread);
  }
}

}  // namespace

SsdeepTable::SsdeepTable(std::vector<std::string> values, RunTasks run) {
  std::ranges::sort(values);
  values.erase(std::unique(values.begin(), values.end()), values.end());
  // The others are only ever equal.
  std::erase_if(values, [](const std::string& value) {
    bool has_core = false;
    ForEachCore(value, [&has_core](uint32_t) { has_core = true; });
    return !has_core;
  });
  for (const std::string& value : values) {
    MISPSIFT_CHECK(texts_.size() <= kMost - FUZZY_MAX_RESULT);
    begins_.push_back(static_cast<uint32_t>(texts_.size()));
    texts_.append(value).push_back('\0');
  }
  begins_.push_back(static_cast<uint32_t>(texts_.size()));
  CollectCores(values, run);
}

void SsdeepTable::CollectCores(const std::vector<std::string>& values,
                               RunTasks run) {
  constexpr size_t kValuesATask = 1 << 12;
  const auto hash_of = [](const Core& core) {
    return uint64_t{core.key} << 32;
  };
  std::vector<ShardedList<Core>> parts(values.size() / kValuesATask + 1);
  run(parts.size(), [&](size_t task) {
    const size_t begin = task * kValuesATask;
    const size_t end = std::min(values.size(), begin + kValuesATask);
    std::vector<Core> cores;
    for (size_t i = begin; i < end; ++i) {
      ForEachCore(values[i], [&, last = kNone](uint32_t key) mutable {
        if (key != last) cores.push_back({key, static_cast<uint32_t>(i)});
        last = key;
      });
    }
    parts[task] = ShardedList(cores, hash_of);
  });

  // Shards ascend as keys do, and each has buckets of its own.
  std::array<size_t, kShards + 1> shard_begins{};
  for (size_t shard = 0; shard < kShards; ++shard) {
    shard_begins[shard + 1] = shard_begins[shard];
    for (const auto& part : parts) {
      shard_begins[shard + 1] += part.shard(shard).size();
    }
  }
  const size_t cores = shard_begins[kShards];
  MISPSIFT_CHECK(cores <= kMost);
  // Two to four a bucket, so that one is a cache line.
  bucket_bits_ = std::bit_width(std::max(kShards / 2, cores / 4));
  const size_t buckets_a_shard = (size_t{1} << bucket_bits_) / kShards;
  cores_.resize(cores);
  marks_.resize(size_t{1} << bucket_bits_);
  buckets_.resize(marks_.size() + 1);
  buckets_.back() = static_cast<uint32_t>(cores);
  run(kShards, [&](size_t shard) {
    const auto visit = [&](const auto& visitor) {
      for (const auto& part : parts) {
        for (const Core& core : part.shard(shard)) visitor(core);
      }
    };
    // How many are in each, then where it ends, then where it begins.
    visit([&](const Core& core) { ++buckets_[BucketOf(core.key)]; });
    auto end = static_cast<uint32_t>(shard_begins[shard]);
    const auto own =
        std::span(buckets_).subspan(shard * buckets_a_shard, buckets_a_shard);
    for (uint32_t& bucket : own) {
      end += bucket;
      bucket = end;
    }
    visit([&](const Core& core) {
      const size_t bucket = BucketOf(core.key);
      cores_[--buckets_[bucket]] = core;
      marks_[bucket] |= BitsOf(core.key);
    });
  });
}

size_t SsdeepTable::BucketOf(uint32_t key) const {
  return uint64_t{key} << bucket_bits_ >> 32;
}

void SsdeepTable::Find(
    std::string_view digest,
    absl::FunctionRef<void(std::string_view value, int score)> found) const {
  if (empty()) return;
  // Most cores are of no value. Their marks come from memory, all at a time,
  // and are asked for without a branch that would be guessed wrong.
  std::array<uint32_t, FUZZY_MAX_RESULT> keys;
  size_t count = 0;
  ForEachCore(digest, [&, last = kNone](uint32_t key) mutable {
    keys[count] = key;
    count += key != last ? 1 : 0;
    last = key;
    __builtin_prefetch(&marks_[BucketOf(key)]);
  });
  size_t marked = 0;
  for (size_t i = 0; i < count; ++i) {
    const uint32_t key = keys[i];
    const uint64_t bits = BitsOf(key);
    keys[marked] = key;
    marked += (marks_[BucketOf(key)] & bits) == bits ? 1 : 0;
  }
  // A bit for each value, once there is a candidate: most digests have none, a
  // digest of a large family has many, by each of its cores.
  std::vector<uint64_t> candidates;
  for (const uint32_t key : std::span(keys).first(marked)) {
    const size_t bucket = BucketOf(key);
    for (uint32_t i = buckets_[bucket]; i < buckets_[bucket + 1]; ++i) {
      if (cores_[i].key != key) continue;
      if (candidates.empty()) candidates.resize(begins_.size() / 64 + 1);
      candidates[cores_[i].value / 64] |= uint64_t{1} << cores_[i].value % 64;
    }
  }
  const std::string terminated(candidates.empty() ? "" : digest);
  for (size_t word = 0; word < candidates.size(); ++word) {
    for (uint64_t bits = candidates[word]; bits != 0; bits &= bits - 1) {
      const size_t i = 64 * word + static_cast<size_t>(std::countr_zero(bits));
      const char* const text = texts_.data() + begins_[i];
      const std::string_view value(text, begins_[i + 1] - begins_[i] - 1);
      if (value == digest) continue;
      const int score = fuzzy_compare(terminated.c_str(), text);
      if (score >= kLeastScore) found(value, score);
    }
  }
}

}  // namespace mispsift
