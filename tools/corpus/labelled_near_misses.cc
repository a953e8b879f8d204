#include <cstddef>
#include <utility>

#include "tools/corpus/labelled_forms.h"
#include "tools/corpus/labelled_texts.h"
#include "tools/corpus/text.h"

namespace mispsift::corpus {
namespace {

using enum IndicatorKind;
using Pair = LabelledPair;
using Names = UniqueNames;
using Forms = std::vector<LabelledForm>;

constexpr uint32_t kTextOnly = LabelledForm::kTextOnly;
constexpr uint32_t kTypedOnly = LabelledForm::kTypedOnly;
constexpr uint32_t kBehindPath = LabelledForm::kBehindPath;

// What `type` stands for is looked for as `kind`; text and value are made of
// one unique value by what stands around it.
struct Around {
  std::string_view value_prefix;
  std::string_view value_suffix;
  std::string_view text_prefix;
  std::string_view text_suffix;
};

void Add(IndicatorKind kind, IndicatorKind shown, std::string_view rule,
         std::string_view what, std::string_view type, const Around& around,
         std::string (*unique)(Names*), uint32_t traits, Forms* forms) {
  forms->push_back(
      {kind, shown, rule, what,
       [=](Names* names) {
         const std::string middle = unique(names);
         return Pair{std::string(type),
                     Join({around.value_prefix, middle, around.value_suffix}),
                     Join({around.text_prefix, middle, around.text_suffix})};
       },
       traits});
}

std::string Host(Names* names) { return names->Host(); }
std::string Ipv4(Names* names) { return names->Ipv4(); }
std::string Word(Names* names) { return names->Word(); }
std::string FileName(Names* names) { return names->FileName(); }
std::string Md5(Names* names) { return names->Hex(32); }
std::string Sha1(Names* names) { return names->Hex(40); }
std::string Sha256(Names* names) { return names->Hex(64); }

void AddHashes(Forms* forms) {
  constexpr std::pair<IndicatorKind, size_t> kHashes[] = {
      {kMd5, 32}, {kSha1, 40}, {kSha256, 64}, {kSha512, 128}, {kImphash, 32}};
  for (const auto& [kind, digits] : kHashes) {
    const std::string type(KindName(kind));
    forms->push_back({kind, kind, "exact", "one digit is another",
                      [type, n = digits](Names* names) {
                        std::string hex = names->Hex(n);
                        Pair pair{type, hex, hex};
                        char& digit = pair.text[names->random().Below(32)];
                        digit = digit == '7' ? '8' : '7';
                        return pair;
                      }});
  }
  Add(kMd5, kMd5, "exact", "inside a longer hex number", "md5",
      {"", "", "e1", "7c"}, Md5, kTextOnly, forms);
  Add(kSha1, kSha256, "exact", "the beginning of a longer hash", "sha1",
      {"", "", "", "0123456789abcdef01234567"}, Sha1, 0, forms);
  Add(kSha256, kSha256, "exact", "inside a longer hex number", "sha256",
      {"", "", "", "00"}, Sha256, kTextOnly, forms);
  forms->push_back(
      {kSha256, kMd5, "exact", "half of the hash", [](Names* names) {
         const std::string hex = names->Hex(64);
         return Pair{"sha256", hex, hex.substr(0, 32)};
       }});
  // The same digits say something else.
  Add(kX509Fingerprint, kSha1, "kind", "a file's hash, the certificate's value",
      "x509-fingerprint-sha1", {}, Sha1, 0, forms);
  Add(kSha1, kX509Fingerprint, "kind",
      "a certificate's fingerprint, the file's value", "sha1", {}, Sha1, 0,
      forms);
  Add(kImphash, kMd5, "kind", "a file's hash, the imports' value", "imphash",
      {}, Md5, 0, forms);
  Add(kMd5, kImphash, "kind", "the imports' hash, the file's value", "md5", {},
      Md5, 0, forms);
  Add(kMd5, kJa3, "kind", "a client's fingerprint, the file's value", "md5", {},
      Md5, 0, forms);

  const auto ssdeep = [forms](std::string_view what, size_t changed) {
    forms->push_back({kSsdeep, kSsdeep, "fuzzy", what, [=](Names* names) {
                        const SsdeepPair pair = MakeSsdeep(changed, names);
                        return Pair{"ssdeep", pair.one, pair.other};
                      }});
  };
  ssdeep("a score of 38", 28);
  ssdeep("a score of 18, seven characters in common", 37);
  ssdeep("a score of 0, six characters in common", 38);
}

void AddAddresses(Forms* forms) {
  constexpr std::string_view kLonger = "inside a longer dotted number";
  Add(kIp, kIp, "exact", kLonger, "ip-dst", {"", "", "", ".5"}, Ipv4, kTextOnly,
      forms);
  Add(kIp, kIp, "exact", kLonger, "ip-dst", {"", "", "1.3.6.1.4.1.", ".2"},
      Ipv4, kTextOnly, forms);
  Add(kIp, kIp, "exact", "a version", "ip-dst", {"", "", "v", ""}, Ipv4,
      kTextOnly, forms);
  Add(kIp, kIp, "exact", "a version", "ip-dst", {"", "", "", "-beta"}, Ipv4,
      kTextOnly, forms);
  Add(kIp, kIp, "exact", "a version", "ip-dst", {}, Ipv4, 0, forms);
  forms->back().places = {Place::kVersion};
  forms->push_back(
      {kIp, kIp, "cidr", "beside the network", [](Names* names) {
         const std::string network = names->Ipv4Network();
         return Pair{"ip-dst", network, AddressIn(names->Ipv4Network(), 0)};
       }});
  forms->push_back(
      {kIp, kIp, "cidr", "beside the network", [](Names* names) {
         const std::string network = names->Ipv6Network();
         return Pair{"ip-dst", network + ":8000::/65", network + ":7fff::1"};
       }});
  forms->push_back(
      {kIpPort, kIpPort, "ip-port", "another port", [](Names* names) {
         const std::string ip = names->Ipv4();
         const uint32_t port = names->Port();
         return Pair{"ip-dst|port", ip + "|" + Number(port),
                     ip + ":" + Number(port + 1)};
       }});
  Add(kIpPort, kIpPort, "ip-port", "the port goes on", "ip-dst|port",
      {"", "|443", "", ":4433"}, Ipv4, kTextOnly, forms);
  Add(kIpPort, kIp, "ip-port", "the address alone", "ip-dst|port",
      {"", "|8081", "", ""}, Ipv4, 0, forms);
  // Suppressed unless asked for.
  forms->push_back(
      {kIp, kIp, "special_use", "a private address", [](Names* names) {
         const std::string ip =
             Join({"10.77.", Number(names->random().Below(256)), ".",
                   Number(1 + names->random().Below(254))});
         return Pair{"ip-dst", ip, ip};
       }});
}

void AddHosts(Forms* forms) {
  Add(kHost, kHost, "subdomain", "a longer name beside it", "domain",
      {"", "", "not", ""}, Host, 0, forms);
  Add(kHost, kHost, "subdomain", "a hyphen, no dot", "domain",
      {"", "", "cdn-", ""}, Host, 0, forms);
  Add(kHost, kHost, "subdomain", "below a hostname", "hostname",
      {"", "", "sub.", ""}, Host, 0, forms);
  Add(kHost, kHost, "subdomain", "below the host of hostname|port",
      "hostname|port", {"", "|443", "sub.", ""}, Host, 0, forms);
  Add(kHost, kHost, "subdomain", "above the domain", "domain",
      {"evil.", "", "", ""}, Host, 0, forms);
  Add(kHost, kHost, "subdomain", "beside the domain", "domain",
      {"evil.", "", "good.", ""}, Host, 0, forms);
  Add(kHost, kHost, "exact", "the name goes on", "domain",
      {"", "", "", ".trail.test"}, Host, 0, forms);
  Add(kHost, kHost, "folded", "accents make another host", "domain",
      {"b\xc3\xbc"
       "cher.",
       "", "bucher.", ""},
      Host, 0, forms);
  forms->push_back(
      {kHost, kHost, "subdomain", "below a public suffix", [](Names* names) {
         static constexpr std::string_view kSuffixes[] = {"co.uk", "com.au",
                                                          "co.jp", "com.br"};
         const std::string suffix(names->Next(kSuffixes));
         return Pair{"domain", suffix, "www.example." + suffix};
       }});
}

// Of a url: what stands before and behind the word of its path.
void AddUrl(std::string_view what, const Around& around, Forms* forms) {
  forms->push_back({kUrl, kUrl, "url", what, [=](Names* names) {
                      const std::string host = names->Host();
                      const std::string word = names->Word();
                      return Pair{"url",
                                  Join({"http://", host, around.value_prefix,
                                        "/", word, around.value_suffix}),
                                  Join({"http://", host, around.text_prefix,
                                        "/", word, around.text_suffix})};
                    }});
}

void AddUrls(Forms* forms) {
  AddUrl("another path", {"", "/a", "", "/b"}, forms);
  AddUrl("the path goes on", {"", "", "", "/more"}, forms);
  AddUrl("the name goes on", {"", "", "", "more"}, forms);
  AddUrl("the path ends early", {"", "/more", "", ""}, forms);
  AddUrl("a query", {"", "", "", "?id=1"}, forms);
  AddUrl("another query", {"", "?id=1", "", "?id=2"}, forms);
  AddUrl("the query goes on", {"", "?id=1", "", "?id=1&b=2"}, forms);
  AddUrl("another port", {"", "", ":8080", ""}, forms);
  AddUrl("a port that is not the scheme's", {":8080", "", ":80", ""}, forms);
  AddUrl("an encoded slash is no slash", {"", "/a/b", "", "/a%2Fb"}, forms);
  Add(kUrl, kUrl, "url", "the host alone", "url",
      {"http://", "/gate.php", "http://", "/"}, Host, 0, forms);
  Add(kUrl, kUrl, "url", "the path of another host", "url",
      {"http://", "/a/b", "http://cdn.", "/a/b"}, Host, 0, forms);
  Add(kUrl, kHost, "url", "the host alone", "url", {"http://", "/", "", ""},
      Host, 0, forms);
  Add(kUrl, kHost, "url", "the host alone", "url",
      {"http://", "/gate.php", "", ""}, Host, 0, forms);
  Add(kUrl, kIp, "url", "the address alone", "url",
      {"http://", "/gate.php", "", ""}, Ipv4, 0, forms);
  Add(kUri, kUri, "exact", "the uri goes on", "uri", {"/", "", "/", "/more"},
      Word, 0, forms);
  Add(kEmail, kEmail, "exact", "a longer mailbox", "email-src",
      {"post@", "", "lastpost@", ""}, Host, 0, forms);
  Add(kEmail, kHost, "exact", "a mailbox's host", "email-src",
      {"post@", "", "", ""}, Host, 0, forms);
}

void AddFiles(Forms* forms) {
  Add(kFilepath, kFilename, "basename", "another path to the same name",
      "filename", {"C:\\ProgramData\\", "", "D:\\tools\\", ""}, FileName,
      kBehindPath, forms);
  Add(kFilepath, kFilename, "basename", "the name of a whole path", "filename",
      {"C:\\ProgramData\\", "", "", ""}, FileName, kTypedOnly, forms);
  Add(kFilename, kFilename, "basename", "part of a longer name", "filename",
      {"", "", "C:\\ProgramData\\x", ""}, FileName, kBehindPath, forms);
  Add(kFilename, kFilename, "basename", "a folder of that name", "filename",
      {"", "", "C:\\ProgramData\\", "\\bin.dll"}, FileName, kBehindPath, forms);
  Add(kFilepath, kFilepath, "exact", "the path goes on", "filename",
      {"C:\\ProgramData\\", "", "C:\\ProgramData\\", ".bak"}, FileName, 0,
      forms);
}

void AddRegkeys(Forms* forms) {
  constexpr std::string_view kUser = "HKEY_CURRENT_USER\\Software\\";
  constexpr std::string_view kMachine = "HKEY_LOCAL_MACHINE\\Software\\";
  Add(kRegkey, kRegkey, "exact", "the key goes on", "regkey",
      {kUser, "", kUser, "x"}, Word, 0, forms);
  Add(kRegkey, kRegkey, "exact", "a key below", "regkey",
      {kUser, "", kUser, "\\Run"}, Word, 0, forms);
  Add(kRegkey, kRegkey, "exact", "a key above", "regkey",
      {kUser, "\\Run", kUser, ""}, Word, 0, forms);
  Add(kRegkey, kRegkey, "exact", "another hive", "regkey",
      {kMachine, "", kUser, ""}, Word, 0, forms);
  Add(kRegkeyValue, kRegkeyValue, "exact", "another value", "regkey|value",
      {kUser, "|C:\\a-1.exe", kUser, "|C:\\a-2.exe"}, Word, 0, forms);
  Add(kRegkeyValue, kRegkey, "exact", "the key without the value",
      "regkey|value", {kUser, "|C:\\a-1.exe", kUser, ""}, Word, 0, forms);
}

void AddNames(Forms* forms) {
  Add(kMutex, kMutex, "exact", "the name goes on", "mutex", {"", "", "", "-2"},
      Word, 0, forms);
  Add(kMutex, kMutex, "exact", "the name begins earlier", "mutex",
      {"", "", "a-", ""}, Word, 0, forms);
  Add(kMutex, kHost, "exact", "a name amid text", "mutex", {}, Word, kTextOnly,
      forms);
  Add(kUserAgent, kUserAgent, "exact", "the agent goes on", "user-agent",
      {"Mozilla/5.0 ", "", "Mozilla/5.0 ", " (x64)"}, Word, 0, forms);
  Add(kNamedPipe, kNamedPipe, "exact", "the name goes on", "named pipe",
      {"\\\\.\\pipe\\", "", "\\\\.\\pipe\\", "-2"}, Word, 0, forms);
  Add(kPdb, kPdb, "exact", "another folder", "pdb",
      {"D:\\build\\", ".pdb", "D:\\", ".pdb"}, Word, 0, forms);
}

// Attributes that name nothing to look for.
void AddPatterns(Forms* forms) {
  for (const std::string_view type :
       {"pattern-in-file", "pattern-in-traffic", "pattern-in-memory", "text",
        "comment", "other"}) {
    Add(kHost, kHost, "pattern", "a pattern or a remark", type, {}, Host, 0,
        forms);
  }
  Add(kHost, kHost, "pattern", "a rule that holds it", "yara",
      {"rule r { strings: $a = \"", "\" condition: $a }", "", ""}, Host, 0,
      forms);
  Add(kHost, kHost, "pattern", "a rule that holds it", "snort",
      {"alert tcp any any -> any any (content:\"", "\"; sid:1;)", "", ""}, Host,
      0, forms);
  Add(kMutex, kMutex, "pattern", "a pattern", "pattern-in-memory", {}, Word, 0,
      forms);
}

// What is no observation of the sandbox's, and attributes that do not count.
void AddUnseen(Forms* forms) {
  const auto at = [forms](Place place, std::string_view what,
                          IndicatorKind kind, std::string_view type,
                          std::string (*unique)(Names*)) {
    Add(kind, kind, "unseen", what, type, {}, unique, 0, forms);
    forms->back().places = {place};
  };
  at(Place::kOwnMisp, "what MISP had said", kHost, "domain", Host);
  at(Place::kOwnMisp, "what MISP had said", kMd5, "md5", Md5);
  at(Place::kVirusTotal, "what VirusTotal says", kSha256, "sha256", Sha256);
  at(Place::kVirusTotal, "what VirusTotal says", kHost, "domain", Host);
  at(Place::kPcapHash, "the hash of the capture", kSha256, "sha256", Sha256);
  at(Place::kDnsServers, "the sandbox's resolver", kIp, "ip-dst", Ipv4);
  at(Place::kObjectKey, "the name of a member", kHost, "domain", Host);
  at(Place::kObjectKey, "the name of a member", kSha1, "sha1", Sha1);
  Add(kHost, kHost, "to_ids", "not for detection", "domain", {}, Host,
      LabelledForm::kNotForIds, forms);
  Add(kMd5, kMd5, "to_ids", "not for detection", "md5", {}, Md5,
      LabelledForm::kNotForIds, forms);
  Add(kIp, kIp, "to_ids", "not for detection", "ip-dst", {}, Ipv4,
      LabelledForm::kNotForIds, forms);
  Add(kHost, kHost, "deleted", "deleted", "domain", {}, Host,
      LabelledForm::kDeleted, forms);
  Add(kHost, kHost, "uncorrelated", "correlation is switched off", "domain", {},
      Host, LabelledForm::kUncorrelated, forms);
}

}  // namespace

std::vector<LabelledForm> NearMissForms() {
  Forms forms;
  AddHashes(&forms);
  AddAddresses(&forms);
  AddHosts(&forms);
  AddUrls(&forms);
  AddFiles(&forms);
  AddRegkeys(&forms);
  AddNames(&forms);
  AddPatterns(&forms);
  AddUnseen(&forms);
  return forms;
}

}  // namespace mispsift::corpus
