#ifndef MISPSIFT_TOOLS_CORPUS_PLANTING_WRITER_H_
#define MISPSIFT_TOOLS_CORPUS_PLANTING_WRITER_H_

#include <string>
#include <string_view>
#include <vector>

#include "tools/corpus/plan.h"
#include "tools/corpus/random.h"
#include "tools/corpus/report_order.h"
#include "tools/corpus/report_writer.h"

namespace mispsift::corpus {

// The lines of truth.jsonl and nearmiss.jsonl.
struct PlantLog {
  std::string truth;
  std::string near_misses;
};

// Writes a report, puts the values of a plan into it and logs where each
// stands. Plan and log outlive the writer.
class PlantingWriter : public ReportWriter {
 public:
  PlantingWriter(const ReportOrder& order, std::vector<Planted>* plan,
                 Random* random, PlantLog* log, std::string* out)
      : ReportWriter(order.style, out),
        report_(order.name),
        plan_(*plan),
        random_(*random),
        log_(*log) {}

  // What a place is to have and has not yet, in the order of the plan.
  std::vector<Planted*> PlantedAt(Place place);
  // The first of this kind; null: there is none.
  Planted* PlantedAt(Place place, IndicatorKind kind);

  // Write the value as a string: as it is, in a sentence, spelled another way.
  void Show(Planted* planted) { ShowAs(planted, planted->text); }
  void ShowText(Planted* planted);
  void ShowAs(Planted* planted, std::string_view shown);
  // As `otherwise`, or as null, where `planted` is null.
  void ShowOr(Planted* planted, std::string_view otherwise);
  void ShowOrNull(Planted* planted);
  // The values of a place as elements of the open array.
  void ShowAll(Place place);
  void ShowAllTexts(Place place);

  // For what is written without Show(): `planted` stands at `path`, or is put
  // together from fields of the object that stands there.
  void Note(Planted* planted, const std::string& path, bool assembled);

 private:
  const std::string& report_;
  std::vector<Planted>& plan_;
  Random& random_;
  PlantLog& log_;
};

}  // namespace mispsift::corpus

#endif  // MISPSIFT_TOOLS_CORPUS_PLANTING_WRITER_H_
