#ifndef MISPSIFT_BASE_GZIP_H_
#define MISPSIFT_BASE_GZIP_H_

#include <string>
#include <string_view>

namespace mispsift {

// `bytes` as one gzip member (RFC 1952).
std::string Gzip(std::string_view bytes);

}  // namespace mispsift

#endif  // MISPSIFT_BASE_GZIP_H_
