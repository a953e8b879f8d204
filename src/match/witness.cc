#include "src/match/witness.h"

#include <algorithm>
#include <cstring>

#include "mispsift/base/ascii_case.h"
#include "mispsift/base/byte_set.h"
#include "mispsift/normalize/normalize.h"
#include "mispsift/normalize/spell_out.h"
#include "src/normalize/registry_hives.h"

namespace mispsift {
namespace {

using K = IndicatorKind;
constexpr size_t kNowhere = std::string_view::npos;
constexpr std::string_view kHttp = "http";

constexpr ByteSet kRunBytes = [] {
  ByteSet bytes(".-");
  for (int byte = 0; byte < 256; ++byte) {
    const auto c = static_cast<char>(byte);
    if (IsAsciiAlnum(c) || byte >= 0x80) bytes.Add(c);
  }
  return bytes;
}();

bool IsRunByte(char c) { return kRunBytes.Holds(c); }
bool IsWordByte(char c) { return IsRunByte(c) && c != '.' && c != '-'; }
bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20; }

size_t RunBefore(std::string_view text, size_t end) {
  size_t begin = end;
  while (begin > 0 && end - begin < kWindowBytes && IsRunByte(text[begin - 1]))
    --begin;
  return end - begin;
}

// How well a word end singles out its value.
struct WordEnd {
  size_t begin = 0;
  size_t end = 0;  // 0: there is none
  size_t score = 0;
};

// Where the witness that ends at `end` begins: behind a control character, and
// where a character begins.
size_t WitnessBefore(std::string_view text, size_t end) {
  const size_t floor = end - std::min(end, kMaxWitnessBytes);
  size_t begin = end;
  while (begin > floor && !IsControl(text[begin - 1])) --begin;
  while ((text[begin] & 0xC0) == 0x80) ++begin;
  return begin;
}

// The best word end in `text`. A long witness keeps a report from being parsed
// in vain, a long window most words of a report from being looked at twice; of
// equal ones the last, since values begin alike more often than they end alike.
// Where a run goes on before `text`, only a whole window will do.
WordEnd BestWordEnd(std::string_view text, bool goes_on_before = false) {
  constexpr size_t kGoodRun = 5;
  constexpr size_t kRunWeight = 4;
  WordEnd best;
  // No word end before this one could be better.
  for (size_t end = text.size();
       end > 0 &&
       std::min(end, kMaxWitnessBytes) + kRunWeight * kGoodRun > best.score;
       --end) {
    const bool ends_here = IsWordByte(text[end - 1]) &&
                           (end == text.size() || !IsWordByte(text[end]));
    if (!ends_here) continue;
    const size_t run = RunBefore(text, end);
    if (goes_on_before && run == end && run < kWindowBytes) continue;
    const size_t begin = WitnessBefore(text, end);
    const size_t score = end - begin + kRunWeight * std::min(run, kGoodRun);
    if (score > best.score) best = {begin, end, score};
  }
  return best;
}

Witness WitnessAt(std::string_view text, const WordEnd& at,
                  Before before = Before::kAnything,
                  After after = After::kAnything) {
  return {text.substr(at.begin, at.end - at.begin),
          at.begin == 0 ? before : Before::kAnything,
          at.end == text.size() ? after : After::kAnything};
}

void FoldToScanForm(std::string_view value, std::string* text) {
  FoldText(TextFold::kDatabase, value, text);
  text->erase(text->find_last_not_of(' ') + 1);
  ToScanForm(text);
}

// What parts the components of a key: in scan form a backslash before one of
// the others is gone.
constexpr ByteSet kParting("\\/\"");

// `key` behind `component` and what parts it from the next, where it begins
// with these; empty where it is the component.
bool TakeComponent(std::string_view component, std::string_view* key) {
  if (!key->starts_with(component)) return false;
  const std::string_view rest = key->substr(component.size());
  if (!rest.empty() && !kParting.Holds(rest[0])) return false;
  *key = rest.empty() ? rest : rest.substr(1);
  return true;
}

// Of what bars part, that with the best word end.
std::string_view BestPart(std::string_view text) {
  std::string_view best;
  for (;;) {
    const size_t bar = text.find('|');
    const std::string_view part = text.substr(0, bar);
    if (BestWordEnd(part).score > BestWordEnd(best).score) best = part;
    if (bar == kNowhere) return best;
    text.remove_prefix(bar + 1);
  }
}

std::vector<std::string_view> LabelsOf(std::string_view host) {
  std::vector<std::string_view> labels;
  for (size_t end = host.find('.'); end != kNowhere; end = host.find('.')) {
    labels.push_back(host.substr(0, end));
    host.remove_prefix(end + 1);
  }
  labels.push_back(host);
  return labels;
}

}  // namespace

void ToScanForm(std::string* folded) {
  if (folded->find('\\') == std::string::npos) return;
  size_t kept = 0;
  for (size_t at = 0; at < folded->size(); ++at) {
    const char c = (*folded)[at];
    if (c == '\\' || c == '/' || c == '"') {
      while (kept > 0 && (*folded)[kept - 1] == '\\') --kept;
    }
    (*folded)[kept++] = c;
  }
  folded->resize(kept);
}

uint64_t WindowOf(std::string_view text, size_t* bytes) {
  const size_t length = RunBefore(text, text.size());
  *bytes = length;
  uint64_t window = 0;
  std::memcpy(reinterpret_cast<char*>(&window) + kWindowBytes - length,
              text.data() + text.size() - length, length);
  window |= 0x2020202020202020;
  return window >> (64 - 8 * length) << (64 - 8 * length);
}

std::string_view AddressIn(const Indicator& indicator) {
  const std::string_view value = indicator.value;
  switch (indicator.kind) {
    case K::kIp:
      return value;
    case K::kIpPort:
      return value.substr(0, value.rfind('|'));
    case K::kUrl:
      return HostInUrl(value);
    default:
      return {};
  }
}

bool Witnesses::AddBest(std::string_view text, Before before, After after) {
  const WordEnd best = BestWordEnd(text);
  if (best.end == 0) return false;
  found_.push_back(WitnessAt(text, best, before, after));
  return true;
}

// A host, or an address. Dots before it are no part of it, but are in the
// window if there is room.
bool Witnesses::AddLabels(std::string_view host, std::string* dotted) {
  const WordEnd best = BestWordEnd(host);
  if (best.end == 0) return false;
  found_.push_back(WitnessAt(host, best, Before::kNoAlnum, After::kNoLabel));
  if (best.begin > 0 || RunBefore(host, best.end) < best.end) return true;
  if (best.end >= kWindowBytes) return true;
  short_hosts_.push_back(host.substr(0, best.end));
  dotted->assign(kWindowBytes - best.end, '.');
  dotted->append(host.substr(0, best.end));
  const After after = found_.back().after;
  for (size_t begin = kWindowBytes - best.end; begin-- > 0;) {
    found_.push_back(
        {std::string_view(*dotted).substr(begin), Before::kAnything, after});
  }
  return true;
}

// In punycode and in the script that it spells.
bool Witnesses::AddHost(std::string_view host) {
  const std::string unicode = UnicodeHost(host);
  if (!unicode.empty()) {
    FoldText(TextFold::kHosts, unicode, &unicode_);
    if (unicode_.starts_with(kHttp)) {
      http_script_ = unicode_;
      http_name_ = host;
    }
    // Of a script that is marks alone there is nothing to look for.
    if (!AddScript(host)) return false;
  }
  return AddLabels(host, &dotted_);
}

// Of a host, whose script unicode_ is.
bool Witnesses::AddScript(std::string_view host) {
  AddMixed(host);
  return AddLabels(unicode_, &dotted_unicode_);
}

// Where several labels have two spellings, one may be in punycode and another
// in its script: each way in which the last labels can be spelled, as many as
// have a window in all of these. unicode_ is the host's.
void Witnesses::AddMixed(std::string_view host) {
  mixed_.clear();
  const std::vector<std::string_view> names = LabelsOf(host);
  const std::vector<std::string_view> scripts = LabelsOf(unicode_);
  size_t spelled_twice = 0;
  for (size_t i = 0; i < names.size() && i < scripts.size(); ++i) {
    spelled_twice += names[i] != scripts[i] ? 1 : 0;
  }
  if (spelled_twice < 2 || names.size() != scripts.size()) return;
  // Each label goes on with a run or ends it, so that these are soon enough.
  size_t first = names.size();
  bool all_have_window = false;
  while (first > 0 && !all_have_window) {
    --first;
    MixLabels(std::span(names).subspan(first),
              std::span(scripts).subspan(first));
    all_have_window = std::ranges::all_of(mixed_, [](std::string_view text) {
      return BestWordEnd(text, true).end > 0;
    });
  }
  const size_t mixtures = mixed_.size();
  for (size_t i = 0; i < mixtures; ++i) {
    const std::string_view text = mixed_[i];
    if (first == 0) {
      AddLabels(text, &mixed_.emplace_back());
    } else {
      found_.push_back(WitnessAt(text, BestWordEnd(text, true),
                                 Before::kAnything, After::kNoLabel));
    }
  }
}

// Each label as `names` or as `scripts` have it, in mixed_.
void Witnesses::MixLabels(std::span<const std::string_view> names,
                          std::span<const std::string_view> scripts) {
  mixed_.assign(1, {});
  for (size_t i = 0; i < names.size(); ++i) {
    const size_t ways = mixed_.size();
    for (size_t way = 0; way < ways; ++way) {
      if (i > 0) mixed_[way].push_back('.');
      if (names[i] != scripts[i]) {
        mixed_.emplace_back(mixed_[way]).append(scripts[i]);
      }
      mixed_[way].append(names[i]);
    }
  }
}

// Of the url in text_, which is folded before it is parted: what is known may
// have wide marks where a report has plain ones. Popular hosts stand in many
// reports, short paths too: a path that is long enough, else the host, else
// what there is of a path.
bool Witnesses::AddUrl() {
  constexpr size_t kLongPath = 16;
  std::string_view url = text_;
  // Of one that is cut out of "[hxxp://]evil.example" behind the bracket. Of
  // the whole string none of it is left.
  if (url.starts_with(']')) url.remove_prefix(1);
  static constexpr ByteSet kEndsHost("/?");
  size_t end = kEndsHost.HeadOf(url).size();
  if (url.substr(end).starts_with('?')) {
    // Of a character that folding has no room for; a host may stand behind it.
    end = std::min(url.find('/', end), url.size());
    const size_t behind = url.rfind('?', end - 1) + 1;
    url.remove_prefix(behind);
    end -= behind;
  }
  const std::string_view host = HostInUrl(url.substr(0, end));
  std::string_view path = url.substr(end);
  if (path.starts_with("/?")) path.remove_prefix(1);  // may be spelled out
  const WordEnd in_path = BestWordEnd(path);
  const bool is_v6 = host.find(':') != kNowhere;
  if (in_path.end - in_path.begin >= kLongPath ||
      (in_path.end > 0 && (is_v6 || BestWordEnd(host).end == 0))) {
    found_.push_back(WitnessAt(path, in_path));
    return true;
  }
  return !is_v6 && AddHost(host);
}

// Behind the hive, which may be a field of its own, and what else of a key has
// several spellings.
bool Witnesses::AddKey(std::string_view key) {
  size_t end = 1;
  while (end < key.size() && !kParting.Holds(key[end])) ++end;
  if (end >= key.size()) return AddHive(key);
  const std::string_view hive = key.substr(0, end);
  key.remove_prefix(end + 1);
  if (hive == "hkey_local_machine" &&
      TakeComponent(R"(system\currentcontrolset)", &key) && key.empty()) {
    return AddBest("system");
  }
  if (hive == "hkey_current_user" &&
      TakeComponent(R"(software\classes)", &key) && key.empty()) {
    return AddBest("classes");
  }
  return AddBest(key);
}

// A key that is a hive and nothing else: by each of its names, and the number
// that APIs know it by.
bool Witnesses::AddHive(std::string_view hive) {
  for (const auto& [number, name] : kNumberedHives) {
    if (hive.size() == name.size() && StartsWithIgnoreCase(name, hive)) {
      AddBest(number);
    }
  }
  if (hive == "hkey_local_machine") {
    AddBest("hklm");
    AddBest("machine", Before::kComponent);
  } else if (hive == "hkey_current_user") {
    AddBest("hkcu");
    AddBest("s-1-5-21");  // what every such SID begins with
  } else if (hive == "hkey_users") {
    AddBest("hku");
    AddBest("user", Before::kComponent);
  } else if (hive == "hkey_classes_root") {
    AddBest("hkcr");
  } else if (hive == "hkey_current_config") {
    AddBest("hkcc");
  }
  return AddBest(hive);
}

bool Witnesses::FindBehind(std::string_view head) {
  found_.clear();
  short_hosts_.clear();
  if (http_.empty()) {
    if (http_script_.empty()) return false;
    unicode_.assign(head).append(http_script_, kHttp.size());
    return AddScript(http_name_);
  }
  text_.assign(head).append(http_, kHttp.size());
  return is_http_url_ ? AddUrl() : AddHost(text_);
}

bool Witnesses::Find(const Indicator& indicator) {
  found_.clear();
  short_hosts_.clear();
  http_.clear();
  http_script_.clear();
  const bool is_spelled =
      (indicator.form != KeyForm::kWholeString ||
       indicator.kind == K::kMutex) &&
      SpellOut(indicator.kind, indicator.form, indicator.value, &spelled_);
  FoldToScanForm(is_spelled ? spelled_ : indicator.value, &text_);
  is_http_url_ = indicator.kind == K::kUrl;
  if ((is_http_url_ || indicator.kind == K::kHost) &&
      text_.starts_with(kHttp)) {
    http_ = text_;
  }
  const std::string_view text = text_;
  switch (indicator.kind) {
    case K::kUrl:
      return AddUrl();
    case K::kHost:
      return AddHost(text);
    case K::kIp:
      return AddLabels(text, &dotted_);
    case K::kIpPort:
      return AddLabels(text.substr(0, text.rfind('|')), &dotted_);
    case K::kRegkey:
      return AddKey(text);
    case K::kRegkeyValue: {
      // A bar may have been a wide one, in any of the two.
      const size_t bar = text.find('|');
      const std::string_view data = BestPart(text.substr(bar + 1));
      // A number may be none of the report's strings.
      if (data.find_first_not_of("0123456789") != kNowhere &&
          BestWordEnd(data).score >= BestWordEnd(text.substr(0, bar)).score) {
        return AddBest(data);
      }
      return AddKey(text.substr(0, bar));
    }
    case K::kFilename:
      return AddBest(text, Before::kComponent);
    case K::kNamedPipe:
      return AddBest(text, Before::kFolder);
    case K::kMutex:
      return AddBest(text, Before::kFolder, After::kEnd);
    case K::kPdb:
      return AddBest(text, Before::kStart, After::kEnd);
    case K::kMd5:
    case K::kSha1:
    case K::kSha224:
    case K::kSha256:
    case K::kSha384:
    case K::kSha512:
      return AddBest(text, Before::kNoAlnum);
    default:
      return AddBest(text);
  }
}

}  // namespace mispsift
