// Urls in free text.
//
// url  [A-Za-z][A-Za-z0-9+.-]{0,31} "://", up to blank, control, wide, one of
//      " ' ` < > { } | \ ^, or a ',' or ';' behind which another scheme "://"
//      stands. Trimmed of . , ; : ! ? and of ) ] that nothing opens in it;
//      where that changes it, also untrimmed. The authority (between the last
//      '@' and the port) gives the host. A further scheme "://" in it (a
//      redirector) is a url of its own with the same end; at most kMaxNested of
//      them, so that hostile text stays linear. A host, or v4 not read as a
//      network (/24), directly followed by '/' or ":port/" is a url without
//      scheme. "hxxp://" is a scheme like any other.
//      Region: up to the end, untrimmed.

#include "src/normalize/free_text_urls.h"

#include <string_view>

#include "src/normalize/free_text_addresses.h"

namespace mispsift {
namespace {

constexpr size_t kMaxScheme = 32;
constexpr int kMaxNested = 8;
constexpr std::string_view kClosing = ".,;:!?";

}  // namespace

void UrlReader::AtColon(size_t colon) {
  size_t begin = colon;
  while (begin > 0 && colon - begin <= kMaxScheme &&
         text_.Is(begin - 1, kScheme)) {
    --begin;
  }
  if (colon - begin > kMaxScheme) return;
  while (begin < colon && !text_.Is(begin, kAlpha)) ++begin;
  if (begin == colon) return;
  const size_t behind = colon + 3;
  size_t end;
  if (!Enter(begin, behind, &end)) return;
  size_t trimmed = end;
  if (end - begin <= TokenQueue::kMaxBytes) {
    trimmed = text_.Trimmed(begin, behind, end, kClosing);
    if (trimmed == behind) return;
    Push(begin, trimmed);
    if (trimmed < end) Push(begin, end);
  }
  Authority(behind, trimmed);
}

// Sets the region and `*end` of the url that starts at `begin`; false if it is
// one too many.
bool UrlReader::Enter(size_t begin, size_t behind, size_t* end) {
  if (behind > regions_.url_end) {
    regions_.url_end = End(behind);
    regions_.urls = 0;
  }
  *end = regions_.url_end;
  return *end - begin > TokenQueue::kMaxBytes || regions_.urls++ <= kMaxNested;
}

void UrlReader::Authority(size_t behind, size_t end) {
  regions_.authority = behind;
  regions_.authority_end = end;
  for (size_t at = behind; at < end; ++at) {
    const char c = text_[at];
    if (c == '/' || c == '?' || c == '#') break;
    if (c == '@') regions_.authority = at + 1;
  }
}

bool UrlReader::SchemeFollows(size_t at) const {
  if (!text_.Is(at, kAlpha)) return false;
  const size_t begin = at;
  while (at - begin < kMaxScheme && text_.Is(at, kScheme)) ++at;
  return text_.IsByte(at, ':') && text_.IsByte(at + 1, '/') &&
         text_.IsByte(at + 2, '/');
}

// The end of the url that `at` is in.
size_t UrlReader::End(size_t at) const {
  for (; at < text_.size(); ++at) {
    const int byte = text_.Class(at);
    if ((byte & (kUrlEnd | kListEnd | kWide)) == 0) continue;
    if ((byte & kUrlEnd) != 0) break;
    if ((byte & kWide) != 0 && text_.WideLength(at) > 0) break;
    if ((byte & kListEnd) != 0 && SchemeFollows(at + 1)) break;
  }
  return at;
}

void UrlReader::BehindHost(size_t begin, size_t end, bool is_address) {
  const size_t port = PortEnd(text_, end);
  const size_t path = port > 0 ? port : end;
  if (!text_.IsByte(path, '/')) return;
  const size_t url_end = End(path);
  const size_t trimmed = url_end - begin <= TokenQueue::kMaxBytes
                             ? text_.Trimmed(begin, path, url_end, kClosing)
                             : url_end;
  const size_t rest = trimmed - path;
  if (is_address && port == 0 && (rest == 2 || rest == 3) &&
      text_.Is(path + 1, kDigit) && text_.Is(trimmed - 1, kDigit)) {
    return;
  }
  regions_.url_end = url_end;
  regions_.urls = 1;
  if (url_end - begin > TokenQueue::kMaxBytes) return;
  Push(begin, trimmed);
  if (trimmed < url_end) Push(begin, url_end);
}

void UrlReader::Push(size_t begin, size_t end) {
  tokens_.Push(IndicatorKind::kUrl, begin, text_.Slice(begin, end));
}

}  // namespace mispsift
