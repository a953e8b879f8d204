#include "mispsift/normalize/warninglist_matcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <string>
#include <string_view>
#include <vector>

#include "mispsift/model/warninglist.h"
#include "tests/support/slow_warninglists.h"

namespace mispsift {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using T = WarninglistType;
constexpr uint8_t kFirst = WarninglistHit::kFirstHalf;
constexpr uint8_t kSecond = WarninglistHit::kSecondHalf;
constexpr uint8_t kByHost = kFirst | WarninglistHit::kOnlyHost;
constexpr uint8_t kBelow = kFirst | WarninglistHit::kOnlyBelow;
constexpr uint8_t kHostBelow = kByHost | kBelow;

Warninglist List(WarninglistType type, std::vector<std::string> entries,
                 std::vector<std::string> types = {}) {
  Warninglist list;
  list.name = "Example list";
  list.type = type;
  list.entries = std::move(entries);
  list.matching_attributes = std::move(types);
  return list;
}

// A matcher of lists, with their bytes.
class Built {
 public:
  explicit Built(const std::vector<Warninglist>& lists)
      : lists_(lists),
        encoded_(EncodeWarninglists(lists)),
        view_(*WarninglistsView::Read(encoded_.columns())),
        matcher_(view_),
        check_(&matcher_) {}

  std::vector<WarninglistHit> Hits(std::string_view type,
                                   std::string_view value) {
    const std::span<const WarninglistHit> hits =
        check_.Hits(matcher_.ScopeOf(type), value);
    return {hits.begin(), hits.end()};
  }
  const WarninglistMatcher& matcher() const { return matcher_; }

 private:
  std::vector<Warninglist> lists_;
  EncodedWarninglists encoded_;
  WarninglistsView view_;
  WarninglistMatcher matcher_;
  WarninglistCheck check_;
};

struct Case {
  WarninglistType list;
  const char* entry;
  const char* type;
  const char* value;
  uint8_t misp;
  uint8_t corrected;
};

// Every row of the table in the header, and what is the same in both ways.
constexpr Case kCases[] = {
    // string
    {T::kString, "www.example.com", "domain", "www.example.com", kFirst,
     kFirst},
    {T::kString, "www.example.com", "domain", "WWW.Example.com.", 0, kFirst},
    {T::kString, "WWW.EXAMPLE.COM", "domain", "www.example.com", 0, kFirst},
    {T::kString, "example.com", "domain", "www.example.com", 0, 0},
    {T::kString, "example.com", "url", "http://example.com/", 0, 0},
    {T::kString, "example.com", "url", "example.com", kFirst, kFirst},
    {T::kString, "example.com", "domain", "example[.]com", 0, kFirst},
    {T::kString,
     "b\xc3\xbc"
     "cher.example",
     "domain", "xn--bcher-kva.example", 0, kFirst},
    {T::kString, "xn--bcher-kva.example", "hostname",
     "B\xc3\xbc"
     "cher.example",
     0, kFirst},
    {T::kString, "D41D8CD98F00B204E9800998ECF8427E", "md5",
     "d41d8cd98f00b204e9800998ecf8427e", 0, kFirst},
    {T::kString, "Info@Example.com", "email", "info@example.com", 0, kFirst},
    {T::kString, "Global\\Mutex", "mutex", "global\\mutex", 0, 0},
    {T::kString, "Global\\Mutex", "mutex", "Global\\Mutex", kFirst, kFirst},
    {T::kString, " example.com ", "domain", "example.com", 0, kFirst},
    {T::kString, "2001:DB8:0::1", "ip-dst", "2001:db8::1", 0, kFirst},
    {T::kString, "LOCAL", "domain", "local", 0, kFirst},
    {T::kString, "3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C", "ssdeep",
     "3:axGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C", 0, 0},
    // string, dotted
    {T::kString, ".example.com", "domain", "example.com", 0, kFirst},
    {T::kString, ".example.com", "hostname", "a.b.example.com", 0, kBelow},
    {T::kString, ".example.com", "domain", "badexample.com", 0, 0},
    {T::kString, ".example.com", "other", ".example.com", kFirst, kFirst},
    {T::kString, ".example.com", "url", "http://a.example.com/x", 0,
     kHostBelow},
    {T::kString, ".com", "domain", "example.com", 0, 0},
    {T::kString, ".bashrc", "filename", "bashrc", 0, 0},
    // substring
    {T::kSubstring, "mailer.example", "domain", "badmailer.example", kFirst,
     kFirst},
    {T::kSubstring, "Mailer", "email", "info@mailer.example", 0, kFirst},
    {T::kSubstring, "mailer", "mutex", "MAILER", 0, 0},
    {T::kSubstring, "Path", "url", "http://example.com/a/Path", kFirst, kFirst},
    {T::kSubstring, "path", "url", "http://example.com/a/Path", 0, 0},
    {T::kSubstring, "example", "url", "http://EXAMPLE.com/a", 0, kByHost},
    {T::kSubstring, "b", "domain", "a.b.example", kFirst, kFirst},
    // hostname
    {T::kHostname, "example.com", "domain", "example.com", kFirst, kFirst},
    {T::kHostname, ".Example.com", "hostname", "a.b.example.com", kBelow,
     kBelow},
    {T::kHostname, "example.com", "hostname", "a.b.EXAMPLE.com", 0, kBelow},
    {T::kHostname, "example.com", "hostname", "a.badexample.com", 0, 0},
    {T::kHostname, "a.example.com", "hostname", "example.com", 0, 0},
    {T::kHostname, "example.com", "hostname|port", "a.example.com|8080", kBelow,
     kBelow},
    {T::kHostname, "example.com", "url", "http://example.com/", kFirst, kFirst},
    {T::kHostname, "example.com", "url", "http://example.com", kFirst, kFirst},
    {T::kHostname, "example.com", "url", "http://a.example.com/x", kHostBelow,
     kHostBelow},
    {T::kHostname, "example.com", "url", "http://example.com:8080/x", 0,
     kByHost},
    {T::kHostname, "example.com", "url", "http://u:p@example.com/x", 0,
     kByHost},
    {T::kHostname, "example.com", "url", "http://u@v@example.com/", 0, kFirst},
    {T::kHostname, "example.com", "url", "http://EXAMPLE.com/", 0, kFirst},
    {T::kHostname, "example.com", "url", "http://example.com./", kFirst,
     kFirst},
    {T::kHostname, "example.com", "url", "http://example.com?q=1", 0, kByHost},
    {T::kHostname, "example.com", "url", "hxxp://example[.]com/", 0, kFirst},
    {T::kHostname, "example.com", "url", "example.com/x", kByHost, kByHost},
    {T::kHostname, "example.com", "url", "http://evil.test/example.com", 0, 0},
    {T::kHostname, "example.com", "url", "evil.test//example.com", kByHost, 0},
    {T::kHostname, "example.com", "url", "http://example.com@evil.test/", 0, 0},
    {T::kHostname, "example.com", "email", "info@a.example.com", kBelow,
     kBelow},
    {T::kHostname, "example.com", "email", "info@example.com", 0, kFirst},
    {T::kHostname,
     "b\xc3\xbc"
     "cher.example",
     "domain", "xn--bcher-kva.example", 0, kFirst},
    {T::kHostname, "192.0.2.1", "ip-dst", "192.0.2.1", kFirst, kFirst},
    {T::kHostname, "1", "ip-dst", "192.0.2.1", kBelow, 0},
    {T::kHostname, "a", "domain", "a.0", kBelow, 0},
    {T::kHostname, "a.0", "domain", "a.0", 0, kFirst},
    // cidr
    {T::kCidr, "192.0.2.0/24", "ip-dst", "192.0.2.255", kFirst, kFirst},
    {T::kCidr, "192.0.2.0/24", "ip-dst", "192.0.3.0", 0, 0},
    {T::kCidr, "192.0.2.1", "ip-src", "192.0.2.1", kFirst, kFirst},
    {T::kCidr, "192.0.2.0/24", "ip-dst", "192.0.2.0/24", kFirst, kFirst},
    {T::kCidr, "192.0.2.0/24", "ip-dst", "192.0.2.64/26", kFirst, kFirst},
    {T::kCidr, "192.0.2.0/24", "ip-dst", "192.0.2.0/23", 0, 0},
    {T::kCidr, "192.0.2.0/24", "ip-dst", "192.0.2.0/0", kFirst, 0},
    {T::kCidr, "0.0.0.0/0", "ip-dst", "192.0.2.1", kFirst, kFirst},
    {T::kCidr, "192.0.2.0/24", "ip-dst|port", "192.0.2.7|443", kFirst, kFirst},
    {T::kCidr, "192.0.2.0/24", "domain|ip", "evil.test|192.0.2.7", kSecond,
     kSecond},
    {T::kCidr, "192.0.2.0/24", "url", "http://192.0.2.7/x", 0, kByHost},
    {T::kCidr, "192.0.2.0/24", "url", "http://192.0.2.7:8080/", 0, kFirst},
    {T::kCidr, "2001:db8::/32", "url", "http://[2001:db8::1]:80/x", 0, kByHost},
    {T::kCidr, "2001:db8::/32", "ip-dst", "2001:DB8:1::", kFirst, kFirst},
    {T::kCidr, "2001:db8::1/32", "ip-dst", "2001:db8:2::", kFirst, kFirst},
    {T::kCidr, "2001:db8::/32", "ip-dst", "2001:db8::/31", 0, 0},
    {T::kCidr, "2001:db8::/32", "ip-dst", "2001:db9::", 0, 0},
    {T::kCidr, "192.0.2.1/24", "ip-dst", "192.0.2.7", 0, kFirst},
    {T::kCidr, "192.0.2.0/024", "ip-dst", "192.0.2.7", 0, kFirst},
    {T::kCidr, "::ffff:192.0.2.0/120", "ip-dst", "192.0.2.7", 0, kFirst},
    {T::kCidr, "192.0.2.0/24", "ip-dst", "::ffff:192.0.2.7", 0, kFirst},
    {T::kCidr, "::ffff:c000:201", "ip-dst", "::ffff:192.0.2.1", kFirst, kFirst},
    {T::kCidr, "192.0.2.0/24", "domain", "192.0.2.7", kFirst, kFirst},
    {T::kCidr, "192.0.2.0/24", "other", "192.0.2.0/23", 0, 0},
    // regex
    {T::kRegex, "/^(soc|abuse)\\@.*\\..*$/i", "email", "ABUSE@example.com",
     kFirst, kFirst},
    {T::kRegex, "/0163296[0-9]{4}/g", "phone-number", "+4401632960123", 0,
     kFirst},
    {T::kRegex, "(^a+$)", "other", "aaa", kFirst, kFirst},
    {T::kRegex, "#^a/b$#", "other", "a/b", kFirst, kFirst},
    {T::kRegex, "/^a b # c\n c$/x", "other", "abc", kFirst, kFirst},
    {T::kRegex, "/^a.c$/s", "other", "a\nc", kFirst, kFirst},
    {T::kRegex, "/^a.c$/", "other", "a\nc", 0, 0},
    {T::kRegex, "/^b$/m", "other", "a\nb", kFirst, kFirst},
    {T::kRegex, "/^.$/u", "other", "\xc3\xbc", kFirst, kFirst},
    {T::kRegex, "/^.$/", "other", "\xc3\xbc", 0, 0},
    {T::kRegex, "/b/A", "other", "ab", 0, 0},
    {T::kRegex, "/a/y", "other", "a", 0, 0},
    {T::kRegex, "a", "other", "a", 0, 0},
    {T::kRegex, "/a", "other", "a", 0, 0},
    {T::kRegex, "/(?<=a)b/", "other", "ab", 0, 0},
    {T::kRegex, "/a/ ", "other", " a", kFirst, kFirst},
    // composites
    {T::kString, "d41d8cd98f00b204e9800998ecf8427e", "filename|md5",
     "a.exe|d41d8cd98f00b204e9800998ecf8427e", kSecond, kSecond},
    {T::kString, "a.exe", "malware-sample",
     "a.exe|d41d8cd98f00b204e9800998ecf8427e", kFirst, kFirst},
    {T::kString, "b|c", "filename|md5", "a|b|c", kSecond, kSecond},
    {T::kString, "a|b", "mutex", "a|b", kFirst, kFirst},
};

TEST(WarninglistMatcher, ComparesInBothWays) {
  for (const Case& row : kCases) {
    SCOPED_TRACE(std::string(WarninglistTypeName(row.list)) + " '" + row.entry +
                 "', " + row.type + " '" + row.value + "'");
    Built built({List(row.list, {row.entry})});
    const std::vector<WarninglistHit> hits = built.Hits(row.type, row.value);
    const WarninglistHit hit = hits.empty() ? WarninglistHit() : hits[0];
    EXPECT_EQ(hit.misp, row.misp);
    EXPECT_EQ(hit.corrected, row.corrected);
    EXPECT_EQ(hits.size(), row.misp == 0 && row.corrected == 0 ? 0u : 1u);
  }
}

// In MISP's way a list tells the first half that is on it, corrected both.
TEST(WarninglistMatcher, TellsHalves) {
  Built built({List(T::kString, {"a.example", "192.0.2.1"}),
               List(T::kCidr, {"192.0.2.0/24"})});
  EXPECT_THAT(
      built.Hits("domain|ip", "a.example|192.0.2.1"),
      ElementsAre(
          WarninglistHit{
              .list = 0, .misp = kFirst, .corrected = kFirst | kSecond},
          WarninglistHit{.list = 1, .misp = kSecond, .corrected = kSecond}));
}

TEST(WarninglistMatcher, ListsApplyToTheirTypes) {
  std::vector<Warninglist> lists = {
      List(T::kString, {"a.example"}, {"domain", "url"}),
      List(T::kString, {"a.example"}, {"hostname"}),
      List(T::kString, {"a.example"}),
      List(T::kString, {"a.example"}),
  };
  lists[3].enabled = false;
  Built built(lists);
  const auto numbers = [&](std::string_view type) {
    std::vector<int> all;
    for (const WarninglistHit& hit : built.Hits(type, "a.example")) {
      all.push_back(hit.list);
    }
    return all;
  };
  EXPECT_THAT(numbers("domain"), ElementsAre(0, 2));
  EXPECT_THAT(numbers("hostname"), ElementsAre(1, 2));
  EXPECT_THAT(numbers("no-such-type"), ElementsAre(2));

  const WarninglistMatcher& matcher = built.matcher();
  WarninglistCheck check(&matcher);
  EXPECT_EQ(check.Hits(matcher.EveryListFor("domain"), "a.example").size(), 3u);
  EXPECT_TRUE(Built({}).matcher().ScopeOf("domain").empty());
  EXPECT_TRUE(Built({lists[3]}).matcher().ScopeOf("domain").empty());
}

TEST(WarninglistMatcher, NamesWhatIsOfNoUse) {
  Built built({
      List(T::kString, {"a"}),
      List(T::kRegex, {"/a/g", "/(a/", "/b/", "c"}),
      List(T::kCidr, {"192.0.2.1/24", "example.com", "192.0.2.0/33"}),
      List(T::kHostname, {"not a name", "example.com"}),
      List(T::kSubstring, {" "}),
  });
  const std::vector<WarninglistMatcher::Unusable>& unusable =
      built.matcher().unusable();
  ASSERT_EQ(unusable.size(), 4u);
  EXPECT_EQ(unusable[0].list, 1);
  EXPECT_EQ(unusable[0].misp, 3u);
  EXPECT_EQ(unusable[0].corrected, 2u);
  EXPECT_THAT(
      unusable[0].first,
      ElementsAre(HasSubstr("/a/g: "), HasSubstr("/(a/: "), HasSubstr("c: ")));
  EXPECT_EQ(unusable[1].list, 2);
  EXPECT_EQ(unusable[1].misp, 3u);
  EXPECT_EQ(unusable[1].corrected, 2u);
  EXPECT_EQ(unusable[2].list, 3);
  EXPECT_EQ(unusable[2].misp, 0u);
  EXPECT_EQ(unusable[2].corrected, 1u);
  // A blank alone would be everywhere.
  EXPECT_EQ(unusable[3].corrected, 1u);
  EXPECT_THAT(built.Hits("other", "b"), testing::SizeIs(1));
}

// Work is bounded by the entries, not by what a value nests.
TEST(WarninglistMatcher, LongValuesAreNoTrap) {
  Built built({List(T::kHostname, {"example.com"}),
               List(T::kSubstring, {"example", "exa", "e"}),
               List(T::kRegex, {"/(a|aa)+$/"})});
  const std::string dots(65'000, '.');
  EXPECT_THAT(built.Hits("other", dots), IsEmpty());
  std::string labels;
  for (int i = 0; i < 30'000; ++i) labels += "a.";
  EXPECT_THAT(built.Hits("hostname", labels + "example.com"),
              testing::SizeIs(2));
  EXPECT_THAT(built.Hits("other", std::string(60'000, 'a') + "b"), IsEmpty());
}

// --- Against the slow twin ---

template <typename Container>
rc::Gen<std::string> OneOf(const Container& texts) {
  return rc::gen::map(rc::gen::elementOf(texts),
                      [](const char* text) { return std::string(text); });
}

rc::Gen<std::string> Joined(rc::Gen<std::string> part, int min, int max,
                            const std::string& separator) {
  return rc::gen::mapcat(rc::gen::inRange(min, max + 1), [=](int count) {
    return rc::gen::map(rc::gen::container<std::vector<std::string>>(
                            static_cast<size_t>(count), part),
                        [separator](const std::vector<std::string>& parts) {
                          std::string text;
                          for (const std::string& one : parts) {
                            if (!text.empty()) text += separator;
                            text += one;
                          }
                          return text;
                        });
  });
}

// Few labels, so that values and entries meet.
rc::Gen<std::string> Host() {
  static const std::vector<const char*> kLabels = {
      "a", "b", "A", "aa", "0", "b\xc3\xbc", "xn--b-eha", "com", "x-y_z"};
  static const std::vector<const char*> kEnds = {
      ".com", ".example", ".0", ".COM.", "", ".example.."};
  return rc::gen::map(
      rc::gen::pair(Joined(OneOf(kLabels), 1, 3, "."), OneOf(kEnds)),
      [](const std::pair<std::string, std::string>& parts) {
        return parts.first + parts.second;
      });
}

rc::Gen<std::string> Address() {
  static const std::vector<const char*> kAddresses = {
      "192.0.2.1",   "192.0.2.64",         "192.0.2.255",     "198.51.100.7",
      "192.0.2.0",   "2001:db8::1",        "2001:DB8:0:1::2", "2001:db8::",
      "192.0.2.01",  "::ffff:192.0.2.65",  "::ffff:c000:201", "fe80::1",
      "203.0.113.9", "::ffff:203.0.113.0", "256.1.1.1",       "::1"};
  return OneOf(kAddresses);
}

rc::Gen<std::string> Network() {
  static const std::vector<const char*> kPrefixes = {
      "",    "/0",  "/24",  "/25",  "/26",  "/32",  "/33",
      "/31", "/32", "/128", "/120", "/127", "/024", "/96"};
  return rc::gen::map(rc::gen::pair(Address(), OneOf(kPrefixes)),
                      [](const std::pair<std::string, std::string>& parts) {
                        // MISP, and so the twin, takes this "/32" for that of
                        // an IPv4 address.
                        const bool is_mapped = parts.first.starts_with("::f");
                        if (is_mapped && parts.second == "/32") {
                          return parts.first;
                        }
                        return parts.first + parts.second;
                      });
}

rc::Gen<std::string> Url() {
  static const std::vector<const char*> kSchemes = {"http://", "HTTPS://", "",
                                                    "//", "ftp://"};
  static const std::vector<const char*> kUsers = {"", "", "u@", "u:p@", "a@b@"};
  static const std::vector<const char*> kPaths = {
      "", "/", "/a.com", "?b", "#a", ":80/a", ":80", "//a.com/", "\\a", ":/"};
  return rc::gen::map(
      rc::gen::tuple(
          OneOf(kSchemes), OneOf(kUsers),
          rc::gen::oneOf(Host(), Address(),
                         rc::gen::just<std::string>("[2001:db8::1]")),
          OneOf(kPaths)),
      [](const std::tuple<std::string, std::string, std::string, std::string>&
             parts) {
        return std::get<0>(parts) + std::get<1>(parts) + std::get<2>(parts) +
               std::get<3>(parts);
      });
}

rc::Gen<std::string> Hash() {
  static const std::vector<const char*> kHashes = {
      "d41d8cd98f00b204e9800998ecf8427e", "D41D8CD98F00B204E9800998ECF8427E",
      "da39a3ee5e6b4b0d3255bfef95601890afd80709", "abc", "3::"};
  return OneOf(kHashes);
}

rc::Gen<std::string> Email() {
  return rc::gen::map(Host(),
                      [](const std::string& host) { return "Ab@" + host; });
}

rc::Gen<std::string> Text() {
  static const std::vector<const char*> kTexts = {
      "a.exe", "A.EXE", "a", "a b", "C:\\a\\b.com", "a/b", "", ".", "..", "-"};
  return OneOf(kTexts);
}

rc::Gen<std::string> Padded(rc::Gen<std::string> text) {
  static const std::vector<const char*> kBlanks = {"", "", "", "", " ", "\t"};
  return rc::gen::map(
      rc::gen::tuple(OneOf(kBlanks), text, OneOf(kBlanks)),
      [](const std::tuple<std::string, std::string, std::string>& parts) {
        return std::get<0>(parts) + std::get<1>(parts) + std::get<2>(parts);
      });
}

rc::Gen<std::string> Entry(WarninglistType type) {
  static const std::vector<const char*> kRegexes = {
      "/a/", "/^a\\.com$/i", "/com/g", "/[0-9]{2}/gi", "/^$/", "/x/y"};
  static const std::vector<const char*> kPieces = {
      "a", "b.com", "A.com", "com", "aa.example", "192.0", "exe", "@a", " "};
  const rc::Gen<std::string> host = rc::gen::map(
      rc::gen::pair(rc::gen::element<std::string>("", "", "."), Host()),
      [](const std::pair<std::string, std::string>& parts) {
        return parts.first + parts.second;
      });
  switch (type) {
    case T::kString:
      return Padded(rc::gen::oneOf(host, Hash(), Address(), Email(), Text(),
                                   Url(), Network()));
    case T::kSubstring:
      return OneOf(kPieces);
    case T::kHostname:
      return Padded(rc::gen::oneOf(host, host, Address()));
    case T::kCidr:
      return Padded(Network());
    case T::kRegex:
      return OneOf(kRegexes);
  }
  return host;
}

Warninglist RandomList() {
  const auto type = static_cast<WarninglistType>(*rc::gen::inRange(0, 5));
  Warninglist list = List(
      type, *rc::gen::resize(
                6, rc::gen::container<std::vector<std::string>>(Entry(type))));
  // As a reader leaves them out.
  std::erase_if(list.entries,
                [](const std::string& entry) { return entry.empty(); });
  if (*rc::gen::inRange(0, 2) == 0) {
    list.matching_attributes = {"domain", "url", "ip-dst", "domain|ip"};
  }
  list.enabled = *rc::gen::inRange(0, 8) != 0;
  return list;
}

TEST(WarninglistMatcher, AgreesWithTheSlowTwin) {
  const auto passed = rc::check([] {
    std::vector<Warninglist> lists;
    for (int i = *rc::gen::inRange(0, 5); i >= 0; --i) {
      lists.push_back(RandomList());
    }
    Built built(lists);
    for (int i = 0; i < 12; ++i) {
      const auto type = *rc::gen::element<std::string>(
          "domain", "hostname", "url", "ip-dst", "ip-src|port", "domain|ip",
          "filename|md5", "md5", "email", "other", "mutex", "hostname|port",
          "no-such-type", "malware-sample", "uri");
      const auto half =
          Padded(rc::gen::oneOf(Host(), Host(), Url(), Url(), Network(),
                                Address(), Hash(), Email(), Text()));
      std::string value = *half;
      if (type.find('|') != std::string::npos && *rc::gen::inRange(0, 5) > 0) {
        value += "|" + *half;
      }
      const std::vector<WarninglistHit> hits = built.Hits(type, value);
      const std::vector<WarninglistHit> slow =
          SlowWarninglistHits(lists, type, value);
      if (hits == slow) continue;
      const auto show = [&](const std::vector<WarninglistHit>& of) {
        std::string text;
        for (const WarninglistHit& hit : of) {
          text += "  list " + std::to_string(hit.list) + " misp " +
                  std::to_string(hit.misp) + " corrected " +
                  std::to_string(hit.corrected) + "\n";
        }
        return text;
      };
      std::string shown = type + " '" + value + "'\nfast:\n" + show(hits) +
                          "slow:\n" + show(slow);
      for (size_t l = 0; l < lists.size(); ++l) {
        shown += std::to_string(l) + " " +
                 std::string(WarninglistTypeName(lists[l].type)) + ":";
        for (const std::string& entry : lists[l].entries) {
          shown += " '" + entry + "'";
        }
        shown += "\n";
      }
      RC_FAIL(shown);
    }
  });
  EXPECT_TRUE(passed);
}

}  // namespace
}  // namespace mispsift
