#include "src/match/candidate_filter.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "mispsift/base/byte_set.h"
#include "mispsift/base/check.h"
#include "mispsift/normalize/normalize.h"
#include "mispsift/normalize/refang.h"
#include "src/normalize/ip_address.h"

namespace mispsift {
namespace {

// Kinds, but for hosts and addresses, of which one is found in text behind a
// dot or dash, which make its first window another.
bool IsCutFromText(IndicatorKind kind) {
  return kind == IndicatorKind::kEmail || kind == IndicatorKind::kFilepath ||
         kind == IndicatorKind::kRegkey || kind == IndicatorKind::kRegkeyValue;
}

}  // namespace

// What is added, as it comes.
struct CandidateFilter::Builder::Part {
  struct Ending {
    uint64_t window;
    uint8_t bytes;     // of the witness
    bool is_anywhere;  // it may stand behind alnum
    uint32_t befores;  // as in Endings
    uint32_t pairs;    // likewise
  };
  struct Keyed {
    uint64_t key;       // of the witness
    uint16_t contexts;  // ContextBit()s
  };

  std::vector<Ending> endings;
  std::vector<Keyed> keyed;
  std::vector<std::string> fingerprints;
  std::vector<std::pair<IpAddress, int>> networks;  // and IPv6 addresses
  WideCharacters characters;
  std::vector<uint64_t> short_values;
  uint32_t short_value_lengths = 0;
  size_t shortest_window = kWindowBytes;
  bool has_urls = false;
  bool has_numbers = false;
  std::vector<std::shared_ptr<const SsdeepTable>> ssdeep;
  size_t unseen = 0;
  Witnesses witnesses;  // scratch

  // The same, for the tables to be made of.
  ShardedList<Ending> endings_by_shard;
  ShardedList<Keyed> keyed_by_shard;

  void AddWitness(const Witness& witness) {
    const std::string_view text = witness.text;
    size_t run = 0;
    const uint64_t window = WindowOf(text, &run);
    shortest_window = std::min(shortest_window, run);
    const std::string_view before = text.substr(0, text.size() - run);
    endings.push_back(
        {window, static_cast<uint8_t>(text.size()),
         witness.before == Before::kAnything,
         before.empty() ? ~uint32_t{0} : Tables::BeforeBit(before.back()),
         before.size() < Tables::kPairEnd
             ? ~uint32_t{0}
             : Tables::PairBit(before.data() + before.size() -
                               Tables::kPairEnd)});
    keyed.push_back(
        {Tables::WitnessKey(text), ContextBit(witness.before, witness.after)});
    AddWideCharacters(text, &characters);
    // What is a whole string or file name is never assembled.
    if (witness.before == Before::kAnything ||
        witness.before == Before::kNoAlnum) {
      has_numbers |= IsDigits(text);
    }
  }

  // A canonical kNetwork, or an IPv6 address.
  void AddNetwork(std::string_view text) {
    auto& [address, prefix_bits] = networks.emplace_back();
    MISPSIFT_CHECK(ParseNetwork(text, &address, &prefix_bits));
  }

  void AddWitnesses() {
    for (const Witness& witness : witnesses.found()) AddWitness(witness);
  }

  void AddShort(std::string_view text) {
    short_values.push_back(Tables::Packed(text));
    short_value_lengths |= uint32_t{1} << text.size();
  }
  // Of witnesses, those that are less than a window and may stand there.
  void AddShortStarts() {
    for (const Witness& witness : witnesses.found()) {
      size_t run = 0;
      WindowOf(witness.text, &run);
      if (witness.before == Before::kAnything && run == witness.text.size() &&
          run < kWindowBytes) {
        AddShort(witness.text);
      }
    }
  }

  // All but witnesses, and what windows they end in.
  void AddOthersTo(Tables* tables) const {
    tables->fingerprints.insert(fingerprints.begin(), fingerprints.end());
    for (const auto& [address, prefix_bits] : networks) {
      tables->networks.Add(address, prefix_bits);
    }
    tables->short_values.insert(short_values.begin(), short_values.end());
    tables->short_value_lengths |= short_value_lengths;
    tables->shortest_window =
        std::min(tables->shortest_window, shortest_window);
    tables->has_urls |= has_urls;
    tables->has_numbers |= has_numbers;
    std::ranges::copy(ssdeep, std::back_inserter(tables->ssdeep));
    tables->unseen += unseen;
  }

  void SortIntoShards() {
    endings_by_shard = ShardedList(endings, [](const Ending& ending) {
      return WindowTable::HashOf(ending.window);
    });
    keyed_by_shard =
        ShardedList(keyed, [](const Keyed& witness) { return witness.key; });
    endings = {};
    keyed = {};
  }
};

CandidateFilter::Builder::Builder() {
  parts_.push_back(std::make_unique<Part>());
}
CandidateFilter::Builder::~Builder() = default;
CandidateFilter::Builder::Builder(Builder&&) noexcept = default;
CandidateFilter::Builder& CandidateFilter::Builder::operator=(
    Builder&&) noexcept = default;

void CandidateFilter::Builder::Add(const Indicator& indicator) {
  Part& part = *parts_.back();
  if (indicator.form == KeyForm::kNetwork) {
    part.AddNetwork(indicator.value);
    return;
  }
  if (indicator.kind == IndicatorKind::kX509Fingerprint) {
    part.fingerprints.push_back(indicator.value);
  }
  if (indicator.kind == IndicatorKind::kUrl) part.has_urls = true;
  const std::string_view address = AddressIn(indicator);
  const bool is_ipv6 = IsIpv6(address);
  if (is_ipv6 && indicator.kind != IndicatorKind::kUrl) {
    part.AddNetwork(address);
    return;
  }
  if (part.witnesses.Find(indicator)) {
    part.AddWitnesses();
    if (IsCutFromText(indicator.kind)) part.AddShortStarts();
    if (indicator.kind == IndicatorKind::kHost) {
      for (const std::string_view host : part.witnesses.short_hosts()) {
        part.AddShort(host);
      }
    }
    for (const std::string_view head : kUrlHeads) {
      if (part.witnesses.FindBehind(head)) part.AddWitnesses();
    }
    return;
  }
  IndicatorKind kind = IndicatorKind::kIp;
  std::string canonical;
  if (is_ipv6 && Canonicalize(address, &kind, &canonical)) {
    part.AddNetwork(canonical);
  } else {
    ++part.unseen;
  }
}

void CandidateFilter::Builder::AddSimilarTo(
    std::shared_ptr<const SsdeepTable> ssdeep) {
  if (!ssdeep->empty()) parts_.back()->ssdeep.push_back(std::move(ssdeep));
}

void CandidateFilter::Builder::AddAllOf(Builder&& other) {
  parts_.insert(parts_.begin(), std::move_iterator(other.parts_.begin()),
                std::move_iterator(other.parts_.end()));
  other.parts_.clear();
}

CandidateFilter CandidateFilter::Builder::Build(RunTasks run) && {
  auto tables = std::make_unique<Tables>();
  run(parts_.size(), [&](size_t i) { parts_[i]->SortIntoShards(); });
  const auto fill_witnesses = [&](size_t i) {
    auto& shard = tables->witnesses.shard(i);
    size_t most = 0;
    for (const auto& part : parts_)
      most += part->keyed_by_shard.shard(i).size();
    shard.reserve(most);
    for (const auto& part : parts_) {
      for (const Part::Keyed& witness : part->keyed_by_shard.shard(i)) {
        shard[witness.key] |= witness.contexts;
      }
    }
    tables->witnesses.MarkShard(i);
  };
  const auto add_others = [&] {
    WideCharacters characters;
    for (const auto& part : parts_) {
      part->AddOthersTo(tables.get());
      characters |= part->characters;
    }
    tables->telling = FoldedTo(characters);
  };
  run(1 + kShards,
      [&](size_t i) { i == 0 ? add_others() : fill_witnesses(i - 1); });
  run(kShards, [&](size_t i) {
    auto& shard = tables->endings.shard(i);
    // Most windows are the end of one witness.
    shard.reserve(tables->witnesses.size() / kShards * 3 / 4);
    for (const auto& part : parts_) {
      for (const Part::Ending& ending : part->endings_by_shard.shard(i)) {
        Tables::Endings& endings = shard[ending.window];
        const uint32_t length = Tables::LengthBit(ending.bytes);
        endings.lengths |= length;
        if (ending.is_anywhere) endings.anywhere |= length;
        endings.befores |= ending.befores;
        endings.pairs |= ending.pairs;
      }
    }
  });
  tables->windows = WindowTable(tables->endings.size());
  run(kShards, [&](size_t i) {
    for (const auto& [window, endings] : tables->endings.shard(i)) {
      uint32_t befores = endings.befores;
      for (int bits = 16; bits >= 8; bits /= 2) befores |= befores >> bits;
      tables->windows.Add(window, befores & 0xFF);
    }
  });
  return CandidateFilter(std::move(tables));
}

CandidateFilter::CandidateFilter(std::unique_ptr<const Tables> tables)
    : tables_(std::move(tables)) {}
CandidateFilter::~CandidateFilter() = default;
CandidateFilter::CandidateFilter(CandidateFilter&&) noexcept = default;
CandidateFilter& CandidateFilter::operator=(CandidateFilter&&) noexcept =
    default;

size_t CandidateFilter::unseen_count() const { return tables_->unseen; }

}  // namespace mispsift
