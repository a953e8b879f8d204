#include "src/pipeline/candidate_queue.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/temp_folder.h"

namespace mispsift {
namespace {

using ::testing::ElementsAre;

constexpr std::string_view kReport = R"({"info":{}})";

// kReport in a tar, as ustar has it.
std::string TarMember(const std::string& name) {
  std::string header(512, '\0');
  const auto put = [&header](size_t at, std::string_view text) {
    header.replace(at, text.size(), text);
  };
  put(0, name);
  put(100, "0000644");
  put(124, fmt::format("{:011o}", kReport.size()));
  put(136, "00000000000");
  put(148, "        ");
  put(156, "0");
  put(257, "ustar");
  put(263, "00");
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  put(148, fmt::format("{:06o}", sum) + '\0');
  return header + std::string(kReport) +
         std::string(512 - kReport.size(), '\0');
}

class CandidateQueueTest : public testing::Test {
 protected:
  void Make(const std::string& name, uint64_t bytes) {
    std::ofstream(folder_.path(name)) << "{}";
    std::filesystem::resize_file(folder_.path(name), bytes);
    paths_.push_back(folder_.path(name));
  }
  // The numbers, in the order in which the candidates are handed out.
  std::vector<uint64_t> Numbers() {
    ReportArchiveWalker walker(paths_, {});
    CandidateQueue queue(&walker, [](uint64_t) { return true; });
    std::vector<uint64_t> numbers;
    NumberedCandidate next;
    uint64_t passed = 0;
    while (queue.Take(&next)) {
      numbers.push_back(next.number);
      passed += next.input_bytes;
      EXPECT_EQ(next.candidate.source.source, paths_[next.number]);
    }
    EXPECT_EQ(passed, walker.passed_bytes());
    return numbers;
  }

  TempFolder folder_;
  std::vector<std::string> paths_;
};

TEST_F(CandidateQueueTest, LargeFilesComeFirstAndTheRestInOrder) {
  Make("a.json", 5);
  Make("b.json", CandidateQueue::kLargeBytes - 1);
  Make("c.json", CandidateQueue::kLargeBytes);
  Make("d.json", CandidateQueue::kLargeBytes + 2);
  Make("e.json", 3);
  Make("f.json", CandidateQueue::kLargeBytes);
  EXPECT_THAT(Numbers(), ElementsAre(3, 2, 5, 0, 1, 4));
}

TEST_F(CandidateQueueTest, OnlyAsFarAsItLooksAhead) {
  Make("a.json", 5);
  paths_.resize(CandidateQueue::kLookAhead + 1, paths_[0]);
  Make("z.json", CandidateQueue::kLargeBytes);
  const std::vector<uint64_t> numbers = Numbers();
  ASSERT_EQ(numbers.size(), CandidateQueue::kLookAhead + 2);
  const auto taken = std::find(numbers.begin(), numbers.end(),
                               CandidateQueue::kLookAhead + 1) -
                     numbers.begin();
  // One that is two further than it can be seen; and soon after it can be.
  EXPECT_GE(taken, 2);
  EXPECT_LT(taken, 2 * CandidateQueue::kWalkAtOnce);
}

TEST_F(CandidateQueueTest, WhatIsStoppedGivesNothingMore) {
  Make("a.json", 5);
  Make("b.json", 5);
  ReportArchiveWalker walker(paths_, {});
  bool goes_on = true;
  CandidateQueue queue(&walker, [&](uint64_t) { return goes_on; });
  NumberedCandidate next;
  EXPECT_TRUE(queue.Take(&next));
  goes_on = false;
  EXPECT_FALSE(queue.Take(&next));
}

// Which are in memory: one at a time.
TEST_F(CandidateQueueTest, MembersOfAnArchiveKeepTheirPlace) {
  Make("a.json", 5);
  paths_.resize(3, folder_.path("b.tar"));
  std::ofstream(paths_[1], std::ios::binary)
      << TarMember("1.json") << TarMember("2.json") << std::string(1024, '\0');
  Make("c.json", CandidateQueue::kLargeBytes);
  ReportArchiveWalker walker(paths_, {});
  CandidateQueue queue(&walker, [](uint64_t) { return true; });
  std::vector<std::string> names;
  NumberedCandidate next;
  while (queue.Take(&next)) {
    names.push_back(
        next.candidate.source.source.substr(folder_.path("").size()) +
        next.candidate.source.member);
    EXPECT_EQ(next.candidate.bytes.size(),
              next.candidate.on_disk ? 0 : kReport.size());
  }
  EXPECT_THAT(names, ElementsAre("a.json", "b.tar1.json", "b.tar2.json",
                                 "b.tar1.json", "b.tar2.json", "c.json"));
}

}  // namespace
}  // namespace mispsift
