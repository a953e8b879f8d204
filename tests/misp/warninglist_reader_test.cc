#include "mispsift/misp/warninglist_reader.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/support/real_data.h"

namespace mispsift::misp {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string ListJson(const std::string& name, const std::string& entries) {
  return fmt::format(R"({{"name":"{}","type":"string","list":[{}]}})", name,
                     entries);
}

TEST(ParseWarninglist, FileFormat) {
  const absl::StatusOr<Warninglist> list = ParseWarninglist(R"({
    "description": "of documentation", "list": ["192.0.2.0/24", "2001:db8::/32"],
    "matching_attributes": ["ip-src", "domain|ip"], "name": "Documentation",
    "type": "cidr", "version": 20240102, "icon": {"unknown": [1, {"a": 2}]}})");
  ASSERT_TRUE(list.ok()) << list.status();
  EXPECT_EQ(list->name, "Documentation");
  EXPECT_EQ(list->version, "20240102");
  EXPECT_EQ(list->description, "of documentation");
  EXPECT_EQ(list->type, WarninglistType::kCidr);
  EXPECT_EQ(list->category, "false_positive");
  EXPECT_TRUE(list->enabled);
  EXPECT_THAT(list->matching_attributes, ElementsAre("ip-src", "domain|ip"));
  EXPECT_THAT(list->entries, ElementsAre("192.0.2.0/24", "2001:db8::/32"));
}

TEST(ParseWarninglist, EveryType) {
  for (const char* name :
       {"string", "substring", "hostname", "cidr", "regex"}) {
    const absl::StatusOr<Warninglist> list = ParseWarninglist(
        fmt::format(R"({{"type":"{}","name":"n","list":[]}})", name));
    ASSERT_TRUE(list.ok()) << list.status();
    EXPECT_EQ(WarninglistTypeName(list->type), name);
  }
}

TEST(ParseWarninglist, Entries) {
  struct Case {
    const char* list;
    std::vector<std::string> entries;
  };
  const Case cases[] = {
      {R"([])", {}},
      {R"({})", {}},
      {R"(["a","b"])", {"a", "b"}},
      {R"({"a":"why","b":null,"c":"","d":{"x":["y"]},"e":[["f"]]})",
       {"a", "b", "c", "d", "e"}},
      // As written.
      {R"([".Example.COM"," a ","a","A","/x\\d+/i"])",
       {".Example.COM", " a ", "a", "A", "/x\\d+/i"}},
      // Numbers are their text, as they stand.
      {R"([1,-2,1.50,123456789012345678901234567890])",
       {"1", "-2", "1.50", "123456789012345678901234567890"}},
      // What PHP calls empty.
      {R"(["a","","0",0,null,"00","b"])", {"a", "00", "b"}},
      {R"({"":"x","0":"y","a":"z"})", {"a"}},
      // The first of equal ones.
      {R"(["b","a","b",1,"1","a","c"])", {"b", "a", "1", "c"}},
      {R"({"b":1,"a":1,"b":2})", {"b", "a"}},
      {R"(["\u00e9","é"])", {"é"}},
      // Text that is none.
      {"[\"\xff\",\"\\ud800\"]", {"\xef\xbf\xbd"}},
  };
  for (const Case& test : cases) {
    const absl::StatusOr<Warninglist> list = ParseWarninglist(
        fmt::format(R"({{"name":"n","type":"string","list":{}}})", test.list));
    ASSERT_TRUE(list.ok()) << test.list << list.status();
    EXPECT_EQ(list->entries, test.entries) << test.list;
  }
}

TEST(ParseWarninglist, Members) {
  struct Case {
    const char* members;
    std::string version;
    std::string category;
    bool enabled;
    std::vector<std::string> attributes;
  };
  const char kNone[] = "";
  const std::string kDefault = "false_positive";
  const Case cases[] = {
      {kNone, "1", kDefault, true, {}},
      {R"("version":"20240102")", "20240102", kDefault, true, {}},
      {R"("version":null,"category":null,"enabled":null)",
       "1",
       kDefault,
       true,
       {}},
      {R"("category":"known")", "1", "known", true, {}},
      {R"("category":"false_positive")", "1", kDefault, true, {}},
      {R"("enabled":false)", "1", kDefault, false, {}},
      {R"("enabled":0)", "1", kDefault, false, {}},
      {R"("enabled":"0")", "1", kDefault, false, {}},
      {R"("enabled":true)", "1", kDefault, true, {}},
      {R"("enabled":1)", "1", kDefault, true, {}},
      {R"("enabled":"1")", "1", kDefault, true, {}},
      {R"("matching_attributes":[])", "1", kDefault, true, {}},
      {R"("matching_attributes":null)", "1", kDefault, true, {}},
      {R"("matching_attributes":["ALL"])", "1", kDefault, true, {}},
      {R"("matching_attributes":["md5","ALL"])", "1", kDefault, true, {}},
      {R"("matching_attributes":"ALL")", "1", kDefault, true, {}},
      {R"("matching_attributes":["md5","sha1","md5"])",
       "1",
       kDefault,
       true,
       {"md5", "sha1"}},
      {R"("matching_attributes":{"0":"md5","2":"sha1"})",
       "1",
       kDefault,
       true,
       {"md5", "sha1"}},
      {R"("default":true,"id":"7","value":"x","Warninglists":3)",
       "1",
       kDefault,
       true,
       {}},
      // The last of equal keys.
      {R"("version":1,"version":2,"list":["gone"],"list":["a"])",
       "2",
       kDefault,
       true,
       {}},
  };
  for (const Case& test : cases) {
    const absl::StatusOr<Warninglist> list = ParseWarninglist(
        fmt::format(R"({{"name":"n","type":"string","list":["a"]{}{}}})",
                    test.members == kNone ? "" : ",", test.members));
    ASSERT_TRUE(list.ok()) << test.members << list.status();
    EXPECT_EQ(list->version, test.version) << test.members;
    EXPECT_EQ(list->category, test.category) << test.members;
    EXPECT_EQ(list->enabled, test.enabled) << test.members;
    EXPECT_EQ(list->matching_attributes, test.attributes) << test.members;
    EXPECT_THAT(list->entries, ElementsAre("a")) << test.members;
  }
}

TEST(ParseWarninglist, Errors) {
  struct Case {
    std::string json;
    const char* message;
  };
  const auto with = [](const char* member) {
    return fmt::format(R"({{"name":"n","type":"string","list":["a"],{}}})",
                       member);
  };
  const Case cases[] = {
      {"", "white space"},
      {" \n", "white space"},
      {"<html>", "Invalid value"},
      {R"({"name":"n",)", "ends within"},
      {R"({"name":"n","type":"string","list":["a"]}})", "(line 1, byte 41)"},
      {"[]", "no object"},
      {"7", "no object"},
      {R"([{"name":"n","type":"string","list":[]}])", "no object"},
      {"{}", "without a name"},
      {R"({"name":"","type":"string","list":[]})", "without a name"},
      {R"({"name":null,"type":"string","list":[]})", "without a name"},
      {R"({"name":"n","list":[]})", R"("n" has no type)"},
      {R"({"name":"n","type":"ipcidr","list":[]})", R"(type "ipcidr")"},
      {R"({"name":"n","type":"String","list":[]})", R"(type "String")"},
      {R"({"name":"n","type":["string"],"list":[]})", "no text"},
      {R"({"name":"n","type":"string"})", R"("n" has no list)"},
      {R"({"name":"n","type":"string","list":null})", "has no list"},
      {R"({"name":"n","type":"string","list":"a"})", "its list is no array"},
      {R"({"name":"n","type":"string","list":["a",["b"]]})",
       "an entry that is no text"},
      {R"({"name":"n","type":"string","list":[{"value":"b"}]})",
       "an entry that is no text"},
      {R"({"name":"n","type":"string","list":[true]})",
       "an entry that is no text"},
      {with(R"("version":"beta")"), R"(a version "beta")"},
      {with(R"("version":1.5)"), R"(a version "1.5")"},
      {with(R"("category":"block")"), R"(category "block")"},
      {with(R"("enabled":"maybe")"), R"("maybe")"},
      {with(R"("description":{})"), "no text"},
      {with(R"("name":true)"), "true or false"},
      {with(R"("matching_attributes":[1,["x"]])"), "attribute type"},
      {with(R"("matching_attributes":[null])"), "attribute type"},
      {R"({"Warninglist":{"name":"n","type":"string"}})", "has no list"},
      {R"({"Warninglist":{"Warninglist":{"name":"n"}}})", "without a name"},
      {R"({"Warninglist":{"name":"n","type":"string",
           "WarninglistEntry":["a"]}})",
       "a row that is no object"},
      {R"({"Warninglist":{"name":"n","type":"string",
           "WarninglistEntry":[{"comment":"a"}]}})",
       "(line 2, byte 89)"},
  };
  for (const Case& test : cases) {
    const absl::StatusOr<Warninglist> list = ParseWarninglist(test.json);
    EXPECT_TRUE(absl::IsInvalidArgument(list.status())) << test.json;
    EXPECT_THAT(std::string(list.status().message()), HasSubstr(test.message))
        << test.json;
  }
}

TEST(ParseWarninglist, HostileNesting) {
  for (const char* head :
       {"", R"({"x":)", R"({"name":"n","type":"string","list":{"a":)"}) {
    for (const char* open : {"[", R"({"Warninglist":)"}) {
      std::string json = head;
      for (int depth = 0; depth < 1'000'000; ++depth) json += open;
      EXPECT_TRUE(absl::IsInvalidArgument(ParseWarninglist(json).status()));
      EXPECT_TRUE(absl::IsDataLoss(ParseWarninglistIndex(json).status()));
    }
  }
}

TEST(ParseWarninglist, MillionEntries) {
  std::string entries = "\"x0\"";
  for (int i = 1; i < 1'000'000; ++i) entries += fmt::format(",\"x{}\"", i);
  const absl::StatusOr<Warninglist> list =
      ParseWarninglist(ListJson("many", entries));
  ASSERT_TRUE(list.ok()) << list.status();
  ASSERT_EQ(list->entries.size(), 1'000'000u);
  EXPECT_EQ(list->entries.back(), "x999999");
}

TEST(ParseWarninglist, HostileNameDoesNotFillTheMessage) {
  const absl::StatusOr<Warninglist> list = ParseWarninglist(
      fmt::format(R"({{"name":"{}"}})", std::string(100'000, 'n')));
  EXPECT_LT(list.status().message().size(), 200u);
}

TEST(ParseWarninglistIndex, AsAServerAnswers) {
  const absl::StatusOr<std::vector<ServerWarninglist>> lists =
      ParseWarninglistIndex(R"({
    "Warninglists": [
        {
            "Warninglist": {
                "id": "136",
                "name": "Example ranges",
                "type": "cidr",
                "description": "Ranges of https://example.com/ranges",
                "version": "20260811",
                "enabled": true,
                "default": true,
                "category": "known",
                "warninglist_entry_count": "78",
                "valid_attributes": "ip-src, ip-dst, domain|ip"
}
},
        {
            "Warninglist": {
                "id": 135,
                "name": "Example names",
                "type": "hostname",
                "description": "",
                "version": 3,
                "enabled": "0",
                "default": "1",
                "category": "false_positive",
                "warninglist_entry_count": 0,
                "valid_attributes": "ALL"
            }
        }
    ]
})");
  ASSERT_TRUE(lists.ok()) << lists.status();
  ASSERT_THAT(*lists, SizeIs(2));
  const ServerWarninglist& ranges = lists->front();
  EXPECT_EQ(ranges.id, "136");
  EXPECT_EQ(ranges.entry_count, 78u);
  EXPECT_EQ(ranges.list.name, "Example ranges");
  EXPECT_EQ(ranges.list.type, WarninglistType::kCidr);
  EXPECT_EQ(ranges.list.description, "Ranges of https://example.com/ranges");
  EXPECT_EQ(ranges.list.version, "20260811");
  EXPECT_EQ(ranges.list.category, "known");
  EXPECT_TRUE(ranges.list.enabled);
  EXPECT_THAT(ranges.list.matching_attributes,
              ElementsAre("ip-src", "ip-dst", "domain|ip"));
  const ServerWarninglist& names = lists->back();
  EXPECT_EQ(names.id, "135");
  EXPECT_EQ(names.entry_count, 0u);
  EXPECT_EQ(names.list.version, "3");
  EXPECT_FALSE(names.list.enabled);
  EXPECT_THAT(names.list.matching_attributes, IsEmpty());
}

TEST(ParseWarninglistIndex, Shapes) {
  const std::string fields = R"("id":"1","name":"n","type":"string")";
  struct Case {
    std::string json;
    size_t count;
  };
  const Case cases[] = {
      {"[]", 0},
      {R"({"Warninglists":[]})", 0},
      {fmt::format(R"({{"page":[[1]],"Warninglists":[{{"Warninglist":{{{}}}}}],
                        "x":{{}}}})",
                   fields),
       1},
      {fmt::format(R"([{{"Warninglist":{{{}}}}},{{{}}}])", fields, fields), 2},
      // Entries and types are not asked for, but may come.
      {fmt::format(R"([{{"Warninglist":{{{},"list":[["a"]],
                        "WarninglistEntry":[7]}},
                        "WarninglistType":[{{"type":"md5"}}]}}])",
                   fields),
       1},
  };
  for (const Case& test : cases) {
    const absl::StatusOr<std::vector<ServerWarninglist>> lists =
        ParseWarninglistIndex(test.json);
    ASSERT_TRUE(lists.ok()) << test.json << lists.status();
    EXPECT_THAT(*lists, SizeIs(test.count)) << test.json;
    for (const ServerWarninglist& list : *lists) {
      EXPECT_EQ(list.id, "1");
      EXPECT_EQ(list.list.name, "n");
      EXPECT_THAT(list.list.entries, IsEmpty());
    }
  }
  EXPECT_THAT(
      ParseWarninglistIndex(cases[4].json)->front().list.matching_attributes,
      ElementsAre("md5"));
}

TEST(ParseWarninglistIndex, Errors) {
  for (const char* json : {
           "",
           "<html><body>502</body></html>",
           "{}",
           "7",
           "\"x\"",
           R"({"name":"Not Found","message":"Not Found","url":"/x"})",
           R"({"Warninglists":{}})",
           R"({"Warninglists":null})",
           R"({"Warninglists":[7]})",
           R"({"Warninglists":[[]]})",
           R"({"Warninglists":[{"Warninglist":[]}]})",
           R"({"Warninglists":[{"Warninglist":{"id":"1","name":"n"}}]})",
           R"([{"name":"n","type":"string"}])",
           R"([{"id":"","name":"n","type":"string"}])",
           R"([{"id":"../users","name":"n","type":"string"}])",
           R"([{"id":"1","name":"n","type":"strings"}])",
           R"([{"id":"1","name":"n","type":"string",
                "warninglist_entry_count":"many"}])",
           R"([{"id":"1","name":"n","type":"string",
                "warninglist_entry_count":"99999999999999999999"}])",
           R"([{"id":"1","name":"n","type":"string"}])"
           "x",
           R"([{"id":"1","name":"n","type":"string"})",
       }) {
    EXPECT_TRUE(absl::IsDataLoss(ParseWarninglistIndex(json).status())) << json;
  }
}

TEST(ParseWarninglistView, AsAServerAnswers) {
  // MISP 2.5 has the two within; others beside.
  for (const char* format : {
           R"({{"Warninglist":{{{0},{1}}}}})",
           R"({{"Warninglist":{{{0}}},{1}}})",
           R"({{{1},"Warninglist":{{{0}}}}})",
       }) {
    const std::string json =
        fmt::format(fmt::runtime(format),
                    R"("id":"3","name":"n","type":"cidr","description":"d",
                       "version":"26081010","enabled":true,"default":true,
                       "category":"false_positive")",
                    R"("WarninglistEntry":[
                       {"id":"1269","value":"192.0.2.1/32",
                        "warninglist_id":"3","comment":null},
                       {"id":"1270","value":"192.0.2.128/25",
                        "warninglist_id":"3","comment":"half"},
                       {"id":"1271","value":"192.0.2.1/32"},
                       {"id":"1272","value":""}],
                       "WarninglistType":[
                       {"id":"9","type":"ip-dst","warninglist_id":"3"},
                       {"id":"10","type":"ip-src","warninglist_id":"3"}])");
    const absl::StatusOr<ServerWarninglist> view = ParseWarninglistView(json);
    ASSERT_TRUE(view.ok()) << json << view.status();
    EXPECT_EQ(view->id, "3");
    EXPECT_EQ(view->entry_count, 4u) << "as the index counts";
    EXPECT_EQ(view->list.name, "n");
    EXPECT_EQ(view->list.type, WarninglistType::kCidr);
    EXPECT_EQ(view->list.version, "26081010");
    EXPECT_THAT(view->list.entries,
                ElementsAre("192.0.2.1/32", "192.0.2.128/25"));
    EXPECT_THAT(view->list.matching_attributes,
                ElementsAre("ip-dst", "ip-src"));
  }
}

TEST(ParseWarninglistView, ExportIsTheFileFormat) {
  const absl::StatusOr<ServerWarninglist> view = ParseWarninglistView(
      R"({"name":"n","type":"hostname","version":"2","description":"d",
          "matching_attributes":["domain"],"list":["example.com"]})");
  ASSERT_TRUE(view.ok()) << view.status();
  EXPECT_EQ(view->id, "");
  EXPECT_EQ(view->entry_count, 1u);
  EXPECT_THAT(view->list.entries, ElementsAre("example.com"));
  EXPECT_THAT(view->list.matching_attributes, ElementsAre("domain"));
}

TEST(ParseWarninglistView, LastOfEqualKeysIsCounted) {
  const absl::StatusOr<ServerWarninglist> view = ParseWarninglistView(
      R"({"name":"n","type":"string","list":["a","b"],"list":["c"]})");
  ASSERT_TRUE(view.ok()) << view.status();
  EXPECT_EQ(view->entry_count, 1u);
}

TEST(ParseWarninglistView, Errors) {
  for (const char* json : {
           "",
           "<html>",
           "[]",
           R"({"name":"Not Found","message":"Not Found","url":"/x"})",
           R"({"Warninglist":{"id":"3","name":"n","type":"cidr"}})",
           R"({"Warninglist":{"id":"3","name":"n","type":"cidr",
               "WarninglistEntry":null}})",
           R"({"Warninglist":{"id":"3","name":"n","type":"cidr",
               "WarninglistEntry":[{"value":null}]}})",
           R"({"Warninglist":{"id":"3","name":"n","type":"cidr",
               "WarninglistEntry":[{"value":"a"},{"comment":"b"}]}})",
           R"({"Warninglist":{"id":"x/../y","name":"n","type":"cidr",
               "WarninglistEntry":[]}})",
           R"({"Warninglist":{"id":"3","name":"n","type":"cidr",
               "WarninglistEntry":[]})",
       }) {
    EXPECT_TRUE(absl::IsDataLoss(ParseWarninglistView(json).status())) << json;
  }
}

class ReadWarninglistsTest : public ::testing::Test {
 protected:
  ReadWarninglistsTest()
      : folder_(std::filesystem::temp_directory_path() /
                fmt::format("mispsift-lists-{}", getpid())) {
    std::filesystem::create_directories(folder_);
  }
  ~ReadWarninglistsTest() override { std::filesystem::remove_all(folder_); }

  std::string Write(const std::string& name, const std::string& text) {
    const std::filesystem::path path = folder_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
    return path;
  }

  absl::Status Read(const std::string& path) {
    const absl::StatusOr<ReadWarninglistsOutcome> outcome =
        ReadWarninglists(path);
    names_.clear();
    rejects_.clear();
    if (!outcome.ok()) return outcome.status();
    for (const Warninglist& list : outcome->lists) names_.push_back(list.name);
    for (const Rejected& rejected : outcome->rejected) {
      rejects_.push_back(fmt::format("{} {}",
                                     std::filesystem::path(rejected.source)
                                         .lexically_relative(folder_)
                                         .string(),
                                     RejectName(rejected.reject)));
    }
    EXPECT_EQ(outcome->rejects.Total(), rejects_.size());
    return absl::OkStatus();
  }

  std::filesystem::path folder_;
  std::vector<std::string> names_;
  std::vector<std::string> rejects_;
};

TEST_F(ReadWarninglistsTest, CheckoutAndItsListsFolder) {
  Write("lists/b/list.json", ListJson("b", "\"1\""));
  Write("lists/B/list.json", ListJson("B", "\"1\""));
  Write("lists/a/list.json", ListJson("a", "\"1\""));
  Write("lists/a/other.json", "{}");
  Write("lists/README.md", "x");
  Write("schema.json", R"({"type":"object"})");
  Write("package.json", R"({"name":"x"})");
  Write("tools/config.json", "[");
  for (const char* below : {"", "/", "/lists", "/lists/"}) {
    ASSERT_TRUE(Read(folder_.string() + below).ok()) << below;
    EXPECT_THAT(names_, ElementsAre("B", "a", "b")) << below;
    EXPECT_THAT(rejects_, IsEmpty()) << below;
  }
}

TEST_F(ReadWarninglistsTest, FolderOfFiles) {
  Write("b.json", ListJson("b", "\"1\""));
  Write("a.json", ListJson("a", "\"1\""));
  Write("c.txt", ListJson("c", "\"1\""));
  for (const char* slash : {"", "/"}) {
    ASSERT_TRUE(Read(folder_.string() + slash).ok());
    EXPECT_THAT(names_, ElementsAre("a", "b"));
  }
}

TEST_F(ReadWarninglistsTest, OneFile) {
  const std::string path = Write("schema.json", ListJson("n", "\"1\""));
  ASSERT_TRUE(Read(path).ok());
  EXPECT_THAT(names_, ElementsAre("n"));
  Write("one/list.json", ListJson("one", "\"1\""));
  ASSERT_TRUE(Read((folder_ / "one").string()).ok());
  EXPECT_THAT(names_, ElementsAre("one"));
}

TEST_F(ReadWarninglistsTest, BrokenListsAreTheirOwnLoss) {
  Write("deep.json", std::string(600, '['));
  Write("deeper.json", R"({"x":)" + std::string(600, '['));
  Write("empty.json", "");
  Write("json.json", R"({"name" "n"})");
  Write("misp.json", R"({"name":"n"})");
  Write("ok.json", ListJson("ok", "\"1\""));
  Write("short.json", R"({"name":"n")");
  ASSERT_TRUE(Read(folder_.string()).ok());
  EXPECT_THAT(names_, ElementsAre("ok"));
  EXPECT_THAT(rejects_,
              ElementsAre("deep.json not_misp", "deeper.json too_deep",
                          "empty.json empty", "json.json not_json",
                          "misp.json not_misp", "short.json truncated"));
}

TEST_F(ReadWarninglistsTest, LinksAreNotFollowed) {
  Write("in/a/list.json", ListJson("a", "\"1\""));
  const std::string outside = Write("out/list.json", ListJson("out", "\"1\""));
  std::filesystem::create_symlink(outside, folder_ / "in/b.json");
  std::filesystem::create_directory_symlink(folder_ / "out", folder_ / "in/c");
  std::filesystem::create_directory_symlink(folder_ / "in", folder_ / "in/d");
  ASSERT_TRUE(Read((folder_ / "in").string()).ok());
  EXPECT_THAT(names_, ElementsAre("a"));
}

TEST_F(ReadWarninglistsTest, NoListIsAnError) {
  EXPECT_TRUE(absl::IsNotFound(Read((folder_ / "none").string())));
  EXPECT_TRUE(absl::IsNotFound(Read(folder_.string())));
  const std::string path = Write("a.json", R"({"name":"n"})");
  for (const std::string& source : {path, folder_.string()}) {
    const absl::Status status = Read(source);
    EXPECT_TRUE(absl::IsNotFound(status));
    EXPECT_THAT(std::string(status.message()),
                HasSubstr(path + ": \"n\" has no type"));
  }
}

TEST(WarninglistsReal, EveryListLoadsWhole) {
  const absl::StatusOr<ReadWarninglistsOutcome> outcome =
      ReadWarninglists(RealData("warninglists"));
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->rejects.Total(), 0u);
  EXPECT_THAT(outcome->lists, SizeIs(136));
  std::array<uint64_t, 5> lists{};
  std::array<uint64_t, 5> entries{};
  uint64_t dotted = 0;
  for (const Warninglist& list : outcome->lists) {
    const size_t type = static_cast<size_t>(list.type);
    ++lists[type];
    entries[type] += list.entries.size();
    EXPECT_THAT(list.matching_attributes, Not(IsEmpty())) << list.name;
    EXPECT_EQ(list.category, "false_positive");
    for (const std::string& entry : list.entries) dotted += entry[0] == '.';
  }
  EXPECT_THAT(lists, ElementsAre(32, 3, 19, 80, 2));
  EXPECT_THAT(entries, ElementsAre(291'417, 8'368, 86'279, 142'874, 34));
  EXPECT_EQ(291'417 + 8'368 + 86'279 + 142'874 + 34, 528'972);
  EXPECT_GT(dotted, 35'467u) << "of dynamic DNS alone: as written";
}

}  // namespace
}  // namespace mispsift::misp
