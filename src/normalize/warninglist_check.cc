// A value in each form that it has, looked up in the tables of all lists.

#include <algorithm>
#include <utility>

#include "mispsift/base/ascii_case.h"
#include "mispsift/base/byte_set.h"
#include "mispsift/normalize/normalize.h"
#include "mispsift/normalize/refang.h"
#include "mispsift/normalize/warninglist_matcher.h"
#include "src/normalize/host.h"
#include "src/normalize/ip_address.h"
#include "src/normalize/misp_checks.h"
#include "src/normalize/warninglist_hosts.h"
#include "src/normalize/warninglist_tables.h"

namespace mispsift {
namespace {

using K = IndicatorKind;
constexpr size_t kNowhere = std::string_view::npos;

// Hashes whose digits have no case. (MISP spells some of them otherwise than
// Canonicalize does, and lists are made of what MISP spells.)
bool IsCaselessHash(IndicatorKind kind) {
  switch (kind) {
    case K::kMd5:
    case K::kSha1:
    case K::kSha224:
    case K::kSha256:
    case K::kSha384:
    case K::kSha512:
    case K::kSha512_224:
    case K::kSha512_256:
    case K::kSha3_224:
    case K::kSha3_256:
    case K::kSha3_384:
    case K::kSha3_512:
    case K::kTlsh:
    case K::kImphash:
    case K::kAuthentihash:
    case K::kPehash:
    case K::kVhash:
    case K::kTelfhash:
    case K::kX509Fingerprint:
    case K::kJa3:
      return true;
    default:
      return false;
  }
}

struct UrlHost {
  std::string_view host;
  bool says_more = false;  // the url, than its host
};

UrlHost HostOfUrl(std::string_view url) {
  std::string_view rest = WithoutScheme(url);
  if (rest.empty()) rest = url.starts_with("//") ? url.substr(2) : url;
  const size_t end = rest.find_first_of("/\\?#");
  std::string_view host = rest.substr(0, end);
  const bool says_more = end != kNowhere && rest.substr(end) != "/";
  const size_t at = host.rfind('@');
  if (at != kNowhere) host.remove_prefix(at + 1);
  const size_t bracket = host.find(']');
  if (host.starts_with('[') && bracket != kNowhere) {
    host = host.substr(0, bracket + 1);
  } else if (const size_t colon = host.find(':');
             colon != kNowhere && colon == host.rfind(':')) {
    host = host.substr(0, colon);
  }
  return {host, says_more};
}

// What MISP takes for the host of a value.
std::string_view MispHost(std::string_view value) {
  size_t begin = 0;
  if (value.find("//") != kNowhere) {
    begin = value.find('/') + 1;
    begin = value.find('/', begin) + 1;
  }
  std::string_view host = value.substr(begin, value.find('/', begin) - begin);
  while (host.ends_with('.')) host.remove_suffix(1);
  return host;
}

// Calls visit(name) for "c", "b.c" and "a.b.c". MISP puts them together from
// the end, and to PHP "0" is as good as nothing to put a name in front of.
template <typename Visit>
void ForEachName(std::string_view host, bool like_misp, size_t longest,
                 const Visit& visit) {
  std::string_view name;
  size_t end = host.size();
  size_t label_end = end;
  while (true) {
    const size_t dot =
        label_end == 0 ? kNowhere : host.rfind('.', label_end - 1);
    const size_t begin = dot == kNowhere ? 0 : dot + 1;
    if (like_misp && (name.empty() || name == "0")) end = label_end;
    name = host.substr(begin, end - begin);
    if (name.size() > longest) return;
    visit(name);
    if (dot == kNowhere) return;
    label_end = dot;
  }
}

// Whether MISP takes a network of `prefix_bits` for one that holds a value with
// this behind its "/". Numbers are compared as such, anything else as text.
bool MispMaskFits(std::string_view mask, int prefix_bits) {
  if (mask.empty() || mask == "0") return true;
  uint32_t bits = 0;
  if (ParseNumber(mask, UINT32_MAX, &bits)) {
    return bits >= static_cast<uint32_t>(prefix_bits);
  }
  return IsDigits(mask) || mask >= std::to_string(prefix_bits);
}

}  // namespace

// A half in the forms that it is looked up in.
struct WarninglistCheck::Reading {
  std::string_view as_is;
  std::string_view written;  // without blanks at its ends
  bool is_folded = false;    // has a canonical form
  std::string folded;
  std::string host;  // canonical, or empty
  bool is_address = false;
  IpAddress ip;  // host bits as they were
  int prefix_bits = 0;
  bool is_url = false;
  bool says_more = false;  // a url, than its host

  void ReadHost(std::string_view text) {
    if (FoldHost(text, &host) == K::kIp) {
      is_address = ParseIp(host, &ip);
      prefix_bits = ip.bits();
    } else if (!IsHostName(host)) {
      host.clear();
    }
  }
  bool ReadNetwork(std::string_view text) {
    if (!ParseNetwork(text, &ip, &prefix_bits)) return false;
    UnmapNetwork(&ip, &prefix_bits);
    is_address = true;
    host.clear();
    AppendIp(ip, &host);
    return true;
  }
  void FoldAsHost() {
    is_folded = true;
    folded = host;
  }
};

WarninglistCheck::WarninglistCheck(const WarninglistMatcher* matcher)
    : matcher_(*matcher),
      reading_(std::make_unique<Reading>()),
      by_list_(matcher->tables_->lists.size()) {}
WarninglistCheck::~WarninglistCheck() = default;

std::span<const WarninglistHit> WarninglistCheck::Hits(
    const WarninglistMatcher::Scope& scope, std::string_view value) {
  hits_.clear();
  if (scope.empty()) return {};
  scope_ = &scope;
  const size_t bar = scope.splits_ ? value.find('|') : kNowhere;
  part_ = WarninglistHit::kFirstHalf;
  CheckHalf(value.substr(0, bar), scope.kinds_[0]);
  if (bar != kNowhere) {
    part_ = WarninglistHit::kSecondHalf;
    CheckHalf(value.substr(bar + 1), scope.kinds_[1]);
  }
  std::ranges::sort(touched_);
  for (const uint16_t list : touched_) {
    hits_.push_back(std::exchange(by_list_[list], {}));
    hits_.back().list = list;
  }
  touched_.clear();
  return hits_;
}

void WarninglistCheck::CheckHalf(std::string_view half, IndicatorKind kind) {
  const auto asks = [this](WarninglistType type) {
    return (scope_->tables_ & BitOf(type)) != 0;
  };
  Read(half, kind);
  if (asks(WarninglistType::kString)) CheckStrings();
  if (asks(WarninglistType::kHostname)) CheckHosts();
  if (asks(WarninglistType::kCidr)) CheckNetworks();
  if (asks(WarninglistType::kSubstring)) CheckSubstrings();
  if (asks(WarninglistType::kRegex)) CheckRegexes();
}

void WarninglistCheck::Read(std::string_view half, IndicatorKind kind) {
  Reading& reading = *reading_;
  reading.as_is = half;
  reading.written = TrimBlanks(half);
  reading.is_folded = reading.is_address = false;
  reading.is_url = reading.says_more = false;
  reading.host.clear();
  std::string& text = reading.folded;
  text.assign(reading.written);
  if (IsCaselessHash(kind)) {
    LowerAscii(&text);
    reading.is_folded = true;
    return;
  }
  switch (kind) {
    case K::kHost:
      RefangInPlace(Refang::kHost, &text);
      reading.ReadHost(text);
      if (!reading.host.empty()) reading.FoldAsHost();
      return;
    case K::kIp:
      RefangInPlace(Refang::kHost, &text);
      if (!reading.ReadNetwork(text)) return;
      reading.is_folded = true;
      if (text.find('/') == kNowhere) {
        text = reading.host;
      } else {
        const std::string network = text;
        text.clear();
        AppendNetwork(network, &text);
        reading.host.clear();
      }
      return;
    case K::kEmail:
      RefangInPlace(Refang::kEmail, &text);
      LowerAscii(&text);
      reading.is_folded = true;
      reading.ReadHost(HostOfUrl(text).host);
      return;
    case K::kUrl: {
      RefangInPlace(Refang::kUrl, &text);
      // A url that is a bare host is that host.
      K bare = K::kHost;
      reading.host = text;
      if (text.find_first_of("/?#@") == kNowhere &&
          CanonicalizeHost(&reading.host, &bare)) {
        reading.ReadHost(text);
        return reading.FoldAsHost();
      }
      break;
    }
    default:
      if (reading.ReadNetwork(text)) {
        if (text.find('/') != kNowhere) reading.host.clear();
        return;
      }
  }
  const UrlHost of_url = HostOfUrl(text);
  reading.is_url = kind == K::kUrl || kind == K::kUri;
  reading.says_more = of_url.says_more;
  reading.ReadHost(of_url.host);
}

void WarninglistCheck::Add(uint16_t list, uint8_t uses, uint8_t limits) {
  constexpr uint8_t kHalves =
      WarninglistHit::kFirstHalf | WarninglistHit::kSecondHalf;
  if (!scope_->applies_[list]) return;
  const auto add = [&](uint8_t* parts) {
    const uint8_t left = *parts == 0 ? limits : limits & *parts;
    *parts = static_cast<uint8_t>((*parts & kHalves) | part_ | left);
  };
  WarninglistHit& hit = by_list_[list];
  if (hit.misp == 0 && hit.corrected == 0) touched_.push_back(list);
  // MISP stops at the first half that is on the list.
  const bool is_told = (hit.misp & ~part_ & kHalves) != 0;
  if ((uses & kAsMisp) != 0 && !is_told) add(&hit.misp);
  if ((uses & ~kAsMisp) != 0) add(&hit.corrected);
}

uint8_t WarninglistCheck::HostLimit() const {
  return reading_->says_more ? WarninglistHit::kOnlyHost : 0;
}

void WarninglistCheck::CheckStrings() {
  const Reading& reading = *reading_;
  const auto find = [this](std::string_view text, uint8_t uses) {
    matcher_.tables_->strings.Find(
        text, uses,
        [this](uint16_t list, uint8_t found) { Add(list, found, 0); });
  };
  uint8_t as_is = kAsMisp;
  if (reading.written == reading.as_is) {
    as_is |= kWritten;
  } else {
    find(reading.written, kWritten);
  }
  if (reading.is_folded && reading.folded != reading.as_is) {
    find(reading.folded, kFolded);
  } else if (reading.is_folded) {
    as_is |= kFolded;
  }
  find(reading.as_is, as_is);
}

void WarninglistCheck::CheckHosts() {
  const Reading& reading = *reading_;
  const TextTable& hosts = matcher_.tables_->hosts;
  const auto find = [&](std::string_view host, bool like_misp, uint8_t uses) {
    ForEachName(host, like_misp, hosts.longest(), [&](std::string_view name) {
      const bool is_below = name.size() < host.size();
      const uint8_t limits =
          HostLimit() | (is_below ? WarninglistHit::kOnlyBelow : 0);
      hosts.Find(name, uses, [&](uint16_t list, uint8_t found) {
        Add(list, found, limits);
      });
    });
  };
  const std::string_view misp_host = MispHost(reading.as_is);
  const bool is_same = misp_host == reading.host && !reading.is_address &&
                       !misp_host.ends_with(".0");
  find(misp_host, /*like_misp=*/true, is_same ? kEveryUse : kAsMisp);
  if (is_same || reading.host.empty()) return;
  if (!reading.is_address) {
    return find(reading.host, /*like_misp=*/false, kFolded);
  }
  hosts.Find(reading.host, kFolded, [this](uint16_t list, uint8_t found) {
    Add(list, found, HostLimit());
  });
}

void WarninglistCheck::CheckNetworks() {
  const Reading& reading = *reading_;
  const NetworkTable& networks = matcher_.tables_->networks;
  const std::string_view value = reading.as_is;
  const size_t slash = value.find('/');
  std::string_view mask;
  if (slash != kNowhere) {
    mask = value.substr(slash + 1);
    mask = mask.substr(0, mask.find('/'));
  }
  IpAddress ip;
  const bool is_address = ParseIp(value.substr(0, slash), &ip);
  const bool is_same = is_address && reading.is_address && ip == reading.ip;
  const auto find = [&](const IpAddress& address, uint8_t wanted) {
    networks.Find(address, wanted, [&](uint16_t list, uint8_t uses, int bits) {
      if (!MispMaskFits(mask, bits)) uses &= kFolded;
      if (bits > reading.prefix_bits) uses &= kAsMisp;
      if (uses != 0) Add(list, uses, HostLimit());
    });
  };
  if (is_address) find(ip, is_same ? kAsMisp | kFolded : kAsMisp);
  if (reading.is_address && !is_same) find(reading.ip, kFolded);
}

void WarninglistCheck::CheckSubstrings() {
  const Reading& reading = *reading_;
  const auto find = [this](std::string_view text, uint8_t uses,
                           uint8_t limits) {
    matcher_.tables_->substrings.FindIn(
        text, uses,
        [&](uint16_t list, uint8_t found) { Add(list, found, limits); });
  };
  uint8_t as_is = kAsMisp;
  if (reading.written == reading.as_is) {
    as_is |= kWritten;
  } else {
    find(reading.written, kWritten, 0);
  }
  if (reading.is_url) {
    find(reading.host, kFolded, HostLimit());
  } else if (reading.is_folded && reading.folded != reading.as_is) {
    find(reading.folded, kFolded, 0);
  } else if (reading.is_folded) {
    as_is |= kFolded;
  }
  find(reading.as_is, as_is, 0);
}

void WarninglistCheck::CheckRegexes() {
  const Reading& reading = *reading_;
  for (const uint32_t i : scope_->regexes_) {
    const WarninglistMatcher::Tables::Regex& row = matcher_.tables_->regexes[i];
    const bool is_same = reading.written == reading.as_is;
    if (is_same || (row.uses & kAsMisp) != 0) {
      if (row.regex->Matches(reading.as_is)) {
        Add(row.list, is_same ? row.uses : kAsMisp, 0);
      }
    }
    if (!is_same && row.regex->Matches(reading.written)) {
      Add(row.list, kWritten, 0);
    }
  }
}

}  // namespace mispsift
