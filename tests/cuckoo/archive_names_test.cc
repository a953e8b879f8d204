#include "src/cuckoo/archive_names.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace mispsift {
namespace {

using namespace std::string_view_literals;

TEST(ArchiveNamesTest, KindOfName) {
  const struct {
    std::string_view name;
    NameKind kind;
  } rows[] = {
      {"report.json", NameKind::kDocument},
      {"A.JSON", NameKind::kDocument},
      {"a.json.gz", NameKind::kDocument},
      {"a.Json.BZ2", NameKind::kDocument},
      {"a.json.xz", NameKind::kDocument},
      {"a.json.zst", NameKind::kDocument},
      {"a.jsonl", NameKind::kDocument},
      {"a.ndjson.gz", NameKind::kDocument},
      {"a.json.zip", NameKind::kZippedDocument},
      {"a.zip", NameKind::kArchive},
      {"a.json.tar.gz", NameKind::kArchive},
      {"a.TGZ", NameKind::kArchive},
      {"a.tbz2", NameKind::kArchive},
      {"a.txz", NameKind::kArchive},
      {"a.tzst", NameKind::kArchive},
      {"a.7z", NameKind::kArchive},
      {"a.gz", NameKind::kOther},
      {"json", NameKind::kOther},
      {"a.json.gz.gz", NameKind::kOther},
      {"a.json~", NameKind::kOther},
      {"zip", NameKind::kOther},
      {"", NameKind::kOther},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(KindOfName(row.name), row.kind) << row.name;
  }
}

TEST(ArchiveNamesTest, LooksLikeJson) {
  EXPECT_TRUE(LooksLikeJson("{"));
  EXPECT_TRUE(LooksLikeJson("\xef\xbb\xbf\r\n\t {\"a\""));
  EXPECT_FALSE(LooksLikeJson(""));
  EXPECT_FALSE(LooksLikeJson("  "));
  EXPECT_FALSE(LooksLikeJson("[{"));
  EXPECT_FALSE(LooksLikeJson("\xef\xbb{"));
  EXPECT_FALSE(LooksLikeJson("\0{"sv));
}

// Paths in stored order, each with what the rules say of it.
TEST(ArchiveNamesTest, MemberRules) {
  struct Row {
    std::string_view path;
    bool excluded;
  };
  const std::vector<Row> archives[] = {
      // A sample's folder shows by the number before it.
      {{"12/files/report.json", true},
       {"./12//files/x/report.json", true},
       {"12/FILES/report.json", true},
       {"a/12/shots/1.json", true},
       {"task_3/logs/1.json", true},
       {"files/report.json", false},
       {"some/files/report.json", false},
       {"12/report.json", false},
       {"12/files", false}},
      // Or by what stood in the same folder before.
      {{"abc/files/1.json", false},
       {"abc/binary", false},
       {"abc/files/1.json", true},
       {"abcd/files/1.json", false},
       {"x/abc/files/1.json", false},
       {"abc/other/files/1.json", false}},
      {{"abc/reports/report.json.zip", false}, {"abc/CAPE/1.json", true}},
      // A dropped file cannot move the analysis elsewhere.
      {{"cuckoo.log", false},
       {"files/a/task.json", true},
       {"files/1.json", true}},
      {{"a/task.json", true},
       {"a/LITE.json.gz", true},
       {"a/wmi_etw.json", true},
       {"a/ETW/x.json", true},
       {"a/aux/x.json", true},
       {"a/aux/x.txt", false},
       {"__MACOSX/a/._b.json", true},
       {"", false},
       {"/", false},
       {"../..", false}},
  };
  MemberRules rules;
  for (const std::vector<Row>& archive : archives) {
    rules.Reset();
    for (const Row& row : archive) {
      EXPECT_EQ(rules.Excludes(row.path), row.excluded) << row.path;
    }
  }
}

}  // namespace
}  // namespace mispsift
