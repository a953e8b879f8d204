#include "mispsift/misp/feed_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "mispsift/base/bytes.h"
#include "mispsift/base/file.h"
#include "mispsift/base/status_macros.h"
#include "src/misp/feed_manifest.h"
#include "src/misp/folder_walk.h"
#include "src/misp/rejected.h"

namespace mispsift::misp {
namespace {

namespace fs = std::filesystem;

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

// Errors: whatever reading the file gives; kInvalidArgument when it is none.
absl::StatusOr<std::vector<FeedEvent>> ReadManifest(const std::string& path) {
  PaddedBytes bytes;
  MISPSIFT_RETURN_IF_ERROR(ReadFile(path, kMaxManifestBytes, &bytes));
  absl::StatusOr<std::vector<FeedEvent>> events =
      ParseFeedManifest(bytes.view());
  if (events.ok()) return events;
  return absl::InvalidArgumentError(
      fmt::format("{}: {}", std::string(events.status().message()), path));
}

bool IsManifest(const fs::path& path) {
  if (path.filename() != "manifest.json") return false;
  const absl::StatusOr<std::vector<FeedEvent>> events =
      ReadManifest(path.string());
  return events.ok() &&
         std::all_of(events->begin(), events->end(),
                     [](const FeedEvent& event) { return IsUuid(event.name); });
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
  MISPSIFT_RETURN_IF_ERROR(WalkFiles(
      path,
      [&](const fs::path& file) {
        if (file.extension() == ".json" && !IsManifest(file)) {
          ReadOneOfMany(file.string(), builder, &outcome);
        }
      },
      [&](const fs::path& folder, const std::string& problem) {
        AddRejected({folder.string(), Reject::kUnreadable, problem}, &outcome);
      }));
  return outcome;
}

absl::StatusOr<ReadAttributesOutcome> ReadFeed(const std::string& folder,
                                               Snapshot::Builder* builder) {
  const fs::path root(folder);
  const std::string manifest = (root / "manifest.json").string();
  MISPSIFT_ASSIGN_OR_RETURN(const std::vector<FeedEvent> events,
                            ReadManifest(manifest));
  ReadAttributesOutcome outcome;
  for (const FeedEvent& event : events) {
    const std::string& name = event.name;
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
