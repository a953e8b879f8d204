#include <fmt/format.h>
#include <openssl/ssl.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
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

struct ContextDeleter {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using TlsContext = std::unique_ptr<SSL_CTX, ContextDeleter>;

void Echo(Peer& peer) {
  std::string request;
  while (!(request = peer.ReadRequest()).empty()) {
    if (!peer.Answer(request)) return;
  }
}

class TlsTest : public NetTest {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "mispsift_tls_XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    MakeCertificate("server", "IP:127.0.0.1");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string File(std::string_view name) const {
    return fmt::format("{}/{}", folder_, name);
  }

  // <name>.pem and <name>.key, signed by itself.
  void MakeCertificate(const std::string& name, const std::string& alt_name,
                       const std::string& subject = "/CN=mispsift test") {
    const std::string command = fmt::format(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 "
        "-nodes -days 2 -subj '{}' -addext subjectAltName={} -keyout {} "
        "-out {} 2>{}",
        subject, alt_name, File(name + ".key"), File(name + ".pem"),
        File("openssl.log"));
    ASSERT_EQ(std::system(command.c_str()), 0);
  }

  TlsContext ServerContext(const std::string& name = "server") const {
    TlsContext context(SSL_CTX_new(TLS_server_method()));
    MISPSIFT_CHECK(SSL_CTX_use_certificate_file(context.get(),
                                                File(name + ".pem").c_str(),
                                                SSL_FILETYPE_PEM) == 1);
    MISPSIFT_CHECK(SSL_CTX_use_PrivateKey_file(context.get(),
                                               File(name + ".key").c_str(),
                                               SSL_FILETYPE_PEM) == 1);
    return context;
  }

  // Options that trust the server.
  CurlTransportOptions Trusting() const {
    CurlTransportOptions options;
    options.ca_file = File("server.pem");
    return options;
  }

  std::string folder_;
};

TEST_F(TlsTest, ASelfSignedCertificateIsRefused) {
  const TlsContext context = ServerContext();
  ScriptedServer server(Echo, context.get());
  const auto transport = MakeTransport();
  const Exchange exchange = Ask(*transport, server.Url());
  EXPECT_EQ(exchange.error, NetError::kUntrusted);
  EXPECT_THAT(exchange.problem, HasSubstr("certificate"));
}

TEST_F(TlsTest, ACertificateOfTheCaFileIsAccepted) {
  const TlsContext context = ServerContext();
  ScriptedServer server(Echo, context.get());
  const auto transport = MakeTransport(Trusting());
  for (int i = 0; i < 3; ++i) {
    const Exchange exchange = Ask(*transport, server.Url());
    EXPECT_EQ(exchange.error, NetError::kNone) << exchange.problem;
    EXPECT_EQ(exchange.response.status, 200);
  }
  EXPECT_EQ(server.accepted(), 1);
}

TEST_F(TlsTest, ACertificateOutsideOfTheCaFileIsRefused) {
  MakeCertificate("other", "IP:127.0.0.1");
  const TlsContext context = ServerContext("other");
  ScriptedServer server(Echo, context.get());
  const auto transport = MakeTransport(Trusting());
  EXPECT_EQ(Ask(*transport, server.Url()).error, NetError::kUntrusted);
}

TEST_F(TlsTest, AnotherHostNameIsRefused) {
  // What the server wrote into its certificate is no text to print as it is.
  // libcurl quotes the subject where there is no other name.
  MakeCertificate("other", "email:misp@example.com", "/CN=a\x1b[31m\x07");
  const TlsContext context = ServerContext("other");
  ScriptedServer server(Echo, context.get());
  CurlTransportOptions options;
  options.ca_file = File("other.pem");
  const auto transport = MakeTransport(options);
  const Exchange exchange = Ask(*transport, server.Url());
  EXPECT_EQ(exchange.error, NetError::kUntrusted);
  EXPECT_THAT(exchange.problem, HasSubstr("'a?[31m?'"));
}

TEST_F(TlsTest, VerifyFalseAcceptsAny) {
  MakeCertificate("other", "DNS:misp.example.com");
  const TlsContext context = ServerContext("other");
  ScriptedServer server(Echo, context.get());
  CurlTransportOptions options;
  options.verify = false;
  const auto transport = MakeTransport(options);
  const Exchange exchange = Ask(*transport, server.Url());
  EXPECT_EQ(exchange.error, NetError::kNone) << exchange.problem;
}

TEST_F(TlsTest, AClientCertificateIsGivenWhenDemanded) {
  MakeCertificate("client", "DNS:client.example.com");
  MakeCertificate("stranger", "DNS:stranger.example.com");
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const TlsContext context = ServerContext();
    SSL_CTX_set_max_proto_version(context.get(), version);
    SSL_CTX_set_verify(context.get(),
                       SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                       nullptr);
    ASSERT_EQ(SSL_CTX_load_verify_locations(
                  context.get(), File("client.pem").c_str(), nullptr),
              1);
    ScriptedServer server(Echo, context.get());

    CurlTransportOptions options = Trusting();
    options.client_cert = File("client.pem");
    options.client_key = File("client.key");
    const Exchange known = Ask(*MakeTransport(options), server.Url());
    EXPECT_EQ(known.error, NetError::kNone) << known.problem;

    options.client_cert = File("stranger.pem");
    options.client_key = File("stranger.key");
    for (const CurlTransportOptions& refused : {Trusting(), options}) {
      const Exchange exchange = Ask(*MakeTransport(refused), server.Url());
      if (version == TLS1_2_VERSION) {
        EXPECT_EQ(exchange.error, NetError::kUntrusted) << exchange.problem;
      } else {
        EXPECT_THAT(exchange.error,
                    testing::AnyOf(NetError::kUntrusted, NetError::kCut));
      }
    }
  }
}

TEST_F(TlsTest, CertificateAndKeyMayShareAFile) {
  MakeCertificate("client", "DNS:client.example.com");
  std::ofstream(File("both.pem")) << std::ifstream(File("client.pem")).rdbuf()
                                  << std::ifstream(File("client.key")).rdbuf();
  const TlsContext context = ServerContext();
  SSL_CTX_set_verify(context.get(),
                     SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                     nullptr);
  SSL_CTX_load_verify_locations(context.get(), File("client.pem").c_str(),
                                nullptr);
  ScriptedServer server(Echo, context.get());
  CurlTransportOptions options = Trusting();
  options.client_cert = File("both.pem");
  const Exchange exchange = Ask(*MakeTransport(options), server.Url());
  EXPECT_EQ(exchange.error, NetError::kNone) << exchange.problem;
}

// OpenSSL would ask for it at the terminal.
TEST_F(TlsTest, AKeyWithAPassphraseIsAnErrorAndNoPrompt) {
  MakeCertificate("client", "DNS:client.example.com");
  const std::string command =
      fmt::format("openssl ec -in {} -aes128 -passout pass:abcdef -out {} 2>{}",
                  File("client.key"), File("locked.key"), File("openssl.log"));
  ASSERT_EQ(std::system(command.c_str()), 0);
  const TlsContext context = ServerContext();
  ScriptedServer server(Echo, context.get());
  CurlTransportOptions options = Trusting();
  options.client_cert = File("client.pem");
  options.client_key = File("locked.key");
  EXPECT_EQ(Ask(*MakeTransport(options), server.Url()).error,
            NetError::kUntrusted);
}

TEST_F(TlsTest, FilesThatCannotBeUsedAreNamed) {
  std::ofstream(File("text.pem")) << "not a certificate\n";
  for (const std::string& path :
       {File("missing.pem"), folder_, File("text.pem"), std::string("-")}) {
    CurlTransportOptions ca;
    ca.ca_file = path;
    CurlTransportOptions cert;
    cert.client_cert = path;
    CurlTransportOptions key;
    key.client_cert = File("server.pem");
    key.client_key = path;
    for (const CurlTransportOptions& options : {ca, cert, key}) {
      const absl::Status status = MakeCurlTransport(options).status();
      EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << path;
      EXPECT_THAT(std::string(status.message()), HasSubstr(path));
    }
  }
  CurlTransportOptions keyless;
  keyless.client_key = File("server.key");
  EXPECT_FALSE(MakeCurlTransport(keyless).ok());
}

TEST_F(TlsTest, OldTlsIsRefused) {
  const TlsContext context = ServerContext();
  SSL_CTX_set_security_level(context.get(), 0);
  SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
  SSL_CTX_set_max_proto_version(context.get(), TLS1_1_VERSION);
  ScriptedServer server(Echo, context.get());
  const Exchange exchange = Ask(*MakeTransport(Trusting()), server.Url());
  EXPECT_EQ(exchange.error, NetError::kUntrusted) << exchange.problem;
}

TEST_F(TlsTest, AHandshakeThatEndsEarlyIsCut) {
  // Unread bytes make it a reset, else it is an ordinary end.
  for (const size_t read_bytes : {size_t{0}, size_t{1} << 16}) {
    ScriptedServer server([read_bytes](Peer& peer) {
      std::string hello(read_bytes, '\0');
      recv(peer.socket(), hello.data(), hello.size(), 0);
    });
    const Exchange exchange = Ask(
        *MakeTransport(), fmt::format("https://127.0.0.1:{}/", server.port()));
    EXPECT_EQ(exchange.error, NetError::kCut) << exchange.problem;
  }
}

TEST_F(TlsTest, AnAnswerThatBreaksOffIsCut) {
  const TlsContext context = ServerContext();
  ScriptedServer server(
      [](Peer& peer) {
        peer.ReadRequest();
        peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[1,");
        shutdown(peer.socket(), SHUT_RDWR);
      },
      context.get());
  const Exchange exchange = Ask(*MakeTransport(Trusting()), server.Url());
  EXPECT_EQ(exchange.error, NetError::kCut) << exchange.problem;
}

// A write to it must not raise SIGPIPE, either.
TEST_F(TlsTest, AnIdleConnectionMayBeReset) {
  const TlsContext context = ServerContext();
  Gate answered;
  ScriptedServer server(
      [&](Peer& peer) {
        peer.ReadRequest();
        peer.Answer("x");
        if (server.accepted() > 1) return;
        answered.WaitFor();
        peer.ResetOnClose();
      },
      context.get());
  const auto transport = MakeTransport(Trusting());
  EXPECT_EQ(Ask(*transport, server.Url()).error, NetError::kNone);
  answered.Open();
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  const Exchange exchange = Ask(*transport, server.Url());
  EXPECT_EQ(exchange.error, NetError::kNone) << exchange.problem;
}

TEST_F(TlsTest, AServerMayStopReading) {
  const TlsContext context = ServerContext();
  ScriptedServer server(
      [](Peer& peer) {
        peer.ReadRequest();
        peer.Answer("x");
        peer.ReadHead();
        shutdown(peer.socket(), SHUT_RDWR);
      },
      context.get());
  const auto transport = MakeTransport(Trusting());
  EXPECT_EQ(Ask(*transport, server.Url()).error, NetError::kNone);
  HttpRequest request = GetRequest(server.Url());
  request.method = "POST";
  request.body.assign(32 << 20, 'x');
  const Exchange exchange = Ask(*transport, request);
  EXPECT_EQ(exchange.error, NetError::kCut) << exchange.problem;
}

TEST_F(TlsTest, AHandshakeThatNeverComesIsATimeout) {
  ScriptedServer server([](Peer& peer) { peer.WaitUntilGone(); });
  CurlTransportOptions options;
  options.connect_timeout = absl::Milliseconds(200);
  const Exchange exchange =
      Ask(*MakeTransport(options),
          fmt::format("https://127.0.0.1:{}/", server.port()));
  EXPECT_EQ(exchange.error, NetError::kTimeout) << exchange.problem;
}

TEST_F(TlsTest, TimeOutsideOfWaitDoesNotDelayTheHandshake) {
  Gate gate;
  const TlsContext context = ServerContext();
  ScriptedServer server(Echo, context.get(), [&gate] { gate.WaitFor(); });
  CurlTransportOptions options = Trusting();
  options.connect_timeout = absl::Seconds(1);
  const auto transport = MakeTransport(options);
  transport->Start(GetRequest(server.Url()));
  EXPECT_FALSE(transport->Wait(absl::Milliseconds(50)).has_value());
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  transport->Start(GetRequest(server.Url()));
  EXPECT_FALSE(transport->Wait(absl::Milliseconds(50)).has_value());
  gate.Open();
  for (int i = 0; i < 2; ++i) {
    const std::optional<Exchange> exchange = transport->Wait(kPatience);
    ASSERT_TRUE(exchange.has_value());
    EXPECT_EQ(exchange->error, NetError::kNone) << exchange->problem;
  }
}

TEST_F(TlsTest, OffersHttp2AndTakesHttp1) {
  const TlsContext context = ServerContext();
  std::string offered;
  SSL_CTX_set_alpn_select_cb(
      context.get(),
      [](SSL*, const unsigned char** chosen, unsigned char* chosen_size,
         const unsigned char* names, unsigned int size, void* user) {
        static_cast<std::string*>(user)->assign(
            reinterpret_cast<const char*>(names), size);
        static const unsigned char kHttp1[] = "http/1.1";
        *chosen = &kHttp1[0];
        *chosen_size = 8;
        return SSL_TLSEXT_ERR_OK;
      },
      &offered);
  ScriptedServer server(Echo, context.get());
  const Exchange exchange = Ask(*MakeTransport(Trusting()), server.Url());
  EXPECT_EQ(exchange.error, NetError::kNone) << exchange.problem;
  EXPECT_THAT(offered, HasSubstr("\x02h2"));
}

TEST_F(TlsTest, ARedirectMayNotLeaveTls) {
  ScriptedServer plain(Echo);
  const TlsContext context = ServerContext();
  ScriptedServer server(
      [&plain](Peer& peer) {
        peer.ReadRequest();
        peer.Answer("", "Location: " + plain.Url() + "\r\n", "302 Found");
      },
      context.get());
  HttpRequest request = GetRequest(server.Url());
  request.follow_redirects = true;
  const Exchange exchange = Ask(*MakeTransport(Trusting()), request);
  EXPECT_EQ(exchange.error, NetError::kBadUrl) << exchange.problem;
  EXPECT_EQ(plain.accepted(), 0);
}

// A proxy that connects to the local port it is asked for.
class Tunnel {
 public:
  explicit Tunnel(std::string refusal = "") : refusal_(std::move(refusal)) {}

  void operator()(Peer& peer) {
    const std::string request = peer.ReadRequest();
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      asked_ += request;
    }
    if (!refusal_.empty()) {
      peer.Answer("", "", refusal_);
      return;
    }
    const int far = ScriptedServer::Connect(
        std::atoi(request.c_str() + request.find(':') + 1));
    peer.Send("HTTP/1.1 200 Connected\r\nX-Of: proxy\r\n\r\n");
    std::thread back([&] { Pump(far, peer.socket()); });
    Pump(peer.socket(), far);
    back.join();
    close(far);
  }

  std::string asked() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return asked_;
  }

 private:
  static void Pump(int from, int to) {
    char buffer[4096];
    ssize_t got = 0;
    while ((got = recv(from, &buffer[0], sizeof(buffer), 0)) > 0) {
      send(to, &buffer[0], static_cast<size_t>(got), MSG_NOSIGNAL);
    }
    shutdown(to, SHUT_RDWR);
  }

  const std::string refusal_;
  std::mutex mutex_;
  std::string asked_;
};

TEST_F(TlsTest, AProxyTunnelsAndSeesNoSecret) {
  const TlsContext context = ServerContext();
  ScriptedServer server(Echo, context.get());
  Tunnel tunnel;
  ScriptedServer proxy([&tunnel](Peer& peer) { tunnel(peer); });
  CurlTransportOptions options = Trusting();
  options.proxy = fmt::format("127.0.0.1:{}", proxy.port());
  HttpRequest request = GetRequest(server.Url("/secret-path"));
  request.headers = {"Authorization: secret-key"};
  const auto transport = MakeTransport(options);
  const Exchange exchange = Ask(*transport, request);
  EXPECT_EQ(exchange.error, NetError::kNone) << exchange.problem;
  EXPECT_THAT(std::string(exchange.response.body.view()),
              HasSubstr("\r\nAuthorization: secret-key\r\n"));
  EXPECT_EQ(exchange.response.Header("x-of"), "");
  EXPECT_THAT(tunnel.asked(),
              testing::StartsWith(
                  fmt::format("CONNECT 127.0.0.1:{} HTTP/1", server.port())));
  EXPECT_THAT(tunnel.asked(), Not(HasSubstr("secret")));
}

TEST_F(TlsTest, AProxyThatRefusesToConnectIsUnreachable) {
  for (const char* status :
       {"403 Forbidden", "407 Proxy Authentication Required",
        "502 Bad Gateway"}) {
    Tunnel tunnel(status);
    ScriptedServer proxy([&tunnel](Peer& peer) { tunnel(peer); });
    CurlTransportOptions options = Trusting();
    options.proxy =
        fmt::format("http://user:hunter2@127.0.0.1:{}", proxy.port());
    const Exchange exchange =
        Ask(*MakeTransport(options), "https://192.0.2.1/");
    EXPECT_EQ(exchange.error, NetError::kUnreachable) << exchange.problem;
    EXPECT_THAT(exchange.problem, Not(HasSubstr("hunter2")));
  }
}

}  // namespace
}  // namespace mispsift
