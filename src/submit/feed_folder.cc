#include "mispsift/submit/feed_folder.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "mispsift/base/digest.h"
#include "mispsift/base/file.h"
#include "mispsift/base/json_writer.h"
#include "mispsift/base/status_macros.h"
#include "mispsift/normalize/attribute_types.h"
#include "src/submit/event_json.h"

namespace mispsift {
namespace {

namespace fs = std::filesystem;

// What a feed is made of, and what a run that was killed leaves of it.
bool IsOfAFeed(const std::string& path) {
  std::error_code error;
  if (!fs::is_regular_file(fs::symlink_status(path, error))) return false;
  std::string name = fs::path(path).filename();
  name = name.substr(0, name.find(".tmp-"));
  if (name == "manifest.json" || name == "hashes.csv") return true;
  Uuid uuid;
  return name.ends_with(".json") &&
         ParseUuid(std::string_view(name).substr(0, name.size() - 5), &uuid);
}

void WriteManifestEntry(const EventDraft& event, const std::string& org,
                        JsonWriter* json) {
  json->Key(event.uuid.ToString()).StartObject();
  json->Key("Orgc");
  WriteFeedOrg(org, json);
  json->Key("Tag");
  WriteEventTags(event.tags, json);
  json->Key("info").String(event.info);
  json->Key("date").String(event.date);
  json->Key("analysis").String(fmt::format("{}", event.analysis));
  json->Key("threat_level_id").String(fmt::format("{}", event.threat_level_id));
  json->Key("timestamp").String(fmt::format("{}", event.timestamp));
  json->EndObject();
}

// The values that a server looks an attribute up by: whole, or both halves.
std::vector<std::string_view> Halves(const DraftAttribute& attribute) {
  const std::string_view value = attribute.value;
  const size_t bar = value.find('|');
  const AttributeType* type = FindAttributeType(attribute.type);
  const bool composite = type != nullptr && type->composite;
  if (!composite || bar == std::string_view::npos) return {value};
  return {value.substr(0, bar), value.substr(bar + 1)};
}

}  // namespace

struct FeedFolder::Impl {
  explicit Impl(AtomicFile hashes_file) : hashes(std::move(hashes_file)) {
    manifest_json.StartObject();
  }

  absl::Status AddHashes(const Uuid& event,
                         const std::vector<DraftAttribute>& attributes) {
    for (const DraftAttribute& attribute : attributes) {
      for (const std::string_view half : Halves(attribute)) {
        MISPSIFT_RETURN_IF_ERROR(hashes.Append(
            fmt::format("{},{}\n", Md5Hex(half), event.ToString())));
      }
    }
    return absl::OkStatus();
  }

  FileDescriptor lock;  // of the folder
  std::string path;
  std::string org;
  AtomicFile hashes;
  std::string manifest;
  JsonWriter manifest_json{&manifest};
};

FeedFolder::FeedFolder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
FeedFolder::~FeedFolder() = default;
FeedFolder::FeedFolder(FeedFolder&&) noexcept = default;
FeedFolder& FeedFolder::operator=(FeedFolder&&) noexcept = default;

absl::StatusOr<FeedFolder> FeedFolder::Create(const std::string& path,
                                              const std::string& org) {
  // Without its manifest a folder is no feed any more.
  MISPSIFT_ASSIGN_OR_RETURN(FileDescriptor lock,
                            TakeEmptyFolder(path, "manifest.json", IsOfAFeed));
  MISPSIFT_ASSIGN_OR_RETURN(AtomicFile hashes,
                            AtomicFile::Create(path + "/hashes.csv"));
  auto impl = std::make_unique<Impl>(std::move(hashes));
  impl->lock = std::move(lock);
  impl->path = path;
  impl->org = org;
  return FeedFolder(std::move(impl));
}

absl::Status FeedFolder::Add(const EventDraft& event) {
  MISPSIFT_RETURN_IF_ERROR(WriteFileAtomically(
      fmt::format("{}/{}.json", impl_->path, event.uuid.ToString()),
      FeedEventJson(event, impl_->org) + '\n'));
  MISPSIFT_RETURN_IF_ERROR(impl_->AddHashes(event.uuid, event.attributes));
  for (const DraftObject& object : event.objects) {
    MISPSIFT_RETURN_IF_ERROR(impl_->AddHashes(event.uuid, object.attributes));
  }
  WriteManifestEntry(event, impl_->org, &impl_->manifest_json);
  return absl::OkStatus();
}

absl::Status FeedFolder::Finish() && {
  MISPSIFT_RETURN_IF_ERROR(std::move(impl_->hashes).Commit());
  impl_->manifest_json.EndObject();
  return WriteFileAtomically(impl_->path + "/manifest.json", impl_->manifest);
}

}  // namespace mispsift
