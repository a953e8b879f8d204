// The fake's answers beside those of a real MISP 2.5.1, as far as these were
// written down: the same names in the same order, the same kinds of values,
// the same print, the same words in errors.

#include <cctype>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "tests/fake_misp/ask.h"
#include "tests/support/real_data.h"

namespace mispsift {
namespace {

struct Exchange {
  std::string title;
  std::string asked;  // behind ">> "
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;  // cut somewhere
};

// ### title / >> request / << status / three blanks and a header / body.
std::vector<Exchange> ReadExchanges(const std::string& name) {
  std::ifstream file(RealData("misp-exchanges/" + name));
  std::vector<Exchange> exchanges;
  std::string line;
  bool in_headers = false;
  while (std::getline(file, line)) {
    if (line.starts_with("### ")) {
      exchanges.push_back({.title = line.substr(4)});
      in_headers = true;
      continue;
    }
    if (exchanges.empty()) continue;
    Exchange& last = exchanges.back();
    const size_t colon = line.find(": ");
    if (in_headers && line.starts_with(">> ")) {
      last.asked = line.substr(3);
    } else if (in_headers && line.starts_with("<< ")) {
      const size_t digits = line.starts_with("<< HTTP/") ? 12 : 3;
      last.status = std::stoi(line.substr(digits));
    } else if (in_headers && line.starts_with("   ") &&
               colon != std::string::npos) {
      last.headers.emplace_back(line.substr(3, colon - 3),
                                line.substr(colon + 2));
    } else {
      in_headers = false;
      last.body += line + "\n";
    }
  }
  for (Exchange& exchange : exchanges) {
    while (exchange.body.ends_with("\n")) exchange.body.pop_back();
  }
  return exchanges;
}

// The one with this title whose request holds `asked`.
Exchange Find(const std::string& file, std::string_view title,
              std::string_view asked = "") {
  for (Exchange& exchange : ReadExchanges(file)) {
    if (exchange.title == title &&
        exchange.asked.find(asked) != std::string::npos) {
      return exchange;
    }
  }
  ADD_FAILURE() << "no exchange " << title << " in " << file;
  return {};
}

// JSON with its values as kinds only: s, 0, b or null. What is cut is left
// out from the first half token on.
std::string Skeleton(std::string_view json) {
  std::string out;
  size_t at = 0;
  while (at < json.size()) {
    if (json[at] == '"') {
      size_t end = at + 1;
      while (end < json.size() && json[end] != '"') {
        end += json[end] == '\\' ? 2 : 1;
      }
      if (end >= json.size()) return out;
      size_t next = json.find_first_not_of(" \n", end + 1);
      if (next == std::string_view::npos) return out;
      out += json[next] == ':' ? json.substr(at, end + 1 - at) : "\"s\"";
      at = end + 1;
    } else if (std::isalnum(static_cast<unsigned char>(json[at])) != 0) {
      size_t end = at;
      while (end < json.size() &&
             std::isalnum(static_cast<unsigned char>(json[end])) != 0) {
        ++end;
      }
      if (end == json.size()) return out;
      const std::string_view word = json.substr(at, end - at);
      if (word == "null") {
        out += word;
      } else {
        out += word == "true" || word == "false" ? "b" : "0";
      }
      at = end;
    } else {
      out += json[at++];
    }
  }
  return out;
}

void ExpectSameShape(const httplib::Response& answer,
                     const Exchange& recorded) {
  EXPECT_EQ(answer.status, recorded.status);
  for (const auto& [name, value] : recorded.headers) {
    EXPECT_TRUE(answer.has_header(name)) << name;
    if (name != "Content-Length" && name != "X-Result-Count") {
      EXPECT_EQ(answer.get_header_value(name), value) << name;
    }
  }
  const std::string expected = Skeleton(recorded.body);
  EXPECT_GT(expected.size(), 20u);
  EXPECT_EQ(Skeleton(answer.body).substr(0, expected.size()), expected);
}

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
