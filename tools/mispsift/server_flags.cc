#include "tools/mispsift/server_flags.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "mispsift/base/bytes.h"
#include "mispsift/base/file.h"

namespace mispsift {
namespace {

constexpr uint64_t kMaxKeyFileBytes = 4096;

std::string Trim(const std::string& text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

}  // namespace

CLI::Validator Finite() {
  return {[](const std::string& text) {
            double number = 0;
            const bool is_finite = CLI::detail::lexical_cast(text, number) &&
                                   std::isfinite(number);
            return is_finite ? std::string()
                             : fmt::format("{} is no number", text);
          },
          "", "Finite"};
}

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

absl::StatusOr<std::string> ReadKeyFile(const std::string& path) {
  PaddedBytes bytes;
  const absl::Status read = ReadFile(path, kMaxKeyFileBytes, &bytes);
  if (!read.ok()) {
    return absl::InvalidArgumentError(
        fmt::format("no key: {}", std::string(read.message())));
  }
  const std::string key = Trim(std::string(bytes.view()));
  if (key.empty()) {
    return absl::InvalidArgumentError(
        fmt::format("no key: {} holds none", path));
  }
  return key;
}

absl::StatusOr<std::string> KeyFromEnvironmentOr(const std::string& apikey) {
  const std::string key = Trim(Environment("MISP_KEY"));
  if (!key.empty()) return key;
  const std::string path = Environment("MISP_KEY_FILE");
  if (!path.empty()) return ReadKeyFile(path);
  if (!apikey.empty()) return apikey;
  return absl::InvalidArgumentError(
      "no key: give --key-file, MISP_KEY or MISP_KEY_FILE");
}

void ServerFlags::AddTo(CLI::App* command) {
  const auto add = [command](const char* name, auto* value, const char* help) {
    return command->add_option(name, *value, help)->group("Server");
  };
  add("--ca-file", &typed_.ca_file,
      "Certificates to trust in place of the system's (PEM)");
  add("--client-cert", &typed_.client_cert,
      "Certificate to show to the server (PEM)");
  add("--client-key", &typed_.client_key, "The key to it (PEM)");
  add("--proxy", &typed_.proxy,
      "Proxy URL (else the environment's http_proxy, https_proxy, no_proxy)");
  command
      ->add_flag("--insecure", insecure_,
                 "Do not check the server's certificate")
      ->group("Server");
  add("--connections", &typed_.connections,
      "Requests on their way at once (default 2)")
      ->check(CLI::Range(1, 16));
  add("--timeout", &timeout_seconds_,
      "Seconds without a byte after which a request is given up (default 300)")
      ->check(Finite() & CLI::Range(0.1, 86400.0));
  add("--retries", &max_failures_,
      "Failures in a row after which a server is given up (default 8)")
      ->check(CLI::Range(1, 1000));
  add("--retry-delay", &retry_delay_seconds_,
      "Seconds before the first repetition, doubled each time (default 1)")
      ->check(Finite() & CLI::Range(0.0, 3600.0));
}

absl::Duration ServerFlags::retry_delay() const {
  return absl::Seconds(retry_delay_seconds_);
}

absl::Status ServerFlags::Resolve(CurlTransportOptions* connection) const {
  *connection = typed_;
  connection->stall_timeout = absl::Seconds(timeout_seconds_);
  // As PyMISP's misp_verifycert: yes, no, or what to trust.
  const std::string verify = Environment("MISP_VERIFYCERT");
  const auto is = [&verify](std::initializer_list<const char*> words) {
    return std::any_of(words.begin(), words.end(), [&verify](const char* word) {
      return CLI::detail::to_lower(verify) == word;
    });
  };
  if (insecure_ || (!verify.empty() && is({"0", "no", "false", "off"}))) {
    connection->verify = false;
  } else if (!verify.empty() && !is({"1", "yes", "true", "on"}) &&
             connection->ca_file.empty()) {
    connection->ca_file = verify;
  }
  if (insecure_ && !connection->ca_file.empty()) {
    return absl::InvalidArgumentError(
        "--insecure trusts everyone; --ca-file would count for nothing");
  }
  return absl::OkStatus();
}

}  // namespace mispsift
