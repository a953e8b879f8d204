#include "mispsift/cuckoo/json_lines_stream.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "mispsift/base/json_text.h"
#include "src/cuckoo/document_stream.h"

namespace mispsift {
namespace {

constexpr size_t kWindowBytes = size_t{256} << 10;

}  // namespace

struct JsonLinesStream::Impl {
  Impl(const ArchiveLimits& limits, uint64_t most)
      : document(limits), max_line_bytes(most) {}

  // Takes the line that begins here. False: there is none.
  bool Take(JsonLine* line, PaddedBytes* bytes);
  bool Fail(JsonLine* line);

  DocumentStream document;
  ArchiveError error;  // the file ends with it
  bool is_over = false;
  const uint64_t max_line_bytes;
  std::string window = std::string(kWindowBytes, '\0');
  std::string_view left;  // of the window
  uint64_t number = 0;
};

bool JsonLinesStream::Impl::Take(JsonLine* line, PaddedBytes* bytes) {
  if (is_over) return false;
  *line = {.number = ++number};
  bytes->SetSize(0);
  for (bool is_empty = true;; is_empty = false) {
    if (left.empty()) {
      size_t got = 0;
      if (!error) error = document.Read(window.data(), window.size(), &got);
      if (error) return false;
      left = {window.data(), got};
      if (got == 0) return !is_empty;
    }
    const size_t newline = left.find('\n');
    const std::string_view piece = left.substr(0, newline);
    if (line->reject == Reject::kNone &&
        bytes->size() + piece.size() > max_line_bytes) {
      line->reject = Reject::kTooLarge;
      line->detail = fmt::format(
          "a line of over {} bytes in a file that is "
          "too large to be held",
          max_line_bytes);
      bytes->SetSize(0);
    }
    if (line->reject == Reject::kNone) bytes->Append(piece);
    left.remove_prefix(newline == std::string_view::npos ? left.size()
                                                         : newline + 1);
    if (newline != std::string_view::npos) return true;
  }
}

bool JsonLinesStream::Impl::Fail(JsonLine* line) {
  if (!error) return false;
  *line = {.reject = error.reject, .detail = std::move(error.detail)};
  error = {};
  is_over = true;
  return true;
}

JsonLinesStream::JsonLinesStream(const std::string& path,
                                 const ArchiveLimits& limits,
                                 uint64_t max_line_bytes)
    : impl_(std::make_unique<Impl>(limits, max_line_bytes)) {
  impl_->error = impl_->document.Open(path);
}
JsonLinesStream::~JsonLinesStream() = default;

bool JsonLinesStream::Next(JsonLine* line, PaddedBytes* bytes) {
  while (impl_->Take(line, bytes)) {
    if (line->reject != Reject::kNone ||
        !kJsonBlanks.HoldsAllOf(bytes->view())) {
      return true;
    }
  }
  bytes->SetSize(0);
  return impl_->Fail(line);
}

uint64_t JsonLinesStream::passed_bytes() const {
  return impl_->document.passed_bytes();
}

}  // namespace mispsift
