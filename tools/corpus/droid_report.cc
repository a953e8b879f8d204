#include <cstdint>
#include <string>

#include "tools/corpus/dialects.h"
#include "tools/corpus/sections.h"
#include "tools/corpus/text.h"

namespace mispsift::corpus {
namespace {

void Droidmon(Report* report) {
  PlantingWriter& json = report->json;
  json.Key("droidmon").Object();
  json.Key("reflection_calls").Array();
  for (int i = 0; i < 12; ++i) {
    json.String(Join({"java.lang.", report->background.Name(), "->decode"}));
  }
  json.EndArray();
  json.Key("crypto_data").EmptyArray();
  json.Key("commands").EmptyArray();
  json.EndObject();
}

void ApkFile(Report* report, Planted* planted) {
  PlantingWriter& json = report->json;
  json.Object();
  json.Key("size").Int(report->random.Below(90000));
  json.Key("type").String("data");
  json.Key("name").String("res/" + Word(&report->random) + ".xml");
  json.Key("md5");
  HashValue(report, IndicatorKind::kMd5, planted);
  json.EndObject();
}

void ApkInfo(Report* report) {
  PlantingWriter& json = report->json;
  const uint64_t bytes = report->order.bytes;
  json.Key("apkinfo").Object();
  json.Key("files").Array();
  for (Planted* planted : json.PlantedAt(Place::kApkFile)) {
    ApkFile(report, planted);
  }
  while (json.size() < bytes * 6 / 10) ApkFile(report, nullptr);
  json.EndArray();
  json.Key("dex_strings").Array();
  json.ShowAll(Place::kDexString);
  while (json.size() + report->strings_bytes < bytes) {
    json.String(report->background.Printable());
  }
  json.EndArray();
  json.Key("manifest").Object();
  json.Key("package").String("test." + Word(&report->random));
  json.Key("permissions").EmptyArray();
  json.EndObject();
  json.EndObject();
}

}  // namespace

void WriteDroid(Report* report) {
  Cuckoo2Info(report);
  Droidmon(report);
  OpenTarget(report);
  report->json.Key("urls").EmptyArray();
  CloseTarget(report);
  Network(report);
  ApkInfo(report);
  Strings(report);
}

}  // namespace mispsift::corpus
