#include <fmt/format.h>

#include <utility>

#include "absl/strings/str_join.h"
#include "mispsift/submit/event_drafts.h"
#include "src/submit/analysis_part.h"
#include "src/submit/draft_title.h"
#include "src/submit/draft_values.h"
#include "src/submit/event_assembler.h"
#include "src/submit/event_start.h"

namespace mispsift {
namespace {

// Which analysis a value is from.
std::string OriginOf(const ReportFields& fields) {
  const std::string& sha256 = fields.facts.target.sha256.empty()
                                  ? fields.facts.target_file.sha256
                                  : fields.facts.target.sha256;
  return sha256.empty() ? fmt::format("report {}", fields.report_id)
                        : fmt::format("sample {}", sha256);
}

}  // namespace

struct BatchDrafter::Impl {
  Impl(DraftSettings its, size_t most)
      : settings(std::move(its)), lists(settings), max_attributes(most) {}

  DraftedEvent Close() {
    DraftedEvent drafted;
    drafted.event = StartEvent(settings, latest);
    drafted.event.uuid =
        UuidV5(kMispsiftNamespace,
               fmt::format("batch\n{}", absl::StrJoin(report_ids, "\n")));
    drafted.event.info =
        TitleOf(settings.title, *first, drafted.event.date, report_ids.size());
    drafted.report_ids = std::exchange(report_ids, {});
    std::exchange(assembler, {}).Finish(&drafted);
    first.reset();
    latest = {};
    return drafted;
  }

  DraftSettings settings;
  ValueLists lists;
  size_t max_attributes;
  // Of the event that is being filled; there is one when it has reports.
  EventAssembler assembler;
  std::vector<std::string> report_ids;
  std::optional<ReportFields> first;
  AnalysisTime latest;  // of its analyses
};

BatchDrafter::BatchDrafter(DraftSettings settings, size_t max_attributes)
    : impl_(std::make_unique<Impl>(std::move(settings), max_attributes)) {}
BatchDrafter::~BatchDrafter() = default;
BatchDrafter::BatchDrafter(BatchDrafter&&) noexcept = default;
BatchDrafter& BatchDrafter::operator=(BatchDrafter&&) noexcept = default;

std::optional<DraftedEvent> BatchDrafter::Add(const ReportFields& fields,
                                              const SampleFile* sample) {
  Impl& batch = *impl_;
  DraftPart part =
      PartOf(fields, batch.settings, batch.lists,
             {.sample_is_object = true, .origin = OriginOf(fields)}, sample);
  std::optional<DraftedEvent> full;
  if (!batch.report_ids.empty() &&
      batch.assembler.attribute_count() + batch.assembler.CountNew(part) >
          batch.max_attributes) {
    full = batch.Close();
  }
  if (batch.report_ids.empty()) batch.first = fields;
  AnalysisTime time =
      AnalysisTimeOf(fields.facts.started, batch.settings.scanned);
  if (time.seconds > batch.latest.seconds) batch.latest = std::move(time);
  batch.report_ids.push_back(fields.report_id);
  batch.assembler.Add(std::move(part));
  return full;
}

std::optional<DraftedEvent> BatchDrafter::Finish() {
  if (impl_->report_ids.empty()) return std::nullopt;
  return impl_->Close();
}

}  // namespace mispsift
