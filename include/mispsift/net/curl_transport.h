#ifndef MISPSIFT_NET_CURL_TRANSPORT_H_
#define MISPSIFT_NET_CURL_TRANSPORT_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "mispsift/net/transport.h"

namespace mispsift {

struct CurlTransportOptions {
  int connections = 2;  // at once, and so the requests on their way
  // PEM. The certificates in it are then the only ones that are trusted, in
  // place of the system's, not beside them.
  std::string ca_file;
  std::string client_cert;  // PEM, with or without the key
  std::string client_key;   // PEM, without a passphrase
  // "[scheme://][user:password@]host[:port]" with scheme http, https, socks4,
  // socks4a, socks5 or socks5h; asked whatever no_proxy says. Empty: what
  // http_proxy, https_proxy, all_proxy and no_proxy in the environment say.
  std::string proxy;
  bool verify = true;  // the server's certificate and the host name in it
  // For name, connection, proxy and TLS handshake together.
  absl::Duration connect_timeout = absl::Seconds(30);
  // Without one byte in either direction, the wait for the first one included.
  absl::Duration stall_timeout = absl::Seconds(300);
  std::string user_agent;  // empty: none is sent
};

// The Transport over libcurl: HTTP/1.1, HTTP/2 where TLS agrees on it, TLS 1.2
// at least. Connections are kept and used again. No cookies, no ~/.netrc, no
// ~/.curlrc, no credentials in URLs.
//
// Shape:    what is on its way moves on in Start() and in Wait(), not between
//           them: a server may compute a page while the caller parses the one
//           before, but only what fits the socket's buffer arrives meanwhile.
//           So only time that is spent in Wait() counts for the timeouts.
// Units:    max_body_bytes counts decoded bytes (gzip, deflate, br, zstd); no
//           more than that is ever held. What comes over the wire is bounded
//           too, by little more: a body that decodes to nothing, or that of a
//           redirect, ends as kTooLarge as well.
// Errors:   of making one: kInvalidArgument, which names a file that cannot be
//           read, and never repeats a proxy's password. Of an exchange: the
//           NetError and a sentence with the host and libcurl's reason, in
//           printable ASCII, never a header, a body, a URL or a password; the
//           response is then empty.
//           A header with a control character or without a name, a method
//           other than GET and POST, a GET with a body, and a request that
//           follows redirects with a header Authorization, Cookie or
//           Proxy-Authorization are bugs and abort: libcurl takes most
//           headers of ours along to whatever host a redirect names. A URL
//           with control characters, blanks, a user or a password is kBadUrl;
//           so are more than 5 redirects, and one to anything but http and
//           https or from https back to http.
// Lifetime: may be destroyed with requests on their way; that waits for a name
//           that is being resolved.
// Threads:  thread-compatible. libcurl resolves names in a thread of its own.
//
// Traps of libcurl 7.88 and of HTTP that a caller lives with (those that the
// .cc takes away are told there):
// - Where the server closed a kept connection without answering a byte, libcurl
//   asks again over a new one and tells nobody. So the next request after an
//   idle minute just works, but a POST may reach a server twice.
// - An answer without a length that ends with its connection (HTTP/1.0) looks
//   whole wherever it was cut, over TLS too, and so does a gzip stream that
//   lacks its end: whoever reads the body has to notice.
// - In TLS 1.3 a server refuses a client certificate after the handshake.
//   Usually that ends as kUntrusted, but as kCut when its reset overtakes its
//   alert.
// - A connection that ends within the handshake without an alert is kCut, not
//   kUntrusted: balancers do that when they restart.
// - An answer that is not HTTP/1 or 2 at all is kCut.
// - Over plain http a proxy sees all headers; over https it sees the host name.
absl::StatusOr<std::unique_ptr<Transport>> MakeCurlTransport(
    CurlTransportOptions options);

}  // namespace mispsift

#endif  // MISPSIFT_NET_CURL_TRANSPORT_H_
