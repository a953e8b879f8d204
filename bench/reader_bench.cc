// What walking a report costs, at either depth, over the generated corpus'
// reports of every dialect. scan_bench has the same over real ones, with the
// matching.

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "mispsift/base/bytes.h"
#include "mispsift/base/check.h"
#include "mispsift/cuckoo/report_reader.h"
#include "tests/support/slow_report_reader.h"
#include "tools/corpus/indicators.h"
#include "tools/corpus/plan.h"
#include "tools/corpus/planting_writer.h"
#include "tools/corpus/random.h"
#include "tools/corpus/report.h"
#include "tools/corpus/report_order.h"

namespace mispsift {
namespace {

using corpus::Source;

class CountingSink : public ObservationSink {
 public:
  bool Observe(const Observation& /*observation*/,
               const JsonPath& /*path*/) override {
    ++count_;
    return true;
  }
  int64_t count() const { return count_; }

 private:
  int64_t count_ = 0;
};

// Of each dialect as many, all about as large as half of the real ones are.
std::vector<PaddedBytes> GeneratedReports() {
  constexpr int kOfEach = 6;
  constexpr uint64_t kBytes = 280'000;
  const corpus::IndicatorSet indicators(1, 10'000);
  std::vector<PaddedBytes> reports;
  for (int i = 0; i < kOfEach; ++i) {
    for (const Source source :
         {Source::kCuckoo1, Source::kCuckoo2, Source::kCape,
          Source::kCuckoo3Pre, Source::kCuckoo3Post, Source::kDroid}) {
      corpus::ReportOrder order;
      order.name = "report.json";
      order.number = reports.size() + 1;
      order.source = source;
      order.style.indent = i % 2 == 0 ? 4 : 0;
      order.style.ascii = source != Source::kCape;
      order.bytes = kBytes;
      order.matches = 4;
      corpus::Random random(order.number);
      std::vector<corpus::Planted> plan =
          corpus::PlanReport(indicators, order, &random);
      corpus::PlantLog log;
      std::string json;
      corpus::MakeReport(order, &plan, &random, &log, &json);
      reports.emplace_back().Assign(json);
    }
  }
  return reports;
}

int64_t Walk(const std::vector<PaddedBytes>& reports, ReportReader* reader) {
  CountingSink sink;
  ReportFacts facts;
  for (const PaddedBytes& report : reports) {
    MISPSIFT_CHECK(reader->Read(report, &sink, &facts).reject == Reject::kNone);
  }
  return sink.count();
}

void ReadReports(benchmark::State& state, ScanDepth depth) {
  static const std::vector<PaddedBytes> kReports = GeneratedReports();
  int64_t bytes = 0;
  int64_t expected = 0;
  for (const PaddedBytes& report : kReports) {
    bytes += static_cast<int64_t>(report.size());
    JsonNode root;
    MISPSIFT_CHECK(ParseJson(report.view(), &root));
    expected += static_cast<int64_t>(SlowReadReport(root, depth).size());
  }
  ReportReader reader(depth);
  MISPSIFT_CHECK(Walk(kReports, &reader) == expected);
  for (auto _ : state) benchmark::DoNotOptimize(Walk(kReports, &reader));
  state.SetBytesProcessed(state.iterations() * bytes);
  state.SetItemsProcessed(state.iterations() * expected);
}

void Full(benchmark::State& state) { ReadReports(state, ScanDepth::kFull); }
void Fields(benchmark::State& state) { ReadReports(state, ScanDepth::kFields); }

BENCHMARK(Full);
BENCHMARK(Fields);

}  // namespace
}  // namespace mispsift
