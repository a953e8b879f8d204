// Servers that break off, fall silent, or send more than was wanted.

#include <zlib.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mispsift/base/check.h"
#include "mispsift/net/curl_transport.h"
#include "tests/net/asking.h"
#include "tests/net/scripted_server.h"

namespace mispsift {
namespace {

using testing::HasSubstr;
using testing::Not;

class HostileServerTest : public NetTest {};

std::string Gzip(std::string_view text) {
  z_stream stream{};
  constexpr int kGzipWindow = 15 + 16;
  MISPSIFT_CHECK(deflateInit2(&stream, 9, Z_DEFLATED, kGzipWindow, 9,
                              Z_DEFAULT_STRATEGY) == Z_OK);
  std::string in(text);
  std::string out(deflateBound(&stream, in.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  MISPSIFT_CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

ScriptedServer::Script AnswerAll(std::string body, std::string headers = "") {
  return [body = std::move(body), headers = std::move(headers)](Peer& peer) {
    while (!peer.ReadRequest().empty()) {
      if (!peer.Answer(body, headers)) return;
    }
  };
}

// Answers with these bytes and ends the connection.
ScriptedServer::Script SendAndClose(std::string bytes) {
  return [bytes = std::move(bytes)](Peer& peer) {
    peer.ReadRequest();
    peer.Send(bytes);
  };
}

TEST_F(HostileServerTest, AnswersThatBreakOffAreCut) {
  const struct {
    const char* what;
    std::string bytes;
  } kCases[] = {
      {"nothing", ""},
      {"within the status line", "HTTP/1.1 20"},
      {"within the headers", "HTTP/1.1 200 OK\r\nContent-Ty"},
      {"no body", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"},
      {"length too long",
       "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nsecret-body"},
      {"chunks without end",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n"},
      {"within a chunk",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc"},
      {"a chunk size that is none",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc"},
      {"a length that is none",
       "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nabc"},
      {"no HTTP", "220 mail.example.com ESMTP\r\n"},
      {"gzip that is none",
       "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\n"
       "not gzip!"},
      {"an encoding nobody knows",
       "HTTP/1.1 200 OK\r\nContent-Encoding: x-rot13\r\nContent-Length: 3\r\n"
       "\r\nabc"},
      {"endless headers", "HTTP/1.1 200 OK\r\n" +
                              [] {
                                std::string lines;
                                for (int i = 0; i < 9000; ++i) {
                                  lines += "X-Secret: ";
                                  lines.append(100, 'h');
                                  lines += "\r\n";
                                }
                                return lines;
                              }()},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.what);
    ScriptedServer server(SendAndClose(c.bytes));
    const auto transport = MakeTransport();
    const Exchange exchange = Ask(*transport, server.Url("/secret-path"));
    EXPECT_EQ(exchange.error, NetError::kCut) << exchange.problem;
    EXPECT_THAT(exchange.problem, testing::StartsWith("127.0.0.1:"));
    EXPECT_THAT(exchange.problem, Not(HasSubstr("secret")));
    EXPECT_EQ(exchange.response.status, 0);
    EXPECT_EQ(exchange.response.body.size(), 0u);
  }
}

// What a reader of the body has to notice itself; see curl_transport.h.
TEST_F(HostileServerTest, SomeCutsCannotBeSeen) {
  const std::string gzip = Gzip("[1,2,3,4,5,6,7,8]");
  ScriptedServer server(SendAndClose("HTTP/1.0 200 OK\r\n\r\n[1,"));
  ScriptedServer gzip_server(
      AnswerAll(gzip.substr(0, gzip.size() - 9), "Content-Encoding: gzip\r\n"));
  const auto transport = MakeTransport();
  EXPECT_EQ(Ask(*transport, server.Url()).response.body.view(), "[1,");
  EXPECT_EQ(Ask(*transport, gzip_server.Url()).error, NetError::kNone);
}

TEST_F(HostileServerTest, GzipIsDecoded) {
  const std::string text(300000, 'a');
  ScriptedServer server(AnswerAll(Gzip(text), "Content-Encoding: gzip\r\n"));
  const auto transport = MakeTransport();
  const Exchange exchange = Ask(*transport, server.Url());
  EXPECT_EQ(exchange.error, NetError::kNone) << exchange.problem;
  EXPECT_TRUE(exchange.response.body.view() == text);
}

TEST_F(HostileServerTest, ABodyMayHaveJustAsMuchAsWasAllowed) {
  const std::string text(100000, 'a');
  ScriptedServer plain(AnswerAll(text));
  ScriptedServer gzip(AnswerAll(Gzip(text), "Content-Encoding: gzip\r\n"));
  ScriptedServer chunked([&text](Peer& peer) {
    while (!peer.ReadRequest().empty()) {
      peer.Send(
          fmt::format("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
                      "\r\n{:x}\r\n{}\r\n0\r\n\r\n",
                      text.size(), text));
    }
  });
  const auto transport = MakeTransport();
  for (const ScriptedServer* server : {&plain, &gzip, &chunked}) {
    HttpRequest request = GetRequest(server->Url());
    request.max_body_bytes = text.size();
    const Exchange whole = Ask(*transport, request);
    EXPECT_EQ(whole.error, NetError::kNone) << whole.problem;
    EXPECT_TRUE(whole.response.body.view() == text);
    request.max_body_bytes = text.size() - 1;
    const Exchange over = Ask(*transport, request);
    EXPECT_EQ(over.error, NetError::kTooLarge) << over.problem;
    EXPECT_EQ(over.response.body.size(), 0u);
    EXPECT_EQ(over.response.body.capacity(), 0u);
  }
}

TEST_F(HostileServerTest, AnyBoundWorks) {
  ScriptedServer server(AnswerAll("x"));
  const auto transport = MakeTransport();
  HttpRequest request = GetRequest(server.Url());
  request.max_body_bytes = UINT64_MAX;
  EXPECT_EQ(Ask(*transport, request).response.body.view(), "x");
  request.max_body_bytes = 0;
  EXPECT_EQ(Ask(*transport, request).error, NetError::kTooLarge);
}

TEST_F(HostileServerTest, ALengthOverTheBoundEndsAtOnce) {
  ScriptedServer server([](Peer& peer) {
    peer.ReadRequest();
    peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 9000000000000000\r\n\r\n");
    peer.WaitUntilGone();
  });
  const auto transport = MakeTransport();
  EXPECT_EQ(Ask(*transport, server.Url()).error, NetError::kTooLarge);
}

TEST_F(HostileServerTest, BombsEnd) {
  const std::string bomb = Gzip(std::string(8 << 20, '\0'));
  ScriptedServer gzip(AnswerAll(bomb, "Content-Encoding: gzip\r\n"));
  ScriptedServer endless([](Peer& peer) {
    peer.ReadRequest();
    peer.Send("HTTP/1.1 200 OK\r\n\r\n");
    while (peer.Send(std::string(4096, 'a'))) {
    }
  });
  // Deflate's empty blocks: bytes that decode to nothing, without end.
  ScriptedServer hollow([](Peer& peer) {
    peer.ReadRequest();
    peer.Send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n");
    peer.Send(std::string_view("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10));
    std::string blocks;
    for (int i = 0; i < 800; ++i) blocks.append("\0\0\0\xff\xff", 5);
    while (peer.Send(blocks)) {
    }
  });
  const auto transport = MakeTransport();
  for (const ScriptedServer* server : {&gzip, &endless, &hollow}) {
    HttpRequest request = GetRequest(server->Url());
    request.max_body_bytes = 100000;
    const Exchange exchange = Ask(*transport, request);
    EXPECT_EQ(exchange.error, NetError::kTooLarge) << exchange.problem;
    EXPECT_THAT(exchange.problem, HasSubstr("100000 bytes"));
  }
}

TEST_F(HostileServerTest, TheBodyOfARedirectIsBounded) {
  ScriptedServer server([](Peer& peer) {
    peer.ReadRequest();
    peer.Send(
        "HTTP/1.1 302 Found\r\nLocation: /x\r\n"
        "Transfer-Encoding: chunked\r\n\r\n");
    while (peer.Send("1000\r\n" + std::string(4096, 'a') + "\r\n")) {
    }
  });
  const auto transport = MakeTransport();
  HttpRequest request = GetRequest(server.Url());
  request.max_body_bytes = 100000;
  request.follow_redirects = true;
  EXPECT_EQ(Ask(*transport, request).error, NetError::kTooLarge);
}

TEST_F(HostileServerTest, SilenceIsATimeout) {
  CurlTransportOptions options;
  options.stall_timeout = absl::Milliseconds(200);
  for (const char* bytes : {"", "HTTP/1.1 200 OK\r\nX-A: b\r\n",
                            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"}) {
    ScriptedServer server([bytes](Peer& peer) {
      peer.ReadRequest();
      peer.Send(bytes);
      peer.WaitUntilGone();
    });
    const auto transport = MakeTransport(options);
    const Exchange exchange = Ask(*transport, server.Url());
    EXPECT_EQ(exchange.error, NetError::kTimeout) << exchange.problem;
    EXPECT_THAT(exchange.problem, HasSubstr("200ms"));
    // It holds no connection any more.
    ScriptedServer good(AnswerAll("x"));
    EXPECT_EQ(Ask(*transport, good.Url()).error, NetError::kNone);
  }
}

TEST_F(HostileServerTest, AStalledRequestLetsTheNextOneGo) {
  CurlTransportOptions options;
  options.connections = 1;
  options.stall_timeout = absl::Milliseconds(200);
  Gate second;
  ScriptedServer server([&](Peer& peer) {
    if (server.accepted() == 2) second.Open();
    peer.WaitUntilGone();
  });
  const auto transport = MakeTransport(options);
  transport->Start(GetRequest(server.Url()));
  transport->Start(GetRequest(server.Url()));
  EXPECT_TRUE(transport->Wait(kPatience).has_value());
  EXPECT_TRUE(second.WaitFor());
}

TEST_F(HostileServerTest, SlowIsNotSilent) {
  CurlTransportOptions options;
  options.stall_timeout = absl::Seconds(2);
  ScriptedServer server([](Peer& peer) {
    peer.ReadRequest();
    const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n";
    const auto pause = std::chrono::milliseconds(250);
    for (size_t i = 0; i < answer.size(); i += 8) {
      peer.Send(answer.substr(i, 8));
      std::this_thread::sleep_for(pause);
    }
    for (int i = 0; i < 6; ++i) {
      peer.Send("x");
      std::this_thread::sleep_for(pause);
    }
  });
  const auto transport = MakeTransport(options);
  const Exchange exchange = Ask(*transport, server.Url());
  EXPECT_EQ(exchange.error, NetError::kNone) << exchange.problem;
}

TEST_F(HostileServerTest, TimeOutsideOfWaitIsNotTheServers) {
  CurlTransportOptions options;
  options.stall_timeout = absl::Seconds(1);
  Gate gate;
  ScriptedServer server([&gate](Peer& peer) {
    peer.ReadRequest();
    peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab");
    gate.WaitFor();
    peer.Send("cde");
  });
  const auto transport = MakeTransport(options);
  transport->Start(GetRequest(server.Url()));
  EXPECT_FALSE(transport->Wait(absl::Milliseconds(50)).has_value());
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  EXPECT_FALSE(transport->Wait(absl::Milliseconds(50)).has_value());
  gate.Open();
  const std::optional<Exchange> exchange = transport->Wait(kPatience);
  ASSERT_TRUE(exchange.has_value());
  EXPECT_EQ(exchange->error, NetError::kNone) << exchange->problem;
  EXPECT_EQ(exchange->response.body.view(), "abcde");
}

TEST_F(HostileServerTest, ShortWaitsAddUpToATimeout) {
  CurlTransportOptions options;
  options.stall_timeout = absl::Milliseconds(200);
  ScriptedServer server([](Peer& peer) { peer.WaitUntilGone(); });
  const auto transport = MakeTransport(options);
  transport->Start(GetRequest(server.Url()));
  std::optional<Exchange> exchange;
  for (int i = 0; i < 1000 && !exchange; ++i) {
    exchange = transport->Wait(absl::Milliseconds(20));
  }
  ASSERT_TRUE(exchange.has_value());
  EXPECT_EQ(exchange->error, NetError::kTimeout);
}

}  // namespace
}  // namespace mispsift
