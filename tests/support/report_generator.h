#ifndef MISPSIFT_TESTS_SUPPORT_REPORT_GENERATOR_H_
#define MISPSIFT_TESTS_SUPPORT_REPORT_GENERATOR_H_

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "src/cuckoo/place_rows.h"
#include "src/cuckoo/places.h"
#include "tests/support/disguises.h"

namespace mispsift {

// Writes documents that look like reports: the sections and keys of all
// dialects in any order and mixture, and at each of them any type of value,
// the right one more often than not.
class ReportGenerator {
 public:
  // `more_texts` come as often as all of its own; then a third of all is
  // Disguised().
  explicit ReportGenerator(uint64_t seed,
                           std::vector<std::string> more_texts = {})
      : random_(seed), more_texts_(std::move(more_texts)) {
    for (const PlaceRow& row : PlaceRows()) {
      for (size_t begin = 0; begin < row.keys.size();) {
        size_t end = row.keys.find(' ', begin);
        if (end == std::string_view::npos) end = row.keys.size();
        keys_.push_back(
            {row.in, std::string(row.keys.substr(begin, end - begin))});
        begin = end + 1;
      }
    }
  }

  std::string Report() {
    // Half of them are few sections that are more as they should be.
    is_orderly_ = Chance(50);
    budget_ = is_orderly_ ? 180 : 120;
    return Blank() + Object(Place(), 0) + Blank();
  }

  // JSON's spelling of one of the texts that it puts into reports.
  std::string QuotedText() { return Quoted(Text()); }

 private:
  int Below(int n) {
    return std::uniform_int_distribution<int>(0, n - 1)(random_);
  }
  bool Chance(int percent) { return Below(100) < percent; }
  template <typename T>
  const T& Pick(const std::vector<T>& from) {
    return from[static_cast<size_t>(Below(static_cast<int>(from.size())))];
  }

  std::string Blank() {
    static const std::vector<std::string> blanks = {"", "", " ", "\n",
                                                    "\t \r\n"};
    return Pick(blanks);
  }

  std::string Key(Place place) {
    if (Chance(8)) return Pick(keys_).second;
    if (Chance(8)) return Text();
    std::vector<std::string> fitting;
    for (const auto& [area, key] : keys_) {
      if (area == place.area) fitting.push_back(key);
      // Keys that mean the same everywhere, and those of base areas.
      if (area == Area::kAny || area == Area::kFile || area == Area::kFlow) {
        if (Chance(5)) fitting.push_back(key);
      }
      if (area == Area::kHashedFile && Chance(30)) fitting.push_back(key);
    }
    if (place.area == Area::kTtp && Chance(40)) return Pick(kAttackIds);
    if (fitting.empty() || Chance(5)) return "other";
    std::string key = Pick(fitting);
    if (Chance(5)) key[0] = static_cast<char>(std::toupper(key[0]));
    return key;
  }

  // Whether objects, or lists of them, are what a report has there.
  bool IsObject(Place place) const {
    return place.field == Field::kText && place.slot == Slot::kNone &&
           std::any_of(keys_.begin(), keys_.end(), [place](const auto& row) {
             return row.first == place.area;
           });
  }

  // What belongs together comes together; in any order.
  std::vector<std::string> AllKeys(Place place) {
    constexpr size_t kMost = 12;
    std::vector<std::string> keys;
    for (const auto& [area, key] : keys_) {
      if (area == place.area) keys.push_back(key);
    }
    std::shuffle(keys.begin(), keys.end(), random_);
    keys.resize(std::min(keys.size(), kMost));
    return keys;
  }

  std::string Value(Place place, int depth) {
    --budget_;
    const bool may_nest = budget_ > 0 && depth < 12;
    // A signature has several techniques as often as one.
    if (may_nest && is_orderly_ && place.area == Area::kTtp && Chance(50)) {
      return List(place, depth + 1);
    }
    if (Chance(is_orderly_ ? 90 : 10) && Likely(place) != nullptr) {
      return Quoted(*Likely(place));
    }
    if (place.slot == Slot::kFileSize || place.slot == Slot::kSeverity) {
      if (Chance(70)) return Scalar();
    }
    const int kind = Below(10);
    const int objects = !is_orderly_ ? 4 : IsObject(place) ? 7 : 1;
    if (may_nest && kind < objects) return Object(place, depth + 1);
    if (may_nest && kind < objects + 2) return List(place, depth + 1);
    if (kind == 9) return Scalar();
    return Quoted(Text());
  }

  std::string Object(Place place, int depth) {
    if (is_orderly_ && place.area == Area::kMark && Chance(50)) {
      // Four values that chance rarely brings together.
      return Chance(50) ? R"({"category":"url","ioc":"http://evil.example/d"})"
                        : R"({"ioc":"http://evil.example/e","category":"url"})";
    }
    if (is_orderly_ && place.area == Area::kDns && Chance(50)) {
      return R"({"request":"evil.example","answers":[{"type":"A",)"
             R"("data":"192.0.2.9"}]})";
    }
    std::string json = "{";
    // What tells dialects apart without a place of its own.
    if (place.area == Area::kProcess && Chance(50)) json += R"("ppid":4,)";
    std::vector<std::string> keys;
    int members = 1 + Below(5);
    if (place.area == Area::kRoot) {
      static const std::vector<std::string> sections = {
          "target",   "dropped",    "network", "suricata",
          "behavior", "signatures", "ttps",    "metadata"};
      static const std::vector<std::string> infos = {
          "{}", R"({"id":7,"started":"2026-11-27 20:00:00","score":1.5})",
          R"({"score":0.5,"version":"2.0.7","id":"8","category":"url"})"};
      if (is_orderly_) keys = {Pick(sections), Pick(sections)};
      // Of a section in which much must come together there are more.
      if (is_orderly_ && Chance(25)) keys.front() = "signatures";
      if (is_orderly_) json += "\"info\":" + Pick(infos) + ",";
      members = is_orderly_ ? 2 : 10;
    } else if (Chance(is_orderly_ ? 90 : 10)) {
      keys = AllKeys(place);
    }
    while (keys.size() < static_cast<size_t>(members)) {
      keys.push_back(Key(place));
    }
    for (size_t i = 0; i < keys.size() && budget_ > 0; ++i) {
      if (i > 0) json += ',';
      const std::string& key = keys[i];
      json += Blank() + Quoted(key) + Blank() + ':' + Blank();
      const Place below = MemberPlace(place, key);
      // A section of a report is an object or a list of them.
      if (place.area == Area::kRoot && below.area != Area::kPlain &&
          Chance(80)) {
        json += Chance(50) ? Object(below, depth + 1) : List(below, depth + 1);
      } else {
        json += Value(below, depth);
      }
    }
    return json + Blank() + '}';
  }

  std::string List(Place place, int depth) {
    std::string json = "[";
    const int elements = Below(4) + (is_orderly_ ? 1 : 0);
    for (int i = 0; i < elements && budget_ > 0; ++i) {
      if (i > 0) json += ',';
      json += Blank() +
              Value(ElementPlace(place, static_cast<size_t>(i)), depth) +
              Blank();
    }
    return json + ']';
  }

  // What little else than chance would bring to a place; null: anything will
  // do there.
  const std::string* Likely(Place place) {
    static const std::vector<std::string> selectors = {"A", "AAAA", "url",
                                                       "User-Agent"};
    static const std::vector<std::string> named = {"192.0.2.9", "2001:db8::9",
                                                   "http://evil.example/doc"};
    static const std::vector<std::string> names = {"malicious_document_urls",
                                                   "evil_signature"};
    static const std::vector<std::string> requests = {
        "GET / HTTP/1.1\r\nUser-Agent: evil/1.0\r\n\r\n"};
    static const std::vector<std::string> hashes = {
        "96:AbCdEf:GhIjKl", std::string(128, 'a'), std::string(64, 'B')};
    switch (place.slot) {
      case Slot::kSelector:
        return &Pick(selectors);
      case Slot::kNamed:
        return &Pick(named);
      case Slot::kSignatureName:
      case Slot::kTtpSignature:
        return &Pick(names);
      case Slot::kAttackId:
        return &Pick(kAttackIds);
      case Slot::kRequest:
        return &Pick(requests);
      case Slot::kOwnAddress:
        return &named.front();
      case Slot::kSha256:
      case Slot::kSha512:
      case Slot::kSsdeep:
        return &Pick(hashes);
      default:
        return nullptr;
    }
  }

  std::string Scalar() {
    static const std::vector<std::string> scalars = {
        "null",         "true", "false", "0",
        "80",           "443",  "8080",  "65535",
        "65536",        "-1",   "1.5e3", "12345678901234567890123",
        "1463490000.25"};
    return Pick(scalars);
  }

  std::string Text() {
    if (more_texts_.empty()) return PlainText();
    const std::string text = Chance(50) ? Pick(more_texts_) : PlainText();
    return Chance(33) ? Disguised(text, &random_) : text;
  }

  std::string PlainText() {
    static const std::vector<std::string> texts = {
        "",
        " ",
        "None",
        "A",
        "AAAA",
        "CNAME",
        "MX",
        "file",
        "url",
        "domain",
        "registry",
        "mutex",
        "ip",
        "User-Agent",
        "host",
        "http",
        "https",
        "80",
        "8080",
        "0x80000001",
        "HKEY_LOCAL_MACHINE",
        "Software\\Example\\Run",
        "HKEY_CURRENT_USER\\Software\\Example\\Run\\evil",
        "/gate.php?id=1",
        "https://evil.example/gate.php",
        "http://user@evil.example:8080/a?b=http://other.example/x",
        "http://192.0.2.9:4444/x",
        "http://[2001:db8::9]:4444/x",
        "evil.example",
        "EVIL.Example.",
        "evil.example:8080",
        "evil.example/gate.php",
        "192.0.2.9",
        "192.0.2.9:443",
        "[2001:db8::1]:443",
        "2001:db8::1",
        "content://sms/",
        "ftp://evil.example/x",
        "mailto:eve@evil.example",
        "Eve <eve@evil.example>",
        "eve@evil.example",
        "C:\\Users\\eve\\evil.exe",
        "0;?C:\\Users\\eve\\evil.exe",
        "9;?C:\\evil.exe;?C:\\a\\b.exe;?0x5C0000;?",
        "\\\\.\\pipe\\evil",
        "\\Device\\NamedPipe\\evil",
        "\\??\\PIPE\\evil",
        "/tmp/evil.sh",
        "evil.exe",
        "0123456789abcdef_evil.exe",
        "cmd /c C:\\evil.exe http://evil.example/a 192.0.2.9",
        "d41d8cd98f00b204e9800998ecf8427e",
        "DA39A3EE5E6B4B0D3255BFEF95601890AFD80709",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "96:AbCdEf:GhIjKl",
        "da:39:a3:ee:5e:6b:4b:0d:32:55:bf:ef:95:60:18:90:af:d8:07:09",
        "Mozilla/5.0 (evil)",
        "Global\\EvilMutex",
        "\xC3\xA9vil.example",
        "\xF0\x9F\x98\x80 smile",
        std::string("nul\0nul", 7),
        "line\nline",
        "name",
        "value",
        "FileName",
        "FullName",
        "regkey",
        "Buffer",
        "ServerName",
        "port",
    };
    if (Chance(2)) return std::string(static_cast<size_t>(Below(3000)), 'x');
    if (Chance(10)) return Pick(texts) + " " + Pick(texts);
    if (Chance(10)) return Pick(keys_).second;
    return Pick(texts);
  }

  // JSON's spelling of `text`, with escapes where they are not needed too.
  std::string Quoted(const std::string& text) {
    const int escape_percent = Chance(20) ? 40 : 0;
    std::string json = "\"";
    for (size_t i = 0; i < text.size();) {
      size_t bytes = 1;
      const auto lead = static_cast<unsigned char>(text[i]);
      char32_t code = lead;
      if (lead >= 0xF0) {
        bytes = 4;
        code = lead & 0x07u;
      } else if (lead >= 0xE0) {
        bytes = 3;
        code = lead & 0x0Fu;
      } else if (lead >= 0xC0) {
        bytes = 2;
        code = lead & 0x1Fu;
      }
      for (size_t j = 1; j < bytes; ++j) {
        code = code << 6 | (static_cast<unsigned char>(text[i + j]) & 0x3Fu);
      }
      if (code == '/' && Chance(30)) {
        json += "\\/";
      } else if (code == '\n') {
        json += "\\n";
      } else if (code < 0x20 || Chance(escape_percent)) {
        if (code >= 0x10000) {
          json += fmt::format(
              "\\u{:04x}\\u{:04X}",
              0xD800u + static_cast<unsigned>((code - 0x10000) >> 10),
              0xDC00u + static_cast<unsigned>(code & 0x3FF));
        } else {
          json += fmt::format("\\u{:04x}", static_cast<unsigned>(code));
        }
      } else {
        if (code == '"' || code == '\\') json += '\\';
        json += text.substr(i, bytes);
      }
      i += bytes;
    }
    return json + '"';
  }

  inline static const std::vector<std::string> kAttackIds = {
      "T1055", "t1547.001", "T1547.1", "T10551"};

  std::mt19937_64 random_;
  std::vector<std::string> more_texts_;
  std::vector<std::pair<Area, std::string>> keys_;
  int budget_ = 0;  // of values still to be written
  bool is_orderly_ = false;
};

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_REPORT_GENERATOR_H_
