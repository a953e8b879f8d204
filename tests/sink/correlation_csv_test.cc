#include "mispsift/sink/correlation_csv.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>

#include "mispsift/base/utf8.h"
#include "tests/support/csv.h"
#include "tests/support/snapshots.h"

namespace mispsift {
namespace {

using Line = std::map<std::string, std::string>;

// A report in which one host matches two attributes of one event.
class CorrelationCsvTest : public testing::Test {
 protected:
  CorrelationCsvTest() {
    result_.source = {"archive.tar", "1/report.json"};
    result_.id = "00112233445566778899aabbccddeeff";
    result_.facts.dialect = Dialect::kCuckoo2;
    result_.facts.task_id = "17";
    result_.facts.started = "2024-01-02T03:04:05Z";
    result_.facts.score = -7.5;
    result_.facts.target = {"file", "a.exe", "11", "22", "33", "http://a/"};
    Observable observable;
    observable.kind = IndicatorKind::kHost;
    observable.value = "evil.example";
    observable.where = 1u << static_cast<int>(Where::kNetwork) |
                       1u << static_cast<int>(Where::kStrings);
    observable.paths = {"$.network.domains[0].domain", "$.strings[3]"};
    observable.count = 3;
    result_.matches.observables = {observable};
    result_.matches.matches = {{0, 0, MatchRule::kExact, 100},
                               {0, 1, MatchRule::kFolded, 90}};
  }

  std::string Csv(CsvGuard guard = CsvGuard::kFormulas) const {
    std::string csv(CorrelationCsvHeader());
    AppendCorrelationCsv(result_, index_, guard, &csv);
    return csv;
  }

  // By column; the file breaks no rule.
  std::vector<Line> Lines(CsvGuard guard = CsvGuard::kFormulas) const {
    const auto parsed = ParseCsv(Csv(guard));
    EXPECT_TRUE(parsed.has_value());
    std::vector<Line> lines;
    for (size_t i = 1; parsed.has_value() && i < parsed->size(); ++i) {
      EXPECT_EQ((*parsed)[i].size(), parsed->front().size());
      Line line;
      for (size_t column = 0; column < (*parsed)[i].size(); ++column) {
        line[parsed->front().at(column)] = (*parsed)[i][column];
      }
      EXPECT_EQ(line.size(), parsed->front().size());
      lines.push_back(line);
    }
    return lines;
  }

  Snapshot snapshot_ =
      SnapshotOf({{"domain", "evil.example"}, {"hostname", "evil.example"}});
  Index index_ = Index::Build(snapshot_, {});
  ReportResult result_;
};

TEST_F(CorrelationCsvTest, ALineForEachCorrelation) {
  const std::vector<Line> lines = Lines();
  ASSERT_EQ(lines.size(), 2u);
  const AttributeView attribute = snapshot_.attribute(0);
  EXPECT_EQ(
      lines[0],
      (Line{{"report_id", result_.id},
            {"source", "archive.tar"},
            {"member", "1/report.json"},
            {"dialect", "cuckoo2"},
            {"task_id", "17"},
            {"started", "2024-01-02T03:04:05Z"},
            {"score", "-7.5"},
            {"target_category", "file"},
            {"target_name", "a.exe"},
            {"target_md5", "11"},
            {"target_sha1", "22"},
            {"target_sha256", "33"},
            {"target_url", "http://a/"},
            {"observable_kind", "host"},
            {"observable_value", "evil.example"},
            {"where", "network;strings"},
            {"first_path", "$.network.domains[0].domain"},
            {"count", "3"},
            {"match", "exact"},
            {"confidence", "100"},
            {"attribute_uuid", attribute.fields->uuid.ToString()},
            {"attribute_id", std::to_string(attribute.fields->id)},
            {"attribute_type", std::string(attribute.type)},
            {"attribute_category", "Other"},
            {"attribute_value", "evil.example"},
            {"to_ids", "true"},
            {"attribute_comment", ""},
            {"attribute_tags", ""},
            {"event_uuid", UuidV5(kMispsiftNamespace, "event").ToString()},
            {"event_id", "7"},
            {"event_info", "An event"},
            {"event_date", "2024-05-06"},
            {"threat_level_id", "2"},
            {"event_org", "Example"},
            {"event_tags", "tlp:clear"}}));
  EXPECT_EQ(lines[1].at("match"), "folded");
  EXPECT_EQ(lines[1].at("confidence"), "90");
}

TEST_F(CorrelationCsvTest, WhatIsNotKnownIsEmpty) {
  result_.source.member.clear();
  result_.facts = {};
  const Line line = Lines().at(0);
  for (const char* column : {"member", "task_id", "started", "score",
                             "target_name", "target_sha256"}) {
    EXPECT_EQ(line.at(column), "") << column;
  }
}

TEST_F(CorrelationCsvTest, WithoutAMatchThereIsOnlyTheHeader) {
  result_.matches = {};
  EXPECT_EQ(Csv(), CorrelationCsvHeader());
}

TEST_F(CorrelationCsvTest, FormulasAreTexts) {
  const struct {
    std::string text;
    std::string guarded;
  } kRows[] = {
      {"=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"},
      {"+1", "'+1"},
      {"-1+1", "'-1+1"},
      {"@SUM(1)", "'@SUM(1)"},
      {"\t=1", "'\t=1"},
      {"\r=1", "'\r=1"},
      {"\n=1", "'\n=1"},
      {std::string("\0=1", 3), "'\xEF\xBF\xBD=1"},
      {"\xEF\xBC\x9D"
       "1",
       "'\xEF\xBC\x9D"
       "1"},
      {"\xEF\xBC\xA0x", "'\xEF\xBC\xA0x"},
      {"a=1", "a=1"},
      {"'=1", "'=1"},
      {"", ""},
      {"\xEF\xBC\x9E", "\xEF\xBC\x9E"},
  };
  for (const auto& row : kRows) {
    result_.facts.target.name = row.text;
    EXPECT_EQ(Lines()[0].at("target_name"), row.guarded) << row.text;
    std::string raw = row.text;
    if (raw.starts_with('\0')) raw.replace(0, 1, "\xEF\xBF\xBD");
    EXPECT_EQ(Lines(CsvGuard::kNone)[0].at("target_name"), raw) << row.text;
  }
}

// What MISP and the report say is guarded, wherever it stands.
TEST_F(CorrelationCsvTest, EveryForeignTextIsGuarded) {
  result_.source = {"=s", "=m"};
  result_.facts.task_id = "=t";
  result_.facts.started = "=d";
  result_.facts.target = {"=c", "=n", "=5", "=1", "=2", "=u"};
  result_.matches.observables[0].value = "=v";
  result_.matches.observables[0].paths = {"=p"};
  result_.matches.matches.resize(1);
  Snapshot::Builder builder;
  builder.AddSource("attributes", "test");
  builder.BeginInput();
  EventContext event;
  event.info = "=i";
  event.date = "=d";
  event.org = "=o";
  event.tags = {"=t", "u"};
  Attribute attribute;
  attribute.type = "=t";
  attribute.category = "=c";
  attribute.value = "=v";
  attribute.comment = "=c";
  attribute.tags = {"=t"};
  builder.Add(attribute, builder.AddEvent(event));
  builder.CommitInput();
  const Snapshot snapshot = std::move(builder).Build("", "");
  const Index index = Index::Build(snapshot, {});
  const auto formulas = [&](CsvGuard guard) {
    std::string csv;
    AppendCorrelationCsv(result_, index, guard, &csv);
    const auto lines = ParseCsv(csv);
    EXPECT_TRUE(lines.has_value() && lines->size() == 1);
    return std::count_if(lines->at(0).begin(), lines->at(0).end(),
                         [](const std::string& f) { return f[0] == '='; });
  };
  EXPECT_EQ(formulas(CsvGuard::kNone), 21);
  EXPECT_EQ(formulas(CsvGuard::kFormulas), 0);
}

TEST_F(CorrelationCsvTest, QuotesAsRfc4180Says) {
  result_.facts.target.name = "a \"b\", c\r\nd";
  const std::string csv = Csv();
  EXPECT_NE(csv.find(",\"a \"\"b\"\", c\r\nd\","), csv.npos);
  EXPECT_EQ(csv.find('\"'), csv.find("\"a \"\""));
}

// The slow way: one rule of the grammar after another over the whole text.
std::string SlowField(std::string text, CsvGuard guard) {
  std::string scratch;
  text = ReplaceInvalidUtf8(text, &scratch);
  const std::string formula = "=+-@\t\r\n" + std::string(1, '\0');
  const bool guarded =
      guard == CsvGuard::kFormulas && !text.empty() &&
      (formula.find(text[0]) != formula.npos ||
       text.starts_with("\xEF\xBC\x9D") || text.starts_with("\xEF\xBC\x8B") ||
       text.starts_with("\xEF\xBC\x8D") || text.starts_with("\xEF\xBC\xA0"));
  std::string field;
  for (const char c : text) {
    field += c == '\0' ? "\xEF\xBF\xBD" : c == '"' ? "\"\"" : std::string(1, c);
  }
  if (guarded) field = "'" + field;
  const bool plain = std::all_of(field.begin(), field.end(), [](char c) {
    return c != '"' && c != ',' && c != '\r' && c != '\n';
  });
  return plain ? field : '"' + field + '"';
}

RC_GTEST_FIXTURE_PROP(CorrelationCsvTest, AgreesWithTheSlowWay, ()) {
  const auto text = [] {
    return *rc::gen::container<std::string>(rc::gen::weightedOneOf<char>(
        {{2, rc::gen::elementOf(std::string("=+-@\t\r\n\",;'\0 ", 14))},
         {1,
          rc::gen::elementOf(std::string("\xEF\xBC\x9D\xE2\x80\xAE\xFF\xC3"))},
         {2, rc::gen::inRange('a', 'f')}}));
  };
  result_.source = {"s" + text(), text()};
  result_.facts.target.name = text();
  result_.matches.observables[0].value = text();
  result_.matches.matches.resize(1);
  for (const CsvGuard guard : {CsvGuard::kFormulas, CsvGuard::kNone}) {
    std::string line;
    AppendCorrelationCsv(result_, index_, guard, &line);
    const std::string expected =
        result_.id + "," + SlowField(result_.source.source, guard) + "," +
        SlowField(result_.source.member, guard) +
        ",cuckoo2,17,2024-01-02T03:04:05Z,-7.5,file," +
        SlowField(result_.facts.target.name, guard) +
        ",11,22,33,http://a/,host," +
        SlowField(result_.matches.observables[0].value, guard) +
        ",network;strings,";
    RC_ASSERT(line.substr(0, expected.size()) == expected);
    RC_ASSERT(IsUtf8(line));
    const auto parsed = ParseCsv(line);
    RC_ASSERT(parsed.has_value());
    RC_ASSERT(parsed->size() == 1u);
    RC_ASSERT(parsed->front().size() == 35u);
  }
}

}  // namespace
}  // namespace mispsift
