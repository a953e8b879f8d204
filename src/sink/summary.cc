#include "mispsift/sink/summary.h"

#include <algorithm>
#include <tuple>

#include "mispsift/base/json_writer.h"
#include "mispsift/base/version.h"
#include "mispsift/match/report_limits.h"

namespace mispsift {
namespace {

void WriteShard(const ShardRecord& shard, JsonWriter* json) {
  json->StartObject();
  json->Key("index").Uint(shard.index);
  json->Key("count").Uint(shard.count);
  json->Key("by").String(shard.by);
  json->Key("manifest_id").String(shard.manifest_id);
  json->Key("inputs").Uint(shard.inputs);
  json->Key("changed").Uint(shard.changed);
  json->Key("settings").String(shard.settings);
  json->Key("fields").Bool(shard.fields);
  json->Key("csv").Bool(shard.formats.csv);
  json->Key("csv_raw").Bool(shard.formats.csv_raw);
  json->Key("ecs").Bool(shard.formats.ecs);
  json->Key("common_share").Uint(shard.common_share_percent);
  json->Key("suppressed").Uint(shard.suppressed);
  json->Key("snapshot_created").StringOrNull(shard.snapshot_created);
  json->Key("sources").StartArray();
  for (const MispRecords::Source& source : shard.sources) {
    json->StartArray().String(source.kind).String(source.location).EndArray();
  }
  json->EndArray();
  json->EndObject();
}

}  // namespace

std::vector<Summary::CommonValue> Summary::CommonValues() const {
  std::vector<CommonValue> common;
  for (const auto& [value, reports] : reports_by_value) {
    if (reports >= kMinCommon &&
        reports * 100 > reports_ok * common_share_percent) {
      common.push_back({value.first, value.second, reports});
    }
  }
  std::sort(common.begin(), common.end(),
            [](const CommonValue& a, const CommonValue& b) {
              return std::tie(b.reports, a.kind, a.value) <
                     std::tie(a.reports, b.kind, b.value);
            });
  return common;
}

void Summary::Add(const ReportResult& result, const Snapshot& snapshot) {
  Add(result, [&snapshot](uint32_t attribute) {
    return snapshot.attribute(attribute).fields->event;
  });
}

void Summary::Add(const ReportResult& result,
                  absl::FunctionRef<uint32_t(uint32_t)> event_of) {
  ++reports_seen;
  bytes += result.bytes;
  if (result.reject != Reject::kNone) {
    rejects.Add(result.reject);
    return;
  }
  ++reports_ok;
  observables += result.matches.observable_count;
  matches += result.matches.matches.size();
  own_traffic += result.matches.own_traffic;
  if (!result.matches.matches.empty()) ++reports_matched;
  for (const Observable& observable : result.matches.observables) {
    ++reports_by_value[{observable.kind, observable.value}];
  }
  for (const Match& match : result.matches.matches) {
    const Observable& observable = result.matches.observables[match.observable];
    ++matches_by_kind[static_cast<size_t>(observable.kind)];
    events_matched.insert(event_of(match.attribute));
  }
}

std::string Summary::ToJson() const {
  std::string out;
  JsonWriter json(&out);
  json.StartObject();
  json.Key("schema").Int(1);
  json.Key("version").String(Version());
  json.Key("snapshot_id").String(snapshot_id);
  json.Key("reports").StartObject();
  json.Key("seen").Uint(reports_seen);
  json.Key("ok").Uint(reports_ok);
  json.Key("rejected").StartObject();
  for (int i = 0; i < static_cast<int>(Reject::kCount); ++i) {
    const Reject reject = static_cast<Reject>(i);
    if (rejects[reject] > 0) json.Key(RejectName(reject)).Uint(rejects[reject]);
  }
  json.EndObject();
  json.EndObject();
  json.Key("skipped").Uint(skipped);
  json.Key("bytes").Uint(bytes);
  json.Key("observables").Uint(observables);
  json.Key("matches").Uint(matches);
  json.Key("matches_by_kind").StartObject();
  for (size_t i = 0; i < matches_by_kind.size(); ++i) {
    if (matches_by_kind[i] == 0) continue;
    json.Key(KindName(static_cast<IndicatorKind>(i))).Uint(matches_by_kind[i]);
  }
  json.EndObject();
  json.Key("events_matched").Uint(events_matched.size());
  json.Key("suppressed").StartObject();
  for (size_t i = 0; i < suppressed.size(); ++i) {
    json.Key(SuppressionName(static_cast<Suppression>(i))).Uint(suppressed[i]);
  }
  json.Key(kOwnTrafficName).Uint(own_traffic);
  json.EndObject();
  json.Key("over_correlating").StartArray();
  for (const CommonValue& common : CommonValues()) {
    json.StartObject();
    json.Key("kind").String(KindName(common.kind));
    json.Key("value").String(common.value);
    json.Key("reports").Uint(common.reports);
    json.EndObject();
  }
  json.EndArray();
  if (as_misp != AsMisp::kNo) json.Key("as_misp").String(AsMispName(as_misp));
  json.Key("finished").StringOrNull(finished);
  json.Key("seconds").Double(seconds);
  json.Key("threads").Int(threads);
  if (shard.has_value()) {
    json.Key("shard");
    WriteShard(*shard, &json);
  }
  if (merged.has_value()) {
    json.Key("merged").StartObject();
    json.Key("shards").Uint(merged->shards);
    json.Key("by").String(merged->by);
    json.Key("manifest_id").String(merged->manifest_id);
    json.Key("changed").Uint(merged->changed);
    json.EndObject();
  }
  json.EndObject();
  out.push_back('\n');
  return out;
}

}  // namespace mispsift
