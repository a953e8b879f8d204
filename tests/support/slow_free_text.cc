#include "tests/support/slow_free_text.h"

#include <algorithm>
#include <cctype>
#include <tuple>
#include <utility>

#include "mispsift/normalize/normalize.h"

namespace mispsift {
namespace {

using Kind = IndicatorKind;

bool In(char c, std::string_view set) {
  return set.find(c) != std::string_view::npos;
}
int Byte(char c) { return static_cast<unsigned char>(c); }
bool Control(char c) { return Byte(c) < 0x20 || Byte(c) == 0x7F; }
bool Alpha(char c) { return Byte(c) < 0x80 && std::isalpha(Byte(c)); }
bool Digit(char c) { return c >= '0' && c <= '9'; }
bool Alnum(char c) { return Alpha(c) || Digit(c); }
bool Hex(char c) { return Digit(c) || In(c, "abcdefABCDEF"); }

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (Alpha(c)) c = static_cast<char>(std::tolower(Byte(c)));
  }
  return lower;
}

bool All(std::string_view text, bool (*is)(char)) {
  return std::all_of(text.begin(), text.end(), is);
}

// A decimal number of at most `max`, without leading zeros.
bool IsNumber(std::string_view text, int max) {
  if (text.empty() || text.size() > 5 || !All(text, Digit)) return false;
  if (text[0] == '0' && text.size() > 1) return false;
  return std::stoi(std::string(text)) <= max;
}

std::vector<std::string_view> Split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (;;) {
    const size_t end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

bool IsOctets(std::string_view text) {
  const std::vector<std::string_view> octets = Split(text, '.');
  return octets.size() == 4 &&
         std::all_of(octets.begin(), octets.end(),
                     [](std::string_view o) { return IsNumber(o, 255); });
}

// Groups of an address's part on one side of "::"; -1 when it has none such.
int CountGroups(std::string_view part, bool at_end) {
  if (part.empty()) return 0;
  int groups = 0;
  const std::vector<std::string_view> pieces = Split(part, ':');
  for (size_t i = 0; i < pieces.size(); ++i) {
    const std::string_view piece = pieces[i];
    if (at_end && i + 1 == pieces.size() && IsOctets(piece)) {
      groups += 2;
    } else if (!piece.empty() && piece.size() <= 4 && All(piece, Hex)) {
      ++groups;
    } else {
      return -1;
    }
  }
  return groups;
}

bool ParsesAsIpv6(std::string_view text) {
  const size_t gap = text.find("::");
  if (gap == std::string_view::npos) return CountGroups(text, true) == 8;
  const int before = CountGroups(text.substr(0, gap), false);
  const int after = CountGroups(text.substr(gap + 2), true);
  return before >= 0 && after >= 0 && before + after < 8;
}

// Eight groups of one or two digits.
bool IsBytes(std::string_view text) {
  const std::vector<std::string_view> groups = Split(text, ':');
  return groups.size() == 8 &&
         std::all_of(groups.begin(), groups.end(), [](std::string_view g) {
           return !g.empty() && g.size() <= 2 && All(g, Hex);
         });
}

bool IsHost(std::string_view text) {
  const std::vector<std::string_view> labels = Split(text, '.');
  if (text.size() > 4096 || labels.size() < 2) return false;
  for (const std::string_view label : labels) {
    if (label.empty() || label.size() > 63) return false;
  }
  return labels.back().size() >= 2 &&
         !std::all_of(labels.back().begin(), labels.back().end(), Digit);
}

class Slow {
 public:
  explicit Slow(std::string_view text) : text_(text) {}

  std::vector<SlowToken> Cut() {
    for (size_t at = 0; at < text_.size(); ++at) {
      if (WordByte(at) && (at == 0 || !WordByte(at - 1))) Word(at);
      Ipv6(at);
      Path(at);
      Regkey(at);
      Url(at);
    }
    const auto key = [](const SlowToken& t) {
      return std::tie(t.offset, t.kind);
    };
    std::sort(tokens_.begin(), tokens_.end(),
              [&](const SlowToken& a, const SlowToken& b) {
                if (key(a) != key(b)) return key(a) < key(b);
                if (a.value.size() != b.value.size()) {
                  return a.value.size() < b.value.size();
                }
                return a.value < b.value;
              });
    tokens_.erase(std::unique(tokens_.begin(), tokens_.end()), tokens_.end());
    return tokens_;
  }

 private:
  struct Region {
    size_t begin;
    size_t end;
  };

  // 0 behind the end, which no rule asks for by itself.
  char At(size_t at) const { return at < text_.size() ? text_[at] : '\0'; }
  bool End(size_t at) const { return at >= text_.size(); }
  bool StartsAt(size_t at, std::string_view what) const {
    return at <= text_.size() && text_.substr(at).starts_with(what);
  }
  std::string_view Slice(size_t begin, size_t end) const {
    return text_.substr(begin, end - begin);
  }

  // Length of the wide punctuation that starts at `at`, or 0.
  size_t Wide(size_t at) const {
    const std::string_view s = text_.substr(at);
    const auto continues = [](char c) {
      return Byte(c) >= 0x80 && Byte(c) <= 0xBF;
    };
    if (s.size() >= 2 && s[0] == '\xC2' && continues(s[1])) return 2;
    if (s.size() < 3 || !continues(s[1]) || !continues(s[2])) return 0;
    const int code = (Byte(s[0]) & 0x0F) << 12 | (Byte(s[1]) & 0x3F) << 6 |
                     (Byte(s[2]) & 0x3F);
    if (Byte(s[0]) < 0xE0 || Byte(s[0]) > 0xEF) return 0;
    const bool wide = (code >= 0x2000 && code <= 0x207F) ||
                      (code >= 0x3000 && code <= 0x303F &&
                       !(code >= 0x3005 && code <= 0x3007)) ||
                      (code >= 0xFF01 && code <= 0xFF0F) ||
                      (code >= 0xFF1A && code <= 0xFF20);
    return wide ? 3 : 0;
  }
  bool InWide(size_t at) const {
    for (size_t back = 0; back < 3 && back <= at; ++back) {
      if (Wide(at - back) > back) return true;
    }
    return false;
  }
  bool WordByte(size_t at) const {
    if (End(at)) return false;
    const char c = text_[at];
    return Alnum(c) || In(c, "._-") || (Byte(c) >= 0x80 && !InWide(at));
  }
  size_t WordEnd(size_t at) const {
    while (WordByte(at)) ++at;
    return at;
  }
  bool Apostrophe(size_t at) const {
    return At(at) == '\'' &&
           !(at > 0 && Alnum(At(at - 1)) && Alnum(At(at + 1)));
  }
  bool BehindAlnum(size_t at) const { return at > 0 && Alnum(At(at - 1)); }
  static bool Within(const std::vector<Region>& regions, size_t at) {
    return std::any_of(regions.begin(), regions.end(), [at](const Region& r) {
      return r.begin <= at && at < r.end;
    });
  }
  bool Hidden(size_t at) const {
    return Within(urls_, at) || Within(paths_, at);
  }

  void Push(Kind kind, size_t begin, size_t end) {
    PushAs(kind, begin, end, std::string(Slice(begin, end)));
  }
  void PushAs(Kind kind, size_t begin, size_t end, const std::string& text) {
    if (end - begin > 4096) return;
    const Kind asked = kind;
    std::string canonical;
    if (!Canonicalize(text, &kind, &canonical)) return;
    if (kind != asked && asked != Kind::kHost) return;
    tokens_.push_back({begin, kind, canonical});
  }

  // A path or key, and what it spells if its backslashes are doubled.
  void PushPath(Kind kind, size_t begin, size_t end, const std::string& text) {
    PushAs(kind, begin, end, text);
    std::string spelled = text.substr(0, 2);
    for (const char c : text.substr(2)) {
      if (c != '\\' || spelled.back() != '\\') spelled += c;
    }
    if (text.find("\\\\", 2) != std::string::npos) {
      PushAs(kind, begin, end, spelled);
    }
  }
  void PushPath(size_t begin, size_t end) {
    PushPath(Kind::kFilepath, begin, end, std::string(Slice(begin, end)));
  }

  // Takes closing bytes and unopened brackets off the end.
  size_t Trimmed(size_t begin, size_t behind, size_t end,
                 std::string_view closing) const {
    while (end > behind) {
      const std::string_view token = Slice(begin, end);
      const char c = token.back();
      const auto count = [&](char what) {
        return std::count(token.begin(), token.end(), what);
      };
      const bool goes = In(c, closing) ||
                        (c == ')' && count(')') > count('(')) ||
                        (c == ']' && count(']') > count('['));
      if (!goes) break;
      --end;
    }
    return end;
  }

  // The end of ":port" at `at`, or `at`.
  size_t PortEnd(size_t at) const {
    if (At(at) != ':') return at;
    size_t end = at + 1;
    while (Digit(At(end))) ++end;
    const std::string_view port = Slice(at + 1, end);
    if (!IsNumber(port, 65535) || port == "0") return at;
    if (Alnum(At(end)) || At(end) == ':') return at;
    return At(end) == '.' && Digit(At(end + 1)) ? at : end;
  }

  void Word(size_t begin) {
    const size_t end = WordEnd(begin);
    for (size_t at = begin; at < end; ++at) {
      if (!Alnum(text_[at]) || BehindAlnum(at)) continue;
      size_t run = at;
      while (run < end && Alnum(text_[run])) ++run;
      const std::string_view hash = Slice(at, run);
      if (!std::all_of(hash.begin(), hash.end(), Hex)) continue;
      static const std::pair<size_t, Kind> kLengths[] = {
          {32, Kind::kMd5},    {40, Kind::kSha1},   {56, Kind::kSha224},
          {64, Kind::kSha256}, {96, Kind::kSha384}, {128, Kind::kSha512}};
      for (const auto& length : kLengths) {
        if (hash.size() == length.first) Push(length.second, at, run);
      }
    }
    HostOrIp(begin, end);
  }

  std::pair<size_t, size_t> WithoutDots(size_t begin, size_t end) const {
    while (begin < end && text_[begin] == '.') ++begin;
    while (begin < end && text_[end - 1] == '.') --end;
    return {begin, end};
  }

  bool HostFollowsAt(size_t at) const {
    if (At(at) != '@') return false;
    const size_t end = WordEnd(at + 1);
    const auto word = WithoutDots(at + 1, end);
    return end - at - 1 <= 4096 && IsHost(Slice(word.first, word.second));
  }

  bool Component(size_t begin, size_t end) const {
    if (At(end) == '\\' || StartsAt(end, "://")) return true;
    if (begin == 0 || !In(text_[begin - 1], "\\/")) return false;
    if (begin < 2 || Slice(begin - 2, begin) != "//") return true;
    if (begin == 2) return false;
    const char before = text_[begin - 3];
    return Alnum(before) || In(before, "._-") || Byte(before) >= 0x80;
  }

  void HostOrIp(size_t begin, size_t end) {
    if (end - begin > 4096 || Within(ipv6s_, begin)) return;
    const auto word = WithoutDots(begin, end);
    const std::string_view value = Slice(word.first, word.second);
    const bool behind_at = begin > 0 && text_[begin - 1] == '@';
    if (IsOctets(value)) {
      Push(Kind::kIp, word.first, word.second);
      const size_t port = PortEnd(end);
      if (word.second == end && port > end) {
        Push(Kind::kIpPort, word.first, port);
      }
      if (!Hidden(begin) && !behind_at && word.second == end &&
          !Component(begin, end)) {
        SchemelessUrl(word.first, end, true);
      }
      return;
    }
    if (!IsHost(value)) return;
    for (const Region& authority : authorities_) {
      if (authority.begin != begin) continue;
      if (end >= authority.end || In(At(end), ":/?#\\@")) {
        Push(Kind::kHost, word.first, word.second);
      }
      return;
    }
    if (Hidden(begin) || Component(begin, end) || HostFollowsAt(end)) return;
    Push(Kind::kHost, word.first, word.second);
    if (!behind_at) {
      if (word.second == end) SchemelessUrl(word.first, end, false);
      return;
    }
    if (word.first > begin) return;
    size_t local = begin - 1;
    while (local > 0 &&
           (Alnum(text_[local - 1]) || In(text_[local - 1], "._%+-"))) {
      --local;
    }
    if (begin - 1 - local > 64) return;
    while (text_[local] == '.') ++local;
    if (local < begin - 1) Push(Kind::kEmail, local, word.second);
  }

  void Ipv6(size_t begin) {
    const auto in_run = [this](size_t at) {
      return !End(at) && (Hex(text_[at]) || In(text_[at], ":."));
    };
    if (!in_run(begin) || (begin > 0 && in_run(begin - 1))) return;
    size_t end = begin;
    while (in_run(end)) ++end;
    if (begin > 0 && (Alnum(text_[begin - 1]) || text_[begin - 1] == '_'))
      return;
    if (Alnum(At(end)) || At(end) == '_') return;
    while (begin < end && text_[begin] == '.') ++begin;
    for (;;) {
      const std::string_view token = Slice(begin, end);
      if (token.ends_with('.') ||
          (token.ends_with(':') && !token.ends_with("::") && token != ":")) {
        --end;
      } else {
        break;
      }
    }
    const std::string token(Slice(begin, end));
    if (std::count(token.begin(), token.end(), ':') < 2 || token == "::")
      return;
    if (IsBytes(token) || !ParsesAsIpv6(token)) return;
    ipv6s_.push_back({begin, end});
    Push(Kind::kIp, begin, end);
    if (begin > 0 && text_[begin - 1] == '[' && At(end) == ']') {
      const size_t port = PortEnd(end + 1);
      if (port > end + 1) Push(Kind::kIpPort, begin - 1, port);
    }
  }

  // ---- urls
  // The ':' of a scheme's "://" whose first letter is at `at`, or 0.
  size_t SchemeColon(size_t at) const {
    size_t colon = at;
    while (Alnum(At(colon)) || (!End(colon) && In(At(colon), "+.-"))) ++colon;
    return Alpha(At(at)) && StartsAt(colon, "://") ? colon : 0;
  }
  size_t UrlEnd(size_t at) const {
    for (; !End(at); ++at) {
      const char c = text_[at];
      if (Control(c) || In(c, " \"'`<>{}|\\^") || Wide(at) > 0) break;
      if (!In(c, ",;")) continue;
      const size_t colon = SchemeColon(at + 1);
      if (colon > 0 && colon - at - 1 <= 32) break;
    }
    return at;
  }
  void Url(size_t at) {
    const size_t colon = SchemeColon(at);
    if (colon == 0) return;
    size_t run = at;
    while (run > 0 && (Alnum(text_[run - 1]) || In(text_[run - 1], "+.-")))
      --run;
    if (colon - run > 32) return;
    if (std::any_of(text_.begin() + static_cast<ptrdiff_t>(run),
                    text_.begin() + static_cast<ptrdiff_t>(at), Alpha)) {
      return;
    }
    const size_t behind = colon + 3;
    const size_t end = UrlEnd(behind);
    if (!Within(urls_, colon)) {
      urls_.push_back({colon, end});
      urls_in_region_ = 0;
    }
    size_t trimmed = end;
    if (end - at <= 4096) {
      if (++urls_in_region_ > 9) return;
      trimmed = Trimmed(at, behind, end, ".,;:!?");
      if (trimmed == behind) return;
      Push(Kind::kUrl, at, trimmed);
      Push(Kind::kUrl, at, end);
    }
    const std::string_view rest = Slice(behind, trimmed);
    const std::string_view authority =
        rest.substr(0, rest.find_first_of("/?#"));
    const size_t login = authority.rfind('@');
    authorities_.push_back(
        {login == std::string_view::npos ? behind : behind + login + 1,
         trimmed});
  }
  void SchemelessUrl(size_t begin, size_t end, bool address) {
    const size_t path = PortEnd(end);
    if (At(path) != '/') return;
    const size_t url_end = UrlEnd(path);
    const size_t trimmed = url_end - begin > 4096
                               ? url_end
                               : Trimmed(begin, path, url_end, ".,;:!?");
    if (address && path == end && trimmed - path >= 2 && trimmed - path <= 3 &&
        All(Slice(path + 1, trimmed), Digit)) {
      return;
    }
    urls_.push_back({end, url_end});
    urls_in_region_ = 1;
    if (url_end - begin > 4096) return;
    Push(Kind::kUrl, begin, trimmed);
    Push(Kind::kUrl, begin, url_end);
  }

  // ---- paths
  bool PathEnd(size_t at) const {
    return End(at) || Control(text_[at]) || In(text_[at], "\"`<>|?*,;") ||
           Apostrophe(at);
  }
  bool Pattern(size_t at) const {
    return At(at) == '*' || (At(at) == '?' && !End(at + 1) &&
                             !Control(text_[at + 1]) && text_[at + 1] != ' ');
  }
  bool Drive(size_t at) const { return Alpha(At(at)) && At(at + 1) == ':'; }

  // The first byte behind the prefix of a Windows path at `at`, or 0.
  size_t WindowsPrefix(size_t at) const {
    if (BehindAlnum(at)) return 0;
    if (Drive(at) &&
        (At(at + 2) == '\\' || (At(at + 2) == '/' && At(at + 3) != '/'))) {
      return at + 3;
    }
    if (At(at) == '%') {
      size_t end = at + 1;
      while (!End(end) && (Alnum(text_[end]) || In(text_[end], "_()"))) ++end;
      const size_t name = end - at - 1;
      return name >= 1 && name <= 32 && StartsAt(end, "%\\") ? end + 2 : 0;
    }
    if (At(at) != '\\' || (at > 0 && text_[at - 1] == '\\')) return 0;
    if (StartsAt(at, "\\??\\") || StartsAt(at, "\\\\?\\")) return at + 4;
    if (Lower(text_.substr(at, 8)) == "\\device\\") return at + 8;
    const size_t server = ServerEnd(at);
    return server > 0 ? server + 1 : 0;
  }
  // The end of a server's name in \\server\share at `at`, or 0.
  size_t ServerEnd(size_t at) const {
    if (!StartsAt(at, "\\\\")) return 0;
    size_t end = at + 2;
    while (!End(end) && (Alnum(text_[end]) || In(text_[end], "._$@-") ||
                         Byte(text_[end]) >= 0x80)) {
      ++end;
    }
    const std::string_view name = Slice(at + 2, end);
    const bool dots =
        std::all_of(name.begin(), name.end(), [](char c) { return c == '.'; });
    return !dots && name.size() <= 255 && At(end) == '\\' && At(end + 1) != '\\'
               ? end
               : 0;
  }

  // The end of the quote before `begin`; 0 for none.
  size_t ClosingQuote(size_t begin, size_t behind) const {
    if (begin == 0) return 0;
    const bool apostrophe = text_[begin - 1] == '\'';
    if (!apostrophe && text_[begin - 1] != '"') return 0;
    for (size_t at = behind; !End(at) && at - begin <= 4096; ++at) {
      if (Control(text_[at])) return 0;
      if (apostrophe ? Apostrophe(at) : text_[at] == '"') return at;
    }
    return 0;
  }
  // The end of a path that is the whole text or the whole quote; 0 for none.
  size_t KnownEnd(size_t begin, size_t behind) const {
    const size_t end = begin == 0 ? text_.size() : ClosingQuote(begin, behind);
    if (end <= behind || end - begin > 4096) return 0;
    std::string_view rest = Slice(behind, end);
    if (text_[behind - 1] == '\\' && behind >= 2 && text_[behind - 2] == '?' &&
        Drive(behind)) {
      rest.remove_prefix(std::min<size_t>(2, rest.size()));
    }
    for (const char c : rest) {
      if (Control(c) || In(c, "<>\"|?*:")) return 0;
    }
    return end;
  }
  size_t WithoutBlanks(size_t behind, size_t end) const {
    while (end > behind && text_[end - 1] == ' ') --end;
    return end;
  }
  // Whether [begin, end), trimmed, ends in an extension; pushes it then.
  bool Candidate(size_t begin, size_t behind, size_t end) {
    if (end - begin > 4096) return false;
    const size_t trimmed = Trimmed(begin, behind, end, " .,;:");
    const std::string_view path = Slice(behind, trimmed);
    const size_t dot = path.rfind('.');
    if (dot == std::string_view::npos || dot == 0) return false;
    const std::string_view extension = path.substr(dot + 1);
    if (extension.empty() || extension.size() > 5 ||
        !std::all_of(extension.begin(), extension.end(), Alnum) ||
        In(path[dot - 1], "\\/")) {
      return false;
    }
    PushPath(begin, trimmed);
    return true;
  }

  void Path(size_t at) {
    if (Hidden(at)) return;
    const size_t behind = WindowsPrefix(at);
    if (behind > 0) {
      if (PathEnd(behind) || text_[behind] == ' ') return;
      const size_t known = KnownEnd(at, behind);
      if (known > 0) {
        KnownPath(at, behind, known);
      } else {
        OpenPath(at, behind);
      }
      if (ServerEnd(at) > 0) authorities_.push_back({at + 2, SIZE_MAX});
    } else if (At(at) == '/' &&
               (at == 0 || Control(text_[at - 1]) ||
                In(text_[at - 1], " \"'`=:,(")) &&
               !End(at + 1) &&
               (Alnum(text_[at + 1]) || In(text_[at + 1], "._~-"))) {
      UnixPath(at);
    }
  }

  void KnownPath(size_t begin, size_t behind, size_t end) {
    size_t region = end;
    int candidates = 0;
    for (size_t at = behind; at < end && candidates < 4; ++at) {
      if (In(text_[at], " ,;") && !In(text_[at - 1], " ,;") &&
          Candidate(begin, behind, at)) {
        if (++candidates == 1) region = at;
      }
    }
    const size_t trimmed = WithoutBlanks(behind, end);
    PushPath(begin, trimmed);
    Candidate(begin, behind, trimmed);
    paths_.push_back({begin, region});
  }

  void OpenPath(size_t begin, size_t behind) {
    size_t end = behind;
    while (!PathEnd(end) && !StartsAt(end, "&&")) ++end;
    // The blanks before that, by their first.
    std::vector<size_t> blanks;
    for (size_t at = behind; at < end; ++at) {
      if (text_[at] == ' ' && text_[at - 1] != ' ') blanks.push_back(at);
    }
    bool ends = !Pattern(end);
    const size_t region = blanks.empty() ? end : blanks[0];
    for (size_t at = region; at < end; ++at) {
      if (text_[at] != ':') continue;
      ends = End(at + 1) || text_[at + 1] == ' ' || Control(text_[at + 1]);
      end = at;
    }
    size_t passed = 0;
    int candidates = 0;
    for (size_t at = behind; at < end || (at == end && At(at) == ':'); ++at) {
      const bool blank = text_[at] == ' ' && text_[at - 1] != ' ';
      if (blank) {
        size_t next = at;
        while (At(next) == ' ') ++next;
        if (StartsAnother(next)) {
          ends = true;
          end = at;
          break;
        }
        if (++passed > 16) {
          ends = false;
          break;
        }
      }
      if ((blank || text_[at] == ':') && candidates < 4 &&
          Candidate(begin, behind, at)) {
        ++candidates;
      }
    }
    if (ends && end - begin <= 4096) {
      const size_t trimmed = Trimmed(begin, behind, end, " .,;:");
      if (trimmed > behind) PushPath(begin, trimmed);
    }
    paths_.push_back({begin, region});
  }

  // Whether a path or key that stands before the blank cannot go on at `at`.
  bool StartsAnother(size_t at) const {
    return PathEnd(at) || In(text_[at], "/\\%") || HiveEnd(at) > 0 ||
           (Drive(at) && (StartsAt(at + 2, "\\") || StartsAt(at + 2, "/")));
  }

  void UnixPath(size_t begin) {
    size_t open = begin + 1;
    while (!PathEnd(open) && !In(text_[open], " :") && !StartsAt(open, "&&")) {
      ++open;
    }
    std::vector<size_t> ends;
    if (!Pattern(open)) {
      ends.push_back(Trimmed(begin, begin + 1, open, " .,;:"));
    }
    const size_t known = KnownEnd(begin, begin + 1);
    if (known > 0) ends.push_back(WithoutBlanks(begin + 1, known));
    bool found = false;
    for (const size_t end : ends) {
      const std::string_view path = Slice(begin + 1, end);
      bool two = false;
      for (size_t at = 1; at + 1 < path.size(); ++at) {
        two = two || (path[at] == '/' && path[at + 1] != '/');
      }
      if (!two) continue;
      found = true;
      PushPath(begin, end);
    }
    if (found) paths_.push_back({begin, open});
  }

  // ---- keys
  // The end of a hive's name at `at`, or 0.
  size_t HiveEnd(size_t at) const {
    if (BehindAlnum(at)) return 0;
    for (const std::string_view hive :
         {"\\registry", "hklm", "hkcu", "hkcr", "hku", "hkcc",
          "hkey_local_machine", "hkey_current_user", "hkey_classes_root",
          "hkey_users", "hkey_current_config", "hkey_performance_data",
          "hkey_dyn_data"}) {
      const size_t end = at + hive.size();
      if (Lower(text_.substr(at, hive.size())) != hive) continue;
      if (At(end) == '\\') return end;
      if (hive[0] != '\\' && StartsAt(end, ":\\")) return end;
    }
    return 0;
  }

  void Regkey(size_t begin) {
    const size_t hive_end = HiveEnd(begin);
    if (hive_end == 0 || Hidden(begin)) return;
    const bool colon = text_[hive_end] == ':';
    const size_t behind = hive_end + (colon ? 2 : 1);
    const auto stops = [this](size_t at) {
      return End(at) || Control(text_[at]) || In(text_[at], " \"");
    };
    if (stops(behind)) return;
    size_t region = behind;
    while (!stops(region)) ++region;
    paths_.push_back({begin, region});

    std::vector<size_t> ends;
    size_t known = ClosingQuote(begin, behind);
    if (begin == 0 && text_.size() <= 4096 &&
        std::none_of(text_.begin(), text_.end(), Control)) {
      known = text_.size();
    }
    if (known > behind) known = WithoutBlanks(behind, known);
    if (known > behind) ends.push_back(known);
    const size_t cut = CutEnd(begin, behind);
    if (cut > behind && (known <= behind || cut < known)) ends.push_back(cut);
    for (const size_t end : ends) {
      std::string key(Slice(begin, end));
      if (colon) key.erase(hive_end - begin, 1);
      PushPath(Kind::kRegkey, begin, end, key);
    }
  }

  size_t CutEnd(size_t begin, size_t behind) const {
    int blanks = 0;
    size_t at = behind;
    for (; !End(at); ++at) {
      const char c = text_[at];
      if (Control(c) || c == '"' || Apostrophe(at)) break;
      if (at - begin > 4096) return 0;
      if (c != ' ' || text_[at - 1] == ' ') continue;
      if (In(text_[at - 1], ",;")) break;
      size_t next = at;
      while (At(next) == ' ') ++next;
      if (StartsAnother(next) || text_[next] == '&' ||
          (text_[next] == '-' && Alpha(At(next + 1)))) {
        break;
      }
      if (++blanks > 16) return 0;
    }
    while (at > behind && In(text_[at - 1], " .,;:")) --at;
    return at;
  }

  const std::string_view text_;
  std::vector<SlowToken> tokens_;
  std::vector<Region> urls_;
  std::vector<Region> paths_;
  std::vector<Region> ipv6s_;
  std::vector<Region> authorities_;  // the host's first byte, the url's end
  int urls_in_region_ = 0;
};

}  // namespace

std::vector<SlowToken> SlowCut(std::string_view text) {
  return Slow(text).Cut();
}

}  // namespace mispsift
