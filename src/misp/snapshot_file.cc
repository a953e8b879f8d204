// Writing and reading of one format, which share the table of sections. What
// the sections hold is checked in snapshot_columns.cc.

#include "mispsift/misp/snapshot_file.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include "mispsift/base/check.h"
#include "mispsift/base/digest.h"
#include "mispsift/base/file.h"
#include "mispsift/base/status_macros.h"
#include "mispsift/model/snapshot_merge.h"
#include "src/misp/snapshot_columns.h"
#include "src/misp/snapshot_manifest.h"

namespace mispsift::misp {
namespace {

static_assert(std::endian::native == std::endian::little,
              "rows are written as they are in memory");

constexpr char kMagic[9] = "MSIFTSNP";
constexpr uint32_t kVersion = 3;
constexpr uint32_t kByteOrder = 0x01020304;
constexpr uint64_t kAlignment = 64;

struct Header {
  char magic[8];
  uint32_t version;
  uint32_t byte_order;
  uint64_t table_offset;
  uint64_t file_bytes;
};
static_assert(sizeof(Header) == 32);

struct TableRow {
  char name[16];
  uint64_t offset;
  uint64_t bytes;
  Digest digest;
};
static_assert(sizeof(TableRow) == 48 && sizeof(Digest) == 16);

uint64_t RoundUp(uint64_t offset) {
  return (offset + kAlignment - 1) / kAlignment * kAlignment;
}

template <typename T>
std::string_view BytesOf(const T& value) {
  return {reinterpret_cast<const char*>(&value), sizeof(value)};
}

template <typename T>
std::string_view BytesOf(std::span<const T> column) {
  return {reinterpret_cast<const char*>(column.data()), column.size_bytes()};
}

// Where the sections are: every byte of the file is accounted for. What is in
// them is believed when all their sums were verified.
class Sections {
 public:
  static absl::StatusOr<Sections> Read(std::string_view file) {
    Header header;
    if (file.size() < sizeof(header)) return Changed("too short");
    std::memcpy(&header, file.data(), sizeof(header));
    if (std::memcmp(header.magic, kMagic, sizeof(header.magic)) != 0) {
      return absl::DataLossError("not a snapshot of mispsift's");
    }
    if (header.version != kVersion) {
      return absl::FailedPreconditionError(
          fmt::format("a snapshot of version {}; this program reads version {}",
                      header.version, kVersion));
    }
    if (header.byte_order != kByteOrder) return Changed("byte order");
    if (header.file_bytes != file.size()) {
      return Changed(
          fmt::format("{} bytes of {}", file.size(), header.file_bytes));
    }
    Sections sections;
    MISPSIFT_RETURN_IF_ERROR(sections.ReadTable(file, header.table_offset));
    MISPSIFT_RETURN_IF_ERROR(sections.VerifyPlaces());
    return sections;
  }

  size_t size() const { return rows_.size(); }
  absl::Status VerifySum(size_t i) const {
    const TableRow& row = rows_[i];
    if (DigestOf(0, file_.substr(row.offset, row.bytes)) == row.digest) {
      return absl::OkStatus();
    }
    return Changed(fmt::format("the checksum of section {}", NameOf(row)));
  }

  // False when there is no section `name` or it does not consist of whole Ts.
  template <typename T>
  bool Get(std::string_view name, std::span<const T>* column) const {
    std::string_view bytes;
    if (!Get(name, &bytes) || bytes.size() % sizeof(T) != 0) return false;
    *column = {reinterpret_cast<const T*>(bytes.data()),
               bytes.size() / sizeof(T)};
    return true;
  }
  bool Get(std::string_view name, std::string_view* bytes) const {
    for (const TableRow& row : rows_) {
      if (NameOf(row) != name) continue;
      *bytes = file_.substr(row.offset, row.bytes);
      return true;
    }
    return false;
  }

 private:
  static std::string_view NameOf(const TableRow& row) {
    return {row.name, strnlen(row.name, sizeof(row.name))};
  }

  absl::Status ReadTable(std::string_view file, uint64_t table_offset) {
    file_ = file;
    table_offset_ = table_offset;
    constexpr uint64_t kFixed = sizeof(uint64_t) + sizeof(Digest);
    if (table_offset < sizeof(Header) || table_offset > file.size() ||
        file.size() - table_offset < kFixed) {
      return Changed("its table is outside");
    }
    const std::string_view table = file.substr(table_offset);
    uint64_t count = 0;
    std::memcpy(&count, table.data(), sizeof(count));
    if ((table.size() - kFixed) % sizeof(TableRow) != 0 ||
        (table.size() - kFixed) / sizeof(TableRow) != count) {
      return Changed("its table has another size");
    }
    Digester digester;
    digester.Add(file.substr(0, sizeof(Header)));
    digester.Add(table.substr(0, table.size() - sizeof(Digest)));
    Digest checksum;
    std::memcpy(&checksum, table.data() + table.size() - sizeof(Digest),
                sizeof(checksum));
    if (digester.Finish() != checksum) {
      return Changed("the checksum of its table");
    }
    rows_.resize(count);
    if (count > 0) {
      std::memcpy(rows_.data(), table.data() + sizeof(count),
                  count * sizeof(TableRow));
    }
    return absl::OkStatus();
  }

  absl::Status VerifyPlaces() const {
    uint64_t end = sizeof(Header);
    for (const TableRow& row : rows_) {
      if (row.offset % kAlignment != 0 || row.offset > table_offset_ ||
          row.bytes > table_offset_ - row.offset) {
        return Changed("a section is outside");
      }
      MISPSIFT_RETURN_IF_ERROR(VerifyGap(end, row.offset));
      end = row.offset + row.bytes;
    }
    return VerifyGap(end, table_offset_);
  }

  absl::Status VerifyGap(uint64_t begin, uint64_t end) const {
    if (begin > end || end - begin >= kAlignment ||
        file_.substr(begin, end - begin).find_first_not_of('\0') !=
            std::string_view::npos) {
      return Changed("something between its sections");
    }
    return absl::OkStatus();
  }

  std::string_view file_;
  uint64_t table_offset_ = 0;
  std::vector<TableRow> rows_;
};

// A file's bytes in memory, unmapped with the last snapshot that views them.
class Mapping : public ColumnMemory {
 public:
  Mapping(void* address, size_t size) : address_(address), size_(size) {}
  ~Mapping() override { munmap(address_, size_); }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  std::string_view bytes() const {
    return {static_cast<const char*>(address_), size_};
  }

  // The pages stay in the system's cache, and come back when they are read.
  void Forget(std::string_view bytes) const override {
    static const uintptr_t kPage =
        static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
    const uintptr_t begin = reinterpret_cast<uintptr_t>(bytes.data());
    const uintptr_t first = (begin + kPage - 1) / kPage * kPage;
    const uintptr_t end = (begin + bytes.size()) / kPage * kPage;
    if (first < end) {
      madvise(reinterpret_cast<void*>(first), end - first, MADV_DONTNEED);
    }
  }

 private:
  void* address_;
  size_t size_;
};

absl::Status Annotate(const absl::Status& status, const std::string& path) {
  return absl::Status(
      status.code(),
      fmt::format("{}: {}", path, std::string(status.message())));
}

// Writes sections one behind the other; the header, which says where they
// ended, last.
class FileSink : public SnapshotSink {
 public:
  static absl::StatusOr<FileSink> Create(const std::string& path) {
    MISPSIFT_ASSIGN_OR_RETURN(AtomicFile file, AtomicFile::Create(path));
    FileSink sink(std::move(file));
    MISPSIFT_RETURN_IF_ERROR(sink.Write(BytesOf(Header{})));
    return sink;
  }

  absl::Status Begin(std::string_view name, uint64_t bytes) override {
    MISPSIFT_RETURN_IF_ERROR(EndSection());
    MISPSIFT_RETURN_IF_ERROR(Pad());
    TableRow row = {{}, end_, bytes, {}};
    name.copy(row.name, sizeof(row.name));
    table_.push_back(row);
    digester_ = std::make_unique<Digester>();
    return absl::OkStatus();
  }

  absl::Status Append(std::string_view bytes) override {
    pending_ += bytes;
    return pending_.size() < kPiece ? absl::OkStatus() : WritePending();
  }

  absl::Status Commit() && {
    MISPSIFT_RETURN_IF_ERROR(EndSection());
    MISPSIFT_RETURN_IF_ERROR(Pad());
    const uint64_t count = table_.size();
    const std::string_view rows = BytesOf(std::span<const TableRow>(table_));
    Header header = {{}, kVersion, kByteOrder, end_, 0};
    std::memcpy(header.magic, kMagic, sizeof(header.magic));
    header.file_bytes = end_ + sizeof(count) + rows.size() + sizeof(Digest);
    Digester digester;
    digester.Add(BytesOf(header));
    digester.Add(BytesOf(count));
    digester.Add(rows);
    MISPSIFT_RETURN_IF_ERROR(Write(BytesOf(count)));
    MISPSIFT_RETURN_IF_ERROR(Write(rows));
    MISPSIFT_RETURN_IF_ERROR(Write(BytesOf(digester.Finish())));
    MISPSIFT_RETURN_IF_ERROR(file_.Overwrite(0, BytesOf(header)));
    return std::move(file_).Commit();
  }

 private:
  explicit FileSink(AtomicFile file) : file_(std::move(file)) {}

  // Rows come one by one; digest and file take them in pieces.
  static constexpr size_t kPiece = size_t{1} << 16;

  absl::Status WritePending() {
    digester_->Add(pending_);
    MISPSIFT_RETURN_IF_ERROR(Write(pending_));
    pending_.clear();
    return absl::OkStatus();
  }

  absl::Status EndSection() {
    if (table_.empty()) return absl::OkStatus();
    MISPSIFT_RETURN_IF_ERROR(WritePending());
    uint64_t& bytes = table_.back().bytes;
    const uint64_t written = end_ - table_.back().offset;
    MISPSIFT_CHECK(bytes == kUnknownBytes || bytes == written);
    bytes = written;
    table_.back().digest = digester_->Finish();
    return absl::OkStatus();
  }
  absl::Status Pad() {
    constexpr std::array<char, kAlignment> kZeros{};
    return Write({kZeros.data(), static_cast<size_t>(RoundUp(end_) - end_)});
  }
  absl::Status Write(std::string_view bytes) {
    end_ += bytes.size();
    return file_.Append(bytes);
  }

  AtomicFile file_;
  uint64_t end_ = 0;
  std::vector<TableRow> table_;
  std::unique_ptr<Digester> digester_;  // of the last section
  std::string pending_;                 // the end of that section
};

absl::Status WriteManifest(const SnapshotManifest& manifest, FileSink* sink) {
  const std::string json = ManifestJson(manifest);
  MISPSIFT_RETURN_IF_ERROR(sink->Begin("manifest", json.size()));
  return sink->Append(json);
}

}  // namespace

absl::Status CheckMayReplace(const std::string& path) {
  if (path.empty()) {
    return absl::InvalidArgumentError("the snapshot's path is empty");
  }
  struct stat status;
  if (stat(path.c_str(), &status) != 0 || status.st_size == 0) {
    return absl::OkStatus();  // nothing there, or nothing in it
  }
  if (!S_ISREG(status.st_mode)) {
    return absl::InvalidArgumentError(
        fmt::format("{} exists and is no regular file", path));
  }
  MISPSIFT_ASSIGN_OR_RETURN(const FileDescriptor file, OpenForReading(path));
  char magic[8];
  MISPSIFT_ASSIGN_OR_RETURN(const size_t read,
                            ReadFully(file.get(), magic, sizeof(magic)));
  if (std::memcmp(magic, kMagic, read) != 0) {
    return absl::InvalidArgumentError(
        fmt::format("{} is no snapshot; not touching it", path));
  }
  return absl::OkStatus();
}

absl::StatusOr<MergedSnapshot> WriteMerged(
    const std::vector<MergeInput>& inputs,
    const MergeWarninglists& warninglists, SnapshotManifest manifest,
    const std::string& path, bool may_be_empty) {
  MISPSIFT_ASSIGN_OR_RETURN(FileSink sink, FileSink::Create(path));
  MISPSIFT_ASSIGN_OR_RETURN(
      MergedSnapshot merged,
      MergeSnapshots(inputs, warninglists, std::move(manifest), &sink));
  if (merged.attributes == 0 && !may_be_empty) return merged;
  MISPSIFT_RETURN_IF_ERROR(WriteManifest(merged.manifest, &sink));
  MISPSIFT_RETURN_IF_ERROR(std::move(sink).Commit());
  return merged;
}

absl::Status WriteSnapshot(const Snapshot& snapshot, const std::string& path) {
  const SnapshotColumns& columns = snapshot.columns();
  MISPSIFT_ASSIGN_OR_RETURN(FileSink sink, FileSink::Create(path));
  const std::pair<std::string_view, std::string_view> sections[] = {
      {"attributes", BytesOf(columns.attributes)},
      {"events", BytesOf(columns.events)},
      {"tag_lists", BytesOf(columns.tag_lists)},
      {"types", BytesOf(columns.types)},
      {"categories", BytesOf(columns.categories)},
      {"tags", BytesOf(columns.tags)},
      {"heap", columns.heap},
      {"warninglists", columns.warninglists.lists},
      {"warning_entries", columns.warninglists.entries},
      {"warning_ends", BytesOf(columns.warninglists.entry_ends)},
      {"warning_hits", BytesOf(columns.warninglist_hits)},
      {"copies", BytesOf(columns.copies)},
      {"source_events", BytesOf(columns.source_events)},
  };
  for (const auto& [name, bytes] : sections) {
    MISPSIFT_RETURN_IF_ERROR(sink.Begin(name, bytes.size()));
    MISPSIFT_RETURN_IF_ERROR(sink.Append(bytes));
  }
  MISPSIFT_RETURN_IF_ERROR(WriteManifest(snapshot.manifest(), &sink));
  return std::move(sink).Commit();
}

absl::StatusOr<Snapshot> SnapshotFromBytes(
    std::string_view bytes, std::shared_ptr<const ColumnMemory> owner,
    RunTasks run) {
  MISPSIFT_CHECK(reinterpret_cast<uintptr_t>(bytes.data()) % 8 == 0);
  MISPSIFT_ASSIGN_OR_RETURN(const Sections sections, Sections::Read(bytes));
  std::string_view json;
  SnapshotColumns columns;
  if (!sections.Get("manifest", &json) ||
      !sections.Get("attributes", &columns.attributes) ||
      !sections.Get("events", &columns.events) ||
      !sections.Get("tag_lists", &columns.tag_lists) ||
      !sections.Get("types", &columns.types) ||
      !sections.Get("categories", &columns.categories) ||
      !sections.Get("tags", &columns.tags) ||
      !sections.Get("heap", &columns.heap) ||
      !sections.Get("warninglists", &columns.warninglists.lists) ||
      !sections.Get("warning_entries", &columns.warninglists.entries) ||
      !sections.Get("warning_ends", &columns.warninglists.entry_ends) ||
      !sections.Get("warning_hits", &columns.warninglist_hits) ||
      !sections.Get("copies", &columns.copies) ||
      !sections.Get("source_events", &columns.source_events)) {
    return Changed("a section is missing or has a wrong size");
  }
  absl::StatusOr<SnapshotManifest> manifest;
  absl::Status consistent;
  std::vector<absl::Status> sums(sections.size());
  run(1 + sections.size(), [&](size_t task) {
    if (task > 0) {
      sums[task - 1] = sections.VerifySum(task - 1);
      return;
    }
    manifest = ParseManifest(json);
    if (!manifest.ok()) return;
    consistent = VerifyColumns(columns, manifest->sources.size());
  });
  // What no longer has its sum is changed, whatever else it seems to be.
  for (const absl::Status& sum : sums) MISPSIFT_RETURN_IF_ERROR(sum);
  if (!manifest.ok()) return manifest.status();
  MISPSIFT_RETURN_IF_ERROR(consistent);
  return Snapshot(*std::move(manifest), columns, std::move(owner));
}

absl::StatusOr<Snapshot> LoadSnapshot(const std::string& path, RunTasks run) {
  absl::StatusOr<FileDescriptor> fd = OpenForReading(path);
  if (absl::IsFailedPrecondition(fd.status())) {  // a folder, a device
    return absl::DataLossError(std::string(fd.status().message()));
  }
  if (!fd.ok()) return fd.status();
  struct stat status;
  if (fstat(fd->get(), &status) != 0) {
    return absl::ErrnoToStatus(errno, fmt::format("cannot read {}", path));
  }
  if (status.st_size < static_cast<off_t>(sizeof(Header))) {
    return Annotate(Changed("too short"), path);
  }
  // Files come into being whole (AtomicFile) and are replaced, never changed,
  // so what is mapped does not shrink.
  const size_t size = static_cast<size_t>(status.st_size);
  void* address = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd->get(), 0);
  if (address == MAP_FAILED) {
    return absl::ErrnoToStatus(errno, fmt::format("cannot map {}", path));
  }
  const auto mapping = std::make_shared<const Mapping>(address, size);
  absl::StatusOr<Snapshot> snapshot =
      SnapshotFromBytes(mapping->bytes(), mapping, run);
  if (!snapshot.ok()) return Annotate(snapshot.status(), path);
  return snapshot;
}

absl::StatusOr<uint64_t> SnapshotFileBytes(const std::string& path) {
  struct stat status;
  if (stat(path.c_str(), &status) != 0) {
    return absl::ErrnoToStatus(errno, fmt::format("cannot read {}", path));
  }
  return static_cast<uint64_t>(status.st_size);
}

}  // namespace mispsift::misp
