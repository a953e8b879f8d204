// Hyperscan over the same reports, for bench/compare.sh: every line of VALUES
// is a literal, in any case, and each report of FOLDER one block. On standard
// output a line for each value that a report holds, "report:value"; on
// standard error what it cost: compiling, and the scan alone, reports in
// memory, one thread.
//
//   hyperscan_scan VALUES FOLDER

#include <fmt/format.h>
#include <hs/hs.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "mispsift/base/bytes.h"
#include "mispsift/base/check.h"
#include "mispsift/base/file.h"

namespace mispsift {
namespace {

using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

PaddedBytes Load(const std::string& path) {
  PaddedBytes bytes;
  MISPSIFT_CHECK(ReadFile(path, UINT32_MAX, &bytes).ok());
  return bytes;
}

hs_database_t* Compile(const std::vector<std::string_view>& values) {
  std::vector<const char*> texts;
  std::vector<size_t> lengths;
  std::vector<unsigned> ids;
  for (const std::string_view value : values) {
    texts.push_back(value.data());
    lengths.push_back(value.size());
    ids.push_back(static_cast<unsigned>(ids.size()));
  }
  // What a value costs that stands in a report a thousand times is not ours.
  const std::vector<unsigned> flags(values.size(),
                                    HS_FLAG_CASELESS | HS_FLAG_SINGLEMATCH);
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  if (hs_compile_lit_multi(texts.data(), flags.data(), ids.data(),
                           lengths.data(), static_cast<unsigned>(values.size()),
                           HS_MODE_BLOCK, nullptr, &database,
                           &error) != HS_SUCCESS) {
    fmt::print(stderr, "hyperscan_scan: {}\n", error->message);
    std::exit(1);
  }
  return database;
}

int KeepId(unsigned id, unsigned long long /*from*/, unsigned long long /*to*/,
           unsigned /*flags*/, void* ids) {
  static_cast<std::vector<unsigned>*>(ids)->push_back(id);
  return 0;
}

int Run(const std::string& values_path, const std::string& folder) {
  const PaddedBytes text = Load(values_path);
  std::vector<std::string_view> values;
  std::string_view rest = text.view();
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    if (end > 0) values.push_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  std::vector<std::string> names;
  std::vector<PaddedBytes> reports;
  double bytes = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    names.push_back(entry.path().filename().string());
    reports.push_back(Load(entry.path().string()));
    bytes += static_cast<double>(reports.back().size());
  }

  const Clock::time_point compiling = Clock::now();
  hs_database_t* const database = Compile(values);
  const double compile_seconds = SecondsSince(compiling);
  hs_scratch_t* scratch = nullptr;
  MISPSIFT_CHECK(hs_alloc_scratch(database, &scratch) == HS_SUCCESS);
  std::vector<std::vector<unsigned>> found(reports.size());
  const Clock::time_point scanning = Clock::now();
  for (size_t i = 0; i < reports.size(); ++i) {
    MISPSIFT_CHECK(hs_scan(database, reports[i].data(),
                           static_cast<unsigned>(reports[i].size()), 0, scratch,
                           KeepId, &found[i]) == HS_SUCCESS);
  }
  const double scan_seconds = SecondsSince(scanning);
  for (size_t i = 0; i < reports.size(); ++i) {
    for (const unsigned id : found[i]) {
      fmt::print("{}:{}\n", names[i], values[id]);
    }
  }
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  fmt::print(stderr,
             "{} values compiled in {:.1f} s; {:.0f} MB scanned in {:.2f} s, "
             "{:.3f} GB/s; peak {} MB\n",
             values.size(), compile_seconds, bytes / 1e6, scan_seconds,
             bytes / 1e9 / scan_seconds, usage.ru_maxrss / 1024);
  hs_free_scratch(scratch);
  hs_free_database(database);
  return 0;
}

}  // namespace
}  // namespace mispsift

int main(int argc, char** argv) {
  if (argc != 3) {
    fmt::print(stderr, "usage: hyperscan_scan VALUES FOLDER\n");
    return 2;
  }
  return mispsift::Run(argv[1], argv[2]);
}
