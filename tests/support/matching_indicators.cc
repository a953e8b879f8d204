#include "tests/support/matching_indicators.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "mispsift/normalize/normalize.h"
#include "mispsift/normalize/public_suffixes.h"
#include "mispsift/normalize/spell_out.h"
#include "tests/support/disguises.h"
#include "tests/support/ssdeep.h"

namespace mispsift {
namespace {

using K = IndicatorKind;

int Below(int n, std::mt19937_64* random) {
  return std::uniform_int_distribution<int>(0, n - 1)(*random);
}

std::string Cased(std::string text, std::mt19937_64* random) {
  const int how = Below(4, random);
  for (char& c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (how == 1) c = absl::ascii_toupper(byte);
    if (how == 2) c = absl::ascii_tolower(byte);
  }
  if (how == 3) text += "\xCC\x81 ";  // an accent, a blank
  return text;
}

// Other ways to spell a value; what does not compare as equal is for the caller
// to tell.
std::vector<std::string> Spellings(K kind, const std::string& value,
                                   std::mt19937_64* random) {
  std::vector<std::string> all;
  if (kind == K::kUrl) {
    const std::string_view rest = WithoutScheme(value);
    if (!rest.empty()) {
      all.emplace_back(rest);
      all.push_back("https://" + std::string(rest));
    }
    all.push_back(value + "/");
    all.push_back(value + "#top");
    std::string encoded;
    for (const char c : value) {
      const bool spell = absl::ascii_isalnum(static_cast<unsigned char>(c)) &&
                         encoded.size() > 10 && Below(3, random) == 0;
      encoded += spell ? fmt::format("%{:02x}", c) : std::string(1, c);
    }
    all.push_back(encoded);
  } else if (kind == K::kRegkey || kind == K::kRegkeyValue) {
    const size_t backslash = value.find('\\', 1);
    const std::string rest =
        backslash == std::string::npos ? "" : value.substr(backslash);
    for (const char* hive :
         {"HKLM", "HKEY_LOCAL_MACHINE", "HKLM:", "\\REGISTRY\\MACHINE", "HKCU",
          "HKEY_CURRENT_USER", "HKEY_USERS\\S-1-5-21-1-2-3",
          "\\REGISTRY\\USER\\S-1-5-21-4-5-6-7", "HKCR", "HKEY_CLASSES_ROOT"}) {
      all.push_back(hive + rest);
    }
    if (kind == K::kRegkey) all.push_back(value + "\\");
    const std::string set = "\\SYSTEM\\ControlSet001";
    const size_t at = value.find(set);
    if (at != std::string::npos) {
      std::string current = value;
      all.push_back(
          current.replace(at, set.size(), "\\SYSTEM\\CurrentControlSet"));
    }
  } else if (kind == K::kMutex) {
    std::string bare;
    if (!SpellOut(kind, KeyForm::kValue, value, &bare)) bare = value;
    for (const char* folder :
         {"", "Global\\", "Local\\", "\\BaseNamedObjects\\",
          "\\Sessions\\1\\BaseNamedObjects\\Local\\"}) {
      all.push_back(folder + bare);
    }
  } else if (kind == K::kNamedPipe) {
    std::string bare;
    if (SpellOut(kind, KeyForm::kValue, value, &bare)) {
      all.push_back(bare);
      all.push_back("\\??\\pipe\\" + bare);
      all.push_back("\\Device\\NamedPipe\\" + bare);
    }
  }
  return all;
}

}  // namespace

std::vector<Indicator> IndicatorsMatching(const PlacedObservation& seen,
                                          std::mt19937_64* random) {
  std::vector<Indicator> all;
  std::string folded;
  std::string ours;
  const auto add = [&](K kind, KeyForm form, std::string value) {
    all.push_back({kind, form, value});
    const std::string cased = Cased(value, random);
    Fold(kind, form, value, &ours);
    Fold(kind, form, cased, &folded);
    if (folded == ours) all.push_back({kind, form, cased});
  };
  if (seen.form == KeyForm::kWholeString) {
    for (const std::string& spelling :
         Spellings(K::kMutex, seen.value, random)) {
      all.push_back({K::kMutex, KeyForm::kWholeString, spelling});
    }
    for (const K kind : {K::kFilename, K::kMutex, K::kUserAgent, K::kPdb}) {
      K read_as = kind;
      std::string canonical;
      if (Canonicalize(seen.value, &read_as, &canonical) && read_as == kind) {
        add(kind, KeyForm::kWholeString, seen.value);
      }
    }
    return all;
  }
  add(seen.kind, KeyForm::kValue, seen.value);
  for (const std::string& spelling : Spellings(seen.kind, seen.value, random)) {
    ComparedForm(seen.kind, KeyForm::kValue, spelling, &folded);
    ComparedForm(seen.kind, KeyForm::kValue, seen.value, &ours);
    if (folded == ours) all.push_back({seen.kind, KeyForm::kValue, spelling});
  }
  for (int i = 0; i < 3; ++i) {
    K kind = seen.kind;
    std::string canonical;
    if (!Canonicalize(Disguised(seen.value, random), &kind, &canonical) ||
        kind != seen.kind) {
      continue;
    }
    ComparedForm(kind, KeyForm::kValue, canonical, &folded);
    ComparedForm(kind, KeyForm::kValue, seen.value, &ours);
    if (folded == ours) all.push_back({kind, KeyForm::kValue, canonical});
  }
  if (seen.kind == K::kHost) {
    // A domain above it.
    for (size_t dot = seen.value.find('.'); dot != std::string::npos;
         dot = seen.value.find('.', dot + 1)) {
      const std::string domain = seen.value.substr(dot + 1);
      if (!PublicSuffixes::BuiltIn().RegistrableDomain(domain).empty()) {
        all.push_back({K::kHost, KeyForm::kValue, domain});
      }
    }
  }
  if (seen.kind == K::kIp) {
    std::string network;
    const int bits = Below(IsIpv6(seen.value) ? 129 : 33, random);
    NetworkOf(seen.value, bits, &network);
    all.push_back({K::kIp, KeyForm::kNetwork, network});
  }
  // What is longer, or has more digits, is like nothing.
  if (seen.kind == K::kSsdeep && seen.value.size() < 150 &&
      seen.value.find(':') <= 10) {
    for (int i = 0; i < 3; ++i) {
      const std::string near = MutatedSsdeep(seen.value, random);
      if (SlowSsdeepScore(seen.value, near) > 0) {
        all.push_back({K::kSsdeep, KeyForm::kValue, near});
      }
    }
  }
  return all;
}

CandidateFilter FilterOf(const Indicator& indicator) {
  CandidateFilter::Builder builder;
  builder.Add(indicator);
  if (indicator.kind == K::kSsdeep) {
    builder.AddSimilarTo(SsdeepTableOf({indicator.value}));
  }
  return std::move(builder).Build();
}

}  // namespace mispsift
