#ifndef MISPSIFT_TESTS_SUPPORT_STREAM_REPORT_H_
#define MISPSIFT_TESTS_SUPPORT_STREAM_REPORT_H_

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mispsift/cuckoo/report_stream_reader.h"
#include "tests/support/mended.h"
#include "tests/support/observations.h"

namespace mispsift {

struct StreamResult {
  StreamOutcome outcome;
  ReportFacts facts;
  std::vector<PlacedObservation> all;
};

// A file that reports are written to, to be read as streams; removed at the
// end.
class StreamedFile {
 public:
  StreamedFile()
      : path_(std::filesystem::temp_directory_path() /
              fmt::format("mispsift-stream-{}", getpid())) {}
  ~StreamedFile() { std::filesystem::remove(path_); }
  StreamedFile(const StreamedFile&) = delete;
  StreamedFile& operator=(const StreamedFile&) = delete;

  const std::string& path() const { return path_; }
  void Write(std::string_view content) const {
    std::ofstream(path_, std::ios::binary)
        .write(content.data(), static_cast<std::streamsize>(content.size()));
  }
  StreamResult Read(std::string_view content, ReportStreamReader* reader,
                    const ArchiveLimits& limits = {}) const {
    Write(content);
    KeepingSink sink;
    StreamResult result;
    result.outcome = reader->Read(path_, limits, &sink, &result.facts);
    result.all = std::move(sink.all);
    return result;
  }
  StreamResult Read(std::string_view content, ScanDepth depth) const {
    ReportStreamReader reader(depth);
    return Read(content, &reader);
  }

 private:
  std::string path_;
};

// How reading `json` as a stream differs from reading it from memory; empty
// when it does not. What was observed counts only where nothing was rejected.
inline std::string StreamDifference(std::string_view json,
                                    const ReadResult& held,
                                    const StreamResult& streamed) {
  if (held.outcome.reject != streamed.outcome.reject) {
    return fmt::format("{} ({}), as a stream {} ({})",
                       RejectName(held.outcome.reject), held.outcome.detail,
                       RejectName(streamed.outcome.reject),
                       streamed.outcome.detail);
  }
  const bool is_rejected = held.outcome.reject != Reject::kNone;
  if (is_rejected && streamed.outcome.detail.empty()) return "no detail";
  // Only a start of many lines is looked at.
  if (streamed.outcome.is_json_lines) return "";
  if (streamed.outcome.bytes != json.size()) return "bytes";
  if (streamed.outcome.id !=
      ReportId(is_rejected ? ReportFacts() : held.facts, json)) {
    return "id";
  }
  if (!(held.outcome.oddities == streamed.outcome.oddities)) return "oddities";
  if (is_rejected) return "";
  if (!(held.facts == streamed.facts)) return "facts";
  return FirstDifference(held.all, streamed.all);
}

// The same of all documents of `text`, each of them mended.
inline std::string MendedDifference(std::string_view text, ScanDepth depth,
                                    ReportReader* held,
                                    const StreamedFile& file,
                                    ReportStreamReader* streamed) {
  file.Write(text);
  streamed->StartMended(file.path(), {});
  for (size_t begin = 0; begin < text.size();) {
    const Mended mended = Mend(text, begin);
    const size_t end = mended.outcome.end;
    ReadResult read;
    if (mended.outcome.reject == Reject::kNone) {
      read = ReadReport(mended.text, depth, held);
    } else {
      read.outcome.reject = mended.outcome.reject;
    }
    read.outcome.oddities = mended.outcome.oddities;
    KeepingSink sink;
    StreamResult result;
    result.outcome = streamed->ReadMended(&sink, &result.facts);
    result.all = std::move(sink.all);
    if (result.outcome.is_last != (end == text.size())) return "last";
    if (mended.outcome.reject != Reject::kNone &&
        result.outcome.detail != mended.outcome.detail) {
      return fmt::format("{}, as a stream {}", mended.outcome.detail,
                         result.outcome.detail);
    }
    const std::string difference =
        StreamDifference(text.substr(begin, end - begin), read, result);
    if (!difference.empty()) {
      return fmt::format("byte {}: {}", begin, difference);
    }
    begin = end;
  }
  return "";
}

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_STREAM_REPORT_H_
