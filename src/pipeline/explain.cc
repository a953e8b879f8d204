#include "mispsift/pipeline/explain.h"

#include <fmt/format.h>

#include <optional>
#include <string_view>
#include <utility>

#include "mispsift/base/json_writer.h"
#include "mispsift/base/status_macros.h"
#include "mispsift/match/report_limits.h"
#include "mispsift/misp/snapshot_file.h"
#include "mispsift/pipeline/exit_code.h"
#include "mispsift/sink/report_lines.h"
#include "src/pipeline/explain_text.h"
#include "src/pipeline/memory_budget.h"
#include "src/pipeline/observable_collector.h"
#include "src/pipeline/report_scanner.h"

namespace mispsift {
namespace {

constexpr size_t kMostNamed = 20;

// How --member calls the reports of what is named REPORT.
class MemberNames {
 public:
  explicit MemberNames(const ExplainOptions& options)
      : report_(options.report), wanted_(options.member) {}

  // "bundle/12.json" in an archive, "3" of a file with a report a line,
  // "task_1/report.json" in a folder; empty for a file that is one report.
  std::string Of(const ReportSource& source) const {
    std::string name;
    if (source.source.size() > report_.size()) {
      name = source.source.substr(report_.size());
      name.erase(0, name.find_first_not_of('/'));
      if (!source.member.empty()) name += '/';
    }
    return name + source.member;
  }

  bool AnyWanted() const { return !wanted_.empty(); }
  bool IsWanted(const ReportSource& source) const {
    return !AnyWanted() || wanted_ == Of(source);
  }
  // It is wanted, or what is in it may be.
  bool MayHoldWanted(const ReportSource& source) const {
    return !AnyWanted() || wanted_.starts_with(Of(source));
  }

 private:
  const std::string report_;
  const std::string wanted_;
};

// Keeps the observables of the first wanted report.
class WantedReport : public ReportListener {
 public:
  WantedReport(const MemberNames* names, ObservableCollector collector)
      : names_(names), collector_(std::move(collector)) {}

  bool StartReport(const ReportSource& source) override {
    return names_->MayHoldWanted(source);
  }
  bool Observe(const Observation& observation, const JsonPath& path) override {
    if (!kept_.has_value()) collector_.Observe(observation, path);
    return true;
  }
  void EndReport(const ReportSource& source, Reject reject) override {
    if (kept_.has_value()) return;
    JudgedObservables shown = collector_.Take();
    if (reject == Reject::kNone && names_->IsWanted(source)) {
      kept_ = std::move(shown);
    }
  }

  // Once the whole of it was read.
  void SuppressOwnTraffic(const std::vector<std::string>& own_addresses) {
    const OwnTraffic own(own_addresses);
    for (JudgedObservable& judged : kept_->judged) {
      if (own.Holds(judged.observable)) judged.verdict.SuppressAsOwnTraffic();
    }
  }

  const JudgedObservables& observables() const { return *kept_; }

 private:
  const MemberNames* names_;
  ObservableCollector collector_;
  std::optional<JudgedObservables> kept_;
};

absl::Status SeveralReports(const std::string& report, const MemberNames& names,
                            const std::vector<ReportResult>& results) {
  std::string message =
      fmt::format("{} holds several reports; --member names one:", report);
  for (size_t i = 0; i < std::min(results.size(), kMostNamed); ++i) {
    message +=
        fmt::format("{} {}", i > 0 ? "," : "", names.Of(results[i].source));
  }
  if (results.size() > kMostNamed) message += ", ...";
  return absl::InvalidArgumentError(message);
}

// The one report that is meant, read.
absl::StatusOr<ReportResult> ReadReport(const ExplainOptions& options,
                                        const Index& index,
                                        const MemberNames& names,
                                        WantedReport* wanted) {
  MemoryBudget budget(options.max_report_memory);
  ReportScanner scanner(&index,
                        {.matcher = options.matcher,
                         .limits = options.limits,
                         .max_json_nesting = options.max_json_nesting},
                        nullptr, &budget, wanted);
  ReportArchiveWalker walker({options.report}, options.limits);
  std::vector<ReportResult> results;
  const auto is_enough = [&] {
    return results.size() > (names.AnyWanted() ? 0 : kMostNamed);
  };
  ReportCandidate candidate;
  while (!is_enough() && walker.Next(&candidate)) {
    if (!names.MayHoldWanted(candidate.source)) continue;
    scanner.Scan(candidate, [&](ReportResult result, uint64_t) {
      if (names.IsWanted(result.source)) results.push_back(std::move(result));
      return !is_enough();
    });
  }
  if (results.empty()) {
    return absl::InvalidArgumentError(
        names.AnyWanted()
            ? fmt::format("{} holds no report {}; without --member they are "
                          "named",
                          options.report, options.member)
            : fmt::format("{} holds no report", options.report));
  }
  // Of members with one name the first is meant.
  if (results.size() > 1 && !names.AnyWanted()) {
    return SeveralReports(options.report, names, results);
  }
  ReportResult& result = results.front();
  if (result.reject != Reject::kNone) {
    const std::string name = names.Of(result.source);
    return WithExitCode(
        absl::FailedPreconditionError(fmt::format(
            "{}{}{}: {}: {}{}{}", options.report, name.empty() ? "" : ": ",
            name, RejectName(result.reject), RejectSentence(result.reject),
            result.detail.empty() ? "" : " ", result.detail)),
        ExitCode::kIncomplete);
  }
  return std::move(result);
}

std::string ExplainJson(const JudgedObservables& observables,
                        const Index& index) {
  std::string out;
  JsonWriter json(&out);
  for (const JudgedObservable& judged : observables.judged) {
    const Observable& observable = judged.observable;
    json.StartObject();
    json.Key("observable");
    WriteObservable(
        observable,
        ComparedKey(index, observable.kind, KeyForm::kValue, observable.value),
        &json);
    WriteVerdict(index, judged.verdict, &json);
    json.EndObject();
    json.Reset();
    out += '\n';
  }
  return out;
}

}  // namespace

absl::StatusOr<std::string> Explain(const ExplainOptions& options) {
  const absl::StatusOr<Snapshot> snapshot =
      misp::LoadSnapshot(options.snapshot);
  if (!snapshot.ok()) {
    return WithExitCode(snapshot.status(), ExitCode::kBadSnapshot);
  }
  IndexSettings settings = options.index;
  settings.keep_suppressed = true;
  const Index index = Index::Build(*snapshot, settings);

  const ValueList safelist(options.safelist);
  MatcherSettings matcher = options.matcher;
  matcher.safelist = &safelist;
  const MemberNames names(options);
  WantedReport wanted(
      &names, ObservableCollector(&index, matcher,
                                  {options.kinds, options.value,
                                   options.json || options.list_unknown}));
  MISPSIFT_ASSIGN_OR_RETURN(const ReportResult report,
                            ReadReport(options, index, names, &wanted));
  // A MISP server knows nothing of sandboxes.
  if (index.as_misp() == AsMisp::kNo) {
    wanted.SuppressOwnTraffic(report.facts.own_addresses);
  }
  return options.json
             ? ExplainJson(wanted.observables(), index)
             : ExplainText(options, report, wanted.observables(), index);
}

}  // namespace mispsift
