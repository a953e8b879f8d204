#include <cstdint>

#include "fmt/format.h"
#include "tools/corpus/dialects.h"
#include "tools/corpus/sections.h"

namespace mispsift::corpus {

void WriteCuckoo1(Report* report) {
  Cuckoo1Signatures(report);
  Static(report);
  Dropped(report);
  Network(report);
  Cuckoo1Info(report);
  OpenTarget(report);
  CloseTarget(report);
  Cuckoo1Behavior(report);
  DebugLog(report);
  Strings(report);
}

void Cuckoo1Info(Report* report) {
  PlantingWriter& json = report->json;
  const bool cape = report->order.source == Source::kCape;
  const uint64_t number = report->order.number;
  json.Key("info").Object();
  json.Key("version").String(cape ? "2.4-CAPE" : "1.2");
  json.Key("started").String(fmt::format("2024-03-0{} 1{}:{}:07",
                                         1 + number % 9, number % 10,
                                         10 + number / 10 % 50));
  json.Key("ended").String("2024-03-10 00:00:01");
  json.Key("duration").Int(60 + report->random.Below(240));
  json.Key("id").Int(number);
  json.Key("category").String("file");
  json.Key("custom").String("");
  Machine(report);
  json.Key("package").String("exe");
  if (cape) json.Key("timeout").Bool(false);
  json.EndObject();
}

void Cuckoo1Behavior(Report* report) {
  PlantingWriter& json = report->json;
  const bool cape = report->order.source == Source::kCape;
  const uint32_t size = SummarySize(*report);
  json.Key("behavior").Object();
  json.Key("processes").Array();
  json.Object();
  json.Key("process_id").Int(664);
  json.Key("process_name").String("sample.exe");
  json.Key("parent_id").Int(480);
  if (cape) json.Key("module_path").String("C:\\Users\\lab\\sample.exe");
  json.Key("first_seen").String("2024-03-01 10:00:00,000");
  Calls(report);
  json.EndObject();
  json.EndArray();
  json.Key("summary").Object();
  ValueList(report, "files", Place::kSummaryFile, &Background::Path, size / 2);
  ValueList(report, "keys", Place::kSummaryKey, &Background::Key, size);
  ValueList(report, "mutexes", Place::kSummaryMutex, &Background::Name, 2);
  if (cape) {
    ValueList(report, "write_files", Place::kSummaryPipe, &Background::Path, 3);
    CommandLines(report, "executed_commands");
    json.Key("resolved_apis").EmptyArray();
  } else if (!json.PlantedAt(Place::kSummaryPipe).empty()) {
    ValueList(report, "write_files", Place::kSummaryPipe, &Background::Path, 0);
  }
  json.EndObject();
  json.EndObject();
}

void Cuckoo1Signatures(Report* report) {
  PlantingWriter& json = report->json;
  json.Key("signatures").Array();
  for (Planted* planted : json.PlantedAt(Place::kSignature)) {
    json.Object();
    SignatureHead(report, "planted_value");
    json.Key("data").Array();
    json.Object();
    json.Key(SignatureCategory(planted->kind));
    json.Show(planted);
    json.EndObject();
    json.EndArray();
    json.EndObject();
  }
  json.EndArray();
}

}  // namespace mispsift::corpus
