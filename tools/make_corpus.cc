// Writes a synthetic corpus: indicators as a MISP feed and as a restSearch
// answer, sandbox reports in five dialects, and the truth about which report
// shows which indicator. Everything is invented from a seed; names and
// addresses are reserved ones. The same options give the same bytes on every
// machine.
//
//   OUT/feed/             manifest.json, <uuid>.json an event, hashes.csv
//   OUT/attributes.json   the same attributes: {"response":{"Attribute":[...]}}
//   OUT/reports/          r000001.json ...
//   OUT/truth.jsonl       a line for each planted value that must match:
//     {"report","kind","value","attribute_uuid","path_hint","where","to_ids",
//      "match","assembled"}
//     value: as the report spells it, of a basename match the name alone.
//     assembled: the value is put together from fields of the object that
//     path_hint names (ip and port, protocol://host+uri, key and value).
//   OUT/nearmiss.jsonl    a line for each planted text that must not match:
//     {"report","kind","value","attribute_uuid","path_hint","where","to_ids",
//      "text","reason","assembled"}
//     value: the attribute's whole value; text: what the report has instead.
//
// No indicator's value stands anywhere in the reports but where the truth says
// so. Memory does not grow with the corpus.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "CLI/CLI.hpp"
#include "fmt/format.h"
#include "tools/corpus/feed.h"
#include "tools/corpus/indicators.h"
#include "tools/corpus/output_file.h"
#include "tools/corpus/plan.h"
#include "tools/corpus/planting_writer.h"
#include "tools/corpus/random.h"
#include "tools/corpus/report.h"
#include "tools/corpus/report_order.h"

namespace mispsift::corpus {
namespace {

struct Options {
  std::string out;
  uint64_t seed = 1;
  uint64_t reports = 100;
  uint64_t indicators = 10000;
  uint32_t match_rate = 30;      // percent of the reports
  uint32_t near_miss_rate = 40;  // likewise
  uint64_t size_median = 280'000;
  uint64_t max_size = 8'000'000;
};

Source ChooseSource(Random* random) {
  const uint32_t percent = random->Below(100);
  if (percent < 55) return Source::kCuckoo2;
  if (percent < 75) return Source::kCape;
  if (percent < 88) return Source::kCuckoo1;
  if (percent < 91) return Source::kCuckoo3Pre;
  if (percent < 95) return Source::kCuckoo3Post;
  return Source::kDroid;
}

// Three of four are indented as their sandbox indents.
JsonStyle StyleOf(Source source, Random* random) {
  JsonStyle style;
  const bool pretty = random->Percent(75);
  switch (source) {
    case Source::kCuckoo1:
    case Source::kCuckoo2:
    case Source::kDroid:
      style.indent = 4;
      style.trailing_blank = true;
      style.ascii = true;
      break;
    case Source::kCape:
      style.indent = 2;
      break;
    case Source::kCuckoo3Pre:
    case Source::kCuckoo3Post:
      style.indent = 4;
      style.ascii = true;
  }
  if (!pretty) style.indent = 0;
  style.escape_slash = random->Percent(5);
  return style;
}

ReportOrder OrderReport(const Options& options, uint64_t number,
                        Random* random) {
  ReportOrder order;
  order.name = fmt::format("r{:06}.json", number);
  order.number = number;
  order.source = ChooseSource(random);
  order.style = StyleOf(order.source, random);
  order.url_target = order.source == Source::kCuckoo2 && random->Percent(6);
  order.bytes =
      std::min(LogNormalSize(random, options.size_median), options.max_size);
  if (random->Percent(options.match_rate)) order.matches = 1 + random->Below(8);
  if (random->Percent(options.near_miss_rate))
    order.near_misses = 1 + random->Below(3);
  return order;
}

struct Totals {
  uint64_t bytes = 0;
  uint64_t matching_reports = 0;
};

bool WriteReports(const Options& options, const IndicatorSet& indicators,
                  Totals* totals) {
  OutputFile truth(options.out + "/truth.jsonl");
  OutputFile near_misses(options.out + "/nearmiss.jsonl");
  std::string report;
  for (uint64_t i = 1; i <= options.reports; ++i) {
    // Of its own seed, so that a report stays the same when others come.
    Random random(Mix(options.seed + 2) ^ Mix(i));
    const ReportOrder order = OrderReport(options, i, &random);
    std::vector<Planted> plan = PlanReport(indicators, order, &random);
    PlantLog log;
    MakeReport(order, &plan, &random, &log, &report);
    if (!WriteFile(options.out + "/reports/" + order.name, report)) {
      return false;
    }
    truth.Write(log.truth);
    near_misses.Write(log.near_misses);
    totals->bytes += report.size();
    totals->matching_reports += !log.truth.empty();
  }
  return truth.Close() && near_misses.Close();
}

// A usage error is 2, a failed write 1.
int Run(const Options& options) {
  std::error_code error;
  const bool used = std::filesystem::exists(options.out, error) &&
                    !std::filesystem::is_empty(options.out, error);
  if (used || error) {
    fmt::print(stderr, "make_corpus: {}: {}\n", options.out,
               error ? error.message() : "is not an empty folder");
    return 2;
  }
  for (const std::string_view folder : {"/feed", "/reports"}) {
    std::filesystem::create_directories(options.out + std::string(folder),
                                        error);
    if (error) {
      fmt::print(stderr, "make_corpus: {}: {}\n", options.out, error.message());
      return 1;
    }
  }
  const IndicatorSet indicators(options.seed, options.indicators);
  Totals totals;
  if (!WriteIndicators(indicators, options.seed, options.out) ||
      !WriteReports(options, indicators, &totals)) {
    return 1;
  }
  fmt::print("seed {}: {} reports ({} with matches), {} bytes, {} indicators\n",
             options.seed, options.reports, totals.matching_reports,
             totals.bytes, options.indicators);
  return 0;
}

int Main(int argc, char** argv) {
  Options options;
  CLI::App app("Writes a synthetic corpus of sandbox reports and indicators",
               "make_corpus");
  app.add_option("--out", options.out, "A new or empty folder")->required();
  app.add_option("--seed", options.seed, "What everything is invented from")
      ->capture_default_str();
  app.add_option("--reports", options.reports, "Number of reports")
      ->capture_default_str();
  app.add_option("--indicators", options.indicators, "Number of attributes")
      ->check(CLI::Range(uint64_t{1}, uint64_t{100'000'000}))
      ->capture_default_str();
  app.add_option("--match-rate", options.match_rate,
                 "Percent of the reports that match something")
      ->check(CLI::Range(0u, 100u))
      ->capture_default_str();
  app.add_option("--near-miss-rate", options.near_miss_rate,
                 "Percent of the reports that nearly match something")
      ->check(CLI::Range(0u, 100u))
      ->capture_default_str();
  app.add_option("--size-median", options.size_median,
                 "Bytes of half of the reports, at most")
      ->check(CLI::Range(uint64_t{1}, uint64_t{1'000'000'000}))
      ->capture_default_str();
  app.add_option("--max-size", options.max_size,
                 "Bytes of a report, at most (a few KB are the least)")
      ->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return Run(options);
}

}  // namespace
}  // namespace mispsift::corpus

int main(int argc, char** argv) { return mispsift::corpus::Main(argc, argv); }
