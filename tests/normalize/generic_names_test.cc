#include "mispsift/normalize/generic_names.h"

#include <gtest/gtest.h>

namespace mispsift {
namespace {

TEST(GenericNamesTest, WholeNamesInAnyCase) {
  for (const char* name : {"setup.exe", "SETUP.EXE", "svchost.exe", "1.bat",
                           "wscript.exe", "document.pdf", "temp.tmp"}) {
    EXPECT_TRUE(IsGenericFileName(name)) << name;
  }
  for (const char* name : {"", "setup", "setup.exe.exe", "lamp32.dll",
                           "mysetup.exe", "C:\\setup.exe"}) {
    EXPECT_FALSE(IsGenericFileName(name)) << name;
  }
}

}  // namespace
}  // namespace mispsift
