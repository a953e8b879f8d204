#include "src/match/candidate_filter.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "mispsift/normalize/normalize.h"

namespace mispsift {
namespace {

void AddPrefix(std::string_view network, std::vector<uint8_t>* prefixes) {
  uint8_t bits = 0;
  std::from_chars(network.data() + network.rfind('/') + 1,
                  network.data() + network.size(), bits);
  if (std::ranges::find(*prefixes, bits) == prefixes->end()) {
    prefixes->push_back(bits);
  }
}

}  // namespace

struct CandidateFilter::Builder::Entries {
  Tables tables;
  std::vector<Witness> found;  // scratch

  void AddEnding(std::string_view witness) {
    size_t run = 0;
    const uint64_t window = WindowOf(witness, &run);
    const bool is_cut = run < kWindowBytes && run < witness.size();
    const char before = is_cut ? witness[witness.size() - run - 1] : '\0';
    const auto [at, is_new] = tables.endings.try_emplace(window);
    Tables::Endings& endings = at->second;
    endings.lengths |= uint64_t{1} << witness.size();
    if (is_new) {
      endings.before = before;
    } else if (endings.before != before) {
      endings.before = '\0';
    }
  }
};

CandidateFilter::Builder::Builder() : entries_(std::make_unique<Entries>()) {}
CandidateFilter::Builder::~Builder() = default;
CandidateFilter::Builder::Builder(Builder&&) noexcept = default;

void CandidateFilter::Builder::Add(const Indicator& indicator) {
  Tables& tables = entries_->tables;
  if (indicator.form == KeyForm::kNetwork) {
    AddPrefix(indicator.value, IsIpv6(indicator.value) ? &tables.ipv6_prefixes
                                                       : &tables.ipv4_prefixes);
    tables.networks.insert(indicator.value);
    return;
  }
  if (indicator.kind == IndicatorKind::kX509Fingerprint) {
    tables.fingerprints.insert(indicator.value);
  }
  const std::string_view address = AddressIn(indicator);
  const bool is_ipv6 = IsIpv6(address);
  if (is_ipv6 && indicator.kind != IndicatorKind::kUrl) {
    tables.ipv6.emplace(address);
    return;
  }
  std::vector<Witness>& found = entries_->found;
  if (!WitnessesOf(indicator, &found)) {
    IndicatorKind kind = IndicatorKind::kIp;
    std::string canonical;
    if (is_ipv6 && Canonicalize(address, &kind, &canonical)) {
      tables.ipv6.insert(canonical);
    } else {
      ++tables.unseen;
    }
    return;
  }
  for (const Witness& witness : found) {
    entries_->AddEnding(witness.text);
    tables.witnesses[Tables::WitnessKey(witness.text)] |=
        ContextBit(witness.before, witness.after);
  }
}

CandidateFilter CandidateFilter::Builder::Build() && {
  Tables& tables = entries_->tables;
  tables.windows = WindowTable(tables.endings.size());
  for (const auto& [window, endings] : tables.endings) {
    tables.windows.Add(window);
  }
  return CandidateFilter(std::make_unique<const Tables>(std::move(tables)));
}

CandidateFilter::CandidateFilter(std::unique_ptr<const Tables> tables)
    : tables_(std::move(tables)) {}
CandidateFilter::~CandidateFilter() = default;
CandidateFilter::CandidateFilter(CandidateFilter&&) noexcept = default;
CandidateFilter& CandidateFilter::operator=(CandidateFilter&&) noexcept =
    default;

size_t CandidateFilter::unseen_count() const { return tables_->unseen; }

}  // namespace mispsift
