#include "src/cuckoo/observer.h"

#include <unistd.h>

#include <algorithm>
#include <optional>

#include "mispsift/base/ascii_case.h"
#include "mispsift/base/byte_set.h"
#include "mispsift/base/check.h"
#include "mispsift/base/utf8.h"
#include "mispsift/normalize/api_buffer.h"
#include "mispsift/normalize/dropped_name.h"
#include "mispsift/normalize/normalize.h"
#include "mispsift/normalize/spell_out.h"
#include "src/cuckoo/request_header.h"
#include "src/normalize/registry_hives.h"

namespace mispsift {
namespace {

constexpr ByteSet kBlanks(" \t\n\v\f\r");
constexpr ByteSet kPathSeparators("\\/");
constexpr ByteSet kEndsHost("/?#");
constexpr ByteSet kHiveName(
    "_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
// CAPE writes a guest path as "0;?C:\\process.exe;?C:\\module.exe;?0x5C0000;?".
constexpr std::string_view kCapeSeparator = ";?";
constexpr int kMaxCapeParts = 8;
// What the table of this many takes, 9 MB, is small beside a report that needs
// it.
constexpr size_t kMaxSettled = 450'000;

// Another in each process: with one that is known, whoever writes a report
// could make two strings of it alike, and have the second left out.
uint64_t SecretSeed() {
  static const uint64_t seed = [] {
    uint64_t bytes = 0;
    MISPSIFT_CHECK(getentropy(&bytes, sizeof(bytes)) == 0);
    return bytes;
  }();
  return seed;
}

// 1 to 65535, without zeros in front.
bool IsPort(std::string_view text) {
  if (!IsDigits(text) || text.size() > 5 || text[0] == '0') return false;
  return text.size() < 5 || text <= "65535";
}

// "host:80" and "[2001:db8::1]:80" taken apart; anything else is all host.
struct HostAndPort {
  std::string_view host;
  std::string_view port;
};

HostAndPort SplitPort(std::string_view text) {
  if (text.starts_with('[')) {
    const size_t close = text.find(']');
    if (close == std::string_view::npos) return {text, {}};
    const std::string_view rest = text.substr(close + 1);
    if (rest.empty()) return {text.substr(1, close - 1), {}};
    if (rest[0] != ':' || !IsPort(rest.substr(1))) return {text, {}};
    return {text.substr(1, close - 1), rest.substr(1)};
  }
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos || !IsPort(text.substr(colon + 1))) {
    return {text, {}};
  }
  return {text.substr(0, colon), text.substr(colon + 1)};
}

// The host of a canonical url, with its port. Empty where what stands there is
// no host on a network: "content://sms/".
std::string_view AuthorityOf(std::string_view url) {
  const size_t scheme_end = url.find("://");
  std::string_view authority = url;
  bool is_web = true;
  if (scheme_end != std::string_view::npos) {
    is_web = StartsWithIgnoreCase(url, "http:") ||
             StartsWithIgnoreCase(url, "https:") ||
             StartsWithIgnoreCase(url, "ftp:");
    authority.remove_prefix(scheme_end + 3);
  }
  authority = authority.substr(0, authority.find_first_of("/?#"));
  const size_t at = authority.rfind('@');
  if (at != std::string_view::npos) authority.remove_prefix(at + 1);
  if (!is_web && authority.find_first_of(".:") == std::string_view::npos) {
    return {};
  }
  return authority;
}

// Early Cuckoo 2 says the protocol by the name of the list alone.
std::string_view ProtocolOf(const GroupMembers& members) {
  if (members.Has(Slot::kProtocol)) return members.Get(Slot::kProtocol);
  return members.area == Area::kHttpsEx ? "https" : "http";
}

// Whether `host` would go on in what is put behind it: a part ends within it,
// in its spelling or the one that hosts are read in, or a bracket stays open.
bool EndsWithin(std::string_view host) {
  const size_t bracket = host.find_last_of("[(");
  if (bracket != std::string_view::npos &&
      host.find_first_of("])", bracket) == std::string_view::npos) {
    return true;
  }
  if (IsAscii(host)) return kEndsHost.HoldsAnyOf(host);
  std::string folded;
  FoldText(TextFold::kHosts, host, &folded);
  return kEndsHost.HoldsAnyOf(folded);
}

// A predefined registry key by name, or by the number that APIs know it by. One
// that lies below it is no hive: what is looked for in a key (match/witness.cc)
// stands behind the hive, in one string.
std::string_view HiveOf(std::string_view text) {
  if (text.starts_with("HKEY_")) {
    return kHiveName.HoldsAllOf(text) ? text : std::string_view();
  }
  for (const auto& [number, name] : kNumberedHives) {
    if (text == number) return name;
  }
  return {};
}

bool IsOtherHash(Field field) {
  return field == Field::kImphash || field == Field::kAuthentihash ||
         field == Field::kCertificate || field == Field::kJa3;
}

// The kind of a field that is one and nothing else.
std::optional<IndicatorKind> PlainKind(Field field) {
  switch (field) {
    case Field::kMd5:
      return IndicatorKind::kMd5;
    case Field::kSha1:
      return IndicatorKind::kSha1;
    case Field::kSha224:
      return IndicatorKind::kSha224;
    case Field::kSha256:
      return IndicatorKind::kSha256;
    case Field::kSha384:
      return IndicatorKind::kSha384;
    case Field::kSha512:
      return IndicatorKind::kSha512;
    case Field::kSha3_384:
      return IndicatorKind::kSha3_384;
    case Field::kSsdeep:
      return IndicatorKind::kSsdeep;
    case Field::kTlsh:
      return IndicatorKind::kTlsh;
    case Field::kImphash:
      return IndicatorKind::kImphash;
    case Field::kAuthentihash:
      return IndicatorKind::kAuthentihash;
    case Field::kCertificate:
      return IndicatorKind::kX509Fingerprint;
    case Field::kJa3:
      return IndicatorKind::kJa3;
    case Field::kIp:
      return IndicatorKind::kIp;
    case Field::kUri:
      return IndicatorKind::kUri;
    case Field::kMutex:
      return IndicatorKind::kMutex;
    case Field::kRegkey:
      return IndicatorKind::kRegkey;
    case Field::kUserAgent:
      return IndicatorKind::kUserAgent;
    case Field::kPdb:
      return IndicatorKind::kPdb;
    default:
      return std::nullopt;
  }
}

}  // namespace

void Observer::Text(Field field, Where where, std::string_view text) {
  const Digest string =
      DigestOf(SecretSeed() ^ static_cast<uint64_t>(field), text);
  if (settled_.contains(string)) return;
  is_settled_ = true;
  StartPlace(where);
  Read(field, text);
  if (!is_settled_) return;
  if (settled_.size() == kMaxSettled) settled_.clear();
  settled_.insert(string);
}

void Observer::Read(Field field, std::string_view text) {
  FieldValue(field, text);
  if (depth_ == ScanDepth::kFields) return;
  CutTokens(field, text);
  if (field == Field::kApiBuffer && DecodeApiBuffer(text, &joined_)) {
    CutTokens(field, joined_);
  }
  // A mutex is any text, without the blanks around it.
  IndicatorKind any = IndicatorKind::kMutex;
  if (!Canonicalize(text, &any, &canonical_) ||
      canonical_.size() > kMaxWholeString) {
    return;
  }
  Observe(
      {any, KeyForm::kWholeString, Reading::kWholeString, where_, canonical_});
  IndicatorKind pipe = IndicatorKind::kNamedPipe;
  if (IsPipePath(canonical_) && !IsSaid(pipe, canonical_)) {
    SayPlain(pipe, Reading::kWholeString, canonical_);
  }
}

void Observer::CutTokens(Field field, std::string_view text) {
  // A fingerprint or an import hash is no hash of a file.
  const bool is_other_hash = said_count_ > 0 && IsOtherHash(field);
  cutter_.Cut(text, [this, field, is_other_hash](const Token& token) {
    if (IsSaid(token.kind, token.value)) return;
    if (is_other_hash && token.kind <= IndicatorKind::kSha512) return;
    if (field == Field::kVersion && token.kind == IndicatorKind::kIp) return;
    Observe({token.kind, KeyForm::kValue, Reading::kToken, where_, token.value,
             token.is_part});
  });
}

void Observer::FieldValue(Field field, std::string_view text) {
  // What the VirusTotal fork and CAPE write for "nothing".
  if (text == "(null)" || text == "None") return;
  if (const std::optional<IndicatorKind> kind = PlainKind(field)) {
    SayPlain(*kind, Reading::kField, text);
    return;
  }
  const bool is_rooted = text.starts_with('/');
  switch (field) {
    case Field::kHost:
      return SayHost(Reading::kField, text);
    case Field::kUrl:
      return SayUrl(Reading::kField, text);
    case Field::kUrlOrUri:
      if (!is_rooted) return SayUrl(Reading::kField, text);
      SayPlain(IndicatorKind::kUri, Reading::kField, text);
      return;
    case Field::kPathOrUri:
      if (!is_rooted) {
        return SayPath(IndicatorKind::kFilepath, Reading::kField, text);
      }
      SayPlain(IndicatorKind::kUri, Reading::kField, text);
      return;
    case Field::kContact:
      if (text.find('/') != std::string_view::npos) {
        return SayUrl(Reading::kField, text);
      }
      return SayHost(Reading::kField, text);
    case Field::kGuess:
      if (text.find("://") != std::string_view::npos) {
        return SayUrl(Reading::kField, text);
      }
      if (!SayPlain(IndicatorKind::kIp, Reading::kField, text)) {
        SayPlain(IndicatorKind::kIpPort, Reading::kField, text);
      }
      return;
    case Field::kEmail: {
      const size_t open = text.find('<');
      if (open != std::string_view::npos) {
        text.remove_prefix(open + 1);
        text = text.substr(0, text.find('>'));
      }
      SayPlain(IndicatorKind::kEmail, Reading::kField, text);
      return;
    }
    case Field::kFilename:
      return SayPath(IndicatorKind::kFilename, Reading::kField, text);
    case Field::kDroppedName:
      SayPath(IndicatorKind::kFilename, Reading::kField, text);
      SayPlain(IndicatorKind::kFilename, Reading::kBasename,
               WithoutHashPrefix(text));
      return;
    case Field::kFilepath:
      return SayPaths(text);
    case Field::kRequest:
      SayPlain(IndicatorKind::kUserAgent, Reading::kField,
               HeaderOf(text, "user-agent:"));
      return;
    default:
      return;
  }
}

void Observer::Together(const GroupMembers& members) {
  StartPlace(members.where);
  switch (members.group) {
    case Group::kHttp: {
      const std::string_view url = UrlOf(members);
      if (url.empty()) return;
      const bool was_whole = url == members.Get(Slot::kUri);
      SayUrl(Reading::kAssembled, url);  // what `url` points to is gone then
      const std::string_view protocol = ProtocolOf(members);
      const std::string_view port = members.Get(Slot::kPort);
      const std::string_view host = members.Get(Slot::kHost);
      if (!IsPort(port) || host.find(':') != std::string_view::npos ||
          was_whole || port == (protocol == "https" ? "443" : "80")) {
        return;
      }
      joined_.assign(protocol).append("://").append(host);
      joined_.append(":").append(port).append(members.Get(Slot::kUri));
      return SayUrl(Reading::kAssembled, joined_);
    }
    case Group::kFlow:
      SayAddress(members.Get(Slot::kAddress), members.Get(Slot::kPort));
      SayAddress(members.Get(Slot::kSource), members.Get(Slot::kSourcePort));
      return;
    case Group::kArguments: {
      if (members.Has(Slot::kRegkey) && members.Has(Slot::kRegkeyData)) {
        joined_.assign(members.Get(Slot::kRegkey)).append("|");
        joined_.append(members.Get(Slot::kRegkeyData));
        SayPlain(IndicatorKind::kRegkeyValue, Reading::kAssembled, joined_);
      }
      const std::string_view hive = HiveOf(members.Get(Slot::kRegkeyHive));
      const std::string_view subkey = members.Get(Slot::kSubkey);
      if (!hive.empty() && !subkey.empty()) {
        joined_.assign(hive).append("\\").append(subkey);
        SayPlain(IndicatorKind::kRegkey, Reading::kAssembled, joined_);
      }
      SayAddress(members.Get(Slot::kAddress), members.Get(Slot::kPort));
      return;
    }
    default:
      return;
  }
}

std::string_view Observer::UrlOf(const GroupMembers& members) {
  if (!members.Has(Slot::kUri) || members.Get(Slot::kHost).empty()) return {};
  // A proxy is asked for the whole url.
  if (members.Get(Slot::kUri).find("://") != std::string_view::npos) {
    return joined_.assign(members.Get(Slot::kUri));
  }
  // Each part must end where the next begins, or the url is one that nobody
  // asked for: a uri of "*" or "evil.example:443" would go on with the host.
  const std::string_view protocol = ProtocolOf(members);
  const std::string_view host = members.Get(Slot::kHost);
  const std::string_view uri = members.Get(Slot::kUri);
  if (protocol.empty() || !IsSchemeText(protocol) || EndsWithin(host) ||
      (!uri.empty() && !kEndsHost.Holds(uri.front()))) {
    return {};
  }
  joined_.assign(protocol).append("://").append(host).append(uri);
  return joined_;
}

void Observer::StartPlace(Where where) {
  where_ = where;
  said_count_ = 0;
}

bool Observer::IsSaid(IndicatorKind kind, std::string_view value) const {
  for (size_t i = 0; i < said_count_; ++i) {
    const Said& said = said_[i];
    if (said.kind == kind && said.value == value) {
      return true;
    }
  }
  return false;
}

void Observer::Say(IndicatorKind kind, Reading reading, std::string_view value,
                   bool is_part) {
  if (IsSaid(kind, value)) return;
  if (said_count_ == said_.size()) said_.emplace_back();
  Said& said = said_[said_count_++];
  said.kind = kind;
  said.value.assign(value);
  Observe({kind, KeyForm::kValue, reading, where_, said.value, is_part});
}

bool Observer::SayPlain(IndicatorKind kind, Reading reading,
                        std::string_view text, bool is_part) {
  if (text.empty() || !Canonicalize(text, &kind, &canonical_)) return false;
  Say(kind, reading, canonical_, is_part);
  return true;
}

void Observer::SayHost(Reading reading, std::string_view text, bool is_part) {
  const HostAndPort parts = SplitPort(kBlanks.Trim(text));
  IndicatorKind kind = IndicatorKind::kHost;
  if (parts.host.empty() || !Canonicalize(parts.host, &kind, &canonical_)) {
    return;
  }
  Say(kind, reading, canonical_, is_part);
  if (kind == IndicatorKind::kIp) SayAddress(parts.host, parts.port, is_part);
}

void Observer::SayUrl(Reading reading, std::string_view text) {
  IndicatorKind kind = IndicatorKind::kUrl;
  if (!Canonicalize(text, &kind, &url_)) return;
  Say(kind, reading, url_);
  if (kind != IndicatorKind::kUrl) return;  // a bare host
  SayHost(Reading::kAssembled, AuthorityOf(url_), true);
}

void Observer::SayPath(IndicatorKind kind, Reading reading,
                       std::string_view text) {
  if (IsPipePath(text)) SayPlain(IndicatorKind::kNamedPipe, reading, text);
  if (text.empty() || !Canonicalize(text, &kind, &canonical_)) return;
  Say(kind, reading, canonical_);
  if (kind != IndicatorKind::kFilepath) return;
  const std::string_view name = Basename(canonical_);
  if (!name.empty()) {
    Say(IndicatorKind::kFilename, Reading::kBasename, name, true);
  }
}

void Observer::SayPaths(std::string_view text) {
  size_t mark = text.find(kCapeSeparator);
  if (mark == std::string_view::npos) {
    return SayPath(IndicatorKind::kFilepath, Reading::kField, text);
  }
  for (int i = 0; i < kMaxCapeParts && !text.empty(); ++i) {
    const std::string_view part = text.substr(0, mark);
    if (kPathSeparators.HoldsAnyOf(part)) {
      SayPath(IndicatorKind::kFilepath, Reading::kField, part);
    }
    text.remove_prefix(mark == std::string_view::npos
                           ? text.size()
                           : mark + kCapeSeparator.size());
    mark = text.find(kCapeSeparator);
  }
}

void Observer::SayAddress(std::string_view address, std::string_view port,
                          bool is_part) {
  IndicatorKind kind = IndicatorKind::kHost;
  if (!IsPort(port) || address.empty() ||
      !Canonicalize(address, &kind, &canonical_) ||
      kind != IndicatorKind::kIp) {
    return;
  }
  if (IsIpv6(canonical_)) {
    canonical_.insert(0, "[").append("]");
  }
  canonical_.append(":").append(port);
  joined_.swap(canonical_);
  SayPlain(IndicatorKind::kIpPort, Reading::kAssembled, joined_, is_part);
}

}  // namespace mispsift
