#include <vector>

#include "tools/corpus/sections.h"

namespace mispsift::corpus {
namespace {

// As Cuckoo's own module leaves it.
void OwnMisp(Report* report) {
  PlantingWriter& json = report->json;
  if (json.PlantedAt(Place::kOwnMisp).empty()) return;
  json.Key("misp").Array();
  json.Object();
  json.Key("event_id").String("17");
  json.Key("level").String("4");
  json.Key("info").String("An event of that time");
  json.Key("iocs").Array();
  json.ShowAll(Place::kOwnMisp);
  json.EndArray();
  json.EndObject();
  json.EndArray();
}

void VirusTotal(Report* report) {
  PlantingWriter& json = report->json;
  if (json.PlantedAt(Place::kVirusTotal).empty()) return;
  json.Key("virustotal").Object();
  json.Key("positives").Int(0);
  json.Key("resources").Array();
  json.ShowAll(Place::kVirusTotal);
  json.EndArray();
  json.EndObject();
}

void ObjectKeys(Report* report) {
  PlantingWriter& json = report->json;
  const std::vector<Planted*> planted = json.PlantedAt(Place::kObjectKey);
  if (planted.empty()) return;
  json.Key("counts").Object();
  for (Planted* key : planted) {
    json.Key(key->text).Int(1);
    json.Note(key, json.Path(), false);
  }
  json.EndObject();
}

}  // namespace

void OtherSections(Report* report) {
  OwnMisp(report);
  VirusTotal(report);
  ObjectKeys(report);
}

}  // namespace mispsift::corpus
