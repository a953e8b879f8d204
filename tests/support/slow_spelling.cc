#include "tests/support/slow_spelling.h"

#include <algorithm>
#include <cstdlib>
#include <regex>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "mispsift/base/utf8.h"
#include "mispsift/normalize/normalize.h"
#include "src/normalize/host.h"

namespace mispsift {
namespace {

using Rewrites = std::vector<std::pair<const char*, const char*>>;

// `.` is any byte but a line's end, which no such value has.
std::string Rewrite(std::string text, const Rewrites& rewrites) {
  for (const auto& [pattern, by] : rewrites) {
    text = std::regex_replace(
        text, std::regex(pattern, std::regex::icase | std::regex::ECMAScript),
        by);
  }
  return text;
}

std::string Key(const std::string& key) {
  const Rewrites by_hive = {
      {R"(^Computer\\)", ""},
      {R"(\\+$)", ""},
      {R"(^(HKLM|HKEY_LOCAL_MACHINE|\\REGISTRY\\MACHINE):?(?=\\|$))",
       "HKEY_LOCAL_MACHINE"},
      {R"(^(HKU|HKEY_USERS|\\REGISTRY\\USER):?(?=\\|$))", "HKEY_USERS"},
      {R"(^(HKCR|HKEY_CLASSES_ROOT):?(?=\\|$))", "HKEY_CLASSES_ROOT"},
      {R"(^(HKCC|HKEY_CURRENT_CONFIG):?(?=\\|$))", "HKEY_CURRENT_CONFIG"},
      {R"(^(HKCU|HKEY_CURRENT_USER):?(?=\\|$))", "HKEY_CURRENT_USER"},
      {R"(^HKEY_USERS\\S-1-5-21-[-0-9]*_Classes(?=\\|$))",
       "HKEY_CURRENT_USER\\Software\\Classes"},
      {R"(^HKEY_USERS\\S-1-5-21-[-0-9]*(?=\\|$))", "HKEY_CURRENT_USER"},
      {R"(^HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet[0-9][0-9][0-9](?=\\|$))",
       "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet"},
  };
  return Rewrite(key, by_hive);
}

std::string Mutex(const std::string& mutex) {
  const std::string name = Rewrite(
      mutex,
      {{R"(^((\\Sessions\\[0-9]{1,10})?\\BaseNamedObjects\\|BaseNamedObjects\\)?(Global\\|Local\\)?)",
        ""}});
  return name.empty() ? mutex : name;
}

std::string Pipe(const std::string& pipe) {
  const std::string name = Rewrite(
      pipe,
      {{R"(^(\\\\\.\\pipe|\\\\\?\\pipe|\\\?\?\\pipe|\\\.\\pipe|\\pipe|\\Device\\NamedPipe)\\)",
        ""}});
  return name.empty() ? pipe : name;
}

std::string WithoutPercent(const std::string& text) {
  static const std::regex kPercent("%[0-9A-Fa-f]{2}");
  std::string undone;
  auto rest = text.begin();
  for (std::sregex_iterator at(text.begin(), text.end(), kPercent), end;
       at != end; ++at) {
    undone.append(rest, text.begin() + at->position());
    rest = text.begin() + at->position() + 3;
    const char byte = static_cast<char>(
        std::strtol(at->str().substr(1).c_str(), nullptr, 16));
    const bool unreserved =
        absl::ascii_isalnum(static_cast<unsigned char>(byte)) || byte == '-' ||
        byte == '.' || byte == '_' || byte == '~';
    undone +=
        unreserved ? std::string(1, byte) : absl::AsciiStrToUpper(at->str());
  }
  undone.append(rest, text.end());
  return undone;
}

// Whether a character that is none of ASCII's is folded to what parts urls.
bool PartsWhenFolded(const std::string& authority) {
  for (size_t i = 0; i < authority.size();) {
    size_t bytes = 0;
    FirstCharacter(std::string_view(authority).substr(i), &bytes);
    std::string folded;
    FoldText(TextFold::kDatabase, authority.substr(i, bytes), &folded);
    if (bytes > 1 && folded.find_first_of("/#@:[]\\ ") != std::string::npos) {
      return true;
    }
    i += bytes;
  }
  return false;
}

// `url`, whose path and query are `path`.
std::string WithoutLastSlash(std::string url, const std::string& path) {
  if (path.ends_with('/') && path.find('?') == std::string::npos) {
    url.pop_back();
  }
  return url;
}

std::string Url(const std::string& url) {
  if (NamesItsScheme(url) && WithoutScheme(url).empty()) return url;
  std::string whole = url;
  const size_t fragment = whole.find('#');
  if (fragment != std::string::npos) whole.resize(fragment);
  std::string scheme;
  if (NamesItsScheme(url)) {
    scheme = absl::AsciiStrToLower(whole.substr(0, whole.find(':')));
    whole.erase(0, whole.find(':') + 3);
  }
  whole = WithoutPercent(whole);
  const size_t authority_end =
      std::min(whole.find_first_of("/?"), whole.size());
  std::string authority = whole.substr(0, authority_end);
  std::string path = whole.substr(authority_end);
  if (PartsWhenFolded(authority)) return WithoutLastSlash(whole, path);
  std::string user;
  if (const size_t at = authority.rfind('@'); at != std::string::npos) {
    user = authority.substr(0, at + 1);
    authority.erase(0, at + 1);
  }
  std::string port;
  const size_t colon =
      authority.starts_with('[') && authority.find(']') != std::string::npos
          ? authority.find(':', authority.find(']'))
          : authority.find(':');
  if (colon != std::string::npos) {
    port = authority.substr(colon);
    authority.resize(colon);
  }
  for (const auto& [own, of_scheme] :
       {std::pair(":80", "http"), std::pair(":80", "ws"),
        std::pair(":443", "https"), std::pair(":443", "wss"),
        std::pair(":21", "ftp"), std::pair(":80", ""), std::pair(":443", ""),
        std::pair(":", scheme.c_str())}) {
    if (port == own && scheme == of_scheme) port.clear();
  }
  std::string host = authority;
  if (!ToPunycode(&host) ||
      host.find_first_of("/#?@:[]<>\\^|% ") != std::string::npos) {
    host = authority;
  }
  host = absl::AsciiStrToLower(host);
  while (host.starts_with('.')) host.erase(0, 1);
  while (host.ends_with('.')) host.pop_back();
  if (path.starts_with('?')) path.insert(0, "/");
  return WithoutLastSlash(user + host + port + path, path);
}

}  // namespace

std::string SlowSpelling(IndicatorKind kind, const std::string& canonical) {
  switch (kind) {
    case IndicatorKind::kUrl:
      return Url(canonical);
    case IndicatorKind::kRegkey:
      return Key(canonical);
    case IndicatorKind::kRegkeyValue: {
      const size_t bar = canonical.find('|');
      return Key(canonical.substr(0, bar)) + canonical.substr(bar);
    }
    case IndicatorKind::kMutex:
      return Mutex(canonical);
    case IndicatorKind::kNamedPipe:
      return Pipe(canonical);
    default:
      return canonical;
  }
}

}  // namespace mispsift
