#include "mispsift/sink/report_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

namespace mispsift {
namespace {

void WriteReport(const ReportResult& result, JsonWriter* json) {
  const ReportFacts& facts = result.facts;
  const bool read = result.reject == Reject::kNone;
  json->StartObject();
  json->Key("id").StringOrNull(result.id);
  json->Key("source").String(result.source.source);
  json->Key("member").StringOrNull(result.source.member);
  json->Key("dialect").StringOrNull(read ? DialectName(facts.dialect) : "");
  json->Key("task_id").StringOrNull(facts.task_id);
  json->Key("started").StringOrNull(facts.started);
  json->Key("score");
  facts.score.has_value() ? json->Double(*facts.score) : json->Null();
  json->Key("target").StartObject();
  json->Key("category").StringOrNull(facts.target.category);
  json->Key("name").StringOrNull(facts.target.name);
  json->Key("md5").StringOrNull(facts.target.md5);
  json->Key("sha1").StringOrNull(facts.target.sha1);
  json->Key("sha256").StringOrNull(facts.target.sha256);
  json->Key("url").StringOrNull(facts.target.url);
  json->EndObject();
  json->EndObject();
}

void WriteStrings(const std::vector<std::string>& strings, JsonWriter* json) {
  json->StartArray();
  for (const std::string& text : strings) json->String(text);
  json->EndArray();
}

void WriteTexts(const std::vector<std::string_view>& texts, JsonWriter* json) {
  json->StartArray();
  for (const std::string_view text : texts) json->String(text);
  json->EndArray();
}

void WriteDomains(const std::vector<ContactedDomain>& domains,
                  JsonWriter* json) {
  json->StartArray();
  for (const ContactedDomain& contacted : domains) {
    json->StartObject();
    json->Key("domain").String(contacted.domain);
    json->Key("ip").StringOrNull(contacted.ip);
    json->EndObject();
  }
  json->EndArray();
}

void WriteConfigs(const std::vector<MalwareConfig>& configs, JsonWriter* json) {
  json->StartArray();
  for (const MalwareConfig& config : configs) {
    json->StartObject();
    json->Key("family").StringOrNull(config.family);
    json->Key("urls");
    WriteStrings(config.urls, json);
    json->Key("mutexes");
    WriteStrings(config.mutexes, json);
    json->Key("user_agents");
    WriteStrings(config.user_agents, json);
    json->EndObject();
  }
  json->EndArray();
}

// The members that a target's file has as well.
void WriteFileMembers(const FileFacts& file, JsonWriter* json) {
  json->Key("sha512").StringOrNull(file.sha512);
  json->Key("ssdeep").StringOrNull(file.ssdeep);
  json->Key("type").StringOrNull(file.type);
  json->Key("size");
  file.size > 0 ? json->Uint(file.size) : json->Null();
}

void WriteFiles(const std::vector<FileFacts>& files, JsonWriter* json) {
  json->StartArray();
  for (const FileFacts& file : files) {
    json->StartObject();
    json->Key("name").StringOrNull(file.name);
    json->Key("md5").StringOrNull(file.md5);
    json->Key("sha1").StringOrNull(file.sha1);
    json->Key("sha256").StringOrNull(file.sha256);
    WriteFileMembers(file, json);
    json->EndObject();
  }
  json->EndArray();
}

void WriteSignatures(const std::vector<SignatureFacts>& signatures,
                     JsonWriter* json) {
  json->StartArray();
  for (const SignatureFacts& signature : signatures) {
    json->StartObject();
    json->Key("name").StringOrNull(signature.name);
    json->Key("description").StringOrNull(signature.description);
    json->Key("severity");
    signature.severity ? json->Double(*signature.severity) : json->Null();
    json->Key("attack_ids");
    WriteStrings(signature.attack_ids, json);
    json->Key("marks");
    WriteStrings(signature.marks, json);
    json->EndObject();
  }
  json->EndArray();
}

void WriteWarninglisted(
    const std::optional<std::vector<WarninglistedValue>>& values,
    JsonWriter* json) {
  if (!values.has_value()) {
    json->Null();
    return;
  }
  json->StartArray();
  for (const WarninglistedValue& value : *values) {
    json->StartObject();
    json->Key("value").String(value.value);
    json->Key("lists");
    WriteStrings(value.lists, json);
    json->Key("blocks").Bool(value.blocks);
    json->EndObject();
  }
  json->EndArray();
}

void WriteFacts(const ReportFacts& facts, JsonWriter* json) {
  json->Key("urls");
  WriteStrings(facts.urls, json);
  json->Key("domains");
  WriteDomains(facts.domains, json);
  json->Key("hosts");
  WriteStrings(facts.hosts, json);
  json->Key("configs");
  WriteConfigs(facts.configs, json);
  json->Key("target_file").StartObject();
  WriteFileMembers(facts.target_file, json);
  json->EndObject();
  json->Key("dropped");
  WriteFiles(facts.dropped, json);
  json->Key("ids_files");
  WriteFiles(facts.ids_files, json);
  json->Key("dns_answers");
  WriteDomains(facts.dns_answers, json);
  json->Key("user_agents");
  WriteStrings(facts.user_agents, json);
  json->Key("mutexes");
  WriteStrings(facts.mutexes, json);
  json->Key("regkeys");
  WriteStrings(facts.regkeys, json);
  json->Key("read_regkeys");
  WriteStrings(facts.read_regkeys, json);
  json->Key("document_urls");
  WriteStrings(facts.document_urls, json);
  json->Key("signatures");
  WriteSignatures(facts.signatures, json);
  json->Key("own_addresses");
  WriteStrings(facts.own_addresses, json);
  json->Key("left_out").Uint(facts.left_out);
}

// MISP's ids are text in its own JSON; 0 means that there is none.
void WriteId(uint64_t id, JsonWriter* json) {
  id == 0 ? json->Null() : json->String(fmt::format("{}", id));
}

// Rows of the events that the report matches; each once, ascending.
std::set<uint32_t> MatchedEvents(const ReportResult& result,
                                 const Snapshot& snapshot) {
  std::set<uint32_t> events;
  for (const Match& match : result.matches.matches) {
    events.insert(snapshot.attribute(match.attribute).fields->event);
  }
  return events;
}

bool IsTargetHash(const Observable& observable, const ReportTarget& target) {
  switch (observable.kind) {
    case IndicatorKind::kMd5:
      return observable.value == target.md5;
    case IndicatorKind::kSha1:
      return observable.value == target.sha1;
    case IndicatorKind::kSha256:
      return observable.value == target.sha256;
    default:
      return false;
  }
}

}  // namespace

std::vector<std::string> NoteTexts(const ReportResult& result) {
  std::vector<std::string> notes;
  for (int i = 0; i < static_cast<int>(Oddity::kCount); ++i) {
    const Oddity oddity = static_cast<Oddity>(i);
    const auto& [count, first_byte] = result.oddities[oddity];
    if (count == 0) continue;
    notes.push_back(fmt::format("{}: {}, first at byte {}", OddityName(oddity),
                                count, first_byte));
  }
  if (result.matches.left_out_values > 0) {
    notes.push_back(fmt::format("maxioc: {} values with {} matches left out",
                                result.matches.left_out_values,
                                result.matches.left_out_matches));
  }
  return notes;
}

void WriteObservable(const Observable& observable,
                     std::optional<std::string_view> key, JsonWriter* json) {
  json->StartObject();
  json->Key("kind").String(KindName(observable.kind));
  json->Key("value").String(observable.value);
  if (key.has_value()) json->Key("key").String(*key);
  json->Key("where").StartArray();
  for (int i = 0; i < static_cast<int>(Where::kCount); ++i) {
    if ((observable.where >> i & 1) != 0) {
      json->String(WhereName(static_cast<Where>(i)));
    }
  }
  json->EndArray();
  json->Key("paths");
  WriteStrings(observable.paths, json);
  json->Key("count").Uint(observable.count);
  json->EndObject();
}

void WriteAttribute(const Snapshot& snapshot, uint32_t row,
                    const std::vector<std::string_view>& warninglists,
                    JsonWriter* json) {
  const AttributeView attribute = snapshot.attribute(row);
  json->StartObject();
  json->Key("uuid").String(attribute.fields->uuid.ToString());
  json->Key("id");
  WriteId(attribute.fields->id, json);
  json->Key("type").String(attribute.type);
  json->Key("category").String(attribute.category);
  json->Key("value").String(attribute.value);
  json->Key("to_ids").Bool(attribute.to_ids());
  json->Key("comment").String(attribute.comment);
  json->Key("timestamp").Int(attribute.fields->timestamp);
  json->Key("tags");
  WriteTexts(snapshot.tags(attribute), json);
  if (!warninglists.empty()) {
    json->Key("warninglists");
    WriteTexts(warninglists, json);
  }
  if (attribute.over_correlating()) json->Key("over_correlating").Bool(true);
  json->EndObject();
}

void WriteEvent(const Snapshot& snapshot, const EventView& event,
                JsonWriter* json) {
  json->StartObject();
  json->Key("uuid").StringOrNull(
      event.fields->uuid.IsNil() ? "" : event.fields->uuid.ToString());
  json->Key("id");
  WriteId(event.fields->id, json);
  json->Key("info").String(event.info);
  json->Key("date").StringOrNull(event.date);
  json->Key("threat_level_id");
  event.fields->threat_level_id > 0 ? json->Int(event.fields->threat_level_id)
                                    : json->Null();
  json->Key("analysis");
  event.fields->analysis >= 0 ? json->Int(event.fields->analysis)
                              : json->Null();
  json->Key("published").Bool(event.published());
  json->Key("org").StringOrNull(event.org);
  json->Key("tags");
  WriteTexts(snapshot.tags(event), json);
  json->EndObject();
}

void AppendCorrelationLines(const ReportResult& result, const Index& index,
                            std::string* out) {
  if (result.matches.matches.empty()) return;
  const Snapshot& snapshot = index.snapshot();
  std::string report;
  JsonWriter report_json(&report);
  WriteReport(result, &report_json);
  JsonWriter json(out);
  for (const Match& match : result.matches.matches) {
    json.StartObject();
    json.Key("report").Raw(report);
    const Observable& observable = result.matches.observables[match.observable];
    const AttributeView attribute = snapshot.attribute(match.attribute);
    json.Key("observable");
    WriteObservable(observable, std::nullopt, &json);
    json.Key("match").String(MatchRuleName(match.rule));
    json.Key("confidence").Uint(match.confidence);
    json.Key("attribute");
    WriteAttribute(snapshot, match.attribute,
                   index.Warninglists(attribute, observable.kind,
                                      Index::OnLists::kInforming),
                   &json);
    json.Key("event");
    WriteEvent(snapshot, snapshot.event_of(attribute), &json);
    json.EndObject();
    json.Reset();
    out->push_back('\n');
  }
}

void AppendReportLine(const ReportResult& result, const Snapshot& snapshot,
                      std::string* out) {
  const bool read = result.reject == Reject::kNone;
  JsonWriter json(out);
  json.StartObject();
  json.Key("report");
  WriteReport(result, &json);
  json.Key("status").String(read ? "ok" : "rejected");
  json.Key("reject").StringOrNull(read ? "" : RejectName(result.reject));
  json.Key("detail").StringOrNull(result.detail);
  json.Key("notes");
  WriteStrings(NoteTexts(result), &json);
  json.Key("checked").StringOrNull(!read                   ? ""
                                   : result.syntax_checked ? "syntax"
                                                           : "structure");
  json.Key("bytes").Uint(result.bytes);
  if (read) {
    json.Key("observables");
    if (result.observed) {
      json.Uint(result.matches.observable_count);
    } else {
      json.Null();
    }
    json.Key("matches").Uint(result.matches.matches.size());
    json.Key("events").Uint(MatchedEvents(result, snapshot).size());
  } else {
    json.Key("observables").Null();
    json.Key("matches").Null();
    json.Key("events").Null();
  }
  json.EndObject();
  out->push_back('\n');
}

void AppendFieldsLine(const ReportResult& result, const Snapshot& snapshot,
                      std::string* out) {
  if (result.reject != Reject::kNone) return;
  const ReportFacts& facts = result.facts;
  JsonWriter json(out);
  json.StartObject();
  json.Key("report");
  WriteReport(result, &json);
  WriteFacts(facts, &json);
  json.Key("warninglisted");
  WriteWarninglisted(result.warninglisted, &json);
  json.Key("matches").Uint(result.matches.matches.size());
  json.Key("known_events").StartArray();
  std::set<uint32_t> known;
  for (const Match& match : result.matches.matches) {
    if (IsTargetHash(result.matches.observables[match.observable],
                     facts.target)) {
      known.insert(snapshot.attribute(match.attribute).fields->event);
    }
  }
  for (const uint32_t row : known) {
    const EventView event = snapshot.event(row);
    json.StartObject();
    json.Key("uuid").String(event.fields->uuid.ToString());
    json.Key("id");
    WriteId(event.fields->id, &json);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  out->push_back('\n');
}

std::vector<std::string_view> ReasonNames(
    const SuppressedAttribute& suppressed) {
  std::vector<std::string_view> names;
  ForEachReason(suppressed.reasons, [&names](Suppression reason) {
    names.push_back(SuppressionName(reason));
  });
  return names;
}

std::vector<std::string_view> KindNames(const SuppressedAttribute& suppressed) {
  std::vector<std::string_view> names;
  for (int i = 0; i < static_cast<int>(IndicatorKind::kCount); ++i) {
    const auto kind = static_cast<IndicatorKind>(i);
    if (suppressed.IsAs(kind)) names.push_back(KindName(kind));
  }
  return names;
}

std::vector<std::string_view> SuppressingWarninglists(
    const SuppressedAttribute& suppressed, const Index& index) {
  std::vector<std::string_view> lists;
  if (!suppressed.IsFor(Suppression::kWarninglist)) return lists;
  const AttributeView attribute = index.snapshot().attribute(suppressed.row);
  for (int i = 0; i < static_cast<int>(IndicatorKind::kCount); ++i) {
    const auto kind = static_cast<IndicatorKind>(i);
    if (!suppressed.IsAs(kind)) continue;
    for (const std::string_view list :
         index.Warninglists(attribute, kind, Index::OnLists::kSuppressing)) {
      if (std::ranges::find(lists, list) == lists.end()) lists.push_back(list);
    }
  }
  return lists;
}

void AppendSuppressedLine(const SuppressedAttribute& suppressed,
                          const std::vector<std::string_view>& warninglists,
                          const Snapshot& snapshot, std::string* out) {
  JsonWriter json(out);
  json.StartObject();
  json.Key("reasons");
  WriteTexts(ReasonNames(suppressed), &json);
  json.Key("kinds");
  WriteTexts(KindNames(suppressed), &json);
  json.Key("whole").Bool(suppressed.whole);
  json.Key("warninglists");
  WriteTexts(warninglists, &json);
  json.Key("attribute");
  WriteAttribute(snapshot, suppressed.row, {}, &json);
  json.Key("event");
  WriteEvent(snapshot, snapshot.event_of(snapshot.attribute(suppressed.row)),
             &json);
  json.EndObject();
  out->push_back('\n');
}

std::string EnrichmentJson(const ReportResult& result,
                           const Snapshot& snapshot) {
  struct EventValues {
    uint32_t event;
    std::vector<std::string> values;
  };
  std::vector<EventValues> events;
  for (const uint32_t row : MatchedEvents(result, snapshot)) {
    events.push_back({row, {}});
  }
  for (const Match& match : result.matches.matches) {
    const uint32_t row = snapshot.attribute(match.attribute).fields->event;
    std::vector<std::string>& values =
        std::lower_bound(
            events.begin(), events.end(), row,
            [](const EventValues& e, uint32_t r) { return e.event < r; })
            ->values;
    const std::string& value =
        result.matches.observables[match.observable].value;
    if (std::find(values.begin(), values.end(), value) == values.end()) {
      values.push_back(value);
    }
  }
  std::stable_sort(
      events.begin(), events.end(),
      [&snapshot](const EventValues& a, const EventValues& b) {
        const std::string_view date_a = snapshot.event(a.event).date;
        const std::string_view date_b = snapshot.event(b.event).date;
        if (date_a.empty() != date_b.empty()) {
          return date_a.empty();
        }
        return date_a > date_b;
      });

  std::string out;
  JsonWriter json(&out);
  json.StartArray();
  for (const EventValues& matched : events) {
    const EventView event = snapshot.event(matched.event);
    json.StartObject();
    json.Key("event_id")
        .String(event.fields->id != 0 ? fmt::format("{}", event.fields->id)
                                      : event.fields->uuid.ToString());
    json.Key("date").String(event.date);
    json.Key("url").String("");
    json.Key("level").String(
        event.fields->threat_level_id > 0
            ? fmt::format("{}", event.fields->threat_level_id)
            : "");
    json.Key("info").String(event.info);
    json.Key("iocs");
    WriteStrings(matched.values, &json);
    json.EndObject();
  }
  json.EndArray();
  out.push_back('\n');
  return out;
}

}  // namespace mispsift
