// What is drafted of a value is what a real MISP 2.5.1 stored of it, and what
// it refused is not drafted.

#include <gmock/gmock.h>

#include <functional>
#include <map>

#include "tests/support/drafting.h"
#include "tests/support/event_validity.h"
#include "tests/support/misp_stores.h"

namespace mispsift {
namespace {

using Put = std::function<void(const std::string& value, ReportFacts* facts)>;

// How a value of the type gets into a draft; types that never do have none.
const std::map<std::string, Put>& Ways() {
  const auto halves = [](const std::string& value) {
    const size_t bar = std::min(value.find('|'), value.size());
    return std::pair(value.substr(0, bar),
                     bar == value.size() ? "" : value.substr(bar + 1));
  };
  static const std::map<std::string, Put> ways = {
      {"md5", [](const auto& v, auto* f) { f->target.md5 = v; }},
      {"sha1", [](const auto& v, auto* f) { f->target.sha1 = v; }},
      {"sha256", [](const auto& v, auto* f) { f->target.sha256 = v; }},
      {"ssdeep",
       [](const auto& v, auto* f) { f->dropped = {FileFacts{.ssdeep = v}}; }},
      {"url", [](const auto& v, auto* f) { f->urls = {v}; }},
      {"ip-dst", [](const auto& v, auto* f) { f->hosts = {v}; }},
      {"domain",
       [](const auto& v, auto* f) {
         f->domains = {{v, ""}};
       }},
      {"mutex", [](const auto& v, auto* f) { f->mutexes = {v}; }},
      {"regkey", [](const auto& v, auto* f) { f->regkeys = {v}; }},
      {"user-agent", [](const auto& v, auto* f) { f->user_agents = {v}; }},
      {"text",
       [](const auto& v, auto* f) {
         f->configs = {{v, {}, {}, {}}};
       }},
      {"domain|ip",
       [halves](const auto& v, auto* f) {
         f->domains = {{halves(v).first, halves(v).second}};
       }},
      {"filename|md5",
       [halves](const auto& v, auto* f) {
         f->target.name = halves(v).first;
         f->target.md5 = halves(v).second;
       }},
      {"filename|sha1",
       [halves](const auto& v, auto* f) {
         f->target.name = halves(v).first;
         f->target.sha1 = halves(v).second;
       }},
      {"filename|sha256",
       [halves](const auto& v, auto* f) {
         f->target.name = halves(v).first;
         f->target.sha256 = halves(v).second;
       }},
  };
  return ways;
}

DraftedEvent DraftOf(const MispStoresRow& row) {
  ReportFields fields;
  fields.report_id = "00112233445566778899aabbccddeeff";
  fields.facts.started = "2024-01-02T03:04:05";
  Ways().at(row.type)(row.sent, &fields.facts);
  DraftSettings settings;
  settings.modes = kAllSubmitModes;
  return DraftEvent(fields, settings);
}

TEST(DraftMispStoresReal, DraftsWhatMispStores) {
  const std::vector<MispStoresRow> rows = ReadMispStores();
  EXPECT_EQ(rows.size(), 858u);
  int drafted_rows = 0;
  int refused_rows = 0;
  int of_no_use = 0;
  for (const MispStoresRow& row : rows) {
    if (!Ways().contains(row.type)) continue;
    SCOPED_TRACE(row.type + ": " + row.sent);
    const DraftedEvent drafted = DraftOf(row);
    EXPECT_THAT(ProblemsOf(drafted.event), testing::IsEmpty());
    const std::vector<DraftAttribute>& attributes = drafted.event.attributes;
    if (!row.stored) {
      ++refused_rows;
      for (const DraftAttribute& attribute : attributes) {
        EXPECT_NE(attribute.type, row.type) << attribute.value;
      }
      continue;
    }
    if (!drafted.left_out.empty()) {
      ++of_no_use;
      EXPECT_NE(drafted.left_out[0].reason, LeftOut::kInvalid);
      continue;
    }
    ++drafted_rows;
    ASSERT_EQ(attributes.size(), 1u);
    EXPECT_EQ(attributes[0].type, row.type);
    if (!IsImportExpression(attributes[0].value, row.value)) {
      EXPECT_EQ(attributes[0].value, row.value);
    }
  }
  EXPECT_EQ(drafted_rows, 544);
  EXPECT_EQ(refused_rows, 17);
  EXPECT_EQ(of_no_use, 1);
}

// Whatever its type: a value that MISP stores comes into a draft as it is, as
// the text that takes any.
TEST(DraftMispStoresReal, WhatIsStoredIsDraftedAgainUnchanged) {
  for (const MispStoresRow& row : ReadMispStores()) {
    if (!row.stored) continue;
    SCOPED_TRACE(row.type + ": " + row.value);
    const DraftedEvent drafted = DraftOf({"mutex", row.value, true, ""});
    EXPECT_THAT(ProblemsOf(drafted.event), testing::IsEmpty());
    ASSERT_EQ(drafted.event.attributes.size(), 1u);
    EXPECT_EQ(drafted.event.attributes[0].value, row.value);
  }
}

}  // namespace
}  // namespace mispsift
