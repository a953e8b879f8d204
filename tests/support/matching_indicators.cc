#include "tests/support/matching_indicators.h"

#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "mispsift/normalize/normalize.h"
#include "tests/support/ssdeep.h"

namespace mispsift {
namespace {

using K = IndicatorKind;

int Below(int n, std::mt19937_64* random) {
  return std::uniform_int_distribution<int>(0, n - 1)(*random);
}

std::string Cased(std::string text, std::mt19937_64* random) {
  const int how = Below(4, random);
  for (char& c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (how == 1) c = absl::ascii_toupper(byte);
    if (how == 2) c = absl::ascii_tolower(byte);
  }
  if (how == 3) text += "\xCC\x81 ";  // an accent, a blank
  return text;
}

}  // namespace

std::vector<Indicator> IndicatorsMatching(const PlacedObservation& seen,
                                          std::mt19937_64* random) {
  std::vector<Indicator> all;
  std::string folded;
  std::string ours;
  const auto add = [&](K kind, KeyForm form, std::string value) {
    all.push_back({kind, form, value});
    const std::string cased = Cased(value, random);
    Fold(kind, form, value, &ours);
    Fold(kind, form, cased, &folded);
    if (folded == ours) all.push_back({kind, form, cased});
  };
  if (seen.form == KeyForm::kWholeString) {
    for (const K kind : {K::kFilename, K::kMutex, K::kUserAgent, K::kPdb}) {
      K read_as = kind;
      std::string canonical;
      if (Canonicalize(seen.value, &read_as, &canonical) && read_as == kind) {
        add(kind, KeyForm::kWholeString, seen.value);
      }
    }
    return all;
  }
  add(seen.kind, KeyForm::kValue, seen.value);
  if (seen.kind == K::kUrl) {
    const std::string_view rest = WithoutScheme(seen.value);
    add(K::kUrl, KeyForm::kWithoutScheme,
        std::string(rest.empty() ? seen.value : rest));
  }
  if (seen.kind == K::kIp) {
    std::string network;
    const int bits = Below(IsIpv6(seen.value) ? 129 : 33, random);
    NetworkOf(seen.value, bits, &network);
    all.push_back({K::kIp, KeyForm::kNetwork, network});
  }
  // What is longer, or has more digits, is like nothing.
  if (seen.kind == K::kSsdeep && seen.value.size() < 150 &&
      seen.value.find(':') <= 10) {
    for (int i = 0; i < 3; ++i) {
      const std::string near = MutatedSsdeep(seen.value, random);
      if (SlowSsdeepScore(seen.value, near) > 0) {
        all.push_back({K::kSsdeep, KeyForm::kValue, near});
      }
    }
  }
  return all;
}

CandidateFilter FilterOf(const Indicator& indicator) {
  CandidateFilter::Builder builder;
  builder.Add(indicator);
  if (indicator.kind == K::kSsdeep) {
    builder.AddSimilarTo(SsdeepTableOf({indicator.value}));
  }
  return std::move(builder).Build();
}

}  // namespace mispsift
