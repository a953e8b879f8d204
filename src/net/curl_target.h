#ifndef MISPSIFT_SRC_NET_CURL_TARGET_H_
#define MISPSIFT_SRC_NET_CURL_TARGET_H_

#include <string>

#include "absl/status/status.h"

namespace mispsift {

// Where a request goes, as problems name it.
struct Target {
  std::string host;     // with its port when the URL has one
  bool secure = false;  // https
  std::string problem;  // why nothing can be asked there
};

// Reads a URL as libcurl will. Never repeats `text`: who typed it may have put
// a password in.
Target ParseTarget(const std::string& text);

// kInvalidArgument for a proxy that libcurl would not use. Never repeats it.
absl::Status CheckProxy(const std::string& proxy);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_NET_CURL_TARGET_H_
