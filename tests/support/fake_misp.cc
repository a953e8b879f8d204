#include "tests/support/fake_misp.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <thread>

#include "absl/strings/match.h"
#include "fmt/format.h"
#include "httplib.h"
#include "mispsift/base/check.h"
#include "tests/support/fake_misp_answers.h"
#include "tests/support/fake_misp_carry.h"
#include "tests/support/fake_misp_connection.h"
#include "tests/support/fake_misp_contents.h"
#include "tests/support/fake_misp_control.h"
#include "tests/support/fake_misp_delivery.h"
#include "tests/support/fake_misp_faults.h"
#include "tests/support/fake_misp_search.h"
#include "tests/support/fake_misp_store.h"

namespace mispsift {
namespace {

constexpr int64_t kFirstNow = 1767225600;  // 2026-01-01T00:00:00Z
constexpr size_t kThreads = 48;

}  // namespace

std::string_view RecordedRequest::Header(std::string_view name) const {
  for (const auto& [known, value] : headers) {
    if (absl::EqualsIgnoreCase(known, {name.data(), name.size()})) {
      return value;
    }
  }
  return {};
}

struct FakeMisp::Impl {
  FakeMisp* self = nullptr;
  // Of store and settings: shared while an answer is made.
  mutable std::shared_mutex mutex;
  FakeMispStore store;
  FakeMispSettings settings;
  FakeRateLimit rate_limit;
  FakeFaults faults;

  mutable std::mutex log_mutex;
  std::vector<RecordedRequest> log;
  uint64_t cleared = 0;  // requests that were in the log before
  std::function<void(const RecordedRequest&, FakeMisp&)> hook;

  FakePauses pauses;
  FakeWorkers workers;
  httplib::Server server;
  int port = 0;
  std::thread thread;

  void Register();
  void Start();
  void Handle(const httplib::Request& request, httplib::Response& response);
  void HandleControl(const httplib::Request& request,
                     httplib::Response& response);
  FakeAnswer AnswerTo(const RecordedRequest& request,
                      const std::optional<Fault>& fault,
                      const std::function<void()>& hang_up);
  FakeAnswer CarryOut(FakeWrite* write, const RecordedRequest& request,
                      const std::optional<Fault>& fault,
                      const std::function<void()>& hang_up);
};

void FakeMisp::Impl::Register() {
  const auto handle = [this](const httplib::Request& request,
                             httplib::Response& response) {
    if (settings.options.control &&
        (request.path == "/_control" || request.path == "/_requests")) {
      HandleControl(request, response);
    } else {
      Handle(request, response);
    }
  };
  server.set_pre_routing_handler(
      [](const httplib::Request& request, httplib::Response&) {
        HideEncoding(request);
        return httplib::Server::HandlerResponse::Unhandled;
      });
  server.Get(".*", handle);
  server.Post(".*", handle);
  server.Put(".*", handle);
  server.Patch(".*", handle);
  server.Delete(".*", handle);
  server.Options(".*", handle);
  server.set_tcp_nodelay(true);
  server.set_keep_alive_max_count(settings.options.keep_alive_requests);
  server.set_keep_alive_timeout(settings.options.keep_alive_seconds);
  server.set_write_timeout(10, 0);
  server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
}

void FakeMisp::Impl::Start() {
  Register();
  if (settings.options.port == 0) {
    port = server.bind_to_any_port("127.0.0.1");
  } else {
    port = server.bind_to_port("127.0.0.1", settings.options.port)
               ? settings.options.port
               : -1;
  }
  MISPSIFT_CHECK(port > 0);
  WidenBacklog(port);
  settings.base_url =
      fmt::format("http://127.0.0.1:{}{}", port, settings.options.base_path);
  thread = std::thread([this] { server.listen_after_bind(); });
  while (!server.is_running()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

void FakeMisp::Impl::Handle(const httplib::Request& request,
                            httplib::Response& response) {
  const RecordedRequest recorded =
      Recorded(request, settings.options.takes_gzip);
  uint64_t number = 0;
  std::function<void(const RecordedRequest&, FakeMisp&)> before;
  {
    const std::lock_guard lock(log_mutex);
    number = cleared + log.size();
    log.push_back(recorded);
    before = hook;
  }
  if (before) before(recorded, *self);
  const std::optional<Fault> fault = faults.Take(recorded.path);
  FakeAnswer answer = AnswerTo(recorded, fault, [this, &request] {
    EndConnections(port, request.remote_port);
  });
  {
    const std::shared_lock lock(mutex);
    answer.headers.emplace_back("Server", "Apache");
    answer.headers.emplace_back("Date", HttpDate(settings.now));
  }
  {
    const std::lock_guard lock(log_mutex);
    if (number >= cleared) log[number - cleared].status = answer.status;
  }
  const FakeMispOptions& options = settings.options;
  pauses.Pause(options.latency +
               std::chrono::duration_cast<std::chrono::microseconds>(
                   options.latency_per_row * answer.rows));
  const bool takes_gzip =
      recorded.Header("Accept-Encoding").find("gzip") != std::string_view::npos;
  Deliver(std::move(answer), fault, takes_gzip, &pauses, &response);
}

FakeAnswer FakeMisp::Impl::AnswerTo(const RecordedRequest& request,
                                    const std::optional<Fault>& fault,
                                    const std::function<void()>& hang_up) {
  FakeTwist twist;
  if (fault.has_value()) {
    std::optional<FakeAnswer> instead = AnswerInstead(*fault, request.path);
    if (instead.has_value()) {
      if (fault->stored) AnswerTo(request, std::nullopt, hang_up);
      return *std::move(instead);
    }
    twist.unfiltered = fault->kind == Fault::Kind::kUnfiltered;
    if (fault->kind == Fault::Kind::kRowLimit) twist.row_limit = fault->rows;
  }
  FakeAnswer answer;
  {
    const std::shared_lock lock(mutex);
    answer =
        FakeMispAnswers(store, settings, &rate_limit).Answer(request, twist);
  }
  if (answer.write == nullptr) return answer;
  return CarryOut(answer.write.get(), request, fault, hang_up);
}

FakeAnswer FakeMisp::Impl::CarryOut(FakeWrite* write,
                                    const RecordedRequest& request,
                                    const std::optional<Fault>& fault,
                                    const std::function<void()>& hang_up) {
  FakeCarrier carrier{
      .mutex = &mutex, .store = &store, .workers = &workers, .pauses = &pauses};
  {
    const std::shared_lock lock(mutex);
    carrier.latency = settings.options.write_latency;
  }
  FakeAnswer answer = mispsift::CarryOut(carrier, write, fault, hang_up);
  const std::shared_lock lock(mutex);
  FakeMispAnswers(store, settings, &rate_limit)
      .AddCommonHeaders(request, &answer);
  return answer;
}

void FakeMisp::Impl::HandleControl(const httplib::Request& request,
                                   httplib::Response& response) {
  if (request.path == "/_requests") {
    response.set_content(RequestLines(*self), "application/x-ndjson");
  } else {
    response.set_content(RunControl(request.body, self), "application/json");
  }
}

FakeMisp::FakeMisp(FakeMispOptions options) : impl_(new Impl) {
  impl_->self = this;
  impl_->settings.options = std::move(options);
  impl_->settings.now = kFirstNow;
  impl_->Start();
}

FakeMisp::~FakeMisp() {
  impl_->pauses.Stop();
  impl_->server.stop();
  EndConnections(impl_->port, 0);
  impl_->thread.join();
}

std::string FakeMisp::url() const { return impl_->settings.base_url; }

std::string FakeMisp::key() const {
  const std::shared_lock lock(impl_->mutex);
  return impl_->settings.options.key;
}

int FakeMisp::port() const { return impl_->port; }

void FakeMisp::SetNow(int64_t seconds) {
  const std::unique_lock lock(impl_->mutex);
  impl_->settings.now = seconds;
}

int64_t FakeMisp::now() const {
  const std::shared_lock lock(impl_->mutex);
  return impl_->settings.now;
}

uint64_t FakeMisp::AddEvent(FakeEvent event) {
  const std::unique_lock lock(impl_->mutex);
  return impl_->store.AddEvent(std::move(event), impl_->settings.now);
}

std::string FakeMisp::AddAttribute(uint64_t event_id, FakeAttribute attribute) {
  const std::unique_lock lock(impl_->mutex);
  std::string uuid;
  MISPSIFT_CHECK(impl_->store.AddAttribute(event_id, std::move(attribute),
                                           impl_->settings.now, &uuid));
  return uuid;
}

void FakeMisp::EditAttribute(std::string_view uuid,
                             const std::function<void(FakeAttribute&)>& edit) {
  const std::unique_lock lock(impl_->mutex);
  MISPSIFT_CHECK(impl_->store.EditAttribute(uuid, edit, impl_->settings.now));
}

void FakeMisp::SoftDeleteAttribute(std::string_view uuid) {
  EditAttribute(uuid,
                [](FakeAttribute& attribute) { attribute.deleted = true; });
}

void FakeMisp::HardDeleteAttribute(std::string_view uuid) {
  const std::unique_lock lock(impl_->mutex);
  MISPSIFT_CHECK(impl_->store.HardDeleteAttribute(uuid, impl_->settings.now));
}

void FakeMisp::EditEvent(uint64_t id,
                         const std::function<void(FakeEvent&)>& edit) {
  const std::unique_lock lock(impl_->mutex);
  MISPSIFT_CHECK(impl_->store.EditEvent(id, edit, impl_->settings.now));
}

void FakeMisp::HardDeleteEvent(uint64_t id) {
  const std::unique_lock lock(impl_->mutex);
  MISPSIFT_CHECK(impl_->store.HardDeleteEvent(id));
}

void FakeMisp::SetPublished(uint64_t id, bool published) {
  const std::unique_lock lock(impl_->mutex);
  MISPSIFT_CHECK(impl_->store.SetPublished(id, published, impl_->settings.now));
}

void FakeMisp::TouchEvent(uint64_t id) {
  const std::unique_lock lock(impl_->mutex);
  MISPSIFT_CHECK(impl_->store.TouchEvent(id, impl_->settings.now));
}

void FakeMisp::GenerateEvents(uint64_t events, uint64_t attributes,
                              uint64_t seed) {
  const std::unique_lock lock(impl_->mutex);
  impl_->store.GenerateEvents(events, attributes, seed, impl_->settings.now);
}

std::vector<uint64_t> FakeMisp::EventIds() const {
  const std::shared_lock lock(impl_->mutex);
  std::vector<uint64_t> ids;
  for (const auto& [id, event] : impl_->store.events()) ids.push_back(id);
  return ids;
}

FakeEvent FakeMisp::Event(uint64_t id) const {
  const std::shared_lock lock(impl_->mutex);
  const StoredEvent* stored = impl_->store.FindEvent(id);
  MISPSIFT_CHECK(stored != nullptr);
  return stored->event;
}

std::vector<FakeAttribute> FakeMisp::Attributes(uint64_t event_id) const {
  const std::shared_lock lock(impl_->mutex);
  const StoredEvent* stored = impl_->store.FindEvent(event_id);
  MISPSIFT_CHECK(stored != nullptr);
  std::vector<FakeAttribute> attributes;
  FakeSearch search;
  search.event.any = {std::to_string(event_id)};
  search.deleted = true;
  for (const FakeRow& row : SearchAttributes(impl_->store, search, {})) {
    stored->Find(row.id, &attributes.emplace_back());
  }
  return attributes;
}

uint64_t FakeMisp::LiveAttributeCount() const {
  const std::shared_lock lock(impl_->mutex);
  uint64_t count = 0;
  for (const auto& [id, event] : impl_->store.events()) {
    count += event.live_count;
  }
  return count;
}

bool FakeMisp::HasEvent(uint64_t id) const {
  const std::shared_lock lock(impl_->mutex);
  return impl_->store.FindEvent(id) != nullptr;
}

bool FakeMisp::HasAttribute(std::string_view uuid) const {
  const std::shared_lock lock(impl_->mutex);
  return impl_->store.HasAttribute(uuid);
}

std::vector<FakeObject> FakeMisp::Objects(uint64_t event_id) const {
  const std::shared_lock lock(impl_->mutex);
  const StoredEvent* stored = impl_->store.FindEvent(event_id);
  MISPSIFT_CHECK(stored != nullptr);
  return ObjectsOf(*stored);
}

std::vector<FakeSighting> FakeMisp::Sightings() const {
  const std::shared_lock lock(impl_->mutex);
  return impl_->store.sightings();
}

std::vector<std::string> FakeMisp::Duplicates() const {
  const std::shared_lock lock(impl_->mutex);
  return DuplicatesIn(impl_->store);
}

std::string FakeMisp::Contents() const {
  const std::shared_lock lock(impl_->mutex);
  return RenderContents(impl_->store);
}

uint64_t FakeMisp::AddWarninglist(FakeWarninglist list) {
  const std::unique_lock lock(impl_->mutex);
  return impl_->store.AddWarninglist(std::move(list));
}

void FakeMisp::RemoveWarninglist(uint64_t id) {
  const std::unique_lock lock(impl_->mutex);
  MISPSIFT_CHECK(impl_->store.RemoveWarninglist(id));
}

void FakeMisp::ServeFeed(std::string folder) {
  const std::unique_lock lock(impl_->mutex);
  impl_->settings.feed_folder = std::move(folder);
}

void FakeMisp::SetKey(std::string key) {
  const std::unique_lock lock(impl_->mutex);
  impl_->settings.options.key = std::move(key);
}

void FakeMisp::SetKeyCheck(KeyCheck check) {
  const std::unique_lock lock(impl_->mutex);
  impl_->settings.key_check = check;
}

void FakeMisp::SetSiteAdmin(bool site_admin) {
  const std::unique_lock lock(impl_->mutex);
  impl_->settings.options.site_admin = site_admin;
}

void FakeMisp::SetRole(FakeRole role) {
  const std::unique_lock lock(impl_->mutex);
  impl_->settings.role = role;
}

void FakeMisp::SetWriteLatency(FakeWriteLatency latency) {
  const std::unique_lock lock(impl_->mutex);
  impl_->settings.options.write_latency = latency;
}

void FakeMisp::RefuseValues(std::string text) {
  const std::unique_lock lock(impl_->mutex);
  impl_->settings.refused_text = std::move(text);
}

void FakeMisp::SetMaintenance(bool maintenance) {
  const std::unique_lock lock(impl_->mutex);
  impl_->settings.maintenance = maintenance;
}

void FakeMisp::SetRateLimit(uint64_t requests, int64_t seconds) {
  impl_->rate_limit.Set(requests, seconds);
}

void FakeMisp::ClearRateLimit() { impl_->rate_limit.Clear(); }

void FakeMisp::HideEvery(uint64_t n) {
  const std::unique_lock lock(impl_->mutex);
  impl_->settings.hide_every = n;
}

void FakeMisp::SkipEvery(uint64_t n) {
  const std::unique_lock lock(impl_->mutex);
  impl_->settings.skip_every = n;
}

void FakeMisp::DropEvery(uint64_t n) {
  const std::unique_lock lock(impl_->mutex);
  impl_->settings.drop_every = n;
}

void FakeMisp::SetMemoryChunk(uint64_t rows) {
  const std::unique_lock lock(impl_->mutex);
  impl_->settings.options.memory_chunk = rows;
}

void FakeMisp::Inject(Fault fault) { impl_->faults.Add(std::move(fault)); }

void FakeMisp::ClearFaults() { impl_->faults.Clear(); }

void FakeMisp::Before(
    std::function<void(const RecordedRequest&, FakeMisp&)> hook) {
  const std::lock_guard lock(impl_->log_mutex);
  impl_->hook = std::move(hook);
}

std::vector<RecordedRequest> FakeMisp::requests() const {
  const std::lock_guard lock(impl_->log_mutex);
  return impl_->log;
}

size_t FakeMisp::RequestCount(std::string_view path) const {
  const std::lock_guard lock(impl_->log_mutex);
  return static_cast<size_t>(
      std::count_if(impl_->log.begin(), impl_->log.end(),
                    [path](const RecordedRequest& request) {
                      return request.path.find(path) != std::string::npos;
                    }));
}

void FakeMisp::ClearRequests() {
  const std::lock_guard lock(impl_->log_mutex);
  impl_->cleared += impl_->log.size();
  impl_->log.clear();
}

void FakeMisp::WaitForClients() const {
  while (HasClients(impl_->port)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

}  // namespace mispsift
