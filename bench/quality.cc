// How well it correlates: a labelled set that is generated, and of which
// everything is known, is fetched and scanned, and what comes out is held
// against the labels. Beside it what the seed's look-up and Cuckoo's own would
// find in the same set.
//
//   quality [SEED [COPIES [FOLDER]]]
//
// COPIES: how often each spelling comes in each place. FOLDER: new or empty; it
// stays, with the set and the results. Exit code 1 when something planted was
// not found, or something false was sure.

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>

#include "tests/support/correlation_quality.h"
#include "tests/support/temp_folder.h"

namespace mispsift {
namespace {

void PrintSpellings(const CorrelationQuality& quality) {
  for (const auto& [name, recall] : quality.by_spelling) {
    if (recall.by(Looker::kMispsift) == recall.planted) continue;
    fmt::print(stderr, "not all found: {}: {} of {}\n", name,
               recall.by(Looker::kMispsift), recall.planted);
  }
  for (const auto& [name, matches] : quality.false_by_reason) {
    if (matches.by(Looker::kMispsift) == 0) continue;
    fmt::print(stderr, "false and sure: {}: {} of {}\n", name,
               matches.by(Looker::kMispsift), matches.near_misses);
  }
  constexpr size_t kMost = 20;
  for (const auto& [title, lines] :
       {std::pair("not found", &quality.missed),
        std::pair("false and sure", &quality.false_and_sure)}) {
    for (size_t i = 0; i < lines->size() && i < kMost; ++i) {
      fmt::print(stderr, "{}: {}\n", title, (*lines)[i]);
    }
  }
}

int Main(int argc, char** argv) {
  const uint64_t seed = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1;
  const uint64_t copies = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 4;
  if (argc > 4 || copies < 1 || copies > 1000) {
    fmt::print(stderr, "quality [SEED [COPIES [FOLDER]]]\n");
    return 2;
  }
  std::optional<TempFolder> temporary;
  if (argc <= 3) temporary.emplace();
  const absl::StatusOr<CorrelationQuality> quality =
      MeasureQuality(seed, static_cast<uint32_t>(copies),
                     temporary ? temporary->path("") : std::string(argv[3]));
  if (!quality.ok()) {
    fmt::print(stderr, "quality: {}\n", quality.status().ToString());
    return 1;
  }
  fmt::print("{}", QualityTables(*quality));
  PrintSpellings(*quality);
  return quality->IsPerfect() ? 0 : 1;
}

}  // namespace
}  // namespace mispsift

int main(int argc, char** argv) { return mispsift::Main(argc, argv); }
