#include "tests/support/submit_harness.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

namespace mispsift {
namespace {

using Json = nlohmann::json;

Json ReportOf(const ResultAnalysis& analysis) {
  Json report;
  report["id"] = analysis.id;
  report["source"] = "/reports/" + analysis.id + ".json";
  report["member"] = nullptr;
  report["dialect"] = "cuckoo2";
  report["task_id"] = analysis.id;
  report["started"] = analysis.started;
  report["score"] =
      analysis.score.empty() ? Json() : Json::parse(analysis.score);
  report["target"] = {{"category", "file"}, {"name", "sample.exe"},
                      {"md5", nullptr},     {"sha1", nullptr},
                      {"sha256", nullptr},  {"url", nullptr}};
  if (!analysis.sha256.empty()) report["target"]["sha256"] = analysis.sha256;
  return report;
}

}  // namespace

void WriteResults(const std::string& folder,
                  const std::vector<ResultAnalysis>& analyses,
                  const std::string& finished) {
  std::filesystem::create_directories(folder);
  std::ofstream fields(folder + "/fields.jsonl");
  std::ofstream correlations(folder + "/correlations.jsonl");
  for (const ResultAnalysis& analysis : analyses) {
    const Json report = ReportOf(analysis);
    Json line = {{"report", report},
                 {"urls", analysis.urls},
                 {"domains", Json::array()},
                 {"hosts", analysis.hosts},
                 {"configs", Json::array()},
                 {"matches", analysis.matches.size()},
                 {"known_events", Json::array()},
                 {"warninglisted", Json::array()}};
    for (const std::string& event : analysis.known_in) {
      line["known_events"].push_back({{"uuid", event}, {"id", "1"}});
    }
    fields << line.dump() << '\n';
    for (const ResultMatch& match : analysis.matches) {
      const Json correlation = {{"report", report},
                                {"confidence", match.confidence},
                                {"attribute", {{"uuid", match.attribute_uuid}}},
                                {"event", {{"uuid", match.event_uuid}}}};
      correlations << correlation.dump() << '\n';
    }
  }
  std::ofstream(folder + "/summary.json") << Json({{"finished", finished}});
}

std::vector<ResultAnalysis> ManyAnalyses(int count, int hosts) {
  std::vector<ResultAnalysis> analyses;
  for (int i = 0; i < count; ++i) {
    ResultAnalysis& analysis = analyses.emplace_back();
    analysis.id = fmt::format("r{}", i);
    for (int h = 0; h < hosts; ++h) {
      const int n = i * hosts + h;
      analysis.hosts.push_back(
          fmt::format("60.{}.{}.{}", n >> 16, n >> 8 & 255, n & 255));
    }
  }
  return analyses;
}

SubmitOptions SubmitTo(const FakeMisp& server, const std::string& results) {
  SubmitOptions options;
  options.results = results;
  options.server = server.url();
  options.key = server.key();
  options.retry_delay = absl::Milliseconds(1);
  options.connection.stall_timeout = absl::Seconds(20);
  return options;
}

absl::StatusOr<SubmitReport> RunSubmit(const SubmitOptions& options) {
  SubmitProgress progress;
  return Submit(options, &progress,
                [](std::string_view) { return absl::OkStatus(); });
}

}  // namespace mispsift
