// Answers of a real server: one large page, and those recorded bodies that
// were kept whole.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <charconv>
#include <string>
#include <string_view>
#include <vector>

#include "mispsift/base/file.h"
#include "mispsift/misp/event_index.h"
#include "tests/misp/page_rows.h"
#include "tests/misp/read_text.h"
#include "tests/support/real_data.h"

namespace mispsift::misp {
namespace {

std::string FileText(const std::string& path) {
  PaddedBytes bytes;
  EXPECT_TRUE(ReadFile(RealData(path), 1 << 30, &bytes).ok()) << path;
  return std::string(bytes.view());
}

void ExpectRowsOfTheSlowReader(std::string_view page, size_t count) {
  const absl::StatusOr<std::vector<PageRow>> rows = ReadPage(page);
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_EQ(rows->size(), count);
  EXPECT_EQ(Lines(SnapshotOfRows(*rows)), Lines(ReadText(page).snapshot));
}

TEST(PageReaderReal, GivesTheRowsOfTheSlowReader) {
  ExpectRowsOfTheSlowReader(FileText("iocs/restsearch_response.json"), 2000);
}

struct Exchange {
  std::string_view request;
  std::string_view body;
  bool whole;  // as long as the server said
};

// "### name", ">> request", "<< status ... <size>B", headers, body.
std::vector<Exchange> Exchanges(std::string_view text) {
  std::vector<Exchange> exchanges;
  while (!text.empty()) {
    const size_t next = text.find("\n### ", 1);
    std::string_view part = text.substr(0, next);
    text = next == std::string_view::npos ? "" : text.substr(next);
    const size_t answer = part.find("\n<< ");
    if (answer == std::string_view::npos) continue;
    const std::string_view request = part.substr(0, answer);
    part.remove_prefix(answer + 1);
    const std::string_view status = part.substr(0, part.find('\n'));
    size_t size = 0;
    const std::string_view digits = status.substr(status.rfind(' ') + 1);
    std::from_chars(digits.data(), digits.data() + digits.size(), size);
    do {
      const size_t line = part.find('\n');
      part = line == std::string_view::npos ? "" : part.substr(line + 1);
    } while (part.starts_with("   "));
    const size_t last = part.find_last_not_of(" \n");
    const std::string_view body =
        part.substr(0, last == std::string_view::npos ? 0 : last + 1);
    exchanges.push_back(
        {request, body, body.size() == size || body.size() + 1 == size});
  }
  return exchanges;
}

TEST(PageReaderReal, ReadsWholeRecordings) {
  size_t pages = 0;
  size_t indexes = 0;
  size_t others = 0;
  for (const char* file :
       {"index_and_batches", "opts", "paging_errors", "filters", "fmt"}) {
    const std::string text =
        FileText(fmt::format("misp-exchanges/{}.txt", file));
    for (const Exchange& exchange : Exchanges(text)) {
      if (!exchange.whole) continue;
      SCOPED_TRACE(std::string(exchange.request));
      if (exchange.body.starts_with(R"({"response": {"Attribute")")) {
        ++pages;
        size_t rows = 0;
        for (size_t at = 0;
             (at = exchange.body.find(R"("object_id":)", at + 1)) !=
             std::string_view::npos;) {
          ++rows;
        }
        ExpectRowsOfTheSlowReader(exchange.body, rows);
      } else if (exchange.request.find("/events/index") !=
                 std::string_view::npos) {
        ++indexes;
        std::vector<IndexedEvent> events;
        EXPECT_TRUE(ReadEventIndex(Padded(exchange.body), &events).ok());
        EXPECT_EQ(events.size(), 3u);
      } else {
        ++others;
        EXPECT_FALSE(ReadPage(exchange.body).ok());
      }
    }
  }
  EXPECT_GE(pages, 10u);
  EXPECT_EQ(indexes, 1u);
  EXPECT_GE(others, 5u);
}

}  // namespace
}  // namespace mispsift::misp
