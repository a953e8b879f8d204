// What an answer of MISP's costs to read. The rows have the members, order and
// size (600 bytes) of those that MISP 2.5 sends without options: half of them
// with one tag, a third with a comment.

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mispsift/base/check.h"
#include "tests/misp/page_rows.h"
#include "tests/misp/read_text.h"

namespace mispsift::misp {
namespace {

constexpr int kRows = 10'000;

std::string Row(int number) {
  const auto uuid = [](std::string_view of, int n) {
    return UuidV5(kMispsiftNamespace, fmt::format("{} {}", of, n)).ToString();
  };
  static constexpr const char* kTypes[][2] = {
      {"Network activity", "url"},
      {"Payload delivery", "sha256"},
      {"Network activity", "domain"},
      {"Payload delivery", "filename|md5"}};
  const auto& [category, type] = kTypes[number % 4];
  const int event = number / 500 + 1;
  return fmt::format(
      R"({{"id":"{}","event_id":"{}","object_id":"0","object_relation":null,)"
      R"("category":"{}","type":"{}","to_ids":{},"uuid":"{}",)"
      R"("timestamp":"17332{:05}","distribution":"5","sharing_group_id":"0",)"
      R"("comment":"{}","deleted":false,"disable_correlation":false,)"
      R"("first_seen":null,"last_seen":null,"value":"{}",)"
      R"("Event":{{"org_id":"1","distribution":"0",)"
      R"("publish_timestamp":"1735073578","id":"{}",)"
      R"("info":"A campaign of events in one export, number {}",)"
      R"("orgc_id":"1","uuid":"{}"}}{}}})",
      number + 1, event, category, type, number % 3 > 0, uuid("row", number),
      number, number % 3 == 0 ? "seen in a sample of the first stage" : "",
      fmt::format("host{}.example.com/a/longer/path/of/it", number), event,
      event, uuid("event", event),
      number % 2 == 0 ? R"(,"Tag":[{"id":"3","name":"tlp:amber",)"
                        R"("colour":"#ace1a9","numerical_value":null,)"
                        R"("is_galaxy":false,"local":false}])"
                      : "");
}

// A page, read equally by both readers.
const PaddedBytes& Page() {
  static const PaddedBytes* const kPage = [] {
    std::string text = R"({"response": {"Attribute": [)";
    for (int i = 0; i < kRows; ++i) {
      if (i > 0) text += ',';
      text += Row(i);
    }
    text += "]}}\n";
    const auto rows = ReadPage(text);
    MISPSIFT_CHECK(rows.ok() && rows->size() == kRows);
    const ReadResult slow = ReadText(text, 1 << 16);
    MISPSIFT_CHECK(slow.snapshot.attribute_count() == kRows);
    MISPSIFT_CHECK(Lines(SnapshotOfRows(*rows)) == Lines(slow.snapshot));
    auto* page = new PaddedBytes;
    page->Assign(text);
    return page;
  }();
  return *kPage;
}

void SetRates(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * kRows);
  state.SetBytesProcessed(state.iterations() *
                          static_cast<int64_t>(Page().size()));
}

// What no reader that builds on simdjson can be faster than.
void StageOne(benchmark::State& state) {
  const PaddedBytes& page = Page();
  std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
  MISPSIFT_CHECK(
      !simdjson::get_active_implementation()->create_dom_parser_implementation(
          page.size(), simdjson::DEFAULT_MAX_DEPTH, parser));
  const auto* bytes = reinterpret_cast<const uint8_t*>(page.data());
  for (auto _ : state) {
    MISPSIFT_CHECK(
        !parser->stage1(bytes, page.size(), simdjson::stage1_mode::regular));
  }
  SetRates(state);
}

void Fast(benchmark::State& state) {
  const PaddedBytes& page = Page();
  PageReader reader;
  for (auto _ : state) {
    uint64_t bytes = 0;
    const auto count =
        reader.Read(page, [&bytes](const Attribute& attribute, uint64_t) {
          bytes += attribute.value.size();
        });
    MISPSIFT_CHECK(count.ok() && *count == kRows);
    benchmark::DoNotOptimize(bytes);
  }
  SetRates(state);
}

// With the rows in a builder, which the slow reader cannot do without.
void FastIntoBuilder(benchmark::State& state) {
  const PaddedBytes& page = Page();
  PageReader reader;
  for (auto _ : state) {
    Snapshot::Builder builder;
    builder.AddSource("attributes", "bench");
    builder.BeginInput();
    const uint32_t event = builder.AddEvent({});
    const auto count =
        reader.Read(page, [&](const Attribute& attribute, uint64_t) {
          builder.Add(attribute, event);
        });
    MISPSIFT_CHECK(count.ok() && builder.added() == kRows);
    builder.CommitInput();
  }
  SetRates(state);
}

void Slow(benchmark::State& state) {
  const PaddedBytes& page = Page();
  for (auto _ : state) {
    Snapshot::Builder builder;
    builder.AddSource("attributes", "bench");
    std::string_view text = page.view();
    const auto outcome = ReadAttributes(
        "bench",
        [&text](char* buffer, size_t size) -> absl::StatusOr<size_t> {
          const size_t count = std::min(size, text.size());
          std::memcpy(buffer, text.data(), count);
          text.remove_prefix(count);
          return count;
        },
        &builder);
    MISPSIFT_CHECK(outcome.ok() && builder.added() == kRows);
  }
  SetRates(state);
}

// The reader's rate as a share of stage 1, of one run: rates of two runs on a
// busy machine say little.
void ShareOfStageOne(benchmark::State& state) {
  const PaddedBytes& page = Page();
  std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
  MISPSIFT_CHECK(
      !simdjson::get_active_implementation()->create_dom_parser_implementation(
          page.size(), simdjson::DEFAULT_MAX_DEPTH, parser));
  const auto* bytes = reinterpret_cast<const uint8_t*>(page.data());
  PageReader reader;
  using Clock = std::chrono::steady_clock;
  Clock::duration stage_one{};
  Clock::duration whole{};
  for (auto _ : state) {
    const Clock::time_point start = Clock::now();
    MISPSIFT_CHECK(
        !parser->stage1(bytes, page.size(), simdjson::stage1_mode::regular));
    const Clock::time_point middle = Clock::now();
    MISPSIFT_CHECK(reader.Read(page, [](const Attribute&, uint64_t) {}).ok());
    stage_one += middle - start;
    whole += Clock::now() - middle;
  }
  state.counters["share"] = std::chrono::duration<double>(stage_one) /
                            std::chrono::duration<double>(whole);
}

BENCHMARK(StageOne);
BENCHMARK(Fast);
BENCHMARK(FastIntoBuilder);
BENCHMARK(Slow);
BENCHMARK(ShareOfStageOne);

}  // namespace
}  // namespace mispsift::misp
