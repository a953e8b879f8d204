#ifndef MISPSIFT_TESTS_NET_ASKING_H_
#define MISPSIFT_TESTS_NET_ASKING_H_

#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mispsift/base/check.h"
#include "mispsift/net/curl_transport.h"

namespace mispsift {

// Longer than any answer takes unless the transport is broken.
constexpr absl::Duration kPatience = absl::Seconds(30);

// Without the proxy that the machine of the tests may have in its environment.
inline std::unique_ptr<Transport> MakeTransport(
    CurlTransportOptions options = {}) {
  absl::StatusOr<std::unique_ptr<Transport>> transport =
      MakeCurlTransport(std::move(options));
  EXPECT_TRUE(transport.ok()) << transport.status();
  MISPSIFT_CHECK(transport.ok());
  return *std::move(transport);
}

class NetTest : public testing::Test {
 protected:
  NetTest() {
    for (const char* name :
         {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
          "no_proxy", "NO_PROXY"}) {
      unsetenv(name);
    }
  }
};

inline HttpRequest GetRequest(std::string url) {
  HttpRequest request;
  request.url = std::move(url);
  return request;
}

// The exchange of the only request on its way.
inline Exchange Ask(Transport& transport, HttpRequest request) {
  const uint64_t id = transport.Start(std::move(request));
  std::optional<Exchange> exchange = transport.Wait(kPatience);
  EXPECT_TRUE(exchange.has_value());
  if (!exchange) return Exchange{};
  EXPECT_EQ(exchange->id, id);
  EXPECT_EQ(exchange->error == NetError::kNone, exchange->problem.empty())
      << exchange->problem;
  return *std::move(exchange);
}

inline Exchange Ask(Transport& transport, std::string url) {
  return Ask(transport, GetRequest(std::move(url)));
}

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_NET_ASKING_H_
