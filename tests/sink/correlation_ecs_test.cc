#include "mispsift/sink/correlation_ecs.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "mispsift/base/utf8.h"
#include "tests/support/snapshots.h"

namespace mispsift {
namespace {

using nlohmann::json;
using K = IndicatorKind;

enum class Type { kKeyword, kKeywords, kDate, kLong, kFloat, kIp, kIps };

// The fields of ECS 8.11 that we use, and what Elasticsearch has them as; under
// labels all are keywords.
const std::map<std::string, Type>& Schema() {
  static const auto* const kSchema = [] {
    auto* schema = new std::map<std::string, Type>{
        {"@timestamp", Type::kDate},
        {"message", Type::kKeyword},
        {"tags", Type::kKeywords},
        {"ecs.version", Type::kKeyword},
        {"event.kind", Type::kKeyword},
        {"event.category", Type::kKeywords},
        {"event.type", Type::kKeywords},
        {"event.module", Type::kKeyword},
        {"event.dataset", Type::kKeyword},
        {"event.id", Type::kKeyword},
        {"event.start", Type::kDate},
        {"event.reference", Type::kKeyword},
        {"event.risk_score", Type::kFloat},
        {"event.risk_score_norm", Type::kFloat},
        {"file.name", Type::kKeyword},
        {"file.hash.md5", Type::kKeyword},
        {"file.hash.sha1", Type::kKeyword},
        {"file.hash.sha256", Type::kKeyword},
        {"related.hash", Type::kKeywords},
        {"related.hosts", Type::kKeywords},
        {"related.ip", Type::kIps},
        {"user_agent.original", Type::kKeyword},
        {"tls.client.ja3", Type::kKeyword},
        {"threat.enrichments.matched.atomic", Type::kKeyword},
        {"threat.enrichments.matched.field", Type::kKeyword},
        {"threat.enrichments.matched.id", Type::kKeyword},
        {"threat.enrichments.matched.type", Type::kKeyword},
    };
    const std::string indicator = "threat.enrichments.indicator.";
    for (const char* name : {"type",
                             "name",
                             "description",
                             "provider",
                             "reference",
                             "confidence",
                             "marking.tlp",
                             "email.address",
                             "file.name",
                             "file.path",
                             "file.hash.md5",
                             "file.hash.sha1",
                             "file.hash.sha256",
                             "file.hash.sha384",
                             "file.hash.sha512",
                             "file.hash.ssdeep",
                             "file.hash.tlsh",
                             "file.pe.imphash",
                             "file.pe.pehash",
                             "file.elf.telfhash",
                             "registry.hive",
                             "registry.key",
                             "registry.path"}) {
      (*schema)[indicator + name] = Type::kKeyword;
    }
    // "Add fields for other hashes by lowercasing the hash algorithm name and
    // using underscore separators": ECS on hash.*
    for (const char* name :
         {"sha224", "sha512_224", "sha512_256", "sha3_224", "sha3_256",
          "sha3_384", "sha3_512", "impfuzzy", "authentihash", "vhash"}) {
      (*schema)[indicator + "file.hash." + name] = Type::kKeyword;
    }
    (*schema)[indicator + "ip"] = Type::kIp;
    (*schema)[indicator + "port"] = Type::kLong;
    (*schema)[indicator + "modified_at"] = Type::kDate;
    (*schema)[indicator + "registry.data.strings"] = Type::kKeywords;
    for (const std::string& url : {std::string("url."), indicator + "url."}) {
      for (const char* name : {"original", "full", "scheme", "domain", "path",
                               "query", "fragment"}) {
        (*schema)[url + name] = Type::kKeyword;
      }
      (*schema)[url + "port"] = Type::kLong;
    }
    return schema;
  }();
  return *kSchema;
}

bool IsIp(const json& value) {
  unsigned char address[16];
  const std::string text = value.get<std::string>();
  return inet_pton(AF_INET, text.c_str(), address) == 1 ||
         inet_pton(AF_INET6, text.c_str(), address) == 1;
}

bool IsText(const json& value) {
  return value.is_string() && !value.get<std::string>().empty();
}

template <typename Each>
bool IsListOf(const json& value, Each each) {
  if (!value.is_array() || value.empty()) return false;
  for (const json& element : value) {
    if (!IsText(element) || !each(element)) return false;
  }
  return true;
}

bool Is(Type type, const json& value) {
  static const std::regex kDate(
      R"(\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\dZ)");
  switch (type) {
    case Type::kKeyword:
      return IsText(value);
    case Type::kKeywords:
      return IsListOf(value, [](const json&) { return true; });
    case Type::kDate:
      return IsText(value) && std::regex_match(value.get<std::string>(), kDate);
    case Type::kLong:
      return value.is_number_integer();
    case Type::kFloat:
      return value.is_number();
    case Type::kIp:
      return IsText(value) && IsIp(value);
    case Type::kIps:
      return IsListOf(value, IsIp);
  }
  return false;
}

// Every field of the document by its dotted name; a nested list of one object
// like that object.
void Flatten(const json& value, const std::string& name,
             std::map<std::string, json>* fields) {
  if (name == "threat.enrichments") {
    ASSERT_TRUE(value.is_array());
    ASSERT_EQ(value.size(), 1u);
    return Flatten(value[0], name + "[]", fields);
  }
  if (!value.is_object()) {
    (*fields)[name] = value;
    return;
  }
  EXPECT_FALSE(value.empty()) << name;
  for (const auto& [key, member] : value.items()) {
    const std::string prefix =
        name.ends_with("[]") ? name.substr(0, name.size() - 2) : name;
    Flatten(member, prefix.empty() ? key : prefix + "." + key, fields);
  }
}

class CorrelationEcsTest : public testing::Test {
 protected:
  CorrelationEcsTest() {
    result_.source = {"archive.tar", "1/report.json"};
    result_.id = "00112233445566778899aabbccddeeff";
    result_.facts.dialect = Dialect::kCuckoo2;
    result_.facts.started = "2024-01-02T03:04:05";
    result_.facts.target.name = "a.exe";
    result_.facts.target.md5 = std::string(32, 'a');
    result_.facts.target.sha256 = std::string(64, 'b');
  }

  void Observe(K kind, const std::string& value,
               MatchRule rule = MatchRule::kExact) {
    Observable observable;
    observable.kind = kind;
    observable.value = value;
    observable.where = 1u << static_cast<int>(Where::kNetwork);
    observable.paths = {"$.network"};
    observable.count = 1;
    result_.matches.observables = {observable};
    result_.matches.matches = {{0, 0, rule, 80}};
  }

  // The fields of the first document, all of which the schema has.
  std::map<std::string, json> Fields(const Snapshot& snapshot) {
    const Index index = Index::Build(snapshot, {});
    std::string lines;
    AppendCorrelationEcs(result_, index, &lines);
    EXPECT_TRUE(IsUtf8(lines));
    EXPECT_EQ(static_cast<size_t>(std::count(lines.begin(), lines.end(), '\n')),
              result_.matches.matches.size());
    std::map<std::string, json> fields;
    Flatten(json::parse(lines.substr(0, lines.find('\n'))), "", &fields);
    for (const auto& [name, value] : fields) {
      if (name.starts_with("labels.")) {
        EXPECT_TRUE(Is(Type::kKeyword, value) || Is(Type::kKeywords, value))
            << name << " " << value;
        EXPECT_EQ(name.find('.', 7), name.npos) << name;
        continue;
      }
      const auto known = Schema().find(name);
      if (known == Schema().end()) {
        ADD_FAILURE() << "no field of ECS: " << name;
      } else {
        EXPECT_TRUE(Is(known->second, value)) << name << " " << value;
      }
    }
    return fields;
  }

  ReportResult result_;
};

struct KindRow {
  const char* type;   // of the attribute
  std::string value;  // of the attribute
  K kind;
  std::string seen;
  const char* ecs_type;  // of the indicator; empty: none
  std::map<std::string, json> indicator;
  const char* field;  // that matched
  MatchRule rule = MatchRule::kExact;
};

std::string Hex(size_t digits) { return std::string(digits, 'c'); }

std::vector<KindRow> KindRows() {
  const char* const kValue = "labels.observable_value";
  const std::string ssdeep = "3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C";
  const std::string tlsh = Hex(70);
  const std::string run =
      R"(HKEY_LOCAL_MACHINE\Software\Microsoft\Windows\CurrentVersion\Run)";
  return {
      {"md5",
       Hex(32),
       K::kMd5,
       Hex(32),
       "file",
       {{"file.hash.md5", Hex(32)}},
       "related.hash"},
      {"md5",
       std::string(32, 'a'),
       K::kMd5,
       std::string(32, 'a'),
       "file",
       {{"file.hash.md5", std::string(32, 'a')}},
       "file.hash.md5"},
      {"sha1",
       Hex(40),
       K::kSha1,
       Hex(40),
       "file",
       {{"file.hash.sha1", Hex(40)}},
       "related.hash"},
      {"sha224",
       Hex(56),
       K::kSha224,
       Hex(56),
       "file",
       {{"file.hash.sha224", Hex(56)}},
       "related.hash"},
      {"filename|sha256",
       "x.exe|" + std::string(64, 'b'),
       K::kSha256,
       std::string(64, 'b'),
       "file",
       {{"file.hash.sha256", std::string(64, 'b')}},
       "file.hash.sha256"},
      {"sha384",
       Hex(96),
       K::kSha384,
       Hex(96),
       "file",
       {{"file.hash.sha384", Hex(96)}},
       "related.hash"},
      {"sha512",
       Hex(128),
       K::kSha512,
       Hex(128),
       "file",
       {{"file.hash.sha512", Hex(128)}},
       "related.hash"},
      {"sha512/224",
       Hex(56),
       K::kSha512_224,
       Hex(56),
       "file",
       {{"file.hash.sha512_224", Hex(56)}},
       "related.hash"},
      {"sha512/256",
       Hex(64),
       K::kSha512_256,
       Hex(64),
       "file",
       {{"file.hash.sha512_256", Hex(64)}},
       "related.hash"},
      {"sha3-224",
       Hex(56),
       K::kSha3_224,
       Hex(56),
       "file",
       {{"file.hash.sha3_224", Hex(56)}},
       "related.hash"},
      {"sha3-256",
       Hex(64),
       K::kSha3_256,
       Hex(64),
       "file",
       {{"file.hash.sha3_256", Hex(64)}},
       "related.hash"},
      {"sha3-384",
       Hex(96),
       K::kSha3_384,
       Hex(96),
       "file",
       {{"file.hash.sha3_384", Hex(96)}},
       "related.hash"},
      {"sha3-512",
       Hex(128),
       K::kSha3_512,
       Hex(128),
       "file",
       {{"file.hash.sha3_512", Hex(128)}},
       "related.hash"},
      {"ssdeep",
       ssdeep,
       K::kSsdeep,
       ssdeep + "x",
       "file",
       {{"file.hash.ssdeep", ssdeep}},
       "related.hash",
       MatchRule::kFuzzy},
      {"tlsh",
       tlsh,
       K::kTlsh,
       tlsh,
       "file",
       {{"file.hash.tlsh", tlsh}},
       "related.hash"},
      {"imphash",
       Hex(32),
       K::kImphash,
       Hex(32),
       "file",
       {{"file.pe.imphash", Hex(32)}},
       "related.hash"},
      {"impfuzzy",
       ssdeep,
       K::kImpfuzzy,
       ssdeep,
       "file",
       {{"file.hash.impfuzzy", ssdeep}},
       "related.hash"},
      {"authentihash",
       Hex(64),
       K::kAuthentihash,
       Hex(64),
       "file",
       {{"file.hash.authentihash", Hex(64)}},
       "related.hash"},
      {"pehash",
       Hex(40),
       K::kPehash,
       Hex(40),
       "file",
       {{"file.pe.pehash", Hex(40)}},
       "related.hash"},
      {"vhash",
       "0150c6",
       K::kVhash,
       "0150c6",
       "file",
       {{"file.hash.vhash", "0150c6"}},
       "related.hash"},
      {"telfhash",
       Hex(70),
       K::kTelfhash,
       Hex(70),
       "file",
       {{"file.elf.telfhash", Hex(70)}},
       "related.hash"},
      {"ip-dst",
       "203.0.113.7",
       K::kIp,
       "203.0.113.7",
       "ipv4-addr",
       {{"ip", "203.0.113.7"}},
       "related.ip"},
      {"domain|ip",
       "evil.example|2001:db8::1",
       K::kIp,
       "2001:db8::1",
       "ipv6-addr",
       {{"ip", "2001:db8::1"}},
       "related.ip"},
      // A network is no address.
      {"ip-src",
       "203.0.113.0/24",
       K::kIp,
       "203.0.113.7",
       "ipv4-addr",
       {},
       "related.ip",
       MatchRule::kCidr},
      {"ip-dst|port",
       "203.0.113.7|4433",
       K::kIpPort,
       "203.0.113.7|4433",
       "ipv4-addr",
       {{"ip", "203.0.113.7"}, {"port", 4433}},
       kValue},
      {"domain|ip",
       "Evil.example.|192.0.2.1",
       K::kHost,
       "a.evil.example",
       "domain-name",
       {{"url.domain", "evil.example"}},
       "related.hosts",
       MatchRule::kSubdomain},
      {"url",
       "https://u:p@evil.example:8443/a/b?c=d#e",
       K::kUrl,
       "https://u:p@evil.example:8443/a/b?c=d#e",
       "url",
       {{"url.full", "https://u:p@evil.example:8443/a/b?c=d#e"},
        {"url.original", "https://u:p@evil.example:8443/a/b?c=d#e"},
        {"url.scheme", "https"},
        {"url.domain", "evil.example"},
        {"url.port", 8443},
        {"url.path", "/a/b"},
        {"url.query", "c=d"},
        {"url.fragment", "e"}},
       "url.full"},
      {"url",
       "evil.example/gate.php",
       K::kUrl,
       "http://evil.example/gate.php",
       "url",
       {{"url.original", "evil.example/gate.php"},
        {"url.domain", "evil.example"},
        {"url.path", "/gate.php"}},
       "url.full",
       MatchRule::kUrl},
      {"uri",
       "/gate.php?id=1",
       K::kUri,
       "/gate.php?id=1",
       "url",
       {{"url.original", "/gate.php?id=1"},
        {"url.path", "/gate.php"},
        {"url.query", "id=1"}},
       "url.original"},
      {"uri",
       "gate.php?id=1",
       K::kUri,
       "gate.php?id=1",
       "url",
       {{"url.original", "gate.php?id=1"},
        {"url.path", "gate.php"},
        {"url.query", "id=1"}},
       "url.original"},
      {"email-src",
       "a@evil.example",
       K::kEmail,
       "a@evil.example",
       "email-addr",
       {{"email.address", "a@evil.example"}},
       kValue},
      {"filename",
       "a.exe",
       K::kFilename,
       "a.exe",
       "file",
       {{"file.name", "a.exe"}},
       "file.name"},
      {"filename|md5",
       "b.exe|" + Hex(32),
       K::kFilename,
       "b.exe",
       "file",
       {{"file.name", "b.exe"}},
       kValue},
      {"filename",
       R"(C:\x\b.exe)",
       K::kFilepath,
       R"(c:\X\B.exe)",
       "file",
       {{"file.name", "b.exe"}, {"file.path", R"(C:\x\b.exe)"}},
       kValue,
       MatchRule::kFolded},
      {"mutex", "quietheron-7", K::kMutex, "quietheron-7", "mutex", {}, kValue},
      {"regkey",
       run,
       K::kRegkey,
       run,
       "windows-registry-key",
       {{"registry.hive", "HKLM"},
        {"registry.key", R"(Software\Microsoft\Windows\CurrentVersion\Run)"},
        {"registry.path",
         R"(HKLM\Software\Microsoft\Windows\CurrentVersion\Run)"}},
       kValue},
      {"regkey|value",
       run + "|evil.exe",
       K::kRegkeyValue,
       run + "|evil.exe",
       "windows-registry-key",
       {{"registry.hive", "HKLM"},
        {"registry.key", R"(Software\Microsoft\Windows\CurrentVersion\Run)"},
        {"registry.path",
         R"(HKLM\Software\Microsoft\Windows\CurrentVersion\Run)"},
        {"registry.data.strings", {"evil.exe"}}},
       kValue},
      {"user-agent",
       "Evil/1.0",
       K::kUserAgent,
       "Evil/1.0",
       "",
       {},
       "user_agent.original"},
      {"named pipe", "evilpipe", K::kNamedPipe, "evilpipe", "", {}, kValue},
      {"pdb", R"(C:\evil.pdb)", K::kPdb, R"(C:\evil.pdb)", "file", {}, kValue},
      {"x509-fingerprint-sha1",
       Hex(40),
       K::kX509Fingerprint,
       Hex(40),
       "x509-certificate",
       {},
       "related.hash"},
      {"ja3-fingerprint-md5",
       Hex(32),
       K::kJa3,
       Hex(32),
       "",
       {},
       "tls.client.ja3"},
  };
}

TEST_F(CorrelationEcsTest, EveryKindHasItsFields) {
  std::set<K> covered;
  for (const KindRow& row : KindRows()) {
    SCOPED_TRACE(std::string(row.type) + " " + row.value);
    covered.insert(row.kind);
    const Snapshot snapshot = SnapshotOf({{row.type, row.value}});
    Observe(row.kind, row.seen, row.rule);
    const auto fields = Fields(snapshot);
    const std::string prefix = "threat.enrichments.indicator.";
    std::map<std::string, json> value;
    for (const auto& [name, field] : fields) {
      if (!name.starts_with(prefix)) continue;
      const std::string member = name.substr(prefix.size());
      static const std::set<std::string> kOfAnyKind = {
          "type",     "name",       "description",
          "provider", "confidence", "marking.tlp"};
      if (!kOfAnyKind.contains(member)) value[member] = field;
    }
    EXPECT_EQ(value, row.indicator);
    const auto type = fields.find(prefix + "type");
    EXPECT_EQ(type == fields.end() ? "" : type->second, row.ecs_type);
    EXPECT_EQ(fields.at(prefix + "name"), row.value);

    // The field that is named holds the value that matched.
    EXPECT_EQ(fields.at("threat.enrichments.matched.atomic"), row.seen);
    EXPECT_EQ(fields.at("threat.enrichments.matched.field"), row.field);
    const json& holder = fields.at(row.field);
    EXPECT_TRUE(holder == json(row.seen) ||
                (holder.is_array() &&
                 std::find(holder.begin(), holder.end(), json(row.seen)) !=
                     holder.end()))
        << holder;
    EXPECT_EQ(fields.at("threat.enrichments.matched.type"),
              MatchRuleName(row.rule));
  }
  EXPECT_EQ(covered.size(), static_cast<size_t>(K::kCount));
}

TEST_F(CorrelationEcsTest, TellsTheReportTheEventAndTheAttribute) {
  const Snapshot snapshot = SnapshotOf({{"domain", "evil.example"}});
  Observe(K::kHost, "evil.example");
  const auto fields = Fields(snapshot);
  EXPECT_EQ(fields.at("@timestamp"), "2024-01-02T03:04:05Z");
  EXPECT_EQ(fields.at("event.start"), "2024-01-02T03:04:05Z");
  EXPECT_EQ(fields.at("event.kind"), "enrichment");
  EXPECT_EQ(fields.at("event.category"), json::array({"threat"}));
  EXPECT_EQ(fields.at("event.type"), json::array({"indicator"}));
  EXPECT_EQ(fields.at("event.risk_score"), 80);
  EXPECT_EQ(fields.at("file.name"), "a.exe");
  EXPECT_EQ(fields.at("file.hash.md5"), result_.facts.target.md5);
  EXPECT_FALSE(fields.contains("file.hash.sha1"));
  EXPECT_EQ(
      fields.at("related.hash"),
      json::array({result_.facts.target.md5, result_.facts.target.sha256}));
  EXPECT_EQ(fields.at("tags"), json::array({"tlp:clear"}));
  EXPECT_EQ(fields.at("message"), "a.exe shows host evil.example: An event");
  const std::string prefix = "threat.enrichments.indicator.";
  EXPECT_EQ(fields.at(prefix + "provider"), "Example");
  EXPECT_EQ(fields.at(prefix + "description"), "An event");
  EXPECT_EQ(fields.at(prefix + "confidence"), "High");
  EXPECT_EQ(fields.at(prefix + "marking.tlp"), "CLEAR");
  EXPECT_EQ(fields.at("threat.enrichments.matched.id"),
            PlantedUuid("domain", "evil.example"));
  EXPECT_EQ(fields.at("labels.report_id"), result_.id);
  EXPECT_EQ(fields.at("labels.misp_event_id"), "7");
}

TEST_F(CorrelationEcsTest, ATimestampIsAlwaysThereAndTheSameEachTime) {
  const Snapshot snapshot = SnapshotOf({{"domain", "evil.example"}});
  Observe(K::kHost, "evil.example");
  for (const char* started :
       {"", "2024-13-01T00:00:00", "2024-02-30T00:00:00", "9999999-01-01",
        "0000-00-00T00:00:00", "1969-12-31T23:59:59", "10000-01-01T00:00:00",
        "yesterday"}) {
    result_.facts.started = started;
    const auto fields = Fields(snapshot);
    // That of the snapshot.
    EXPECT_EQ(fields.at("@timestamp"), "2024-05-06T00:00:00Z") << started;
    EXPECT_FALSE(fields.contains("event.start")) << started;
  }
}

TEST_F(CorrelationEcsTest, ConfidenceIsOnTheScaleOfStix) {
  const Snapshot snapshot = SnapshotOf({{"domain", "evil.example"}});
  const std::pair<int, const char*> kRows[] = {
      {0, "None"},    {1, "Low"},   {29, "Low"},   {30, "Medium"},
      {69, "Medium"}, {70, "High"}, {100, "High"},
  };
  for (const auto& [confidence, name] : kRows) {
    Observe(K::kHost, "evil.example");
    result_.matches.matches[0].confidence = static_cast<uint8_t>(confidence);
    EXPECT_EQ(Fields(snapshot).at("threat.enrichments.indicator.confidence"),
              name)
        << confidence;
  }
}

TEST_F(CorrelationEcsTest, LinksAndTimesOfAServersAttribute) {
  Snapshot::Builder builder;
  builder.AddSource("misp", "https://misp.example/");
  builder.BeginInput();
  EventContext event;
  event.uuid = UuidV5(kMispsiftNamespace, "event");
  event.info = "An event";
  event.tags = {"tlp:green"};
  Attribute attribute;
  attribute.uuid = UuidV5(kMispsiftNamespace, "attribute");
  attribute.type = "domain";
  attribute.value = "evil.example";
  attribute.comment = "c2";
  attribute.timestamp = 1700000000;
  attribute.tags = {"TLP:AMBER", "tlp:clear", "tlp:green"};
  builder.Add(attribute, builder.AddEvent(event));
  builder.CommitInput();
  const Snapshot snapshot = std::move(builder).Build("", "");
  Observe(K::kHost, "evil.example");
  result_.facts.started.clear();
  const auto fields = Fields(snapshot);
  const std::string prefix = "threat.enrichments.indicator.";
  const std::string url =
      "https://misp.example/events/view/" + event.uuid.ToString();
  EXPECT_EQ(fields.at(prefix + "reference"), url);
  EXPECT_EQ(fields.at("event.reference"), url);
  EXPECT_EQ(fields.at(prefix + "modified_at"), "2023-11-14T22:13:20Z");
  // The strictest of the attribute's own.
  EXPECT_EQ(fields.at(prefix + "marking.tlp"), "AMBER");
  EXPECT_EQ(fields.at("tags"),
            json::array({"TLP:AMBER", "tlp:clear", "tlp:green"}));
  EXPECT_EQ(fields.at("labels.attribute_comment"), "c2");
  // Neither the report nor the snapshot tells a time.
  EXPECT_EQ(fields.at("@timestamp"), "1970-01-01T00:00:00Z");
  EXPECT_FALSE(fields.contains(prefix + "provider"));
}

TEST_F(CorrelationEcsTest, AnIdIsOfReportObservableAndAttribute) {
  const Snapshot snapshot =
      SnapshotOf({{"domain", "evil.example"}, {"hostname", "evil.example"}});
  std::set<std::string> ids;
  const auto id = [&] {
    return Fields(snapshot).at("event.id").get<std::string>();
  };
  Observe(K::kHost, "evil.example");
  ids.insert(id());
  result_.source.source = "elsewhere.tar";  // the same analysis
  ids.insert(id());
  EXPECT_EQ(ids.size(), 1u);
  result_.matches.matches[0].attribute = 1;
  ids.insert(id());
  Observe(K::kHost, "a.evil.example");
  ids.insert(id());
  result_.id[0] = 'f';
  ids.insert(id());
  EXPECT_EQ(ids.size(), 4u);
}

TEST_F(CorrelationEcsTest, HostileTextStaysInItsField) {
  const Snapshot snapshot = SnapshotOf({{"url", "http://evil.example/a"}});
  for (const std::string& text :
       {std::string("\xFF\n\"}{\x1b[31m\0", 11), std::string("http://[/"),
        std::string("http://:99999999/?#"), std::string("\\"),
        std::string("http://a:b@/"), std::string("mailto:x")}) {
    Observe(K::kUrl, text, MatchRule::kUrl);
    result_.facts.target.name = text;
    result_.facts.target.url = text;
    result_.source.member = text;
    Fields(snapshot);
  }
}

}  // namespace
}  // namespace mispsift
