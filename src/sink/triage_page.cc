#include "mispsift/sink/triage_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <numeric>
#include <tuple>
#include <utility>

#include "mispsift/base/json_writer.h"
#include "mispsift/base/status_macros.h"
#include "mispsift/base/version.h"
#include "mispsift/match/report_limits.h"
#include "src/sink/page_rows.h"
#include "src/sink/page_text.h"

// The data in the page, as page/page.js reads it. A table is a list of rows, a
// row a list of cells; a row is referred to by its number in its table.
//
//   {"run":{"version","snapshot_id","snapshot_created",
//      "sources":[[kind, location]],"finished","seconds","threads",
//      "as_misp","common_share"},
//    "high","medium"                     where these confidences begin
//    "totals":{"seen","ok","rejected","skipped","matched","matched_high",
//      "bytes","observables","matches","high","medium","low","events"},
//    "kinds":[[kind, matches, high]],"confidences":[[confidence, matches]],
//    "days":[["2024-03-15" or "", high, medium, low]],
//    "suppressed":[[reason, attributes; of "sandbox", matches]],
//    "common":[[kind, value, reports]],"rejects":[[reason, inputs,
//    sentence]], "events":[[uuid, info, date, threat level, published, org,
//    [tags], url,
//      matches, high, reports, best confidence]],
//    "attributes":[[uuid, type, category, value, comment, [tags], event,
//      timestamp, over-correlating]],
//    "reports":[[id, source, member, dialect, task, started, score, category,
//      name, md5, sha1, sha256, url, observables, matches, best confidence,
//      [notes]]]                         those without matches come last
//    "matches":[[report, attribute, [warninglists], kind, value, [where],
//    [paths], count, rule,
//      confidence]],
//    "rejected":[[source, member, reason, detail, bytes]],
//    "kept_out":[[value, type, category, [reasons], [kinds], whole,
//      [warninglists], uuid, timestamp, event's info, date, org, url]]}
//
// Counts in it are of the whole scan, the tables hold what the limits leave.

namespace mispsift {
namespace {

// The day of an ISO 8601 date, or "".
std::string Day(std::string_view started) {
  constexpr std::string_view kShape = "dddd-dd-dd";
  if (started.size() < kShape.size()) return "";
  for (size_t i = 0; i < kShape.size(); ++i) {
    const bool digit = started[i] >= '0' && started[i] <= '9';
    if (kShape[i] == 'd' ? !digit : started[i] != kShape[i]) return "";
  }
  return std::string(started.substr(0, kShape.size()));
}

template <typename Before>
void SortEachOnce(const Before& before, std::vector<uint32_t>* rows) {
  std::sort(rows->begin(), rows->end(), before);
  rows->erase(std::unique(rows->begin(), rows->end()), rows->end());
}

}  // namespace

void TriagePage::Bands::Add(uint8_t confidence) {
  ++(confidence >= kHigh ? high : confidence >= kMedium ? medium : low);
}

void TriagePage::Bands::Add(const Bands& more) {
  high += more.high;
  medium += more.medium;
  low += more.low;
}

bool TriagePage::Before(const Rank& a, const Rank& b) {
  if (a.confidence != b.confidence) return a.confidence > b.confidence;
  if (a.report != b.report) return a.report < b.report;
  return a.order < b.order;
}

void TriagePage::KeepFirst(const ReportOrder& at, size_t most,
                           absl::FunctionRef<std::string()> row,
                           FirstRows* rows) {
  if (rows->size() >= most) {
    if (rows->empty() || at > rows->rbegin()->first) return;
    rows->erase(std::prev(rows->end()));
  }
  rows->emplace_hint(rows->end(), at, row());
}

void TriagePage::Add(const ReportOrder& at, const ReportResult& result,
                     const std::vector<std::string>& notes) {
  ++added_;
  if (result.reject != Reject::kNone) {
    KeepFirst(
        at, limits_.rejected, [&] { return RejectedRow(result); }, &rejected_);
  } else if (result.matches.matches.empty()) {
    KeepFirst(
        at, limits_.reports_without, [&] { return ReportRow(result, notes); },
        &reports_without_);
  } else {
    Count(result);
    Keep(at, result, notes);
  }
}

void TriagePage::AddSuppressed(
    const SuppressedAttribute& suppressed,
    const std::vector<std::string_view>& warninglists) {
  if (suppressed_bytes_ >= limits_.suppressed_bytes) return;
  suppressed_.push_back(SuppressedRow(suppressed, warninglists, records_));
  suppressed_bytes_ += suppressed_.back().size();
}

void TriagePage::Count(const ReportResult& result) {
  Bands bands;
  for (const Match& match : result.matches.matches) {
    const Observable& observable = result.matches.observables[match.observable];
    const bool high = match.confidence >= kHigh;
    std::array<uint64_t, 2>& kind =
        kinds_[static_cast<size_t>(observable.kind)];
    ++kind[0];
    if (high) ++kind[1];
    ++confidences_[std::min<size_t>(match.confidence, 100)];
    bands.Add(match.confidence);
    EventCounts& event = events_[records_.EventOf(match.attribute)];
    ++event.matches;
    if (high) ++event.high;
    if (event.last_report != added_) ++event.reports;
    event.last_report = added_;
    event.best = std::max(event.best, match.confidence);
  }
  if (bands.high > 0) ++reports_high_;
  bands_.Add(bands);
  CountDay(Day(result.facts.started), bands);
}

void TriagePage::CountDay(std::string day, const Bands& bands) {
  if (day <= left_out_day_) day.clear();
  days_[day].Add(bands);
  const auto first = days_.lower_bound("0");
  const size_t undated = first == days_.begin() ? 0 : 1;
  if (days_.size() - undated <= limits_.days) return;
  left_out_day_ = first->first;
  const Bands left_out = first->second;
  days_.erase(first);
  days_[""].Add(left_out);
}

void TriagePage::Keep(const ReportOrder& at, const ReportResult& result,
                      const std::vector<std::string>& notes) {
  const std::vector<Match>& matches = result.matches.matches;
  std::vector<uint32_t> order(matches.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return matches[a].confidence > matches[b].confidence;
  });
  order.resize(std::min(order.size(), limits_.matches_of_a_report));
  for (const uint32_t i : order) {
    const Match& match = matches[i];
    const Observable& observable = result.matches.observables[match.observable];
    KeptMatch kept{
        {match.confidence, at, i}, observable.kind, match.attribute, ""};
    if (left_out_.has_value() && Before(*left_out_, kept.rank)) break;
    kept.json = MatchCells(match, observable);
    KeptReport& report = reports_[at];
    if (report.kept++ == 0) {
      report.json = ReportRow(result, notes);
      bytes_ += report.json.size();
    }
    bytes_ += kept.json.size();
    matches_.push_back(std::move(kept));
    std::push_heap(matches_.begin(), matches_.end(), KeptBefore);
    while (matches_.size() > limits_.matches || bytes_ > limits_.bytes) {
      DropWorst();
    }
  }
}

void TriagePage::DropWorst() {
  std::pop_heap(matches_.begin(), matches_.end(), KeptBefore);
  const KeptMatch& worst = matches_.back();
  const auto report = reports_.find(worst.rank.report);
  left_out_ = worst.rank;
  bytes_ -= worst.json.size();
  if (--report->second.kept == 0) {
    bytes_ -= report->second.json.size();
    reports_.erase(report);
  }
  matches_.pop_back();
}

std::vector<Summary::TopEvent> TriagePage::TopEvents(size_t most) const {
  std::vector<std::pair<uint32_t, EventCounts>> all(events_.begin(),
                                                    events_.end());
  const auto end =
      all.begin() + static_cast<ptrdiff_t>(std::min(most, all.size()));
  std::partial_sort(
      all.begin(), end, all.end(), [](const auto& a, const auto& b) {
        return std::tie(b.second.reports, b.second.matches, a.first) <
               std::tie(a.second.reports, a.second.matches, b.first);
      });
  std::vector<Summary::TopEvent> top;
  for (auto at = all.begin(); at != end; ++at) {
    const MispRecords::Event event = records_.EventAt(at->first);
    top.push_back({std::string(event.info), std::string(event.date),
                   std::string(event.org), at->second.reports});
  }
  return top;
}

absl::Status TriagePage::Write(
    const Summary& summary,
    absl::FunctionRef<absl::Status(std::string_view)> append) const {
  for (const std::string_view piece : PageHead()) {
    MISPSIFT_RETURN_IF_ERROR(append(piece));
  }
  MISPSIFT_RETURN_IF_ERROR(append(EscapeForScript(ToJson(summary))));
  for (const std::string_view piece : PageTail()) {
    MISPSIFT_RETURN_IF_ERROR(append(piece));
  }
  return absl::OkStatus();
}

std::string TriagePage::ToJson(const Summary& summary) const {
  // What is listed, in input order, and the rows that it refers to.
  std::vector<const KeptMatch*> matches;
  matches.reserve(matches_.size());
  for (const KeptMatch& match : matches_) matches.push_back(&match);
  std::sort(matches.begin(), matches.end(),
            [](const KeptMatch* a, const KeptMatch* b) {
              return std::tie(a->rank.report, a->rank.order) <
                     std::tie(b->rank.report, b->rank.order);
            });
  std::vector<ReportOrder> reports;
  std::vector<uint32_t> attributes;
  std::vector<uint32_t> events;
  for (const KeptMatch* match : matches) {
    if (reports.empty() || reports.back() != match->rank.report) {
      reports.push_back(match->rank.report);
    }
    attributes.push_back(match->attribute);
    events.push_back(records_.EventOf(match->attribute));
  }
  const auto attribute_before = [this](uint32_t a, uint32_t b) {
    return records_.AttributeUuid(a) < records_.AttributeUuid(b);
  };
  const auto event_before = [this](uint32_t a, uint32_t b) {
    return records_.EventUuid(a) < records_.EventUuid(b);
  };
  SortEachOnce(attribute_before, &attributes);
  SortEachOnce(event_before, &events);
  const auto number = [](const auto& rows, auto row, const auto& before) {
    return static_cast<uint64_t>(
        std::lower_bound(rows.begin(), rows.end(), row, before) - rows.begin());
  };
  // The server that an event can be seen on: that of its first attribute here.
  std::vector<std::string_view> servers(events.size());
  for (const uint32_t row : attributes) {
    std::string_view& server =
        servers[number(events, records_.EventOf(row), event_before)];
    if (server.empty()) server = records_.AttributeAt(row).server;
  }

  std::string out;
  JsonWriter json(&out);
  const auto list = [&json](std::string_view key, const auto& rows,
                            const auto& write) {
    json.Key(key).StartArray();
    for (const auto& row : rows) write(row);
    json.EndArray();
  };

  json.StartObject();
  json.Key("run").StartObject();
  json.Key("version").String(Version());
  json.Key("snapshot_id").String(summary.snapshot_id);
  json.Key("snapshot_created").StringOrNull(records_.Created());
  list("sources", records_.Sources(),
       [&json](const MispRecords::Source& source) {
         json.StartArray();
         json.String(source.kind);
         json.String(ClipText(source.location, kLongText));
         json.EndArray();
       });
  json.Key("finished").StringOrNull(summary.finished);
  json.Key("seconds").Double(summary.seconds);
  json.Key("threads").Int(summary.threads);
  json.Key("as_misp").StringOrNull(AsMispName(summary.as_misp));
  json.Key("common_share").Uint(summary.common_share_percent);
  json.EndObject();
  json.Key("high").Uint(kHigh);
  json.Key("medium").Uint(kMedium);
  json.Key("totals").StartObject();
  json.Key("seen").Uint(summary.reports_seen);
  json.Key("ok").Uint(summary.reports_ok);
  json.Key("rejected").Uint(summary.rejects.Total());
  json.Key("skipped").Uint(summary.skipped);
  json.Key("matched").Uint(summary.reports_matched);
  json.Key("matched_high").Uint(reports_high_);
  json.Key("bytes").Uint(summary.bytes);
  json.Key("observables").Uint(summary.observables);
  json.Key("matches").Uint(summary.matches);
  json.Key("high").Uint(bands_.high);
  json.Key("medium").Uint(bands_.medium);
  json.Key("low").Uint(bands_.low);
  json.Key("events").Uint(events_.size());
  json.EndObject();

  json.Key("kinds").StartArray();
  for (size_t i = 0; i < kinds_.size(); ++i) {
    if (kinds_[i][0] == 0) continue;
    json.StartArray();
    json.String(KindName(static_cast<IndicatorKind>(i)));
    json.Uint(kinds_[i][0]).Uint(kinds_[i][1]);
    json.EndArray();
  }
  json.EndArray();
  json.Key("confidences").StartArray();
  for (size_t i = 0; i < confidences_.size(); ++i) {
    if (confidences_[i] == 0) continue;
    json.StartArray().Uint(i).Uint(confidences_[i]).EndArray();
  }
  json.EndArray();
  list("days", days_, [&json](const auto& day) {
    json.StartArray();
    json.String(day.first);
    json.Uint(day.second.high).Uint(day.second.medium).Uint(day.second.low);
    json.EndArray();
  });
  json.Key("suppressed").StartArray();
  for (size_t i = 0; i < summary.suppressed.size(); ++i) {
    json.StartArray();
    json.String(SuppressionName(static_cast<Suppression>(i)));
    json.Uint(summary.suppressed[i]);
    json.EndArray();
  }
  json.StartArray()
      .String(kOwnTrafficName)
      .Uint(summary.own_traffic)
      .EndArray();
  json.EndArray();
  json.Key("common").StartArray();
  for (const Summary::CommonValue& common : summary.CommonValues()) {
    json.StartArray();
    json.String(KindName(common.kind));
    json.String(ClipText(common.value, kLongText));
    json.Uint(common.reports);
    json.EndArray();
  }
  json.EndArray();
  json.Key("rejects").StartArray();
  for (int i = 0; i < static_cast<int>(Reject::kCount); ++i) {
    const Reject reject = static_cast<Reject>(i);
    if (summary.rejects[reject] == 0) continue;
    json.StartArray();
    json.String(RejectName(reject));
    json.Uint(summary.rejects[reject]);
    json.String(RejectSentence(reject));
    json.EndArray();
  }
  json.EndArray();

  list("events", events, [&](uint32_t row) {
    const MispRecords::Event event = records_.EventAt(row);
    const EventCounts& counts = events_.find(row)->second;
    const std::string uuid = event.uuid.IsNil() ? "" : event.uuid.ToString();
    json.StartArray();
    json.StringOrNull(uuid);
    WriteClipped(event.info, kLongText, &json);
    WriteClipped(event.date, kShortText, &json);
    event.threat_level_id > 0 ? json.Int(event.threat_level_id) : json.Null();
    json.Bool(event.published);
    WriteClipped(event.org, kShortText, &json);
    WriteTags(event.tags, &json);
    json.StringOrNull(
        EventUrl(servers[number(events, row, event_before)], uuid));
    json.Uint(counts.matches).Uint(counts.high).Uint(counts.reports);
    json.Uint(counts.best);
    json.EndArray();
  });
  list("attributes", attributes, [&](uint32_t row) {
    const MispRecords::Attribute attribute = records_.AttributeAt(row);
    json.StartArray();
    json.String(attribute.uuid.ToString());
    json.String(attribute.type);
    json.String(attribute.category);
    json.String(ClipText(attribute.value, kLongText));
    WriteClipped(attribute.comment, kLongText, &json);
    WriteTags(attribute.tags, &json);
    json.Uint(number(events, records_.EventOf(row), event_before));
    json.Int(attribute.timestamp);
    json.Bool(attribute.over_correlating);
    json.EndArray();
  });
  json.Key("reports").StartArray();
  for (const ReportOrder& report : reports) {
    json.Raw(reports_.find(report)->second.json);
  }
  for (const auto& row : reports_without_) json.Raw(row.second);
  json.EndArray();
  list("matches", matches, [&](const KeptMatch* match) {
    std::string lists;
    JsonWriter lists_json(&lists);
    WriteTags(records_.Warninglists(match->attribute, match->kind),
              &lists_json);
    json.Raw(fmt::format("[{},{},{},{}",
                         number(reports, match->rank.report, std::less<>()),
                         number(attributes, match->attribute, attribute_before),
                         lists, match->json));
  });
  list("rejected", rejected_,
       [&json](const auto& row) { json.Raw(row.second); });
  list("kept_out", suppressed_,
       [&json](const std::string& row) { json.Raw(row); });
  json.EndObject();
  return out;
}

}  // namespace mispsift
