// What a scan costs in memory, one thread, as a share of simdjson's stage 1
// over the same bytes in the same minute (of .json.gz, as a share of
// libdeflate alone): the rates of two runs on a busy machine say little.
//
//   MISPSIFT_BENCH_SNAPSHOT=FILE MISPSIFT_BENCH_REPORTS=FOLDER scan_bench
//
// The reports of the folder are read again and again from the first level down:
// no file is opened while it is timed.

#include <benchmark/benchmark.h>
#include <libdeflate.h>
#include <simdjson.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "mispsift/base/check.h"
#include "mispsift/base/gzip.h"
#include "mispsift/match/candidate_scanner.h"
#include "mispsift/match/index.h"
#include "mispsift/misp/snapshot_file.h"
#include "mispsift/sink/report_lines.h"
#include "src/cuckoo/decompress.h"
#include "src/pipeline/report_scanner.h"

namespace mispsift {
namespace {

// What this thread was given of a processor, whoever else is at work there.
struct Clock {
  using duration = std::chrono::nanoseconds;
  using time_point = std::chrono::time_point<Clock, duration>;
  static time_point now() {
    timespec spent;
    MISPSIFT_CHECK(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent) == 0);
    return time_point(std::chrono::seconds(spent.tv_sec) +
                      std::chrono::nanoseconds(spent.tv_nsec));
  }
};

std::string Setting(const char* name) {
  const char* const value = std::getenv(name);
  if (value == nullptr || *value == '\0') {
    std::fprintf(stderr, "scan_bench: %s is not set\n", name);
    std::exit(2);
  }
  return value;
}

// Everything that is timed, loaded once.
struct Corpus {
  explicit Corpus(Snapshot loaded)
      : snapshot(std::move(loaded)),
        index(Index::Build(snapshot, {}, &builder)),
        filter(std::move(builder).Build()) {
    ArchiveLimits limits;
    ReportArchiveWalker walker({Setting("MISPSIFT_BENCH_REPORTS")}, limits);
    ReportCandidate candidate;
    PaddedBytes packed;
    while (walker.Next(&candidate)) {
      if (candidate.on_disk) {
        MISPSIFT_CHECK(LoadCandidate(candidate, limits, &packed,
                                     &candidate.bytes,
                                     &candidate.detail) == Reject::kNone);
        candidate.on_disk = false;
      }
      bytes += candidate.bytes.size();
      largest = std::max(largest, candidate.bytes.size());
      reports.push_back(std::exchange(candidate, {}));
    }
    MISPSIFT_CHECK(!reports.empty());
    CandidateScanner scanner(&filter);
    for (const ReportCandidate& report : reports) {
      if (scanner.MayMatch(report.bytes)) ++candidates;
    }
  }

  Snapshot snapshot;
  CandidateFilter::Builder builder;
  Index index;
  CandidateFilter filter;
  std::vector<ReportCandidate> reports;
  uint64_t bytes = 0;
  size_t largest = 0;
  uint64_t candidates = 0;
};

const Corpus& Loaded() {
  static const Corpus* const kCorpus = [] {
    auto snapshot = misp::LoadSnapshot(Setting("MISPSIFT_BENCH_SNAPSHOT"));
    MISPSIFT_CHECK(snapshot.ok());
    return new Corpus(*std::move(snapshot));
  }();
  return *kCorpus;
}

// Runs `scan` with the number of each report, and what limits it, which `name`
// names, with the same before it.
template <typename Limit, typename ScanReport>
void Against(benchmark::State& state, const char* name, Limit limit,
             ScanReport scan) {
  const Corpus& corpus = Loaded();
  Clock::duration limits{};
  Clock::duration whole{};
  for (auto _ : state) {
    Clock::duration own{};
    for (size_t i = 0; i < corpus.reports.size(); ++i) {
      const Clock::time_point start = Clock::now();
      limit(i);
      const Clock::time_point middle = Clock::now();
      scan(i);
      own += Clock::now() - middle;
      limits += middle - start;
    }
    state.SetIterationTime(std::chrono::duration<double>(own).count());
    whole += own;
  }
  state.SetBytesProcessed(state.iterations() *
                          static_cast<int64_t>(corpus.bytes));
  state.SetItemsProcessed(state.iterations() *
                          static_cast<int64_t>(corpus.reports.size()));
  state.counters[name] = std::chrono::duration<double>(limits) /
                         std::chrono::duration<double>(whole);
  state.counters["candidates"] = static_cast<double>(corpus.candidates);
}

template <typename ScanReport>
void AgainstStageOne(benchmark::State& state, ScanReport scan) {
  const Corpus& corpus = Loaded();
  std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
  MISPSIFT_CHECK(
      !simdjson::get_active_implementation()->create_dom_parser_implementation(
          corpus.largest, simdjson::DEFAULT_MAX_DEPTH, parser));
  const auto stage_one = [&](size_t i) {
    const PaddedBytes& bytes = corpus.reports[i].bytes;
    benchmark::DoNotOptimize(
        parser->stage1(reinterpret_cast<const uint8_t*>(bytes.data()),
                       bytes.size(), simdjson::stage1_mode::regular));
  };
  Against(state, "of_stage1", stage_one,
          [&](size_t i) { scan(corpus.reports[i]); });
}

// What the whole scan finds, as it would be written.
std::string Correlations(ReportScanner* scanner) {
  std::string lines;
  for (const ReportCandidate& report : Loaded().reports) {
    scanner->Scan(report, [&lines](const ReportResult& result, uint64_t) {
      AppendCorrelationLines(result, Loaded().index, &lines);
      return true;
    });
  }
  return lines;
}

// The CandidateScanner alone.
void Sift(benchmark::State& state) {
  CandidateScanner scanner(&Loaded().filter);
  AgainstStageOne(state, [&](const ReportCandidate& report) {
    benchmark::DoNotOptimize(scanner.MayMatch(report.bytes));
  });
}

void ScanWith(benchmark::State& state, const ScannerSettings& settings,
              bool sifts) {
  const Corpus& corpus = Loaded();
  ReportScanner scanner(&corpus.index, settings,
                        sifts ? &corpus.filter : nullptr);
  if (sifts) {
    ReportScanner slow(&corpus.index, settings);
    MISPSIFT_CHECK(Correlations(&scanner) == Correlations(&slow));
  }
  AgainstStageOne(state, [&](const ReportCandidate& report) {
    scanner.Scan(report, [](const ReportResult& result, uint64_t) {
      benchmark::DoNotOptimize(result.matches.matches.data());
      return true;
    });
  });
}

// --collect matched
void Matched(benchmark::State& state) {
  ScanWith(state, {.unmatched_depth = ScanDepth::kIdentity}, true);
}
// The same of .json.gz, beside libdeflate alone.
void Gzipped(benchmark::State& state) {
  const Corpus& corpus = Loaded();
  ReportCandidate candidate;
  std::vector<std::string> gzips;
  for (const ReportCandidate& report : corpus.reports) {
    gzips.push_back(Gzip(report.bytes.view()));
    MISPSIFT_CHECK(Decompress(gzips.back(), {}, &candidate.bytes).reject ==
                       Reject::kNone &&
                   candidate.bytes.view() == report.bytes.view());
  }
  libdeflate_decompressor* const inflate = libdeflate_alloc_decompressor();
  std::vector<char> out(corpus.largest);
  const auto inflate_alone = [&](size_t i) {
    size_t size = 0;
    MISPSIFT_CHECK(libdeflate_gzip_decompress(
                       inflate, gzips[i].data(), gzips[i].size(), out.data(),
                       out.size(), &size) == LIBDEFLATE_SUCCESS);
    benchmark::DoNotOptimize(out.data());
  };
  ReportScanner scanner(
      &corpus.index, {.unmatched_depth = ScanDepth::kIdentity}, &corpus.filter);
  Against(state, "of_libdeflate", inflate_alone, [&](size_t i) {
    MISPSIFT_CHECK(Decompress(gzips[i], {}, &candidate.bytes).reject ==
                   Reject::kNone);
    scanner.Scan(candidate, [](const ReportResult& result, uint64_t) {
      benchmark::DoNotOptimize(result.matches.matches.data());
      return true;
    });
  });
  libdeflate_free_decompressor(inflate);
}
// The default.
void Default(benchmark::State& state) { ScanWith(state, {}, true); }
// --depth fields
void Fields(benchmark::State& state) {
  ScanWith(state, {.depth = ScanDepth::kFields}, true);
}
// Without a sieve.
void Full(benchmark::State& state) { ScanWith(state, {}, false); }

BENCHMARK(Sift)->UseManualTime();
BENCHMARK(Matched)->UseManualTime();
BENCHMARK(Gzipped)->UseManualTime();
BENCHMARK(Default)->UseManualTime();
BENCHMARK(Fields)->UseManualTime();
BENCHMARK(Full)->UseManualTime();

}  // namespace
}  // namespace mispsift
