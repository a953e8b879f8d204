#ifndef MISPSIFT_SRC_CUCKOO_BRACKET_MARKS_H_
#define MISPSIFT_SRC_CUCKOO_BRACKET_MARKS_H_

#include <cstddef>
#include <cstdint>

#include "mispsift/base/json_brackets.h"

namespace mispsift {

// Finds the brackets of a JSON text, batch by batch.
struct BracketMarks {
  JsonBrackets brackets;  // of the batch that was marked last

  // What a batch hands on to the next of its text.
  uint64_t escaped = 0;    // bit 0: the next byte is escaped
  uint64_t in_string = 0;  // all ones: the next byte stands in a string

  // Marks `blocks` blocks, at most JsonBrackets::kBlocks, all of whose bytes
  // are readable. Runs on the widest vectors that the machine has.
  void Mark(const char* bytes, size_t blocks);
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_CUCKOO_BRACKET_MARKS_H_
