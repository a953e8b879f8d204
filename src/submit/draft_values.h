#ifndef MISPSIFT_SRC_SUBMIT_DRAFT_VALUES_H_
#define MISPSIFT_SRC_SUBMIT_DRAFT_VALUES_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "mispsift/model/indicator.h"
#include "mispsift/model/report.h"
#include "mispsift/normalize/value_list.h"
#include "mispsift/submit/event_drafts.h"
#include "mispsift/submit/fields_line.h"

namespace mispsift {

// `text` as MISP keeps it in a title or a comment, on one line of at most so
// many bytes.
std::string OneLine(std::string_view text, size_t most);

// The values that MISP keeps a stored one in and looks it up by: a composite's
// halves, or the whole.
std::vector<std::string_view> HalvesOf(std::string_view type,
                                       std::string_view stored);

// By what MISP's database compares a value of the type; that of a composite by
// each half.
std::string FoldedValue(std::string_view type, std::string_view stored);

// What keeps values out of drafts, whatever the report.
struct ValueLists {
  explicit ValueLists(const DraftSettings& settings);

  ValueList blacklist;
  ValueList safelist;  // beside BuiltInSafelist()
  bool submit_informed;
};

struct JudgedValue {
  std::string stored;  // as MISP would store it, and store it again
  std::optional<LeftOut> left_out;
  std::string detail;   // of what it is left out for
  std::string comment;  // what else is to be said of it; mostly empty
};

// What a value has to pass to be sent.
//
// In this order: MISP would store it; no list of the user's or of ours holds
// it; it means something to others; it is not the sandbox's own; no warninglist
// has it. Of a composite each half has to pass, of a url its host too.
//
// Lifetime: lists and facts outlive it. Threads: any, once built.
class ValueJudge {
 public:
  ValueJudge(const ValueLists& lists, const ReportFields& fields);

  JudgedValue Judge(std::string_view type, std::string_view value) const;
  bool IsSafelisted(std::string_view type, std::string_view value) const;

 private:
  // What of a value is looked up in lists.
  struct Parts {
    std::vector<Indicator> indicators;
    // The host of a url, when it is none that an indicator is made of.
    std::optional<std::string> odd_host;
  };

  static Parts PartsOf(std::string_view type, const std::string& stored);
  bool IsOwn(const Indicator& part) const;
  // What warninglists say; it reaches `*judged`.
  void JudgeByWarninglists(std::string_view type, std::string_view value,
                           const Parts& parts, JudgedValue* judged) const;

  const ValueLists& lists_;
  absl::flat_hash_set<std::string> own_addresses_;
  // By the value in lower case.
  absl::flat_hash_map<std::string, const WarninglistedValue*> warninglisted_;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_SUBMIT_DRAFT_VALUES_H_
