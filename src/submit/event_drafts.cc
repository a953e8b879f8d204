#include "mispsift/submit/event_drafts.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "mispsift/normalize/normalize.h"
#include "mispsift/normalize/value_list.h"

namespace mispsift {
namespace {

constexpr std::string_view kPayloadDelivery = "Payload delivery";
constexpr std::string_view kNetworkActivity = "Network activity";
constexpr std::string_view kExternalAnalysis = "External analysis";
constexpr std::string_view kArtifactsDropped = "Artifacts dropped";

// Gathers the attributes of one event in order.
class Drafter {
 public:
  Drafter(const ValueList& blacklist, DraftedEvent* drafted)
      : blacklist_(blacklist), drafted_(drafted) {}

  // False when MISP would not store it; then it is listed as refused, unless
  // the caller has something to fall back on.
  bool Add(std::string_view type, std::string_view category,
           std::string_view value, bool to_ids, std::string_view comment = "",
           bool has_fallback = false) {
    if (value.empty() || blacklist_.HoldsAnyOf(type, value)) return true;
    const MispStored stored = StoreLikeMisp(type, value);
    if (!stored.kept) {
      if (!has_fallback) {
        drafted_->left_out.push_back(
            {drafted_->report_ids.back(), std::string(type), std::string(value),
             LeftOut::kInvalid, std::string(stored.refusal)});
      }
      return false;
    }
    // MISP keeps a value once in an event, and compares as its database does.
    std::string folded;
    Fold(IndicatorKind::kUrl, KeyForm::kValue, stored.value, &folded);  // any
    if (!known_.insert({std::string(type), folded}).second) return true;
    EventDraft& event = drafted_->event;
    event.attributes.push_back(
        {UuidV5(kMispsiftNamespace,
                fmt::format("attribute\n{}\n{}\n{}", event.uuid.ToString(),
                            type, stored.value)),
         std::string(type), std::string(category), stored.value,
         std::string(comment), to_ids, "", ""});
    return true;
  }

  void AddTargetHash(const ReportTarget& target, std::string_view type,
                     std::string_view hash) {
    constexpr std::string_view kComment = "File submitted to Cuckoo";
    if (hash.empty()) return;
    // A name with a '|' or a line break in it cannot be stored with a hash.
    const bool with_name =
        !target.name.empty() &&
        Add(fmt::format("filename|{}", type), kPayloadDelivery,
            fmt::format("{}|{}", target.name, hash), true, kComment, true);
    if (!with_name) Add(type, kPayloadDelivery, hash, true, kComment);
  }

 private:
  const ValueList& blacklist_;
  DraftedEvent* drafted_;
  std::set<std::pair<std::string, std::string>> known_;
};

void AddAttributes(const ReportFacts& facts, Drafter* drafter) {
  drafter->AddTargetHash(facts.target, "md5", facts.target.md5);
  drafter->AddTargetHash(facts.target, "sha1", facts.target.sha1);
  drafter->AddTargetHash(facts.target, "sha256", facts.target.sha256);
  drafter->Add("url", kNetworkActivity, facts.target.url, true);
  for (const std::string& url : facts.urls) {
    drafter->Add("url", kNetworkActivity, url, true);
  }
  std::set<std::string_view> resolved;
  for (const ContactedDomain& contacted : facts.domains) {
    if (contacted.ip.empty()) {
      drafter->Add("domain", kNetworkActivity, contacted.domain, true);
    } else {
      resolved.insert(contacted.ip);
      drafter->Add("domain|ip", kNetworkActivity,
                   fmt::format("{}|{}", contacted.domain, contacted.ip), true);
    }
  }
  for (const std::string& host : facts.hosts) {
    if (!resolved.contains(host)) {
      drafter->Add("ip-dst", kNetworkActivity, host, true);
    }
  }
  for (const MalwareConfig& config : facts.configs) {
    drafter->Add("text", kExternalAnalysis, config.family, false);
    for (const std::string& url : config.urls) {
      drafter->Add("url", kNetworkActivity, url, true);
    }
    for (const std::string& mutex : config.mutexes) {
      drafter->Add("mutex", kArtifactsDropped, mutex, true);
    }
    for (const std::string& user_agent : config.user_agents) {
      drafter->Add("user-agent", kNetworkActivity, user_agent, true);
    }
  }
}

// Seconds since 1970 of "2018-02-06T16:40:25[Z]"; 0 if it is none.
int64_t SecondsOf(std::string time) {
  if (!time.empty() && time.back() == 'Z') time.pop_back();
  absl::CivilSecond civil;
  if (!absl::ParseCivilTime(time, &civil)) return 0;
  return absl::ToUnixSeconds(absl::FromCivil(civil, absl::UTCTimeZone()));
}

}  // namespace

Uuid EventUuidOf(std::string_view report_id) {
  return UuidV5(kMispsiftNamespace, fmt::format("event\n{}", report_id));
}

DraftedEvent DraftEvent(const ReportFields& fields,
                        const DraftSettings& settings,
                        const SampleFile* /*sample*/) {
  const ReportFacts& facts = fields.facts;
  DraftedEvent drafted;
  EventDraft& event = drafted.event;
  event.uuid = EventUuidOf(fields.report_id);
  drafted.report_ids = {fields.report_id};
  event.info =
      fmt::format("{} #{}", settings.title,
                  facts.task_id.empty() ? fields.report_id : facts.task_id);
  const std::string& time =
      SecondsOf(facts.started) != 0 ? facts.started : settings.scanned;
  event.date = time.substr(0, 10);
  event.timestamp = SecondsOf(time);
  event.distribution = settings.distribution;
  event.threat_level_id = settings.threat_level_id;
  event.analysis = settings.analysis;
  event.tags = settings.tags;
  const ValueList blacklist(settings.ioc_blacklist);
  Drafter drafter(blacklist, &drafted);
  AddAttributes(facts, &drafter);
  return drafted;
}

}  // namespace mispsift
