// What a lookup costs. Reports are full of values that match nothing, so the
// miss is what counts; hits are there to see the distance.

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "mispsift/base/check.h"
#include "mispsift/match/index.h"

namespace mispsift {
namespace {

std::string HostOf(int64_t number) {
  return fmt::format("host{}.example", number * 2654435761 % 4294967291);
}

// A snapshot of `size` hosts and their index, built once and kept.
struct Hosts {
  explicit Hosts(Snapshot built)
      : snapshot(std::move(built)), index(Index::Build(snapshot, {})) {}

  Snapshot snapshot;
  Index index;
};

const Index& IndexOf(int64_t size) {
  static std::map<int64_t, std::unique_ptr<Hosts>> built;
  std::unique_ptr<Hosts>& hosts = built[size];
  if (hosts != nullptr) return hosts->index;
  Snapshot::Builder builder;
  builder.AddSource("attributes", "bench");
  builder.BeginInput();
  const uint32_t event = builder.AddEvent({});
  for (int64_t i = 0; i < size; ++i) {
    Attribute attribute;
    attribute.value = HostOf(i);
    attribute.uuid = UuidV5(kMispsiftNamespace, attribute.value);
    attribute.type = "domain";
    attribute.to_ids = true;
    builder.Add(attribute, event);
  }
  builder.CommitInput();
  hosts = std::make_unique<Hosts>(
      std::move(builder).Build("2024-01-01T00:00:00Z", "bench"));
  return hosts->index;
}

void Lookup(benchmark::State& state, int64_t first_number) {
  const int64_t size = state.range(0);
  const Index& index = IndexOf(size);
  std::vector<std::string> values;
  std::string scratch;
  for (int64_t i = 0; i < 4096; ++i) {
    values.push_back(HostOf(first_number * size + i * size / 4096));
  }
  const bool expect_hit = first_number == 0;
  int64_t bytes = 0;
  for (const std::string& value : values) {
    bytes += static_cast<int64_t>(value.size());
    MISPSIFT_CHECK(index
                       .Find(KeyDigest(IndicatorKind::kHost, KeyForm::kValue,
                                       value, &scratch))
                       .empty() != expect_hit);
  }
  for (auto _ : state) {
    for (const std::string& value : values) {
      benchmark::DoNotOptimize(index.Find(
          KeyDigest(IndicatorKind::kHost, KeyForm::kValue, value, &scratch)));
    }
  }
  state.SetItemsProcessed(state.iterations() * 4096);
  state.SetBytesProcessed(state.iterations() * bytes);
}

void Hit(benchmark::State& state) { Lookup(state, 0); }
void Miss(benchmark::State& state) { Lookup(state, 1); }

BENCHMARK(Hit)->Arg(100'000)->Arg(1'000'000);
BENCHMARK(Miss)->Arg(100'000)->Arg(1'000'000);

}  // namespace
}  // namespace mispsift
