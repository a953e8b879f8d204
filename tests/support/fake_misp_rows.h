#ifndef MISPSIFT_TESTS_SUPPORT_FAKE_MISP_ROWS_H_
#define MISPSIFT_TESTS_SUPPORT_FAKE_MISP_ROWS_H_

#include <cstdint>
#include <string>

#include "tests/support/fake_misp_filters.h"
#include "tests/support/fake_misp_search.h"
#include "tests/support/fake_misp_store.h"

namespace mispsift {

// The rows of {"response": {"Attribute": [...]}}: one compact object each.
class AttributeRenderer {
 public:
  AttributeRenderer(const FakeMispStore& store, const FakeSearch& search,
                    bool numbers)
      : store_(store), search_(search), numbers_(numbers) {}

  void Append(const FakeRow& row, std::string* out);

 private:
  void AppendNumber(int64_t number, std::string* out) const;
  void RenderEvent(const StoredEvent& stored);
  void AppendTags(std::string* out) const;

  const FakeMispStore& store_;
  const FakeSearch& search_;
  bool numbers_;
  FakeAttribute row_;
  // What all rows of one event have in common.
  const StoredEvent* event_ = nullptr;
  std::string event_json_;
  std::string inherited_tags_;
};

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_FAKE_MISP_ROWS_H_
