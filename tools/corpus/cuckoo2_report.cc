#include <cstdint>
#include <string>

#include "fmt/format.h"
#include "tools/corpus/dialects.h"
#include "tools/corpus/sections.h"

namespace mispsift::corpus {
namespace {

using enum IndicatorKind;

void Target(Report* report) {
  PlantingWriter& json = report->json;
  if (report->order.url_target) {
    json.Key("target").Object();
    json.Key("category").String("url");
    json.Key("url");
    json.ShowOr(json.PlantedAt(Place::kTargetUrl, kUrl),
                "http://" + std::string(report->background.Host()) + "/");
    json.EndObject();
    return;
  }
  OpenTarget(report);
  json.Key("urls").EmptyArray();
  CloseTarget(report);
}

void ProcessMemory(Report* report) {
  PlantingWriter& json = report->json;
  json.Key("procmemory").Array();
  for (Planted* planted : json.PlantedAt(Place::kProcessMemory)) {
    json.Object();
    json.Key("pid").Int(1004);
    json.Key("yara").EmptyArray();
    json.Key("urls").Array();
    json.Show(planted);
    json.EndArray();
    json.EndObject();
  }
  json.EndArray();
}

void PlantedSignature(Report* report, Planted* planted) {
  PlantingWriter& json = report->json;
  json.Object();
  SignatureHead(report, "planted_value");
  json.Key("markcount").Int(1);
  json.Key("marks").Array();
  json.Object();
  json.Key("category").String(SignatureCategory(planted->kind));
  json.Key("ioc");
  json.Show(planted);
  json.Key("type").String("ioc");
  json.Key("description").Null();
  json.EndObject();
  json.EndArray();
  json.EndObject();
}

// Marked calls are written out a second time: a fifth of real reports.
void CallSignature(Report* report) {
  PlantingWriter& json = report->json;
  json.Object();
  SignatureHead(report, "marked_calls");
  json.Key("marks").Array();
  const uint64_t until = report->order.bytes * 18 / 100;
  while (json.size() < until) {
    json.Object();
    json.Key("call");
    report->calls.Write();
    json.Key("pid").Int(1004);
    json.Key("type").String("call");
    json.Key("cid").Int(report->random.Below(900));
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
}

void Signatures(Report* report) {
  PlantingWriter& json = report->json;
  json.Key("signatures").Array();
  for (Planted* planted : json.PlantedAt(Place::kSignature)) {
    PlantedSignature(report, planted);
  }
  CallSignature(report);
  json.EndArray();
}

void Summary(Report* report) {
  PlantingWriter& json = report->json;
  const uint32_t size = SummarySize(*report);
  json.Key("summary").Object();
  ValueList(report, "file_opened", Place::kSummaryFile, &Background::Path,
            size / 2);
  ValueList(report, "file_written", Place::kSummaryPipe, &Background::Path, 2);
  ValueList(report, "regkey_opened", Place::kSummaryKey, &Background::Key,
            size);
  ValueList(report, "regkey_read", Place::kSummaryKey, &Background::Key,
            size / 2);
  ValueList(report, "mutex", Place::kSummaryMutex, &Background::Name, 1);
  ValueList(report, "dll_loaded", Place::kSummaryFile, &Background::Module, 4);
  ValueList(report, "resolves_host", Place::kSummaryHost, &Background::Host, 1);
  ValueList(report, "connects_ip", Place::kSummaryIp, &Background::Ip, 1);
  ValueList(report, "fetches_url", Place::kSummaryUrl, &Background::Host, 0);
  CommandLines(report, "command_line");
  json.EndObject();
}

void ProcessTree(PlantingWriter* json, int depth) {
  json->Object();
  json->Key("pid").Int(1004);
  json->Key("process_name").String("sample.exe");
  json->Key("children").Array();
  if (depth > 1) ProcessTree(json, depth - 1);
  json->EndArray();
  json->EndObject();
}

void Behavior(Report* report) {
  PlantingWriter& json = report->json;
  json.Key("behavior").Object();
  json.Key("generic").Array();
  json.Object();
  json.Key("process_name").String("lsass.exe");
  json.Key("pid").Int(480);
  json.Key("first_seen").Raw("1700000000.125");
  json.Key("summary").EmptyObject();
  json.EndObject();
  json.EndArray();
  Summary(report);
  json.Key("processes").Array();
  json.Object();
  json.Key("process_path").String("C:\\Users\\lab\\sample.exe");
  json.Key("pid").Int(1004);
  json.Key("process_name").String("sample.exe");
  json.Key("command_line").String("\"C:\\Users\\lab\\sample.exe\" ");
  json.Key("type").String("process");
  Calls(report);
  json.Key("track").Bool(true);
  json.EndObject();
  json.EndArray();
  json.Key("processtree").Array();
  ProcessTree(&json, 3);
  json.EndArray();
  json.EndObject();
}

std::string_view ConfigKey(IndicatorKind kind, Random* random) {
  if (kind == kMutex) return "mutex";
  if (kind == kUserAgent) return "user_agent";
  return random->Percent(50) ? "cnc" : "url";
}

void Metadata(Report* report) {
  PlantingWriter& json = report->json;
  json.Key("metadata").Object();
  json.Key("cfgextr").Array();
  for (Planted* planted : json.PlantedAt(Place::kConfig)) {
    json.Object();
    json.Key("family").String(report->background.Name());
    json.Key(ConfigKey(planted->kind, &report->random)).Array();
    json.Show(planted);
    json.EndArray();
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
}

}  // namespace

void WriteCuckoo2(Report* report) {
  // Real ones come in 17 orders; what matters is that network may stand on
  // either side of behavior, and info anywhere.
  const uint32_t order = report->random.Below(3);
  if (order != 1) Cuckoo2Info(report);
  ProcessMemory(report);
  Signatures(report);
  Target(report);
  Suricata(report);
  if (order == 0) Network(report);
  if (!report->order.url_target) Static(report);
  Dropped(report);
  Behavior(report);
  DebugLog(report);
  Strings(report);
  if (order != 0) Network(report);
  Metadata(report);
  if (order == 1) Cuckoo2Info(report);
}

void Cuckoo2Info(Report* report) {
  PlantingWriter& json = report->json;
  const ReportOrder& order = report->order;
  json.Key("info").Object();
  json.Key("category").String(order.url_target ? "url" : "file");
  json.Key("score").Raw(fmt::format("{}.4", report->random.Below(10)));
  json.Key("package").String("");
  json.Key("started").Raw(
      fmt::format("{}.0625", 1700000000 + order.number * 137));
  json.Key("route").String("none");
  json.Key("custom").Null();
  Machine(report);
  json.Key("ended").Raw(fmt::format("{}.5", 1700000120 + order.number * 137));
  json.Key("version").String("2.0.7");
  json.Key("platform").String("windows");
  json.Key("owner").String("");
  json.Key("options").String("procmemdump=yes");
  json.Key("id").Int(order.number);
  json.Key("duration").Int(120);
  json.EndObject();
}

}  // namespace mispsift::corpus
