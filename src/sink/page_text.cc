#include "src/sink/page_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "mispsift/base/utf8.h"

namespace mispsift {
namespace {

constexpr std::string_view kEllipsis = "\xE2\x80\xA6";

// U+2028 and U+2029 are E2 80 A8 and E2 80 A9.
bool IsLineSeparator(std::string_view text) {
  return text.size() >= 3 && text.starts_with("\xE2\x80") &&
         (text[2] == '\xA8' || text[2] == '\xA9');
}

}  // namespace

std::string EscapeForScript(std::string_view json) {
  std::string out;
  out.reserve(json.size() + json.size() / 16);
  for (size_t i = 0; i < json.size(); ++i) {
    switch (json[i]) {
      case '<':
        out += "\\u003c";
        break;
      case '>':
        out += "\\u003e";
        break;
      case '&':
        out += "\\u0026";
        break;
      case '\xE2':
        if (IsLineSeparator(json.substr(i))) {
          out += json[i + 2] == '\xA8' ? "\\u2028" : "\\u2029";
          i += 2;
          break;
        }
        [[fallthrough]];
      default:
        out += json[i];
    }
  }
  return out;
}

std::string ClipText(std::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return std::string(text);
  const size_t most = max_bytes - std::min(max_bytes, kEllipsis.size());
  return fmt::format("{}{}", Utf8Head(text, most), kEllipsis);
}

std::string EventUrl(std::string_view location, std::string_view event) {
  std::string_view rest;
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (location.starts_with(scheme)) rest = location.substr(scheme.size());
  }
  const bool plain = std::all_of(rest.begin(), rest.end(), [](char c) {
    return c > ' ' && c < '\x7F' && c != '@' && c != '?' && c != '#' &&
           c != '\\' && c != '"' && c != '<' && c != '>';
  });
  if (!plain || rest.empty() || rest.starts_with('/') || event.empty()) {
    return "";
  }
  if (location.ends_with('/')) location.remove_suffix(1);
  return fmt::format("{}/events/view/{}", location, event);
}

}  // namespace mispsift
