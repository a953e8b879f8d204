#include "mispsift/match/report_limits.h"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_set.h"

namespace mispsift {
namespace {

// Takes out the observables that do not stay, with their matches.
void Keep(const std::vector<bool>& stays, ReportMatches* matches) {
  std::vector<uint32_t> numbers(stays.size());
  uint32_t next = 0;
  for (uint32_t number = 0; number < stays.size(); ++number) {
    if (!stays[number]) continue;
    numbers[number] = next;
    if (next != number) {
      matches->observables[next] = std::move(matches->observables[number]);
    }
    ++next;
  }
  matches->observables.resize(next);
  std::erase_if(matches->matches, [&stays](const Match& match) {
    return !stays[match.observable];
  });
  for (Match& match : matches->matches) {
    match.observable = numbers[match.observable];
  }
}

}  // namespace

void LeaveOutOwnTraffic(const std::vector<std::string>& own_addresses,
                        ReportMatches* matches) {
  if (own_addresses.empty() || matches->matches.empty()) return;
  const absl::flat_hash_set<std::string_view> own(own_addresses.begin(),
                                                  own_addresses.end());
  const auto is_own = [&own](const Observable& observable) {
    const std::string_view value = observable.value;
    return (observable.kind == IndicatorKind::kIp ||
            observable.kind == IndicatorKind::kIpPort) &&
           observable.where == 1u << static_cast<int>(Where::kNetwork) &&
           own.contains(value.substr(0, value.find('|')));
  };
  std::vector<bool> stays;
  for (const Observable& observable : matches->observables) {
    stays.push_back(!is_own(observable));
  }
  const size_t found = matches->matches.size();
  Keep(stays, matches);
  matches->own_traffic += found - matches->matches.size();
}

void LeaveOutValues(uint64_t most, ReportMatches* matches) {
  const size_t values = matches->observables.size();
  if (values <= most) return;
  std::vector<uint8_t> surest(values, 0);
  for (const Match& match : matches->matches) {
    uint8_t& confidence = surest[match.observable];
    confidence = std::max(confidence, match.confidence);
  }
  std::vector<uint32_t> by_confidence(values);
  std::iota(by_confidence.begin(), by_confidence.end(), 0);
  std::stable_sort(
      by_confidence.begin(), by_confidence.end(),
      [&surest](uint32_t a, uint32_t b) { return surest[a] > surest[b]; });
  std::vector<bool> stays(values, false);
  for (size_t i = 0; i < most; ++i) stays[by_confidence[i]] = true;
  const size_t found = matches->matches.size();
  Keep(stays, matches);
  matches->left_out_values += values - most;
  matches->left_out_matches += found - matches->matches.size();
}

}  // namespace mispsift
