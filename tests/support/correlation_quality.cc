#include "tests/support/correlation_quality.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <unordered_map>
#include <utility>

#include "mispsift/base/check.h"
#include "mispsift/base/status_macros.h"
#include "mispsift/pipeline/fetch.h"
#include "mispsift/pipeline/scan.h"
#include "tests/support/lookup_policies.h"
#include "tools/corpus/labelled_set.h"

namespace mispsift {
namespace {

using corpus::kSure;
using corpus::Label;
using corpus::LabelledSet;

// A report and an attribute of the set.
using Pair = std::pair<std::string, size_t>;

struct Found {
  std::string rule;
  int confidence = 0;
};

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

absl::Status FetchAndScan(const std::string& folder) {
  FetchOptions fetch;
  fetch.out = folder + "/misp.snapshot";
  fetch.events = {folder + "/events"};
  fetch.created = "2024-03-02T00:00:00Z";
  FetchProgress fetch_progress;
  MISPSIFT_RETURN_IF_ERROR(Fetch(fetch, &fetch_progress).status());
  ScanOptions scan;
  scan.paths = {folder + "/reports"};
  scan.snapshot = fetch.out;
  scan.out = folder + "/results";
  ScanProgress scan_progress;
  MISPSIFT_ASSIGN_OR_RETURN(const Summary summary, Scan(scan, &scan_progress));
  if (summary.rejects.Total() > 0) {
    return absl::InternalError("a report of the labelled set was rejected");
  }
  return absl::OkStatus();
}

// What correlations.jsonl says; of a pair that comes several times all of it.
std::multimap<Pair, Found> ReadCorrelations(const std::string& folder,
                                            const LabelledSet& set) {
  std::unordered_map<std::string, size_t> attributes;
  for (size_t i = 0; i < set.attributes.size(); ++i) {
    attributes.emplace(set.attributes[i].uuid, i);
  }
  std::multimap<Pair, Found> all;
  std::ifstream lines(folder + "/results/correlations.jsonl");
  for (std::string line; std::getline(lines, line);) {
    const nlohmann::json json = nlohmann::json::parse(line);
    const std::string source = json["report"]["source"];
    const auto attribute = attributes.find(json["attribute"]["uuid"]);
    MISPSIFT_CHECK(attribute != attributes.end());
    all.insert(
        {{std::filesystem::path(source).filename().string(), attribute->second},
         {json["match"], json["confidence"]}});
  }
  return all;
}

std::string Describe(const LabelledSet& set, const Label& label) {
  const corpus::LabelledAttribute& attribute = set.attributes[label.attribute];
  return fmt::format("{} {} {}: {}, {}: {} \"{}\" shown as \"{}\"",
                     label.report, label.dialect, label.path, label.rule,
                     label.what, attribute.type, attribute.value, label.text);
}

bool IsByItsRule(const Found& found, const Label& label) {
  return found.rule == label.rule ||
         std::ranges::find(label.also, found.rule) != label.also.end();
}

class Measure {
 public:
  Measure(const LabelledSet& set, CorrelationQuality* quality)
      : set_(set), quality_(*quality) {
    for (const Label& label : set.matches) {
      planted_.emplace(Pair{label.report, label.attribute}, &label);
      events_.insert({label.report, set.attributes[label.attribute].event});
      for (Recall* recall : RecallsOf(label)) ++recall->planted;
    }
    for (const Label& label : set.near_misses) {
      near_.emplace(Pair{label.report, label.attribute}, &label);
      for (FalseMatches* matches : FalseMatchesOf(&label)) {
        ++matches->near_misses;
      }
    }
    quality_.attributes = set.attributes.size();
    quality_.events = set.events.size();
    quality_.reports = set.reports.size();
    quality_.near_misses = set.near_misses.size();
  }

  void Add(const std::multimap<Pair, Found>& correlations);
  void Add(Looker looker, const std::string& report,
           const std::vector<LookupHit>& hits);

 private:
  static size_t At(Looker looker) { return static_cast<size_t>(looker); }

  std::vector<Recall*> RecallsOf(const Label& label) {
    return {&quality_.all,
            &quality_.by_kind[std::string(label.kind)],
            &quality_.by_rule[std::string(label.rule)],
            &quality_.by_spelling[fmt::format("{}, {}: {}", label.kind,
                                              label.rule, label.what)],
            &quality_.by_dialect[std::string(label.dialect)],
            &quality_.by_where[std::string(label.where)]};
  }

  // Null where no label names what was taken for a match.
  std::vector<FalseMatches*> FalseMatchesOf(const Label* label) {
    if (label == nullptr) return {&quality_.false_by_rule["benign"]};
    return {&quality_.false_by_rule[std::string(label->rule)],
            &quality_.false_by_reason[fmt::format("{}, {}: {}", label->kind,
                                                  label->rule, label->what)]};
  }

  const Label* NearMissAt(const Pair& pair) const {
    const auto found = near_.find(pair);
    return found == near_.end() ? nullptr : found->second;
  }

  const LabelledSet& set_;
  CorrelationQuality& quality_;
  std::map<Pair, const Label*> planted_;
  std::map<Pair, const Label*> near_;
  std::set<std::pair<std::string, size_t>> events_;  // of what is planted
};

void Measure::Add(const std::multimap<Pair, Found>& correlations) {
  for (const auto& [pair, label] : planted_) {
    std::string otherwise;
    bool is_found = false;
    const auto [begin, end] = correlations.equal_range(pair);
    for (auto at = begin; at != end; ++at) {
      const Found& found = at->second;
      if (found.confidence >= label->least_sure && IsByItsRule(found, *label)) {
        is_found = true;
      } else {
        otherwise += fmt::format("; {} at {}", found.rule, found.confidence);
      }
    }
    if (is_found) {
      for (Recall* recall : RecallsOf(*label)) ++recall->found[0];
    } else {
      quality_.missed.push_back(Describe(set_, *label) + otherwise);
    }
  }
  // Of a pair that is false the surest counts.
  std::map<Pair, Found> surest;
  for (const auto& [pair, found] : correlations) {
    const auto planted = planted_.find(pair);
    if (planted != planted_.end() &&
        found.confidence <= planted->second->most_sure) {
      continue;
    }
    Found& kept = surest[pair];
    if (found.confidence >= kept.confidence) kept = found;
  }
  for (const auto& [pair, found] : surest) {
    const auto planted = planted_.find(pair);
    const Label* const label =
        planted == planted_.end() ? NearMissAt(pair) : planted->second;
    const bool is_sure = found.confidence >= kSure || planted != planted_.end();
    for (FalseMatches* matches : FalseMatchesOf(label)) {
      ++(is_sure ? matches->sure[At(Looker::kMispsift)] : matches->unsure);
    }
    if (!is_sure) continue;
    quality_.false_and_sure.push_back(fmt::format(
        "{}; {} at {}",
        label == nullptr ? fmt::format("{}: {}", pair.first,
                                       set_.attributes[pair.second].value)
                         : Describe(set_, *label),
        found.rule, found.confidence));
  }
}

void Measure::Add(Looker looker, const std::string& report,
                  const std::vector<LookupHit>& hits) {
  std::set<std::pair<size_t, std::optional<size_t>>> seen;
  for (const LookupHit& hit : hits) {
    if (!seen.insert({hit.event, hit.attribute}).second) continue;
    const Label* near = nullptr;
    if (hit.attribute) {
      const Pair pair{report, *hit.attribute};
      if (const auto at = planted_.find(pair); at != planted_.end()) {
        for (Recall* recall : RecallsOf(*at->second)) {
          ++recall->found[At(looker)];
        }
        continue;
      }
      near = NearMissAt(pair);
    } else if (events_.contains({report, hit.event})) {
      continue;
    }
    for (FalseMatches* matches : FalseMatchesOf(near)) {
      ++matches->sure[At(looker)];
    }
  }
}

std::string RecallRow(std::string_view name, const Recall& recall) {
  std::string row = fmt::format("| {} | {} |", name, recall.planted);
  for (const uint64_t found : recall.found) {
    row += fmt::format(" {:.4g} % |", 100.0 * static_cast<double>(found) /
                                          static_cast<double>(recall.planted));
  }
  return row + "\n";
}

std::string RecallTable(std::string_view title,
                        const std::map<std::string, Recall>& rows) {
  std::string table = fmt::format("| {} | planted |", title);
  for (size_t i = 0; i < kLookers; ++i) {
    table += fmt::format(" {} |", LookerName(static_cast<Looker>(i)));
  }
  table += "\n|---|---|---|---|---|---|\n";
  for (const auto& [name, recall] : rows) table += RecallRow(name, recall);
  return table;
}

}  // namespace

std::string_view LookerName(Looker looker) {
  switch (looker) {
    case Looker::kMispsift:
      return "mispsift";
    case Looker::kSeed:
      return "seed";
    case Looker::kCuckoo:
      return "Cuckoo 2.0.7";
    case Looker::kCuckooOld:
      return "Cuckoo 2.0.7, MISP 2.4.60";
    case Looker::kCount:
      break;
  }
  return {};
}

bool CorrelationQuality::IsPerfect() const {
  return missed.empty() && false_and_sure.empty();
}

absl::StatusOr<CorrelationQuality> MeasureQuality(uint64_t seed,
                                                  uint32_t copies,
                                                  const std::string& folder) {
  LabelledSet set;
  if (!corpus::WriteLabelledSet(seed, copies, folder, &set)) {
    return absl::UnavailableError("the labelled set cannot be written");
  }
  MISPSIFT_RETURN_IF_ERROR(FetchAndScan(folder));
  CorrelationQuality quality;
  Measure measure(set, &quality);
  measure.Add(ReadCorrelations(folder, set));
  const std::vector<std::string> blacklist = {"8.8.8.8", "8.8.4.4",
                                              "www.google.com"};
  for (const std::string& name : set.reports) {
    const std::string report = ReadAll(folder + "/reports/" + name);
    measure.Add(Looker::kSeed, name, SeedLookup(set, report, blacklist, {}));
    measure.Add(Looker::kCuckoo, name,
                CuckooLookup(set, report, MispSearch::kWholeField, {}));
    measure.Add(Looker::kCuckooOld, name,
                CuckooLookup(set, report, MispSearch::kSubstring, {}));
  }
  return quality;
}

std::string QualityTables(const CorrelationQuality& quality) {
  std::map<std::string, Recall> all = quality.by_kind;
  std::string text = fmt::format(
      "{} attributes of {} events, {} reports, {} values planted, {} near "
      "misses\n\n",
      quality.attributes, quality.events, quality.reports, quality.all.planted,
      quality.near_misses);
  text += RecallTable("kind", quality.by_kind);
  text += RecallRow("all", quality.all) + "\n";
  text += RecallTable("rule", quality.by_rule) + "\n";
  text += RecallTable("dialect", quality.by_dialect) + "\n";
  text += RecallTable("where", quality.by_where) + "\n";
  text += fmt::format(
      "| false matches by rule | near misses | mispsift, {} and above | below "
      "{} |",
      kSure, kSure);
  for (size_t i = 1; i < kLookers; ++i) {
    text += fmt::format(" {} |", LookerName(static_cast<Looker>(i)));
  }
  text += "\n|---|---|---|---|---|---|---|\n";
  for (const auto& [rule, matches] : quality.false_by_rule) {
    text += fmt::format("| {} | {} | {} | {} |", rule, matches.near_misses,
                        matches.by(Looker::kMispsift), matches.unsure);
    for (size_t i = 1; i < kLookers; ++i) {
      text += fmt::format(" {} |", matches.sure[i]);
    }
    text += "\n";
  }
  return text;
}

}  // namespace mispsift
