#include "mispsift/submit/feed_folder.h"

#include <fmt/format.h>
#include <rapidjson/document.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <system_error>
#include <utility>
#include <vector>

#include "mispsift/base/bytes.h"
#include "mispsift/base/digest.h"
#include "mispsift/base/file.h"
#include "mispsift/base/json_writer.h"
#include "mispsift/base/status_macros.h"
#include "src/submit/draft_values.h"
#include "src/submit/event_json.h"

namespace mispsift {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kMaxManifestBytes = uint64_t{1} << 30;

// What AtomicFile puts behind the name of a file that is not whole yet.
constexpr const char* kUnfinished = ".tmp-";

// What a feed is made of, and what a run that was killed leaves of it.
bool IsOfAFeed(const std::string& path) {
  std::error_code error;
  if (!fs::is_regular_file(fs::symlink_status(path, error))) return false;
  std::string name = fs::path(path).filename();
  name = name.substr(0, name.find(kUnfinished));
  if (name == "manifest.json" || name == "hashes.csv") return true;
  Uuid uuid;
  return name.ends_with(".json") &&
         ParseUuid(std::string_view(name).substr(0, name.size() - 5), &uuid);
}

// A manifest as it stands in its file.
struct Manifest {
  bool exists = false;
  std::set<Uuid> events;
  std::string members;  // the text between its braces
};

absl::StatusOr<Manifest> ReadManifest(const std::string& path) {
  Manifest manifest;
  std::error_code error;
  manifest.exists = fs::exists(path, error);
  if (!manifest.exists) return manifest;
  PaddedBytes bytes;
  MISPSIFT_RETURN_IF_ERROR(ReadFile(path, kMaxManifestBytes, &bytes));
  const std::string_view text = bytes.view();
  rapidjson::Document json;
  json.Parse<rapidjson::kParseIterativeFlag>(text.data(), text.size());
  if (json.HasParseError() || !json.IsObject()) {
    return absl::InvalidArgumentError(fmt::format(
        "{} is no JSON object, and so no feed's; not touching it", path));
  }
  for (rapidjson::SizeType i = 0; i < json.MemberCount(); ++i) {
    const rapidjson::Value& name = json.MemberBegin()[i].name;
    Uuid uuid;
    if (ParseUuid({name.GetString(), name.GetStringLength()}, &uuid)) {
      manifest.events.insert(uuid);
    }
  }
  if (json.MemberCount() > 0) {
    const size_t open = text.find('{');
    manifest.members = text.substr(open + 1, text.rfind('}') - open - 1);
  }
  return manifest;
}

// What runs that were killed were writing. The folder is locked, so that no
// other one is at it.
absl::Status RemoveUnfinished(const std::string& folder) {
  std::vector<std::string> unfinished;
  MISPSIFT_RETURN_IF_ERROR(ForEachEntry(folder, [&](const std::string& entry) {
    if (fs::path(entry).filename().string().find(kUnfinished) !=
        std::string::npos) {
      unfinished.push_back(entry);
    }
    return true;
  }));
  for (const std::string& path : unfinished) {
    std::error_code error;
    fs::remove(path, error);
    if (error) {
      return absl::ErrnoToStatus(error.value(),
                                 fmt::format("cannot remove {}", path));
    }
  }
  return absl::OkStatus();
}

// Appends the lines of `path`, without those of events that the manifest does
// not name: when these are added they bring their own.
absl::Status CopyHashes(const std::string& path, const std::set<Uuid>& events,
                        AtomicFile* to) {
  std::error_code error;
  if (!fs::exists(path, error)) return absl::OkStatus();
  std::ifstream lines(path, std::ios::binary);
  for (std::string line; std::getline(lines, line);) {
    Uuid event;
    const bool names_one =
        ParseUuid(std::string_view(line).substr(line.rfind(',') + 1), &event);
    if (names_one && !events.contains(event)) continue;
    MISPSIFT_RETURN_IF_ERROR(to->Append(line + '\n'));
  }
  if (!lines.eof()) {
    return absl::DataLossError(fmt::format("cannot read {}", path));
  }
  return absl::OkStatus();
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

}  // namespace

struct FeedFolder::Impl {
  explicit Impl(AtomicFile hashes_file) : hashes(std::move(hashes_file)) {
    manifest_json.StartObject();
  }

  absl::Status AddHashes(const Uuid& event,
                         const std::vector<DraftAttribute>& attributes) {
    for (const DraftAttribute& attribute : attributes) {
      for (const std::string_view half :
           HalvesOf(attribute.type, attribute.value)) {
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
  Manifest before;
  std::set<Uuid> added;
  std::string manifest;  // of what was added
  JsonWriter manifest_json{&manifest};
};

FeedFolder::FeedFolder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
FeedFolder::~FeedFolder() = default;
FeedFolder::FeedFolder(FeedFolder&&) noexcept = default;
FeedFolder& FeedFolder::operator=(FeedFolder&&) noexcept = default;

absl::StatusOr<FeedFolder> FeedFolder::Create(const std::string& path,
                                              const std::string& org) {
  MISPSIFT_ASSIGN_OR_RETURN(FileDescriptor lock, TakeFolder(path, IsOfAFeed));
  MISPSIFT_ASSIGN_OR_RETURN(Manifest before,
                            ReadManifest(path + "/manifest.json"));
  // From here on the folder is ours, and what it holds is a feed.
  MISPSIFT_RETURN_IF_ERROR(RemoveUnfinished(path));
  MISPSIFT_ASSIGN_OR_RETURN(AtomicFile hashes,
                            AtomicFile::Create(path + "/hashes.csv"));
  MISPSIFT_RETURN_IF_ERROR(
      CopyHashes(path + "/hashes.csv", before.events, &hashes));
  auto impl = std::make_unique<Impl>(std::move(hashes));
  impl->lock = std::move(lock);
  impl->before = std::move(before);
  impl->path = path;
  impl->org = org;
  return FeedFolder(std::move(impl));
}

bool FeedFolder::Holds(const Uuid& event) const {
  return impl_->before.events.contains(event) || impl_->added.contains(event);
}

absl::StatusOr<bool> FeedFolder::Add(const EventDraft& event) {
  if (Holds(event.uuid)) return false;
  MISPSIFT_RETURN_IF_ERROR(WriteFileAtomically(
      fmt::format("{}/{}.json", impl_->path, event.uuid.ToString()),
      FeedEventJson(event, impl_->org) + '\n'));
  MISPSIFT_RETURN_IF_ERROR(impl_->AddHashes(event.uuid, event.attributes));
  for (const DraftObject& object : event.objects) {
    MISPSIFT_RETURN_IF_ERROR(impl_->AddHashes(event.uuid, object.attributes));
  }
  WriteManifestEntry(event, impl_->org, &impl_->manifest_json);
  impl_->added.insert(event.uuid);
  return true;
}

absl::Status FeedFolder::Finish() && {
  const Manifest& before = impl_->before;
  if (before.exists && impl_->added.empty()) return absl::OkStatus();
  MISPSIFT_RETURN_IF_ERROR(std::move(impl_->hashes).Commit());
  impl_->manifest_json.EndObject();
  std::string manifest = std::move(impl_->manifest);
  if (!before.members.empty()) manifest.insert(1, before.members + ',');
  return WriteFileAtomically(impl_->path + "/manifest.json", manifest);
}

}  // namespace mispsift
