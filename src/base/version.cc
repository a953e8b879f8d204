#include "mispsift/base/version.h"

namespace mispsift {

std::string_view Version() { return MISPSIFT_VERSION; }

}  // namespace mispsift
