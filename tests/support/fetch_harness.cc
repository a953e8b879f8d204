#include "tests/support/fetch_harness.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <utility>

#include "mispsift/base/check.h"
#include "mispsift/base/status_macros.h"
#include "mispsift/misp/snapshot_file.h"
#include "mispsift/net/curl_transport.h"

namespace mispsift {
namespace {

std::string Line(std::string_view uuid, std::string_view type,
                 std::string_view category, std::string_view value,
                 std::string_view comment, bool to_ids, bool no_correlation,
                 int64_t timestamp, const std::vector<std::string>& tags) {
  return fmt::format("{} {} [{}] {} ({}) {} {} {} {}", uuid, type, category,
                     value, comment, to_ids, no_correlation, timestamp,
                     fmt::join(tags, ","));
}

std::string EventText(std::string_view uuid, std::string_view info,
                      std::string_view date, std::string_view org, int level,
                      int analysis, bool published, int64_t timestamp,
                      const std::vector<std::string>& tags) {
  return fmt::format(" in {} {} {} {} {} {} {} {} {}", uuid, info, date, org,
                     level, analysis, published, timestamp,
                     fmt::join(tags, ","));
}

std::vector<std::string> Texts(const std::vector<std::string_view>& views) {
  return {views.begin(), views.end()};
}

}  // namespace

FetchOptions OptionsFor(const FakeMisp& server, const std::string& out) {
  FetchOptions options;
  options.out = out;
  options.servers = {{server.url(), server.key()}};
  options.retry_delay = absl::Milliseconds(1);
  options.created = "2026-01-01T00:00:00Z";
  options.now = 1'767'225'600;
  return options;
}

std::set<std::string> LinesOf(const Snapshot& snapshot) {
  std::set<std::string> lines;
  for (uint32_t row = 0; row < snapshot.attribute_count(); ++row) {
    const AttributeView view = snapshot.attribute(row);
    const EventView event = snapshot.event_of(view);
    lines.insert(
        Line(view.fields->uuid.ToString(), view.type, view.category, view.value,
             view.comment, view.to_ids(),
             (view.fields->flags & AttributeRow::kDisableCorrelation) != 0,
             view.fields->timestamp, Texts(snapshot.tags(view))) +
        EventText(event.fields->uuid.ToString(), event.info, event.date,
                  event.org, event.fields->threat_level_id,
                  event.fields->analysis, event.published(),
                  event.fields->timestamp, Texts(snapshot.tags(event))));
  }
  MISPSIFT_CHECK(lines.size() == snapshot.attribute_count());
  return lines;
}

std::set<std::string> LinesOf(const FakeMisp& server) {
  std::set<std::string> lines;
  for (const uint64_t id : server.EventIds()) {
    const FakeEvent event = server.Event(id);
    for (const FakeAttribute& attribute : server.Attributes(id)) {
      if (attribute.deleted) continue;
      lines.insert(Line(attribute.uuid, attribute.type, attribute.category,
                        attribute.value, attribute.comment, attribute.to_ids,
                        attribute.disable_correlation, attribute.timestamp,
                        attribute.tags) +
                   EventText(event.uuid, event.info, event.date, event.org,
                             event.threat_level_id, event.analysis,
                             event.published, event.timestamp, event.tags));
    }
  }
  return lines;
}

std::vector<std::string> Difference(const std::set<std::string>& have,
                                    const std::set<std::string>& want) {
  std::vector<std::string> lines;
  for (const std::string& line : have) {
    if (!want.contains(line)) lines.push_back("- " + line);
  }
  for (const std::string& line : want) {
    if (!have.contains(line)) lines.push_back("+ " + line);
  }
  return lines;
}

absl::StatusOr<Fetched> RunFetch(const FetchOptions& options) {
  FetchProgress progress;
  MISPSIFT_ASSIGN_OR_RETURN(FetchReport report, Fetch(options, &progress));
  MISPSIFT_ASSIGN_OR_RETURN(Snapshot snapshot, misp::LoadSnapshot(options.out));
  std::set<std::string> lines = LinesOf(snapshot);
  return Fetched{std::move(report), std::move(snapshot), std::move(lines)};
}

std::vector<std::string> NaiveDownload(const FakeMisp& server, uint64_t limit,
                                       const std::string& more_filters) {
  absl::StatusOr<std::unique_ptr<Transport>> transport = MakeCurlTransport({});
  MISPSIFT_CHECK(transport.ok());
  std::vector<std::string> uuids;
  for (uint64_t page = 1;; ++page) {
    HttpRequest request;
    request.method = "POST";
    request.url = server.url() + "/attributes/restSearch";
    request.headers = {"Authorization: " + server.key(),
                       "Accept: application/json",
                       "Content-Type: application/json"};
    request.body =
        fmt::format(R"({{"returnFormat":"json","limit":{},"page":{}{}}})",
                    limit, page, more_filters);
    request.max_body_bytes = uint64_t{1} << 30;
    (*transport)->Start(std::move(request));
    const std::optional<Exchange> exchange =
        (*transport)->Wait(absl::Seconds(60));
    MISPSIFT_CHECK(exchange.has_value());
    const nlohmann::json answer =
        nlohmann::json::parse(exchange->response.body.view(), nullptr, false);
    if (answer.is_discarded() || !answer.contains("response")) return uuids;
    const nlohmann::json& rows = answer["response"]["Attribute"];
    for (const nlohmann::json& row : rows) uuids.push_back(row["uuid"]);
    if (rows.size() < limit) return uuids;
  }
}

}  // namespace mispsift
