#include "mispsift/normalize/generic_names.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "mispsift/base/ascii_case.h"

namespace mispsift {
namespace {

// Sorted. Names that installers, the system itself, and those who name a sample
// in a hurry give; short, since each takes away from what a match says.
constexpr std::string_view kNames[] = {
    "1.bat",          "1.dll",           "1.exe",         "1.tmp",
    "1.txt",          "2.exe",           "a.bat",         "a.dll",
    "a.exe",          "a.txt",           "autorun.inf",   "b.exe",
    "client.exe",     "cmd.exe",         "config.ini",    "conhost.exe",
    "csrss.exe",      "data.bin",        "data.dat",      "desktop.ini",
    "dllhost.exe",    "doc.doc",         "document.doc",  "document.docx",
    "document.pdf",   "download.exe",    "explorer.exe",  "file.exe",
    "file.txt",       "flashplayer.exe", "iexplore.exe",  "image.jpg",
    "index.html",     "install.exe",     "installer.exe", "invoice.doc",
    "invoice.docx",   "invoice.exe",     "invoice.pdf",   "invoice.zip",
    "loader.exe",     "lsass.exe",       "malware.exe",   "new.exe",
    "notepad.exe",    "patch.exe",       "payload.bin",   "payload.exe",
    "powershell.exe", "program.exe",     "readme.txt",    "regsvr32.exe",
    "rundll32.exe",   "sample.bin",      "sample.exe",    "scan.pdf",
    "server.exe",     "services.exe",    "setup.exe",     "setup.msi",
    "svchost.exe",    "temp.exe",        "temp.tmp",      "test.bat",
    "test.dll",       "test.exe",        "test.txt",      "tmp.exe",
    "uninstall.exe",  "update.exe",      "updater.exe",   "virus.exe",
    "winlogon.exe",   "wscript.exe",
};
static_assert(std::is_sorted(std::begin(kNames), std::end(kNames)));

}  // namespace

bool IsGenericFileName(std::string_view name) {
  std::string lower(name);
  LowerAscii(&lower);
  return std::binary_search(std::begin(kNames), std::end(kNames), lower);
}

}  // namespace mispsift
