#include "tools/corpus/background.h"

#include <cstdint>

#include "tools/corpus/text.h"

namespace mispsift::corpus {

std::string_view Background::Host() {
  text_.clear();
  AppendWord(&random_, &text_);
  text_ += '.';
  AppendWord(&random_, &text_);
  return text_ += random_.Percent(50) ? ".test" : ".example";
}

std::string_view Background::Ip() {
  text_ = "192.0.2.";
  AppendNumber(2 + random_.Below(98), &text_);
  return text_;
}

std::string_view Background::Module() {
  static constexpr std::string_view kSystem[] = {
      "kernel32.dll", "ntdll.dll",   "user32.dll",  "advapi32.dll",
      "ole32.dll",    "shell32.dll", "ws2_32.dll",  "wininet.dll",
      "crypt32.dll",  "rpcrt4.dll",  "shlwapi.dll", "comctl32.dll"};
  text_ = random_.Of(kSystem);
  return text_;
}

std::string_view Background::Function() {
  static constexpr std::string_view kVerbs[] = {
      "Get", "Set", "Open", "Query", "Create", "Enum", "Is"};
  static constexpr std::string_view kNouns[] = {
      "FileAttributesW", "ProcessHeap",   "ThreadLocale",  "WindowTextW",
      "LocaleInfoA",     "SystemMetrics", "ModuleHandleA", "TimerQueue"};
  text_ = random_.Of(kVerbs);
  return text_ += random_.Of(kNouns);
}

std::string_view Background::Path() {
  static constexpr std::string_view kFolders[] = {
      "C:\\Windows\\System32\\",
      "C:\\Windows\\winsxs\\x86\\",
      "C:\\Users\\lab\\AppData\\Local\\Temp\\",
      "C:\\Users\\lab\\AppData\\Roaming\\",
      "C:\\Program Files\\Common Files\\",
      "C:\\Users\\lab\\AppData\\Local\\Microsoft\\Windows\\Caches\\",
      "\\??\\C:\\Users\\lab\\Desktop\\"};
  static constexpr std::string_view kEnds[] = {".dll", ".tmp", ".dat",
                                               ".log", ".ini", ".exe"};
  text_ = random_.Of(kFolders);
  AppendWord(&random_, &text_);
  if (random_.Percent(40)) {
    text_ += '\\';
    AppendWord(&random_, &text_);
  }
  return text_ += random_.Of(kEnds);
}

std::string_view Background::Key() {
  static constexpr std::string_view kHives[] = {
      "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\",
      "HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Services\\",
      "HKEY_LOCAL_MACHINE\\SOFTWARE\\Classes\\CLSID\\",
      "HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\"
      "Explorer\\",
      "HKEY_CLASSES_ROOT\\"};
  text_ = random_.Of(kHives);
  if (random_.Percent(30)) {
    AppendGuid();
  } else {
    AppendWord(&random_, &text_);
  }
  text_ += '\\';
  AppendWord(&random_, &text_);
  return text_;
}

std::string_view Background::Handle() {
  text_ = "0x0000";
  AppendHex(&random_, 4, &text_);
  return text_;
}

std::string_view Background::Address() {
  text_ = "0x00";
  AppendHex(&random_, 6, &text_);
  return text_;
}

std::string_view Background::Name() {
  text_.clear();
  AppendWord(&random_, &text_);
  return text_;
}

std::string_view Background::HexText(size_t digits) {
  text_.clear();
  AppendHex(&random_, digits, &text_);
  return text_;
}

std::string_view Background::Buffer() {
  text_.clear();
  for (uint32_t pieces = 2 + random_.Below(10); pieces > 0; --pieces) {
    switch (random_.Below(5)) {
      case 0:
        text_.append(1 + random_.Below(6), '\0');
        break;
      case 1:
        text_.push_back(static_cast<char>(1 + random_.Below(31)));
        break;
      case 2:
        AppendHighByte();
        break;
      default:
        AppendWord(&random_, &text_);
        text_ += ' ';
    }
  }
  return text_;
}

std::string_view Background::Printable() {
  text_.clear();
  if (random_.Percent(40)) {
    const uint32_t words = 1 + random_.Below(6);
    for (uint32_t i = 0; i < words; ++i) {
      if (i > 0) text_ += ' ';
      AppendWord(&random_, &text_);
    }
    return text_;
  }
  for (uint32_t length = 4 + random_.Below(28); length > 0; --length) {
    text_.push_back(static_cast<char>(0x21 + random_.Below(0x5e)));
  }
  if (random_.Percent(3)) text_ += "\xc3\xa9\xe2\x82\xac";
  return text_;
}

void Background::AppendGuid() {
  text_ += '{';
  for (const size_t digits : {8, 4, 4, 4, 12}) {
    if (digits != 8) text_ += '-';
    AppendHex(&random_, digits, &text_);
  }
  text_ += '}';
}

void Background::AppendHighByte() {
  const uint32_t byte = 0x80 + random_.Below(0x80);
  text_.push_back(static_cast<char>(0xc0 | byte >> 6));
  text_.push_back(static_cast<char>(0x80 | (byte & 0x3f)));
}

}  // namespace mispsift::corpus
