// The fake's answers beside those of a real MISP 2.5.1, as far as these were
// written down: the same names in the same order, the same kinds of values,
// the same print, the same words in errors.

#include <string>
#include <utility>

#include "tests/fake_misp/ask.h"
#include "tests/fake_misp/recordings.h"

namespace mispsift {
namespace {

constexpr char kIndexFile[] = "index_and_batches.txt";

class FakeMispRealRecordings : public ::testing::Test {
 protected:
  FakeMispRealRecordings() {
    for (int i = 0; i < 8; ++i) {
      FakeEvent event;
      event.tags = {"tlp:amber", "kill-chain:Delivery"};
      event.attributes.resize(3);
      if (i == 7) {
        event.tags.push_back("Cuckoo");
        event.attributes[0].object_id = 1;
        event.attributes[0].object_relation = "filename";
      }
      fake_.AddEvent(event);
    }
    for (int i = 0; i < 136; ++i) {
      FakeWarninglist list;
      list.name = "n";
      list.values.resize(20);
      list.valid_attributes = {"ip-src", "ip-dst"};
      fake_.AddWarninglist(list);
    }
  }
  FakeMisp fake_;
};

TEST_F(FakeMispRealRecordings, VersionUserAndWarninglists) {
  for (const char* path : {"/servers/getVersion", "/users/view/me",
                           "/warninglists/index", "/warninglists/view/3"}) {
    SCOPED_TRACE(path);
    ExpectSameShape(Get(fake_, path),
                    Find(kIndexFile, std::string("GET ") + path));
  }
}

TEST_F(FakeMispRealRecordings, Indexes) {
  for (const char* body :
       {R"({"limit":2,"page":1,"sort":"id","direction":"asc"})",
        R"({"minimal":1,"limit":3,"page":1})"}) {
    SCOPED_TRACE(body);
    ExpectSameShape(Ask(fake_, "/events/index", body),
                    Find(kIndexFile, "POST /events/index", body));
  }
}

TEST_F(FakeMispRealRecordings, PagesOfAttributes) {
  for (const Exchange& recorded : ReadExchanges(kIndexFile)) {
    if (recorded.title != "POST /attributes/restSearch") continue;
    SCOPED_TRACE(recorded.asked);
    const httplib::Response answer = Search(fake_, recorded.asked);
    ExpectSameShape(answer, recorded);
    for (const auto& [name, value] : recorded.headers) {
      if (name == "X-Result-Count") {
        EXPECT_EQ(answer.get_header_value(name), value);
      }
    }
  }
  for (const char* title :
       {"opt includeEventTags", "opt includeContext", "opt includeEventUuid"}) {
    SCOPED_TRACE(title);
    const Exchange recorded = Find("opts.txt", title);
    ExpectSameShape(
        Search(fake_, recorded.asked.substr(recorded.asked.find('{'))),
        recorded);
  }
}

TEST_F(FakeMispRealRecordings, EventMetadata) {
  Exchange recorded = Find(kIndexFile, "POST /events/restSearch");
  // That event is related to others, which no fake one is.
  recorded.body.resize(recorded.body.find("\"RelatedEvent\""));
  ExpectSameShape(
      Ask(fake_, "/events/restSearch",
          R"({"returnFormat":"json","eventid":["1"],"metadata":1})"),
      recorded);
}

TEST_F(FakeMispRealRecordings, ErrorsWordForWord) {
  const std::string file = "paging_errors.txt";
  const auto expect_same = [](const httplib::Response& answer,
                              const Exchange& recorded) {
    EXPECT_EQ(answer.status, recorded.status);
    EXPECT_GT(recorded.body.size(), 30u);
    EXPECT_EQ(answer.body.substr(0, recorded.body.size()), recorded.body);
  };
  for (const char* title : {"bad json", "limit=abc", "page=abc"}) {
    SCOPED_TRACE(title);
    const Exchange recorded = Find(file, title);
    expect_same(Search(fake_, recorded.asked.substr(recorded.asked.find('{'))),
                recorded);
  }
  for (const char* title :
       {"GET with no params", "404 action", "404 controller"}) {
    SCOPED_TRACE(title);
    const Exchange recorded = Find(file, title);
    const size_t path = recorded.asked.find('/');
    const size_t end = recorded.asked.find(' ', path);
    expect_same(Get(fake_, recorded.asked.substr(path, end - path)), recorded);
  }
  const std::pair<KeyCheck, const char*> checks[] = {
      {KeyCheck::kExpired, "expired key"},
      {KeyCheck::kDisabledUser, "disabled user"},
      {KeyCheck::kWrongAddress, "key wrong ip"}};
  for (const auto& [check, title] : checks) {
    SCOPED_TRACE(title);
    fake_.SetKeyCheck(check);
    expect_same(Search(fake_, "{}"), Find("auth.txt", title));
  }
  fake_.SetKeyCheck(KeyCheck::kGood);
  fake_.SetRateLimit(2, 900);
  Search(fake_, "{}");
  Search(fake_, "{}");
  expect_same(Search(fake_, "{}"),
              Find("auth.txt", "rate limited restSearch 3"));
}

}  // namespace
}  // namespace mispsift
