#include "src/cuckoo/document_stream.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <ostream>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mispsift/base/gzip.h"
#include "mispsift/cuckoo/json_lines_stream.h"
#include "src/cuckoo/decompress.h"
#include "tests/support/temp_folder.h"

namespace mispsift {
namespace {

constexpr size_t kHeaderBytes = 10;
constexpr size_t kSumsBytes = 8;  // CRC-32, ISIZE

// What a reader makes of a file: its content, or why there is none.
struct Verdict {
  Reject reject = Reject::kNone;
  std::string bytes;

  friend bool operator==(const Verdict&, const Verdict&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Verdict& verdict) {
    return out << RejectName(verdict.reject) << ", " << verdict.bytes.size()
               << " bytes";
  }
};

class DocumentStreamTest : public testing::Test {
 protected:
  Verdict Held(std::string_view packed) const {
    PaddedBytes bytes;
    const ArchiveError error = Decompress(packed, limits_, &bytes);
    return {error.reject, std::string(bytes.view())};
  }

  // Read `at_once` bytes at a time.
  Verdict Streamed(std::string_view packed, size_t at_once) const {
    Write(packed);
    DocumentStream document(limits_);
    ArchiveError error = document.Open(path_);
    Verdict verdict;
    std::string piece(at_once, '\0');
    for (size_t got = at_once; !error && got == at_once;) {
      error = document.Read(piece.data(), piece.size(), &got);
      verdict.bytes.append(piece, 0, got);
      EXPECT_LE(document.passed_bytes(), packed.size());
    }
    if (error) verdict = {error.reject, ""};
    return verdict;
  }

  void ExpectAlike(const std::string& packed, std::string_view what) const {
    const Verdict held = Held(packed);
    for (const size_t at_once : {size_t{1000}, size_t{256} << 10}) {
      EXPECT_EQ(Streamed(packed, at_once), held) << what;
    }
  }

  void Write(std::string_view content) const {
    std::ofstream(path_, std::ios::binary)
        .write(content.data(), static_cast<std::streamsize>(content.size()));
  }

  TempFolder folder_;
  const std::string path_ = folder_.path("report.json.gz");
  ArchiveLimits limits_;
};

// Compresses to as much as it is.
std::string Noise(size_t size) {
  std::mt19937 random(7);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

// Compresses to about a quarter.
std::string Text(size_t size) {
  std::string text;
  for (int i = 0; text.size() < size; ++i) {
    text += fmt::format("{{\"url\":\"http://evil{}.example/\"}}\n", i * 7919);
  }
  text.resize(size);
  return text;
}

std::string Flipped(std::string bytes, size_t at) {
  bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
  return bytes;
}
std::string WithWrongCrc(const std::string& gzip) {
  return Flipped(gzip, gzip.size() - kSumsBytes);
}
std::string WithWrongSize(const std::string& gzip) {
  return Flipped(gzip, gzip.size() - kSumsBytes / 2);
}

// The same member with a header of these flags and what they ask for.
std::string WithHeader(const std::string& gzip, char flags,
                       const std::string& fields) {
  std::string changed = gzip;
  changed[3] = flags;
  return changed.insert(kHeaderBytes, fields);
}

TEST_F(DocumentStreamTest, AGzipIsJudgedAsOneThatIsHeld) {
  using namespace std::string_literals;
  const std::string a = Gzip(Text(3000));
  const std::string b = Gzip(Text(700'000));
  const std::string noise = Gzip(Noise(700'000));
  const std::string nothing = Gzip("");
  const struct {
    std::string what;
    std::string packed;
    Reject expected;
  } cases[] = {
      {"small", a, Reject::kNone},
      {"large", b, Reject::kNone},
      {"noise", noise, Reject::kNone},
      {"members", a + b + noise + a, Reject::kNone},
      {"empty members", nothing + a + nothing + b + nothing, Reject::kNone},
      {"nothing", nothing, Reject::kEmpty},
      {"nothing twice", nothing + nothing, Reject::kEmpty},
      {"zeros behind", a + b + std::string(300'000, '\0'), Reject::kNone},
      {"one zero behind", a + "\0"s, Reject::kNone},
      {"garbage behind", a + "garbage", Reject::kNone},
      {"noise behind", a + Noise(600'000), Reject::kNone},
      {"zeros between", a + "\0\0"s + WithWrongCrc(a), Reject::kNone},
      {"half of a magic number behind", b + "\x1f", Reject::kNone},
      {"a magic number behind", b + "\x1f\x8b", Reject::kBadArchive},
      {"a header behind", a + a.substr(0, kHeaderBytes), Reject::kBadArchive},
      {"wrong CRC", WithWrongCrc(a), Reject::kBadArchive},
      {"wrong CRC, large", WithWrongCrc(b), Reject::kBadArchive},
      {"wrong CRC of nothing", WithWrongCrc(nothing), Reject::kBadArchive},
      {"wrong CRC before", WithWrongCrc(b) + a, Reject::kBadArchive},
      {"wrong CRC between", a + WithWrongCrc(a) + a, Reject::kBadArchive},
      {"wrong CRC last", b + WithWrongCrc(a), Reject::kBadArchive},
      {"wrong size", WithWrongSize(a), Reject::kBadArchive},
      {"wrong size, large", WithWrongSize(noise), Reject::kBadArchive},
      {"wrong size before", WithWrongSize(b) + a, Reject::kBadArchive},
      {"wrong size last", b + WithWrongSize(a), Reject::kBadArchive},
      {"no sums", a.substr(0, a.size() - kSumsBytes), Reject::kBadArchive},
      {"another method", Flipped(a, 2), Reject::kBadArchive},
      {"compressed twice", Gzip(a), Reject::kNestedTooDeep},
      {"compressed twice, in halves",
       Gzip(a.substr(0, 1)) + nothing + Gzip(a.substr(1)),
       Reject::kNestedTooDeep},
      {"with an extra field", WithHeader(a, 4, "\3\0abc"s), Reject::kNone},
      {"with a name", WithHeader(a, 8, "report.json\0"s), Reject::kNone},
      {"with a long name", WithHeader(a, 8, std::string(600'000, 'x') + "\0"s),
       Reject::kNone},
      {"with a comment", WithHeader(a, 16, "x\0"s), Reject::kNone},
      {"with a wrong sum of its header", WithHeader(a, 2, "\1\2"s),
       Reject::kNone},
      {"with that and a wrong CRC", WithWrongCrc(WithHeader(a, 2, "\1\2"s)),
       Reject::kBadArchive},
      {"with a name that does not end", WithHeader(a, 8, "").substr(0, 30),
       Reject::kBadArchive},
      {"with a flag that there is not", WithHeader(a, 32, ""),
       Reject::kBadArchive},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(RejectName(Held(c.packed).reject), RejectName(c.expected))
        << c.what;
    ExpectAlike(c.packed, c.what);
  }
}

TEST_F(DocumentStreamTest, AGzipIsCutShortWhereverItIsCut) {
  const std::string members =
      WithHeader(Gzip(Text(500)), 8, std::string("name\0", 5)) + Gzip("") +
      Gzip(Noise(100));
  for (size_t size = 2; size < members.size(); ++size) {
    ExpectAlike(members.substr(0, size), fmt::format("at {}", size));
  }
  const std::string large = Gzip(Noise(600'000)) + Gzip(Text(600'000));
  for (size_t size = 2; size < large.size(); size += 12'345) {
    ExpectAlike(large.substr(0, size), fmt::format("at {}", size));
  }
  for (size_t left = 1; left < 40; ++left) {
    ExpectAlike(large.substr(0, large.size() - left),
                fmt::format("at {} from its end", left));
  }
}

TEST_F(DocumentStreamTest, AGzipIsHeldToEveryByte) {
  const std::string members = Gzip(Text(500)) + Gzip(Noise(100));
  for (size_t at = 2; at < members.size(); ++at) {
    ExpectAlike(Flipped(members, at), fmt::format("at {}", at));
  }
}

// The one thing in which ISA-L and libdeflate differ: the length code 286,
// which RFC 1951 has no meaning for.
TEST_F(DocumentStreamTest, AGzipWithForbiddenCodesIsRefused) {
  constexpr std::string_view kGzip(
      "\x1f\x8b\x08\0\0\0\0\0\0\xff"
      "s\x1c\x03\0"
      "\xbf\xae\xe4O\x03\x01\0\0",
      22);
  EXPECT_EQ(Held(kGzip), (Verdict{Reject::kNone, std::string(259, 'A')}));
  EXPECT_EQ(Streamed(kGzip, 1000).reject, Reject::kBadArchive);
}

// A piece of the file ends in each of the places in which a member can.
TEST_F(DocumentStreamTest, MembersMayStandAcrossPieces) {
  constexpr size_t kPieceBytes = size_t{256} << 10;
  const std::string last = Gzip(Text(2000));
  const std::string noise = Noise(kPieceBytes);
  const size_t around = Gzip(noise).size() - noise.size();
  for (size_t less = 0; less < 60; ++less) {
    const std::string first =
        Gzip(std::string_view(noise).substr(0, noise.size() - less));
    ASSERT_NEAR(first.size(), kPieceBytes + around - less, 10);
    ExpectAlike(first + last, fmt::format("{} less", less));
    ExpectAlike(first + WithWrongCrc(last), fmt::format("{} less", less));
    ExpectAlike(first + "\x1f", fmt::format("{} less", less));
  }
}

TEST_F(DocumentStreamTest, OfAGzipNoMoreComesOutThanTheBounds) {
  const std::string text = Text(700'000);
  for (const std::string& packed :
       {Gzip(text), Gzip(text.substr(0, 300'000)) + Gzip(text.substr(300'000)),
        Gzip(text) + std::string(100'000, '\0')}) {
    for (const uint64_t most : {1, 299'999, 300'000, 699'999, 700'000}) {
      limits_ = {.max_report_bytes = most};
      EXPECT_EQ(Held(packed).reject,
                most < text.size() ? Reject::kTooLarge : Reject::kNone);
      ExpectAlike(packed, fmt::format("at most {}", most));
    }
  }
  const std::string bomb = Gzip(std::string(8 << 20, '\0'));
  for (const uint64_t ratio : {1, 100, 900, 1100}) {
    for (const uint64_t floor : {uint64_t{1000}, uint64_t{8} << 20}) {
      for (const uint64_t most : {uint64_t{2000}, uint64_t{1} << 30}) {
        for (const std::string& packed :
             {bomb, bomb + Gzip("x"), Gzip(Noise(9000)) + bomb,
              bomb + std::string(9000, '\0')}) {
          limits_ = {.max_report_bytes = most,
                     .max_ratio = ratio,
                     .ratio_floor_bytes = floor};
          ExpectAlike(packed, fmt::format("{} {} {}", ratio, floor, most));
        }
      }
    }
  }
  limits_ = {.max_ratio = 100, .ratio_floor_bytes = 1000};
  EXPECT_EQ(Streamed(bomb, 1000).reject, Reject::kRatioLimit);
}

TEST_F(DocumentStreamTest, TellsHowMuchOfAGzipIsRead) {
  const std::string packed = Gzip(Noise(1 << 20));
  Write(packed);
  DocumentStream document(limits_);
  ASSERT_FALSE(document.Open(path_));
  std::string piece(1 << 19, '\0');
  size_t got = 0;
  ASSERT_FALSE(document.Read(piece.data(), piece.size(), &got));
  EXPECT_NEAR(static_cast<double>(document.passed_bytes()), 1 << 19, 1 << 18);
  while (got == piece.size()) {
    ASSERT_FALSE(document.Read(piece.data(), piece.size(), &got));
  }
  EXPECT_EQ(document.passed_bytes(), packed.size());
}

TEST_F(DocumentStreamTest, AFileIsBegunAnew) {
  DocumentStream document(limits_);
  std::string piece(1 << 20, '\0');
  size_t got = 0;
  for (const std::string& content :
       {Gzip(Text(1000)), Text(500), Gzip(Text(2000)), WithWrongCrc(Gzip("x")),
        Gzip(Text(10))}) {
    Write(content);
    ArchiveError error = document.Open(path_);
    if (!error) error = document.Read(piece.data(), piece.size(), &got);
    const bool is_gzip = content.starts_with("\x1f\x8b");
    const Verdict held =
        is_gzip ? Held(content) : Verdict{Reject::kNone, content};
    EXPECT_EQ(error.reject, held.reject);
    EXPECT_EQ(error ? "" : piece.substr(0, got), held.bytes);
  }
}

// They were read when nothing was known of it.
TEST_F(DocumentStreamTest, LinesBeforeAWrongSumAreGiven) {
  const std::string text = Text(2 << 20);
  for (const std::string& packed :
       {WithWrongCrc(Gzip(text)), WithWrongSize(Gzip(text))}) {
    Write(packed);
    JsonLinesStream lines(path_, limits_, 1000);
    JsonLine line;
    PaddedBytes bytes;
    uint64_t count = 0;
    size_t place = 0;
    while (lines.Next(&line, &bytes) && line.reject == Reject::kNone) {
      EXPECT_EQ(line.number, ++count);
      EXPECT_EQ(text.substr(place, bytes.size()), bytes.view());
      place += bytes.size() + 1;
    }
    EXPECT_GT(place, size_t{1} << 20);
    EXPECT_EQ(line.reject, Reject::kBadArchive);
    EXPECT_EQ(line.number, 0u);
    EXPECT_FALSE(lines.Next(&line, &bytes));
  }
}

}  // namespace
}  // namespace mispsift
