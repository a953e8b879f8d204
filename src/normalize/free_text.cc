// The grammar of free text. (One file, though long: the kinds hide one another
// and share the limits below, so no rule can be read without the others.)
//
// Bytes
//   alnum     [A-Za-z0-9], ASCII only: a curly quote must not glue
//   control   below 0x20, and 0x7F; blank is ' ' alone
//   wide      the UTF-8 punctuation of WidePunctuation(), such as curly quotes
//   or
//             the full-width colon: scripts without blanks write it around
//             values
//   word      maximal run of alnum . _ - and bytes >= 0x80 that are not wide
//   apostrophe between two alnum is a letter ("Bob's"), else a quote
//
// Hashes     maximal alnum run in a word, all hex, of a hash's length. Counts
//            everywhere: "<md5>.exe", in a path, in a url.
// ip         v4: a word, dots at its ends trimmed, of four octets without
//            leading zeros; in a path or url too. v6: maximal run of
//            [0-9A-Fa-f:.], no alnum or '_' at either side, trailing dots and
//            one trailing colon trimmed, that parses. "::" alone is none
//            (C++), nor are eight groups of at most two digits (bytes).
// ip-port    v4 ":" port, "[" v6 "]:" port; port 1..65535, no leading zero,
//            not followed by alnum, ':' or '.' digit.
// host       a word, dots trimmed, of two or more labels of 1..63 bytes, the
//            last of at least two and not all digits. Not where it starts in
//            the region of a path, key or url (unless it is the authority) or
//            in a v6 address; not behind '\' or '/' (a component), "//" at the
//            start of something excepted; not before '\'; not before "://" (a
//            scheme); not before '@' host (a mailbox).
// email      [A-Za-z0-9._%+-]{1,64}, leading dots trimmed, '@' host. Its host
//            counts too.
// url        [A-Za-z][A-Za-z0-9+.-]{0,31} "://", up to blank, control, wide,
//            one of " ' ` < > { } | \ ^, or a ',' or ';' behind which another
//            scheme "://" stands. Trimmed of . , ; : ! ? and of ) ] that
//            nothing opens in it; where that changes it, also untrimmed. The
//            authority (between the last '@' and the port) gives the host. A
//            further scheme "://" in it (a redirector) is a url of its own with
//            the same end; at most kMaxNested of them, so that hostile text
//            stays linear. A host, or v4 not read as a network (/24), directly
//            followed by
//            '/' or ":port/" is a url without scheme.
// path       starts at the text's start or behind what is not alnum, with
//              X:\  X:/ (not "//")  \\server\  \??\  \\?\  \Device\  %NAME%\ .
//            (the forms with a leading '\' not behind another one); or with
//              '/' behind start, blank, control, a quote, one of = : , (
//            before [A-Za-z0-9._~-], and then has two components.
//            The byte behind the start is none that ends a path.
//            Hard end, the first that holds:
//            1. the whole text, where it starts as a path and holds no
//               < > " | ? * control, and ':' only at the drive;
//            2. the closing quote, behind a quote, if 1. holds in between;
//            3. a quote < > | ? * , ; control, "&&"; for Unix also blank and
//               ':'; for Windows also a blank before an other (below), and,
//               once over a blank, a ':' before blank, control or the end.
//            Windows paths hold blanks, and command lines hold paths: a blank
//            (in 1. and 2. also , and ;) behind a component with an extension
//            .[A-Za-z0-9]{1,5} ends a candidate, at most kMaxCandidates; the
//            hard end is one too, unless a pattern stands there ('*', or '?'
//            in a word). In 3. a candidate may also end at ':' (a stream names
//            its file); over blanks a path holds no other ':' and at most
//            kMaxBlanks of them, else only the candidates count.
//            "C:\Program" never comes out of "C:\Program Files\x". In 1. and
//            2. a Unix path also ends where 3. would end it.
//            In 3. and before a blank . , ; : and unopened ) ] are trimmed.
//            The server of \\server\ is an authority: a host or an address.
//            Region: up to the first candidate's end; in 3. to the blank.
//            An other: what ends a path in 3. (blank and ':' excepted), the
//            text's end, or what starts no component: / \ % X:\ X:/ hive.
// regkey     a hive's name, or \REGISTRY, at the text's start or behind what
//            is not alnum, then '\' (PowerShell's "HKLM:\" is the same) and no
//            blank, control or '"'. Ends as 1. and 2. of paths, but only
//            control is not in it; else at a control, a quote, or a blank
//            that stands behind , or ; or before an other, '&' or '-' and a
//            letter (options), provided that at most kMaxBlanks came before.
//            In 1. and 2. that is a second candidate. . , ; : are trimmed off
//            it. Region: up to the first blank, control or '"'.
//            Where backslashes are doubled, paths and keys come as they stand
//            and undoubled.
//
// Nothing over kMaxBytes is a token. "evil[.]example" is not read: a comment
// that defangs is no observation. "hxxp://" is a scheme like any other.

#include "mispsift/normalize/free_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <tuple>

#include "absl/base/attributes.h"
#include "mispsift/base/ascii_case.h"
#include "mispsift/normalize/normalize.h"
#include "src/normalize/ip_address.h"

namespace mispsift {
namespace {

constexpr size_t kMaxBytes = 4096;
constexpr size_t kMaxScheme = 32;
constexpr size_t kMaxLocal = 64;
constexpr size_t kMaxIpv6 = 64;
constexpr size_t kMaxVariable = 32;
constexpr size_t kMaxServer = 255;
constexpr int kMaxNested = 8;
constexpr int kMaxCandidates = 4;
constexpr int kMaxBlanks = 16;
constexpr std::string_view kUrlClosing = ".,;:!?";
constexpr std::string_view kPathClosing = " .,;:";
// Emails, schemes and v6 addresses are found behind their first byte, by at
// most this much; a token further back can be shown.
constexpr size_t kMaxLookBack = 160;

enum ByteClass : uint16_t {
  kAlnum = 1 << 0,
  kWord = 1 << 1,
  kHex = 1 << 2,
  kDigit = 1 << 3,
  kAlpha = 1 << 4,
  kDot = 1 << 5,
  kWide = 1 << 6,     // may start WidePunctuation()
  kTrigger = 1 << 7,  // : \ / %
  kLocal = 1 << 8,
  kScheme = 1 << 9,
  kUrlEnd = 1 << 10,
  kPathEnd = 1 << 11,  // the apostrophe excepted
  kNotInPath = 1 << 12,
  kControl = 1 << 13,
  kServer = 1 << 14,
  kListEnd = 1 << 15,  // , ;
};

constexpr std::array<uint16_t, 256> MakeClasses() {
  std::array<uint16_t, 256> classes{};
  const auto add = [&classes](std::string_view bytes, int bits) {
    for (const char c : bytes) {
      uint16_t& entry = classes[static_cast<uint8_t>(c)];
      entry = static_cast<uint16_t>(entry | bits);
    }
  };
  constexpr std::string_view kLetters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  constexpr std::string_view kDigits = "0123456789";
  constexpr int kInAll = kAlnum | kWord | kLocal | kScheme | kServer;
  add(kLetters, kInAll | kAlpha);
  add(kDigits, kInAll | kDigit | kHex);
  add("abcdefABCDEF", kHex);
  add(".", kDot);
  add("._-", kWord | kLocal | kServer);
  add("+-.", kScheme);
  add("%+", kLocal);
  add("$@", kServer);
  add(":\\/%", kTrigger);
  add(",;", kListEnd);
  add("\"'`<>{}|\\^ ", kUrlEnd);
  add("\"`<>|?*,;", kPathEnd);
  add("<>\"|?*", kNotInPath);
  for (size_t c = 0; c < 256; ++c) {
    int bits = classes[c];
    if (c < 0x20 || c == 0x7F) bits |= kControl | kUrlEnd | kPathEnd;
    if (c < 0x20 || c == 0x7F) bits |= kNotInPath;
    if (c == 0xC2 || c == 0xE2 || c == 0xE3 || c == 0xEF) {
      bits |= kWide | kServer;
    } else if (c >= 0x80) {
      bits |= kWord | kServer;
    }
    classes[c] = static_cast<uint16_t>(bits);
  }
  return classes;
}

constexpr std::array<uint16_t, 256> kClasses = MakeClasses();

constexpr std::string_view kHives[] = {
    "hklm",
    "hkcu",
    "hkcr",
    "hku",
    "hkcc",
    "hkey_local_machine",
    "hkey_current_user",
    "hkey_classes_root",
    "hkey_users",
    "hkey_current_config",
    "hkey_performance_data",
    "hkey_dyn_data",
};

bool HashKind(size_t length, IndicatorKind* kind) {
  switch (length) {
    case 32:
      *kind = IndicatorKind::kMd5;
      return true;
    case 40:
      *kind = IndicatorKind::kSha1;
      return true;
    case 56:
      *kind = IndicatorKind::kSha224;
      return true;
    case 64:
      *kind = IndicatorKind::kSha256;
      return true;
    case 96:
      *kind = IndicatorKind::kSha384;
      return true;
    case 128:
      *kind = IndicatorKind::kSha512;
      return true;
    default:
      return false;
  }
}

// Of these a token may hold others.
bool MakesRegion(IndicatorKind kind) {
  return kind == IndicatorKind::kUrl || kind == IndicatorKind::kFilepath ||
         kind == IndicatorKind::kRegkey;
}

}  // namespace

size_t WidePunctuation(std::string_view text, size_t at) {
  const auto byte = [text](size_t p) {
    return p < text.size() ? static_cast<uint8_t>(text[p]) : 0;
  };
  const int second = byte(at + 1);
  const int third = byte(at + 2);
  const bool three = second >= 0x80 && third >= 0x80 && third <= 0xBF;
  switch (byte(at)) {
    case 0xC2:  // U+0080..U+00BF
      return second >= 0x80 && second <= 0xBF ? 2 : 0;
    case 0xE2:  // U+2000..U+207F
      return three && second <= 0x81 ? 3 : 0;
    case 0xE3:  // U+3000..U+303F without three letters
      return three && second == 0x80 && (third < 0x85 || third > 0x87) ? 3 : 0;
    case 0xEF:  // U+FF01..U+FF0F, U+FF1A..U+FF20
      return three && second == 0xBC &&
                     ((third >= 0x81 && third <= 0x8F) ||
                      (third >= 0x9A && third <= 0xA0))
                 ? 3
                 : 0;
    default:
      return 0;
  }
}

// One pass over one text. Tokens are canonicalised as they are found and wait
// in `pending_`, since a few kinds are known only behind their first byte.
class FreeTextCutter::Scan {
 public:
  Scan(FreeTextCutter* cutter, std::string_view text,
       absl::FunctionRef<void(const Token&)> visit)
      : cutter_(*cutter), text_(text), size_(text.size()), visit_(visit) {}

  void Run();

 private:
  uint16_t Class(size_t at) const {
    return kClasses[static_cast<uint8_t>(text_[at])];
  }
  // Whether the byte at `at` exists and is of one of the classes.
  bool Is(size_t at, int classes) const {
    return at < size_ && (Class(at) & classes) != 0;
  }
  bool IsByte(size_t at, char c) const { return at < size_ && text_[at] == c; }
  bool BehindAlnum(size_t at) const { return at > 0 && Is(at - 1, kAlnum); }
  bool IsBlank(size_t at) const { return IsByte(at, ' '); }
  // An apostrophe that is a quote.
  bool IsApostrophe(size_t at) const {
    return IsByte(at, '\'') && !(BehindAlnum(at) && Is(at + 1, kAlnum));
  }
  bool IsPathEnd(size_t at) const {
    return Is(at, kPathEnd) || IsApostrophe(at);
  }
  // Whether a path that ends at `at` is a pattern, "C:\\x*.doc".
  bool IsPattern(size_t at) const {
    return IsByte(at, '*') || (IsByte(at, '?') && at + 1 < size_ &&
                               !Is(at + 1, kControl) && !IsBlank(at + 1));
  }
  bool IsDrive(size_t at) const {
    return Is(at, kAlpha) && IsByte(at + 1, ':');
  }
  // Length of the wide punctuation at `at`, 0 if there is none.
  size_t WideLength(size_t at) const;
  size_t Trimmed(size_t begin, size_t behind, size_t end,
                 std::string_view closing) const;
  size_t SkipBlanks(size_t at) const;
  ABSL_ATTRIBUTE_ALWAYS_INLINE size_t WordEnd(size_t at, size_t limit,
                                              int* seen) const;
  std::string_view Slice(size_t begin, size_t end) const {
    return text_.substr(begin, end - begin);
  }

  size_t Word(size_t begin);
  void Hashes(size_t begin, size_t end);
  void HostOrIp(size_t begin, size_t end);
  void Email(size_t at, size_t end);
  void SchemelessUrl(size_t begin, size_t end, bool address);
  bool IsIpv4(size_t begin, size_t end) const;
  bool IsHost(size_t begin, size_t end) const;
  bool IsMailboxOf(size_t at) const;
  bool IsComponent(size_t begin, size_t end) const;
  size_t PortEnd(size_t at) const;

  void Colon(size_t at);
  void Ipv6(size_t colon);
  void Url(size_t colon);
  bool EnterUrl(size_t begin, size_t behind, size_t* end);
  void Authority(size_t behind, size_t end);
  bool SchemeFollows(size_t at) const;
  size_t UrlEnd(size_t at) const;

  void Backslash(size_t at);
  void Hive(size_t at);
  void Slash(size_t at);
  void Percent(size_t at);
  // The start of a path: its first byte, and the first behind the prefix.
  void WindowsPath(size_t begin, size_t behind);
  void UnixPath(size_t begin);
  bool WholeOrQuoted(size_t begin, size_t behind, size_t* end) const;
  size_t ClosingQuote(size_t begin, size_t behind) const;
  bool HoldsOnlyPath(size_t behind, size_t end) const;
  void KnownWindowsPath(size_t begin, size_t behind, size_t end);
  void OpenWindowsPath(size_t begin, size_t behind);
  bool EndsOverBlank(size_t next) const;
  bool IsHive(size_t at) const;
  size_t UnixPathEnd(size_t begin);
  bool Candidate(size_t begin, size_t behind, size_t end);
  bool PushUnixPath(size_t begin, size_t end);

  void Regkey(size_t begin, size_t hive_end, size_t behind);
  size_t RegkeyCut(size_t begin, size_t behind) const;

  void PushPath(IndicatorKind kind, size_t begin, size_t end, size_t dropped);
  void Push(IndicatorKind kind, size_t begin, size_t end);
  void PushText(IndicatorKind kind, size_t offset, std::string_view text);
  void PushUrl(size_t begin, size_t end);
  void Add(size_t offset, IndicatorKind kind, std::string_view value);
  // Pending tokens from the `from`-th to the `to`-th are parts of what has been
  // added since.
  void MarkParts(size_t from, size_t to);
  void Show(size_t before);

  FreeTextCutter& cutter_;
  const std::string_view text_;
  const size_t size_;
  const absl::FunctionRef<void(const Token&)> visit_;

  // Regions end here; all of them only move forward.
  size_t url_end_ = 0;
  size_t path_end_ = 0;  // of paths and keys
  size_t unix_path_end_ = 0;
  size_t ipv6_end_ = 0;
  size_t ipv6_done_ = 0;  // end of the last run that was looked at
  int urls_in_region_ = 0;
  // Where the next authority's host starts, and where the authority's text
  // ends at the latest.
  size_t authority_ = SIZE_MAX;
  size_t authority_end_ = 0;
};

void FreeTextCutter::Cut(std::string_view text,
                         absl::FunctionRef<void(const Token&)> visit) {
  Scan(this, text, visit).Run();
}

void FreeTextCutter::Scan::Run() {
  cutter_.pending_.clear();
  cutter_.values_.clear();
  size_t at = 0;
  while (at < size_) {
    const int byte = Class(at);
    if ((byte & kWord) != 0) {
      at = Word(at);
    } else if ((byte & kTrigger) != 0) {
      switch (text_[at]) {
        case ':':
          Colon(at);
          break;
        case '\\':
          Backslash(at);
          break;
        case '/':
          Slash(at);
          break;
        default:
          Percent(at);
      }
      ++at;
    } else if ((byte & kWide) != 0) {
      const size_t length = WideLength(at);
      at = length > 0 ? at + length : Word(at);
    } else {
      // No kind that is found from behind goes over such a byte.
      if (!cutter_.pending_.empty() && text_[at] != '@' && text_[at] != '+') {
        Show(SIZE_MAX);
      }
      ++at;
    }
    if (cutter_.pending_.size() > 256) {
      Show(at > kMaxLookBack ? at - kMaxLookBack : 0);
    }
  }
  Show(SIZE_MAX);
}

size_t FreeTextCutter::Scan::WideLength(size_t at) const {
  return WidePunctuation(text_, at);
}

// The end of [begin, end) without `closing` bytes and without brackets that
// nothing in it opens; not before `behind`.
size_t FreeTextCutter::Scan::Trimmed(size_t begin, size_t behind, size_t end,
                                     std::string_view closing) const {
  const auto unopened = [&](char open, char close) {
    const std::string_view token = Slice(begin, end);
    return std::count(token.begin(), token.end(), close) -
           std::count(token.begin(), token.end(), open);
  };
  ptrdiff_t round = -1;  // -1: not counted yet
  ptrdiff_t square = -1;
  for (; end > behind; --end) {
    const char c = text_[end - 1];
    if (c == ')') {
      if (round < 0) round = std::max<ptrdiff_t>(0, unopened('(', ')'));
      if (round-- == 0) break;
    } else if (c == ']') {
      if (square < 0) square = std::max<ptrdiff_t>(0, unopened('[', ']'));
      if (square-- == 0) break;
    } else if (closing.find(c) == std::string_view::npos) {
      break;
    }
  }
  return end;
}

size_t FreeTextCutter::Scan::SkipBlanks(size_t at) const {
  while (IsBlank(at)) ++at;
  return at;
}

inline size_t FreeTextCutter::Scan::WordEnd(size_t at, size_t limit,
                                            int* seen) const {
  const char* const data = text_.data();
  uint32_t bits = 0;
  for (; at < limit; ++at) {
    const uint32_t byte = kClasses[static_cast<uint8_t>(data[at])];
    if ((byte & kWord) == 0 && ((byte & kWide) == 0 || WideLength(at) > 0)) {
      break;
    }
    bits |= byte;
  }
  *seen = static_cast<int>(bits);
  return at;
}

// Returns the end of the word.
size_t FreeTextCutter::Scan::Word(size_t begin) {
  int seen = 0;
  const size_t end = WordEnd(begin, size_, &seen);
  if (end - begin >= 32) Hashes(begin, end);
  if ((seen & kDot) != 0) HostOrIp(begin, end);
  return end;
}

void FreeTextCutter::Scan::Hashes(size_t begin, size_t end) {
  size_t run = begin;
  for (size_t at = begin; at <= end; ++at) {
    if (at < end && Is(at, kAlnum)) continue;
    IndicatorKind kind;
    if (HashKind(at - run, &kind) &&
        std::all_of(text_.begin() + static_cast<ptrdiff_t>(run),
                    text_.begin() + static_cast<ptrdiff_t>(at), [](char c) {
                      return kClasses[static_cast<uint8_t>(c)] & kHex;
                    })) {
      Push(kind, run, at);
    }
    run = at + 1;
  }
}

void FreeTextCutter::Scan::HostOrIp(size_t begin, size_t end) {
  if (end - begin > kMaxBytes || begin < ipv6_end_) return;
  size_t first = begin;
  size_t last = end;
  while (first < last && text_[first] == '.') ++first;
  while (first < last && text_[last - 1] == '.') --last;
  const bool in_region = begin < url_end_ || begin < path_end_;
  const bool behind_at = begin > 0 && text_[begin - 1] == '@';
  const size_t before = cutter_.pending_.size();
  if (IsIpv4(first, last)) {
    Push(IndicatorKind::kIp, first, last);
    const size_t port = last == end ? PortEnd(end) : 0;
    if (port > 0) Push(IndicatorKind::kIpPort, first, port);
    if (!in_region && !behind_at && last == end && !IsComponent(begin, end)) {
      const size_t added = cutter_.pending_.size();
      SchemelessUrl(first, end, true);
      MarkParts(before, added);
    }
    return;
  }
  if (!IsHost(first, last)) return;
  if (begin == authority_) {
    if (end >= authority_end_ || std::string_view(":/?#\\@").find(text_[end]) !=
                                     std::string_view::npos) {
      Push(IndicatorKind::kHost, first, last);
    }
    return;
  }
  if (in_region || IsComponent(begin, end) || IsMailboxOf(end)) return;
  Push(IndicatorKind::kHost, first, last);
  const size_t added = cutter_.pending_.size();
  if (behind_at) {
    if (first == begin) Email(begin, last);
  } else if (last == end) {
    SchemelessUrl(first, end, false);
  }
  MarkParts(before, added);
}

// Whether the word stands where no host can: in a path that is not whole, or
// as a scheme.
bool FreeTextCutter::Scan::IsComponent(size_t begin, size_t end) const {
  if (IsByte(end, '\\')) return true;
  if (IsByte(end, ':') && IsByte(end + 1, '/') && IsByte(end + 2, '/')) {
    return true;
  }
  if (begin == 0 || (text_[begin - 1] != '\\' && text_[begin - 1] != '/')) {
    return false;
  }
  const bool starts_with_slashes =
      begin >= 2 && text_[begin - 1] == '/' && text_[begin - 2] == '/' &&
      !(begin >= 3 && Is(begin - 3, kWord | kWide));
  return !starts_with_slashes;
}

bool FreeTextCutter::Scan::IsIpv4(size_t begin, size_t end) const {
  if (end - begin < 7 || end - begin > 15) return false;
  int octets = 0;
  size_t at = begin;
  for (;;) {
    const size_t first = at;
    int value = 0;
    while (at < end && at - first < 3 && Is(at, kDigit)) {
      value = value * 10 + (text_[at++] - '0');
    }
    if (at == first || value > 255) return false;
    if (text_[first] == '0' && at - first > 1) return false;
    ++octets;
    if (at == end) return octets == 4;
    if (octets == 4 || text_[at] != '.') return false;
    ++at;
  }
}

// `begin` and `end` are trimmed: no dot stands at either end.
bool FreeTextCutter::Scan::IsHost(size_t begin, size_t end) const {
  if (end - begin > kMaxBytes) return false;
  size_t label = begin;
  bool letters = false;
  for (size_t at = begin; at < end; ++at) {
    if (text_[at] == '.') {
      if (at == label || at - label > 63) return false;
      label = at + 1;
      letters = false;
    } else if (!Is(at, kDigit)) {
      letters = true;
    }
  }
  return label > begin && letters && end - label >= 2 && end - label <= 63;
}

// Whether the word that ends at `at` is followed by '@' and a host.
bool FreeTextCutter::Scan::IsMailboxOf(size_t at) const {
  if (!IsByte(at, '@')) return false;
  int seen;
  size_t first = at + 1;
  size_t last = WordEnd(first, std::min(size_, first + kMaxBytes + 1), &seen);
  if (last - first > kMaxBytes) return false;
  while (first < last && text_[first] == '.') ++first;
  while (first < last && text_[last - 1] == '.') --last;
  return IsHost(first, last);
}

// The mailbox before the host [at, end), if one stands there.
void FreeTextCutter::Scan::Email(size_t at, size_t end) {
  const size_t local_end = at - 1;
  size_t local = local_end;
  while (local > 0 && local_end - local <= kMaxLocal && Is(local - 1, kLocal)) {
    --local;
  }
  if (local_end - local > kMaxLocal) return;
  while (local < local_end && text_[local] == '.') ++local;
  if (local < local_end) Push(IndicatorKind::kEmail, local, end);
}

// The end of ":port" at `at`; 0 if there is none.
size_t FreeTextCutter::Scan::PortEnd(size_t at) const {
  if (!IsByte(at, ':') || !Is(at + 1, kDigit) || text_[at + 1] == '0') {
    return 0;
  }
  int port = 0;
  size_t end = at + 1;
  while (end - at <= 5 && Is(end, kDigit))
    port = port * 10 + (text_[end++] - '0');
  if (port > 65535 || Is(end, kAlnum) || IsByte(end, ':')) return 0;
  if (IsByte(end, '.') && Is(end + 1, kDigit)) return 0;
  return end;
}

void FreeTextCutter::Scan::Colon(size_t at) {
  if (!IsByte(at + 1, '/') && !IsByte(at + 1, '\\')) {
    Ipv6(at);
  } else if (IsByte(at + 1, '/') && IsByte(at + 2, '/')) {
    Url(at);
  } else if (at > 0 && Is(at - 1, kAlpha) && !BehindAlnum(at - 1)) {
    WindowsPath(at - 1, at + 2);
  }
}

void FreeTextCutter::Scan::Ipv6(size_t colon) {
  const auto in_run = [this](size_t at) {
    return Is(at, kHex | kDot) || IsByte(at, ':');
  };
  if (colon < ipv6_done_ || !in_run(colon + 1)) return;
  // The first colon of its run; the whole run is judged here.
  size_t begin = colon;
  while (begin > 0 && in_run(begin - 1)) --begin;
  size_t end = colon + 1;
  while (in_run(end)) ++end;
  ipv6_done_ = end;
  if (begin > 0 && (BehindAlnum(begin) || text_[begin - 1] == '_')) return;
  if (Is(end, kAlnum) || IsByte(end, '_')) return;
  while (begin < end && text_[begin] == '.') ++begin;
  while (end > begin + 1 &&
         (text_[end - 1] == '.' ||
          (text_[end - 1] == ':' && text_[end - 2] != ':'))) {
    --end;
  }
  const size_t length = end - begin;
  if (length < 3 || length > kMaxIpv6) return;
  const std::string_view address = Slice(begin, end);
  if (std::count(address.begin(), address.end(), ':') < 2) return;
  IpAddress parsed;
  if (!ParseIp(address, &parsed)) return;
  // Eight bytes of a dump; as an address all of its groups would be padded.
  if (length <= 23 && address.find("::") == std::string_view::npos &&
      address.find('.') == std::string_view::npos) {
    size_t widest = 0;
    size_t group = 0;
    for (const char c : address) {
      group = c == ':' ? 0 : group + 1;
      widest = std::max(widest, group);
    }
    if (widest <= 2) return;
  }
  ipv6_end_ = end;
  Push(IndicatorKind::kIp, begin, end);
  if (begin > 0 && text_[begin - 1] == '[' && IsByte(end, ']')) {
    const size_t port = PortEnd(end + 1);
    if (port > 0) Push(IndicatorKind::kIpPort, begin - 1, port);
  }
}

void FreeTextCutter::Scan::Url(size_t colon) {
  size_t begin = colon;
  while (begin > 0 && colon - begin <= kMaxScheme && Is(begin - 1, kScheme)) {
    --begin;
  }
  if (colon - begin > kMaxScheme) return;
  while (begin < colon && !Is(begin, kAlpha)) ++begin;
  if (begin == colon) return;
  const size_t behind = colon + 3;
  size_t end;
  if (!EnterUrl(begin, behind, &end)) return;
  size_t trimmed = end;
  if (end - begin <= kMaxBytes) {
    trimmed = Trimmed(begin, behind, end, kUrlClosing);
    if (trimmed == behind) return;
    PushUrl(begin, trimmed);
    if (trimmed < end) PushUrl(begin, end);
  }
  Authority(behind, trimmed);
}

// Sets the region and `*end` of the url that starts at `begin`; false if it is
// one too many.
bool FreeTextCutter::Scan::EnterUrl(size_t begin, size_t behind, size_t* end) {
  if (behind > url_end_) {
    url_end_ = UrlEnd(behind);
    urls_in_region_ = 0;
  }
  *end = url_end_;
  return *end - begin > kMaxBytes || urls_in_region_++ <= kMaxNested;
}

void FreeTextCutter::Scan::Authority(size_t behind, size_t end) {
  authority_ = behind;
  authority_end_ = end;
  for (size_t at = behind; at < end; ++at) {
    const char c = text_[at];
    if (c == '/' || c == '?' || c == '#') break;
    if (c == '@') authority_ = at + 1;
  }
}

bool FreeTextCutter::Scan::SchemeFollows(size_t at) const {
  if (!Is(at, kAlpha)) return false;
  const size_t begin = at;
  while (at - begin < kMaxScheme && Is(at, kScheme)) ++at;
  return IsByte(at, ':') && IsByte(at + 1, '/') && IsByte(at + 2, '/');
}

size_t FreeTextCutter::Scan::UrlEnd(size_t at) const {
  for (; at < size_; ++at) {
    const int byte = Class(at);
    if ((byte & (kUrlEnd | kListEnd | kWide)) == 0) continue;
    if ((byte & kUrlEnd) != 0) break;
    if ((byte & kWide) != 0 && WideLength(at) > 0) break;
    if ((byte & kListEnd) != 0 && SchemeFollows(at + 1)) break;
  }
  return at;
}

// A host or address [begin, end), perhaps with a port and a path.
void FreeTextCutter::Scan::SchemelessUrl(size_t begin, size_t end,
                                         bool address) {
  const size_t port = PortEnd(end);
  const size_t path = port > 0 ? port : end;
  if (!IsByte(path, '/')) return;
  const size_t url_end = UrlEnd(path);
  const size_t trimmed = url_end - begin <= kMaxBytes
                             ? Trimmed(begin, path, url_end, kUrlClosing)
                             : url_end;
  const size_t rest = trimmed - path;
  if (address && port == 0 && (rest == 2 || rest == 3) &&
      Is(path + 1, kDigit) && Is(trimmed - 1, kDigit)) {
    return;
  }
  url_end_ = url_end;
  urls_in_region_ = 1;
  if (url_end - begin > kMaxBytes) return;
  PushUrl(begin, trimmed);
  if (trimmed < url_end) PushUrl(begin, url_end);
}

void FreeTextCutter::Scan::Backslash(size_t at) {
  if (at < path_end_ || at < url_end_) return;
  if (at > 0 && (Is(at - 1, kAlpha) || text_[at - 1] == ':')) Hive(at);
  if (BehindAlnum(at) || at < path_end_) return;
  const std::string_view rest = text_.substr(at);
  if (StartsWithIgnoreCase(rest, "\\registry\\")) {
    Regkey(at, at + 9, at + 10);
    return;
  }
  if (at > 0 && text_[at - 1] == '\\') return;
  if (StartsWithIgnoreCase(rest, "\\??\\") ||
      StartsWithIgnoreCase(rest, "\\\\?\\")) {
    WindowsPath(at, at + 4);
  } else if (StartsWithIgnoreCase(rest, "\\device\\")) {
    WindowsPath(at, at + 8);
  } else if (IsByte(at + 1, '\\')) {
    size_t end = at + 2;
    bool named = false;
    while (end - at - 2 < kMaxServer && Is(end, kServer)) {
      named |= text_[end++] != '.';
    }
    if (!named || !IsByte(end, '\\') || IsByte(end + 1, '\\')) return;
    WindowsPath(at, end + 1);
    if (path_end_ > at) {
      authority_ = at + 2;
      authority_end_ = SIZE_MAX;
    }
  }
}

void FreeTextCutter::Scan::Percent(size_t at) {
  if (at < path_end_ || at < url_end_ || BehindAlnum(at)) return;
  size_t end = at + 1;
  while (end - at - 1 < kMaxVariable &&
         (Is(end, kAlnum) || IsByte(end, '_') || IsByte(end, '(') ||
          IsByte(end, ')'))) {
    ++end;
  }
  if (end == at + 1 || !IsByte(end, '%') || !IsByte(end + 1, '\\')) return;
  WindowsPath(at, end + 2);
}

void FreeTextCutter::Scan::Slash(size_t at) {
  if (at < path_end_ || at < url_end_) return;
  if (at > 0 && !Is(at - 1, kControl) &&
      std::string_view(" \"'`=:,(").find(text_[at - 1]) ==
          std::string_view::npos) {
    return;
  }
  if (Is(at + 1, kAlnum) || IsByte(at + 1, '.') || IsByte(at + 1, '_') ||
      IsByte(at + 1, '~') || IsByte(at + 1, '-')) {
    UnixPath(at);
  }
}

void FreeTextCutter::Scan::WindowsPath(size_t begin, size_t behind) {
  if (begin < path_end_ || begin < url_end_) return;
  if (behind >= size_ || IsBlank(behind) || IsPathEnd(behind)) return;
  size_t end;
  if (WholeOrQuoted(begin, behind, &end)) {
    KnownWindowsPath(begin, behind, end);
  } else {
    OpenWindowsPath(begin, behind);
  }
}

bool FreeTextCutter::Scan::WholeOrQuoted(size_t begin, size_t behind,
                                         size_t* end) const {
  *end = begin == 0 ? size_ : ClosingQuote(begin, behind);
  return *end > behind && *end - begin <= kMaxBytes &&
         HoldsOnlyPath(behind, *end);
}

// The end of the quote that opens before `begin`, on the same line; 0 if there
// is none.
size_t FreeTextCutter::Scan::ClosingQuote(size_t begin, size_t behind) const {
  if (!IsByte(begin - 1, '"') && !IsByte(begin - 1, '\'')) return 0;
  const char quote = text_[begin - 1];
  for (size_t at = behind; at < size_ && at - begin <= kMaxBytes; ++at) {
    if (Is(at, kControl)) return 0;
    if (quote == '"' ? text_[at] == '"' : IsApostrophe(at)) return at;
  }
  return 0;
}

bool FreeTextCutter::Scan::HoldsOnlyPath(size_t behind, size_t end) const {
  // "\??\C:\x": the drive stands behind the prefix.
  if (behind >= 2 && text_[behind - 2] == '?' && IsDrive(behind)) behind += 2;
  for (size_t at = behind; at < end; ++at) {
    if (Is(at, kNotInPath) || text_[at] == ':') return false;
  }
  return true;
}

// A path of which [begin, end) is known to hold all.
void FreeTextCutter::Scan::KnownWindowsPath(size_t begin, size_t behind,
                                            size_t end) {
  int candidates = 0;
  size_t region = end;
  for (size_t at = behind; at < end; ++at) {
    if (!IsBlank(at) && !Is(at, kListEnd)) continue;
    if (IsBlank(at - 1) || Is(at - 1, kListEnd)) continue;
    if (!Candidate(begin, behind, at)) continue;
    if (candidates++ == 0) region = at;
    if (candidates == kMaxCandidates) break;
  }
  path_end_ = region;
  while (end > behind && IsBlank(end - 1)) --end;
  PushPath(IndicatorKind::kFilepath, begin, end, end);
  if (!Is(end - 1, kAlnum)) Candidate(begin, behind, end);
}

// A path whose end only what it runs into can tell.
void FreeTextCutter::Scan::OpenWindowsPath(size_t begin, size_t behind) {
  int blanks = 0;
  int candidates = 0;
  size_t region = 0;
  size_t at = behind;
  bool ends = false;
  const auto candidate = [&](size_t end) {
    if (candidates < kMaxCandidates && Candidate(begin, behind, end)) {
      ++candidates;
    }
  };
  for (;;) {
    ends = at >= size_ || IsPathEnd(at) ||
           (text_[at] == '&' && IsByte(at + 1, '&'));
    if (ends) break;
    if (blanks > 0 && at - begin > kMaxBytes) break;
    if (text_[at] == ':') {
      candidate(at);
      ends = at + 1 == size_ || IsBlank(at + 1) || Is(at + 1, kControl);
      if (blanks > 0) break;
    }
    if (!IsBlank(at)) {
      ++at;
      continue;
    }
    if (blanks == 0) region = at;
    const size_t next = SkipBlanks(at);
    ends = EndsOverBlank(next);
    if (ends || ++blanks > kMaxBlanks) break;
    candidate(at);
    at = next;
  }
  path_end_ = region > 0 ? region : at;
  if (!ends || IsPattern(at) || at - begin > kMaxBytes) return;
  const size_t end = Trimmed(begin, behind, at, kPathClosing);
  if (end > behind) PushPath(IndicatorKind::kFilepath, begin, end, end);
}

// Whether what stands at `next`, behind a blank, can be no part of a path or
// key that began before the blank.
bool FreeTextCutter::Scan::EndsOverBlank(size_t next) const {
  if (IsPathEnd(next) || next >= size_) return true;
  const char c = text_[next];
  if (c == '/' || c == '\\' || c == '%') return true;
  if (IsDrive(next)) {
    return IsByte(next + 2, '\\') || IsByte(next + 2, '/');
  }
  return IsHive(next);
}

// Pushes [begin, end) if, trimmed, it ends in an extension.
bool FreeTextCutter::Scan::Candidate(size_t begin, size_t behind, size_t end) {
  if (end - begin > kMaxBytes) return false;
  end = Trimmed(begin, behind, end, kPathClosing);
  size_t dot = end;
  while (dot > behind && end - dot < 6 && Is(dot - 1, kAlnum)) --dot;
  const size_t length = end - dot;
  if (length < 1 || length > 5 || dot < behind + 2) return false;
  const char before = text_[dot - 2];
  if (text_[dot - 1] != '.' || before == '\\' || before == '/') return false;
  PushPath(IndicatorKind::kFilepath, begin, end, end);
  return true;
}

void FreeTextCutter::Scan::UnixPath(size_t begin) {
  bool found = false;
  size_t end;
  if (WholeOrQuoted(begin, begin + 1, &end)) {
    while (end > begin + 1 && IsBlank(end - 1)) --end;
    found = PushUnixPath(begin, end);
  }
  const size_t open_end = UnixPathEnd(begin);
  if (!IsPattern(open_end)) {
    found |=
        PushUnixPath(begin, Trimmed(begin, begin + 1, open_end, kPathClosing));
  }
  if (found) path_end_ = open_end;
}

// All paths that start before the same end share it, so that a text of nothing
// but starts is still read once.
size_t FreeTextCutter::Scan::UnixPathEnd(size_t begin) {
  size_t at = std::max(begin + 1, unix_path_end_);
  while (at < size_ && !IsPathEnd(at) && !IsBlank(at) && text_[at] != ':' &&
         !(text_[at] == '&' && IsByte(at + 1, '&'))) {
    ++at;
  }
  unix_path_end_ = at;
  return at;
}

// Two components make a path; one is a switch ("/s").
bool FreeTextCutter::Scan::PushUnixPath(size_t begin, size_t end) {
  for (size_t at = begin + 2; at + 1 < end; ++at) {
    if (text_[at] != '/' || text_[at + 1] == '/') continue;
    PushPath(IndicatorKind::kFilepath, begin, end, end);
    return true;
  }
  return false;
}

// A hive's name before the backslash at `at`.
void FreeTextCutter::Scan::Hive(size_t at) {
  const size_t end = text_[at - 1] == ':' ? at - 1 : at;
  for (const std::string_view hive : kHives) {
    if (end < hive.size()) continue;
    const size_t begin = end - hive.size();
    if (!StartsWithIgnoreCase(text_.substr(begin), hive)) continue;
    if (BehindAlnum(begin) || begin < path_end_ || begin < url_end_) continue;
    Regkey(begin, end, at + 1);
    return;
  }
}

bool FreeTextCutter::Scan::IsHive(size_t at) const {
  const std::string_view rest = text_.substr(at);
  for (const std::string_view hive : kHives) {
    if (!StartsWithIgnoreCase(rest, hive)) continue;
    const std::string_view behind = rest.substr(hive.size());
    if (behind.starts_with('\\') || behind.starts_with(":\\")) return true;
  }
  return false;
}

// A key [begin, hive_end) and on, its first name at `behind`.
void FreeTextCutter::Scan::Regkey(size_t begin, size_t hive_end,
                                  size_t behind) {
  const auto ends_name = [this](size_t at) {
    return at >= size_ || IsBlank(at) || Is(at, kControl) || IsByte(at, '"');
  };
  if (ends_name(behind)) return;
  size_t region = behind;
  while (!ends_name(region)) ++region;
  path_end_ = region;
  size_t end = 0;
  if (begin > 0) {
    end = ClosingQuote(begin, behind);
  } else if (size_ <= kMaxBytes &&
             std::none_of(text_.begin(), text_.end(), [](char c) {
               return kClasses[static_cast<uint8_t>(c)] & kControl;
             })) {
    end = size_;
  }
  while (end > behind && IsBlank(end - 1)) --end;
  const auto push = [&](size_t key_end) {
    PushPath(IndicatorKind::kRegkey, begin, key_end,
             text_[hive_end] == ':' ? hive_end : key_end);
  };
  if (end > behind) push(end);
  const size_t cut = RegkeyCut(begin, behind);
  if (cut > behind && (end <= behind || cut < end)) {
    push(cut);
  }
}

// Where a key in a command line or a sentence ends; 0 if nothing tells.
size_t FreeTextCutter::Scan::RegkeyCut(size_t begin, size_t behind) const {
  int blanks = 0;
  size_t at = behind;
  while (at < size_ && !Is(at, kControl) && text_[at] != '"' &&
         !IsApostrophe(at)) {
    if (at - begin > kMaxBytes) return 0;
    if (!IsBlank(at)) {
      ++at;
      continue;
    }
    if (Is(at - 1, kListEnd)) break;
    const size_t next = SkipBlanks(at);
    if (EndsOverBlank(next) || text_[next] == '&' ||
        (text_[next] == '-' && Is(next + 1, kAlpha))) {
      break;
    }
    if (++blanks > kMaxBlanks) return 0;
    at = next;
  }
  while (at > behind &&
         kPathClosing.find(text_[at - 1]) != std::string_view::npos) {
    --at;
  }
  return at > behind ? at : 0;
}

// Pushes a path or key and, where backslashes in it are doubled (source code,
// JSON within a string), also what it spells. The byte at `dropped` is none of
// it; `end` for no such byte.
void FreeTextCutter::Scan::PushPath(IndicatorKind kind, size_t begin,
                                    size_t end, size_t dropped) {
  if (end - begin > kMaxBytes) return;
  const std::string_view text = Slice(begin, end);
  const bool doubled = text.find("\\\\", 2) != std::string_view::npos;
  if (dropped == end && !doubled) return PushText(kind, begin, text);
  std::string& spelling = cutter_.spelling_;
  spelling.assign(text);
  if (dropped < end) spelling.erase(dropped - begin, 1);
  PushText(kind, begin, spelling);
  if (!doubled) return;
  // The first two bytes stay: "\\\\server" starts with two.
  size_t kept = 2;
  for (size_t at = 2; at < spelling.size(); ++at) {
    if (spelling[at] != '\\' || spelling[kept - 1] != '\\') {
      spelling[kept++] = spelling[at];
    }
  }
  spelling.resize(kept);
  PushText(kind, begin, spelling);
}

void FreeTextCutter::Scan::Push(IndicatorKind kind, size_t begin, size_t end) {
  if (end - begin <= kMaxBytes) PushText(kind, begin, Slice(begin, end));
}

void FreeTextCutter::Scan::PushText(IndicatorKind kind, size_t offset,
                                    std::string_view text) {
  const IndicatorKind asked = kind;
  if (!Canonicalize(text, &kind, &cutter_.canonical_)) return;
  // A host may turn out to be an address. A path that is a bare name says
  // nothing of itself.
  if (kind != asked && asked != IndicatorKind::kHost) return;
  Add(offset, kind, cutter_.canonical_);
}

void FreeTextCutter::Scan::PushUrl(size_t begin, size_t end) {
  IndicatorKind kind = IndicatorKind::kUrl;
  if (!Canonicalize(Slice(begin, end), &kind, &cutter_.canonical_)) return;
  // A bare host comes as such.
  if (kind == IndicatorKind::kUrl) Add(begin, kind, cutter_.canonical_);
}

void FreeTextCutter::Scan::Add(size_t offset, IndicatorKind kind,
                               std::string_view value) {
  const bool is_part =
      (offset < url_end_ || offset < path_end_) && !MakesRegion(kind);
  cutter_.pending_.push_back(
      {offset, kind, cutter_.values_.size(), value.size(), is_part});
  cutter_.values_.append(value);
}

void FreeTextCutter::Scan::MarkParts(size_t from, size_t to) {
  if (cutter_.pending_.size() == to) return;
  for (size_t i = from; i < to; ++i) cutter_.pending_[i].is_part = true;
}

// Visits the tokens that start before `before`.
void FreeTextCutter::Scan::Show(size_t before) {
  std::vector<Pending>& pending = cutter_.pending_;
  if (pending.empty()) return;
  const auto value = [this](const Pending& token) {
    return std::string_view(cutter_.values_).substr(token.begin, token.length);
  };
  const auto key = [&value](const Pending& token) {
    return std::tuple(token.offset, token.kind, token.length, value(token));
  };
  if (pending.size() > 1) {
    std::sort(pending.begin(), pending.end(),
              [&key](const Pending& a, const Pending& b) {
                return std::tuple(key(a), a.is_part) <
                       std::tuple(key(b), b.is_part);
              });
  }
  size_t shown = 0;
  for (; shown < pending.size(); ++shown) {
    const Pending& token = pending[shown];
    if (token.offset >= before) break;
    if (shown > 0 && key(token) == key(pending[shown - 1])) continue;
    visit_({token.kind, token.offset, value(token), token.is_part});
  }
  if (shown == pending.size()) {
    pending.clear();
    cutter_.values_.clear();
    return;
  }
  cutter_.canonical_.clear();
  pending.erase(pending.begin(),
                pending.begin() + static_cast<ptrdiff_t>(shown));
  for (Pending& token : pending) {
    const std::string_view kept = value(token);
    token.begin = cutter_.canonical_.size();
    cutter_.canonical_.append(kept);
  }
  cutter_.values_.swap(cutter_.canonical_);
}

}  // namespace mispsift
