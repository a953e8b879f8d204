#ifndef MISPSIFT_TOOLS_MISPSIFT_SERVER_FLAGS_H_
#define MISPSIFT_TOOLS_MISPSIFT_SERVER_FLAGS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "mispsift/net/curl_transport.h"

namespace CLI {
class App;
class Validator;
}  // namespace CLI

namespace mispsift {

// What is typed about how a MISP server is asked, the same for every command
// that asks one, and what the environment adds to it: MISP_VERIFYCERT.
class ServerFlags {
 public:
  // `command` keeps pointing to this object.
  void AddTo(CLI::App* command);

  // Errors: kInvalidArgument with what is wrong.
  absl::Status Resolve(CurlTransportOptions* connection) const;

  absl::Duration retry_delay() const;
  int max_failures() const { return max_failures_; }

 private:
  CurlTransportOptions typed_;
  bool insecure_ = false;
  double timeout_seconds_ = 300;
  double retry_delay_seconds_ = 1;
  int max_failures_ = 8;
};

// Of a number: CLI11 takes "nan" for one that is in every range.
CLI::Validator Finite();

// Empty where it is not set.
std::string Environment(const char* name);

// The key in a file, without blanks around it; or that of MISP_KEY, else of the
// file that MISP_KEY_FILE names, else `apikey`.
// Errors: kInvalidArgument; never repeats a key.
absl::StatusOr<std::string> ReadKeyFile(const std::string& path);
absl::StatusOr<std::string> KeyFromEnvironmentOr(const std::string& apikey);

}  // namespace mispsift

#endif  // MISPSIFT_TOOLS_MISPSIFT_SERVER_FLAGS_H_
