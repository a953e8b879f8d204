#include "src/pipeline/report_pipeline.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "src/pipeline/candidate_queue.h"
#include "tests/support/run_on_threads.h"
#include "tests/support/snapshots.h"
#include "tests/support/temp_folder.h"

namespace mispsift {
namespace {

using ::testing::HasSubstr;

// All that a scan of `paths` into the folder `out` is made of.
class OneScan {
 public:
  OneScan(const Index& index, const std::vector<std::string>& paths,
          const std::string& out, const ScanOptions& options = {},
          const ResultFiles& files = {.fields = true})
      : results(ResultFolder::Create(out, files)),
        walker(paths, options.limits),
        records(index),
        page(&records),
        index_(index),
        options_(options) {
    EXPECT_TRUE(results.ok());
  }

  absl::Status Run(const CandidateFilter* filter = nullptr,
                   RunTasks run = RunOneByOne, ShardLines* lines = nullptr,
                   AtomicFile* keys = nullptr,
                   RunTasks run_besides = RunOneByOne) {
    return ScanReports(options_, index_, filter, &walker, &*results, &page,
                       lines, keys, &summary, &progress, run, run_besides);
  }

  absl::StatusOr<ResultFolder> results;
  ReportArchiveWalker walker;
  const SnapshotRecords records;
  TriagePage page;
  Summary summary;
  ScanProgress progress;

 private:
  const Index& index_;
  const ScanOptions options_;
};

// What a bug of the sifting would do: the filter lacks what the index has. In a
// report that is held, and in one that is sifted a window at a time.
TEST(ReportPipelineTest, AnOverlookedReportFailsTheScanThatVerifies) {
  TempFolder folder;
  const std::string report =
      R"({"info":{"id":7},"network":{"hosts":["203.0.113.7"]}})";
  std::ofstream(folder.path("small.json")) << report;
  std::ofstream(folder.path("large.json"))
      << report << std::string(9'000'000, ' ');
  const Snapshot snapshot = SnapshotOf({{"ip-dst", "203.0.113.7"}});
  const Index index = Index::Build(snapshot, {});
  CandidateFilter::Builder builder;
  builder.Add({IndicatorKind::kHost, KeyForm::kValue, "other.example"});
  const CandidateFilter filter = std::move(builder).Build();
  for (const char* name : {"small.json", "large.json"}) {
    const auto scan = [&](const CandidateFilter* with, uint32_t verify) {
      ScanOptions options;
      options.verify_percent = verify;
      OneScan one(index, {folder.path(name)}, folder.path("results"), options);
      return one.Run(with);
    };
    EXPECT_EQ(scan(&filter, 100).code(), absl::StatusCode::kInternal) << name;
    EXPECT_TRUE(scan(&filter, 0).ok()) << name;
    EXPECT_TRUE(scan(nullptr, 100).ok()) << name;
  }
}

// Files of one report, of many, and of none, of unlike sizes.
std::vector<std::string> MixedFiles(const TempFolder& folder) {
  std::vector<std::string> paths;
  for (int i = 0; i < 60; ++i) {
    paths.push_back(folder.path(fmt::format("{:02}.json", i)));
    std::ofstream out(paths.back());
    if (i % 7 == 3) out << "no report";
    for (int line = 0; i % 7 != 3 && line <= i % 5 * 50; ++line) {
      out << fmt::format(
                 R"({{"info":{{"id":{}}},"network":{{"hosts":["203.0.113.{}"]}}}})",
                 i * 1000 + line, line % 30)
          << "\n";
    }
  }
  std::filesystem::resize_file(paths[50], CandidateQueue::kLargeBytes);
  return paths;
}

// Every file of a folder but the summary and what depends on it.
std::map<std::string, std::string> Contents(const std::string& folder) {
  std::map<std::string, std::string> contents;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    contents[entry.path().lexically_relative(folder)] = {
        std::istreambuf_iterator<char>(in), {}};
  }
  return contents;
}

// The order of the input is that of the output, whoever comes first and
// wherever what waits is kept.
TEST(ReportPipelineConcurrencyTest, ThreadsAndWhereResultsWaitChangeNothing) {
  TempFolder folder;
  const std::vector<std::string> paths = MixedFiles(folder);
  const Snapshot snapshot =
      SnapshotOf({{"ip-dst", "203.0.113.7"}, {"ip-dst", "203.0.113.8"}});
  const Index index = Index::Build(snapshot, {});
  const auto scan = [&](int threads, uint64_t max_waiting_bytes) {
    ScanOptions options;
    options.threads = threads;
    options.max_waiting_bytes = max_waiting_bytes;
    options.formats = {.csv = true, .ecs = true};
    const std::string out = folder.path("results");
    OneScan one(index, paths, out, options,
                {.fields = true, .shard = true, .formats = options.formats});
    absl::StatusOr<AtomicFile> keys = AtomicFile::Create(folder.path("keys"));
    EXPECT_TRUE(keys.ok());
    ShardLines lines;
    EXPECT_TRUE(one.Run(nullptr, RunOnThreads, &lines, &*keys).ok());
    EXPECT_TRUE(one.page
                    .Write(one.summary,
                           [&one](std::string_view piece) {
                             return one.results->AppendPage(piece);
                           })
                    .ok());
    EXPECT_TRUE(std::move(*keys).Commit().ok());
    EXPECT_TRUE(std::move(*one.results).Finish(one.summary.ToJson()).ok());
    EXPECT_EQ(one.progress.reports, one.summary.reports_seen);
    EXPECT_EQ(one.progress.bytes, one.summary.bytes);
    EXPECT_EQ(one.progress.matches, one.summary.matches);
    EXPECT_EQ(one.progress.rejected, one.summary.rejects.Total());
    EXPECT_EQ(one.progress.input_bytes, one.walker.passed_bytes());
    std::map<std::string, std::string> contents = Contents(out);
    std::ifstream in(folder.path("keys"), std::ios::binary);
    contents["keys"] = {std::istreambuf_iterator<char>(in), {}};
    return contents;
  };
  const std::map<std::string, std::string> alone = scan(1, 1 << 30);
  EXPECT_GT(alone.size(), 100u);  // with enrichment/
  EXPECT_GT(alone.at("keys").size(), 1000u);
  for (const uint64_t bytes : {0, 10'000, 1 << 30}) {
    for (int run = 0; run < 3; ++run) EXPECT_EQ(scan(4, bytes), alone);
  }
}

TEST(ReportPipelineTest, ADiskThatDoesNotTakeWhatWaitsFailsTheScan) {
  TempFolder folder;
  ScanOptions options;
  options.max_waiting_bytes = 0;
  const std::vector<std::string> paths = MixedFiles(folder);
  const Snapshot snapshot = SnapshotOf({{"ip-dst", "198.51.100.1"}});
  const Index index = Index::Build(snapshot, {});
  OneScan one(index, paths, folder.path("results"), options);
  // No new file can be made, which only the large file's lines need; those that
  // are open go on.
  std::filesystem::remove_all(folder.path("results"));
  EXPECT_FALSE(one.Run().ok());
}

// Not only when the file that is under way is done with.
TEST(ReportPipelineTest, AFullDiskEndsTheScanWithinAFileOfLines) {
  TempFolder folder;
  constexpr int kLines = 30'000;
  {
    std::ofstream out(folder.path("lines.json"));
    for (int i = 0; i < kLines; ++i) out << "{\"info\":{}}\n";
  }
  ScanOptions options;
  options.threads = 2;
  const Snapshot snapshot = SnapshotOf({{"ip-dst", "198.51.100.1"}});
  const Index index = Index::Build(snapshot, {});
  OneScan one(index, {folder.path("lines.json")}, folder.path("results"),
              options);
  rlimit usual{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &usual), 0);
  const rlimit small = {1024, usual.rlim_max};
  const auto handler = signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const absl::Status scanned = one.Run(nullptr, RunOnThreads);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &usual), 0);
  signal(SIGXFSZ, handler);
  EXPECT_THAT(std::string(scanned.message()), HasSubstr("cannot write"));
  EXPECT_GT(one.progress.reports, 0);
  EXPECT_LT(one.progress.reports, kLines);
}

// What was read of it by then is as if it had not been, not a bad report.
TEST(ReportPipelineTest, AStopEndsTheScanWithinAReport) {
  TempFolder folder;
  std::ofstream large(folder.path("large.json"));
  large << R"({"info":{"id":7},"target":{},"strings":[)";
  for (int i = 0; i < 100'000; ++i) large << R"({"a":"a string of many"},)";
  large << std::string(8'000'000, ' ') << "{}]}";
  large.close();
  const Snapshot snapshot = SnapshotOf({{"ip-dst", "203.0.113.7"}});
  const Index index = Index::Build(snapshot, {});
  CandidateFilter::Builder builder;
  builder.Add({IndicatorKind::kIp, KeyForm::kValue, "203.0.113.7"});
  const CandidateFilter filter = std::move(builder).Build();
  for (const int most_windows : {1, 3, 1000}) {
    OneScan one(index, {folder.path("large.json")}, folder.path("results"));
    int windows = 0;
    const auto run = [&](size_t count, absl::FunctionRef<void(size_t)> task) {
      if (++windows == most_windows) one.progress.stop = true;
      RunOneByOne(count, task);
    };
    EXPECT_TRUE(one.Run(&filter, RunOneByOne, nullptr, nullptr, run).ok());
    const bool stops = most_windows < 1000;
    EXPECT_EQ(one.progress.stop, stops);
    EXPECT_EQ(one.progress.reports, stops ? 0 : 1);
    EXPECT_EQ(one.summary.reports_seen, stops ? 0 : 1);
    EXPECT_LE(windows, most_windows);
  }
}

// What the lists say of a report stands in its line, where there are lists.
TEST(ReportPipelineTest, FieldsTellWhatIsOnWarninglists) {
  TempFolder folder;
  std::ofstream(folder.path("report.json"))
      << R"({"info":{"id":7},"network":{"hosts":["203.0.113.7","192.0.2.9"]}})";
  Warninglist list;
  list.name = "ranges";
  list.type = WarninglistType::kCidr;
  list.entries = {"203.0.113.0/24"};
  const auto fields = [&folder](const Snapshot& snapshot) {
    const Index index = Index::Build(snapshot, {});
    OneScan one(index, {folder.path("report.json")}, folder.path("results"));
    EXPECT_TRUE(one.Run().ok());
    EXPECT_TRUE(std::move(*one.results).Finish("{}").ok());
    std::ifstream in(folder.path("results/fields.jsonl"));
    std::string line;
    std::getline(in, line);
    return line;
  };
  EXPECT_THAT(fields(SnapshotOf({{"ip-dst", "198.51.100.1"}}, {list})),
              HasSubstr(R"("warninglisted":[{"value":"203.0.113.7",)"
                        R"("lists":["ranges"],"blocks":true}])"));
  EXPECT_THAT(fields(SnapshotOf({{"ip-dst", "198.51.100.1"}})),
              HasSubstr(R"("warninglisted":null)"));
}

}  // namespace
}  // namespace mispsift
