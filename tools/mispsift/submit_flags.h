#ifndef MISPSIFT_TOOLS_MISPSIFT_SUBMIT_FLAGS_H_
#define MISPSIFT_TOOLS_MISPSIFT_SUBMIT_FLAGS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "mispsift/pipeline/cuckoo_conf.h"
#include "mispsift/pipeline/submit.h"
#include "tools/mispsift/server_flags.h"

namespace CLI {
class App;
}

namespace mispsift {

struct SubmitCommand {
  SubmitOptions options;
  bool status = false;  // only show the ledger
  bool json = false;    // ... for a program
  std::string metrics;  // file for Prometheus; empty: none
};

// What is typed for `mispsift submit`, and what the environment and Cuckoo's
// configuration add to it: MISP_URL, or else Cuckoo's url, where no destination
// is typed; the key, as for fetch; and whatever Cuckoo's [misp] sections say
// that no flag does.
class SubmitFlags {
 public:
  // `submit` keeps pointing to this object.
  void AddTo(CLI::App* submit);

  // Whether anything says where to submit to.
  bool HasDestination(const CuckooConf& conf) const;

  // Errors: kInvalidArgument with what is wrong; never repeats a key.
  absl::Status Resolve(const CuckooConf& conf, SubmitCommand* command) const;

 private:
  absl::Status ResolvePolicies(const CuckooConf& conf,
                               SubmitOptions* options) const;
  absl::Status ResolveDraft(const CuckooConf& conf, DraftSettings* draft) const;
  absl::Status ResolveModes(const CuckooReporting& conf, uint32_t* modes) const;
  absl::Status ResolveLists(const CuckooConf& conf, DraftSettings* draft) const;
  absl::Status ResolveDestination(const CuckooConf& conf,
                                  SubmitOptions* options) const;

  SubmitCommand typed_;
  ServerFlags server_;
  std::string key_file_;
  std::string select_ = "all";
  std::string known_ = "sight";
  std::string sightings_ = "matched";
  std::optional<bool> upload_sample_;
  std::optional<double> min_score_;
  std::string group_by_ = "report";
  std::optional<uint64_t> batch_attributes_;
  std::vector<std::string> modes_;
  std::vector<std::string> tags_;
  std::optional<int> distribution_;
  std::optional<int> sharing_group_;
  std::optional<int> threat_level_id_;
  std::optional<int> analysis_;
  std::optional<std::string> title_;
  std::vector<std::string> blacklist_;
  std::vector<std::string> safelists_;
};

}  // namespace mispsift

#endif  // MISPSIFT_TOOLS_MISPSIFT_SUBMIT_FLAGS_H_
