#include "tools/mispsift/bounds_flags.h"

#include <CLI/CLI.hpp>
#include <limits>

#include "mispsift/cuckoo/report_reader.h"

namespace mispsift {

void AddBounds(CLI::App* command, ArchiveLimits* limits,
               size_t* max_json_nesting, uint64_t* max_report_memory) {
  // CLI11 takes -1 for the largest number.
  const CLI::Range any(uint64_t{0}, uint64_t{1} << 62, "from 0");
  const CLI::Range positive(uint64_t{1}, uint64_t{1} << 62, "from 1");
  command
      ->add_option("--max-report-bytes", limits->max_report_bytes,
                   "Largest report, uncompressed (default: none, but 1 GiB "
                   "for a member of an archive); else too_large")
      ->check(positive);
  command
      ->add_option("--max-ratio", limits->max_ratio,
                   "Bytes out for each byte in, of a compressed report or an "
                   "archive (default 1000); else ratio_limit")
      ->check(positive);
  command
      ->add_option("--ratio-floor-bytes", limits->ratio_floor_bytes,
                   "A report that gives no more may have any ratio (default "
                   "64 MiB)")
      ->check(any);
  command
      ->add_option("--archive-floor-bytes", limits->archive_floor_bytes,
                   "An archive that gives no more in all may have any ratio "
                   "(default 1 GiB)")
      ->check(any);
  command
      ->add_option("--max-members", limits->max_members,
                   "Members of one archive, nested ones included (default "
                   "1000000); else too_many_members")
      ->check(positive);
  command
      ->add_option("--max-nesting", limits->max_nesting,
                   "Archives in one another within an archive, 0 to 8 (default "
                   "1); else nested_too_deep")
      ->check(CLI::Range(0, 8));
  command
      ->add_option("--max-json-nesting", *max_json_nesting,
                   "Objects and lists in one another, up to 1000 (default "
                   "512); else too_deep")
      ->check(CLI::Range(size_t{1}, ReportReader::kMostLevels));
  command
      ->add_option("--max-report-memory", *max_report_memory,
                   "Bytes for the reports that are in memory whole, of all "
                   "threads together; what does not fit in is read as a "
                   "stream, at a fraction of the speed (default a quarter of "
                   "the memory that there is)")
      ->check(
          CLI::Range(uint64_t{1} << 20, std::numeric_limits<uint64_t>::max()));
}

void ApplyBounds(ArchiveLimits* limits) {
  if (limits->max_report_bytes != ArchiveLimits().max_report_bytes) {
    limits->max_held_bytes = limits->max_report_bytes;
  }
}

}  // namespace mispsift
