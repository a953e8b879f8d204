#ifndef MISPSIFT_SRC_NET_CURL_ERRORS_H_
#define MISPSIFT_SRC_NET_CURL_ERRORS_H_

#include <string_view>

#include "mispsift/net/transport.h"

namespace mispsift {

// What a CURLcode of libcurl 7.88 means to a caller. One code often stands for
// several things, which only its text or the proxy's answer to CONNECT (0: no
// CONNECT was sent) tells apart.
NetError Classify(int code, long connect_code, std::string_view text);

// Whether libcurl's text repeats a proxy that it cannot use, with its password.
bool QuotesProxy(std::string_view text);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_NET_CURL_ERRORS_H_
