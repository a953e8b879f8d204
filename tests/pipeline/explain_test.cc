#include "mispsift/pipeline/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "mispsift/misp/snapshot_file.h"
#include "mispsift/pipeline/exit_code.h"
#include "tests/support/snapshots.h"
#include "tests/support/temp_folder.h"

namespace mispsift {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class ExplainTest : public testing::Test {
 protected:
  void Plant(const std::vector<Planted>& attributes) {
    options_.snapshot = folder_.path("s");
    ASSERT_TRUE(
        misp::WriteSnapshot(SnapshotOf(attributes), options_.snapshot).ok());
  }

  // `json` is put into a report's members.
  void Write(const std::string& json, const std::string& name = "r.json") {
    options_.report = folder_.path(name);
    std::ofstream(options_.report, std::ios::binary)
        << "{\"info\":{\"id\":7},\"target\":{}," << json << "}";
  }
  void WriteAsIs(const std::string& bytes) {
    options_.report = folder_.path("r.json");
    std::ofstream(options_.report, std::ios::binary) << bytes;
  }

  std::string Text() {
    const absl::StatusOr<std::string> text = Explain(options_);
    EXPECT_TRUE(text.ok()) << text.status();
    return text.value_or("");
  }
  std::string Json() {
    options_.json = true;
    return Text();
  }
  absl::Status Failure() { return Explain(options_).status(); }

  TempFolder folder_;
  ExplainOptions options_;
};

TEST_F(ExplainTest, SaysWhichRuleWhichAttributeAndWhichEvent) {
  Plant({{"mutex", "EvilMutex"}});
  Write(R"("behavior":{"summary":{"mutex":["evilmutex"]}})");
  EXPECT_THAT(
      Text(),
      AllOf(HasSubstr("1 matched, 0 suppressed, 0 not"),
            HasSubstr("\n== matched ==\n\nmutex: evilmutex\n"
                      "  folded, confidence 90: the field names the kind\n"
                      "    mutex: EvilMutex\n    attribute " +
                      PlantedUuid("mutex", "EvilMutex") +
                      " (id 100)\n    Other, to_ids\n    event "),
            HasSubstr(" (id 7)\n    2024-05-06, Example\n    An event\n"
                      "    tags: tlp:clear\n  in 1 place: behavior\n"
                      "    $.behavior.summary.mutex[0]\n")));
}

TEST_F(ExplainTest, SaysWhatIsComparedWhereItIsNotTheValue) {
  Plant({{"mutex", "EvilMutex"}, {"domain", "evil.example"}});
  Write(R"("network":{"domains":[{"domain":"evil.example"}]},)"
        R"("behavior":{"summary":{"mutex":["EvilMutex"]}})");
  EXPECT_THAT(Text(), AllOf(HasSubstr("mutex: EvilMutex\n"
                                      "  compared as evilmutex\n"),
                            HasSubstr("host: evil.example\n  exact")));
  EXPECT_THAT(Json(), HasSubstr(R"("value":"EvilMutex","key":"evilmutex")"));
}

TEST_F(ExplainTest, SuppressedSaysByWhatAndWhatWouldMatch) {
  Plant({{"domain", "quiet.example", false},
         {"domain", "listed.example"},
         {"ip-dst", "192.168.0.1"},
         {"domain", "off.example", true, true}});
  options_.index.ioc_blacklist = {"listed.example"};
  Write(R"("network":{"hosts":["192.168.0.1"],"domains":[)"
        R"({"domain":"quiet.example"},{"domain":"listed.example"},)"
        R"({"domain":"off.example"}]})");
  const std::string text = Text();
  EXPECT_THAT(text, AllOf(HasSubstr("0 matched, 4 suppressed"),
                          Not(HasSubstr("== matched")),
                          HasSubstr("\n== suppressed ==\n")));
  for (const std::string reason :
       {"not_ids", "blacklist", "special_use", "correlation_disabled"}) {
    EXPECT_THAT(text, HasSubstr("  suppressed by\n    " + reason + " ("));
  }
  EXPECT_THAT(text, HasSubstr("  would be exact, confidence 100\n    domain: "
                              "quiet.example\n"));
  EXPECT_THAT(Json(),
              AllOf(HasSubstr(R"("verdict":"suppressed","matches":[],)"
                              R"("suppressed_by":["blacklist"],"suppressed":[{)"
                              R"("match":"exact","confidence":100,)"
                              R"("by":["blacklist"],"attribute":{)"),
                    HasSubstr(R"("suppressed_by":["special_use"])")));
}

TEST_F(ExplainTest, OneAttributeMatchesWhileAnotherIsSuppressed) {
  Plant({{"domain", "evil.example"}, {"hostname", "evil.example", false}});
  Write(R"("network":{"domains":[{"domain":"evil.example"}]})");
  EXPECT_THAT(Text(), HasSubstr("1 matched, 0 suppressed"));
  EXPECT_THAT(Json(), AllOf(HasSubstr(R"("verdict":"matched","matches":[{)"),
                            HasSubstr(R"("suppressed_by":["not_ids"])")));
}

TEST_F(ExplainTest, WhatMispDoesNotKnowIsCountedAndListedWhenAskedFor) {
  Plant({{"domain", "evil.example"}});
  Write(R"("network":{"domains":[{"domain":"one.example"},)"
        R"({"domain":"two.example"},{"domain":"two.example"}]})");
  EXPECT_THAT(Text(),
              AllOf(HasSubstr("2 not in MISP"), HasSubstr("       2 host\n"),
                    Not(HasSubstr("one.example"))));
  options_.list_unknown = true;
  EXPECT_THAT(Text(), HasSubstr("\nhost: one.example\n"
                                "  $.network.domains[0].domain\n"
                                "host: two.example\n"
                                "  $.network.domains[1].domain and 1 more\n"));
  EXPECT_THAT(Json(), HasSubstr(R"("verdict":"unknown","matches":[],)"
                                R"("suppressed_by":[],"suppressed":[]})"));
}

TEST_F(ExplainTest, AWholeStringIsShownOnlyWhereItMatches) {
  Plant({{"mutex", "some mutex"}});
  Write(R"("x":"some mutex","y":"another text")");
  EXPECT_THAT(Text(),
              AllOf(HasSubstr("mutex: some mutex\n  exact, confidence 40: a "
                              "whole string that merely equals it\n"),
                    HasSubstr(", 0 not in MISP")));
  EXPECT_THAT(Json(), Not(HasSubstr("another text")));
}

TEST_F(ExplainTest, SixteenPathsAreShownAndTheRestIsCounted) {
  Plant({{"domain", "evil.example"}});
  std::string hosts;
  for (int i = 0; i < 20; ++i) {
    hosts += std::string(i > 0 ? "," : "") + R"({"domain":"evil.example"})";
  }
  Write("\"network\":{\"domains\":[" + hosts + "]}");
  EXPECT_THAT(Text(), AllOf(HasSubstr("  in 20 places: network\n"),
                            HasSubstr("domains[15].domain\n    and 4 more\n"),
                            Not(HasSubstr("domains[16]"))));
}

// All of it is for a terminal, and all of it was written by someone else.
TEST_F(ExplainTest, TextIsPrintableWhateverTheReportAndMispSay) {
  const std::string evil = "evil\x1b[2Jmutex\xe2\x80\xae";
  Plant({{"mutex", evil}});
  Write(
      "\"behavior\":{\"summary\":{\"mutex\":[\"evil\\u001b[2Jmutex\\u202e\","
      "\"\\u009b" +
      std::string(5000, 'x') +
      "\"]},\"processes\":[{\"\\u001b]0;\\n\":\"http://a.example/\"}]}");
  options_.list_unknown = true;
  const std::string text = Text();
  EXPECT_THAT(text, AllOf(HasSubstr("mutex: evil\\x1b[2Jmutex\\u{202e}\n"),
                          HasSubstr("xxx... (5002 bytes)\n")));
  for (const char c : text) {
    ASSERT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20) << text;
  }
  EXPECT_THAT(text, Not(HasSubstr("\xe2\x80\xae")));
  EXPECT_THAT(text, Not(HasSubstr("\xc2\x9b")));
  EXPECT_THAT(text, Not(HasSubstr(std::string(201, 'x'))));
}

TEST_F(ExplainTest, AMendedReportIsSeenOnceAndItsNotesAreTold) {
  Plant({{"domain", "evil.example"}});
  Write(
      "\"network\":{\"domains\":[{\"domain\":\"evil.example\"}]},"
      "\"x\":\"\x01\"");
  EXPECT_THAT(Text(), AllOf(HasSubstr("note      control_bytes: 1, first at "
                                      "byte "),
                            HasSubstr("  in 1 place: network\n")));
}

TEST_F(ExplainTest, AStreamedReportIsExplainedAlike) {
  Plant({{"domain", "evil.example"}, {"mutex", "some mutex"}});
  Write(R"("network":{"domains":[{"domain":"evil.example"},)"
        R"({"domain":"two.example"}]},"x":"some mutex")");
  const std::string text = Text();
  const std::string json = Json();
  options_.max_report_memory = 1;
  EXPECT_EQ(Json(), json);
  options_.json = false;
  EXPECT_EQ(Text(), text);
  EXPECT_THAT(text, HasSubstr("2 matched"));
}

// Whether the first document is the only one is known at its end.
TEST_F(ExplainTest, AStreamedReportBehindAnotherIsExplainedAlike) {
  Plant({{"domain", "b.example"}});
  const auto document = [](const std::string& domain) {
    return R"({"info":{},"network":{"domains":[{"domain":")" + domain +
           "\x01\"},{\"domain\":\"" + domain + "\"}]}}";
  };
  for (const std::string& content :
       {document("a.example") + document("b.example"), document("b.example")}) {
    WriteAsIs(content);
    for (const char* member : {"1", "2", "3", ""}) {
      options_.member = member;
      options_.max_report_memory = uint64_t{1} << 30;
      const absl::StatusOr<std::string> held = Explain(options_);
      options_.max_report_memory = 1;
      const absl::StatusOr<std::string> streamed = Explain(options_);
      EXPECT_EQ(streamed.status(), held.status()) << member;
      if (held.ok() && streamed.ok()) {
        EXPECT_EQ(*streamed, *held);
      }
    }
  }
}

TEST_F(ExplainTest, OfSeveralReportsOneMustBeNamed) {
  Plant({{"domain", "b.example"}});
  const auto line = [](const std::string& domain) {
    return R"({"info":{},"network":{"domains":[{"domain":")" + domain +
           "\"}]}}\n";
  };
  WriteAsIs(line("a.example") + line("b.example") + "{\"info\":\n" +
            "\n\n\n\n\n\n" + line("b.example"));
  EXPECT_EQ(ExitCodeOf(Failure()), ExitCode::kUsage);
  EXPECT_THAT(std::string(Failure().message()),
              HasSubstr("--member names one: 1, 2, 3, 10"));
  options_.member = "2";
  EXPECT_THAT(Text(), AllOf(HasSubstr("member    2\n"),
                            HasSubstr("1 matched, 0 suppressed, 0 not")));
  options_.member = "1";
  EXPECT_THAT(Text(), HasSubstr("0 matched, 0 suppressed, 1 "));
  options_.member = "3";
  EXPECT_EQ(ExitCodeOf(Failure()), ExitCode::kIncomplete);
  EXPECT_THAT(std::string(Failure().message()), HasSubstr(": 3: truncated: "));
  options_.member = "10";
  EXPECT_THAT(Text(),
              AllOf(HasSubstr("member    10\n"), HasSubstr("1 matched")));
  options_.member = "4";
  WriteAsIs(line("a.example") + line("b.example"));
  EXPECT_EQ(ExitCodeOf(Failure()), ExitCode::kUsage);
  EXPECT_THAT(std::string(Failure().message()), HasSubstr("no report 4"));

  // The same as a stream, and of documents without a line each.
  options_.max_report_memory = 500;
  options_.member = "2";
  EXPECT_THAT(Text(), HasSubstr("1 matched"));
  options_ = {.snapshot = options_.snapshot};
  WriteAsIs("{\"x\":\"\x01\",\n\"info\":{},\"network\":{}}" +
            line("b.example"));
  EXPECT_THAT(std::string(Failure().message()),
              HasSubstr("--member names one: 1, 2"));
  options_.member = "2";
  EXPECT_THAT(Text(), HasSubstr("1 matched"));
}

TEST_F(ExplainTest, ARejectedReportSaysWhyAndHasItsExitCode) {
  Plant({{"domain", "evil.example"}});
  const std::pair<std::string, std::string> cases[] = {
      {"", "empty"},
      {"no json", "not_json"},
      {"{\"a\":1}", "not_a_report"},
      {"{\"info\":{", "truncated"},
  };
  for (const auto& [bytes, reason] : cases) {
    WriteAsIs(bytes);
    EXPECT_EQ(ExitCodeOf(Failure()), ExitCode::kIncomplete);
    EXPECT_THAT(std::string(Failure().message()),
                StartsWith(options_.report + ": " + reason + ": "));
  }
  options_.report = folder_.path("none");
  EXPECT_THAT(std::string(Failure().message()), HasSubstr(": unreadable: "));
  Write("\"x\":[[[1]]]");
  options_.max_json_nesting = 3;
  EXPECT_THAT(std::string(Failure().message()), HasSubstr(": too_deep: "));
  options_.snapshot = folder_.path("none");
  EXPECT_EQ(ExitCodeOf(Failure()), ExitCode::kBadSnapshot);
}

TEST_F(ExplainTest, AFolderWithoutAReportIsAMistake) {
  Plant({{"domain", "evil.example"}});
  options_.report = folder_.path("");
  EXPECT_EQ(ExitCodeOf(Failure()), ExitCode::kUsage);
  EXPECT_THAT(std::string(Failure().message()), HasSubstr("holds no report"));
}

}  // namespace
}  // namespace mispsift
