#ifndef MISPSIFT_TESTS_SUPPORT_SLOW_REPORT_READER_H_
#define MISPSIFT_TESTS_SUPPORT_SLOW_REPORT_READER_H_

#include <string>
#include <string_view>
#include <vector>

#include "mispsift/cuckoo/report_reader.h"
#include "tests/support/slow_matcher.h"

namespace mispsift {

struct JsonMember;

// A JSON document as a tree; members in the order of the document, doubles
// kept.
struct JsonNode {
  enum class Type { kOther, kNumber, kString, kList, kObject };

  Type type = Type::kOther;
  std::string text;    // of a string; of a whole number that is not negative
  std::string number;  // as written
  std::vector<JsonNode> elements;
  std::vector<JsonMember> members;

  // The member called `key`; an empty node when there is none.
  const JsonNode& operator[](std::string_view key) const;
};

struct JsonMember {
  std::string key;
  JsonNode value;
};

// False when `json` is none.
bool ParseJson(std::string_view json, JsonNode* root);

// What ReportReader must agree with: a plain walk over the tree, by the same
// table of places, with path strings and no buffers, that keeps everything it
// sees. Takes any JSON; does not judge whether it is a report.
std::vector<PlacedObservation> SlowReadReport(const JsonNode& root,
                                              ScanDepth depth);

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_SLOW_REPORT_READER_H_
