#include "src/pipeline/explain_text.h"

#include <fmt/format.h>

#include <numeric>
#include <string_view>

#include "mispsift/sink/report_lines.h"

namespace mispsift {
namespace {

void AppendLine(std::string_view label, std::string_view text,
                std::string* out) {
  if (!text.empty()) *out += fmt::format("{:<10}{}\n", label, Shown(text));
}

void AppendReport(const ReportResult& report, std::string* out) {
  const ReportFacts& facts = report.facts;
  AppendLine("report", report.id, out);
  AppendLine("source", report.source.source, out);
  AppendLine("member", report.source.member, out);
  AppendLine("dialect", DialectName(facts.dialect), out);
  AppendLine("task", facts.task_id, out);
  AppendLine("started", facts.started, out);
  if (facts.score.has_value()) {
    AppendLine("score", fmt::format("{:.1f}", *facts.score), out);
  }
  const ReportTarget& target = facts.target;
  AppendLine("target", target.category, out);
  AppendLine("  name", target.name, out);
  AppendLine("  url", target.url, out);
  AppendLine("  md5", target.md5, out);
  AppendLine("  sha1", target.sha1, out);
  AppendLine("  sha256", target.sha256, out);
  for (const std::string& note : NoteTexts(report)) {
    AppendLine("note", note, out);
  }
}

// Which observables are meant, where they are not all.
void AppendFilter(const ExplainOptions& options, std::string* out) {
  std::string kinds;
  for (const IndicatorKind kind : options.kinds) {
    kinds += (kinds.empty() ? "" : ", ") + std::string(KindName(kind));
  }
  AppendLine("only", kinds, out);
  if (!options.value.empty()) {
    AppendLine("only", "values with " + options.value, out);
  }
}

void AppendObservable(const Index& index, const Observable& observable,
                      std::string* out) {
  *out += fmt::format("\n{}: {}\n", KindName(observable.kind),
                      Shown(observable.value));
  const std::string key =
      ComparedKey(index, observable.kind, KeyForm::kValue, observable.value);
  if (key != observable.value) {
    *out += fmt::format("  compared as {}\n", Shown(key));
  }
}

void AppendPlaces(const Observable& observable, std::string* out) {
  std::string where;
  for (int i = 0; i < static_cast<int>(Where::kCount); ++i) {
    if ((observable.where >> i & 1) == 0) continue;
    where += (where.empty() ? "" : ", ") +
             std::string(WhereName(static_cast<Where>(i)));
  }
  *out += fmt::format("  in {} place{}: {}\n", observable.count,
                      observable.count == 1 ? "" : "s", where);
  for (const std::string& path : observable.paths) {
    *out += fmt::format("    {}\n", Shown(path));
  }
  if (observable.count > observable.paths.size()) {
    *out += fmt::format("    and {} more\n",
                        observable.count - observable.paths.size());
  }
}

void AppendAll(std::string_view verdict, const JudgedObservables& observables,
               const Index& index, std::string* out) {
  bool is_first = true;
  for (const JudgedObservable& judged : observables.judged) {
    if (judged.verdict.Name() != verdict) continue;
    if (is_first) *out += fmt::format("\n== {} ==\n", verdict);
    is_first = false;
    AppendObservable(index, judged.observable, out);
    AppendVerdictText(index, judged.verdict, /*with_reading=*/true, out);
    AppendPlaces(judged.observable, out);
  }
}

void AppendUnknown(const JudgedObservables& observables, std::string* out) {
  bool is_first = true;
  for (const auto& [observable, verdict] : observables.judged) {
    if (verdict.Name() != "unknown") continue;
    if (is_first) *out += '\n';
    is_first = false;
    *out += fmt::format("{}: {}\n  {}", KindName(observable.kind),
                        Shown(observable.value), Shown(observable.paths[0]));
    if (observable.count > 1) {
      *out += fmt::format(" and {} more", observable.count - 1);
    }
    *out += '\n';
  }
}

void AppendUnknownCounts(const JudgedObservables& observables,
                         std::string* out) {
  bool is_first = true;
  for (size_t i = 0; i < observables.unknown.size(); ++i) {
    if (observables.unknown[i] == 0) continue;
    if (is_first) *out += "\n== not in MISP, by kind ==\n\n";
    is_first = false;
    *out += fmt::format("{:>8} {}\n", observables.unknown[i],
                        KindName(static_cast<IndicatorKind>(i)));
  }
}

}  // namespace

std::string ExplainText(const ExplainOptions& options,
                        const ReportResult& report,
                        const JudgedObservables& observables,
                        const Index& index) {
  std::string out;
  AppendReport(report, &out);
  AppendLine("snapshot", index.snapshot().manifest().id, &out);
  AppendFilter(options, &out);
  uint64_t matched = 0;
  uint64_t suppressed = 0;
  for (const JudgedObservable& judged : observables.judged) {
    if (judged.verdict.Name() == "matched") ++matched;
    if (judged.verdict.Name() == "suppressed") ++suppressed;
  }
  const uint64_t unknown = std::accumulate(
      observables.unknown.begin(), observables.unknown.end(), uint64_t{0});
  AppendLine("found",
             fmt::format("{} matched, {} suppressed, {} not in MISP", matched,
                         suppressed, unknown),
             &out);

  AppendAll("matched", observables, index, &out);
  AppendAll("suppressed", observables, index, &out);
  AppendUnknownCounts(observables, &out);
  if (options.list_unknown) AppendUnknown(observables, &out);
  return out;
}

}  // namespace mispsift
