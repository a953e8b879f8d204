#include "mispsift/pipeline/merge.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "mispsift/base/check.h"
#include "mispsift/misp/snapshot_file.h"
#include "mispsift/sink/result_folder.h"
#include "tests/support/snapshots.h"
#include "tests/support/temp_folder.h"
#include "tests/support/test_seed.h"

namespace mispsift {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::HasSubstr;

std::string Content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(file)), {});
}

void Write(const fs::path& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

// Everything in a result folder that two runs over the same inputs share: files
// by their path in it.
std::map<std::string, std::string> Lasting(const fs::path& results) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(results)) {
    if (!entry.is_regular_file()) continue;
    files[entry.path().lexically_relative(results)] = Content(entry.path());
  }
  json summary = json::parse(files["summary.json"]);
  for (const char* key : {"finished", "seconds", "threads", "merged"}) {
    summary.erase(key);
  }
  files["summary.json"] = summary.dump(1);
  const std::string page = files["index.html"];
  constexpr std::string_view kOpen =
      R"(<script type="application/json" id="data">)";
  const size_t begin = page.find(kOpen) + kOpen.size();
  json data =
      json::parse(page.substr(begin, page.find("</script>", begin) - begin));
  for (const char* key : {"finished", "seconds", "threads"}) {
    data["run"].erase(key);
  }
  files["index.html"] = data.dump(1);
  return files;
}

// Reports of few analyses, over again and in different versions, that show few
// values; and what is no report.
class Inputs {
 public:
  explicit Inputs(uint64_t seed) : random_(seed) {}

  void WriteTo(const fs::path& folder) {
    fs::create_directories(folder);
    const int files = 1 + Below(25);
    for (int i = 0; i < files; ++i) WriteFile(folder / fmt::format("{:02}", i));
  }

  static Snapshot AllThatMatches() {
    Warninglist informs;
    informs.name = "cloud";
    informs.type = WarninglistType::kHostname;
    informs.category = "known";
    informs.entries = {"h1.example"};
    Warninglist suppresses = informs;
    suppresses.name = "quiet \u2028hosts";
    suppresses.category = "false_positive";
    suppresses.entries = {"h2.example"};
    std::vector<Planted> planted = {{"mutex", "Quiet"},
                                    {"hostname", "h0.example"},
                                    {"domain", "h3.example", false},
                                    {"domain|ip", "h4.example|10.0.0.1"},
                                    {"mutex", "never", true, true}};
    for (int i = 0; i < 3; ++i) {
      planted.push_back({"domain", fmt::format("h{}.example", i)});
      planted.push_back({"ip-dst", fmt::format("203.0.113.{}", i)});
    }
    return SnapshotOf(planted, {informs, suppresses});
  }

 private:
  int Below(int n) {
    return std::uniform_int_distribution<int>(0, n - 1)(random_);
  }

  std::string Report() {
    json report;
    report["info"] = {{"id", Below(3)},
                      {"started", 1700000000 + 100000 * Below(3)},
                      {"score", Below(100) / 7.0}};
    // Its own, which another report shows as a finding; and without it there
    // may be nothing to look for.
    if (Below(2) == 0) report["info"]["machine"] = {{"ip", "203.0.113.2"}};
    report["target"] = {
        {"category", "file"},
        {"file",
         {{"name", "a\xFF.exe"},
          {"sha256", std::string(64, static_cast<char>('a' + Below(2)))}}}};
    report["network"] = {{"domains", json::array()}, {"hosts", json::array()}};
    for (int i = Below(6); i > 0; --i) {
      report["network"]["domains"].push_back(
          {{"domain", fmt::format("h{}.example", Below(5))}, {"ip", ""}});
      report["network"]["hosts"].push_back(
          fmt::format("203.0.113.{}", Below(5)));
    }
    if (Below(2) == 0) {
      report["behavior"]["summary"]["mutex"] = {"Global\\Quiet", "quiet"};
    }
    return report.dump(-1, ' ', false, json::error_handler_t::replace);
  }

  void WriteFile(const fs::path& base) {
    switch (Below(8)) {
      case 0:
        return Write(base.string() + ".json", "{\"broken\":");
      case 1:
        Write(base.string() + ".png", "PNG");
        return Write(base.string() + ".txt", "{\"no\":\"report\"}");
      case 2:
        return Write(base.string() + ".json",
                     "\xEF\xBB\xBF" + Report() + " trailing");
      case 3: {
        std::string lines;
        for (int i = Below(5); i >= 0; --i) lines += Report() + "\n";
        return Write(base.string() + ".jsonl", lines);
      }
      default:
        return Write(base.string() + ".json", Report());
    }
  }

  std::mt19937_64 random_;
};

class Cluster {
 public:
  Cluster() {
    const absl::Status written =
        misp::WriteSnapshot(Inputs::AllThatMatches(), At("snapshot"));
    MISPSIFT_CHECK(written.ok());
  }

  std::string At(const std::string& name) const { return folder_.path(name); }

  void MakeInputs(uint64_t seed) {
    Inputs(seed).WriteTo(At("in"));
    Manifest manifest = WalkManifest({At("in"), At("gone.json")});
    Write(At("manifest"), ManifestText(&manifest));
  }

  ScanOptions Options(const std::string& out) const {
    ScanOptions options;
    options.snapshot = At("snapshot");
    options.out = At(out);
    options.threads = 2;
    options.common_share_percent = 5;
    return options;
  }

  static void Scan(const ScanOptions& options) {
    ScanProgress progress;
    const absl::StatusOr<Summary> done = mispsift::Scan(options, &progress);
    MISPSIFT_CHECK(done.ok());
  }

  // The folders of all shards.
  std::vector<std::string> ScanShards(uint32_t count, ShardBy by, bool fields,
                                      const std::string& prefix = "shard") {
    std::vector<std::string> folders;
    for (uint32_t i = 0; i < count; ++i) {
      ScanOptions options = Options(fmt::format("{}{}", prefix, i));
      options.shard = ScanShard{At("manifest"), {i, count}, by};
      options.collect_fields = fields;
      Scan(options);
      folders.push_back(options.out);
    }
    return folders;
  }

  absl::Status Merge(const std::vector<std::string>& shards,
                     const std::string& out = "merged") const {
    ScanProgress progress;
    return mispsift::Merge({shards, At(out)}, &progress).status();
  }

 private:
  TempFolder folder_;
};

TEST(MergeRandomTest, IsWhatOneScanOfAllWouldWrite) {
  const uint64_t seed = TestSeed();
  std::mt19937_64 random(seed);
  // What the rounds had in them.
  int with_common = 0;
  int with_own_traffic = 0;
  int with_warninglists = 0;
  int with_skipped = 0;
  for (int round = 0; round < 25; ++round) {
    Cluster cluster;
    cluster.MakeInputs(random());
    const bool fields = round % 2 == 0;
    ScanOptions single = cluster.Options("single");
    single.paths = {cluster.At("in"), cluster.At("gone.json")};
    single.collect_fields = fields;
    Cluster::Scan(single);
    std::vector<std::string> shards = cluster.ScanShards(
        1 + static_cast<uint32_t>(random() % 8),
        random() % 2 == 0 ? ShardBy::kSize : ShardBy::kHash, fields);
    std::shuffle(shards.begin(), shards.end(), random);
    const absl::Status merged = cluster.Merge(shards);
    ASSERT_TRUE(merged.ok()) << merged.message();
    std::map<std::string, std::string> files = Lasting(single.out);
    ASSERT_EQ(Lasting(cluster.At("merged")), files) << "round " << round;
    const json summary = json::parse(files["summary.json"]);
    with_common += !summary["over_correlating"].empty();
    with_own_traffic += summary["suppressed"]["sandbox"] > 0;
    with_skipped += summary["skipped"] > 0;
    with_warninglists += files["correlations.jsonl"].find("\"warninglists\"") !=
                         std::string::npos;
    ASSERT_EQ(std::ranges::count(files["suppressed.jsonl"], '\n'), 4);
  }
  EXPECT_GT(with_common, 0);
  EXPECT_GT(with_own_traffic, 0);
  EXPECT_GT(with_warninglists, 0);
  EXPECT_GT(with_skipped, 0);
}

class MergeTest : public testing::Test, public Cluster {
 protected:
  MergeTest() {
    MakeInputs(3);
    shards_ = ScanShards(3, ShardBy::kSize, true);
    Write(At("kept"), "");
  }

  void ExpectRefused(const std::vector<std::string>& shards,
                     const std::string& why) {
    const absl::Status status = Merge(shards);
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status.message();
    EXPECT_THAT(std::string(status.message()), HasSubstr(why));
    EXPECT_FALSE(fs::exists(At("merged")));
  }

  // Of a scan like the others with one more setting.
  std::string Another(const std::function<void(ScanOptions*)>& change) {
    ScanOptions options = Options("another");
    options.shard = ScanShard{At("manifest"), {2, 3}, ShardBy::kSize};
    change(&options);
    Scan(options);
    return options.out;
  }

  // Changes a file of a shard.
  void Change(const std::string& file,
              const std::function<void(std::string*)>& change) {
    std::string content = Content(file);
    change(&content);
    Write(file, content);
  }

  std::vector<std::string> shards_;
};

TEST_F(MergeTest, WhatIsNoWholeIsRefused) {
  ExpectRefused({shards_[0]}, "of 3 shards 1, 2 are missing");
  ExpectRefused({shards_[2], shards_[0]}, "of 3 shards 1 is missing");
  ExpectRefused({shards_[0], shards_[1], shards_[2], shards_[0]},
                "are the same folder");
  ExpectRefused({shards_[0], shards_[1],
                 Another([](ScanOptions* o) { o->shard->shard.index = 1; })},
                "are both shard 1");
}

TEST_F(MergeTest, WhatIsOfDifferentScansIsRefused) {
  ExpectRefused({shards_[0], shards_[1], Another([](ScanOptions* o) {
                   o->depth = ScanDepth::kFields;
                 })},
                "different settings");
  ExpectRefused({shards_[0], shards_[1],
                 Another([](ScanOptions* o) { o->collect_fields = false; })},
                "different settings");
  ExpectRefused({shards_[0], shards_[1],
                 Another([](ScanOptions* o) { o->formats.csv = true; })},
                "different settings");
  ExpectRefused({shards_[0], shards_[1], Another([](ScanOptions* o) {
                   o->shard->by = ShardBy::kHash;
                 })},
                "in 3 by size, and in 3 by hash");
  ExpectRefused({shards_[0], shards_[1],
                 Another([](ScanOptions* o) { o->shard->shard.count = 4; })},
                "in 3 by size, and in 4 by size");
  ASSERT_TRUE(misp::WriteSnapshot(SnapshotOf({{"domain", "h0.example"}}),
                                  At("other_snapshot"))
                  .ok());
  ExpectRefused({shards_[0], shards_[1], Another([this](ScanOptions* o) {
                   o->snapshot = At("other_snapshot");
                 })},
                "different snapshots");
  Write(At("in/zz.json"), "{}");
  Manifest grown = WalkManifest({At("in")});
  Write(At("grown"), ManifestText(&grown));
  ExpectRefused({shards_[0], shards_[1], Another([this](ScanOptions* o) {
                   o->shard->manifest = At("grown");
                 })},
                "different manifests");
}

TEST_F(MergeTest, WhatIsNoShardIsRefused) {
  ExpectRefused({At("none")}, "is no folder");
  ExpectRefused({At("kept")}, "is no folder");
  ExpectRefused({At("in")}, "is not the folder of a finished scan");
  ScanOptions whole = Options("whole");
  whole.paths = {At("in")};
  Scan(whole);
  ExpectRefused({shards_[0], whole.out}, "is no shard of a manifest");
  fs::remove(shards_[1] + "/summary.json");
  ExpectRefused(shards_, "is not the folder of a finished scan");
  Write(shards_[1] + "/summary.json", "{}");
  ExpectRefused(shards_, "summary.json is no scan's");
}

TEST_F(MergeTest, AnotherVersionIsRefused) {
  Change(shards_[1] + "/summary.json", [](std::string* text) {
    const size_t at = text->find("\"version\":\"") + 11;
    text->replace(at, text->find('"', at) - at, "9.9.9");
  });
  ExpectRefused(shards_, "was written by mispsift 9.9.9");
}

TEST_F(MergeTest, WhatWouldBeWrittenOverIsLeftAlone) {
  fs::create_directories(At("mine"));
  Write(At("mine/notes"), "mine");
  EXPECT_TRUE(absl::IsInvalidArgument(Merge(shards_, "mine")));
  EXPECT_EQ(Content(At("mine/notes")), "mine");
  // A shard.
  EXPECT_TRUE(absl::IsInvalidArgument(Merge(shards_, "shard1")));
  EXPECT_TRUE(fs::exists(shards_[1] + "/summary.json"));
  // An earlier result is replaced.
  ASSERT_TRUE(Merge(shards_).ok());
  const std::string first = Content(At("merged/reports.jsonl"));
  ASSERT_TRUE(Merge(shards_).ok());
  EXPECT_EQ(Content(At("merged/reports.jsonl")), first);
  // What was merged is no shard.
  const absl::Status again = Merge({At("merged")}, "again");
  EXPECT_TRUE(absl::IsInvalidArgument(again)) << again.message();
}

TEST_F(MergeTest, AShardThatIsBeingWrittenIsLeftAlone) {
  absl::StatusOr<ResultFolder> held = ResultFolder::Create(shards_[1], {});
  ASSERT_TRUE(held.ok());
  EXPECT_TRUE(absl::IsAborted(Merge(shards_)));
  EXPECT_FALSE(fs::exists(At("merged")));
}

TEST_F(MergeTest, AStopLeavesNoSummary) {
  ScanProgress progress;
  progress.stop = true;
  EXPECT_TRUE(absl::IsCancelled(
      mispsift::Merge({shards_, At("merged")}, &progress).status()));
  EXPECT_FALSE(fs::exists(At("merged/summary.json")));
}

// A line that is lost in any file of any shard is seen, whichever it is.
TEST_F(MergeTest, NoLineIsLostWithoutAWord) {
  int tried = 0;
  for (const std::string& shard : shards_) {
    for (const char* name :
         {"/shard.jsonl", "/reports.jsonl", "/correlations.jsonl",
          "/fields.jsonl", "/suppressed.jsonl"}) {
      const std::string whole = Content(shard + name);
      for (size_t begin = 0; begin < whole.size();) {
        const size_t end = whole.find('\n', begin) + 1;
        Change(shard + name,
               [&](std::string* text) { text->erase(begin, end - begin); });
        EXPECT_TRUE(absl::IsDataLoss(Merge(shards_)))
            << shard << name << " without byte " << begin << " to " << end;
        EXPECT_FALSE(fs::exists(At("merged/summary.json")));
        Write(shard + name, whole + whole.substr(begin, end - begin));
        EXPECT_TRUE(absl::IsDataLoss(Merge(shards_))) << shard << name;
        Write(shard + name, whole);
        begin = end;
        ++tried;
      }
    }
  }
  EXPECT_GT(tried, 20);
  EXPECT_TRUE(Merge(shards_).ok());
}

TEST_F(MergeTest, ALineOfAnotherReportIsSeen) {
  const auto id = [](const std::string& line) {
    return json::parse(line)["report"]["id"].get<std::string>();
  };
  for (const std::string& shard : shards_) {
    std::ifstream file(shard + "/correlations.jsonl");
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    const auto pair =
        std::adjacent_find(lines.begin(), lines.end(),
                           [&id](const std::string& a, const std::string& b) {
                             return id(a) != id(b);
                           });
    if (pair == lines.end()) continue;
    std::iter_swap(pair, std::next(pair));
    std::string swapped;
    for (const std::string& line : lines) swapped += line + "\n";
    Write(shard + "/correlations.jsonl", swapped);
    const absl::Status status = Merge(shards_);
    EXPECT_TRUE(absl::IsDataLoss(status));
    EXPECT_THAT(std::string(status.message()),
                HasSubstr("a correlation of another report"));
    return;
  }
  FAIL() << "no shard has matches of two reports";
}

// An input that has changed since is scanned as it is, and counted; one that is
// gone is rejected, like one that vanishes under a scan.
TEST_F(MergeTest, InputsThatHaveChangedAreTold) {
  const Manifest manifest = *ReadManifest(At("manifest"));
  Write(manifest.inputs[0].file.path, "{\"info\":{}, \"network\":{}}     ");
  fs::remove(manifest.inputs[1].file.path);
  shards_ = ScanShards(3, ShardBy::kSize, true);
  ASSERT_TRUE(Merge(shards_).ok());
  const json summary = json::parse(Content(At("merged/summary.json")));
  EXPECT_EQ(summary["merged"]["changed"], 1);
  EXPECT_EQ(summary["reports"]["rejected"]["unreadable"], 2);
}

}  // namespace
}  // namespace mispsift
