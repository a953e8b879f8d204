#include "src/match/candidate_filter.h"

#include <algorithm>
#include <charconv>
#include <iterator>
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

// What is added, as it comes: lists grow faster than tables, and are joined.
struct CandidateFilter::Builder::Entries {
  struct Found {
    uint64_t window;
    uint64_t key;       // of the witness
    uint16_t contexts;  // ContextBit()s
    uint8_t bytes;      // of the witness
    char before;        // the window, as in Endings
  };

  std::vector<Found> found;
  std::vector<std::string> fingerprints;
  std::vector<std::string> ipv6;
  std::vector<std::string> networks;
  size_t unseen = 0;
  std::vector<Witness> witnesses;  // scratch

  void AddWitness(const Witness& witness) {
    const std::string_view text = witness.text;
    size_t run = 0;
    const uint64_t window = WindowOf(text, &run);
    const bool is_cut = run < kWindowBytes && run < text.size();
    found.push_back({window, Tables::WitnessKey(text),
                     ContextBit(witness.before, witness.after),
                     static_cast<uint8_t>(text.size()),
                     is_cut ? text[text.size() - run - 1] : '\0'});
  }
};

CandidateFilter::Builder::Builder() : entries_(std::make_unique<Entries>()) {}
CandidateFilter::Builder::~Builder() = default;
CandidateFilter::Builder::Builder(Builder&&) noexcept = default;
CandidateFilter::Builder& CandidateFilter::Builder::operator=(
    Builder&&) noexcept = default;

void CandidateFilter::Builder::Add(const Indicator& indicator) {
  if (indicator.form == KeyForm::kNetwork) {
    entries_->networks.push_back(indicator.value);
    return;
  }
  if (indicator.kind == IndicatorKind::kX509Fingerprint) {
    entries_->fingerprints.push_back(indicator.value);
  }
  const std::string_view address = AddressIn(indicator);
  const bool is_ipv6 = IsIpv6(address);
  if (is_ipv6 && indicator.kind != IndicatorKind::kUrl) {
    entries_->ipv6.emplace_back(address);
    return;
  }
  std::vector<Witness>& witnesses = entries_->witnesses;
  if (WitnessesOf(indicator, &witnesses)) {
    for (const Witness& witness : witnesses) entries_->AddWitness(witness);
    return;
  }
  IndicatorKind kind = IndicatorKind::kIp;
  std::string canonical;
  if (is_ipv6 && Canonicalize(address, &kind, &canonical)) {
    entries_->ipv6.push_back(canonical);
  } else {
    ++entries_->unseen;
  }
}

void CandidateFilter::Builder::AddAllOf(Builder&& other) {
  const auto append = [](auto& from, auto* to) {
    to->insert(to->end(), std::move_iterator(from.begin()),
               std::move_iterator(from.end()));
  };
  append(other.entries_->found, &entries_->found);
  append(other.entries_->fingerprints, &entries_->fingerprints);
  append(other.entries_->ipv6, &entries_->ipv6);
  append(other.entries_->networks, &entries_->networks);
  entries_->unseen += other.entries_->unseen;
  other.entries_.reset();
}

CandidateFilter CandidateFilter::Builder::Build() && {
  Tables tables;
  tables.endings.reserve(entries_->found.size());
  tables.witnesses.reserve(entries_->found.size());
  for (const Entries::Found& found : entries_->found) {
    const auto [at, is_new] = tables.endings.try_emplace(found.window);
    Tables::Endings& endings = at->second;
    endings.lengths |= uint64_t{1} << found.bytes;
    if (is_new) {
      endings.before = found.before;
    } else if (endings.before != found.before) {
      endings.before = '\0';
    }
    tables.witnesses[found.key] |= found.contexts;
  }
  tables.windows = WindowTable(tables.endings.size());
  for (const auto& [window, endings] : tables.endings) {
    tables.windows.Add(window);
  }
  tables.fingerprints.insert(entries_->fingerprints.begin(),
                             entries_->fingerprints.end());
  tables.ipv6.insert(entries_->ipv6.begin(), entries_->ipv6.end());
  for (const std::string& network : entries_->networks) {
    AddPrefix(network,
              IsIpv6(network) ? &tables.ipv6_prefixes : &tables.ipv4_prefixes);
    tables.networks.insert(network);
  }
  tables.unseen = entries_->unseen;
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
