#include "mispsift/match/warninglist_policy.h"

#include <algorithm>

#include "mispsift/base/ascii_case.h"

namespace mispsift {
namespace {

constexpr WarninglistEffect kInforms = WarninglistEffect::kInforms;

struct NamedLists {
  std::string_view name;
  WarninglistEffect effect;
  std::string_view why;
};

constexpr std::string_view kCloud = "anyone rents machines there";
constexpr std::string_view kEdge = "many customers' hosts are behind them";
constexpr std::string_view kExit = "whose traffic leaves there is not told";
constexpr std::string_view kOpen = "anyone can put something there";
constexpr std::string_view kTaken =
    "what was malicious is kept there once it is taken over";

// By the names that MISP's lists had in 2026.
constexpr NamedLists kTable[] = {
    {"*alibaba cloud*", kInforms, kCloud},
    {"*amazon aws*", kInforms, kCloud},
    {"*azure*datacenter*", kInforms, kCloud},
    {"*digitalocean*", kInforms, kCloud},
    {"*google cloud*", kInforms, kCloud},
    {"*hetzner*", kInforms, kCloud},
    {"*hosting*", kInforms, kCloud},
    {"*linode*", kInforms, kCloud},
    {"*oracle cloud*", kInforms, kCloud},
    {"*ovh cluster*", kInforms, kCloud},
    {"*vultr*", kInforms, kCloud},

    {"*akamai ip*", kInforms, kEdge},
    {"* cdn *", kInforms, kEdge},
    {"*cloudflare ip*", kInforms, kEdge},
    {"*content delivery*", kInforms, kEdge},
    {"*fastly ip*", kInforms, kEdge},

    {"*icloud private relay*", kInforms, kExit},
    {"*tor exit*", kInforms, kExit},
    {"*tor node*", kInforms, kExit},
    {"*vpn*", kInforms, kExit},
    {"*zscaler ip*", kInforms, kExit},

    {"*automated malware analysis*", kInforms,
     "samples that look for a sandbox ask for them"},
    {"*disposable email*", kInforms, kOpen},
    {"*dynamic dns*", kInforms, kOpen},
    {"*github ip*", kInforms, kOpen},
    {"*ipfs gateway*", kInforms, kOpen},
    {"*link in bio*", kInforms, kOpen},
    {"*living off trusted sites*", kInforms, kOpen},
    {"*telegram ip*", kInforms, kOpen},
    {"*url shortener*", kInforms, kOpen},

    {"*parking domain*", kInforms, kTaken},
    {"*sinkhole*", kInforms, kTaken},

    {"top * domains *", WarninglistEffect::kSuppressesSites, kOpen},
    {"top * websites *", WarninglistEffect::kSuppressesSites, kOpen},
    {"top * website *", WarninglistEffect::kSuppressesSites, kOpen},
    {"top * sites *", WarninglistEffect::kSuppressesSites, kOpen},
};

// Whether `name` is `pattern`.
bool MatchesName(std::string_view pattern, std::string_view name) {
  const auto same = [](char a, char b) {
    return LowerAscii(a) == LowerAscii(b);
  };
  // On a mismatch the last star takes one more.
  size_t p = 0;
  size_t behind_star = std::string_view::npos;
  size_t taken = 0;
  for (size_t n = 0; n < name.size();) {
    if (p < pattern.size() && pattern[p] == '*') {
      behind_star = ++p;
      taken = n;
    } else if (p < pattern.size() && same(pattern[p], name[n])) {
      ++p;
      ++n;
    } else if (behind_star != std::string_view::npos) {
      p = behind_star;
      n = ++taken;
    } else {
      return false;
    }
  }
  return pattern.substr(p).find_first_not_of('*') == std::string_view::npos;
}

bool IsNamed(const std::vector<std::string>& patterns, std::string_view name) {
  return std::ranges::any_of(patterns, [&](const std::string& pattern) {
    return MatchesName(pattern, name);
  });
}

}  // namespace

WarninglistEffect EffectOf(const WarninglistView& list,
                           const std::vector<std::string>& inform,
                           const std::vector<std::string>& block) {
  if (IsNamed(block, list.name)) return WarninglistEffect::kSuppressesAll;
  if (IsNamed(inform, list.name) || list.category == "known") return kInforms;
  for (const NamedLists& row : kTable) {
    if (MatchesName(row.name, list.name)) return row.effect;
  }
  return WarninglistEffect::kSuppresses;
}

bool Suppresses(WarninglistEffect effect, uint8_t parts) {
  switch (effect) {
    case WarninglistEffect::kInforms:
      return false;
    case WarninglistEffect::kSuppressesSites:
      return (parts &
              (WarninglistHit::kOnlyHost | WarninglistHit::kOnlyBelow)) == 0;
    case WarninglistEffect::kSuppresses:
      return (parts & WarninglistHit::kOnlyHost) == 0;
    case WarninglistEffect::kSuppressesAll:
      return true;
  }
  return false;
}

}  // namespace mispsift
