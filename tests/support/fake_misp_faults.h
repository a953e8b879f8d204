#ifndef MISPSIFT_TESTS_SUPPORT_FAKE_MISP_FAULTS_H_
#define MISPSIFT_TESTS_SUPPORT_FAKE_MISP_FAULTS_H_

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/fake_misp.h"
#include "tests/support/fake_misp_answers.h"

namespace mispsift {

// The faults that wait for their requests.
//
// Threads: thread-safe.
class FakeFaults {
 public:
  void Add(Fault fault);
  void Clear();
  // What befalls a request for `path`, which every fault that matches counts.
  std::optional<Fault> Take(std::string_view path);

 private:
  std::mutex mutex_;
  std::vector<Fault> faults_;
  std::vector<bool> done_;
};

// The answer of a fault that puts itself in the place of MISP's; nothing when
// the request is to be answered first.
std::optional<FakeAnswer> AnswerInstead(const Fault& fault,
                                        std::string_view url);

// A fault as a flag says it:
//
//   path=/attributes/restSearch,skip=2,times=1,kind=cut,bytes=1000
//
// Kinds: status cut cut-chunks truncate stall slow gzip close redirect login
// row-limit unfiltered error-page internal stored-then-cut stored-partly.
// Further keys: status, body, delay_ms, location, rows, stored. `body` and
// `location` come last: they hold whatever follows. False, with what is wrong,
// for anything else.
bool ParseFault(std::string_view text, Fault* fault, std::string* problem);

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_FAKE_MISP_FAULTS_H_
