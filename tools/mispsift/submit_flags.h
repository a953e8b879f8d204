#ifndef MISPSIFT_TOOLS_MISPSIFT_SUBMIT_FLAGS_H_
#define MISPSIFT_TOOLS_MISPSIFT_SUBMIT_FLAGS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "mispsift/pipeline/submit.h"
#include "tools/mispsift/server_flags.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace mispsift {

struct SubmitCommand {
  SubmitOptions options;
  bool status = false;  // only show the ledger
  bool json = false;    // ... for a program
};

// What is typed for `mispsift submit`, and what the environment adds to it:
// MISP_URL where no destination is typed, and what ServerFlags says.
class SubmitFlags {
 public:
  // `submit` keeps pointing to this object.
  void AddTo(CLI::App* submit);

  // Errors: kInvalidArgument with what is wrong; never repeats a key.
  absl::Status Resolve(SubmitCommand* command) const;

 private:
  absl::Status ResolveDestination(SubmitOptions* options) const;
  absl::Status ResolveDraft(SubmitOptions* options) const;
  absl::Status ResolvePolicies(SubmitOptions* options) const;

  SubmitCommand typed_;
  ServerFlags server_;
  std::string key_file_;
  std::string select_ = "all";
  double min_score_ = 0;
  std::string group_by_ = "report";
  uint64_t batch_attributes_ = 1000;
  std::vector<std::string> modes_;
  std::vector<std::string> tags_;
  std::vector<std::string> blacklist_;
  std::vector<std::string> safelists_;
  CLI::Option* min_score_option_ = nullptr;
  CLI::Option* batch_option_ = nullptr;
};

}  // namespace mispsift

#endif  // MISPSIFT_TOOLS_MISPSIFT_SUBMIT_FLAGS_H_
