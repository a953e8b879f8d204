#ifndef MISPSIFT_MATCH_INDEX_H_
#define MISPSIFT_MATCH_INDEX_H_

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "mispsift/base/digest.h"
#include "mispsift/base/run_tasks.h"
#include "mispsift/match/candidate_scanner.h"
#include "mispsift/match/warninglist_policy.h"
#include "mispsift/model/indicator.h"
#include "mispsift/model/snapshot.h"
#include "mispsift/normalize/misp_correlation.h"
#include "mispsift/normalize/normalize.h"
#include "mispsift/normalize/public_suffixes.h"
#include "mispsift/normalize/value_list.h"

namespace mispsift {

class SsdeepTable;

// Why an attribute, or one of its indicators, is kept out of the correlation.
// The order is that of summary.json.
enum class Suppression : uint8_t {
  kWarninglist,
  kBlacklist,
  kNotIds,
  kSpecialUse,
  kCorrelationDisabled,
  kCount,
};

std::string_view SuppressionName(Suppression reason);

// Bits 1 << Suppression.
using SuppressionBits = uint8_t;

template <typename Visit>
void ForEachReason(SuppressionBits bits, Visit visit) {
  for (int i = 0; i < static_cast<int>(Suppression::kCount); ++i) {
    if ((bits >> i & 1) != 0) visit(static_cast<Suppression>(i));
  }
}

// An attribute that is kept out, or a part of it.
struct SuppressedAttribute {
  uint32_t row = 0;
  SuppressionBits reasons = 0;
  bool whole = false;  // nothing of it is left to match
  uint64_t kinds = 0;  // that it would match as: bits 1 << IndicatorKind

  bool IsFor(Suppression reason) const {
    return (reasons >> static_cast<int>(reason) & 1) != 0;
  }
  bool IsAs(IndicatorKind kind) const {
    return (kinds >> static_cast<int>(kind) & 1) != 0;
  }
};
static_assert(static_cast<int>(IndicatorKind::kCount) <= 64);

// Which comparison with warninglists a run believes; see
// normalize/warninglist_matcher.h.
enum class WarninglistWay : uint8_t { kCorrected, kMisp, kOff };

// A run's own settings, turned into verdicts when the index is built.
struct IndexSettings {
  bool only_ids = true;
  // As normalize/value_list.h reads them; ValueList::Check() has passed them.
  std::vector<std::string> ioc_blacklist;
  // Where sub-domains end; null: the list that is built in.
  std::shared_ptr<const PublicSuffixes> public_suffixes;
  WarninglistWay warninglist_way = WarninglistWay::kCorrected;
  // Names of lists that only inform, and of those that suppress, as
  // match/warninglist_policy.h has them.
  std::vector<std::string> warninglist_inform;
  std::vector<std::string> warninglist_block;
  // Keeps suppressed indicators in the index, for lookup and explain, which
  // then ask Verdict() themselves.
  bool keep_suppressed = false;
  // How many attributes Index::suppressed() lists for each reason.
  size_t most_suppressed = 0;
  // By row: the attributes that count, the others are as if they were not
  // there. Null: all. Must outlive the building.
  const std::vector<bool>* only_rows = nullptr;
  // Other than kNo: holds what MISP's correlation compares, and nothing but
  // disabled correlation is suppressed (misp_correlator.h).
  AsMisp as_misp = AsMisp::kNo;
};

// Counts of one build, by attribute.
struct IndexCounts {
  std::array<uint64_t, static_cast<size_t>(IndicatorKind::kCount)>
      indicators{};  // by kind; suppressed ones included, those of no kind not
  std::array<uint64_t, static_cast<size_t>(Unmatchable::kCount)> unmatchable{};
  std::array<uint64_t, static_cast<size_t>(Suppression::kCount)> suppressed{};

  IndexCounts& operator+=(const IndexCounts& other);
};

// Everything that a report can match, by digest. Sealed: built by BuildIndex,
// never changed, safe to read from any number of threads. Refers to the
// snapshot by row number; the snapshot must outlive it.
class Index {
 public:
  // With `filter`, what a report is matched with is added to it. `run` changes
  // nothing but the time that it takes.
  static Index Build(const Snapshot& snapshot, const IndexSettings& settings,
                     CandidateFilter::Builder* filter = nullptr,
                     RunTasks run = RunOneByOne);

  Index(Index&&) noexcept;
  ~Index();

  // Rows of the attributes with this key, ascending. A digest is not a proof:
  // the caller confirms each against the attribute's own indicators.
  std::span<const uint32_t> Find(const Digest& key) const;

  // Whether it may know such a key of a kWholeString: it does not know most of
  // those that it is asked for, which are the strings of a report.
  bool MayHoldWholeString(const Digest& key) const;

  // All that Find() knows, by their `low`, in no order.
  std::vector<uint64_t> Keys() const;

  // Calls `found` for each other ssdeep value of the index that libfuzzy scores
  // at 40 or more, up to 100, against the canonical `ssdeep`: in byte order,
  // views into the index.
  void FindSimilar(
      std::string_view ssdeep,
      absl::FunctionRef<void(std::string_view value, int score)> found) const;

  // The prefix lengths that occur among the networks, longest first.
  std::span<const uint8_t> ipv4_prefixes() const { return ipv4_prefixes_; }
  std::span<const uint8_t> ipv6_prefixes() const { return ipv6_prefixes_; }

  const PublicSuffixes& public_suffixes() const {
    return public_suffixes_ != nullptr ? *public_suffixes_
                                       : PublicSuffixes::BuiltIn();
  }

  // The most bytes of a kWholeString indicator's compared form.
  size_t longest_whole_string() const { return longest_whole_string_; }

  AsMisp as_misp() const { return as_misp_; }

  // Why this indicator of this attribute is suppressed; 0 if it is not.
  SuppressionBits Verdict(const AttributeView& attribute,
                          const Indicator& indicator) const;

  // Names of the warninglists that the part of the attribute is on that
  // indicators of this kind are made of: those that suppress it, or those that
  // do not. Views into the snapshot, in the order of the lists.
  enum class OnLists { kSuppressing, kInforming };
  std::vector<std::string_view> Warninglists(const AttributeView& attribute,
                                             IndicatorKind kind,
                                             OnLists which) const;

  // Why an observed value is suppressed, whatever it would match: one that is
  // blacklisted or of special use is not looked up at all.
  SuppressionBits ObservedVerdict(IndicatorKind kind,
                                  std::string_view canonical) const;

  const Snapshot& snapshot() const { return *snapshot_; }
  const IndexCounts& counts() const { return counts_; }
  // Of the attributes that counts().suppressed counts up to
  // IndexSettings::most_suppressed for each reason, by the first that one has
  // of: warninglist, blacklist, special_use, correlation_disabled, not_ids. In
  // this order; of one reason those that have no other come first, of these the
  // newest.
  const std::vector<SuppressedAttribute>& suppressed() const {
    return suppressed_;
  }
  // Keys in the index.
  size_t size() const;

 private:
  struct Part;
  struct Table;

  Index(const Snapshot* snapshot, const IndexSettings& settings);
  // Of rows `begin` to `end`.
  void Collect(uint32_t begin, uint32_t end, const IndexSettings& settings,
               bool with_filter, Part* part) const;

  // Calls visit(hit, suppresses) for each list that counts.
  template <typename Visit>
  void ForEachWarninglist(const AttributeView& attribute, IndicatorKind kind,
                          const Visit& visit) const;

  const Snapshot* snapshot_;
  bool only_ids_;
  AsMisp as_misp_;
  WarninglistWay warninglist_way_;
  WarninglistsView warninglists_;
  std::vector<WarninglistEffect> effects_;  // by list
  std::vector<bool> is_on_a_list_;          // by row; most are on none
  ValueList blacklist_;
  std::shared_ptr<const PublicSuffixes> public_suffixes_;
  // By row. Attributes are not in the order of their events, and nothing else
  // of these is asked for.
  std::vector<bool> event_is_uncorrelated_;
  std::unique_ptr<Table> table_;
  std::shared_ptr<const SsdeepTable> ssdeep_;
  std::vector<uint8_t> ipv4_prefixes_;
  std::vector<uint8_t> ipv6_prefixes_;
  size_t longest_whole_string_ = 0;
  IndexCounts counts_;
  std::vector<SuppressedAttribute> suppressed_;
};

}  // namespace mispsift

#endif  // MISPSIFT_MATCH_INDEX_H_
