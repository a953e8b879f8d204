#ifndef MISPSIFT_SRC_MATCH_STRING_AROUND_H_
#define MISPSIFT_SRC_MATCH_STRING_AROUND_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace mispsift {

// What stands between the quotes around a byte of JSON, and in the quotes'
// place nothing.
//
// `strings` has the bytes of strings of a batch of `json`, that begins at
// `base`, as Sieved has them; the byte is the batch's `at`. Where the string
// goes over the batch, its quotes are looked for in `json`. Of a byte that
// stands in no string it is some piece of JSON that is none; without data where
// no quote comes before it.
std::string_view StringAround(std::string_view json, size_t base, size_t at,
                              std::span<const uint64_t> strings);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_MATCH_STRING_AROUND_H_
