#include <utility>

#include "tools/corpus/sections.h"
#include "tools/corpus/text.h"

namespace mispsift::corpus {
namespace {

struct UrlParts {
  std::string protocol;  // "http"
  std::string host;
  std::string path;  // "/path?query"
};

UrlParts Split(const std::string& url) {
  const size_t host = url.find("://") + 3;
  const size_t path = url.find('/', host);
  return {url.substr(0, host - 3), url.substr(host, path - host),
          url.substr(path)};
}

void ConnectionFields(Report* report, std::string_view ip,
                      std::string_view port) {
  PlantingWriter& json = report->json;
  json.Key("src").String("192.0.2.101");
  json.Key("dst").String(ip);
  json.Key("offset").Int(24 + report->random.Below(9000));
  json.Key("time").Raw("6.04");
  json.Key("dport").Raw(port);
  json.Key("sport").Int(49152 + report->random.Below(9000));
}

void Udp(Report* report) {
  PlantingWriter& json = report->json;
  json.Key("udp").Array();
  for (uint32_t i = report->random.Below(12); i > 0; --i) {
    json.Object();
    ConnectionFields(report, "192.0.2.1", "53");
    json.EndObject();
  }
  json.EndArray();
}

void Tcp(Report* report) {
  PlantingWriter& json = report->json;
  json.Key("tcp").Array();
  for (Planted* planted : json.PlantedAt(Place::kTcp)) {
    const Endpoint to = EndpointOf(*planted);
    json.Object();
    NoteEndpoint(report, planted, "dst");
    ConnectionFields(report, to.ip, to.port);
    json.EndObject();
  }
  for (uint32_t i = report->random.Below(8); i > 0; --i) {
    json.Object();
    ConnectionFields(report, report->background.Ip(), "443");
    json.EndObject();
  }
  json.EndArray();
}

// CAPE has an object, the others the address alone.
void Host(Report* report, Planted* planted) {
  PlantingWriter& json = report->json;
  const bool cape = report->order.source == Source::kCape;
  if (cape) {
    json.Object();
    json.Key("ip");
  }
  planted != nullptr ? json.Show(planted)
                     : json.String(report->background.Ip());
  if (cape) {
    json.Key("country_name").String("unknown");
    json.Key("hostname").String("");
    json.EndObject();
  }
}

void Hosts(Report* report) {
  PlantingWriter& json = report->json;
  json.Key("hosts").Array();
  for (uint32_t i = report->random.Below(6); i > 0; --i) Host(report, nullptr);
  for (Planted* planted : json.PlantedAt(Place::kHosts)) Host(report, planted);
  json.EndArray();
}

void DnsQuery(Report* report, Planted* request, Planted* answer) {
  PlantingWriter& json = report->json;
  Background& background = report->background;
  json.Object();
  json.Key("request");
  request != nullptr ? json.Show(request) : json.String(background.Host());
  json.Key("type").String("A");
  json.Key("answers").Array();
  json.Object();
  json.Key("data");
  answer != nullptr ? json.Show(answer) : json.String(background.Ip());
  json.Key("type").String("A");
  json.EndObject();
  json.EndArray();
  json.EndObject();
}

void Dns(Report* report) {
  PlantingWriter& json = report->json;
  json.Key("dns").Array();
  for (uint32_t i = report->random.Below(4); i > 0; --i) {
    DnsQuery(report, nullptr, nullptr);
  }
  for (Planted* request : json.PlantedAt(Place::kDnsRequest)) {
    DnsQuery(report, request, nullptr);
  }
  for (Planted* answer : json.PlantedAt(Place::kDnsAnswer)) {
    DnsQuery(report, nullptr, answer);
  }
  json.EndArray();
}

void Domains(Report* report) {
  PlantingWriter& json = report->json;
  json.Key("domains").Array();
  for (uint32_t i = report->random.Below(4); i > 0; --i) {
    json.Object();
    json.Key("ip").String(report->background.Ip());
    json.Key("domain").String(report->background.Host());
    json.EndObject();
  }
  for (Planted* planted : json.PlantedAt(Place::kDomains)) {
    json.Object();
    json.Key("ip").String("");
    json.Key("domain");
    json.Show(planted);
    json.EndObject();
  }
  json.EndArray();
}

void HttpRequest(Report* report, Planted* planted_url, Planted* agent,
                 Planted* planted_path) {
  PlantingWriter& json = report->json;
  const std::string url =
      planted_url != nullptr
          ? planted_url->text
          : "http://" + std::string(report->background.Host()) + "/a";
  const UrlParts parts = Split(url);
  json.Object();
  json.Key("count").Int(1);
  json.Key("body").String("");
  json.Key("uri");
  json.ShowOr(planted_url, url);
  json.Key("user-agent");
  json.ShowOr(agent, "Mozilla/4.0 (compatible)");
  json.Key("method").String("GET");
  json.Key("host").String(parts.host);
  json.Key("version").String("1.1");
  json.Key("path");
  json.ShowOr(planted_path, parts.path);
  json.Key("data").String("GET " + parts.path +
                          " HTTP/1.1\r\nHost: " + parts.host + "\r\n\r\n");
  json.Key("port").Int(parts.protocol == "http" ? 80 : 443);
  json.EndObject();
}

void Http(Report* report) {
  PlantingWriter& json = report->json;
  json.Key("http").Array();
  for (uint32_t i = report->random.Below(3); i > 0; --i) {
    HttpRequest(report, nullptr, nullptr, nullptr);
  }
  for (Planted* url : json.PlantedAt(Place::kHttp)) {
    HttpRequest(report, url, nullptr, nullptr);
  }
  for (Planted* agent : json.PlantedAt(Place::kUserAgent)) {
    HttpRequest(report, nullptr, agent, nullptr);
  }
  for (Planted* path : json.PlantedAt(Place::kHttpPath)) {
    HttpRequest(report, nullptr, nullptr, path);
  }
  json.EndArray();
}

// http_ex or https_ex: the urls of this protocol.
void HttpEx(Report* report, std::string_view key, std::string_view protocol,
            std::string_view port) {
  PlantingWriter& json = report->json;
  Background& background = report->background;
  json.Key(key).Array();
  for (Planted* planted : json.PlantedAt(Place::kHttpEx)) {
    const UrlParts parts = Split(planted->text);
    if (parts.protocol != protocol) continue;
    json.Object();
    json.Note(planted, json.Path(), true);
    ConnectionFields(report, background.Ip(), port);
    json.Key("protocol").String(protocol);
    json.Key("method").String("GET");
    json.Key("host").String(parts.host);
    json.Key("uri").String(parts.path);
    json.Key("status").Int(200);
    json.Key("md5").String(background.HexText(32));
    json.Key("sha1").String(background.HexText(40));
    json.EndObject();
  }
  json.EndArray();
}

void SmtpEx(Report* report) {
  PlantingWriter& json = report->json;
  json.Key("smtp_ex").Array();
  for (Planted* planted : json.PlantedAt(Place::kSmtp)) {
    json.Object();
    json.Key("req").Object();
    json.Key("hostname").String(report->background.Host());
    json.Key("mail_from");
    json.Show(planted);
    json.Key("mail_to").EmptyArray();
    json.Key("mail_body").String("");
    json.EndObject();
    json.EndObject();
  }
  json.EndArray();
}

}  // namespace

void Network(Report* report) {
  PlantingWriter& json = report->json;
  const Source source = report->order.source;
  json.Key("network").Object();
  Udp(report);
  Http(report);
  json.Key("icmp").EmptyArray();
  json.Key("smtp").EmptyArray();
  Tcp(report);
  Hosts(report);
  json.Key("pcap_sha256");
  HashValue(report, IndicatorKind::kSha256,
            json.PlantedAt(Place::kPcapHash, IndicatorKind::kSha256));
  if (!json.PlantedAt(Place::kDnsServers).empty()) {
    json.Key("dns_servers").Array();
    json.ShowAll(Place::kDnsServers);
    json.EndArray();
  }
  if (source == Source::kCuckoo2 || source == Source::kCape) {
    HttpEx(report, "http_ex", "http", "80");
    HttpEx(report, "https_ex", "https", "443");
    SmtpEx(report);
  }
  Dns(report);
  Domains(report);
  json.Key("dead_hosts").EmptyArray();
  json.Key("irc").EmptyArray();
  json.EndObject();
}

void Suricata(Report* report) {
  PlantingWriter& json = report->json;
  json.Key("suricata").Object();
  json.Key("alerts").EmptyArray();
  json.Key("tls").Array();
  for (Planted* planted : json.PlantedAt(Place::kTlsFingerprint)) {
    json.Object();
    json.Key("fingerprint");
    json.ShowAs(planted, InPairs(planted->text));
    json.Key("subject").String("CN=" + Word(&report->random));
    json.Key("version").String("TLS 1.2");
    json.EndObject();
  }
  for (Planted* planted : json.PlantedAt(Place::kJa3)) {
    json.Object();
    json.Key("sni").String(report->background.Host());
    json.Key("ja3");
    json.Show(planted);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
}

Endpoint EndpointOf(const Planted& planted) {
  if (planted.kind == IndicatorKind::kIp) return {planted.text, "443"};
  const size_t colon = planted.text.rfind(':');
  std::string ip = planted.text.substr(0, colon);
  if (ip.front() == '[') ip = ip.substr(1, ip.size() - 2);
  return {std::move(ip), planted.text.substr(colon + 1)};
}

void NoteEndpoint(Report* report, Planted* planted, std::string_view ip_key) {
  const bool assembled = planted->kind == IndicatorKind::kIpPort;
  std::string path = report->json.Path();
  if (!assembled) path += Join({".", ip_key});
  report->json.Note(planted, path, assembled);
}

}  // namespace mispsift::corpus
