#include "mispsift/sink/result_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "mispsift/base/file.h"
#include "mispsift/base/status_macros.h"

namespace mispsift {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kOurFiles[] = {"summary.json", "correlations.jsonl",
                                          "reports.jsonl", "fields.jsonl"};
constexpr std::string_view kEnrichment = "enrichment";
constexpr size_t kBufferBytes = size_t{1} << 20;

bool IsOurs(const fs::directory_entry& entry) {
  const std::string name = entry.path().filename();
  std::error_code error;
  if (name == kEnrichment) {
    if (!entry.is_directory(error)) return false;
    for (const fs::directory_entry& file :
         fs::directory_iterator(entry.path(), error)) {
      if (file.path().extension() != ".json") return false;
    }
    return !error;
  }
  // What a scan that was killed while writing its summary leaves.
  if (name.starts_with("summary.json.tmp-")) return true;
  for (const std::string_view ours : kOurFiles) {
    if (name == ours) return entry.is_regular_file(error);
  }
  return false;
}

absl::Status FolderError(const std::string& path,
                         const std::error_code& error) {
  return absl::ErrnoToStatus(error.value(),
                             fmt::format("cannot prepare {}", path));
}

// Leaves an empty folder. The summary goes first, so that whatever happens
// next, what is left does not look finished.
absl::Status EmptyFolder(const std::string& path) {
  std::error_code error;
  if (fs::exists(path, error) && !fs::is_directory(path, error)) {
    return absl::InvalidArgumentError(
        fmt::format("{} exists and is no folder", path));
  }
  fs::create_directories(path, error);
  if (error) return FolderError(path, error);
  std::vector<fs::path> entries;
  for (const fs::directory_entry& entry : fs::directory_iterator(path, error)) {
    if (!IsOurs(entry)) {
      return absl::InvalidArgumentError(fmt::format(
          "{} holds {}, which is no result of a scan; not touching it", path,
          entry.path().filename().string()));
    }
    entries.push_back(entry.path());
  }
  if (error) return FolderError(path, error);
  fs::remove(fs::path(path) / "summary.json", error);
  if (error) return FolderError(path, error);
  for (const fs::path& entry : entries) {
    fs::remove_all(entry, error);
    if (error) return FolderError(path, error);
  }
  return absl::OkStatus();
}

// A file that grows in large writes.
class Appender {
 public:
  absl::Status Open(const std::string& path) {
    path_ = path;
    file_ = FileDescriptor(
        open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
    if (!file_.ok()) {
      return absl::ErrnoToStatus(errno, fmt::format("cannot create {}", path));
    }
    return absl::OkStatus();
  }

  absl::Status Append(std::string_view bytes) {
    buffer_ += bytes;
    return buffer_.size() < kBufferBytes ? absl::OkStatus() : Flush();
  }

  absl::Status Flush() {
    std::string_view left = buffer_;
    while (!left.empty()) {
      const ssize_t written = write(file_.get(), left.data(), left.size());
      if (written < 0) {
        if (errno == EINTR) continue;
        return absl::ErrnoToStatus(errno,
                                   fmt::format("cannot write {}", path_));
      }
      left.remove_prefix(static_cast<size_t>(written));
    }
    buffer_.clear();
    return absl::OkStatus();
  }

 private:
  std::string path_;
  FileDescriptor file_;
  std::string buffer_;
};

}  // namespace

struct ResultFolder::Impl {
  std::string path;
  bool with_fields = false;
  Appender correlations;
  Appender reports;
  Appender fields;
};

ResultFolder::ResultFolder(std::unique_ptr<Impl> impl)
    : impl_(std::move(impl)) {}
ResultFolder::~ResultFolder() = default;
ResultFolder::ResultFolder(ResultFolder&&) noexcept = default;
ResultFolder& ResultFolder::operator=(ResultFolder&&) noexcept = default;

absl::StatusOr<ResultFolder> ResultFolder::Create(const std::string& path,
                                                  bool with_fields) {
  MISPSIFT_RETURN_IF_ERROR(EmptyFolder(path));
  auto impl = std::make_unique<Impl>();
  impl->path = path;
  impl->with_fields = with_fields;
  const std::string prefix = path + "/";
  MISPSIFT_RETURN_IF_ERROR(
      impl->correlations.Open(prefix + "correlations.jsonl"));
  MISPSIFT_RETURN_IF_ERROR(impl->reports.Open(prefix + "reports.jsonl"));
  if (with_fields) {
    MISPSIFT_RETURN_IF_ERROR(impl->fields.Open(prefix + "fields.jsonl"));
  }
  std::error_code error;
  fs::create_directory(prefix + std::string(kEnrichment), error);
  if (error) return FolderError(path, error);
  return ResultFolder(std::move(impl));
}

absl::Status ResultFolder::Append(const ReportText& text) {
  MISPSIFT_RETURN_IF_ERROR(impl_->correlations.Append(text.correlations));
  MISPSIFT_RETURN_IF_ERROR(impl_->reports.Append(text.reports));
  if (impl_->with_fields) {
    MISPSIFT_RETURN_IF_ERROR(impl_->fields.Append(text.fields));
  }
  for (const ReportText::Enrichment& enrichment : text.enrichments) {
    Appender file;
    MISPSIFT_RETURN_IF_ERROR(file.Open(fmt::format(
        "{}/{}/{}.json", impl_->path, kEnrichment, enrichment.report_id)));
    MISPSIFT_RETURN_IF_ERROR(file.Append(enrichment.json));
    MISPSIFT_RETURN_IF_ERROR(file.Flush());
  }
  return absl::OkStatus();
}

absl::Status ResultFolder::Finish(std::string_view summary_json) && {
  MISPSIFT_RETURN_IF_ERROR(impl_->correlations.Flush());
  MISPSIFT_RETURN_IF_ERROR(impl_->reports.Flush());
  if (impl_->with_fields) MISPSIFT_RETURN_IF_ERROR(impl_->fields.Flush());
  // One sync for all files: enrichment/ may hold very many.
  const FileDescriptor folder(
      open(impl_->path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.ok() || syncfs(folder.get()) != 0) {
    return absl::ErrnoToStatus(errno,
                               fmt::format("cannot sync {}", impl_->path));
  }
  return WriteFileAtomically(impl_->path + "/summary.json", summary_json);
}

}  // namespace mispsift
