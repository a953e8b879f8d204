#ifndef MISPSIFT_SRC_NET_REQUEST_CHECKS_H_
#define MISPSIFT_SRC_NET_REQUEST_CHECKS_H_

#include <string>
#include <string_view>

#include "mispsift/net/transport.h"

namespace mispsift {

// ASCII only: bytes below 0x20, and 0x7f.
bool HasControlCharacter(std::string_view text);

// `text` in one line of printable ASCII, other bytes as '?': what libcurl says
// may quote a certificate, which is the server's.
std::string PrintableAscii(std::string_view text);

// Whether one of the headers has that (lower case) name.
bool HasHeader(const HttpRequest& request, std::string_view name);

// Aborts on a request that no caller may make; see MakeCurlTransport.
void CheckRequest(const HttpRequest& request);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_NET_REQUEST_CHECKS_H_
