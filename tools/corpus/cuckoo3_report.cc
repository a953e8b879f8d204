#include <cstdint>
#include <string>

#include "tools/corpus/dialects.h"
#include "tools/corpus/sections.h"
#include "tools/corpus/text.h"

namespace mispsift::corpus {
namespace {

using enum IndicatorKind;

std::string AnalysisId(Report* report) {
  return Join({"202403", Number(10 + report->random.Below(18)), "-",
               Number(0x10000 + report->order.number, 16)});
}

// For one more element of the list that fills the report.
bool HasRoom(const Report& report) {
  return report.json.size() + 400 < report.order.bytes;
}

void Target(Report* report) {
  PlantingWriter& json = report->json;
  json.Key("target").Object();
  TargetFields(report, {kMd5, kSha1, kSha256, kSha512});
  json.Key("filename");
  TargetName(report);
  json.Key("media_type").String("application/x-dosexec");
  json.EndObject();
}

void Signatures(Report* report) {
  PlantingWriter& json = report->json;
  json.Key("signatures").Array();
  for (Planted* planted : json.PlantedAt(Place::kSignature)) {
    json.Object();
    SignatureHead(report, "planted_value");
    json.Key("iocs").Array();
    json.Object();
    json.Key("value");
    json.Show(planted);
    json.EndObject();
    json.EndArray();
    json.EndObject();
  }
  json.EndArray();
}

void StaticPe(Report* report) {
  PlantingWriter& json = report->json;
  json.Key("static").Object();
  json.Key("pe").Object();
  json.Key("pe_imphash");
  HashValue(report, kImphash, json.PlantedAt(Place::kImphash, kImphash));
  json.Key("pe_resources").Array();
  while (HasRoom(*report)) Resource(report);
  json.EndArray();
  json.EndObject();
  json.EndObject();
}

void Process(Report* report, std::string_view image, Planted* command_line) {
  PlantingWriter& json = report->json;
  json.Object();
  json.Key("state").String("terminated");
  json.Key("pid").Int(1000 + 4 * report->random.Below(900));
  json.Key("commandline");
  command_line != nullptr ? json.ShowText(command_line) : json.String(image);
  json.Key("image").String(image);
  json.Key("name").String(image.substr(image.rfind('\\') + 1));
  json.EndObject();
}

void Processes(Report* report) {
  PlantingWriter& json = report->json;
  json.Key("processes").Array();
  for (uint32_t i = 1 + report->random.Below(8); i > 0; --i) {
    Process(report, report->background.Path(), nullptr);
  }
  for (Planted* planted : json.PlantedAt(Place::kCommandLine)) {
    Process(report, "C:\\Windows\\System32\\cmd.exe", planted);
  }
  json.EndArray();
}

void ConnectionFields(Report* report, std::string_view ip,
                      std::string_view port) {
  PlantingWriter& json = report->json;
  json.Key("ts").Raw("1700000706.25");
  json.Key("srcip").String("192.0.2.101");
  json.Key("srcport").Int(49152 + report->random.Below(9000));
  json.Key("dstip").String(ip);
  json.Key("dstport").Raw(port);
  json.Key("rx_size").Int(report->random.Below(9000));
}

void Http(PlantingWriter* json) {
  json->Key("http").Array();
  for (Planted* planted : json->PlantedAt(Place::kHttp)) {
    json->Object();
    json->Key("request").Object();
    json->Key("url");
    json->Show(planted);
    json->Key("method").String("GET");
    json->EndObject();
    json->EndObject();
  }
  json->EndArray();
}

void Dns(Report* report) {
  PlantingWriter& json = report->json;
  json.Key("dns").Object();
  json.Key("query").Array();
  for (Planted* planted : json.PlantedAt(Place::kDnsRequest)) {
    json.Object();
    json.Key("name");
    json.Show(planted);
    json.Key("type").String("A");
    ConnectionFields(report, "192.0.2.1", "53");
    json.EndObject();
  }
  json.EndArray();
  json.Key("response").Array();
  for (Planted* planted : json.PlantedAt(Place::kDnsAnswer)) {
    json.Object();
    json.Key("type").String("A");
    json.Key("data");
    json.Show(planted);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
}

void Tcp(Report* report) {
  PlantingWriter& json = report->json;
  json.Key("tcp").Array();
  for (Planted* planted : json.PlantedAt(Place::kTcp)) {
    const Endpoint to = EndpointOf(*planted);
    json.Object();
    NoteEndpoint(report, planted, "dstip");
    ConnectionFields(report, to.ip, to.port);
    json.EndObject();
  }
  while (HasRoom(*report)) {
    json.Object();
    ConnectionFields(report, report->background.Ip(), "443");
    json.EndObject();
  }
  json.EndArray();
}

void TaskNetwork(Report* report) {
  PlantingWriter& json = report->json;
  json.Key("network").Object();
  Http(&json);
  Dns(report);
  ValueList(report, "domain", Place::kDomains, &Background::Host,
            report->random.Below(5));
  ValueList(report, "host", Place::kHosts, &Background::Ip,
            report->random.Below(5));
  Tcp(report);
  json.EndObject();
}

}  // namespace

void WriteCuckoo3Pre(Report* report) {
  PlantingWriter& json = report->json;
  json.Key("analysis_id").String(AnalysisId(report));
  json.Key("score").Int(report->random.Below(11));
  json.Key("category").String("file");
  Target(report);
  Signatures(report);
  StaticPe(report);
  json.Key("errors").EmptyObject();
}

void WriteCuckoo3Post(Report* report) {
  PlantingWriter& json = report->json;
  json.Key("task_id").String(AnalysisId(report) + "_1");
  json.Key("score").Int(report->random.Below(11));
  Signatures(report);
  Processes(report);
  TaskNetwork(report);
  json.Key("families").EmptyArray();
  json.Key("ttps").EmptyArray();
}

}  // namespace mispsift::corpus
