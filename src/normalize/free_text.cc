// How free text is cut.
//
// One walk goes over the bytes (free_text_bytes.h) and asks a reader wherever
// one of its kind may stand; the reader says whether it does, and from where to
// where. Each opens with the grammar of what it reads:
//
//   free_text_hashes.cc     hash         at a word
//   free_text_hosts.cc      host, email  at a word with a dot
//   free_text_addresses.cc  ip, ip-port  v4 there too, v6 at its first colon
//   free_text_urls.cc       url          at "://", and behind a host
//   free_text_paths.cc      path         at a drive's colon, at \ / %
//   free_text_regkeys.cc    regkey       at a backslash
//   free_text_path_ends.cc  what the last two share: where they end
//
// The kinds hide one another: no host comes out of a path. What a reader needs
// to know for that of the others stands in free_text_regions.h. Emails, urls
// and v6 addresses are found behind their first byte, so what is found waits in
// a queue (token_queue.h) until nothing before it can come.
//
// Nothing over TokenQueue::kMaxBytes is a token.

#include "mispsift/normalize/free_text.h"

#include <cstdint>

#include "src/normalize/free_text_addresses.h"
#include "src/normalize/free_text_bytes.h"
#include "src/normalize/free_text_hashes.h"
#include "src/normalize/free_text_hosts.h"
#include "src/normalize/free_text_paths.h"
#include "src/normalize/free_text_regions.h"
#include "src/normalize/free_text_regkeys.h"
#include "src/normalize/free_text_urls.h"
#include "src/normalize/token_queue.h"

namespace mispsift {
namespace {

// What is found behind its first byte starts at most this much before; a token
// further back can be shown.
constexpr size_t kMaxLookBack = 160;
// More tokens wait only where all start within that.
constexpr size_t kMaxWaiting = 256;

}  // namespace

// One pass over a text. The readers hold on to the text, the regions and the
// queue, so all are put together once, and not for each of a report's many
// short strings.
class FreeTextCutter::Walk {
 public:
  void Run(std::string_view text, absl::FunctionRef<void(const Token&)> visit);

 private:
  size_t Word(size_t begin);
  void Colon(size_t at);
  void Backslash(size_t at);

  FreeText text_;
  FreeTextRegions regions_;
  TokenQueue tokens_{&regions_};
  Ipv6Reader ipv6_{&text_, &regions_, &tokens_};
  UrlReader urls_{&text_, &regions_, &tokens_};
  HostReader hosts_{&text_, &regions_, &urls_, &tokens_};
  PathReader paths_{&text_, &regions_, &tokens_};
  RegkeyReader regkeys_{&text_, &regions_, &tokens_};
};

void FreeTextCutter::Walk::Run(std::string_view text,
                               absl::FunctionRef<void(const Token&)> visit) {
  text_ = FreeText(text);
  regions_ = {};
  size_t at = 0;
  while (at < text_.size()) {
    const int byte = text_.Class(at);
    if ((byte & kWord) != 0) {
      at = Word(at);
    } else if ((byte & kTrigger) != 0) {
      switch (text_[at]) {
        case ':':
          Colon(at);
          break;
        case '\\':
          Backslash(at);
          break;
        case '/':
          paths_.AtSlash(at);
          break;
        default:
          paths_.AtPercent(at);
      }
      ++at;
    } else if ((byte & kWide) != 0) {
      const size_t length = text_.WideLength(at);
      at = length > 0 ? at + length : Word(at);
    } else {
      // No kind that is found from behind goes over such a byte.
      if (!tokens_.empty() && text_[at] != '@' && text_[at] != '+') {
        tokens_.Show(SIZE_MAX, visit);
      }
      ++at;
    }
    if (tokens_.size() > kMaxWaiting) {
      tokens_.Show(at > kMaxLookBack ? at - kMaxLookBack : 0, visit);
    }
  }
  tokens_.Show(SIZE_MAX, visit);
}

// Returns the end of the word.
size_t FreeTextCutter::Walk::Word(size_t begin) {
  int seen = 0;
  const size_t end = text_.WordEnd(begin, text_.size(), &seen);
  if (end - begin >= kShortestHash) ReadHashes(text_, begin, end, &tokens_);
  if ((seen & kDot) != 0) hosts_.AtWord(begin, end);
  return end;
}

void FreeTextCutter::Walk::Colon(size_t at) {
  if (!text_.IsByte(at + 1, '/') && !text_.IsByte(at + 1, '\\')) {
    ipv6_.AtColon(at);
  } else if (text_.IsByte(at + 1, '/') && text_.IsByte(at + 2, '/')) {
    urls_.AtColon(at);
  } else {
    paths_.AtColon(at);
  }
}

void FreeTextCutter::Walk::Backslash(size_t at) {
  if (regions_.Hold(at)) return;
  // Keys first: what they take is in a region by then.
  regkeys_.AtBackslash(at);
  paths_.AtBackslash(at);
}

FreeTextCutter::FreeTextCutter() : walk_(std::make_unique<Walk>()) {}
FreeTextCutter::~FreeTextCutter() = default;

void FreeTextCutter::Cut(std::string_view text,
                         absl::FunctionRef<void(const Token&)> visit) {
  walk_->Run(text, visit);
}

}  // namespace mispsift
