#include "tools/mispsift/match_flags.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <map>

#include "mispsift/base/status_macros.h"
#include "tools/mispsift/value_lists.h"

namespace mispsift {
namespace {

const std::map<std::string, WarninglistWay> kWarninglistWays = {
    {"corrected", WarninglistWay::kCorrected},
    {"misp", WarninglistWay::kMisp},
    {"off", WarninglistWay::kOff}};

const std::map<std::string, bool> kYesNo = {{"yes", true}, {"no", false}};

}  // namespace

void MatchFlags::AddTo(CLI::App* command) {
  command
      ->add_option("--only-ids", only_ids_,
                   "Match only attributes with to_ids: yes (default) or no")
      ->transform(CLI::CheckedTransformer(kYesNo));
  command
      ->add_option("--ioc-blacklist", ioc_blacklist_,
                   "Values, networks (192.0.2.0/24), domains with all below "
                   "them (.example.com) and regexes (/^evil/i) that never "
                   "match, comma separated; may be repeated")
      ->allow_extra_args(false);
  command
      ->add_option("--safelist", safelists_,
                   "File of such entries, one a line, that match at a "
                   "confidence of at most 20; may be repeated")
      ->allow_extra_args(false);
  command
      ->add_option("--warninglist-way", warninglist_way_,
                   "How attributes are compared with warninglists: corrected "
                   "(default), misp, or off")
      ->transform(CLI::CheckedTransformer(kWarninglistWays));
  command
      ->add_option("--warninglist-inform", warninglist_inform_,
                   "Names of warninglists that suppress nothing, comma "
                   "separated, * for anything; may be repeated")
      ->allow_extra_args(false);
  command
      ->add_option("--warninglist-block", warninglist_block_,
                   "Names of warninglists that suppress whatever is on them; "
                   "likewise")
      ->allow_extra_args(false);
  command
      ->add_option("--fold", fold_,
                   "misp (default): also match what MISP's database takes for "
                   "the same (case, accents); exact: bytes only")
      ->check(CLI::IsMember({"misp", "exact"}));
  command->add_option(
      "--public-suffix-list", public_suffix_list_,
      "A newer list of where domains are registered than the one "
      "built in, in the format of publicsuffix.org");
  command->add_flag(
      "--as-misp", as_misp_,
      "Exactly the correlations that MISP itself would make; of the "
      "above nothing plays a part then");
  command->add_flag(
      "--misp-advanced-correlations", misp_advanced_,
      "With --as-misp: as where MISP.enable_advanced_correlations "
      "is on");
  command->add_flag(
      "--misp-ssdeep", misp_ssdeep_,
      "With --as-misp: likewise, on a server whose PHP has the ssdeep "
      "extension");
  command
      ->add_option("--misp-correlation-limit", misp_correlation_limit_,
                   "With --as-misp: a value with more correlations has none, "
                   "as with MISP.correlation_limit (default 0: no limit)")
      ->check(CLI::Range(uint64_t{0}, uint64_t{1} << 32));
}

absl::Status MatchFlags::Resolve(const CuckooConf& conf, IndexSettings* index,
                                 MatcherSettings* matcher,
                                 std::vector<std::string>* safelist) const {
  matcher->exact_only = fold_ == "exact";
  matcher->misp_correlation_limit = misp_correlation_limit_;
  index->only_ids = only_ids_.value_or(conf.processing.only_ids.value_or(true));
  index->warninglist_way = warninglist_way_;
  index->warninglist_inform = SplitLists(warninglist_inform_);
  index->warninglist_block = SplitLists(warninglist_block_);
  MISPSIFT_RETURN_IF_ERROR(ResolveLists(conf, index, safelist));
  if (as_misp_) {
    index->as_misp = misp_ssdeep_     ? AsMisp::kAdvancedSsdeep
                     : misp_advanced_ ? AsMisp::kAdvanced
                                      : AsMisp::kDefault;
  } else if (misp_advanced_ || misp_ssdeep_ || misp_correlation_limit_ > 0) {
    return absl::InvalidArgumentError(fmt::format(
        "{} needs --as-misp", misp_advanced_ ? "--misp-advanced-correlations"
                              : misp_ssdeep_ ? "--misp-ssdeep"
                                             : "--misp-correlation-limit"));
  }
  if (public_suffix_list_.empty()) return absl::OkStatus();
  MISPSIFT_ASSIGN_OR_RETURN(index->public_suffixes,
                            PublicSuffixes::Load(public_suffix_list_));
  return absl::OkStatus();
}

absl::Status MatchFlags::ResolveLists(
    const CuckooConf& conf, IndexSettings* index,
    std::vector<std::string>* safelist) const {
  MISPSIFT_RETURN_IF_ERROR(
      ioc_blacklist_.empty()
          ? ReadValueList("processing.conf, ioc_blacklist:",
                          SplitLists(conf.processing.ioc_blacklist),
                          &index->ioc_blacklist)
          : ReadValueList("--ioc-blacklist", SplitLists(ioc_blacklist_),
                          &index->ioc_blacklist));
  if (!safelists_.empty()) {
    MISPSIFT_ASSIGN_OR_RETURN(const std::vector<std::string> typed,
                              ReadSafelists(safelists_));
    return ReadValueList("--safelist", typed, safelist);
  }
  return ReadCuckooSafelists(conf, safelist);
}

}  // namespace mispsift
