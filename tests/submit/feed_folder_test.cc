#include "mispsift/submit/feed_folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

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

  // Another event, with one attribute.
  static EventDraft Other(const std::string& name) {
    EventDraft event;
    event.uuid = UuidV5(kMispsiftNamespace, name);
    event.info = name;
    event.attributes = {{UuidV5(kMispsiftNamespace, name + "/a"), "domain",
                         "Network activity", name + ".example", "", true}};
    return event;
  }

  // Adds `events`; gives how many the feed did not have.
  int Write(const std::vector<EventDraft>& events) {
    absl::StatusOr<FeedFolder> feed = FeedFolder::Create(root_, "Example");
    EXPECT_TRUE(feed.ok()) << feed.status();
    int added = 0;
    for (const EventDraft& event : events) {
      const bool held = feed->Holds(event.uuid);
      const absl::StatusOr<bool> is_added = feed->Add(event);
      EXPECT_TRUE(is_added.ok()) << is_added.status();
      EXPECT_NE(*is_added, held);
      EXPECT_TRUE(feed->Holds(event.uuid));
      if (*is_added) ++added;
    }
    const absl::Status finished = std::move(*feed).Finish();
    EXPECT_TRUE(finished.ok()) << finished;
    return added;
  }
  void Write() { EXPECT_EQ(Write({event_}), 1); }

  // Every file of the folder with what is in it.
  std::map<std::string, std::string> Files() {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::directory_iterator(root_)) {
      files[entry.path().filename()] = Content(entry.path());
    }
    return files;
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

TEST_F(FeedFolderTest, KeepsTheEventsThatItHas) {
  Write();
  const std::map<std::string, std::string> first = Files();
  EventDraft changed = event_;
  changed.info = "Another text";
  EXPECT_EQ(Write({changed, changed}), 0);
  EXPECT_EQ(Files(), first);
}

TEST_F(FeedFolderTest, AddsToWhatIsThere) {
  Write();
  const std::map<std::string, std::string> first = Files();
  const EventDraft other = Other("other");
  EXPECT_EQ(Write({event_, other, other}), 1);
  const std::map<std::string, std::string> both = Files();
  ASSERT_EQ(both.size(), 4u);
  EXPECT_EQ(both.at(event_.uuid.ToString() + ".json"),
            first.at(event_.uuid.ToString() + ".json"));
  EXPECT_EQ(both.at("hashes.csv"), first.at("hashes.csv") +
                                       Md5Hex("other.example") + "," +
                                       other.uuid.ToString() + "\n");
  const json manifest = json::parse(both.at("manifest.json"));
  ASSERT_EQ(manifest.size(), 2u);
  EXPECT_EQ(manifest[event_.uuid.ToString()],
            json::parse(first.at("manifest.json"))[event_.uuid.ToString()]);
  EXPECT_EQ(manifest[other.uuid.ToString()]["info"], "other");
}

TEST_F(FeedFolderTest, KeepsEveryByteOfWhatOthersWrote) {
  const std::string theirs = "00000000-0000-4000-8000-0000000000AA";
  const std::string entry =
      "\"" + theirs +
      "\": { \"info\": \"caf\\u00e9 }\",\n \"x\": [1.50, 1e9] }";
  std::ofstream(root_ / "manifest.json")
      << "\xef\xbb\xbf {\n  " << entry << ",\n  \"more\": null\n}\n\n";
  std::ofstream(root_ / "hashes.csv")
      << "0cc175b9c0f1b6a831c399e269772661," << theirs << "\n# of theirs";
  std::ofstream(root_ / (theirs + ".json")) << "{\"Event\":{}}";

  // To which nothing is added, nothing is done.
  const std::map<std::string, std::string> first = Files();
  EXPECT_EQ(Write({}), 0);
  EXPECT_EQ(Files(), first);

  Write();
  const std::string manifest = Content(root_ / "manifest.json");
  EXPECT_NE(manifest.find(entry), std::string::npos) << manifest;
  EXPECT_NE(manifest.find("\"more\": null"), std::string::npos) << manifest;
  EXPECT_NE(manifest.find(",\"" + event_.uuid.ToString() + "\":{"),
            std::string::npos)
      << manifest;
  EXPECT_EQ(Content(root_ / (theirs + ".json")), "{\"Event\":{}}");
  const std::string hashes = Content(root_ / "hashes.csv");
  EXPECT_EQ(hashes.find(first.at("hashes.csv") + "\n"), 0u) << hashes;

  absl::StatusOr<FeedFolder> feed = FeedFolder::Create(root_, "Example");
  ASSERT_TRUE(feed.ok());
  Uuid uuid;
  ASSERT_TRUE(ParseUuid(theirs, &uuid));
  EXPECT_TRUE(feed->Holds(uuid));
}

TEST_F(FeedFolderTest, AddsToAnEmptyManifest) {
  std::ofstream(root_ / "manifest.json") << " { }\n";
  Write();
  EXPECT_EQ(json::parse(Content(root_ / "manifest.json")).size(), 1u);
}

TEST_F(FeedFolderTest, WithoutEventsItIsAFeedAllTheSame) {
  EXPECT_EQ(Write({}), 0);
  EXPECT_EQ(json::parse(Content(root_ / "manifest.json")), json::object());
  EXPECT_EQ(Content(root_ / "hashes.csv"), "");
}

TEST_F(FeedFolderTest, IsTheOldFeedUntilItIsFinished) {
  Write();
  const std::map<std::string, std::string> first = Files();
  {
    absl::StatusOr<FeedFolder> feed = FeedFolder::Create(root_, "Example");
    ASSERT_TRUE(feed.ok());
    ASSERT_TRUE(feed->Add(Other("other")).ok());
    EXPECT_EQ(Content(root_ / "manifest.json"), first.at("manifest.json"));
    EXPECT_EQ(Content(root_ / "hashes.csv"), first.at("hashes.csv"));
  }
  EXPECT_EQ(Content(root_ / "manifest.json"), first.at("manifest.json"));
  EXPECT_EQ(Content(root_ / "hashes.csv"), first.at("hashes.csv"));
}

// What a run leaves that is killed at each step, written by hand: the next one
// gives what it would have given.
TEST_F(FeedFolderTest, CompletesWhatAKilledRunLeft) {
  const EventDraft other = Other("other");
  const EventDraft third = Other("third");
  for (const bool with_a_feed : {false, true}) {
    fs::remove_all(root_);
    fs::create_directory(root_);
    if (with_a_feed) Write();
    const std::map<std::string, std::string> before = Files();
    EXPECT_EQ(Write({other, third}), 2);
    const std::map<std::string, std::string> whole = Files();

    const auto run_after = [&](std::map<std::string, std::string> left) {
      fs::remove_all(root_);
      fs::create_directory(root_);
      for (const auto& [name, content] : left) {
        std::ofstream(root_ / name, std::ios::binary) << content;
      }
      EXPECT_EQ(Write({other, third}), 2);
      EXPECT_EQ(Files(), whole);
    };
    const std::string other_file = other.uuid.ToString() + ".json";
    std::map<std::string, std::string> left = before;
    run_after(left);
    left["hashes.csv.tmp-17"] = "0cc1";
    left[other_file + ".tmp-17"] = "{\"Eve";
    run_after(left);
    left.erase(other_file + ".tmp-17");
    left[other_file] = "{\"Event\":{\"info\":\"of an older draft\"}}";
    run_after(left);
    left[third.uuid.ToString() + ".json"] =
        whole.at(third.uuid.ToString() + ".json");
    left.erase("hashes.csv.tmp-17");
    left["hashes.csv"] = whole.at("hashes.csv");
    run_after(left);
    left["manifest.json.tmp-17"] = whole.at("manifest.json");
    run_after(left);
  }
}

TEST_F(FeedFolderTest, TheManifestNamesNothingThatIsNotWritten) {
  Write();
  const std::string manifest = Content(root_ / "manifest.json");
  for (const std::string& name :
       {Other("other").uuid.ToString() + ".json", std::string("hashes.csv")}) {
    absl::StatusOr<FeedFolder> feed = FeedFolder::Create(root_, "Example");
    ASSERT_TRUE(feed.ok());
    // A name that cannot be written to stands for a disk that is full.
    fs::remove(root_ / name);
    fs::create_directories(root_ / name / "x");
    const absl::StatusOr<bool> added = feed->Add(Other("other"));
    EXPECT_FALSE(added.ok() && std::move(*feed).Finish().ok()) << name;
    EXPECT_EQ(Content(root_ / "manifest.json"), manifest) << name;
    fs::remove_all(root_ / name);
  }
}

TEST_F(FeedFolderTest, LeavesAManifestThatIsNone) {
  for (const char* text : {"", "[]", "{\"a\":1", "{} {}", "null", "{a:1}"}) {
    std::ofstream(root_ / "manifest.json") << text;
    std::ofstream(root_ / "hashes.csv.tmp-17") << "mine";
    const std::map<std::string, std::string> before = Files();
    const absl::Status refused = FeedFolder::Create(root_, "Example").status();
    EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_NE(refused.message().find((root_ / "manifest.json").string()),
              absl::string_view::npos)
        << refused;
    EXPECT_EQ(Files(), before) << text;
  }
}

TEST_F(FeedFolderTest, IsWrittenByOneRunAtATime) {
  const absl::StatusOr<FeedFolder> feed = FeedFolder::Create(root_, "Example");
  ASSERT_TRUE(feed.ok());
  const std::map<std::string, std::string> before = Files();
  EXPECT_EQ(FeedFolder::Create(root_, "Example").status().code(),
            absl::StatusCode::kAborted);
  EXPECT_EQ(Files(), before);
}

TEST_F(FeedFolderTest, DoesNotTouchAFolderThatIsNoFeed) {
  std::ofstream(root_ / "notes.json") << "{}";
  EXPECT_EQ(FeedFolder::Create(root_, "Example").status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(fs::exists(root_ / "notes.json"));
}

}  // namespace
}  // namespace mispsift
