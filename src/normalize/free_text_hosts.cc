// Hosts and mailboxes in free text.
//
// host   a word, dots trimmed, of two or more labels of 1..63 bytes, the last
//        of at least two and not all digits. Not where it starts in the region
//        of a path, key or url (unless it is the authority) or in a v6 address;
//        not behind '\' or '/' (a component), "//" at the start of something
//        excepted; not before '\'; not before "://" (a scheme); not before '@'
//        host (a mailbox).
// email  [A-Za-z0-9._%+-]{1,64}, leading dots trimmed, '@' host. Its host
//        counts too.
//
// "evil[.]example" is not read: a comment that defangs is no observation.

#include "src/normalize/free_text_hosts.h"

#include <algorithm>
#include <string_view>

#include "src/normalize/free_text_addresses.h"

namespace mispsift {
namespace {

constexpr size_t kMaxLocal = 64;

void TrimDots(FreeText text, size_t* begin, size_t* end) {
  while (*begin < *end && text[*begin] == '.') ++*begin;
  while (*begin < *end && text[*end - 1] == '.') --*end;
}

// Whether [begin, end), whose ends are no dots, is a host.
bool IsHost(FreeText text, size_t begin, size_t end) {
  size_t label = begin;
  bool letters = false;
  for (size_t at = begin; at < end; ++at) {
    if (text[at] == '.') {
      if (at == label || at - label > 63) return false;
      label = at + 1;
      letters = false;
    } else if (!text.Is(at, kDigit)) {
      letters = true;
    }
  }
  return label > begin && letters && end - label >= 2 && end - label <= 63;
}

bool IsBehindAt(FreeText text, size_t at) {
  return at > 0 && text[at - 1] == '@';
}

// Whether the word that ends at `at` is followed by '@' and a host.
bool IsMailboxOf(FreeText text, size_t at) {
  if (!text.IsByte(at, '@')) return false;
  int seen;
  size_t first = at + 1;
  size_t last = text.WordEnd(
      first, std::min(text.size(), first + TokenQueue::kMaxBytes + 1), &seen);
  if (last - first > TokenQueue::kMaxBytes) return false;
  TrimDots(text, &first, &last);
  return IsHost(text, first, last);
}

// Whether the word stands where no host can: in a path that is not whole, or
// as a scheme.
bool IsComponent(FreeText text, size_t begin, size_t end) {
  if (text.IsByte(end, '\\')) return true;
  if (text.IsByte(end, ':') && text.IsByte(end + 1, '/') &&
      text.IsByte(end + 2, '/')) {
    return true;
  }
  if (begin == 0 || (text[begin - 1] != '\\' && text[begin - 1] != '/')) {
    return false;
  }
  const bool starts_with_slashes =
      begin >= 2 && text[begin - 1] == '/' && text[begin - 2] == '/' &&
      !(begin >= 3 && text.Is(begin - 3, kWord | kWide));
  return !starts_with_slashes;
}

}  // namespace

void HostReader::AtWord(size_t begin, size_t end) {
  if (end - begin > TokenQueue::kMaxBytes || begin < regions_.ipv6_end) return;
  size_t first = begin;
  size_t last = end;
  TrimDots(text_, &first, &last);
  if (IsIpv4(text_, first, last)) {
    Address(begin, end, first, last);
  } else if (IsHost(text_, first, last)) {
    Host(begin, end, first, last);
  }
}

void HostReader::Address(size_t begin, size_t end, size_t first, size_t last) {
  const size_t before = tokens_.size();
  Push(IndicatorKind::kIp, first, last);
  if (last < end) return;
  const size_t port = PortEnd(text_, end);
  if (port > 0) Push(IndicatorKind::kIpPort, first, port);
  if (regions_.Hold(begin) || IsBehindAt(text_, begin) ||
      IsComponent(text_, begin, end)) {
    return;
  }
  const size_t added = tokens_.size();
  urls_.BehindHost(first, end, true);
  tokens_.MarkParts(before, added);
}

void HostReader::Host(size_t begin, size_t end, size_t first, size_t last) {
  if (begin == regions_.authority) {
    if (end >= regions_.authority_end ||
        std::string_view(":/?#\\@").find(text_[end]) !=
            std::string_view::npos) {
      Push(IndicatorKind::kHost, first, last);
    }
    return;
  }
  if (regions_.Hold(begin) || IsComponent(text_, begin, end) ||
      IsMailboxOf(text_, end)) {
    return;
  }
  const size_t before = tokens_.size();
  Push(IndicatorKind::kHost, first, last);
  const size_t added = tokens_.size();
  if (IsBehindAt(text_, begin)) {
    if (first == begin) Email(begin, last);
  } else if (last == end) {
    urls_.BehindHost(first, end, false);
  }
  tokens_.MarkParts(before, added);
}

// The mailbox before the host [at, end), if one stands there.
void HostReader::Email(size_t at, size_t end) {
  const size_t local_end = at - 1;
  size_t local = local_end;
  while (local > 0 && local_end - local <= kMaxLocal &&
         text_.Is(local - 1, kLocal)) {
    --local;
  }
  if (local_end - local > kMaxLocal) return;
  while (local < local_end && text_[local] == '.') ++local;
  if (local < local_end) Push(IndicatorKind::kEmail, local, end);
}

void HostReader::Push(IndicatorKind kind, size_t begin, size_t end) {
  tokens_.Push(kind, begin, text_.Slice(begin, end));
}

}  // namespace mispsift
