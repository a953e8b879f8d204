#ifndef MISPSIFT_TOOLS_MISPSIFT_MAN_PAGE_H_
#define MISPSIFT_TOOLS_MISPSIFT_MAN_PAGE_H_

#include <string>
#include <vector>

#include "tools/mispsift/command_line.h"

namespace mispsift {

// The sections OPTIONS and COMMANDS of mispsift(1), in scdoc's language.
// tools/man/ has the others.
std::string ManPage(const std::vector<CommandDescription>& commands);

}  // namespace mispsift

#endif  // MISPSIFT_TOOLS_MISPSIFT_MAN_PAGE_H_
