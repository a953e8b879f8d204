// Whatever the reader observes in a random report, the scanner, asked for that
// and nothing else, says "look closer"; so that what is found is what would be
// found without it.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "mispsift/cuckoo/report_window_reader.h"
#include "mispsift/match/candidate_scanner.h"
#include "mispsift/match/index.h"
#include "mispsift/match/matcher.h"
#include "mispsift/match/report_limits.h"
#include "mispsift/normalize/attribute_types.h"
#include "mispsift/sink/report_lines.h"
#include "src/pipeline/report_scanner.h"
#include "tests/support/matching_indicators.h"
#include "tests/support/mended.h"
#include "tests/support/observations.h"
#include "tests/support/odd_report.h"
#include "tests/support/report_generator.h"
#include "tests/support/scan_all.h"
#include "tests/support/snapshots.h"
#include "tests/support/ssdeep.h"
#include "tests/support/stream_report.h"
#include "tests/support/test_seed.h"

namespace mispsift {
namespace {

using K = IndicatorKind;

// What a scanner that looks at bytes could overlook.
std::vector<std::string> Texts() {
  return {
      "t.co",
      "..t.co.",
      "see -t.co/x",
      "x\nt.co\ty",
      "http://t.co/",
      "http://t.co",
      "hxxp://evil[.]example/a",
      "evil[.]example",
      "evil[dot]example",
      "eve[@]evil.example",
      "http[:]//evil.example/abc",
      "[hxxp://]evil.example/abc",
      "http://%6Cure[.]example/abc",
      "m\xC3\xBCller.example",
      "http://m\xC3\xBCller.example/\xC3\xA9",
      "m\xC3\xBCller.xn--9ca.example",
      "xn--mller-kva.\xC3\xA9.example",
      "a.\xC3\xA9.xn--9ca",
      "\xEF\xBC\xA5vil.example",
      "ev\xC2\xAD"
      "il.example",
      "evil\xE3\x80\x82"
      "example",
      "\xF0\x9D\x90\x9Evil.example",
      "\xF0\x9F\x98\x80.example",
      "\xE2\x80\x9C"
      "evil.example\xE2\x80\x9D",
      "\xC2\xBD"
      "evil.example",
      "x\xE2\x80\x8Bt.co",
      "x\xE2\x80\x8B\xC3\xA9.co",
      "d41d8cd98f00b204e9800998ecf8427e\xC3\xA9",
      "stra\xC3\x9F"
      "e.exe",
      "\xD1\x81\xD1\x87\xD1\x91\xD1\x82.exe",
      "\xE6\xB5\x8B\xE8\xAF\x95",
      "C:\\\xE6\xB5\x8B\xE8\xAF\x95\\a.exe",
      "\xC3\xA9vil",
      "C:\\\\Users\\\\eve\\\\a.exe and C:\\b.exe",
      "/tmp/\"a\"/b.sh",
      "a\\/b",
      "\"quoted\"",
      "\\\"x\\\"",
      "GET /gate.php HTTP/1.1\r\nHost: evil.example\r\nUser-Agent: Evil "
      "1\r\n\r\n",
      "User-Agent: a\r\n",
      "G\\x45T \\x00"
      "evil.example\\x00\\r\\nt.co\\x20",
      "\\r\\nt.co\\r\\n",
      std::string("e\0v\0i\0l\0.\0e\0x\0a\0m\0p\0l\0e\0", 24),
      "\\x65\\x00v\\x00i\\x00l\\x00.\\x00t\\x00v\\x00",
      "::ffff:192.0.2.9",
      "::ffff:c000:209",
      "2001:DB8:0:0:0:0:0:1",
      "at 2001:db8::1.",
      "[2001:db8::7]:80",
      "2001\xEF\xBC\x9A"
      "db8\xEF\xBC\x9A\xEF\xBC\x9A"
      "7:80",
      "12:34:56",
      "0000:192.0.2.77",
      "1.1.1.1",
      "..1.1.1.1..",
      "http://1.1.1.1:8080/",
      "HKLM\\Software\\a",
      "HKLM\\/q.sh",
      "HKLM\\\"q\\r",
      "HKLM\\SYSTEM\\ControlSet001\\/q.sh",
      "HKEY_USERS\\S-1-5-21-1-2-3-500_Classes\\/q.sh",
      "HKLM:\\Software\\a b",
      "HKEY_LOCAL_MACHINE\\Software\\x",
      "m",
      " m ",
      "m\n",
      "{A-1}",
      "0123456789abcdef_a.b",
      "a.b",
      "mailto:eve@t.co",
      "t.co:8080/x/y",
      "http://user:pass@t.co/x",
      "content://t.co/x",
      "hxxp:/evil/a",
      "meow:/",
      "htxpevil.example/a",
      "0;?C:\\a.b;?C:\\c\\d.e;?",
      "\\\\t.co\\share\\x.y",
      "T1" + std::string(70, 'A'),
      "DA:39:A3:EE:5E:6B:4B:0D:32:55:BF:EF:95:60:18:90:AF:D8:07:09",
      "3:a:b",
      "a.b.t.co",
      "x.T.co. y-t.co",
      "http://www.t.co/%41%2E",
      "http://t.co/lo%6eg/pat%68/of/it.php?a=%62#c",
      "HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001",
      "HKLM\\SYSTEM\\ControlSet001\\Services\\a",
      "HKEY_USERS\\S-1-5-21-1-2-3-500_Classes\\a",
      "\\REGISTRY\\USER\\S-1-5-21-1-2-3-500",
      "HKLM\\",
      "Global\\m",
      "\\BaseNamedObjects\\m",
      "\\Sessions\\1\\BaseNamedObjects\\Local\\m\xC3\xA9",
      "\\\\.\\pipe\\m",
      "\\Device\\NamedPipe\\m-1",
      "6144:abc/efghijklmnop+rstuvwxyz/ABCDEFGHIJ:KLM/OPQRSTUVWXYZ0123456789",
      " 96:////////:0123456789/abcdefghijklmnop\n",
      "96:abc:0123456789/abcdefghijklmnop",
      "96:0123456789/abcdefghijklmnop:",
      "96::0123456789/abcdefghijklmnop",
      "12:12345678901234567890:12345678901234567890",
      "at 96:0123456789/abcdefghijklmnop:0123456789",
      "96:0123456789/abcdefghijklmnop:0123456789,\"a.exe\"",
  };
}

// Asks for all that the reader observes in `json`, one at a time, and counts
// how often.
void AskForAll(const std::string& json, ReportReader* reader,
               std::mt19937_64* random, size_t* asked) {
  PaddedBytes bytes;
  bytes.Assign(json);
  for (const PlacedObservation& seen :
       ReadReport(json, ScanDepth::kFull, reader).all) {
    for (const Indicator& indicator : IndicatorsMatching(seen, random)) {
      const CandidateFilter filter = FilterOf(indicator);
      ++*asked;
      ASSERT_TRUE(CandidateScanner(&filter).MayMatch(bytes))
          << KindName(indicator.kind) << " form "
          << static_cast<int>(indicator.form) << " " << indicator.value
          << "\nseen as " << ToText(seen) << "\n"
          << json;
    }
  }
}

TEST(CandidateRandomTest, NothingThatTheReaderObservesIsOverlooked) {
  const uint64_t seed = TestSeed();
  const int documents = TestDocuments(1000);
  ReportGenerator generator(seed, Texts());
  std::mt19937_64 random(seed);
  ReportReader reader(ScanDepth::kFull);
  size_t asked = 0;
  CandidateFilter::Builder of_none;
  of_none.Add({K::kHost, KeyForm::kValue, "nowhere.invalid"});
  of_none.Add({K::kMutex, KeyForm::kWholeString, "nothing of it"});
  of_none.Add({K::kIp, KeyForm::kNetwork, "198.51.100.0/24"});
  of_none.AddSimilarTo(SsdeepTableOf(
      {"6144:abc/+fghij+lmn+p+rs+uvw+yz+ABC+EFG+IJ:KLM+OPQ+STU+WXY+012+456",
       "768:abc/efghijklmnop+rstuvwxyz/ABCDEFGHIJ:0123456789/abcdefghijkl"}));
  const CandidateFilter nothing = std::move(of_none).Build();
  PaddedBytes bytes;
  for (int i = 0; i < documents; ++i) {
    std::string json = generator.Report();
    // One that was mended is scanned like any other.
    if (i % 4 == 0) json = Mend(SpoilReport(json, &random).odd).text;
    bytes.Assign(json);
    // Nor does it say so of everything.
    ASSERT_FALSE(CandidateScanner(&nothing).MayMatch(bytes)) << json;
    AskForAll(json, &reader, &random, &asked);
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(asked, static_cast<size_t>(documents) * 40);
}

// A report of few texts at places that are read in different ways.
std::string SmallReport(ReportGenerator* generator) {
  const auto text = [generator] { return generator->QuotedText(); };
  return fmt::format(
      R"({{"info":{{}},"target":{{"category":"url","url":{}}},)"
      R"("network":{{"hosts":[{}],"http_ex":[{{"protocol":"http","host":{},)"
      R"("uri":{},"dport":{}}}],"tcp":[{{"dst":{},"dport":8080}}]}},)"
      R"("behavior":{{"processes":[{{"calls":[{{"arguments":{{"buffer":{},)"
      R"("hkey":{},"subkey":{},"regkey":{},"value":{}}}}}]}}],)"
      R"("summary":{{"mutex":[{}],"file_written":[{}]}}}},"strings":[{}]}})",
      text(), text(), text(), text(), text(), text(), text(), text(), text(),
      text(), text(), text(), text(), text());
}

TEST(CandidateRandomTest, NorIsWhatIsDisguised) {
  const uint64_t seed = TestSeed();
  const int documents = TestDocuments(500);
  ReportGenerator generator(seed, Texts());
  std::mt19937_64 random(seed);
  ReportReader reader(ScanDepth::kFull);
  size_t asked = 0;
  for (int i = 0; i < documents; ++i) {
    AskForAll(SmallReport(&generator), &reader, &random, &asked);
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(asked, static_cast<size_t>(documents) * 10);
}

// Nor where the report is looked at a window at a time, wherever these end.
TEST(CandidateRandomTest, NorIsItInWindows) {
  const uint64_t seed = TestSeed();
  constexpr int kDocuments = 100;
  ReportGenerator generator(seed, Texts());
  std::mt19937_64 random(seed);
  ReportReader reader(ScanDepth::kFull);
  const StreamedFile file;
  size_t asked = 0;
  for (int i = 0; i < kDocuments; ++i) {
    const std::string json = generator.Report();
    file.Write(json);
    for (const PlacedObservation& seen :
         ReadReport(json, ScanDepth::kFull, &reader).all) {
      const std::vector<Indicator> matching = IndicatorsMatching(seen, &random);
      if (matching.empty()) continue;
      const Indicator& indicator = matching[random() % matching.size()];
      const CandidateFilter filter = FilterOf(indicator);
      CandidateScanner scanner(&filter);
      ReportWindowReader windows(ScanDepth::kFacts, ReportReader::kUsualLevels,
                                 1 + random() % 400);
      ReportFacts facts;
      const auto look = [&scanner](const PaddedBytes& window) {
        return !scanner.MayMatch(window);
      };
      ++asked;
      ASSERT_FALSE(windows.Read(file.path(), {}, look, &facts).has_value())
          << KindName(indicator.kind) << " " << indicator.value << "\nseen as "
          << ToText(seen) << "\n"
          << json;
    }
  }
  EXPECT_GT(asked, size_t{kDocuments} * 20);
}

// A type whose values feed that kind alone; none for a kind that has none.
const AttributeType* TypeOf(IndicatorKind kind, std::mt19937_64* random) {
  std::vector<const AttributeType*> types;
  for (const AttributeType& type : AttributeTypes()) {
    if (type.first == kind && type.second == K::kCount) types.push_back(&type);
  }
  return types.empty() ? nullptr : types[(*random)() % types.size()];
}

// Adds an attribute with one of what was seen, where there is a type for it.
void PlantOneOf(const std::vector<PlacedObservation>& all,
                std::mt19937_64* random, std::vector<Planted>* planted) {
  if (all.empty()) return;
  const PlacedObservation& seen = all[(*random)() % all.size()];
  const AttributeType* const type = TypeOf(seen.kind, random);
  if (type != nullptr) {
    planted->push_back({std::string(type->name), seen.value});
  }
}

// Attributes with what is seen in some random reports: what the reports after
// them may have too.
std::vector<Planted> SeenInReports(ReportGenerator* generator,
                                   ReportReader* reader,
                                   std::mt19937_64* random) {
  std::vector<Planted> planted;
  const size_t most = 1 + (*random)() % 4;
  while (planted.size() < most) {
    const ReadResult read =
        ReadReport(generator->Report(), ScanDepth::kFull, reader);
    PlantOneOf(read.all, random, &planted);
  }
  return planted;
}

// correlations.jsonl is the same, byte for byte, whether a report that holds
// nothing of the filter is walked whole or not.
TEST(CandidateRandomTest, WhatIsFoundInTwoPhasesIsWhatIsFoundInOne) {
  const uint64_t seed = TestSeed();
  // With fewer there may be none of a sort.
  const int documents = std::max(2000, TestDocuments(0));
  constexpr int kOfOneIndex = 50;
  ReportGenerator generator(seed, Texts());
  std::mt19937_64 random(seed);
  ReportReader reader(ScanDepth::kFull);
  int matching = 0;
  int walked = 0;
  int unwalked = 0;
  for (int i = 0; i < documents;) {
    const Snapshot snapshot =
        SnapshotOf(SeenInReports(&generator, &reader, &random));
    CandidateFilter::Builder builder;
    const Index index = Index::Build(snapshot, {}, &builder);
    const CandidateFilter filter = std::move(builder).Build();
    const ScanDepth depth =
        i / kOfOneIndex % 3 == 2 ? ScanDepth::kFields : ScanDepth::kFull;
    const ScanDepth unmatched_depth =
        random() % 2 == 0 ? ScanDepth::kFacts : ScanDepth::kIdentity;
    ReportScanner in_two(
        &index, {.depth = depth, .unmatched_depth = unmatched_depth}, &filter);
    ReportScanner in_one(&index, {.depth = depth});
    for (int end = i + kOfOneIndex; i < end; ++i) {
      std::string json = generator.Report();
      if (i % 4 == 0) json = SpoilReport(json, &random).odd;
      const auto scan = [&](ReportScanner* scanner, std::string* lines) {
        ReportCandidate candidate;
        candidate.source.source = "report.json";
        candidate.listed = true;
        candidate.bytes.Assign(json);
        AllScanned all = ScanAll(scanner, candidate);
        for (const ReportResult& result : all.results) {
          AppendCorrelationLines(result, index, lines);
        }
        return std::move(all.results);
      };
      std::string of_two;
      std::string of_one;
      const std::vector<ReportResult> two = scan(&in_two, &of_two);
      const std::vector<ReportResult> one = scan(&in_one, &of_one);
      ASSERT_EQ(of_two, of_one) << json;
      ASSERT_EQ(two.size(), one.size()) << json;
      for (size_t j = 0; j < two.size(); ++j) {
        ASSERT_EQ(two[j].id, one[j].id) << json;
        if (two[j].observed) {
          ASSERT_EQ(two[j].matches.observable_count,
                    one[j].matches.observable_count)
              << json;
        }
        (two[j].observed ? walked : unwalked) += 1;
        matching += one[j].matches.matches.empty() ? 0 : 1;
      }
    }
  }
  // Some of each.
  EXPECT_GT(matching, documents / 100);
  EXPECT_GT(walked, matching);
  EXPECT_GT(unwalked, documents / 40);
}

// Has a matcher see all that a reader observes, wherever it comes again.
class EveryPlace : public ObservationSink {
 public:
  explicit EveryPlace(Matcher* matcher) : matcher_(*matcher) {}
  bool Observe(const Observation& observation, const JsonPath& path) override {
    matcher_.Observe(observation, path);
    return true;
  }

 private:
  Matcher& matcher_;
};

// What a reader leaves out since it said nothing before says nothing later.
TEST(CandidateRandomTest, WhatComesAgainIsFoundWhereverItIs) {
  const uint64_t seed = TestSeed();
  const int documents = std::max(1000, TestDocuments(0) / 10);
  ReportGenerator generator(seed, Texts());
  std::mt19937_64 random(seed);
  ReportReader reader(ScanDepth::kFull);
  int again = 0;
  for (int i = 0; i < documents; ++i) {
    ReportCandidate candidate;
    candidate.source.source = "report.json";
    candidate.listed = true;
    const std::string report = generator.Report();
    candidate.bytes.Assign(fmt::format(
        R"({},"again":[{},{}]}})",
        std::string_view(report).substr(0, report.rfind('}')), report, report));
    std::vector<Planted> planted;
    const std::vector<PlacedObservation> all =
        ReadReport(candidate.bytes.view(), ScanDepth::kFull, &reader).all;
    for (int j = 0; j < 4; ++j) PlantOneOf(all, &random, &planted);
    const Snapshot snapshot = SnapshotOf(planted);
    const Index index = Index::Build(snapshot, {});
    ReportScanner scanner(&index, {});
    Matcher matcher(&index, {});
    EveryPlace every_place(&matcher);
    for (const ReportResult& result : ScanAll(&scanner, candidate).results) {
      ReportResult twin;
      twin.source = result.source;
      twin.id = result.id;
      const ReadOutcome outcome =
          reader.Read(candidate.bytes, &every_place, &twin.facts);
      ASSERT_EQ(result.reject, outcome.reject) << candidate.bytes.view();
      if (outcome.reject != Reject::kNone) {
        matcher.Drop();
        continue;
      }
      twin.matches = matcher.Take();
      LeaveOutOwnTraffic(twin.facts.own_addresses, &twin.matches);
      std::string found;
      std::string expected;
      AppendCorrelationLines(result, index, &found);
      AppendCorrelationLines(twin, index, &expected);
      ASSERT_EQ(found, expected) << candidate.bytes.view();
      ASSERT_EQ(result.matches.observable_count, twin.matches.observable_count)
          << candidate.bytes.view();
      for (const Observable& observable : result.matches.observables) {
        again += observable.count > 1 ? 1 : 0;
      }
    }
  }
  EXPECT_GT(again, documents / 4);
}

// JSON's spelling of a digest with blanks around it, now and then an odd one.
std::string SpelledSsdeep(const std::string& ssdeep, std::mt19937_64* random) {
  const auto below = [random](int n) {
    return std::uniform_int_distribution<int>(0, n - 1)(*random);
  };
  static constexpr const char* kBlanks[] = {"",  "",    "",
                                            " ", "\\n", "\\t\\u0020"};
  const int odd_percent = below(4) == 0 ? 10 : 0;
  std::string json = std::string("\"") + kBlanks[below(6)];
  for (const char c : ssdeep) {
    if (below(100) < odd_percent) {
      json += fmt::format("\\u{:04x}", static_cast<int>(c));
    } else {
      if (c == '/' && below(2) == 0) json += '\\';
      json += c;
    }
  }
  return json + kBlanks[below(6)] + '"';
}

// Reports with nothing but ssdeep values are looked at where comparing each
// with each says so, and nowhere else.
TEST(CandidateRandomTest, OfSsdeepValuesThoseThatAreLikeOneAreSeen) {
  std::mt19937_64 random(1);
  int seen = 0;
  constexpr int kReports = 10'000;
  for (int i = 0; i < kReports; ++i) {
    std::string wanted = RandomSsdeep(&random);
    for (size_t slash = random() % 8; slash > 0; --slash) {
      const size_t at = random() % wanted.size();
      if (wanted[at] != ':' && at > wanted.find(':')) wanted[at] = '/';
    }
    CandidateFilter::Builder builder;
    builder.AddSimilarTo(SsdeepTableOf({wanted}));
    const CandidateFilter filter = std::move(builder).Build();
    std::vector<std::string> values;
    std::string json = "{\"other\":\"" + std::string(random() % 130, 'x') + '"';
    for (size_t j = 1 + random() % 3; j > 0; --j) {
      values.push_back(random() % 3 == 0 ? RandomSsdeep(&random)
                                         : MutatedSsdeep(wanted, &random));
      json += ",\"ssdeep\":" + SpelledSsdeep(values.back(), &random);
    }
    const bool is_like_one =
        std::ranges::any_of(values, [&wanted](const std::string& value) {
          return SlowSsdeepScore(value, wanted) > 0;
        });
    PaddedBytes bytes;
    bytes.Assign(json + "}");
    ASSERT_EQ(CandidateScanner(&filter).MayMatch(bytes), is_like_one)
        << wanted << "\n"
        << json;
    seen += is_like_one ? 1 : 0;
  }
  EXPECT_GT(seen, kReports / 4);
  EXPECT_LT(seen, kReports * 3 / 4);
}

}  // namespace
}  // namespace mispsift
