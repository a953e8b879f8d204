// Any bytes as a server's answer: no crash, no leak. Each row that is read must
// be the one that the slow reader makes of it; what the fast readers take for
// whole must be JSON.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mispsift/base/check.h"
#include "mispsift/misp/event_index.h"
#include "tests/misp/page_rows.h"
#include "tests/misp/read_text.h"

namespace {

using mispsift::misp::IndexedEvent;
using mispsift::misp::PageRow;

// The elements of the list that `text`, which is JSON, begins with, each as it
// is spelled.
std::vector<std::string_view> ElementsOf(std::string_view text) {
  std::vector<std::string_view> elements;
  size_t open = 0;
  size_t begin = 1;
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') {
      for (++at; text[at] != '"'; ++at) {
        if (text[at] == '\\') ++at;
      }
    } else if (c == '{' || c == '[') {
      ++open;
    } else if (c == '}' || c == ']' || c == ',') {
      const bool ends = c != ',' && open == 1;
      if (ends || (c == ',' && open == 1)) {
        elements.push_back(text.substr(begin, at - begin));
        begin = at + 1;
      }
      if (ends) break;
      if (c != ',') --open;
    }
  }
  return elements;
}

bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// Whether `read` is what the slow reader makes of `json` alone.
void CheckRow(std::string_view json, const PageRow& read) {
  // Keys spelled with escapes, attributes within the event.
  if (Contains(json, "\\u") || Contains(json, "ttribute\"") ||
      Contains(json, "Object\"")) {
    return;
  }
  std::string page = R"({"response":{"Attribute":[)";
  page.append(json).append("]}}");
  const mispsift::misp::ReadResult slow = mispsift::misp::ReadText(page);
  MISPSIFT_CHECK(slow.outcome.documents == 1);
  const mispsift::Attribute& fast = read.attribute;
  const bool kept = !fast.type.empty() && !fast.value.empty() && !fast.deleted;
  MISPSIFT_CHECK(slow.snapshot.attribute_count() == (kept ? 1u : 0u));
  if (!kept) return;
  const mispsift::AttributeView view = slow.snapshot.attribute(0);
  MISPSIFT_CHECK(view.type == fast.type && view.value == fast.value);
  MISPSIFT_CHECK(view.category == fast.category);
  MISPSIFT_CHECK(view.comment == fast.comment);
  MISPSIFT_CHECK(view.to_ids() == fast.to_ids);
  MISPSIFT_CHECK(view.fields->id == fast.id);
  MISPSIFT_CHECK(view.fields->timestamp == fast.timestamp);
  MISPSIFT_CHECK(fast.uuid.IsNil() || view.fields->uuid == fast.uuid);
  const auto tags = slow.snapshot.tags(view);
  MISPSIFT_CHECK(
      std::equal(tags.begin(), tags.end(), fast.tags.begin(), fast.tags.end()));
  // Where a row names two events the readers need not choose the same one.
  if (!Contains(json, "\"Event\"") || !Contains(json, "\"event_id\"")) {
    MISPSIFT_CHECK(slow.snapshot.event_of(view).fields->id == read.event_id);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<IndexedEvent> events;
  const bool index =
      mispsift::misp::ReadEventIndex(mispsift::misp::Padded(text), &events)
          .ok();
  MISPSIFT_CHECK(index || events.empty());
  for (const IndexedEvent& event : events) {
    MISPSIFT_CHECK(!event.context.uuid.IsNil() && event.context.id != 0);
  }
  const auto rows = mispsift::misp::ReadPage(text);
  MISPSIFT_CHECK(!rows.ok() || !index);
  if (!rows.ok()) return 0;
  const mispsift::misp::ReadResult slow = mispsift::misp::ReadText(text);
  MISPSIFT_CHECK(slow.outcome.rejects[mispsift::Reject::kNotJson] == 0);
  MISPSIFT_CHECK(slow.outcome.rejects[mispsift::Reject::kTruncated] == 0);
  MISPSIFT_CHECK(slow.outcome.rejects[mispsift::Reject::kTooDeep] == 0);
  // Only of a page in MISP's spelling are the rows found again.
  constexpr std::string_view kHead = R"({"response": {"Attribute": )";
  if (!text.starts_with(kHead) || text[kHead.size()] != '[') return 0;
  std::vector<std::string_view> elements;
  for (std::string_view element : ElementsOf(text.substr(kHead.size()))) {
    const size_t first = element.find_first_not_of(" \t\r\n");
    if (first != std::string_view::npos && element[first] == '{') {
      elements.push_back(element);
    }
  }
  // A second list may follow.
  MISPSIFT_CHECK(elements.size() <= rows->size());
  for (size_t i = 0; i < elements.size(); ++i) {
    CheckRow(elements[i], (*rows)[i]);
  }
  return 0;
}
