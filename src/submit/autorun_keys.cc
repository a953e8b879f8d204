#include "src/submit/autorun_keys.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "mispsift/base/ascii_case.h"

namespace mispsift {
namespace {

// What such a key holds, whatever its hive, user and control set; in lower
// case.
constexpr std::string_view kParts[] = {
    R"(\currentversion\run\)",
    R"(\currentversion\runonce)",
    R"(\currentversion\runservices)",
    R"(\currentversion\policies\explorer\run\)",
    R"(\currentversion\policies\system\shell\)",
    R"(\currentversion\shellserviceobjectdelayload\)",
    R"(\currentversion\explorer\browser helper objects\)",
    R"(\currentversion\explorer\shellexecutehooks\)",
    R"(\currentversion\explorer\shell folders\startup\)",
    R"(\currentversion\explorer\user shell folders\startup\)",
    R"(\currentversion\explorer\shell folders\common startup\)",
    R"(\currentversion\explorer\user shell folders\common startup\)",
    R"(\windows nt\currentversion\winlogon\)",
    R"(\windows nt\currentversion\windows\load\)",
    R"(\windows nt\currentversion\windows\run\)",
    R"(\windows nt\currentversion\windows\appinit_dlls\)",
    R"(\windows nt\currentversion\image file execution options\)",
    R"(\windows nt\currentversion\silentprocessexit\)",
    R"(\windows nt\currentversion\schedule\taskcache\)",
    R"(\microsoft\active setup\installed components\)",
    R"(\control\session manager\bootexecute\)",
    R"(\control\session manager\appcertdlls\)",
    R"(\control\lsa\authentication packages\)",
    R"(\control\lsa\security packages\)",
    R"(\control\lsa\notification packages\)",
    R"(\environment\userinitmprlogonscript\)",
};

// "...\ControlSet001\Services\name", not the key of all services.
bool IsOfAService(std::string_view lower) {
  constexpr std::string_view kServices = R"(\services\)";
  size_t at = lower.find(R"(\currentcontrolset)");
  if (at == std::string_view::npos) at = lower.find(R"(\controlset0)");
  if (at == std::string_view::npos) return false;
  at = lower.find('\\', at + 1);
  return at != std::string_view::npos &&
         lower.substr(at).starts_with(kServices) &&
         lower.size() > at + kServices.size();
}

}  // namespace

bool IsAutorunKey(std::string_view key) {
  std::string lower(key);
  LowerAscii(&lower);
  if (IsOfAService(lower)) return true;
  // The key itself counts as what is below it does.
  lower.push_back('\\');
  return std::any_of(std::begin(kParts), std::end(kParts),
                     [&lower](std::string_view part) {
                       return lower.find(part) != std::string::npos;
                     });
}

}  // namespace mispsift
