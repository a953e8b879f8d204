#include "src/pipeline/candidate_queue.h"

#include <iterator>

namespace mispsift {

bool CandidateQueue::Walk(PaddedBytes* room) {
  // What waits is near the next one in turn; a member waits for no other.
  const bool is_near =
      waiting_.empty() || walked_ - waiting_.begin()->first < kLookAhead;
  if (is_over_ || holds_member_ || !is_near) return false;
  NumberedCandidate next;
  std::swap(next.candidate.bytes, *room);
  is_over_ = !walker_->Next(&next.candidate);
  if (next.candidate.bytes.size() == 0) {
    std::swap(next.candidate.bytes, *room);
  }
  if (is_over_) return false;
  next.number = walked_++;
  next.input_bytes = walker_->passed_bytes() - passed_bytes_;
  passed_bytes_ = walker_->passed_bytes();
  holds_member_ = next.candidate.bytes.size() > 0;
  if (next.candidate.file_bytes >= kLargeBytes) {
    large_.emplace(next.candidate.file_bytes, ~next.number);
  }
  waiting_.emplace_hint(waiting_.end(), next.number, std::move(next));
  return true;
}

bool CandidateQueue::Take(NumberedCandidate* next) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!goes_on_(walked_)) return false;
  for (int i = 0; i < kWalkAtOnce && Walk(&next->candidate.bytes); ++i) {
  }
  if (waiting_.empty()) return false;
  auto taken = waiting_.begin();
  if (!large_.empty()) {
    taken = waiting_.find(~large_.rbegin()->second);
    large_.erase(std::prev(large_.end()));
  }
  if (taken->second.candidate.bytes.size() > 0) holds_member_ = false;
  std::swap(*next, taken->second);
  waiting_.erase(taken);
  return true;
}

}  // namespace mispsift
