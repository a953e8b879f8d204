#include "mispsift/submit/event_drafts.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/drafting.h"

namespace mispsift {
namespace {

const char kMd5[] = "0123456789abcdef0123456789abcdef";

ReportFields FieldsOf() {
  ReportFields fields;
  fields.report_id = "00112233445566778899aabbccddeeff";
  fields.facts.task_id = "17";
  fields.facts.started = "2024-01-02T03:04:05";
  fields.facts.target.name = "invoice.exe";
  fields.facts.target.md5 = kMd5;
  fields.facts.target.sha256 = std::string(64, 'a');
  fields.facts.urls = {"http://evil.example/a", "http://EVIL.example/A",
                       "https://evil.example/b"};
  fields.facts.domains = {{"Evil.example", "192.0.2.7"}, {"quiet.example", ""}};
  fields.facts.hosts = {"192.0.2.7", "198.51.100.1"};
  fields.facts.configs = {
      {"Family", {"http://c2.example/gate"}, {"mtx"}, {"Agent/1"}}};
  return fields;
}

TEST(EventDraftsTest, HoldsTheAttributesOfTheSeed) {
  const DraftedEvent drafted = DraftEvent(FieldsOf(), {});
  EXPECT_EQ(
      Values(drafted.event),
      (std::vector<std::string>{
          "filename|md5 invoice.exe|" + std::string(kMd5),
          "filename|sha256 invoice.exe|" + std::string(64, 'a'),
          // The second spelling is the same value to MISP's database.
          "url http://evil.example/a", "url https://evil.example/b",
          "domain|ip evil.example|192.0.2.7", "domain quiet.example",
          // The other host is what the domain resolved to.
          "ip-dst 198.51.100.1", "text Family", "url http://c2.example/gate",
          "mutex mtx", "user-agent Agent/1"}));
  EXPECT_TRUE(drafted.left_out.empty());
  for (const DraftAttribute& attribute : drafted.event.attributes) {
    EXPECT_EQ(attribute.to_ids, attribute.type != "text");
  }
  EXPECT_EQ(drafted.event.info, "Cuckoo Sandbox analysis #17");
  EXPECT_EQ(drafted.event.date, "2024-01-02");
  EXPECT_EQ(drafted.event.timestamp, 1704164645);
}

TEST(EventDraftsTest, SameReportSameUuids) {
  const EventDraft a = DraftEvent(FieldsOf(), {}).event;
  const EventDraft b = DraftEvent(FieldsOf(), {}).event;
  EXPECT_EQ(EventJson(a), EventJson(b));
  EXPECT_EQ(a.uuid.ToString()[14], '5');
  ReportFields other = FieldsOf();
  other.report_id.back() = '0';
  const EventDraft c = DraftEvent(other, {}).event;
  EXPECT_NE(a.uuid, c.uuid);
  EXPECT_NE(a.attributes[0].uuid, c.attributes[0].uuid);
}

TEST(EventDraftsTest, FallsBackToTheHashWhenTheNameCannotBeStored) {
  for (const char* name : {"a|b.exe", "a\nb.exe", ""}) {
    ReportFields fields = FieldsOf();
    fields.facts.target.name = name;
    const DraftedEvent drafted = DraftEvent(fields, {});
    EXPECT_EQ(Values(drafted.event)[0], std::string("md5 ") + kMd5) << name;
    EXPECT_TRUE(drafted.left_out.empty());
  }
}

TEST(EventDraftsTest, ListsWhatMispWouldRefuse) {
  ReportFields fields = FieldsOf();
  fields.facts.hosts = {"not an address"};
  const DraftedEvent drafted = DraftEvent(fields, {});
  ASSERT_EQ(drafted.left_out.size(), 1u);
  EXPECT_EQ(drafted.left_out[0].type, "ip-dst");
  EXPECT_EQ(drafted.left_out[0].value, "not an address");
  EXPECT_FALSE(drafted.left_out[0].detail.empty());
}

TEST(EventDraftsTest, TheBlacklistKeepsValuesAndHalvesOut) {
  DraftSettings settings;
  settings.ioc_blacklist = {"192.0.2.7", "quiet.example", kMd5, "mtx"};
  const std::vector<std::string> values =
      Values(DraftEvent(FieldsOf(), settings).event);
  for (const std::string& value : values) {
    for (const std::string& listed : settings.ioc_blacklist) {
      EXPECT_EQ(value.find(listed), std::string::npos) << value;
    }
  }
  EXPECT_EQ(values.size(), 7u);
}

TEST(EventDraftsTest, SettingsReachTheEvent) {
  DraftSettings settings;
  settings.title = "Night shift";
  settings.tags = {"sandbox", "tlp:amber"};
  settings.distribution = 1;
  settings.threat_level_id = 2;
  settings.analysis = 2;
  settings.scanned = "2025-05-05T00:00:00Z";
  ReportFields fields = FieldsOf();
  fields.facts.started.clear();
  fields.facts.task_id.clear();
  const nlohmann::json event = nlohmann::json::parse(
      EventJson(DraftEvent(fields, settings).event))["Event"];
  EXPECT_EQ(event["info"], "Night shift #" + fields.report_id);
  EXPECT_EQ(event["distribution"], "1");
  EXPECT_EQ(event["threat_level_id"], "2");
  EXPECT_EQ(event["analysis"], "2");
  EXPECT_EQ(event["published"], false);
  EXPECT_EQ(event["date"], "2025-05-05");
  EXPECT_EQ(event["timestamp"], "1746403200");
  EXPECT_EQ(event["Tag"][1]["name"], "tlp:amber");
}

TEST(ScanSummaryTest, TellsWhenAndHowMany) {
  const absl::StatusOr<ScanSummary> summary = ParseScanSummary(
      R"({"finished":"2025-05-05T00:00:00Z","reports":{"seen":3,"ok":2}})");
  ASSERT_TRUE(summary.ok());
  EXPECT_EQ(summary->finished, "2025-05-05T00:00:00Z");
  EXPECT_EQ(summary->reports, 2U);
  for (const char* other :
       {"", "[]", "{}", "{\"finished\":7}", "{\"finished\":\"today\"}"}) {
    EXPECT_EQ(ParseScanSummary(other).status().code(),
              absl::StatusCode::kDataLoss)
        << other;
  }
}

TEST(FieldsLineTest, RefusesWhatIsNoSuchLine) {
  for (const char* line :
       {"", "{", "[]", "{}", "{\"report\":{\"id\":\"x\"}}",
        "{\"report\":{},\"domains\":[],\"configs\":[],\"matches\":0}"}) {
    EXPECT_EQ(ParseFieldsLine(line).status().code(),
              absl::StatusCode::kDataLoss)
        << line;
  }
}

}  // namespace
}  // namespace mispsift
