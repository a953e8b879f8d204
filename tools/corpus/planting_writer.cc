#include "tools/corpus/planting_writer.h"

#include "mispsift/base/json_writer.h"
#include "mispsift/model/indicator.h"
#include "mispsift/model/match.h"
#include "tools/corpus/spellings.h"

namespace mispsift::corpus {

std::vector<Planted*> PlantingWriter::PlantedAt(Place place) {
  std::vector<Planted*> found;
  for (Planted& planted : plan_) {
    if (planted.place == place && !planted.shown) found.push_back(&planted);
  }
  return found;
}

Planted* PlantingWriter::PlantedAt(Place place, IndicatorKind kind) {
  for (Planted* planted : PlantedAt(place)) {
    if (planted->kind == kind) return planted;
  }
  return nullptr;
}

void PlantingWriter::ShowText(Planted* planted) {
  ShowAs(planted, InText(planted->kind, planted->text, &random_));
}

void PlantingWriter::ShowAs(Planted* planted, std::string_view shown) {
  String(shown);
  Note(planted, Path(), false);
}

void PlantingWriter::ShowOr(Planted* planted, std::string_view otherwise) {
  planted != nullptr ? Show(planted) : String(otherwise);
}

void PlantingWriter::ShowOrNull(Planted* planted) {
  planted != nullptr ? Show(planted) : Null();
}

void PlantingWriter::ShowAll(Place place) {
  for (Planted* planted : PlantedAt(place)) Show(planted);
}

void PlantingWriter::ShowAllTexts(Place place) {
  for (Planted* planted : PlantedAt(place)) ShowText(planted);
}

void PlantingWriter::Note(Planted* planted, const std::string& path,
                          bool assembled) {
  planted->shown = true;
  planted->path = path;
  const bool near = !planted->near_miss.empty();
  std::string* const out = near ? &log_.near_misses : &log_.truth;
  JsonWriter json(out);
  json.StartObject();
  json.Key("report").String(report_);
  json.Key("kind").String(KindName(planted->kind));
  json.Key("value").String(planted->value);
  json.Key("attribute_uuid").String(planted->uuid);
  json.Key("path_hint").String(path);
  json.Key("where").String(WhereName(planted->where));
  json.Key("to_ids").Bool(planted->to_ids);
  if (near) {
    json.Key("text").String(planted->text);
    json.Key("reason").String(planted->near_miss);
  } else {
    json.Key("match").String(MatchRuleName(planted->rule));
  }
  json.Key("assembled").Bool(assembled);
  json.EndObject();
  out->push_back('\n');
}

}  // namespace mispsift::corpus
