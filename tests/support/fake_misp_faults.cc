#include "tests/support/fake_misp_faults.h"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <system_error>
#include <utility>

#include "fmt/format.h"
#include "tests/support/fake_misp_render.h"

namespace mispsift {
namespace {

constexpr std::string_view kInternal = "An Internal Error Has Occurred.";

constexpr std::array<std::pair<std::string_view, Fault::Kind>, 16> kKinds = {{
    {"status", Fault::Kind::kStatus},
    {"cut", Fault::Kind::kCut},
    {"cut-chunks", Fault::Kind::kCutChunks},
    {"truncate", Fault::Kind::kTruncate},
    {"stall", Fault::Kind::kStall},
    {"slow", Fault::Kind::kSlow},
    {"gzip", Fault::Kind::kGzip},
    {"close", Fault::Kind::kClose},
    {"redirect", Fault::Kind::kRedirect},
    {"login", Fault::Kind::kLoginPage},
    {"row-limit", Fault::Kind::kRowLimit},
    {"unfiltered", Fault::Kind::kUnfiltered},
    {"error-page", Fault::Kind::kErrorPage},
    {"internal", Fault::Kind::kInternalJson},
    {"stored-then-cut", Fault::Kind::kStoredThenCut},
    {"stored-partly", Fault::Kind::kStoredPartly},
}};

bool ParseKind(std::string_view name, Fault::Kind* kind) {
  for (const auto& [known, value] : kKinds) {
    if (known != name) continue;
    *kind = value;
    return true;
  }
  return false;
}

bool SetNumber(std::string_view key, uint64_t number, Fault* fault) {
  if (key == "skip") {
    fault->skip = static_cast<uint32_t>(number);
  } else if (key == "times") {
    fault->times = static_cast<uint32_t>(number);
  } else if (key == "bytes") {
    fault->bytes = number;
  } else if (key == "rows") {
    fault->rows = number;
  } else if (key == "status") {
    fault->status = static_cast<int>(number);
  } else if (key == "stored") {
    fault->stored = number != 0;
  } else if (key == "delay_ms") {
    fault->delay = std::chrono::milliseconds(number);
  } else {
    return false;
  }
  return true;
}

}  // namespace

void FakeFaults::Add(Fault fault) {
  const std::lock_guard lock(mutex_);
  faults_.push_back(std::move(fault));
  done_.push_back(false);
}

void FakeFaults::Clear() {
  const std::lock_guard lock(mutex_);
  faults_.clear();
  done_.clear();
}

std::optional<Fault> FakeFaults::Take(std::string_view path) {
  const std::lock_guard lock(mutex_);
  std::optional<Fault> taken;
  for (size_t i = 0; i < faults_.size(); ++i) {
    Fault& fault = faults_[i];
    if (done_[i] || path.find(fault.path) == std::string_view::npos) continue;
    if (fault.skip > 0) {
      --fault.skip;
    } else if (!taken.has_value()) {
      taken = fault;
      if (fault.times > 0 && --fault.times == 0) done_[i] = true;
    }
  }
  return taken;
}

std::optional<FakeAnswer> AnswerInstead(const Fault& fault,
                                        std::string_view url) {
  FakeAnswer answer;
  switch (fault.kind) {
    case Fault::Kind::kStatus:
      answer = HtmlAnswer(fault.status == 0 ? 500 : fault.status, fault.body);
      if (answer.body.empty()) answer.body = RenderProxyPage(answer.status);
      if (answer.body[0] == '{' || answer.body[0] == '[') {
        answer.content_type = "application/json; charset=UTF-8";
      }
      if (answer.status == 429) {
        answer.headers.emplace_back("X-Rate-Limit-Reset", "1");
      }
      return answer;
    case Fault::Kind::kRedirect:
      answer = HtmlAnswer(fault.status == 0 ? 302 : fault.status, "");
      answer.headers.emplace_back("Location", fault.location);
      return answer;
    case Fault::Kind::kLoginPage:
      return HtmlAnswer(200, RenderLoginPage());
    case Fault::Kind::kErrorPage:
      return HtmlAnswer(fault.status == 0 ? 500 : fault.status,
                        RenderErrorPage(kInternal));
    case Fault::Kind::kInternalJson:
      answer.status = 500;
      answer.body = RenderError(kInternal, url, false);
      return answer;
    default:
      return std::nullopt;
  }
}

bool ParseFault(std::string_view text, Fault* fault, std::string* problem) {
  *fault = Fault{};
  while (!text.empty()) {
    const size_t equals = text.find('=');
    if (equals == std::string_view::npos) {
      *problem = fmt::format("\"{}\" is no key=value", text);
      return false;
    }
    const std::string_view key = text.substr(0, equals);
    if (key == "body" || key == "location") {
      (key == "body" ? fault->body : fault->location) = text.substr(equals + 1);
      return true;
    }
    const size_t comma = text.find(',', equals);
    const std::string_view value = text.substr(
        equals + 1, comma == std::string_view::npos ? std::string_view::npos
                                                    : comma - equals - 1);
    uint64_t number = 0;
    const char* const end = value.data() + value.size();
    const auto [stop, error] = std::from_chars(value.data(), end, number);
    const bool is_number = error == std::errc() && stop == end;
    if (key == "path") {
      fault->path = value;
    } else if (!(key == "kind" && ParseKind(value, &fault->kind)) &&
               !(is_number && SetNumber(key, number, fault))) {
      *problem = fmt::format("\"{}={}\" is no part of a fault", key, value);
      return false;
    }
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  return true;
}

}  // namespace mispsift
