#include "src/submit/sample_zip.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/escaping.h"
#include "mispsift/base/digest.h"
#include "tests/support/drafting.h"
#include "tests/support/event_validity.h"
#include "tests/support/zip_reading.h"

namespace mispsift {
namespace {

using testing::IsEmpty;

TEST(SampleZipTest, HoldsBytesAndNameUnderThePassword) {
  std::mt19937 random(7);
  std::string noise(100000, '\0');
  for (char& c : noise) c = static_cast<char>(random());
  for (const std::string& bytes :
       {std::string(), std::string("MZ"), std::string(300000, 'x'), noise}) {
    const std::string md5 = Md5Hex(bytes);
    const std::string name =
        "invo\xc3\xaf"
        "ce|\n.exe";
    const std::vector<ZipEntry> entries =
        ReadZip(SampleZip(name, md5, bytes), "infected");
    ASSERT_EQ(entries.size(), 2u);
    EXPECT_EQ(entries[0].name, md5);
    EXPECT_EQ(entries[0].bytes, bytes);
    EXPECT_EQ(entries[1].name, md5 + ".filename.txt");
    EXPECT_EQ(entries[1].bytes, name);
    EXPECT_TRUE(entries[1].encrypted);
  }
}

TEST(SampleZipTest, NothingOfTheBytesIsReadWithoutThePassword) {
  const std::string bytes = "a text that is easily found";
  const std::string zip = SampleZip("name.exe", Md5Hex(bytes), bytes);
  EXPECT_EQ(zip.find("easily"), std::string::npos);
  EXPECT_EQ(zip.find("name.exe"), std::string::npos);
  for (const ZipEntry& entry : ReadZip(zip, "other")) {
    EXPECT_EQ(entry.bytes.find("easily"), std::string::npos);
  }
}

TEST(SampleZipTest, TheSameSampleHasTheSameSizeAndTime) {
  const std::string bytes(1000, 'y');
  const std::string a = SampleZip("n", Md5Hex(bytes), bytes);
  const std::string b = SampleZip("n", Md5Hex(bytes), bytes);
  EXPECT_EQ(a.size(), b.size());
  EXPECT_EQ(a.substr(0, 30), b.substr(0, 30));  // up to the first entry's name
  for (const ZipEntry& entry : ReadZip(a, "infected")) {
    EXPECT_EQ(entry.time, 315619200);
  }
}

const DraftAttribute* FindSample(const EventDraft& event) {
  for (const DraftAttribute& attribute : event.attributes) {
    if (attribute.type == "malware-sample") return &attribute;
  }
  return nullptr;
}

TEST(SampleAttributeTest, IsAnAttributeWithTheFile) {
  const std::string bytes = "MZ\x90";
  for (const char* name : {"invoice.exe", "a|b.exe", "a\nb", ""}) {
    const SampleFile sample{name, bytes};
    const DraftedEvent drafted =
        DraftEvent(FullFields(), InModes("hashes"), &sample);
    EXPECT_THAT(ProblemsOf(drafted.event), IsEmpty());
    const DraftAttribute* const attribute = FindSample(drafted.event);
    ASSERT_NE(attribute, nullptr);
    const bool is_storable = std::string(name) == "invoice.exe";
    EXPECT_EQ(attribute->value,
              (is_storable ? name : Md5Hex(bytes)) + ("|" + Md5Hex(bytes)));
    EXPECT_EQ(attribute->category, "Payload delivery");
    std::string zip;
    ASSERT_TRUE(absl::Base64Unescape(attribute->data, &zip));
    const std::vector<ZipEntry> entries = ReadZip(zip, "infected");
    ASSERT_EQ(entries.size(), 2u);
    EXPECT_EQ(entries[0].bytes, bytes);
    EXPECT_EQ(entries[1].bytes, name);
  }
}

TEST(SampleAttributeTest, WhatIsListedIsNotSent) {
  const SampleFile sample{"invoice.exe", "MZ"};
  DraftSettings settings = InModes("hashes");
  settings.ioc_blacklist = {Md5Hex("MZ")};
  const DraftedEvent drafted = DraftEvent(FullFields(), settings, &sample);
  EXPECT_EQ(FindSample(drafted.event), nullptr);
  ASSERT_EQ(drafted.left_out.size(), 1u);
  EXPECT_EQ(drafted.left_out[0].type, "malware-sample");
}

}  // namespace
}  // namespace mispsift
