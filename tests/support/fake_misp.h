#ifndef MISPSIFT_TESTS_SUPPORT_FAKE_MISP_H_
#define MISPSIFT_TESTS_SUPPORT_FAKE_MISP_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mispsift {

struct FakeAttribute {
  uint64_t id = 0;   // 0: the next free one
  std::string uuid;  // empty: made from the id
  std::string type = "domain";
  std::string category = "Network activity";
  std::string value;
  std::string comment;
  bool to_ids = true;
  bool deleted = false;  // softly
  bool disable_correlation = false;
  int64_t timestamp = 0;  // 0: now
  uint64_t object_id = 0;
  std::string object_relation;  // empty: null
  int distribution = 5;
  // Only a site admin's key sees it; attribute_count counts it all the same.
  bool hidden = false;
  std::vector<std::string> tags;
  std::string data;  // a file in base64, of those that a client sent
};

struct FakeReference {
  uint64_t id = 0;   // 0: the next free one
  std::string uuid;  // empty: made from the id
  std::string referenced_uuid;
  std::string relationship_type;
  std::string comment;
};

struct FakeObject {
  uint64_t id = 0;   // 0: the next free one
  std::string uuid;  // empty: made from the id
  std::string name = "file";
  std::string meta_category = "file";
  std::string description;
  std::string template_uuid = "688c46fb-5edb-40a3-8273-1af7923e2215";
  int64_t template_version = 1;
  std::string comment;
  int64_t timestamp = 0;  // 0: now
  std::vector<FakeAttribute> attributes;
  std::vector<FakeReference> references;
};

struct FakeEvent {
  uint64_t id = 0;   // 0: the next free one
  std::string uuid;  // empty: made from the id
  std::string info = "an event";
  std::string date = "2026-01-01";
  std::string org = "Example Org";  // creator organisation
  std::string org_uuid = "10000000-0000-4000-8000-000000000001";
  int64_t timestamp = 0;          // 0: now
  int64_t publish_timestamp = 0;  // 0 and published: now
  bool published = true;
  int threat_level_id = 2;
  int analysis = 2;
  int distribution = 3;
  bool disable_correlation = false;
  std::vector<std::string> tags;
  std::vector<FakeAttribute> attributes;
  std::vector<FakeObject> objects;
  std::string extends_uuid;
  uint64_t sharing_group_id = 0;
};

struct FakeSighting {
  uint64_t id = 0;
  std::string uuid;
  uint64_t attribute_id = 0;
  std::string attribute_uuid;
  uint64_t event_id = 0;  // that holds the attribute
  std::string source;
  int64_t date = 0;
  int type = 0;  // 0 seen, 1 false positive, 2 expired
};

// What the key may do. A read-only key may write nothing, whatever
// /users/view/me says of its role.
struct FakeRole {
  bool perm_add = true;
  bool perm_modify = true;
  bool perm_publish = true;
  bool perm_tagger = true;
  bool perm_tag_editor = true;
  bool perm_sighting = true;
  bool perm_sync = true;
  bool read_only = false;
};

// How long writes take: for the request, and for each attribute or sighting
// of it, which is stored then and not before. No more than `parallel` are at
// work at once (0: all of them), further ones wait.
struct FakeWriteLatency {
  std::chrono::microseconds request{0};
  std::chrono::microseconds attribute{0};
  size_t parallel = 0;
};

struct FakeWarninglist {
  uint64_t id = 0;  // 0: the next free one
  std::string name;
  std::string type = "string";
  std::string description;
  std::string version = "20260101";
  std::string category = "false_positive";
  bool enabled = true;
  std::vector<std::string> valid_attributes;
  std::vector<std::string> values;
};

struct FakeMispOptions {
  std::string key = "fakeKEYfakeKEYfakeKEYfakeKEYfakeKEY00001";
  bool site_admin = true;
  std::string version = "2.5.1";
  // The path the server lives under: "" or "/misp".
  std::string base_path;
  int port = 0;  // 0: any free one
  // Ids, times and levels as JSON numbers, as installations without
  // ATTR_STRINGIFY_FETCHES print them.
  bool numbers_as_numbers = false;
  // As servers before 2.4.177: `order` is not among the known parameters.
  bool restsearch_ignores_order = false;
  // Before 2.4.196 there is no X-Skipped-Elements-Count.
  bool sends_skipped_count = true;
  // Rows that a search without limit fetches at a time; more than that and
  // the first of these chunks comes twice.
  uint64_t memory_chunk = 102400;
  // Time before the first byte of every answer, and for each row of it.
  std::chrono::microseconds latency{0};
  std::chrono::nanoseconds latency_per_row{0};
  FakeWriteLatency write_latency;
  // Whether request bodies may be compressed, as getVersion says.
  bool takes_gzip = true;
  // Whether /sightings/index/<uuid> answers with that event's sightings. What
  // was read of MISP compares the uuid with ids there, and so finds nothing.
  bool sightings_index_knows_uuid = true;
  std::vector<uint64_t> sharing_groups;  // those that the key may use
  // Requests over one connection, then the server closes it; seconds idle.
  size_t keep_alive_requests = 100;
  int keep_alive_seconds = 5;
  // POST /_control and GET /_requests, without a key, for shell tests.
  bool control = false;
};

// What happens to the key.
enum class KeyCheck : uint8_t {
  kGood,
  kDisabledUser,
  kWrongAddress,
  kNoPermission,  // for all but getVersion and view/me
  kExpired,       // said in the words of a wrong key
};

// Something that goes wrong with some answers.
struct Fault {
  enum class Kind : uint8_t {
    kStatus,        // `status` with `body`; empty: what a proxy or PHP says
    kCut,           // full Content-Length, connection closed after `bytes`
    kCutChunks,     // chunked, connection closed after `bytes`, no last chunk
    kTruncate,      // the first `bytes` as if they were all, connection kept
    kStall,         // `delay` long nothing after `bytes`, then the rest
    kSlow,          // `delay` before the first byte; writes are stored before
    kGzip,          // chunked and compressed, if the client accepts gzip
    kClose,         // connection closed after a whole answer
    kRedirect,      // `status` (302 if 0) to `location`
    kLoginPage,     // 200 with HTML
    kRowLimit,      // a page of more than `rows` rows is a 500 in JSON
    kUnfiltered,    // as if the body had not been read
    kErrorPage,     // `status` (500 if 0) with the HTML error page of MISP
    kInternalJson,  // 500 in JSON
    // Of writes, which go on without the client:
    kStoredThenCut,  // all is stored, connection closed without an answer
    // The event and the first `rows` attributes are stored, connection closed
    // without an answer; the rest is stored after `delay` (0: never).
    kStoredPartly,
  };

  std::string path;    // what the path must contain; empty: any
  uint32_t skip = 0;   // so many matching requests first pass untouched
  uint32_t times = 1;  // then so many are spoilt; 0: all of them
  Kind kind = Kind::kStatus;
  int status = 0;
  std::string body;
  size_t bytes = 0;
  std::chrono::milliseconds delay{0};
  std::string location;
  uint64_t rows = 0;
  // What answers in MISP's place (kStatus, ...) does so although MISP did
  // what it was asked, as a proxy does that lost patience.
  bool stored = false;
};

struct RecordedRequest {
  std::string method;
  std::string path;  // as asked for, with its query
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;  // uncompressed
  // Why MISP refuses the body's encoding; empty: it does not.
  std::string body_problem;
  int status = 0;  // of the answer; 0 where there is none

  // The first of that name (in any case); empty where there is none.
  std::string_view Header(std::string_view name) const;
};

// A MISP server to test a client against: it listens on 127.0.0.1 from
// construction to destruction, and answers in the shapes of a recorded 2.5.1,
// its traps included:
//
//   GET  /servers/getVersion, /users/view/me
//   POST /events/index             full or {"minimal":1}
//   POST /attributes/restSearch    returnFormat json
//   POST /events/restSearch        {"metadata":1}
//   GET  /events/view/<id|uuid>    HEAD and POST too
//   POST /events/add, /events/edit/<id|uuid>, also /metadata:1
//   POST /attributes/add/<event>   also /breakOnDuplicate:0
//   POST /events/upload_sample/<event>
//   POST /sightings/add, /sightings/bulkSaveSightings/<event>
//   GET  /sightings/index/<event>
//   POST /tags/add, /tags/attachTagToObject; GET /tags/index
//   GET  /warninglists/index, /warninglists/view/<id>, .../export/<id>
//   GET  /feed/<file>              see ServeFeed()
//
// Time stands still until SetNow(): every change happens at now(), as long as
// it stands two changes of an event give one timestamp, as two changes within
// one second do in MISP. An edit unpublishes its event; publishing does not
// move its timestamp.
//
// What a client writes is stored piece by piece, each in its time, whether the
// client is still there or not: an event first, then its attributes one by
// one, then its objects. What MISP would not take is dropped as MISP does it,
// from events without a word. The uuid of an event that was deleted for good
// is blocked.
//
// A million generated attributes take a few megabytes: they are a function of
// seed, event and position, made when they are asked for.
//
// Threads: thread-safe; every call is allowed while requests are answered.
// Source:  facts on MISP 2.5.1, observed.
class FakeMisp {
 public:
  explicit FakeMisp(FakeMispOptions options = {});
  ~FakeMisp();
  FakeMisp(const FakeMisp&) = delete;
  FakeMisp& operator=(const FakeMisp&) = delete;

  // Without a slash at the end, base path included.
  std::string url() const;
  std::string key() const;
  int port() const;

  // The server's clock, also that of its Date header. Seconds since 1970.
  void SetNow(int64_t seconds);
  int64_t now() const;

  // --- What it knows. A uuid or id that is not there is a failed check.
  uint64_t AddEvent(FakeEvent event);
  // Returns the uuid.
  std::string AddAttribute(uint64_t event_id, FakeAttribute attribute);
  void EditAttribute(std::string_view uuid,
                     const std::function<void(FakeAttribute&)>& edit);
  void SoftDeleteAttribute(std::string_view uuid);
  void HardDeleteAttribute(std::string_view uuid);
  // `edit` sees the event without its attributes.
  void EditEvent(uint64_t id, const std::function<void(FakeEvent&)>& edit);
  void HardDeleteEvent(uint64_t id);
  void SetPublished(uint64_t id, bool published);
  // Moves the timestamp to now() and unpublishes, nothing else.
  void TouchEvent(uint64_t id);
  // `attributes` live ones in `events` events behind those that are there:
  // most small, a few with tens of thousands. All published but a tenth.
  void GenerateEvents(uint64_t events, uint64_t attributes, uint64_t seed);

  // Copies; attributes by id, deleted and hidden ones included.
  std::vector<uint64_t> EventIds() const;
  FakeEvent Event(uint64_t id) const;  // without attributes
  std::vector<FakeAttribute> Attributes(uint64_t event_id) const;
  uint64_t LiveAttributeCount() const;  // hidden ones included
  bool HasEvent(uint64_t id) const;
  bool HasAttribute(std::string_view uuid) const;
  std::vector<FakeObject> Objects(uint64_t event_id) const;  // with attributes
  std::vector<FakeSighting> Sightings() const;
  // What is there twice and should not be: an event's info, a value outside
  // objects within an event, a uuid. A line each.
  std::vector<std::string> Duplicates() const;
  // Events with their attributes and objects, sightings and duplicates, as
  // JSON: {"events": [{"id", "uuid", "info", "attributes": [{"uuid", "type",
  // "category", "value", "object_id"}], "objects": [{"id", "uuid", "name"}]}],
  // "sightings": [{"uuid", "attribute_uuid", "source", "date", "type"}],
  // "duplicates": [text]}.
  std::string Contents() const;

  uint64_t AddWarninglist(FakeWarninglist list);
  void RemoveWarninglist(uint64_t id);
  // Serves the files of `folder` under /feed/, with ETag and Last-Modified,
  // without a key.
  void ServeFeed(std::string folder);

  // --- How it treats this key.
  void SetKey(std::string key);
  void SetKeyCheck(KeyCheck check);
  void SetSiteAdmin(bool site_admin);
  // Until it is set, all but perm_sync and perm_tag_editor, which a site admin
  // has too.
  void SetRole(FakeRole role);
  // Not live: whoever is no site admin is sent to the login page.
  void SetMaintenance(bool maintenance);
  // `requests` searches in a window of `seconds`, which a client's waiting
  // and SetNow() both bring to its end.
  void SetRateLimit(uint64_t requests, int64_t seconds);
  void ClearRateLimit();

  // --- How it writes.
  void SetWriteLatency(FakeWriteLatency latency);
  // Attributes whose value holds `text` are refused, as an expression among
  // the import filters does it; empty: none.
  void RefuseValues(std::string text);

  // --- What it does to pages. 0 switches off.
  // Rows whose id is a multiple of n are hidden (see FakeAttribute::hidden).
  void HideEvery(uint64_t n);
  // ... are removed after LIMIT and counted in X-Skipped-Elements-Count.
  void SkipEvery(uint64_t n);
  // ... are removed after LIMIT and counted nowhere (allowedlist).
  void DropEvery(uint64_t n);
  void SetMemoryChunk(uint64_t rows);

  // --- What goes wrong. The first fault that matches spoils a request; one
  // that is skipped over counts down all the same.
  void Inject(Fault fault);
  void ClearFaults();
  // Runs before each request is answered, outside all locks; a test may
  // change events in it. Not called for /_control and /_requests.
  void Before(std::function<void(const RecordedRequest&, FakeMisp&)> hook);

  // In the order they came, without those of /_control and /_requests.
  std::vector<RecordedRequest> requests() const;
  // Those whose path contains `path`.
  size_t RequestCount(std::string_view path) const;
  void ClearRequests();
  // Returns when no client is connected any more. Until then what one sent that
  // has given up may still come in.
  void WaitForClients() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_FAKE_MISP_H_
