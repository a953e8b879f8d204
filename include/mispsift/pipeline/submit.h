#ifndef MISPSIFT_PIPELINE_SUBMIT_H_
#define MISPSIFT_PIPELINE_SUBMIT_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "mispsift/net/curl_transport.h"
#include "mispsift/submit/event_drafts.h"
#include "mispsift/submit/outbox.h"

namespace mispsift {

enum class SubmitSelection : uint8_t { kAll, kMatched, kUnmatched };

// What is done about an analysis of a sample that MISP knows: one whose hash
// an event of the snapshot holds that is not of this analysis itself.
enum class KnownPolicy : uint8_t {
  kSubmit,  // an event like any other
  kSkip,    // nothing
  kExtend,  // an event that extends the first that knows the sample
  kSight,   // no event; what matches is sighted
};

// Which matches are told to MISP as sightings.
enum class SightingPolicy : uint8_t { kNone, kKnown, kMatched };

struct SubmitOptions {
  std::string results;  // a scan's folder

  // Where it goes: one of these; a dry run may name a server as well, and then
  // prints the sightings too.
  std::string server;    // URL of a MISP
  std::string feed_out;  // folder of a feed
  bool dry_run = false;  // hand everything to `print`

  SubmitSelection select = SubmitSelection::kAll;
  // Analyses below it, and those without a score, are not submitted.
  std::optional<double> min_score;
  KnownPolicy known = KnownPolicy::kSight;
  SightingPolicy sightings = SightingPolicy::kMatched;
  int min_confidence = 50;      // of what is sighted
  std::string sighting_source;  // empty: the sandbox
  // More than 0: events of many analyses, of so many attributes.
  uint64_t batch_attributes = 0;
  uint64_t max_events = 1000;
  bool upload_sample = false;
  uint64_t max_sample_bytes = uint64_t{32} << 20;
  DraftSettings draft;           // `scanned` is taken from the results
  std::string org = "mispsift";  // that a feed is by
  std::string left_out_file;     // JSON lines of what is left out; empty: none

  // Of a server.
  std::string key;
  CurlTransportOptions connection;
  std::string ledger;  // empty: DefaultLedger(results)
  absl::Duration retry_delay = absl::Seconds(1);
  int max_failures = 8;
  double items_per_second = 0;  // attributes and sightings; 0: no bound
};

// `results` with ".outbox" behind its name: a new scan does not touch it.
std::string DefaultLedger(const std::string& results);

// What another thread sees while Submit() runs; `stop` may be set at any time.
struct SubmitProgress {
  std::atomic<bool> stop{false};
  std::atomic<uint64_t> analyses{0};
  std::atomic<uint64_t> events_to_send{0};
  std::atomic<uint64_t> events_settled{0};
};

struct SubmitReport {
  struct TypeCount {
    uint64_t count = 0;
    uint64_t bytes = 0;  // of values and files
  };

  uint64_t selected = 0;  // analyses
  uint64_t known = 0;     // of samples that MISP knows
  uint64_t empty = 0;     // with nothing to submit
  // What was drafted, within max_events; a sighting of a day counts once.
  uint64_t events = 0;
  uint64_t objects = 0;
  uint64_t attributes = 0;
  uint64_t sightings = 0;
  uint64_t bytes = 0;      // of the events' JSON
  uint64_t kept = 0;       // events that the feed had already
  uint64_t samples = 0;    // attached
  uint64_t no_sample = 0;  // wanted, and not at hand
  std::map<std::string, TypeCount>
      types;  // of the attributes that were drafted
  std::array<uint64_t, static_cast<size_t>(LeftOut::kCount)> left_out{};
  bool warninglists_checked = true;  // false: the snapshot had none
  // What MISP would refuse, and so is not sent.
  std::vector<LeftOutValue> refused;
  // Uuids of events beyond max_events, in order: they stay planned.
  std::vector<std::string> planned;
  // Of a server: what it settled in this run, and what of it it did not take.
  std::optional<OutboxCounts> settled;
  std::vector<OutboxProblem> problems;
};

// Drafts events, and sightings, from a scan's results and brings them to a MISP
// server, into a feed folder or, line by line, to `print`: events as
// EventJson(), the sightings of an event as {"Event":{"uuid"},"Sighting":[]}.
// An analysis that the results hold twice is one event.
//
// Errors: kFailedPrecondition when the folder is no finished scan or has no
// fields.jsonl; kDataLoss when that is damaged; kAborted when another run has
// the results or the ledger; those of a server with ExitCode::kServer;
// kCancelled when stopped; the disk's.
absl::StatusOr<SubmitReport> Submit(
    const SubmitOptions& options, SubmitProgress* progress,
    absl::FunctionRef<absl::Status(std::string_view line)> print);

}  // namespace mispsift

#endif  // MISPSIFT_PIPELINE_SUBMIT_H_
