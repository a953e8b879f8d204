#ifndef MISPSIFT_SRC_SUBMIT_SAFELIST_H_
#define MISPSIFT_SRC_SUBMIT_SAFELIST_H_

#include "mispsift/normalize/value_list.h"

namespace mispsift {

// What every Windows asks for by itself, in whatever sandbox: never submitted.
//
// Source: Cuckoo 2.0.7's safelist/mispdomain.txt and mispip.txt, which hold the
// seed's four domains, and all else below the domains of Windows's checks for a
// network.
// Threads: any.
const ValueList& BuiltInSafelist();

}  // namespace mispsift

#endif  // MISPSIFT_SRC_SUBMIT_SAFELIST_H_
