#include "src/pipeline/shard_lines.h"

#include <algorithm>

#include "mispsift/base/json_line.h"
#include "mispsift/base/json_writer.h"

namespace mispsift {
namespace {

uint64_t LinesIn(std::string_view text) {
  return static_cast<uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

absl::StatusOr<InputLines> ParseInputLines(std::string_view line) {
  rapidjson::Document document;
  JsonLineReader members;
  if (!ParseJsonLine(line, &document) ||
      JsonLineReader::Member(document, "input") == nullptr) {
    return absl::DataLossError("not a line of shard.jsonl");
  }
  const InputLines lines = {members.Count(document, "input"),
                            members.Count(document, "reports"),
                            members.Count(document, "correlations"),
                            members.Count(document, "fields")};
  if (!members.wrong().empty()) {
    return absl::DataLossError("not a line of shard.jsonl");
  }
  return lines;
}

void ShardLines::Add(uint64_t input, ReportText* text) {
  if (input != lines_.input) {
    End(&text->shard);
    lines_ = {.input = input};
  }
  lines_.reports += LinesIn(text->reports);
  lines_.correlations += LinesIn(text->correlations);
  lines_.fields += LinesIn(text->fields);
}

void ShardLines::End(std::string* shard) {
  if (lines_.reports == 0) return;
  JsonWriter json(shard);
  json.StartObject();
  json.Key("input").Uint(lines_.input);
  json.Key("reports").Uint(lines_.reports);
  json.Key("correlations").Uint(lines_.correlations);
  json.Key("fields").Uint(lines_.fields);
  json.EndObject();
  shard->push_back('\n');
}

}  // namespace mispsift
