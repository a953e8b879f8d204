#ifndef MISPSIFT_NET_TRANSPORT_H_
#define MISPSIFT_NET_TRANSPORT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "mispsift/base/bytes.h"

namespace mispsift {

// One question to a server.
struct HttpRequest {
  std::string method = "GET";  // or POST
  std::string url;             // absolute, http or https
  // "Name: value". What is secret in them reaches the host of `url` and no
  // other, and no log or error text.
  std::vector<std::string> headers;
  std::string body;
  // Of the answer, uncompressed. More than that ends it as kTooLarge.
  uint64_t max_body_bytes = uint64_t{16} << 20;
  // Only for requests that carry no secret.
  bool follow_redirects = false;
};

// Why no whole answer came. An answer of the server's, whatever its status, is
// none of these.
enum class NetError : uint8_t {
  kNone,
  kBadUrl,       // no such URL can be asked
  kUnreachable,  // no such host, connection refused, no way there
  kUntrusted,    // TLS: the certificate or the handshake was refused
  kCut,          // the connection ended within the answer
  kTimeout,      // nothing came for as long as was allowed
  kTooLarge,     // over max_body_bytes
};

struct HttpResponse {
  int status = 0;
  // Names in lower case, in the order they came; of the last answer when
  // redirects were followed.
  std::vector<std::pair<std::string, std::string>> headers;
  PaddedBytes body;

  // The last header of that (lower case) name; empty where there is none.
  std::string_view Header(std::string_view name) const;
};

// How one request ended.
struct Exchange {
  uint64_t id = 0;  // what Start() gave
  NetError error = NetError::kNone;
  std::string problem;  // for a person; empty when there was no error
  HttpResponse response;
};

// Bytes out, bytes back. Several requests may be on their way at once, to the
// number of connections that the transport was made with; more than that wait
// their turn in the order of Start().
//
// Threads: thread-compatible; everything happens in the calls.
class Transport {
 public:
  virtual ~Transport() = default;

  // Begins, or queues, a request.
  virtual uint64_t Start(HttpRequest request) = 0;
  // The next one that ended, in the order of ending; nothing when `timeout`
  // passed first or nothing was started.
  virtual std::optional<Exchange> Wait(absl::Duration timeout) = 0;
};

}  // namespace mispsift

#endif  // MISPSIFT_NET_TRANSPORT_H_
