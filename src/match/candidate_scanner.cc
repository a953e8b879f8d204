// One pass over the bytes of a report, 64 at a time, as sets of bits: where
// words end, and what is odd. The window at each word end is asked for in the
// filter; what the filter does not know, ends there.
//
// What JSON and people do to a value, and what is done about it:
//   case                       windows and witnesses are in lower case
//   \\ \/ \"                   dropped where the witness is compared
//   \n and the like            an escaped letter parts words like a blank
//   \uXXXX, bytes >= 0x80      the string is unescaped, folded and passed over
//                              by itself
//   an API buffer's "\x41"     likewise, decoded
//   evil[.]example             likewise, refanged
//   192.0.2.9 in a network,    addresses are read where dots or colons stand
//   2001:db8:0::1              as close as in one

#include "mispsift/match/candidate_scanner.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "mispsift/base/json_text.h"
#include "mispsift/normalize/api_buffer.h"
#include "mispsift/normalize/normalize.h"
#include "mispsift/normalize/refang.h"
#include "src/match/byte_classes.h"
#include "src/match/candidate_filter.h"

namespace mispsift {
namespace {

constexpr size_t kNowhere = std::string_view::npos;
// Classified at a time; their bytes and bits stay in the first-level cache.
constexpr size_t kBlocksAtATime = 64;

// A number of bytes of one sort in front of `text[end]`.
template <typename Belongs>
size_t CountBack(std::string_view text, size_t end, Belongs belongs) {
  size_t at = end;
  while (at > 0 && belongs(text[at - 1])) --at;
  return end - at;
}

size_t Backslashes(std::string_view text, size_t end) {
  return CountBack(text, end, [](char c) { return c == '\\'; });
}

bool IsHex(char c) {
  return absl::ascii_isxdigit(static_cast<unsigned char>(c));
}

// Whether what follows a spelled-out backslash makes DecodeApiBuffer() read it:
// `rest` is JSON, behind "\\".
bool SpellsByte(std::string_view rest) {
  return (rest.size() >= 3 && rest[0] == 'x' && IsHex(rest[1]) &&
          IsHex(rest[2])) ||
         rest.starts_with("r\\\\n");
}

// Whether a bracket that RefangInPlace() undoes stands at the head of `text`.
bool IsDefanged(std::string_view text) {
  for (const std::string_view spelling :
       {"[.]", "[dot]", "(dot)", "[@]", "[at]", "[:]", "[hxxp://]"}) {
    if (text.starts_with(spelling)) return true;
  }
  return false;
}

bool HoldsDefanged(std::string_view text) {
  for (size_t at = text.find_first_of("[("); at != kNowhere;
       at = text.find_first_of("[(", at + 1)) {
    if (IsDefanged(text.substr(at))) return true;
  }
  return false;
}

bool IsAscii(std::string_view text) {
  return std::none_of(text.begin(), text.end(), IsHighByte);
}

}  // namespace

struct CandidateScanner::Scratch {
  std::array<ByteClasses, kBlocksAtATime> classes;
  std::string unescaped;
  std::string decoded;
  std::string refanged;
  std::string folded;
  std::string other_fold;
  std::string padded;
  std::string canonical;
  std::string network;
};

// The passes over one report.
class CandidateScanner::Scan {
 public:
  Scan(const CandidateFilter::Tables& tables, Scratch* scratch)
      : tables_(tables), scratch_(*scratch) {}

  bool Json(std::string_view report) { return Pass<Text::kJson>(report); }

 private:
  // What a pass goes over.
  enum class Text : uint8_t {
    kJson,
    kPlain,   // a string's value; bytes >= 0x80 part words
    kFolded,  // likewise, folded; they are letters
  };

  // What one block hands on to the next.
  struct Carry {
    bool word = false;  // its last byte is a word byte
    bool digit = false;
    bool escaped = false;  // the next block's first byte is
    uint64_t dots = 0;
    uint64_t colons = 0;
    int64_t last_part = -1;  // where the last byte is that is no run byte
    size_t last_quote = 0;   // behind the last quote
    size_t odd_end = 0;      // of the last odd string
    size_t ipv6_end = 0;     // of the last run that was read as an address
  };

  template <Text kText>
  bool Pass(std::string_view text);
  template <Text kText>
  bool Block(std::string_view text, size_t base, ByteClasses classes,
             Carry* carry);
  // The escaped bytes of a block; adds to `*odd` where a string gets odd.
  static uint64_t Escaped(std::string_view text, size_t base,
                          uint64_t backslash, Carry* carry, uint64_t* odd);

  bool OddStrings(std::string_view text, size_t base, uint64_t odd,
                  uint64_t quotes, Carry* carry);
  bool OddString(std::string_view raw);
  bool Value(std::string_view value);
  bool Spelling(std::string_view value);
  template <Text kText>
  bool PassOver(std::string_view value);

  template <Text kText>
  bool Confirm(std::string_view text, size_t end, uint64_t window);
  template <Text kText>
  static bool Stands(Before before, std::string_view text, size_t at);
  // Whether the byte before `at` is a letter that JSON escapes.
  template <Text kText>
  static bool BehindEscape(std::string_view text, size_t at);

  bool Ipv4(std::string_view text, size_t end);
  bool Ipv6(std::string_view text, size_t colon, size_t* run_end);
  bool Address(std::string_view text);
  bool InNetwork(std::string_view ip, const std::vector<uint8_t>& prefixes);

  const CandidateFilter::Tables& tables_;
  Scratch& scratch_;
};

template <CandidateScanner::Scan::Text kText>
bool CandidateScanner::Scan::Pass(std::string_view text) {
  // One byte more than there are: the last word ends behind the last byte.
  const size_t blocks = text.size() / kBlockBytes + 1;
  std::array<ByteClasses, kBlocksAtATime> own;
  // A pass over an odd string comes in the middle of one over the report.
  ByteClasses* const classes =
      kText == Text::kJson ? scratch_.classes.data() : own.data();
  Carry carry;
  for (size_t first = 0; first < blocks; first += kBlocksAtATime) {
    const size_t count = std::min(kBlocksAtATime, blocks - first);
    ClassifyBytes(text.data() + first * kBlockBytes, count, classes);
    for (size_t i = 0; i < count; ++i) {
      if (Block<kText>(text, (first + i) * kBlockBytes, classes[i], &carry)) {
        return true;
      }
    }
  }
  return false;
}

template <CandidateScanner::Scan::Text kText>
inline bool CandidateScanner::Scan::Block(std::string_view text, size_t base,
                                          ByteClasses classes, Carry* carry) {
  uint64_t word = classes.alnum;
  if (kText == Text::kFolded) word |= classes.high;
  if (kText == Text::kJson) {
    uint64_t odd = classes.high | classes.nul;
    uint64_t escaped = 0;
    if (classes.backslash != 0 || carry->escaped) {
      escaped = Escaped(text, base, classes.backslash, carry, &odd);
      word &= ~escaped;
    }
    for (uint64_t left = classes.bracket; left != 0; left &= left - 1) {
      const int at = std::countr_zero(left);
      if (IsDefanged(text.substr(
              std::min(text.size(), base + static_cast<size_t>(at))))) {
        odd |= uint64_t{1} << at;
      }
    }
    const uint64_t quotes = classes.quote & ~escaped;
    if (odd != 0 && OddStrings(text, base, odd, quotes, carry)) return true;
    if (quotes != 0) {
      carry->last_quote =
          base + 64 - static_cast<size_t>(std::countl_zero(quotes));
    }
  }
  const uint64_t part = ~(word | classes.dot | classes.hyphen);
  const uint64_t ends = ~word & (word << 1 | (carry->word ? 1 : 0));

  const char* const bytes = text.data() + base;
  for (uint64_t left = ends; left != 0; left &= left - 1) {
    const int at = std::countr_zero(left);
    const uint64_t parts_before = part & ((uint64_t{1} << at) - 1);
    const int64_t behind_part =
        parts_before != 0 ? 64 - std::countl_zero(parts_before)
                          : carry->last_part + 1 - static_cast<int64_t>(base);
    const int64_t run = at - behind_part;
    uint64_t window = 0;
    if (base + static_cast<size_t>(at) >= kWindowBytes) {
      std::memcpy(&window, bytes + at - kWindowBytes, kWindowBytes);
    } else {
      std::memcpy(reinterpret_cast<char*>(&window) + kWindowBytes - at, bytes,
                  static_cast<size_t>(at));
    }
    const int cut = run >= 8 ? 0 : static_cast<int>(64 - 8 * run);
    window = (window | 0x2020202020202020) >> cut << cut;
    if (tables_.MayBeWindow(window) &&
        Confirm<kText>(text, base + static_cast<size_t>(at), window)) {
      return true;
    }
  }

  if (!tables_.ipv4_prefixes.empty()) {
    const uint64_t dots = classes.dot << 2 | classes.dot << 3 |
                          classes.dot << 4 | carry->dots >> 62 |
                          carry->dots >> 61 | carry->dots >> 60;
    uint64_t left = ends & dots & (classes.digit << 1 | (carry->digit ? 1 : 0));
    for (; left != 0; left &= left - 1) {
      if (Ipv4(text, base + static_cast<size_t>(std::countr_zero(left)))) {
        return true;
      }
    }
  }
  if (classes.colon != 0) {
    uint64_t left = 0;
    for (int distance = 1; distance <= 5; ++distance) {
      left |= classes.colon << distance | carry->colons >> (64 - distance);
    }
    for (left &= classes.colon; left != 0; left &= left - 1) {
      const size_t at = base + static_cast<size_t>(std::countr_zero(left));
      if (at >= carry->ipv6_end && Ipv6(text, at, &carry->ipv6_end)) {
        return true;
      }
    }
  }
  carry->word = word >> 63 != 0;
  carry->digit = classes.digit >> 63 != 0;
  carry->dots = classes.dot;
  carry->colons = classes.colon;
  if (part != 0) {
    carry->last_part = static_cast<int64_t>(base) + 63 - std::countl_zero(part);
  }
  return false;
}

uint64_t CandidateScanner::Scan::Escaped(std::string_view text, size_t base,
                                         uint64_t backslash, Carry* carry,
                                         uint64_t* odd) {
  uint64_t escaped = carry->escaped ? 1 : 0;
  carry->escaped = false;
  for (uint64_t left = backslash & ~escaped; left != 0;) {
    const int at = std::countr_zero(left);
    const std::string_view behind =
        text.substr(std::min(text.size(), base + static_cast<size_t>(at) + 1));
    if (behind.starts_with('u') ||
        (behind.starts_with('\\') && SpellsByte(behind.substr(1)))) {
      *odd |= uint64_t{1} << at;
    }
    if (at == 63) {
      carry->escaped = true;
      break;
    }
    escaped |= uint64_t{2} << at;
    left &= ~(uint64_t{3} << at);
  }
  return escaped;
}

// --- Odd strings ---

bool CandidateScanner::Scan::OddStrings(std::string_view text, size_t base,
                                        uint64_t odd, uint64_t quotes,
                                        Carry* carry) {
  for (uint64_t left = odd; left != 0; left &= left - 1) {
    const int at = std::countr_zero(left);
    const size_t place = base + static_cast<size_t>(at);
    if (place >= text.size()) break;  // the padding
    if (place < carry->odd_end) continue;
    const uint64_t before = quotes & ((uint64_t{1} << at) - 1);
    const size_t begin =
        before != 0 ? base + 64 - static_cast<size_t>(std::countl_zero(before))
                    : carry->last_quote;
    const std::string_view rest = text.substr(begin);
    const std::string_view raw = rest.substr(0, JsonStringLength(rest));
    carry->odd_end = std::max(begin + raw.size(), place + 1);
    if (OddString(raw)) return true;
  }
  return false;
}

bool CandidateScanner::Scan::OddString(std::string_view raw) {
  // What is no JSON string is for the reader to say.
  if (!UnescapeJson(raw, &scratch_.unescaped)) return true;
  if (Value(scratch_.unescaped)) return true;
  return DecodeApiBuffer(scratch_.unescaped, &scratch_.decoded) &&
         Value(scratch_.decoded);
}

bool CandidateScanner::Scan::Value(std::string_view value) {
  if (Spelling(value)) return true;
  if (!HoldsDefanged(value)) return false;
  for (const Refang refang : {Refang::kHost, Refang::kEmail, Refang::kUrl}) {
    scratch_.refanged.assign(value);
    RefangInPlace(refang, &scratch_.refanged);
    if (Spelling(scratch_.refanged)) return true;
  }
  return false;
}

bool CandidateScanner::Scan::Spelling(std::string_view value) {
  if (PassOver<Text::kPlain>(value)) return true;
  if (IsAscii(value)) return false;
  FoldText(TextFold::kDatabase, value, &scratch_.folded);
  if (PassOver<Text::kFolded>(scratch_.folded)) return true;
  for (const TextFold fold : {TextFold::kWords, TextFold::kHosts}) {
    FoldText(fold, value, &scratch_.other_fold);
    if (scratch_.other_fold != scratch_.folded &&
        PassOver<Text::kFolded>(scratch_.other_fold)) {
      return true;
    }
  }
  return false;
}

template <CandidateScanner::Scan::Text kText>
bool CandidateScanner::Scan::PassOver(std::string_view value) {
  scratch_.padded.assign(value);
  scratch_.padded.append(kBlockBytes, '\0');
  return Pass<kText>(std::string_view(scratch_.padded).substr(0, value.size()));
}

// --- Witnesses ---

template <CandidateScanner::Scan::Text kText>
bool CandidateScanner::Scan::BehindEscape(std::string_view text, size_t at) {
  constexpr bool kIsJson = kText == Text::kJson;
  return kIsJson && at > 1 &&
         std::string_view("bfnrt").find(text[at - 1]) != kNowhere &&
         Backslashes(text, at - 1) % 2 == 1;
}

// Compares what stands before `end`, in scan form, with the witnesses that end
// in `window`.
template <CandidateScanner::Scan::Text kText>
bool CandidateScanner::Scan::Confirm(std::string_view text, size_t end,
                                     uint64_t window) {
  constexpr bool kIsJson = kText == Text::kJson;
  const auto known = tables_.windows.find(window);
  if (known == tables_.windows.end()) return false;
  const uint64_t lengths = known->second;

  std::array<char, kMaxWitnessBytes> bytes;  // filled from its end
  size_t length = 0;
  for (size_t at = end; at > 0 && length < kMaxWitnessBytes;) {
    const char c = text[at - 1];
    if (static_cast<unsigned char>(c) < 0x20) break;
    size_t taken = 1;
    if (c == '"' || c == '/') {
      const size_t before = Backslashes(text, at - 1);
      if (kIsJson && c == '"' && before % 2 == 0) break;  // the string's start
      taken += before;
    } else if (c == '\\') {
      taken = Backslashes(text, at);
      if (kIsJson && taken % 2 == 1) break;  // what follows is \uXXXX
    } else if (BehindEscape<kText>(text, at)) {
      break;
    }
    at -= taken;
    ++length;
    bytes[kMaxWitnessBytes - length] =
        absl::ascii_tolower(static_cast<unsigned char>(c));
    if ((lengths >> length & 1) == 0) continue;
    const std::string_view read(bytes.data() + kMaxWitnessBytes - length,
                                length);
    const auto witness =
        tables_.witnesses.find(CandidateFilter::Tables::WitnessKey(read));
    if (witness == tables_.witnesses.end()) continue;
    for (const Before before : {Before::kAnything, Before::kNoAlnum,
                                Before::kComponent, Before::kStart}) {
      if ((witness->second >> static_cast<int>(before) & 1) != 0 &&
          Stands<kText>(before, text, at)) {
        return true;
      }
    }
  }
  return false;
}

// Whether what `before` says stands before `text[at]`.
template <CandidateScanner::Scan::Text kText>
bool CandidateScanner::Scan::Stands(Before before, std::string_view text,
                                    size_t at) {
  const auto is_parting = [&](size_t p) {
    return p == 0 || static_cast<unsigned char>(text[p - 1]) <= ' ' ||
           BehindEscape<kText>(text, p);
  };
  switch (before) {
    case Before::kAnything:
      return true;
    case Before::kNoAlnum:
      return is_parting(at) || !IsAsciiAlnum(text[at - 1]);
    case Before::kComponent:
      return is_parting(at) ||
             std::string_view("\\/_\"").find(text[at - 1]) != kNowhere;
    case Before::kStart:
      while (at > 0 && is_parting(at)) {
        at -= BehindEscape<kText>(text, at) ? 2 : 1;
      }
      return at == 0 || (kText == Text::kJson && text[at - 1] == '"');
  }
  return true;
}

// --- Addresses ---

// Whether the dotted quad before `end` lies in a network.
bool CandidateScanner::Scan::Ipv4(std::string_view text, size_t end) {
  constexpr size_t kLongest = 15;
  const size_t floor = end - std::min(end, kLongest + 1);
  size_t begin = end;
  while (begin > floor &&
         (absl::ascii_isdigit(static_cast<unsigned char>(text[begin - 1])) ||
          text[begin - 1] == '.')) {
    --begin;
  }
  while (text[begin] == '.') ++begin;
  return Address(text.substr(begin, end - begin));
}

bool CandidateScanner::Scan::Ipv6(std::string_view text, size_t colon,
                                  size_t* run_end) {
  const auto in_run = [](char c) { return IsHex(c) || c == ':' || c == '.'; };
  size_t begin = colon - CountBack(text, colon, in_run);
  size_t end = colon;
  while (end < text.size() && in_run(text[end])) ++end;
  *run_end = end;
  if (Address(text.substr(begin, end - begin))) return true;
  const size_t whole = end - begin;
  while (begin < end && text[begin] == '.') ++begin;
  while (end > begin + 1 && (text[end - 1] == '.' ||
                             (text[end - 1] == ':' && text[end - 2] != ':'))) {
    --end;
  }
  return end - begin < whole && Address(text.substr(begin, end - begin));
}

bool CandidateScanner::Scan::Address(std::string_view text) {
  constexpr size_t kLongest = 45;
  if (text.size() > kLongest) return false;
  IndicatorKind kind = IndicatorKind::kIp;
  std::string& ip = scratch_.canonical;
  if (!Canonicalize(text, &kind, &ip)) return false;
  if (!IsIpv6(ip)) {
    if (InNetwork(ip, tables_.ipv4_prefixes)) return true;
    if (text.find(':') == kNowhere) return false;
    // In the hexadecimal of IPv6 an IPv4 address shows none of its digits.
    const std::string dotted = ip + std::string(kBlockBytes, '\0');
    return Pass<Text::kPlain>(std::string_view(dotted).substr(0, ip.size()));
  }
  return tables_.ipv6.contains(ip) || InNetwork(ip, tables_.ipv6_prefixes);
}

bool CandidateScanner::Scan::InNetwork(std::string_view ip,
                                       const std::vector<uint8_t>& prefixes) {
  return std::ranges::any_of(prefixes, [&](uint8_t bits) {
    NetworkOf(ip, bits, &scratch_.network);
    return tables_.networks.contains(scratch_.network);
  });
}

CandidateScanner::CandidateScanner(const CandidateFilter* filter)
    : tables_(filter->tables_.get()), scratch_(std::make_unique<Scratch>()) {}
CandidateScanner::~CandidateScanner() = default;

bool CandidateScanner::MayMatch(const PaddedBytes& report) {
  if (tables_->unseen > 0) return true;
  return Scan(*tables_, scratch_.get()).Json(report.view());
}

}  // namespace mispsift
