#include "mispsift/sink/result_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <iterator>
#include <system_error>
#include <utility>

#include "mispsift/base/file.h"
#include "mispsift/base/status_macros.h"
#include "mispsift/sink/correlation_csv.h"

namespace mispsift {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kCsv = "correlations.csv";
constexpr std::string_view kEcs = "correlations.ecs.ndjson";
constexpr std::string_view kOurFiles[] = {"summary.json",
                                          "correlations.jsonl",
                                          "reports.jsonl",
                                          "fields.jsonl",
                                          "suppressed.jsonl",
                                          "shard.jsonl",
                                          "index.html",
                                          kCsv,
                                          kEcs};
constexpr std::string_view kEnrichment = "enrichment";
constexpr size_t kBufferBytes = size_t{1} << 20;

bool IsRegularFile(const std::string& path) {
  std::error_code error;
  return fs::is_regular_file(fs::symlink_status(path, error));
}

bool IsEnrichmentFile(const std::string& path) {
  const std::string name = fs::path(path).filename();
  return name.size() == 32 + 5 && name.ends_with(".json") &&
         name.find_first_not_of("0123456789abcdef") == 32 &&
         IsRegularFile(path);
}

// What a scan writes, finished or killed.
bool IsOurs(const std::string& path) {
  const std::string name = fs::path(path).filename();
  if (name == kEnrichment) {
    bool ours = true;
    return ForEachEntry(path,
                        [&ours](const std::string& entry) {
                          ours = IsEnrichmentFile(entry);
                          return ours;
                        })
               .ok() &&
           ours;
  }
  const bool known = std::find(std::begin(kOurFiles), std::end(kOurFiles),
                               name) != std::end(kOurFiles) ||
                     name.starts_with("summary.json.tmp-");
  return known && IsRegularFile(path);
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
    MISPSIFT_RETURN_IF_ERROR(WriteFully(file_.get(), buffer_, path_));
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
  FileDescriptor lock;  // of the folder
  std::string path;
  ResultFiles with;
  Appender correlations;
  Appender reports;
  Appender fields;
  Appender suppressed;
  Appender shard;
  Appender page;
  Appender csv;
  Appender ecs;
};

ResultFolder::ResultFolder(std::unique_ptr<Impl> impl)
    : impl_(std::move(impl)) {}
ResultFolder::~ResultFolder() = default;
ResultFolder::ResultFolder(ResultFolder&&) noexcept = default;
ResultFolder& ResultFolder::operator=(ResultFolder&&) noexcept = default;

absl::StatusOr<ResultFolder> ResultFolder::Create(const std::string& path,
                                                  const ResultFiles& with) {
  // The summary goes first, so that whatever happens next, what is left does
  // not look finished.
  MISPSIFT_ASSIGN_OR_RETURN(FileDescriptor lock,
                            TakeEmptyFolder(path, "summary.json", IsOurs));
  auto impl = std::make_unique<Impl>();
  impl->lock = std::move(lock);
  impl->path = path;
  impl->with = with;
  const std::string prefix = path + "/";
  MISPSIFT_RETURN_IF_ERROR(
      impl->correlations.Open(prefix + "correlations.jsonl"));
  MISPSIFT_RETURN_IF_ERROR(impl->reports.Open(prefix + "reports.jsonl"));
  MISPSIFT_RETURN_IF_ERROR(impl->suppressed.Open(prefix + "suppressed.jsonl"));
  MISPSIFT_RETURN_IF_ERROR(impl->page.Open(prefix + "index.html"));
  if (with.fields) {
    MISPSIFT_RETURN_IF_ERROR(impl->fields.Open(prefix + "fields.jsonl"));
  }
  if (with.shard) {
    MISPSIFT_RETURN_IF_ERROR(impl->shard.Open(prefix + "shard.jsonl"));
  }
  if (with.formats.csv) {
    MISPSIFT_RETURN_IF_ERROR(impl->csv.Open(prefix + std::string(kCsv)));
    MISPSIFT_RETURN_IF_ERROR(impl->csv.Append(CorrelationCsvHeader()));
  }
  if (with.formats.ecs) {
    MISPSIFT_RETURN_IF_ERROR(impl->ecs.Open(prefix + std::string(kEcs)));
  }
  std::error_code error;
  fs::create_directory(prefix + std::string(kEnrichment), error);
  if (error) {
    return absl::ErrnoToStatus(
        error.value(),
        fmt::format("cannot make {}{}", prefix, std::string(kEnrichment)));
  }
  return ResultFolder(std::move(impl));
}

std::string ResultFolder::SpillPath() const {
  return impl_->path + "/summary.json.tmp-waiting";
}

absl::Status ResultFolder::Append(const ReportText& text) {
  MISPSIFT_RETURN_IF_ERROR(impl_->correlations.Append(text.correlations));
  MISPSIFT_RETURN_IF_ERROR(impl_->reports.Append(text.reports));
  if (impl_->with.fields) {
    MISPSIFT_RETURN_IF_ERROR(impl_->fields.Append(text.fields));
  }
  if (impl_->with.shard) {
    MISPSIFT_RETURN_IF_ERROR(impl_->shard.Append(text.shard));
  }
  if (impl_->with.formats.csv) {
    MISPSIFT_RETURN_IF_ERROR(impl_->csv.Append(text.csv));
  }
  if (impl_->with.formats.ecs) {
    MISPSIFT_RETURN_IF_ERROR(impl_->ecs.Append(text.ecs));
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

absl::Status ResultFolder::AppendSuppressed(std::string_view line) {
  return impl_->suppressed.Append(line);
}

absl::Status ResultFolder::AppendPage(std::string_view bytes) {
  return impl_->page.Append(bytes);
}

absl::Status ResultFolder::Finish(std::string_view summary_json) && {
  MISPSIFT_RETURN_IF_ERROR(impl_->correlations.Flush());
  MISPSIFT_RETURN_IF_ERROR(impl_->reports.Flush());
  MISPSIFT_RETURN_IF_ERROR(impl_->suppressed.Flush());
  MISPSIFT_RETURN_IF_ERROR(impl_->page.Flush());
  if (impl_->with.fields) MISPSIFT_RETURN_IF_ERROR(impl_->fields.Flush());
  if (impl_->with.shard) MISPSIFT_RETURN_IF_ERROR(impl_->shard.Flush());
  if (impl_->with.formats.csv) MISPSIFT_RETURN_IF_ERROR(impl_->csv.Flush());
  if (impl_->with.formats.ecs) MISPSIFT_RETURN_IF_ERROR(impl_->ecs.Flush());
  // One sync for all files: enrichment/ may hold very many.
  if (syncfs(impl_->lock.get()) != 0) {
    return absl::ErrnoToStatus(errno,
                               fmt::format("cannot sync {}", impl_->path));
  }
  return WriteFileAtomically(impl_->path + "/summary.json", summary_json);
}

}  // namespace mispsift
