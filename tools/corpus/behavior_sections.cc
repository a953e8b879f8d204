#include <algorithm>
#include <cstddef>
#include <vector>

#include "tools/corpus/sections.h"
#include "tools/corpus/text.h"

namespace mispsift::corpus {

void Calls(Report* report) {
  PlantingWriter& json = report->json;
  std::vector<Planted*> planted = json.PlantedAt(Place::kCall);
  for (Planted* text : json.PlantedAt(Place::kCallText)) {
    planted.push_back(text);
  }
  // What is still to come needs some room too.
  const uint64_t rest = report->strings_bytes + 6000;
  const uint64_t begin = json.size();
  const uint64_t until =
      std::max(begin, std::max(report->order.bytes, rest) - rest);
  json.Key("calls").Array();
  for (size_t i = 0; i < planted.size(); ++i) {
    const uint64_t at =
        begin + (until - begin) * (i + 1) / (planted.size() + 1);
    while (json.size() < at) report->calls.Write();
    report->calls.Write(planted[i]);
  }
  while (json.size() < until) report->calls.Write();
  json.EndArray();
}

uint32_t SummarySize(const Report& report) {
  return static_cast<uint32_t>(
      std::min<uint64_t>(report.order.bytes / 4000, 400));
}

void ValueList(Report* report, std::string_view key, Place place,
               std::string_view (Background::*invent)(), uint32_t count) {
  PlantingWriter& json = report->json;
  json.Key(key).Array();
  for (uint32_t i = 0; i < count; ++i) {
    json.String((report->background.*invent)());
  }
  json.ShowAll(place);
  json.EndArray();
}

void CommandLines(Report* report, std::string_view key) {
  PlantingWriter& json = report->json;
  json.Key(key).Array();
  json.String(report->background.Path());
  json.ShowAllTexts(Place::kCommandLine);
  json.EndArray();
}

void SignatureHead(Report* report, std::string_view name) {
  PlantingWriter& json = report->json;
  json.Key("name").String(name);
  json.Key("description")
      .String("A generated finding about " + Word(&report->random));
  json.Key("severity").Int(1 + report->random.Below(3));
  json.Key("families").EmptyArray();
  json.Key("references").EmptyArray();
}

std::string_view SignatureCategory(IndicatorKind kind) {
  switch (kind) {
    case IndicatorKind::kUrl:
      return "url";
    case IndicatorKind::kHost:
      return "domain";
    case IndicatorKind::kIp:
      return "ip";
    case IndicatorKind::kMutex:
      return "mutex";
    case IndicatorKind::kRegkey:
      return "registry";
    default:
      return "file";
  }
}

void DebugLog(Report* report) {
  PlantingWriter& json = report->json;
  json.Key("debug").Object();
  json.Key("log").Array();
  json.String("2024-03-01 10:00:00,000 [root] DEBUG: started\n");
  json.ShowAllTexts(Place::kDebugLog);
  json.EndArray();
  json.Key("errors").EmptyArray();
  json.EndObject();
}

void Machine(Report* report) {
  PlantingWriter& json = report->json;
  json.Key("machine").Object();
  json.Key("status").String("stopped");
  json.Key("name").String("lab1");
  json.Key("manager").String("KVM");
  json.EndObject();
}

}  // namespace mispsift::corpus
