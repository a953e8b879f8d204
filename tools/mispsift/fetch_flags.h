#ifndef MISPSIFT_TOOLS_MISPSIFT_FETCH_FLAGS_H_
#define MISPSIFT_TOOLS_MISPSIFT_FETCH_FLAGS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "mispsift/pipeline/cuckoo_conf.h"
#include "mispsift/pipeline/fetch.h"
#include "tools/mispsift/server_flags.h"

namespace CLI {
class App;
}

namespace mispsift {

// What is typed for `mispsift fetch`, and what the environment and Cuckoo's
// configuration add to it: MISP_URL, or else Cuckoo's url, where no source is
// typed; MISP_VERIFYCERT; and the key, which comes from --key-file, MISP_KEY or
// the file that MISP_KEY_FILE names, for Cuckoo's url also from the apikey
// beside it, and from nowhere else.
class FetchFlags {
 public:
  // `fetch` keeps pointing to this object.
  void AddTo(CLI::App* fetch);

  // Whether anything says what to fetch.
  bool HasSource(const CuckooConf& conf) const;

  // Completes `*options` at `now` (seconds since 1970).
  // Errors: kInvalidArgument with what is wrong; never repeats a key.
  absl::Status Resolve(int64_t now, const CuckooConf& conf,
                       FetchOptions* options) const;

 private:
  absl::Status ResolveSources(const CuckooConf& conf,
                              FetchOptions* options) const;
  absl::Status ResolveFilter(int64_t now, AttributeFilter* filter) const;

  FetchOptions typed_;
  std::vector<std::string> servers_;
  std::vector<std::string> key_files_;
  ServerFlags server_;
  std::vector<std::string> types_;
  std::vector<std::string> tags_;
  std::vector<std::string> orgs_;
  std::string published_;
};

}  // namespace mispsift

#endif  // MISPSIFT_TOOLS_MISPSIFT_FETCH_FLAGS_H_
