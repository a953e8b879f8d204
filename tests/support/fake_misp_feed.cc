#include <sys/stat.h>

#include <ctime>
#include <string>
#include <string_view>

#include "fmt/format.h"
#include "mispsift/base/digest.h"
#include "mispsift/base/file.h"
#include "tests/support/fake_misp_answers.h"
#include "tests/support/fake_misp_render.h"

namespace mispsift {

std::string HttpDate(int64_t seconds) {
  const std::time_t time = static_cast<std::time_t>(seconds);
  std::tm parts{};
  gmtime_r(&time, &parts);
  char text[64];
  const size_t size =
      std::strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return std::string(text, size);
}

FakeAnswer FeedFile(const std::string& folder, std::string_view name,
                    const RecordedRequest& request) {
  const std::string path = fmt::format("{}/{}", folder, name);
  struct stat status {};
  const bool outside = name.find("..") != std::string_view::npos;
  if (outside || ::stat(path.c_str(), &status) != 0 ||
      !S_ISREG(status.st_mode)) {
    return HtmlAnswer(404, RenderProxyPage(404));
  }
  FakeAnswer answer;
  answer.content_type =
      name.ends_with(".json") ? "application/json" : "text/csv";
  PaddedBytes bytes;
  if (!ReadFile(path, uint64_t{1} << 30, &bytes).ok()) {
    return HtmlAnswer(404, RenderProxyPage(404));
  }
  std::string etag = "\"";
  etag.append(Sha256Hex(bytes.view()).substr(0, 32)).append("\"");
  const std::string modified = HttpDate(status.st_mtime);
  answer.headers = {{"ETag", etag}, {"Last-Modified", modified}};
  // Who says which version is known is not asked for its date.
  const std::string_view known = request.Header("If-None-Match");
  const bool same = known.empty()
                        ? request.Header("If-Modified-Since") == modified
                        : known == etag;
  if (same) {
    answer.status = 304;
  } else {
    answer.body = bytes.view();
  }
  return answer;
}

}  // namespace mispsift
