// Registry keys in free text.
//
// regkey  a hive's name, or \REGISTRY, at the text's start or behind what is
//         not alnum, then '\' (PowerShell's "HKLM:\" is the same) and no blank,
//         control or '"'. Ends as 1. and 2. of paths (free_text_paths.cc), but
//         only control is not in it; else at a control, a quote, or a blank
//         that stands behind , or ; or before an other, '&' or '-' and a letter
//         (options), provided that at most kMaxPathBlanks came before. In 1.
//         and 2. that is a second candidate. . , ; : are trimmed off it.
//         Region: up to the first blank, control or '"'.
//         An other is that of paths (free_text_path_ends.cc).
//         Where backslashes are doubled, keys come as they stand and undoubled.

#include "src/normalize/free_text_regkeys.h"

#include <string>
#include <string_view>

#include "mispsift/base/ascii_case.h"
#include "src/normalize/free_text_path_ends.h"
#include "src/normalize/registry_hives.h"

namespace mispsift {
namespace {

bool HoldsControl(FreeText text) {
  for (size_t at = 0; at < text.size(); ++at) {
    if (text.Is(at, kControl)) return true;
  }
  return false;
}

}  // namespace

void RegkeyReader::AtBackslash(size_t at) {
  if (at > 0 && (text_.Is(at - 1, kAlpha) || text_[at - 1] == ':')) {
    BehindHive(at);
  }
  if (text_.BehindAlnum(at) || at < regions_.path_end) return;
  if (StartsWithIgnoreCase(text_.From(at), "\\registry\\")) {
    Key(at, at + 9, at + 10);
  }
}

// A hive's name may stand before the backslash at `at`.
void RegkeyReader::BehindHive(size_t at) {
  const size_t end = text_[at - 1] == ':' ? at - 1 : at;
  const size_t begin = end - HiveAtEnd(text_.Slice(0, end));
  if (begin == end || text_.BehindAlnum(begin) || regions_.Hold(begin)) return;
  Key(begin, end, at + 1);
}

// A key [begin, hive_end) and on, its first name at `behind`.
void RegkeyReader::Key(size_t begin, size_t hive_end, size_t behind) {
  const auto ends_name = [this](size_t at) {
    return at >= text_.size() || text_.IsBlank(at) || text_.Is(at, kControl) ||
           text_.IsByte(at, '"');
  };
  if (ends_name(behind)) return;
  size_t region = behind;
  while (!ends_name(region)) ++region;
  regions_.path_end = region;
  size_t end = WholeOrQuotedEnd(begin, behind);
  while (end > behind && text_.IsBlank(end - 1)) --end;
  if (end > behind) Push(begin, hive_end, end);
  const size_t cut = CutEnd(begin, behind);
  if (cut > behind && (end <= behind || cut < end)) Push(begin, hive_end, cut);
}

// The end of the text or quote that the key may be all of; 0 if there is none.
size_t RegkeyReader::WholeOrQuotedEnd(size_t begin, size_t behind) const {
  if (begin > 0) return ClosingQuote(text_, begin, behind);
  const bool is_key =
      text_.size() <= TokenQueue::kMaxBytes && !HoldsControl(text_);
  return is_key ? text_.size() : 0;
}

// Where a key in a command line or a sentence ends; 0 if nothing tells.
size_t RegkeyReader::CutEnd(size_t begin, size_t behind) const {
  int blanks = 0;
  size_t at = behind;
  while (at < text_.size() && !text_.Is(at, kControl) && text_[at] != '"' &&
         !text_.IsApostrophe(at)) {
    if (at - begin > TokenQueue::kMaxBytes) return 0;
    if (!text_.IsBlank(at)) {
      ++at;
      continue;
    }
    if (text_.Is(at - 1, kListEnd)) break;
    const size_t next = text_.SkipBlanks(at);
    if (EndsOverBlank(text_, next) || text_[next] == '&' ||
        (text_[next] == '-' && text_.Is(next + 1, kAlpha))) {
      break;
    }
    if (++blanks > kMaxPathBlanks) return 0;
    at = next;
  }
  while (at > behind &&
         kPathClosing.find(text_[at - 1]) != std::string_view::npos) {
    --at;
  }
  return at > behind ? at : 0;
}

// PowerShell's colon behind the hive is none of the key.
void RegkeyReader::Push(size_t begin, size_t hive_end, size_t end) {
  const std::string_view text = text_.Slice(begin, end);
  if (text_[hive_end] != ':') {
    tokens_.PushPath(IndicatorKind::kRegkey, begin, text);
  } else if (text.size() <= TokenQueue::kMaxBytes) {
    std::string key(text);
    key.erase(hive_end - begin, 1);
    tokens_.PushPath(IndicatorKind::kRegkey, begin, key);
  }
}

}  // namespace mispsift
