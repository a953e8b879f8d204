// Keys, roles, limits and maintenance.

#include <string>

#include "gmock/gmock.h"
#include "tests/fake_misp/ask.h"

namespace mispsift {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr char kAuthFailed[] =
    R"({"name":"Authentication failed. Please make sure you pass the API key )"
    R"(of an API enabled user along in the Authorization header.",)"
    R"("message":"Authentication failed. Please make sure you pass the API )"
    R"(key of an API enabled user along in the Authorization header.",)"
    R"("url":"\/attributes\/restSearch"})";

httplib::Response AskAs(const FakeMisp& fake, const std::string& authorization,
                        const std::string& accept = "application/json") {
  httplib::Client client = ClientOf(fake);
  httplib::Headers headers = {{"Accept", accept}};
  if (!authorization.empty()) headers.emplace("Authorization", authorization);
  const httplib::Result answer =
      client.Post("/attributes/restSearch", headers, "{}", "application/json");
  EXPECT_TRUE(answer);
  return answer ? *answer : httplib::Response{};
}

TEST(FakeMispAccess, OnlyTheBareKeyIsGood) {
  FakeMisp fake({.key = "AbCd"});
  EXPECT_EQ(AskAs(fake, "AbCd").status, 200);
  EXPECT_EQ(AskAs(fake, " AbCd ").status, 200);
  for (const char* wrong : {"abcd", "AbC", "Bearer AbCd", ""}) {
    const httplib::Response answer = AskAs(fake, wrong);
    EXPECT_EQ(answer.status, 403) << wrong;
    EXPECT_EQ(answer.body, kAuthFailed) << wrong;
  }
}

TEST(FakeMispAccess, WithoutAcceptJsonErrorsAreHtml) {
  FakeMisp fake;
  const httplib::Response answer = AskAs(fake, "", "*/*");
  EXPECT_EQ(answer.status, 403);
  EXPECT_THAT(answer.get_header_value("Content-Type"), StartsWith("text/html"));
  EXPECT_THAT(answer.body, StartsWith("<!DOCTYPE html>"));
  const httplib::Response good = AskAs(fake, fake.key(), "*/*");
  EXPECT_THAT(good.body, StartsWith("{\"response\": "));
}

TEST(FakeMispAccess, WhatElseMayBeWrongWithAKey) {
  FakeMisp fake;
  const auto message = [&fake](KeyCheck check) {
    fake.SetKeyCheck(check);
    const httplib::Response answer = Search(fake, "{}");
    EXPECT_EQ(answer.status, 403);
    return std::string(Json(answer.body)["message"].GetString());
  };
  EXPECT_EQ(message(KeyCheck::kDisabledUser),
            "Authentication failed. Your user account has been disabled.");
  EXPECT_EQ(message(KeyCheck::kWrongAddress),
            "It is not possible to use this Auth key from your IP address");
  EXPECT_THAT(message(KeyCheck::kExpired), StartsWith("Authentication failed"));
  EXPECT_EQ(message(KeyCheck::kNoPermission),
            "You do not have permission to use this functionality.");
  EXPECT_EQ(Get(fake, "/servers/getVersion").status, 200);
  EXPECT_EQ(Ask(fake, "/events/index", "{}").status, 403);
}

TEST(FakeMispAccess, TheRateLimitCountsSearchesOnly) {
  FakeMisp fake;
  fake.SetRateLimit(2, 900);
  const httplib::Response first = Search(fake, R"({"limit":1})");
  EXPECT_EQ(first.get_header_value("X-Rate-Limit-Limit"), "2");
  EXPECT_EQ(first.get_header_value("X-Rate-Limit-Remaining"), "1");
  EXPECT_EQ(first.get_header_value("X-Rate-Limit-Reset"), "900");
  EXPECT_FALSE(
      Ask(fake, "/events/index", "{}").has_header("X-Rate-Limit-Limit"));
  EXPECT_EQ(Get(fake, "/users/view/me").status, 200);
  EXPECT_EQ(Search(fake, R"({"limit":1})").status, 200);
  fake.SetNow(fake.now() + 100);
  const httplib::Response refused = Search(fake, R"({"limit":1})");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.get_header_value("X-Rate-Limit-Remaining"), "0");
  // Real time passes too, if this machine is slow.
  EXPECT_THAT(std::stoi(refused.get_header_value("X-Rate-Limit-Reset")),
              ::testing::AllOf(::testing::Le(800), ::testing::Ge(500)));
  EXPECT_FALSE(refused.has_header("Retry-After"));
  EXPECT_EQ(refused.body,
            "{\n    \"name\": \"Rate limit exceeded.\",\n"
            "    \"message\": \"Rate limit exceeded.\",\n"
            "    \"url\": \"/attributes/restSearch\"\n}");
  fake.SetNow(fake.now() + 800);
  EXPECT_EQ(Search(fake, R"({"limit":1})").status, 200);
}

TEST(FakeMispAccess, ALimitOfNothingForbidsSearches) {
  FakeMisp fake;
  fake.SetRateLimit(0, 900);
  EXPECT_EQ(Search(fake, "{}").status, 405);
  fake.ClearRateLimit();
  EXPECT_EQ(Search(fake, "{}").status, 200);
}

TEST(FakeMispAccess, MaintenanceSendsPlainUsersToTheLoginPage) {
  FakeMisp fake({.base_path = "/misp"});
  fake.SetMaintenance(true);
  EXPECT_EQ(Ask(fake, "/misp/attributes/restSearch", "{}").status, 200);
  fake.SetSiteAdmin(false);
  const httplib::Response answer =
      Ask(fake, "/misp/attributes/restSearch", "{}");
  EXPECT_EQ(answer.status, 302);
  EXPECT_EQ(answer.get_header_value("Location"), fake.url() + "/users/login");
  EXPECT_THAT(answer.get_header_value("Content-Type"), StartsWith("text/html"));
  httplib::Client client = ClientOf(fake);
  const httplib::Result login = client.Get("/misp/users/login");
  ASSERT_TRUE(login);
  EXPECT_EQ(login->status, 200);
  EXPECT_THAT(login->body, HasSubstr("<html"));
}

TEST(FakeMispAccess, HiddenRowsCountButDoNotArrive) {
  FakeMisp fake({.site_admin = false});
  FakeEvent event;
  event.attributes = {{.value = "a.example"}, {.value = "b.example"}};
  event.attributes[0].hidden = true;
  fake.AddEvent(event);
  EXPECT_THAT(Ids(Search(fake, "{}")), SizeIs(1));
  EXPECT_THAT(Ask(fake, "/events/index", "{}").body,
              HasSubstr("\"attribute_count\": \"2\""));
  fake.HideEvery(2);
  EXPECT_THAT(Ids(Search(fake, "{}")), SizeIs(0));
  fake.SetSiteAdmin(true);
  EXPECT_THAT(Ids(Search(fake, "{}")), SizeIs(2));
}

TEST(FakeMispAccess, RequestsAreRecordedWithHeadersBodyAndStatus) {
  FakeMisp fake;
  Search(fake, "{\"limit\":1}");
  AskAs(fake, "wrong");
  Get(fake, "/servers/getVersion?x=1");
  const std::vector<RecordedRequest> requests = fake.requests();
  ASSERT_THAT(requests, SizeIs(3));
  EXPECT_EQ(requests[0].method, "POST");
  EXPECT_EQ(requests[0].path, "/attributes/restSearch");
  EXPECT_EQ(requests[0].body, "{\"limit\":1}");
  EXPECT_EQ(requests[0].Header("authorization"), fake.key());
  EXPECT_EQ(requests[0].Header("REMOTE_ADDR"), "");
  EXPECT_EQ(requests[0].status, 200);
  EXPECT_EQ(requests[1].status, 403);
  EXPECT_EQ(requests[2].path, "/servers/getVersion?x=1");
  EXPECT_EQ(fake.RequestCount("restSearch"), 2u);
  fake.ClearRequests();
  EXPECT_EQ(fake.RequestCount(""), 0u);
}

}  // namespace
}  // namespace mispsift
