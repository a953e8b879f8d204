// One loop around curl's multi handle. (One file, though long: what starts,
// runs, times out and ends a request works on the same slots.)

#include "mispsift/net/curl_transport.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "mispsift/base/bytes.h"
#include "mispsift/base/check.h"
#include "mispsift/base/file.h"
#include "mispsift/base/status_macros.h"
#include "src/net/curl_errors.h"
#include "src/net/curl_target.h"
#include "src/net/request_checks.h"

namespace mispsift {
namespace {

constexpr long kMaxRedirects = 5;
constexpr long kReceiveBufferBytes = 256L << 10;
constexpr uint64_t kMaxPemBytes = uint64_t{64} << 20;

struct MultiDeleter {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct EasyDeleter {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, ListDeleter>;

// Refused only for lack of memory or by a libcurl that lacks the option.
template <typename Value>
void Set(CURL* easy, CURLoption option, Value value) {
  MISPSIFT_CHECK(curl_easy_setopt(easy, option, value) == CURLE_OK);
}

template <typename Value>
Value Get(CURL* easy, CURLINFO field) {
  Value value{};
  MISPSIFT_CHECK(curl_easy_getinfo(easy, field, &value) == CURLE_OK);
  return value;
}

void Append(HeaderList* list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list->get(), line.c_str());
  MISPSIFT_CHECK(longer != nullptr);
  static_cast<void>(list->release());
  list->reset(longer);
}

absl::Duration SteadyNow() {
  return absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch());
}

// Runs only between Resume() and Pause().
class StopWatch {
 public:
  void Resume() { resumed_ = SteadyNow(); }
  void Pause() {
    passed_ = Now();
    resumed_.reset();
  }
  absl::Duration Now() const {
    return resumed_ ? passed_ + (SteadyNow() - *resumed_) : passed_;
  }

 private:
  absl::Duration passed_ = absl::ZeroDuration();
  std::optional<absl::Duration> resumed_;
};

// For poll and for libcurl, which both take int; rounded up, as a wait that
// ends a little early would spin.
int Milliseconds(absl::Duration duration) {
  const int64_t count =
      absl::ToInt64Milliseconds(absl::Ceil(duration, absl::Milliseconds(1)));
  return static_cast<int>(
      std::clamp<int64_t>(count, 1, std::numeric_limits<int>::max()));
}

// Room for one request on its way; its handle keeps its TLS sessions from one
// request to the next. libcurl holds pointers into it.
struct Slot {
  std::unique_ptr<CURL, EasyDeleter> easy;
  bool busy = false;

  uint64_t id = 0;
  HttpRequest request;
  Target target;
  HeaderList headers;
  char reason[CURL_ERROR_SIZE] = {};
  PaddedBytes body;
  bool over_bound = false;
  bool head_ended = false;  // an empty line came after the last status line

  // By the stop watch, but `added`.
  absl::Duration begun;
  absl::Duration last_progress;
  absl::Duration added;  // by SteadyNow()
  int64_t progress = 0;  // grows with every byte
  bool connected = false;
};

// Of a body on the wire. No encoding makes a body larger by more than this.
uint64_t MaxWireBytes(uint64_t max_body_bytes) {
  const uint64_t ceiling = uint64_t{std::numeric_limits<int64_t>::max()};
  if (max_body_bytes > ceiling / 2) return ceiling;
  return max_body_bytes + max_body_bytes / 64 + (uint64_t{64} << 10);
}

size_t OnBody(char* bytes, size_t /*one*/, size_t count, void* user) {
  Slot& slot = *static_cast<Slot*>(user);
  PaddedBytes& body = slot.body;
  const uint64_t bound = slot.request.max_body_bytes;
  if (count > bound - body.size()) {
    slot.over_bound = true;
    return 0;
  }
  try {
    if (body.size() == 0) {
      const auto length =
          Get<curl_off_t>(slot.easy.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T);
      if (length > 0 && static_cast<uint64_t>(length) <= bound) {
        body.Reserve(static_cast<size_t>(length));
      }
    }
    const size_t size = body.size();
    body.Reserve(size + count);
    std::copy_n(bytes, count, body.data() + size);
    body.SetSize(size + count);
  } catch (const std::bad_alloc&) {  // must not cross libcurl's frames
    slot.over_bound = true;
    return 0;
  }
  return count;
}

size_t OnHeader(char* bytes, size_t /*one*/, size_t count, void* user) {
  const std::string_view line(bytes, count);
  bool& head_ended = static_cast<Slot*>(user)->head_ended;
  // Trailers come this way too, without a status line before them.
  if (line.starts_with("HTTP/")) head_ended = false;
  if (line == "\r\n" || line == "\n") head_ended = true;
  return count;
}

class CurlTransport : public Transport {
 public:
  CurlTransport(CurlTransportOptions options, CURLM* multi);
  ~CurlTransport() override;
  CurlTransport(const CurlTransport&) = delete;
  CurlTransport& operator=(const CurlTransport&) = delete;

  uint64_t Start(HttpRequest request) override;
  std::optional<Exchange> Wait(absl::Duration timeout) override;

 private:
  struct Queued {
    uint64_t id = 0;
    HttpRequest request;
    Target target;
  };

  void Prepare(Slot* slot);
  void PrepareTls(Slot* slot);
  // Gives waiting requests to free slots; false when there was none of either.
  bool LaunchQueued();
  // Moves everything on as far as it goes without waiting.
  void Perform();
  void CollectEnded();
  // Whether it ended any.
  bool EndStalled();
  // How long until EndStalled() has something to do.
  absl::Duration Patience(const Slot& slot) const;
  void GrantUnwatchedTime();
  void End(Slot* slot, NetError error, std::string problem);
  void EndAs(Slot* slot, CURLcode code);

  const CurlTransportOptions options_;
  const std::unique_ptr<CURLM, MultiDeleter> multi_;
  std::vector<std::unique_ptr<Slot>> slots_;
  std::deque<Queued> queue_;
  std::deque<Exchange> ended_;
  StopWatch watch_;
  uint64_t last_id_ = 0;
};

CurlTransport::CurlTransport(CurlTransportOptions options, CURLM* multi)
    : options_(std::move(options)), multi_(multi) {
  const long connections = options_.connections;
  MISPSIFT_CHECK(curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS,
                                   connections) == CURLM_OK);
  for (int i = 0; i < options_.connections; ++i) {
    auto slot = std::make_unique<Slot>();
    slot->easy.reset(curl_easy_init());
    MISPSIFT_CHECK(slot->easy != nullptr);
    slots_.push_back(std::move(slot));
  }
}

CurlTransport::~CurlTransport() {
  for (const std::unique_ptr<Slot>& slot : slots_) {
    if (slot->busy) curl_multi_remove_handle(multi_.get(), slot->easy.get());
  }
}

uint64_t CurlTransport::Start(HttpRequest request) {
  CheckRequest(request);
  const uint64_t id = ++last_id_;
  Target target = ParseTarget(request.url);
  if (!target.problem.empty()) {
    Exchange exchange;
    exchange.id = id;
    exchange.error = NetError::kBadUrl;
    exchange.problem = std::move(target.problem);
    ended_.push_back(std::move(exchange));
    return id;
  }
  queue_.push_back({id, std::move(request), std::move(target)});
  // Over a kept connection this already sends the request.
  Perform();
  return id;
}

std::optional<Exchange> CurlTransport::Wait(absl::Duration timeout) {
  struct Watched {
    explicit Watched(StopWatch* w) : watch(w) { watch->Resume(); }
    ~Watched() { watch->Pause(); }
    StopWatch* watch;
  };
  const absl::Duration began = SteadyNow();
  const Watched watched(&watch_);
  while (true) {
    Perform();
    if (EndStalled()) Perform();  // whoever waited for that connection
    if (!ended_.empty()) {
      Exchange exchange = std::move(ended_.front());
      ended_.pop_front();
      return exchange;
    }
    absl::Duration pause = timeout - (SteadyNow() - began);
    bool busy = false;
    for (const std::unique_ptr<Slot>& slot : slots_) {
      if (!slot->busy) continue;
      busy = true;
      if (pause > absl::ZeroDuration()) {
        pause =
            std::min(pause, std::max(Patience(*slot), absl::Milliseconds(1)));
      }
    }
    if (!busy || pause <= absl::ZeroDuration()) return std::nullopt;
    MISPSIFT_CHECK(curl_multi_poll(multi_.get(), nullptr, 0,
                                   Milliseconds(pause), nullptr) == CURLM_OK);
  }
}

void CurlTransport::Prepare(Slot* slot) {
  CURL* easy = slot->easy.get();
  const HttpRequest& request = slot->request;
  curl_easy_reset(easy);
  slot->reason[0] = '\0';
  Set(easy, CURLOPT_ERRORBUFFER, &slot->reason[0]);
  Set(easy, CURLOPT_PRIVATE, slot);
  Set(easy, CURLOPT_NOSIGNAL, 1L);
  // Only for speed. Refused (7.88) where a redirect failed on the same handle.
  curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, kReceiveBufferBytes);
  // A server may think for minutes; routers forget silent connections sooner.
  Set(easy, CURLOPT_TCP_KEEPALIVE, 1L);

  Set(easy, CURLOPT_URL, request.url.c_str());
  Set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  Set(easy, CURLOPT_REDIR_PROTOCOLS_STR,
      slot->target.secure ? "https" : "http,https");
  Set(easy, CURLOPT_FOLLOWLOCATION, request.follow_redirects ? 1L : 0L);
  Set(easy, CURLOPT_MAXREDIRS, kMaxRedirects);
  Set(easy, CURLOPT_UNRESTRICTED_AUTH, 0L);
  Set(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  Set(easy, CURLOPT_NETRC, long{CURL_NETRC_IGNORED});
  Set(easy, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_2TLS});

  slot->headers.reset();
  for (const std::string& line : request.headers) {
    Append(&slot->headers, line);
  }
  Append(&slot->headers, "Expect:");
  if (request.method == "POST") {
    Set(easy, CURLOPT_POST, 1L);
    Set(easy, CURLOPT_POSTFIELDS, request.body.data());
    Set(easy, CURLOPT_POSTFIELDSIZE_LARGE,
        static_cast<curl_off_t>(request.body.size()));
    // Else libcurl would call it a web form.
    if (!HasHeader(request, "content-type")) {
      Append(&slot->headers, "Content-Type:");
    }
  } else {
    Set(easy, CURLOPT_HTTPGET, 1L);
  }
  Set(easy, CURLOPT_HTTPHEADER, slot->headers.get());
  // No header of ours to a proxy that only has to connect.
  Set(easy, CURLOPT_HEADEROPT, long{CURLHEADER_SEPARATE});
  if (!options_.user_agent.empty()) {
    Set(easy, CURLOPT_USERAGENT, options_.user_agent.c_str());
  }

  Set(easy, CURLOPT_ACCEPT_ENCODING, "");  // all that this libcurl knows
  Set(easy, CURLOPT_WRITEFUNCTION, &OnBody);
  Set(easy, CURLOPT_WRITEDATA, slot);
  Set(easy, CURLOPT_HEADERFUNCTION, &OnHeader);
  Set(easy, CURLOPT_HEADERDATA, slot);
  Set(easy, CURLOPT_MAXFILESIZE_LARGE,
      static_cast<curl_off_t>(MaxWireBytes(request.max_body_bytes)));

  if (!options_.proxy.empty()) {
    Set(easy, CURLOPT_PROXY, options_.proxy.c_str());
    // The environment's no_proxy would overrule an explicit proxy.
    Set(easy, CURLOPT_NOPROXY, "");
  }
  // libcurl divides it among the addresses of a host. Patience() has the last
  // word.
  Set(easy, CURLOPT_CONNECTTIMEOUT_MS,
      long{Milliseconds(options_.connect_timeout)});
  PrepareTls(slot);
}

void CurlTransport::PrepareTls(Slot* slot) {
  CURL* easy = slot->easy.get();
  Set(easy, CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
  Set(easy, CURLOPT_SSL_VERIFYPEER, options_.verify ? 1L : 0L);
  Set(easy, CURLOPT_SSL_VERIFYHOST, options_.verify ? 2L : 0L);
  if (!options_.ca_file.empty()) {
    Set(easy, CURLOPT_CAINFO, options_.ca_file.c_str());
    // Debian's libcurl would go on trusting /etc/ssl/certs as well.
    Set(easy, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
  if (!options_.client_cert.empty()) {
    Set(easy, CURLOPT_SSLCERT, options_.client_cert.c_str());
    const std::string& key = options_.client_key.empty() ? options_.client_cert
                                                         : options_.client_key;
    Set(easy, CURLOPT_SSLKEY, key.c_str());
    // Without one, OpenSSL asks for it on the terminal and waits.
    Set(easy, CURLOPT_KEYPASSWD, "");
  }
}

bool CurlTransport::LaunchQueued() {
  bool launched = false;
  for (const std::unique_ptr<Slot>& slot : slots_) {
    if (queue_.empty()) break;
    if (slot->busy) continue;
    Queued next = std::move(queue_.front());
    queue_.pop_front();
    slot->busy = true;
    slot->id = next.id;
    slot->request = std::move(next.request);
    slot->target = std::move(next.target);
    slot->body = PaddedBytes();
    slot->over_bound = false;
    slot->head_ended = false;
    slot->begun = slot->last_progress = watch_.Now();
    slot->added = SteadyNow();
    slot->progress = 0;
    slot->connected = false;
    Prepare(slot.get());
    MISPSIFT_CHECK(curl_multi_add_handle(multi_.get(), slot->easy.get()) ==
                   CURLM_OK);
    launched = true;
  }
  return launched;
}

void CurlTransport::Perform() {
  do {
    GrantUnwatchedTime();
    int running = 0;
    MISPSIFT_CHECK(curl_multi_perform(multi_.get(), &running) == CURLM_OK);
    CollectEnded();
  } while (LaunchQueued());
}

void CurlTransport::CollectEnded() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    EndAs(Get<Slot*>(message->easy_handle, CURLINFO_PRIVATE), code);
  }
}

absl::Duration CurlTransport::Patience(const Slot& slot) const {
  const absl::Duration end = slot.connected
                                 ? slot.last_progress + options_.stall_timeout
                                 : slot.begun + options_.connect_timeout;
  return end - watch_.Now();
}

bool CurlTransport::EndStalled() {
  const size_t before = ended_.size();
  for (const std::unique_ptr<Slot>& slot : slots_) {
    if (!slot->busy) continue;
    CURL* easy = slot->easy.get();
    const auto wire_bytes = Get<curl_off_t>(easy, CURLINFO_SIZE_DOWNLOAD_T);
    const int64_t progress = wire_bytes +
                             Get<curl_off_t>(easy, CURLINFO_SIZE_UPLOAD_T) +
                             Get<long>(easy, CURLINFO_HEADER_SIZE) +
                             Get<long>(easy, CURLINFO_REQUEST_SIZE);
    // Set once the request is on its way, and kept over redirects.
    const bool connected =
        Get<curl_off_t>(easy, CURLINFO_PRETRANSFER_TIME_T) > 0;
    if (progress != slot->progress || connected != slot->connected) {
      slot->progress = progress;
      slot->connected = connected;
      slot->last_progress = watch_.Now();
    }
    if (static_cast<uint64_t>(wire_bytes) >
        MaxWireBytes(slot->request.max_body_bytes)) {
      slot->over_bound = true;
      EndAs(slot.get(), CURLE_FILESIZE_EXCEEDED);
    } else if (Patience(*slot) <= absl::ZeroDuration()) {
      const std::string problem =
          connected
              ? fmt::format("no byte came or went for {}",
                            absl::FormatDuration(options_.stall_timeout))
              : fmt::format("no connection within {}",
                            absl::FormatDuration(options_.connect_timeout));
      End(slot.get(), NetError::kTimeout, problem);
    }
  }
  return ended_.size() > before;
}

// libcurl counts its connect timeout by a clock of its own, which went on while
// the caller was elsewhere.
void CurlTransport::GrantUnwatchedTime() {
  for (const std::unique_ptr<Slot>& slot : slots_) {
    if (!slot->busy) continue;
    const absl::Duration unwatched =
        (SteadyNow() - slot->added) - (watch_.Now() - slot->begun);
    Set(slot->easy.get(), CURLOPT_CONNECTTIMEOUT_MS,
        long{Milliseconds(options_.connect_timeout + unwatched)});
  }
}

void CurlTransport::EndAs(Slot* slot, CURLcode code) {
  if (slot->over_bound || code == CURLE_FILESIZE_EXCEEDED) {
    End(slot, NetError::kTooLarge,
        fmt::format(
            "the answer has more than {} bytes, or than there is memory for",
            slot->request.max_body_bytes));
    return;
  }
  // libcurl 7.88 takes an end of the connection for the end of the headers.
  if (code == CURLE_OK && !slot->head_ended) code = CURLE_PARTIAL_FILE;
  std::string_view text(&slot->reason[0]);
  if (text.empty() || QuotesProxy(text)) {
    text = curl_easy_strerror(code);
  }
  const long connect_code =
      Get<long>(slot->easy.get(), CURLINFO_HTTP_CONNECTCODE);
  End(slot, Classify(code, connect_code, text), std::string(text));
}

void CurlTransport::End(Slot* slot, NetError error, std::string problem) {
  CURL* easy = slot->easy.get();
  Exchange exchange;
  exchange.id = slot->id;
  exchange.error = error;
  if (error == NetError::kNone) {
    HttpResponse& response = exchange.response;
    response.status = static_cast<int>(Get<long>(easy, CURLINFO_RESPONSE_CODE));
    curl_header* header = nullptr;
    // -1: of the last answer.
    while ((header = curl_easy_nextheader(easy, CURLH_HEADER, -1, header)) !=
           nullptr) {
      response.headers.emplace_back(absl::AsciiStrToLower(header->name),
                                    header->value);
    }
    response.body = std::move(slot->body);
    response.body.SetSize(response.body.size());  // the padding of an empty one
  } else {
    exchange.problem =
        fmt::format("{}: {}", slot->target.host, PrintableAscii(problem));
  }
  MISPSIFT_CHECK(curl_multi_remove_handle(multi_.get(), easy) == CURLM_OK);
  slot->busy = false;
  slot->request = HttpRequest();
  slot->body = PaddedBytes();
  ended_.push_back(std::move(exchange));
}

absl::Status CheckPemFile(const std::string& path, std::string_view role) {
  if (path.empty()) return absl::OkStatus();
  PaddedBytes text;
  // ReadFile() would take "-" for standard input.
  const absl::Status status =
      path == "-" ? absl::InvalidArgumentError("it has to be a file")
                  : ReadFile(path, kMaxPemBytes, &text);
  if (!status.ok()) {
    return absl::InvalidArgumentError(fmt::format(
        "{} {} cannot be read: {}", role, path, std::string(status.message())));
  }
  if (text.view().find("-----BEGIN ") == std::string_view::npos) {
    return absl::InvalidArgumentError(
        fmt::format("{} {} is not a PEM file", role, path));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Transport>> MakeCurlTransport(
    CurlTransportOptions options) {
  if (options.connections < 1) {
    return absl::InvalidArgumentError("at least one connection is needed");
  }
  if (options.connect_timeout <= absl::ZeroDuration() ||
      options.stall_timeout <= absl::ZeroDuration()) {
    return absl::InvalidArgumentError("a timeout must be longer than nothing");
  }
  if (HasControlCharacter(options.user_agent)) {
    return absl::InvalidArgumentError("the user agent has control characters");
  }
  if (options.client_cert.empty() && !options.client_key.empty()) {
    return absl::InvalidArgumentError(fmt::format(
        "client key {} is without a certificate", options.client_key));
  }
  MISPSIFT_RETURN_IF_ERROR(CheckPemFile(options.ca_file, "CA file"));
  MISPSIFT_RETURN_IF_ERROR(
      CheckPemFile(options.client_cert, "client certificate"));
  MISPSIFT_RETURN_IF_ERROR(CheckPemFile(options.client_key, "client key"));
  if (!options.proxy.empty()) {
    MISPSIFT_RETURN_IF_ERROR(CheckProxy(options.proxy));
  }

  static const bool initialized =
      curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  CURLM* multi = initialized ? curl_multi_init() : nullptr;
  if (multi == nullptr) return absl::InternalError("libcurl does not start");
  return std::make_unique<CurlTransport>(std::move(options), multi);
}

}  // namespace mispsift
