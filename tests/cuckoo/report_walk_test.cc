#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "mispsift/cuckoo/report_archive.h"
#include "mispsift/cuckoo/report_files.h"
#include "tests/cuckoo/archive_builder.h"

namespace mispsift {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kReport[] = R"({"info":{},"target":{}})";

class ReportWalkTest : public ReportArchiveTestBase {};

TEST_F(ReportWalkTest, FoldersAndFilesComeInByteOrderDepthFirst) {
  for (const char* path :
       {"in/b.json", "in/a/z.json", "in/a/B/1.json", "in/a.json", "in/B.json",
        "in/a-/x.json", "in/\xc3\xa9.json", "in/aa.json"}) {
    Write(path, kReport);
  }
  EXPECT_THAT(
      Walk({"in"}),
      ElementsAre("in/B.json", "in/a/B/1.json", "in/a/z.json", "in/a-/x.json",
                  "in/a.json", "in/aa.json", "in/b.json", "in/\xc3\xa9.json"));
  EXPECT_EQ(skipped_, 0u);
}

TEST_F(ReportWalkTest, NamedPathsKeepTheirOrder) {
  Write("b.json", kReport);
  Write("a/1.json", kReport);
  EXPECT_THAT(Walk({"b.json", "a/", "b.json"}),
              ElementsAre("b.json", "a/1.json", "b.json"));
}

TEST_F(ReportWalkTest, ANamedPathThatIsNotThereIsAReject) {
  Write("a.json", kReport);
  Symlink("nowhere", "dangling");
  Symlink("loop", "loop");
  EXPECT_THAT(Walk({"b.json", "dangling", "loop", "a.json"}),
              ElementsAre("b.json !unreadable", "dangling !unreadable",
                          "loop !unreadable", "a.json"));
}

TEST_F(ReportWalkTest, ANamedFileIsListedWhateverItHolds) {
  Write("notes.txt", "no json at all");
  Write("empty", "");
  Write("x.gz", Compress(kReport, "gzip"));
  Symlink("notes.txt", "link");
  ASSERT_EQ(mkfifo(At("pipe").c_str(), 0600), 0);
  EXPECT_THAT(Walk({"notes.txt", "empty", "x.gz", "link", "pipe"}),
              ElementsAre("notes.txt", "empty !empty", "x.gz", "link",
                          "pipe !unreadable"));
  EXPECT_EQ(contents_[0], "no json at all");
  EXPECT_EQ(contents_[2], kReport);
}

TEST_F(ReportWalkTest, ANamedSymlinkIsFollowedAndOneOnTheWayIsNot) {
  Write("analyses/1/reports/report.json", kReport);
  Write("analyses/flat.json", kReport);
  Symlink("1", "analyses/latest");
  Symlink("flat.json", "analyses/again.json");
  Symlink("..", "analyses/loop");
  EXPECT_THAT(Walk({"analyses"}), ElementsAre("analyses/1/reports/report.json",
                                              "analyses/flat.json"));
  EXPECT_EQ(skipped_, 3u);
  EXPECT_THAT(Walk({"analyses/latest"}),
              ElementsAre("analyses/latest/reports/report.json"));
}

TEST_F(ReportWalkTest, AFlatFolderListsJsonAndLooksIntoTheRest) {
  Write("in/A.JSON", kReport);
  Write("in/b.json", "[]");
  Write("in/empty.json", "");
  Write("in/lines.jsonl", "{}\n{}\n");
  Write("in/lines.ndjson.zst", Compress("{}\n{}\n", "zstd"));
  Write("in/117", std::string("\xef\xbb\xbf \r\n\t{") + "}");
  Write("in/118", Compress(kReport, "gzip"));
  Write("in/119", "");
  Write("in/120", std::string(600, ' ') + "{}");
  Write("in/dump.pcap", "\xd4\xc3\xb2\xa1");
  Write("in/list", "[{}]");
  ASSERT_EQ(mkfifo(At("in/pipe").c_str(), 0600), 0);
  ASSERT_EQ(mkfifo(At("in/pipe.json").c_str(), 0600), 0);
  EXPECT_THAT(Walk({"in"}),
              ElementsAre("in/117 unlisted", "in/118 unlisted", "in/A.JSON",
                          "in/b.json", "in/empty.json !empty", "in/lines.jsonl",
                          "in/lines.ndjson.zst"));
  EXPECT_EQ(skipped_, 6u);
  EXPECT_EQ(contents_[1], kReport);
  EXPECT_EQ(contents_[6], "{}\n{}\n");
}

TEST_F(ReportWalkTest, CompressedFilesAreToldByContent) {
  for (const char* filter : {"gzip", "bzip2", "xz", "zstd"}) {
    // Under its own name, under none that says so, and under a wrong one.
    Write(std::string("in/") + filter + ".json", Compress(kReport, filter));
  }
  Write("in/plain.json.gz", kReport);
  Write("in/two.json.gz", Compress("{\"a\":", "gzip") + Compress("1}", "gzip"));
  EXPECT_THAT(Walk({"in"}),
              ElementsAre("in/bzip2.json", "in/gzip.json", "in/plain.json.gz",
                          "in/two.json.gz", "in/xz.json", "in/zstd.json"));
  EXPECT_THAT(contents_, ElementsAre(kReport, kReport, kReport, "{\"a\":1}",
                                     kReport, kReport));
}

TEST_F(ReportWalkTest, Cuckoo2AnalysisGivesItsReportOnly) {
  Write("1/reports/report.json", kReport);
  Write("1/reports/report.json.gz", "not read");
  Write("1/reports/report.html", "{");
  Write("1/task.json", "{}");
  Write("1/files.json", "{}");
  Write("1/reboot.json", "{}");
  Write("1/analysis.log", "");
  Write("1/report.json", kReport);         // forged
  Write("1/files/report.json", kReport);   // forged
  Write("1/files/deep/er.json", kReport);  // forged
  Write("1/reports/sub/report.json", kReport);
  Write("1/dropped.zip", "PK\3\4");
  Symlink("../../binaries/x", "1/binary");
  EXPECT_THAT(Walk({"."}), ElementsAre("./1/reports/report.json"));
  EXPECT_EQ(skipped_, 12u);
}

TEST_F(ReportWalkTest, CapeAnalysisWithAZippedReport) {
  Write("7/reports/report.json.zip",
        MakeArchive({{"report.json", kReport}},
                    {.format = "zip", .filter = "none", .password = ""}));
  Write("7/reports/lite.json", kReport);
  Write("7/reports/iocs.json", "{}");
  Write("7/reports/misp.json", "{}");
  Write("7/CAPE/config.json", kReport);
  Write("7/ETW/wmi_etw.json", "{}\n{}\n");
  Write("7/aux/x.json", kReport);
  Write("7/evtx/evtx.zip", "PK\3\4");
  EXPECT_THAT(Walk({"7"}),
              ElementsAre("7/reports/report.json.zip|report.json"));
  EXPECT_EQ(contents_[0], kReport);
  EXPECT_EQ(skipped_, 7u);
}

TEST_F(ReportWalkTest, Cuckoo3AnalysisGivesPreAndEveryTask) {
  const std::string folder = "20240101/20240101-ABC/";
  Write(folder + "analysis.json", "{}");
  Write(folder + "identification.json", "{}");
  Write(folder + "pre.json", kReport);
  Write(folder + "task_1/report.json", kReport);
  Write(folder + "task_1/task.json", "{}");
  Write(folder + "task_1/machine.json", "{}");
  Write(folder + "task_1/logs/report.json", kReport);
  Write(folder + "task_10/report.json.gz", Compress(kReport, "gzip"));
  Write(folder + "task_2/task.json", "{}");
  Write(folder + "task_x/report.json", kReport);
  EXPECT_THAT(Walk({"20240101"}),
              ElementsAre(folder + "pre.json", folder + "task_1/report.json",
                          folder + "task_10/report.json.gz"));
  EXPECT_EQ(skipped_, 7u);
  // The task folder by itself: what lies beside its report stays out.
  EXPECT_THAT(Walk({folder + "task_1"}),
              ElementsAre(folder + "task_1/report.json"));
  EXPECT_EQ(skipped_, 3u);
}

TEST_F(ReportWalkTest, AnAnalysisWithoutAReportGivesNothing) {
  Write("3/task.json", "{}");
  Write("3/files/1.json", kReport);
  Write("3/shots/0001.jpg", "x");
  EXPECT_THAT(Walk({"3"}), IsEmpty());
  EXPECT_EQ(skipped_, 3u);
}

TEST_F(ReportWalkTest, AFolderOfAnalysesOfEveryKind) {
  Write("analyses/1/reports/report.json", kReport);
  Write("analyses/10/reports/report.json.bz2", Compress(kReport, "bzip2"));
  Write("analyses/2/report.json", kReport);  // as fetched: formats only
  Write("analyses/2/misp.json", "{}");
  Write("analyses/2/dump.pcap", "x");
  EXPECT_THAT(Walk({"analyses"}),
              ElementsAre("analyses/1/reports/report.json",
                          "analyses/10/reports/report.json.bz2",
                          "analyses/2/report.json"));
  EXPECT_EQ(skipped_, 2u);
}

TEST_F(ReportWalkTest, WhatCannotBeReadIsAReject) {
  Write("in/a.json", kReport);
  Write("in/locked.json", kReport);
  Write("in/shut/b.json", kReport);
  chmod(At("in/locked.json").c_str(), 0);
  chmod(At("in/shut").c_str(), 0);
  chmod(At("in/..").c_str(), 0755);
  // Root reads everything, so it becomes nobody for a moment.
  const bool is_root = geteuid() == 0;
  ASSERT_EQ(seteuid(is_root ? 65534 : geteuid()), 0);
  const std::vector<std::string> lines = Walk({"in", "in/shut/b.json"});
  ASSERT_EQ(seteuid(is_root ? 0 : geteuid()), 0);
  chmod(At("in/shut").c_str(), 0700);
  EXPECT_THAT(lines,
              ElementsAre("in/a.json", "in/locked.json !unreadable",
                          "in/shut !unreadable", "in/shut/b.json !unreadable"));
  EXPECT_THAT(details_[1], HasSubstr("ermission denied"));
  EXPECT_THAT(details_[2], HasSubstr("ermission denied"));
}

TEST_F(ReportWalkTest, AFileRemovedMeanwhileIsAReject) {
  Write("a.json", kReport);
  ReportArchiveWalker walker({At("a.json")}, limits_);
  ReportCandidate candidate;
  ASSERT_TRUE(walker.Next(&candidate));
  std::filesystem::remove(At("a.json"));
  PaddedBytes packed;
  PaddedBytes bytes;
  std::string detail;
  EXPECT_EQ(LoadCandidate(candidate, limits_, &packed, &bytes, &detail),
            Reject::kUnreadable);
  EXPECT_THAT(detail, HasSubstr("No such file"));
}

TEST_F(ReportWalkTest, LoadLimits) {
  limits_.max_report_bytes = 1000;
  limits_.max_ratio = 10;
  limits_.ratio_floor_bytes = 500;
  const std::string zeros(900, '\0');
  Write("in/big.json", std::string(1001, ' '));
  Write("in/bomb.json.gz", Compress(std::string(100'000, '\0'), "gzip"));
  Write("in/fits.json", std::string(1000, ' '));
  Write("in/gz_in_gz.json.gz", Compress(Compress(kReport, "gzip"), "gzip"));
  Write("in/nothing.json.gz", Compress("", "gzip"));
  Write("in/ratio.json.xz", Compress(zeros, "xz"));
  Write("in/short.json.gz", Compress(kReport, "gzip").substr(0, 5));
  EXPECT_THAT(
      Walk({"in"}),
      ElementsAre("in/big.json !too_large", "in/bomb.json.gz !ratio_limit",
                  "in/fits.json", "in/gz_in_gz.json.gz !nested_too_deep",
                  "in/nothing.json.gz !empty", "in/ratio.json.xz !ratio_limit",
                  "in/short.json.gz !bad_archive"));
  limits_.max_ratio = 1'000'000;
  EXPECT_THAT(Walk({"in/bomb.json.gz", "in/ratio.json.xz"}),
              ElementsAre("in/bomb.json.gz !too_large", "in/ratio.json.xz"));
  EXPECT_EQ(contents_[1], zeros);
}

TEST_F(ReportWalkTest, LimitsOfEveryCompression) {
  const std::string fits(1000, ' ');
  for (const char* filter : {"gzip", "bzip2", "xz", "zstd"}) {
    limits_ = {};
    limits_.max_report_bytes = 1000;
    Write("fits.json", Compress(fits, filter));
    Write("large.json", Compress(fits + " ", filter));
    Write("twice.json", Compress(Compress(fits, filter), filter));
    EXPECT_THAT(Walk({"fits.json", "large.json", "twice.json"}),
                ElementsAre("fits.json", "large.json !too_large",
                            "twice.json !nested_too_deep"))
        << filter;
    EXPECT_EQ(contents_[0], fits);
    limits_.max_ratio = 5;
    limits_.ratio_floor_bytes = 1000;
    EXPECT_THAT(Walk({"fits.json"}), ElementsAre("fits.json")) << filter;
    limits_.ratio_floor_bytes = 999;
    EXPECT_THAT(Walk({"fits.json"}), ElementsAre("fits.json !ratio_limit"))
        << filter;
  }
}

TEST_F(ReportWalkTest, AGzipIsAllOfItsMembers) {
  const std::string report = kReport;
  const std::string half = Compress(report.substr(0, 20), "gzip");
  const std::string rest = Compress(report.substr(20), "gzip");
  const std::string nothing = Compress("", "gzip");
  Write("in/a.json.gz", half + rest);
  Write("in/b.json.gz", nothing + half + nothing + rest + nothing);
  // As tapes and careless copies leave them; gzip itself reads these.
  Write("in/c.json.gz", half + rest + std::string(512, '\0'));
  Write("in/d.json.gz", half + rest + "and more");
  Write("in/e.json.gz", half + rest.substr(0, rest.size() - 9));
  EXPECT_THAT(Walk({"in"}),
              ElementsAre("in/a.json.gz", "in/b.json.gz", "in/c.json.gz",
                          "in/d.json.gz", "in/e.json.gz !bad_archive"));
  for (int i = 0; i < 4; ++i) EXPECT_EQ(contents_[i], report) << i;
}

TEST_F(ReportWalkTest, AGzipWhoseSumsAreWrongIsDamaged) {
  const std::string whole = Compress(kReport, "gzip");
  for (size_t from_end = 1; from_end <= 8; ++from_end) {  // size, then CRC
    std::string broken = whole;
    broken[broken.size() - from_end] ^= 0x40;
    Write("a.json.gz", broken);
    EXPECT_THAT(Walk({"a.json.gz"}), ElementsAre("a.json.gz !bad_archive"))
        << from_end;
  }
}

// The size at its end is believed for no more than the memory to begin with.
TEST_F(ReportWalkTest, AGzipOfMoreThanItSaysIsReadToItsEnd) {
  const std::string large = "{\"a\":\"" + std::string(1 << 20, 'x') + "\"}";
  Write("a.json.gz", Compress(large, "gzip") + Compress(" ", "gzip"));
  EXPECT_THAT(Walk({"a.json.gz"}), ElementsAre("a.json.gz"));
  EXPECT_EQ(contents_[0], large + " ");
}

TEST_F(ReportWalkTest, ACompressedFileCutShortIsNeverTakenForAWholeOne) {
  std::string content = "{";
  for (int i = 0; i < 400; ++i) content += std::to_string(i * 7919);
  for (const char* filter : {"gzip", "bzip2", "xz", "zstd"}) {
    const std::string whole = Compress(content, filter);
    for (size_t size = 7; size < whole.size(); ++size) {
      Write("cut.json", std::string_view(whole).substr(0, size));
      ASSERT_THAT(Walk({"cut.json"}), ElementsAre("cut.json !bad_archive"))
          << filter << " cut at " << size << " of " << whole.size();
    }
  }
}

// What is counted beforehand is what the walk comes to.
TEST_F(ReportWalkTest, PassesTheBytesOfItsFiles) {
  Write("in/a.json", kReport);
  Write("in/b.tar.gz", MakeArchive({{"1.json", kReport}, {"2.json", kReport}},
                                   {.filter = "gzip"}));
  Write("in/c.png", "\x89PNG and more");
  Write("in/7/reports/report.json", kReport);
  Write("in/7/dump.pcap", std::string(100'000, 'x'));
  Write("in/7/reports/extra.json", std::string(100'000, 'x'));
  Symlink("7", "in/latest");
  Write("d.json", kReport);
  const std::vector<std::string> paths = {At("in"), At("d.json"), At("none")};
  uint64_t total = 0;
  ReportFileWalker files(paths);
  for (ReportFile file; files.Next(&file);) total += LookOnDisk(file).bytes;
  EXPECT_EQ(total, std::filesystem::file_size(At("in/a.json")) * 3 +
                       std::filesystem::file_size(At("in/b.tar.gz")));

  ReportArchiveWalker walker(paths, {});
  EXPECT_EQ(walker.passed_bytes(), 0u);
  uint64_t passed = 0;
  for (ReportCandidate candidate; walker.Next(&candidate);) {
    EXPECT_GE(walker.passed_bytes(), passed);
    passed = walker.passed_bytes();
    EXPECT_LE(passed, total);
  }
  EXPECT_EQ(walker.passed_bytes(), total);
}

// Of an archive the part that was read.
TEST_F(ReportWalkTest, AnArchiveIsPassedBitByBit) {
  std::vector<TestMember> members;
  const std::string large =
      R"({"info":{},"target":{},"x":")" + std::string(300'000, 'x') + R"("})";
  for (int i = 0; i < 8; ++i) {
    members.push_back({std::to_string(i) + ".json", large});
  }
  Write("a.tar", MakeArchive(members, {}));
  const uint64_t size = std::filesystem::file_size(At("a.tar"));
  ReportArchiveWalker walker({At("a.tar")}, {});
  ReportCandidate candidate;
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(walker.Next(&candidate));
  EXPECT_GT(walker.passed_bytes(), size * 4 / 10);
  EXPECT_LT(walker.passed_bytes(), size * 7 / 10);
}

}  // namespace
}  // namespace mispsift
