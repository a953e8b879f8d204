#include "mispsift/sink/result_folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "mispsift/sink/correlation_csv.h"

namespace mispsift {
namespace {

namespace fs = std::filesystem;

std::string Content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(file)), {});
}

class ResultFolderTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "mispsift-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    root_ = name;
    out_ = root_ / "results";
  }
  void TearDown() override { fs::remove_all(root_); }

  void WriteOnce(const std::string& line) {
    absl::StatusOr<ResultFolder> folder =
        ResultFolder::Create(out_, {.fields = true});
    ASSERT_TRUE(folder.ok()) << folder.status().message();
    ASSERT_TRUE(folder
                    ->Append({line,
                              line,
                              line,
                              "",
                              {{"00112233445566778899aabbccddeeff", "[]\n"}}})
                    .ok());
    ASSERT_TRUE(std::move(*folder).Finish("{}\n").ok());
  }

  fs::path root_;
  fs::path out_;
};

TEST_F(ResultFolderTest, HoldsWhatWasAppendedInOrder) {
  absl::StatusOr<ResultFolder> folder =
      ResultFolder::Create(out_, {.fields = true});
  ASSERT_TRUE(folder.ok());
  ASSERT_TRUE(folder->Append({"c1\n", "r1\n", "f1\n", "", {}}).ok());
  ASSERT_TRUE(folder->Append({"", "r2\n", "", "", {{"ab", "[1]\n"}}}).ok());
  ASSERT_TRUE(folder->AppendSuppressed("s1\n").ok());
  ASSERT_TRUE(folder->AppendSuppressed("s2\n").ok());
  ASSERT_TRUE(folder->AppendPage("<p>").ok());
  ASSERT_TRUE(folder->AppendPage("a page").ok());
  EXPECT_FALSE(fs::exists(out_ / "summary.json"));
  ASSERT_TRUE(std::move(*folder).Finish("{}\n").ok());
  EXPECT_EQ(Content(out_ / "index.html"), "<p>a page");
  EXPECT_EQ(Content(out_ / "correlations.jsonl"), "c1\n");
  EXPECT_EQ(Content(out_ / "reports.jsonl"), "r1\nr2\n");
  EXPECT_EQ(Content(out_ / "fields.jsonl"), "f1\n");
  EXPECT_EQ(Content(out_ / "suppressed.jsonl"), "s1\ns2\n");
  EXPECT_EQ(Content(out_ / "enrichment" / "ab.json"), "[1]\n");
  EXPECT_EQ(Content(out_ / "summary.json"), "{}\n");
}

TEST_F(ResultFolderTest, ReplacesAnEarlierScanWhole) {
  WriteOnce("old\n");
  std::ofstream(out_ / "enrichment" / "ff112233445566778899aabbccddee00.json")
      << "[]";
  WriteOnce("new\n");
  EXPECT_EQ(Content(out_ / "correlations.jsonl"), "new\n");
  EXPECT_FALSE(fs::exists(out_ / "enrichment" /
                          "ff112233445566778899aabbccddee00.json"));
}

TEST_F(ResultFolderTest, DoesNotTouchAFolderThatHoldsAnythingElse) {
  WriteOnce("old\n");
  for (const char* foreign : {"notes.txt", "enrichment/notes.txt"}) {
    std::ofstream(out_ / foreign) << "mine";
    EXPECT_EQ(ResultFolder::Create(out_, {.fields = true}).status().code(),
              absl::StatusCode::kInvalidArgument)
        << foreign;
    EXPECT_EQ(Content(out_ / foreign), "mine");
    EXPECT_EQ(Content(out_ / "summary.json"), "{}\n");
    fs::remove(out_ / foreign);
  }
  fs::remove_all(out_);
  std::ofstream(out_) << "a file";
  EXPECT_EQ(ResultFolder::Create(out_, {.fields = true}).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(ResultFolderTest, WithoutFieldsThereIsNoSuchFile) {
  absl::StatusOr<ResultFolder> folder = ResultFolder::Create(out_, {});
  ASSERT_TRUE(folder.ok());
  ASSERT_TRUE(std::move(*folder).Finish("{}\n").ok());
  EXPECT_FALSE(fs::exists(out_ / "fields.jsonl"));
  EXPECT_FALSE(fs::exists(out_ / "shard.jsonl"));
}

TEST_F(ResultFolderTest, ThatOfAShardIsReplacedLikeAnyOther) {
  {
    absl::StatusOr<ResultFolder> folder =
        ResultFolder::Create(out_, {.shard = true});
    ASSERT_TRUE(folder.ok());
    ASSERT_TRUE(folder->Append({"c", "r", "f", "s1\n", {}}).ok());
    ASSERT_TRUE(std::move(*folder).Finish("{}\n").ok());
  }
  EXPECT_EQ(Content(out_ / "shard.jsonl"), "s1\n");
  EXPECT_FALSE(fs::exists(out_ / "fields.jsonl"));
  WriteOnce("whole\n");
  EXPECT_FALSE(fs::exists(out_ / "shard.jsonl"));
}

TEST_F(ResultFolderTest, WritesTheFormatsThatWereAskedFor) {
  {
    absl::StatusOr<ResultFolder> folder =
        ResultFolder::Create(out_, {.formats = {.csv = true, .ecs = true}});
    ASSERT_TRUE(folder.ok());
    ReportText text;
    text.csv = "c1\r\n";
    text.ecs = "e1\n";
    ASSERT_TRUE(folder->Append(text).ok());
    text.csv = "c2\r\n";
    text.ecs = "e2\n";
    ASSERT_TRUE(folder->Append(text).ok());
    ASSERT_TRUE(std::move(*folder).Finish("{}\n").ok());
  }
  EXPECT_EQ(Content(out_ / "correlations.csv"),
            std::string(CorrelationCsvHeader()) + "c1\r\nc2\r\n");
  EXPECT_EQ(Content(out_ / "correlations.ecs.ndjson"), "e1\ne2\n");

  // The folder is still an earlier scan's, and is replaced whole.
  WriteOnce("new\n");
  EXPECT_FALSE(fs::exists(out_ / "correlations.csv"));
  EXPECT_FALSE(fs::exists(out_ / "correlations.ecs.ndjson"));
}

}  // namespace
}  // namespace mispsift
