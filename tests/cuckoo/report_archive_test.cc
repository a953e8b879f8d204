#include "mispsift/cuckoo/report_archive.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libdeflate.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mispsift/base/gzip.h"
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

// What libarchive would not write, byte by byte; numbers are little-endian.
std::string Number(uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i, value >>= 8) {
    text += static_cast<char>(value);
  }
  return text;
}

std::string Sum(std::string_view bytes) {
  return Number(libdeflate_crc32(0, bytes.data(), bytes.size()), 4);
}

// From the flags on, which a member's header and its record have in common.
std::string ZipFields(std::string_view name, std::string_view content) {
  return Number(0, 8) + Sum(content) + Number(content.size(), 4) +
         Number(content.size(), 4) + Number(name.size(), 2) + Number(0, 2);
}

// A stored member, its record in the directory, and a zip's end.
std::string ZipMember(std::string_view name, const std::string& content) {
  return "PK\3\4" + Number(20, 2) + ZipFields(name, content) +
         std::string(name) + content;
}
std::string ZipRecord(std::string_view name, std::string_view content,
                      uint64_t place) {
  return "PK\1\2" + Number(20, 2) + Number(20, 2) + ZipFields(name, content) +
         Number(0, 10) + Number(place, 4) + std::string(name);
}
std::string ZipDirectory(uint64_t place,
                         const std::vector<std::string>& records) {
  std::string directory;
  for (const std::string& record : records) directory += record;
  return directory + "PK\5\6" + Number(0, 4) + Number(records.size(), 2) +
         Number(records.size(), 2) + Number(directory.size(), 4) +
         Number(place, 4) + Number(0, 2);
}

// A 7z of one file under AES, in the clear or in a header under AES.
std::string SevenZipUnderPassword(bool header_too) {
  using namespace std::string_literals;
  const std::string packed(32, '\xa5');
  const std::string folder =
      "\x06\0\x01\x09\x20\0"s                          // 32 bytes, at the start
      "\x07\x0b\x01\0\x01\x24\x06\xf1\x07\x01"s        // one coder: AES
      "\x0a\x53\x07\x01\x02\x03\x04\x05\x06\x07\x08"s  // its vector
      "\x0c\x14\0"s;                                   // 20 bytes come out
  std::string name;
  for (const char c : "secret.json"s) name += {c, '\0'};
  name += "\0\0"s;
  const std::string header =
      header_too ? "\x17"s + folder + "\0"s
                 : "\x01\x04"s + folder + "\x08\x0a\x01"s + Sum("x") + "\0\0"s +
                       "\x05\x01\x11"s + Number(name.size() + 1, 1) + "\0"s +
                       name + "\0\0"s;
  const std::string start =
      Number(packed.size(), 8) + Number(header.size(), 8) + Sum(header);
  return "7z\xbc\xaf\x27\x1c\0\x04"s + Sum(start) + start + packed + header;
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

TEST_F(ReportArchiveTest, ArchivesInArchivesAreOpenedOneLevelDeep) {
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
                         {"other.7z", "x"},
                         {"y.tar.gz", MakeArchive({{"y.json", "{\"y\":1}"}},
                                                  Options("tar", "gzip"))}});
  const std::string label = "x.tar|1/reports/report.json.zip";
  EXPECT_THAT(Walk({"x.tar"}),
              ElementsAre(label + "/report.json",
                          label + "/deeper.json.zip !nested_too_deep",
                          label + "/deeper.tar !nested_too_deep",
                          label + "/packed.json.gz !nested_too_deep",
                          "x.tar|2/reports/report.json.zip !bad_archive",
                          "x.tar|3.json", "x.tar|other.7z !bad_archive",
                          "x.tar|y.tar.gz/y.json"));
  EXPECT_EQ(contents_.front(), "{\"in\":1}");
  EXPECT_EQ(contents_[contents_.size() - 3], "{\"out\":1}");
  EXPECT_EQ(contents_.back(), "{\"y\":1}");
  EXPECT_EQ(skipped_, 2u);
}

TEST_F(ReportArchiveTest, HowDeepArchivesAreOpenedIsALimit) {
  std::string nested = Compress(kReport, "gzip");
  std::string label = "r.json.gz";
  for (int level = 2; level <= 4; ++level) {
    const std::string beside = std::to_string(level) + ".json";
    const bool is_zip = level % 2 == 0;
    nested = MakeArchive(
        {{label.substr(0, label.find('/')), nested}, {beside, kReport}},
        Options(is_zip ? "zip" : "tar", "none"));
    label = (is_zip ? "a.zip/" : "a.tar/") + label;
  }
  Write("x.zip", nested);  // x.zip > a.tar > a.zip > r.json.gz
  label = "x.zip|a.tar/a.zip/r.json.gz";
  // What is too deep is named, and what is beside it read.
  limits_.max_nesting = 0;
  EXPECT_THAT(Walk({"x.zip"}),
              ElementsAre("x.zip|a.tar !nested_too_deep", "x.zip|4.json"));
  limits_.max_nesting = 1;
  EXPECT_THAT(Walk({"x.zip"}),
              ElementsAre("x.zip|a.tar/a.zip !nested_too_deep",
                          "x.zip|a.tar/3.json", "x.zip|4.json"));
  limits_.max_nesting = 2;
  EXPECT_THAT(
      Walk({"x.zip"}),
      ElementsAre(label + " !nested_too_deep", "x.zip|a.tar/a.zip/2.json",
                  "x.zip|a.tar/3.json", "x.zip|4.json"));
  limits_.max_nesting = 3;
  EXPECT_THAT(Walk({"x.zip"}),
              ElementsAre(label, "x.zip|a.tar/a.zip/2.json",
                          "x.zip|a.tar/3.json", "x.zip|4.json"));
  EXPECT_THAT(contents_, Each(kReport));
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

TEST_F(ReportArchiveTest, EncryptionOfEveryKindIsTold) {
  WriteArchive("in/old.zip", {{"a.json", kReport}},
               {.format = "zip",
                .filter = "none",
                .password = "infected",
                .settings = "zip:encryption=traditional"});
  Write("in/x.7z", SevenZipUnderPassword(false));
  Write("in/y.7z", SevenZipUnderPassword(true));
  EXPECT_THAT(Walk({"in"}), ElementsAre("in/old.zip|a.json !encrypted",
                                        "in/x.7z|secret.json !encrypted",
                                        "in/y.7z !encrypted"));
}

TEST_F(ReportArchiveTest, Zip64) {
  WriteArchive("x.zip", {{"1.json", kReport}, {"2.json", "{\"b\":1}"}},
               {.format = "zip",
                .filter = "none",
                .password = "",
                .settings = "zip:zip64"});
  EXPECT_THAT(Walk({"x.zip"}), ElementsAre("x.zip|1.json", "x.zip|2.json"));
  EXPECT_THAT(contents_, ElementsAre(kReport, "{\"b\":1}"));
}

TEST_F(ReportArchiveTest, AHundredThousandMembers) {
  std::vector<TestMember> members(100'000, {"x.bin", "x"});
  members.front() = members.back() = {"1.json", kReport};
  members[70'000] = {"2.json", "{\"b\":1}"};
  // More than 65,535 members make a zip64 as well.
  for (const Kind& kind : {kKinds[0], kKinds[9]}) {
    const std::string name = std::string("x") + kind.ending;
    WriteArchive(name, members, Options(kind.format, kind.filter));
    EXPECT_THAT(Walk({name}), ElementsAre(name + "|1.json", name + "|2.json",
                                          name + "|1.json"));
    EXPECT_EQ(skipped_, 99'997u);
  }
}

// A sum that is wrong, of a stored member and of a compressed one.
TEST_F(ReportArchiveTest, AMemberWhoseSumIsWrongIsDamaged) {
  for (const char* how : {"zip:compression=store", "zip:compression=deflate"}) {
    std::string zip = MakeArchive(
        {{"1.json", kReport}, {"2.json", "{\"b\":1}"}, {"3.json", kReport}},
        {.format = "zip", .filter = "none", .password = "", .settings = how});
    const std::string sum = Sum("{\"b\":1}");
    size_t changed = 0;
    for (size_t at = 0; (at = zip.find(sum, at)) != std::string::npos; ++at) {
      zip[at] ^= 1;
      ++changed;
    }
    EXPECT_EQ(changed, 2u);  // behind the member, and in the directory
    Write("x.zip", zip);
    EXPECT_THAT(Walk({"x.zip"}),
                ElementsAre("x.zip|1.json", "x.zip|2.json !bad_archive",
                            "x.zip|3.json"));
    EXPECT_THAT(details_[1], HasSubstr("CRC"));
  }
}

// The directory still says where the others are; up to a number of them.
TEST_F(ReportArchiveTest, BehindADamagedMemberAZipGoesOn) {
  std::vector<TestMember> members(80, {"1.json", std::string(1000, 'x')});
  std::string zip = MakeArchive(members, Options("zip"));
  const auto damage = [&zip](size_t count) {
    size_t at = 0;
    for (size_t i = 0; i < count; ++i) {
      at = zip.find("1.json", at) + 6;
      // Behind the extra fields; no block of deflate begins like that.
      zip[at + static_cast<unsigned char>(zip[at - 8])] = '\xff';
    }
  };
  damage(64);
  Write("x.zip", zip);
  WriteArchive("y.tar", {{"1.json.zip", zip}});
  for (const char* name : {"x.zip", "y.tar"}) {
    const std::vector<std::string> lines = Walk({name});
    ASSERT_EQ(lines.size(), 80u);
    for (size_t i = 0; i < lines.size(); ++i) {
      EXPECT_EQ(lines[i].ends_with(" !bad_archive"), i < 64) << lines[i];
    }
  }
  damage(70);
  Write("x.zip", zip);
  EXPECT_EQ(Walk({"x.zip"}),
            std::vector<std::string>(65, "x.zip|1.json !bad_archive"));
  EXPECT_THAT(details_.back(), HasSubstr("the rest of the archive is not"));
}

TEST_F(ReportArchiveTest, ADirectoryWithoutItsMembersIsDamaged) {
  const std::string zip =
      MakeArchive({{"1.json", kReport}, {"2.json", kReport}}, Options("zip"));
  const size_t directory = zip.find("PK\1\2");
  Write("in/gone.zip", std::string(directory, '\0') + zip.substr(directory));
  Write("in/only_it.zip", zip.substr(directory));
  Write("in/only_its_end.zip", zip.substr(zip.find("PK\5\6")));
  std::string outside = zip;
  for (size_t at = 0; (at = outside.find("PK\1\2", at)) != std::string::npos;
       ++at) {
    outside[at + 44] = 0x7f;  // the third byte of where it begins
  }
  Write("in/outside.zip", outside);
  EXPECT_THAT(Walk({"in"}), ElementsAre("in/gone.zip !bad_archive",
                                        "in/only_it.zip !bad_archive",
                                        "in/only_its_end.zip !bad_archive",
                                        "in/outside.zip !bad_archive"));
}

// One whose bytes are another's, header included, is a bomb's. In which order
// the directory names members is all the same.
TEST_F(ReportArchiveTest, AMemberOfAZipThatOverlapsAnotherIsRefused) {
  const std::string quoted = ZipMember("2.json", kReport);
  const std::string first = ZipMember("1.json", quoted);
  const std::string third = ZipMember("3.json", kReport);
  const size_t second_at = first.size() - quoted.size();
  const std::string records[] = {ZipRecord("1.json", quoted, 0),
                                 ZipRecord("2.json", kReport, second_at),
                                 ZipRecord("3.json", kReport, first.size())};
  const std::string members = first + third;
  Write("x.zip", members + ZipDirectory(members.size(),
                                        {records[0], records[1], records[2]}));
  EXPECT_THAT(
      Walk({"x.zip"}),
      ElementsAre("x.zip|1.json", "x.zip|2.json !bad_archive", "x.zip|3.json"));
  EXPECT_THAT(contents_, ElementsAre(quoted, "", kReport));
  EXPECT_THAT(details_[1], HasSubstr("overlaps"));
  Write("x.zip",
        members + ZipDirectory(members.size(), {records[2], records[0]}));
  EXPECT_THAT(Walk({"x.zip"}), ElementsAre("x.zip|1.json", "x.zip|3.json"));
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
  // Those of an archive in it are its own as well.
  const std::string two =
      MakeArchive({{"a.json", "{}"}, {"b.json", "{}"}}, Options("zip"));
  WriteArchive("z.tar", {{"1.json.zip", two}, {"2.json", "{}"}});
  EXPECT_THAT(Walk({"z.tar"}),
              ElementsAre("z.tar|1.json.zip/a.json", "z.tar|1.json.zip/b.json",
                          "z.tar !too_many_members"));
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
}

// Each member may be within its bounds, and all together are not.
TEST_F(ReportArchiveTest, AnArchiveHasARatioOfItsOwn) {
  limits_.max_ratio = 10;
  limits_.ratio_floor_bytes = 100'000;
  limits_.archive_floor_bytes = 1'000'000;
  const auto many = [](const std::string& name, const std::string& content) {
    return std::vector<TestMember>(40, {name, content});
  };
  const auto expect_left_after = [this](const std::string& name,
                                        const std::string& line, size_t count) {
    std::vector<std::string> expected(count, line);
    expected.push_back(name + " !ratio_limit");
    EXPECT_EQ(Walk({name}), expected);
    EXPECT_THAT(details_.back(), HasSubstr("the rest of the archive is not"));
  };
  const std::string small(90'000, ' ');
  const std::string bomb(200'000, ' ');
  WriteArchive("small.zip", many("1.json", small), Options("zip"));
  expect_left_after("small.zip", "small.zip|1.json", 12);
  WriteArchive("bombs.zip", many("1.json", bomb), Options("zip"));
  expect_left_after("bombs.zip", "bombs.zip|1.json !ratio_limit", 6);
  // What is packed once more counts as well.
  WriteArchive("small.tar", many("1.json.gz", Compress(small, "gzip")),
               Options("tar", "none"));
  expect_left_after("small.tar", "small.tar|1.json.gz", 12);
  for (const std::string ending : {"gz", "bz2", "xz", "zst"}) {
    const std::string filter = ending == "gz"    ? "gzip"
                               : ending == "bz2" ? "bzip2"
                               : ending == "xz"  ? "xz"
                                                 : "zstd";
    WriteArchive("bombs.tar", many("1.json." + ending, Compress(bomb, filter)));
    const std::vector<std::string> lines = Walk({"bombs.tar"});
    EXPECT_EQ(lines.front(), "bombs.tar|1.json." + ending + " !ratio_limit");
    EXPECT_EQ(lines.back(), "bombs.tar !ratio_limit") << lines.size();
    EXPECT_LT(lines.size(), 20u);
  }
  const std::string zip = MakeArchive({{"1.json", small}}, Options("zip"));
  WriteArchive("zips.tar", many("1.json.zip", zip));
  expect_left_after("zips.tar", "zips.tar|1.json.zip/1.json", 12);
  // The last member of all leaves nothing to be refused.
  WriteArchive("fits.zip", std::vector<TestMember>(12, {"1.json", small}),
               Options("zip"));
  EXPECT_EQ(Walk({"fits.zip"}),
            std::vector<std::string>(12, "fits.zip|1.json"));
  limits_.max_ratio = 1000;
  EXPECT_EQ(Walk({"small.zip"}),
            std::vector<std::string>(40, "small.zip|1.json"));
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

TEST_F(ReportArchiveTest, OfATarInGzipTheGzipIsHeldToItsSums) {
  // Larger than what is decompressed at a time, and nothing like itself.
  std::string noise(1'000'000, '\0');
  std::mt19937 random(7);
  for (char& c : noise) c = static_cast<char>('a' + random() % 26);
  const std::string large = "{\"a\":\"" + noise + "\"}";
  const std::string tar =
      MakeArchive({{"1.json", kReport}, {"2.json", large}, {"3.json", kReport}},
                  Options("tar"));
  const std::vector<std::string> all = {"x.tgz|1.json", "x.tgz|2.json",
                                        "x.tgz|3.json"};
  const std::string packed = Gzip(tar);
  Write("x.tgz", packed);
  EXPECT_EQ(Walk({"x.tgz"}), all);
  EXPECT_EQ(contents_[1], large);
  // Wherever one member of a gzip ends and the next begins.
  for (const size_t cut : {size_t{1}, size_t{700}, tar.size() - 700}) {
    Write("x.tgz", Gzip(tar.substr(0, cut)) + Gzip(tar.substr(cut)));
    EXPECT_EQ(Walk({"x.tgz"}), all) << cut;
    EXPECT_EQ(contents_[1], large);
  }
  Write("x.tgz", packed + "garbage");
  EXPECT_EQ(Walk({"x.tgz"}), all);

  const auto flipped = [&packed](size_t at) {
    std::string damaged = packed;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x41);
    return damaged;
  };
  for (const size_t from_end : {1, 5}) {  // its size and its CRC-32
    Write("x.tgz", flipped(packed.size() - from_end));
    EXPECT_THAT(Walk({"x.tgz"}),
                ElementsAre(all[0], all[1], all[2], "x.tgz !bad_archive"));
  }
  Write("x.tgz", packed.substr(0, packed.size() / 2));
  EXPECT_THAT(Walk({"x.tgz"}),
              ElementsAre(all[0], "x.tgz|2.json !bad_archive"));
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
