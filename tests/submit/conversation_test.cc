#include "src/submit/conversation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

namespace mispsift {
namespace {

// Answers everything at once, in order, with 200.
class ReadyTransport : public Transport {
 public:
  uint64_t Start(HttpRequest) override {
    asked_.push_back(++last_id_);
    return last_id_;
  }
  std::optional<Exchange> Wait(absl::Duration) override {
    if (asked_.empty()) return std::nullopt;
    Exchange exchange;
    exchange.id = asked_.front();
    exchange.response.status = 200;
    asked_.pop_front();
    return exchange;
  }
  // Without those whose answer was handed out.
  size_t asked() const { return asked_.size(); }

 private:
  uint64_t last_id_ = 0;
  std::deque<uint64_t> asked_;
};

// Notes how much is asked meanwhile when its answer is there.
class OneQuestion : public Conversation {
 public:
  OneQuestion(const misp::Server* server, const ReadyTransport* transport,
              std::vector<size_t>* asked_meanwhile)
      : server_(*server),
        transport_(*transport),
        asked_meanwhile_(*asked_meanwhile) {}

  absl::StatusOr<uint64_t> Begin() override { return 1; }
  HttpRequest Request() override { return server_.Get("/"); }
  absl::StatusOr<Turn> Take(const Exchange&) override {
    asked_meanwhile_.push_back(transport_.asked());
    return Turn::Done();
  }

 private:
  const misp::Server& server_;
  const ReadyTransport& transport_;
  std::vector<size_t>& asked_meanwhile_;
};

// While an answer is noted, which takes a disk its time, the server has as many
// requests as there are connections.
TEST(ConversationTest, ARequestWaitsForTheConnectionThatIsFreeNext) {
  constexpr size_t kQuestions = 10;
  for (const int connections : {1, 2, 4}) {
    ReadyTransport transport;
    absl::StatusOr<misp::Server> server = misp::Server::Create(
        {.url = "https://misp.example", .key = "KEY"}, &transport);
    ASSERT_TRUE(server.ok());
    std::vector<size_t> asked_meanwhile;
    size_t begun = 0;
    const absl::Status status =
        RunConversations(&*server, connections, 0, nullptr,
                         [&]() -> std::unique_ptr<Conversation> {
                           if (begun == kQuestions) return nullptr;
                           ++begun;
                           return std::make_unique<OneQuestion>(
                               &*server, &transport, &asked_meanwhile);
                         });
    EXPECT_TRUE(status.ok()) << status;
    ASSERT_EQ(asked_meanwhile.size(), kQuestions);
    for (size_t i = 0; i < kQuestions; ++i) {
      EXPECT_EQ(asked_meanwhile[i],
                std::min(static_cast<size_t>(connections), kQuestions - 1 - i))
          << connections << " connections, answer " << i;
    }
  }
}

}  // namespace
}  // namespace mispsift
