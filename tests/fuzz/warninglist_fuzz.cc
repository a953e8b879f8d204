// Bytes that claim to be a warninglist, or a server's answer about some: what
// is taken for one is one, and survives a snapshot's columns.

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "mispsift/base/check.h"
#include "mispsift/base/utf8.h"
#include "mispsift/misp/warninglist_reader.h"
#include "mispsift/model/warninglist_columns.h"

namespace {

using mispsift::Warninglist;
using mispsift::misp::ServerWarninglist;

bool IsNumber(std::string_view text) {
  return !text.empty() &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

void CheckList(const Warninglist& list) {
  MISPSIFT_CHECK(!list.name.empty() && mispsift::IsUtf8(list.name));
  MISPSIFT_CHECK(IsNumber(list.version));
  absl::flat_hash_set<std::string_view> seen;
  for (const std::string& entry : list.entries) {
    MISPSIFT_CHECK(!entry.empty() && mispsift::IsUtf8(entry));
    MISPSIFT_CHECK(seen.insert(std::string_view(entry)).second);
  }
}

void CheckColumns(const std::vector<Warninglist>& lists) {
  const mispsift::EncodedWarninglists encoded =
      mispsift::EncodeWarninglists(lists);
  const auto view = mispsift::WarninglistsView::Read(encoded.columns());
  MISPSIFT_CHECK(view.ok() && view->size() == lists.size());
  for (size_t i = 0; i < lists.size(); ++i) {
    const mispsift::WarninglistView& list = (*view)[i];
    MISPSIFT_CHECK(list.name == lists[i].name);
    MISPSIFT_CHECK(list.entry_count() == lists[i].entries.size());
    for (uint64_t j = 0; j < list.entry_count(); ++j) {
      MISPSIFT_CHECK(list.entry(j) == lists[i].entries[j]);
    }
  }
}

// The bytes as columns: cut in three by the first two.
void ReadAsColumns(std::string_view bytes) {
  if (bytes.size() < 2) return;
  const size_t lists = static_cast<uint8_t>(bytes[0]);
  const size_t entries = static_cast<uint8_t>(bytes[1]);
  bytes.remove_prefix(2);
  if (bytes.size() < lists + entries) return;
  std::vector<uint64_t> ends;
  for (const char c : bytes.substr(lists + entries)) {
    ends.push_back(static_cast<uint8_t>(c));
  }
  const auto view = mispsift::WarninglistsView::Read(
      {bytes.substr(0, lists), bytes.substr(lists, entries), ends});
  if (!view.ok()) return;
  size_t sum = 0;
  for (const mispsift::WarninglistView& list : *view) {
    for (uint64_t i = 0; i < list.entry_count(); ++i) {
      sum += list.entry(i).size();
    }
  }
  MISPSIFT_CHECK(sum == entries);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto list = mispsift::misp::ParseWarninglist(bytes);
  const auto view = mispsift::misp::ParseWarninglistView(bytes);
  MISPSIFT_CHECK(list.ok() == view.ok());
  if (list.ok()) {
    CheckList(*list);
    MISPSIFT_CHECK(list->entries == view->list.entries);
    MISPSIFT_CHECK(view->id.empty() || IsNumber(view->id));
    MISPSIFT_CHECK(view->entry_count >= list->entries.size());
    CheckColumns({*list, *list});
  }
  const auto index = mispsift::misp::ParseWarninglistIndex(bytes);
  if (index.ok()) {
    std::vector<Warninglist> lists;
    for (const ServerWarninglist& one : *index) {
      CheckList(one.list);
      MISPSIFT_CHECK(IsNumber(one.id) && one.list.entries.empty());
      lists.push_back(one.list);
    }
    CheckColumns(lists);
  }
  ReadAsColumns(bytes);
  return 0;
}
