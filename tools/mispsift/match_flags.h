#ifndef MISPSIFT_TOOLS_MISPSIFT_MATCH_FLAGS_H_
#define MISPSIFT_TOOLS_MISPSIFT_MATCH_FLAGS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "mispsift/match/index.h"
#include "mispsift/match/matcher.h"
#include "mispsift/pipeline/cuckoo_conf.h"

namespace CLI {
class App;
}

namespace mispsift {

// What is typed about what matches: the same for scan, lookup and explain.
class MatchFlags {
 public:
  // `command` keeps pointing to this object; several may.
  void AddTo(CLI::App* command);

  // Sets what was typed and, where nothing was, what `conf` says. `*safelist`
  // is what MatcherSettings::safelist is to be made of.
  // Errors: kInvalidArgument or kNotFound with what is wrong.
  absl::Status Resolve(const CuckooConf& conf, IndexSettings* index,
                       MatcherSettings* matcher,
                       std::vector<std::string>* safelist) const;

 private:
  absl::Status ResolveLists(const CuckooConf& conf, IndexSettings* index,
                            std::vector<std::string>* safelist) const;

  std::string fold_ = "misp";
  std::optional<bool> only_ids_;
  std::vector<std::string> ioc_blacklist_;
  std::vector<std::string> safelists_;
  WarninglistWay warninglist_way_ = WarninglistWay::kCorrected;
  std::vector<std::string> warninglist_inform_;
  std::vector<std::string> warninglist_block_;
  std::string public_suffix_list_;
  bool as_misp_ = false;
  bool misp_advanced_ = false;
  bool misp_ssdeep_ = false;
  uint64_t misp_correlation_limit_ = 0;
};

}  // namespace mispsift

#endif  // MISPSIFT_TOOLS_MISPSIFT_MATCH_FLAGS_H_
