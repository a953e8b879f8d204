#include "src/pipeline/ordered_output.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstring>
#include <string_view>
#include <utility>

#include "mispsift/base/check.h"
#include "mispsift/base/status_macros.h"

namespace mispsift {
namespace {

// Whoever adds a string to ReportText has it visited below: what is not would
// be lost where a piece waits on disk.
static_assert(sizeof(ReportText) ==
              6 * sizeof(std::string) + sizeof(ReportText::enrichments));

// Calls `visit` with each string of a piece, but for `shard`, which is made
// when it is written.
template <typename Piece, typename Visit>
void ForEachString(Piece* piece, const Visit& visit) {
  visit(&piece->text.correlations);
  visit(&piece->text.reports);
  visit(&piece->text.fields);
  visit(&piece->text.csv);
  visit(&piece->text.ecs);
  visit(&piece->keys);
  for (auto& enrichment : piece->text.enrichments) {
    visit(&enrichment.report_id);
    visit(&enrichment.json);
  }
}

void AppendNumber(uint64_t number, std::string* out) {
  out->append(reinterpret_cast<const char*>(&number), sizeof(number));
}

uint64_t TakeNumber(std::string_view* bytes) {
  uint64_t number = 0;
  MISPSIFT_CHECK(bytes->size() >= sizeof(number));
  std::memcpy(&number, bytes->data(), sizeof(number));
  bytes->remove_prefix(sizeof(number));
  return number;
}

// file, number of enrichments, then each string behind its size.
std::string Pack(const OutputPiece& piece) {
  std::string packed;
  packed.reserve(piece.Bytes());
  AppendNumber(piece.file, &packed);
  AppendNumber(piece.text.enrichments.size(), &packed);
  ForEachString(&piece, [&packed](const std::string* text) {
    AppendNumber(text->size(), &packed);
    packed += *text;
  });
  return packed;
}

OutputPiece Unpack(std::string_view packed) {
  OutputPiece piece;
  piece.file = TakeNumber(&packed);
  piece.text.enrichments.resize(TakeNumber(&packed));
  ForEachString(&piece, [&packed](std::string* text) {
    const uint64_t size = TakeNumber(&packed);
    MISPSIFT_CHECK(size <= packed.size());
    text->assign(packed.substr(0, size));
    packed.remove_prefix(size);
  });
  return piece;
}

}  // namespace

uint64_t OutputPiece::Bytes() const {
  uint64_t bytes = sizeof(*this);
  ForEachString(this, [&bytes](const std::string* part) {
    bytes += sizeof(*part) + part->capacity();
  });
  return bytes;
}

void OrderedOutput::Fail(const absl::Status& status) {
  if (status.ok() || failed_) return;
  status_ = status;
  failed_ = true;
  waiting_.clear();
  turned_.notify_all();
}

absl::Status OrderedOutput::status() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return status_;
}

uint64_t OrderedOutput::spilled_bytes() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return spilled_bytes_;
}

absl::Status OrderedOutput::Spill(std::unique_lock<std::mutex>* lock,
                                  WaitingPiece* waiting) {
  if (!spill_.ok()) {
    MISPSIFT_ASSIGN_OR_RETURN(spill_, OpenUnnamedFile(spill_path_));
  }
  lock->unlock();
  // Not by assigning an empty one: a string that is assigned an empty string
  // keeps its memory.
  const std::string packed = Pack(std::exchange(waiting->piece, {}));
  lock->lock();
  waiting->spilled_at = spill_end_;
  waiting->spilled_bytes = packed.size();
  spill_end_ += packed.size();
  in_spill_ += packed.size();
  spilled_bytes_ += packed.size();
  lock->unlock();
  const absl::Status written =
      WriteFullyAt(spill_.get(), waiting->spilled_at, packed, spill_path_);
  lock->lock();
  return written;
}

absl::Status OrderedOutput::Unspill(WaitingPiece* waiting) {
  std::string packed(waiting->spilled_bytes, '\0');
  MISPSIFT_RETURN_IF_ERROR(
      ReadFullyAt(spill_.get(), waiting->spilled_at, &packed, spill_path_));
  waiting->piece = Unpack(packed);
  // Gives the room back; where that can't be, it is taken until the end.
  fallocate(spill_.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
            static_cast<off_t>(waiting->spilled_at),
            static_cast<off_t>(waiting->spilled_bytes));
  return absl::OkStatus();
}

void OrderedOutput::Add(uint64_t number, OutputPiece piece, bool is_last) {
  WaitingPiece waiting;
  waiting.piece = std::move(piece);
  const uint64_t bytes = waiting.piece.Bytes();
  std::unique_lock<std::mutex> lock(mutex_);
  if (failed_) return;
  const bool waits = number != turn_ || is_writing_;
  if (waits && waiting_bytes_ + bytes > most_waiting_bytes_) {
    const absl::Status spilled = Spill(&lock, &waiting);
    if (!spilled.ok()) return Fail(spilled);
    if (failed_) return;
  } else {
    waiting_bytes_ += bytes;
  }
  Waiting& candidate = waiting_[number];
  candidate.pieces.push_back(std::move(waiting));
  candidate.is_whole = is_last;
  if (number == turn_ && !is_writing_) Drain(&lock);
}

void OrderedOutput::Drain(std::unique_lock<std::mutex>* lock) {
  is_writing_ = true;
  while (!failed_) {
    const auto found = waiting_.find(turn_);
    if (found == waiting_.end()) break;
    if (found->second.pieces.empty()) {
      if (!found->second.is_whole) break;
      waiting_.erase(found);
      ++turn_;
      turned_.notify_all();
      continue;
    }
    WaitingPiece next = std::move(found->second.pieces.front());
    found->second.pieces.pop_front();
    const bool is_spilled = next.spilled_bytes > 0;
    lock->unlock();
    absl::Status status = is_spilled ? Unspill(&next) : absl::OkStatus();
    const uint64_t bytes = next.piece.Bytes();
    if (status.ok()) status = write_(&next.piece);
    lock->lock();
    Fail(status);
    if (!is_spilled) {
      waiting_bytes_ -= bytes;
    } else if ((in_spill_ -= next.spilled_bytes) == 0) {
      spill_end_ = 0;
    }
  }
  is_writing_ = false;
}

void OrderedOutput::WaitUntilNear(uint64_t number, uint64_t most_ahead) {
  std::unique_lock<std::mutex> lock(mutex_);
  turned_.wait(lock, [&] { return failed_ || number - turn_ < most_ahead; });
}

}  // namespace mispsift
