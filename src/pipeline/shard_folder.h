#ifndef MISPSIFT_SRC_PIPELINE_SHARD_FOLDER_H_
#define MISPSIFT_SRC_PIPELINE_SHARD_FOLDER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mispsift/base/file.h"
#include "mispsift/sink/summary.h"
#include "src/pipeline/line_file.h"
#include "src/pipeline/shard_lines.h"

namespace mispsift {

// The result folder of one shard, held against other runs and read from the
// beginning to the end.
class ShardFolder {
 public:
  // Errors: kInvalidArgument for what is no finished scan of a shard, or of
  // another version than this one; kAborted when another run holds it.
  static absl::StatusOr<ShardFolder> Open(const std::string& path);

  const std::string& path() const { return path_; }
  // What of summary.json is needed: totals that lines do not tell, some that
  // they do, and the record of the shard, which is there.
  const Summary& summary() const { return summary_; }
  const ShardRecord& record() const { return *summary_.shard; }

  // The next input that has lines; nothing behind the last one.
  const std::optional<InputLines>& input() const { return input_; }
  // Errors of these: kDataLoss.
  absl::Status NextInput();
  absl::StatusOr<std::string_view> ReportLine() { return Next(&*reports_); }
  absl::StatusOr<std::string_view> CorrelationLine() {
    return Next(&*correlations_);
  }
  absl::StatusOr<std::string_view> FieldsLine() { return Next(&*fields_); }
  // With its CR LF, and the lines that are within quotes.
  absl::StatusOr<std::string> CsvLine();
  absl::StatusOr<std::string_view> EcsLine() { return Next(&*ecs_); }
  // There are record().suppressed.
  absl::StatusOr<std::string_view> SuppressedLine() {
    return Next(&*suppressed_);
  }
  absl::StatusOr<std::string> Enrichment(const std::string& report_id) const;
  // Of the line that was read last.
  absl::Status DamagedReport(const absl::Status& status) const {
    return reports_->Damaged(status);
  }
  absl::Status DamagedCorrelation(const absl::Status& status) const {
    return correlations_->Damaged(status);
  }
  absl::Status DamagedSuppressed(const absl::Status& status) const {
    return suppressed_->Damaged(status);
  }
  // Nothing is left in any of its files.
  absl::Status CheckEnd();

 private:
  absl::StatusOr<std::string_view> Next(LineFile* file);

  std::string path_;
  FileDescriptor lock_;
  Summary summary_;
  std::optional<LineFile> inputs_;
  std::optional<LineFile> reports_;
  std::optional<LineFile> correlations_;
  std::optional<LineFile> suppressed_;
  std::optional<LineFile> fields_;  // where the scan collected fields
  std::optional<LineFile> csv_;     // where it wrote them
  std::optional<LineFile> ecs_;
  std::optional<InputLines> input_;
};

// Whether these are all shards of one manifest, each once, scanned alike.
// Errors: kInvalidArgument with what is missing or differs.
absl::Status CheckTogether(const std::vector<ShardFolder>& shards);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_PIPELINE_SHARD_FOLDER_H_
