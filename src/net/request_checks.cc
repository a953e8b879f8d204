#include "src/net/request_checks.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "mispsift/base/check.h"

namespace mispsift {
namespace {

bool IsControl(char c) {
  return absl::ascii_iscntrl(static_cast<unsigned char>(c));
}

bool IsHeaderLine(std::string_view line) {
  const size_t colon = line.find(':');
  if (colon == 0 || colon == std::string_view::npos) return false;
  return line.substr(0, colon).find(' ') == std::string_view::npos &&
         !HasControlCharacter(line);
}

}  // namespace

bool HasControlCharacter(std::string_view text) {
  return std::any_of(text.begin(), text.end(), IsControl);
}

std::string PrintableAscii(std::string_view text) {
  std::string printable(text);
  for (char& c : printable) {
    if (!absl::ascii_isprint(static_cast<unsigned char>(c))) c = '?';
  }
  return printable;
}

bool HasHeader(const HttpRequest& request, std::string_view name) {
  return std::any_of(
      request.headers.begin(), request.headers.end(),
      [name](const std::string& line) {
        return absl::AsciiStrToLower(line.substr(0, line.find(':'))) == name;
      });
}

void CheckRequest(const HttpRequest& request) {
  MISPSIFT_CHECK(request.method == "POST" ||
                 (request.method == "GET" && request.body.empty()));
  MISPSIFT_CHECK(std::all_of(request.headers.begin(), request.headers.end(),
                             IsHeaderLine));
  const bool secret = HasHeader(request, "authorization") ||
                      HasHeader(request, "cookie") ||
                      HasHeader(request, "proxy-authorization");
  MISPSIFT_CHECK(!(request.follow_redirects && secret));
}

}  // namespace mispsift
