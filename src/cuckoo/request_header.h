#ifndef MISPSIFT_SRC_CUCKOO_REQUEST_HEADER_H_
#define MISPSIFT_SRC_CUCKOO_REQUEST_HEADER_H_

#include <string_view>

namespace mispsift {

// What the text of an HTTP request says behind `name` ("user-agent:", lower
// case), without blanks around it; empty if it has no such header.
std::string_view HeaderOf(std::string_view request, std::string_view name);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_CUCKOO_REQUEST_HEADER_H_
