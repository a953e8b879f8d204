#include "mispsift/misp/feed_reader.h"

#include <fmt/format.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "mispsift/base/bytes.h"
#include "mispsift/base/file.h"
#include "mispsift/base/status_macros.h"
#include "mispsift/base/uuid.h"

namespace mispsift::misp {
namespace {

namespace fs = std::filesystem;

// CIRCL's feed of 1,700 events has a manifest of 2 MB.
constexpr uint64_t kMaxManifestBytes = uint64_t{256} << 20;

void AddRejected(Rejected rejected, ReadAttributesOutcome* outcome) {
  outcome->rejects.Add(rejected.reject);
  if (outcome->rejected.size() < kMaxListed) {
    outcome->rejected.push_back(std::move(rejected));
  }
}

void AddOutcome(ReadAttributesOutcome part, ReadAttributesOutcome* outcome) {
  outcome->attributes += part.attributes;
  outcome->documents += part.documents;
  outcome->rejects += part.rejects;
  for (Rejected& rejected : part.rejected) {
    if (outcome->rejected.size() == kMaxListed) break;
    outcome->rejected.push_back(std::move(rejected));
  }
}

// One file of many: if it cannot be read, that is its own loss.
void ReadOneOfMany(const std::string& path, Snapshot::Builder* builder,
                   ReadAttributesOutcome* outcome) {
  absl::StatusOr<ReadAttributesOutcome> part =
      ReadAttributesFile(path, builder);
  if (part.ok()) {
    AddOutcome(*std::move(part), outcome);
  } else {
    AddRejected(
        {path, Reject::kUnreadable, std::string(part.status().message())},
        outcome);
  }
}

// Takes the keys of a manifest: an object of objects. Anything else stops it.
class ManifestHandler
    : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, ManifestHandler> {
 public:
  explicit ManifestHandler(std::vector<std::string>* names) : names_(names) {}

  bool Default() { return depth_ > 1; }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    if (depth_ == 1) names_->emplace_back(text, size);
    return true;
  }
  bool StartObject() {
    ++depth_;
    return true;
  }
  bool EndObject(rapidjson::SizeType) {
    --depth_;
    return true;
  }
  bool StartArray() {
    ++depth_;
    return depth_ > 2;
  }
  bool EndArray(rapidjson::SizeType) {
    --depth_;
    return true;
  }

 private:
  std::vector<std::string>* names_;
  size_t depth_ = 0;
};

// The keys of a feed's manifest, sorted, each once.
// Errors: whatever reading the file gives; kInvalidArgument when it is none.
absl::StatusOr<std::vector<std::string>> ReadManifest(const std::string& path) {
  PaddedBytes bytes;
  MISPSIFT_RETURN_IF_ERROR(ReadFile(path, kMaxManifestBytes, &bytes));
  std::vector<std::string> names;
  ManifestHandler handler(&names);
  rapidjson::MemoryStream memory(bytes.data(), bytes.size());
  rapidjson::EncodedInputStream<rapidjson::UTF8<>, rapidjson::MemoryStream>
      stream(memory);  // skips a BOM
  rapidjson::Reader reader;
  if (reader.Parse<rapidjson::kParseIterativeFlag>(stream, handler).IsError()) {
    return absl::InvalidArgumentError(
        fmt::format("not a manifest of a MISP feed: {}", path));
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

bool IsUuid(const std::string& name) {
  Uuid unused;
  return ParseUuid(name, &unused);
}

bool IsManifest(const fs::path& path) {
  if (path.filename() != "manifest.json") return false;
  const absl::StatusOr<std::vector<std::string>> names =
      ReadManifest(path.string());
  return names.ok() && std::all_of(names->begin(), names->end(), IsUuid);
}

// Pushes what is in `folder` so that the first by name is popped first.
std::error_code PushEntries(const fs::path& folder,
                            std::vector<fs::directory_entry>* pending) {
  std::error_code error;
  const auto first = static_cast<std::ptrdiff_t>(pending->size());
  for (fs::directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    pending->push_back(*it);
  }
  std::sort(pending->begin() + first, pending->end(),
            [](const fs::directory_entry& a, const fs::directory_entry& b) {
              return a.path().native() > b.path().native();
            });
  return error;
}

}  // namespace

absl::StatusOr<ReadAttributesOutcome> ReadAttributesFile(
    const std::string& path, Snapshot::Builder* builder) {
  MISPSIFT_ASSIGN_OR_RETURN(const FileDescriptor fd, OpenForReading(path));
  return ReadAttributes(
      path,
      [&fd](char* buffer, size_t size) {
        return ReadFully(fd.get(), buffer, size);
      },
      builder);
}

absl::StatusOr<ReadAttributesOutcome> ReadEvents(const std::string& path,
                                                 Snapshot::Builder* builder) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return ReadAttributesFile(path, builder);
  ReadAttributesOutcome outcome;
  std::vector<fs::directory_entry> pending;
  if (const std::error_code failed = PushEntries(path, &pending)) {
    return absl::ErrnoToStatus(failed.value(),
                               fmt::format("cannot read {}", path));
  }
  while (!pending.empty()) {
    const fs::directory_entry entry = std::move(pending.back());
    pending.pop_back();
    // Not what a link points to: that may be outside, or the folder itself.
    const fs::file_status status = entry.symlink_status(error);
    const std::string name = entry.path().string();
    if (fs::is_directory(status)) {
      if (const std::error_code failed = PushEntries(entry.path(), &pending)) {
        AddRejected({name, Reject::kUnreadable, failed.message()}, &outcome);
      }
    } else if (fs::is_regular_file(status) &&
               entry.path().extension() == ".json" &&
               !IsManifest(entry.path())) {
      ReadOneOfMany(name, builder, &outcome);
    }
  }
  return outcome;
}

absl::StatusOr<ReadAttributesOutcome> ReadFeed(const std::string& folder,
                                               Snapshot::Builder* builder) {
  const fs::path root(folder);
  const std::string manifest = (root / "manifest.json").string();
  MISPSIFT_ASSIGN_OR_RETURN(const std::vector<std::string> names,
                            ReadManifest(manifest));
  ReadAttributesOutcome outcome;
  for (const std::string& name : names) {
    // A name that is more than a UUID could lead out of the folder.
    if (IsUuid(name)) {
      ReadOneOfMany((root / (name + ".json")).string(), builder, &outcome);
    } else {
      AddRejected(
          {manifest, Reject::kNotMisp,
           fmt::format("it names an event {:?}, which is no UUID", name)},
          &outcome);
    }
  }
  return outcome;
}

}  // namespace mispsift::misp
