// Witnesses: what must stand in the text of a report, byte for byte but for
// case, where an indicator matches.
//
//   scan form   a text folded (FoldText), where a backslash that stands before
//               '\', '/' or '"' is dropped: JSON, and source code in JSON,
//               double them as they like
//   word byte   alnum, and in folded text that is not ASCII any byte >= 0x80
//   run byte    word byte, '.' and '-'
//   word end    behind a word byte that none follows
//   window      the up to eight run bytes in a row before a word end
//   witness     up to kMaxWitnessBytes bytes of scan form before a word end,
//               none of them a control character
//
// A value is looked for by one word end in it. Which one is free, as long as
// all that the witness holds stands in one string of the report in every
// reading that gives the value:
//   - of what values are spelled out to (normalize/spell_out.h), only what
//     stands in all spellings;
//   - of a host whose labels have two spellings, each mixture of its last ones;
//   - a url's path never with its host, which may be two fields;
//   - a key's hive never with the rest;
//   - of an address with a port the address, of key|value one of the two.
// A value that has no word byte has no witness. A host of less than a window
// has one for where it stands alone; the names below it have windows of their
// own.

#ifndef MISPSIFT_SRC_MATCH_WITNESS_H_
#define MISPSIFT_SRC_MATCH_WITNESS_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mispsift/model/indicator.h"

namespace mispsift {

inline constexpr size_t kMaxWitnessBytes = 32;
inline constexpr size_t kWindowBytes = 8;

// What stands before a value wherever a report shows it.
enum class Before : uint8_t {
  kAnything,
  kNoAlnum,    // a hash, an address, a host
  kComponent,  // the text's start, blank, control, '\', '/' or '_': a file name
  kStart,      // nothing but blanks and controls: a whole string
  kFolder,     // that, or a backslash: a kernel object
};

inline constexpr Before kBefores[] = {Before::kAnything, Before::kNoAlnum,
                                      Before::kComponent, Before::kStart,
                                      Before::kFolder};

// What stands behind it.
enum class After : uint8_t {
  kAnything,
  kNoLabel,  // no '.' with alnum: a host, an address
  kEnd,      // nothing but blanks and controls: a whole string
};
inline constexpr After kAfters[] = {After::kAnything, After::kNoLabel,
                                    After::kEnd};

struct Witness {
  std::string_view text;  // in scan form
  // Of what stands around `text`; kAnything unless that is where the value
  // starts, or ends.
  Before before = Before::kAnything;
  After after = After::kAnything;
};

// One bit for each pair, in a set of them.
inline uint16_t ContextBit(Before before, After after) {
  return static_cast<uint16_t>(
      1u << (static_cast<unsigned>(before) * std::size(kAfters) +
             static_cast<unsigned>(after)));
}

// What an indicator is looked for by. One object for many, since it keeps its
// memory.
class Witnesses {
 public:
  // Replaces found(). Any one of these is there where the indicator, which is
  // no network and no IPv6 address, matches. False when it, or a
  // spelling of it, has no witness.
  bool Find(const Indicator& indicator);

  // Likewise, where the indicator is a host that begins with "http", itself or
  // in the script that it spells, or a url that does so behind its scheme, and
  // a report has it at the head of a url, in one of the spellings that are
  // undone there (kUrlHeads). False for others.
  bool FindBehind(std::string_view head);

  // Valid until the next of these.
  const std::vector<Witness>& found() const { return found_; }
  // Where the indicator is a host of less than a window: what of it stands, in
  // the names below it, behind a dot.
  const std::vector<std::string_view>& short_hosts() const {
    return short_hosts_;
  }

 private:
  bool AddBest(std::string_view text, Before before = Before::kAnything,
               After after = After::kAnything);
  bool AddLabels(std::string_view host, std::string* dotted);
  bool AddHost(std::string_view host);
  bool AddScript(std::string_view host);
  void AddMixed(std::string_view host);
  void MixLabels(std::span<const std::string_view> names,
                 std::span<const std::string_view> scripts);
  bool AddUrl();
  bool AddKey(std::string_view key);
  bool AddHive(std::string_view hive);

  std::vector<Witness> found_;
  std::vector<std::string_view> short_hosts_;
  // What they are parts of.
  std::string spelled_;
  std::string text_;
  std::string dotted_;
  std::string unicode_;
  std::string dotted_unicode_;
  std::deque<std::string> mixed_;  // stay where they are
  // The indicator, folded, where it begins so; else empty.
  std::string http_;
  bool is_http_url_ = false;  // it is a url, not a host
  // The script of a host in punycode that begins so, folded, and the host.
  std::string http_script_;
  std::string http_name_;
};

// The address of a kIp or kIpPort, the host of a kUrl; empty for others.
std::string_view AddressIn(const Indicator& indicator);

// Puts a folded text into scan form, in place.
void ToScanForm(std::string* folded);

constexpr bool IsAsciiAlnum(char c) {
  return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

// The window at the end of `text`, its last byte in the highest eight bits, and
// how many bytes it has.
uint64_t WindowOf(std::string_view text, size_t* bytes);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_MATCH_WITNESS_H_
