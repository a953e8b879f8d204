// What a value costs on its way to a key: IndicatorsOf on the attributes' side,
// Canonicalize on the reports', Fold on both. The values are those of the
// generated corpus, its types in its mixture.

#include <arpa/inet.h>
#include <benchmark/benchmark.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mispsift/base/check.h"
#include "mispsift/normalize/normalize.h"
#include "tools/corpus/indicators.h"
#include "tools/corpus/random.h"
#include "tools/corpus/spellings.h"

namespace mispsift {
namespace {

using corpus::CorpusIndicator;
using corpus::Type;

constexpr uint64_t kValues = 10'000;

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

// The canonical form of the kinds whose rule is plain; nothing for others.
std::optional<std::string> PlainForm(IndicatorKind kind,
                                     const std::string& text) {
  switch (kind) {
    case IndicatorKind::kMd5:
    case IndicatorKind::kSha1:
    case IndicatorKind::kSha256:
    case IndicatorKind::kSha512:
    case IndicatorKind::kImphash:
    case IndicatorKind::kJa3:
    case IndicatorKind::kHost:
      return Lower(text);
    case IndicatorKind::kIp: {
      in6_addr address;
      char spelled[INET6_ADDRSTRLEN];
      for (const int family : {AF_INET, AF_INET6}) {
        if (inet_pton(family, text.c_str(), &address) == 1) {
          return inet_ntop(family, &address, spelled, sizeof(spelled));
        }
      }
      return std::nullopt;
    }
    default:
      return std::nullopt;
  }
}

struct Attribute {
  std::string_view type;
  std::string value;
};

const std::vector<Attribute>& Attributes() {
  static const std::vector<Attribute> kAll = [] {
    const corpus::IndicatorSet set(1, kValues);
    std::vector<Attribute> all;
    for (uint64_t i = 0; i < kValues; ++i) {
      CorpusIndicator indicator = set.At(i);
      all.push_back(
          {corpus::NameOf(indicator.type).type, std::move(indicator.value)});
    }
    return all;
  }();
  return kAll;
}

// Every value that came out of one attribute and has a plain form is that form
// of a half, or the whole, of what went in.
void CheckIndicators(const Attribute& attribute,
                     const std::vector<Indicator>& indicators,
                     uint64_t* proven) {
  const size_t bar = attribute.value.find('|');
  const std::string parts[] = {
      attribute.value, attribute.value.substr(0, bar),
      attribute.value.substr(bar == std::string::npos ? 0 : bar + 1)};
  for (const Indicator& indicator : indicators) {
    if (indicator.form != KeyForm::kValue) continue;
    const auto is_form = [&](const std::string& part) {
      return PlainForm(indicator.kind, part) == indicator.value;
    };
    if (!PlainForm(indicator.kind, indicator.value)) continue;
    MISPSIFT_CHECK(std::any_of(std::begin(parts), std::end(parts), is_form));
    ++*proven;
  }
}

void IndicatorsOfAttributes(benchmark::State& state) {
  std::vector<Indicator> indicators;
  int64_t bytes = 0;
  uint64_t proven = 0;
  for (const Attribute& attribute : Attributes()) {
    const Unmatchable reason =
        IndicatorsOf(attribute.type, attribute.value, &indicators);
    MISPSIFT_CHECK((reason == Unmatchable::kNo) ==
                   (attribute.type != "comment"));
    CheckIndicators(attribute, indicators, &proven);
    bytes += static_cast<int64_t>(attribute.value.size());
  }
  MISPSIFT_CHECK(proven > kValues / 2);
  for (auto _ : state) {
    for (const Attribute& attribute : Attributes()) {
      benchmark::DoNotOptimize(
          IndicatorsOf(attribute.type, attribute.value, &indicators));
    }
  }
  state.SetItemsProcessed(state.iterations() * int64_t{kValues});
  state.SetBytesProcessed(state.iterations() * bytes);
}

struct Observable {
  IndicatorKind kind;
  std::string text;
  std::string canonical;
};

// What reports would show of the same attributes, in the spellings of reports.
const std::vector<Observable>& Observables() {
  static const std::vector<Observable> kAll = [] {
    const corpus::IndicatorSet set(1, kValues);
    corpus::Random random(1);
    std::vector<Observable> all;
    for (uint64_t i = 0; i < kValues; ++i) {
      std::optional<corpus::Spelling> spelling =
          corpus::SpellingOf(set.At(i), &random);
      if (!spelling) continue;
      Observable& observable = all.emplace_back();
      observable.kind = spelling->kind;
      observable.text = std::move(spelling->text);
      MISPSIFT_CHECK(Canonicalize(observable.text, &observable.kind,
                                  &observable.canonical));
    }
    return all;
  }();
  return kAll;
}

void CanonicalizeObservables(benchmark::State& state) {
  std::string canonical;
  int64_t bytes = 0;
  uint64_t proven = 0;
  for (const Observable& observable : Observables()) {
    const std::optional<std::string> plain =
        PlainForm(observable.kind, observable.text);
    // Where there is one: a spelling may say more than the value, "HOST.".
    if (plain && plain->back() != '.') {
      MISPSIFT_CHECK(observable.canonical == *plain);
      ++proven;
    }
    bytes += static_cast<int64_t>(observable.text.size());
  }
  MISPSIFT_CHECK(proven > Observables().size() / 2);
  for (auto _ : state) {
    for (const Observable& observable : Observables()) {
      IndicatorKind kind = observable.kind;
      benchmark::DoNotOptimize(
          Canonicalize(observable.text, &kind, &canonical));
    }
  }
  state.SetItemsProcessed(state.iterations() *
                          static_cast<int64_t>(Observables().size()));
  state.SetBytesProcessed(state.iterations() * bytes);
}

struct Folded {
  IndicatorKind kind;
  std::string value;
  std::string folded;
};

bool IsFoldedByNature(IndicatorKind kind) {
  std::string folded;
  Fold(kind, KeyForm::kValue, "A", &folded);
  return folded == "A";
}

void FoldAll(benchmark::State& state, const std::vector<Folded>& values) {
  std::string folded;
  int64_t bytes = 0;
  for (const Folded& value : values) {
    Fold(value.kind, KeyForm::kValue, value.value, &folded);
    MISPSIFT_CHECK(folded == value.folded);
    bytes += static_cast<int64_t>(value.value.size());
  }
  for (auto _ : state) {
    for (const Folded& value : values) {
      Fold(value.kind, KeyForm::kValue, value.value, &folded);
      benchmark::DoNotOptimize(folded.data());
    }
  }
  state.SetItemsProcessed(state.iterations() *
                          static_cast<int64_t>(values.size()));
  state.SetBytesProcessed(state.iterations() * bytes);
}

void FoldAscii(benchmark::State& state) {
  std::vector<Folded> values;
  for (const Observable& observable : Observables()) {
    if (std::any_of(observable.canonical.begin(), observable.canonical.end(),
                    [](char c) { return static_cast<signed char>(c) < 0; })) {
      continue;
    }
    values.push_back({observable.kind, observable.canonical,
                      IsFoldedByNature(observable.kind)
                          ? observable.canonical
                          : Lower(observable.canonical)});
  }
  MISPSIFT_CHECK(values.size() > Observables().size() / 2);
  FoldAll(state, values);
}

// Mutexes as they are named where the keyboard has more letters.
void FoldUnicode(benchmark::State& state) {
  constexpr std::pair<std::string_view, std::string_view> kPieces[] = {
      {"r\u00e9sum\u00e9", "resume"},
      {"Evil", "evil"},
      {"Stra\u00dfe", "strasse"},
      {"\ufb01le", "file"},
      {"_", "_"},
      {"\u0130stanbul", "istanbul"},
      {"\uff26\uff35", "fu"},
      {"123", "123"}};
  corpus::Random random(1);
  std::vector<Folded> values(kValues);
  for (Folded& value : values) {
    value.kind = IndicatorKind::kMutex;
    for (int i = 0; i < 4; ++i) {
      const auto& [piece, folded] = random.Of(kPieces);
      value.value += piece;
      value.folded += folded;
    }
  }
  FoldAll(state, values);
}

BENCHMARK(IndicatorsOfAttributes);
BENCHMARK(CanonicalizeObservables);
BENCHMARK(FoldAscii);
BENCHMARK(FoldUnicode);

}  // namespace
}  // namespace mispsift
