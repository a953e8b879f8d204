#include "mispsift/submit/fields_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace mispsift {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// What a scan wrote before it said more than hashes, urls and domains.
constexpr std::string_view kShortLine =
    R"({"report":{"id":"r","source":"a","member":null,"dialect":"cuckoo2",)"
    R"("task_id":"7","started":null,"score":1.5,"target":{"md5":"m"}},)"
    R"("urls":["u"],"domains":[{"domain":"d","ip":null}],"hosts":[],)"
    R"("configs":[],"matches":2,"known_events":[]})";

std::string With(std::string_view from, std::string_view to) {
  std::string line(kShortLine);
  const size_t at = line.find(from);
  EXPECT_NE(at, line.npos) << from;
  return line.replace(at, from.size(), to);
}

TEST(FieldsLineTest, ReadsLinesThatSayLess) {
  const absl::StatusOr<ReportFields> fields = ParseFieldsLine(kShortLine);
  ASSERT_TRUE(fields.ok()) << fields.status();
  EXPECT_EQ(fields->report_id, "r");
  EXPECT_EQ(fields->source.source, "a");
  EXPECT_EQ(fields->source.member, "");
  EXPECT_EQ(fields->matches, 2u);
  EXPECT_EQ(fields->facts.dialect, Dialect::kCuckoo2);
  EXPECT_EQ(fields->facts.score, 1.5);
  EXPECT_EQ(fields->facts.target.md5, "m");
  EXPECT_THAT(fields->facts.urls, ElementsAre("u"));
  EXPECT_THAT(fields->facts.dropped, IsEmpty());
  EXPECT_FALSE(fields->warninglisted.has_value());
}

TEST(FieldsLineTest, KnownEventsHaveUuids) {
  const absl::StatusOr<ReportFields> fields = ParseFieldsLine(
      With(R"("known_events":[])",
           R"("known_events":[{"uuid":"5f1a0000-0000-4000-8000-00000000000a",)"
           R"("id":"7"},{"uuid":"00000000-0000-0000-0000-000000000000",)"
           R"("id":null}])"));
  ASSERT_TRUE(fields.ok()) << fields.status();
  ASSERT_EQ(fields->known_events.size(), 2u);
  EXPECT_EQ(fields->known_events[0].uuid.ToString(),
            "5f1a0000-0000-4000-8000-00000000000a");
  EXPECT_EQ(fields->known_events[0].id, "7");
  EXPECT_TRUE(fields->known_events[1].uuid.IsNil());
  EXPECT_EQ(fields->known_events[1].id, "");
}

// Half of what a line says would be sent as all of it.
TEST(FieldsLineTest, RefusesWhatWouldLoseSomething) {
  const struct {
    std::string line;
    std::string_view names;
  } cases[] = {
      {"", ""},
      {"[]", ""},
      {std::string(kShortLine.substr(0, 40)), ""},
      {With(R"("id":"r")", R"("id":"")"), "id"},
      {With(R"("id":"r")", R"("id":7)"), "id"},
      {With(R"("report":{)", R"("reported":{)"), "report"},
      {With(R"("dialect":"cuckoo2")", R"("dialect":"cuckoo9")"), "dialect"},
      {With(R"("score":1.5)", R"("score":"1.5")"), "score"},
      {With(R"("md5":"m")", R"("md5":["m"])"), "md5"},
      {With(R"({"md5":"m"})", "[]"), "target"},
      {With(R"("urls":["u"])", R"("urls":"u")"), "urls"},
      {With(R"("urls":["u"])", R"("urls":["u",null])"), "urls"},
      {With(R"("domain":"d")", R"("domain":{})"), "domain"},
      {With(R"({"domain":"d","ip":null})", R"("d")"), "domains"},
      {With(R"("domains")", R"("domainz")"), "domains"},
      {With(R"("configs":[])", R"("configs":{})"), "configs"},
      {With(R"("configs":[])", R"("configs":[{"urls":[1]}])"), "urls"},
      {With(R"("matches":2)", R"("matches":-2)"), "matches"},
      {With(R"("matches":2)", R"("matches":null)"), "matches"},
      {With(R"("hosts":[])", R"("hosts":[],"dropped":[{"size":"7"}])"), "size"},
      {With(R"("hosts":[])", R"("hosts":[],"signatures":["s"])"), "signatures"},
      {With(R"("hosts":[])", R"("hosts":[],"left_out":1.5)"), "left_out"},
      {With(R"("hosts":[])",
            R"("hosts":[],"warninglisted":[{"value":"v","lists":["l"]}])"),
       "blocks"},
      {With(R"("known_events":[])", R"("known_events":[{"id":"7"}])"), "uuid"},
  };
  for (const auto& c : cases) {
    const absl::Status status = ParseFieldsLine(c.line).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << c.line;
    EXPECT_THAT(std::string(status.message()), HasSubstr(std::string(c.names)))
        << c.line;
  }
}

}  // namespace
}  // namespace mispsift
