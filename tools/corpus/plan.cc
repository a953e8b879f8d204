#include "tools/corpus/plan.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "tools/corpus/spellings.h"

namespace mispsift::corpus {
namespace {

bool Fits(const PlaceRule& rule, const ReportOrder& order,
          const std::vector<Planted>& plan, const Planted& planted,
          bool only_in_text) {
  if (rule.Has(PlaceRule::kNotDrawn | PlaceRule::kNoObservation)) return false;
  if (!rule.IsIn(order.source)) return false;
  if (!rule.Holds(planted.kind, planted.rule)) return false;
  if (rule.Has(PlaceRule::kFileTarget) && order.url_target) return false;
  if (rule.Has(PlaceRule::kUrlTarget) && !order.url_target) return false;
  if (only_in_text && !rule.Has(PlaceRule::kFreeText)) return false;
  return !rule.Has(PlaceRule::kSingle) ||
         std::ranges::none_of(plan, [&](const Planted& other) {
           return other.place == rule.place && other.kind == planted.kind;
         });
}

// Each place that fits is as likely. False where none does.
bool ChoosePlace(const ReportOrder& order, const std::vector<Planted>& plan,
                 bool only_in_text, Random* random, Planted* planted) {
  uint32_t fitting = 0;
  for (const PlaceRule& rule : PlaceRules()) {
    if (!Fits(rule, order, plan, *planted, only_in_text)) continue;
    if (random->Below(++fitting) != 0) continue;
    planted->place = rule.place;
    planted->where = rule.where;
  }
  return fitting > 0;
}

// None where the indicator can't be shown, or not in this report.
std::optional<Planted> Plant(const CorpusIndicator& indicator, bool near,
                             const ReportOrder& order,
                             const std::vector<Planted>& plan, Random* random) {
  std::optional<Spelling> spelling = SpellingOf(indicator, random);
  if (!spelling) return std::nullopt;
  Planted planted;
  planted.index = indicator.index;
  planted.kind = spelling->kind;
  planted.rule = spelling->rule;
  planted.uuid = indicator.uuid;
  planted.to_ids = indicator.to_ids;
  bool only_in_text = false;
  if (!near) {
    planted.value = planted.rule == MatchRule::kBasename
                        ? spelling->text.substr(spelling->text.rfind('\\') + 1)
                        : spelling->text;
    planted.text = std::move(spelling->text);
  } else if (indicator.deleted) {
    planted.value = indicator.value;
    planted.text = std::move(spelling->text);
    planted.near_miss = "the attribute is deleted";
  } else {
    std::optional<NearMiss> near_miss = NearMissOf(*spelling, random);
    if (!near_miss) return std::nullopt;
    planted.value = indicator.value;
    planted.text = std::move(near_miss->text);
    planted.near_miss = near_miss->reason;
    only_in_text = near_miss->only_in_text;
  }
  if (!ChoosePlace(order, plan, only_in_text, random, &planted)) {
    return std::nullopt;
  }
  return planted;
}

}  // namespace

std::vector<Planted> PlanReport(const IndicatorSet& indicators,
                                const ReportOrder& order, Random* random) {
  std::vector<Planted> plan;
  for (uint32_t i = 0; i < order.matches + order.near_misses; ++i) {
    const bool near = i >= order.matches;
    for (int attempt = 0; attempt < 16; ++attempt) {
      const CorpusIndicator indicator =
          indicators.At(random->Next() % indicators.count());
      if (indicator.deleted && !near) continue;
      if (std::ranges::any_of(plan, [&](const Planted& other) {
            return other.index == indicator.index;
          })) {
        continue;
      }
      std::optional<Planted> planted =
          Plant(indicator, near, order, plan, random);
      if (!planted) continue;
      plan.push_back(std::move(*planted));
      break;
    }
  }
  return plan;
}

}  // namespace mispsift::corpus
