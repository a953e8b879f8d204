#ifndef MISPSIFT_TESTS_SUPPORT_ON_EACH_MACHINE_H_
#define MISPSIFT_TESTS_SUPPORT_ON_EACH_MACHINE_H_

#include <gtest/gtest.h>
#include <hwy/highway.h>

#include <cstdint>

namespace mispsift {

// Runs `test` with each of the kinds of vectors that this machine has, from the
// widest to none, as if it had no wider ones.
template <typename Test>
void OnEachMachine(Test test) {
  for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
    SCOPED_TRACE(hwy::TargetName(target));
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(target);
    test();
    if (testing::Test::HasFatalFailure()) break;
  }
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().DeInit();
}

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_ON_EACH_MACHINE_H_
