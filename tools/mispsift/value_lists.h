#ifndef MISPSIFT_TOOLS_MISPSIFT_VALUE_LISTS_H_
#define MISPSIFT_TOOLS_MISPSIFT_VALUE_LISTS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mispsift/pipeline/cuckoo_conf.h"

namespace mispsift {

// The values of lists such as "a, b ,c", as Cuckoo's conf files write them;
// blanks around a value are no part of it. In one that begins with "/", as a
// regex does, "\," is a comma: "/a{2\,3}/".
std::vector<std::string> SplitLists(const std::vector<std::string>& lists);

// Puts the entries of a blacklist or safelist, which `flag` gave, into
// `*entries`. Errors: kInvalidArgument for one that ValueList does not take.
absl::Status ReadValueList(const char* flag, const std::vector<std::string>& of,
                           std::vector<std::string>* entries);

// The entries of files in the format of Cuckoo's $CWD/safelist/*.txt: one a
// line, blanks around it left out; a line that begins with "#" is a comment.
// Errors: kInvalidArgument for a file that cannot be read.
absl::StatusOr<std::vector<std::string>> ReadSafelists(
    const std::vector<std::string>& files);

// The entries of all of Cuckoo's safelists, and of its whitelist.
// Errors: kInvalidArgument for a file that cannot be read, and as above.
absl::Status ReadCuckooSafelists(const CuckooConf& conf,
                                 std::vector<std::string>* entries);

// Puts what standard input says, a path a line, in the place of each "-".
void ReadPathsFromStdin(std::vector<std::string>* paths);

}  // namespace mispsift

#endif  // MISPSIFT_TOOLS_MISPSIFT_VALUE_LISTS_H_
