#ifndef MISPSIFT_SRC_PIPELINE_CONFINEMENT_H_
#define MISPSIFT_SRC_PIPELINE_CONFINEMENT_H_

#include <string>
#include <string_view>

#include "mispsift/base/landlock.h"

namespace mispsift {

// The folder in which AtomicFile makes `file`: a link is followed.
std::string FolderWritten(const std::string& file);

// Confines the process, see Confine(), and says so for a person: "confined to
// `what` (Landlock 7)", or "not confined" and why.
std::string ConfineTo(const Confinement& allowed, std::string_view what);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_PIPELINE_CONFINEMENT_H_
