#include "mispsift/submit/sighting_drafts.h"

#include <fmt/format.h>
#include <rapidjson/document.h>

#include <algorithm>

#include "mispsift/base/json_writer.h"
#include "src/submit/analysis_time.h"

namespace mispsift {
namespace {

using rapidjson::Value;

std::string Text(const Value& object, const char* key) {
  const auto member = object.FindMember(key);
  if (member == object.MemberEnd() || !member->value.IsString()) return {};
  return {member->value.GetString(), member->value.GetStringLength()};
}

const Value* Object(const Value& object, const char* key) {
  const auto member = object.FindMember(key);
  if (member == object.MemberEnd() || !member->value.IsObject()) return nullptr;
  return &member->value;
}

// Where attribute or event had no uuid the snapshot has made one, which no MISP
// knows.
bool IsMadeUp(const Value& attribute, const Value& event,
              const CorrelationLine& line) {
  const auto id = [](const Value& of) {
    const std::string text = Text(of, "id");
    return text.empty() ? "0" : text;
  };
  return line.event ==
             UuidV5(kMispsiftNamespace,
                    fmt::format("event\n{}\n{}\n{}", id(event),
                                Text(event, "date"), Text(event, "info"))) ||
         line.attribute ==
             UuidV5(
                 kMispsiftNamespace,
                 fmt::format("attribute\n{}\n{}\n{}\n{}", line.event.ToString(),
                             id(attribute), Text(attribute, "type"),
                             Text(attribute, "value")));
}

}  // namespace

absl::StatusOr<CorrelationLine> ParseCorrelationLine(std::string_view line) {
  const absl::Status none =
      absl::DataLossError("not a line of correlations.jsonl");
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(line.data(), line.size());
  if (document.HasParseError() || !document.IsObject()) return none;
  // RapidJSON's iterators compare without doubt only when they are const.
  const Value& root = document;
  const Value* report = Object(root, "report");
  const Value* attribute = Object(root, "attribute");
  const Value* event = Object(root, "event");
  const auto confidence = root.FindMember("confidence");
  if (report == nullptr || attribute == nullptr || event == nullptr ||
      confidence == root.MemberEnd() || !confidence->value.IsInt()) {
    return none;
  }
  CorrelationLine correlation;
  correlation.report_id = Text(*report, "id");
  correlation.started = Text(*report, "started");
  correlation.dialect = Text(*report, "dialect");
  correlation.confidence = confidence->value.GetInt();
  if (correlation.report_id.empty() ||
      !ParseUuid(Text(*attribute, "uuid"), &correlation.attribute)) {
    return none;
  }
  // A snapshot of bare attributes knows no events: nothing can be sighted
  // there, and nothing is.
  const std::string uuid = Text(*event, "uuid");
  if (!uuid.empty() && !ParseUuid(uuid, &correlation.event)) return none;
  if (IsMadeUp(*attribute, *event, correlation)) correlation.event = Uuid{};
  return correlation;
}

SightingDraft DraftSighting(const CorrelationLine& line,
                            std::string_view source, std::string_view scanned) {
  const AnalysisTime time = AnalysisTimeOf(line.started, scanned);
  if (source.empty()) {
    source = line.dialect == "cape" ? "CAPE Sandbox" : "Cuckoo Sandbox";
  }
  return {UuidV5(kMispsiftNamespace,
                 fmt::format("sighting\n{}\n{}\n{}", line.attribute.ToString(),
                             time.date, source)),
          line.attribute, line.event, time.seconds, std::string(source)};
}

std::string SightingsJson(std::span<const SightingDraft> sightings) {
  std::string out;
  JsonWriter json(&out);
  json.StartArray();
  for (const SightingDraft& sighting : sightings) {
    // All five are read without a look at whether they are there.
    json.StartObject();
    json.Key("uuid").String(sighting.uuid.ToString());
    json.Key("attribute_uuid").String(sighting.attribute.ToString());
    json.Key("date_sighting").String(fmt::format("{}", sighting.time));
    json.Key("type").String("0");
    json.Key("source").String(sighting.source);
    json.EndObject();
  }
  json.EndArray();
  return out;
}

}  // namespace mispsift
