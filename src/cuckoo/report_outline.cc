#include "src/cuckoo/report_outline.h"

#include <algorithm>
#include <bit>
#include <iterator>
#include <optional>

#include "mispsift/base/byte_set.h"
#include "mispsift/base/json_text.h"

namespace mispsift {
namespace {

// The key of the value that begins at `json[at]`, in its JSON spelling; none
// for an element of a list.
std::optional<std::string_view> KeyBefore(std::string_view json, size_t at) {
  std::string_view key = kJsonBlanks.TrimEnd(json.substr(0, at));
  if (!key.ends_with(':')) return std::nullopt;
  key.remove_suffix(1);
  key = kJsonBlanks.TrimEnd(key);
  if (!key.ends_with('"')) return std::nullopt;
  key.remove_suffix(1);
  for (size_t begin = key.size(); begin > 0; --begin) {
    if (key[begin - 1] != '"') continue;
    if (BackslashesBefore(key, begin - 1) % 2 == 0) return key.substr(begin);
  }
  return std::nullopt;
}

// Whether a bracket with `open` others open in it stays open in a block.
bool StaysOpen(size_t open, uint64_t opening, uint64_t closing) {
  // One more, so that none is left when it is closed itself.
  size_t left = open + 1;
  for (uint64_t all = opening | closing; all != 0 && left > 0; all &= all - 1) {
    (opening & all & -all) != 0 ? ++left : --left;
  }
  return left > 0;
}

}  // namespace

bool ReportOutline::Draw(std::string_view report) {
  Start();
  const std::optional<size_t> settled = Add(report);
  return settled.has_value() && Finish(report.substr(*settled));
}

void ReportOutline::Start() {
  text_at_ = 0;
  json_.SetSize(0);
  parts_.clear();
  kept_ = 0;
  level_ = 0;
  emptied_level_ = 0;
  is_searched_ = false;
  places_.clear();
}

std::optional<size_t> ReportOutline::Add(std::string_view text) {
  constexpr size_t kBatchBytes =
      JsonBrackets::kBlocks * JsonBrackets::kBlockBytes;
  StartText(text);
  marks_.escaped = 0;
  marks_.in_string = 0;
  for (size_t base = 0; base < text.size(); base += kBatchBytes) {
    const size_t bytes = std::min(kBatchBytes, text.size() - base);
    const size_t blocks =
        (bytes + JsonBrackets::kBlockBytes - 1) / JsonBrackets::kBlockBytes;
    marks_.Mark(text.data() + base, blocks);
    if (!TakeBrackets(marks_.brackets, blocks)) break;
  }
  return EndText();
}

void ReportOutline::StartText(std::string_view text) {
  text_ = text;
  batch_at_ = 0;
  settled_ = 0;
  is_whole_ = true;
}

bool ReportOutline::TakeBrackets(const JsonBrackets& brackets, size_t blocks) {
  is_whole_ = is_whole_ && Brackets(brackets, blocks);
  if (!is_whole_) return false;
  for (size_t i = blocks; i > 0; --i) {
    const uint64_t all = brackets.opening[i - 1] | brackets.closing[i - 1];
    if (all == 0) continue;
    settled_ = batch_at_ + (i - 1) * JsonBrackets::kBlockBytes +
               static_cast<size_t>(std::bit_width(all));
    break;
  }
  batch_at_ += blocks * JsonBrackets::kBlockBytes;
  return true;
}

std::optional<size_t> ReportOutline::EndText() {
  if (!is_whole_) return std::nullopt;
  if (settled_ == 0) return settled_;
  // A configuration may yet come in what is searched.
  if (is_searched_) Stop();
  if (emptied_level_ == 0) Keep(settled_);
  kept_ = 0;
  text_at_ += settled_;
  return settled_;
}

bool ReportOutline::Finish(std::string_view rest) const {
  return level_ == 0 && !parts_.empty() && kJsonBlanks.HoldsAllOf(rest);
}

// Goes through the brackets of the batch at batch_at_.
bool ReportOutline::Brackets(const JsonBrackets& brackets, size_t blocks) {
  for (size_t i = 0; i < blocks; ++i) {
    i = PassEmptied(brackets, i, blocks);
    if (i == blocks) break;
    const size_t block = batch_at_ + i * JsonBrackets::kBlockBytes;
    const uint64_t opening = brackets.opening[i];
    for (uint64_t all = opening | brackets.closing[i]; all != 0;
         all &= all - 1) {
      const size_t at = block + static_cast<size_t>(std::countr_zero(all));
      const bool opens = (opening & all & -all) != 0;
      if (at >= text_.size()) return false;
      if (!(opens ? Open(at) : Close(at))) return false;
    }
  }
  return true;
}

// The first block from `i` on that is to be gone through: as long as what is
// emptied stays open, nothing is.
size_t ReportOutline::PassEmptied(const JsonBrackets& brackets, size_t i,
                                  size_t blocks) {
  if (emptied_level_ == 0 || is_searched_) return i;
  const size_t emptied = emptied_level_;
  size_t level = level_;  // most of a report is passed here
  for (; i < blocks; ++i) {
    // Whatever their order, or in theirs.
    if (level < emptied + brackets.closed[i] &&
        !StaysOpen(level - emptied, brackets.opening[i], brackets.closing[i])) {
      break;
    }
    level = level + brackets.opened[i] - brackets.closed[i];
  }
  level_ = level;
  return i;
}

bool ReportOutline::Open(size_t at) {
  ++level_;
  if (emptied_level_ != 0 && !is_searched_) return true;
  if (level_ > max_levels_) return false;
  if (level_ == 1) {
    if (!parts_.empty() || text_[at] != '{' ||
        !kJsonBlanks.HoldsAllOf(text_.substr(0, at))) {
      return false;
    }
    places_.push_back(Place());
    return true;
  }
  const Place& around = places_.back();
  std::optional<std::string_view> key = KeyBefore(text_, at);
  if (!key) {
    places_.push_back(ElementPlace(around, 0));
    return true;
  }
  // One that is no JSON is for the reader to refuse.
  if (key->find('\\') != std::string_view::npos &&
      UnescapeJson(*key, &unescaped_)) {
    key = unescaped_;
  }
  const Place place = MemberPlace(around, *key);
  places_.push_back(place);
  if (is_searched_) {
    if (IsConfig(place.area)) Stop();
    return true;
  }
  const Wanted wanted = WantedOf(depth_, place);
  if (wanted != Wanted::kAll) {
    emptied_level_ = level_;
    emptied_at_ = at + 1;
    is_searched_ = wanted == Wanted::kConfigs;
    if (!is_searched_) Keep(emptied_at_);
  }
  return true;
}

bool ReportOutline::Close(size_t at) {
  if (level_ == 0) return false;
  if (emptied_level_ == level_) {
    if (is_searched_) Keep(emptied_at_);
    kept_ = at;
    Stop();
  }
  if (emptied_level_ == 0 || is_searched_) places_.pop_back();
  --level_;
  if (level_ == 0) Keep(at + 1);
  return true;
}

size_t ReportOutline::ByteOfReport(size_t byte) const {
  const auto behind =
      std::ranges::upper_bound(parts_, byte, {}, &Part::in_outline);
  const Part& part = *std::prev(behind);
  return byte - part.in_outline + part.in_report;
}

// Nothing is emptied any more.
void ReportOutline::Stop() {
  emptied_level_ = 0;
  is_searched_ = false;
}

// Takes what stands before `end` over.
void ReportOutline::Keep(size_t end) {
  parts_.push_back({json_.size(), text_at_ + kept_});
  json_.Append(text_.substr(kept_, end - kept_));
  kept_ = end;
}

}  // namespace mispsift
