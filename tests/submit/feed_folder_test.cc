#include "mispsift/submit/feed_folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "mispsift/base/digest.h"

namespace mispsift {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string Content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(file)), {});
}

class FeedFolderTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "mispsift-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    root_ = name;
    event_.uuid = UuidV5(kMispsiftNamespace, "event");
    event_.info = "An analysis";
    event_.date = "2024-01-02";
    event_.timestamp = 1704164645;
    event_.tags = {"sandbox"};
    event_.attributes = {
        {UuidV5(kMispsiftNamespace, "a"), "domain|ip", "Network activity",
         "evil.example|192.0.2.7", "", true},
        {UuidV5(kMispsiftNamespace, "b"), "mutex", "Artifacts dropped", "a|b",
         "", true}};
  }
  void TearDown() override { fs::remove_all(root_); }

  void Write() {
    absl::StatusOr<FeedFolder> feed = FeedFolder::Create(root_, "Example");
    ASSERT_TRUE(feed.ok()) << feed.status().message();
    ASSERT_TRUE(feed->Add(event_).ok());
    EXPECT_FALSE(fs::exists(root_ / "manifest.json"));
    ASSERT_TRUE(std::move(*feed).Finish().ok());
  }

  fs::path root_;
  EventDraft event_;
};

TEST_F(FeedFolderTest, WritesTheThreePartsOfAFeed) {
  Write();
  const std::string uuid = event_.uuid.ToString();
  const json manifest = json::parse(Content(root_ / "manifest.json"));
  ASSERT_EQ(manifest.size(), 1u);
  EXPECT_EQ(manifest[uuid]["info"], "An analysis");
  EXPECT_EQ(manifest[uuid]["date"], "2024-01-02");
  EXPECT_EQ(manifest[uuid]["timestamp"], "1704164645");
  EXPECT_EQ(manifest[uuid]["threat_level_id"], "4");
  EXPECT_EQ(manifest[uuid]["analysis"], "0");
  EXPECT_EQ(manifest[uuid]["Orgc"]["name"], "Example");
  EXPECT_EQ(manifest[uuid]["Tag"][0]["name"], "sandbox");

  const json event = json::parse(Content(root_ / (uuid + ".json")))["Event"];
  EXPECT_EQ(event["uuid"], uuid);
  EXPECT_EQ(event["published"], false);
  EXPECT_EQ(event["Orgc"], manifest[uuid]["Orgc"]);
  ASSERT_EQ(event["Attribute"].size(), 2u);
  EXPECT_EQ(event["Attribute"][0]["value"], "evil.example|192.0.2.7");
  EXPECT_EQ(event["Attribute"][0]["to_ids"], true);

  // Halves of a composite; a mutex with a bar in it is one value.
  EXPECT_EQ(Content(root_ / "hashes.csv"),
            Md5Hex("evil.example") + "," + uuid + "\n" + Md5Hex("192.0.2.7") +
                "," + uuid + "\n" + Md5Hex("a|b") + "," + uuid + "\n");
}

TEST_F(FeedFolderTest, ObjectsAreInTheFeedAndItsHashes) {
  DraftObject object;
  object.name = "file";
  object.uuid = UuidV5(kMispsiftNamespace, "object");
  object.attributes = {{UuidV5(kMispsiftNamespace, "c"), "malware-sample",
                        "Payload delivery", "a.exe|" + std::string(32, 'a'), "",
                        true, "malware-sample", "UEsDBA=="}};
  event_.attributes.clear();
  event_.objects = {object};
  Write();
  const std::string uuid = event_.uuid.ToString();
  const json event = json::parse(Content(root_ / (uuid + ".json")))["Event"];
  EXPECT_EQ(event["Object"][0]["Attribute"][0]["data"], "UEsDBA==");
  EXPECT_EQ(Content(root_ / "hashes.csv"), Md5Hex("a.exe") + "," + uuid + "\n" +
                                               Md5Hex(std::string(32, 'a')) +
                                               "," + uuid + "\n");
}

TEST_F(FeedFolderTest, ASecondRunGivesTheSameBytes) {
  Write();
  const std::string first = Content(root_ / "manifest.json");
  Write();
  EXPECT_EQ(Content(root_ / "manifest.json"), first);
}

TEST_F(FeedFolderTest, DoesNotTouchAFolderThatIsNoFeed) {
  std::ofstream(root_ / "notes.json") << "{}";
  EXPECT_EQ(FeedFolder::Create(root_, "Example").status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(fs::exists(root_ / "notes.json"));
}

}  // namespace
}  // namespace mispsift
