#include "mispsift/pipeline/snapshot_info.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "mispsift/base/json_writer.h"
#include "mispsift/match/index.h"

namespace mispsift {
namespace {

IndexCounts CountAll(const Snapshot& snapshot) {
  IndexSettings settings;
  settings.keep_suppressed = true;
  return Index::Build(snapshot, settings).counts();
}

// How many attributes are on a list, in each way.
struct ListCount {
  std::string name;
  uint64_t corrected = 0;
  uint64_t misp = 0;
};

struct ListCounts {
  uint64_t lists = 0;
  std::vector<ListCount> with_hits;  // the most first, then by name
};

ListCounts CountWarninglists(const Snapshot& snapshot) {
  const WarninglistsView lists = snapshot.ReadWarninglists();
  std::vector<ListCount> counts;
  for (const WarninglistView& list : lists) {
    counts.push_back({std::string(list.name)});
  }
  for (const WarninglistHit& hit : snapshot.columns().warninglist_hits) {
    if (hit.corrected != 0) ++counts[hit.list].corrected;
    if (hit.misp != 0) ++counts[hit.list].misp;
  }
  std::erase_if(counts, [](const ListCount& of) {
    return of.corrected == 0 && of.misp == 0;
  });
  std::ranges::stable_sort(counts, [](const ListCount& a, const ListCount& b) {
    return a.corrected != b.corrected ? a.corrected > b.corrected
                                      : a.name < b.name;
  });
  return {lists.size(), std::move(counts)};
}

uint64_t CountOverCorrelating(const Snapshot& snapshot) {
  const std::span<const AttributeRow> rows = snapshot.columns().attributes;
  return static_cast<uint64_t>(
      std::count_if(rows.begin(), rows.end(), [](const AttributeRow& row) {
        return (row.flags & AttributeRow::kOverCorrelating) != 0;
      }));
}

std::string SourceText(const SnapshotManifest& manifest) {
  std::string text;
  for (const SnapshotSource& source : manifest.sources) {
    if (!text.empty()) text += ", ";
    text += fmt::format("{}:{}", source.kind, source.location);
  }
  return text;
}

}  // namespace

std::string SnapshotInfoJson(const Snapshot& snapshot, uint64_t file_bytes) {
  const IndexCounts counts = CountAll(snapshot);
  std::string out;
  JsonWriter json(&out);
  json.StartObject();
  json.Key("id").String(snapshot.manifest().id);
  json.Key("source").String(SourceText(snapshot.manifest()));
  json.Key("created").String(snapshot.manifest().created);
  json.Key("version").String(snapshot.manifest().version);
  json.Key("attributes").Uint(snapshot.attribute_count());
  json.Key("events").Uint(snapshot.event_count());
  json.Key("indicators").StartObject();
  for (size_t i = 0; i < counts.indicators.size(); ++i) {
    if (counts.indicators[i] == 0) continue;
    json.Key(KindName(static_cast<IndicatorKind>(i)))
        .Uint(counts.indicators[i]);
  }
  json.EndObject();
  json.Key("unmatchable").StartObject();
  for (size_t i = 0; i < counts.unmatchable.size(); ++i) {
    if (counts.unmatchable[i] == 0) continue;
    json.Key(UnmatchableName(static_cast<Unmatchable>(i)))
        .Uint(counts.unmatchable[i]);
  }
  json.EndObject();
  const ListCounts lists = CountWarninglists(snapshot);
  json.Key("warninglists").Uint(lists.lists);
  json.Key("warninglist_hits").StartArray();
  for (const ListCount& of : lists.with_hits) {
    json.StartObject();
    json.Key("name").String(of.name);
    json.Key("corrected").Uint(of.corrected);
    json.Key("misp").Uint(of.misp);
    json.EndObject();
  }
  json.EndArray();
  json.Key("over_correlating").Uint(CountOverCorrelating(snapshot));
  json.Key("bytes").Uint(file_bytes);
  json.Key("sources").StartArray();
  for (const SnapshotSource& source : snapshot.manifest().sources) {
    json.StartObject();
    json.Key("kind").String(source.kind);
    json.Key("location").String(source.location);
    json.Key("attributes").Uint(source.attributes);
    json.Key("seen_as").StringOrNull(source.seen_as);
    json.EndObject();
  }
  json.EndArray();
  json.Key("filter").StringOrNull(snapshot.manifest().filter.empty()
                                      ? std::string()
                                      : Describe(snapshot.manifest().filter));
  json.EndObject();
  out.push_back('\n');
  return out;
}

std::string SnapshotInfoText(const Snapshot& snapshot, uint64_t file_bytes) {
  constexpr size_t kMostLists = 20;
  const IndexCounts counts = CountAll(snapshot);
  const ListCounts lists = CountWarninglists(snapshot);
  std::string out = fmt::format(
      "id          {}\ncreated     {}\nwritten by  mispsift {}\n"
      "attributes  {}\nover-correlating {} (value on more than {} others)\n"
      "events      {}\nwarninglists {}\nbytes       {}\nfilter      {}\n",
      snapshot.manifest().id, snapshot.manifest().created,
      snapshot.manifest().version, snapshot.attribute_count(),
      CountOverCorrelating(snapshot), snapshot.manifest().over_correlating,
      snapshot.event_count(), lists.lists, file_bytes,
      Describe(snapshot.manifest().filter));
  for (const SnapshotSource& source : snapshot.manifest().sources) {
    out += fmt::format("source      {} {} ({} attributes{}{})\n", source.kind,
                       source.location, source.attributes,
                       source.seen_as.empty() ? "" : ", as ", source.seen_as);
  }
  for (size_t i = 0; i < lists.with_hits.size(); ++i) {
    if (i == 0) out += "attributes on warninglists (in MISP's way)\n";
    if (i == kMostLists) {
      out += fmt::format("  and on {} more lists\n",
                         lists.with_hits.size() - kMostLists);
      break;
    }
    const ListCount& of = lists.with_hits[i];
    out += fmt::format("  {} ({}) {}\n", of.corrected, of.misp, of.name);
  }
  out += "indicators\n";
  for (size_t i = 0; i < counts.indicators.size(); ++i) {
    if (counts.indicators[i] == 0) continue;
    out += fmt::format("  {:<18}{}\n", KindName(static_cast<IndicatorKind>(i)),
                       counts.indicators[i]);
  }
  out += "unmatchable\n";
  for (size_t i = 0; i < counts.unmatchable.size(); ++i) {
    if (counts.unmatchable[i] == 0) continue;
    out += fmt::format("  {:<18}{}\n",
                       UnmatchableName(static_cast<Unmatchable>(i)),
                       counts.unmatchable[i]);
  }
  return out;
}

}  // namespace mispsift
