#ifndef MISPSIFT_MISP_PAGE_READER_H_
#define MISPSIFT_MISP_PAGE_READER_H_

#include <cstdint>
#include <memory>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "mispsift/base/bytes.h"
#include "mispsift/model/attribute.h"

namespace mispsift::misp {

// Reads answers of POST /attributes/restSearch: {"response": {"Attribute":
// [...]}}, as a server sends them. One reader is used for many pages.
//
// Shape:    rows in the order of the page; keys in any order; ids, timestamps
//           and flags as strings, numbers or booleans; unknown keys skipped.
//           An attribute's own tags are kept, inherited ones are not. Missing
//           to_ids and category are its type's defaults.
// Errors:   kDataLoss for anything but one whole JSON document of that shape:
//           an HTML page, a page that was cut, invalid UTF-8, text behind it.
//           Rows may have been given by then: the caller takes them back.
// Lifetime: the attribute is the reader's, until the next row.
// Threads:  thread-compatible.
// Source:   facts on MISP 2.5.1, observed; 2.4 differs in numbers as strings.
class PageReader {
 public:
  PageReader();
  ~PageReader();

  // Calls `row` for each attribute with the id of its event; returns how many
  // there were. One without type or value is counted and given all the same.
  absl::StatusOr<uint64_t> Read(
      const PaddedBytes& page,
      absl::FunctionRef<void(const Attribute& attribute, uint64_t event_id)>
          row);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mispsift::misp

#endif  // MISPSIFT_MISP_PAGE_READER_H_
