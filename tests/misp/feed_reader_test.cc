#include "mispsift/misp/feed_reader.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

namespace mispsift::misp {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kFirst[] = "11111111-1111-4111-8111-111111111111";
constexpr char kSecond[] = "22222222-2222-4222-8222-222222222222";
constexpr char kThird[] = "33333333-3333-4333-8333-333333333333";

std::string EventJson(const std::string& uuid, const std::string& value) {
  return fmt::format(R"({{"Event":{{"uuid":"{}","info":"e","Attribute":[)"
                     R"({{"type":"text","value":"{}"}}]}}}})",
                     uuid, value);
}

class FeedReader : public ::testing::Test {
 protected:
  FeedReader()
      : folder_(std::filesystem::temp_directory_path() /
                ("mispsift-feed-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(folder_);
  }
  ~FeedReader() override { std::filesystem::remove_all(folder_); }

  std::string Write(const std::string& name, const std::string& text) {
    const std::filesystem::path path = folder_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
    return path;
  }

  // What the source `read` by its function holds, in the order of adding: the
  // last one of a uuid wins, so that the order shows.
  using ReadSource = absl::StatusOr<ReadAttributesOutcome> (*)(
      const std::string&, Snapshot::Builder*);
  absl::Status Read(ReadSource read, const std::string& path) {
    Snapshot::Builder builder;
    builder.AddSource("test", path);
    absl::StatusOr<ReadAttributesOutcome> outcome = read(path, &builder);
    const Snapshot snapshot = std::move(builder).Build("", "");
    values_.clear();
    for (uint32_t row = 0; row < snapshot.attribute_count(); ++row) {
      values_.emplace_back(snapshot.attribute(row).value);
    }
    std::sort(values_.begin(), values_.end());
    rejects_.clear();
    if (!outcome.ok()) return outcome.status();
    outcome_ = *std::move(outcome);
    for (const Rejected& rejected : outcome_.rejected) {
      rejects_.push_back(fmt::format("{} {}",
                                     std::filesystem::path(rejected.source)
                                         .lexically_relative(folder_)
                                         .string(),
                                     RejectName(rejected.reject)));
    }
    return absl::OkStatus();
  }

  std::filesystem::path folder_;
  ReadAttributesOutcome outcome_;
  std::vector<std::string> values_;
  std::vector<std::string> rejects_;
};

TEST_F(FeedReader, AttributesFile) {
  const std::string path = Write("a", R"({"type":"text","value":"a"})");
  ASSERT_TRUE(Read(ReadAttributesFile, path).ok());
  EXPECT_THAT(values_, ElementsAre("a"));
  EXPECT_EQ(outcome_.attributes, 1u);

  EXPECT_TRUE(absl::IsNotFound(Read(ReadAttributesFile, path + "x")));
  EXPECT_FALSE(Read(ReadAttributesFile, folder_.string()).ok());
}

TEST_F(FeedReader, EventsFolderIsWalkedWhole) {
  Write("b.json", EventJson(kFirst, "b"));
  Write("a/z.json", EventJson(kSecond, "a/z"));
  Write("a/deep/er/x.json", EventJson(kThird, "deep"));
  Write("c.json", "{broken");
  Write("d.txt", EventJson(kFirst, "no: not .json"));
  Write("e.json", R"({"some":"thing else"})");
  Write("hashes.csv", "x");
  ASSERT_TRUE(Read(ReadEvents, folder_.string()).ok());
  EXPECT_THAT(values_, ElementsAre("a/z", "b", "deep"));
  EXPECT_THAT(rejects_, ElementsAre("c.json:1 not_json", "e.json:1 not_misp"));
  EXPECT_EQ(outcome_.documents, 3u);
}

TEST_F(FeedReader, EventsComeInByteOrder) {
  const auto attribute = [](const std::string& value) {
    return fmt::format(R"({{"uuid":"{}","type":"text","value":"{}"}})", kFirst,
                       value);
  };
  Write("B.json", attribute("B"));
  Write("a.json", attribute("a"));
  Write("a/z.json", attribute("a/z"));
  ASSERT_TRUE(Read(ReadEvents, folder_.string()).ok());
  EXPECT_THAT(values_, ElementsAre("a")) << "\"a.json\" stands behind \"a\"";
}

TEST_F(FeedReader, EventsFileMayHaveAnyName) {
  const std::string path = Write("event.txt", EventJson(kFirst, "a"));
  ASSERT_TRUE(Read(ReadEvents, path).ok());
  EXPECT_THAT(values_, ElementsAre("a"));
  EXPECT_TRUE(absl::IsNotFound(Read(ReadEvents, path + "x")));
}

TEST_F(FeedReader, ManifestAmongEventsIsNoEvent) {
  Write("feed/manifest.json",
        fmt::format(R"({{"{}":{{"info":"x"}}}})", kFirst));
  Write(fmt::format("feed/{}.json", kFirst), EventJson(kFirst, "a"));
  Write("other/manifest.json", EventJson(kSecond, "an event, by chance"));
  ASSERT_TRUE(Read(ReadEvents, folder_.string()).ok());
  EXPECT_THAT(values_, ElementsAre("a", "an event, by chance"));
  EXPECT_THAT(rejects_, IsEmpty());
}

TEST_F(FeedReader, LinksAreNotFollowed) {
  Write("in/a.json", EventJson(kFirst, "a"));
  const std::string outside = Write("out/b.json", EventJson(kSecond, "b"));
  std::filesystem::create_symlink(outside, folder_ / "in/b.json");
  std::filesystem::create_directory_symlink(folder_ / "out", folder_ / "in/c");
  std::filesystem::create_directory_symlink(folder_ / "in", folder_ / "in/d");
  ASSERT_TRUE(Read(ReadEvents, (folder_ / "in").string()).ok());
  EXPECT_THAT(values_, ElementsAre("a"));
}

TEST_F(FeedReader, FeedIsWhatItsManifestNames) {
  Write("manifest.json",
        fmt::format(R"({{"{}":{{"info":"x","Tag":[{{"name":"t"}}]}},"{}":{{}},)"
                    R"("{}":{{}}}})",
                    kSecond, kFirst, kThird));
  Write(fmt::format("{}.json", kFirst), EventJson(kFirst, "a"));
  Write(fmt::format("{}.json", kSecond), "{");
  Write("unnamed.json", EventJson(kFirst, "not named"));
  ASSERT_TRUE(Read(ReadFeed, folder_.string()).ok());
  EXPECT_THAT(values_, ElementsAre("a"));
  EXPECT_THAT(rejects_, ElementsAre(fmt::format("{}.json:1 truncated", kSecond),
                                    fmt::format("{}.json unreadable", kThird)));
  EXPECT_EQ(outcome_.rejects.Total(), 2u);
}

TEST_F(FeedReader, HostileManifestCannotLeadOutside) {
  Write("secret.json", EventJson(kFirst, "secret"));
  Write("feed/manifest.json",
        R"({"../secret":{},"/etc/passwd":{},"":{},"a\u0000b":{}})");
  ASSERT_TRUE(Read(ReadFeed, (folder_ / "feed").string()).ok());
  EXPECT_THAT(values_, IsEmpty());
  EXPECT_EQ(outcome_.rejects[Reject::kNotMisp], 4u);
  EXPECT_THAT(outcome_.rejected[1].detail, HasSubstr("../secret"));
}

TEST_F(FeedReader, WhatIsNoFeed) {
  EXPECT_TRUE(absl::IsNotFound(Read(ReadFeed, folder_.string())));
  for (const char* text :
       {"", "[]", "{", "1", R"({"a":1})", R"({"a":[]})", "{}{}"}) {
    Write("manifest.json", text);
    EXPECT_TRUE(absl::IsInvalidArgument(Read(ReadFeed, folder_.string())))
        << text;
  }
  Write("manifest.json", "\xef\xbb\xbf{}");
  EXPECT_TRUE(Read(ReadFeed, folder_.string()).ok()) << "empty, but a feed";
}

}  // namespace
}  // namespace mispsift::misp
