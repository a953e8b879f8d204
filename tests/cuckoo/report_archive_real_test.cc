#include <gtest/gtest.h>

#include <string>

#include "mispsift/cuckoo/report_archive.h"
#include "tests/support/real_data.h"

namespace mispsift {
namespace {

TEST(ReportArchiveRealTest, AFlatFolderOfReports) {
  ReportArchiveWalker walker({RealData("reports")}, ArchiveLimits());
  ReportCandidate candidate;
  PaddedBytes packed;
  PaddedBytes bytes;
  std::string detail;
  std::string last;
  int reports = 0;
  while (walker.Next(&candidate)) {
    ++reports;
    EXPECT_TRUE(candidate.listed && candidate.on_disk);
    EXPECT_LT(last, candidate.source.source);
    last = candidate.source.source;
    EXPECT_EQ(
        LoadCandidate(candidate, ArchiveLimits(), &packed, &bytes, &detail),
        Reject::kNone)
        << last << ": " << detail;
    EXPECT_TRUE(bytes.view().starts_with("{")) << last;
  }
  EXPECT_EQ(reports, 37);
  EXPECT_EQ(walker.skipped(), 1u);  // SOURCES.tsv
}

}  // namespace
}  // namespace mispsift
