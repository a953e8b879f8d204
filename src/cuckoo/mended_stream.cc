#include "src/cuckoo/mended_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <string_view>

namespace mispsift {

ArchiveError MendedStream::Open(const std::string& path) {
  ArchiveError error = file_.Open(path);
  return error ? error : Fill();
}

void MendedStream::Next() {
  if (documents_ > 0) begin_ = outcome().end;
  mender_.Start(begin_);
  if (documents_++ == max_documents_) {
    mender_.Fail(Reject::kTooManyMembers,
                 fmt::format("more than {} documents", max_documents_));
  }
  sha256_.emplace();
}

ArchiveError MendedStream::Read(char* buffer, size_t size, size_t* got) {
  *got = 0;
  while (given_ == mended_.size() && !mender_.is_done()) {
    ArchiveError error = Mend();
    if (error) return error;
  }
  *got = std::min(size, mended_.size() - given_);
  std::memcpy(buffer, mended_.data() + given_, *got);
  given_ += *got;
  return {};
}

ArchiveError MendedStream::Finish() {
  ArchiveError error;
  while (!error && !mender_.is_done()) error = Mend();
  mended_.SetSize(0);
  given_ = 0;
  return error;
}

// Mends what is there, and sees to it that more is.
ArchiveError MendedStream::Mend() {
  mended_.SetSize(0);
  given_ = 0;
  const std::string_view text = std::string_view(window_).substr(done_);
  const size_t done = mender_.Add(text, is_last_, &mended_);
  sha256_->Add(text.substr(0, done));
  done_ += done;
  return mender_.is_done() ? ArchiveError() : Fill();
}

// Twice as much as is left, where that is more than a window: what must be seen
// at once is not looked at too often.
ArchiveError MendedStream::Fill() {
  window_.erase(0, done_);
  done_ = 0;
  const size_t left = window_.size();
  const size_t wanted = std::max(window_bytes_, 2 * left) - left;
  window_.resize(left + wanted);
  size_t got = 0;
  ArchiveError error = file_.Read(window_.data() + left, wanted, &got);
  window_.resize(left + got);
  is_last_ = got < wanted;
  return error;
}

}  // namespace mispsift
