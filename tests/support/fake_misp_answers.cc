#include "tests/support/fake_misp_answers.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <system_error>
#include <tuple>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "fmt/format.h"
#include "mispsift/base/digest.h"
#include "rapidjson/document.h"
#include "tests/support/fake_misp_render.h"
#include "tests/support/fake_misp_render_event.h"
#include "tests/support/fake_misp_rows.h"
#include "tests/support/fake_misp_write.h"
#include "tests/support/php_json.h"

namespace mispsift {
namespace {

constexpr std::string_view kAuthFailed =
    "Authentication failed. Please make sure you pass the API key of an API "
    "enabled user along in the Authorization header.";
constexpr std::string_view kDisabled =
    "Authentication failed. Your user account has been disabled.";
constexpr std::string_view kWrongAddress =
    "It is not possible to use this Auth key from your IP address";
constexpr std::string_view kNoPermission =
    "You do not have permission to use this functionality.";
constexpr std::string_view kBadJson =
    "Invalid JSON input. Make sure that the JSON input is a correctly "
    "formatted JSON string. This request has been blocked to avoid an "
    "unfiltered request.";
constexpr std::string_view kGetWithoutParameters =
    "Restsearch queries using GET and no parameters are not allowed. If you "
    "have passed parameters via a JSON body, make sure you use POST requests.";
constexpr std::string_view kInternal = "An Internal Error Has Occurred.";

constexpr std::string_view kSession = "fakesession0000000000000001";

bool StartsWithIgnoringCase(std::string_view text, std::string_view prefix) {
  return absl::StartsWithIgnoreCase({text.data(), text.size()},
                                    {prefix.data(), prefix.size()});
}

std::string_view Trimmed(std::string_view text) {
  const absl::string_view trimmed =
      absl::StripAsciiWhitespace({text.data(), text.size()});
  return {trimmed.data(), trimmed.size()};
}

// "//attributes/restSearch.json/limit:1/" as its parts.
std::vector<std::string> PathParts(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    const size_t slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    if (!part.empty()) parts.emplace_back(part);
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  return parts;
}

uint64_t ReadId(std::string_view text) {
  uint64_t id = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, id);
  return error == std::errc() && stop == end ? id : 0;
}

// Whether a part of a path names an event: a number, or a uuid.
bool IsName(std::string_view part) {
  return ReadId(part) != 0 || IsMispUuid(part);
}

void AddSearchHeaders(uint64_t count, uint64_t skipped, bool sends_skipped,
                      FakeAnswer* answer) {
  answer->headers.emplace_back("X-Result-Count", std::to_string(count));
  answer->headers.emplace_back("X-Export-Module-Used", "json");
  answer->headers.emplace_back("X-Response-Format", "json");
  if (sends_skipped) {
    answer->headers.emplace_back("X-Skipped-Elements-Count",
                                 std::to_string(skipped));
  }
}

std::vector<const StoredEvent*> PageOf(
    const std::vector<const StoredEvent*>& events, const FakeSearch& search) {
  const auto [first, last] = WindowOf(search, events.size());
  return {events.begin() + static_cast<std::ptrdiff_t>(first),
          events.begin() + static_cast<std::ptrdiff_t>(last)};
}

void SortIndex(const FakeSearch& search,
               std::vector<const StoredEvent*>* events) {
  const auto key = [&search](const StoredEvent* stored) {
    const FakeEvent& event = stored->event;
    int64_t number = 0;
    std::string text;
    if (search.sort == "timestamp") number = event.timestamp;
    if (search.sort == "publish_timestamp") number = event.publish_timestamp;
    if (search.sort == "attribute_count") {
      number = static_cast<int64_t>(stored->live_count);
    }
    if (search.sort == "date") text = event.date;
    if (search.sort == "info") text = event.info;
    return std::tuple(number, text, event.id);
  };
  std::sort(events->begin(), events->end(),
            [&](const StoredEvent* a, const StoredEvent* b) {
              return search.sort_descending ? key(b) < key(a) : key(a) < key(b);
            });
}

void AddEtag(const RecordedRequest& request, FakeAnswer* answer) {
  const std::string_view known = request.Header("If-None-Match");
  if (answer->status != 200 || known.empty()) return;
  // MISP takes SHA-1; no client can tell.
  std::string etag = "\"";
  etag.append(Sha256Hex(answer->body).substr(0, 40)).append("\"");
  if (known == etag) {
    answer->status = 304;
    answer->headers.clear();
    answer->body.clear();
  }
  answer->headers.emplace_back("ETag", etag);
}

}  // namespace

struct FakeMispAnswers::Question {
  const RecordedRequest& request;
  FakeTwist twist;
  std::string path;                // without base path and query
  std::vector<std::string> parts;  // controller, action, then the rest
  bool wants_json = false;
  PhpJson::Style style;
  rapidjson::Document body;  // null when it was not read
};

FakeAnswer HtmlAnswer(int status, std::string body) {
  FakeAnswer answer;
  answer.status = status;
  answer.content_type = "text/html; charset=UTF-8";
  answer.body = std::move(body);
  return answer;
}

FakeAnswer FakeMispAnswers::Answer(const RecordedRequest& request,
                                   const FakeTwist& twist) const {
  Question question{.request = request, .twist = twist};
  std::string_view path = request.path;
  path = path.substr(0, path.find('?'));
  if (!path.starts_with(settings_.options.base_path)) {
    return HtmlAnswer(404, RenderErrorPage("Not Found"));
  }
  path.remove_prefix(settings_.options.base_path.size());
  question.path = path;
  constexpr std::string_view kFeed = "/feed/";
  if (!settings_.feed_folder.empty() && path.starts_with(kFeed)) {
    return FeedFile(settings_.feed_folder, path.substr(kFeed.size()), request);
  }
  question.parts = PathParts(path);
  const std::string_view agent = request.Header("User-Agent");
  question.style.pretty =
      !agent.starts_with("PyMISP") && !agent.starts_with("MISP");
  question.style.numbers = settings_.options.numbers_as_numbers;
  question.wants_json =
      StartsWithIgnoringCase(request.Header("Accept"), "application/json");
  for (std::string& part : question.parts) {
    if (!part.ends_with(".json")) continue;
    part.resize(part.size() - 5);
    question.wants_json = true;
  }

  FakeAnswer answer = AnswerKnownUser(question);
  if (answer.write == nullptr) AddCommonHeaders(request, &answer);
  return answer;
}

void FakeMispAnswers::AddCommonHeaders(const RecordedRequest& request,
                                       FakeAnswer* answer) const {
  AddEtag(request, answer);
  const std::string cookie = fmt::format(
      "CAKEPHP={}; expires={}; Max-Age=3600; path=/; HttpOnly; SameSite=Lax",
      kSession, HttpDate(settings_.now + 3600));
  answer->headers.emplace_back("Set-Cookie", cookie);
  answer->headers.emplace_back("Set-Cookie", cookie);
}

FakeAnswer FakeMispAnswers::Error(const Question& question, int status,
                                  std::string_view message) const {
  return ErrorAnswer(question.wants_json, question.path, status, message);
}

FakeAnswer FakeMispAnswers::AnswerKnownUser(const Question& question) const {
  if (question.parts == std::vector<std::string>{"users", "login"}) {
    return HtmlAnswer(200, RenderLoginPage());
  }
  const bool right_key = Trimmed(question.request.Header("Authorization")) ==
                         settings_.options.key;
  if (!right_key || settings_.key_check == KeyCheck::kExpired) {
    return Error(question, 403, kAuthFailed);
  }
  if (settings_.key_check == KeyCheck::kDisabledUser) {
    return Error(question, 403, kDisabled);
  }
  if (settings_.key_check == KeyCheck::kWrongAddress) {
    return Error(question, 403, kWrongAddress);
  }
  if (settings_.maintenance && !settings_.options.site_admin) {
    FakeAnswer answer = HtmlAnswer(302, "");
    answer.headers.emplace_back("Location",
                                settings_.base_url + "/users/login");
    return answer;
  }
  return Route(question);
}

FakeAnswer FakeMispAnswers::Route(const Question& asked) const {
  const RecordedRequest& request = asked.request;
  Question question{.request = request,
                    .twist = asked.twist,
                    .path = asked.path,
                    .parts = asked.parts,
                    .wants_json = asked.wants_json,
                    .style = asked.style};
  std::vector<std::string>& parts = question.parts;
  if (parts.empty()) parts = {"events"};
  if (parts.size() == 1) parts.emplace_back("index");
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (parts[0] == "events" && IsName(parts[1])) {
    parts.insert(parts.begin() + 1, reads ? "view" : "edit");
  }
  const bool edits = parts[0] == "events" && parts[1] == "edit";
  if (!request.body_problem.empty()) {
    return Error(question, 400, request.body_problem);
  }
  const bool json_body = (request.method == "POST" || edits) &&
                         StartsWithIgnoringCase(request.Header("Content-Type"),
                                                "application/json");
  if (json_body && !Trimmed(request.body).empty()) {
    question.body.Parse<rapidjson::kParseValidateEncodingFlag |
                        rapidjson::kParseIterativeFlag>(request.body.data(),
                                                        request.body.size());
    if (question.body.HasParseError()) return Error(question, 405, kBadJson);
  }
  if (question.twist.unfiltered) question.body.SetNull();

  const std::string& controller = parts[0];
  const std::string& action = parts[1];
  FakeAnswer answer;
  if (controller == "servers" && action == "getVersion") {
    answer.body = RenderVersion(settings_.options.version, RoleOf(settings_),
                                settings_.options.takes_gzip, question.style);
    return answer;
  }
  if (controller == "users" && action == "view" && parts.size() == 3 &&
      parts[2] == "me") {
    const std::optional<uint64_t> limit = rate_limit_->limit();
    const FakeUser user{.site_admin = settings_.options.site_admin,
                        .rate_limited = limit.has_value(),
                        .rate_limit = static_cast<int64_t>(limit.value_or(0)),
                        .role = RoleOf(settings_)};
    answer.body = RenderUser(user, question.style);
    return answer;
  }
  if (settings_.key_check == KeyCheck::kNoPermission) {
    return Error(question, 403, kNoPermission);
  }
  if (IsWrite(request.method, parts)) {
    return AnswerWrite({.url = question.path,
                        .parts = parts,
                        .wants_json = question.wants_json,
                        .style = question.style,
                        .body = std::move(question.body),
                        .settings = settings_});
  }
  const bool search = (controller == "attributes" || controller == "events") &&
                      action == "restSearch";
  if (search) return SearchPage(question);
  if (controller == "events" && action == "index") return Index(question);
  if (controller == "events" && action == "view") return View(question);
  if (controller == "sightings" && action == "index") {
    answer.body = RenderSightings(
        store_, settings_, parts.size() > 2 ? parts[2] : "", question.style);
    return answer;
  }
  if (controller == "tags" && action == "index") {
    answer.body = RenderTags(store_, question.style);
    return answer;
  }
  if (controller == "warninglists") return Warninglists(question);
  return Error(question, 404, "Not Found");
}

FakeAnswer FakeMispAnswers::SearchPage(const Question& question) const {
  const std::optional<FakeRateLimit::Verdict> verdict =
      rate_limit_->Count(settings_.now);
  std::vector<std::pair<std::string, std::string>> limit_headers;
  if (verdict.has_value()) {
    if (verdict->limit == 0) {
      return Error(question, 405,
                   "API searches are not allowed for this user role.");
    }
    limit_headers = {
        {"X-Rate-Limit-Limit", std::to_string(verdict->limit)},
        {"X-Rate-Limit-Remaining", std::to_string(verdict->remaining)},
        {"X-Rate-Limit-Reset", std::to_string(verdict->reset_seconds)}};
    if (verdict->refused) {
      FakeAnswer answer;
      answer.status = 429;
      answer.headers = limit_headers;
      answer.body = RenderError("Rate limit exceeded.", question.path,
                                question.style.pretty);
      return answer;
    }
  }

  const std::vector<std::string> named(question.parts.begin() + 2,
                                       question.parts.end());
  if (question.request.method == "GET" && named.empty()) {
    return Error(question, 400, kGetWithoutParameters);
  }
  FakeSearch search;
  if (!ReadSearch(ReadParameters(question.body, named),
                  !settings_.options.restsearch_ignores_order, settings_.now,
                  &search)) {
    return Error(question, 500, kInternal);
  }
  if (search.return_format != "json") {
    return Error(question, 404, "Invalid output format.");
  }
  FakeAnswer answer = question.parts[0] == "events"
                          ? EventPage(question, search)
                          : AttributePage(question, search);
  answer.headers.insert(answer.headers.begin(), limit_headers.begin(),
                        limit_headers.end());
  return answer;
}

FakeAnswer FakeMispAnswers::AttributePage(const Question& question,
                                          const FakeSearch& search) const {
  const FakeSight sight{settings_.options.site_admin, settings_.hide_every};
  std::vector<FakeRow> page = SearchAttributes(store_, search, sight);
  const int64_t limit = search.limit.value_or(0);
  const uint64_t chunk = settings_.options.memory_chunk;
  // The loop over chunks of memory begins anew after its first chunk when
  // there is no limit, or after its last when the limit is a whole number of
  // chunks.
  bool twice = false;
  if (limit <= 0 && page.size() > chunk) {
    const std::vector<FakeRow> first(
        page.begin(), page.begin() + static_cast<std::ptrdiff_t>(chunk));
    page.insert(page.begin(), first.begin(), first.end());
    twice = true;
  } else if (limit > 0 && static_cast<uint64_t>(limit) >= 2 * chunk &&
             static_cast<uint64_t>(limit) % chunk == 0 &&
             page.size() == static_cast<uint64_t>(limit)) {
    FakeSearch unlimited = search;
    unlimited.limit.reset();
    const std::vector<FakeRow> all = SearchAttributes(store_, unlimited, sight);
    page.insert(page.end(), all.begin(), all.end());
    twice = true;
  }
  if (question.twist.row_limit.has_value() &&
      page.size() > *question.twist.row_limit) {
    return Error(question, 500, kInternal);
  }

  FakeAnswer answer;
  answer.body.reserve(page.size() * 640 + 64);
  answer.body.append("{\"response\": {\"Attribute\": [");
  AttributeRenderer renderer(store_, search,
                             settings_.options.numbers_as_numbers);
  uint64_t skipped = 0;
  for (const FakeRow& row : page) {
    if (settings_.skip_every != 0 && row.id % settings_.skip_every == 0) {
      ++skipped;
      continue;
    }
    if (settings_.drop_every != 0 && row.id % settings_.drop_every == 0) {
      continue;
    }
    if (answer.rows > 0) answer.body.push_back(',');
    renderer.Append(row, &answer.body);
    ++answer.rows;
  }
  answer.body.append("]}}\n");

  uint64_t count = page.size();
  const bool full = limit > 0 && count == static_cast<uint64_t>(limit);
  const bool nothing = limit > 0 && count == skipped;
  if ((full && skipped == 0) || nothing || limit < 0 || twice) ++count;
  AddSearchHeaders(count, skipped, settings_.options.sends_skipped_count,
                   &answer);
  return answer;
}

FakeAnswer FakeMispAnswers::EventPage(const Question& question,
                                      const FakeSearch& search) const {
  // With attributes an event looks quite different, and nobody asks for that.
  if (!search.metadata) {
    return Error(question, 501, "The fake answers metadata only.");
  }
  const std::vector<const StoredEvent*> found = SearchEvents(store_, search);
  const std::vector<const StoredEvent*> page = PageOf(found, search);
  FakeAnswer answer;
  answer.body =
      RenderEvents(store_, page, settings_.options.numbers_as_numbers);
  answer.rows = page.size();
  AddSearchHeaders(found.size(), 0, settings_.options.sends_skipped_count,
                   &answer);
  answer.headers.emplace_back("Content-Disposition",
                              "attachment; filename=\"misp.event.list.json\"");
  return answer;
}

FakeAnswer FakeMispAnswers::Index(const Question& question) const {
  FakeSearch search;
  const std::vector<std::string> named(question.parts.begin() + 2,
                                       question.parts.end());
  if (!ReadSearch(ReadParameters(question.body, named), false, settings_.now,
                  &search)) {
    return Error(question, 500, kInternal);
  }
  std::vector<const StoredEvent*> events;
  for (const auto& [id, stored] : store_.events()) {
    if (!search.minimal || stored.live_count > 0) events.push_back(&stored);
  }
  SortIndex(search, &events);
  const std::vector<const StoredEvent*> page = PageOf(events, search);
  FakeAnswer answer;
  answer.body = RenderIndex(store_, page, search.minimal, question.style);
  answer.rows = page.size();
  answer.headers.emplace_back("X-Result-Count", std::to_string(events.size()));
  return answer;
}

FakeAnswer FakeMispAnswers::View(const Question& question) const {
  const std::vector<std::string>& parts = question.parts;
  const StoredEvent* const stored =
      parts.size() > 2 ? store_.FindEventNamed(parts[2]) : nullptr;
  if (question.request.method == "HEAD") {
    return HtmlAnswer(stored != nullptr ? 200 : 404, "");
  }
  if (stored == nullptr) return Error(question, 404, "Invalid event");
  FakeAnswer answer;
  answer.body = RenderEvent(store_, *stored, parts.back() == "metadata:1",
                            settings_.options.site_admin, question.style);
  return answer;
}

FakeAnswer FakeMispAnswers::Warninglists(const Question& question) const {
  const std::vector<std::string>& parts = question.parts;
  FakeAnswer answer;
  if (parts[1] == "index") {
    answer.body = RenderWarninglistIndex(store_, question.style);
    return answer;
  }
  const bool view = parts[1] == "view";
  if (parts.size() != 3 || (!view && parts[1] != "export")) {
    return Error(question, 404, "Not Found");
  }
  const auto found = store_.warninglists().find(ReadId(parts[2]));
  if (found == store_.warninglists().end()) {
    return Error(question, 404, "Invalid Warninglist.");
  }
  answer.body = view ? RenderWarninglist(found->second, question.style)
                     : RenderWarninglistExport(found->second, question.style);
  return answer;
}

}  // namespace mispsift
