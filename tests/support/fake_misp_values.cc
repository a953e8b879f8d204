#include "tests/support/fake_misp_values.h"

#include <algorithm>

namespace mispsift {
namespace {

constexpr RowKind kKinds[] = {
    {"md5", "Payload delivery", 70, 95, Form::kHex, 32},
    {"sha1", "Payload delivery", 70, 95, Form::kHex, 40},
    {"sha256", "Payload delivery", 120, 95, Form::kHex, 64},
    {"sha512", "Artifacts dropped", 5, 90, Form::kHex, 128},
    {"filename", "Payload installation", 50, 50, Form::kFilename},
    {"filename|md5", "Payload delivery", 15, 90, Form::kFilename, 0, true,
     Form::kHex, 32},
    {"filename|sha1", "Payload installation", 10, 90, Form::kFilename, 0, true,
     Form::kHex, 40},
    {"filename|sha256", "Payload delivery", 30, 90, Form::kFilename, 0, true,
     Form::kHex, 64},
    {"malware-sample", "Payload delivery", 3, 90, Form::kFilename, 0, true,
     Form::kHex, 32},
    {"domain", "Network activity", 110, 85, Form::kDomain},
    {"hostname", "Network activity", 70, 85, Form::kHostname},
    {"domain|ip", "Network activity", 20, 85, Form::kDomain, 0, true,
     Form::kAddress},
    {"hostname|port", "Network activity", 10, 80, Form::kHostname, 0, true,
     Form::kPort},
    {"ip-dst", "Network activity", 110, 80, Form::kAddress},
    {"ip-src", "Network activity", 20, 60, Form::kAddress},
    {"ip-dst|port", "Network activity", 40, 85, Form::kAddress, 0, true,
     Form::kPort},
    {"ip-src|port", "Network activity", 3, 60, Form::kAddress, 0, true,
     Form::kPort},
    {"url", "Network activity", 130, 85, Form::kUrl},
    {"uri", "Network activity", 15, 60, Form::kUri},
    {"user-agent", "Network activity", 8, 40, Form::kUserAgent},
    {"mutex", "Artifacts dropped", 12, 80, Form::kMutex},
    {"named pipe", "Artifacts dropped", 3, 60, Form::kPipe},
    {"regkey", "Persistence mechanism", 12, 70, Form::kRegkey},
    {"regkey|value", "Persistence mechanism", 6, 70, Form::kRegkey, 0, true,
     Form::kText},
    {"email-src", "Payload delivery", 6, 70, Form::kEmail},
    {"email-dst", "Network activity", 3, 50, Form::kEmail},
    {"email-subject", "Payload delivery", 4, 0, Form::kText},
    {"email-attachment", "Payload delivery", 3, 60, Form::kFilename},
    {"imphash", "Payload delivery", 10, 70, Form::kHex, 32},
    {"pehash", "Payload delivery", 3, 70, Form::kHex, 40},
    {"authentihash", "Payload delivery", 3, 80, Form::kHex, 64},
    {"ssdeep", "Payload delivery", 12, 20, Form::kSsdeep},
    {"filename|ssdeep", "Payload delivery", 2, 20, Form::kFilename, 0, true,
     Form::kSsdeep},
    {"tlsh", "Payload delivery", 2, 20, Form::kTlsh},
    {"x509-fingerprint-sha1", "Network activity", 3, 80, Form::kHex, 40},
    {"ja3-fingerprint-md5", "Network activity", 3, 60, Form::kHex, 32},
    {"pattern-in-file", "Artifacts dropped", 3, 70, Form::kText},
    {"pattern-in-memory", "Artifacts dropped", 2, 70, Form::kText},
    {"pattern-in-traffic", "Network activity", 2, 70, Form::kText},
    {"yara", "Artifacts dropped", 2, 80, Form::kRule},
    {"snort", "Network activity", 1, 80, Form::kRule},
    {"vulnerability", "External analysis", 3, 0, Form::kCve},
    {"link", "External analysis", 6, 0, Form::kUrl},
    {"text", "Other", 6, 0, Form::kText},
    {"comment", "Internal reference", 6, 0, Form::kText},
    {"other", "Other", 2, 0, Form::kText},
    {"windows-service-name", "Artifacts dropped", 2, 50, Form::kWord},
    {"windows-scheduled-task", "Artifacts dropped", 2, 50, Form::kWord},
    {"threat-actor", "Attribution", 1, 0, Form::kWord},
    {"size-in-bytes", "Other", 3, 0, Form::kNumber},
    {"port", "Network activity", 1, 0, Form::kPort},
    {"AS", "Network activity", 1, 0, Form::kNumber},
    {"datetime", "Other", 1, 0, Form::kDatetime},
};

constexpr uint32_t TotalWeight() {
  uint32_t total = 0;
  for (const RowKind& kind : kKinds) total += kind.weight;
  return total;
}
constexpr uint32_t kTotalWeight = TotalWeight();

// The kind for each of the weights, so that choosing one is a look-up.
constexpr std::array<uint8_t, kTotalWeight> KindTable() {
  std::array<uint8_t, kTotalWeight> table{};
  uint32_t at = 0;
  uint8_t number = 0;
  for (const RowKind& kind : kKinds) {
    for (uint32_t i = 0; i < kind.weight; ++i) table[at++] = number;
    ++number;
  }
  return table;
}
constexpr std::array<uint8_t, kTotalWeight> kKindTable = KindTable();

constexpr std::array<std::string_view, 8> kZones = {
    ".example",     ".test",        ".invalid",    ".example.com",
    ".example.net", ".example.org", ".ex.example", ".co.example"};
constexpr std::array<std::string_view, 10> kEndings = {
    ".exe", ".dll", ".docm", ".zip", ".js",
    ".lnk", ".vbs", ".pdf",  ".scr", ".bin"};
void AppendHex(uint64_t bits, int digits, std::string* out) {
  for (int i = 0; i < digits; ++i) {
    out->push_back("0123456789abcdef"[bits & 15]);
    bits >>= 4;
  }
}

void AppendDomain(Bits* bits, std::string* out) {
  out->append(bits->Of(kWords)).append(bits->Of(kWords));
  AppendHex(bits->Next(), 5, out);
  out->append(bits->Of(kZones));
}

// Addresses of the networks that are set aside for documentation and
// benchmarks.
void AppendAddress(Bits* bits, std::string* out) {
  const uint64_t draw = bits->Next();
  if (draw % 16 == 0) {
    out->append("2001:db8:");
    AppendHex((draw >> 8) | 1, 1, out);
    out->append("::");
    AppendHex((draw >> 16) | 1, 1, out);
    AppendHex(draw >> 20, 3, out);
    return;
  }
  switch (draw % 5) {
    case 0:
      out->append("192.0.2.");
      break;
    case 1:
      out->append("198.51.100.");
      break;
    case 2:
      out->append("203.0.113.");
      break;
    default:
      out->append((draw >> 32) % 2 == 0 ? "198.18." : "198.19.");
      AppendNumber((draw >> 24) % 256, out);
      out->push_back('.');
  }
  AppendNumber((draw >> 40) % 256, out);
}

void AppendFilename(Bits* bits, std::string* out) {
  if (bits->Below(20) == 0) {
    out->append(bits->Of(kForeignNames));
  } else {
    out->append(bits->Of(kWords)).append("_").append(bits->Of(kWords));
  }
  AppendNumber(bits->Below(100000), out);
  out->append(bits->Of(kEndings));
}

void AppendSsdeepPart(Bits* bits, int length, std::string* out) {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (int i = 0; i < length; ++i) {
    out->push_back(kLetters[bits->Below(kLetters.size())]);
  }
}

void AppendDigits(Bits* bits, int width, std::string* out) {
  for (; width > 0; width -= 16) {
    AppendHex(bits->Next(), std::min(width, 16), out);
  }
}

void AppendLocator(Bits* bits, std::string* out) {
  out->append(bits->Below(3) == 0 ? "https://" : "http://");
  AppendDomain(bits, out);
  out->append("/").append(bits->Of(kWords)).append("/");
  AppendFilename(bits, out);
  if (bits->Below(4) == 0) {
    out->append("?id=");
    AppendNumber(bits->Below(1000000), out);
  }
}

void AppendForm(Form form, int width, Bits* bits, std::string* out) {
  switch (form) {
    case Form::kHex:
      return AppendDigits(bits, width, out);
    case Form::kFilename:
      return AppendFilename(bits, out);
    case Form::kDomain:
      return AppendDomain(bits, out);
    case Form::kHostname:
      out->append(bits->Of(kWords)).append(".");
      return AppendDomain(bits, out);
    case Form::kAddress:
      return AppendAddress(bits, out);
    case Form::kUrl:
      return AppendLocator(bits, out);
    case Form::kUri:
      out->append("/").append(bits->Of(kWords)).append("/gate.php?b=");
      return AppendHex(bits->Next(), 8, out);
    case Form::kUserAgent:
      out->append("Mozilla/5.0 (Windows NT 10.0; ");
      out->append(bits->Of(kWords)).append(") Example/");
      return AppendNumber(bits->Below(500), out);
    case Form::kMutex:
      out->append("Global\\").append(bits->Of(kWords));
      return AppendHex(bits->Next(), 12, out);
    case Form::kPipe:
      out->append("\\\\.\\pipe\\").append(bits->Of(kWords));
      return AppendHex(bits->Next(), 6, out);
    case Form::kRegkey:
      out->append("HKCU\\Software\\Example\\Run\\").append(bits->Of(kWords));
      return AppendHex(bits->Next(), 8, out);
    case Form::kEmail:
      out->append(bits->Of(kWords));
      AppendNumber(bits->Below(10000), out);
      out->append("@");
      return AppendDomain(bits, out);
    case Form::kSsdeep:
      AppendNumber(uint64_t{3} << bits->Below(14), out);
      out->append(":");
      AppendSsdeepPart(bits, 40, out);
      out->append(":");
      return AppendSsdeepPart(bits, 20, out);
    case Form::kTlsh:
      out->append("t1");
      return AppendDigits(bits, 70, out);
    case Form::kText:
      out->append(bits->Of(kComments)).append(" ").append(bits->Of(kWords));
      return AppendNumber(bits->Below(100000), out);
    case Form::kNumber:
      return AppendNumber(bits->Below(5000000), out);
    case Form::kPort:
      return AppendNumber(1 + bits->Below(65535), out);
    case Form::kCve:
      out->append("CVE-2025-");
      return AppendNumber(10000 + bits->Below(60000), out);
    case Form::kDatetime: {
      out->append("2025-06-");
      AppendNumber(10 + bits->Below(20), out);
      out->append("T10:00:00.000000+00:00");
      return;
    }
    case Form::kRule:
      out->append("rule Example_");
      AppendHex(bits->Next(), 8, out);
      out->append(" {\n\tstrings:\n\t\t$a = \"").append(bits->Of(kWords));
      out->append("\"\n\tcondition:\n\t\t$a\n}");
      return;
    case Form::kWord:
      out->append("Example ").append(bits->Of(kWords)).append(" ");
      return AppendNumber(bits->Below(1000), out);
  }
}

}  // namespace

const RowKind& KindOf(uint64_t bits) {
  return kKinds[kKindTable[bits % kTotalWeight]];
}

void AppendNumber(uint64_t number, std::string* out) {
  char digits[20];
  size_t at = sizeof(digits);
  do {
    digits[--at] = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number != 0);
  out->append(digits + at, sizeof(digits) - at);
}

void AppendValue(const RowKind& kind, Bits* bits, std::string* out) {
  AppendForm(kind.form, kind.width, bits, out);
  if (!kind.second) return;
  out->push_back('|');
  AppendForm(kind.second_form, kind.second_width, bits, out);
}

}  // namespace mispsift
