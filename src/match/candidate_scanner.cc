// One pass over the bytes of a report, 64 at a time, as sets of bits: where
// words end, and what is odd. The window at each word end is asked for in the
// filter; what the filter does not know, ends there.
//
// What JSON and people do to a value, and what is done about it:
//   case                       windows and witnesses are in lower case
//   \\ \/ \"                   dropped where the witness is compared
//   \n and the like            an escaped letter parts words like a blank
//   what makes a string odd    what it may say is passed over again, with what
//                              others do (odd_strings.h)
//   a.b.t.co, .HKLM            what is short, and names below a short host, are
//                              looked at where a dot or dash stands as far from
//                              a word's end
//   192.0.2.9 in a network,    addresses are read where dots or colons stand
//   2001:db8:0::1              as close as in one
//   an ssdeep like one of      read where seven of its characters stand behind
//   the filter's               a colon, in the case that it has

#include "mispsift/match/candidate_scanner.h"

#include <algorithm>
#include <bit>
#include <span>
#include <string>

#include "mispsift/base/byte_set.h"
#include "mispsift/base/json_text.h"
#include "mispsift/normalize/normalize.h"
#include "src/match/block_sieve.h"
#include "src/match/candidate_filter.h"
#include "src/match/odd_strings.h"
#include "src/match/string_around.h"
#include "src/match/witness_search.h"
#include "src/normalize/ip_address.h"

namespace mispsift {
namespace {

constexpr size_t kNowhere = std::string_view::npos;

// A number of bytes of one sort in front of `text[end]`.
template <typename Belongs>
size_t CountBack(std::string_view text, size_t end, Belongs belongs) {
  size_t at = end;
  while (at > 0 && belongs(text[at - 1])) --at;
  return end - at;
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Whether `text[at]` is of a part of an ssdeep, in which JSON has "\\/" for
// "/".
bool IsOfPart(std::string_view text, size_t at) {
  static constexpr ByteSet kPart(
      "+/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
  return kPart.Holds(text[at]) ||
         (text[at] == '\\' && at + 1 < text.size() && text[at + 1] == '/');
}

}  // namespace

struct CandidateScanner::Scratch {
  explicit Scratch(const CandidateFilter::Tables* tables) : witnesses(tables) {}

  // A pass over an odd string comes in the middle of one over the report, and
  // one over an address in the middle of either.
  Sieved of_report;
  Sieved of_string;
  Sieved of_address;
  WitnessSearch witnesses;
  // What is still to be passed over of strings that are not as they stand in
  // the report, a NUL behind each: most are short, and each pass has its cost.
  std::string plain;
  std::string folded;
  OddStrings odd;
  std::string canonical;
  std::string ssdeep;
};

// The passes over one report.
class CandidateScanner::Scan {
  using Tables = CandidateFilter::Tables;
  using Text = SiftedText;

 public:
  Scan(const Tables& tables, Scratch* scratch, TakeBrackets take_brackets)
      : tables_(tables), scratch_(*scratch), take_brackets_(take_brackets) {}

  bool Json(std::string_view report) {
    scratch_.odd.Clear();
    scratch_.plain.clear();
    scratch_.folded.clear();
    return Pass<Text::kJson>(report) || ReadOdd() || PassOver<Text::kPlain>() ||
           PassOver<Text::kFolded>();
  }

 private:
  template <Text kText>
  bool Pass(std::string_view text);
  void HandOnBrackets(const Sieved& sieved, size_t blocks) const;
  template <Text kText>
  bool Colons(std::string_view text, size_t colon, size_t* run_end);
  bool Fuzzy(std::string_view text, size_t colon);
  bool OddAt(std::string_view text, size_t base, size_t at,
             std::span<const uint64_t> strings, size_t* odd_end);
  bool ReadOdd();
  // Those that wait to be passed over.
  template <Text kText>
  std::string& Waiting() {
    return kText == Text::kPlain ? scratch_.plain : scratch_.folded;
  }
  template <Text kText>
  bool Add(std::string_view value);
  template <Text kText>
  bool PassOver();

  bool BehindJoint(std::string_view text, size_t end);
  bool Ipv4(std::string_view text, size_t end);
  bool Fingerprint(std::string_view text);
  bool AddressIn(std::string_view run);
  bool Address(std::string_view text);

  const Tables& tables_;
  Scratch& scratch_;
  TakeBrackets take_brackets_;
};

template <SiftedText kText>
bool CandidateScanner::Scan::Pass(std::string_view text) {
  const SieveRules rules = {
      .json = kText == Text::kJson,
      .high_words = kText == Text::kFolded,
      .dotted = tables_.networks.has_ipv4(),
      .all_colons = !tables_.fingerprints.empty(),
      .fuzzy = (kText == Text::kJson || kText == Text::kPlain) &&
               !tables_.ssdeep.empty(),
      .percent = tables_.has_urls,
      .numbers = tables_.has_numbers,
      .short_values = tables_.short_value_lengths,
      .shortest_window = tables_.shortest_window};
  // One byte more than there are: the last word ends behind the last byte.
  const size_t blocks = text.size() / kBlockBytes + 1;
  Sieved& sieved = kText == Text::kJson     ? scratch_.of_report
                   : kText == Text::kDotted ? scratch_.of_address
                                            : scratch_.of_string;
  size_t odd_end = 0;  // of the last odd string
  size_t run_end = 0;  // of the last run with colons
  for (size_t first = 0; first < blocks; first += kBatchBlocks) {
    const size_t base = first * kBlockBytes;
    SieveBlocks(text.data() + base, std::min(kBatchBlocks, blocks - first),
                first == 0, rules, tables_.windows, &sieved);
    if constexpr (kText == Text::kJson) HandOnBrackets(sieved, blocks - first);
    if (scratch_.witnesses.Stands<kText>(text, base, sieved)) return true;
    for (const uint32_t at : sieved.dotted) {
      if (Ipv4(text, base + at)) return true;
    }
    for (const uint32_t at : sieved.below) {
      if (BehindJoint(text, base + at)) return true;
    }
    for (const uint32_t at : sieved.colons) {
      if (base + at >= run_end && Colons<kText>(text, base + at, &run_end)) {
        return true;
      }
    }
    for (const uint32_t at : sieved.fuzzy) {
      if (Fuzzy(text, base + at)) return true;
    }
    const auto strings =
        std::span(sieved.strings).first(std::min(kBatchBlocks, blocks - first));
    for (const uint32_t at : sieved.odd) {
      if (base + at >= text.size()) break;  // the padding
      if (base + at >= odd_end && OddAt(text, base, at, strings, &odd_end)) {
        return true;
      }
    }
  }
  return false;
}

void CandidateScanner::Scan::HandOnBrackets(const Sieved& sieved,
                                            size_t blocks) const {
  for (const JsonBrackets& brackets : sieved.brackets) {
    take_brackets_(brackets, std::min(blocks, kStepBlocks));
    if (blocks <= kStepBlocks) break;
    blocks -= kStepBlocks;
  }
}

// --- Odd strings ---

bool CandidateScanner::Scan::OddAt(std::string_view text, size_t base,
                                   size_t at, std::span<const uint64_t> strings,
                                   size_t* odd_end) {
  if (!OddStrings::IsOdd(text, base + at)) return false;
  const std::string_view raw = StringAround(text, base, at, strings);
  if (raw.data() == nullptr) return true;
  *odd_end =
      std::max<size_t>(raw.data() + raw.size() - text.data(), base + at + 1);
  if (!scratch_.odd.Add(raw)) return true;
  return scratch_.odd.bytes() >= kStepBytes && ReadOdd();
}

bool CandidateScanner::Scan::ReadOdd() {
  return scratch_.odd.Read(
      tables_.telling, tables_.has_urls,
      {[this](std::string_view plain) { return Add<Text::kPlain>(plain); },
       [this](std::string_view fold) { return Add<Text::kFolded>(fold); }});
}

// To be passed over now or later.
template <SiftedText kText>
bool CandidateScanner::Scan::Add(std::string_view value) {
  std::string& values = Waiting<kText>();
  values.append(value).push_back('\0');
  return values.size() >= kStepBytes && PassOver<kText>();
}

template <SiftedText kText>
bool CandidateScanner::Scan::PassOver() {
  std::string& values = Waiting<kText>();
  if (values.empty()) return false;
  const size_t size = values.size();
  values.append(kBlockBytes, '\0');  // the padding that a pass asks for
  const bool found = Pass<kText>(std::string_view(values).substr(0, size));
  values.clear();
  return found;
}

// --- Short values ---

// Whether one of the short values stands before `end`, behind a dot or dash.
bool CandidateScanner::Scan::BehindJoint(std::string_view text, size_t end) {
  for (uint32_t left = tables_.short_value_lengths; left != 0;
       left &= left - 1) {
    const auto length = static_cast<size_t>(std::countr_zero(left));
    if (end <= length) continue;
    const char before = text[end - length - 1];
    if (before != '.' && before != '-') continue;
    const uint64_t value = Tables::Packed(text.substr(end - length, length));
    if (tables_.short_values.contains(value)) return true;
  }
  return false;
}

// --- Addresses ---

// Whether the dotted quad before `end` lies in a network.
bool CandidateScanner::Scan::Ipv4(std::string_view text, size_t end) {
  constexpr size_t kLongest = 15;
  const size_t floor = end - std::min(end, kLongest + 1);
  size_t begin = end;
  size_t dots = 0;
  for (; begin > floor; --begin) {
    const char c = text[begin - 1];
    if (c == '.') {
      ++dots;
    } else if (c < '0' || c > '9') {
      break;
    }
  }
  if (dots < 3) return false;
  while (text[begin] == '.') ++begin;
  return Address(text.substr(begin, end - begin));
}

// Whether what stands around `colon` is an address or a fingerprint.
template <SiftedText kText>
bool CandidateScanner::Scan::Colons(std::string_view text, size_t colon,
                                    size_t* run_end) {
  static constexpr ByteSet kRun("0123456789abcdefABCDEF:.");
  const auto in_run = [](char c) { return kRun.Holds(c); };
  size_t begin = colon - CountBack(text, colon, in_run);
  size_t end = colon + 1;
  bool has_gap = colon > 0 && text[colon - 1] == ':';
  for (; end < text.size() && in_run(text[end]); ++end) {
    has_gap |= text[end] == ':' && text[end - 1] == ':';
  }
  *run_end = end;
  // A time, or a label before a value: most of what has a colon.
  constexpr size_t kShortestWithoutGap = 15;  // 1:2:3:4:5:6:7:8
  if (!has_gap && end - begin < kShortestWithoutGap) return false;
  if (kText == Text::kJson && EndsControlEscape(text, begin + 1))
    ++begin;  // "\b" and "\f"
  const std::string_view run = text.substr(begin, end - begin);
  if (!tables_.fingerprints.empty() && Fingerprint(run)) return true;
  // With a dotted end an address has six of them, else more, but where zeros
  // are left out.
  if (run.find("::") == kNowhere && std::ranges::count(run, ':') < 6) {
    return false;
  }
  return AddressIn(run) ||
         // Where one colon of all is not as wide as the others, it parts a port
         // off.
         (kText == Text::kFolded && AddressIn(run.substr(0, run.rfind(':'))));
}

// Whether `run` is an address of the filter's, or what is left of it without
// what ends the sentence.
bool CandidateScanner::Scan::AddressIn(std::string_view run) {
  if (Address(run)) return true;
  const size_t whole = run.size();
  while (run.starts_with('.')) run.remove_prefix(1);
  while (run.ends_with('.') || (run.ends_with(':') && !run.ends_with("::"))) {
    run.remove_suffix(1);
  }
  return run.size() < whole && Address(run);
}

// --- ssdeep ---

// Whether `colon` is the first of an ssdeep that is like one of the filter's.
bool CandidateScanner::Scan::Fuzzy(std::string_view text, size_t colon) {
  const size_t digits = CountBack(text, colon, IsDigit);
  if (digits == 0) return false;
  const auto part_end = [text](size_t end) {
    while (end < text.size() && IsOfPart(text, end)) ++end;
    return end;
  };
  const size_t second = part_end(colon + 1);
  if (second == text.size() || text[second] != ':') return false;
  const size_t begin = colon - digits;
  scratch_.ssdeep.assign(text, begin, part_end(second + 1) - begin);
  std::erase(scratch_.ssdeep, '\\');
  bool found = false;
  for (const auto& table : tables_.ssdeep) {
    table->Find(scratch_.ssdeep,
                [&found](std::string_view, int) { found = true; });
  }
  return found;
}

bool CandidateScanner::Scan::Fingerprint(std::string_view text) {
  constexpr size_t kShortest = 32;  // MD5
  IndicatorKind kind = IndicatorKind::kX509Fingerprint;
  return text.size() >= kShortest &&
         Canonicalize(text, &kind, &scratch_.canonical) &&
         tables_.fingerprints.contains(scratch_.canonical);
}

bool CandidateScanner::Scan::Address(std::string_view text) {
  IpAddress ip;
  if (!ParseIp(text, &ip)) return false;
  UnmapIp(&ip);
  if (tables_.networks.Holds(ip)) return true;
  if (ip.v6 || text.find(':') == kNowhere) return false;
  // In the hexadecimal of IPv6 an IPv4 address shows none of its digits.
  std::string& dotted = scratch_.canonical;
  dotted.clear();
  AppendIp(ip, &dotted);
  const size_t size = dotted.size();
  dotted.append(kBlockBytes, '\0');
  return Pass<Text::kDotted>(std::string_view(dotted).substr(0, size));
}

CandidateScanner::CandidateScanner(const CandidateFilter* filter)
    : tables_(filter->tables_.get()),
      scratch_(std::make_unique<Scratch>(tables_)) {}
CandidateScanner::~CandidateScanner() = default;

bool CandidateScanner::MayMatch(const PaddedBytes& report) {
  return MayMatch(report, [](const JsonBrackets&, size_t) {});
}

bool CandidateScanner::MayMatch(const PaddedBytes& report, TakeBrackets take) {
  if (tables_->unseen > 0) return true;
  return Scan(*tables_, scratch_.get(), take).Json(report.view());
}

}  // namespace mispsift
