#ifndef MISPSIFT_TOOLS_MISPSIFT_VALUE_LISTS_H_
#define MISPSIFT_TOOLS_MISPSIFT_VALUE_LISTS_H_

#include <string>
#include <vector>

namespace mispsift {

// The values of lists such as "a, b ,c", as Cuckoo's conf files write them;
// blanks around a value are no part of it.
std::vector<std::string> SplitLists(const std::vector<std::string>& lists);

}  // namespace mispsift

#endif  // MISPSIFT_TOOLS_MISPSIFT_VALUE_LISTS_H_
