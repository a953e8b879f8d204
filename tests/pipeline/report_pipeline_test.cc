#include "src/pipeline/report_pipeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <utility>

#include "tests/support/snapshots.h"
#include "tests/support/temp_folder.h"

namespace mispsift {
namespace {

using ::testing::HasSubstr;

// What a bug of the sifting would do: the filter lacks what the index has.
TEST(ReportPipelineTest, AnOverlookedReportFailsTheScanThatVerifies) {
  TempFolder folder;
  std::ofstream(folder.path("report.json"))
      << R"({"info":{"id":7},"network":{"hosts":["203.0.113.7"]}})";
  const Snapshot snapshot = SnapshotOf({{"ip-dst", "203.0.113.7"}});
  const Index index = Index::Build(snapshot, {});
  CandidateFilter::Builder builder;
  builder.Add({IndicatorKind::kHost, KeyForm::kValue, "other.example"});
  const CandidateFilter filter = std::move(builder).Build();
  const auto scan = [&](const CandidateFilter* with, uint32_t verify) {
    ScanOptions options;
    options.verify_percent = verify;
    auto results =
        ResultFolder::Create(folder.path("results"), {.fields = true});
    if (!results.ok()) return results.status();
    ReportArchiveWalker walker({folder.path("report.json")}, options.limits);
    const SnapshotRecords records(index);
    TriagePage page(&records);
    Summary summary;
    ScanProgress progress;
    return ScanReports(options, index, with, &walker, &*results, &page, nullptr,
                       &summary, &progress);
  };
  EXPECT_EQ(scan(&filter, 100).code(), absl::StatusCode::kInternal);
  EXPECT_TRUE(scan(&filter, 0).ok());
  EXPECT_TRUE(scan(nullptr, 100).ok());
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
    ScanOptions options;
    absl::StatusOr<ResultFolder> results =
        ResultFolder::Create(folder.path("results"), {.fields = true});
    EXPECT_TRUE(results.ok());
    ReportArchiveWalker walker({folder.path("report.json")}, options.limits);
    const SnapshotRecords records(index);
    TriagePage page(&records);
    Summary summary;
    ScanProgress progress;
    EXPECT_TRUE(ScanReports(options, index, nullptr, &walker, &*results, &page,
                            nullptr, &summary, &progress)
                    .ok());
    EXPECT_TRUE(std::move(*results).Finish("{}").ok());
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
