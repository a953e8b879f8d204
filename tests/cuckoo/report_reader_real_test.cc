#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "mispsift/cuckoo/report_reader.h"
#include "mispsift/normalize/normalize.h"
#include "tests/support/observations.h"
#include "tests/support/real_data.h"
#include "tests/support/slow_report_facts.h"
#include "tests/support/slow_report_reader.h"

namespace mispsift {
namespace {

using K = IndicatorKind;

std::vector<std::string> RealReports() {
  std::vector<std::string> paths;
  for (const auto& entry :
       std::filesystem::directory_iterator(RealData("reports"))) {
    if (entry.path().extension() == ".json") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::string Slurp(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream bytes;
  bytes << in.rdbuf();
  return std::move(bytes).str();
}

std::string NameOf(const std::string& path) {
  return std::filesystem::path(path).stem();
}

// What the file's name says of it.
Dialect ExpectedDialect(const std::string& name) {
  if (name.find("-droid-") != std::string::npos) return Dialect::kDroid;
  if (name == "cuckoo1-b72e9acf82") return Dialect::kCuckoo0;  // version 0.4.2
  if (name.starts_with("cuckoo1-")) return Dialect::kCuckoo1;
  if (name.starts_with("cuckoo2-")) return Dialect::kCuckoo2;
  if (name.starts_with("cuckoo3-")) return Dialect::kCuckoo3;
  if (name.starts_with("cape-")) return Dialect::kCape;
  return Dialect::kOther;
}

TEST(ReportReaderRealTest, EveryFileIsReadOrRejectedForItsReason) {
  const std::vector<std::string> paths = RealReports();
  ASSERT_GE(paths.size(), 37u);
  ReportReader reader(ScanDepth::kFull);
  for (const std::string& path : paths) {
    const std::string name = NameOf(path);
    SCOPED_TRACE(name);
    const ReadResult read = ReadReport(Slurp(path), ScanDepth::kFull, &reader);
    if (name == "partial-24146b1488") {  // Cuckoo 3's analysis.json
      EXPECT_EQ(read.outcome.reject, Reject::kNotAReport);
      continue;
    }
    EXPECT_EQ(read.outcome.reject, Reject::kNone) << read.outcome.detail;
    EXPECT_EQ(DialectName(read.facts.dialect),
              DialectName(ExpectedDialect(name)));
    EXPECT_GT(read.all.size(), 100u);
  }
}

TEST(ReportReaderRealTest, AgreesWithTheSlowReader) {
  for (const std::string& path : RealReports()) {
    SCOPED_TRACE(NameOf(path));
    const std::string json = Slurp(path);
    JsonNode root;
    ASSERT_TRUE(ParseJson(json, &root));
    for (const ScanDepth depth : {ScanDepth::kFields, ScanDepth::kFull}) {
      const ReadResult read = ReadReport(json, depth);
      EXPECT_EQ(FirstDifference(read.all, SlowReadReport(root, depth)), "");
      if (read.facts.left_out == 0) {
        EXPECT_EQ(FactsDifference(read.facts, SlowReadFacts(root)), "");
      }
    }
  }
}

// The node at "$.network.hosts[0]"; empty when there is none.
const JsonNode& At(const JsonNode& root, std::string_view path) {
  static const JsonNode none;
  const JsonNode* node = &root;
  path.remove_prefix(1);
  while (!path.empty()) {
    const bool is_key = path[0] == '.';
    const size_t end = is_key ? path.find_first_of(".[", 1) : path.find(']');
    const std::string name(path.substr(1, end - 1));
    path.remove_prefix(std::min(path.size(), is_key ? end : end + 1));
    if (is_key) {
      node = &(*node)[name];
    } else {
      const size_t index = std::stoul(name);
      node = index < node->elements.size() ? &node->elements[index] : &none;
    }
  }
  return *node;
}

// What a person finds in the files, by kind: the value at the path must be
// seen there as this, from its field.
TEST(ReportReaderRealTest, PlantedValuesAreFoundWhereTheyStand) {
  const struct {
    std::string file;
    K kind;
    std::string path;
  } cases[] = {
      {"cape-e48855e421", K::kSha256, "$.dropped[0].sha256"},
      {"cape-e48855e421", K::kTlsh, "$.dropped[0].tlsh"},
      {"cape-e48855e421", K::kHost, "$.network.dns[0].request"},
      {"cape-e48855e421", K::kPdb, "$.procdump[0].pe.pdbpath"},
      {"cape-e48855e421", K::kImphash, "$.procdump[0].pe.imphash"},
      {"cape-e48855e421", K::kUri, "$.suricata.http[0].uri"},
      {"cape-e48855e421", K::kHost, "$.suricata.http[0].hostname"},
      {"cape-e48855e421", K::kFilepath, "$.signatures[0].data[0].file"},
      {"cape-e48855e421", K::kMutex, "$.behavior.summary.mutexes[0]"},
      {"cape-f1df2750ac", K::kMd5, "$.target.file.md5"},
      {"cape-f1df2750ac", K::kSha3_384, "$.target.file.sha3_384"},
      {"cape-f1df2750ac", K::kRegkey,
       "$.behavior.processes[0].calls[15].arguments[2].value"},
      {"cape-f1df2750ac", K::kFilename,
       "$.behavior.processes[0].calls[3].arguments[0].value"},
      {"cuckoo1-3de2663154", K::kIp, "$.network.tcp[0].dst"},
      {"cuckoo1-3de2663154", K::kMutex,
       "$.behavior.processes[0].calls[48].arguments[2].value"},
      {"cuckoo1-fd9f37446f", K::kFilepath,
       "$.behavior.processes[0].calls[1090].arguments[1].value"},
      {"cuckoo1-b72e9acf82", K::kSha512, "$.file.sha512"},
      {"cuckoo1-b72e9acf82", K::kUrl, "$.network.http[0].uri"},
      {"cuckoo1-b72e9acf82", K::kUserAgent, "$.network.http[0].user-agent"},
      {"cuckoo1-b72e9acf82", K::kUri,
       "$.behavior.processes[1].calls[299].arguments[1].value"},
      {"cuckoo1-b72e9acf82", K::kHost, "$.network.dns[0].hostname"},
      {"cuckoo2-08ad542ced", K::kUrl, "$.network.http[0].uri"},
      {"cuckoo2-08ad542ced", K::kIp, "$.network.dead_hosts[0][0]"},
      {"cuckoo2-08ad542ced", K::kSha256, "$.buffer[0].sha256"},
      {"cuckoo2-50ee9b23f5", K::kX509Fingerprint, "$.static.signature[0].sha1"},
      {"cuckoo2-c133302e75", K::kIp,
       "$.behavior.generic[1].summary.connects_ip[0]"},
      {"cuckoo2-c133302e75", K::kRegkey, "$.signatures[0].marks[0].ioc"},
      {"cuckoo2-c5d53e4036", K::kRegkey,
       "$.signatures[4].marks[0].call.arguments.regkey"},
      {"cuckoo2-c5d53e4036", K::kFilepath,
       "$.signatures[5].marks[0].call.arguments.filepath"},
      {"cuckoo2-d69b2f50b6", K::kHost,
       "$.behavior.generic[3].summary.connects_host[0]"},
      {"cuckoo2-d69b2f50b6", K::kFilepath, "$.signatures[1].marks[0].ioc"},
      {"cuckoo2-droid-5292fd030c", K::kHost, "$.network.dns[0].request"},
      {"cuckoo1-droid-65d7c4a80f", K::kMd5, "$.apkinfo.files[0].md5"},
      {"cuckoo3-3ffc3cc753", K::kHost, "$.network.domain[0]"},
      {"cuckoo3-3ffc3cc753", K::kUrl, "$.network.http[0].request.url"},
      {"cuckoo3-3ffc3cc753", K::kFilepath, "$.processes[0].image"},
      {"cuckoo3-6cd4946d0c", K::kSha256, "$.target.sha256"},
      {"cuckoo3-6cd4946d0c", K::kFilename, "$.target.filename"},
      {"cuckoo3-6cd4946d0c", K::kImphash, "$.static.pe.pe_imphash"},
      {"partial-bd6952b67c", K::kUserAgent, "$.network.http[0].user-agent"},
      {"partial-62d3b38083", K::kFilepath,
       "$.behavior.processes[0].calls[0].arguments[0].value"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.file + " " + c.path);
    const std::string json = Slurp(RealData("reports/" + c.file + ".json"));
    JsonNode root;
    ASSERT_TRUE(ParseJson(json, &root));
    const std::string& text = At(root, c.path).text;
    ASSERT_FALSE(text.empty());
    IndicatorKind kind = c.kind;
    std::string value;
    ASSERT_TRUE(Canonicalize(text, &kind, &value));
    const ReadResult read = ReadReport(json, ScanDepth::kFull);
    const auto seen =
        std::find_if(read.all.begin(), read.all.end(), [&](const auto& o) {
          return o.kind == c.kind && o.form == KeyForm::kValue &&
                 o.reading == Reading::kField && o.value == value &&
                 o.path == c.path;
        });
    EXPECT_NE(seen, read.all.end()) << text;
  }
}

TEST(ReportReaderRealTest, FactsAreWhatTheDocumentSays) {
  for (const std::string& path : RealReports()) {
    SCOPED_TRACE(NameOf(path));
    const std::string json = Slurp(path);
    JsonNode root;
    ASSERT_TRUE(ParseJson(json, &root));
    const ReadResult read = ReadReport(json, ScanDepth::kFields);
    const ReadResult facts = ReadReport(json, ScanDepth::kFacts);
    EXPECT_EQ(facts.outcome.reject, read.outcome.reject);
    EXPECT_TRUE(facts.all.empty());
    if (read.outcome.reject != Reject::kNone) continue;
    EXPECT_TRUE(facts.facts == read.facts);
    const ReadResult identity = ReadReport(json, ScanDepth::kIdentity);
    EXPECT_EQ(identity.outcome.reject, Reject::kNone);
    EXPECT_TRUE(identity.all.empty());
    EXPECT_TRUE(identity.facts == IdentityIn(read.facts));
    const JsonNode& file = root["file"].members.empty()
                               ? root["target"]["file"].members.empty()
                                     ? root["target"]
                                     : root["target"]["file"]
                               : root["file"];
    EXPECT_EQ(read.facts.target.md5, file["md5"].text);
    EXPECT_EQ(read.facts.target.sha256, file["sha256"].text);
    EXPECT_EQ(read.facts.task_id, root["info"]["id"].text +
                                      root["task_id"].text +
                                      root["analysis_id"].text);
    EXPECT_EQ(read.facts.started.empty(),
              root["info"]["started"].type == JsonNode::Type::kOther)
        << read.facts.started;
    if (read.facts.dialect == Dialect::kCuckoo2) {
      EXPECT_TRUE(read.facts.score.has_value());
    }
    EXPECT_EQ(read.facts.domains.empty(),
              root["network"]["domains"].elements.empty() &&
                  root["network"]["domain"].elements.empty() &&
                  At(root, "$.network.dns[0].hostname").text.empty());
  }
}

}  // namespace
}  // namespace mispsift
