#include "mispsift/misp/server.h"

#include <fmt/format.h>
#include <rapidjson/document.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "mispsift/base/ascii_case.h"
#include "mispsift/base/status_macros.h"
#include "mispsift/base/utf8.h"
#include "src/misp/json_text_of.h"

namespace mispsift::misp {
namespace {

constexpr size_t kMaxErrorBytes = size_t{64} << 10;
constexpr size_t kMaxWordsBytes = 300;
constexpr absl::Duration kLongestRetryDelay = absl::Minutes(1);
// MISP's window is 900 s; a server that asks for more is not believed.
constexpr int64_t kLongestWaitSeconds = 3600;

bool IsVisible(char c) { return c > ' ' && c != '\x7f'; }

// What is wrong in one word and a sentence: `text`, then the server's words.
absl::Status Say(absl::StatusCode code, std::string_view url,
                 std::string_view text, std::string_view words) {
  return absl::Status(code, words.empty()
                                ? fmt::format("{}: {}", url, text)
                                : fmt::format("{}: {}: {}", url, text, words));
}

}  // namespace

absl::StatusOr<Server> Server::Create(ServerOptions options,
                                      Transport* transport) {
  std::string& url = options.url;
  // None of these repeats a URL: it may hold a password.
  if (!StartsWithIgnoreCase(url, "http://") &&
      !StartsWithIgnoreCase(url, "https://")) {
    return absl::InvalidArgumentError("the URL is not an http or https one");
  }
  if (url.find_first_of("?#@") != std::string::npos ||
      !std::all_of(url.begin(), url.end(), IsVisible)) {
    return absl::InvalidArgumentError(
        "the URL holds a user, a '?', a '#' or a blank");
  }
  while (url.back() == '/') url.pop_back();
  const size_t host = url.find("://");
  if (host == std::string::npos || url[host + 3] == '/') {
    return absl::InvalidArgumentError("the URL names no host");
  }
  if (!std::all_of(options.key.begin(), options.key.end(),
                   [](char c) { return IsVisible(c) && c < '\x7f'; })) {
    return absl::InvalidArgumentError(
        "the MISP key holds blanks or control characters");
  }
  return Server(std::move(options), transport);
}

HttpRequest Server::Request(std::string_view method,
                            std::string_view path) const {
  HttpRequest request;
  request.method = method;
  request.url = fmt::format("{}{}", options_.url, path);
  // Without it errors come as web pages.
  request.headers = {"Accept: application/json"};
  if (!options_.key.empty()) {
    request.headers.push_back("Authorization: " + options_.key);
  }
  return request;
}

HttpRequest Server::Get(std::string_view path) const {
  return Request("GET", path);
}

HttpRequest Server::Post(std::string_view path, std::string json) const {
  HttpRequest request = Request("POST", path);
  request.headers.emplace_back("Content-Type: application/json");
  request.body = std::move(json);
  return request;
}

std::string Server::WordsOf(const HttpResponse& response) const {
  std::string words;
  if (response.body.size() > kMaxErrorBytes) return words;
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(response.body.data(),
                                                 response.body.size());
  if (!document.HasParseError()) {
    words = TextOf(document, "message");
    if (words.empty()) words = TextOf(document, "name");
  }
  return Told(words);
}

std::string Server::Told(std::string_view words) const {
  // Masked before it is cut, or the cut would leave most of a key.
  std::string told(words.substr(0, words.find('\0')));
  if (!options_.key.empty()) {
    told = absl::StrReplaceAll(told, {{options_.key, "***"}});
  }
  if (told.size() > kMaxWordsBytes) told.resize(kMaxWordsBytes);
  // Nor does a server get to write lines of ours, or to a terminal.
  std::replace_if(
      told.begin(), told.end(),
      [](unsigned char c) { return absl::ascii_iscntrl(c); }, ' ');
  std::string scratch;
  return std::string(ReplaceInvalidUtf8(told, &scratch));
}

Judgement Server::Judge(const Exchange& exchange) const {
  const std::string& url = options_.url;
  const auto unavailable = [&url](Verdict verdict, std::string_view text,
                                  std::string_view words = {}) {
    return Judgement{
        verdict, Say(absl::StatusCode::kUnavailable, url, text, words), {}};
  };
  switch (exchange.error) {
    case NetError::kNone:
      break;
    case NetError::kBadUrl:
      return unavailable(Verdict::kFinal, exchange.problem);
    case NetError::kUntrusted:
      return unavailable(Verdict::kFinal, exchange.problem);
    case NetError::kUnreachable:
    case NetError::kCut:
      return unavailable(Verdict::kAgain, exchange.problem);
    case NetError::kTimeout:
      return unavailable(Verdict::kAgain, exchange.problem);
    case NetError::kTooLarge:
      return {
          Verdict::kSmaller,
          Say(absl::StatusCode::kResourceExhausted, url, exchange.problem, {}),
          {}};
  }
  const HttpResponse& response = exchange.response;
  const int status = response.status;
  const bool is_page =
      StartsWithIgnoreCase(response.Header("content-type"), "text/html");
  if (status == 200 && !is_page) return {};
  if (status == 304) return {};
  const std::string words = WordsOf(response);
  if (status == 200) {
    return {Verdict::kFinal,
            Say(absl::StatusCode::kFailedPrecondition, url,
                "a web page instead of JSON; is this the right URL?", {}),
            {}};
  }
  if (status >= 300 && status < 400) {
    // The place may be hostile text and may repeat what was asked.
    return unavailable(
        Verdict::kFinal,
        fmt::format("answers with a redirect (status {}), which is not "
                    "followed: it is closed for maintenance, or its URL is "
                    "another",
                    status));
  }
  const std::string said = fmt::format("status {}", status);
  switch (status) {
    case 401:
    case 403:
      return {Verdict::kFinal,
              Say(absl::StatusCode::kPermissionDenied, url, said, words),
              {}};
    case 413:  // a proxy's bound on what we send
    case 500:
      return {Verdict::kSmaller,
              Say(absl::StatusCode::kResourceExhausted, url, said, words),
              {}};
    case 429: {
      const std::string_view reset = response.Header("x-rate-limit-reset");
      int64_t seconds = 60;
      std::from_chars(reset.data(), reset.data() + reset.size(), seconds);
      seconds = std::clamp<int64_t>(seconds, 1, kLongestWaitSeconds);
      return {Verdict::kWait,
              Say(absl::StatusCode::kUnavailable, url, said, words),
              absl::Seconds(seconds)};
    }
    case 502:
    case 503:
    case 504:
      return unavailable(Verdict::kAgain, said, words);
    default:
      return {Verdict::kFinal,
              Say(absl::StatusCode::kFailedPrecondition, url, said, words),
              {}};
  }
}

bool Server::stopped() const {
  return options_.stop != nullptr && options_.stop->load();
}

absl::Status Server::Sleep(absl::Duration time) const {
  const absl::Time end = absl::Now() + time;
  while (!stopped()) {
    const absl::Duration left = end - absl::Now();
    if (left <= absl::ZeroDuration()) return absl::OkStatus();
    absl::SleepFor(std::min(left, absl::Milliseconds(100)));
  }
  return absl::CancelledError("stopped");
}

absl::Duration Server::RetryDelay(int failures) const {
  absl::Duration delay = options_.retry_delay;
  for (int i = 1; i < failures && delay < kLongestRetryDelay; ++i) delay *= 2;
  return std::min(delay, kLongestRetryDelay);
}

absl::Status Server::NoMisps(std::string_view what) const {
  return absl::UnavailableError(
      fmt::format("{}: what it says {} is no MISP's", options_.url, what));
}

absl::StatusOr<HttpResponse> Server::Ask(const HttpRequest& request) {
  int failures = 0;
  while (true) {
    transport_->Start(request);
    ++requests;
    std::optional<Exchange> exchange;
    while (!exchange.has_value()) {
      if (stopped()) return absl::CancelledError("stopped");
      exchange = transport_->Wait(absl::Milliseconds(100));
    }
    Judgement judgement = Judge(*exchange);
    switch (judgement.verdict) {
      case Verdict::kGood:
        return std::move(exchange->response);
      case Verdict::kFinal:
        return judgement.status;
      case Verdict::kWait:
        break;
      case Verdict::kSmaller:
        if (exchange->error == NetError::kTooLarge) return judgement.status;
        // Whether it was too much, only another try can tell.
        [[fallthrough]];
      case Verdict::kAgain:
        if (++failures >= options_.max_failures) return judgement.status;
        judgement.wait = RetryDelay(failures);
        break;
    }
    ++repeated;
    MISPSIFT_RETURN_IF_ERROR(Sleep(judgement.wait));
  }
}

}  // namespace mispsift::misp
