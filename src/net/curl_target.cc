#include "src/net/curl_target.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "mispsift/base/check.h"
#include "src/net/request_checks.h"

namespace mispsift {
namespace {

struct UrlDeleter {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using ParsedUrl = std::unique_ptr<CURLU, UrlDeleter>;

std::optional<std::string> Part(const ParsedUrl& url, CURLUPart part,
                                unsigned int flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url.get(), part, &text, flags) != CURLUE_OK) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

}  // namespace

Target ParseTarget(const std::string& text) {
  Target target;
  // libcurl ends the text at a NUL.
  if (HasControlCharacter(text) || absl::StrContains(text, " ")) {
    target.problem = "the URL has a blank or a control character";
    return target;
  }
  const ParsedUrl url(curl_url());
  MISPSIFT_CHECK(url != nullptr);
  const CURLUcode code = curl_url_set(url.get(), CURLUPART_URL, text.c_str(),
                                      CURLU_NON_SUPPORT_SCHEME);
  if (code != CURLUE_OK) {
    target.problem = fmt::format("the URL is none: {}",
                                 PrintableAscii(curl_url_strerror(code)));
    return target;
  }
  const std::string scheme =
      absl::AsciiStrToLower(Part(url, CURLUPART_SCHEME).value_or(""));
  if (scheme != "http" && scheme != "https") {
    target.problem = "the URL is neither http nor https";
    return target;
  }
  if (Part(url, CURLUPART_USER) || Part(url, CURLUPART_PASSWORD) ||
      Part(url, CURLUPART_OPTIONS)) {
    target.problem = "the URL has a user or a password in it";
    return target;
  }
  std::optional<std::string> host = Part(url, CURLUPART_HOST, CURLU_PUNYCODE);
  if (!host) host = Part(url, CURLUPART_HOST);
  target.host = PrintableAscii(host.value_or(""));
  if (std::optional<std::string> port = Part(url, CURLUPART_PORT)) {
    target.host += ':' + *port;
  }
  target.secure = scheme == "https";
  return target;
}

absl::Status CheckProxy(const std::string& proxy) {
  constexpr std::string_view kSchemes[] = {"http",    "https",  "socks4",
                                           "socks4a", "socks5", "socks5h"};
  const ParsedUrl url(curl_url());
  MISPSIFT_CHECK(url != nullptr);
  const std::string text =
      absl::StrContains(proxy, "://") ? proxy : fmt::format("http://{}", proxy);
  if (HasControlCharacter(text) ||
      curl_url_set(url.get(), CURLUPART_URL, text.c_str(),
                   CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) {
    return absl::InvalidArgumentError("the proxy is not a URL");
  }
  const std::string scheme =
      absl::AsciiStrToLower(Part(url, CURLUPART_SCHEME).value_or(""));
  if (std::find(std::begin(kSchemes), std::end(kSchemes), scheme) ==
      std::end(kSchemes)) {
    return absl::InvalidArgumentError(
        "the proxy is none of http, https, socks4, socks4a, socks5, socks5h");
  }
  return absl::OkStatus();
}

}  // namespace mispsift
