#include "mispsift/misp/snapshot_file.h"

#include <fmt/format.h>
#include <rapidjson/document.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
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
#include "mispsift/base/json_writer.h"
#include "mispsift/base/status_macros.h"

namespace mispsift::misp {
namespace {

static_assert(std::endian::native == std::endian::little,
              "rows are written as they are in memory");

constexpr char kMagic[9] = "MSIFTSNP";
constexpr uint32_t kVersion = 1;
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

std::string ManifestJson(const SnapshotManifest& manifest) {
  std::string out;
  JsonWriter json(&out);
  json.StartObject();
  json.Key("id").String(manifest.id);
  json.Key("created").String(manifest.created);
  json.Key("version").String(manifest.version);
  json.Key("sources").StartArray();
  for (const SnapshotSource& source : manifest.sources) {
    json.StartObject();
    json.Key("kind").String(source.kind);
    json.Key("location").String(source.location);
    json.Key("attributes").Uint(source.attributes);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  return out;
}

absl::Status Changed(std::string_view what) {
  return absl::DataLossError(fmt::format("not a whole snapshot: {}", what));
}

// The member `name`, or nullptr.
const rapidjson::Value* Member(const rapidjson::Value& object,
                               const char* name) {
  return object.IsObject() && object.HasMember(name) ? &object[name] : nullptr;
}

bool ReadText(const rapidjson::Value& object, const char* name,
              std::string* text) {
  const rapidjson::Value* member = Member(object, name);
  if (member == nullptr || !member->IsString()) return false;
  text->assign(member->GetString(), member->GetStringLength());
  return true;
}

absl::StatusOr<SnapshotManifest> ParseManifest(std::string_view json) {
  SnapshotManifest manifest;
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(json.data(), json.size());
  if (document.HasParseError() || !ReadText(document, "id", &manifest.id) ||
      !ReadText(document, "created", &manifest.created) ||
      !ReadText(document, "version", &manifest.version)) {
    return Changed("its manifest cannot be read");
  }
  const rapidjson::Value* sources = Member(document, "sources");
  if (sources == nullptr || !sources->IsArray()) {
    return Changed("its manifest names no sources");
  }
  for (const rapidjson::Value& row : sources->GetArray()) {
    SnapshotSource source;
    const rapidjson::Value* count = Member(row, "attributes");
    if (!ReadText(row, "kind", &source.kind) ||
        !ReadText(row, "location", &source.location) || count == nullptr ||
        !count->IsUint64()) {
      return Changed("its manifest has a bad source");
    }
    source.attributes = count->GetUint64();
    manifest.sources.push_back(std::move(source));
  }
  return manifest;
}

// Where the sections are; every byte of the file is accounted for.
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
    MISPSIFT_RETURN_IF_ERROR(sections.Verify(file, header.table_offset));
    return sections;
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

  absl::Status Verify(std::string_view file, uint64_t table_offset) const {
    uint64_t end = sizeof(Header);
    for (const TableRow& row : rows_) {
      if (row.offset % kAlignment != 0 || row.offset > table_offset ||
          row.bytes > table_offset - row.offset) {
        return Changed("a section is outside");
      }
      MISPSIFT_RETURN_IF_ERROR(VerifyGap(file, end, row.offset));
      if (DigestOf(0, file.substr(row.offset, row.bytes)) != row.digest) {
        return Changed(fmt::format("the checksum of section {}", NameOf(row)));
      }
      end = row.offset + row.bytes;
    }
    return VerifyGap(file, end, table_offset);
  }

  static absl::Status VerifyGap(std::string_view file, uint64_t begin,
                                uint64_t end) {
    if (begin > end || end - begin >= kAlignment ||
        file.substr(begin, end - begin).find_first_not_of('\0') !=
            std::string_view::npos) {
      return Changed("something between its sections");
    }
    return absl::OkStatus();
  }

  std::string_view file_;
  std::vector<TableRow> rows_;
};

bool Within(uint64_t offset, uint64_t bytes, uint64_t size) {
  return offset <= size && bytes <= size - offset;
}

bool TextsWithin(std::span<const TextRef> texts, uint64_t heap_bytes) {
  return std::all_of(texts.begin(), texts.end(),
                     [heap_bytes](const TextRef& text) {
                       return Within(text.offset, text.bytes, heap_bytes);
                     });
}

template <typename Row>
bool SortedByUuid(std::span<const Row> rows) {
  const auto not_less = [](const Row& a, const Row& b) {
    return a.uuid >= b.uuid;
  };
  return std::adjacent_find(rows.begin(), rows.end(), not_less) == rows.end();
}

// After this no view of the snapshot can lead out of its arrays.
absl::Status VerifyColumns(const SnapshotColumns& columns,
                           const SnapshotManifest& manifest) {
  constexpr uint64_t kMaxRows = UINT32_MAX;
  if (columns.attributes.size() > kMaxRows ||
      columns.events.size() > kMaxRows) {
    return Changed("more rows than there can be");
  }
  const uint64_t heap_bytes = columns.heap.size();
  if (!TextsWithin(columns.types, heap_bytes) ||
      !TextsWithin(columns.categories, heap_bytes) ||
      !TextsWithin(columns.tags, heap_bytes)) {
    return Changed("a name is outside its text");
  }
  for (const uint32_t tag : columns.tag_lists) {
    if (tag >= columns.tags.size()) return Changed("a tag that is not there");
  }
  for (const AttributeRow& row : columns.attributes) {
    if (!Within(row.text, uint64_t{row.value_bytes} + row.comment_bytes,
                heap_bytes) ||
        !Within(row.first_tag, row.tag_count, columns.tag_lists.size()) ||
        row.event >= columns.events.size() ||
        row.type >= columns.types.size() ||
        row.category >= columns.categories.size() ||
        row.source >= manifest.sources.size()) {
      return Changed("an attribute refers to what is not there");
    }
  }
  for (const EventRow& row : columns.events) {
    if (!Within(row.text,
                uint64_t{row.info_bytes} + row.date_bytes + row.org_bytes,
                heap_bytes) ||
        !Within(row.first_tag, row.tag_count, columns.tag_lists.size())) {
      return Changed("an event refers to what is not there");
    }
  }
  if (!SortedByUuid(columns.attributes) || !SortedByUuid(columns.events)) {
    return Changed("rows out of order");
  }
  return absl::OkStatus();
}

// A file's bytes in memory, unmapped with the last snapshot that views them.
class Mapping {
 public:
  Mapping(void* address, size_t size) : address_(address), size_(size) {}
  ~Mapping() { munmap(address_, size_); }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  std::string_view bytes() const {
    return {static_cast<const char*>(address_), size_};
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

}  // namespace

absl::Status WriteSnapshot(const Snapshot& snapshot, const std::string& path) {
  const SnapshotColumns& columns = snapshot.columns();
  const std::string manifest = ManifestJson(snapshot.manifest());
  const std::pair<std::string_view, std::string_view> sections[] = {
      {"manifest", manifest},
      {"attributes", BytesOf(columns.attributes)},
      {"events", BytesOf(columns.events)},
      {"tag_lists", BytesOf(columns.tag_lists)},
      {"types", BytesOf(columns.types)},
      {"categories", BytesOf(columns.categories)},
      {"tags", BytesOf(columns.tags)},
      {"heap", columns.heap},
  };
  constexpr std::array<char, kAlignment> kZeros{};

  std::vector<TableRow> table;
  uint64_t end = sizeof(Header);
  for (const auto& [name, bytes] : sections) {
    TableRow row = {{}, RoundUp(end), bytes.size(), DigestOf(0, bytes)};
    name.copy(row.name, sizeof(row.name));
    table.push_back(row);
    end = row.offset + row.bytes;
  }
  Header header = {{}, kVersion, kByteOrder, RoundUp(end), 0};
  std::memcpy(header.magic, kMagic, sizeof(header.magic));
  const uint64_t count = table.size();
  const std::string_view rows = BytesOf(std::span<const TableRow>(table));
  header.file_bytes =
      header.table_offset + sizeof(count) + rows.size() + sizeof(Digest);
  Digester digester;
  digester.Add(BytesOf(header));
  digester.Add(BytesOf(count));
  digester.Add(rows);
  // Everything is known: from here on the file is written from front to back.

  MISPSIFT_ASSIGN_OR_RETURN(AtomicFile file, AtomicFile::Create(path));
  MISPSIFT_RETURN_IF_ERROR(file.Append(BytesOf(header)));
  end = sizeof(header);
  const auto pad_to = [&](uint64_t offset) {
    return file.Append({kZeros.data(), static_cast<size_t>(offset - end)});
  };
  for (size_t i = 0; i < table.size(); ++i) {
    MISPSIFT_RETURN_IF_ERROR(pad_to(table[i].offset));
    MISPSIFT_RETURN_IF_ERROR(file.Append(sections[i].second));
    end = table[i].offset + table[i].bytes;
  }
  MISPSIFT_RETURN_IF_ERROR(pad_to(header.table_offset));
  MISPSIFT_RETURN_IF_ERROR(file.Append(BytesOf(count)));
  MISPSIFT_RETURN_IF_ERROR(file.Append(rows));
  MISPSIFT_RETURN_IF_ERROR(file.Append(BytesOf(digester.Finish())));
  return std::move(file).Commit();
}

absl::StatusOr<Snapshot> SnapshotFromBytes(std::string_view bytes,
                                           std::shared_ptr<const void> owner) {
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
      !sections.Get("heap", &columns.heap)) {
    return Changed("a section is missing or has a wrong size");
  }
  MISPSIFT_ASSIGN_OR_RETURN(SnapshotManifest manifest, ParseManifest(json));
  MISPSIFT_RETURN_IF_ERROR(VerifyColumns(columns, manifest));
  return Snapshot(std::move(manifest), columns, std::move(owner));
}

absl::StatusOr<Snapshot> LoadSnapshot(const std::string& path) {
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
      SnapshotFromBytes(mapping->bytes(), mapping);
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
