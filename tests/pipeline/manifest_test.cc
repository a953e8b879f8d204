#include "mispsift/pipeline/manifest.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/support/temp_folder.h"

namespace mispsift {
namespace {

void Write(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

absl::StatusOr<Manifest> Read(const std::string& text) {
  const TempFolder folder;
  Write(folder.path("m"), text);
  return ReadManifest(folder.path("m"));
}

bool IsSame(const Manifest& a, const Manifest& b) {
  return a.id == b.id && a.bytes == b.bytes && a.skipped == b.skipped &&
         std::equal(a.inputs.begin(), a.inputs.end(), b.inputs.begin(),
                    b.inputs.end(),
                    [](const Manifest::Input& x, const Manifest::Input& y) {
                      return x.bytes == y.bytes && x.file.path == y.file.path &&
                             x.file.number == y.file.number &&
                             x.file.is_archive == y.file.is_archive &&
                             x.file.listed == y.file.listed &&
                             x.file.reject == y.file.reject &&
                             x.file.detail == y.file.detail;
                    });
}

Manifest AnyManifest() {
  Manifest manifest;
  manifest.skipped = *rc::gen::arbitrary<uint16_t>();
  const size_t inputs = *rc::gen::inRange<size_t>(0, 12);
  for (size_t i = 0; i < inputs; ++i) {
    Manifest::Input input;
    input.file.path = *rc::gen::container<std::string>(rc::gen::elementOf(
        std::string("ab/.\"\\ \n\t\xC3\xA9\xFF\x80\xED\xA0\x80\x7F")));
    input.file.number = i;
    if (*rc::gen::inRange(0, 4) == 0) {
      input.file.reject = Reject::kUnreadable;
      input.file.detail = "cannot open: No such file or directory";
      input.file.listed = true;
    } else {
      input.bytes = *rc::gen::arbitrary<uint32_t>();
      input.file.is_archive = *rc::gen::arbitrary<bool>();
      input.file.listed = *rc::gen::arbitrary<bool>();
    }
    manifest.bytes += input.bytes;
    manifest.inputs.push_back(input);
  }
  return manifest;
}

// Whatever bytes a path has, it comes back.
RC_GTEST_PROP(ManifestPropertyTest, WhatIsWrittenIsReadBack, ()) {
  Manifest manifest = AnyManifest();
  const absl::StatusOr<Manifest> read = Read(ManifestText(&manifest));
  RC_ASSERT(read.ok());
  RC_ASSERT(IsSame(*read, manifest));
}

// A part that is lost, doubled or another is never taken for a shorter
// manifest: what would be left out would look as if nothing were in it.
RC_GTEST_PROP(ManifestPropertyTest, DamageIsRefused, ()) {
  Manifest manifest = AnyManifest();
  const std::string text = ManifestText(&manifest);
  std::string damaged = text;
  const size_t at = *rc::gen::inRange<size_t>(0, text.size());
  switch (*rc::gen::inRange(0, 4)) {
    case 0:
      damaged.resize(at);
      break;
    case 1:
      damaged[at] = *rc::gen::arbitrary<char>();
      break;
    case 2:
      damaged.erase(at, *rc::gen::inRange<size_t>(1, 40));
      break;
    default:
      damaged.insert(at, text.substr(text.find('\n') + 1));
      break;
  }
  const absl::StatusOr<Manifest> read = Read(damaged);
  if (read.ok()) {
    Manifest same = *read;
    same.skipped = manifest.skipped;  // no digest is over it
    RC_ASSERT(IsSame(same, manifest));
  } else {
    RC_ASSERT(absl::IsInvalidArgument(read.status()));
  }
}

TEST(ManifestTest, ListsWhatAScanOpensInItsOrder) {
  const TempFolder folder;
  std::filesystem::create_directories(folder.path("in/b/x"));
  std::filesystem::create_directories(folder.path("in/a"));
  Write(folder.path("in/b/x/1.json"), "{}");
  Write(folder.path("in/b/0.json.gz"), "12345");
  Write(folder.path("in/a/z.tar"), "123");
  Write(folder.path("in/a/report"), "{\"a\":1}");
  Write(folder.path("in/a/picture.png"), "PNG");
  Write(folder.path("named"), "x");
  const Manifest manifest = WalkManifest(
      {folder.path("named"), folder.path("gone"), folder.path("in")});
  std::string listed;
  for (const Manifest::Input& input : manifest.inputs) {
    const ReportFile& file = input.file;
    listed +=
        std::string(file.path.substr(std::string_view(folder.path("")).size()));
    listed += " " + std::to_string(input.bytes);
    listed += file.is_archive ? " archive" : "";
    listed += file.listed ? " listed" : "";
    listed += file.reject == Reject::kUnreadable ? " unreadable" : "";
    listed += "\n";
  }
  EXPECT_EQ(listed,
            "named 1 listed\n"
            "gone 0 listed unreadable\n"
            "in/a/report 7\n"
            "in/a/z.tar 3 archive\n"
            "in/b/0.json.gz 5 listed\n"
            "in/b/x/1.json 2 listed\n");
  EXPECT_EQ(manifest.skipped, 1u);
  EXPECT_EQ(manifest.bytes, 18u);
}

TEST(ManifestTest, IsTheTextThatItsHeaderTells) {
  Manifest manifest;
  manifest.inputs.push_back({{.path = "a", .listed = true}, 3});
  manifest.inputs.push_back(
      {{.path = "b\xFF", .number = 1, .is_archive = true}, 4});
  manifest.bytes = 7;
  manifest.skipped = 2;
  const std::string text = ManifestText(&manifest);
  EXPECT_EQ(manifest.id.size(), 32u);
  EXPECT_EQ(text.substr(text.find("\"inputs\"")),
            "\"inputs\":2,\"bytes\":7,\"skipped\":2,\"id\":\"" + manifest.id +
                "\"}\n"
                R"({"path":"a","bytes":3,"kind":"document","listed":true})"
                "\n"
                R"({"path_hex":"62ff","bytes":4,"kind":"archive",)"
                R"("listed":false})"
                "\n");
}

TEST(ManifestTest, WhatIsNoManifestIsRefused) {
  for (const char* text :
       {"", "\n", "{}\n", "[1]\n", "{\"inputs\":0}\n",
        "{\"schema\":2,\"inputs\":0,\"bytes\":0,\"skipped\":0,\"id\":\"\"}\n",
        "/data/a.json\n/data/b.json\n"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(Read(text).status())) << text;
  }
  const TempFolder folder;
  EXPECT_TRUE(
      absl::IsInvalidArgument(ReadManifest(folder.path("none")).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(ReadManifest(folder.path("")).status()));
}

}  // namespace
}  // namespace mispsift
