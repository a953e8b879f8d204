#include "mispsift/pipeline/manifest.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "absl/strings/escaping.h"
#include "mispsift/base/digest.h"
#include "mispsift/base/json_line.h"
#include "mispsift/base/json_writer.h"
#include "mispsift/base/utf8.h"
#include "mispsift/base/version.h"
#include "src/pipeline/line_file.h"

namespace mispsift {
namespace {

constexpr int64_t kSchema = 1;
// No disk holds so much, and the sum of many still fits.
constexpr uint64_t kMostBytes = uint64_t{1} << 60;
constexpr std::string_view kDocument = "document";
constexpr std::string_view kArchive = "archive";
constexpr std::string_view kUnreadable = "unreadable";

void AppendInput(const Manifest::Input& input, std::string* out) {
  const ReportFile& file = input.file;
  JsonWriter json(out);
  json.StartObject();
  if (IsUtf8(file.path)) {
    json.Key("path").String(file.path);
  } else {
    json.Key("path_hex").String(absl::BytesToHexString(file.path));
  }
  json.Key("bytes").Uint(input.bytes);
  if (file.reject != Reject::kNone) {
    json.Key("kind").String(kUnreadable);
    json.Key("detail").String(file.detail);
  } else {
    json.Key("kind").String(file.is_archive ? kArchive : kDocument);
    json.Key("listed").Bool(file.listed);
  }
  json.EndObject();
  out->push_back('\n');
}

// False when a member is not as it should be.
bool ReadInput(std::string_view line, Manifest::Input* input) {
  rapidjson::Document document;
  if (!ParseJsonLine(line, &document)) return false;
  JsonLineReader members;
  ReportFile& file = input->file;
  file.path = members.Text(document, "path");
  if (JsonLineReader::Member(document, "path") == nullptr) {
    const std::string hex = members.Text(document, "path_hex");
    file.path = absl::HexStringToBytes(hex);
    // Anything else than hex digits is taken for some by that function.
    if (hex.empty() || absl::BytesToHexString(file.path) != hex) return false;
  }
  input->bytes = members.Count(document, "bytes");
  const std::string kind = members.Text(document, "kind");
  if (kind == kUnreadable) {
    file.reject = Reject::kUnreadable;
    file.detail = members.Text(document, "detail");
    file.listed = true;
  } else {
    if (kind != kDocument && kind != kArchive) return false;
    file.is_archive = kind == kArchive;
    file.listed = members.Flag(document, "listed");
  }
  return members.wrong().empty() && input->bytes <= kMostBytes;
}

struct Head {
  uint64_t inputs = 0;
  uint64_t bytes = 0;
  uint64_t skipped = 0;
  std::string id;
};

absl::StatusOr<Head> ReadHead(std::string_view line, const std::string& path) {
  rapidjson::Document document;
  JsonLineReader members;
  Head head;
  if (!ParseJsonLine(line, &document) ||
      JsonLineReader::Member(document, "inputs") == nullptr) {
    return absl::InvalidArgumentError(
        fmt::format("{} is not what mispsift manifest writes", path));
  }
  const uint64_t schema = members.Count(document, "schema");
  head.inputs = members.Count(document, "inputs");
  head.bytes = members.Count(document, "bytes");
  head.skipped = members.Count(document, "skipped");
  head.id = members.Text(document, "id");
  if (schema != kSchema || !members.wrong().empty()) {
    return absl::InvalidArgumentError(
        fmt::format("{} is a manifest of another version", path));
  }
  return head;
}

}  // namespace

Manifest WalkManifest(const std::vector<std::string>& paths) {
  Manifest manifest;
  ReportFileWalker walker(paths);
  ReportFile file;
  while (walker.Next(&file)) {
    const OnDisk now = LookOnDisk(file);
    manifest.bytes += now.bytes;
    manifest.inputs.push_back({std::move(file), now.bytes, now.modified});
  }
  manifest.skipped = walker.skipped();
  return manifest;
}

std::string ManifestText(Manifest* manifest) {
  std::string lines;
  for (const Manifest::Input& input : manifest->inputs) {
    AppendInput(input, &lines);
  }
  Digester digester;
  digester.Add(lines);
  manifest->id = ToHex(digester.Finish());
  std::string text;
  JsonWriter json(&text);
  json.StartObject();
  json.Key("schema").Int(kSchema);
  json.Key("version").String(Version());
  json.Key("inputs").Uint(manifest->inputs.size());
  json.Key("bytes").Uint(manifest->bytes);
  json.Key("skipped").Uint(manifest->skipped);
  json.Key("id").String(manifest->id);
  json.EndObject();
  text.push_back('\n');
  return text + lines;
}

absl::StatusOr<Manifest> ReadManifest(const std::string& path) {
  absl::StatusOr<LineFile> lines = LineFile::Open(path, "");
  if (!lines.ok()) return absl::InvalidArgumentError(lines.status().message());
  std::optional<std::string_view> line = lines->Next();
  const absl::StatusOr<Head> head = ReadHead(line.value_or(""), path);
  if (!head.ok()) return head.status();
  Manifest manifest;
  manifest.skipped = head->skipped;
  Digester digester;
  while ((line = lines->Next()).has_value()) {
    Manifest::Input input;
    if (!ReadInput(*line, &input)) {
      return absl::InvalidArgumentError(
          lines->Damaged(absl::UnknownError("not an input of a manifest"))
              .message());
    }
    digester.Add(*line);
    digester.Add("\n");
    manifest.bytes += input.bytes;
    input.file.number = manifest.inputs.size();
    manifest.inputs.push_back(std::move(input));
  }
  manifest.id = ToHex(digester.Finish());
  if (lines->failed() || manifest.inputs.size() != head->inputs ||
      manifest.bytes != head->bytes || manifest.id != head->id) {
    return absl::InvalidArgumentError(
        fmt::format("{} is not whole: it names {} inputs and holds {}", path,
                    head->inputs, manifest.inputs.size()));
  }
  return manifest;
}

}  // namespace mispsift
