#include "mispsift/base/reject.h"

#include "mispsift/base/check.h"

namespace mispsift {
namespace {

struct RejectRow {
  Reject reject;
  std::string_view name;
  std::string_view sentence;
};

constexpr RejectRow kRows[] = {
    {Reject::kNone, "none", "Not rejected."},
    {Reject::kUnreadable, "unreadable",
     "The file could not be opened or read."},
    {Reject::kEmpty, "empty", "There is nothing in it but white space."},
    {Reject::kTooLarge, "too_large",
     "More bytes than the limit for one report."},
    {Reject::kBadArchive, "bad_archive",
     "The archive is damaged, cut short, or holds no entries."},
    {Reject::kEncrypted, "encrypted", "The archive member is encrypted."},
    {Reject::kRatioLimit, "ratio_limit",
     "More bytes came out for each byte in than the limit."},
    {Reject::kTooManyMembers, "too_many_members",
     "The archive has more members than the limit."},
    {Reject::kNestedTooDeep, "nested_too_deep",
     "Archives, or compressions, within one another beyond the limit."},
    {Reject::kNotJson, "not_json", "The content is not valid JSON."},
    {Reject::kNotUtf8, "not_utf8", "The content is not valid UTF-8."},
    {Reject::kTruncated, "truncated", "The JSON ends too early."},
    {Reject::kTooDeep, "too_deep", "The JSON nests deeper than the limit."},
    {Reject::kNotAReport, "not_a_report",
     "Valid JSON, but not a sandbox report."},
    {Reject::kNotMisp, "not_misp",
     "Valid JSON, but it holds no MISP attributes or events."},
    {Reject::kMissingType, "missing_type", "An attribute without a type."},
    {Reject::kMissingValue, "missing_value", "An attribute without a value."},
    {Reject::kWithheld, "withheld",
     "A server lists more attributes in an event than it gives to a key that "
     "may see all of them."},
};
static_assert(std::size(kRows) == static_cast<size_t>(Reject::kCount));

const RejectRow& Row(Reject reject) {
  const RejectRow& row = kRows[static_cast<size_t>(reject)];
  MISPSIFT_CHECK(row.reject == reject);
  return row;
}

}  // namespace

std::string_view RejectName(Reject reject) { return Row(reject).name; }
std::string_view RejectSentence(Reject reject) { return Row(reject).sentence; }

uint64_t RejectCounts::Total() const {
  uint64_t total = 0;
  for (const uint64_t count : counts_) total += count;
  return total;
}

RejectCounts& RejectCounts::operator+=(const RejectCounts& other) {
  for (size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
  return *this;
}

}  // namespace mispsift
