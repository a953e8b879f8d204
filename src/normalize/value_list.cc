#include "mispsift/normalize/value_list.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <utility>

#include "mispsift/base/check.h"
#include "mispsift/normalize/normalize.h"
#include "mispsift/normalize/refang.h"
#include "src/normalize/host.h"
#include "src/normalize/ip_address.h"

namespace mispsift {
namespace {

// The pattern of a regex; nothing for any other entry.
std::string_view PatternOf(std::string_view entry, bool* any_case) {
  *any_case = entry.ends_with("/i");
  if (*any_case) entry.remove_suffix(1);
  if (entry.size() < 2 || !entry.starts_with('/') || !entry.ends_with('/')) {
    return {};
  }
  return entry.substr(1, entry.size() - 2);
}

std::shared_ptr<const re2::RE2> Compile(std::string_view pattern,
                                        bool any_case) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_case_sensitive(!any_case);
  return std::make_shared<const re2::RE2>(
      re2::StringPiece(pattern.data(), pattern.size()), options);
}

// The host of a canonical host, url or e-mail address, as it is spelled there.
std::string_view HostOf(IndicatorKind kind, std::string_view canonical) {
  switch (kind) {
    case IndicatorKind::kHost:
      return canonical;
    case IndicatorKind::kEmail:
      return canonical.substr(canonical.rfind('@') + 1);
    case IndicatorKind::kUrl:
      return HostInUrl(canonical);
    default:
      return {};
  }
}

}  // namespace

std::vector<Indicator> ReadAsEveryKind(std::string_view text) {
  std::vector<Indicator> readings;
  const auto add = [&readings](Indicator reading) {
    if (std::find(readings.begin(), readings.end(), reading) ==
        readings.end()) {
      readings.push_back(std::move(reading));
    }
  };
  std::string canonical;
  for (int k = 0; k < static_cast<int>(IndicatorKind::kCount); ++k) {
    IndicatorKind kind = static_cast<IndicatorKind>(k);
    if (Canonicalize(text, &kind, &canonical)) {
      add({kind, KeyForm::kValue, canonical});
    }
  }
  // What an attribute may hold and a report does not show.
  std::vector<Indicator> indicators;
  for (const char* type : {"ip-dst", "url"}) {
    IndicatorsOf(type, text, &indicators);
    for (Indicator& indicator : indicators) add(std::move(indicator));
  }
  return readings;
}

absl::Status ValueList::Check(const std::vector<std::string>& entries) {
  for (const std::string& spelled : entries) {
    const std::string_view entry = TrimBlanks(spelled);
    bool any_case = false;
    const std::string_view pattern = PatternOf(entry, &any_case);
    if (pattern.data() == nullptr) continue;
    if (pattern.empty()) {
      return absl::InvalidArgumentError(
          fmt::format("{}: an empty regex would list everything", entry));
    }
    const std::shared_ptr<const re2::RE2> regex = Compile(pattern, any_case);
    if (!regex->ok()) {
      return absl::InvalidArgumentError(
          fmt::format("{}: no regex: {}", entry, regex->error()));
    }
  }
  return absl::OkStatus();
}

ValueList::ValueList(const std::vector<std::string>& entries) {
  MISPSIFT_CHECK(Check(entries).ok());
  for (const std::string& entry : entries) {
    Add(TrimBlanks(entry));
  }
}

void ValueList::Add(std::string_view entry) {
  if (entry.empty()) return;
  bool any_case = false;
  const std::string_view pattern = PatternOf(entry, &any_case);
  if (!pattern.empty()) {
    regexes_.push_back(Compile(pattern, any_case));
    return;
  }
  std::string text;
  if (AppendNetwork(entry, &text)) {
    (IsIpv6(text) ? ipv6_prefixes_ : ipv4_prefixes_)
        .set(static_cast<size_t>(PrefixBitsOf(text)));
    networks_.insert(text);
  }
  // A top-level domain is no host by itself; what is below it is.
  IndicatorKind kind = IndicatorKind::kHost;
  text = fmt::format("x{}", entry);
  if (entry.starts_with('.') && CanonicalizeHost(&text, &kind)) {
    suffixes_.insert(text.substr(2));
  }
  for (const Indicator& reading : ReadAsEveryKind(entry)) {
    keys_.insert(KeyDigest(reading.kind, reading.form, reading.value, &text));
  }
}

bool ValueList::Holds(IndicatorKind kind, KeyForm form,
                      std::string_view canonical) const {
  if (empty()) return false;
  if (!keys_.empty()) {
    std::string scratch;
    if (keys_.contains(KeyDigest(kind, form, canonical, &scratch))) return true;
  }
  if (!networks_.empty()) {
    if (form == KeyForm::kNetwork) {
      const size_t slash = canonical.rfind('/');
      if (HoldsAddress(canonical.substr(0, slash), PrefixBitsOf(canonical))) {
        return true;
      }
    } else if (form == KeyForm::kValue &&
               (kind == IndicatorKind::kIp || kind == IndicatorKind::kIpPort)) {
      if (HoldsAddress(canonical.substr(0, canonical.find('|')), 128)) {
        return true;
      }
    }
  }
  if (!suffixes_.empty() && HoldsHostOf(kind, canonical)) return true;
  return std::any_of(
      regexes_.begin(), regexes_.end(), [canonical](const auto& regex) {
        return re2::RE2::PartialMatch(
            re2::StringPiece(canonical.data(), canonical.size()), *regex);
      });
}

// Whether a listed network of at most so many bits holds the address.
bool ValueList::HoldsAddress(std::string_view ip, int bits) const {
  IpAddress address;
  if (!ParseIp(ip, &address)) return false;
  const PrefixSet& prefixes = address.v6 ? ipv6_prefixes_ : ipv4_prefixes_;
  std::string network;
  for (int prefix = std::min(bits, address.bits()); prefix >= 0; --prefix) {
    if (!prefixes[static_cast<size_t>(prefix)]) continue;
    NetworkOf(ip, prefix, &network);
    if (networks_.contains(network)) return true;
  }
  return false;
}

bool ValueList::HoldsHostOf(IndicatorKind kind,
                            std::string_view canonical) const {
  std::string host(HostOf(kind, canonical));
  if (host.empty()) return false;
  // In a url it stands as it was written.
  IndicatorKind host_kind = IndicatorKind::kHost;
  if (kind != IndicatorKind::kHost && !CanonicalizeHost(&host, &host_kind)) {
    return false;
  }
  if (host_kind != IndicatorKind::kHost) return false;
  std::string_view rest = host;
  while (!suffixes_.contains(rest)) {
    const size_t dot = rest.find('.');
    if (dot == std::string_view::npos) return false;
    rest.remove_prefix(dot + 1);
  }
  return true;
}

bool ValueList::HoldsAnyOf(std::string_view type,
                           std::string_view value) const {
  if (empty()) return false;
  std::vector<Indicator> indicators;
  IndicatorsOf(type, value, &indicators);
  return std::any_of(
      indicators.begin(), indicators.end(), [this](const Indicator& indicator) {
        return indicator.form != KeyForm::kWholeString &&
               Holds(indicator.kind, indicator.form, indicator.value);
      });
}

}  // namespace mispsift
