#include "tools/terminal/scan_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

#include "mispsift/base/printable.h"
#include "mispsift/match/report_limits.h"
#include "tools/terminal/amounts.h"

namespace mispsift {
namespace {

constexpr size_t kMostKinds = 10;
constexpr size_t kMostCommon = 5;
constexpr size_t kKindColumns = 16;
constexpr size_t kWidestBar = 40;

constexpr std::string_view kBold = "1";
constexpr std::string_view kYellow = "33";
constexpr std::string_view kCyan = "36";

using Counted = std::pair<std::string, uint64_t>;

// Those that are not 0, the largest first.
std::vector<Counted> Largest(std::vector<Counted> counts) {
  std::erase_if(counts, [](const Counted& row) { return row.second == 0; });
  std::stable_sort(
      counts.begin(), counts.end(),
      [](const Counted& a, const Counted& b) { return a.second > b.second; });
  return counts;
}

// Sections of counts, the numbers right-aligned in one column.
class Page {
 public:
  explicit Page(const TextStyle& style) : style_(style) {}

  void Line(std::string_view text, std::string_view color = "") {
    out_ += Colored(FitColumns(text, style_.columns, style_), color);
    out_ += '\n';
  }
  void Section(std::string_view name) {
    out_ += '\n';
    Line(name, kBold);
  }
  void Count(uint64_t count, std::string_view text,
             std::string_view color = "") {
    Line(fmt::format("{:>10}  {}", CountText(count), text), color);
  }
  // A count within the one above it.
  void Part(uint64_t count, std::string_view text) {
    Line(fmt::format("{:>16}  {}", CountText(count), text));
  }
  // With a bar for its share of `most`.
  void Bar(uint64_t count, std::string_view name, uint64_t most) {
    const std::string text =
        fmt::format("{:>10}  {}  ", CountText(count),
                    PadColumns(name, kKindColumns, style_));
    const size_t used = DisplayWidth(text);
    const size_t width =
        used < style_.columns ? std::min(style_.columns - used, kWidestBar) : 0;
    const auto length = static_cast<size_t>(
        std::llround(static_cast<double>(count) * static_cast<double>(width) /
                     static_cast<double>(most)));
    std::string bar;
    for (size_t i = 0; i < std::max<size_t>(length, 1) && i < width; ++i) {
      bar += style_.unicode ? "\xE2\x94\x81" : "=";
    }
    out_ += FitColumns(text, style_.columns - DisplayWidth(bar), style_);
    out_ += Colored(bar, kCyan);
    out_ += '\n';
  }
  // As it is, however wide.
  void Whole(std::string_view text) {
    out_ += text;
    out_ += '\n';
  }

  const TextStyle& style() const { return style_; }
  std::string Take() && { return std::move(out_); }

 private:
  std::string Colored(std::string_view text, std::string_view color) const {
    if (!style_.color || color.empty() || text.empty()) {
      return std::string(text);
    }
    return fmt::format("\x1b[{}m{}\x1b[0m", color, text);
  }

  const TextStyle style_;
  std::string out_;
};

// Shards that ran side by side have no rate together.
std::string Headline(const Summary& summary) {
  const double bytes = static_cast<double>(summary.bytes);
  const std::string amount = fmt::format(
      "mispsift: {}, {}", CountText(summary.reports_seen, "report", "reports"),
      BytesText(bytes));
  if (summary.merged.has_value()) {
    return fmt::format("{} from {}, which took {} in all", amount,
                       CountText(summary.merged->shards, "shard", "shards"),
                       DurationText(summary.seconds));
  }
  return fmt::format(
      "{} in {}: {} reports/s, {}/s", amount, DurationText(summary.seconds),
      RateText(static_cast<double>(summary.reports_seen), summary.seconds),
      BytesText(bytes / std::max(summary.seconds, 0.001)));
}

void AddReports(const Summary& summary, Page* page) {
  page->Section("Reports");
  page->Count(
      summary.reports_ok,
      fmt::format("read, {} with matches", CountText(summary.reports_matched)));
  const uint64_t rejected = summary.rejects.Total();
  if (rejected > 0) {
    page->Count(rejected, "rejected, each named in reports.jsonl", kYellow);
    std::vector<Counted> reasons;
    for (int i = 0; i < static_cast<int>(Reject::kCount); ++i) {
      const Reject reject = static_cast<Reject>(i);
      reasons.emplace_back(RejectName(reject), summary.rejects[reject]);
    }
    for (const auto& [name, count] : Largest(std::move(reasons))) {
      page->Part(count, name);
    }
  }
  if (summary.skipped > 0) {
    page->Count(summary.skipped, "other files, passed by");
  }
}

void AddMatches(const Summary& summary, Page* page) {
  page->Section("Matches");
  std::vector<Counted> kinds;
  for (size_t i = 0; i < summary.matches_by_kind.size(); ++i) {
    kinds.emplace_back(KindName(static_cast<IndicatorKind>(i)),
                       summary.matches_by_kind[i]);
  }
  kinds = Largest(std::move(kinds));
  uint64_t others = 0;
  for (size_t i = 0; i < kinds.size(); ++i) {
    if (i < kMostKinds) {
      page->Bar(kinds[i].second, kinds[i].first, kinds[0].second);
    } else {
      others += kinds[i].second;
    }
  }
  if (others > 0) {
    page->Count(others, fmt::format("of {} other kinds",
                                    CountText(kinds.size() - kMostKinds)));
  }
  page->Count(summary.matches,
              summary.matches == 0
                  ? "in all"
                  : fmt::format("in all, with {}",
                                CountText(summary.events_matched.size(),
                                          "event", "events")));
}

// Counts of reports, and what is in them in columns: the first takes the room
// that the others leave.
void AddEvents(const Summary& summary, Page* page) {
  if (summary.top_events.empty()) return;
  constexpr size_t kDateColumns = 10;
  constexpr size_t kOrgColumns = 16;
  constexpr size_t kTaken = 12 + 2 + kDateColumns + 2 + kOrgColumns;
  const size_t columns = page->style().columns;
  const size_t room = columns > kTaken + 10 ? columns - kTaken : 10;
  page->Section("Events, by the reports that match");
  for (const Summary::TopEvent& event : summary.top_events) {
    std::string text = fmt::format(
        "{}  {}  {}", PadColumns(Printable(event.info), room, page->style()),
        PadColumns(Printable(event.date), kDateColumns, page->style()),
        FitColumns(Printable(event.org), kOrgColumns, page->style()));
    text.erase(text.find_last_not_of(' ') + 1);
    page->Count(event.reports, text);
  }
  const size_t listed = summary.top_events.size();
  if (summary.events_matched.size() > listed) {
    page->Line(fmt::format("{:>10}  and {} more", "",
                           CountText(summary.events_matched.size() - listed)));
  }
}

void AddSuppressed(const Summary& summary, Page* page) {
  std::vector<Counted> reasons;
  for (size_t i = 0; i < summary.suppressed.size(); ++i) {
    reasons.emplace_back(SuppressionName(static_cast<Suppression>(i)),
                         summary.suppressed[i]);
  }
  reasons = Largest(std::move(reasons));
  if (reasons.empty() && summary.own_traffic == 0) return;
  page->Section("Suppressed");
  for (const auto& [name, count] : reasons) {
    page->Count(count, fmt::format("{} (attributes)", name));
  }
  if (summary.own_traffic > 0) {
    page->Count(
        summary.own_traffic,
        fmt::format("{} (matches of its own addresses)", kOwnTrafficName));
  }
}

void AddCommon(const Summary& summary, Page* page) {
  const std::vector<Summary::CommonValue> common = summary.CommonValues();
  if (common.empty()) return;
  page->Section(fmt::format("Values in more than {} % of the reports",
                            summary.common_share_percent));
  for (size_t i = 0; i < common.size() && i < kMostCommon; ++i) {
    page->Count(common[i].reports,
                fmt::format("{}  {}",
                            PadColumns(KindName(common[i].kind), kKindColumns,
                                       page->style()),
                            Printable(common[i].value)));
  }
  if (common.size() > kMostCommon) {
    page->Line(fmt::format("{:>10}  and {} more, in summary.json", "",
                           CountText(common.size() - kMostCommon)));
  }
}

void AddFiles(const ScanFiles& files, Page* page) {
  page->Section("Files");
  const auto file = [page](std::string_view name, std::string_view what) {
    page->Line(fmt::format("  {:<24}  {}", name, what));
  };
  file("index.html", "all of this and more, to look through");
  file("correlations.jsonl", "every match, and where it stands");
  if (files.formats.csv) file("correlations.csv", "the same for a spreadsheet");
  if (files.formats.ecs) {
    file("correlations.ecs.ndjson", "the same for Elasticsearch");
  }
  file("reports.jsonl", "what became of every input");
  if (files.fields) file("fields.jsonl", "what submit makes events of");
  file("suppressed.jsonl", "what was not looked for, and why");
  file("enrichment/", "matches by report, as Cuckoo shows them");
  file("summary.json", "the totals");
  page->Whole("");
  page->Whole(fmt::format("Open {}{}index.html", Printable(files.folder),
                          files.folder.ends_with('/') ? "" : "/"));
}

}  // namespace

std::string ScanSentence(const Summary& summary, const std::string& folder) {
  return fmt::format(
      "{}: {}{} reports ({} rejected, {} other files), {:.1f} MB in {:.1f} s; "
      "{} matches in {} reports with {} events",
      folder,
      summary.merged.has_value()
          ? fmt::format("{} shards, ", summary.merged->shards)
          : "",
      summary.reports_seen, summary.rejects.Total(), summary.skipped,
      static_cast<double>(summary.bytes) / 1e6, summary.seconds,
      summary.matches, summary.reports_matched, summary.events_matched.size());
}

std::string ScanText(const Summary& summary, const ScanFiles& files,
                     const TextStyle& style) {
  Page page(style);
  page.Line(Headline(summary));
  AddReports(summary, &page);
  AddMatches(summary, &page);
  AddEvents(summary, &page);
  AddSuppressed(summary, &page);
  AddCommon(summary, &page);
  AddFiles(files, &page);
  return std::move(page).Take();
}

}  // namespace mispsift
