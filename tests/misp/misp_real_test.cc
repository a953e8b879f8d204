// Real events, a real feed and a real answer of MISP's. The numbers were
// counted once by another program, straight from the JSON.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "mispsift/misp/feed_reader.h"
#include "mispsift/misp/snapshot_file.h"
#include "tests/support/real_data.h"

namespace mispsift::misp {
namespace {

using ::testing::ElementsAre;

struct Source {
  using Read = absl::StatusOr<ReadAttributesOutcome> (*)(const std::string&,
                                                         Snapshot::Builder*);
  Read read;
  const char* path;
};

std::pair<ReadAttributesOutcome, Snapshot> Load(const Source& source) {
  Snapshot::Builder builder;
  const std::string path = RealData(source.path);
  builder.AddSource("test", path);
  absl::StatusOr<ReadAttributesOutcome> outcome = source.read(path, &builder);
  EXPECT_TRUE(outcome.ok()) << outcome.status();
  return {*std::move(outcome), std::move(builder).Build("", "")};
}

struct Counts {
  uint64_t to_ids = 0;
  uint64_t tagged = 0;
  uint64_t value_bytes = 0;
};

Counts Count(const Snapshot& snapshot) {
  Counts counts;
  for (uint32_t row = 0; row < snapshot.attribute_count(); ++row) {
    const AttributeView view = snapshot.attribute(row);
    counts.to_ids += view.to_ids();
    counts.tagged += view.fields->tag_count > 0;
    counts.value_bytes += view.value.size();
  }
  return counts;
}

TEST(MispReal, EverySourceLoadsWhole) {
  struct Case {
    Source source;
    uint64_t documents;
    uint64_t read;
    uint64_t rejected;
    uint32_t attributes;  // distinct and not deleted
    uint32_t events;
    uint64_t to_ids;
    uint64_t tagged;
    uint64_t value_bytes;
  };
  const Case cases[] = {
      {{ReadAttributesFile, "iocs/restsearch_response.json"},
       1,
       2000,
       0,
       1976,
       40,
       1276,
       374,
       99562},
      {{ReadAttributesFile, "iocs/attributes_sample.jsonl"},
       2000,
       2000,
       0,
       1976,
       40,
       1276,
       374,
       99562},
      {{ReadAttributesFile, "iocs/all_types_extra.jsonl"},
       86,
       86,
       0,
       86,
       18,
       13,
       2,
       4463},
      {{ReadFeed, "iocs/misp-feed-tweetfeed"},
       9,
       1006,
       0,
       1006,
       9,
       1006,
       504,
       29748},
      {{ReadEvents, "iocs/misp-events"}, 33, 1527, 0, 1479, 32, 929, 62, 75523},
      {{ReadAttributesFile, "iocs/oddities_raw.jsonl"},
       778,
       689,
       91,
       490,
       41,
       340,
       109,
       71542},
  };
  for (const Case& test : cases) {
    const auto [outcome, snapshot] = Load(test.source);
    const Counts counts = Count(snapshot);
    EXPECT_EQ(outcome.documents, test.documents) << test.source.path;
    EXPECT_EQ(outcome.attributes, test.read) << test.source.path;
    EXPECT_EQ(outcome.rejects.Total(), test.rejected) << test.source.path;
    EXPECT_EQ(snapshot.attribute_count(), test.attributes) << test.source.path;
    EXPECT_EQ(snapshot.event_count(), test.events) << test.source.path;
    EXPECT_EQ(counts.to_ids, test.to_ids) << test.source.path;
    EXPECT_EQ(counts.tagged, test.tagged) << test.source.path;
    EXPECT_EQ(counts.value_bytes, test.value_bytes) << test.source.path;
  }
}

TEST(MispReal, EnvelopeAndLinesGiveTheSameSnapshot) {
  const Snapshot envelope =
      Load({ReadAttributesFile, "iocs/restsearch_response.json"}).second;
  const Snapshot lines =
      Load({ReadAttributesFile, "iocs/attributes_sample.jsonl"}).second;
  EXPECT_EQ(envelope.manifest().id, lines.manifest().id);
}

TEST(MispReal, FeedAndItsEventFilesGiveTheSameSnapshot) {
  EXPECT_EQ(
      Load({ReadFeed, "iocs/misp-feed-tweetfeed"}).second.manifest().id,
      Load({ReadEvents, "iocs/misp-feed-tweetfeed"}).second.manifest().id);
}

// Lines 5 and 584 are cut; 89 lines speak of an event or a file and hold no
// attribute with a type and a value.
TEST(MispReal, OddLinesAreNamed) {
  const ReadAttributesOutcome outcome =
      Load({ReadAttributesFile, "iocs/oddities_raw.jsonl"}).first;
  EXPECT_EQ(outcome.rejects[Reject::kTruncated], 2u);
  EXPECT_EQ(outcome.rejects[Reject::kMissingType] +
                outcome.rejects[Reject::kMissingValue],
            89u);
  std::vector<std::string> cut;
  for (const Rejected& rejected : outcome.rejected) {
    if (rejected.reject == Reject::kTruncated) cut.push_back(rejected.source);
  }
  const std::string path = RealData("iocs/oddities_raw.jsonl");
  EXPECT_THAT(cut, ElementsAre(path + ":5", path + ":584"));
}

TEST(MispReal, EverythingTogetherSurvivesTheFile) {
  Snapshot::Builder builder;
  for (const Source& source : {
           Source{ReadAttributesFile, "iocs/restsearch_response.json"},
           Source{ReadAttributesFile, "iocs/all_types_extra.jsonl"},
           Source{ReadAttributesFile, "iocs/oddities_raw.jsonl"},
           Source{ReadEvents, "iocs/misp-events"},
           Source{ReadFeed, "iocs/misp-feed-tweetfeed"},
       }) {
    builder.AddSource("test", source.path);
    ASSERT_TRUE(source.read(RealData(source.path), &builder).ok());
  }
  const Snapshot snapshot = std::move(builder).Build("", "");
  const std::string path = ::testing::TempDir() + "misp_real.snapshot";
  ASSERT_TRUE(WriteSnapshot(snapshot, path).ok());
  const absl::StatusOr<Snapshot> loaded = LoadSnapshot(path);
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_EQ(loaded->manifest().id, snapshot.manifest().id);
  ASSERT_EQ(loaded->attribute_count(), snapshot.attribute_count());
  for (uint32_t row = 0; row < snapshot.attribute_count(); ++row) {
    ASSERT_EQ(loaded->attribute(row).value, snapshot.attribute(row).value);
    ASSERT_EQ(loaded->event_of(loaded->attribute(row)).info,
              snapshot.event_of(snapshot.attribute(row)).info);
  }
  std::remove(path.c_str());
}

}  // namespace
}  // namespace mispsift::misp
