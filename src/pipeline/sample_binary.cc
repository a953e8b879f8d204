#include "src/pipeline/sample_binary.h"

#include <filesystem>
#include <string>

#include "mispsift/base/bytes.h"
#include "mispsift/base/digest.h"
#include "mispsift/base/file.h"

namespace mispsift {

std::optional<SampleFile> FindSample(const ReportFields& fields,
                                     uint64_t max_bytes) {
  const std::filesystem::path report(fields.source.source);
  // In an archive there is no file beside it.
  if (!fields.source.member.empty() || fields.facts.target.sha256.empty() ||
      report.parent_path().filename() != "reports") {
    return std::nullopt;
  }
  const std::string binary = report.parent_path().parent_path() / "binary";
  PaddedBytes bytes;
  if (!ReadFile(binary, max_bytes, &bytes).ok() ||
      Sha256Hex(bytes.view()) != fields.facts.target.sha256) {
    return std::nullopt;
  }
  return SampleFile{fields.facts.target.name, std::string(bytes.view())};
}

}  // namespace mispsift
