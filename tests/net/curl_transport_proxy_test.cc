#include <fmt/format.h>

#include <cstdlib>
#include <mutex>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mispsift/net/curl_transport.h"
#include "tests/net/asking.h"
#include "tests/net/scripted_server.h"

namespace mispsift {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// Answers itself, with what it was asked.
void ProxyEcho(Peer& peer) {
  std::string request;
  while (!(request = peer.ReadRequest()).empty()) {
    if (!peer.Answer(request, "X-Of: proxy\r\n")) return;
  }
}

class ProxyTest : public NetTest {
 protected:
  ~ProxyTest() override {
    unsetenv("http_proxy");
    unsetenv("no_proxy");
  }

  std::string Address() const {
    return fmt::format("127.0.0.1:{}", proxy_.port());
  }

  ScriptedServer proxy_{ProxyEcho};
};

TEST_F(ProxyTest, TheExplicitProxyIsAsked) {
  CurlTransportOptions options;
  options.proxy = "http://user:hunter2@" + Address();
  const Exchange exchange =
      Ask(*MakeTransport(options), "http://misp.example.com/x");
  EXPECT_EQ(exchange.error, NetError::kNone) << exchange.problem;
  const std::string asked(exchange.response.body.view());
  EXPECT_THAT(asked, StartsWith("GET http://misp.example.com/x HTTP/1.1\r\n"));
  EXPECT_THAT(asked, HasSubstr("Proxy-Authorization: Basic "));
}

TEST_F(ProxyTest, TheExplicitProxyIsAskedWhateverTheEnvironmentSays) {
  setenv("no_proxy", "*", 1);
  setenv("http_proxy", "http://192.0.2.1:1", 1);
  CurlTransportOptions options;
  options.proxy = Address();
  const Exchange exchange =
      Ask(*MakeTransport(options), "http://misp.example.com/");
  EXPECT_EQ(exchange.response.Header("x-of"), "proxy") << exchange.problem;
}

TEST_F(ProxyTest, TheEnvironmentsProxyIsAsked) {
  setenv("http_proxy", Address().c_str(), 1);
  const auto transport = MakeTransport();
  EXPECT_EQ(Ask(*transport, "http://misp.example.com/").response.Header("x-of"),
            "proxy");
  setenv("no_proxy", "127.0.0.1", 1);
  ScriptedServer server([](Peer& peer) {
    peer.ReadRequest();
    peer.Answer("direct");
  });
  EXPECT_EQ(Ask(*transport, server.Url()).response.body.view(), "direct");
}

TEST_F(ProxyTest, AProxyThatCannotBeUsedIsUnreachable) {
  const auto transport = MakeTransport();
  for (const char* proxy :
       {"http://user:hunter2@no-such-proxy.invalid/",
        "bogus://user:hunter2@192.0.2.1/", "http://user:hunter2@192.0.2.1:x/",
        "http://user:hunter2@127.0.0.1:1/"}) {
    setenv("http_proxy", proxy, 1);
    const Exchange exchange = Ask(*transport, "http://misp.example.com/");
    EXPECT_EQ(exchange.error, NetError::kUnreachable)
        << proxy << exchange.problem;
    EXPECT_THAT(exchange.problem, Not(HasSubstr("hunter2")));
  }
}

}  // namespace
}  // namespace mispsift
