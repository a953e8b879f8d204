// Every entry of every list goes into one of a few tables, under what it is
// compared by; warninglist_check.cc looks values up in them.

#include "mispsift/normalize/warninglist_matcher.h"

#include <algorithm>
#include <utility>

#include "mispsift/base/ascii_case.h"
#include "mispsift/base/check.h"
#include "mispsift/base/utf8.h"
#include "mispsift/normalize/attribute_types.h"
#include "mispsift/normalize/normalize.h"
#include "mispsift/normalize/refang.h"
#include "src/normalize/host.h"
#include "src/normalize/ip_address.h"
#include "src/normalize/misp_checks.h"
#include "src/normalize/php_regex.h"
#include "src/normalize/warninglist_hosts.h"
#include "src/normalize/warninglist_tables.h"

namespace mispsift {
namespace {

using K = IndicatorKind;
constexpr size_t kNowhere = std::string_view::npos;

// Writes the canonical form of a string that may be of any kind.
void FoldEntry(std::string_view entry, std::string* folded) {
  const bool is_host_like =
      entry.find('@') == kNowhere &&
      (entry.find_first_of(".:") != kNowhere || !IsAscii(entry));
  if (is_host_like) {
    FoldHost(entry, folded);
  } else {
    folded->assign(entry);
    LowerAscii(folded);
  }
}

// Whether MISP finds this entry of IPv4 again: by its text.
bool IsMispKey(std::string_view entry, const IpAddress& ip, int prefix_bits) {
  IpAddress network = ip;
  ClearHostBits(prefix_bits, &network);
  std::string key;
  AppendIp(network, &key);
  if (entry == key) return true;
  return entry == key.append("/").append(std::to_string(prefix_bits));
}

// Puts the entries of one list into the tables.
template <typename Tables>
class Filling {
 public:
  using Unusable = WarninglistMatcher::Unusable;

  Filling(uint16_t list, Tables* tables) : list_(list), tables_(*tables) {
    unusable_.list = list;
  }

  void Add(WarninglistType type, std::string_view entry) {
    const std::string_view written = TrimBlanks(entry);
    switch (type) {
      case WarninglistType::kString:
        return AddString(entry, written);
      case WarninglistType::kSubstring:
        return AddSubstring(entry, written);
      case WarninglistType::kHostname:
        return AddHost(entry, written);
      case WarninglistType::kCidr:
        return AddNetwork(entry, written);
      case WarninglistType::kRegex:
        return AddRegex(entry, written);
    }
  }

  bool has_domains() const { return has_domains_; }
  Unusable& unusable() { return unusable_; }

 private:
  void Refuse(std::string_view entry, uint8_t uses, std::string_view why) {
    if ((uses & kAsMisp) != 0) ++unusable_.misp;
    if ((uses & ~kAsMisp) != 0) ++unusable_.corrected;
    if (unusable_.first.size() == Unusable::kMaxNamed) return;
    unusable_.first.push_back(std::string(entry).append(": ").append(why));
  }

  // `folded_` is the canonical form.
  template <typename Table>
  void AddText(std::string_view entry, std::string_view written, Table* table) {
    uint8_t as_is = kAsMisp;
    if (written == entry) {
      as_is |= kWritten;
    } else if (!written.empty()) {
      table->AddView(written, list_, kWritten);
    } else {
      Refuse(entry, kWritten, "only blanks");
    }
    if (folded_ == entry) {
      as_is |= kFolded;
    } else if (!folded_.empty()) {
      table->AddCopy(folded_, list_, kFolded);
    }
    if (!entry.empty()) table->AddView(entry, list_, as_is);
  }

  void AddString(std::string_view entry, std::string_view written) {
    FoldEntry(written, &folded_);
    AddText(entry, written, &tables_.strings);
    if (written.starts_with('.') && IsHostName(folded_) &&
        folded_.find('.') != kNowhere) {
      tables_.hosts.AddCopy(folded_, list_, kFolded);
      has_domains_ = true;
    }
  }

  void AddSubstring(std::string_view entry, std::string_view written) {
    folded_.assign(written);
    ToPunycode(&folded_);
    LowerAscii(&folded_);
    AddText(entry, written, &tables_.substrings);
  }

  void AddHost(std::string_view entry, std::string_view written) {
    folded_.assign(entry);
    LowerAscii(&folded_);
    TrimDots(&folded_);
    tables_.hosts.AddCopy(folded_, list_, kAsMisp);
    if (FoldHost(written, &folded_) == K::kIp || IsHostName(folded_)) {
      tables_.hosts.AddCopy(folded_, list_, kFolded);
    } else {
      Refuse(entry, kFolded, "not a host name");
    }
  }

  void AddNetwork(std::string_view entry, std::string_view written) {
    IpAddress ip;
    int bits = 0;
    if (!ParseNetwork(written, &ip, &bits)) {
      return Refuse(entry, kAsMisp | kFolded, "not a network");
    }
    IpAddress network = ip;
    if (entry == written && (ip.v6 || IsMispKey(entry, ip, bits))) {
      ClearHostBits(bits, &network);
      tables_.networks.Add(network, bits, list_, kAsMisp);
    } else {
      Refuse(entry, kAsMisp, "spelled otherwise than MISP looks for it");
    }
    network = ip;
    UnmapNetwork(&network, &bits);
    ClearHostBits(bits, &network);
    tables_.networks.Add(network, bits, list_, kFolded);
  }

  void AddRegex(std::string_view entry, std::string_view written) {
    std::string problem;
    std::unique_ptr<const PhpRegex> regex =
        PhpRegex::Parse(entry, /*allow_g=*/false, &problem);
    if (regex != nullptr) {
      tables_.regexes.push_back({list_, kAsMisp | kWritten, std::move(regex)});
      return;
    }
    regex = PhpRegex::Parse(written, /*allow_g=*/true, &problem);
    Refuse(entry, regex == nullptr ? kAsMisp | kWritten : kAsMisp, problem);
    if (regex == nullptr) return;
    tables_.regexes.push_back({list_, kWritten, std::move(regex)});
  }

  uint16_t list_;
  Tables& tables_;
  Unusable unusable_;
  bool has_domains_ = false;
  std::string folded_;
};

}  // namespace

WarninglistMatcher::WarninglistMatcher(const WarninglistsView& lists)
    : tables_(std::make_unique<Tables>()) {
  MISPSIFT_CHECK(lists.size() <= kMaxLists);
  for (const WarninglistView& view : lists) {
    const auto number = static_cast<uint16_t>(tables_->lists.size());
    Tables::List& list = tables_->lists.emplace_back();
    if (!view.enabled) continue;
    list.enabled = true;
    list.types = view.matching_attributes;
    list.tables = BitOf(view.type);
    Filling<Tables> filling(number, tables_.get());
    for (uint64_t i = 0; i < view.entry_count(); ++i) {
      filling.Add(view.type, view.entry(i));
    }
    if (filling.has_domains()) list.tables |= BitOf(WarninglistType::kHostname);
    if (!filling.unusable().first.empty()) {
      unusable_.push_back(std::move(filling.unusable()));
    }
  }
}

WarninglistMatcher::~WarninglistMatcher() = default;
WarninglistMatcher::WarninglistMatcher(WarninglistMatcher&&) noexcept = default;

WarninglistMatcher::Scope WarninglistMatcher::ScopeOf(
    std::string_view type) const {
  return MakeScope(type, /*every_list=*/false);
}

WarninglistMatcher::Scope WarninglistMatcher::EveryListFor(
    std::string_view type) const {
  return MakeScope(type, /*every_list=*/true);
}

WarninglistMatcher::Scope WarninglistMatcher::MakeScope(std::string_view type,
                                                        bool every_list) const {
  Scope scope;
  const AttributeType* const row = FindAttributeType(type);
  const auto kind_of_half = [](IndicatorKind kind) {
    if (kind == K::kIpPort) return K::kIp;
    return kind == K::kRegkeyValue ? K::kRegkey : kind;
  };
  scope.splits_ = type == "malware-sample" || type.find('|') != kNowhere;
  scope.kinds_ = {row == nullptr ? K::kCount : kind_of_half(row->first),
                  row == nullptr ? K::kCount : row->second};
  for (const Tables::List& list : tables_->lists) {
    const bool applies = list.enabled && (every_list || list.types.empty() ||
                                          std::ranges::find(list.types, type) !=
                                              list.types.end());
    scope.applies_.push_back(applies);
    if (applies) scope.tables_ |= list.tables;
  }
  for (uint32_t i = 0; i < tables_->regexes.size(); ++i) {
    if (scope.applies_[tables_->regexes[i].list]) scope.regexes_.push_back(i);
  }
  return scope;
}

}  // namespace mispsift
