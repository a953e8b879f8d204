#include "mispsift/base/gzip.h"

#include <libdeflate.h>

#include <memory>

#include "mispsift/base/check.h"

namespace mispsift {

std::string Gzip(std::string_view bytes) {
  constexpr int kLevel = 6;
  const std::unique_ptr<libdeflate_compressor,
                        decltype(&libdeflate_free_compressor)>
      compressor(libdeflate_alloc_compressor(kLevel),
                 &libdeflate_free_compressor);
  MISPSIFT_CHECK(compressor != nullptr);
  std::string out(
      libdeflate_gzip_compress_bound(compressor.get(), bytes.size()), '\0');
  out.resize(libdeflate_gzip_compress(compressor.get(), bytes.data(),
                                      bytes.size(), out.data(), out.size()));
  MISPSIFT_CHECK(!out.empty());
  return out;
}

}  // namespace mispsift
