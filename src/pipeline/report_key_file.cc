#include "src/pipeline/report_key_file.h"

#include <fmt/format.h>

#include <utility>

#include "mispsift/base/counted_text.h"

namespace mispsift {
namespace {

constexpr size_t kSizeBytes = 4;
// A report of a hundred million distinct values would need more.
constexpr uint32_t kMaxPayload = uint32_t{1} << 30;

}  // namespace

void AppendReportKeys(const ReportKeyRecord& record, std::string* out) {
  std::string payload;
  AppendText(record.source.source, &payload);
  AppendText(record.source.member, &payload);
  AppendText(record.report_id, &payload);
  AppendText(record.keys, &payload);
  for (size_t i = 0; i < kSizeBytes; ++i) {
    out->push_back(static_cast<char>(payload.size() >> (8 * i)));
  }
  out->append(payload);
}

absl::StatusOr<ReportKeyFile> ReportKeyFile::Open(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(fmt::format("there is no {}", path));
  return ReportKeyFile(path, std::move(file));
}

absl::Status ReportKeyFile::Damaged(std::string_view what) const {
  return absl::DataLossError(
      fmt::format("{}: record {}: {}", path_, number_, what));
}

absl::StatusOr<bool> ReportKeyFile::Next(ReportKeyRecord* record) {
  char size_bytes[kSizeBytes];
  file_.read(size_bytes, kSizeBytes);
  if (file_.gcount() == 0 && file_.eof()) return false;
  ++number_;
  uint32_t size = 0;
  for (size_t i = 0; i < kSizeBytes; ++i) {
    size |= static_cast<uint32_t>(static_cast<uint8_t>(size_bytes[i]))
            << (8 * i);
  }
  if (file_.gcount() != kSizeBytes || size > kMaxPayload) {
    return Damaged("cut short");
  }
  payload_.resize(size);
  file_.read(payload_.data(), size);
  if (file_.gcount() != static_cast<std::streamsize>(size)) {
    return Damaged("cut short");
  }
  std::string_view rest = payload_;
  std::string_view source;
  std::string_view member;
  std::string_view id;
  std::string_view keys;
  if (!TakeText(&rest, &source) || !TakeText(&rest, &member) ||
      !TakeText(&rest, &id) || !TakeText(&rest, &keys) || !rest.empty()) {
    return Damaged("not the keys of a report");
  }
  *record = {{std::string(source), std::string(member)},
             std::string(id),
             std::string(keys)};
  return true;
}

}  // namespace mispsift
