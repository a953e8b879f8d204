#include "mispsift/model/warninglist_columns.h"

#include <fmt/format.h>

#include <bit>
#include <cstring>
#include <utility>

#include "mispsift/base/check.h"

namespace mispsift {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr uint8_t kLastType = static_cast<uint8_t>(WarninglistType::kRegex);

template <typename Number>
void AppendNumber(Number number, std::string* out) {
  char bytes[sizeof(number)];
  std::memcpy(bytes, &number, sizeof(number));
  out->append(bytes, sizeof(number));
}

void AppendCount(size_t count, std::string* out) {
  MISPSIFT_CHECK(count <= UINT32_MAX);
  AppendNumber(static_cast<uint32_t>(count), out);
}

void AppendText(std::string_view text, std::string* out) {
  AppendCount(text.size(), out);
  out->append(text);
}

absl::Status Changed(std::string_view what) {
  return absl::DataLossError(fmt::format("warninglists: {}", what));
}

// Takes one thing after another from the front; false when it is not there.
class ListsReader {
 public:
  explicit ListsReader(std::string_view bytes) : bytes_(bytes) {}

  bool done() const { return bytes_.empty(); }

  template <typename Number>
  bool TakeNumber(Number* number) {
    if (bytes_.size() < sizeof(*number)) return false;
    std::memcpy(number, bytes_.data(), sizeof(*number));
    bytes_.remove_prefix(sizeof(*number));
    return true;
  }

  bool TakeText(std::string_view* text) {
    uint32_t size = 0;
    if (!TakeNumber(&size) || bytes_.size() < size) return false;
    *text = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return true;
  }

  // Everything about a list but its entries. A count is believed only as far
  // as there are bytes for it.
  bool TakeList(WarninglistView* list, uint64_t* entry_count) {
    uint8_t type = 0;
    uint8_t enabled = 0;
    uint32_t attribute_count = 0;
    if (!TakeNumber(&type) || type > kLastType || !TakeNumber(&enabled) ||
        enabled > 1 || !TakeNumber(entry_count) || !TakeText(&list->name) ||
        !TakeText(&list->version) || !TakeText(&list->description) ||
        !TakeText(&list->category) || !TakeNumber(&attribute_count)) {
      return false;
    }
    list->type = static_cast<WarninglistType>(type);
    list->enabled = enabled == 1;
    for (uint32_t i = 0; i < attribute_count; ++i) {
      std::string_view attribute;
      if (!TakeText(&attribute)) return false;
      list->matching_attributes.push_back(attribute);
    }
    return true;
  }

 private:
  std::string_view bytes_;
};

}  // namespace

EncodedWarninglists EncodeWarninglists(const std::vector<Warninglist>& lists) {
  EncodedWarninglists encoded;
  size_t entry_count = 0;
  size_t entry_bytes = 0;
  for (const Warninglist& list : lists) {
    entry_count += list.entries.size();
    for (const std::string& entry : list.entries) entry_bytes += entry.size();
  }
  encoded.entry_ends.reserve(entry_count);
  encoded.entries.reserve(entry_bytes);

  std::string* out = &encoded.lists;
  out->clear();
  AppendCount(lists.size(), out);
  for (const Warninglist& list : lists) {
    AppendNumber(static_cast<uint8_t>(list.type), out);
    AppendNumber(static_cast<uint8_t>(list.enabled), out);
    AppendNumber(uint64_t{list.entries.size()}, out);
    AppendText(list.name, out);
    AppendText(list.version, out);
    AppendText(list.description, out);
    AppendText(list.category, out);
    AppendCount(list.matching_attributes.size(), out);
    for (const std::string& attribute : list.matching_attributes) {
      AppendText(attribute, out);
    }
    for (const std::string& entry : list.entries) {
      encoded.entries += entry;
      encoded.entry_ends.push_back(encoded.entries.size());
    }
  }
  return encoded;
}

absl::StatusOr<WarninglistsView> WarninglistsView::Read(
    const WarninglistColumns& columns) {
  uint64_t end = 0;
  for (const uint64_t next : columns.entry_ends) {
    if (next < end) return Changed("an entry ends before it begins");
    end = next;
  }
  if (end != columns.entries.size()) {
    return Changed("the last entry does not end with the entries");
  }
  // From here on every entry is within `entries`.

  WarninglistsView view;
  ListsReader reader(columns.lists);
  uint32_t count = 0;
  if (!reader.TakeNumber(&count)) return Changed("no count of lists");
  std::span<const uint64_t> ends = columns.entry_ends;
  uint64_t begin = 0;
  for (uint32_t i = 0; i < count; ++i) {
    WarninglistView list;
    uint64_t entry_count = 0;
    if (!reader.TakeList(&list, &entry_count)) {
      return Changed(fmt::format("list {} of {} is not whole", i + 1, count));
    }
    if (entry_count > ends.size()) {
      return Changed(
          fmt::format("list {} of {} has more entries than there "
                      "are",
                      i + 1, count));
    }
    list.first_begin = begin;
    list.entry_ends = ends.first(entry_count);
    list.all_entries = columns.entries;
    ends = ends.subspan(entry_count);
    if (entry_count > 0) begin = list.entry_ends.back();
    view.lists_.push_back(std::move(list));
  }
  if (!reader.done()) return Changed("something behind the last list");
  if (!ends.empty()) return Changed("entries of no list");
  return view;
}

}  // namespace mispsift
