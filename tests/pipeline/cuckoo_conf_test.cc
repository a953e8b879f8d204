#include "mispsift/pipeline/cuckoo_conf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/support/temp_folder.h"

namespace mispsift {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

constexpr const char* kApikey = "exampleKEYexampleKEYexampleKEYexample001";

// As people have it: what is around [misp], comments, odd spacing, and the
// options of the module and of the patch to it.
constexpr const char* kProcessing = R"(# Enable or disable the available
# processing modules [on/off].

[virustotal]
enabled = no
# The misp section below has a key, this one another.
key = other
url : https://www.virustotal.example/

[misp]
enabled = yes
url:https://misp.example.com:8443/
  ; the automation user's
APIKEY   =   exampleKEYexampleKEYexampleKEYexample001

# Maximum amount of IOCs to look up (hard limit).
maxioc=250   ; per report
only_ids = no
ioc_blacklist = 8.8.8.8,8.8.4.4 , www.google.com  # resolvers

[irma]
enabled = no
not a setting, but none of ours
)";

constexpr const char* kReporting = R"([jsondump]
enabled = yes
indent = 4

[misp]
enabled = on
url = "https://misp.example.org"
apikey = 'exampleKEYexampleKEYexampleKEYexample001'
# The various modes describe which information should be submitted.
mode = maldoc ipaddr hashes url
tag = Cuckoo, "tlp:amber", misp-galaxy:tool="Foo, Bar"
distribution = 1
threat_level_id : 3
analysis = 2
min_malscore = 6.5
upload_sample = True
title = Night shift: analysis of
ioc_blacklist = 192.0.2.1, .example.net
)";

constexpr const char* kCape = R"([misp]
enabled = no
apikey =
url =
# minimal malscore, by default all
min_malscore = 0
threads = 5
extend_context = no
upload_iocs = yes
distribution = 4
sharing_group = 17
threat_level_id = 2
analysis = 0
title = Iocs from cuckoo analysis:
network = no
ids_files = yes
dropped = OFF
registry = 1
mutexes = 0
published = no
)";

CuckooConf Processing(std::string_view text) {
  CuckooConf conf;
  const absl::Status read = ReadProcessingConf(text, "p.conf", &conf);
  EXPECT_TRUE(read.ok()) << read;
  return conf;
}

CuckooConf Reporting(std::string_view text) {
  CuckooConf conf;
  const absl::Status read = ReadReportingConf(text, "r.conf", &conf);
  EXPECT_TRUE(read.ok()) << read;
  return conf;
}

std::string ProcessingError(std::string_view text) {
  CuckooConf conf;
  const absl::Status read = ReadProcessingConf(text, "p.conf", &conf);
  EXPECT_EQ(read.code(), absl::StatusCode::kInvalidArgument) << text;
  return std::string(read.message());
}

std::string ReportingError(const std::string& setting) {
  CuckooConf conf;
  const absl::Status read =
      ReadReportingConf("[misp]\n\n" + setting + "\n", "r.conf", &conf);
  EXPECT_EQ(read.code(), absl::StatusCode::kInvalidArgument) << setting;
  return std::string(read.message());
}

TEST(CuckooConf, ReadsEveryOptionOfTheLookUp) {
  const CuckooConf conf = Processing(kProcessing);
  EXPECT_EQ(conf.processing.enabled, true);
  EXPECT_EQ(conf.processing.url, "https://misp.example.com:8443/");
  EXPECT_EQ(conf.processing.apikey, kApikey);
  EXPECT_EQ(conf.processing.maxioc, 250u);
  EXPECT_EQ(conf.processing.only_ids, false);
  EXPECT_THAT(conf.processing.ioc_blacklist,
              ElementsAre("8.8.8.8,8.8.4.4 , www.google.com"));
  EXPECT_THAT(conf.warnings, IsEmpty());
  EXPECT_EQ(conf.reporting, CuckooReporting());
}

TEST(CuckooConf, ReadsEveryOptionOfTheReport) {
  const CuckooConf conf = Reporting(kReporting);
  const CuckooReporting& reporting = conf.reporting;
  EXPECT_EQ(reporting.enabled, true);
  EXPECT_EQ(reporting.url, "https://misp.example.org");
  EXPECT_EQ(reporting.apikey, kApikey);
  ASSERT_TRUE(reporting.mode.has_value());
  EXPECT_THAT(*reporting.mode,
              ElementsAre("maldoc", "ipaddr", "hashes", "url"));
  EXPECT_THAT(reporting.tags, ElementsAre("Cuckoo", "tlp:amber",
                                          "misp-galaxy:tool=\"Foo, Bar\""));
  EXPECT_EQ(reporting.distribution, 1);
  EXPECT_EQ(reporting.threat_level_id, 3);
  EXPECT_EQ(reporting.analysis, 2);
  EXPECT_EQ(reporting.min_malscore, 6.5);
  EXPECT_EQ(reporting.upload_sample, true);
  EXPECT_EQ(reporting.title, "Night shift: analysis of");
  EXPECT_THAT(reporting.ioc_blacklist, ElementsAre("192.0.2.1, .example.net"));
  EXPECT_THAT(conf.warnings, IsEmpty());
  EXPECT_EQ(conf.processing, CuckooProcessing());
}

TEST(CuckooConf, ReadsWhatCapeAdds) {
  const CuckooConf conf = Reporting(kCape);
  CuckooReporting expected;
  expected.enabled = false;
  expected.min_malscore = 0;
  expected.upload_iocs = true;
  expected.distribution = 4;
  expected.sharing_group = 17;
  expected.threat_level_id = 2;
  expected.analysis = 0;
  expected.title = "Iocs from cuckoo analysis:";
  expected.network = false;
  expected.ids_files = true;
  expected.dropped = false;
  expected.registry = true;
  expected.mutexes = false;
  expected.published = false;
  EXPECT_EQ(conf.reporting, expected);
  EXPECT_THAT(conf.warnings, IsEmpty());

  CuckooConf whitelist;
  ASSERT_TRUE(ReadMispConf("[whitelist]\nwhitelist = 192.0.2.1, evil.example\n",
                           "m.conf", &whitelist)
                  .ok());
  EXPECT_THAT(whitelist.whitelist, ElementsAre("192.0.2.1, evil.example"));
}

TEST(CuckooConf, ReadsTheThreatLevelUnderBothNames) {
  EXPECT_EQ(Reporting("[misp]\nthreat_level = 2\n").reporting.threat_level_id,
            2);
  EXPECT_EQ(Reporting("[misp]\nthreat_level_id = 3\nthreat_level = 2\n")
                .reporting.threat_level_id,
            3);
}

TEST(CuckooConf, WhatIsNotSaidIsEmpty) {
  for (const char* text :
       {"", "[misp]\n", "[other]\nurl = https://other.example\n",
        "[misp]\nurl = none\napikey = None\nmaxioc =\nonly_ids =\n"
        "ioc_blacklist =\n",
        "[misp]\nurl =\napikey = ; none yet\n"}) {
    EXPECT_EQ(Processing(text), CuckooConf()) << text;
  }
  const CuckooConf nothing =
      Reporting("[misp]\nmode =\ndistribution = none\nmin_malscore = none\n");
  ASSERT_TRUE(nothing.reporting.mode.has_value());
  EXPECT_THAT(*nothing.reporting.mode, IsEmpty());
  EXPECT_FALSE(nothing.reporting.distribution.has_value());
  EXPECT_FALSE(nothing.reporting.min_malscore.has_value());
}

TEST(CuckooConf, OnlyALiteralNoSwitchesOnlyIdsOff) {
  const auto only_ids = [](const std::string& value) {
    return Processing("[misp]\nonly_ids = " + value + "\n");
  };
  EXPECT_EQ(only_ids("no").processing.only_ids, false);
  EXPECT_THAT(only_ids("no").warnings, IsEmpty());
  EXPECT_EQ(only_ids("yes").processing.only_ids, true);
  EXPECT_THAT(only_ids("yes").warnings, IsEmpty());
  for (const char* value : {"No", "false", "off", "0"}) {
    EXPECT_EQ(only_ids(value).processing.only_ids, true);
    EXPECT_THAT(only_ids(value).warnings,
                ElementsAre(HasSubstr("p.conf:2: only_ids")));
  }
}

TEST(CuckooConf, SplitsModesAsAShellAndAtCommas) {
  const auto modes = [](const std::string& value) {
    return Reporting("[misp]\nmode = " + value + "\n");
  };
  EXPECT_THAT(*modes("\"ipaddr\" 'url'").reporting.mode,
              ElementsAre("ipaddr", "url"));
  EXPECT_THAT(*modes("\"hashes url\"").reporting.mode,
              ElementsAre("hashes", "url"));
  EXPECT_THAT(*modes("hashes,url  # no addresses").reporting.mode,
              ElementsAre("hashes", "url"));
  const CuckooConf unknown = modes("hashes everything");
  EXPECT_THAT(*unknown.reporting.mode, ElementsAre("hashes"));
  EXPECT_THAT(unknown.warnings,
              ElementsAre("r.conf:2: mode: there is no mode everything"));
}

TEST(CuckooConf, OnlyTitleAndTagsMayHoldANumberSign) {
  const CuckooConf conf = Reporting(
      "[misp]\ntitle = Case #7 #8  ; comment\ntag = a #1,b\n"
      "analysis = 1 # comment\nurl = https://misp.example/#x # comment\n"
      "ioc_blacklist = # none\n");
  EXPECT_EQ(conf.reporting.title, "Case #7 #8");
  EXPECT_THAT(conf.reporting.tags, ElementsAre("a #1", "b"));
  EXPECT_EQ(conf.reporting.analysis, 1);
  EXPECT_EQ(conf.reporting.url, "https://misp.example/#x");
  EXPECT_THAT(conf.reporting.ioc_blacklist, IsEmpty());
  EXPECT_THAT(conf.warnings,
              UnorderedElementsAre(HasSubstr("r.conf:2: title: # is part"),
                                   HasSubstr("r.conf:3: tag: # is part")));
}

TEST(CuckooConf, TakesListsOverSeveralLines) {
  const CuckooConf conf = Reporting(
      "[misp]\n"
      "tag = a,\n"
      "    b\n"
      "    # c is gone\n"
      "\n"
      "    d\n"
      "ioc_blacklist =\n"
      "\t8.8.8.8\n"
      "\twww.google.com, 8.8.4.4 ; resolver\n"
      "analysis = 1\n");
  EXPECT_THAT(conf.reporting.tags, ElementsAre("a", "b", "d"));
  EXPECT_THAT(conf.reporting.ioc_blacklist,
              ElementsAre("8.8.8.8", "www.google.com, 8.8.4.4"));
  EXPECT_EQ(conf.reporting.analysis, 1);
}

TEST(CuckooConf, TakesBomCrlfAndIndentedSettings) {
  std::string text = "\xef\xbb\xbf";
  for (const char c : std::string_view(kProcessing)) {
    if (c == '\n') text += '\r';
    text += c;
  }
  EXPECT_EQ(Processing(text), Processing(kProcessing));
  EXPECT_EQ(Processing("  [misp]\n  maxioc = 3\n  only_ids = no\n"),
            Processing("[misp]\nmaxioc = 3\nonly_ids = no"));
}

TEST(CuckooConf, TheLastOfTwoCountsAndIsNamed) {
  const CuckooConf conf = Processing(
      "[misp]\nmaxioc = 1\n[other]\nmaxioc = 2\n[misp]\nmaxioc = 3\n");
  EXPECT_EQ(conf.processing.maxioc, 3u);
  EXPECT_THAT(conf.warnings,
              ElementsAre("p.conf:2: maxioc: stands again in line 6, which "
                          "counts"));
}

TEST(CuckooConf, NamesWhatItDoesNotKnowAndWhatItNeverDoes) {
  EXPECT_THAT(Processing("[misp]\nno_dups = yes\nextra%s = 1\n").warnings,
              ElementsAre("p.conf:2: no_dups: not known here",
                          "p.conf:3: a setting that is not known here"));
  EXPECT_THAT(Reporting("[misp]\nonly_ids = no\npublished = yes\n").warnings,
              UnorderedElementsAre("r.conf:2: only_ids: not known here",
                                   "r.conf:3: published: events are never "
                                   "published"));
}

TEST(CuckooConf, RefusesWhatIsNoValueByFileAndLine) {
  EXPECT_EQ(ReportingError("threat_level_id = 9"),
            "r.conf:3: threat_level_id: a number from 1 to 4");
  EXPECT_EQ(ReportingError("threat_level = high"),
            "r.conf:3: threat_level: a number from 1 to 4");
  EXPECT_EQ(ReportingError("distribution = 5"),
            "r.conf:3: distribution: a number from 0 to 4");
  EXPECT_EQ(ReportingError("distribution = -1"),
            "r.conf:3: distribution: a number from 0 to 4");
  EXPECT_EQ(ReportingError("sharing_group = 0"),
            "r.conf:3: sharing_group: a number from 1 to 2147483647");
  EXPECT_EQ(ReportingError("analysis = 3"),
            "r.conf:3: analysis: a number from 0 to 2");
  EXPECT_EQ(ReportingError("min_malscore = much"),
            "r.conf:3: min_malscore: a number");
  EXPECT_EQ(ReportingError("min_malscore = nan"),
            "r.conf:3: min_malscore: a number");
  for (const char* key :
       {"enabled", "upload_sample", "upload_iocs", "network", "ids_files",
        "dropped", "registry", "mutexes", "published"}) {
    EXPECT_EQ(ReportingError(std::string(key) + " = perhaps"),
              std::string("r.conf:3: ") + key + ": yes or no");
  }
  for (const char* maxioc : {"abc", "0", "-1", "1.5", "99999999999999999999"}) {
    EXPECT_EQ(ProcessingError(std::string("[misp]\nmaxioc = ") + maxioc),
              "p.conf:2: maxioc: a number from 1");
  }
  // The first of two mistakes.
  EXPECT_EQ(ReportingError("distribution = 9\nanalysis = 9"),
            "r.conf:3: distribution: a number from 0 to 4");
  EXPECT_THAT(ReportingError("title = a\n  tag = b"),
              HasSubstr("r.conf:3: title: the next line is indented more"));
  EXPECT_THAT(ReportingError("title = %(CUCKOO_CWD)s"),
              HasSubstr("r.conf:3: title: %(...)s"));
  EXPECT_EQ(Reporting("[misp]\ntitle = 100%\n").reporting.title, "100%");
}

TEST(CuckooConf, RefusesALineThatIsNoneAndRepeatsNoSecret) {
  EXPECT_THAT(ProcessingError("misp]\nenabled = yes\n"),
              HasSubstr("p.conf:1: stands in no [section]"));
  EXPECT_THAT(ProcessingError("# a\n[misp\nenabled = yes\n"),
              HasSubstr("p.conf:2: a [ without its ]"));
  const std::string key = kApikey;
  for (const std::string& text :
       {"[misp]\napikey " + key, "[misp]\n= " + key,
        "[misp]\napikey = " + key + " x", "[misp]\napikey = %(x)s" + key,
        "[misp]\nurl = https://u:" + key + "@misp.example x",
        "[misp]\napikey =\n  " + key, "[misp]\nmaxioc = " + key,
        key + "\n[misp]\n"}) {
    EXPECT_THAT(ProcessingError(text), Not(HasSubstr(key)));
  }
  for (const std::string& text :
       {"[misp]\n" + key + " = 1\n", "[misp]\napikey = a\napikey = " + key,
        "[misp]\nonly_ids = " + key}) {
    for (const std::string& warning : Processing(text).warnings) {
      EXPECT_THAT(warning, Not(HasSubstr(key)));
    }
  }
}

class CuckooConfFolder : public testing::Test {
 protected:
  void Write(const std::string& name, std::string_view text) {
    const fs::path path = folder_.path(name);
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
  }

  CuckooConf Read(const std::string& name) {
    absl::StatusOr<CuckooConf> conf = ReadCuckooConf(folder_.path(name));
    EXPECT_TRUE(conf.ok()) << conf.status();
    return conf.ok() ? *std::move(conf) : CuckooConf();
  }

  TempFolder folder_;
};

TEST_F(CuckooConfFolder, IsCuckoosOrItsConf) {
  Write("cwd/conf/processing.conf", kProcessing);
  Write("cwd/conf/reporting.conf", kReporting);
  Write("cwd/conf/misp.conf", "[whitelist]\nwhitelist = 192.0.2.1\n");
  Write("cwd/safelist/mispdomain.txt", "www.msftncsi.com\n");
  Write("cwd/safelist/misphash.txt", "");
  for (const char* name : {"cwd", "cwd/", "cwd/conf", "cwd/conf/"}) {
    const CuckooConf conf = Read(name);
    EXPECT_EQ(conf.processing, Processing(kProcessing).processing) << name;
    EXPECT_EQ(conf.reporting, Reporting(kReporting).reporting) << name;
    EXPECT_THAT(conf.whitelist, ElementsAre("192.0.2.1")) << name;
    EXPECT_TRUE(fs::equivalent(conf.safelists.domains,
                               folder_.path("cwd/safelist/mispdomain.txt")))
        << name;
    EXPECT_TRUE(fs::equivalent(conf.safelists.hashes,
                               folder_.path("cwd/safelist/misphash.txt")))
        << name;
    EXPECT_EQ(conf.safelists.ips, "") << name;
    EXPECT_EQ(conf.safelists.urls, "") << name;
    EXPECT_THAT(conf.warnings, IsEmpty()) << name;
  }
}

TEST_F(CuckooConfFolder, FindsEachSafelistBesideTheFilesToo) {
  Write("flat/reporting.conf", kCape);
  for (const char* name : {"domain", "ip", "url", "hash"}) {
    Write(std::string("flat/safelist/misp") + name + ".txt", "");
  }
  const CuckooConf conf = Read("flat");
  EXPECT_EQ(conf.reporting, Reporting(kCape).reporting);
  EXPECT_EQ(conf.processing, CuckooProcessing());
  EXPECT_THAT(conf.safelists.domains, HasSubstr("mispdomain.txt"));
  EXPECT_THAT(conf.safelists.ips, HasSubstr("mispip.txt"));
  EXPECT_THAT(conf.safelists.urls, HasSubstr("mispurl.txt"));
  EXPECT_THAT(conf.safelists.hashes, HasSubstr("misphash.txt"));
}

TEST_F(CuckooConfFolder, HoldsOneOfTheFilesAtLeast) {
  Write("empty/conf/misp.conf", "[whitelist]\n");
  const absl::Status none = ReadCuckooConf(folder_.path("empty")).status();
  EXPECT_EQ(none.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(none.message()), HasSubstr(folder_.path("empty")));

  Write("bad/processing.conf", "[misp]\nmaxioc = abc\n");
  const absl::Status bad = ReadCuckooConf(folder_.path("bad")).status();
  EXPECT_EQ(bad.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(bad.message()), HasSubstr("bad/processing.conf:2: "));
}

TEST_F(CuckooConfFolder, WarnsOfAKeyThatEveryoneMayRead) {
  Write("cwd/processing.conf", kProcessing);
  Write("cwd/reporting.conf", kCape);
  for (const char* name : {"cwd/processing.conf", "cwd/reporting.conf"}) {
    fs::permissions(folder_.path(name), fs::perms::others_read,
                    fs::perm_options::add);
  }
  EXPECT_THAT(Read("cwd").warnings,
              ElementsAre(HasSubstr("processing.conf: holds a key")));
}

}  // namespace
}  // namespace mispsift
