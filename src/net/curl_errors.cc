#include "src/net/curl_errors.h"

#include <curl/curl.h>

namespace mispsift {
namespace {

bool Mentions(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace

NetError Classify(int code, long connect_code, std::string_view text) {
  switch (code) {
    case CURLE_OK:
      return NetError::kNone;

    case CURLE_URL_MALFORMAT:
    case CURLE_LOGIN_DENIED:  // a redirect with a user in its URL
    case CURLE_TOO_MANY_REDIRECTS:
      return NetError::kBadUrl;
    case CURLE_UNSUPPORTED_PROTOCOL:
      // libcurl's answer to a redirect elsewhere, and to bytes without a
      // status line.
      return Mentions(text, "HTTP/0.9") ? NetError::kCut : NetError::kBadUrl;

    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_INTERFACE_FAILED:
    case CURLE_PROXY:
    case CURLE_NO_CONNECTION_AVAILABLE:
      return NetError::kUnreachable;

    case CURLE_SSL_CONNECT_ERROR:
      if (Mentions(text, "SSL_ERROR_SYSCALL") ||
          Mentions(text, "reset by peer")) {
        return NetError::kCut;
      }
      return NetError::kUntrusted;
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_ENGINE_SETFAILED:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_CLIENTCERT:
    case CURLE_USE_SSL_FAILED:
      return NetError::kUntrusted;

    case CURLE_OPERATION_TIMEDOUT:
      return NetError::kTimeout;
    case CURLE_FILESIZE_EXCEEDED:
      return NetError::kTooLarge;

    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
      // How libcurl 7.88 says that a proxy refused CONNECT.
      if (connect_code != 0 && connect_code / 100 != 2) {
        return NetError::kUnreachable;
      }
      // How a TLS 1.3 server refuses a client certificate, or the lack of one.
      if (Mentions(text, "SSL_") && Mentions(text, " alert ")) {
        return NetError::kUntrusted;
      }
      return NetError::kCut;
    default:
      return NetError::kCut;
  }
}

bool QuotesProxy(std::string_view text) {
  return Mentions(text, "roxy scheme") || Mentions(text, "roxy syntax");
}

}  // namespace mispsift
