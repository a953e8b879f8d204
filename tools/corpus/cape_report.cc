#include <string>
#include <vector>

#include "tools/corpus/dialects.h"
#include "tools/corpus/sections.h"
#include "tools/corpus/spellings.h"

namespace mispsift::corpus {
namespace {

using enum IndicatorKind;

void Statistics(Report* report) {
  PlantingWriter& json = report->json;
  json.Key("statistics").Object();
  for (const std::string_view stage : {"processing", "signatures"}) {
    json.Key(stage).Array();
    for (int i = 0; i < 4; ++i) {
      json.Object();
      json.Key("name").String(report->background.Name());
      json.Key("time").Raw("0.125");
      json.EndObject();
    }
    json.EndArray();
  }
  json.EndObject();
}

void Target(Report* report) {
  PlantingWriter& json = report->json;
  OpenTarget(report);
  json.Key("guest_paths").String("");
  json.Key("pe").Object();
  json.Key("digital_signers").EmptyArray();
  json.Key("imphash");
  HashValue(report, kImphash, json.PlantedAt(Place::kImphash, kImphash));
  if (Planted* planted = json.PlantedAt(Place::kAuthentihash, kAuthentihash)) {
    json.Key("authentihash");
    json.Show(planted);
  }
  VersionInfo(report, "versioninfo");
  json.Key("pdbpath");
  json.ShowOrNull(json.PlantedAt(Place::kPdb, kPdb));
  json.Key("resources").Array();
  for (int i = 0; i < 5; ++i) Resource(report);
  json.EndArray();
  json.EndObject();
  CloseTarget(report);
}

void Payloads(Report* report) {
  PlantingWriter& json = report->json;
  json.Key("CAPE").Object();
  json.Key("payloads").EmptyArray();
  json.Key("configs").Array();
  for (Planted* planted : json.PlantedAt(Place::kConfig)) {
    json.Object();
    json.Key("Invented").Object();
    json.Key("C2").Array();
    json.Show(planted);
    json.EndArray();
    json.Key("Campaign").String(report->background.Name());
    json.EndObject();
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
}

// One string, where Cuckoo has a list of lines.
void DebugText(Report* report) {
  PlantingWriter& json = report->json;
  const std::vector<Planted*> all = json.PlantedAt(Place::kDebugLog);
  std::string log = "2024-03-01 10:00:00,000 [root] INFO: started\n";
  for (const Planted* planted : all) {
    log += "2024-03-01 10:00:07,312 [root] INFO: " +
           InText(planted->kind, planted->text, &report->random) + "\n";
  }
  json.Key("debug").Object();
  json.Key("log").String(log);
  for (Planted* planted : all) json.Note(planted, json.Path(), false);
  json.Key("errors").EmptyArray();
  json.EndObject();
}

}  // namespace

void WriteCape(Report* report) {
  Statistics(report);
  Target(report);
  Payloads(report);
  Cuckoo1Info(report);
  Cuckoo1Behavior(report);
  DebugText(report);
  Dropped(report);
  Network(report);
  Suricata(report);
  Cuckoo1Signatures(report);
  report->json.Key("malscore").Raw("7.5");
  report->json.Key("ttps").EmptyArray();
}

}  // namespace mispsift::corpus
