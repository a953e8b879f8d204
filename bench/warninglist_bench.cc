// What it costs to compare attributes with warninglists. The attributes are
// those of the generated corpus; the lists those of a checkout of
// misp-warninglists that MISPSIFT_BENCH_WARNINGLISTS names, without it some
// that are made up. Held against the slow twin first. Counters: CPU seconds for
// a million attributes, and for building from all entries.

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cstdlib>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "mispsift/base/check.h"
#include "mispsift/misp/warninglist_reader.h"
#include "mispsift/model/warninglist_columns.h"
#include "mispsift/normalize/warninglist_matcher.h"
#include "tests/support/slow_warninglists.h"
#include "tools/corpus/indicators.h"

namespace mispsift {
namespace {

constexpr uint64_t kValues = 100'000;

struct Attribute {
  std::string_view type;
  std::string value;
};

// One in sixteen is on a list: an entry of it, if its type fits.
std::vector<Attribute> MakeAttributes(const std::vector<Warninglist>& lists) {
  const corpus::IndicatorSet set(1, kValues);
  std::vector<Attribute> all;
  for (uint64_t i = 0; i < kValues; ++i) {
    corpus::CorpusIndicator indicator = set.At(i);
    all.push_back(
        {corpus::NameOf(indicator.type).type, std::move(indicator.value)});
    if (i % 16 != 0) continue;
    const Warninglist& list = lists[i / 16 % lists.size()];
    const std::vector<std::string>& entries = list.entries;
    if (list.type == WarninglistType::kHostname) {
      all.push_back({"hostname", "a" + entries[i % entries.size()]});
    } else if (list.type == WarninglistType::kCidr) {
      const std::string& entry = entries[i % entries.size()];
      all.push_back({"ip-dst", entry.substr(0, entry.find('/'))});
    } else {
      all.push_back({"domain", entries[i % entries.size()]});
    }
  }
  return all;
}

std::vector<Warninglist> MakeLists() {
  std::vector<Warninglist> lists(4);
  for (int i = 0; i < 100'000; ++i) {
    lists[0].entries.push_back(fmt::format("host{}.example", i));
    lists[1].entries.push_back(fmt::format(".host{}.test", i));
    lists[2].entries.push_back(
        fmt::format("198.{}.{}.0/24", 18 + i % 2, i / 2 % 256));
  }
  for (int i = 0; i < 8'000; ++i) {
    lists[3].entries.push_back(fmt::format("mail{}.example", i));
  }
  lists[0].type = WarninglistType::kString;
  lists[1].type = WarninglistType::kHostname;
  lists[2].type = WarninglistType::kCidr;
  lists[3].type = WarninglistType::kSubstring;
  return lists;
}

struct Lists {
  Lists() {
    const char* const folder = std::getenv("MISPSIFT_BENCH_WARNINGLISTS");
    if (folder == nullptr) {
      lists = MakeLists();
    } else {
      absl::StatusOr<misp::ReadWarninglistsOutcome> outcome =
          misp::ReadWarninglists(folder);
      MISPSIFT_CHECK(outcome.ok());
      lists = std::move(outcome->lists);
    }
    encoded = EncodeWarninglists(lists);
    view = *WarninglistsView::Read(encoded.columns());
    attributes = MakeAttributes(lists);
    Prove();
  }

  void Prove() {
    const WarninglistMatcher matcher(view);
    WarninglistCheck check(&matcher);
    uint64_t hits = 0;
    for (size_t i = 0; i < attributes.size(); i += 4999) {
      const auto& [type, value] = attributes[i];
      const std::span<const WarninglistHit> fast =
          check.Hits(matcher.ScopeOf(type), value);
      hits += fast.size();
      MISPSIFT_CHECK(std::vector<WarninglistHit>(fast.begin(), fast.end()) ==
                     SlowWarninglistHits(lists, type, value));
    }
    MISPSIFT_CHECK(hits > 0);
  }

  std::vector<Warninglist> lists;
  EncodedWarninglists encoded;
  WarninglistsView view;
  std::vector<Attribute> attributes;
};

const Lists& All() {
  static const Lists lists;
  return lists;
}

void Build(benchmark::State& state) {
  const Lists& all = All();
  uint64_t entries = 0;
  for (const WarninglistView& list : all.view) entries += list.entry_count();
  for (auto _ : state) {
    const WarninglistMatcher matcher(all.view);
    benchmark::DoNotOptimize(&matcher);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(entries));
}
BENCHMARK(Build)->Unit(benchmark::kMillisecond);

void Check(benchmark::State& state) {
  const Lists& all = All();
  const WarninglistMatcher matcher(all.view);
  WarninglistCheck check(&matcher);
  std::map<std::string_view, WarninglistMatcher::Scope> scopes;
  std::vector<const WarninglistMatcher::Scope*> scope_of;
  for (const Attribute& attribute : all.attributes) {
    const auto [at, is_new] = scopes.try_emplace(attribute.type);
    if (is_new) at->second = matcher.ScopeOf(attribute.type);
    scope_of.push_back(&at->second);
  }
  uint64_t on_a_list = 0;
  for (auto _ : state) {
    for (size_t i = 0; i < all.attributes.size(); ++i) {
      on_a_list +=
          check.Hits(*scope_of[i], all.attributes[i].value).empty() ? 0 : 1;
    }
  }
  const auto count =
      state.iterations() * static_cast<int64_t>(all.attributes.size());
  state.SetItemsProcessed(count);
  state.counters["cpu_s_per_million"] = benchmark::Counter(
      static_cast<double>(count) / 1e6,
      benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["on_a_list"] =
      static_cast<double>(on_a_list) / static_cast<double>(count);
}
BENCHMARK(Check)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace mispsift
