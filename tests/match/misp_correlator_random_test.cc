// Random attributes against random values, seen in a report or asked for: the
// index as_misp and the slow correlator agree.

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "mispsift/match/misp_correlator.h"
#include "tests/support/slow_misp_correlator.h"
#include "tests/support/snapshots.h"

namespace mispsift {
namespace {

using K = IndicatorKind;

const std::string kMd5 = "0123456789abcdef0123456789abcdef";
const std::string kTlsh(70, 'b');

struct Typed {
  std::string type;
  std::string value;
};

// Few distinct values, in many types, so that they meet often.
const std::vector<Typed>& AllTyped() {
  static const std::vector<Typed>* const all =
      new std::vector<Typed>{{"domain", "evil.example"},
                             {"domain", "Evil.Example."},
                             {"hostname", "evil.example"},
                             {"hostname", "evil.example."},
                             {"hostname|port", "evil.example|8080"},
                             {"text", "evil.example"},
                             {"text", "EVIL.example "},
                             {"comment", "evil.example"},
                             {"domain|ip", "evil.example|203.0.113.7"},
                             {"ip-dst", "203.0.113.7"},
                             {"ip-src", "203.0.113.9"},
                             {"ip-src", "203.0.113.0/24"},
                             {"ip-dst", "203.0.113.5/24"},
                             {"ip-src", "203.0.113.7/31"},
                             {"ip-dst", "203.0.112.0/23"},
                             {"text", "203.0.113.0/24"},
                             {"text", "203.0.113.5/24"},
                             {"text", "203.0.113.7"},
                             {"ip-dst|port", "203.0.113.7|80"},
                             {"ip-src|port", "203.0.113.8|80"},
                             {"ip-dst", "::ffff:203.0.113.7"},
                             {"ip-dst", "2001:db8::7"},
                             {"ip-src", "2001:db8::/48"},
                             {"ip-dst|port", "2001:db8::8|443"},
                             {"port", "80"},
                             {"text", "80"},
                             {"text", "0"},
                             {"url", "http://evil.example/A"},
                             {"uri", "http://evil.example/a"},
                             {"url", "evil.example/A"},
                             {"mutex", "Mutex"},
                             {"mutex", "m\xc3\xbctex"},
                             {"user-agent", "mutex"},
                             {"mutex", "\xe2\x80\x8b"},
                             {"mutex", "\xf0\x9f\x98\x80x"},
                             {"text", "?x"},
                             {"filename", "evil.exe"},
                             {"filename", "C:\\Temp\\evil.exe"},
                             {"filename|md5", "Evil.exe|" + kMd5},
                             {"malware-sample", "evil.exe|" + kMd5},
                             {"malware-sample", "evil.exe|"},
                             {"md5", kMd5},
                             {"imphash", kMd5},
                             {"x509-fingerprint-md5", kMd5},
                             {"regkey", "HKLM\\Evil"},
                             {"regkey", "HKEY_LOCAL_MACHINE\\Evil"},
                             {"url", "http://evil.example:80/A"},
                             {"regkey|value", "HKLM\\Evil|1"},
                             {"regkey|value", "HKLM\\Evil|0"},
                             {"regkey|value", "hklm\\evil|evil.exe"},
                             {"tlsh", "T1" + kTlsh},
                             {"tlsh", kTlsh},
                             {"named pipe", "\\\\.\\pipe\\evil"},
                             {"email", "eve@evil.example"}};
  return *all;
}

struct Shown {
  K kind;
  std::string value;
  std::vector<std::string> types;  // of what would be submitted for it
};

const std::vector<Shown>& AllShown() {
  static const std::vector<Shown>* const all = new std::vector<Shown>{
      {K::kHost, "evil.example", {"domain"}},
      {K::kHost, "localhost", {"domain"}},
      {K::kIp, "203.0.113.7", {"ip-dst"}},
      {K::kIp, "203.0.113.6", {"ip-dst"}},
      {K::kIp, "203.0.114.7", {"ip-dst"}},
      {K::kIp, "2001:db8::7", {"ip-dst"}},
      {K::kIp, "2001:db8:1::7", {"ip-dst"}},
      {K::kIpPort, "203.0.113.7|80", {"ip-dst|port"}},
      {K::kIpPort, "203.0.113.9|81", {"ip-dst|port"}},
      {K::kUrl, "http://evil.example/A", {"url"}},
      {K::kUrl, "evil.example/a", {"url"}},
      {K::kUri, "http://evil.example/A", {"uri"}},
      {K::kMutex, "Mutex", {"mutex"}},
      {K::kMutex, "MUTEX", {"mutex"}},
      {K::kMutex, "0", {"mutex"}},
      {K::kMutex, "\xe2\x80\x8b", {"mutex"}},
      {K::kMutex, "\xf0\x9f\x98\x81x", {"mutex"}},
      {K::kUserAgent, "mutex", {"user-agent"}},
      {K::kFilename, "EVIL.EXE", {"filename"}},
      {K::kFilepath, "c:\\temp\\EVIL.exe", {"filename"}},
      {K::kMd5, kMd5, {"md5"}},
      {K::kX509Fingerprint, kMd5, {"x509-fingerprint-md5"}},
      {K::kRegkey, "HKLM\\Evil", {"regkey"}},
      {K::kRegkey, "HKEY_LOCAL_MACHINE\\Evil", {"regkey"}},
      {K::kUrl, "http://evil.example:80/A", {"url"}},
      {K::kRegkeyValue, "HKLM\\Evil|1", {"regkey|value"}},
      {K::kRegkeyValue, "HKLM\\None|0", {"regkey|value"}},
      {K::kRegkeyValue, "HKLM\\None|\xef\xbc\x90", {"regkey|value"}},
      {K::kTlsh, kTlsh, {"tlsh", "tlsh with its version"}},
      {K::kEmail, "eve@evil.example", {"email-src"}}};
  return *all;
}

class Scene {
 public:
  explicit Scene(uint32_t seed) : random_(seed) {
    std::map<std::string, Planted> planted;
    for (size_t i = Below(14); i > 0; --i) {
      const Typed& typed = AllTyped()[Below(AllTyped().size())];
      planted[typed.type + typed.value] = {typed.type, typed.value,
                                           Below(2) == 0, Below(10) == 0};
    }
    std::vector<Planted> all;
    for (const auto& [key, attribute] : planted) all.push_back(attribute);
    snapshot_ = SnapshotOf(all);
    advanced_ = Below(2) == 0;
    limit_ = Below(4) == 0 ? 1 + Below(3) : 0;
    IndexSettings settings;
    settings.only_ids = true;  // plays no part, nor does this:
    settings.ioc_blacklist = {"evil.example"};
    settings.keep_suppressed = Below(2) == 0;
    settings.as_misp = advanced_ ? AsMisp::kAdvanced : AsMisp::kDefault;
    index_.emplace(Index::Build(*snapshot_, settings));
    matcher_.misp_correlation_limit = limit_;
    matcher_.exact_only = Below(2) == 0;  // nor does this
  }

  size_t Below(size_t n) { return random_() % n; }

  PlainCorrelations Slow(const std::string& type, const std::string& value) {
    return SlowCorrelate(*snapshot_, advanced_, limit_, type, value);
  }
  std::string UuidOf(uint32_t row) {
    return snapshot_->attribute(row).fields->uuid.ToString();
  }
  const Index& index() { return *index_; }
  const MatcherSettings& matcher() { return matcher_; }

 private:
  std::mt19937 random_;
  std::optional<Snapshot> snapshot_;
  std::optional<Index> index_;
  MatcherSettings matcher_;
  bool advanced_;
  uint64_t limit_;
};

TEST(MispCorrelatorRandomTest, WhatIsSavedMeetsWhatTheSlowCorrelatorFinds) {
  int met = 0;
  for (uint32_t seed = 0; seed < 2000; ++seed) {
    Scene scene(seed);
    for (const Typed& typed : AllTyped()) {
      MispValues values;
      PlainCorrelations found;
      if (MispValuesOf(FindAttributeType(typed.type), typed.value, &values) ==
          Unmatchable::kNo) {
        for (const IndicatorMatch& match : FindMispCorrelations(
                 scene.index(), values, scene.matcher(), false)) {
          EXPECT_TRUE(
              found.try_emplace(scene.UuidOf(match.attribute), match.rule)
                  .second);
        }
      }
      ASSERT_EQ(found, scene.Slow(typed.type, typed.value))
          << "seed " << seed << ", " << typed.type << " " << typed.value;
      met += static_cast<int>(found.size());
    }
  }
  EXPECT_GT(met, 10'000);
}

TEST(MispCorrelatorRandomTest, WhatAReportShowsMeetsWhatItsAttributeWould) {
  int met = 0;
  for (uint32_t seed = 0; seed < 2000; ++seed) {
    Scene scene(seed);
    Matcher matcher(&scene.index(), scene.matcher());
    JsonPath path;
    using Seen = std::pair<std::string, std::string>;
    std::map<Seen, PlainCorrelations> wanted;
    for (size_t i = scene.Below(12); i > 0; --i) {
      const Shown& shown = AllShown()[scene.Below(AllShown().size())];
      Observation seen = {shown.kind, KeyForm::kValue, Reading::kField,
                          Where::kNetwork, shown.value};
      const size_t what = scene.Below(8);
      if (what == 0) seen.is_part = true;
      if (what == 1) seen.reading = Reading::kBasename;
      if (what == 2) seen.form = KeyForm::kWholeString;
      matcher.Observe(seen, path);
      if (what < 3) continue;
      PlainCorrelations& of =
          wanted[{std::string(KindName(shown.kind)), shown.value}];
      for (const std::string& type : shown.types) {
        of.merge(type == shown.types[0]
                     ? scene.Slow(type, shown.value)
                     : scene.Slow("tlsh", "T1" + shown.value));
      }
    }
    std::erase_if(wanted, [](const auto& of) { return of.second.empty(); });
    std::map<Seen, PlainCorrelations> found;
    const ReportMatches matches = matcher.Take();
    for (const Match& match : matches.matches) {
      const Observable& seen = matches.observables[match.observable];
      found[{std::string(KindName(seen.kind)), seen.value}].emplace(
          scene.UuidOf(match.attribute), match.rule);
      EXPECT_EQ(match.confidence, Confidence(Reading::kField, match.rule));
    }
    ASSERT_EQ(found, wanted) << "seed " << seed;
    met += static_cast<int>(matches.matches.size());
  }
  EXPECT_GT(met, 1'000);
}

}  // namespace
}  // namespace mispsift
