#include "mispsift/base/digest.h"

#include <gtest/gtest.h>

namespace mispsift {
namespace {

TEST(DigestTest, HashesAgreeWithTheirStandards) {
  EXPECT_EQ(Sha256Hex("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Md5Hex("abc"), "900150983cd24fb0d6963f7d28e17f72");
}

TEST(DigestTest, SeedAndEveryByteCount) {
  EXPECT_EQ(DigestOf(1, "abc"), DigestOf(1, "abc"));
  EXPECT_NE(DigestOf(1, "abc"), DigestOf(2, "abc"));
  EXPECT_NE(DigestOf(1, "abc"), DigestOf(1, "abd"));
  EXPECT_EQ(ToHex({0x0123456789abcdef, 0xfedcba9876543210}),
            "0123456789abcdeffedcba9876543210");
}

TEST(DigestTest, PiecesGiveTheDigestOfTheWhole) {
  Digester pieces;
  pieces.Add("ab");
  pieces.Add("");
  pieces.Add("c");
  Digester whole;
  whole.Add("abc");
  EXPECT_EQ(pieces.Finish(), whole.Finish());
}

}  // namespace
}  // namespace mispsift
