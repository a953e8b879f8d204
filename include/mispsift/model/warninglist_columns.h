#ifndef MISPSIFT_MODEL_WARNINGLIST_COLUMNS_H_
#define MISPSIFT_MODEL_WARNINGLIST_COLUMNS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "mispsift/model/warninglist.h"

namespace mispsift {

// Warninglists as a snapshot file holds them. All integers little-endian.
//
//   lists      = count(4) list{count}
//   list       = type(1) enabled(1) entry_count(8)
//                text text text text       name, version, description, category
//                attribute_count(4) text{attribute_count}
//   text       = bytes(4) byte{bytes}
//   entries    = the entries' bytes, list after list, back to back
//   entry_ends = end(8) of each entry in `entries`
//
// type is the number of its WarninglistType, enabled 0 or 1. Nothing stands
// behind the last list, and the last entry ends where `entries` does. The same
// lists in the same order are the same bytes.
struct WarninglistColumns {
  std::string_view lists;
  std::string_view entries;
  std::span<const uint64_t> entry_ends;
};

// The same, owned.
struct EncodedWarninglists {
  std::string lists = std::string(4, '\0');  // a count of 0: no lists
  std::string entries;
  std::vector<uint64_t> entry_ends;

  WarninglistColumns columns() const { return {lists, entries, entry_ends}; }
};

EncodedWarninglists EncodeWarninglists(const std::vector<Warninglist>& lists);

// That an attribute is on a list, and by which of its parts, in each way of
// comparing (normalize/warninglist_matcher.h).
struct WarninglistHit {
  enum Part : uint8_t {
    kFirstHalf = 1,   // of a composite; of anything else, the value
    kSecondHalf = 2,  // of a composite
    // Limits, unless it is on the list without them as well:
    kOnlyHost = 4,   // by the host of a url that says more than its host
    kOnlyBelow = 8,  // as a name below one that is on the list
    kAllParts = 15
  };

  uint32_t row = 0;   // of the attribute
  uint16_t list = 0;  // its number among the lists
  uint8_t misp = 0;   // Parts; none: not in this way
  uint8_t corrected = 0;

  friend bool operator==(const WarninglistHit&,
                         const WarninglistHit&) = default;
};
static_assert(sizeof(WarninglistHit) == 8);

// One list in the columns. Views live as long as these.
struct WarninglistView {
  std::string_view name;
  std::string_view version;
  std::string_view description;
  std::string_view category;
  WarninglistType type = WarninglistType::kString;
  bool enabled = true;
  std::vector<std::string_view> matching_attributes;  // none: all
  std::string_view all_entries;                       // of all lists
  uint64_t first_begin = 0;  // offset of its first entry in them
  std::span<const uint64_t> entry_ends;

  uint64_t entry_count() const { return entry_ends.size(); }
  // `i` is less than entry_count().
  std::string_view entry(uint64_t i) const {
    const uint64_t begin = i == 0 ? first_begin : entry_ends[i - 1];
    return all_entries.substr(begin, entry_ends[i] - begin);
  }
};

// What columns hold, without copying the entries.
//
// Lifetime: of the columns. Threads: const after Read, so any number.
class WarninglistsView {
 public:
  // Checks everything, whatever the columns hold: after this no view leads
  // outside.
  // Errors: kDataLoss.
  static absl::StatusOr<WarninglistsView> Read(
      const WarninglistColumns& columns);

  size_t size() const { return lists_.size(); }
  const WarninglistView& operator[](size_t i) const { return lists_[i]; }
  auto begin() const { return lists_.begin(); }
  auto end() const { return lists_.end(); }

 private:
  std::vector<WarninglistView> lists_;
};

}  // namespace mispsift

#endif  // MISPSIFT_MODEL_WARNINGLIST_COLUMNS_H_
