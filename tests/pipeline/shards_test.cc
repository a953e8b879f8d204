#include "mispsift/pipeline/shards.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "src/pipeline/shard_scan.h"

namespace mispsift {
namespace {

using Variables = std::map<std::string, std::string>;

absl::StatusOr<Shard> Auto(const Variables& variables,
                           const std::string& text = "auto") {
  return ReadShard(text, [&](const char* name) -> std::optional<std::string> {
    const auto at = variables.find(name);
    if (at == variables.end()) return std::nullopt;
    return at->second;
  });
}

TEST(ShardsTest, ANumberOfACount) {
  EXPECT_EQ(*Auto({}, "0/1"), (Shard{0, 1}));
  EXPECT_EQ(*Auto({}, "6/7"), (Shard{6, 7}));
  for (const char* text :
       {"", "1", "7/7", "1/0", "0/0", "-1/3", "1/3x", "x1/3", " 1/3", "1//3",
        "/3", "1/", "0/100001", "4294967296/4294967297", "automatic"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(Auto({}, text).status())) << text;
  }
}

TEST(ShardsTest, WhatSlurmSays) {
  Variables slurm = {{"SLURM_ARRAY_TASK_ID", "5"},
                     {"SLURM_ARRAY_TASK_COUNT", "8"},
                     {"SLURM_ARRAY_TASK_MIN", "0"},
                     {"SLURM_ARRAY_TASK_MAX", "7"}};
  EXPECT_EQ(*Auto(slurm), (Shard{5, 8}));
  // --array=3-10 is eight tasks as well.
  slurm["SLURM_ARRAY_TASK_MIN"] = "3";
  slurm["SLURM_ARRAY_TASK_MAX"] = "10";
  EXPECT_EQ(*Auto(slurm), (Shard{2, 8}));
  // --array=0,2,5: what number a task would have cannot be told.
  EXPECT_FALSE(Auto({{"SLURM_ARRAY_TASK_ID", "5"},
                     {"SLURM_ARRAY_TASK_COUNT", "3"},
                     {"SLURM_ARRAY_TASK_MIN", "0"},
                     {"SLURM_ARRAY_TASK_MAX", "5"}})
                   .ok());
  // One task of eight that is run again by itself, --array=5.
  const Variables again = {{"SLURM_ARRAY_TASK_ID", "5"},
                           {"SLURM_ARRAY_TASK_COUNT", "1"},
                           {"SLURM_ARRAY_TASK_MIN", "5"},
                           {"SLURM_ARRAY_TASK_MAX", "5"},
                           {"MISPSIFT_SHARDS", "8"}};
  EXPECT_EQ(*Auto(again), (Shard{5, 8}));
  EXPECT_FALSE(Auto({{"SLURM_ARRAY_TASK_ID", "5"}}).ok());
  EXPECT_FALSE(
      Auto({{"SLURM_ARRAY_TASK_ID", "8"}, {"MISPSIFT_SHARDS", "8"}}).ok());
}

TEST(ShardsTest, WhatKubernetesSays) {
  EXPECT_EQ(*Auto({{"JOB_COMPLETION_INDEX", "2"}, {"MISPSIFT_SHARDS", "3"}}),
            (Shard{2, 3}));
  for (const Variables& variables :
       {Variables{{"JOB_COMPLETION_INDEX", "2"}},
        Variables{{"JOB_COMPLETION_INDEX", ""}, {"MISPSIFT_SHARDS", "3"}},
        Variables{{"JOB_COMPLETION_INDEX", "3"}, {"MISPSIFT_SHARDS", "3"}},
        Variables{{"MISPSIFT_SHARDS", "3"}}, Variables{}}) {
    EXPECT_TRUE(absl::IsInvalidArgument(Auto(variables).status()));
  }
}

Manifest AnyInputs() {
  Manifest manifest;
  const size_t inputs = *rc::gen::inRange<size_t>(0, 200);
  const bool is_skewed = *rc::gen::arbitrary<bool>();
  for (size_t i = 0; i < inputs; ++i) {
    Manifest::Input input;
    input.file.path = fmt::format("/data/{}", i);
    input.file.number = i;
    input.bytes = *rc::gen::inRange<uint64_t>(0, 1'000'000);
    if (is_skewed && i % 10 == 0) input.bytes *= 1000;
    manifest.inputs.push_back(input);
  }
  return manifest;
}

RC_GTEST_PROP(ShardsPropertyTest, EachInputIsInOneShardOfThoseThatThereAre,
              ()) {
  const Manifest manifest = AnyInputs();
  const uint32_t count = *rc::gen::inRange<uint32_t>(1, 12);
  for (const ShardBy by : {ShardBy::kSize, ShardBy::kHash}) {
    const std::vector<uint32_t> shards = DealOut(manifest, count, by);
    RC_ASSERT(shards.size() == manifest.inputs.size());
    RC_ASSERT(std::ranges::all_of(
        shards, [count](uint32_t shard) { return shard < count; }));
    RC_ASSERT(shards == DealOut(manifest, count, by));
  }
}

RC_GTEST_PROP(ShardsPropertyTest, BySizeNoShardIsMuchHeavierThanItsShare, ()) {
  const Manifest manifest = AnyInputs();
  const uint32_t count = *rc::gen::inRange<uint32_t>(1, 12);
  const std::vector<uint32_t> shards = DealOut(manifest, count, ShardBy::kSize);
  std::vector<uint64_t> weights(count);
  uint64_t total = 0;
  uint64_t largest = 0;
  for (size_t i = 0; i < shards.size(); ++i) {
    const uint64_t weight = manifest.inputs[i].bytes + kInputWeight;
    weights[shards[i]] += weight;
    total += weight;
    largest = std::max(largest, weight);
  }
  RC_ASSERT(std::ranges::max(weights) <= total / count + largest);
  // The first shard does not get all that is empty.
  if (manifest.inputs.size() >= count) {
    RC_ASSERT(std::ranges::min(weights) > 0u);
  }
}

RC_GTEST_PROP(ShardsPropertyTest, ByHashAGrownManifestMovesNothing, ()) {
  const Manifest manifest = AnyInputs();
  const uint32_t count = *rc::gen::inRange<uint32_t>(1, 12);
  const std::vector<uint32_t> before = DealOut(manifest, count, ShardBy::kHash);
  Manifest grown;
  std::vector<size_t> places;
  for (const Manifest::Input& input : manifest.inputs) {
    for (int more = *rc::gen::inRange(0, 3); more > 0; --more) {
      Manifest::Input added;
      added.file.path = fmt::format("/more/{}", grown.inputs.size());
      grown.inputs.push_back(added);
    }
    places.push_back(grown.inputs.size());
    grown.inputs.push_back(input);
  }
  const std::vector<uint32_t> after = DealOut(grown, count, ShardBy::kHash);
  for (size_t i = 0; i < places.size(); ++i) {
    RC_ASSERT(after[places[i]] == before[i]);
  }
}

TEST(ShardsTest, ByHashShardsAreUsedAlike) {
  Manifest manifest;
  for (int i = 0; i < 8000; ++i) {
    Manifest::Input input;
    input.file.path = fmt::format("/data/analyses/{}/reports/report.json", i);
    manifest.inputs.push_back(input);
  }
  std::vector<int> inputs(8);
  for (const uint32_t shard : DealOut(manifest, 8, ShardBy::kHash)) {
    ++inputs[shard];
  }
  EXPECT_GT(std::ranges::min(inputs), 850);
  EXPECT_LT(std::ranges::max(inputs), 1150);
}

// Shards that were scanned in different ways must not pass for one scan.
TEST(SettingsDigestTest, KnowsWhatAResultDependsOn) {
  using Change = void (*)(ScanOptions*);
  const std::vector<Change> changes = {
      [](ScanOptions* o) { o->depth = ScanDepth::kFields; },
      [](ScanOptions* o) { o->collect_fields = false; },
      [](ScanOptions* o) { o->exact_only = true; },
      [](ScanOptions* o) { o->misp_correlation_limit = 5; },
      [](ScanOptions* o) { o->index.only_ids = false; },
      [](ScanOptions* o) { o->index.ioc_blacklist = {"a"}; },
      [](ScanOptions* o) { o->index.warninglist_way = WarninglistWay::kMisp; },
      [](ScanOptions* o) { o->index.warninglist_inform = {"a"}; },
      [](ScanOptions* o) { o->index.warninglist_block = {"a"}; },
      [](ScanOptions* o) { o->index.as_misp = AsMisp::kDefault; },
      [](ScanOptions* o) { o->safelist = {"a"}; },
      [](ScanOptions* o) { o->max_values = 5; },
      [](ScanOptions* o) { o->common_share_percent = 5; },
      [](ScanOptions* o) { o->limits.max_report_bytes = 5; },
      [](ScanOptions* o) { o->limits.max_held_bytes = 5; },
      [](ScanOptions* o) { o->limits.max_members = 5; },
      [](ScanOptions* o) { o->limits.max_ratio = 5; },
      [](ScanOptions* o) { o->limits.ratio_floor_bytes = 5; },
      [](ScanOptions* o) { o->limits.archive_floor_bytes = 5; },
      [](ScanOptions* o) { o->limits.max_nesting = 5; },
      [](ScanOptions* o) { o->max_json_nesting = 5; }};
  std::vector<std::string> digests = {SettingsDigest(ScanOptions())};
  for (const Change change : changes) {
    ScanOptions options;
    change(&options);
    digests.push_back(SettingsDigest(options));
  }
  std::sort(digests.begin(), digests.end());
  EXPECT_EQ(std::unique(digests.begin(), digests.end()), digests.end());

  ScanOptions machine;
  machine.paths = {"a"};
  machine.snapshot = "b";
  machine.out = "c";
  machine.threads = 7;
  machine.max_report_memory = 5;
  machine.verify_percent = 5;
  EXPECT_EQ(SettingsDigest(machine), SettingsDigest(ScanOptions()));
}

}  // namespace
}  // namespace mispsift
