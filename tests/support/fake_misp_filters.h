#ifndef MISPSIFT_TESTS_SUPPORT_FAKE_MISP_FILTERS_H_
#define MISPSIFT_TESTS_SUPPORT_FAKE_MISP_FILTERS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rapidjson/document.h"

namespace mispsift {

// Texts of which one must fit, all must, none may; "%" at an end is any text.
struct FakeTerms {
  std::vector<std::string> any;
  std::vector<std::string> all;
  std::vector<std::string> none;

  bool empty() const { return any.empty() && all.empty() && none.empty(); }
  // Whether a record that has these texts fits.
  bool Fit(const std::vector<std::string_view>& texts) const;
};

struct FakeOrder {
  std::string column;  // "id", "timestamp", "event_id", ...
  bool descending = false;
};

// What an answer of restSearch is asked to hold, as MISP understands it.
struct FakeSearch {
  FakeTerms event;  // ids or uuids
  FakeTerms type;
  FakeTerms category;
  FakeTerms tags;
  FakeTerms value;
  FakeTerms uuid;                                  // of attribute or event
  std::optional<std::pair<bool, bool>> to_ids;     // false wanted, true wanted
  std::optional<std::pair<bool, bool>> published;  // likewise
  bool live = true;
  bool deleted = false;
  std::optional<std::pair<int64_t, int64_t>> timestamp;
  std::optional<std::pair<int64_t, int64_t>> event_timestamp;
  std::optional<std::pair<int64_t, int64_t>> publish_timestamp;
  std::vector<FakeOrder> order;  // none: whatever index the database takes
  std::optional<int64_t> limit;
  int64_t page = 1;
  std::string return_format = "json";
  bool metadata = false;
  // Of /events/index.
  bool minimal = false;
  std::string sort = "id";
  bool sort_descending = false;
  bool include_event_tags = false;
  bool include_event_uuid = false;
  bool include_context = false;
};

// The parameters of a body and of the parts of the path behind the action:
// {"limit": 1, ...} and "limit:1".
rapidjson::Document ReadParameters(const rapidjson::Document& body,
                                   const std::vector<std::string>& named);

// Takes the parameters MISP knows, and no other. An empty list or text, and
// false, ask for nothing. Returns false for what ends in a 500: limit or page
// that is no number.
bool ReadSearch(const rapidjson::Value& parameters, bool knows_order,
                int64_t now, FakeSearch* search);

// The part of `count` rows that `limit` and `page` ask for, as first and last
// (which is no longer in it); without a limit, all of them.
std::pair<uint64_t, uint64_t> WindowOf(const FakeSearch& search,
                                       uint64_t count);

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_FAKE_MISP_FILTERS_H_
