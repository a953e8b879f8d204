#ifndef MISPSIFT_SRC_MATCH_SHARDS_H_
#define MISPSIFT_SRC_MATCH_SHARDS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "src/match/key_marks.h"

namespace mispsift {

// A table is built in shards: by as many threads as there are, and each shard
// small enough to stay in a cache while it is. By the highest bits of a hash,
// which is spread well.
inline constexpr size_t kShards = 64;
inline size_t ShardOf(uint64_t hash) { return hash >> 58; }

// A list in the order of its shards, each of which is in the order in which it
// was added.
template <typename T>
class ShardedList {
 public:
  ShardedList() = default;
  // `hash_of(item)`.
  template <typename HashOf>
  ShardedList(const std::vector<T>& items, HashOf hash_of)
      : items_(items.size()) {
    for (const T& item : items) ++begins_[ShardOf(hash_of(item)) + 1];
    for (size_t i = 1; i < begins_.size(); ++i) begins_[i] += begins_[i - 1];
    std::array<size_t, kShards + 1> at = begins_;
    for (const T& item : items) items_[at[ShardOf(hash_of(item))]++] = item;
  }

  std::span<const T> shard(size_t i) const {
    return std::span(items_).subspan(begins_[i], begins_[i + 1] - begins_[i]);
  }

 private:
  std::vector<T> items_;
  std::array<size_t, kShards + 1> begins_{};
};

// Keys by a hash of theirs, which whoever asks has at hand.
template <typename Value>
class ShardedMap {
 public:
  using Shard = absl::flat_hash_map<uint64_t, Value>;

  Shard& shard(size_t i) { return shards_[i]; }

  // Null when it is not there.
  const Value* Find(uint64_t hash, uint64_t key) const {
    const Shard& shard = shards_[ShardOf(hash)];
    const auto found = shard.find(key);
    return found == shard.end() ? nullptr : &found->second;
  }

  // Has what Find() will look at come nearer. (Always inline: g++ 12 drops the
  // call of a function that does nothing else.)
  [[gnu::always_inline]] void Prefetch(uint64_t hash, uint64_t key) const {
    shards_[ShardOf(hash)].prefetch(key);
  }

  size_t size() const {
    size_t size = 0;
    for (const Shard& shard : shards_) size += shard.size();
    return size;
  }

 private:
  std::array<Shard, kShards> shards_;
};

// Keys that are hashes themselves, to be asked for many that it has not: most
// of these end at their marks.
template <typename Value>
class MarkedMap {
 public:
  using Shard = absl::flat_hash_map<uint64_t, Value>;

  // To be filled, then marked: nothing is found in it before.
  Shard& shard(size_t i) { return shards_[i].keys; }
  void MarkShard(size_t i) {
    Marked& shard = shards_[i];
    shard.marks = KeyMarks(shard.keys.size());
    for (const auto& [key, value] : shard.keys) shard.marks.Add(key);
  }

  // Null when it is not there.
  const Value* Find(uint64_t key) const {
    const Marked& shard = shards_[ShardOf(key)];
    if (!shard.marks.MayHold(key)) return nullptr;
    const auto found = shard.keys.find(key);
    return found == shard.keys.end() ? nullptr : &found->second;
  }

  // Has what Find() will look at first come nearer.
  [[gnu::always_inline]] void Prefetch(uint64_t key) const {
    shards_[ShardOf(key)].marks.Prefetch(key);
  }

  size_t size() const {
    size_t size = 0;
    for (const Marked& shard : shards_) size += shard.keys.size();
    return size;
  }

 private:
  struct Marked {
    Shard keys;
    KeyMarks marks;
  };

  std::array<Marked, kShards> shards_;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_MATCH_SHARDS_H_
