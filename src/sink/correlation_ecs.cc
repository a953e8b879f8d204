#include "mispsift/sink/correlation_ecs.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "mispsift/base/json_writer.h"
#include "mispsift/base/uuid.h"
#include "mispsift/model/snapshot.h"
#include "mispsift/normalize/normalize.h"
#include "src/sink/ecs_values.h"
#include "src/sink/page_text.h"

namespace mispsift {
namespace {

using K = IndicatorKind;

// Texts of a list, each once, in the order in which they came.
class TextSet {
 public:
  void Add(std::string_view text) {
    if (!text.empty() &&
        std::find(texts_.begin(), texts_.end(), text) == texts_.end()) {
      texts_.emplace_back(text);
    }
  }
  void Write(std::string_view key, JsonWriter* json) const {
    if (texts_.empty()) return;
    json->Key(key).StartArray();
    for (const std::string& text : texts_) json->String(text);
    json->EndArray();
  }
  bool empty() const { return texts_.empty(); }

 private:
  std::vector<std::string> texts_;
};

// Elasticsearch takes years of four digits. Before 1970 is a clock that was
// never set.
std::string EcsTime(absl::Time time) {
  const int64_t year = absl::ToCivilSecond(time, absl::UTCTimeZone()).year();
  if (year < 1970 || year > 9999) return "";
  return absl::FormatTime("%Y-%m-%d%ET%H:%M:%SZ", time, absl::UTCTimeZone());
}

// Of an ISO 8601 time in UTC, with or without its Z; empty where it is none.
std::string EcsTime(std::string_view iso) {
  if (iso.ends_with('Z')) iso.remove_suffix(1);
  absl::CivilSecond civil;
  if (!absl::ParseCivilTime(std::string(iso), &civil)) return "";
  return EcsTime(absl::FromCivil(civil, absl::UTCTimeZone()));
}

// The strictest of the traffic light protocol's marks among the tags.
std::string_view TlpOf(const std::vector<std::string_view>& tags) {
  static constexpr std::pair<std::string_view, std::string_view> kMarks[] = {
      {"tlp:red", "RED"},     {"tlp:amber+strict", "AMBER+STRICT"},
      {"tlp:amber", "AMBER"}, {"tlp:green", "GREEN"},
      {"tlp:clear", "CLEAR"}, {"tlp:white", "WHITE"}};
  for (const auto& [tag, name] : kMarks) {
    for (const std::string_view candidate : tags) {
      if (absl::AsciiStrToLower(std::string(candidate)) == tag) return name;
    }
  }
  return "";
}

// What of the attribute the observable matched. What MISP itself compares may
// be of no kind of ours: then it is the observable's value.
Indicator MatchedIndicator(const AttributeView& attribute,
                           const Observable& observable) {
  std::vector<Indicator> indicators;
  IndicatorsOf(attribute.type, attribute.value, &indicators);
  for (Indicator& indicator : indicators) {
    if (indicator.kind == observable.kind) return std::move(indicator);
  }
  return {observable.kind, KeyForm::kValue, observable.value};
}

// What one document is made of, beside the index.
struct Correlation {
  const ReportResult& result;
  const Observable& observable;
  const Match& match;
  AttributeView attribute;
  EventView event;
  std::string event_uuid;  // or empty
  std::string event_url;   // on its server, or empty
  std::vector<std::string_view> attribute_tags;
  std::vector<std::string_view> event_tags;
};

// The field of the document that holds the observable's value.
std::string_view MatchedField(const Correlation& of) {
  const ReportTarget& target = of.result.facts.target;
  const std::string_view value = of.observable.value;
  if (IsFileHash(of.observable.kind)) {
    if (of.observable.kind == K::kMd5 && value == target.md5) {
      return "file.hash.md5";
    }
    if (of.observable.kind == K::kSha1 && value == target.sha1) {
      return "file.hash.sha1";
    }
    if (of.observable.kind == K::kSha256 && value == target.sha256) {
      return "file.hash.sha256";
    }
    return "related.hash";
  }
  switch (of.observable.kind) {
    case K::kIp:
      return "related.ip";
    case K::kHost:
      return "related.hosts";
    case K::kUrl:
      return NamesItsScheme(value) ? "url.full" : "url.original";
    case K::kUri:
      return "url.original";
    case K::kFilename:
      return value == target.name ? "file.name" : "labels.observable_value";
    case K::kUserAgent:
      return "user_agent.original";
    case K::kJa3:
      return "tls.client.ja3";
    case K::kX509Fingerprint:
      return "related.hash";
    default:
      return "labels.observable_value";
  }
}

std::string Message(const Correlation& of) {
  const ReportTarget& target = of.result.facts.target;
  std::string_view shown_by = of.result.id;
  for (const std::string_view name :
       {std::string_view(target.sha256), std::string_view(target.url),
        std::string_view(target.name)}) {
    if (!name.empty()) shown_by = name;
  }
  return fmt::format("{} shows {} {}: {}", shown_by,
                     KindName(of.observable.kind), of.observable.value,
                     of.event.info);
}

void WriteEvent(const Correlation& of, const std::string& started,
                JsonWriter* json) {
  const std::string attribute = of.attribute.fields->uuid.ToString();
  const Uuid id = UuidV5(kMispsiftNamespace,
                         fmt::format("correlation\n{}\n{}\n{}\n{}",
                                     of.result.id, KindName(of.observable.kind),
                                     of.observable.value, attribute));
  json->Key("event").StartObject();
  json->Key("kind").String("enrichment");
  json->Key("category").StartArray().String("threat").EndArray();
  json->Key("type").StartArray().String("indicator").EndArray();
  json->Key("module").String("mispsift");
  json->Key("dataset").String("mispsift.correlation");
  json->Key("id").String(id.ToString());
  WriteText("start", started, json);
  WriteText("reference", of.event_url, json);
  json->Key("risk_score").Uint(of.match.confidence);
  json->Key("risk_score_norm").Uint(of.match.confidence);
  json->EndObject();
}

void WriteEnrichment(const Correlation& of, JsonWriter* json) {
  const Indicator indicator = MatchedIndicator(of.attribute, of.observable);
  json->Key("threat").StartObject();
  json->Key("enrichments").StartArray().StartObject();
  json->Key("indicator").StartObject();
  WriteText("type", EcsIndicatorType(indicator), json);
  json->Key("name").String(of.attribute.value);
  WriteText("description", of.event.info, json);
  WriteText("provider", of.event.org, json);
  WriteText("reference", of.event_url, json);
  json->Key("confidence").String(EcsConfidence(of.match.confidence));
  if (of.attribute.fields->timestamp > 0) {
    WriteText("modified_at",
              EcsTime(absl::FromUnixSeconds(of.attribute.fields->timestamp)),
              json);
  }
  std::string_view tlp = TlpOf(of.attribute_tags);
  if (tlp.empty()) tlp = TlpOf(of.event_tags);
  if (!tlp.empty()) {
    json->Key("marking").StartObject().Key("tlp").String(tlp).EndObject();
  }
  WriteEcsValue(indicator, json);
  json->EndObject();
  json->Key("matched").StartObject();
  json->Key("atomic").String(of.observable.value);
  json->Key("field").String(MatchedField(of));
  json->Key("id").String(of.attribute.fields->uuid.ToString());
  json->Key("type").String(MatchRuleName(of.match.rule));
  json->EndObject();
  json->EndObject().EndArray();
  json->EndObject();
}

void WriteTarget(const ReportTarget& target, JsonWriter* json) {
  const bool hashed =
      !target.md5.empty() || !target.sha1.empty() || !target.sha256.empty();
  if (target.name.empty() && !hashed) return;
  json->Key("file").StartObject();
  WriteText("name", target.name, json);
  if (hashed) {
    json->Key("hash").StartObject();
    WriteText("md5", target.md5, json);
    WriteText("sha1", target.sha1, json);
    WriteText("sha256", target.sha256, json);
    json->EndObject();
  }
  json->EndObject();
}

// The host of a url among the addresses or the names.
void AddHostOf(std::string_view url, TextSet* hosts, TextSet* ips) {
  K kind = K::kHost;
  std::string canonical;
  if (Canonicalize(HostInUrl(url), &kind, &canonical)) {
    (kind == K::kIp ? ips : hosts)->Add(canonical);
  }
}

void WriteRelated(const Correlation& of, JsonWriter* json) {
  TextSet hashes;
  TextSet hosts;
  TextSet ips;
  const ReportTarget& target = of.result.facts.target;
  hashes.Add(target.md5);
  hashes.Add(target.sha1);
  hashes.Add(target.sha256);
  AddHostOf(target.url, &hosts, &ips);
  const std::string_view value = of.observable.value;
  if (IsFileHash(of.observable.kind) ||
      of.observable.kind == K::kX509Fingerprint) {
    hashes.Add(value);
  }
  if (of.observable.kind == K::kHost) hosts.Add(value);
  if (of.observable.kind == K::kIp) ips.Add(value);
  if (of.observable.kind == K::kIpPort) ips.Add(AddressOf(value));
  if (of.observable.kind == K::kUrl) AddHostOf(value, &hosts, &ips);
  if (hashes.empty() && hosts.empty() && ips.empty()) return;
  json->Key("related").StartObject();
  hashes.Write("hash", json);
  hosts.Write("hosts", json);
  ips.Write("ip", json);
  json->EndObject();
}

void WriteObserved(const Observable& observable, JsonWriter* json) {
  switch (observable.kind) {
    case K::kUrl:
    case K::kUri:
      WriteEcsUrl(observable.kind, observable.value, json);
      break;
    case K::kUserAgent:
      json->Key("user_agent").StartObject();
      json->Key("original").String(observable.value).EndObject();
      break;
    case K::kJa3:
      json->Key("tls").StartObject().Key("client").StartObject();
      json->Key("ja3").String(observable.value).EndObject().EndObject();
      break;
    default:
      break;
  }
}

void WriteLabels(const Correlation& of, const std::string& snapshot_id,
                 JsonWriter* json) {
  const ReportFacts& facts = of.result.facts;
  json->Key("labels").StartObject();
  WriteText("report_id", of.result.id, json);
  WriteText("report_source", of.result.source.source, json);
  WriteText("report_member", of.result.source.member, json);
  WriteText("report_task_id", facts.task_id, json);
  WriteText("target_url", facts.target.url, json);
  json->Key("observable_kind").String(KindName(of.observable.kind));
  json->Key("observable_value").String(of.observable.value);
  TextSet places;
  for (int i = 0; i < static_cast<int>(Where::kCount); ++i) {
    if ((of.observable.where >> i & 1) != 0) {
      places.Add(WhereName(static_cast<Where>(i)));
    }
  }
  places.Write("observable_where", json);
  if (!of.observable.paths.empty()) {
    WriteText("observable_path", of.observable.paths.front(), json);
  }
  WriteText("attribute_type", of.attribute.type, json);
  WriteText("attribute_category", of.attribute.category, json);
  WriteText("attribute_comment", of.attribute.comment, json);
  WriteText("misp_event_uuid", of.event_uuid, json);
  if (of.event.fields->id != 0) {
    json->Key("misp_event_id").String(fmt::format("{}", of.event.fields->id));
  }
  WriteText("misp_event_date", of.event.date, json);
  WriteText("snapshot_id", snapshot_id, json);
  json->EndObject();
}

// A server that the attribute can be seen on; empty if it is from none.
std::string_view ServerOf(const AttributeView& attribute,
                          const SnapshotManifest& manifest) {
  const size_t source = attribute.fields->source;
  return source < manifest.sources.size() &&
                 manifest.sources[source].kind == "misp"
             ? std::string_view(manifest.sources[source].location)
             : std::string_view();
}

}  // namespace

void AppendCorrelationEcs(const ReportResult& result, const Index& index,
                          std::string* out) {
  if (result.matches.matches.empty()) return;
  const Snapshot& snapshot = index.snapshot();
  const std::string started = EcsTime(result.facts.started);
  const std::string made = EcsTime(snapshot.manifest().created);
  const std::string_view time = !started.empty() ? started
                                : !made.empty()  ? std::string_view(made)
                                                 : "1970-01-01T00:00:00Z";
  JsonWriter json(out);
  for (const Match& match : result.matches.matches) {
    const AttributeView attribute = snapshot.attribute(match.attribute);
    const EventView event = snapshot.event_of(attribute);
    Correlation of{result,
                   result.matches.observables[match.observable],
                   match,
                   attribute,
                   event,
                   "",
                   "",
                   snapshot.tags(attribute),
                   snapshot.tags(event)};
    if (!event.fields->uuid.IsNil()) {
      of.event_uuid = event.fields->uuid.ToString();
    }
    of.event_url =
        EventUrl(ServerOf(attribute, snapshot.manifest()), of.event_uuid);
    TextSet tags;
    for (const std::string_view tag : of.attribute_tags) tags.Add(tag);
    for (const std::string_view tag : of.event_tags) tags.Add(tag);

    json.StartObject();
    json.Key("@timestamp").String(time);
    json.Key("ecs").StartObject().Key("version").String("8.11.0").EndObject();
    json.Key("message").String(Message(of));
    WriteEvent(of, started, &json);
    WriteEnrichment(of, &json);
    WriteTarget(result.facts.target, &json);
    WriteRelated(of, &json);
    WriteObserved(of.observable, &json);
    tags.Write("tags", &json);
    WriteLabels(of, snapshot.manifest().id, &json);
    json.EndObject();
    json.Reset();
    out->push_back('\n');
  }
}

}  // namespace mispsift
