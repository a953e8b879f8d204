#ifndef MISPSIFT_SRC_NORMALIZE_WARNINGLIST_TABLES_H_
#define MISPSIFT_SRC_NORMALIZE_WARNINGLIST_TABLES_H_

#include <algorithm>
#include <bitset>
#include <cstdint>
#include <cstring>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "mispsift/normalize/warninglist_matcher.h"
#include "src/normalize/ip_address.h"
#include "src/normalize/php_regex.h"

namespace mispsift {

// What the entries of all warninglists stand in: one table for each way to
// look for them, and behind each key the lists that have it. Built once, then
// read by any number of threads.

// How an entry may be found under a key.
inline constexpr uint8_t kAsMisp = 1;   // in MISP's way
inline constexpr uint8_t kWritten = 2;  // corrected: as written
inline constexpr uint8_t kFolded = 4;   // corrected: in canonical form
inline constexpr uint8_t kEveryUse = kAsMisp | kWritten | kFolded;

// The lists behind each key, as chains in one array.
class ListChains {
 public:
  static constexpr uint32_t kEnd = UINT32_MAX;

  // Lists come one after the other, so an earlier use of this one is in front.
  void Add(uint16_t list, uint8_t uses, uint32_t* head) {
    if (*head != kEnd && links_[*head].list == list) {
      links_[*head].uses |= uses;
      return;
    }
    links_.push_back({*head, list, uses});
    *head = static_cast<uint32_t>(links_.size() - 1);
  }

  // visit(list, uses), uses being some of `wanted`.
  template <typename Visit>
  void ForEach(uint32_t head, uint8_t wanted, const Visit& visit) const {
    for (; head != kEnd; head = links_[head].next) {
      const uint8_t uses = links_[head].uses & wanted;
      if (uses != 0) visit(links_[head].list, uses);
    }
  }

 private:
  struct Link {
    uint32_t next;
    uint16_t list;
    uint8_t uses;
  };
  std::vector<Link> links_;
};

// Whole texts. Those that are added as views must outlive the table.
class TextTable {
 public:
  void AddView(std::string_view text, uint16_t list, uint8_t uses) {
    longest_ = std::max(longest_, text.size());
    chains_.Add(list, uses, &heads_.try_emplace(text, kEnd).first->second);
  }
  void AddCopy(std::string_view text, uint16_t list, uint8_t uses) {
    const auto known = heads_.find(text);
    if (known != heads_.end()) return chains_.Add(list, uses, &known->second);
    AddView(copies_.emplace_back(text), list, uses);
  }

  // No text is longer.
  size_t longest() const { return longest_; }

  template <typename Visit>
  void Find(std::string_view text, uint8_t wanted, const Visit& visit) const {
    if (text.size() > longest_) return;
    const auto at = heads_.find(text);
    if (at != heads_.end()) chains_.ForEach(at->second, wanted, visit);
  }

 private:
  static constexpr uint32_t kEnd = ListChains::kEnd;

  absl::flat_hash_map<std::string_view, uint32_t> heads_;
  std::deque<std::string> copies_;
  ListChains chains_;
  size_t longest_ = 0;
};

// Texts that occur somewhere in a value: they are told by their first bytes,
// and those of one length that begin alike by a look-up.
class SubstringTable {
 public:
  // As TextTable's; `text` is not empty.
  void AddView(std::string_view text, uint16_t list, uint8_t uses) {
    AddBeginning(text);
    texts_.AddView(text, list, uses);
  }
  void AddCopy(std::string_view text, uint16_t list, uint8_t uses) {
    AddBeginning(text);
    texts_.AddCopy(text, list, uses);
  }

  // A text that occurs twice may be told twice.
  template <typename Visit>
  void FindIn(std::string_view value, uint8_t wanted,
              const Visit& visit) const {
    if (widths_ == 0) return;
    for (size_t at = 0; at < value.size(); ++at) {
      const std::string_view rest = value.substr(at);
      for (size_t width = 1; width <= kMaxWidth; ++width) {
        if ((widths_ >> width & 1) == 0 || rest.size() < width) continue;
        const uint64_t beginning = BeginningOf(rest, width);
        if (!seen_[SlotOf(beginning)]) continue;
        const auto lengths = lengths_.find(beginning);
        if (lengths == lengths_.end()) continue;
        for (const uint32_t length : lengths->second) {
          if (length > rest.size()) break;
          texts_.Find(rest.substr(0, length), wanted, visit);
        }
      }
    }
  }

 private:
  static constexpr size_t kMaxWidth = 4;
  static constexpr int kSlotBits = 16;

  static uint64_t BeginningOf(std::string_view text, size_t width) {
    uint32_t bytes = 0;
    // Of constant size where it can be: this is done at every byte.
    if (text.size() >= sizeof(bytes)) {
      std::memcpy(&bytes, text.data(), sizeof(bytes));
    } else {
      std::memcpy(&bytes, text.data(), text.size());
    }
    const uint64_t mask = (uint64_t{1} << 8 * width) - 1;
    return uint64_t{width} << 32 | (bytes & mask);
  }
  static size_t SlotOf(uint64_t beginning) {
    return beginning * 0x9e3779b97f4a7c15 >> (64 - kSlotBits);
  }

  void AddBeginning(std::string_view text) {
    const size_t width = std::min(text.size(), kMaxWidth);
    const uint64_t beginning = BeginningOf(text, width);
    widths_ |= static_cast<uint8_t>(1u << width);
    seen_.set(SlotOf(beginning));
    std::vector<uint32_t>& lengths = lengths_[beginning];
    const auto length = static_cast<uint32_t>(text.size());
    const auto at = std::ranges::lower_bound(lengths, length);
    if (at == lengths.end() || *at != length) lengths.insert(at, length);
  }

  uint8_t widths_ = 0;  // which there are
  std::bitset<size_t{1} << kSlotBits> seen_;
  absl::flat_hash_map<uint64_t, std::vector<uint32_t>> lengths_;  // ascending
  TextTable texts_;
};

// Networks of both families.
class NetworkTable {
 public:
  // `network` has no host bits.
  void Add(const IpAddress& network, int prefix_bits, uint16_t list,
           uint8_t uses) {
    std::vector<Length>& lengths = network.v6 ? v6_ : v4_;
    auto at = std::ranges::lower_bound(lengths, prefix_bits, {},
                                       &Length::prefix_bits);
    if (at == lengths.end() || at->prefix_bits != prefix_bits) {
      at = lengths.insert(at, Length{prefix_bits, {}});
    }
    chains_.Add(
        list, uses,
        &at->heads.try_emplace(KeyOf(network), ListChains::kEnd).first->second);
  }

  // visit(list, uses, prefix_bits) for each network that holds the address.
  template <typename Visit>
  void Find(const IpAddress& ip, uint8_t wanted, const Visit& visit) const {
    for (const Length& length : ip.v6 ? v6_ : v4_) {
      IpAddress network = ip;
      ClearHostBits(length.prefix_bits, &network);
      const auto at = length.heads.find(KeyOf(network));
      if (at == length.heads.end()) continue;
      chains_.ForEach(at->second, wanted, [&](uint16_t list, uint8_t uses) {
        visit(list, uses, length.prefix_bits);
      });
    }
  }

 private:
  using Key = std::pair<uint64_t, uint64_t>;
  // The networks of one prefix length.
  struct Length {
    int prefix_bits;
    absl::flat_hash_map<Key, uint32_t> heads;
  };

  static Key KeyOf(const IpAddress& ip) {
    Key key;
    std::memcpy(&key.first, ip.bytes.data(), sizeof(key.first));
    std::memcpy(&key.second, ip.bytes.data() + sizeof(key.first),
                sizeof(key.second));
    return key;
  }

  std::vector<Length> v4_;  // by prefix_bits
  std::vector<Length> v6_;
  ListChains chains_;
};

// The bit of a table in List::tables.
constexpr uint8_t BitOf(WarninglistType type) {
  return static_cast<uint8_t>(1u << static_cast<int>(type));
}

struct WarninglistMatcher::Tables {
  struct List {
    bool enabled = false;
    std::vector<std::string_view> types;  // none: all
    uint8_t tables = 0;  // the WarninglistTypes whose tables its entries are in
  };
  struct Regex {
    uint16_t list;
    uint8_t uses;
    std::unique_ptr<const PhpRegex> regex;
  };

  std::vector<List> lists;
  TextTable strings;
  TextTable hosts;  // those of string lists that stand for a domain, too
  SubstringTable substrings;
  NetworkTable networks;
  std::vector<Regex> regexes;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_NORMALIZE_WARNINGLIST_TABLES_H_
