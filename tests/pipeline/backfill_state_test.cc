#include "src/pipeline/backfill_state.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temp_folder.h"

namespace mispsift {
namespace {

class BackfillStateTest : public testing::Test {
 protected:
  BackfillState Open() {
    absl::StatusOr<BackfillState> state = BackfillState::Open(path_);
    EXPECT_TRUE(state.ok()) << state.status();
    return *std::move(state);
  }

  SeenFile File(const std::string& name, const std::string& content,
                int64_t modified = 1) {
    const std::string path = folder_.path(name);
    std::ofstream(path) << content;
    return {path, content.size(), modified};
  }

  static bool IsScanned(BackfillState* state, const SeenFile& file) {
    const absl::StatusOr<std::vector<bool>> scanned = state->AreScanned({file});
    EXPECT_TRUE(scanned.ok()) << scanned.status();
    return scanned.ok() && scanned->at(0);
  }

  static void Scanned(BackfillState* state, const SeenFile& file) {
    const absl::StatusOr<BackfillRun> run = state->BeginRun("s1", 1, {file});
    ASSERT_TRUE(run.ok()) << run.status();
    ASSERT_TRUE(state->Record(*run).ok());
  }

  const TempFolder folder_;
  const std::string path_ = folder_.path("state");
};

TEST_F(BackfillStateTest, AFileIsScannedAsItStands) {
  const SeenFile file = File("a", "one");
  {
    BackfillState state = Open();
    EXPECT_FALSE(IsScanned(&state, file));
    Scanned(&state, file);
  }
  BackfillState state = Open();
  EXPECT_TRUE(IsScanned(&state, file));
}

TEST_F(BackfillStateTest, ManyAreAskedAboutAtOnce) {
  BackfillState state = Open();
  const SeenFile old = File("a", "one");
  Scanned(&state, old);
  const SeenFile fresh = File("b", "else");
  const SeenFile copy = File("c", "one", 7);
  EXPECT_EQ(state.AreScanned({fresh, old, copy}).value(),
            (std::vector<bool>{false, true, true}));
}

TEST_F(BackfillStateTest, AFileThatChangedIsNew) {
  BackfillState state = Open();
  Scanned(&state, File("a", "one"));
  EXPECT_FALSE(IsScanned(&state, File("a", "two", 2)));
  EXPECT_FALSE(IsScanned(&state, File("a", "three", 1)));
}

TEST_F(BackfillStateTest, TheSameContentElsewhereIsTheSame) {
  BackfillState state = Open();
  Scanned(&state, File("a", "one"));
  const SeenFile copy = File("b", "one", 7);
  EXPECT_TRUE(IsScanned(&state, copy));
  EXPECT_FALSE(IsScanned(&state, File("c", "two", 7)));
  // It is known by its own path from then on.
  std::ofstream(folder_.path("a")) << "gone";
  EXPECT_TRUE(IsScanned(&state, copy));
}

TEST_F(BackfillStateTest, RunsGoOnFromTheirStage) {
  {
    BackfillState state = Open();
    const absl::StatusOr<BackfillRun> first = state.BeginRun("s1", 3, {});
    ASSERT_TRUE(first.ok());
    EXPECT_EQ(first->number, 1U);
    ASSERT_TRUE(state.SetStage(1, BackfillStage::kScanned).ok());
    ASSERT_TRUE(state.BeginRun("s2", 1, {}).ok());
  }
  BackfillState state = Open();
  std::vector<BackfillRun> runs = state.OpenRuns().value();
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0].snapshot_id, "s1");
  EXPECT_EQ(runs[0].shards, 3U);
  EXPECT_EQ(runs[0].stage, BackfillStage::kScanned);
  EXPECT_EQ(runs[1].number, 2U);
  ASSERT_TRUE(state.SetStage(1, BackfillStage::kSubmitted).ok());
  EXPECT_EQ(state.OpenRuns()->size(), 1U);
}

TEST_F(BackfillStateTest, OneRunAtATime) {
  const BackfillState state = Open();
  EXPECT_EQ(BackfillState::Open(path_).status().code(),
            absl::StatusCode::kAborted);
}

}  // namespace
}  // namespace mispsift
