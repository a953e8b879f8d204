#include "src/sink/ecs_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "mispsift/normalize/normalize.h"

namespace mispsift {
namespace {

using K = IndicatorKind;

// The number behind the last of these; 0 where there is no port.
uint32_t PortBehind(char separator, std::string_view text) {
  const size_t at = text.rfind(separator);
  uint32_t port = 0;
  if (at == text.npos ||
      !absl::SimpleAtoi(std::string(text.substr(at + 1)), &port)) {
    return 0;
  }
  return port <= 65535 ? port : 0;
}

// `key` in ECS's spelling: the hive by its short name.
void WriteRegistry(std::string_view key, std::string_view content,
                   JsonWriter* json) {
  static constexpr std::pair<std::string_view, std::string_view> kHives[] = {
      {"HKEY_LOCAL_MACHINE", "HKLM"},
      {"HKEY_CURRENT_USER", "HKCU"},
      {"HKEY_CLASSES_ROOT", "HKCR"},
      {"HKEY_CURRENT_CONFIG", "HKCC"},
      {"HKEY_USERS", "HKU"}};
  json->Key("registry").StartObject();
  const size_t slash = key.find('\\');
  const std::string hive =
      absl::AsciiStrToUpper(std::string(key.substr(0, slash)));
  const auto known =
      std::find_if(std::begin(kHives), std::end(kHives),
                   [&hive](const auto& row) { return row.first == hive; });
  if (known != std::end(kHives)) {
    const std::string_view rest =
        slash == key.npos ? "" : key.substr(slash + 1);
    json->Key("hive").String(known->second);
    WriteText("key", rest, json);
    json->Key("path").String(
        fmt::format("{}{}{}", known->second, rest.empty() ? "" : "\\", rest));
  } else {
    json->Key("path").String(key);
  }
  if (!content.empty()) {
    json->Key("data").StartObject();
    json->Key("strings").StartArray().String(content).EndArray();
    json->EndObject();
  }
  json->EndObject();
}

void WriteFileHash(const Indicator& indicator, JsonWriter* json) {
  json->Key("file").StartObject();
  std::string name(KindName(indicator.kind));
  std::replace(name.begin(), name.end(), '-', '_');
  const bool is_of_pe =
      indicator.kind == K::kImphash || indicator.kind == K::kPehash;
  json->Key(is_of_pe ? "pe" : indicator.kind == K::kTelfhash ? "elf" : "hash");
  json->StartObject().Key(name).String(indicator.value).EndObject();
  json->EndObject();
}

}  // namespace

bool IsFileHash(IndicatorKind kind) { return kind <= K::kTelfhash; }

std::string_view AddressOf(std::string_view ip_port) {
  return ip_port.substr(0, ip_port.find('|'));
}

void WriteText(std::string_view key, std::string_view text, JsonWriter* json) {
  if (!text.empty()) json->Key(key).String(text);
}

std::string_view EcsConfidence(uint8_t confidence) {
  return confidence == 0   ? "None"
         : confidence < 30 ? "Low"
         : confidence < 70 ? "Medium"
                           : "High";
}

std::string_view EcsIndicatorType(const Indicator& indicator) {
  if (IsFileHash(indicator.kind)) return "file";
  switch (indicator.kind) {
    case K::kIp:
    case K::kIpPort:
      return IsIpv6(AddressOf(indicator.value)) ? "ipv6-addr" : "ipv4-addr";
    case K::kHost:
      return "domain-name";
    case K::kUrl:
    case K::kUri:
      return "url";
    case K::kEmail:
      return "email-addr";
    case K::kFilename:
    case K::kFilepath:
    case K::kPdb:
      return "file";
    case K::kMutex:
      return "mutex";
    case K::kRegkey:
    case K::kRegkeyValue:
      return "windows-registry-key";
    case K::kX509Fingerprint:
      return "x509-certificate";
    default:
      return "";
  }
}

void WriteEcsUrl(IndicatorKind kind, std::string_view url, JsonWriter* json) {
  json->Key("url").StartObject();
  json->Key("original").String(url);
  if (NamesItsScheme(url)) {
    json->Key("full").String(url);
    WriteText("scheme", url.substr(0, url.find(':')), json);
  }
  const std::string_view behind = WithoutScheme(url);
  std::string_view rest = behind.empty() ? url : behind;
  const bool has_host = kind == K::kUrl && !rest.starts_with('/') &&
                        (!behind.empty() || !NamesItsScheme(url));
  if (has_host) {
    const std::string_view host = HostInUrl(url);
    WriteText("domain", host, json);
    const size_t end = rest.find_first_of("/?#");
    const std::string_view authority = rest.substr(0, end);
    rest.remove_prefix(authority.size());
    const uint32_t port = PortBehind(':', authority);
    if (port > 0 && !authority.ends_with(']')) json->Key("port").Uint(port);
  }
  if (has_host || kind == K::kUri || rest.starts_with('/')) {
    const size_t fragment = rest.find('#');
    if (fragment != rest.npos) {
      WriteText("fragment", rest.substr(fragment + 1), json);
      rest = rest.substr(0, fragment);
    }
    const size_t query = rest.find('?');
    if (query != rest.npos) {
      WriteText("query", rest.substr(query + 1), json);
      rest = rest.substr(0, query);
    }
    WriteText("path", rest, json);
  }
  json->EndObject();
}

void WriteEcsValue(const Indicator& indicator, JsonWriter* json) {
  const std::string_view value = indicator.value;
  if (IsFileHash(indicator.kind)) return WriteFileHash(indicator, json);
  switch (indicator.kind) {
    case K::kIp:
      // A field of type ip takes no network.
      if (indicator.form != KeyForm::kNetwork) json->Key("ip").String(value);
      break;
    case K::kIpPort:
      json->Key("ip").String(AddressOf(value));
      json->Key("port").Uint(PortBehind('|', value));
      break;
    case K::kHost:
      json->Key("url").StartObject().Key("domain").String(value).EndObject();
      break;
    case K::kUrl:
    case K::kUri:
      WriteEcsUrl(indicator.kind, value, json);
      break;
    case K::kEmail:
      json->Key("email").StartObject().Key("address").String(value).EndObject();
      break;
    case K::kFilename:
    case K::kFilepath:
      json->Key("file").StartObject();
      WriteText("name",
                indicator.kind == K::kFilepath ? Basename(value) : value, json);
      if (indicator.kind == K::kFilepath) json->Key("path").String(value);
      json->EndObject();
      break;
    case K::kRegkey:
      WriteRegistry(value, "", json);
      break;
    case K::kRegkeyValue: {
      const size_t bar = value.find('|');
      WriteRegistry(value.substr(0, bar),
                    bar == value.npos ? "" : value.substr(bar + 1), json);
      break;
    }
    default:
      break;
  }
}

}  // namespace mispsift
