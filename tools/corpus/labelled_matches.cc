// What is planted, kind by kind. (One file, though long: it is a list, and is
// read beside the table of kinds in the README.)

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
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

void AddHash(IndicatorKind kind, size_t digits, bool has_composite,
             Forms* forms) {
  const std::string type(KindName(kind));
  forms->push_back({kind, kind, "exact", "as it is", [=](Names* names) {
                      const std::string hex = names->Hex(digits);
                      return Pair{type, hex, hex};
                    }});
  forms->push_back({kind, kind, "exact", "upper case", [=](Names* names) {
                      const std::string hex = names->Hex(digits);
                      return Pair{type, hex, absl::AsciiStrToUpper(hex)};
                    }});
  forms->push_back(
      {kind, kind, "exact", "attribute in upper case", [=](Names* names) {
         const std::string hex = names->Hex(digits);
         return Pair{type, absl::AsciiStrToUpper(hex), hex};
       }});
  if (!has_composite) return;
  forms->push_back(
      {kind, kind, "exact", "second half", [=](Names* names) {
         const std::string hex = names->Hex(digits);
         return Pair{"filename|" + type, names->FileName() + "|" + hex, hex};
       }});
}

void AddHashes(Forms* forms) {
  constexpr std::pair<IndicatorKind, size_t> kFileHashes[] = {
      {kMd5, 32},    {kSha1, 40},   {kSha224, 56},
      {kSha256, 64}, {kSha384, 96}, {kSha512, 128}};
  for (const auto& [kind, digits] : kFileHashes) {
    AddHash(kind, digits, true, forms);
    const std::string type(KindName(kind));
    forms->push_back({kind, kind, "exact", "prefix that names the algorithm",
                      [type, n = digits](Names* names) {
                        const std::string hex = names->Hex(n);
                        return Pair{type, hex, type + ":" + hex};
                      },
                      kTextOnly});
  }
  forms->push_back(
      {kMd5, kMd5, "exact", "malware-sample", [](Names* names) {
         const std::string hex = names->Hex(32);
         return Pair{"malware-sample", names->FileName() + "|" + hex, hex};
       }});
  AddHash(kSha3_384, 96, false, forms);
  AddHash(kImphash, 32, true, forms);
  AddHash(kAuthentihash, 64, true, forms);
  forms->push_back(
      {kTlsh, kTlsh, "exact", "version in front", [](Names* names) {
         const std::string hex = names->Hex(70);
         return Pair{"tlsh", hex, "T1" + absl::AsciiStrToUpper(hex)};
       }});
  forms->push_back({kTlsh, kTlsh, "exact", "as it is", [](Names* names) {
                      const std::string hash =
                          "T1" + absl::AsciiStrToUpper(names->Hex(70));
                      return Pair{"tlsh", hash, hash};
                    }});
  forms->push_back({kJa3, kJa3, "exact", "as it is", [](Names* names) {
                      const std::string hex = names->Hex(32);
                      return Pair{"ja3-fingerprint-md5", hex, hex};
                    }});
  for (const auto& [name, digits] : {std::pair<std::string, size_t>{"md5", 32},
                                     {"sha1", 40},
                                     {"sha256", 64}}) {
    const std::string type = "x509-fingerprint-" + name;
    forms->push_back({kX509Fingerprint, kX509Fingerprint, "exact", "as it is",
                      [type, n = digits](Names* names) {
                        const std::string hex = names->Hex(n);
                        return Pair{type, hex, hex};
                      }});
    forms->push_back(
        {kX509Fingerprint, kX509Fingerprint, "exact",
         "attribute in pairs, upper case", [type, n = digits](Names* names) {
           const std::string hex = names->Hex(n);
           return Pair{type, InPairs(absl::AsciiStrToUpper(hex)), hex};
         }});
  }
}

void AddSsdeep(Forms* forms) {
  const auto add = [forms](std::string_view rule, std::string_view what,
                           size_t changed) {
    forms->push_back({kSsdeep, kSsdeep, rule, what, [=](Names* names) {
                        const SsdeepPair pair = MakeSsdeep(changed, names);
                        return Pair{"ssdeep", pair.one, pair.other};
                      }});
  };
  add("exact", "as it is", 0);
  add("fuzzy", "a score of 94", 3);
  add("fuzzy", "a score of 68", 15);
  add("fuzzy", "a score of 44", 25);
  forms->back().least_sure = 40;
  forms->push_back(
      {kSsdeep, kSsdeep, "fuzzy", "twice the block size", [](Names* names) {
         const SsdeepPair pair = MakeSsdeepOfTwoSizes(names);
         return Pair{"ssdeep", pair.one, pair.other};
       }});
  forms->push_back({kSsdeep, kSsdeep, "exact", "second half", [](Names* names) {
                      const SsdeepPair pair = MakeSsdeep(0, names);
                      return Pair{"filename|ssdeep",
                                  names->FileName() + "|" + pair.one,
                                  pair.other};
                    }});
}

void AddAddresses(Forms* forms) {
  const auto exact = [forms](std::string_view what, auto make) {
    forms->push_back({kIp, kIp, "exact", what, make});
  };
  exact("as it is", [](Names* names) {
    const std::string ip = names->Ipv4();
    return Pair{"ip-dst", ip, ip};
  });
  exact("as it is", [](Names* names) {
    const std::string ip = names->Ipv6Network() + "::5";
    return Pair{"ip-src", ip, ip};
  });
  exact("written out", [](Names* names) {
    const std::string network = names->Ipv6Network();
    return Pair{"ip-dst", network + "::a", network + ":0:0:0:a"};
  });
  exact("written out, upper case", [](Names* names) {
    const std::string network = names->Ipv6Network();
    return Pair{"ip-dst", network + "::beef",
                absl::AsciiStrToUpper(network + ":0000:0000:0000:beef")};
  });
  exact("attribute written out", [](Names* names) {
    const std::string network = names->Ipv6Network();
    return Pair{"ip-dst", network + ":0000:0000:0000:00c1", network + "::c1"};
  });
  exact("v4-mapped", [](Names* names) {
    const std::string ip = names->Ipv4();
    return Pair{"ip-dst", ip, "::ffff:" + ip};
  });
  exact("attribute v4-mapped", [](Names* names) {
    const std::string ip = names->Ipv4();
    return Pair{"ip-dst", "::ffff:" + ip, ip};
  });
  exact("attribute defanged", [](Names* names) {
    const std::string ip = names->Ipv4();
    return Pair{"ip-dst", absl::StrReplaceAll(ip, {{".", "[.]"}}), ip};
  });
  exact("second half", [](Names* names) {
    const std::string ip = names->Ipv4();
    return Pair{"domain|ip", names->Host() + "|" + ip, ip};
  });
  forms->push_back({kIp, kUrl, "exact", "of a url", [](Names* names) {
                      const std::string ip = names->Ipv4();
                      return Pair{"ip-dst", ip, "http://" + ip + "/a"};
                    }});
  forms->push_back({kIp, kIp, "cidr", "in the network", [](Names* names) {
                      const std::string network = names->Ipv4Network();
                      return Pair{"ip-dst", network, AddressIn(network, 1)};
                    }});
  forms->push_back(
      {kIp, kIp, "cidr", "in the network", [](Names* names) {
         const std::string network = names->Ipv6Network();
         return Pair{"ip-src", network + "::/64", network + "::17:4"};
       }});

  const auto port = [forms](IndicatorKind shown, std::string_view what,
                            auto make) {
    forms->push_back({kIpPort, shown, "exact", what, make});
  };
  port(kIpPort, "as it is", [](Names* names) {
    const std::string ip = names->Ipv4();
    const std::string number = Number(names->Port());
    return Pair{"ip-dst|port", ip + "|" + number, ip + ":" + number};
  });
  port(kIpPort, "as it is", [](Names* names) {
    const std::string ip = names->Ipv6Network() + "::9";
    const std::string number = Number(names->Port());
    return Pair{"ip-src|port", ip + "|" + number, "[" + ip + "]:" + number};
  });
  port(kUrl, "of a url", [](Names* names) {
    const std::string ip = names->Ipv4();
    const std::string number = Number(names->Port());
    return Pair{"ip-dst|port", ip + "|" + number,
                Join({"http://", ip, ":", number, "/a"})};
  });
}

void AddHosts(Forms* forms) {
  const auto exact = [forms](std::string_view what, auto make) {
    forms->push_back({kHost, kHost, "exact", what, make});
  };
  for (const std::string_view type : {"domain", "hostname"}) {
    exact("as it is", [type](Names* names) {
      const std::string host = names->Host();
      return Pair{std::string(type), host, host};
    });
  }
  exact("upper case", [](Names* names) {
    const std::string host = names->Host();
    return Pair{"domain", host, absl::AsciiStrToUpper(host)};
  });
  exact("dot at the end", [](Names* names) {
    const std::string host = names->Host();
    return Pair{"domain", host, host + "."};
  });
  exact("attribute defanged", [](Names* names) {
    const std::string host = names->Host();
    return Pair{"hostname", absl::StrReplaceAll(host, {{".", "[.]"}}), host};
  });
  exact("first half", [](Names* names) {
    const std::string host = names->Host();
    return Pair{"domain|ip", host + "|" + names->Ipv4(), host};
  });
  exact("first half", [](Names* names) {
    const std::string host = names->Host();
    return Pair{"hostname|port", host + "|" + Number(names->Port()), host};
  });
  exact("attribute in punycode", [](Names* names) {
    const std::string host = names->Host();
    return Pair{"domain", "xn--bcher-kva." + host,
                "b\xc3\xbc"
                "cher." +
                    host};
  });
  exact("in punycode", [](Names* names) {
    const std::string host = names->Host();
    return Pair{"domain",
                "b\xc3\xbc"
                "cher." +
                    host,
                "xn--bcher-kva." + host};
  });
  forms->push_back({kHost, kUrl, "exact", "of a url", [](Names* names) {
                      const std::string host = names->Host();
                      return Pair{"domain", host, "http://" + host + "/a"};
                    }});

  const auto subdomain = [forms](IndicatorKind shown, std::string_view what,
                                 auto make) {
    forms->push_back({kHost, shown, "subdomain", what, make});
  };
  subdomain(kHost, "one label more", [](Names* names) {
    const std::string host = names->Host();
    return Pair{"domain", host, "cdn." + host};
  });
  subdomain(kHost, "two labels more, upper case", [](Names* names) {
    const std::string host = names->Host();
    return Pair{"domain", host, "A.b-2." + absl::AsciiStrToUpper(host)};
  });
  subdomain(kHost, "of the first half", [](Names* names) {
    const std::string host = names->Host();
    return Pair{"domain|ip", host + "|" + names->Ipv4(), "mail." + host};
  });
  subdomain(kUrl, "of a url", [](Names* names) {
    const std::string host = names->Host();
    return Pair{"domain", host, "http://gate." + host + "/a"};
  });
}

// "host/word/x", of which each url is made that is one of the same.
std::string HostAndPath(Names* names) {
  return Join({names->Host(), "/", names->Word(), "/get"});
}

void AddUrls(Forms* forms) {
  const auto add = [forms](std::string_view rule, std::string_view what,
                           auto make) {
    forms->push_back({kUrl, kUrl, rule, what, make});
  };
  const auto url =
      [&add](std::string_view what, std::string_view value_prefix,
             std::string_view value_suffix, std::string_view text_prefix,
             std::string_view text_suffix, std::string_view rule = "url") {
        add(rule, what, [=](Names* names) {
          const std::string middle = HostAndPath(names);
          return Pair{"url", Join({value_prefix, middle, value_suffix}),
                      Join({text_prefix, middle, text_suffix})};
        });
      };
  url("as it is", "http://", ".php?id=7&b=%20c", "http://", ".php?id=7&b=%20c",
      "exact");
  url("another scheme", "http://", "", "https://", "");
  url("another scheme", "https://", ".bin?id=4", "http://", ".bin?id=4");
  url("attribute without a scheme", "", "?x=1", "https://", "?x=1");
  url("slash at the end", "http://", "", "http://", "/");
  url("attribute with a slash at the end", "http://", "/", "http://", "");
  url("fragment", "http://", ".htm", "http://", ".htm#top");
  url("attribute with a fragment", "http://", ".htm#top", "http://", ".htm");
  url("needless percent-encoding", "http://", "/~user_1", "http://",
      "/%7Euser%5F1");
  url("attribute with needless percent-encoding", "http://", "/%7euser",
      "http://", "/~user");
  url("another case", "http://", "/Path", "http://", "/pATH", "folded");
  add("exact", "link", [](Names* names) {
    const std::string link = "http://" + HostAndPath(names);
    return Pair{"link", link, link};
  });
  add("exact", "attribute defanged", [](Names* names) {
    const std::string host = names->Host();
    const std::string path = "/" + names->Word();
    return Pair{"url",
                "hxxp://" + absl::StrReplaceAll(host, {{".", "[.]"}}) + path,
                "http://" + host + path};
  });
  add("url", "the scheme's port", [](Names* names) {
    const std::string host = names->Host();
    const std::string path = "/" + names->Word();
    return Pair{"url", "http://" + host + path,
                "http://" + host + ":80" + path};
  });
  add("url", "attribute with the scheme's port", [](Names* names) {
    const std::string host = names->Host();
    const std::string path = "/" + names->Word();
    return Pair{"url", "https://" + host + ":443" + path,
                "https://" + host + path};
  });
  add("url", "host in upper case", [](Names* names) {
    const std::string host = names->Host();
    const std::string path = "/" + names->Word();
    return Pair{"url", "http://" + host + path,
                "http://" + absl::AsciiStrToUpper(host) + path};
  });
  add("url", "all of these", [](Names* names) {
    const std::string host = names->Host();
    const std::string path = "/" + names->Word();
    return Pair{
        "url", "http://" + host + path,
        "https://" + absl::AsciiStrToUpper(host) + ":443" + path + "/#x"};
  });
  const auto uri = [](Names* names) {
    const std::string path = "/" + names->Word() + "/gate.php?id=4";
    return Pair{"uri", path, path};
  };
  forms->push_back({kUri, kUri, "exact", "as it is", uri});
}

void AddEmails(Forms* forms) {
  const auto add = [forms](std::string_view what, std::string_view type,
                           auto respell) {
    forms->push_back(
        {kEmail, kEmail, "exact", what, [=](Names* names) {
           const std::string email = Join({names->Word(), "@", names->Host()});
           Pair pair{std::string(type), email, email};
           respell(&pair);
           return pair;
         }});
  };
  for (const std::string_view type : {"email-src", "email-dst", "email"}) {
    add("as it is", type, [](Pair*) {});
  }
  add("upper case", "email-src",
      [](Pair* pair) { absl::AsciiStrToUpper(&pair->text); });
  add("attribute defanged", "email-dst", [](Pair* pair) {
    pair->value = absl::StrReplaceAll(pair->value, {{"@", "[at]"}});
  });
}

void AddFiles(Forms* forms) {
  const auto add = [forms](IndicatorKind kind, std::string_view rule,
                           std::string_view what, auto make,
                           uint32_t traits = 0, int most_sure = 100) {
    forms->push_back({kind, kind, rule, what, make, traits, most_sure});
  };
  add(kFilename, "exact", "as it is", [](Names* names) {
    const std::string name = names->FileName();
    return Pair{"filename", name, name};
  });
  add(kFilename, "exact", "first half", [](Names* names) {
    const std::string name = names->FileName();
    return Pair{"filename|sha256", name + "|" + names->Hex(64), name};
  });
  add(kFilename, "folded", "another case", [](Names* names) {
    const std::string name = names->FileName();
    return Pair{"filename", name, absl::AsciiStrToUpper(name)};
  });
  add(kFilename, "folded", "accents", [](Names* names) {
    const std::string name = names->FileName();
    return Pair{"filename", "\xc3\xa9t\xc3\xa9" + name, "ete" + name};
  });
  add(
      kFilename, "basename", "end of a path",
      [](Names* names) {
        const std::string name = names->FileName();
        return Pair{"filename", name, names->Folder() + name};
      },
      kBehindPath);
  add(
      kFilename, "basename", "first half, end of a path",
      [](Names* names) {
        const std::string name = names->FileName();
        return Pair{"filename|md5", name + "|" + names->Hex(32),
                    names->Folder() + name};
      },
      kBehindPath);
  add(
      kFilename, "basename", "a generic name",
      [](Names* names) {
        static constexpr std::string_view kGeneric[] = {
            "setup.exe", "install.exe", "update.exe", "svchost.exe"};
        const std::string name(names->Next(kGeneric));
        return Pair{"filename", name, names->Folder() + name};
      },
      kBehindPath, 20);
  add(kFilepath, "exact", "as it is", [](Names* names) {
    const std::string path = names->Folder() + names->FileName();
    return Pair{"filename", path, path};
  });
  add(kFilepath, "exact", "first half", [](Names* names) {
    const std::string path = names->Folder() + names->FileName();
    return Pair{"filename|sha1", path + "|" + names->Hex(40), path};
  });
  add(kFilepath, "folded", "another case", [](Names* names) {
    const std::string path = names->Folder() + names->FileName();
    return Pair{"filename", path, absl::AsciiStrToUpper(path)};
  });
}

constexpr std::string_view kSid =
    "S-1-5-21-1111111111-2222222222-3333333333-1001";

void AddRegkeys(Forms* forms) {
  const std::string user = Join({"HKEY_USERS\\", kSid, "\\"});
  const std::string native_user = Join({"\\REGISTRY\\USER\\", kSid, "\\"});
  constexpr std::string_view kRun = "Software\\";
  const auto add = [forms](std::string_view what, std::string value,
                           std::string text, std::string_view end_of_value = "",
                           std::string_view end_of_text = "") {
    forms->push_back({kRegkey, kRegkey, "exact", what, [=](Names* names) {
                        const std::string word = names->Word();
                        return Pair{"regkey", Join({value, word, end_of_value}),
                                    Join({text, word, end_of_text})};
                      }});
  };
  const auto run = [kRun](std::string_view hive) { return Join({hive, kRun}); };
  add("as it is", run("HKEY_LOCAL_MACHINE\\"), run("HKEY_LOCAL_MACHINE\\"));
  add("hive's short name", run("HKEY_LOCAL_MACHINE\\"), run("HKLM\\"));
  add("attribute has the hive's short name", run("HKLM\\"),
      run("HKEY_LOCAL_MACHINE\\"));
  add("hive as the kernel has it", run("HKEY_LOCAL_MACHINE\\"),
      run("\\REGISTRY\\MACHINE\\"));
  add("attribute has the hive as the kernel has it",
      run("\\REGISTRY\\MACHINE\\"), run("HKLM\\"));
  add("hive's short name", run("HKEY_CURRENT_USER\\"), run("HKCU\\"));
  add("attribute has the hive's short name", run("HKCU\\"),
      run("HKEY_CURRENT_USER\\"));
  add("the user by number", run("HKCU\\"), run(user));
  add("the user by number, as the kernel has it", run("HKEY_CURRENT_USER\\"),
      run(native_user));
  add("control set by number", "HKLM\\SYSTEM\\CurrentControlSet\\Services\\",
      "HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Services\\");
  add("attribute has the control set by number",
      "HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Services\\",
      "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\");
  add("backslash at the end", run("HKEY_LOCAL_MACHINE\\"),
      run("HKEY_LOCAL_MACHINE\\"), "", "\\");
  add("attribute has a backslash at the end", run("HKEY_CURRENT_USER\\"),
      run("HKEY_CURRENT_USER\\"), "\\", "");
  forms->push_back(
      {kRegkey, kRegkey, "folded", "another case", [](Names* names) {
         const std::string key =
             "HKEY_CURRENT_USER\\Software\\" + names->Word();
         return Pair{"regkey", key, absl::AsciiStrToUpper(key)};
       }});

  const auto with_value = [forms](std::string_view what, std::string value,
                                  std::string text) {
    forms->push_back(
        {kRegkeyValue, kRegkeyValue, "exact", what, [=](Names* names) {
           const std::string rest = Join({"Software\\Run\\", names->Word(), "|",
                                          names->Folder(), names->FileName()});
           return Pair{"regkey|value", Join({value, rest}), Join({text, rest})};
         }});
  };
  with_value("as it is", "HKEY_CURRENT_USER\\", "HKEY_CURRENT_USER\\");
  with_value("attribute has the hive's short name", "HKLM\\",
             "HKEY_LOCAL_MACHINE\\");
  with_value("hive as the kernel has it", "HKEY_LOCAL_MACHINE\\",
             "\\REGISTRY\\MACHINE\\");
  with_value("the user by number", "HKCU\\", user);
}

// The names of kernel objects.
void AddNames(Forms* forms) {
  const auto add = [forms](IndicatorKind kind, std::string_view type,
                           std::string_view rule, std::string_view what,
                           std::string_view value, std::string_view text,
                           uint32_t traits = 0) {
    forms->push_back({kind, kind, rule, what,
                      [=](Names* names) {
                        const std::string word = names->Word();
                        return Pair{std::string(type), Join({value, word}),
                                    Join({text, word})};
                      },
                      traits});
  };
  add(kMutex, "mutex", "exact", "as it is", "", "");
  add(kMutex, "mutex", "exact", "as it is", "Global\\", "Global\\");
  for (const std::string_view folder :
       {"\\BaseNamedObjects\\", "\\Sessions\\1\\BaseNamedObjects\\", "Global\\",
        "Local\\"}) {
    add(kMutex, "mutex", "exact", "a folder in front", "", folder, kTypedOnly);
    add(kMutex, "mutex", "exact", "attribute has a folder in front", folder, "",
        kTypedOnly);
  }
  add(kMutex, "mutex", "exact", "another folder", "Global\\",
      "\\BaseNamedObjects\\", kTypedOnly);
  add(kNamedPipe, "named pipe", "exact", "as it is", "\\\\.\\pipe\\",
      "\\\\.\\pipe\\");
  add(kNamedPipe, "named pipe", "exact", "as the kernel has it",
      "\\\\.\\pipe\\", "\\Device\\NamedPipe\\", kTypedOnly);
  add(kNamedPipe, "named pipe", "exact", "as the kernel's callers have it",
      "\\\\.\\pipe\\", "\\??\\pipe\\", kTypedOnly);
  add(kNamedPipe, "named pipe", "exact", "attribute as the kernel has it",
      "\\Device\\NamedPipe\\", "\\\\.\\pipe\\", kTypedOnly);
  add(kUserAgent, "user-agent", "exact", "as it is", "Mozilla/5.0 ",
      "Mozilla/5.0 ");
  add(kUserAgent, "user-agent", "folded", "another case", "Mozilla/5.0 ",
      "MOZILLA/5.0 ");
  add(kPdb, "pdb", "exact", "as it is", "D:\\build\\", "D:\\build\\");
  add(kPdb, "pdb", "folded", "another case", "D:\\build\\", "d:\\BUILD\\");
  forms->push_back({kMutex, kMutex, "folded", "another case", [](Names* names) {
                      const std::string word = names->Word();
                      return Pair{"mutex", word, absl::AsciiStrToUpper(word)};
                    }});
  forms->push_back(
      {kMutex, kMutex, "exact", "blanks at the end", [](Names* names) {
         const std::string word = names->Word();
         return Pair{"mutex", word, word + "  "};
       }});
}

// Where the spelling differs in what the canonical form levels and in what
// folding levels too, either name is right.
void AllowEitherName(Forms* forms) {
  for (LabelledForm& form : *forms) {
    const bool is_named = form.kind == kRegkey || form.kind == kRegkeyValue ||
                          form.kind == kMutex || form.kind == kNamedPipe;
    if (is_named && form.rule == "exact" && form.what != "as it is") {
      form.also = {"folded"};
    }
    if (form.what == "host in upper case") form.also = {"exact", "folded"};
  }
}

}  // namespace

std::vector<LabelledForm> MatchingForms() {
  Forms forms;
  AddHashes(&forms);
  AddSsdeep(&forms);
  AddAddresses(&forms);
  AddHosts(&forms);
  AddUrls(&forms);
  AddEmails(&forms);
  AddFiles(&forms);
  AddRegkeys(&forms);
  AddNames(&forms);
  AllowEitherName(&forms);
  return forms;
}

}  // namespace mispsift::corpus
