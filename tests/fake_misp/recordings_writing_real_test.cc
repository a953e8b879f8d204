// The fake's answers to writes beside those of a real MISP 2.5.1: what was
// recorded is asked again, in the order in which it was, with the ids of the
// recording changed into the fake's own.

#include <string>
#include <string_view>
#include <utility>

#include "tests/fake_misp/ask.h"
#include "tests/fake_misp/recordings.h"

namespace mispsift {
namespace {

// "POST /events/add {...} -H ..." as its parts.
struct Request {
  std::string method;
  std::string path;
  std::string body;
};

Request ReadRequest(const std::string& asked) {
  Request request;
  const size_t path = asked.find(' ') + 1;
  const size_t body = asked.find(' ', path);
  request.method = asked.substr(0, path - 1);
  request.path = asked.substr(path, body - path);
  const size_t flags = asked.find(" -", body);
  if (body != std::string::npos) {
    request.body = asked.substr(body + 1, flags - body - 1);
  }
  while (request.body.ends_with(" ")) request.body.pop_back();
  return request;
}

void ReplaceAll(std::string_view from, std::string_view to, std::string* text) {
  size_t at = 0;
  while ((at = text->find(from, at)) != std::string::npos) {
    text->replace(at, from.size(), to);
    at += to.size();
  }
}

// Event 401 of the recording, whose body was not written down, and 402.
constexpr char kEvent401[] = R"({"Event":{"info":"REST test event 1",
  "uuid":"aaaaaaaa-0000-4000-8000-000000000001","distribution":"0",
  "threat_level_id":"2","analysis":"1","Tag":[{"name":"tlp:white"}],
  "Attribute":[{"type":"md5","value":"00112233445566778899AABBCCDDEEFF",
    "uuid":"aaaaaaaa-0000-4000-8000-000000000101","comment":"c1",
    "Tag":[{"name":"tlp:white"},{"name":"brand-new-attr-tag"}]},
   {"type":"ip-dst","value":"198.51.100.7"},
   {"type":"domain","value":"Example-Mixed.com"},
   {"type":"filename|sha256","value":"e.exe|)"
                             "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934"
                             R"(ca495991b7852b855"},
   {"type":"url","value":"http://a.example/"},
   {"type":"mutex","value":"m"},{"type":"text","value":"t"}]}})";

class FakeMispRealWrites : public ::testing::Test {
 protected:
  FakeMispRealWrites() {
    fake_.SetNow(1795488222);
    for (const char* tag : {"tlp:red", "tlp:green", "api-tag-0"}) {
      Ask(fake_, "/tags/add", std::string(R"({"name":")") + tag + "\"}");
    }
    fake_.AddEvent({.id = 400});
    EXPECT_EQ(Ask(fake_, "/events/add", kEvent401).status, 200);
    first_attribute_ = std::to_string(fake_.Attributes(401)[0].id);
    Ask(fake_, "/events/add",
        R"({"info":"minimal flat","uuid":)"
        R"("d6f56fd2-625b-41c3-b1e9-939078caa69f"})");
  }

  httplib::Response Repeat(const Exchange& recorded) {
    Request request = ReadRequest(recorded.asked);
    ReplaceAll("320277", first_attribute_, &request.body);
    httplib::Client client = ClientOf(fake_);
    const httplib::Headers headers = GoodHeaders(fake_);
    const httplib::Result result =
        request.method == "POST"   ? client.Post(request.path, headers,
                                                 request.body, "application/json")
        : request.method == "PUT"  ? client.Put(request.path, headers,
                                                request.body, "application/json")
        : request.method == "HEAD" ? client.Head(request.path, headers)
                                   : client.Get(request.path, headers);
    EXPECT_TRUE(result) << recorded.asked;
    return result ? *result : httplib::Response{};
  }

  // Status, names and kinds of values, as far as they were written down.
  void ExpectShape(const std::string& file, std::string_view title) {
    SCOPED_TRACE(std::string(title));
    const Exchange recorded = Find(file, title);
    const httplib::Response answer = Repeat(recorded);
    EXPECT_EQ(answer.status, recorded.status) << answer.body;
    const std::string expected = Skeleton(recorded.body);
    EXPECT_EQ(Skeleton(answer.body).substr(0, expected.size()), expected);
  }
  // ... and word for word.
  void ExpectWords(const std::string& file, std::string_view title) {
    SCOPED_TRACE(std::string(title));
    const Exchange recorded = Find(file, title);
    const httplib::Response answer = Repeat(recorded);
    EXPECT_EQ(answer.status, recorded.status);
    std::string words = recorded.body;
    // Numbers of tags and attributes are each server's own.
    const auto blur = [](std::string* text) {
      std::string out;
      for (const char c : *text) {
        const bool digit = c >= '0' && c <= '9';
        if (!digit) out.push_back(c);
        if (digit && !out.ends_with('#')) out.push_back('#');
      }
      *text = out;
    };
    std::string said = answer.body;
    blur(&words);
    blur(&said);
    EXPECT_FALSE(words.empty());
    EXPECT_EQ(said.substr(0, words.size()), words);
  }

  FakeMisp fake_;
  std::string first_attribute_;
};

TEST_F(FakeMispRealWrites, EventsAdded) {
  const Exchange whole = Find("events_add.txt", "events/add full");
  const httplib::Response seen = Get(fake_, "/events/view/401");
  const std::string expected = Skeleton(whole.body);
  EXPECT_GT(expected.size(), 2000u);
  EXPECT_EQ(Skeleton(seen.body).substr(0, expected.size()), expected);
  ExpectShape("events_add.txt", "events/add minimal");
  for (const char* title :
       {"events/add no info", "events/add bad dist", "events/add bad threat",
        "events/add bad uuid", "events/add empty", "events/add bad json"}) {
    ExpectWords("events_add.txt", title);
  }
  Exchange again = Find("events_add.txt", "events/add duplicate uuid");
  const httplib::Response answer = Ask(fake_, "/events/add", kEvent401);
  EXPECT_EQ(answer.status, again.status);
  EXPECT_EQ(answer.body, again.body);
  EXPECT_EQ(answer.get_header_value("Location"), fake_.url() + "/events/401");
}

TEST_F(FakeMispRealWrites, EventsWithWhatIsDropped) {
  const Exchange some =
      Find("events_add_bad.txt", "events/add with invalid attributes");
  const httplib::Response kept = Ask(fake_, "/events/add", R"({
      "info":"REST bad attrs","distribution":"0","Attribute":[
        {"type":"md5","value":"zz"},
        {"type":"sha1","value":"DA39A3EE5E6B4B0D3255BFEF95601890AFD80709"},
        {"type":"text","value":"emoji 😀 text"},
        {"type":"url","value":"hxxp://ok.example/a"}]})");
  EXPECT_EQ(kept.status, some.status);
  EXPECT_EQ(Skeleton(kept.body), Skeleton(some.body));
  for (const char* value : {"da39a3ee5e6b4b0d3255bfef95601890afd80709",
                            "emoji ? text", "http://ok.example/a"}) {
    EXPECT_NE(kept.body.find(value), std::string::npos) << value;
  }
  const Exchange all = Find("events_add_bad.txt", "events/add all-bad attrs");
  const httplib::Response none = Ask(
      fake_, "/events/add",
      R"({"info":"b","distribution":"0","Attribute":[{"type":"md5","value":"z"}]})");
  EXPECT_EQ(Skeleton(none.body), Skeleton(all.body));
}

TEST_F(FakeMispRealWrites, EventsEditedAndViewed) {
  for (const char* title :
       {"HEAD /events/view uuid exists", "HEAD /events/view missing"}) {
    SCOPED_TRACE(title);
    const Exchange recorded = Find("events_edit.txt", title);
    EXPECT_EQ(Repeat(recorded).status, recorded.status);
  }
  for (const char* title :
       {"GET /events/uuid", "POST /events/{uuid} (edit)",
        "POST /events/edit/uuid no timestamp", "edit attr by uuid same",
        "edit with new tags", "PUT edit"}) {
    ExpectShape("events_edit.txt", title);
  }
  for (const char* title : {"GET missing", "GET missing int",
                            "edit older timestamp", "edit missing"}) {
    ExpectWords("events_edit.txt", title);
  }
  EXPECT_EQ(fake_.Attributes(401)[0].comment, "changed comment");
  EXPECT_EQ(fake_.Event(401).info, "edited PUT");
}

TEST_F(FakeMispRealWrites, AttributesAdded) {
  const std::string file = "attr_add.txt";
  for (const char* title :
       {"attr add single", "attr add by event uuid", "attr add array all good",
        "attr add array some bad", "attr add value list", "attr add w tags",
        "attr add breakOnDuplicate"}) {
    ExpectShape(file, title);
  }
  for (const char* title :
       {"attr add dup value", "attr add invalid", "attr add bad category",
        "attr add unknown type", "attr add array all bad",
        "attr add value newline list", "attr add to missing event",
        "attr add empty array", "attr add dup uuid"}) {
    ExpectWords(file, title);
  }
  ExpectShape("upload.txt", "attr add malware-sample");
  ExpectShape("upload.txt", "attr add attachment");
  ExpectShape("verify.txt", "attr add array of 1");
  fake_.SetRole({.read_only = true});
  ExpectWords(file, "attr add as ro");
}

TEST_F(FakeMispRealWrites, Samples) {
  ExpectWords("upload.txt", "upload_sample nothing");
  constexpr char kBody[] = R"({"request":{"distribution":"5",
      "files":[{"filename":"s.exe","data":"TVpmYWtl"}]}})";
  const Exchange homeless = Find("upload.txt", "upload_sample existing");
  EXPECT_EQ(Ask(fake_, "/events/upload_sample", kBody).body, homeless.body);
  Exchange added = Find("upload.txt", "upload_sample/401");
  ReplaceAll("127.0.0.1", "127.0.0.1:" + std::to_string(fake_.port()),
             &added.body);
  EXPECT_EQ(Ask(fake_, "/events/upload_sample/401", kBody).body, added.body);
}

TEST_F(FakeMispRealWrites, Tags) {
  for (const char* title :
       {"tags/add", "tags/add Tag wrapper", "tags/add duplicate",
        "tags/add no colour", "tags index"}) {
    ExpectShape("tags.txt", title);
  }
  for (const char* title :
       {"tags/add bad colour", "attachTagToObject by uuid+name",
        "attachTagToObject twice", "attachTagToObject new tag",
        "attachTagToObject list", "attachTagToObject GET style",
        "attachTagToObject missing uuid"}) {
    ExpectWords("tags.txt", title);
  }
  fake_.SetRole({.perm_tag_editor = false});
  ExpectWords("tags.txt", "tags/add as user");
  ExpectWords("tags.txt", "attachTagToObject user unknown tag");
  fake_.SetRole({.perm_tagger = false});
  ExpectWords("tags.txt", "attachTagToObject ro");
}

TEST_F(FakeMispRealWrites, Sightings) {
  Repeat(Find("attr_add.txt", "attr add array all good"));
  for (const char* title :
       {"sighting single value", "sighting value str", "sighting values many",
        "sighting by uuid url", "sighting by uuid body", "sighting by id body",
        "sighting type 1 FP", "sighting composite half", "sighting filters",
        "sightings/index event"}) {
    ExpectShape("sightings.txt", title);
  }
  for (const char* title : {"sighting no match", "sighting id list",
                            "sighting uuid missing", "sighting bad type"}) {
    ExpectWords("sightings.txt", title);
  }
  fake_.SetRole({.perm_sighting = false});
  ExpectWords("sightings.txt", "sighting as ro");
}

TEST_F(FakeMispRealWrites, EncodedBodies) {
  for (const std::string encoding : {"deflate", "br", "gzip"}) {
    SCOPED_TRACE(encoding);
    const Exchange recorded =
        Find("gzip.txt", encoding == "gzip" ? "broken gzip request body"
                                            : encoding + " request body");
    httplib::Client client = ClientOf(fake_);
    httplib::Headers headers = GoodHeaders(fake_);
    headers.emplace("Content-Encoding", encoding);
    const httplib::Result answer =
        client.Post("/attributes/restSearch", headers, "not compressed",
                    "application/json");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, recorded.status);
    EXPECT_EQ(answer->body, recorded.body);
  }
}

}  // namespace
}  // namespace mispsift
