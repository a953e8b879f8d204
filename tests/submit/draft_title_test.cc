#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/drafting.h"
#include "tests/support/event_validity.h"

namespace mispsift {
namespace {

std::string Titled(const std::string& title, const ReportFields& fields) {
  DraftSettings settings;
  settings.title = title;
  settings.scanned = "2025-05-05T00:00:00Z";
  EXPECT_TRUE(CheckTitle(title).ok()) << title;
  const EventDraft event = DraftEvent(fields, settings).event;
  EXPECT_THAT(ProblemsOf(event), testing::IsEmpty());
  return event.info;
}

TEST(DraftTitleTest, EveryPlaceholder) {
  ReportFields fields = FullFields();
  fields.facts.target.url = "http://target.example/";
  fields.facts.configs.push_back({"Second", {}, {}, {}});
  fields.facts.configs.push_back({"Family", {}, {}, {}});
  for (const auto& [title, expected] :
       std::vector<std::pair<std::string, std::string>>{
           {"{task_id}", "17"},
           {"{report_id}", fields.report_id},
           {"{name}", "invoice.exe"},
           {"{md5}", Hex('a', 32)},
           {"{sha1}", Hex('a', 40)},
           {"{sha256}", Hex('a', 64)},
           {"{url}", "http://target.example/"},
           {"{target}", "invoice.exe"},
           {"{score}", "7.5"},
           {"{families}", "Family, Second"},
           {"{dialect}", "cuckoo2"},
           {"{date}", "2024-01-02"},
           {"{count}", "1"},
           {"a {{b}} {task_id}{task_id}}}", "a {b} 1717}"}}) {
    EXPECT_EQ(Titled(title, fields), expected);
  }
}

TEST(DraftTitleTest, WithoutAPlaceholderTheTaskFollows) {
  EXPECT_EQ(Titled("Night shift", FullFields()), "Night shift #17");
  EXPECT_EQ(Titled("{{name}}", FullFields()), "{name} #17");
  ReportFields fields = FullFields();
  fields.facts.task_id.clear();
  EXPECT_EQ(Titled("Night shift", fields), "Night shift #" + fields.report_id);
}

TEST(DraftTitleTest, WhatIsNotToldStandsForNothing) {
  ReportFields fields;
  fields.report_id = "00112233445566778899aabbccddeeff";
  EXPECT_EQ(Titled("x{task_id}{name}{md5}{sha1}{sha256}{url}{target}{score}"
                   "{families}",
                   fields),
            "x");
  EXPECT_EQ(Titled("{date}", fields), "2025-05-05");
  fields.facts.target.url = "http://target.example/";
  EXPECT_EQ(Titled("{target}", fields), "http://target.example/");
  // An event has to have a title.
  EXPECT_EQ(Titled(" {name} ", fields), fields.report_id);
}

TEST(DraftTitleTest, IsOneLineThatMispKeeps) {
  ReportFields fields = FullFields();
  fields.facts.target.name = "a\r\nb\x01\xff\xf0\x9f\x98\x80\xc3\xa9";
  EXPECT_EQ(Titled("{name}", fields), "a  b \xef\xbf\xbd?\xc3\xa9");
  fields.facts.target.name = std::string(100000, 'x');
  EXPECT_EQ(Titled("{name}", fields).size(), 1000u);
}

TEST(DraftTitleTest, WhatIsNoPlaceholderIsRefused) {
  for (const char* title : {"{nam}", "{}", "{Name}", "{ name }", "{name",
                            "name}", "{{name}", "{na{me}}", "}{"}) {
    const absl::Status status = CheckTitle(title);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << title;
  }
  EXPECT_THAT(std::string(CheckTitle("{nam}").message()),
              testing::HasSubstr("{sha256}"));
}

}  // namespace
}  // namespace mispsift
