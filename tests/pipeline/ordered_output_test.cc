#include "src/pipeline/ordered_output.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/support/temp_folder.h"

namespace mispsift {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr uint64_t kPlenty = uint64_t{1} << 30;

OutputPiece Piece(const std::string& name) {
  OutputPiece piece;
  piece.file = name.size();
  piece.text = {.correlations = name + "c",
                .reports = name,
                .fields = "",
                .enrichments = {{name + "id", name + "json"}},
                .csv = name + std::string("\0v", 2),
                .ecs = name + "e"};
  piece.keys = name + "k";
  return piece;
}

std::string Told(const OutputPiece& piece) {
  std::string told =
      fmt::format("{} {} {} {} {} {} {}", piece.file, piece.text.correlations,
                  piece.text.reports, piece.text.fields, piece.text.csv,
                  piece.text.ecs, piece.keys);
  for (const auto& enrichment : piece.text.enrichments) {
    told += " " + enrichment.report_id + " " + enrichment.json;
  }
  return told;
}

class OrderedOutputTest : public testing::TestWithParam<uint64_t> {
 protected:
  OrderedOutput::Write Keep() {
    return [this](OutputPiece* piece) {
      names_.push_back(piece->text.reports);
      told_.push_back(Told(*piece));
      return absl::OkStatus();
    };
  }
  std::string SpillPath() const { return folder_.path("waiting"); }

  TempFolder folder_;
  std::vector<std::string> names_;
  std::vector<std::string> told_;
};

// With a bound of nothing all that waits is on disk.
INSTANTIATE_TEST_SUITE_P(Bounds, OrderedOutputTest,
                         testing::Values(0, 1000, kPlenty));

TEST_P(OrderedOutputTest, WhatComesTooEarlyWaitsForItsTurn) {
  OrderedOutput output(SpillPath(), GetParam(), Keep());
  output.Add(2, Piece("2a"), false);
  output.Add(1, Piece("1"), true);
  EXPECT_THAT(names_, ElementsAre());
  output.Add(0, Piece("0a"), false);
  EXPECT_THAT(names_, ElementsAre("0a"));  // its turn: it waits for nothing
  output.Add(2, Piece("2b"), true);
  output.Add(0, Piece("0b"), true);
  EXPECT_THAT(names_, ElementsAre("0a", "0b", "1", "2a", "2b"));
  output.Add(3, Piece("3"), true);
  EXPECT_EQ(names_.back(), "3");
  for (size_t i = 0; i < names_.size(); ++i) {
    EXPECT_EQ(told_[i], Told(Piece(names_[i])));
  }
  EXPECT_TRUE(output.status().ok());
  EXPECT_EQ(output.spilled_bytes() > 0, GetParam() < kPlenty);
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path("")));
}

TEST_P(OrderedOutputTest, NothingIsWrittenAfterAnError) {
  const OrderedOutput::Write keep = Keep();
  OrderedOutput output(SpillPath(), GetParam(), [&](OutputPiece* piece) {
    return piece->text.reports == "1" ? absl::ResourceExhaustedError("full")
                                      : keep(piece);
  });
  output.Add(2, Piece("2"), true);
  output.Add(1, Piece("1"), true);
  EXPECT_FALSE(output.failed());
  output.Add(0, Piece("0"), true);
  output.Add(3, Piece("3"), true);
  EXPECT_THAT(names_, ElementsAre("0"));
  EXPECT_TRUE(output.failed());
  EXPECT_EQ(output.status().message(), "full");
  output.WaitUntilNear(9, 1);  // or it would never end
}

TEST_F(OrderedOutputTest, ADiskThatDoesNotTakeWhatWaitsIsAnError) {
  OrderedOutput output(folder_.path("none/waiting"), 0, Keep());
  output.Add(1, Piece("1"), true);
  output.Add(0, Piece("0"), true);
  EXPECT_TRUE(output.failed());
  EXPECT_THAT(std::string(output.status().message()),
              HasSubstr("cannot create"));
  EXPECT_THAT(names_, ElementsAre());
}

TEST_F(OrderedOutputTest, WhoIsFarAheadWaits) {
  OrderedOutput output(SpillPath(), 0, Keep());
  output.WaitUntilNear(2, 3);
  std::thread ahead([&] {
    output.WaitUntilNear(3, 3);
    EXPECT_THAT(names_, ElementsAre("0"));
  });
  output.Add(0, Piece("0"), true);
  ahead.join();
}

TEST(OrderedOutputConcurrencyTest, ManyThreadsGiveOneOrder) {
  constexpr uint64_t kCandidates = 400;
  for (const uint64_t most_waiting : {uint64_t{0}, uint64_t{5000}, kPlenty}) {
    TempFolder folder;
    std::string written;
    OrderedOutput output(folder.path("waiting"), most_waiting,
                         [&](OutputPiece* piece) {
                           written += piece->text.reports;
                           return absl::OkStatus();
                         });
    std::string expected;
    for (uint64_t i = 0; i < kCandidates; ++i) {
      for (uint64_t part = 0; part <= i % 4; ++part) {
        expected += fmt::format("{}.{} ", i, part);
      }
    }
    std::atomic<uint64_t> next{0};
    const auto work = [&] {
      for (uint64_t i = next++; i < kCandidates; i = next++) {
        output.WaitUntilNear(i, 50);
        for (uint64_t part = 0; part <= i % 4; ++part) {
          output.Add(i, Piece(fmt::format("{}.{} ", i, part)), part == i % 4);
        }
      }
    };
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back(work);
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(written, expected);
  }
}

}  // namespace
}  // namespace mispsift
