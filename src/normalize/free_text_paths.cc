// Paths in free text.
//
// path  starts at the text's start or behind what is not alnum, with
//       X:\  X:/ (not "//")  \\server\  \??\  \\?\  \Device\  %NAME%\ .
//       (the forms with a leading '\' not behind another one); or with
//       '/' behind start, blank, control, a quote, one of = : , (
//       before [A-Za-z0-9._~-], and then has two components.
//       The byte behind the start is none that ends a path.
//       Hard end, the first that holds:
//       1. the whole text, where it starts as a path and holds no
//          < > " | ? * control, and ':' only at the drive;
//       2. the closing quote, behind a quote, if 1. holds in between;
//       3. a quote < > | ? * , ; control, "&&"; for Unix also blank and ':';
//          for Windows also a blank before an other (free_text_path_ends.cc),
//          and, once over a blank, a ':' before blank, control or the end.
//       Windows paths hold blanks, and command lines hold paths: a blank (in 1.
//       and 2. also , and ;) behind a component with an extension
//       .[A-Za-z0-9]{1,5} ends a candidate, at most kMaxCandidates; the hard
//       end is one too, unless a pattern stands there ('*', or '?' in a word).
//       In 3. a candidate may also end at ':' (a stream names its file); over
//       blanks a path holds no other ':' and at most kMaxPathBlanks of them,
//       else only the candidates count.
//       "C:\Program" never comes out of "C:\Program Files\x". In 1. and 2. a
//       Unix path also ends where 3. would end it.
//       In 3. and before a blank . , ; : and unopened ) ] are trimmed.
//       The server of \\server\ is an authority: a host or an address.
//       Region: up to the first candidate's end; in 3. to the blank.
//       Where backslashes are doubled, paths come as they stand and undoubled.

#include "src/normalize/free_text_paths.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "mispsift/base/ascii_case.h"
#include "src/normalize/free_text_path_ends.h"

namespace mispsift {
namespace {

constexpr size_t kMaxVariable = 32;
constexpr size_t kMaxServer = 255;
constexpr int kMaxCandidates = 4;

bool HoldsOnlyPath(FreeText text, size_t behind, size_t end) {
  // "\??\C:\x": the drive stands behind the prefix.
  if (behind >= 2 && text[behind - 2] == '?' && IsDrive(text, behind)) {
    behind += 2;
  }
  for (size_t at = behind; at < end; ++at) {
    if (text.Is(at, kNotInPath) || text[at] == ':') return false;
  }
  return true;
}

// Whether a path that ends at `at` is a pattern, "C:\\x*.doc".
bool IsPattern(FreeText text, size_t at) {
  return text.IsByte(at, '*') ||
         (text.IsByte(at, '?') && at + 1 < text.size() &&
          !text.Is(at + 1, kControl) && !text.IsBlank(at + 1));
}

bool IsDoubleAmpersand(FreeText text, size_t at) {
  return text[at] == '&' && text.IsByte(at + 1, '&');
}

}  // namespace

void PathReader::AtColon(size_t at) {
  if (at > 0 && text_.Is(at - 1, kAlpha) && !text_.BehindAlnum(at - 1)) {
    WindowsPath(at - 1, at + 2);
  }
}

void PathReader::AtBackslash(size_t at) {
  if (regions_.Hold(at) || text_.BehindAlnum(at)) return;
  if (at > 0 && text_[at - 1] == '\\') return;
  const std::string_view rest = text_.From(at);
  if (rest.starts_with("\\??\\") || rest.starts_with("\\\\?\\")) {
    WindowsPath(at, at + 4);
  } else if (StartsWithIgnoreCase(rest, "\\device\\")) {
    WindowsPath(at, at + 8);
  } else if (text_.IsByte(at + 1, '\\')) {
    ServerPath(at);
  }
}

// "\\server\share".
void PathReader::ServerPath(size_t at) {
  size_t end = at + 2;
  bool named = false;
  while (end - at - 2 < kMaxServer && text_.Is(end, kServer)) {
    named |= text_[end++] != '.';
  }
  if (!named || !text_.IsByte(end, '\\') || text_.IsByte(end + 1, '\\')) return;
  WindowsPath(at, end + 1);
  if (regions_.path_end > at) {
    regions_.authority = at + 2;
    regions_.authority_end = SIZE_MAX;
  }
}

void PathReader::AtPercent(size_t at) {
  if (regions_.Hold(at) || text_.BehindAlnum(at)) return;
  size_t end = at + 1;
  while (end - at - 1 < kMaxVariable &&
         (text_.Is(end, kAlnum) || text_.IsByte(end, '_') ||
          text_.IsByte(end, '(') || text_.IsByte(end, ')'))) {
    ++end;
  }
  if (end == at + 1 || !text_.IsByte(end, '%') ||
      !text_.IsByte(end + 1, '\\')) {
    return;
  }
  WindowsPath(at, end + 2);
}

void PathReader::AtSlash(size_t at) {
  if (regions_.Hold(at)) return;
  if (at > 0 && !text_.Is(at - 1, kControl) &&
      std::string_view(" \"'`=:,(").find(text_[at - 1]) ==
          std::string_view::npos) {
    return;
  }
  if (text_.Is(at + 1, kAlnum) || text_.IsByte(at + 1, '.') ||
      text_.IsByte(at + 1, '_') || text_.IsByte(at + 1, '~') ||
      text_.IsByte(at + 1, '-')) {
    UnixPath(at);
  }
}

void PathReader::WindowsPath(size_t begin, size_t behind) {
  if (regions_.Hold(begin)) return;
  if (behind >= text_.size() || text_.IsBlank(behind) ||
      IsPathEnd(text_, behind)) {
    return;
  }
  size_t end;
  if (WholeOrQuoted(begin, behind, &end)) {
    KnownWindowsPath(begin, behind, end);
  } else {
    OpenWindowsPath(begin, behind);
  }
}

bool PathReader::WholeOrQuoted(size_t begin, size_t behind, size_t* end) const {
  *end = begin == 0 ? text_.size() : ClosingQuote(text_, begin, behind);
  return *end > behind && *end - begin <= TokenQueue::kMaxBytes &&
         HoldsOnlyPath(text_, behind, *end);
}

// A path of which [begin, end) is known to hold all.
void PathReader::KnownWindowsPath(size_t begin, size_t behind, size_t end) {
  int candidates = 0;
  size_t region = end;
  for (size_t at = behind; at < end; ++at) {
    if (!text_.IsBlank(at) && !text_.Is(at, kListEnd)) continue;
    if (text_.IsBlank(at - 1) || text_.Is(at - 1, kListEnd)) continue;
    if (!Candidate(begin, behind, at)) continue;
    if (candidates++ == 0) region = at;
    if (candidates == kMaxCandidates) break;
  }
  regions_.path_end = region;
  while (end > behind && text_.IsBlank(end - 1)) --end;
  Push(begin, end);
  if (!text_.Is(end - 1, kAlnum)) Candidate(begin, behind, end);
}

// A path whose end only what it runs into can tell.
void PathReader::OpenWindowsPath(size_t begin, size_t behind) {
  int blanks = 0;
  int candidates = 0;
  size_t region = 0;
  size_t at = behind;
  bool ends = false;
  const auto candidate = [&](size_t end) {
    if (candidates < kMaxCandidates && Candidate(begin, behind, end)) {
      ++candidates;
    }
  };
  for (;;) {
    ends = at >= text_.size() || IsPathEnd(text_, at) ||
           IsDoubleAmpersand(text_, at);
    if (ends) break;
    if (blanks > 0 && at - begin > TokenQueue::kMaxBytes) break;
    if (text_[at] == ':') {
      candidate(at);
      ends = at + 1 == text_.size() || text_.IsBlank(at + 1) ||
             text_.Is(at + 1, kControl);
      if (blanks > 0) break;
    }
    if (!text_.IsBlank(at)) {
      ++at;
      continue;
    }
    if (blanks == 0) region = at;
    const size_t next = text_.SkipBlanks(at);
    ends = EndsOverBlank(text_, next);
    if (ends || ++blanks > kMaxPathBlanks) break;
    candidate(at);
    at = next;
  }
  regions_.path_end = region > 0 ? region : at;
  if (!ends || IsPattern(text_, at) || at - begin > TokenQueue::kMaxBytes) {
    return;
  }
  const size_t end = text_.Trimmed(begin, behind, at, kPathClosing);
  if (end > behind) Push(begin, end);
}

// Pushes [begin, end) if, trimmed, it ends in an extension.
bool PathReader::Candidate(size_t begin, size_t behind, size_t end) {
  if (end - begin > TokenQueue::kMaxBytes) return false;
  end = text_.Trimmed(begin, behind, end, kPathClosing);
  size_t dot = end;
  while (dot > behind && end - dot < 6 && text_.Is(dot - 1, kAlnum)) --dot;
  const size_t length = end - dot;
  if (length < 1 || length > 5 || dot < behind + 2) return false;
  const char before = text_[dot - 2];
  if (text_[dot - 1] != '.' || before == '\\' || before == '/') return false;
  Push(begin, end);
  return true;
}

void PathReader::UnixPath(size_t begin) {
  bool found = false;
  size_t end;
  if (WholeOrQuoted(begin, begin + 1, &end)) {
    while (end > begin + 1 && text_.IsBlank(end - 1)) --end;
    found = PushUnixPath(begin, end);
  }
  const size_t open_end = UnixPathEnd(begin);
  if (!IsPattern(text_, open_end)) {
    found |= PushUnixPath(
        begin, text_.Trimmed(begin, begin + 1, open_end, kPathClosing));
  }
  if (found) regions_.path_end = open_end;
}

// All paths that start before the same end share it, so that a text of nothing
// but starts is still read once.
size_t PathReader::UnixPathEnd(size_t begin) {
  size_t at = std::max(begin + 1, regions_.unix_end);
  while (at < text_.size() && !IsPathEnd(text_, at) && !text_.IsBlank(at) &&
         text_[at] != ':' && !IsDoubleAmpersand(text_, at)) {
    ++at;
  }
  regions_.unix_end = at;
  return at;
}

// Two components make a path; one is a switch ("/s").
bool PathReader::PushUnixPath(size_t begin, size_t end) {
  for (size_t at = begin + 2; at + 1 < end; ++at) {
    if (text_[at] != '/' || text_[at + 1] == '/') continue;
    Push(begin, end);
    return true;
  }
  return false;
}

void PathReader::Push(size_t begin, size_t end) {
  tokens_.PushPath(IndicatorKind::kFilepath, begin, text_.Slice(begin, end));
}

}  // namespace mispsift
