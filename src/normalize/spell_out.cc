// What values are compared as: the same thing, spelled out the same way.
//
//   url       scheme    none: what stands behind "://"; "mailto:x", which has
//                       none of these, stays as it is
//             host      lower case, no dots at either end, in punycode if
//                       that is a name
//             port      none where it is the scheme's own; without a scheme,
//                       none where it is 80 or 443
//             path      "/" before a query; one "/" at the url's end goes
//             fragment  none
//             %XX       of letters, digits and "-._~" undone, else upper case
//             Where folding ends the host early, as in "evil.example\uff0fx",
//             host, port and query are left as they are.
//   regkey    the hive's long name, be it short, PowerShell's "HKLM:" or the
//             kernel's \REGISTRY\MACHINE; the keys of a user, by SID, are
//             HKEY_CURRENT_USER, those of <SID>_Classes its Software\Classes;
//             HKLM\SYSTEM\ControlSet001 is CurrentControlSet; no backslash at
//             the end, no "Computer\" before it
//   key|value the key likewise
//   mutex     without the name of the folder that the kernel keeps it in
//   pipe      without the way in which it was asked for
//   string    as a mutex
//
// Source: RFC 3986 sections 6.2.2 and 6.2.3 for urls, and what the URL Standard
// of WHATWG forbids in a host; Windows' documentation of kernel object names
// and registry hives.

#include "mispsift/normalize/spell_out.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"
#include "mispsift/base/ascii_case.h"
#include "mispsift/base/byte_set.h"
#include "mispsift/base/hex_digit.h"
#include "mispsift/base/utf8.h"
#include "mispsift/normalize/normalize.h"
#include "src/normalize/host.h"
#include "src/normalize/misp_checks.h"

namespace mispsift {
namespace {

using K = IndicatorKind;
constexpr size_t kNowhere = std::string_view::npos;

constexpr ByteSet kUnreserved(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~");

// Takes `prefix`, in any case, off the front of `*text` if it is there.
bool Take(std::string_view prefix, std::string_view* text) {
  if (!StartsWithIgnoreCase(*text, prefix)) return false;
  text->remove_prefix(prefix.size());
  return true;
}

// --- Urls ---

// The byte that "%XX" at `text[at]` spells; -1 if none is spelled there.
int EncodedByte(std::string_view text, size_t at) {
  if (at + 2 >= text.size() || text[at] != '%') return -1;
  const int high = HexDigit(text[at + 1]);
  const int low = HexDigit(text[at + 2]);
  return (high | low) > 15 ? -1 : high << 4 | low;
}

bool IsDefaultPort(std::string_view scheme, std::string_view port) {
  if (port.empty()) return true;
  if (port == "80") return scheme.empty() || scheme == "http" || scheme == "ws";
  if (port == "443") {
    return scheme.empty() || scheme == "https" || scheme == "wss";
  }
  return port == "21" && scheme == "ftp";
}

// In punycode. Of a wide slash IDNA makes one that would end the host: what
// would have such is no name, and stays as it is.
void NameInPunycode(std::string* host) {
  static constexpr ByteSet kForbidden(
      std::string_view("\0\t\n\r #/:<>?@[\\]^|%", 18));
  std::string name = *host;
  if (ToPunycode(&name) && !kForbidden.HoldsAnyOf(name)) {
    *host = std::move(name);
  }
}

// Whether folding will make of a wide character what parts urls.
bool PartsWhenFolded(std::string_view authority) {
  if (IsAscii(authority)) return false;
  static constexpr ByteSet kParting("/#@:[]\\ ");
  const auto parting = [](char c) { return kParting.Holds(c); };
  std::string folded;
  FoldText(TextFold::kDatabase, authority, &folded);
  return std::ranges::count_if(folded, parting) !=
         std::ranges::count_if(authority, parting);
}

void AppendAuthority(std::string_view scheme, std::string_view authority,
                     std::string* out) {
  const size_t at = authority.rfind('@');
  if (at != kNowhere) {
    out->append(authority.substr(0, at + 1));
    authority.remove_prefix(at + 1);
  }
  const size_t behind_host =
      authority.starts_with('[') ? authority.find(']') : 0;
  const size_t colon =
      authority.find(':', std::min(behind_host, authority.size()));
  std::string host(authority.substr(0, colon));
  NameInPunycode(&host);
  LowerAscii(&host);
  TrimDots(&host);
  out->append(host);
  if (colon == kNowhere) return;
  const std::string_view port = authority.substr(colon + 1);
  if (!IsDefaultPort(scheme, port)) out->append(":").append(port);
}

bool SpellOutUrl(std::string_view url, std::string* out) {
  std::string scheme;
  std::string_view rest = WithoutScheme(url);
  if (!rest.empty()) {
    scheme = url.substr(0, url.find(':'));
    LowerAscii(&scheme);
  } else if (NamesItsScheme(url)) {
    return false;
  } else {
    rest = url;
  }
  rest = rest.substr(0, rest.find('#'));
  std::string decoded;
  if (UndoPercent(rest, &decoded)) rest = decoded;
  static constexpr ByteSet kEndsAuthority("/?");
  const std::string_view authority = kEndsAuthority.HeadOf(rest);
  const std::string_view path = rest.substr(authority.size());
  out->clear();
  if (PartsWhenFolded(authority)) {
    out->append(authority);
  } else {
    AppendAuthority(scheme, authority, out);
    if (path.starts_with('?')) out->push_back('/');
  }
  out->append(path);
  if (path.ends_with('/') && path.find('?') == kNowhere) out->pop_back();
  return true;
}

// --- Registry keys ---

struct Hive {
  std::string_view name;  // in front of '\', ":\" or the end
  std::string_view long_name;
};
constexpr std::string_view kMachine = "HKEY_LOCAL_MACHINE";
constexpr std::string_view kUser = "HKEY_CURRENT_USER";
constexpr std::string_view kUsers = "HKEY_USERS";
constexpr Hive kHives[] = {
    {kMachine, kMachine},
    {"HKLM", kMachine},
    {R"(\REGISTRY\MACHINE)", kMachine},
    {kUser, kUser},
    {"HKCU", kUser},
    {kUsers, kUsers},
    {"HKU", kUsers},
    {R"(\REGISTRY\USER)", kUsers},
    {"HKEY_CLASSES_ROOT", "HKEY_CLASSES_ROOT"},
    {"HKCR", "HKEY_CLASSES_ROOT"},
    {"HKEY_CURRENT_CONFIG", "HKEY_CURRENT_CONFIG"},
    {"HKCC", "HKEY_CURRENT_CONFIG"},
};

// Takes the hive off `*key`, which then begins with '\' or is empty. Returns
// its long name, empty if there is none.
std::string_view TakeHive(std::string_view* key) {
  for (const Hive& hive : kHives) {
    std::string_view rest = *key;
    if (!Take(hive.name, &rest)) continue;
    if (rest.starts_with(":")) rest.remove_prefix(1);
    if (!rest.empty() && rest[0] != '\\') continue;
    *key = rest;
    return hive.long_name;
  }
  return {};
}

// Takes "\<SID>" of a person off `*key`. What is left is that person's own.
bool TakeUserSid(std::string_view* key, bool* is_classes) {
  std::string_view rest = *key;
  if (!Take("\\S-1-5-21-", &rest)) return false;
  while (!rest.empty() && (IsDigit(rest[0]) || rest[0] == '-')) {
    rest.remove_prefix(1);
  }
  const bool behind_classes = Take("_Classes", &rest);
  if (!rest.empty() && rest[0] != '\\') return false;
  *is_classes = behind_classes;
  *key = rest;
  return true;
}

// "\SYSTEM\ControlSet001" and what follows.
bool TakeControlSet(std::string_view* key) {
  std::string_view rest = *key;
  if (!Take("\\SYSTEM\\ControlSet", &rest) || rest.size() < 3 ||
      !std::ranges::all_of(rest.substr(0, 3), IsDigit)) {
    return false;
  }
  rest.remove_prefix(3);
  if (!rest.empty() && rest[0] != '\\') return false;
  *key = rest;
  return true;
}

bool SpellOutKey(std::string_view key, std::string* out) {
  const std::string_view all = key;
  Take("Computer\\", &key);
  while (key.ends_with('\\')) key.remove_suffix(1);
  std::string_view hive = TakeHive(&key);
  bool is_classes = false;
  if (hive == kUsers && TakeUserSid(&key, &is_classes)) hive = kUser;
  out->assign(hive);
  if (is_classes) out->append("\\Software\\Classes");
  if (hive == kMachine && TakeControlSet(&key)) {
    out->append("\\SYSTEM\\CurrentControlSet");
  }
  out->append(key);
  return *out != all;
}

bool SpellOutKeyAndValue(std::string_view text, std::string* out) {
  const Halves halves = SplitAtBar(text);
  if (!SpellOutKey(halves.first, out)) return false;
  out->append("|").append(halves.second);
  return true;
}

// --- Kernel objects ---

constexpr std::string_view kPipePrefixes[] = {
    R"(\\.\pipe\)", R"(\\?\pipe\)",          R"(\??\pipe\)",
    R"(\.\pipe\)",  R"(\Device\NamedPipe\)", R"(\pipe\)",
};

// "\Sessions\1", of any number that Windows has.
void TakeSession(std::string_view* name) {
  constexpr size_t kMaxDigits = 10;
  std::string_view rest = *name;
  if (!Take("\\Sessions\\", &rest)) return;
  const size_t digits =
      std::min(rest.find_first_not_of("0123456789"), rest.size());
  if (digits > 0 && digits <= kMaxDigits) *name = rest.substr(digits);
}

bool SpellOutMutex(std::string_view mutex, std::string* out) {
  // Every string of a report is asked for.
  static constexpr ByteSet kFirst("\\BbGgLl");
  if (mutex.empty() || !kFirst.Holds(mutex[0])) return false;
  std::string_view name = mutex;
  TakeSession(&name);
  if (!Take("\\BaseNamedObjects\\", &name)) {
    name = mutex;
    Take("BaseNamedObjects\\", &name);
  }
  if (!Take("Global\\", &name)) Take("Local\\", &name);
  if (name.empty() || name.size() == mutex.size()) return false;
  out->assign(name);
  return true;
}

bool SpellOutPipe(std::string_view pipe, std::string* out) {
  std::string_view name = pipe;
  for (const std::string_view prefix : kPipePrefixes) {
    if (!Take(prefix, &name)) continue;
    if (name.empty()) return false;
    out->assign(name);
    return true;
  }
  return false;
}

}  // namespace

bool UndoPercent(std::string_view text, std::string* undone) {
  size_t at = text.find('%');
  if (at == kNowhere) return false;
  undone->assign(text.substr(0, at));
  while (at < text.size()) {
    const int byte = EncodedByte(text, at);
    if (byte < 0) {
      undone->push_back(text[at++]);
      continue;
    }
    if (kUnreserved.Holds(static_cast<char>(byte))) {
      undone->push_back(static_cast<char>(byte));
    } else {
      for (const char c : text.substr(at, 3)) {
        undone->push_back(absl::ascii_toupper(static_cast<unsigned char>(c)));
      }
    }
    at += 3;
  }
  return *undone != text;
}

bool SpellsUnreserved(std::string_view text) {
  const int byte = EncodedByte(text, 0);
  return byte >= 0 && kUnreserved.Holds(static_cast<char>(byte));
}

bool IsPipePath(std::string_view path) {
  return std::ranges::any_of(kPipePrefixes, [path](std::string_view prefix) {
    return path.size() > prefix.size() && StartsWithIgnoreCase(path, prefix);
  });
}

bool SpellOut(IndicatorKind kind, KeyForm form, std::string_view canonical,
              std::string* out) {
  if (form == KeyForm::kWholeString) return SpellOutMutex(canonical, out);
  if (form == KeyForm::kMispValue) return false;
  switch (kind) {
    case K::kUrl:
      return SpellOutUrl(canonical, out);
    case K::kRegkey:
      return SpellOutKey(canonical, out);
    case K::kRegkeyValue:
      return SpellOutKeyAndValue(canonical, out);
    case K::kMutex:
      return SpellOutMutex(canonical, out);
    case K::kNamedPipe:
      return SpellOutPipe(canonical, out);
    default:
      return false;
  }
}

}  // namespace mispsift
