#include "mispsift/net/curl_transport.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/net/asking.h"
#include "tests/net/scripted_server.h"

namespace mispsift {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class CurlTransportTest : public NetTest {};
using CurlTransportDeathTest = CurlTransportTest;

// Answers every request with what was asked.
void Echo(Peer& peer) {
  std::string request;
  while (!(request = peer.ReadRequest()).empty()) {
    if (!peer.Answer(request)) return;
  }
}

TEST_F(CurlTransportTest, GetBringsStatusHeadersAndBody) {
  ScriptedServer server([](Peer& peer) {
    peer.ReadRequest();
    peer.Answer("[1,2]", "X-Response-Type:  json \r\nTWICE: a\r\nTwice: b\r\n",
                "418 I'm a teapot");
  });
  const auto transport = MakeTransport();
  const Exchange exchange = Ask(*transport, server.Url("/a?b=c"));
  EXPECT_EQ(exchange.error, NetError::kNone);
  EXPECT_EQ(exchange.response.status, 418);
  EXPECT_EQ(exchange.response.body.view(), "[1,2]");
  EXPECT_EQ(exchange.response.Header("x-response-type"), "json");
  EXPECT_EQ(exchange.response.Header("twice"), "b");
  EXPECT_EQ(exchange.response.Header("none"), "");
  ASSERT_EQ(exchange.response.headers.size(), 4u);
  EXPECT_EQ(exchange.response.headers[1].second, "a");
  // What simdjson will read.
  for (size_t i = 0; i < PaddedBytes::kPadding; ++i) {
    EXPECT_EQ(exchange.response.body.data()[5 + i], '\0');
  }
}

TEST_F(CurlTransportTest, AnEmptyBodyHasItsPadding) {
  ScriptedServer server([](Peer& peer) {
    peer.ReadRequest();
    peer.Answer("", "", "204 No Content");
  });
  const auto transport = MakeTransport();
  const Exchange exchange = Ask(*transport, server.Url());
  EXPECT_EQ(exchange.response.status, 204);
  EXPECT_EQ(exchange.response.body.size(), 0u);
  EXPECT_NE(exchange.response.body.data(), nullptr);
}

TEST_F(CurlTransportTest, SendsWhatItWasGivenAndNothingOfItsOwn) {
  ScriptedServer server(Echo);
  CurlTransportOptions options;
  options.user_agent = "mispsift-test/1";
  const auto transport = MakeTransport(options);
  HttpRequest request = GetRequest(server.Url("/events/index"));
  request.method = "POST";
  request.headers = {"Authorization: key-of-a-test",
                     "Content-Type: application/json"};
  request.body = std::string("{\"a\":\0}", 7) + std::string(200000, 'x');
  const std::string body = request.body;
  const Exchange exchange = Ask(*transport, std::move(request));
  const std::string seen(exchange.response.body.view());
  EXPECT_THAT(seen, StartsWith("POST /events/index HTTP/1.1\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nAuthorization: key-of-a-test\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nContent-Type: application/json\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nUser-Agent: mispsift-test/1\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nContent-Length: 200007\r\n"));
  EXPECT_THAT(seen, HasSubstr("gzip"));
  EXPECT_THAT(seen, Not(HasSubstr("Expect:")));
  EXPECT_EQ(seen.substr(seen.find("\r\n\r\n") + 4), body);
}

TEST_F(CurlTransportTest, APostWithoutTypeIsNoWebForm) {
  ScriptedServer server(Echo);
  const auto transport = MakeTransport();
  HttpRequest request = GetRequest(server.Url());
  request.method = "POST";
  const Exchange exchange = Ask(*transport, std::move(request));
  EXPECT_THAT(absl::AsciiStrToLower(std::string(exchange.response.body.view())),
              Not(HasSubstr("content-type")));
  EXPECT_THAT(std::string(exchange.response.body.view()),
              HasSubstr("\r\nContent-Length: 0\r\n"));
}

TEST_F(CurlTransportTest, ManyRequestsShareOneConnection) {
  ScriptedServer server(Echo);
  CurlTransportOptions options;
  options.connections = 3;
  const auto transport = MakeTransport(options);
  for (int i = 0; i < 10; ++i) {
    const Exchange exchange = Ask(*transport, server.Url());
    EXPECT_EQ(exchange.error, NetError::kNone) << exchange.problem;
  }
  EXPECT_EQ(server.accepted(), 1);
}

// Whoever keeps a request until it is told sees how many come together.
class Crowd {
 public:
  // Returns once `count` are in at the same time, or after `limit`.
  void Enter(int count, std::chrono::milliseconds limit) {
    std::unique_lock<std::mutex> lock(mutex_);
    most_ = std::max(most_, ++inside_);
    changed_.notify_all();
    changed_.wait_for(lock, limit, [&] { return most_ >= count; });
  }
  void Leave() {
    const std::lock_guard<std::mutex> lock(mutex_);
    --inside_;
  }
  int most() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return most_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int inside_ = 0;
  int most_ = 0;
};

TEST_F(CurlTransportTest, TwoRequestsAreOnTheirWayTogether) {
  Crowd crowd;
  ScriptedServer server([&crowd](Peer& peer) {
    while (!peer.ReadRequest().empty()) {
      crowd.Enter(2, std::chrono::seconds(20));
      crowd.Leave();
      peer.Answer("x");
    }
  });
  const auto transport = MakeTransport();
  const uint64_t first = transport->Start(GetRequest(server.Url()));
  const uint64_t second = transport->Start(GetRequest(server.Url()));
  EXPECT_NE(first, second);
  std::vector<uint64_t> ids;
  for (int i = 0; i < 2; ++i) {
    const std::optional<Exchange> exchange = transport->Wait(kPatience);
    ASSERT_TRUE(exchange.has_value());
    EXPECT_EQ(exchange->error, NetError::kNone) << exchange->problem;
    ids.push_back(exchange->id);
  }
  EXPECT_THAT(ids, testing::UnorderedElementsAre(first, second));
  EXPECT_EQ(crowd.most(), 2);
}

TEST_F(CurlTransportTest, AThirdRequestWaitsForOneOfTwoConnections) {
  Crowd crowd;
  ScriptedServer server([&crowd](Peer& peer) {
    while (!peer.ReadRequest().empty()) {
      crowd.Enter(3, std::chrono::milliseconds(300));
      crowd.Leave();
      peer.Answer("x");
    }
  });
  const auto transport = MakeTransport();
  for (int i = 0; i < 5; ++i) transport->Start(GetRequest(server.Url()));
  for (int i = 0; i < 5; ++i) {
    const std::optional<Exchange> exchange = transport->Wait(kPatience);
    ASSERT_TRUE(exchange.has_value());
    EXPECT_EQ(exchange->error, NetError::kNone) << exchange->problem;
  }
  EXPECT_LE(crowd.most(), 2);
  EXPECT_LE(server.accepted(), 2);
  EXPECT_FALSE(transport->Wait(kPatience).has_value());
}

TEST_F(CurlTransportTest, WaitingRequestsTakeTheirTurnInOrder) {
  ScriptedServer server(Echo);
  CurlTransportOptions options;
  options.connections = 1;
  const auto transport = MakeTransport(options);
  std::vector<uint64_t> started;
  std::vector<uint64_t> ended;
  for (int i = 0; i < 8; ++i) {
    started.push_back(transport->Start(GetRequest(server.Url())));
  }
  while (const std::optional<Exchange> exchange = transport->Wait(kPatience)) {
    ended.push_back(exchange->id);
  }
  EXPECT_EQ(ended, started);
}

TEST_F(CurlTransportTest, WaitGivesNothingWhenNothingEnded) {
  Gate gate;
  ScriptedServer server([&gate](Peer& peer) {
    peer.ReadRequest();
    gate.WaitFor();
    peer.Answer("x");
  });
  const auto transport = MakeTransport();
  EXPECT_FALSE(transport->Wait(absl::InfiniteDuration()).has_value());
  transport->Start(GetRequest(server.Url()));
  EXPECT_FALSE(transport->Wait(absl::ZeroDuration()).has_value());
  EXPECT_FALSE(transport->Wait(absl::Milliseconds(20)).has_value());
  gate.Open();
  EXPECT_TRUE(transport->Wait(absl::InfiniteDuration()).has_value());
}

TEST_F(CurlTransportTest, StartAloneSendsOverAKeptConnection) {
  std::atomic<int> count = 0;
  Gate second;
  ScriptedServer server([&](Peer& peer) {
    while (!peer.ReadRequest().empty()) {
      if (++count == 2) second.Open();
      peer.Answer("x");
    }
  });
  const auto transport = MakeTransport();
  Ask(*transport, server.Url());
  transport->Start(GetRequest(server.Url()));
  EXPECT_TRUE(second.WaitFor());
  EXPECT_TRUE(transport->Wait(kPatience).has_value());
}

TEST_F(CurlTransportTest, AServerMayCloseAfterEachAnswer) {
  ScriptedServer server([](Peer& peer) {
    peer.ReadRequest();
    peer.Answer("x");  // with no word about closing
  });
  const auto transport = MakeTransport();
  for (int i = 0; i < 20; ++i) {
    const Exchange exchange = Ask(*transport, server.Url());
    EXPECT_EQ(exchange.error, NetError::kNone) << exchange.problem;
  }
}

// As an idle connection does whose end crosses the next request.
TEST_F(CurlTransportTest, AConnectionThatDiesOnReuseIsReplaced) {
  for (const char* method : {"GET", "POST"}) {
    std::atomic<int> asked = 0;
    ScriptedServer server([&asked](Peer& peer) {
      peer.ReadRequest();
      ++asked;
      peer.Answer("x");
      if (!peer.ReadRequest().empty()) ++asked;
    });
    const auto transport = MakeTransport();
    for (int i = 0; i < 3; ++i) {
      HttpRequest request = GetRequest(server.Url());
      request.method = method;
      if (request.method == "POST") request.body = "{}";
      const Exchange exchange = Ask(*transport, std::move(request));
      EXPECT_EQ(exchange.error, NetError::kNone) << exchange.problem;
      EXPECT_EQ(exchange.response.body.view(), "x");
    }
    EXPECT_EQ(server.accepted(), 3);
    EXPECT_EQ(asked, 5);
  }
}

TEST_F(CurlTransportTest, AnIdleConnectionMayBeClosed) {
  std::atomic<int> closed = 0;
  ScriptedServer server([&closed](Peer& peer) {
    peer.ReadRequest();
    peer.Answer("x");
    std::this_thread::sleep_for(std::chrono::seconds(1));
    shutdown(peer.socket(), SHUT_RDWR);
    ++closed;
  });
  const auto transport = MakeTransport();
  for (int i = 0; i < 2; ++i) {
    const Exchange exchange = Ask(*transport, server.Url());
    EXPECT_EQ(exchange.error, NetError::kNone) << exchange.problem;
    while (closed <= i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }
}

TEST_F(CurlTransportTest, GoesWithRequestsOnTheirWay) {
  Gate asked;
  ScriptedServer server([&asked](Peer& peer) {
    peer.ReadRequest();
    peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc");
    asked.Open();
    peer.WaitUntilGone();
  });
  auto transport = MakeTransport();
  for (int i = 0; i < 5; ++i) transport->Start(GetRequest(server.Url()));
  transport->Wait(absl::Milliseconds(50));
  asked.WaitFor();
  transport.reset();
}

TEST_F(CurlTransportTest, RedirectsAreNotFollowedUnlessAsked) {
  ScriptedServer server([](Peer& peer) {
    while (true) {
      const std::string request = peer.ReadRequest();
      if (request.empty()) return;
      if (absl::StartsWith(request, "GET /old ")) {
        peer.Answer("moved", "Location: /new\r\nX-Of: old\r\n", "302 Found");
      } else {
        peer.Answer("here", "X-On: new\r\n");
      }
    }
  });
  const auto transport = MakeTransport();
  HttpRequest request = GetRequest(server.Url("/old"));
  request.headers = {"Authorization: key-of-a-test"};
  const Exchange kept = Ask(*transport, request);
  EXPECT_EQ(kept.error, NetError::kNone);
  EXPECT_EQ(kept.response.status, 302);
  EXPECT_EQ(kept.response.Header("location"), "/new");
  EXPECT_EQ(kept.response.body.view(), "moved");

  request.headers.clear();
  request.follow_redirects = true;
  const Exchange followed = Ask(*transport, request);
  EXPECT_EQ(followed.error, NetError::kNone) << followed.problem;
  EXPECT_EQ(followed.response.status, 200);
  EXPECT_EQ(followed.response.body.view(), "here");
  EXPECT_EQ(followed.response.Header("x-on"), "new");
  EXPECT_EQ(followed.response.Header("x-of"), "");
}

TEST_F(CurlTransportTest, RedirectsGoOnlySoFar) {
  std::string location;
  ScriptedServer server([&location](Peer& peer) {
    std::string request;
    while (!(request = peer.ReadRequest()).empty()) {
      if (absl::StartsWith(request, "GET /end ")) {
        peer.Answer("end");
      } else {
        peer.Answer("", "Location: " + location + "\r\n", "302 Found");
      }
    }
  });
  const auto transport = MakeTransport();
  const std::string with_password =
      fmt::format("http://user:hunter2@127.0.0.1:{}/end", server.port());
  location = "/end";
  HttpRequest fine = GetRequest(server.Url());
  fine.follow_redirects = true;
  EXPECT_EQ(Ask(*transport, fine).response.body.view(), "end");
  for (const std::string& to : std::vector<std::string>{
           "/again", "ftp://127.0.0.1/", "file:///etc/passwd", with_password}) {
    location = to;
    HttpRequest request = GetRequest(server.Url());
    request.follow_redirects = true;
    const Exchange exchange = Ask(*transport, request);
    EXPECT_EQ(exchange.error, NetError::kBadUrl) << to << exchange.problem;
    EXPECT_THAT(exchange.problem, Not(HasSubstr("hunter2")));
  }
}

TEST_F(CurlTransportTest, UrlsThatCannotBeAskedAreBad) {
  const auto transport = MakeTransport();
  for (const std::string& url : std::vector<std::string>{
           "", "no-scheme.example.com/", "ftp://example.com/", "http://",
           "file:///etc/passwd", "http://example.com:99999/",
           "http://example.com/\r\nX-Evil: 1", "http://example.com/a b",
           std::string("http://example.com/\0x", 21), "http://[::1/",
           "http://user:hunter2@example.com/", "https://hunter2@example.com/",
           "http://:hunter2@example.com/", "http://user:hunter2 @example.com/",
           "http://user:hunter2@example.com:port/"}) {
    const Exchange exchange = Ask(*transport, url);
    EXPECT_EQ(exchange.error, NetError::kBadUrl) << url;
    EXPECT_THAT(exchange.problem, Not(HasSubstr("hunter2")));
  }
  EXPECT_FALSE(transport->Wait(kPatience).has_value());
}

TEST_F(CurlTransportTest, NobodyThereIsUnreachable) {
  const auto transport = MakeTransport();
  int port = 0;
  { port = ScriptedServer(Echo).port(); }
  const Exchange refused =
      Ask(*transport, fmt::format("http://127.0.0.1:{}/secret-path", port));
  EXPECT_EQ(refused.error, NetError::kUnreachable) << refused.problem;
  EXPECT_THAT(refused.problem, StartsWith("127.0.0.1:"));
  EXPECT_THAT(refused.problem, Not(HasSubstr("secret-path")));
  const Exchange nameless = Ask(*transport, "http://no-such-host.invalid/");
  EXPECT_EQ(nameless.error, NetError::kUnreachable) << nameless.problem;
  EXPECT_THAT(nameless.problem, HasSubstr("no-such-host.invalid"));
}

TEST_F(CurlTransportDeathTest, RequestsThatAreBugsAbort) {
  const auto transport = MakeTransport();
  for (const std::string& line : std::vector<std::string>{
           "X: a\r\nY: b", "X: a\nY", std::string("X: a\0b", 6), "X", ": a",
           "X Y: a"}) {
    HttpRequest request = GetRequest("http://127.0.0.1/");
    request.headers = {line};
    EXPECT_DEATH(transport->Start(request), "bug") << line;
  }
  HttpRequest method = GetRequest("http://127.0.0.1/");
  method.method = "DELETE";
  EXPECT_DEATH(transport->Start(method), "bug");
  for (const char* line : {"authorization: key", "COOKIE: a=b"}) {
    HttpRequest leaking = GetRequest("http://127.0.0.1/");
    leaking.headers = {line};
    leaking.follow_redirects = true;
    EXPECT_DEATH(transport->Start(leaking), "bug");
  }
}

TEST_F(CurlTransportTest, OptionsThatCannotWorkAreRefused) {
  CurlTransportOptions options;
  options.connections = 0;
  EXPECT_EQ(MakeCurlTransport(options).status().code(),
            absl::StatusCode::kInvalidArgument);
  options = {};
  options.stall_timeout = absl::ZeroDuration();
  EXPECT_FALSE(MakeCurlTransport(options).ok());
  options = {};
  options.user_agent = "a\r\nX-Evil: 1";
  EXPECT_FALSE(MakeCurlTransport(options).ok());
  for (const char* proxy :
       {"ftp://user:hunter2@192.0.2.1/", "http://user:hunter2@192.0.2.1:x/"}) {
    options = {};
    options.proxy = proxy;
    const absl::Status status = MakeCurlTransport(options).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << proxy;
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("hunter2")));
  }
}

}  // namespace
}  // namespace mispsift
