#ifndef MISPSIFT_SUBMIT_EVENT_DRAFTS_H_
#define MISPSIFT_SUBMIT_EVENT_DRAFTS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "mispsift/base/uuid.h"
#include "mispsift/model/event_draft.h"
#include "mispsift/submit/fields_line.h"

namespace mispsift {

// What of a report is submitted: the modes of Cuckoo's reporting module, and
// the switches of its descendants'.
enum class SubmitMode : uint32_t {
  kMaldoc = 1 << 0,    // urls that a document named to be opened
  kIpaddr = 1 << 1,    // domains with their addresses, hosts
  kHashes = 1 << 2,    // of the target
  kUrl = 1 << 3,       // that were asked for, or are the target
  kDropped = 1 << 4,   // hashes of dropped files
  kRegistry = 1 << 5,  // keys that were written
  kRegistryRead = 1 << 6,
  kMutexes = 1 << 7,
  kNetwork = 1 << 8,      // user agents, addresses in DNS answers
  kConfig = 1 << 9,       // families, their C2, mutexes and user agents
  kSignatures = 1 << 10,  // with their ATT&CK ids
  kIdsFiles = 1 << 11,    // hashes of files that Suricata saw
};

// Of names between blanks or commas, in any case: "maldoc", "ipaddr", "hashes",
// "url", "dropped", "registry", "registry_read", "mutexes", "network",
// "config", "signatures", "ids_files". Errors: kInvalidArgument with the name
// that is none, and those that there are.
absl::Status ParseSubmitModes(std::string_view names, uint32_t* modes);

// maldoc ipaddr hashes url, and config, which Cuckoo always submits.
inline constexpr uint32_t kDefaultSubmitModes =
    static_cast<uint32_t>(SubmitMode::kMaldoc) |
    static_cast<uint32_t>(SubmitMode::kIpaddr) |
    static_cast<uint32_t>(SubmitMode::kHashes) |
    static_cast<uint32_t>(SubmitMode::kUrl) |
    static_cast<uint32_t>(SubmitMode::kConfig);

// The options of Cuckoo's reporting module, with the seed's defaults.
struct DraftSettings {
  uint32_t modes = kDefaultSubmitModes;
  // With {task_id}, {report_id}, {name}, {md5}, {sha1}, {sha256}, {url},
  // {target} (name or url), {score}, {families}, {dialect}, {date}, {count} (of
  // analyses) in it, which stand for nothing where the report does not say; a
  // brace itself is "{{" or "}}". With none of them, " #" and the task follow,
  // as Cuckoo writes it; of a batch, whose placeholders are those of its first
  // analysis, " (12 analyses)".
  std::string title = "Cuckoo Sandbox analysis";
  std::vector<std::string> tags;
  int distribution = 0;
  int sharing_group_id = 0;  // only with distribution 4
  int threat_level_id = 4;
  int analysis = 0;
  // MISP objects in place of plain attributes, where there is a template.
  bool objects = false;
  // Values on lists that only inform are submitted all the same.
  bool submit_informed = false;
  // Values that are never submitted, in the grammar of normalize/value_list.h;
  // ValueList::Check() has passed them.
  std::vector<std::string> ioc_blacklist;
  // Cuckoo's safelists misp{domain,ip,url,hash}.txt; beside those that are
  // built in. A hash in it leaves the whole report out.
  std::vector<std::string> safelist;
  // When the reports were scanned (ISO 8601, UTC), which stands in for the
  // start of an analysis that does not tell it.
  std::string scanned;
};

// Errors: kInvalidArgument when the title has a placeholder that is none, or a
// brace that is neither doubled nor of a placeholder.
absl::Status CheckTitle(std::string_view title);

// Why a value is not in a draft.
enum class LeftOut : uint8_t {
  kInvalid,  // MISP would not store it; `detail` says why
  kBlacklisted,
  kSafelisted,
  kWarninglisted,  // `detail` names the lists
  kSpecialUse,     // an address or host of no use to others: private, loopback,
                   // a single label, below .local, ...
  kOwnTraffic,     // an address that the report says is the sandbox's own
  kCount,
};

std::string_view LeftOutName(LeftOut reason);

struct LeftOutValue {
  std::string report_id;
  std::string type;
  std::string value;  // as the report spells it
  LeftOut reason = LeftOut::kInvalid;
  std::string detail;  // where it is not all of the value: which part
};

// The binary that was analysed.
struct SampleFile {
  std::string name;   // of the target
  std::string bytes;  // whose SHA-256 is the target's
};

struct DraftedEvent {
  EventDraft event;
  std::vector<std::string> report_ids;  // of the analyses in it
  std::vector<LeftOutValue> left_out;   // the same value once
};

// Drafts one unpublished event of each analysis. Values are as MISP would store
// them; what it would take for the same value comes once; what is of no use to
// others, or known to be harmless, is left out and listed, as is what MISP
// would refuse. Where that is an address that a domain has, the domain alone is
// sent; what resolves to a blacklisted address is left out with it.
//
// The event of a target whose hash is safelisted has no attributes, and lists
// the hash. Nor may any other have one left: who sends them drops those whose
// AttributeCount() is 0.
//
// The same report and settings give the same event, uuids included: the
// event's is a UUIDv5 of the report's id, an object's of event, template and
// what it is about, an attribute's of event, type and value, and of its object
// and relation where it has them.
//
// `sample` is null where the binary is not at hand or not wanted. CheckTitle()
// has passed the title.
//
// Threads: any, once built.
class EventDrafter {
 public:
  explicit EventDrafter(DraftSettings settings);
  ~EventDrafter();
  EventDrafter(EventDrafter&&) noexcept;
  EventDrafter& operator=(EventDrafter&&) noexcept;

  DraftedEvent Draft(const ReportFields& fields,
                     const SampleFile* sample = nullptr) const;

 private:
  struct Impl;
  std::unique_ptr<const Impl> impl_;
};

// The uuid of the event that EventDrafter drafts of a report.
Uuid EventUuidOf(std::string_view report_id);

// Drafts events of many analyses each: of up to so many attributes, though
// never of a part of an analysis, so that one alone may be larger. Each sample
// is a `file` object of its own; all else is as EventDrafter has it, and a
// value that several analyses show stands in the event once. The event's uuid
// is a UUIDv5 of its report ids in order.
//
// Threads: thread-compatible.
class BatchDrafter {
 public:
  BatchDrafter(DraftSettings settings, size_t max_attributes);
  ~BatchDrafter();
  BatchDrafter(BatchDrafter&&) noexcept;
  BatchDrafter& operator=(BatchDrafter&&) noexcept;

  // The event before, when this analysis does not fit in with it.
  std::optional<DraftedEvent> Add(const ReportFields& fields,
                                  const SampleFile* sample = nullptr);
  // What is left, if anything.
  std::optional<DraftedEvent> Finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// {"Event":{...}} as POST /events/add takes it, one line without its end.
std::string EventJson(const EventDraft& event);

}  // namespace mispsift

#endif  // MISPSIFT_SUBMIT_EVENT_DRAFTS_H_
