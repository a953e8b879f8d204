// MISP's link values: a url in printable ASCII with a scheme. Behind http:// or
// https:// stands a host whose labels are letters, digits and inner hyphens (no
// underscore), or an address in brackets; other schemes need something behind
// "://", and mailto:, news: and file: not even that. `url` has no such rule.

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "src/normalize/ip_address.h"
#include "src/normalize/misp_checks.h"

namespace mispsift {
namespace {

bool IsLabel(std::string_view label) {
  return !label.empty() && label.size() <= 63 && IsAlnum(label.front()) &&
         IsAlnum(label.back()) && std::ranges::all_of(label, [](char c) {
           return IsAlnum(c) || c == '-';
         });
}

bool IsStrictHost(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) {
    IpAddress ip;
    return ParseIp(host.substr(1, host.size() - 2), &ip) && ip.v6;
  }
  if (host.ends_with('.')) host.remove_suffix(1);
  if (host.empty() || host.size() > 253) return false;
  while (true) {
    const size_t dot = host.find('.');
    if (!IsLabel(host.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    host.remove_prefix(dot + 1);
  }
}

// "host" of "user:password@host:8080/path".
std::string_view HostOf(std::string_view behind_scheme) {
  std::string_view authority =
      behind_scheme.substr(0, behind_scheme.find_first_of("/?#"));
  const size_t at = authority.rfind('@');
  if (at != std::string_view::npos) authority.remove_prefix(at + 1);
  const size_t colon = authority.rfind(':');
  const size_t bracket = authority.rfind(']');
  const bool has_port = colon != std::string_view::npos &&
                        (bracket == std::string_view::npos || colon > bracket);
  return has_port ? authority.substr(0, colon) : authority;
}

}  // namespace

bool IsLink(std::string_view text) {
  if (!std::ranges::all_of(text,
                           [](char c) { return c > ' ' && c < '\x7f'; })) {
    return false;
  }
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  std::string scheme(text.substr(0, colon));
  absl::AsciiStrToLower(&scheme);
  if (!std::ranges::all_of(scheme, [](char c) {
        return IsAlnum(c) || c == '+' || c == '-' || c == '.';
      })) {
    return false;
  }
  std::string_view rest = text.substr(colon + 1);
  if (scheme == "mailto" || scheme == "news" || scheme == "file") {
    return !rest.empty();
  }
  if (!rest.starts_with("//")) return false;
  const std::string_view host = HostOf(rest.substr(2));
  if (scheme == "http" || scheme == "https") return IsStrictHost(host);
  return !host.empty();
}

}  // namespace mispsift
