#include "src/submit/draft_values.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "mispsift/base/ascii_case.h"
#include "mispsift/base/utf8.h"
#include "mispsift/normalize/attribute_types.h"
#include "mispsift/normalize/normalize.h"
#include "src/submit/safelist.h"

namespace mispsift {
namespace {

// A site's own names, and those that no name server of others knows.
constexpr std::string_view kLocalSuffixes[] = {
    ".local", ".localhost", ".localdomain", ".internal",
    ".lan",   ".arpa",      ".workgroup",
};

// The first stored form that MISP would not change again, so that what is sent
// is what comes back. Undoing a spelling may make another that is undone:
// "[[.].]".
bool Store(std::string_view type, std::string_view value, JudgedValue* judged) {
  constexpr int kMostChanges = 8;
  std::string scratch;
  judged->stored = ReplaceInvalidUtf8(value, &scratch);
  for (int i = 0; i < kMostChanges; ++i) {
    MispStored stored = StoreLikeMisp(type, judged->stored);
    if (!stored.kept) {
      judged->left_out = LeftOut::kInvalid;
      judged->detail = stored.refusal;
      return false;
    }
    if (stored.value == judged->stored) return true;
    judged->stored = std::move(stored.value);
  }
  judged->left_out = LeftOut::kInvalid;
  judged->detail = "changes each time that it is stored";
  return false;
}

// An address as inet_aton() reads it: "127.1", "0x7f000001", "2130706433" and
// with octal numbers, as browsers and Windows do.
std::optional<std::string> LooseIpv4(const std::string& host) {
  in_addr address{};
  if (host.empty() ||
      host.find_first_not_of("0123456789abcdefxABCDEFX.") !=
          std::string::npos ||
      inet_aton(host.c_str(), &address) == 0) {
    return std::nullopt;
  }
  std::array<char, INET_ADDRSTRLEN> text{};
  if (inet_ntop(AF_INET, &address, text.data(), text.size()) == nullptr) {
    return std::nullopt;
  }
  return text.data();
}

// A host that means nothing, or something else, elsewhere.
bool IsLocalHost(std::string host) {
  if (const std::optional<std::string> ip = LooseIpv4(host); ip.has_value()) {
    return IsSpecialUse(*ip);
  }
  while (host.ends_with('.')) host.pop_back();
  LowerAscii(&host);
  return host.find('.') == std::string::npos ||
         std::any_of(std::begin(kLocalSuffixes), std::end(kLocalSuffixes),
                     [&host](std::string_view suffix) {
                       return host.ends_with(suffix);
                     });
}

bool IsOfSpecialUse(const Indicator& part) {
  switch (part.kind) {
    case IndicatorKind::kIp:
      return IsSpecialUse(part.value);
    case IndicatorKind::kIpPort:
      return IsSpecialUse(part.value.substr(0, part.value.find('|')));
    case IndicatorKind::kHost:
      return IsLocalHost(part.value);
    default:
      return false;
  }
}

bool Holds(const ValueList& list, const Indicator& part) {
  // That is the value again, as it may stand anywhere.
  return part.form != KeyForm::kWholeString &&
         list.Holds(part.kind, part.form, part.value);
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  LowerAscii(&lower);
  return lower;
}

}  // namespace

std::vector<std::string_view> HalvesOf(std::string_view type,
                                       std::string_view stored) {
  const AttributeType* const row = FindAttributeType(type);
  const size_t bar = stored.find('|');
  if (row == nullptr || !row->composite || bar == std::string_view::npos) {
    return {stored};
  }
  return {stored.substr(0, bar), stored.substr(bar + 1)};
}

std::string OneLine(std::string_view text, size_t most) {
  std::string scratch;
  std::string line(ReplaceInvalidUtf8(text, &scratch));
  std::replace_if(
      line.begin(), line.end(),
      [](char c) { return absl::ascii_iscntrl(static_cast<unsigned char>(c)); },
      ' ');
  // MISP's columns take the same characters everywhere. The cut leaves what any
  // of them holds.
  line = Utf8Head(line, most);
  return StoreLikeMisp("text", line).value;
}

std::string FoldedValue(std::string_view type, std::string_view stored) {
  const auto fold = [](std::string_view value) {
    std::string folded;
    // A kind whose values are folded: all columns are compared alike.
    Fold(IndicatorKind::kUrl, KeyForm::kValue, value, &folded);
    return folded;
  };
  const std::vector<std::string_view> halves = HalvesOf(type, stored);
  std::string folded = fold(halves.front());
  if (halves.size() > 1) folded.append("|").append(fold(halves.back()));
  return folded;
}

ValueLists::ValueLists(const DraftSettings& settings)
    : blacklist(settings.ioc_blacklist),
      safelist(settings.safelist),
      submit_informed(settings.submit_informed) {}

ValueJudge::ValueJudge(const ValueLists& lists, const ReportFields& fields)
    : lists_(lists) {
  std::string canonical;
  for (const std::string& address : fields.facts.own_addresses) {
    IndicatorKind kind = IndicatorKind::kIp;
    if (Canonicalize(address, &kind, &canonical)) {
      own_addresses_.insert(canonical);
    }
  }
  if (!fields.warninglisted.has_value()) return;
  for (const WarninglistedValue& listed : *fields.warninglisted) {
    warninglisted_.emplace(Lower(listed.value), &listed);
  }
}

ValueJudge::Parts ValueJudge::PartsOf(std::string_view type,
                                      const std::string& stored) {
  Parts parts;
  IndicatorsOf(type, stored, &parts.indicators);
  if (type != "url") return parts;
  const std::string& url =
      parts.indicators.empty() ? stored : parts.indicators[0].value;
  std::string host(HostInUrl(url));
  Indicator part{IndicatorKind::kHost, KeyForm::kValue, ""};
  if (Canonicalize(host, &part.kind, &part.value)) {
    parts.indicators.push_back(std::move(part));
  } else {
    parts.odd_host = std::move(host);
  }
  return parts;
}

bool ValueJudge::IsOwn(const Indicator& part) const {
  switch (part.kind) {
    case IndicatorKind::kIp:
      return own_addresses_.contains(part.value);
    case IndicatorKind::kIpPort:
      return own_addresses_.contains(
          part.value.substr(0, part.value.find('|')));
    default:
      return false;
  }
}

JudgedValue ValueJudge::Judge(std::string_view type,
                              std::string_view value) const {
  JudgedValue judged;
  if (!Store(type, value, &judged)) return judged;
  const Parts parts = PartsOf(type, judged.stored);
  const auto leave_out = [&judged](LeftOut reason, std::string_view part) {
    judged.left_out = reason;
    if (part != judged.stored) judged.detail = part;
  };
  for (const Indicator& part : parts.indicators) {
    if (Holds(lists_.blacklist, part)) {
      leave_out(LeftOut::kBlacklisted, part.value);
      return judged;
    }
  }
  for (const Indicator& part : parts.indicators) {
    if (Holds(BuiltInSafelist(), part) || Holds(lists_.safelist, part)) {
      leave_out(LeftOut::kSafelisted, part.value);
      return judged;
    }
  }
  for (const Indicator& part : parts.indicators) {
    if (IsOwn(part)) {
      leave_out(LeftOut::kOwnTraffic, part.value);
      return judged;
    }
  }
  for (const Indicator& part : parts.indicators) {
    if (IsOfSpecialUse(part)) {
      leave_out(LeftOut::kSpecialUse, part.value);
      return judged;
    }
  }
  if (parts.odd_host.has_value() && IsLocalHost(*parts.odd_host)) {
    leave_out(LeftOut::kSpecialUse, *parts.odd_host);
    return judged;
  }
  JudgeByWarninglists(type, value, parts, &judged);
  return judged;
}

bool ValueJudge::IsSafelisted(std::string_view type,
                              std::string_view value) const {
  return BuiltInSafelist().HoldsAnyOf(type, value) ||
         lists_.safelist.HoldsAnyOf(type, value);
}

void ValueJudge::JudgeByWarninglists(std::string_view type,
                                     std::string_view value, const Parts& parts,
                                     JudgedValue* judged) const {
  if (warninglisted_.empty()) return;
  // However the one who looked it up has spelled it.
  std::vector<std::string_view> spellings = HalvesOf(type, judged->stored);
  if (spellings.size() > 1) spellings.push_back(judged->stored);
  spellings.push_back(value);
  for (const Indicator& part : parts.indicators) {
    spellings.push_back(part.value);
  }
  std::vector<std::string> lists;
  bool blocks = false;
  for (const std::string_view spelling : spellings) {
    const auto found = warninglisted_.find(Lower(spelling));
    if (found == warninglisted_.end()) continue;
    blocks = blocks || found->second->blocks;
    for (const std::string& list : found->second->lists) {
      if (std::find(lists.begin(), lists.end(), list) == lists.end()) {
        lists.push_back(list);
      }
    }
  }
  if (lists.empty()) return;
  const std::string names = absl::StrJoin(lists, ", ");
  if (blocks || !lists_.submit_informed) {
    judged->left_out = LeftOut::kWarninglisted;
    judged->detail = names;
  } else {
    judged->comment = fmt::format("on warninglists: {}", names);
  }
}

}  // namespace mispsift
