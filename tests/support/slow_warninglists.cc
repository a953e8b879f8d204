#include "tests/support/slow_warninglists.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cctype>
#include <optional>
#include <regex>

#include "mispsift/model/indicator.h"
#include "mispsift/normalize/attribute_types.h"
#include "mispsift/normalize/normalize.h"

namespace mispsift {
namespace {

using K = IndicatorKind;

std::vector<std::string> Explode(char separator, const std::string& text) {
  std::vector<std::string> parts = {""};
  for (const char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back().push_back(c);
    }
  }
  return parts;
}

std::string Trim(const std::string& blanks, std::string text) {
  const size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}
std::string TrimAll(const std::string& text) {
  return Trim(std::string(" \t\n\r\0\v", 6), text);
}

std::string Lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

bool IsNumber(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c >= '0' && c <= '9';
  });
}

// An address as its bits, 32 or 128 characters.
std::optional<std::string> BitsOf(const std::string& address) {
  unsigned char bytes[16];
  size_t count = 0;
  if (inet_pton(AF_INET, address.c_str(), bytes) == 1) {
    count = 4;
  } else if (inet_pton(AF_INET6, address.c_str(), bytes) == 1) {
    count = 16;
  } else {
    return std::nullopt;
  }
  std::string bits;
  for (size_t i = 0; i < count; ++i) {
    for (int bit = 7; bit >= 0; --bit) {
      bits.push_back((bytes[i] >> bit & 1) != 0 ? '1' : '0');
    }
  }
  return bits;
}

// --- MISP's way ---

// 0 if it is not there, 1 if it is, with kOnlyBelow.
uint8_t MispHostname(const Warninglist& list, const std::string& value) {
  uint8_t found = 0;
  const std::vector<std::string> parts = Explode('/', value);
  std::string host =
      value.find("//") == std::string::npos ? parts[0] : parts[2];
  while (host.ends_with('.')) host.pop_back();
  std::vector<std::string> pieces = Explode('.', host);
  std::reverse(pieces.begin(), pieces.end());
  std::string rebuilt;
  for (const std::string& piece : pieces) {
    const bool is_empty = rebuilt.empty() || rebuilt == "0";
    rebuilt = is_empty ? piece : piece + "." + rebuilt;
    for (const std::string& entry : list.entries) {
      if (Lower(Trim(".", entry)) != rebuilt) continue;
      if (rebuilt == host) return 1;
      found = 1 | WarninglistHit::kOnlyBelow;
    }
  }
  return found;
}

bool MispCidr(const Warninglist& list, const std::string& value) {
  const std::vector<std::string> parts = Explode('/', value);
  const std::optional<std::string> bits = BitsOf(parts[0]);
  if (!bits.has_value()) return false;
  const std::string mask = parts.size() > 1 ? parts[1] : "";
  for (const std::string& entry : list.entries) {
    const size_t slash = entry.find('/');
    const std::optional<std::string> network = BitsOf(entry.substr(0, slash));
    if (!network.has_value() || network->size() != bits->size()) continue;
    size_t length = network->size();
    if (slash != std::string::npos) {
      const std::string digits = entry.substr(slash + 1);
      if (!IsNumber(digits) || digits.size() > 6) continue;
      const size_t wanted = std::stoul(digits);
      if (wanted > length) continue;
      length = wanted;
      // IPv4 is looked up by its text.
      const bool has_host_bits =
          network->find('1', length) != std::string::npos;
      if (bits->size() == 32 &&
          (has_host_bits || digits != std::to_string(length))) {
        continue;
      }
    }
    if (bits->substr(0, length) != network->substr(0, length)) continue;
    if (mask.empty() || mask == "0") return true;
    if (IsNumber(mask) ? mask.size() > 6 || std::stoul(mask) >= length
                       : mask >= std::to_string(length)) {
      return true;
    }
  }
  return false;
}

bool RegexMatches(const std::string& entry, const std::string& value,
                  bool allow_g) {
  const size_t end = entry.rfind('/');
  if (!entry.starts_with('/') || end == 0) return false;
  auto flags = std::regex::ECMAScript;
  for (const char flag : entry.substr(end + 1)) {
    if (flag == 'i') {
      flags |= std::regex::icase;
    } else if (flag != 'g' || !allow_g) {
      return false;
    }
  }
  return std::regex_search(value, std::regex(entry.substr(1, end - 1), flags));
}

// --- Corrected ---

// The canonical form of a host, or "": a lone label is one.
std::string HostForm(const std::string& text) {
  K kind = K::kHost;
  std::string host;
  if (Canonicalize(text, &kind, &host)) return host;
  // A lone label has none by itself, nor has "a.0"; so they borrow another.
  const std::string lone = Trim(".", Lower(TrimAll(text)));
  kind = K::kHost;
  if (lone.empty() || !Canonicalize(lone + ".example", &kind, &host)) {
    return "";
  }
  return host.substr(0, host.size() - std::string(".example").size());
}

bool IsAddress(const std::string& text) { return BitsOf(text).has_value(); }

struct SlowHost {
  std::string host;
  bool says_more = false;
};

SlowHost HostOf(const std::string& url) {
  static const std::regex kUrl(
      "(?:[A-Za-z0-9+.-]+://|//)?(?:[^/\\\\?#]*@)?(\\[[^\\]/\\\\?#]*\\]|"
      "[^/\\\\?#:]*(?=:[^:/\\\\?#]*(?:[/\\\\?#]|$))|[^/\\\\?#]*)"
      "(?::[^/\\\\?#]*)?([/\\\\?#][^]*)?");
  std::smatch parts;
  if (!std::regex_match(url, parts, kUrl)) return {};
  return {HostForm(parts[1]), parts[2].matched && parts[2] != "/"};
}

// A url that is nothing but a host is that host.
bool IsBareHost(const std::string& url) {
  K kind = K::kUrl;
  std::string canonical;
  return Canonicalize(url, &kind, &canonical) && kind != K::kUrl;
}

bool IsHash(K kind) {
  return kind <= K::kSha3_512 || kind == K::kTlsh || kind == K::kImphash ||
         kind == K::kAuthentihash || kind == K::kPehash || kind == K::kVhash ||
         kind == K::kTelfhash || kind == K::kX509Fingerprint || kind == K::kJa3;
}

// What a half means, spelled one way each.
struct Meaning {
  std::string written;
  std::string folded;   // "": compared as written only
  std::string host;     // a name or an address
  std::string network;  // canonical, "/32" included
  bool is_url = false;
  bool says_more = false;
};

std::string NetworkForm(const std::string& text) {
  K kind = K::kIp;
  std::string ip;
  const size_t slash = text.find('/');
  if (slash == std::string::npos) {
    if (!Canonicalize(text, &kind, &ip)) return "";
    return ip + (IsIpv6(ip) ? "/128" : "/32");
  }
  std::vector<Indicator> indicators;
  // MISP tidies "/32" away, which is put back.
  IndicatorsOf("ip-dst", text, &indicators);
  if (indicators.size() != 1) return "";
  return indicators[0].form == KeyForm::kNetwork
             ? indicators[0].value
             : NetworkForm(indicators[0].value);
}

Meaning MeaningOf(K kind, const std::string& half) {
  Meaning meaning;
  meaning.written = TrimAll(half);
  const std::string& text = meaning.written;
  if (IsHash(kind)) {
    meaning.folded = Lower(text);
    return meaning;
  }
  if (kind == K::kIp) {
    meaning.network = NetworkForm(text);
    if (meaning.network.empty()) return meaning;
    meaning.folded = meaning.network;
    if (text.find('/') == std::string::npos) {
      meaning.folded = meaning.host =
          meaning.network.substr(0, meaning.network.find('/'));
    }
    return meaning;
  }
  if (kind == K::kHost) {
    meaning.folded = meaning.host = HostForm(text);
  } else if (kind == K::kEmail) {
    meaning.folded = Lower(text);
    meaning.host = HostOf(meaning.folded).host;
  } else if (kind == K::kUrl && IsBareHost(text)) {
    meaning.folded = meaning.host = HostForm(text);
  } else if (kind != K::kUrl && !NetworkForm(text).empty()) {
    meaning.network = NetworkForm(text);
    if (text.find('/') == std::string::npos) {
      meaning.host = meaning.network.substr(0, meaning.network.find('/'));
    }
    return meaning;
  } else {
    const SlowHost host = HostOf(text);
    meaning.host = host.host;
    meaning.is_url = kind == K::kUrl || kind == K::kUri;
    meaning.says_more = host.says_more;
  }
  if (IsAddress(meaning.host)) meaning.network = NetworkForm(meaning.host);
  return meaning;
}

// As MispHostname.
uint8_t Under(const std::string& host, const std::string& domain) {
  if (host == domain) return 1;
  const bool is_below = !IsAddress(host) && host.ends_with("." + domain);
  return is_below ? 1 | WarninglistHit::kOnlyBelow : 0;
}

bool NetworkHolds(const std::string& entry, const std::string& network) {
  const size_t a = entry.find('/');
  const size_t b = network.find('/');
  const std::string outer = *BitsOf(entry.substr(0, a));
  const std::string inner = *BitsOf(network.substr(0, b));
  const size_t outer_length = std::stoul(entry.substr(a + 1));
  return outer.size() == inner.size() &&
         outer_length <= std::stoul(network.substr(b + 1)) &&
         outer.substr(0, outer_length) == inner.substr(0, outer_length);
}

// 0, or the parts by which an entry holds a value.
uint8_t CorrectedEntry(WarninglistType type, const std::string& entry,
                       const Meaning& value) {
  constexpr uint8_t kWhole = WarninglistHit::kFirstHalf;
  const uint8_t by_host =
      value.says_more ? uint8_t{kWhole | WarninglistHit::kOnlyHost} : kWhole;
  const auto under = [&](const std::string& domain) -> uint8_t {
    const uint8_t parts = value.host.empty() ? 0 : Under(value.host, domain);
    return parts == 0 ? 0 : parts | by_host;
  };
  const std::string written = TrimAll(entry);
  if (written.empty()) return 0;
  switch (type) {
    case WarninglistType::kString: {
      if (written == value.written) return kWhole;
      const std::string form = HostForm(written);
      const bool is_host_like =
          written.find('@') == std::string::npos &&
          std::any_of(written.begin(), written.end(), [](char c) {
            return c == '.' || c == ':' || static_cast<unsigned char>(c) > 127;
          });
      const std::string folded =
          is_host_like && !form.empty() ? form : Lower(written);
      if (!value.folded.empty() && value.folded == folded) return kWhole;
      const bool is_domain = written.starts_with('.') &&
                             form.find('.') != std::string::npos &&
                             !IsAddress(form);
      return is_domain ? under(form) : 0;
    }
    case WarninglistType::kSubstring: {
      const auto occurs = [](const std::string& in, const std::string& text) {
        return in.find(text) != std::string::npos;
      };
      if (occurs(value.written, written)) return kWhole;
      if (!value.folded.empty()) {
        return occurs(value.folded, Lower(written)) ? kWhole : 0;
      }
      return value.is_url && occurs(value.host, Lower(written)) ? by_host : 0;
    }
    case WarninglistType::kHostname: {
      const std::string form = HostForm(written);
      return form.empty() ? 0 : under(form);
    }
    case WarninglistType::kCidr: {
      const std::string network = NetworkForm(written);
      return !network.empty() && !value.network.empty() &&
                     NetworkHolds(network, value.network)
                 ? by_host
                 : 0;
    }
    case WarninglistType::kRegex:
      return RegexMatches(written, value.written, true) ? kWhole : 0;
  }
  return 0;
}

uint8_t SlowMispParts(const Warninglist& list, const std::string& half) {
  switch (list.type) {
    case WarninglistType::kString:
      return std::find(list.entries.begin(), list.entries.end(), half) !=
             list.entries.end();
    case WarninglistType::kSubstring:
      return std::any_of(list.entries.begin(), list.entries.end(),
                         [&](const std::string& entry) {
                           return half.find(entry) != std::string::npos;
                         });
    case WarninglistType::kHostname:
      return MispHostname(list, half);
    case WarninglistType::kCidr:
      return MispCidr(list, half);
    case WarninglistType::kRegex:
      return std::any_of(list.entries.begin(), list.entries.end(),
                         [&](const std::string& entry) {
                           return RegexMatches(entry, half, false);
                         });
  }
  return 0;
}

}  // namespace

std::vector<WarninglistHit> SlowWarninglistHits(
    const std::vector<Warninglist>& lists, std::string_view type,
    std::string_view value, bool every_list) {
  std::vector<std::pair<std::string, K>> halves;
  const AttributeType* const row = FindAttributeType(type);
  K first = row == nullptr ? K::kCount : row->first;
  if (first == K::kIpPort) first = K::kIp;
  const K second = row == nullptr ? K::kCount : row->second;
  const bool splits =
      type == "malware-sample" || type.find('|') != std::string::npos;
  const size_t bar = splits ? value.find('|') : std::string::npos;
  halves.emplace_back(value.substr(0, bar), first);
  if (bar != std::string::npos) {
    halves.emplace_back(value.substr(bar + 1), second);
  }
  std::vector<WarninglistHit> hits;
  for (size_t i = 0; i < lists.size(); ++i) {
    const Warninglist& list = lists[i];
    const bool applies = every_list || list.matching_attributes.empty() ||
                         std::find(list.matching_attributes.begin(),
                                   list.matching_attributes.end(),
                                   type) != list.matching_attributes.end();
    if (!list.enabled || !applies) continue;
    WarninglistHit hit;
    hit.list = static_cast<uint16_t>(i);
    constexpr uint8_t kLimits =
        WarninglistHit::kOnlyHost | WarninglistHit::kOnlyBelow;
    uint8_t limits = kLimits;
    for (size_t half = 0; half < halves.size(); ++half) {
      const auto part =
          static_cast<uint8_t>(WarninglistHit::kFirstHalf << half);
      const auto& [text, kind] = halves[half];
      const Meaning meaning = MeaningOf(kind, text);
      const uint8_t misp = SlowMispParts(list, text);
      if (hit.misp == 0 && misp != 0) {
        hit.misp = part | (misp & kLimits);
        if (meaning.says_more && (list.type == WarninglistType::kHostname ||
                                  list.type == WarninglistType::kCidr)) {
          hit.misp |= WarninglistHit::kOnlyHost;
        }
      }
      for (const std::string& entry : list.entries) {
        const uint8_t parts = CorrectedEntry(list.type, entry, meaning);
        if (parts == 0) continue;
        hit.corrected |= part;
        limits &= parts;
      }
    }
    if (hit.corrected != 0) hit.corrected |= limits;
    if (hit.misp != 0 || hit.corrected != 0) hits.push_back(hit);
  }
  return hits;
}

}  // namespace mispsift
