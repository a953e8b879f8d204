#include "mispsift/normalize/generic_names.h"

#include <algorithm>
#include <iterator>
#include <span>
#include <string>

#include "mispsift/base/ascii_case.h"
#include "mispsift/normalize/normalize.h"

namespace mispsift {
namespace {

using K = IndicatorKind;

// All of these are sorted, and in lower case.
constexpr std::string_view kFileNames[] = {
    "1.bat",         "1.dll",          "1.exe",        "1.tmp",
    "1.txt",         "2.exe",          "a.bat",        "a.dll",
    "a.exe",         "a.txt",          "autorun.inf",  "b.exe",
    "certutil.exe",  "client.exe",     "cmd.exe",      "config.ini",
    "conhost.exe",   "cscript.exe",    "csrss.exe",    "data.bin",
    "data.dat",      "desktop.ini",    "dllhost.exe",  "doc.doc",
    "document.doc",  "document.docx",  "document.pdf", "download.exe",
    "explorer.exe",  "file.exe",       "file.txt",     "flashplayer.exe",
    "iexplore.exe",  "image.jpg",      "index.html",   "install.exe",
    "installer.exe", "invoice.doc",    "invoice.docx", "invoice.exe",
    "invoice.pdf",   "invoice.zip",    "loader.exe",   "lsass.exe",
    "malware.exe",   "mshta.exe",      "msiexec.exe",  "net.exe",
    "new.exe",       "notepad.exe",    "patch.exe",    "payload.bin",
    "payload.exe",   "powershell.exe", "program.exe",  "readme.txt",
    "reg.exe",       "regedit.exe",    "regsvr32.exe", "rundll32.exe",
    "sample.bin",    "sample.exe",     "scan.pdf",     "schtasks.exe",
    "server.exe",    "services.exe",   "setup.exe",    "setup.msi",
    "smss.exe",      "spoolsv.exe",    "svchost.exe",  "taskhost.exe",
    "temp.exe",      "temp.tmp",       "test.bat",     "test.dll",
    "test.exe",      "test.txt",       "tmp.exe",      "uninstall.exe",
    "update.exe",    "updater.exe",    "userinit.exe", "virus.exe",
    "wininit.exe",   "winlogon.exe",   "wmic.exe",     "wscript.exe",
};
constexpr std::string_view kSystemFolders[] = {
    "%systemroot%",
    R"(%systemroot%\system32)",
    "%windir%",
    R"(%windir%\system32)",
    R"(c:\windows)",
    R"(c:\windows\system32)",
    R"(c:\windows\syswow64)",
};
// As they are compared (spell_out.h).
constexpr std::string_view kKeys[] = {
    R"(hkey_current_user\software\microsoft\windows\currentversion\explorer\shell folders)",
    R"(hkey_current_user\software\microsoft\windows\currentversion\explorer\user shell folders)",
    R"(hkey_current_user\software\microsoft\windows\currentversion\internet settings)",
    R"(hkey_current_user\software\microsoft\windows\currentversion\policies\explorer)",
    R"(hkey_current_user\software\microsoft\windows\currentversion\policies\system)",
    R"(hkey_current_user\software\microsoft\windows\currentversion\run)",
    R"(hkey_current_user\software\microsoft\windows\currentversion\runonce)",
    R"(hkey_current_user\software\policies\microsoft\windows\system)",
    R"(hkey_local_machine\software\microsoft\windows nt\currentversion\image file execution options)",
    R"(hkey_local_machine\software\microsoft\windows nt\currentversion\winlogon)",
    R"(hkey_local_machine\software\microsoft\windows\currentversion\explorer\shell folders)",
    R"(hkey_local_machine\software\microsoft\windows\currentversion\policies\explorer)",
    R"(hkey_local_machine\software\microsoft\windows\currentversion\policies\system)",
    R"(hkey_local_machine\software\microsoft\windows\currentversion\run)",
    R"(hkey_local_machine\software\microsoft\windows\currentversion\runonce)",
    R"(hkey_local_machine\software\policies\microsoft\windows\system)",
    R"(hkey_local_machine\system\currentcontrolset\control\lsa)",
    R"(hkey_local_machine\system\currentcontrolset\control\session manager)",
    R"(hkey_local_machine\system\currentcontrolset\services)",
};
constexpr std::string_view kHosts[] = {"ado.net", "asp.net", "vb.net"};
static_assert(std::is_sorted(std::begin(kFileNames), std::end(kFileNames)));
static_assert(std::is_sorted(std::begin(kSystemFolders),
                             std::end(kSystemFolders)));
static_assert(std::is_sorted(std::begin(kKeys), std::end(kKeys)));
static_assert(std::is_sorted(std::begin(kHosts), std::end(kHosts)));

bool IsIn(std::span<const std::string_view> sorted, std::string_view text) {
  return std::binary_search(sorted.begin(), sorted.end(), text);
}

bool IsOfTheSystem(std::string_view path) {
  const std::string_view name = Basename(path);
  if (name.size() == path.size()) return false;
  return IsIn(kFileNames, name) &&
         IsIn(kSystemFolders, path.substr(0, path.size() - name.size() - 1));
}

}  // namespace

bool IsGeneric(IndicatorKind kind, std::string_view canonical) {
  if (kind != K::kFilename && kind != K::kFilepath && kind != K::kRegkey &&
      kind != K::kHost) {
    return false;
  }
  std::string compared;
  ComparedForm(kind, KeyForm::kValue, canonical, &compared);
  switch (kind) {
    case K::kFilename:
      return IsIn(kFileNames, compared);
    case K::kFilepath:
      return IsOfTheSystem(compared);
    case K::kRegkey:
      return IsIn(kKeys, compared);
    default:
      return IsIn(kHosts, compared);
  }
}

}  // namespace mispsift
