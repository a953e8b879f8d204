#include "mispsift/pipeline/fetch.h"

#include <fmt/format.h>

#include <utility>

#include "mispsift/base/status_macros.h"
#include "mispsift/base/version.h"
#include "mispsift/misp/feed_reader.h"
#include "mispsift/misp/snapshot_file.h"
#include "mispsift/model/snapshot.h"

namespace mispsift {
namespace {

constexpr size_t kMaxSources = 255;  // a row has a byte for it

using ReadSource = absl::StatusOr<misp::ReadAttributesOutcome> (*)(
    const std::string&, Snapshot::Builder*);

absl::Status ReadSources(const std::vector<std::string>& locations,
                         const char* kind, ReadSource read,
                         Snapshot::Builder* builder, FetchReport* report) {
  for (const std::string& location : locations) {
    builder->AddSource(kind, location);
    MISPSIFT_ASSIGN_OR_RETURN(misp::ReadAttributesOutcome outcome,
                              read(location, builder));
    report->read += outcome.attributes;
    report->rejects += outcome.rejects;
    for (misp::Rejected& rejected : outcome.rejected) {
      if (report->rejected.size() < misp::kMaxListed) {
        report->rejected.push_back(std::move(rejected));
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<FetchReport> Fetch(const FetchOptions& options) {
  const size_t sources =
      options.attributes.size() + options.events.size() + options.feeds.size();
  if (sources > kMaxSources) {
    return absl::InvalidArgumentError(fmt::format(
        "{} sources; a snapshot has at most {}", sources, kMaxSources));
  }
  FetchReport report;
  Snapshot::Builder builder;
  MISPSIFT_RETURN_IF_ERROR(ReadSources(options.attributes, "attributes",
                                       misp::ReadAttributesFile, &builder,
                                       &report));
  MISPSIFT_RETURN_IF_ERROR(ReadSources(options.events, "events",
                                       misp::ReadEvents, &builder, &report));
  MISPSIFT_RETURN_IF_ERROR(
      ReadSources(options.feeds, "feed", misp::ReadFeed, &builder, &report));
  // Everything that could be read is in the builder, duplicates included.

  const Snapshot snapshot =
      std::move(builder).Build(options.created, std::string(Version()));
  if (snapshot.attribute_count() == 0) {
    return absl::FailedPreconditionError(fmt::format(
        "no attribute in any source ({} inputs or records rejected{}{}); "
        "{} is left as it was",
        report.rejects.Total(), report.rejected.empty() ? "" : ", first ",
        report.rejected.empty()
            ? ""
            : fmt::format("{}: {}", report.rejected[0].source,
                          report.rejected[0].detail),
        options.out));
  }
  // Each attribute is there once, the newest; nothing of it is deleted.

  MISPSIFT_RETURN_IF_ERROR(misp::WriteSnapshot(snapshot, options.out));
  report.snapshot_id = snapshot.manifest().id;
  report.attributes = snapshot.attribute_count();
  report.events = snapshot.event_count();
  return report;
}

}  // namespace mispsift
