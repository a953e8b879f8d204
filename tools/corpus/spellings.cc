#include "tools/corpus/spellings.h"

#include <cstddef>
#include <cstdint>
#include <utility>

#include "tools/corpus/text.h"

namespace mispsift::corpus {
namespace {

using enum IndicatorKind;

// A bare name shows itself mostly as the end of a path.
Spelling NameSpelling(const std::string& name, Random* random) {
  if (random->Percent(40)) return {kFilename, name};
  return {kFilename, "C:\\Windows\\Temp\\" + name, MatchRule::kBasename};
}

// An address of the network.
Spelling AddressIn(const std::string& network, Random* random) {
  std::string address;
  if (network.ends_with("::/64")) {
    address = network.substr(0, network.size() - 3) +
              Number(1 + random->Below(0xfffe), 16);
  } else {
    const size_t last = network.rfind('.') + 1;
    const uint64_t base = std::stoul(network.substr(last));
    address = network.substr(0, last) + Number(base + 1 + random->Below(14));
  }
  return {kIp, std::move(address), MatchRule::kCidr};
}

// "192.0.2.9:4444", "[2001:db8::9]:4444": how free text joins the two.
std::string AddressAndPort(const std::string& ip, const std::string& port) {
  return (ip.find(':') == std::string::npos ? ip : "[" + ip + "]") + ":" + port;
}

}  // namespace

std::optional<Spelling> SpellingOf(const CorpusIndicator& indicator,
                                   Random* random) {
  const std::string& value = indicator.value;
  switch (indicator.type) {
    case Type::kMd5:
      return Spelling{kMd5, value};
    case Type::kSha1:
      return Spelling{kSha1, value};
    case Type::kSha256:
      return Spelling{kSha256, value};
    case Type::kSha512:
      return Spelling{kSha512, value};
    case Type::kFilenameSha256:
    case Type::kFilenameMd5:
      if (random->Percent(40)) return NameSpelling(indicator.first(), random);
      return Spelling{indicator.type == Type::kFilenameMd5 ? kMd5 : kSha256,
                      indicator.second()};
    case Type::kIpDst:
    case Type::kIpSrc:
      return Spelling{kIp, value};
    case Type::kIpSrcNetwork:
      return AddressIn(value, random);
    case Type::kIpDstPort:
      return Spelling{kIpPort,
                      AddressAndPort(indicator.first(), indicator.second())};
    case Type::kDomain:
    case Type::kHostname:
      return Spelling{kHost, value};
    case Type::kDomainIp:
      if (random->Percent(50)) return Spelling{kIp, indicator.second()};
      return Spelling{kHost, indicator.first()};
    case Type::kUrl:
      if (value.starts_with("http")) return Spelling{kUrl, value};
      return Spelling{kUrl,
                      (random->Percent(50) ? "http://" : "https://") + value,
                      MatchRule::kUrl};
    case Type::kUserAgent:
      return Spelling{kUserAgent, value};
    case Type::kMutex:
      return Spelling{kMutex, value};
    case Type::kRegkey:
      return Spelling{kRegkey, value};
    case Type::kRegkeyValue:
      return Spelling{kRegkeyValue, value};
    case Type::kFilename:
      return NameSpelling(value, random);
    case Type::kFilepath:
      return Spelling{kFilepath, value};
    case Type::kEmailSrc:
      return Spelling{kEmail, value};
    case Type::kNamedPipe:
      return Spelling{kNamedPipe, value};
    case Type::kPdb:
      return Spelling{kPdb, value};
    case Type::kSsdeep:
      return Spelling{kSsdeep, value};
    case Type::kImphash:
      return Spelling{kImphash, value};
    case Type::kX509Sha1:
      return Spelling{kX509Fingerprint, value};
    case Type::kJa3:
      return Spelling{kJa3, value};
    case Type::kComment:
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<NearMiss> NearMissOf(const Spelling& spelling, Random* random) {
  const std::string& text = spelling.text;
  switch (spelling.kind) {
    case kMd5:
    case kSha1:
    case kSha256:
      return NearMiss{"e1" + text + "7c", "inside a longer hex number", true};
    case kIp:
      if (text.find(':') != std::string::npos) return std::nullopt;
      if (spelling.rule == MatchRule::kCidr) return std::nullopt;
      return NearMiss{text + ".5", "inside a longer dotted number", true};
    case kIpPort:
      return NearMiss{text + "7", "the port goes on", true};
    case kHost: {
      const uint32_t way = random->Below(3);
      return NearMiss{way == 0   ? "not" + text
                      : way == 1 ? "x-" + text
                                 : text + ".trail.test",
                      "part of a longer host"};
    }
    case kUrl: {
      const bool has_query = text.find('?') != std::string::npos;
      return NearMiss{text + (has_query ? "&more=1" : "/more"),
                      "the url goes on"};
    }
    case kFilepath:
      return NearMiss{text + ".bak", "the path goes on"};
    case kFilename: {
      if (spelling.rule != MatchRule::kBasename) return std::nullopt;
      std::string longer = text;
      longer.insert(text.rfind('\\') + 1, "x");
      return NearMiss{std::move(longer), "part of a longer name"};
    }
    case kRegkey:
      return NearMiss{text + "x", "the key goes on"};
    case kMutex:
      return NearMiss{text + "-2", "the name goes on"};
    default:
      return std::nullopt;
  }
}

std::string InText(IndicatorKind kind, const std::string& value,
                   Random* random) {
  switch (kind) {
    case kUrl:
      return random->Percent(50) ? "curl -s " + value + " -o nul"
                                 : "cmd /c start " + value;
    case kHost:
      if (random->Percent(50)) return "ping -n 3 " + value;
      return "GET /a HTTP/1.1\r\nHost: " + value + "\r\nAccept: */*\r\n\r\n";
    case kIp:
      return "ping -n 3 " + value + " -w 20";
    case kIpPort:
      return "connect to " + value + " failed";
    case kEmail:
      return "mail from <" + value + "> queued";
    case kFilepath:
      return "cmd /c del /q \"" + value + "\"";
    case kRegkey:
      return "reg add \"" + value + "\" /v run /f";
    default:
      return "job " + value + " done";
  }
}

}  // namespace mispsift::corpus
