// What MISP compares when it correlates.
//
// An attribute has a value1 and, where its type is a composite, a value2; both
// are searched for among the value1 and value2 of all others, whatever their
// types. Of ip|port and hostname|port only value1 counts, and some types count
// for nothing. That is all that there is by default: nothing leads from a url
// to its host, from a path to its name, from a host to its parent. The
// advanced correlation adds addresses in networks, of the ip types alone.
//
// A value of which folding leaves nothing ("", a zero-width space) equals the
// empty value2 of every plain attribute, which is over MISP's limit for any
// value; it counts for nothing here.

#include "mispsift/normalize/misp_correlation.h"

#include <algorithm>
#include <utility>

#include "mispsift/model/correlating_parts.h"
#include "mispsift/normalize/refang.h"
#include "src/normalize/host.h"
#include "src/normalize/ip_address.h"
#include "src/normalize/misp_checks.h"
#include "src/normalize/misp_rules.h"

namespace mispsift {
namespace {

using K = IndicatorKind;

// A value of any kind, since MISP's values have none.
constexpr K kAnyKind = K::kMutex;

bool FoldsToNothing(std::string_view value) {
  const bool is_visible = !value.empty() && value[0] > ' ' && value[0] < 0x7f;
  if (is_visible) return false;
  std::string folded;
  Fold(kAnyKind, KeyForm::kMispValue, value, &folded);
  return folded.empty();
}

// Whether a text that is no value of the type may become one by losing what
// the type has no use for: of any text with a digit, a card number is left.
bool TakesAnyText(MispRule rule) {
  return rule == MispRule::kCardNumber || rule == MispRule::kPhone ||
         rule == MispRule::kBankCode;
}

void SetAddress(MispValues* values) {
  IpAddress ip;
  if (ParseIp(values->value1, &ip)) {
    const bool was_v6 = ip.v6;
    UnmapIp(&ip);
    if (ip.v6 == was_v6) AppendIp(ip, &values->address);
    return;
  }
  std::string network;
  if (AppendNetwork(values->value1, &network) &&
      IsIpv6(network) == IsIpv6(values->value1)) {
    values->network = std::move(network);
  }
}

// Of what has the same values, that which the advanced correlation knows.
void AddOnce(const MispValues& values, std::vector<MispValues>* all) {
  const auto same = std::ranges::find_if(*all, [&](const MispValues& other) {
    return other.value1 == values.value1 && other.value2 == values.value2;
  });
  if (same == all->end()) {
    all->push_back(values);
  } else if (!values.address.empty() || !values.network.empty() ||
             values.is_ssdeep) {
    *same = values;
  }
}

}  // namespace

Unmatchable MispValuesOf(const AttributeType* type, std::string_view value,
                         MispValues* values) {
  if (type == nullptr) return Unmatchable::kUnknownType;
  const CorrelatingParts parts = CorrelatingPartsOf(type->name);
  if (parts == CorrelatingParts::kNone) return Unmatchable::kNotAValue;
  MispStored stored = StoreLikeMisp(*type, value);
  if (!stored.kept) return Unmatchable::kInvalidValue;
  MispValues read;
  if (type->composite) {
    const Halves halves = SplitAtBar(stored.value);
    read.value1 = halves.first;
    if (parts == CorrelatingParts::kBoth) read.value2 = halves.second;
  } else {
    read.value1 = std::move(stored.value);
  }
  if (type->rule == MispRule::kIp || type->rule == MispRule::kIpPort) {
    SetAddress(&read);
  }
  read.is_ssdeep = type->name == "ssdeep";
  for (std::string* half : {&read.value1, &read.value2}) {
    if (FoldsToNothing(*half)) half->clear();
  }
  if (read.value1.empty() && read.value2.empty()) {
    return Unmatchable::kInvalidValue;
  }
  *values = std::move(read);
  return Unmatchable::kNo;
}

std::vector<MispValues> MispValuesSeen(IndicatorKind kind,
                                       std::string_view canonical) {
  MispValues values;
  values.value1 = ReplaceFourByteCharacters(canonical);
  switch (kind) {
    case K::kHost:
      if (!IsDomainName(canonical)) return {};
      break;
    case K::kIpPort:
      values.value1.resize(canonical.find('|'));
      [[fallthrough]];
    case K::kIp:
      values.address = values.value1;
      break;
    case K::kRegkeyValue: {
      const std::string whole = std::move(values.value1);
      const Halves halves = SplitAtBar(whole);
      values.value1 = halves.first;
      values.value2 = halves.second;
      break;
    }
    case K::kSsdeep:
      values.is_ssdeep = true;
      break;
    case K::kTlsh:
    case K::kTelfhash: {
      MispValues versioned;
      versioned.value1 = "t1" + values.value1;
      return {std::move(values), std::move(versioned)};
    }
    default:
      break;
  }
  for (std::string* half : {&values.value1, &values.value2}) {
    if (FoldsToNothing(*half)) half->clear();
  }
  if (values.value1.empty() && values.value2.empty()) return {};
  return {std::move(values)};
}

std::vector<MispValues> MispValuesAsked(std::string_view text) {
  std::vector<MispValues> asked;
  MispValues values;
  const auto add_as = [&](const AttributeType* type) {
    if (MispValuesOf(type, text, &values) != Unmatchable::kNo) return false;
    AddOnce(values, &asked);
    return true;
  };
  add_as(FindAttributeType("text"));
  const bool is_composite = text.find('|') != std::string_view::npos;
  // "2001:db8::1" is no address with a port.
  if (is_composite || !IsAddress(TrimBlanks(text))) {
    for (const char* first_only : {"ip-dst|port", "hostname|port"}) {
      if (add_as(FindAttributeType(first_only))) return asked;
    }
  }
  for (const AttributeType& type : AttributeTypes()) {
    if (type.composite == is_composite && !TakesAnyText(type.rule)) {
      add_as(&type);
    }
  }
  return asked;
}

std::string_view AsMispName(AsMisp as_misp) {
  constexpr std::string_view kNames[] = {"", "default", "advanced",
                                         "advanced_ssdeep"};
  return kNames[static_cast<size_t>(as_misp)];
}

Unmatchable MispIndicatorsOf(const AttributeType* type, std::string_view value,
                             AsMisp as_misp,
                             std::vector<Indicator>* indicators) {
  indicators->clear();
  MispValues values;
  const Unmatchable reason = MispValuesOf(type, value, &values);
  if (reason != Unmatchable::kNo) return reason;
  const bool is_advanced = as_misp >= AsMisp::kAdvanced;
  const bool is_like = as_misp == AsMisp::kAdvancedSsdeep && values.is_ssdeep;
  const K kind = is_like ? K::kSsdeep : kAnyKind;
  for (std::string* half : {&values.value1, &values.value2}) {
    if (half->empty()) continue;
    indicators->push_back({kind, KeyForm::kMispValue, std::move(*half)});
  }
  if (is_advanced && !values.network.empty()) {
    indicators->push_back(
        {K::kIp, KeyForm::kNetwork, std::move(values.network)});
  }
  return Unmatchable::kNo;
}

}  // namespace mispsift
