#ifndef MISPSIFT_SINK_REPORT_LINES_H_
#define MISPSIFT_SINK_REPORT_LINES_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mispsift/base/json_writer.h"
#include "mispsift/match/index.h"
#include "mispsift/model/match.h"
#include "mispsift/model/snapshot.h"

namespace mispsift {

// What a scan writes down of one report, as JSON lines. Pure functions of
// result and index, so that any number of threads gives the same bytes.
//
//   correlations.jsonl  one line for each observable x attribute:
//     {"report", "observable":{"kind","value","where":[],"paths":[],"count"},
//      "match","confidence",
//      "attribute":{"uuid","id","type","category","value","to_ids","comment",
//                   "timestamp","tags":[]},
//      "event":{"uuid","id","info","date","threat_level_id","analysis",
//               "published","org","tags":[]}}
//     An attribute that over-correlates has "over_correlating":true as well.
//   reports.jsonl       one line for each input:
//     {"report","status":"ok|rejected","reject","detail","notes":[],"checked",
//      "bytes","observables","matches","events"}
//   fields.jsonl        one line for each report that was read, with what
//     submit drafts an event from:
//     {"report","urls":[],"domains":[{"domain","ip"}],"hosts":[],
//      "configs":[{"family","urls":[],"mutexes":[],"user_agents":[]}],
//      "target_file":{"sha512","ssdeep","type","size"},
//      "dropped":[{"name","md5","sha1","sha256","sha512","ssdeep","type",
//                  "size"}],
//      "ids_files":[as dropped],"dns_answers":[{"domain","ip"}],
//      "user_agents":[],"mutexes":[],"regkeys":[],"read_regkeys":[],
//      "document_urls":[],
//      "signatures":[{"name","description","severity","attack_ids":[],
//                     "marks":[]}],
//      "own_addresses":[],"left_out",
//      "warninglisted":[{"value","lists":[],"blocks"}],
//      "matches","known_events":[{"uuid","id"}]}
//     model/report.h says what they mean. left_out: how many values of all
//     lists together were over the bound on one. warninglisted: the values
//     above that are on warninglists, null where there are none to ask; blocks:
//     one of the lists says that it is no sign of anything, else they inform.
//     known_events: those that hold a hash of the target.
//   "report" is {"id","source","member","dialect","task_id","started","score",
//     "target":{"category","name","md5","sha1","sha256","url"}}.
//   suppressed.jsonl    one line for each attribute of Index::suppressed(), in
//     its order:
//     {"reasons":[],"kinds":[],"whole","warninglists":[],"attribute","event"}
//     kinds: what it would match as; whole: whether nothing of it is left to
//     match; warninglists: those that suppress it.
// What is not known is null.
void AppendCorrelationLines(const ReportResult& result, const Index& index,
                            std::string* out);
void AppendReportLine(const ReportResult& result, const Snapshot& snapshot,
                      std::string* out);
void AppendFieldsLine(const ReportResult& result, const Snapshot& snapshot,
                      std::string* out);
// `warninglists` are SuppressingWarninglists(suppressed, index).
void AppendSuppressedLine(const SuppressedAttribute& suppressed,
                          const std::vector<std::string_view>& warninglists,
                          const Snapshot& snapshot, std::string* out);

// Names of the warninglists that suppress the attribute, each once. Views into
// the snapshot.
std::vector<std::string_view> SuppressingWarninglists(
    const SuppressedAttribute& suppressed, const Index& index);

// The names of its reasons, and of its kinds.
std::vector<std::string_view> ReasonNames(
    const SuppressedAttribute& suppressed);
std::vector<std::string_view> KindNames(const SuppressedAttribute& suppressed);

// What Cuckoo's own MISP processing module would have put into the report:
// [{"event_id","date","url","level","info","iocs":[]}], newest date first. An
// event whose date is not known counts as newest, as it does there. `url` is
// empty where the snapshot does not come from a server.
std::string EnrichmentJson(const ReportResult& result,
                           const Snapshot& snapshot);

// "control_bytes: 3, first at byte 17": how often, and where; one for each.
std::vector<std::string> NoteTexts(const ReportResult& result);

// The objects that lookup and explain share with the correlation lines; `key`
// is what of the observable is compared, which only explain says.
void WriteObservable(const Observable& observable,
                     std::optional<std::string_view> key, JsonWriter* json);
// An attribute's has "warninglists":["<name>"] where it is on lists that only
// inform (Index::Warninglists).
void WriteAttribute(const Snapshot& snapshot, uint32_t row,
                    const std::vector<std::string_view>& warninglists,
                    JsonWriter* json);
void WriteEvent(const Snapshot& snapshot, const EventView& event,
                JsonWriter* json);

}  // namespace mispsift

#endif  // MISPSIFT_SINK_REPORT_LINES_H_
