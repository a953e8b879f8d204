#include "mispsift/normalize/generic_names.h"

#include <gtest/gtest.h>

namespace mispsift {
namespace {

using K = IndicatorKind;

TEST(GenericNamesTest, WholeNamesInAnyCase) {
  for (const char* name : {"setup.exe", "SETUP.EXE", "svchost.exe", "1.bat",
                           "wscript.exe", "document.pdf", "temp.tmp"}) {
    EXPECT_TRUE(IsGeneric(K::kFilename, name)) << name;
  }
  for (const char* name : {"", "setup", "setup.exe.exe", "lamp32.dll",
                           "mysetup.exe", "C:\\setup.exe"}) {
    EXPECT_FALSE(IsGeneric(K::kFilename, name)) << name;
  }
}

TEST(GenericNamesTest, TheSystemsProgramsOnlyWhereTheyBelong) {
  EXPECT_TRUE(IsGeneric(K::kFilepath, R"(C:\Windows\explorer.exe)"));
  EXPECT_TRUE(IsGeneric(K::kFilepath, R"(c:\WINDOWS\System32\cmd.exe)"));
  EXPECT_FALSE(IsGeneric(K::kFilepath, R"(C:\Users\a\explorer.exe)"));
  EXPECT_FALSE(IsGeneric(K::kFilepath, R"(C:\Windows\evil.exe)"));
  EXPECT_FALSE(IsGeneric(K::kFilepath, R"(C:\Windows\Temp\cmd.exe)"));
}

TEST(GenericNamesTest, KeysThatAllOpenInAnySpelling) {
  EXPECT_TRUE(IsGeneric(
      K::kRegkey, R"(HKCU\Software\Microsoft\Windows\CurrentVersion\Run\)"));
  EXPECT_TRUE(IsGeneric(K::kRegkey,
                        R"(\REGISTRY\MACHINE\SYSTEM\ControlSet001\Services)"));
  EXPECT_FALSE(
      IsGeneric(K::kRegkey,
                R"(HKCU\Software\Microsoft\Windows\CurrentVersion\Run\Evil)"));
  EXPECT_FALSE(
      IsGeneric(K::kRegkeyValue,
                R"(HKCU\Software\Microsoft\Windows\CurrentVersion\Run|a)"));
}

TEST(GenericNamesTest, SoftwareThatIsCalledLikeAHost) {
  EXPECT_TRUE(IsGeneric(K::kHost, "asp.net"));
  EXPECT_FALSE(IsGeneric(K::kHost, "www.asp.net"));
  EXPECT_FALSE(IsGeneric(K::kHost, "evil.example"));
}

}  // namespace
}  // namespace mispsift
