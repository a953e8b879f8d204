#include "mispsift/cuckoo/report_stream_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <string>
#include <vector>

#include "mispsift/base/gzip.h"
#include "tests/cuckoo/archive_builder.h"
#include "tests/support/stream_report.h"

namespace mispsift {
namespace {

using ::testing::HasSubstr;

std::string With(const std::string& members) {
  return R"({"info":{"id":1,"started":"2020-01-02 03:04:05"},)"
         R"("target":{"url":"http://evil.example/"},)" +
         members + "}";
}

std::string Nested(size_t levels) {
  return With("\"x\":" + std::string(levels, '[') + std::string(levels, ']'));
}

std::string Differs(const std::string& json,
                    ScanDepth depth = ScanDepth::kFull) {
  return StreamDifference(json, ReadReport(json, depth),
                          StreamedFile().Read(json, depth));
}

TEST(ReportStreamReaderTest, RejectsForTheReasonThatTheOtherReaderGives) {
  const std::string good = With("\"x\":1");
  std::vector<std::string> documents = {
      "",
      " \n",
      "\xEF\xBB\xBF",
      "\xEF\xBB\xBF \n",
      good,
      "\xEF\xBB\xBF" + good,
      " \r\n" + good + "\n ",
      good + "}",
      good + "]",
      good + " trailing",
      good + " \"trailing",
      good + good,
      good + "\n" + good,
      good + "{",
      "]",
      "nonsense",
      "<html></html>",
      "\"a\" \"b\"",
      "\"a\"",
      "\"a",
      "\"a\\q\"",
      "1",
      "1 2",
      "tru",
      "NaN",
      "null",
      "{}",
      "[]",
      "[{\"info\":{}}]",
      "{",
      "[[",
      "{]",
      "[}",
      std::string(2'000'000, '['),
      std::string(2'000'000, '[') + std::string(2'000'000, ']'),
      Nested(510),
      Nested(511),
      Nested(512),
      Nested(100'000),
      Nested(512) + "x",
      Nested(512) + "\n\n",
      Nested(512).substr(0, 600),
      With("\"y\":\"\xFF\",\"x\":") + Nested(600),
      "\xFF\xFE{\0}\0",
      std::string("{\0\"\0", 4),
      std::string("{\"a\":\"\0\"}", 9),
      std::string("{\"a\":\0}", 7),
      std::string("\0", 1),
      "\xEF\xBB",
      "\xEF" + good,
      "\xEF\xBB" + good,
      "\x80",
      "\xFF\xD8\xFF\xE0 JFIF",
      "{\"a\":\"\xE2\x82",
      "[\"\xE2\x82\"]",
  };
  for (const char* members :
       {R"("x":tru)",
        R"("x":nulll)",
        R"("x":01)",
        R"("x":1.)",
        R"("x":+1)",
        R"("x":.5)",
        R"("x":1e)",
        R"("x":-)",
        R"("x":-0)",
        R"("x":1E+9)",
        R"("x":[1,])",
        R"("x":[1 2])",
        R"("x":[1"a"])",
        R"("x":["a"1])",
        R"("x":[1})",
        R"("x":{"y"})",
        R"("x":{1:2})",
        R"("x":1,)",
        R"("x":)",
        R"("x":{,})",
        R"("x":{"a":1,})",
        R"("x"::1)",
        R"("x":[,1])",
        R"("misp":[tru])",
        R"("x":"\x41")",
        R"("x":"\u12")",
        R"("x":"\u12G4")",
        R"("\q":1)",
        R"("x":"\)",
        R"("x":NaN)",
        R"("x":-NaN)",
        R"("x":Inf)",
        R"("x":Infinity)",
        R"("x":-Infinity)",
        R"("x":-Inf)",
        R"("x":nan)",
        R"("x":1e999)",
        R"("x":-1e-999)",
        R"("x":truefalse)",
        R"("x":true)",
        R"("\ud800":["x\udc00","\ud800\u0041","\udc00\ud83d\ude00\ud800"])",
        R"("x":"\ud800\n","y":"\\ud800","z":"\\\ud800")",
        "\"x\":\"a\nb\"",
        "\"x\":\"a\tb\"",
        "\"x\":\"\xFF\"",
        "\"x\":\"\xED\xA0\x80\"",
        "\"x\xFF\":1",
        "\"x\":\xFF",
        "\"x\":\"\x7F\"",
        "\"a\\u0000b\":1",
        R"("x":"\u0000","x":"twice")"}) {
    documents.push_back(With(members));
  }
  documents.push_back(With("\"x\":" + std::string(5000, '9')));
  documents.push_back(With("\"x\":" + std::string(5000, ' ') + "1"));
  for (const std::string& json : documents) {
    EXPECT_EQ(Differs(json), "") << json.substr(0, 300);
  }
}

TEST(ReportStreamReaderTest, EveryPrefixIsRejectedForTheSameReason) {
  const std::string json = With(
      R"("network":{"hosts":["192.0.2.1","x\"\\\u00e9\ud83d\ude00"],
         "tcp":[{"dport":80}]},"strings":["a",{"b":[]}, -1.5e3,null])");
  StreamedFile file;
  ReportStreamReader stream_reader(ScanDepth::kFull);
  ReportReader reader(ScanDepth::kFull);
  for (size_t size = 0; size <= json.size(); ++size) {
    const std::string prefix = json.substr(0, size);
    EXPECT_EQ(
        StreamDifference(prefix, ReadReport(prefix, ScanDepth::kFull, &reader),
                         file.Read(prefix, &stream_reader)),
        "")
        << prefix;
  }
}

// What is put together when an object ends was read long before.
TEST(ReportStreamReaderTest, PartsOfGroupsOutliveTheirText) {
  const std::string json = With(
      R"("network":{"http":[{"host":"evil.example","port":8080,"uri":"/gate",
           "data":"GET / HTTP/1.1\r\nUser-Agent: evil"}],
           "domains":[{"domain":"evil.example","ip":"192.0.2.1"}],
           "http_ex":[{"protocol":"https","host":"evil.example",
             "uri":"/gate","dport":8443}],
           "dns":[{"answers":[{"data":"192.0.2.2","type":"A"}]}],
           "tcp":[{"dst":"192.0.2.1","dport":80}]},
         "behavior":{"processes":[{"calls":[{"arguments":[
           {"name":"regkey","value":"HKEY_CURRENT_USER\\a"},
           {"value":"HKEY_LOCAL_MACHINE","name":"Handle"},
           {"name":"ip_address","value":"192.0.2.3"},
           {"name":"port","value":"443"},{"name":"port","value":444}]}]}]},
         "CAPE":{"configs":[{"Fam":{"C2":["http://c2.example/"]}}]})");
  for (const ScanDepth depth :
       {ScanDepth::kFacts, ScanDepth::kFields, ScanDepth::kFull}) {
    EXPECT_EQ(Differs(json, depth), "");
  }
  EXPECT_GT(StreamedFile().Read(json, ScanDepth::kFull).all.size(), 15u);
}

TEST(ReportStreamReaderTest, SaysAtWhichByte) {
  const StreamedFile file;
  EXPECT_THAT(file.Read(R"({"info":tru})", ScanDepth::kFull).outcome.detail,
              HasSubstr("at byte 8"));
  EXPECT_THAT(
      file.Read("\xEF\xBB\xBF{\"info\":tru}", ScanDepth::kFull).outcome.detail,
      HasSubstr("at byte 11"));
}

TEST(ReportStreamReaderTest, WhatMustBeHeldIsBounded) {
  const StreamedFile file;
  const std::string huge(kMaxStreamText + (1u << 20), 'x');
  const struct {
    std::string json;
    Reject expected;
  } cases[] = {
      {With("\"x\":\"" + huge + "\""), Reject::kTooLarge},
      {With("\"" + huge + "\":1"), Reject::kTooLarge},
      {With("\"x\":1" + huge), Reject::kTooLarge},
      {With("\"x\":\"" + huge.substr(0, kMaxStreamText - (1u << 20)) + "\""),
       Reject::kNone},
      {With("\"x\":" + std::string(kMaxStreamText + (1u << 20), ' ') + "1"),
       Reject::kNone},
      // Each fits in, but an object holds on to all of them.
      {With("\"network\":{\"http_ex\":[{\"host\":\"" +
            huge.substr(0, kMaxStreamText / 2 + 1) + "\",\"uri\":\"" +
            huge.substr(0, kMaxStreamText / 2 + 1) + "\"}]}"),
       Reject::kTooLarge},
  };
  for (const auto& c : cases) {
    const StreamOutcome outcome = file.Read(c.json, ScanDepth::kFields).outcome;
    EXPECT_EQ(RejectName(outcome.reject), RejectName(c.expected))
        << c.json.substr(80, 60) << outcome.detail;
    EXPECT_EQ(outcome.bytes, c.json.size());
  }
}

TEST(ReportStreamReaderTest, WhatIsSkippedOverIsBoundedToo) {
  const size_t most = kMaxSkippedLevels;
  const auto calls = [](size_t levels) {
    return With(R"("behavior":{"processes":[{"calls":)" +
                std::string(levels, '[') + std::string(levels, ']') + "}]}");
  };
  const StreamedFile file;
  EXPECT_EQ(file.Read(calls(most), ScanDepth::kFields).outcome.reject,
            Reject::kNone);
  EXPECT_EQ(file.Read(calls(most + 1), ScanDepth::kFields).outcome.reject,
            Reject::kTooDeep);
  // Unlike the other reader, this one sees what is wrong in there.
  EXPECT_EQ(file.Read(With(R"("behavior":{"processes":[{"calls":[tru]}]})"),
                      ScanDepth::kFields)
                .outcome.reject,
            Reject::kNotJson);
}

TEST(ReportStreamReaderTest, ToldThatItIsADocumentALine) {
  const StreamedFile file;
  const std::string good = With("\"x\":1");
  for (const std::string& lines :
       {good + "\n" + good, " " + good + " \r\n\n " + good + "\n",
        std::string("{\"a\":tru}\n{"), "{\"a\":\"\xFF\"}\n" + good,
        "{\"a\":\"" + std::string(600'000, 'a') + "\"}\n" + good}) {
    EXPECT_TRUE(file.Read(lines, ScanDepth::kFull).outcome.is_json_lines);
  }
  for (const std::string& document :
       {good, good + "\n", good + "\n[1]", good + good, std::string("{\n{"),
        "\n[1]\n" + good, good + "\nx\n" + good}) {
    EXPECT_FALSE(file.Read(document, ScanDepth::kFull).outcome.is_json_lines)
        << document;
  }
}

// Longer than any window, so that everything is cut somewhere.
TEST(ReportStreamReaderTest, NothingIsLostAtTheBordersOfWindows) {
  constexpr size_t kWindowBytes = size_t{256} << 10;  // of JsonStream
  std::string text;
  while (text.size() < 40'000) {
    text +=
        R"(a\u00e9\ud83d\ude00\ud800 \\ \" http://evil.example/é 192.0.2.1 )";
  }
  for (size_t shift = 0; shift < 24; ++shift) {
    std::string members = "\"x\":[" + std::string(shift, ' ');
    for (int i = 0; i < 20; ++i) members += "\"" + text + "\",-12.5e1,null,";
    EXPECT_EQ(Differs(With(members + "{}]")), "") << shift;
    // What is odd in a string is known where it ends, there and a window later.
    std::string lone = With("\"x\":[\"\\ud800");
    lone.resize(lone.size() - 1);
    for (const size_t end : {kWindowBytes, 2 * kWindowBytes}) {
      lone.resize(end - 12 + shift, 'x');
      EXPECT_EQ(Differs(lone + "\",\"y\",\"\\udc00\"]}"), "") << shift;
    }
  }
}

class CompressedReportStreamTest : public testing::TestWithParam<const char*> {
};

TEST_P(CompressedReportStreamTest, IsReadAsWhatCameOut) {
  std::string json = With("\"x\":[");
  json.pop_back();
  for (int i = 0; i < 40'000; ++i) {
    json += fmt::format("\"http://evil{}.example/\",", i);
  }
  json += "1]}";
  const std::string packed = Compress(json, GetParam());
  const StreamedFile file;
  ReportStreamReader reader(ScanDepth::kFull);
  EXPECT_EQ(StreamDifference(json, ReadReport(json, ScanDepth::kFull),
                             file.Read(packed, &reader)),
            "");
  // A reject is found on the second way through it.
  const std::string bad = json + "x";
  EXPECT_EQ(StreamDifference(bad, ReadReport(bad, ScanDepth::kFull),
                             file.Read(Compress(bad, GetParam()), &reader)),
            "");

  const StreamOutcome cut =
      file.Read(packed.substr(0, packed.size() / 2), &reader).outcome;
  EXPECT_EQ(cut.reject, Reject::kBadArchive);
  EXPECT_TRUE(cut.is_unreadable);
  EXPECT_EQ(cut.id, "");
  ArchiveLimits limits;
  limits.max_report_bytes = json.size() - 1;
  EXPECT_EQ(file.Read(packed, &reader, limits).outcome.reject,
            Reject::kTooLarge);
  limits.max_report_bytes = json.size();
  EXPECT_EQ(file.Read(packed, &reader, limits).outcome.reject, Reject::kNone);
  EXPECT_EQ(file.Read(Compress(packed, GetParam()), &reader).outcome.reject,
            Reject::kNestedTooDeep);
  EXPECT_EQ(file.Read(Compress("", GetParam()), &reader).outcome.reject,
            Reject::kEmpty);
  limits.ratio_floor_bytes = 1000;
  limits.max_ratio = 2;
  EXPECT_EQ(file.Read(packed, &reader, limits).outcome.reject,
            Reject::kRatioLimit);
}

INSTANTIATE_TEST_SUITE_P(Filters, CompressedReportStreamTest,
                         testing::Values("gzip", "bzip2", "xz", "zstd"));

// However the document ends, and though all of it was read by then.
TEST(ReportStreamReaderTest, AGzipWithAWrongSumIsUnreadable) {
  ReportStreamReader reader(ScanDepth::kFull);
  const std::string good = With("\"x\":1");
  for (const std::string& json : {good, good + "x", std::string("{\"a\":1}"),
                                  good + std::string(600'000, ' ')}) {
    std::string packed = Gzip(json);
    constexpr size_t kSumsBytes = 8;
    packed[packed.size() - kSumsBytes] ^= 1;
    const StreamOutcome outcome = StreamedFile().Read(packed, &reader).outcome;
    EXPECT_EQ(outcome.reject, Reject::kBadArchive);
    EXPECT_TRUE(outcome.is_unreadable);
    EXPECT_EQ(outcome.id, "");
  }
}

TEST(ReportStreamReaderTest, AFileThatIsNotThereOrTooLargeIsUnreadable) {
  ReportStreamReader reader(ScanDepth::kFull);
  KeepingSink sink;
  ReportFacts facts;
  const StreamOutcome gone =
      reader.Read("/nonexistent/report.json", {}, &sink, &facts);
  EXPECT_EQ(gone.reject, Reject::kUnreadable);
  EXPECT_TRUE(gone.is_unreadable);
  const std::string json = With("\"x\":1");
  ArchiveLimits limits;
  limits.max_report_bytes = json.size() - 1;
  const StreamOutcome large =
      StreamedFile().Read(json, &reader, limits).outcome;
  EXPECT_EQ(large.reject, Reject::kTooLarge);
  EXPECT_TRUE(large.is_unreadable);
}

// Sets a flag once it has seen so much.
class StoppingSink : public ObservationSink {
 public:
  StoppingSink(size_t most, std::atomic<bool>* stop)
      : most_(most), stop_(stop) {}
  bool Observe(const Observation& /*seen*/, const JsonPath& /*path*/) override {
    if (++seen_ == most_) *stop_ = true;
    return true;
  }
  size_t seen() const { return seen_; }

 private:
  const size_t most_;
  std::atomic<bool>* const stop_;
  size_t seen_ = 0;
};

TEST(ReportStreamReaderTest, StopsWithinAReport) {
  constexpr size_t kHosts = 40'000;
  constexpr size_t kMost = 1'000;
  std::string json = With("\"x\":[");
  json.pop_back();
  for (size_t i = 0; i < kHosts; ++i) {
    json += fmt::format("\"http://evil{}.example/\",", i);
  }
  json += "1]}";
  const StreamedFile file;
  ReportStreamReader reader(ScanDepth::kFull);
  for (const std::string& content : {json, Gzip(json), Compress(json, "xz")}) {
    file.Write(content);
    std::atomic<bool> stop{false};
    ArchiveLimits limits;
    limits.stop = &stop;
    StoppingSink sink(kMost, &stop);
    ReportFacts facts;
    const StreamOutcome outcome =
        reader.Read(file.path(), limits, &sink, &facts);
    EXPECT_EQ(outcome.reject, Reject::kUnreadable);
    EXPECT_TRUE(outcome.is_unreadable);
    EXPECT_GE(sink.seen(), kMost);
    EXPECT_LT(sink.seen(), kHosts);  // each is several observations
  }
}

}  // namespace
}  // namespace mispsift
