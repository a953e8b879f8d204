#include "src/cuckoo/archive_stream.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>
#include <locale.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>

#include "absl/status/statusor.h"
#include "mispsift/base/check.h"
#include "mispsift/base/utf8.h"
#include "src/cuckoo/archive_names.h"
#include "src/cuckoo/gzip_stream.h"

namespace mispsift {
namespace {

constexpr size_t kBlockBytes = size_t{256} << 10;

// Each costs as much as its directory is long.
constexpr uint32_t kMaxReopens = 64;

constexpr std::string_view kRestIsLost =
    "; the rest of the archive is not read";

// libarchive converts names to the locale's encoding and loses those that do
// not fit. Names are UTF-8 here, whatever the environment says.
class Utf8Locale {
 public:
  Utf8Locale() {
    static const locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    if (utf8 != nullptr) before_ = uselocale(utf8);
  }
  ~Utf8Locale() {
    if (before_ != nullptr) uselocale(before_);
  }
  Utf8Locale(const Utf8Locale&) = delete;
  Utf8Locale& operator=(const Utf8Locale&) = delete;

 private:
  locale_t before_ = nullptr;
};

std::string Utf8(const char* text) {
  std::string scratch;
  return text == nullptr ? std::string()
                         : std::string(ReplaceInvalidUtf8(text, &scratch));
}

uint64_t Position(archive* a, int filter) {
  return static_cast<uint64_t>(
      std::max<la_int64_t>(archive_filter_bytes(a, filter), 0));
}

int BaseFormat(archive* a) {
  return archive_format(a) & ARCHIVE_FORMAT_BASE_MASK;
}

void Describe(archive_entry* entry, ArchiveMember* member) {
  const char* path = archive_entry_pathname(entry);
  if (path == nullptr) path = archive_entry_pathname_utf8(entry);
  member->path = Utf8(path);
  const bool is_link = archive_entry_hardlink(entry) != nullptr ||
                       archive_entry_symlink(entry) != nullptr;
  const auto type = archive_entry_filetype(entry);
  if (type == AE_IFDIR) {
    member->type = ArchiveMember::Type::kFolder;
  } else if (type == AE_IFREG && !is_link) {
    member->type = ArchiveMember::Type::kFile;
  } else {
    member->type = ArchiveMember::Type::kOther;
  }
  member->encrypted = archive_entry_is_encrypted(entry) != 0;
}

bool IsGzipFile(const FileDescriptor& file) {
  char head[kPeekBytes];
  const ssize_t got = pread(file.get(), head, sizeof(head), 0);
  return got > 0 && IsGzip({head, static_cast<size_t>(got)});
}

// What is in a gzip is bounded where its members are.
ArchiveLimits WithoutBounds(ArchiveLimits limits) {
  limits.max_report_bytes = std::numeric_limits<uint64_t>::max();
  limits.max_ratio = std::numeric_limits<uint64_t>::max();
  return limits;
}

std::string RatioText(uint64_t max_ratio) {
  return fmt::format("over {} bytes out for each byte in", max_ratio);
}

}  // namespace

ArchiveError Unreadable(const absl::Status& status) {
  return {Reject::kUnreadable, std::string(status.message())};
}

uint64_t MostBytesOut(uint64_t in, uint64_t max_ratio, uint64_t floor) {
  uint64_t most = 0;
  if (__builtin_mul_overflow(in, max_ratio, &most)) {
    most = std::numeric_limits<uint64_t>::max();
  }
  return std::max(most, floor);
}

ArchiveStream::ArchiveStream(const ArchiveLimits& limits) : limits_(limits) {}
ArchiveStream::~ArchiveStream() { Close(); }

void ArchiveStream::Prepare(Formats formats) {
  Close();
  archive_ = archive_read_new();
  MISPSIFT_CHECK(archive_ != nullptr);
  if (formats != Formats::kRaw) {
    archive_read_support_format_tar(archive_);
    archive_read_support_format_zip(archive_);
    archive_read_support_format_7zip(archive_);
  }
  if (formats != Formats::kContainers) {
    archive_read_support_format_raw(archive_);
    // Else a compressed nothing is an unknown format.
    archive_read_support_format_empty(archive_);
  }
  archive_read_support_filter_gzip(archive_);
  archive_read_support_filter_bzip2(archive_);
  archive_read_support_filter_xz(archive_);
  archive_read_support_filter_zstd(archive_);
  over_ = false;
  encrypted_ = false;
  reopens_ = 0;
  members_ = 0;
  nested_members_ = 0;
  nested_bytes_ = 0;
  read_bytes_ = 0;
  member_bytes_ = 0;
  member_start_bytes_ = 0;
  seen_bytes_ = 0;
}

ArchiveError ArchiveStream::OpenFile(const std::string& path, Formats formats) {
  absl::StatusOr<FileDescriptor> file = OpenForReading(path);
  if (!file.ok()) {
    Close();
    return {Reject::kUnreadable, Utf8(file.status().ToString().c_str())};
  }
  Prepare(formats);
  file_ = *std::move(file);
  return OpenSource();
}

ArchiveError ArchiveStream::OpenMemory(std::string_view bytes,
                                       Formats formats) {
  Prepare(formats);
  memory_ = bytes;
  return OpenSource();
}

ArchiveError ArchiveStream::OpenSource() {
  const Utf8Locale locale;
  int result = ARCHIVE_OK;
  if (!file_.ok()) {
    result = archive_read_open_memory(archive_, memory_.data(), memory_.size());
  } else if (IsGzipFile(file_)) {
    result = OpenGunzipped();
  } else {
    result = archive_read_open_fd(archive_, file_.get(), kBlockBytes);
  }
  if (result == ARCHIVE_OK) return {};
  ArchiveError error = Failure(Reject::kBadArchive);
  Close();
  return error;
}

int ArchiveStream::OpenGunzipped() {
  gunzip_ = std::make_unique<GzipStream>(WithoutBounds(limits_));
  gunzip_error_ = gunzip_->Open(std::move(file_));
  return archive_read_open(archive_, this, nullptr, ReadGunzipped, nullptr);
}

ptrdiff_t ArchiveStream::ReadGunzipped(archive* archive, void* stream,
                                       const void** block) {
  auto* const own = static_cast<ArchiveStream*>(stream);
  PaddedBytes& bytes = own->gunzipped_;
  bytes.SetSize(0);
  if (!own->gunzip_error_) {
    own->gunzip_error_ = own->gunzip_->ReadUpTo(kBlockBytes, &bytes);
  }
  // What was there before the error comes before it.
  if (own->gunzip_error_ && bytes.size() == 0) {
    archive_set_error(archive, EIO, "%s", own->gunzip_error_.detail.c_str());
    return ARCHIVE_FATAL;
  }
  *block = bytes.data();
  return static_cast<ptrdiff_t>(bytes.size());
}

uint64_t ArchiveStream::BytesIn() const {
  return gunzip_ != nullptr ? gunzip_->seen_bytes() : Position(archive_, -1);
}

void ArchiveStream::Close() {
  if (archive_ == nullptr) return;
  archive_read_free(archive_);
  archive_ = nullptr;
  file_ = FileDescriptor();
  gunzip_.reset();
  gunzip_error_ = {};
}

ArchiveError ArchiveStream::Failure(Reject reject) const {
  std::string detail = Utf8(archive_error_string(archive_));
  if (detail.empty()) detail = "damaged or cut short";
  return {reject, std::move(detail)};
}

bool ArchiveStream::is_raw() const {
  return BaseFormat(archive_) == ARCHIVE_FORMAT_RAW ||
         BaseFormat(archive_) == ARCHIVE_FORMAT_EMPTY;
}

bool ArchiveStream::is_compressed() const {
  return gunzip_ != nullptr || archive_filter_count(archive_) > 1;
}

bool ArchiveStream::IsPlainZip() const {
  return BaseFormat(archive_) == ARCHIVE_FORMAT_ZIP && !is_compressed();
}

bool ArchiveStream::OverRatio() const {
  uint64_t out = member_bytes_;
  uint64_t in = BytesIn();
  if (IsPlainZip()) {
    // Members are compressed one by one, and may even overlap.
    in -= std::min(in, member_start_bytes_);
  } else {
    out = std::max(read_bytes_, Position(archive_, 0));
  }
  return out > MostBytesOut(in, limits_.max_ratio, limits_.ratio_floor_bytes);
}

// Asked before each member: many small ones, each within its bounds, may still
// be more than any archive of reports holds.
ArchiveError ArchiveStream::CheckWhole() const {
  if (members() > limits_.max_members) {
    return {Reject::kTooManyMembers,
            fmt::format("more than {} members{}", limits_.max_members,
                        kRestIsLost)};
  }
  if (bytes_out() > MostBytesOut(seen_bytes_, limits_.max_ratio,
                                 limits_.archive_floor_bytes)) {
    return {Reject::kRatioLimit,
            fmt::format("{} of the archive so far{}",
                        RatioText(limits_.max_ratio), kRestIsLost)};
  }
  return {};
}

void ArchiveStream::AddNested(uint64_t bytes, uint64_t members) {
  nested_bytes_ += bytes;
  nested_members_ += members;
}

// What a format and a filter leave to be found out at the end.
ArchiveError ArchiveStream::AtEnd() {
  if (members_ == 0) {
    // A tar of zero bytes reads as an empty one.
    if (!is_raw()) return {Reject::kBadArchive, "no members in it"};
    if (!is_compressed()) return Failure(Reject::kBadArchive);
    return {Reject::kEmpty, "compressed nothing"};
  }
  // A tar ends with zero blocks; one cut between two members has none, and
  // libarchive takes that for an end.
  if (BaseFormat(archive_) == ARCHIVE_FORMAT_TAR &&
      archive_read_header_position(archive_) ==
          archive_filter_bytes(archive_, 0)) {
    return {Reject::kBadArchive,
            "cut short: no end mark behind the last member"};
  }
  if (gunzip_ != nullptr && !gunzip_error_) {
    // The sums of a gzip stand behind what pads the tar.
    PaddedBytes padding;
    gunzip_error_ = gunzip_->ReadUpTo(kBlockBytes, &padding);
  }
  return gunzip_error_;
}

ArchiveError ArchiveStream::SkipRest() {
  // Where skipping means to seek, libarchive does it; where it means to
  // decompress, it would do so without a bound.
  const bool must_decompress =
      is_compressed() || BaseFormat(archive_) == ARCHIVE_FORMAT_7ZIP;
  if (!must_decompress || encrypted_) return {};
  const void* block = nullptr;
  size_t size = 0;
  la_int64_t offset = 0;
  int result = ARCHIVE_OK;
  while (result == ARCHIVE_OK) {
    result = archive_read_data_block(archive_, &block, &size, &offset);
    if (result != ARCHIVE_OK) break;
    read_bytes_ += size;
    if (OverRatio()) {
      return {Reject::kRatioLimit,
              fmt::format("{}, in a member that is no report{}",
                          RatioText(limits_.max_ratio), kRestIsLost)};
    }
  }
  if (result == ARCHIVE_FATAL) return Failure(Reject::kBadArchive);
  return {};
}

// libarchive gives a zip up at a member that is damaged, though the directory
// says where the next one is.
bool ArchiveStream::ReopenZip() {
  if (!IsPlainZip() || ++reopens_ > kMaxReopens) return false;
  archive_read_free(archive_);
  archive_ = archive_read_new();
  MISPSIFT_CHECK(archive_ != nullptr);
  archive_read_support_format_zip_seekable(archive_);
  if (file_.ok() && lseek(file_.get(), 0, SEEK_SET) != 0) return false;
  if (OpenSource()) return false;
  const Utf8Locale locale;
  archive_entry* entry = nullptr;
  for (uint64_t i = 0; i < members_; ++i) {
    const int result = archive_read_next_header(archive_, &entry);
    if (result != ARCHIVE_OK && result != ARCHIVE_WARN) return false;
  }
  return true;
}

ArchiveStream::Step ArchiveStream::NextMember(ArchiveMember* member,
                                              ArchiveError* error) {
  *error = {};
  if (over_) return Step::kEnd;
  over_ = true;  // until a member was found
  if (members_ > 0) *error = SkipRest();
  if (*error) return Step::kFailed;
  const Utf8Locale locale;
  archive_entry* entry = nullptr;
  const int result = archive_read_next_header(archive_, &entry);
  if (result == ARCHIVE_EOF) {
    *error = AtEnd();
    return *error ? Step::kFailed : Step::kEnd;
  }
  // A warning is about what we do not use, such as a time.
  if (result != ARCHIVE_OK && result != ARCHIVE_WARN) {
    const bool is_encrypted = archive_read_has_encrypted_entries(archive_) > 0;
    *error = Failure(is_encrypted ? Reject::kEncrypted : Reject::kBadArchive);
    return Step::kFailed;
  }
  if (archive_filter_count(archive_) + (gunzip_ != nullptr ? 1 : 0) > 2) {
    *error = {Reject::kNestedTooDeep, "compressed more than once"};
    return Step::kFailed;
  }
  ++members_;
  member_start_bytes_ = BytesIn();
  seen_bytes_ = std::max(seen_bytes_, member_start_bytes_);
  *error = CheckWhole();
  if (*error) return Step::kFailed;
  Describe(entry, member);
  encrypted_ = member->encrypted;
  member_bytes_ = 0;
  over_ = false;
  return Step::kMember;
}

ArchiveError ArchiveStream::ReadUpTo(uint64_t size, PaddedBytes* bytes) {
  if (IsPlainZip() && member_bytes_ == 0 && member_start_bytes_ < seen_bytes_) {
    // libarchive hands a zip's members out in the order of their places.
    return {Reject::kBadArchive, "overlaps the member before it"};
  }
  size_t total = bytes->size();
  while (total < size) {
    const size_t want =
        static_cast<size_t>(std::min<uint64_t>(kBlockBytes, size - total));
    if (bytes->capacity() < total + want) {
      bytes->SetSize(total);
      bytes->Reserve(total + want);
    }
    const la_ssize_t got =
        archive_read_data(archive_, bytes->data() + total, want);
    if (got <= 0) {
      bytes->SetSize(total);
      if (got == 0) return {};
      ArchiveError error =
          Failure(encrypted_ ? Reject::kEncrypted : Reject::kBadArchive);
      over_ = got == ARCHIVE_FATAL && !ReopenZip();
      if (over_) error.detail += kRestIsLost;
      return error;
    }
    total += static_cast<size_t>(got);
    read_bytes_ += static_cast<uint64_t>(got);
    member_bytes_ += static_cast<uint64_t>(got);
    seen_bytes_ = std::max(seen_bytes_, BytesIn());
    if (OverRatio()) {
      bytes->SetSize(0);
      over_ = !IsPlainZip();
      ArchiveError error{Reject::kRatioLimit, RatioText(limits_.max_ratio)};
      if (over_) error.detail += kRestIsLost;
      return error;
    }
  }
  bytes->SetSize(total);
  return {};
}

ArchiveError ArchiveStream::ReadAll(PaddedBytes* bytes) {
  const uint64_t limit = std::min<uint64_t>(
      limits_.MostHeld(), std::numeric_limits<int64_t>::max() - 1);
  ArchiveError error = ReadUpTo(limit + 1, bytes);
  if (!error && bytes->size() > limit) {
    error = {Reject::kTooLarge, fmt::format("over {} bytes", limit)};
  }
  if (error) bytes->SetSize(0);
  return error;
}

}  // namespace mispsift
