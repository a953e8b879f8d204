#include "mispsift/misp/snapshot_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "mispsift/base/digest.h"
#include "mispsift/base/file.h"
#include "mispsift/model/snapshot.h"
#include "tests/support/run_on_threads.h"

namespace mispsift::misp {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SnapshotFile : public ::testing::Test {
 protected:
  SnapshotFile()
      : folder_(std::filesystem::temp_directory_path() /
                ("mispsift-snapshot-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(folder_);
  }
  ~SnapshotFile() override { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name) { return folder_ / name; }

  std::filesystem::path folder_;
};

Snapshot SmallSnapshot() {
  Snapshot::Builder builder;
  builder.AddSource("attributes", "a.json");
  builder.AddSource("feed", "a \"folder\" \xff");
  builder.BeginInput();
  EventContext event;
  event.id = 3;
  event.info = "An event";
  event.date = "2026-01-02";
  event.org = "Org";
  event.tags = {"tlp:green"};
  const uint32_t handle = builder.AddEvent(event);
  for (const char* value : {"evil.example", "192.0.2.7"}) {
    Attribute attribute;
    attribute.type = value[0] == 'e' ? "domain" : "ip-dst";
    attribute.category = "Network activity";
    attribute.value = value;
    attribute.comment = "seen";
    attribute.to_ids = true;
    attribute.tags = {"a", "b"};
    builder.Add(attribute, handle);
  }
  builder.CommitInput();
  return std::move(builder).Build("2026-01-02T03:04:05Z", "0.1.0");
}

std::string ReadAll(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void WriteAll(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

// Aligned, as a mapping is.
struct Words : ColumnMemory {
  explicit Words(size_t count) : words(count) {}
  std::vector<uint64_t> words;
};
absl::StatusOr<Snapshot> FromBytes(const std::string& bytes,
                                   RunTasks run = RunOneByOne) {
  const auto copy =
      std::make_shared<Words>(bytes.size() / sizeof(uint64_t) + 1);
  std::memcpy(copy->words.data(), bytes.data(), bytes.size());
  return SnapshotFromBytes(
      {reinterpret_cast<const char*>(copy->words.data()), bytes.size()}, copy,
      run);
}

template <typename Row>
std::string Bytes(std::span<const Row> rows) {
  return {reinterpret_cast<const char*>(rows.data()), rows.size_bytes()};
}

TEST_F(SnapshotFile, GivesBackWhatWasWritten) {
  const Snapshot written = SmallSnapshot();
  const std::string path = Path("s.snapshot");
  ASSERT_TRUE(WriteSnapshot(written, path).ok());
  const absl::StatusOr<Snapshot> read = LoadSnapshot(path);
  ASSERT_TRUE(read.ok()) << read.status();

  EXPECT_EQ(read->manifest().id, written.manifest().id);
  EXPECT_EQ(read->manifest().created, "2026-01-02T03:04:05Z");
  EXPECT_EQ(read->manifest().version, "0.1.0");
  ASSERT_EQ(read->manifest().sources.size(), 2u);
  EXPECT_EQ(read->manifest().sources[0].location, "a.json");
  EXPECT_EQ(read->manifest().sources[0].attributes, 0u);
  EXPECT_EQ(read->manifest().sources[1].kind, "feed");
  EXPECT_EQ(read->manifest().sources[1].location, "a \"folder\" \xef\xbf\xbd");
  EXPECT_EQ(read->manifest().sources[1].attributes, 2u);
  const SnapshotColumns& ours = written.columns();
  const SnapshotColumns& theirs = read->columns();
  EXPECT_EQ(Bytes(theirs.attributes), Bytes(ours.attributes));
  EXPECT_EQ(Bytes(theirs.events), Bytes(ours.events));
  EXPECT_EQ(Bytes(theirs.tag_lists), Bytes(ours.tag_lists));
  EXPECT_EQ(Bytes(theirs.types), Bytes(ours.types));
  EXPECT_EQ(Bytes(theirs.categories), Bytes(ours.categories));
  EXPECT_EQ(Bytes(theirs.tags), Bytes(ours.tags));
  EXPECT_EQ(theirs.heap, ours.heap);
  EXPECT_EQ(Bytes(theirs.copies), Bytes(ours.copies));
  EXPECT_EQ(Bytes(theirs.source_events), Bytes(ours.source_events));
  EXPECT_THAT(read->tags(read->attribute(1)), ElementsAre("a", "b"));
  EXPECT_EQ(*SnapshotFileBytes(path), ReadAll(path).size());
}

TEST_F(SnapshotFile, OutlivesItsFile) {
  const std::string path = Path("s.snapshot");
  ASSERT_TRUE(WriteSnapshot(SmallSnapshot(), path).ok());
  const absl::StatusOr<Snapshot> read = LoadSnapshot(path);
  ASSERT_TRUE(read.ok());
  const Snapshot copy = *read;
  std::filesystem::remove(path);
  EXPECT_EQ(copy.event(0).info, "An event");
}

TEST_F(SnapshotFile, SameSnapshotGivesTheSameBytes) {
  ASSERT_TRUE(WriteSnapshot(SmallSnapshot(), Path("1")).ok());
  ASSERT_TRUE(WriteSnapshot(SmallSnapshot(), Path("2")).ok());
  EXPECT_EQ(ReadAll(Path("1")), ReadAll(Path("2")));
}

TEST_F(SnapshotFile, EmptyOneIsOne) {
  Snapshot::Builder builder;
  ASSERT_TRUE(WriteSnapshot(std::move(builder).Build("", ""), Path("e")).ok());
  const absl::StatusOr<Snapshot> read = LoadSnapshot(Path("e"));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->attribute_count(), 0u);
}

TEST_F(SnapshotFile, EveryChangedByteIsFound) {
  ASSERT_TRUE(WriteSnapshot(SmallSnapshot(), Path("s")).ok());
  const std::string good = ReadAll(Path("s"));
  ASSERT_TRUE(FromBytes(good).ok());
  for (size_t i = 0; i < good.size(); ++i) {
    for (const uint8_t mask : {0x01, 0x80, 0xff}) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ mask);
      const absl::Status status = FromBytes(bad).status();
      const bool version = i >= 8 && i < 12;
      ASSERT_EQ(status.code(), version ? absl::StatusCode::kFailedPrecondition
                                       : absl::StatusCode::kDataLoss)
          << "byte " << i << ": " << status;
    }
    // Whoever looks at it.
    std::string bad = good;
    bad[i] = static_cast<char>(~bad[i]);
    ASSERT_EQ(FromBytes(bad, RunOnThreads).status(), FromBytes(bad).status())
        << "byte " << i;
  }
  EXPECT_TRUE(FromBytes(good, RunOnThreads).ok());
}

TEST_F(SnapshotFile, EveryCutIsFound) {
  ASSERT_TRUE(WriteSnapshot(SmallSnapshot(), Path("s")).ok());
  const std::string good = ReadAll(Path("s"));
  for (size_t size = 0; size < good.size(); ++size) {
    ASSERT_TRUE(absl::IsDataLoss(FromBytes(good.substr(0, size)).status()))
        << size;
  }
  EXPECT_TRUE(absl::IsDataLoss(FromBytes(good + '\0').status()));
  for (const size_t size : {size_t{0}, size_t{31}, good.size() - 1}) {
    WriteAll(Path("cut"), good.substr(0, size));
    const absl::Status status = LoadSnapshot(Path("cut")).status();
    EXPECT_TRUE(absl::IsDataLoss(status)) << size;
    EXPECT_THAT(std::string(status.message()), HasSubstr(Path("cut")));
  }
}

TEST_F(SnapshotFile, WhatIsNoSnapshot) {
  EXPECT_TRUE(absl::IsNotFound(LoadSnapshot(Path("missing")).status()));
  EXPECT_TRUE(absl::IsNotFound(SnapshotFileBytes(Path("missing")).status()));
  EXPECT_TRUE(absl::IsDataLoss(LoadSnapshot(folder_.string()).status()));
  WriteAll(Path("json"), std::string(1000, '{'));
  EXPECT_TRUE(absl::IsDataLoss(LoadSnapshot(Path("json")).status()));
}

// A snapshot whose checksums hold but whose rows lie, written by the writer
// itself: no index may be believed.
TEST_F(SnapshotFile, RowsThatPointOutsideAreFound) {
  struct Rows {
    std::vector<AttributeRow> attributes;
    std::vector<EventRow> events;
    std::vector<uint32_t> tag_lists;
    std::vector<TextRef> types;
    std::vector<TextRef> categories;
    std::vector<TextRef> tags;
    std::vector<AttributeRow> copies;
    std::vector<EventRow> source_events;
    std::vector<SnapshotSource> sources;
    // One attribute is on both lists, the other on one.
    std::vector<WarninglistHit> hits = {
        {0, 0, 1, 0}, {0, 1, 1, 0}, {1, 0, 0, 6}};
  };
  const std::pair<const char*, std::function<void(Rows*)>> cases[] = {
      {"nothing", [](Rows*) {}},
      {"type", [](Rows* r) { r->attributes[0].type = 2; }},
      {"category", [](Rows* r) { r->attributes[1].category = 1; }},
      {"event", [](Rows* r) { r->attributes[0].event = 1; }},
      {"source", [](Rows* r) { r->attributes[0].source = 2; }},
      {"sources", [](Rows* r) { r->sources.clear(); }},
      {"text", [](Rows* r) { r->attributes[0].text = 1000; }},
      {"text overflow", [](Rows* r) { r->attributes[0].text = UINT64_MAX; }},
      {"value", [](Rows* r) { r->attributes[0].value_bytes = 1000; }},
      {"comment", [](Rows* r) { r->attributes[0].comment_bytes = UINT32_MAX; }},
      {"first tag", [](Rows* r) { r->attributes[0].first_tag = 100; }},
      {"tag count", [](Rows* r) { r->attributes[0].tag_count = 60000; }},
      {"event text", [](Rows* r) { r->events[0].text = 1000; }},
      {"event info", [](Rows* r) { r->events[0].info_bytes = UINT32_MAX; }},
      {"event org", [](Rows* r) { r->events[0].org_bytes = 1000; }},
      {"event tag", [](Rows* r) { r->events[0].first_tag = UINT32_MAX; }},
      {"tag", [](Rows* r) { r->tag_lists[0] = 3; }},
      {"type name", [](Rows* r) { r->types[0].bytes = 1000; }},
      {"category name", [](Rows* r) { r->categories[0].offset = 1000; }},
      {"tag name", [](Rows* r) { r->tags[0].offset = UINT64_MAX; }},
      {"order", [](Rows* r) { std::swap(r->attributes[0], r->attributes[1]); }},
      {"twice", [](Rows* r) { r->attributes[0] = r->attributes[1]; }},
      {"copy's text", [](Rows* r) { r->copies[0].text = 1000; }},
      {"copy's event", [](Rows* r) { r->copies[0].event = 100; }},
      {"copy's source", [](Rows* r) { r->copies[0].source = 9; }},
      {"copy twice", [](Rows* r) { r->copies[0] = r->copies[1]; }},
      {"source event's text", [](Rows* r) { r->source_events[0].text = 1000; }},
      {"source event's source",
       [](Rows* r) { r->source_events[0].source = 9; }},
      {"source event twice",
       [](Rows* r) { r->source_events.push_back(r->source_events[0]); }},
      {"no source event", [](Rows* r) { r->source_events.clear(); }},
      {"hit's row", [](Rows* r) { r->hits[2].row = 2; }},
      {"hit's list", [](Rows* r) { r->hits[1].list = 2; }},
      {"hit's parts", [](Rows* r) { r->hits[1].misp = 16; }},
      {"hit's other parts", [](Rows* r) { r->hits[0].corrected = 255; }},
      {"hit of no way", [](Rows* r) { r->hits[0].misp = 0; }},
      {"hits' order", [](Rows* r) { std::swap(r->hits[0], r->hits[1]); }},
      {"hit twice", [](Rows* r) { r->hits[1] = r->hits[0]; }},
      {"event twice", [](Rows* r) { r->events.push_back(r->events[0]); }},
  };
  const Snapshot good = SmallSnapshot();
  const SnapshotColumns& from = good.columns();
  const EncodedWarninglists lists = EncodeWarninglists({{}, {}});
  for (const auto& [what, change] : cases) {
    Rows rows{{from.attributes.begin(), from.attributes.end()},
              {from.events.begin(), from.events.end()},
              {from.tag_lists.begin(), from.tag_lists.end()},
              {from.types.begin(), from.types.end()},
              {from.categories.begin(), from.categories.end()},
              {from.tags.begin(), from.tags.end()},
              {from.attributes.begin(), from.attributes.end()},
              {from.source_events.begin(), from.source_events.end()},
              good.manifest().sources};
    change(&rows);
    SnapshotManifest manifest = good.manifest();
    manifest.sources = rows.sources;
    const SnapshotColumns columns{
        rows.attributes,    rows.events,     rows.tag_lists, rows.types,
        rows.categories,    rows.tags,       from.heap,      rows.copies,
        rows.source_events, lists.columns(), rows.hits};
    ASSERT_TRUE(
        WriteSnapshot(Snapshot(manifest, columns, nullptr), Path("bad")).ok());
    const absl::Status status = LoadSnapshot(Path("bad")).status();
    if (std::string_view(what) == "nothing") {
      EXPECT_TRUE(status.ok()) << status;
    } else {
      EXPECT_TRUE(absl::IsDataLoss(status)) << what << ": " << status;
    }
  }
}

TEST_F(SnapshotFile, FailedWriteLeavesTheOldOne) {
  ASSERT_TRUE(WriteSnapshot(SmallSnapshot(), Path("s")).ok());
  EXPECT_FALSE(WriteSnapshot(SmallSnapshot(), Path("no/such/folder")).ok());
  EXPECT_TRUE(LoadSnapshot(Path("s")).ok());
}

}  // namespace
}  // namespace mispsift::misp
