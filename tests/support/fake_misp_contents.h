#ifndef MISPSIFT_TESTS_SUPPORT_FAKE_MISP_CONTENTS_H_
#define MISPSIFT_TESTS_SUPPORT_FAKE_MISP_CONTENTS_H_

#include <string>
#include <vector>

#include "tests/support/fake_misp.h"
#include "tests/support/fake_misp_store.h"

namespace mispsift {

// What a test looks at afterwards; see FakeMisp.
std::vector<FakeObject> ObjectsOf(const StoredEvent& stored);
std::vector<std::string> DuplicatesIn(const FakeMispStore& store);
std::string RenderContents(const FakeMispStore& store);

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_FAKE_MISP_CONTENTS_H_
