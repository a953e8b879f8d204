#include "src/submit/conversation.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/clock.h"
#include "mispsift/base/status_macros.h"

namespace mispsift {
namespace {

constexpr absl::Duration kLook = absl::Milliseconds(100);

// Everything that is going on.
class Conversations {
 public:
  Conversations(misp::Server* server, int connections, double items_per_second,
                std::atomic<uint64_t>* done,
                absl::FunctionRef<std::unique_ptr<Conversation>()> next)
      : server_(*server),
        done_(done),
        window_(static_cast<size_t>(connections) + 1),
        items_per_second_(items_per_second),
        next_(next) {}

  absl::Status Run() {
    while (true) {
      if (server_.stopped()) return Drain();
      MISPSIFT_RETURN_IF_ERROR(Fill());
      if (asked_.empty() && later_.empty() && no_more_) return absl::OkStatus();
      MISPSIFT_RETURN_IF_ERROR(TakeOne());
    }
  }

 private:
  // Asks whatever may be asked by now.
  absl::Status Fill() {
    while (asked_.size() < window_) {
      const absl::Time now = absl::Now();
      if (now < all_wait_until_) return absl::OkStatus();
      if (!later_.empty() && later_.begin()->first <= now) {
        std::unique_ptr<Conversation> waited =
            std::move(later_.begin()->second);
        later_.erase(later_.begin());
        Ask(std::move(waited));
        continue;
      }
      if (no_more_ || now < next_begin_) return absl::OkStatus();
      std::unique_ptr<Conversation> fresh = next_();
      if (fresh == nullptr) {
        no_more_ = true;
        return absl::OkStatus();
      }
      MISPSIFT_ASSIGN_OR_RETURN(const uint64_t items, fresh->Begin());
      if (items_per_second_ > 0) {
        next_begin_ =
            std::max(now, next_begin_) +
            absl::Seconds(static_cast<double>(items) / items_per_second_);
      }
      Ask(std::move(fresh));
    }
    return absl::OkStatus();
  }

  void Ask(std::unique_ptr<Conversation> conversation) {
    const uint64_t id = server_.transport()->Start(conversation->Request());
    ++server_.requests;
    asked_[id] = std::move(conversation);
  }

  absl::Status TakeOne() {
    if (asked_.empty()) return server_.Sleep(UntilNext());
    const std::optional<Exchange> exchange =
        server_.transport()->Wait(std::min(kLook, UntilNext()));
    return exchange.has_value() ? Take(*exchange) : absl::OkStatus();
  }

  absl::Status Take(const Exchange& exchange) {
    const auto found = asked_.find(exchange.id);
    if (found == asked_.end()) return absl::OkStatus();
    std::unique_ptr<Conversation> conversation = std::move(found->second);
    asked_.erase(found);
    MISPSIFT_ASSIGN_OR_RETURN(const Turn turn, conversation->Take(exchange));
    const absl::Time now = absl::Now();
    switch (turn.next) {
      case Turn::Next::kDone:
        failures_ = 0;
        if (done_ != nullptr) ++*done_;
        return absl::OkStatus();
      // Such an answer may only tell that what is wanted is still to be done:
      // of a server that answers questions and fails at what they are about
      // nothing comes.
      case Turn::Next::kGoOn:
        later_.emplace(now, std::move(conversation));
        return absl::OkStatus();
      case Turn::Next::kWait:
        later_.emplace(now + turn.wait, std::move(conversation));
        return absl::OkStatus();
      case Turn::Next::kLimit:
        ++server_.repeated;
        all_wait_until_ = std::max(all_wait_until_, now + turn.wait);
        break;
      case Turn::Next::kTrouble:
        ++server_.repeated;
        if (++failures_ >= server_.options().max_failures) return turn.trouble;
        all_wait_until_ =
            std::max(all_wait_until_, now + server_.RetryDelay(failures_));
        break;
    }
    later_.emplace(all_wait_until_, std::move(conversation));
    return absl::OkStatus();
  }

  // Until something may be asked that may not yet.
  absl::Duration UntilNext() const {
    absl::Time first = absl::InfiniteFuture();
    if (!later_.empty()) first = later_.begin()->first;
    if (!no_more_ && asked_.size() < window_) {
      first = std::min(first, next_begin_);
    }
    first = std::max(first, all_wait_until_);
    return std::max(absl::ZeroDuration(), first - absl::Now());
  }

  // What was asked may have been stored: its answer is waited for and noted,
  // so that the next run need not ask.
  absl::Status Drain() {
    const absl::Time end = absl::Now() + kDrain;
    while (!asked_.empty() && absl::Now() < end) {
      const std::optional<Exchange> exchange = server_.transport()->Wait(kLook);
      if (exchange.has_value()) MISPSIFT_RETURN_IF_ERROR(Take(*exchange));
    }
    return absl::CancelledError("stopped");
  }

  static constexpr absl::Duration kDrain = absl::Seconds(10);

  misp::Server& server_;
  std::atomic<uint64_t>* const done_;
  const size_t window_;
  const double items_per_second_;
  absl::FunctionRef<std::unique_ptr<Conversation>()> next_;
  bool no_more_ = false;
  absl::flat_hash_map<uint64_t, std::unique_ptr<Conversation>> asked_;
  // By when they may go on.
  std::multimap<absl::Time, std::unique_ptr<Conversation>> later_;
  absl::Time all_wait_until_ = absl::InfinitePast();
  absl::Time next_begin_ = absl::InfinitePast();
  // Since something was last settled: a server that answers searches and
  // stores nothing is given up as well.
  int failures_ = 0;
};

}  // namespace

absl::Status RunConversations(
    misp::Server* server, int connections, double items_per_second,
    std::atomic<uint64_t>* done,
    absl::FunctionRef<std::unique_ptr<Conversation>()> next) {
  return Conversations(server, connections, items_per_second, done, next).Run();
}

}  // namespace mispsift
