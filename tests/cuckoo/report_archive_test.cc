#include "mispsift/cuckoo/report_archive.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "tests/cuckoo/archive_builder.h"

namespace mispsift {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Type = TestMember::Type;

constexpr char kReport[] = R"({"info":{},"target":{}})";

ArchiveOptions Options(std::string format, std::string filter = "none") {
  return {
      .format = std::move(format), .filter = std::move(filter), .password = ""};
}

class ReportArchiveTest : public ReportArchiveTestBase {
 protected:
  void WriteArchive(const std::string& path,
                    const std::vector<TestMember>& members,
                    const ArchiveOptions& options = {}) {
    Write(path, MakeArchive(members, options));
  }
};

struct Kind {
  const char* ending;
  const char* format;
  const char* filter;
};

constexpr Kind kKinds[] = {
    {".tar", "tar", "none"},      {".tgz", "tar", "gzip"},
    {".tbz2", "tar", "bzip2"},    {".txz", "tar", "xz"},
    {".tzst", "tar", "zstd"},     {".tar.gz", "tar", "gzip"},
    {".tar.bz2", "tar", "bzip2"}, {".tar.xz", "tar", "xz"},
    {".tar.zst", "tar", "zstd"},  {".zip", "zip", "none"},
    {".7z", "7z", "none"},        {".ZIP", "zip", "none"},
};

TEST_F(ReportArchiveTest, EveryKindGivesItsMembersAsStored) {
  for (const Kind& kind : kKinds) {
    const std::string name = std::string("x") + kind.ending;
    WriteArchive(name,
                 {{"b.json", "{\"b\":1}"},
                  {"dir", "", Type::kFolder},
                  {"dir/a.json.gz", Compress("{\"a\":1}", "gzip")},
                  {"dir/picture.jpg", "\xff\xd8"},
                  {"117", "\n{\"c\":1}"},
                  {"0.json", ""}},
                 Options(kind.format, kind.filter));
    std::vector<std::string> expected = {
        name + "|b.json", name + "|dir/a.json.gz", name + "|117 unlisted",
        name + "|0.json"};
    std::vector<std::string> lines = Walk({name});
    // 7z stores members without content behind the others.
    if (std::string(kind.format) == "7z") {
      std::sort(lines.begin(), lines.end());
      std::sort(expected.begin(), expected.end());
    }
    EXPECT_EQ(lines, expected);
    EXPECT_THAT(contents_, ::testing::UnorderedElementsAre(
                               "{\"b\":1}", "{\"a\":1}", "\n{\"c\":1}", ""))
        << name;
    EXPECT_EQ(skipped_, 1u) << name;
  }
}

TEST_F(ReportArchiveTest, ArchivesInAFolderAreOpenedByName) {
  WriteArchive("in/a.zip", {{"1.json", kReport}}, Options("zip"));
  Write("in/b.json", kReport);
  WriteArchive("in/c.tar.gz", {{"2.json", kReport}}, Options("tar", "gzip"));
  WriteArchive("in/d", {{"3.json", kReport}}, Options("zip"));
  EXPECT_THAT(Walk({"in"}), ElementsAre("in/a.zip|1.json", "in/b.json",
                                        "in/c.tar.gz|2.json"));
  EXPECT_EQ(skipped_, 1u);
}

TEST_F(ReportArchiveTest, ANamedArchiveIsToldByContentToo) {
  for (const Kind& kind : kKinds) {
    WriteArchive("named", {{"1.json", kReport}},
                 Options(kind.format, kind.filter));
    EXPECT_THAT(Walk({"named"}), ElementsAre("named|1.json"))
        << kind.format << " " << kind.filter;
  }
}

TEST_F(ReportArchiveTest, NamesAreLabelsAndNothingElse) {
  WriteArchive("x.tar", {{"../../up.json", kReport},
                         {"/etc/absolute.json", kReport},
                         {"esc\x1b[31m.json", kReport},
                         {"bad\xff\xc3.json", kReport},
                         {"<img onerror=x>.json", kReport},
                         {"=cmd|.json", kReport},
                         {"\xc3\xbc.json", kReport},
                         {"sym.json", "/etc/passwd", Type::kSymlink},
                         {"hard.json", "=cmd|.json", Type::kHardlink},
                         {"fifo.json", "", Type::kFifo}});
  EXPECT_THAT(Walk({"x.tar"}),
              ElementsAre("x.tar|../../up.json", "x.tar|/etc/absolute.json",
                          "x.tar|esc\x1b[31m.json",
                          "x.tar|bad\xef\xbf\xbd\xef\xbf\xbd.json",
                          "x.tar|<img onerror=x>.json", "x.tar|=cmd|.json",
                          "x.tar|\xc3\xbc.json"));
  EXPECT_EQ(skipped_, 3u);
}

// The locale of the process, which is "C" in tests, must not matter.
TEST_F(ReportArchiveTest, NamesOfAZipThatSaysTheyAreUtf8) {
  std::string zip = MakeArchive({{"\xc3\xbc.json", kReport}}, Options("zip"));
  constexpr char kUtf8Flag = 0x08;  // in the upper byte of the flags
  zip[zip.find("PK\3\4") + 7] |= kUtf8Flag;
  zip[zip.find("PK\1\2") + 9] |= kUtf8Flag;
  Write("x.zip", zip);
  EXPECT_THAT(Walk({"x.zip"}), ElementsAre("x.zip|\xc3\xbc.json"));
}

TEST_F(ReportArchiveTest, AnalysesInAnArchive) {
  WriteArchive("x.tar",
               {{"analyses/1/task.json", "{}"},
                {"analyses/1/files.json", "{}"},
                {"analyses/1/files/report.json", kReport},  // forged
                {"analyses/1/logs/9.json", kReport},        // forged
                {"analyses/1/reports/report.json", kReport},
                {"analyses/1/reports/lite.json", kReport},
                {"analyses/1/ETW/dns_etw.json", "{}"},
                {"analyses/1/ETW/other.json", "{}"},
                {"analyses/1/CAPE/x.json", kReport},  // forged
                {"analyses/1/evtx/evtx.zip", "PK\3\4"},
                {"20240101/ABC/analysis.json", "{}"},
                {"20240101/ABC/pre.json", kReport},
                {"20240101/ABC/task_1/report.json", kReport},
                {"20240101/ABC/task_1/machine.json", "{}"},
                {"20240101/ABC/task_1/logs/report.json", kReport},  // forged
                {"__MACOSX/._a.json", "\x05\x16\x07"},
                {"files/flat.json", kReport}});
  EXPECT_THAT(Walk({"x.tar"}),
              ElementsAre("x.tar|analyses/1/reports/report.json",
                          "x.tar|20240101/ABC/pre.json",
                          "x.tar|20240101/ABC/task_1/report.json",
                          "x.tar|files/flat.json"));
  EXPECT_EQ(skipped_, 13u);
}

// What Cuckoo's own API sends: the analysis without a folder around it.
TEST_F(ReportArchiveTest, AnAnalysisAtTheTopOfAnArchive) {
  WriteArchive("all.tar.bz2",
               {{"analysis.log", ""},
                {"files/a/task.json", "{}"},     // forged
                {"files/report.json", kReport},  // forged
                {"reports/report.json", kReport},
                {"shots/1.json", kReport}},  // forged
               Options("tar", "bzip2"));
  EXPECT_THAT(Walk({"all.tar.bz2"}),
              ElementsAre("all.tar.bz2|reports/report.json"));
  EXPECT_EQ(skipped_, 4u);
}

TEST_F(ReportArchiveTest, ZippedReportsAreOpenedOneLevelDeep) {
  const std::string innermost =
      MakeArchive({{"z.json", kReport}}, Options("zip"));
  const std::string inner =
      MakeArchive({{"report.json", "{\"in\":1}"},
                   {"deeper.json.zip", innermost},
                   {"deeper.tar", "x"},
                   {"packed.json.gz", Compress(kReport, "gzip")},
                   {"x.bin", "x"}},
                  Options("zip"));
  WriteArchive("x.tar", {{"1/reports/report.json.zip", inner},
                         {"2/reports/report.json.zip", "not a zip"},
                         {"3.json", "{\"out\":1}"},
                         {"evtx.zip", innermost},
                         {"other.7z", "x"}});
  const std::string label = "x.tar|1/reports/report.json.zip";
  EXPECT_THAT(Walk({"x.tar"}),
              ElementsAre(label + "/report.json",
                          label + "/deeper.json.zip !nested_too_deep",
                          label + "/deeper.tar !nested_too_deep",
                          label + "/packed.json.gz !nested_too_deep",
                          "x.tar|2/reports/report.json.zip !bad_archive",
                          "x.tar|3.json", "x.tar|other.7z !nested_too_deep"));
  EXPECT_EQ(contents_.front(), "{\"in\":1}");
  EXPECT_EQ(contents_[contents_.size() - 2], "{\"out\":1}");
  EXPECT_EQ(skipped_, 2u);
}

TEST_F(ReportArchiveTest, WhatIsNoArchive) {
  Write("in/a.zip", "PK but no zip");
  Write("in/b.tar", "");
  Write("in/c.tar.gz", Compress(std::string(1 << 20, '\0'), "gzip"));
  Write("in/d.tar", std::string(10240, '\0'));
  Write("in/e.7z", "7z\xbc\xaf\x27\x1c");
  Write("in/f.tar.gz", Compress(kReport, "gzip"));
  Write("in/g.tar.gz",
        Compress(Compress(MakeArchive({{"a.json", kReport}}, {}), "gzip"),
                 "gzip"));
  WriteArchive("in/h.zip", {}, Options("zip"));
  Write("in/i.tar.gz", Compress("", "gzip"));
  EXPECT_THAT(Walk({"in"}),
              ElementsAre("in/a.zip !bad_archive", "in/b.tar !bad_archive",
                          "in/c.tar.gz !bad_archive", "in/d.tar !bad_archive",
                          "in/e.7z !bad_archive", "in/f.tar.gz !bad_archive",
                          "in/g.tar.gz !nested_too_deep",
                          "in/h.zip !bad_archive", "in/i.tar.gz !bad_archive"));
  EXPECT_THAT(details_, Each(::testing::Not(IsEmpty())));
}

TEST_F(ReportArchiveTest, EncryptedMembersAreListedAndTheRestGoesOn) {
  const std::string locked =
      MakeArchive({{"secret.json", kReport}, {"picture.jpg", "{"}},
                  {.format = "zip", .filter = "none", .password = "infected"});
  Write("x.zip", locked);
  EXPECT_THAT(Walk({"x.zip"}), ElementsAre("x.zip|secret.json !encrypted"));
  EXPECT_EQ(skipped_, 1u);
  WriteArchive("y.tar", {{"1.json.zip", locked}, {"2.json", kReport}});
  EXPECT_THAT(
      Walk({"y.tar"}),
      ElementsAre("y.tar|1.json.zip/secret.json !encrypted", "y.tar|2.json"));
}

TEST_F(ReportArchiveTest, LimitsOfMembers) {
  limits_.max_report_bytes = 1000;
  for (const Kind& kind : kKinds) {
    const std::string name = std::string("x") + kind.ending;
    WriteArchive(name,
                 {{"big.json", std::string(1'000'000, ' ')},
                  {"fits.json", std::string(1000, ' ')},
                  {"packed.json.gz", Compress(std::string(1001, 'x'), "gzip")}},
                 Options(kind.format, kind.filter));
    EXPECT_THAT(Walk({name}),
                ElementsAre(name + "|big.json !too_large", name + "|fits.json",
                            name + "|packed.json.gz !too_large"));
  }
}

TEST_F(ReportArchiveTest, TooManyMembersEndTheArchive) {
  limits_.max_members = 2;
  WriteArchive("x.tar", {{"1.json", "{}"}, {"2.json", "{}"}, {"3.json", "{}"}});
  WriteArchive("y.tar", {{"1.json", "{}"}, {"2.json", "{}"}});
  EXPECT_THAT(
      Walk({"x.tar", "y.tar"}),
      ElementsAre("x.tar|1.json", "x.tar|2.json", "x.tar !too_many_members",
                  "y.tar|1.json", "y.tar|2.json"));
}

TEST_F(ReportArchiveTest, ABombEndsACompressedArchiveButNotAZip) {
  limits_.max_ratio = 10;
  limits_.ratio_floor_bytes = 100'000;
  const std::vector<TestMember> members = {
      {"1.json", "{}"},
      {"bomb.json", std::string(3'000'000, ' ')},
      {"2.json", kReport}};
  WriteArchive("x.zip", members, Options("zip"));
  EXPECT_THAT(Walk({"x.zip"}),
              ElementsAre("x.zip|1.json", "x.zip|bomb.json !ratio_limit",
                          "x.zip|2.json"));
  WriteArchive("x.tar.xz", members, Options("tar", "xz"));
  EXPECT_THAT(
      Walk({"x.tar.xz"}),
      ElementsAre("x.tar.xz|1.json", "x.tar.xz|bomb.json !ratio_limit"));
  // Nor does a bomb that nobody asked for run on.
  WriteArchive("y.tar.xz",
               {{"1.json", "{}"}, {"bomb", std::string(3'000'000, 'x')}},
               Options("tar", "xz"));
  EXPECT_THAT(Walk({"y.tar.xz"}),
              ElementsAre("y.tar.xz|1.json", "y.tar.xz !ratio_limit"));
  // A zip of bombs is left in the end.
  WriteArchive(
      "z.zip",
      std::vector<TestMember>(40, {"bomb.json", std::string(200'000, ' ')}),
      Options("zip"));
  EXPECT_THAT(Walk({"z.zip"}).size(), 16u);
}

// Every prefix: what was whole before the cut stands, and the cut shows.
TEST_F(ReportArchiveTest, ArchivesCutShort) {
  const std::vector<TestMember> members = {
      {"1.json", "{\"a\":\"" + std::string(700, 'x') + "\"}"},
      {"p.bin", std::string(3000, '\1')},
      {"2.json", std::string(513, ' ') + kReport}};
  for (const Kind& kind : kKinds) {
    const std::string name = std::string("x") + kind.ending;
    const std::string whole =
        MakeArchive(members, Options(kind.format, kind.filter));
    size_t end = whole.size();
    if (kind.format == std::string("zip")) {
      // Without its directory a zip is still read whole, front to back.
      end = whole.find("PK\1\2");
    } else if (kind.filter == std::string("none") &&
               kind.format == std::string("tar")) {
      // Behind one zero block a tar has ended.
      end = 512 * 3 + 1024 + 3072 + 1024;
    }
    const size_t step = whole.size() > 2000 ? 37 : 1;
    for (size_t size = 1; size < end; size += step) {
      Write(name, std::string_view(whole).substr(0, size));
      const std::vector<std::string> lines = Walk({name});
      ASSERT_FALSE(lines.empty()) << name << " cut at " << size;
      EXPECT_THAT(lines.back(), HasSubstr("!bad_archive"))
          << name << " cut at " << size;
      const std::vector<std::string> before(lines.begin(), lines.end() - 1);
      if (!before.empty()) {
        EXPECT_EQ(before.front(), name + "|1.json") << size;
        EXPECT_EQ(contents_.front(), members[0].content) << size;
      }
      if (before.size() > 1) {
        EXPECT_EQ(contents_[1], members[2].content) << size;
      }
      EXPECT_LE(before.size(), 2u);
    }
  }
}

TEST_F(ReportArchiveTest, AMemberCutShortIsNamed) {
  const std::string whole = MakeArchive(
      {{"1.json", kReport}, {"2.json", std::string(5000, ' ')}}, {});
  Write("x.tar", whole.substr(0, 3000));
  EXPECT_THAT(Walk({"x.tar"}),
              ElementsAre("x.tar|1.json", "x.tar|2.json !bad_archive"));
  Write("y.tar", whole.substr(0, 1024));  // between the two
  EXPECT_THAT(Walk({"y.tar"}),
              ElementsAre("y.tar|1.json", "y.tar !bad_archive"));
}

TEST_F(ReportArchiveTest, FlippedBytesNeverHarm) {
  for (const Kind& kind : kKinds) {
    const std::string name = std::string("x") + kind.ending;
    const std::string whole = MakeArchive(
        {{"1.json", kReport},
         {"2.bin", "x"},
         {"3.json.zip", MakeArchive({{"4.json", kReport}}, Options("zip"))}},
        Options(kind.format, kind.filter));
    for (size_t i = 0; i < whole.size(); i += 1 + whole.size() / 400) {
      std::string damaged = whole;
      damaged[i] = static_cast<char>(damaged[i] ^ 0x41);
      Write(name, damaged);
      Walk({name});  // holds the promises of every candidate
    }
  }
}

TEST_F(ReportArchiveTest, ACandidateMayBeMovedAway) {
  WriteArchive("x.tar", {{"1.json", "{\"a\":1}"}, {"2.json", "{}"}});
  ReportArchiveWalker walker({At("x.tar")}, limits_);
  ReportCandidate candidate;
  ASSERT_TRUE(walker.Next(&candidate));
  const ReportCandidate first = std::move(candidate);
  ASSERT_TRUE(walker.Next(&candidate));
  EXPECT_EQ(first.bytes.view(), "{\"a\":1}");
  EXPECT_EQ(candidate.bytes.view(), "{}");
}

TEST_F(ReportArchiveTest, WalkersMove) {
  WriteArchive("x.tar", {{"1.json", "{}"}, {"2.json", "{}"}});
  ReportArchiveWalker opened({At("x.tar")}, limits_);
  ReportArchiveWalker first = std::move(opened);
  ReportCandidate candidate;
  ASSERT_TRUE(first.Next(&candidate));
  ReportArchiveWalker second = std::move(first);
  ASSERT_TRUE(second.Next(&candidate));
  EXPECT_EQ(candidate.source.member, "2.json");
  EXPECT_FALSE(second.Next(&candidate));
}

TEST_F(ReportArchiveTest, ANamedArchiveWithoutAReportIsListed) {
  WriteArchive("a.zip", {{"notes.txt", "x"}}, Options("zip"));
  WriteArchive("in/b.zip", {{"notes.txt", "x"}}, Options("zip"));
  EXPECT_THAT(Walk({"a.zip", "in"}), ElementsAre("a.zip !not_a_report"));
  EXPECT_EQ(skipped_, 2u);
}

}  // namespace
}  // namespace mispsift
