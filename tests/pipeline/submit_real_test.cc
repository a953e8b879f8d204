// The events of real reports, judged on their own feet: valid to MISP, and
// nothing in them that is private, known to be harmless, or on a warninglist.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "mispsift/misp/warninglist_reader.h"
#include "mispsift/model/warninglist_columns.h"
#include "mispsift/normalize/warninglist_matcher.h"
#include "mispsift/pipeline/fetch.h"
#include "mispsift/pipeline/scan.h"
#include "mispsift/pipeline/submit.h"
#include "nlohmann/json.hpp"
#include "tests/support/event_validity.h"
#include "tests/support/real_data.h"
#include "tests/support/temp_folder.h"

namespace mispsift {
namespace {

constexpr size_t kReports = 36;  // of 37 files; one is no report

class SubmitRealTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new TempFolder;
    FetchOptions fetch;
    fetch.out = folder_->path("snapshot");
    fetch.events = {RealData("iocs/misp-events")};
    fetch.warninglists = {RealData("warninglists")};
    FetchProgress fetched;
    const absl::StatusOr<FetchReport> snapshot = Fetch(fetch, &fetched);
    ASSERT_TRUE(snapshot.ok()) << snapshot.status();
    ScanOptions scan;
    scan.paths = {RealData("reports")};
    scan.snapshot = fetch.out;
    scan.out = folder_->path("results");
    ScanProgress scanned;
    const absl::StatusOr<Summary> summary = Scan(scan, &scanned);
    ASSERT_TRUE(summary.ok()) << summary.status();
    const absl::StatusOr<misp::ReadWarninglistsOutcome> lists =
        misp::ReadWarninglists(RealData("warninglists"));
    ASSERT_TRUE(lists.ok()) << lists.status();
    encoded_ = new EncodedWarninglists(EncodeWarninglists(lists->lists));
    const absl::StatusOr<WarninglistsView> view =
        WarninglistsView::Read(encoded_->columns());
    ASSERT_TRUE(view.ok());
    matcher_ = new WarninglistMatcher(*view);
  }

  static void TearDownTestSuite() {
    delete matcher_;
    delete encoded_;
    delete folder_;
  }

  // The lines that are printed; each is an event without a fault.
  static std::vector<std::string> Events(const SubmitOptions& settings) {
    SubmitOptions options = settings;
    options.results = folder_->path("results");
    options.dry_run = true;
    options.known = KnownPolicy::kSubmit;
    WarninglistCheck check(matcher_);
    const MayNotStand is_listed = [&check](std::string_view type,
                                           std::string_view value) {
      return !check.Hits(matcher_->ScopeOf(type), value).empty();
    };
    std::vector<std::string> events;
    SubmitProgress progress;
    const absl::StatusOr<SubmitReport> report =
        Submit(options, &progress, [&](std::string_view line) {
          for (const std::string& problem : ProblemsOfJson(line, is_listed)) {
            ADD_FAILURE() << problem << "\n" << line.substr(0, 300);
          }
          events.emplace_back(line);
          return absl::OkStatus();
        });
    EXPECT_TRUE(report.ok()) << report.status();
    EXPECT_TRUE(report->warninglists_checked);
    EXPECT_EQ(report->selected, kReports);
    EXPECT_TRUE(report->planned.empty());
    return events;
  }

  static SubmitOptions WithEverything() {
    SubmitOptions options;
    options.draft.modes = ~uint32_t{0};
    options.draft.tags = {"tlp:green", "sandbox"};
    options.upload_sample = true;
    return options;
  }

  static TempFolder* folder_;
  static EncodedWarninglists* encoded_;
  static WarninglistMatcher* matcher_;
};

TempFolder* SubmitRealTest::folder_ = nullptr;
EncodedWarninglists* SubmitRealTest::encoded_ = nullptr;
WarninglistMatcher* SubmitRealTest::matcher_ = nullptr;

TEST_F(SubmitRealTest, EventsOfTheDefaultModes) {
  const std::vector<std::string> events = Events({});
  EXPECT_GE(events.size(), 30U);
}

TEST_F(SubmitRealTest, EventsOfEveryMode) {
  const std::vector<std::string> events = Events(WithEverything());
  EXPECT_GE(events.size(), 30U);
  std::set<std::string> types;
  for (const std::string& line : events) {
    const nlohmann::json event = nlohmann::json::parse(line)["Event"];
    for (const nlohmann::json& attribute : event["Attribute"]) {
      types.insert(attribute["type"]);
    }
  }
  // Something of nearly every kind is in the real reports.
  for (const char* type :
       {"filename|md5", "filename|sha256", "url", "domain|ip", "ip-dst",
        "mutex", "regkey", "comment", "user-agent"}) {
    EXPECT_TRUE(types.contains(type)) << type;
  }
}

TEST_F(SubmitRealTest, EventsWithObjects) {
  SubmitOptions options = WithEverything();
  options.draft.objects = true;
  const std::vector<std::string> events = Events(options);
  std::set<std::string> names;
  for (const std::string& line : events) {
    const nlohmann::json event = nlohmann::json::parse(line)["Event"];
    for (const nlohmann::json& object : event["Object"]) {
      names.insert(object["name"]);
    }
  }
  for (const char* name :
       {"file", "domain-ip", "url", "sandbox-report", "sb-signature"}) {
    EXPECT_TRUE(names.contains(name)) << name;
  }
}

TEST_F(SubmitRealTest, BatchesHoldTheSameValues) {
  const auto values = [](const std::vector<std::string>& events) {
    std::set<std::string> found;
    for (const std::string& line : events) {
      const nlohmann::json event = nlohmann::json::parse(line)["Event"];
      for (const nlohmann::json& attribute : event["Attribute"]) {
        if (attribute["type"] == "url" || attribute["type"] == "domain|ip") {
          found.insert(attribute["value"]);
        }
      }
    }
    return found;
  };
  SubmitOptions options = WithEverything();
  const std::vector<std::string> single = Events(options);
  options.batch_attributes = 300;
  const std::vector<std::string> batches = Events(options);
  EXPECT_LT(batches.size(), single.size() / 2);
  EXPECT_EQ(values(batches), values(single));
}

}  // namespace
}  // namespace mispsift
