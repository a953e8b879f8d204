// What can go wrong with an answer, seen from the client.

#include <chrono>
#include <memory>
#include <string>

#include "gmock/gmock.h"
#include "tests/fake_misp/ask.h"
#include "tests/support/fake_misp_control.h"
#include "tests/support/fake_misp_faults.h"

namespace mispsift {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr char kPath[] = "/attributes/restSearch";

class FakeMispFaults : public ::testing::Test {
 protected:
  FakeMispFaults() { AddPlainEvent(1000, &fake_); }

  httplib::Result Try(httplib::Client* client) {
    return client->Post(kPath, GoodHeaders(fake_), "{\"limit\":1000}",
                        "application/json");
  }
  httplib::Result Try() {
    httplib::Client client = ClientOf(fake_);
    return Try(&client);
  }
  // One whole answer again, and no fault left.
  void ExpectWell() {
    const httplib::Result answer = Try();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
    EXPECT_THAT(Ids(*answer), SizeIs(1000));
  }

  FakeMisp fake_;
};

TEST_F(FakeMispFaults, StatusWithTheBodyOfAProxy) {
  for (const int status : {500, 502, 503, 504}) {
    fake_.Inject({.path = kPath, .status = status});
    const httplib::Result answer = Try();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, status);
    EXPECT_THAT(answer->get_header_value("Content-Type"),
                StartsWith("text/html"));
    EXPECT_THAT(answer->body, HasSubstr("nginx"));
  }
  fake_.Inject({.status = 418, .body = "{\"a\":1}"});
  const httplib::Result own = Try();
  ASSERT_TRUE(own);
  EXPECT_EQ(own->body, "{\"a\":1}");
  EXPECT_THAT(own->get_header_value("Content-Type"),
              StartsWith("application/json"));
  ExpectWell();
}

TEST_F(FakeMispFaults, ErrorsOfMispInHtmlAndJson) {
  fake_.Inject({.kind = Fault::Kind::kErrorPage});
  const httplib::Result page = Try();
  ASSERT_TRUE(page);
  EXPECT_EQ(page->status, 500);
  EXPECT_THAT(page->body, HasSubstr("An Internal Error Has Occurred."));
  EXPECT_THAT(page->body, StartsWith("<!DOCTYPE html>"));
  fake_.Inject({.kind = Fault::Kind::kInternalJson});
  const httplib::Result json = Try();
  ASSERT_TRUE(json);
  EXPECT_EQ(json->status, 500);
  EXPECT_THAT(json->body, StartsWith("{\"name\":\"An Internal Error"));
  ExpectWell();
}

TEST_F(FakeMispFaults, CutWithTheFullLength) {
  fake_.Inject({.kind = Fault::Kind::kCut, .bytes = 1000});
  std::string received;
  uint64_t promised = 0;
  httplib::Client client = ClientOf(fake_);
  httplib::Request request;
  request.method = "POST";
  request.path = kPath;
  request.headers = GoodHeaders(fake_);
  request.headers.emplace("Content-Type", "application/json");
  request.body = "{\"limit\":1000}";
  request.content_receiver = [&](const char* bytes, size_t size, uint64_t,
                                 uint64_t length) {
    received.append(bytes, size);
    promised = length;
    return true;
  };
  EXPECT_FALSE(client.send(request));
  EXPECT_EQ(received.size(), 1000u);
  EXPECT_GT(promised, 100000u);
  ExpectWell();
}

TEST_F(FakeMispFaults, CutOfAChunkedAnswer) {
  fake_.Inject({.kind = Fault::Kind::kCutChunks, .bytes = 100000});
  EXPECT_FALSE(Try());
  ExpectWell();
}

TEST_F(FakeMispFaults, TruncatedWithARightLength) {
  fake_.Inject({.kind = Fault::Kind::kTruncate, .bytes = 1000});
  httplib::Client client = ClientOf(fake_);
  const httplib::Result answer = Try(&client);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body.size(), 1000u);
  ExpectWell();
}

TEST_F(FakeMispFaults, StalledAndSlowAnswersComeWholeInTheEnd) {
  const std::chrono::milliseconds delay(200);
  for (const Fault::Kind kind : {Fault::Kind::kStall, Fault::Kind::kSlow}) {
    fake_.Inject({.kind = kind, .bytes = 1000, .delay = delay});
    const auto begin = std::chrono::steady_clock::now();
    ExpectWell();
    EXPECT_GE(std::chrono::steady_clock::now() - begin, delay);
  }
}

TEST_F(FakeMispFaults, AStalledAnswerEndsWithTheServer) {
  const auto begin = std::chrono::steady_clock::now();
  {
    FakeMisp fake;
    AddPlainEvent(100, &fake);
    fake.Inject({.kind = Fault::Kind::kStall,
                 .bytes = 10,
                 .delay = std::chrono::hours(1)});
    httplib::Client client = ClientOf(fake);
    client.set_read_timeout(0, 100000);
    EXPECT_FALSE(
        client.Post(kPath, GoodHeaders(fake), "{}", "application/json"));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::minutes(5));
}

TEST_F(FakeMispFaults, CompressedIfTheClientTakesIt) {
  fake_.Inject({.times = 0, .kind = Fault::Kind::kGzip});
  const auto ask = [this](const char* encoding) {
    httplib::Client client = ClientOf(fake_);
    httplib::Headers headers = GoodHeaders(fake_);
    headers.emplace("Accept-Encoding", encoding);
    return client.Post(kPath, headers, "{\"limit\":1000}", "application/json");
  };
  const httplib::Result zipped = ask("gzip");
  ASSERT_TRUE(zipped);
  EXPECT_EQ(zipped->get_header_value("Content-Encoding"), "gzip");
  EXPECT_EQ(zipped->get_header_value("Transfer-Encoding"), "chunked");
  EXPECT_THAT(Ids(*zipped), SizeIs(1000));
  const httplib::Result plain = ask("identity");
  ASSERT_TRUE(plain);
  EXPECT_FALSE(plain->has_header("Content-Encoding"));
}

TEST_F(FakeMispFaults, ClosedAfterAWholeAnswer) {
  fake_.Inject({.kind = Fault::Kind::kClose});
  const httplib::Result answer = Try();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->get_header_value("Connection"), "close");
  EXPECT_THAT(Ids(*answer), SizeIs(1000));
}

TEST_F(FakeMispFaults, RedirectAndLoginPage) {
  fake_.Inject({.kind = Fault::Kind::kRedirect,
                .status = 307,
                .location = "http://192.0.2.1/"});
  const httplib::Result away = Try();
  ASSERT_TRUE(away);
  EXPECT_EQ(away->status, 307);
  EXPECT_EQ(away->get_header_value("Location"), "http://192.0.2.1/");
  fake_.Inject({.kind = Fault::Kind::kLoginPage});
  const httplib::Result login = Try();
  ASSERT_TRUE(login);
  EXPECT_EQ(login->status, 200);
  EXPECT_THAT(login->body, StartsWith("<!DOCTYPE html>"));
}

TEST_F(FakeMispFaults, PagesOverTheRowLimitFail) {
  fake_.Inject(
      {.path = kPath, .times = 0, .kind = Fault::Kind::kRowLimit, .rows = 100});
  EXPECT_EQ(Search(fake_, R"({"limit":101})").status, 500);
  EXPECT_EQ(Search(fake_, R"({"limit":100})").status, 200);
  EXPECT_EQ(Search(fake_, R"({"limit":100})").status, 200);
  fake_.ClearFaults();
  ExpectWell();
}

TEST_F(FakeMispFaults, Unfiltered) {
  fake_.Inject({.path = kPath, .kind = Fault::Kind::kUnfiltered});
  EXPECT_THAT(Ids(Search(fake_, R"({"limit":1})")), SizeIs(1000));
  EXPECT_THAT(Ids(Search(fake_, R"({"limit":1})")), SizeIs(1));
}

TEST_F(FakeMispFaults, ByPathAfterSoManyForSoMany) {
  fake_.Inject({.path = "restSearch", .skip = 1, .times = 2, .status = 503});
  std::vector<int> statuses;
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(Get(fake_, "/servers/getVersion").status, 200);
    statuses.push_back(Search(fake_, R"({"limit":1})").status);
  }
  EXPECT_THAT(statuses, ElementsAre(200, 503, 503, 200, 200));
  EXPECT_EQ(fake_.requests()[3].status, 503);
}

TEST_F(FakeMispFaults, ConnectionsAreKeptForSoManyRequests) {
  FakeMisp fake({.keep_alive_requests = 2});
  httplib::Client client = ClientOf(fake);
  client.set_keep_alive(true);
  const auto ask = [&] {
    const httplib::Result answer =
        client.Get("/servers/getVersion", GoodHeaders(fake));
    EXPECT_TRUE(answer);
    return answer ? answer->get_header_value("Connection") : "";
  };
  EXPECT_NE(ask(), "close");
  EXPECT_EQ(ask(), "close");
  EXPECT_NE(ask(), "close");
}

TEST_F(FakeMispFaults, TheServerEndsThoughAClientKeepsItsConnection) {
  auto fake =
      std::make_unique<FakeMisp>(FakeMispOptions{.keep_alive_seconds = 3600});
  httplib::Client client = ClientOf(*fake);
  client.set_keep_alive(true);
  const httplib::Headers headers = GoodHeaders(*fake);
  EXPECT_TRUE(client.Get("/servers/getVersion", headers));
  fake.reset();  // the test would run into its time limit
  EXPECT_FALSE(client.Get("/servers/getVersion", headers));
}

TEST(FakeMispFaultText, EveryPartIsRead) {
  Fault fault;
  std::string problem;
  ASSERT_TRUE(
      ParseFault("path=/a,skip=2,times=0,kind=cut,bytes=1000,rows=5,"
                 "status=503,delay_ms=7,body={\"x\":1,\"y\":2}",
                 &fault, &problem));
  EXPECT_EQ(fault.path, "/a");
  EXPECT_EQ(fault.skip, 2u);
  EXPECT_EQ(fault.times, 0u);
  EXPECT_EQ(fault.kind, Fault::Kind::kCut);
  EXPECT_EQ(fault.bytes, 1000u);
  EXPECT_EQ(fault.rows, 5u);
  EXPECT_EQ(fault.status, 503);
  EXPECT_EQ(fault.delay, std::chrono::milliseconds(7));
  EXPECT_EQ(fault.body, "{\"x\":1,\"y\":2}");
  for (const char* wrong : {"kind=nosuch", "skip=x", "nosuch=1", "cut"}) {
    EXPECT_FALSE(ParseFault(wrong, &fault, &problem)) << wrong;
    EXPECT_NE(problem, "");
  }
}

TEST(FakeMispControl, ShellTestsChangeThingsAndReadTheLog) {
  FakeMisp fake({.control = true});
  httplib::Client client = ClientOf(fake);
  const auto call = [&client](const std::string& json) {
    const httplib::Result answer =
        client.Post("/_control", json, "application/json");
    EXPECT_TRUE(answer);
    return answer ? answer->body : "";
  };
  EXPECT_EQ(call(R"({"op":"add_event","event":{"info":"i","attributes":)"
                 R"([{"type":"md5","value":"x","uuid":)"
                 R"("40000000-0000-4000-8000-000000000001"}]}})"),
            "{\"ok\":true,\"id\":1}\n");
  EXPECT_EQ(call(R"({"op":"set_now","now":1800000000})"), "{\"ok\":true}\n");
  EXPECT_EQ(call(R"({"op":"soft_delete_attribute","uuid":)"
                 R"("40000000-0000-4000-8000-000000000001"})"),
            "{\"ok\":true}\n");
  EXPECT_EQ(fake.Event(1).timestamp, 1800000000);
  EXPECT_EQ(call(R"({"op":"touch_event","id":5})"),
            "{\"ok\":false,\"problem\":\"no such event\"}\n");
  EXPECT_EQ(call("{\"op\":\"fault\",\"spec\":\"kind=status,status=503\"}"),
            "{\"ok\":true}\n");
  EXPECT_EQ(Get(fake, "/servers/getVersion").status, 503);
  EXPECT_EQ(call("{\"op\":\"stats\"}"),
            "{\"ok\":true,\"events\":1,\"attributes\":0,"
            "\"now\":1800000000}\n");
  EXPECT_THAT(call("{"), HasSubstr("\"ok\":false"));
  const httplib::Result log = client.Get("/_requests");
  ASSERT_TRUE(log);
  const rapidjson::Document line = Json(log->body);
  EXPECT_STREQ(line["path"].GetString(), "/servers/getVersion");
  EXPECT_STREQ(line["headers"]["authorization"].GetString(),
               fake.key().c_str());
  EXPECT_EQ(line["status"].GetInt(), 503);
  FakeMisp closed;
  EXPECT_EQ(Ask(closed, "/_control", "{}").status, 404);
}

}  // namespace
}  // namespace mispsift
