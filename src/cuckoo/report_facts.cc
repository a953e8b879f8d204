#include "src/cuckoo/report_facts.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "absl/strings/ascii.h"
#include "mispsift/base/byte_set.h"
#include "src/cuckoo/parse_double.h"

namespace mispsift {
namespace {

// "2023-07-18 21:09:13" in ISO 8601; what stands behind the seconds is cut
// off. No zone is invented. Empty when it is something else.
std::string IsoOfText(std::string_view text) {
  constexpr std::string_view kShape = "dddd-dd-dd dd:dd:dd";
  if (text.size() < kShape.size()) return {};
  text = text.substr(0, kShape.size());
  for (size_t i = 0; i < kShape.size(); ++i) {
    if (kShape[i] == 'd'   ? !absl::ascii_isdigit(text[i])
        : kShape[i] == ' ' ? text[i] != ' ' && text[i] != 'T'
                           : text[i] != kShape[i]) {
      return {};
    }
  }
  std::string iso(text);
  iso[10] = 'T';
  return iso;
}

// Seconds since 1970 in ISO 8601, whole seconds, UTC.
std::string IsoOfEpoch(double seconds) {
  constexpr double kYear10000 = 253402300800;
  if (!(seconds >= 0) || !(seconds < kYear10000)) return {};
  const std::chrono::sys_seconds time{
      std::chrono::seconds(static_cast<int64_t>(seconds))};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format(
      "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

void SetOnce(std::string_view text, std::string* out) {
  if (out->empty()) out->assign(text);
}

}  // namespace

void FactsBuilder::Start(ReportFacts* facts) {
  *facts = ReportFacts();
  facts_ = facts;
  shape_ = Shape();
  version_.clear();
  score_.reset();
  malscore_.reset();
  lists_.Start(facts);
}

void FactsBuilder::Member(Place object, std::string_view key, bool is_object,
                          bool is_container) {
  switch (object.area) {
    case Area::kRoot:
      return RootMember(key, is_object, is_container);
    case Area::kBehavior:
      if (key == "processes") shape_.processes = true;
      if (key == "summary") shape_.summary = true;
      if (key == "generic") shape_.like_cuckoo2 = true;
      return;
    case Area::kProcess:
      if (key == "ppid" && object.where == Where::kBehavior) {
        shape_.like_cuckoo2 = true;
      }
      return;
    case Area::kSignature:
      if (key == "marks") shape_.like_cuckoo2 = true;
      return;
    case Area::kTtp:
      return lists_.AttackId(key);  // Cuckoo 2's are keys
    case Area::kTarget:
      if (key == "file" && is_object) shape_.target_file = true;
      return;
    case Area::kTargetFile:
      if (key == "urls") shape_.like_cuckoo2 = true;
      return;
    default:
      return;
  }
}

void FactsBuilder::RootMember(std::string_view key, bool is_object,
                              bool is_container) {
  if (key == "info") {
    shape_.info |= is_object;
  } else if (key == "task_id" || key == "analysis_id") {
    shape_.task = true;
  } else if (key == "process_tree") {
    shape_.process_tree = true;
  }
  if (!is_container) return;
  if (key == "behavior") {
    shape_.behavior |= is_object;
  } else if (key == "signatures") {
    shape_.signatures = true;
  } else if (key == "apkinfo" || key == "droidmon") {
    shape_.droid = true;
  } else if (key == "CAPE") {
    shape_.cape = true;
  } else if (key == "file") {
    shape_.top_file |= is_object;
  }
  for (const std::string_view section :
       {"behavior", "network", "target", "static", "signatures", "dropped",
        "apkinfo", "droidmon", "virustotal", "CAPE", "file", "procmemory",
        "strings", "suricata"}) {
    shape_.section |= key == section;
  }
}

void FactsBuilder::Text(Slot slot, std::string_view text) {
  if (text.size() > kMaxFactBytes && slot != Slot::kRequest) return;
  switch (slot) {
    case Slot::kTaskId:
      return SetOnce(text, &facts_->task_id);
    case Slot::kStarted:
      return SetOnce(IsoOfText(text), &facts_->started);
    case Slot::kVersion:
      return SetOnce(text, &version_);
    case Slot::kCategory:
      return SetOnce(text, &facts_->target.category);
    default:
      return lists_.Text(slot, text);
  }
}

void FactsBuilder::Number(Slot slot, std::string_view number) {
  switch (slot) {
    case Slot::kTaskId:
      if (IsDigits(number)) SetOnce(number, &facts_->task_id);
      return;
    case Slot::kStarted:
      if (const std::optional<double> seconds = ParseDouble(number)) {
        SetOnce(IsoOfEpoch(*seconds), &facts_->started);
      }
      return;
    case Slot::kScore:
      if (!score_) score_ = ParseDouble(number);
      return;
    case Slot::kMalscore:
      if (!malscore_) malscore_ = ParseDouble(number);
      return;
    default:
      return lists_.Number(slot, number);
  }
}

bool FactsBuilder::Finish() {
  lists_.Finish();
  const bool is_cuckoo3 = shape_.task && shape_.signatures;
  const bool is_report =
      (shape_.info && shape_.section) ||
      (shape_.behavior && (shape_.processes || shape_.summary)) || is_cuckoo3;
  if (!is_report || shape_.process_tree) return false;
  facts_->dialect = TellDialect();
  facts_->score = malscore_ ? malscore_ : score_;
  ReportTarget& target = facts_->target;
  if (target.category.empty()) {
    if (!target.md5.empty() || !target.sha256.empty()) {
      target.category = "file";
    } else if (!target.url.empty()) {
      target.category = "url";
    }
  }
  return true;
}

void FactsBuilder::KeepIdentity() {
  *facts_ = {.dialect = facts_->dialect,
             .task_id = std::move(facts_->task_id),
             .started = std::move(facts_->started),
             .score = facts_->score,
             .target = std::move(facts_->target)};
}

Dialect FactsBuilder::TellDialect() const {
  if (shape_.cape || version_.find("CAPE") != std::string::npos) {
    return Dialect::kCape;
  }
  if (shape_.droid) return Dialect::kDroid;
  if (!shape_.info && shape_.task) return Dialect::kCuckoo3;
  if (version_.starts_with('v')) return Dialect::kOther;
  if (shape_.top_file && !shape_.target_file) return Dialect::kCuckoo0;
  if (shape_.like_cuckoo2 || version_.starts_with("2.")) {
    return Dialect::kCuckoo2;
  }
  if (version_.starts_with("1.") || version_.starts_with("0.") ||
      (shape_.behavior && shape_.summary)) {
    return Dialect::kCuckoo1;
  }
  return Dialect::kOther;
}

}  // namespace mispsift
