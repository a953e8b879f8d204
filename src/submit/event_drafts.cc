// From a report to an event:
//
//   facts --PartOf--> values that pass ValueJudge, as attributes and objects
//         --EventAssembler--> each once, with its uuid --> DraftedEvent

#include "mispsift/submit/event_drafts.h"

#include <fmt/format.h>

#include <iterator>
#include <utility>

#include "mispsift/base/check.h"
#include "src/submit/analysis_part.h"
#include "src/submit/draft_title.h"
#include "src/submit/draft_values.h"
#include "src/submit/event_assembler.h"
#include "src/submit/event_start.h"

namespace mispsift {
namespace {

constexpr std::string_view kLeftOutNames[] = {"invalid",     "blacklisted",
                                              "safelisted",  "warninglisted",
                                              "special_use", "own_traffic"};
static_assert(std::size(kLeftOutNames) == static_cast<size_t>(LeftOut::kCount));

}  // namespace

std::string_view LeftOutName(LeftOut reason) {
  MISPSIFT_CHECK(reason < LeftOut::kCount);
  return kLeftOutNames[static_cast<size_t>(reason)];
}

Uuid EventUuidOf(std::string_view report_id) {
  return UuidV5(kMispsiftNamespace, fmt::format("event\n{}", report_id));
}

struct EventDrafter::Impl {
  explicit Impl(DraftSettings its)
      : settings(std::move(its)), lists(settings) {}

  DraftSettings settings;
  ValueLists lists;
};

EventDrafter::EventDrafter(DraftSettings settings)
    : impl_(std::make_unique<const Impl>(std::move(settings))) {}
EventDrafter::~EventDrafter() = default;
EventDrafter::EventDrafter(EventDrafter&&) noexcept = default;
EventDrafter& EventDrafter::operator=(EventDrafter&&) noexcept = default;

DraftedEvent EventDrafter::Draft(const ReportFields& fields,
                                 const SampleFile* sample) const {
  const DraftSettings& settings = impl_->settings;
  DraftedEvent drafted;
  drafted.event = StartEvent(
      settings, AnalysisTimeOf(fields.facts.started, settings.scanned));
  drafted.event.uuid = EventUuidOf(fields.report_id);
  drafted.event.info = TitleOf(settings.title, fields, drafted.event.date, 0);
  drafted.report_ids = {fields.report_id};
  EventAssembler assembler;
  assembler.Add(PartOf(fields, settings, impl_->lists, {}, sample));
  std::move(assembler).Finish(&drafted);
  return drafted;
}

}  // namespace mispsift
