// What this machine can do with the bytes of a folder of reports, one thread,
// so that a figure of ours can be given as a share of it. Each line is the best
// of several rounds; rounds take turns, so that all see the same noise.
//
//   limits FOLDER
//
//   read      read() from the page cache into one buffer, 256 KiB at a time
//   memcpy    from one buffer into another, both larger than the caches
//   stage 1   simdjson's, over the reports in memory
//   inflate   libdeflate's gzip, bytes out
//   sha256    what naming reports by content would cost

#include <fmt/format.h>
#include <libdeflate.h>
#include <simdjson.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "mispsift/base/bytes.h"
#include "mispsift/base/check.h"
#include "mispsift/base/digest.h"
#include "mispsift/base/file.h"

namespace mispsift {
namespace {

constexpr int kRounds = 7;

struct Report {
  std::string path;
  PaddedBytes bytes;
  std::string gzip;
};

std::vector<Report> Load(const std::string& folder) {
  std::vector<Report> reports;
  libdeflate_compressor* const compressor = libdeflate_alloc_compressor(6);
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file() || entry.path().extension() != ".json") {
      continue;
    }
    Report& report = reports.emplace_back();
    report.path = entry.path().string();
    MISPSIFT_CHECK(ReadFile(report.path, UINT32_MAX, &report.bytes).ok());
    report.gzip.resize(
        libdeflate_gzip_compress_bound(compressor, report.bytes.size()));
    report.gzip.resize(libdeflate_gzip_compress(
        compressor, report.bytes.data(), report.bytes.size(),
        report.gzip.data(), report.gzip.size()));
  }
  libdeflate_free_compressor(compressor);
  return reports;
}

int Run(const std::string& folder) {
  const std::vector<Report> reports = Load(folder);
  uint64_t bytes = 0;
  size_t largest = 0;
  for (const Report& report : reports) {
    bytes += report.bytes.size();
    largest = std::max(largest, report.bytes.size());
  }
  if (bytes == 0) {
    std::fprintf(stderr, "limits: no .json file in %s\n", folder.c_str());
    return 2;
  }

  std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
  MISPSIFT_CHECK(
      !simdjson::get_active_implementation()->create_dom_parser_implementation(
          largest, simdjson::DEFAULT_MAX_DEPTH, parser));
  libdeflate_decompressor* const inflate = libdeflate_alloc_decompressor();
  std::string buffer(std::max(largest, size_t{256} << 10), '\0');
  std::string from(size_t{64} << 20, 'x');
  std::string to(from.size(), 'y');
  uint64_t broken = 0;

  struct Limit {
    const char* name;
    uint64_t bytes;
    std::function<void()> once;
    double best = 0;  // seconds
  };
  std::vector<Limit> limits = {
      {"read", bytes,
       [&] {
         for (const Report& report : reports) {
           const auto file = OpenForReading(report.path);
           MISPSIFT_CHECK(file.ok());
           while (read(file->get(), buffer.data(), size_t{256} << 10) > 0) {
           }
         }
       }},
      {"memcpy", from.size(),
       [&] { std::memcpy(to.data(), from.data(), from.size()); }},
      {"stage 1", bytes,
       [&] {
         for (const Report& report : reports) {
           // A report may be broken on purpose; its bytes were looked at.
           if (parser->stage1(
                   reinterpret_cast<const uint8_t*>(report.bytes.data()),
                   report.bytes.size(), simdjson::stage1_mode::regular)) {
             ++broken;
           }
         }
       }},
      {"inflate", bytes,
       [&] {
         for (const Report& report : reports) {
           size_t out = 0;
           MISPSIFT_CHECK(libdeflate_gzip_decompress(
                              inflate, report.gzip.data(), report.gzip.size(),
                              buffer.data(), buffer.size(),
                              &out) == LIBDEFLATE_SUCCESS &&
                          out == report.bytes.size());
         }
       }},
      {"sha256", bytes,
       [&] {
         for (const Report& report : reports) Sha256Hex(report.bytes.view());
       }},
  };
  for (int round = 0; round < kRounds; ++round) {
    for (Limit& limit : limits) {
      const auto start = std::chrono::steady_clock::now();
      limit.once();
      const double seconds = std::chrono::duration<double>(
                                 std::chrono::steady_clock::now() - start)
                                 .count();
      limit.best = round == 0 ? seconds : std::min(limit.best, seconds);
    }
  }
  libdeflate_free_decompressor(inflate);
  std::fputs(fmt::format("{} reports, {:.1f} MB; {} broken; simdjson runs "
                         "its {} kernel\n",
                         reports.size(), static_cast<double>(bytes) / 1e6,
                         broken / kRounds,
                         simdjson::get_active_implementation()->name())
                 .c_str(),
             stdout);
  for (const Limit& limit : limits) {
    std::fputs(fmt::format("{:8} {:6.2f} GB/s\n", limit.name,
                           static_cast<double>(limit.bytes) / limit.best / 1e9)
                   .c_str(),
               stdout);
  }
  return 0;
}

}  // namespace
}  // namespace mispsift

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: limits FOLDER\n", stderr);
    return 2;
  }
  return mispsift::Run(argv[1]);
}
