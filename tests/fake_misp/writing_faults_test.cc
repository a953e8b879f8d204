// Writes that go on without the client, bodies that come compressed, and
// clients that die.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "tests/fake_misp/ask.h"
#include "tests/support/fake_misp_control.h"
#include "tests/support/fake_misp_faults.h"

namespace mispsift {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr char kAdd[] = "/events/add";

// An event of so many attributes, the last of them in an object.
std::string EventOf(int attributes, const std::string& uuid) {
  std::string body =
      R"({"info":"i )" + uuid + R"(","uuid":")" + uuid + R"(","Attribute":[)";
  for (int i = 1; i < attributes; ++i) {
    body += R"({"type":"ip-dst","value":"192.0.2.)" + std::to_string(i) +
            (i + 1 < attributes ? "\"}," : "\"}");
  }
  return body + R"(],"Object":[{"name":"file","Attribute":[{"type":"filename",
      "object_relation":"filename","value":"a.exe"}]}]})";
}
const std::string kEventUuid = "aaaaaaaa-0000-4000-8000-000000000001";

// A connection over which these bytes were sent.
int SendTo(int port, const std::string& bytes) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  EXPECT_GE(fd, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  ::inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
  EXPECT_EQ(
      ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  return fd;
}

// What is gone without a word, as a process that is killed: with an answer
// unread, or on its way, that is a reset.
void Die(int fd) {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  ::close(fd);
}

std::string RequestToAdd(const FakeMisp& fake, const std::string& body) {
  return "POST /events/add HTTP/1.1\r\nHost: x\r\nAuthorization: " +
         fake.key() +
         "\r\nAccept: application/json\r\nContent-Type: application/json\r\n"
         "Content-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

class FakeMispWritingFaults : public ::testing::Test {
 protected:
  httplib::Result Add(int attributes) {
    httplib::Client client = ClientOf(fake_);
    return client.Post(kAdd, GoodHeaders(fake_),
                       EventOf(attributes, kEventUuid), "application/json");
  }
  // Until the event has so many attributes; never ends where it gets none.
  void WaitFor(size_t attributes) {
    while (!fake_.HasEvent(1) || fake_.Attributes(1).size() < attributes) {
      std::this_thread::sleep_for(milliseconds(1));
    }
  }

  FakeMisp fake_;
};

TEST_F(FakeMispWritingFaults, StoredWithoutAnAnswer) {
  fake_.Inject({.path = kAdd, .kind = Fault::Kind::kStoredThenCut});
  EXPECT_FALSE(Add(5));
  EXPECT_THAT(fake_.Attributes(1), SizeIs(5));
  EXPECT_EQ(fake_.requests()[0].status, 0);
  const httplib::Result again = Add(5);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->status, 404);
  EXPECT_THAT(fake_.Duplicates(), IsEmpty());
}

TEST_F(FakeMispWritingFaults, NotOneByteComesBackAndNobodyElseIsCutOff) {
  fake_.Inject({.kind = Fault::Kind::kStoredThenCut});
  const std::string request = RequestToAdd(fake_, EventOf(5, kEventUuid));
  const int other = SendTo(fake_.port(), request.substr(0, 40));
  const int cut = SendTo(fake_.port(), request);
  char byte = 0;
  EXPECT_EQ(::recv(cut, &byte, 1, 0), 0);
  ::close(cut);
  EXPECT_THAT(fake_.Attributes(1), SizeIs(5));
  ::send(other, request.data() + 40, request.size() - 40, MSG_NOSIGNAL);
  EXPECT_EQ(::recv(other, &byte, 1, 0), 1);
  ::close(other);
}

TEST_F(FakeMispWritingFaults, StoredThoughTheProxySaysNo) {
  fake_.Inject({.path = kAdd, .status = 504, .stored = true});
  const httplib::Result answer = Add(5);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 504);
  EXPECT_THAT(fake_.Attributes(1), SizeIs(5));
}

TEST_F(FakeMispWritingFaults, StoredBeforeTheClientHasWaitedLongEnough) {
  fake_.Inject(
      {.path = kAdd, .kind = Fault::Kind::kSlow, .delay = milliseconds(60000)});
  httplib::Client client = ClientOf(fake_);
  client.set_read_timeout(0, 50000);
  EXPECT_FALSE(client.Post(kAdd, GoodHeaders(fake_), EventOf(5, kEventUuid),
                           "application/json"));
  WaitFor(5);
}

TEST_F(FakeMispWritingFaults, StoredInPartForEver) {
  fake_.SetWriteLatency({.parallel = 1});
  fake_.Inject({.path = kAdd, .kind = Fault::Kind::kStoredPartly, .rows = 2});
  EXPECT_FALSE(Add(5));
  // Its turn comes when the write before it has ended.
  EXPECT_EQ(Ask(fake_, "/tags/add", R"({"name":"t"})").status, 200);
  EXPECT_THAT(fake_.Attributes(1), SizeIs(2));
  EXPECT_THAT(fake_.Objects(1), IsEmpty());
  const httplib::Response seen = Get(fake_, "/events/view/" + kEventUuid);
  EXPECT_STREQ(Json(seen.body)["Event"]["attribute_count"].GetString(), "2");
}

TEST_F(FakeMispWritingFaults, TheRestComesWhenTheClientIsGone) {
  fake_.Inject({.path = kAdd,
                .kind = Fault::Kind::kStoredPartly,
                .delay = milliseconds(1),
                .rows = 2});
  EXPECT_FALSE(Add(5));
  WaitFor(5);
  EXPECT_THAT(fake_.Objects(1), SizeIs(1));
}

TEST_F(FakeMispWritingFaults, OthersSeeAnEventBeforeItsAttributes) {
  fake_.SetWriteLatency({.attribute = std::chrono::hours(1)});
  httplib::Client client = ClientOf(fake_);
  client.set_read_timeout(0, 50000);
  EXPECT_FALSE(client.Post(kAdd, GoodHeaders(fake_), EventOf(5, kEventUuid),
                           "application/json"));
  WaitFor(0);
  EXPECT_EQ(Get(fake_, "/events/view/" + kEventUuid).status, 200);
  EXPECT_THAT(fake_.Attributes(1), IsEmpty());
}

TEST_F(FakeMispWritingFaults, NoMoreWritesAtOnceThanThereAreWorkers) {
  constexpr int kWrites = 8;
  constexpr milliseconds kEach{40};
  fake_.SetWriteLatency({.request = kEach, .parallel = 2});
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::thread> writers;
  for (int i = 0; i < kWrites; ++i) {
    writers.emplace_back([this] { Ask(fake_, kAdd, R"({"info":"i"})"); });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_GE(std::chrono::steady_clock::now() - start, kEach * kWrites / 2);
  EXPECT_THAT(fake_.EventIds(), SizeIs(kWrites));
}

TEST_F(FakeMispWritingFaults, ReadsDoNotWaitForWriters) {
  fake_.SetWriteLatency({.request = std::chrono::hours(1), .parallel = 1});
  std::thread writer([this] {
    httplib::Client client = ClientOf(fake_);
    client.set_read_timeout(0, 100000);
    client.Post(kAdd, GoodHeaders(fake_), R"({"info":"i"})",
                "application/json");
  });
  while (fake_.RequestCount(kAdd) == 0) {
    std::this_thread::sleep_for(milliseconds(1));
  }
  EXPECT_EQ(Get(fake_, "/events/view/1").status, 404);
  writer.join();
}

std::string Gzipped(const std::string& text) {
  std::string out(text.size() + 100, '\0');
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, 0), Z_OK);
  std::string in = text;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

httplib::Response AskEncoded(const FakeMisp& fake, const std::string& body,
                             const std::string& encoding) {
  httplib::Client client = ClientOf(fake);
  httplib::Headers headers = GoodHeaders(fake);
  headers.emplace("Content-Encoding", encoding);
  const httplib::Result result =
      client.Post(kAdd, headers, body, "application/json");
  EXPECT_TRUE(result);
  return result ? *result : httplib::Response{};
}

TEST(FakeMispEncodedBodies, GzipAndNothingElse) {
  FakeMisp fake;
  const std::string body = EventOf(5, kEventUuid);
  EXPECT_EQ(AskEncoded(fake, Gzipped(body), "gzip").status, 200);
  EXPECT_THAT(fake.Attributes(1), SizeIs(5));
  EXPECT_EQ(fake.requests()[0].body, body);
  EXPECT_EQ(fake.requests()[0].Header("Content-Encoding"), "gzip");
  const std::string half = Gzipped(body).substr(0, 60);
  const httplib::Response broken = AskEncoded(fake, half, "gzip");
  EXPECT_EQ(broken.status, 400);
  EXPECT_THAT(broken.body, HasSubstr("\"Invalid compressed data.\""));
  EXPECT_EQ(AskEncoded(fake, body, "deflate").status, 400);
  EXPECT_EQ(AskEncoded(fake, body, "br").status, 400);
}

TEST(FakeMispEncodedBodies, NotByEveryServer) {
  FakeMisp fake({.takes_gzip = false});
  EXPECT_EQ(
      Json(Get(fake, "/servers/getVersion").body)["request_encoding"].Size(),
      0u);
  EXPECT_EQ(AskEncoded(fake, Gzipped(R"({"info":"i"})"), "gzip").status, 400);
  EXPECT_THAT(fake.EventIds(), IsEmpty());
}

TEST(FakeMispDyingClients, AThousandOfThemAnywhereInTheirRequests) {
  FakeMisp fake;
  const std::string body = EventOf(5, kEventUuid);
  const std::string request = RequestToAdd(fake, body);
  for (size_t i = 0; i < 1000; ++i) {
    Die(SendTo(fake.port(), request.substr(0, request.size() * i / 999)));
  }
  // One of them at least was whole; whoever is last finds what it left.
  const httplib::Response answer = Ask(fake, kAdd, body);
  EXPECT_TRUE(answer.status == 200 || answer.status == 404) << answer.status;
  EXPECT_EQ(Get(fake, "/events/view/" + kEventUuid).status, 200);
  EXPECT_THAT(fake.Duplicates(), IsEmpty());
}

TEST(FakeMispControlOfWrites, ByCommand) {
  FakeMisp fake;
  const auto run = [&fake](const std::string& call) {
    return RunControl(call, &fake);
  };
  const std::string ok = "{\"ok\":true";
  EXPECT_THAT(run(R"({"op":"role","perm_tag_editor":false})"), StartsWith(ok));
  EXPECT_FALSE(Json(Get(fake, "/users/view/me").body)["Role"]["perm_tag_editor"]
                   .GetBool());
  EXPECT_THAT(run(R"({"op":"refuse_values","text":"192.0.2.1"})"),
              StartsWith(ok));
  EXPECT_THAT(run(R"({"op":"write_latency","request_us":5,"parallel":3})"),
              StartsWith(ok));
  EXPECT_THAT(run(R"({"op":"fault","spec":"kind=stored-partly,rows=2"})"),
              StartsWith(ok));
  httplib::Client client = ClientOf(fake);
  EXPECT_FALSE(client.Post(kAdd, GoodHeaders(fake), EventOf(5, kEventUuid),
                           "application/json"));
  const rapidjson::Document answer = Json(run(R"({"op":"contents"})"));
  const auto& event = answer["contents"]["events"][0];
  EXPECT_STREQ(event["uuid"].GetString(), kEventUuid.c_str());
  ASSERT_EQ(event["attributes"].Size(), 1u);
  EXPECT_STREQ(event["attributes"][0]["value"].GetString(), "192.0.2.2");
}

}  // namespace
}  // namespace mispsift
