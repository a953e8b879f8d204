#ifndef MISPSIFT_TOOLS_MISPSIFT_CONFIG_FILE_H_
#define MISPSIFT_TOOLS_MISPSIFT_CONFIG_FILE_H_

#include <CLI/CLI.hpp>
#include <istream>
#include <map>
#include <string>
#include <vector>

namespace mispsift {

// The file of --config, in TOML:
//
//   quiet = true                    # the flags of mispsift itself
//   [fetch]                         # those of a command
//   misp = "https://misp.example"
//   batch_rows = 20000
//   [submit]
//   tag = ["sandbox", "tlp:green"]
//
// A key is a flag's name with "_" for "-", or the name of what stands on the
// command line without one ("paths"); its value a string, a number, a boolean,
// or a list of these. A key that is none is an error, with line and column.
//
// What is typed comes first, then the environment, then this file:
//   - a source or destination that is typed switches off those in the file,
//     with their key;
//   - MISP_URL takes the place of `misp`, MISP_KEY and MISP_KEY_FILE of
//     `key_file`, MISP_VERIFYCERT of `ca_file` and `insecure`.
class ConfigFile : public CLI::Config {
 public:
  // Of the commands of `app`, which must outlive it.
  explicit ConfigFile(const CLI::App* app) : app_(app) {}

  std::string to_config(const CLI::App*, bool, bool,
                        std::string) const override {
    return {};
  }
  // Throws CLI::ConfigError with what is wrong, and where.
  std::vector<CLI::ConfigItem> from_config(std::istream& input) const override;

  // Where the file says something that counts: "line 7", by the flag's command
  // and name ("fetch.batch-rows").
  const std::map<std::string, std::string>& origins() const { return origins_; }

 private:
  const CLI::App* app_;
  mutable std::map<std::string, std::string> origins_;
};

}  // namespace mispsift

#endif  // MISPSIFT_TOOLS_MISPSIFT_CONFIG_FILE_H_
