#include "mispsift/submit/feed_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "mispsift/base/digest.h"
#include "mispsift/base/file.h"
#include "mispsift/base/json_writer.h"
#include "mispsift/base/status_macros.h"

namespace mispsift {
namespace {

namespace fs = std::filesystem;

bool IsOfAFeed(const fs::directory_entry& entry) {
  std::error_code error;
  if (!entry.is_regular_file(error)) return false;
  const std::string name = entry.path().filename();
  if (name == "manifest.json" || name == "hashes.csv") return true;
  Uuid uuid;
  return name.ends_with(".json") &&
         ParseUuid(std::string_view(name).substr(0, name.size() - 5), &uuid);
}

absl::Status FolderError(const std::string& path,
                         const std::error_code& error) {
  return absl::ErrnoToStatus(error.value(),
                             fmt::format("cannot prepare {}", path));
}

absl::Status EmptyFolder(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return FolderError(path, error);
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(path, error)) {
    if (!IsOfAFeed(entry)) {
      return absl::InvalidArgumentError(fmt::format(
          "{} holds {}, which is no part of a feed; not touching it", path,
          entry.path().filename().string()));
    }
    files.push_back(entry.path());
  }
  if (error) return FolderError(path, error);
  // Without its manifest a folder is no feed any more.
  fs::remove(fs::path(path) / "manifest.json", error);
  if (error) return FolderError(path, error);
  for (const fs::path& file : files) {
    fs::remove(file, error);
    if (error) return FolderError(path, error);
  }
  return absl::OkStatus();
}

void WriteOrg(const std::string& name, JsonWriter* json) {
  json->StartObject();
  json->Key("name").String(name);
  json->Key("uuid").String(
      UuidV5(kMispsiftNamespace, fmt::format("org\n{}", name)).ToString());
  json->EndObject();
}

void WriteTags(const std::vector<std::string>& tags, JsonWriter* json) {
  json->StartArray();
  for (const std::string& tag : tags) {
    json->StartObject();
    json->Key("name").String(tag);
    json->Key("colour").String("#0088cc");
    json->EndObject();
  }
  json->EndArray();
}

void WriteFeedEvent(const EventDraft& event, const std::string& org,
                    JsonWriter* json) {
  const std::string timestamp = fmt::format("{}", event.timestamp);
  json->StartObject();
  json->Key("Event").StartObject();
  json->Key("uuid").String(event.uuid.ToString());
  json->Key("info").String(event.info);
  json->Key("date").String(event.date);
  json->Key("timestamp").String(timestamp);
  json->Key("publish_timestamp").String("0");
  json->Key("published").Bool(false);
  json->Key("distribution").String(fmt::format("{}", event.distribution));
  json->Key("threat_level_id").String(fmt::format("{}", event.threat_level_id));
  json->Key("analysis").String(fmt::format("{}", event.analysis));
  json->Key("Orgc");
  WriteOrg(org, json);
  json->Key("Tag");
  WriteTags(event.tags, json);
  json->Key("Attribute").StartArray();
  for (const DraftAttribute& attribute : event.attributes) {
    json->StartObject();
    json->Key("uuid").String(attribute.uuid.ToString());
    json->Key("type").String(attribute.type);
    json->Key("category").String(attribute.category);
    json->Key("value").String(attribute.value);
    json->Key("to_ids").Bool(attribute.to_ids);
    json->Key("comment").String(attribute.comment);
    json->Key("timestamp").String(timestamp);
    json->Key("deleted").Bool(false);
    json->Key("disable_correlation").Bool(false);
    json->EndObject();
  }
  json->EndArray();
  json->EndObject();
  json->EndObject();
}

void WriteManifestEntry(const EventDraft& event, const std::string& org,
                        JsonWriter* json) {
  json->Key(event.uuid.ToString()).StartObject();
  json->Key("Orgc");
  WriteOrg(org, json);
  json->Key("Tag");
  WriteTags(event.tags, json);
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
  const bool composite = attribute.type.find('|') != std::string::npos ||
                         attribute.type == "malware-sample";
  if (!composite || bar == std::string_view::npos) return {value};
  return {value.substr(0, bar), value.substr(bar + 1)};
}

}  // namespace

struct FeedFolder::Impl {
  explicit Impl(AtomicFile hashes_file) : hashes(std::move(hashes_file)) {
    manifest_json.StartObject();
  }

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
  MISPSIFT_RETURN_IF_ERROR(EmptyFolder(path));
  MISPSIFT_ASSIGN_OR_RETURN(AtomicFile hashes,
                            AtomicFile::Create(path + "/hashes.csv"));
  auto impl = std::make_unique<Impl>(std::move(hashes));
  impl->path = path;
  impl->org = org;
  return FeedFolder(std::move(impl));
}

absl::Status FeedFolder::Add(const EventDraft& event) {
  std::string json_text;
  JsonWriter json(&json_text);
  WriteFeedEvent(event, impl_->org, &json);
  json_text.push_back('\n');
  MISPSIFT_RETURN_IF_ERROR(WriteFileAtomically(
      fmt::format("{}/{}.json", impl_->path, event.uuid.ToString()),
      json_text));
  for (const DraftAttribute& attribute : event.attributes) {
    for (const std::string_view half : Halves(attribute)) {
      MISPSIFT_RETURN_IF_ERROR(impl_->hashes.Append(
          fmt::format("{},{}\n", Md5Hex(half), event.uuid.ToString())));
    }
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
