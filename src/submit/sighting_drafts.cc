#include "mispsift/submit/sighting_drafts.h"

#include <fmt/format.h>
#include <rapidjson/document.h>

#include "mispsift/base/json_line.h"
#include "mispsift/base/json_writer.h"
#include "mispsift/model/made_uuids.h"
#include "src/submit/analysis_time.h"

namespace mispsift {
namespace {

using rapidjson::Value;

// Where attribute or event had no uuid the snapshot has made one, which no MISP
// knows.
bool IsMadeUp(const Value& attribute, const Value& event,
              const CorrelationLine& line, JsonLineReader* members) {
  const auto text = [members](const Value& of, const char* key) {
    return members->Text(of, key);
  };
  const auto id = [&text](const Value& of) {
    const std::string number = text(of, "id");
    return number.empty() ? "0" : number;
  };
  return line.event == MadeEventUuid(id(event), text(event, "date"),
                                     text(event, "info")) ||
         line.attribute == MadeAttributeUuid(line.event, id(attribute),
                                             text(attribute, "type"),
                                             text(attribute, "value"));
}

}  // namespace

absl::StatusOr<CorrelationLine> ParseCorrelationLine(std::string_view line) {
  const absl::Status none =
      absl::DataLossError("not a line of correlations.jsonl");
  rapidjson::Document document;
  if (!ParseJsonLine(line, &document)) return none;
  JsonLineReader members;
  const Value* report = members.Object(document, "report");
  const Value* attribute = members.Object(document, "attribute");
  const Value* event = members.Object(document, "event");
  if (report == nullptr || attribute == nullptr || event == nullptr ||
      JsonLineReader::Member(document, "confidence") == nullptr) {
    return none;
  }
  CorrelationLine correlation;
  correlation.report_id = members.Text(*report, "id");
  correlation.started = members.Text(*report, "started");
  correlation.dialect = members.Text(*report, "dialect");
  correlation.confidence =
      static_cast<int>(members.Count(document, "confidence"));
  // A snapshot of bare attributes knows no events: nothing can be sighted
  // there, and nothing is.
  const std::string uuid = members.Text(*event, "uuid");
  if (correlation.report_id.empty() ||
      !ParseUuid(members.Text(*attribute, "uuid"), &correlation.attribute) ||
      (!uuid.empty() && !ParseUuid(uuid, &correlation.event))) {
    return none;
  }
  if (IsMadeUp(*attribute, *event, correlation, &members)) {
    correlation.event = Uuid{};
  }
  if (!members.wrong().empty()) return none;
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
