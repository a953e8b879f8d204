#include "mispsift/misp/warninglist_reader.h"

#include <fmt/format.h>
#include <rapidjson/error/en.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "mispsift/base/file.h"
#include "mispsift/base/json_stream.h"
#include "mispsift/base/status_macros.h"
#include "src/misp/folder_walk.h"
#include "src/misp/json_limits.h"
#include "src/misp/rejected.h"
#include "src/misp/warninglist_handler.h"

namespace mispsift::misp {
namespace {

namespace fs = std::filesystem;

using Shape = WarninglistHandler::Shape;

// The longest list of MISP's has a million entries in 30 MB.
constexpr uint64_t kMaxListBytes = uint64_t{1} << 30;

// What a document holds, or why it holds nothing.
struct Parsed {
  std::vector<ServerWarninglist> lists;
  Reject reject = Reject::kNone;
  std::string problem;
};

Parsed Parse(Shape shape, ByteSource read) {
  JsonStream stream(read, kMaxTokenBytes);
  WarninglistHandler handler(shape);
  JsonReader json;
  const rapidjson::ParseResult result = json.Parse<kJsonFlags>(stream, handler);
  Parsed parsed;
  if (!stream.status().ok()) {
    parsed.reject = absl::IsOutOfRange(stream.status()) ? Reject::kTooLarge
                                                        : Reject::kUnreadable;
    parsed.problem = std::string(stream.status().message());
    return parsed;
  }
  if (!result.IsError()) {
    parsed.lists = std::move(handler.lists());
    return parsed;
  }
  if (!handler.problem().empty()) {
    parsed.reject = Reject::kNotMisp;
    parsed.problem = handler.problem();
  } else if (handler.too_deep()) {
    parsed.reject = Reject::kTooDeep;
    parsed.problem = fmt::format("nested deeper than {}", kMaxDepth);
  } else if (stream.token_too_long()) {
    parsed.reject = Reject::kTooLarge;
    parsed.problem = fmt::format("a string of over {} bytes", kMaxTokenBytes);
  } else if (result.Code() == rapidjson::kParseErrorDocumentEmpty) {
    parsed.reject = Reject::kEmpty;
    parsed.problem = "nothing but white space";
  } else if (stream.AtEnd()) {
    parsed.reject = Reject::kTruncated;
    parsed.problem = "it ends within a document";
  } else {
    parsed.reject = Reject::kNotJson;
    parsed.problem = rapidjson::GetParseError_En(result.Code());
  }
  parsed.problem +=
      fmt::format(" (line {}, byte {})", stream.Line(), result.Offset());
  return parsed;
}

Parsed ParseText(Shape shape, std::string_view text) {
  const auto read = [&text](char* buffer,
                            size_t size) -> absl::StatusOr<size_t> {
    const size_t count = std::min(size, text.size());
    if (count > 0) std::memcpy(buffer, text.data(), count);
    text.remove_prefix(count);
    return count;
  };
  return Parse(shape, read);
}

Parsed ParseFile(const std::string& path) {
  const absl::StatusOr<FileDescriptor> fd = OpenForReading(path);
  if (!fd.ok()) {
    Parsed parsed;
    parsed.reject = Reject::kUnreadable;
    parsed.problem = std::string(fd.status().message());
    return parsed;
  }
  uint64_t read_bytes = 0;
  const auto read = [&](char* buffer, size_t size) -> absl::StatusOr<size_t> {
    MISPSIFT_ASSIGN_OR_RETURN(const size_t count,
                              ReadFully(fd->get(), buffer, size));
    read_bytes += count;
    if (read_bytes > kMaxListBytes) {
      return absl::OutOfRangeError(
          fmt::format("a list of over {} bytes", kMaxListBytes));
    }
    return count;
  };
  return Parse(Shape::kOne, read);
}

void ReadList(const std::string& path, ReadWarninglistsOutcome* outcome) {
  Parsed parsed = ParseFile(path);
  if (parsed.reject == Reject::kNone) {
    outcome->lists.push_back(std::move(parsed.lists.front().list));
  } else {
    AddRejected({path, parsed.reject, std::move(parsed.problem)}, outcome);
  }
}

// Deeper down, and in a checkout's tools, any other JSON may lie about.
bool IsListByPlace(const fs::path& file, const fs::path& folder) {
  const std::string name = file.filename().string();
  if (name == "list.json") return true;
  return file.extension() == ".json" && file.parent_path() == folder &&
         name != "schema.json" && name != "package.json";
}

absl::Status NotAnAnswer(const Parsed& parsed) {
  return absl::DataLossError(
      fmt::format("no answer about warninglists: {}", parsed.problem));
}

}  // namespace

absl::StatusOr<Warninglist> ParseWarninglist(std::string_view json) {
  Parsed parsed = ParseText(Shape::kOne, json);
  if (parsed.reject != Reject::kNone) {
    return absl::InvalidArgumentError(
        fmt::format("not a warninglist: {}", parsed.problem));
  }
  return std::move(parsed.lists.front().list);
}

absl::StatusOr<ReadWarninglistsOutcome> ReadWarninglists(
    const std::string& path) {
  ReadWarninglistsOutcome outcome;
  std::error_code error;
  if (fs::is_directory(path, error)) {
    // As the walk spells it, which a trailing slash does not change.
    const fs::path folder = (fs::path(path) / "x").parent_path();
    MISPSIFT_RETURN_IF_ERROR(WalkFiles(
        folder.string(),
        [&](const fs::path& file) {
          if (IsListByPlace(file, folder)) ReadList(file.string(), &outcome);
        },
        [&](const fs::path& below, const std::string& problem) {
          AddRejected({below.string(), Reject::kUnreadable, problem}, &outcome);
        }));
  } else if (fs::exists(path, error)) {
    ReadList(path, &outcome);
  } else {
    return absl::NotFoundError(fmt::format("no such file or folder: {}", path));
  }
  if (!outcome.lists.empty()) return outcome;
  std::string problem = fmt::format("no warninglist in {}", path);
  if (!outcome.rejected.empty()) {
    const Rejected& first = outcome.rejected.front();
    problem += fmt::format("; {}: {}", first.source, first.detail);
  }
  return absl::NotFoundError(problem);
}

absl::StatusOr<std::vector<ServerWarninglist>> ParseWarninglistIndex(
    std::string_view json) {
  Parsed parsed = ParseText(Shape::kMany, json);
  if (parsed.reject != Reject::kNone) return NotAnAnswer(parsed);
  return std::move(parsed.lists);
}

absl::StatusOr<ServerWarninglist> ParseWarninglistView(std::string_view json) {
  Parsed parsed = ParseText(Shape::kOne, json);
  if (parsed.reject != Reject::kNone) return NotAnAnswer(parsed);
  return std::move(parsed.lists.front());
}

}  // namespace mispsift::misp
